"""Dates that can be meant: none before 1990, none ten years after the order, no delivery before the order, no period backwards.

No clock is read, so that a document is judged the same today and when it is replayed: dates are compared with the issue date.
A year like 0026 or 2206 is a slip of the keyboard or of a reader. The end of a validity period may be far away (EDIFACT partners
write 99991231 for "until further notice").
"""

from collections.abc import Iterator
from datetime import date

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Delivery, Period, Place, Record

_NOWHERE = Place()
_FIRST_YEAR = 1990
_LAST_YEAR = 2099
_YEARS_AHEAD = 10


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each date that cannot be meant."""
    place = record.origin or _NOWHERE
    issued = record.issue_date
    if issued is not None and not _FIRST_YEAR <= issued.year <= _LAST_YEAR:
        expected = f"{_FIRST_YEAR}-{_LAST_YEAR}"
        yield Problem(code="date-implausible", place=place, subject="issue_date", expected=expected, found=str(issued))
        issued = None
    if record.delivery is not None:
        yield from _delivery(record.delivery, issued, place)
    if record.validity_period is not None:
        yield from _reversed(record.validity_period, place, "validity_period")
    for line in record.order_lines:
        for delivery in line.deliveries:
            yield from _delivery(delivery, issued, line.origin or _NOWHERE)


def _delivery(delivery: Delivery, issued: date | None, place: Place) -> Iterator[Problem]:
    for name, period in (
        ("requested_delivery_period", delivery.requested_delivery_period),
        ("promised_delivery_period", delivery.promised_delivery_period),
    ):
        if period is None:
            continue
        last = issued.year + _YEARS_AHEAD if issued else _LAST_YEAR
        for day in dict.fromkeys((period.start_date, period.end_date)):
            if day is not None and not _FIRST_YEAR <= day.year <= last:
                yield Problem(code="date-implausible", place=place, subject=name, expected=f"{_FIRST_YEAR}-{last}", found=str(day))
        latest = period.end_date or period.start_date
        if issued is not None and latest is not None and latest < issued and latest.year >= _FIRST_YEAR:
            yield Problem(code="delivery-before-issue-date", place=place, subject=name, expected=str(issued), found=str(latest))
        yield from _reversed(period, place, name)


def _reversed(period: Period, place: Place, name: str) -> Iterator[Problem]:
    start, end = period.start_date, period.end_date
    if start is not None and end is not None and end < start:
        yield Problem(code="period-reversed", place=place, subject=name, expected=str(start), found=str(end))
