"""Dates that can be meant: none before 1990, none ten years after the document, no delivery before the order, no period backwards.

No clock is read, so that a document is judged the same today and when it is replayed: dates are compared with the issue date.
A year like 0026 or 2206 is a slip of the keyboard or of a reader. The end of a validity period may be far away (EDIFACT partners
write 99991231 for "until further notice"), and food may keep for longer than ten years.
"""

from collections.abc import Iterator
from datetime import date

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Order, OrderChange, Period, Place, Record
from wharfinger.traversal import parts

_NOWHERE = Place()
_FIRST_YEAR = 1990
_LAST_YEAR = 2099
_YEARS_AHEAD = 10
_PARTS = ("start_date", "end_date", "issue_date")
_OF_DELIVERY = ("requested_delivery_period", "promised_delivery_period")
_FAR = ("validity_period", "expiry_date", "best_before_date")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each date that cannot be meant."""
    issued = record.issue_date
    if issued is not None and not _FIRST_YEAR <= issued.year <= _LAST_YEAR:
        issued = None
    ahead = issued.year + _YEARS_AHEAD if issued else _LAST_YEAR
    seen: set[tuple[str, date, Place]] = set()
    for path, day, place in parts(record, date):
        name = _name(path)
        if path == "validity_period.end_date" or (name, day, place) in seen:
            continue
        seen.add((name, day, place))
        last = _LAST_YEAR if name in _FAR or path == "issue_date" else ahead
        if not _FIRST_YEAR <= day.year <= last:
            yield Problem(code="date-implausible", place=place, subject=name, expected=f"{_FIRST_YEAR}-{last}", found=str(day), field=path)
    for path, period, place in parts(record, Period):
        name = path.rpartition(".")[2]
        if issued is not None and isinstance(record, Order | OrderChange) and name in _OF_DELIVERY:
            latest = period.end_date or period.start_date
            if latest is not None and latest < issued and latest.year >= _FIRST_YEAR:
                code, found = "delivery-before-issue-date", str(latest)
                yield Problem(code=code, place=place, subject=name, expected=str(issued), found=found, field=path)
        start, end = period.start_date, period.end_date
        if start is not None and end is not None and end < start:
            field = f"{path}.end_date"
            yield Problem(code="period-reversed", place=place, subject=name, expected=str(start), found=str(end), field=field)


def _name(path: str) -> str:
    """The field's own name; of a period or a reference, what it is the period or reference of."""
    before, _, last = path.rpartition(".")
    return before.rpartition(".")[2] if before and last in _PARTS else last
