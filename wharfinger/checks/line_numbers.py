"""No two lines of an order have the same number.

UBL 2.1 LineItem/ID and EDIFACT LIN 1082 name a line within its document. Order responses and despatch advices refer to a line by
it, so a second line of the same number could be confirmed or delivered for the first. Those that refer may do so as often as there
are pallets, and number their own lines as they like.
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import DespatchAdvice, Place, ReceiptAdvice, Record, lines

_NOWHERE = Place()


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem at each line whose number an earlier line has."""
    seen: set[str] = set()
    for line in () if isinstance(record, DespatchAdvice | ReceiptAdvice) else lines(record):
        if line.id is None:
            continue
        if line.id in seen:
            yield Problem(code="line-number-duplicate", place=line.origin or _NOWHERE, subject=line.id, found=line.id, field="line.id")
        seen.add(line.id)
