"""Canonical business records.

Names are those of UBL 2.1 (OASIS) in Python spelling; the numbers in brackets are the business terms of EN 16931
(BT, BG) and of Peppol BIS Order (tir) that say the same. A field that the document does not state is None or empty:
whether it must be there is decided by the checks, not by the records.

>>> quantity = Quantity(value=Decimal("24"), unit_code="C62")
>>> line = OrderLine(id="1", quantity=quantity, item=Item(name="Oil filter"))
>>> to_json(Order(id="4711", issue_date=date(2026, 11, 1), test_indicator=False, order_lines=(line,)))[:62]
b'{"kind":"Order","id":"4711","issue_date":"2026-11-01","test_in'
"""

from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from operator import attrgetter
from typing import Any, get_args

import msgspec


class Shape(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """A part of a record: immutable, compared by value, absent fields left out of its JSON."""


class Place(Shape, frozen=True):
    """Where something stands in what was received. Only the fields that apply; all numbers count from 1.

    part: path of the part in a mail or archive. interchange, message, segment, element, component: EDIFACT and X12.
    tag: segment or record name. byte: offset of the first byte. page, line: text documents. sheet, row, column: tables
    (column is its heading or letter). xpath: XML.
    """

    part: str | None = None
    interchange: int | None = None
    message: int | None = None
    segment: int | None = None
    tag: str | None = None
    element: int | None = None
    component: int | None = None
    byte: int | None = None
    page: int | None = None
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    xpath: str | None = None


class Identifier(Shape, frozen=True):
    """An identifier and who issues it: scheme_id is an ISO/IEC 6523 code (0088 GLN, 0160 GTIN) or a word (VAT, INN)."""

    value: str | None = None
    scheme_id: str | None = None


class Quantity(Shape, frozen=True):
    """A quantity; unit_code is a code of UNECE Recommendation 20 (C62 one, KGM kilogram)."""

    value: Decimal | None = None
    unit_code: str | None = None


class Amount(Shape, frozen=True):
    """An amount of money; currency_id is an ISO 4217 letter code."""

    value: Decimal | None = None
    currency_id: str | None = None


class Period(Shape, frozen=True):
    """Dates and times as printed: a date is never shifted by a time zone."""

    start_date: date | None = None
    start_time: time | None = None
    end_date: date | None = None
    end_time: time | None = None


class Address(Shape, frozen=True):
    """A postal address (BG-5, BG-8). country is an ISO 3166-1 alpha-2 code."""

    street_name: str | None = None
    additional_street_name: str | None = None
    address_lines: tuple[str, ...] = ()
    city_name: str | None = None
    postal_zone: str | None = None
    country_subentity: str | None = None
    country: str | None = None


class Contact(Shape, frozen=True):
    """A person or desk to ask (BG-6, BG-9)."""

    id: str | None = None
    name: str | None = None
    telephone: str | None = None
    telefax: str | None = None
    electronic_mail: str | None = None


class Party(Shape, frozen=True):
    """A buyer, seller or other party (BG-4, BG-7).

    id: the partner or company of this hub when it is known, else the code by which the document names the party.
    name: the name that it trades under (BT-28, BT-45), else its registered one; registration_name: BT-27, BT-44, where stated.
    endpoint_id: its GLN or other electronic address (BT-34, BT-49). identifications: every code as sent
    (scheme 91 assigned by the seller, 92 by the buyer). tax_ids: VAT, INN, KPP, UNP numbers (BT-31, BT-48).
    """

    id: str | None = None
    name: str | None = None
    endpoint_id: Identifier | None = None
    identifications: tuple[Identifier, ...] = ()
    tax_ids: tuple[Identifier, ...] = ()
    address: Address | None = None
    contact: Contact | None = None
    registration_name: str | None = None


class DocumentReference(Shape, frozen=True):
    """Another document by its number (BT-12 to BT-18). document_type_code: UNTDID 1001; line_id: one of its lines."""

    id: str | None = None
    issue_date: date | None = None
    line_id: str | None = None
    document_type_code: str | None = None


class Location(Shape, frozen=True):
    """A place of delivery or transport; id is usually a GLN (scheme 0088)."""

    id: Identifier | None = None
    name: str | None = None
    address: Address | None = None


class Despatch(Shape, frozen=True):
    """When the goods left or will leave, and from where."""

    estimated_despatch_date: date | None = None
    estimated_despatch_time: time | None = None
    actual_despatch_date: date | None = None
    actual_despatch_time: time | None = None
    despatch_location: Location | None = None


class Delivery(Shape, frozen=True):
    """Where and when to deliver, or when it was done (BG-13). quantity: the part of the line that this delivery carries."""

    quantity: Quantity | None = None
    requested_delivery_period: Period | None = None
    promised_delivery_period: Period | None = None
    delivery_location: Location | None = None
    delivery_party: Party | None = None
    estimated_delivery_period: Period | None = None
    actual_delivery_date: date | None = None
    actual_delivery_time: time | None = None
    despatch: Despatch | None = None


class DeliveryTerms(Shape, frozen=True):
    """Terms of delivery; id is an Incoterms code."""

    id: str | None = None
    special_terms: str | None = None
    delivery_location: Location | None = None


class PaymentTerms(Shape, frozen=True):
    """Terms of payment (BT-20)."""

    note: str | None = None
    payment_due_date: date | None = None
    settlement_discount_percent: Decimal | None = None
    settlement_period: Period | None = None


class FinancialAccount(Shape, frozen=True):
    """A bank account: id BT-84 (IBAN or another), name BT-85, financial_institution_branch_id BT-86 (BIC)."""

    id: str | None = None
    name: str | None = None
    financial_institution_branch_id: str | None = None


class PaymentMeans(Shape, frozen=True):
    """How to pay or how it was paid (BG-16): payment_means_code of UNTDID 4461 (BT-81), payment_id BT-83."""

    payment_means_code: str | None = None
    payment_due_date: date | None = None
    payment_id: str | None = None
    payer_financial_account: FinancialAccount | None = None
    payee_financial_account: FinancialAccount | None = None


class ExchangeRate(Shape, frozen=True):
    """One unit of the source currency is calculation_rate units of the target currency."""

    source_currency_code: str | None = None
    target_currency_code: str | None = None
    calculation_rate: Decimal | None = None
    exchange_date: date | None = None


class TaxCategory(Shape, frozen=True):
    """A tax category (BT-118, BT-151) of UNTDID 5305, its rate in percent (BT-119, BT-152), why there is no tax (BT-120, BT-121)."""

    id: str | None = None
    percent: Decimal | None = None
    tax_scheme: str | None = None
    tax_exemption_reason_code: str | None = None
    tax_exemption_reason: str | None = None


class TaxSubtotal(Shape, frozen=True):
    """The part of a tax that one category and rate brings (BG-23): taxable_amount BT-116, tax_amount BT-117."""

    taxable_amount: Amount | None = None
    tax_amount: Amount | None = None
    tax_category: TaxCategory | None = None


class TaxTotal(Shape, frozen=True):
    """The tax of a document or line (BT-110)."""

    tax_amount: Amount | None = None
    tax_subtotals: tuple[TaxSubtotal, ...] = ()


class AllowanceCharge(Shape, frozen=True):
    """An allowance (charge_indicator False) or charge (True) (BG-20, BG-21); the amount carries no sign of its own."""

    charge_indicator: bool | None = None
    reason_code: str | None = None
    reason: str | None = None
    multiplier_factor_numeric: Decimal | None = None
    amount: Amount | None = None
    base_amount: Amount | None = None
    tax_category: TaxCategory | None = None


class MonetaryTotal(Shape, frozen=True):
    """Totals (BG-22).

    line_extension_amount BT-106, allowance_total_amount BT-107, charge_total_amount BT-108, tax_exclusive_amount BT-109,
    tax_inclusive_amount BT-112, prepaid_amount BT-113, payable_rounding_amount BT-114, payable_amount BT-115.
    """

    line_extension_amount: Amount | None = None
    tax_exclusive_amount: Amount | None = None
    tax_inclusive_amount: Amount | None = None
    allowance_total_amount: Amount | None = None
    charge_total_amount: Amount | None = None
    payable_amount: Amount | None = None
    prepaid_amount: Amount | None = None
    payable_rounding_amount: Amount | None = None


class ItemProperty(Shape, frozen=True):
    """A property of an item (BG-32): name BT-160, value BT-161."""

    name: str | None = None
    value: str | None = None


class ItemInstance(Shape, frozen=True):
    """A lot, or one piece, of what is delivered."""

    lot_number_id: str | None = None
    expiry_date: date | None = None
    best_before_date: date | None = None
    manufacture_date: date | None = None
    serial_id: str | None = None


class Item(Shape, frozen=True):
    """What is ordered, delivered or charged (BG-31): name BT-153, sellers BT-155, buyers BT-156, standard BT-157 (GTIN, scheme 0160).

    commodity_classifications: BT-158, scheme_id is the list (UNTDID 7143: HS customs tariff, STI UNSPSC). origin_country: BT-159.
    lot_number_id: the lot of the whole line; item_instances: lots, serial numbers and dates of what it consists of.
    """

    name: str | None = None
    descriptions: tuple[str, ...] = ()
    buyers_item_identification: Identifier | None = None
    sellers_item_identification: Identifier | None = None
    manufacturers_item_identification: Identifier | None = None
    standard_item_identification: Identifier | None = None
    additional_item_identifications: tuple[Identifier, ...] = ()
    classified_tax_category: TaxCategory | None = None
    pack_quantity: Quantity | None = None
    lot_number_id: str | None = None
    commodity_classifications: tuple[Identifier, ...] = ()
    origin_country: str | None = None
    additional_item_properties: tuple[ItemProperty, ...] = ()
    item_instances: tuple[ItemInstance, ...] = ()


class Price(Shape, frozen=True):
    """A net unit price without VAT (BT-146) per base_quantity (BT-149). gross_amount: the price before conversion, if one was made.

    allowance_charges: what made the net price of the list price: its amount BT-147, its base_amount the list price without VAT BT-148.
    """

    price_amount: Amount | None = None
    base_quantity: Quantity | None = None
    price_type_code: str | None = None
    gross_amount: Amount | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()


class OrderLine(Shape, frozen=True):
    """A line of an order, a change or a response (BG-25, tir01-010).

    line_status_code: what happens to the line, a code of UNTDID 1229 (1 added, 2 deleted, 3 changed, 5 accepted, 7 not accepted,
    42 already delivered). order_line_reference: in a change or a response, the line of the order that is meant.
    seller_substituted_item: in a response, what the seller delivers instead. accounting_cost: BT-133.
    """

    id: str | None = None
    line_status_code: str | None = None
    quantity: Quantity | None = None
    item: Item | None = None
    price: Price | None = None
    line_extension_amount: Amount | None = None
    tax_total: TaxTotal | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    notes: tuple[str, ...] = ()
    order_line_reference: DocumentReference | None = None
    seller_substituted_item: Item | None = None
    accounting_cost: str | None = None
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class Order(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="Order", gc=False):
    """A purchase order (Peppol transaction T01, UBL 2.1 Order, EDIFACT ORDERS).

    sequence_number_id: the revision, None for the first. assumed: names of the fields that the document does not state
    and a partner's default or a rule filled. extensions: what no mapping placed, by its path in the source format.
    further_deliveries, further_payment_terms, further_tax_totals (a tax of another scheme): the second and all after it, where the
    document as a whole has several; so in every kind.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    order_type_code: str | None = None
    sequence_number_id: str | None = None
    document_currency_code: str | None = None
    notes: tuple[str, ...] = ()
    customer_reference: str | None = None
    validity_period: Period | None = None
    quotation_document_reference: DocumentReference | None = None
    order_document_reference: DocumentReference | None = None
    originator_document_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    originator_customer_party: Party | None = None
    freight_forwarder_party: Party | None = None
    accounting_customer_party: Party | None = None
    delivery: Delivery | None = None
    further_deliveries: tuple[Delivery, ...] = ()
    delivery_terms: DeliveryTerms | None = None
    payment_terms: PaymentTerms | None = None
    further_payment_terms: tuple[PaymentTerms, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    further_tax_totals: tuple[TaxTotal, ...] = ()
    anticipated_monetary_total: MonetaryTotal | None = None
    line_count_numeric: int | None = None
    sales_order_id: str | None = None
    accounting_cost: str | None = None
    order_lines: tuple[OrderLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class OrderChange(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="OrderChange", gc=False):
    """A change of an order (UBL 2.1 OrderChange, EDIFACT ORDCHG).

    order_reference: the order. change_scope: "complete" (the order anew: what is not named any more is gone) or "delta" (only the
    lines that change). Each line says by line_status_code what happens to it.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    order_type_code: str | None = None
    sequence_number_id: str | None = None
    change_scope: str | None = None
    document_currency_code: str | None = None
    notes: tuple[str, ...] = ()
    customer_reference: str | None = None
    validity_period: Period | None = None
    order_reference: DocumentReference | None = None
    quotation_document_reference: DocumentReference | None = None
    originator_document_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    originator_customer_party: Party | None = None
    freight_forwarder_party: Party | None = None
    accounting_customer_party: Party | None = None
    delivery: Delivery | None = None
    further_deliveries: tuple[Delivery, ...] = ()
    delivery_terms: DeliveryTerms | None = None
    payment_terms: PaymentTerms | None = None
    further_payment_terms: tuple[PaymentTerms, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    further_tax_totals: tuple[TaxTotal, ...] = ()
    anticipated_monetary_total: MonetaryTotal | None = None
    line_count_numeric: int | None = None
    sales_order_id: str | None = None
    accounting_cost: str | None = None
    order_lines: tuple[OrderLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class OrderCancellation(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="OrderCancellation", gc=False):
    """The cancellation of a whole order (UBL 2.1 OrderCancellation, EDIFACT ORDCHG or ORDERS with function 1).

    cancellation_notes: why.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    sequence_number_id: str | None = None
    notes: tuple[str, ...] = ()
    cancellation_notes: tuple[str, ...] = ()
    order_reference: DocumentReference | None = None
    originator_document_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    originator_customer_party: Party | None = None
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class OrderResponse(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="OrderResponse", gc=False):
    """What the seller answers to an order (Peppol T76, UBL 2.1 OrderResponse, EDIFACT ORDRSP).

    order_response_code: AB received only, AP accepted, CA accepted with changes, RE not accepted. order_reference: the order or change.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    order_response_code: str | None = None
    order_type_code: str | None = None
    sequence_number_id: str | None = None
    sales_order_id: str | None = None
    notes: tuple[str, ...] = ()
    document_currency_code: str | None = None
    customer_reference: str | None = None
    validity_period: Period | None = None
    order_reference: DocumentReference | None = None
    order_change_reference: DocumentReference | None = None
    originator_document_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    seller_supplier_party: Party | None = None
    buyer_customer_party: Party | None = None
    originator_customer_party: Party | None = None
    freight_forwarder_party: Party | None = None
    accounting_supplier_party: Party | None = None
    accounting_customer_party: Party | None = None
    delivery: Delivery | None = None
    further_deliveries: tuple[Delivery, ...] = ()
    delivery_terms: DeliveryTerms | None = None
    payment_terms: PaymentTerms | None = None
    further_payment_terms: tuple[PaymentTerms, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    further_tax_totals: tuple[TaxTotal, ...] = ()
    legal_monetary_total: MonetaryTotal | None = None
    line_count_numeric: int | None = None
    order_lines: tuple[OrderLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class Package(Shape, frozen=True):
    """A kind of package and how many of them; packaging_type_code is a code of UNECE Recommendation 21."""

    quantity: Decimal | None = None
    packaging_type_code: str | None = None


class TransportHandlingUnit(Shape, frozen=True):
    """A pallet, box or other unit that is moved as one.

    id: usually an SSCC (scheme "SSCC"). parent_id: the unit that it stands on or in.
    """

    id: Identifier | None = None
    parent_id: Identifier | None = None
    transport_handling_unit_type_code: str | None = None
    packages: tuple[Package, ...] = ()
    gross_weight_measure: Quantity | None = None
    net_weight_measure: Quantity | None = None
    gross_volume_measure: Quantity | None = None
    handling_instructions: str | None = None


class Shipment(Shape, frozen=True):
    """How goods travel.

    id: the number of the consignment or bill of lading. transport_mode_code: UNECE Recommendation 19; transport_means_id: the vehicle.
    transport_handling_units: all units, also those that no line names.
    """

    id: str | None = None
    gross_weight_measure: Quantity | None = None
    net_weight_measure: Quantity | None = None
    gross_volume_measure: Quantity | None = None
    total_transport_handling_unit_quantity: Decimal | None = None
    handling_code: str | None = None
    handling_instructions: str | None = None
    transport_mode_code: str | None = None
    transport_means_id: str | None = None
    carrier_party: Party | None = None
    delivery: Delivery | None = None
    delivery_terms: DeliveryTerms | None = None
    transport_handling_units: tuple[TransportHandlingUnit, ...] = ()


class DespatchLine(Shape, frozen=True):
    """A line of a despatch advice. transport_handling_units: in what it is packed."""

    id: str | None = None
    line_status_code: str | None = None
    delivered_quantity: Quantity | None = None
    backorder_quantity: Quantity | None = None
    outstanding_quantity: Quantity | None = None
    outstanding_reason: str | None = None
    oversupply_quantity: Quantity | None = None
    order_line_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    item: Item | None = None
    deliveries: tuple[Delivery, ...] = ()
    transport_handling_units: tuple[TransportHandlingUnit, ...] = ()
    notes: tuple[str, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class DespatchAdvice(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="DespatchAdvice", gc=False):
    """What was or will be sent (Peppol T16, UBL 2.1 DespatchAdvice, EDIFACT DESADV)."""

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    despatch_advice_type_code: str | None = None
    document_status_code: str | None = None
    sequence_number_id: str | None = None
    notes: tuple[str, ...] = ()
    line_count_numeric: int | None = None
    order_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    despatch_supplier_party: Party | None = None
    delivery_customer_party: Party | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    originator_customer_party: Party | None = None
    shipment: Shipment | None = None
    despatch_lines: tuple[DespatchLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class ReceiptLine(Shape, frozen=True):
    """A line of a receipt advice; what was received, what was missing, what was refused and why (UNTDID 4183, 4221)."""

    id: str | None = None
    line_status_code: str | None = None
    received_quantity: Quantity | None = None
    short_quantity: Quantity | None = None
    rejected_quantity: Quantity | None = None
    reject_reason_code: str | None = None
    reject_reason: str | None = None
    oversupply_quantity: Quantity | None = None
    quantity_discrepancy_code: str | None = None
    received_date: date | None = None
    order_line_reference: DocumentReference | None = None
    despatch_line_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    item: Item | None = None
    transport_handling_units: tuple[TransportHandlingUnit, ...] = ()
    notes: tuple[str, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class ReceiptAdvice(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="ReceiptAdvice", gc=False):
    """What was received (UBL 2.1 ReceiptAdvice, EDIFACT RECADV)."""

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    receipt_advice_type_code: str | None = None
    document_status_code: str | None = None
    sequence_number_id: str | None = None
    notes: tuple[str, ...] = ()
    line_count_numeric: int | None = None
    order_reference: DocumentReference | None = None
    despatch_document_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    contract: DocumentReference | None = None
    delivery_customer_party: Party | None = None
    despatch_supplier_party: Party | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    shipment: Shipment | None = None
    receipt_lines: tuple[ReceiptLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class InvoiceLine(Shape, frozen=True):
    """A line of an invoice (BG-25): id BT-126, invoiced_quantity BT-129 and BT-130, line_extension_amount BT-131 (without VAT)."""

    id: str | None = None
    invoiced_quantity: Quantity | None = None
    line_extension_amount: Amount | None = None
    free_of_charge_indicator: bool | None = None
    accounting_cost: str | None = None
    invoice_period: Period | None = None
    order_line_reference: DocumentReference | None = None
    despatch_line_reference: DocumentReference | None = None
    receipt_line_reference: DocumentReference | None = None
    billing_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    item: Item | None = None
    price: Price | None = None
    notes: tuple[str, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class Invoice(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="Invoice", gc=False):
    """An invoice (EN 16931, Peppol BIS Billing, UBL 2.1 Invoice, EDIFACT INVOIC 380).

    id BT-1, issue_date BT-2, invoice_type_code BT-3 (UNTDID 1001), document_currency_code BT-5, due_date BT-9, buyer_reference BT-10,
    accounting_supplier_party: the seller (BG-4). accounting_customer_party: the buyer (BG-7). tax_currency_tax_total: BT-111.
    buyer_customer_party, seller_supplier_party: only where they are others than those who invoice and pay.
    withholding_tax_totals: what the buyer keeps back and pays to the tax office himself.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    invoice_type_code: str | None = None
    sequence_number_id: str | None = None
    due_date: date | None = None
    notes: tuple[str, ...] = ()
    tax_point_date: date | None = None
    document_currency_code: str | None = None
    tax_currency_code: str | None = None
    accounting_cost: str | None = None
    buyer_reference: str | None = None
    line_count_numeric: int | None = None
    invoice_period: Period | None = None
    order_reference: DocumentReference | None = None
    sales_order_id: str | None = None
    billing_references: tuple[DocumentReference, ...] = ()
    despatch_document_reference: DocumentReference | None = None
    receipt_document_reference: DocumentReference | None = None
    originator_document_reference: DocumentReference | None = None
    contract: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    accounting_supplier_party: Party | None = None
    accounting_customer_party: Party | None = None
    payee_party: Party | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    tax_representative_party: Party | None = None
    delivery: Delivery | None = None
    further_deliveries: tuple[Delivery, ...] = ()
    delivery_terms: DeliveryTerms | None = None
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: PaymentTerms | None = None
    further_payment_terms: tuple[PaymentTerms, ...] = ()
    tax_exchange_rate: ExchangeRate | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    further_tax_totals: tuple[TaxTotal, ...] = ()
    tax_currency_tax_total: TaxTotal | None = None
    withholding_tax_totals: tuple[TaxTotal, ...] = ()
    legal_monetary_total: MonetaryTotal | None = None
    invoice_lines: tuple[InvoiceLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class CreditNoteLine(Shape, frozen=True):
    """A line of a credit note; all amounts are positive, the kind of the document carries the sign."""

    id: str | None = None
    credited_quantity: Quantity | None = None
    line_extension_amount: Amount | None = None
    free_of_charge_indicator: bool | None = None
    accounting_cost: str | None = None
    invoice_period: Period | None = None
    order_line_reference: DocumentReference | None = None
    despatch_line_reference: DocumentReference | None = None
    receipt_line_reference: DocumentReference | None = None
    billing_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    item: Item | None = None
    price: Price | None = None
    notes: tuple[str, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class CreditNote(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="CreditNote", gc=False):
    """A credit note (EN 16931, UBL 2.1 CreditNote, EDIFACT INVOIC 381). Fields are those of Invoice; amounts are positive.

    billing_references: the invoices that it corrects (BT-25). discrepancy_responses: why, in words.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    credit_note_type_code: str | None = None
    sequence_number_id: str | None = None
    due_date: date | None = None
    discrepancy_responses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tax_point_date: date | None = None
    document_currency_code: str | None = None
    tax_currency_code: str | None = None
    accounting_cost: str | None = None
    buyer_reference: str | None = None
    line_count_numeric: int | None = None
    invoice_period: Period | None = None
    order_reference: DocumentReference | None = None
    sales_order_id: str | None = None
    billing_references: tuple[DocumentReference, ...] = ()
    despatch_document_reference: DocumentReference | None = None
    receipt_document_reference: DocumentReference | None = None
    originator_document_reference: DocumentReference | None = None
    contract: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    accounting_supplier_party: Party | None = None
    accounting_customer_party: Party | None = None
    payee_party: Party | None = None
    buyer_customer_party: Party | None = None
    seller_supplier_party: Party | None = None
    tax_representative_party: Party | None = None
    delivery: Delivery | None = None
    further_deliveries: tuple[Delivery, ...] = ()
    delivery_terms: DeliveryTerms | None = None
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: PaymentTerms | None = None
    further_payment_terms: tuple[PaymentTerms, ...] = ()
    tax_exchange_rate: ExchangeRate | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    further_tax_totals: tuple[TaxTotal, ...] = ()
    tax_currency_tax_total: TaxTotal | None = None
    legal_monetary_total: MonetaryTotal | None = None
    credit_note_lines: tuple[CreditNoteLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class RemittanceAdviceLine(Shape, frozen=True):
    """One document that a payment settles: debit_line_amount is paid, credit_line_amount is deducted."""

    id: str | None = None
    debit_line_amount: Amount | None = None
    credit_line_amount: Amount | None = None
    balance_amount: Amount | None = None
    payment_purpose_code: str | None = None
    invoicing_party_reference: str | None = None
    billing_reference: DocumentReference | None = None
    document_references: tuple[DocumentReference, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    notes: tuple[str, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class RemittanceAdvice(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="RemittanceAdvice", gc=False):
    """What a payment is for (UBL 2.1 RemittanceAdvice, EDIFACT REMADV).

    accounting_customer_party: who pays. accounting_supplier_party: whose documents are paid.
    """

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    sequence_number_id: str | None = None
    notes: tuple[str, ...] = ()
    document_currency_code: str | None = None
    total_debit_amount: Amount | None = None
    total_credit_amount: Amount | None = None
    total_payment_amount: Amount | None = None
    payment_order_reference: str | None = None
    payer_reference: str | None = None
    invoicing_party_reference: str | None = None
    line_count_numeric: int | None = None
    invoice_period: Period | None = None
    document_references: tuple[DocumentReference, ...] = ()
    accounting_customer_party: Party | None = None
    accounting_supplier_party: Party | None = None
    payee_party: Party | None = None
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: PaymentTerms | None = None
    exchange_rate: ExchangeRate | None = None
    remittance_advice_lines: tuple[RemittanceAdviceLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class Status(Shape, frozen=True):
    """One reason of a response: status_reason_code of its standard (EDIFACT 0085, 9321), and its words."""

    status_reason_code: str | None = None
    status_reason: str | None = None


class Response(Shape, frozen=True):
    """What is answered: response_code AP accepted, RE rejected, AB received."""

    reference_id: str | None = None
    response_code: str | None = None
    descriptions: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()


class LineResponse(Shape, frozen=True):
    """The answer to one line or segment of a document.

    line_reference: its line. origin: in an answer to an EDIFACT message, the segment, element and component that are meant.
    """

    line_reference: DocumentReference | None = None
    response: Response | None = None
    origin: Place | None = None


class DocumentResponse(Shape, frozen=True):
    """The answer to one document or interchange. document_reference.document_type_code: ORDERS, INVOIC ... or UNB for an interchange."""

    response: Response | None = None
    document_reference: DocumentReference | None = None
    line_responses: tuple[LineResponse, ...] = ()


class ApplicationResponse(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="ApplicationResponse", gc=False
):
    """What a receiver says of documents: received, accepted, rejected and why (UBL 2.1 ApplicationResponse, EDIFACT CONTRL, APERAK)."""

    id: str | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    test_indicator: bool
    application_response_type_code: str | None = None
    notes: tuple[str, ...] = ()
    sender_party: Party | None = None
    receiver_party: Party | None = None
    document_responses: tuple[DocumentResponse, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


Record = (
    Order
    | OrderChange
    | OrderCancellation
    | OrderResponse
    | DespatchAdvice
    | ReceiptAdvice
    | Invoice
    | CreditNote
    | RemittanceAdvice
    | ApplicationResponse
)
"""Every kind of document."""

Line = OrderLine | DespatchLine | ReceiptLine | InvoiceLine | CreditNoteLine | RemittanceAdviceLine
"""A line of any kind of document."""

KINDS: dict[str, type[Record]] = {kind.__name__: kind for kind in get_args(Record)}

_LINES = {kind: next((field for field in kind.__struct_fields__ if field.endswith("_lines")), None) for kind in KINDS.values()}
_PARTIES = {name: tuple(field for field in kind.__struct_fields__ if field.endswith("_party")) for name, kind in KINDS.items()}
_BUYERS = ("buyer_customer_party", "accounting_customer_party", "delivery_customer_party", "receiver_party")
_SELLERS = ("seller_supplier_party", "accounting_supplier_party", "despatch_supplier_party", "sender_party")
_QUANTITY_FIELDS: dict[type, str] = {
    OrderLine: "quantity",
    DespatchLine: "delivered_quantity",
    ReceiptLine: "received_quantity",
    InvoiceLine: "invoiced_quantity",
    CreditNoteLine: "credited_quantity",
}
_QUANTITIES: dict[type, Callable[[Any], Quantity | None]] = {kind: attrgetter(field) for kind, field in _QUANTITY_FIELDS.items()}
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


def lines_field(kind: type[Record]) -> str | None:
    """The field of a kind that holds its lines; None for a kind without."""
    return _LINES[kind]


def lines(record: Record) -> tuple[Line, ...]:
    """The lines of a record, whatever its kind calls them."""
    field = lines_field(type(record))
    return getattr(record, field) if field else ()


def with_lines(record: Record, changed: tuple[Line, ...]) -> Record:
    """The record with other lines."""
    field = lines_field(type(record))
    return msgspec.structs.replace(record, **{field: changed}) if field else record


def quantity(line: Line) -> Quantity | None:
    """The quantity that the line is about: ordered, delivered, received, invoiced or credited."""
    counted = _QUANTITIES.get(type(line))
    return counted(line) if counted is not None else None


def quantity_field(kind: type[Line]) -> str:
    """The field of a line in which `quantity` is found."""
    return _QUANTITY_FIELDS.get(kind, "quantity")


def monetary_total_field(record: Record) -> str:
    """The field of a record in which `monetary_total` is found."""
    return "anticipated_monetary_total" if "anticipated_monetary_total" in record.__struct_fields__ else "legal_monetary_total"


def monetary_total(record: Record) -> MonetaryTotal | None:
    """The totals: anticipated ones of an order, legal ones of an invoice."""
    return getattr(record, "anticipated_monetary_total", None) or getattr(record, "legal_monetary_total", None)


def parties(record: Record) -> Iterator[Party]:
    """Every party that the record as a whole names; those of its deliveries are theirs."""
    for field in _PARTIES[type(record).__name__]:
        party = getattr(record, field)
        if party is not None:
            yield party


def buyer(record: Record) -> Party | None:
    """Who buys: of an invoice or remittance the party that is to pay, of a receipt the one that received, where no other is named.

    An application response has no buyer: it is the party that receives it.
    """
    field = buyer_field(record)
    return getattr(record, field) if field else None


def seller(record: Record) -> Party | None:
    """Who sells: of an invoice the party that invoices, of a despatch advice the one that sends, where no other seller is named.

    An application response has no seller: it is the party that sends it.
    """
    field = seller_field(record)
    return getattr(record, field) if field else None


def buyer_field(record: Record) -> str | None:
    """The field in which `buyer` is found."""
    return _first(record, _BUYERS)


def seller_field(record: Record) -> str | None:
    """The field in which `seller` is found."""
    return _first(record, _SELLERS)


def to_json(record: Record) -> bytes:
    """The record as one line of JSON: decimals as strings, dates ISO 8601, absent fields left out."""
    return _encoder.encode(record)


def from_json(text: bytes | str) -> Record:
    """The record that to_json wrote."""
    record: Record = _decoder.decode(text)
    return record


def _first(record: Record, fields: tuple[str, ...]) -> str | None:
    return next((field for field in fields if getattr(record, field, None) is not None), None)
