"""Allowances and charges that say nothing that could be taken off or added.

Each is an allowance or a charge, with an amount or with a percentage of an amount that the document states (UBL 2.1
AllowanceCharge: ChargeIndicator and Amount are mandatory; EN 16931 BR-31, BR-36, BR-41, BR-43).
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Place, Problem
from wharfinger.records import AllowanceCharge, Amount, Record, lines, monetary_total


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each that is incomplete, at the document's or the line's place."""
    total = monetary_total(record)
    amounts = [getattr(line, "line_extension_amount", None) for line in lines(record)]
    base = (total and total.line_extension_amount) or next((one for one in amounts if one is not None), None)
    yield from _incomplete(getattr(record, "allowance_charges", ()), base, record.origin, None, "allowance_charges")
    for number, line in enumerate(lines(record), 1):
        charges = getattr(line, "allowance_charges", ())
        if charges:
            of_line, subject = getattr(line, "line_extension_amount", None), line.id or str(number)
            yield from _incomplete(charges, of_line, line.origin, subject, "line.allowance_charges")


def _incomplete(
    charges: tuple[AllowanceCharge, ...], base: Amount | None, place: Place | None, line: str | None, field: str
) -> Iterator[Problem]:
    for one in charges:
        of = one.base_amount or base
        percent = one.multiplier_factor_numeric is not None and of is not None and of.value is not None
        if one.charge_indicator is None or ((one.amount is None or one.amount.value is None) and not percent):
            found = f"{one.multiplier_factor_numeric} %" if one.multiplier_factor_numeric is not None else one.reason or one.reason_code
            yield Problem(code="allowance-incomplete", place=place or Place(), subject=line or "-", found=found or "-", field=field)
