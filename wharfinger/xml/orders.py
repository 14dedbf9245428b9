"""Orders, their changes, cancellations and responses as UBL: four documents that share their lines."""

from collections.abc import Iterator

import msgspec

from wharfinger.records import (
    Amount,
    DocumentReference,
    MonetaryTotal,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    OrderResponse,
    TaxTotal,
)
from wharfinger.xml.parts import (
    CODE_MARK,
    CONTRACT,
    MARK,
    TEST,
    allowance,
    amount,
    contract,
    delivery,
    delivery_terms,
    document,
    escaped,
    item,
    line_reference,
    order_line_reference,
    order_reference,
    party,
    party_or,
    payable,
    payment_terms,
    period,
    price,
    pricing_reference,
    quantity,
    reference,
    revision,
    tax_total,
    text,
    total,
    wrapped,
)

NO_REASON = "No reason given"


def order(one: Order) -> str:
    """UBL 2.1 Order."""
    currency = one.document_currency_code
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("SalesOrderID", one.sales_order_id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("OrderTypeCode", one.order_type_code),
        *(text("Note", note) for note in one.notes),
        text("DocumentCurrencyCode", currency),
        text("CustomerReference", one.customer_reference),
        text("AccountingCost", one.accounting_cost),
        text("LineCountNumeric", one.line_count_numeric),
        period("ValidityPeriod", one.validity_period),
        reference("QuotationDocumentReference", one.quotation_document_reference),
        reference("OrderDocumentReference", one.order_document_reference),
        reference("OriginatorDocumentReference", one.originator_document_reference),
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        contract(one.contract),
        party_or("BuyerCustomerParty", one.buyer_customer_party, "AccountingCustomerParty", one.accounting_customer_party),
        wrapped("SellerSupplierParty", party("Party", one.seller_supplier_party)),
        wrapped("OriginatorCustomerParty", party("Party", one.originator_customer_party)),
        party("FreightForwarderParty", one.freight_forwarder_party),
        wrapped("AccountingCustomerParty", party("Party", one.accounting_customer_party)),
        delivery(one.delivery, None),
        *(delivery(other, None) for other in one.further_deliveries),
        delivery_terms(one.delivery_terms),
        payment_terms(one.payment_terms),
        *(payment_terms(other) for other in one.further_payment_terms),
        *_allowances(one, one.anticipated_monetary_total),
        tax_total(one.tax_total, currency),
        *(tax_total(other, currency) for other in one.further_tax_totals),
        _total("AnticipatedMonetaryTotal", one.anticipated_monetary_total, one.tax_total, currency),
        *(_line(line, number, currency) for number, line in enumerate(one.order_lines, 1)),
    ]
    return document("Order", parts)


def order_change(one: OrderChange) -> str:
    """UBL 2.1 OrderChange."""
    currency = one.document_currency_code
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("SalesOrderID", one.sales_order_id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("SequenceNumberID", one.sequence_number_id) or f"<cbc:SequenceNumberID{MARK}>1</cbc:SequenceNumberID>",
        *(text("Note", note) for note in one.notes),
        text("DocumentCurrencyCode", currency),
        text("CustomerReference", one.customer_reference),
        text("AccountingCost", one.accounting_cost),
        text("LineCountNumeric", one.line_count_numeric),
        period("ValidityPeriod", one.validity_period),
        order_reference(one.order_reference, more=_scope(one)),
        reference("QuotationDocumentReference", one.quotation_document_reference),
        reference("OriginatorDocumentReference", one.originator_document_reference),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        contract(one.contract),
        party_or("BuyerCustomerParty", one.buyer_customer_party, "AccountingCustomerParty", one.accounting_customer_party),
        wrapped("SellerSupplierParty", party("Party", one.seller_supplier_party)),
        wrapped("OriginatorCustomerParty", party("Party", one.originator_customer_party)),
        party("FreightForwarderParty", one.freight_forwarder_party),
        wrapped("AccountingCustomerParty", party("Party", one.accounting_customer_party)),
        delivery(one.delivery, None),
        *(delivery(other, None) for other in one.further_deliveries),
        delivery_terms(one.delivery_terms),
        payment_terms(one.payment_terms),
        *(payment_terms(other) for other in one.further_payment_terms),
        *_allowances(one, one.anticipated_monetary_total),
        tax_total(one.tax_total, currency),
        *(tax_total(other, currency) for other in one.further_tax_totals),
        _total("AnticipatedMonetaryTotal", one.anticipated_monetary_total, one.tax_total, currency),
        *(_line(line, number, currency) for number, line in enumerate(one.order_lines, 1)),
    ]
    return document("OrderChange", parts, [text("OrderTypeCode", one.order_type_code)])


def order_cancellation(one: OrderCancellation) -> str:
    """UBL 2.1 OrderCancellation."""
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        *(text("Note", note) for note in one.notes),
        *(text("CancellationNote", note) for note in one.cancellation_notes or (NO_REASON,)),
        order_reference(one.order_reference),
        reference("OriginatorDocumentReference", one.originator_document_reference),
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        contract(one.contract),
        wrapped("BuyerCustomerParty", party("Party", one.buyer_customer_party)),
        wrapped("SellerSupplierParty", party("Party", one.seller_supplier_party)),
        wrapped("OriginatorCustomerParty", party("Party", one.originator_customer_party)),
    ]
    return document("OrderCancellation", parts)


def order_response(one: OrderResponse) -> str:
    """UBL 2.1 OrderResponse."""
    currency = one.document_currency_code
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("SalesOrderID", one.sales_order_id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("OrderResponseCode", one.order_response_code),
        *(text("Note", note) for note in one.notes),
        text("DocumentCurrencyCode", currency),
        text("CustomerReference", one.customer_reference),
        text("LineCountNumeric", one.line_count_numeric),
        period("ValidityPeriod", one.validity_period),
        order_reference(one.order_reference),
        reference("OrderDocumentReference", one.order_change_reference),
        reference("OriginatorDocumentReference", one.originator_document_reference),
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        contract(one.contract),
        party_or("SellerSupplierParty", one.seller_supplier_party, "AccountingSupplierParty", one.accounting_supplier_party),
        party_or("BuyerCustomerParty", one.buyer_customer_party, "AccountingCustomerParty", one.accounting_customer_party),
        wrapped("OriginatorCustomerParty", party("Party", one.originator_customer_party)),
        party("FreightForwarderParty", one.freight_forwarder_party),
        wrapped("AccountingSupplierParty", party("Party", one.accounting_supplier_party)),
        wrapped("AccountingCustomerParty", party("Party", one.accounting_customer_party)),
        delivery(one.delivery, None),
        *(delivery(other, None) for other in one.further_deliveries),
        delivery_terms(one.delivery_terms),
        payment_terms(one.payment_terms),
        *(payment_terms(other) for other in one.further_payment_terms),
        *_allowances(one, one.legal_monetary_total),
        tax_total(one.tax_total, currency),
        *(tax_total(other, currency) for other in one.further_tax_totals),
        _total("LegalMonetaryTotal", one.legal_monetary_total, one.tax_total, currency),
        *(_line(line, number, currency) for number, line in enumerate(one.order_lines, 1)),
    ]
    return document("OrderResponse", parts, [text("OrderTypeCode", one.order_type_code)])


def _line(line: OrderLine, number: int, currency: str | None) -> str:
    """The one thing written so often that rare fields are looked at only where they are."""
    counted, priced = line.quantity, line.price
    unit = counted.unit_code if counted else None
    notes = deliveries = gross = charges = tax = substitute = ordered = of_lines = references = ""
    if line.notes:
        notes = "".join([text("Note", note) for note in line.notes])
    if line.deliveries:
        deliveries = "".join([delivery(one, unit) for one in line.deliveries])
    if priced and priced.gross_amount:
        gross = pricing_reference(priced, currency)
    if line.allowance_charges:
        charges = "".join([allowance(one, line.line_extension_amount, currency) for one in line.allowance_charges])
    if line.tax_total:
        tax = tax_total(line.tax_total, currency)
    if line.document_references or line.contract:
        of_lines, references = _line_references(line)
    id = escaped(line.id or str(number))
    if line.seller_substituted_item:
        instead = item(line.seller_substituted_item, unit)
        substitute = wrapped("SellerSubstitutedLineItem", f"<cbc:ID>{id}</cbc:ID>{instead}" if instead else "")
    if line.order_line_reference:
        ordered = order_line_reference(line.order_line_reference)
    return (
        f"<cac:OrderLine>{notes}<cac:LineItem><cbc:ID>{id}</cbc:ID>"
        f"{text('LineStatusCode', line.line_status_code) if line.line_status_code else ''}"
        f"{quantity('Quantity', counted, None)}"
        f"{amount('LineExtensionAmount', line.line_extension_amount, currency)}"
        f"{text('AccountingCost', line.accounting_cost) if line.accounting_cost else ''}"
        f"{deliveries}{gross}{charges}"
        f"{price(priced, unit, currency) if priced else ''}"
        f"{item(line.item, unit) or '<cac:Item/>'}"
        f"{tax}{of_lines}</cac:LineItem>{substitute}{ordered}{references}</cac:OrderLine>"
    )


def _line_references(line: OrderLine) -> tuple[str, str]:
    """References to a line of another document, then those to a whole one; the contract says by its type what it is."""
    references: list[tuple[DocumentReference, str | None]] = [(one, None) for one in line.document_references]
    if line.contract:
        references.append((line.contract, CONTRACT))
    return (
        "".join([line_reference("LineReference", one, of_type) for one, of_type in references if one.line_id]),
        "".join([reference("DocumentReference", one, of_type) for one, of_type in references if not one.line_id]),
    )


def _scope(one: OrderChange) -> str:
    """Whether the change is the order anew or only what changes: the status of the order that it refers to."""
    if one.order_reference is None or not one.order_reference.id:
        return ""
    code = text("DocumentStatusCode", one.change_scope)
    if not code and one.order_lines and all(line.line_status_code for line in one.order_lines):
        code = f"<cbc:DocumentStatusCode{CODE_MARK}>delta</cbc:DocumentStatusCode>"
    return wrapped("DocumentReference", f"{text('ID', one.order_reference.id)}{code}") if code else ""


def _allowances(one: Order | OrderChange | OrderResponse, totals: MonetaryTotal | None) -> Iterator[str]:
    lines: Amount | None = totals.line_extension_amount if totals else None
    return (allowance(other, lines, one.document_currency_code) for other in one.allowance_charges)


def _total(name: str, one: MonetaryTotal | None, tax: TaxTotal | None, currency: str | None) -> str:
    if one is not None and one.payable_amount is None:
        one = msgspec.structs.replace(one, payable_amount=payable(one, tax))
    return total(name, one, currency)
