"""What a document must state, or nobody can act on it (architecture, section 4, "Mandatory").

Every document: number, issue date, the two sides by an identifier or a name. Every line: an item identifier or name, a quantity and
a unit; a quantity is greater than 0, but for changes, responses and receipts, in which 0 says something. As soon as there is a price
or an amount: its currency (UBL demands currencyID on every amount). And by kind:

    order                    at least one line (UBL 2.1 Order, Peppol BIS Order 3)
    change, cancellation     the order; in a change of single lines, what happens to each
    response                 the order, and whether it is accepted
    despatch, receipt        the order or the despatch, for the whole or in each line
    invoice, credit note     the seller's tax number; per line amount, tax category and rate; totals without, of and with tax
                             (EN 16931 BR-1 to BR-28); a credit note also its invoice or a reason
    remittance               the amount of each line
    application response     what it answers

Units, currencies and tax categories that a rule or a partner's default gives are filled before (wharfinger/resolve.py).
"""

from collections.abc import Iterator
from typing import Any

from wharfinger.amounts import amounts
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import (
    ApplicationResponse,
    CreditNote,
    CreditNoteLine,
    DespatchAdvice,
    DespatchLine,
    Invoice,
    InvoiceLine,
    Item,
    Line,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    OrderResponse,
    Party,
    Place,
    ReceiptAdvice,
    ReceiptLine,
    Record,
    RemittanceAdviceLine,
    buyer,
    lines,
    quantity,
    quantity_field,
    seller,
    seller_field,
)

_NOWHERE = Place()
_WITHOUT_RATE = ("O", "E", "Z", "AE", "K", "G")
"""Tax categories (UNTDID 5305) of which the rate is 0 or none (EN 16931 BR-E, BR-Z, BR-AE, BR-IC, BR-G, BR-O)."""

_CHARGED = (InvoiceLine, CreditNoteLine)
_OF_ORDERS = {
    "id": "order-id-missing",
    "issue_date": "order-issue-date-missing",
    "buyer": "order-buyer-missing",
    "seller": "order-seller-missing",
    "lines": "order-lines-missing",
    "line item": "order-line-item-missing",
    "line quantity": "order-line-quantity-missing",
    "line quantity not positive": "order-line-quantity-not-positive",
    "line unit": "order-line-unit-missing",
}
_OF_OTHERS = {
    "id": "document-id-missing",
    "issue_date": "document-issue-date-missing",
    "buyer": "document-buyer-missing",
    "seller": "document-seller-missing",
    "lines": "document-lines-missing",
    "line item": "line-item-missing",
    "line quantity": "line-quantity-missing",
    "line quantity not positive": "line-quantity-not-positive",
    "line unit": "line-unit-missing",
}
"""Orders have codes of their own, which came first and stay."""


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield one problem for each thing that is missing, at the document's or the line's place."""
    place = record.origin or _NOWHERE
    codes = _OF_ORDERS if isinstance(record, Order) else _OF_OTHERS
    if not record.id:
        yield Problem(code=codes["id"], place=place, expected="id", field="id")
    if record.issue_date is None:
        yield Problem(code=codes["issue_date"], place=place, expected="issue_date", field="issue_date")
    if not _named(buyer(record)):
        yield Problem(code=codes["buyer"], place=place, expected="buyer_customer_party", field="buyer_customer_party.id")
    if not _named(seller(record)):
        yield Problem(code=codes["seller"], place=place, expected="seller_supplier_party", field="seller_supplier_party.id")
    if not lines(record) and not isinstance(record, OrderCancellation | OrderResponse | ApplicationResponse):
        yield Problem(code=codes["lines"], place=place, expected="lines", field="lines")
    yield from _of_kind(record, place)
    for number, line in enumerate(lines(record), 1):
        if isinstance(line, RemittanceAdviceLine):
            if line.debit_line_amount is None and line.credit_line_amount is None:
                at, subject = line.origin or _NOWHERE, line.id or str(number)
                yield Problem(code="line-amount-missing", place=at, subject=subject, expected="amount", field="line.debit_line_amount")
            continue
        counted = quantity(line)
        whole = counted is not None and counted.value is not None and counted.value > 0 and counted.unit_code
        if not (whole and _identified(line.item)):
            yield from _line(record, line, line.id or str(number))
        if isinstance(line, _CHARGED):
            yield from _charged(line, line.id or str(number))
    bare = next(((path, place) for path, amount, place in amounts(record) if not amount.currency_id), None)
    if bare is not None or (isinstance(record, Invoice | CreditNote) and not record.document_currency_code):
        field = "document_currency_code" if bare is None else f"{bare[0]}.currency_id"
        at = place if bare is None else bare[1]
        yield Problem(code="currency-missing", place=at, expected="document_currency_code", field=field)


def _of_kind(record: Record, place: Place) -> Iterator[Problem]:
    if isinstance(record, OrderChange | OrderCancellation | OrderResponse):
        if record.order_reference is None or not record.order_reference.id:
            yield Problem(code="order-reference-missing", place=place, expected="order_reference", field="order_reference.id")
    elif isinstance(record, DespatchAdvice | ReceiptAdvice) and not _refers(record):
        yield Problem(code="order-reference-missing", place=place, expected="order_reference", field="order_reference.id")
    if isinstance(record, OrderResponse) and not record.order_response_code:
        yield Problem(code="order-response-code-missing", place=place, expected="order_response_code", field="order_response_code")
    if isinstance(record, OrderChange) and record.change_scope != "complete":
        for number, line in enumerate(record.order_lines, 1):
            if not line.line_status_code:
                at, subject = line.origin or _NOWHERE, line.id or str(number)
                field = "line.line_status_code"
                yield Problem(code="line-action-missing", place=at, subject=subject, expected="line_status_code", field=field)
    if isinstance(record, Invoice | CreditNote):
        yield from _invoice(record, place)
    if isinstance(record, ApplicationResponse) and not record.document_responses:
        yield Problem(code="response-missing", place=place, expected="document_responses", field="document_responses")


def _invoice(record: Invoice | CreditNote, place: Place) -> Iterator[Problem]:
    party = seller(record)
    if party is not None and not any(one.value for one in party.tax_ids):
        yield Problem(code="seller-tax-id-missing", place=place, expected="tax_ids", field=f"{seller_field(record)}.tax_ids")
    total = record.legal_monetary_total
    stated: dict[str, Any] = {
        "tax_exclusive_amount": total and total.tax_exclusive_amount,
        "tax_amount": record.tax_total and record.tax_total.tax_amount,
        "payable_amount": total and total.payable_amount,
    }
    for name, amount in stated.items():
        if amount is None or amount.value is None:
            of = "tax_total" if name == "tax_amount" else "legal_monetary_total"
            yield Problem(code="total-missing", place=place, subject=name, expected=name, field=f"{of}.{name}.value")
    if isinstance(record, CreditNote) and not (
        record.billing_references
        or record.discrepancy_responses
        or record.notes
        or any(line.billing_reference is not None or line.notes for line in record.credit_note_lines)
    ):
        yield Problem(code="credit-note-reason-missing", place=place, expected="billing_references", field="billing_references")


def _charged(line: InvoiceLine | CreditNoteLine, subject: str) -> Iterator[Problem]:
    place = line.origin or _NOWHERE
    if line.line_extension_amount is None or line.line_extension_amount.value is None:
        field = "line.line_extension_amount.value"
        yield Problem(code="line-amount-missing", place=place, subject=subject, expected="line_extension_amount", field=field)
    tax = line.item.classified_tax_category if line.item is not None else None
    if tax is None or not tax.id or (tax.percent is None and tax.id not in _WITHOUT_RATE):
        field = "line.item.classified_tax_category.id"
        yield Problem(code="line-tax-missing", place=place, subject=subject, expected="classified_tax_category", field=field)


def _refers(record: DespatchAdvice | ReceiptAdvice) -> bool:
    reference = record.order_reference
    if isinstance(record, ReceiptAdvice) and (reference is None or not reference.id):
        reference = record.despatch_document_reference
    return (reference is not None and bool(reference.id)) or (bool(lines(record)) and all(_line_refers(line) for line in lines(record)))


def _line_refers(line: Line) -> bool:
    references = (getattr(line, "order_line_reference", None), getattr(line, "despatch_line_reference", None))
    return any(one is not None and one.id for one in references)


def _line(record: Record, line: OrderLine | DespatchLine | ReceiptLine | InvoiceLine | CreditNoteLine, subject: str) -> Iterator[Problem]:
    place = line.origin or _NOWHERE
    codes = _OF_ORDERS if isinstance(record, Order) else _OF_OTHERS
    counted, counts = quantity(line), f"line.{quantity_field(type(line))}"
    refers = getattr(line, "order_line_reference", None) is not None or isinstance(record, OrderChange | OrderResponse)
    if not _identified(line.item) and not (refers and line.id):
        yield Problem(code=codes["line item"], place=place, subject=subject, expected="item", field="line.item")
    if counted is None or counted.value is None:
        if not isinstance(record, OrderResponse) and not _speaks_without_quantity(line):
            yield Problem(code=codes["line quantity"], place=place, subject=subject, expected="quantity", field=f"{counts}.value")
        return
    zero_speaks = isinstance(record, OrderChange | OrderResponse | ReceiptAdvice)
    takes_back = isinstance(record, Invoice | CreditNote)  # EN 16931 lets a line be negative
    if (counted.value < 0 and not takes_back) or (counted.value == 0 and not zero_speaks):
        expected, found = ">= 0" if zero_speaks else "> 0", f"{counted.value:f}"
        code = codes["line quantity not positive"]
        yield Problem(code=code, place=place, subject=subject, expected=expected, found=found, field=f"{counts}.value")
    if not counted.unit_code:
        yield Problem(code=codes["line unit"], place=place, subject=subject, expected="quantity.unit_code", field=f"{counts}.unit_code")


def _speaks_without_quantity(line: Line) -> bool:
    """A line that is deleted, accepted or refused as a whole, or of which all was refused or missing."""
    if isinstance(line, OrderLine):
        return line.line_status_code in ("2", "5", "7", "42")
    return isinstance(line, ReceiptLine) and (line.rejected_quantity is not None or line.short_quantity is not None)


def _named(party: Party | None) -> bool:
    if party is None:
        return False
    numbers = (party.endpoint_id, *party.identifications, *party.tax_ids)
    return bool(party.id or party.name or party.registration_name or any(one is not None and one.value for one in numbers))


def _identified(item: Item | None) -> bool:
    if item is None:
        return False
    if item.name or (item.standard_item_identification is not None and item.standard_item_identification.value):
        return True
    numbers = (
        item.sellers_item_identification,
        item.buyers_item_identification,
        item.manufacturers_item_identification,
        *item.additional_item_identifications,
    )
    return bool(any(item.descriptions) or any(one is not None and one.value for one in numbers))
