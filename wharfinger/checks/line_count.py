"""The number of lines that a document states is the number of its lines (EDIFACT CNT 6069=2; UBL LineCountNumeric).

Where it is not, lines were lost or added on the way, and nobody on our side can know which: the sender must send again.
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Record, lines


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem when the stated number is another than the counted one."""
    stated, counted = getattr(record, "line_count_numeric", None), len(lines(record))
    if stated is not None and stated != counted:
        place, field = record.origin or Place(), "line_count_numeric"
        yield Problem(code="line-count-differs", place=place, expected=str(stated), found=str(counted), field=field)
