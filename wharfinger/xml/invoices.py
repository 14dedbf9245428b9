"""Invoices, credit notes and remittance advices as UBL."""

from collections.abc import Iterator

from wharfinger.records import (
    Amount,
    CreditNote,
    CreditNoteLine,
    DocumentReference,
    Invoice,
    InvoiceLine,
    RemittanceAdvice,
    RemittanceAdviceLine,
)
from wharfinger.xml.parts import (
    TEST,
    allowance,
    amount,
    billing_reference,
    boolean,
    delivery,
    delivery_terms,
    document,
    exchange_rate,
    item,
    line_reference,
    order_line_reference,
    order_reference,
    party,
    party_or,
    payment_means,
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


def invoice(one: Invoice) -> str:
    """UBL 2.1 Invoice."""
    currency = one.document_currency_code
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("DueDate", one.due_date),
        text("InvoiceTypeCode", one.invoice_type_code),
        *(text("Note", note) for note in one.notes),
        text("TaxPointDate", one.tax_point_date),
        *_currencies_and_buyers_references(one),
        order_reference(one.order_reference, one.sales_order_id),
        *(billing_reference(other) for other in one.billing_references),
        reference("DespatchDocumentReference", one.despatch_document_reference),
        reference("ReceiptDocumentReference", one.receipt_document_reference),
        reference("OriginatorDocumentReference", one.originator_document_reference),
        reference("ContractDocumentReference", one.contract),
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        *_parties_and_payment(one),
        *_allowances(one),
        exchange_rate("TaxExchangeRate", one.tax_exchange_rate, currency, one.tax_currency_code),
        tax_total(one.tax_total, currency),
        *(tax_total(other, currency) for other in one.further_tax_totals),
        tax_total(one.tax_currency_tax_total, one.tax_currency_code),
        *(tax_total(other, currency, "WithholdingTaxTotal") for other in one.withholding_tax_totals),
        total("LegalMonetaryTotal", one.legal_monetary_total, currency),
        *(_invoice_line(line, number, currency) for number, line in enumerate(one.invoice_lines, 1)),
    ]
    return document("Invoice", parts)


def credit_note(one: CreditNote) -> str:
    """UBL 2.1 CreditNote."""
    currency = one.document_currency_code
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("TaxPointDate", one.tax_point_date),
        text("CreditNoteTypeCode", one.credit_note_type_code),
        *(text("Note", note) for note in one.notes),
        *_currencies_and_buyers_references(one),
        *(wrapped("DiscrepancyResponse", text("Description", words)) for words in one.discrepancy_responses),
        order_reference(one.order_reference, one.sales_order_id),
        *(billing_reference(other) for other in one.billing_references),
        reference("DespatchDocumentReference", one.despatch_document_reference),
        reference("ReceiptDocumentReference", one.receipt_document_reference),
        reference("ContractDocumentReference", one.contract),
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        reference("OriginatorDocumentReference", one.originator_document_reference),
        *_parties_and_payment(one),
        exchange_rate("TaxExchangeRate", one.tax_exchange_rate, currency, one.tax_currency_code),
        *_allowances(one),
        tax_total(one.tax_total, currency),
        *(tax_total(other, currency) for other in one.further_tax_totals),
        tax_total(one.tax_currency_tax_total, one.tax_currency_code),
        total("LegalMonetaryTotal", one.legal_monetary_total, currency),
        *(_credit_note_line(line, number, currency) for number, line in enumerate(one.credit_note_lines, 1)),
    ]
    return document("CreditNote", parts, [text("DueDate", one.due_date)])


def remittance_advice(one: RemittanceAdvice) -> str:
    """UBL 2.1 RemittanceAdvice, which has room for one means of payment and none for its terms and exchange rate."""
    currency = one.document_currency_code
    means = [payment_means(other) for other in one.payment_means]
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        *(text("Note", note) for note in one.notes),
        text("DocumentCurrencyCode", currency),
        amount("TotalDebitAmount", one.total_debit_amount, currency),
        amount("TotalCreditAmount", one.total_credit_amount, currency),
        amount("TotalPaymentAmount", one.total_payment_amount, currency),
        text("PaymentOrderReference", one.payment_order_reference),
        text("PayerReference", one.payer_reference),
        text("InvoicingPartyReference", one.invoicing_party_reference),
        text("LineCountNumeric", one.line_count_numeric),
        period("InvoicePeriod", one.invoice_period),
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        wrapped("AccountingCustomerParty", party("Party", one.accounting_customer_party)),
        wrapped("AccountingSupplierParty", party("Party", one.accounting_supplier_party)),
        party("PayeeParty", one.payee_party),
        *means[:1],
        *(_remittance_line(line, number, currency) for number, line in enumerate(one.remittance_advice_lines, 1)),
    ]
    rate = exchange_rate("ExchangeRate", one.exchange_rate, None, currency)
    return document("RemittanceAdvice", parts, [*means[1:], payment_terms(one.payment_terms), rate])


def _currencies_and_buyers_references(one: Invoice | CreditNote) -> list[str]:
    return [
        text("DocumentCurrencyCode", one.document_currency_code),
        text("TaxCurrencyCode", one.tax_currency_code),
        text("AccountingCost", one.accounting_cost),
        text("LineCountNumeric", one.line_count_numeric),
        text("BuyerReference", one.buyer_reference),
        period("InvoicePeriod", one.invoice_period),
    ]


def _parties_and_payment(one: Invoice | CreditNote) -> list[str]:
    return [
        party_or("AccountingSupplierParty", one.accounting_supplier_party, "SellerSupplierParty", one.seller_supplier_party),
        party_or("AccountingCustomerParty", one.accounting_customer_party, "BuyerCustomerParty", one.buyer_customer_party),
        party("PayeeParty", one.payee_party),
        wrapped("BuyerCustomerParty", party("Party", one.buyer_customer_party)),
        wrapped("SellerSupplierParty", party("Party", one.seller_supplier_party)),
        party("TaxRepresentativeParty", one.tax_representative_party),
        delivery(one.delivery, None),
        *(delivery(other, None) for other in one.further_deliveries),
        delivery_terms(one.delivery_terms),
        *(payment_means(means) for means in one.payment_means),
        payment_terms(one.payment_terms),
        *(payment_terms(other) for other in one.further_payment_terms),
    ]


def _allowances(one: Invoice | CreditNote) -> Iterator[str]:
    lines: Amount | None = one.legal_monetary_total.line_extension_amount if one.legal_monetary_total else None
    return (allowance(other, lines, one.document_currency_code) for other in one.allowance_charges)


def _invoice_line(line: InvoiceLine, number: int, currency: str | None) -> str:
    unit = line.invoiced_quantity.unit_code if line.invoiced_quantity else None
    parts = [
        text("ID", line.id or str(number)),
        *[text("Note", note) for note in line.notes],
        quantity("InvoicedQuantity", line.invoiced_quantity, None),
        *_amount_and_references(line, unit, currency),
        *[allowance(one, line.line_extension_amount, currency) for one in line.allowance_charges],
        tax_total(line.tax_total, currency),
        item(line.item, unit, rated=True),
        price(line.price, unit, currency) if line.price else "",
    ]
    return wrapped("InvoiceLine", "".join(parts))


def _credit_note_line(line: CreditNoteLine, number: int, currency: str | None) -> str:
    unit = line.credited_quantity.unit_code if line.credited_quantity else None
    parts = [
        text("ID", line.id or str(number)),
        *[text("Note", note) for note in line.notes],
        quantity("CreditedQuantity", line.credited_quantity, None),
        *_amount_and_references(line, unit, currency),
        tax_total(line.tax_total, currency),
        *[allowance(one, line.line_extension_amount, currency) for one in line.allowance_charges],
        item(line.item, unit, rated=True),
        price(line.price, unit, currency) if line.price else "",
    ]
    return wrapped("CreditNoteLine", "".join(parts))


def _amount_and_references(line: InvoiceLine | CreditNoteLine, unit: str | None, currency: str | None) -> list[str]:
    return [
        amount("LineExtensionAmount", line.line_extension_amount, currency),
        text("AccountingCost", line.accounting_cost),
        text("FreeOfChargeIndicator", boolean(line.free_of_charge_indicator)),
        period("InvoicePeriod", line.invoice_period),
        order_line_reference(line.order_line_reference),
        line_reference("DespatchLineReference", line.despatch_line_reference),
        line_reference("ReceiptLineReference", line.receipt_line_reference),
        billing_reference(line.billing_reference),
        *[reference("DocumentReference", one) for one in line.document_references],
        pricing_reference(line.price, currency),
        *[delivery(one, unit) for one in line.deliveries],
    ]


def _remittance_line(line: RemittanceAdviceLine, number: int, currency: str | None) -> str:
    charges = "".join([allowance(one, None, currency) for one in line.allowance_charges])
    settled: DocumentReference | None = line.billing_reference
    parts = [
        text("ID", line.id or str(number)),
        *(text("Note", note) for note in line.notes),
        amount("DebitLineAmount", line.debit_line_amount, currency),
        amount("CreditLineAmount", line.credit_line_amount, currency),
        amount("BalanceAmount", line.balance_amount, currency),
        text("PaymentPurposeCode", line.payment_purpose_code),
        text("InvoicingPartyReference", line.invoicing_party_reference),
        billing_reference(settled, charges),
        *(reference("DocumentReference", one) for one in line.document_references),
    ]
    return wrapped("RemittanceAdviceLine", "".join(parts))
