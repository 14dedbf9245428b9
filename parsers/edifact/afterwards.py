"""What a path cannot say of a record that a mapping made, because it takes several values together: responses, invoices, remittances.

What is computed or turned here is not in the message: its field is noted in `assumed`. The record was made just now and nobody else
has it: it may still be written to.

>>> from wharfinger.records import OrderLine
>>> response = OrderResponse(test_indicator=False, order_lines=(OrderLine(line_status_code="5"), OrderLine(line_status_code="7")))
>>> respond(response)
>>> response.order_response_code, response.assumed
('CA', ('order_response_code',))
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from wharfinger.problems import Problem
from wharfinger.records import (
    AllowanceCharge,
    Amount,
    CreditNote,
    Invoice,
    MonetaryTotal,
    Order,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    Party,
    PaymentMeans,
    Place,
    Quantity,
    Record,
    RemittanceAdvice,
    TaxCategory,
    TaxTotal,
    lines,
)
from wharfinger.traversal import changed, parts

_ACCEPTED, _REFUSED, _UNTOUCHED = "5", "7", "4"
"""Codes of UNTDID 1229 for a line: accepted without amendment, not accepted, no action."""


def complete(record: Record) -> tuple[Record, list[Problem]]:
    """The record, and what is wrong with it."""
    if isinstance(record, Order | OrderChange | OrderResponse | Invoice | CreditNote):
        _compare_prices(lines(record))
    if isinstance(record, OrderResponse):
        respond(record)
    elif isinstance(record, OrderCancellation):
        _give_reasons(record)
    elif isinstance(record, Invoice | CreditNote):
        _name_each_party_once(record)
        _pay_in_one_way(record)
        _refer_to_others(record)
        _name_rates(record)
        _add_up(record)
        if isinstance(record, CreditNote):
            return _without_signs(record)
    elif isinstance(record, RemittanceAdvice):
        _name_each_party_once(record)
        _deduct(record)
    return record, []


def respond(response: OrderResponse) -> None:
    """Where the head does not say what is answered, or says that all is accepted, the lines may say it."""
    codes = {line.line_status_code for line in response.order_lines}
    told = frozenset(code for code in codes if code and code != _UNTOUCHED)
    if not told:
        return
    if response.order_response_code is None:
        if None in codes:
            return
        every = {frozenset((_ACCEPTED,)): "AP", frozenset((_REFUSED,)): "RE"}
        _assume(response, "order_response_code", every.get(told, "CA"))
    elif response.order_response_code == "AP" and told != {_ACCEPTED}:
        _assume(response, "order_response_code", "CA")


def _compare_prices(found: tuple[Any, ...]) -> None:
    """Where a line states a list price beside the net price, what makes the one of the other is their difference."""
    for line in found:
        price = line.price
        if price is None or not price.allowance_charges:
            continue
        [listed] = price.allowance_charges
        difference = _less(listed.base_amount, price.price_amount)
        if difference is not None and difference.value is not None:
            charge = difference.value < 0
            amount = _positive(difference)
            made = msgspec.structs.replace(listed, charge_indicator=charge, amount=amount)
            msgspec.structs.force_setattr(line, "price", msgspec.structs.replace(price, allowance_charges=(made,)))


def _give_reasons(record: OrderCancellation) -> None:
    """Texts of which none is marked as the reason of the cancellation are its reasons."""
    if not record.cancellation_notes:
        msgspec.structs.force_setattr(record, "cancellation_notes", record.notes)
        msgspec.structs.force_setattr(record, "notes", ())


def _pay_in_one_way(record: Invoice | CreditNote) -> None:
    """What stands with the terms of payment (code, account) belongs to what stands in the head, unless it says something else there.

    A due date alone is no way to pay: it is the document's.
    """
    found = list(record.payment_means)
    while len(found) > 1 and all(None in (one, other) or one == other for one, other in zip(*map(_fields, found[:2]), strict=True)):
        first, second = found[:2]
        both = {name: getattr(first, name) or getattr(second, name) for name in PaymentMeans.__struct_fields__}
        found[:2] = [PaymentMeans(**both)]
    kept = tuple(one for one in found if one != PaymentMeans(payment_due_date=one.payment_due_date))
    msgspec.structs.force_setattr(record, "payment_means", kept)


def _fields(means: PaymentMeans) -> tuple[Any, ...]:
    return tuple(getattr(means, name) for name in PaymentMeans.__struct_fields__)


def _name_each_party_once(record: Invoice | CreditNote | RemittanceAdvice) -> None:
    """A party that two fields took from the same NAD stays in the one that must be there."""
    for main, other in (
        ("accounting_supplier_party", "seller_supplier_party"),
        ("accounting_customer_party", "buyer_customer_party"),
        ("accounting_supplier_party", "payee_party"),
    ):
        party = getattr(record, other, None)
        if party is not None and _same(getattr(record, main), party):
            msgspec.structs.force_setattr(record, other, None)


def _same(one: Party | None, other: Party) -> bool:
    return one is not None and (one.id, one.name, one.endpoint_id, one.identifications) == (
        other.id, other.name, other.endpoint_id, other.identifications
    )


def _refer_to_others(record: Invoice | CreditNote) -> None:
    """An invoice that refers to its own number (RFF+IV) refers to nothing."""
    others = tuple(one for one in record.billing_references if one.id != record.id)
    if len(others) != len(record.billing_references):
        msgspec.structs.force_setattr(record, "billing_references", others)


def _add_up(record: Invoice | CreditNote) -> None:
    """What the message states in parts only: the tax is the sum of its parts, the sum without tax that of what is taxed, or what the
    sum with tax has without it. Where there is one rate only, all tax is its tax."""
    tax, totals = record.tax_total, record.legal_monetary_total
    subtotals = tax.tax_subtotals if tax else ()
    amounts = tuple(one for one in subtotals if one.tax_amount or one.taxable_amount)
    if tax and amounts and amounts != subtotals:  # the rest repeat the rates
        tax, subtotals = msgspec.structs.replace(tax, tax_subtotals=amounts), amounts
        msgspec.structs.force_setattr(record, "tax_total", tax)
    if tax and tax.tax_amount is None and (total := _sum(one.tax_amount for one in subtotals)):
        tax = TaxTotal(tax_amount=total, tax_subtotals=subtotals)
        _assume(record, "tax_total", tax)
    if totals and totals.tax_exclusive_amount is None:
        total = _sum(one.taxable_amount for one in subtotals) or _less(totals.tax_inclusive_amount, tax.tax_amount if tax else None)
        if total:
            totals = msgspec.structs.replace(totals, tax_exclusive_amount=total)
            _assume(record, "legal_monetary_total", totals)
    if len(subtotals) == 1 and tax:
        _apply(record, tax, totals)


def _apply(record: Invoice | CreditNote, tax: TaxTotal, totals: MonetaryTotal | None) -> None:
    """The only rate of the document."""
    [only] = tax.tax_subtotals
    whole = msgspec.structs.replace(
        only,
        tax_amount=only.tax_amount or tax.tax_amount,
        taxable_amount=only.taxable_amount or (totals.tax_exclusive_amount if totals else None),
    )
    if whole != only:
        _assume(record, "tax_total", msgspec.structs.replace(tax, tax_subtotals=(whole,)))


def _name_rates(record: Invoice | CreditNote) -> None:
    """A rate above 0 of which no category (5305) is stated is S: the standard rate, or a reduced one (UNTDID 5305, EN 16931 BR-S).

    The same is done for lines in wharfinger/resolve.py.
    """
    tax = record.tax_total
    if tax is not None and any(_unnamed(one.tax_category) for one in tax.tax_subtotals):
        named = tuple(msgspec.structs.replace(one, tax_category=_named(one.tax_category)) for one in tax.tax_subtotals)
        _assume(record, "tax_total", msgspec.structs.replace(tax, tax_subtotals=named))


def _unnamed(category: TaxCategory | None) -> bool:
    return category is not None and category.id is None and category.percent is not None and category.percent > 0


def _named(category: TaxCategory | None) -> TaxCategory | None:
    return msgspec.structs.replace(category, id="S") if category is not None and _unnamed(category) else category


def _less(amount: Amount | None, other: Amount | None) -> Amount | None:
    """The difference, in one currency."""
    if amount is None or other is None or amount.value is None or other.value is None or amount.currency_id != other.currency_id:
        return None
    return Amount(value=amount.value - other.value, currency_id=amount.currency_id)


def _sum(amounts: Iterable[Amount | None]) -> Amount | None:
    """The sum, if all are there and in one currency."""
    found = list(amounts)
    if not found:
        return None
    values = [one.value for one in found if one is not None and one.value is not None]
    currencies = {one.currency_id for one in found if one is not None}
    if len(values) != len(found) or len(currencies) != 1:
        return None
    return Amount(value=sum(values, Decimal(0)), currency_id=currencies.pop())


def _without_signs(record: CreditNote) -> tuple[Record, list[Problem]]:
    """A credit note whose amounts all are negative with the opposite sign, for its kind carries it already.

    Where only some are, but what is to be paid is, nobody can know which way the money goes.
    """
    totals = record.legal_monetary_total
    payable = totals.payable_amount if totals else None
    if payable is None or payable.value is None or payable.value >= 0:
        return record, []
    decisive = [amount.value for path, amount, _ in parts(record, Amount) if amount.value and _decides(path)]
    if any(value and value > 0 for value in decisive):
        place = record.origin or Place()
        return record, [Problem(code="credit-note-unclear", place=place, subject="INVOIC", found=record.credit_note_type_code)]
    _assume(record, "legal_monetary_total", totals)
    turned: dict[type, Callable[[Any], Any]] = {Amount: _positive, Quantity: _positive}
    return changed(record, turned), []


def _decides(path: str) -> bool:
    """Whether an amount has the sign of the document: not those of allowances and charges, which ALC tells, nor prices."""
    return not any(word in path for word in ("allowance", "charge", "price", "prepaid", "rounding"))


def _positive(value: Any) -> Any:
    return msgspec.structs.replace(value, value=-value.value) if value.value is not None and value.value < 0 else value


def _deduct(record: RemittanceAdvice) -> None:
    """Lines in their order in the message. What a credit note takes off has no sign: that it is taken off says which way it goes."""
    found = sorted(record.remittance_advice_lines, key=lambda line: (line.origin.segment or 0) if line.origin else 0)
    for line in found:
        amount = line.credit_line_amount
        if amount is not None and amount.value is not None and amount.value < 0:
            _assume(line, "credit_line_amount", _positive(amount))
        if any(one.amount and one.amount.value and one.amount.value < 0 for one in line.allowance_charges):
            turned = tuple(_turned(one) for one in line.allowance_charges)
            _assume(line, "allowance_charges", turned)
    msgspec.structs.force_setattr(record, "remittance_advice_lines", tuple(found))


def _turned(one: AllowanceCharge) -> AllowanceCharge:
    """An allowance of a negative amount is a charge."""
    if one.amount is None or one.amount.value is None or one.amount.value >= 0:
        return one
    return msgspec.structs.replace(one, charge_indicator=not one.charge_indicator, amount=_positive(one.amount))


def _assume(part: Any, field: str, value: Any) -> None:
    msgspec.structs.force_setattr(part, field, value)
    if field not in part.assumed:
        msgspec.structs.force_setattr(part, "assumed", (*part.assumed, field))
