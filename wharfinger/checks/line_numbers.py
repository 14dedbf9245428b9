"""No two lines of an order have the same number.

UBL 2.1 LineItem/ID and EDIFACT LIN 1082 name a line within its document. Order responses and despatch advices refer to a line by
it, so a second line of the same number could be confirmed or delivered for the first.
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Record

_NOWHERE = Place()


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem at each line whose number an earlier line has."""
    seen: set[str] = set()
    for line in record.order_lines:
        if line.id is None:
            continue
        if line.id in seen:
            yield Problem(code="line-number-duplicate", place=line.origin or _NOWHERE, subject=line.id, found=line.id)
        seen.add(line.id)
