"""When to pay, and what was added or taken off in all: what a message says by numbers that mean something only beside others.

    PAT+1++5:3:D:30         due 30 days after the date of the invoice (C112: 2475 5, 2009 3, 2151 D, 2152 30)
    PAT+22++5:3:D:10        the discount is granted for 10 days
    MOA+131:-12             all charges less all allowances, one amount for both

A date is computed only from one that the message states and only where none stands beside it; a sum is taken for one of allowances or
of charges only where the other totals, or what is listed, say which it is. What is computed is noted in `assumed`; the rest stays among
what is left over. Sources: UNTDID 2475, 2009, 2151, 4279, 5025; EANCOM 1997 and 2002, INVOIC.

>>> later(date(2026, 1, 31), "M", 1), later(date(2026, 1, 31), "D", 30), later(date(2026, 1, 31), "WD", 5)
(datetime.date(2026, 2, 28), datetime.date(2026, 3, 2), None)
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from parsers.edifact.paths import taken, text
from parsers.edifact.tree import Segment, Tree
from wharfinger.records import (
    AllowanceCharge,
    Amount,
    CreditNote,
    Invoice,
    MonetaryTotal,
    Order,
    OrderChange,
    OrderResponse,
    PaymentTerms,
    Period,
    Record,
)

_REFERENCE_DATES = {Invoice: ("5",), CreditNote: ("5", "6")}
"""Codes of 2475 for the date of the document itself: date of invoice, date of credit note."""
_BASIC, _DISCOUNT = "1", "22"
_TOTALS = {
    Invoice: "legal_monetary_total",
    CreditNote: "legal_monetary_total",
    Order: "anticipated_monetary_total",
    OrderChange: "anticipated_monetary_total",
    OrderResponse: "legal_monetary_total",
}
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,10})?")
_LONGEST = 10_000
"""So many days, weeks, months or years are no terms of payment any more."""
_SET = msgspec.structs.force_setattr


def settle(record: Record, tree: Tree) -> None:
    """Add the dates and sums to a record that was made of the tree: nobody else has it yet, so that it may be written to."""
    if isinstance(record, Invoice | CreditNote):
        for group in tree.root.groups.get("PAT", ()):
            _terms(record, group.segments[0], tree)
    kind = _TOTALS.get(type(record))
    if kind is not None:
        for segment in _sums(tree):
            _sum(record, kind, segment)


def later(day: date, unit: str, count: int) -> date | None:
    """The day so many days, weeks, months or years (2151) later; None for other units, and where no calendar goes."""
    if count > _LONGEST:
        return None
    try:
        if unit in ("D", "CD", "W"):
            return day + timedelta(days=count * (7 if unit == "W" else 1))
        if unit in ("M", "Y"):
            year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1), 12)
            return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        pass
    return None


def _terms(record: Invoice | CreditNote, segment: Segment, tree: Tree) -> None:
    row = tree.directory.segments["PAT"]
    element = next((number for number, one in enumerate(row.elements, 1) if one.number == "C112"), 0)
    if not element or record.issue_date is None:
        return
    kind = text(segment, 1, 0)
    reference, relation, unit, count = (text(segment, element, component) for component in range(1, 5))
    if reference not in _REFERENCE_DATES[type(record)] or relation not in ("", "1", "3") or not re.fullmatch(r"[0-9]{1,5}", count):
        return
    day = later(record.issue_date, unit, int(count))
    if day is None or not _date(record, kind, day):
        return
    for component in range(1, 5):
        taken(segment, element, component)


def _date(record: Invoice | CreditNote, kind: str, day: date) -> bool:
    """Whether the terms had no such date yet."""
    if kind == _BASIC and record.due_date is None:
        _assume(record, "due_date", day)
        return True
    terms = record.payment_terms or PaymentTerms()
    if kind == _DISCOUNT and terms.settlement_period is None:
        _assume(record, "payment_terms", msgspec.structs.replace(terms, settlement_period=Period(end_date=day)))
        return True
    return False


def _sums(tree: Tree) -> Iterator[Segment]:
    """MOA 131 of the summary: by itself in an order, in a group in an invoice."""
    yield from tree.root.qualified.get("MOA+131", ())
    for group in tree.root.groups.get("MOA", ()):
        if text(group.segments[0], 1, 1) == "131":
            yield group.segments[0]


def _sum(record: Any, field: str, segment: Segment) -> None:
    stated = text(segment, 1, 2)
    totals = getattr(record, field) or MonetaryTotal()
    if not _NUMBER.fullmatch(stated) or totals.allowance_total_amount or totals.charge_total_amount:
        return
    found = _divided(Decimal(stated.replace(",", ".")), totals, record.allowance_charges)
    if found is None:
        return
    for component in (2, 3):
        taken(segment, 1, component)
    currency = text(segment, 1, 3) or record.document_currency_code
    allowances, charges = (Amount(value=one, currency_id=currency) if one is not None else None for one in found)
    _assume(record, field, msgspec.structs.replace(totals, allowance_total_amount=allowances, charge_total_amount=charges))


def _divided(
    value: Decimal, totals: MonetaryTotal, listed: Iterable[AllowanceCharge]
) -> tuple[Decimal | None, Decimal | None] | None:
    """The sum of allowances and that of charges; None where nothing says which of them the value is."""
    by_kind: dict[bool | None, list[Decimal | None]] = {}
    for one in listed:
        by_kind.setdefault(one.charge_indicator, []).append(one.amount.value if one.amount else None)
    off, on = by_kind.get(False), by_kind.get(True)
    if off and on:
        known = all(one is not None for one in (*off, *on))
        allowances, charges = (sum((one for one in group if one is not None), Decimal(0)) for group in (off, on))
        return (allowances, charges) if known and abs(charges - allowances) == abs(value) else None
    if off or on:
        return (abs(value), None) if off else (None, abs(value))
    before, after = (one.value if one else None for one in (totals.line_extension_amount, totals.tax_exclusive_amount))
    if not value or before is None or after is None or abs(after - before) != abs(value):
        return None
    return (abs(value), None) if after < before else (None, abs(value))


def _assume(record: Any, field: str, value: Any) -> None:
    _SET(record, field, value)
    if field not in record.assumed:
        _SET(record, "assumed", (*record.assumed, field))
