"""Canonical business records.

Names are those of UBL 2.1 (OASIS) in Python spelling; the numbers in brackets are the business terms of EN 16931
(BT, BG) and of Peppol BIS Order (tir) that say the same. A field that the document does not state is None or empty:
whether it must be there is decided by the checks, not by the records.

>>> quantity = Quantity(value=Decimal("24"), unit_code="C62")
>>> line = OrderLine(id="1", quantity=quantity, item=Item(name="Oil filter"))
>>> to_json(Order(id="4711", issue_date=date(2026, 11, 1), test_indicator=False, order_lines=(line,)))[:62]
b'{"kind":"Order","id":"4711","issue_date":"2026-11-01","test_in'
"""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

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


class DocumentReference(Shape, frozen=True):
    """Another document by its number (BT-12 to BT-18)."""

    id: str | None = None
    issue_date: date | None = None
    line_id: str | None = None


class Location(Shape, frozen=True):
    """A place of delivery or transport; id is usually a GLN (scheme 0088)."""

    id: Identifier | None = None
    name: str | None = None
    address: Address | None = None


class Delivery(Shape, frozen=True):
    """Where and when to deliver. quantity: the part of the line that this delivery carries."""

    quantity: Quantity | None = None
    requested_delivery_period: Period | None = None
    promised_delivery_period: Period | None = None
    delivery_location: Location | None = None
    delivery_party: Party | None = None


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


class TaxCategory(Shape, frozen=True):
    """A tax category (BT-151) of UNTDID 5305 and its rate in percent (BT-152)."""

    id: str | None = None
    percent: Decimal | None = None
    tax_scheme: str | None = None


class TaxTotal(Shape, frozen=True):
    """The tax of a document or line (BT-110)."""

    tax_amount: Amount | None = None


class AllowanceCharge(Shape, frozen=True):
    """An allowance (charge_indicator False) or charge (True) (BG-20, BG-21); the amount carries no sign of its own."""

    charge_indicator: bool | None = None
    reason_code: str | None = None
    reason: str | None = None
    multiplier_factor_numeric: Decimal | None = None
    amount: Amount | None = None
    base_amount: Amount | None = None


class MonetaryTotal(Shape, frozen=True):
    """Totals (BG-22): line_extension_amount BT-106, tax_exclusive_amount BT-109, tax_inclusive_amount BT-112, payable_amount BT-115."""

    line_extension_amount: Amount | None = None
    tax_exclusive_amount: Amount | None = None
    tax_inclusive_amount: Amount | None = None
    allowance_total_amount: Amount | None = None
    charge_total_amount: Amount | None = None
    payable_amount: Amount | None = None


class Item(Shape, frozen=True):
    """What is ordered (BG-31): name BT-153, sellers BT-155, buyers BT-156, standard BT-157 (GTIN, scheme 0160)."""

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


class Price(Shape, frozen=True):
    """A net unit price without VAT (BT-146) per base_quantity (BT-149). gross_amount: the price before conversion, if one was made."""

    price_amount: Amount | None = None
    base_quantity: Quantity | None = None
    price_type_code: str | None = None
    gross_amount: Amount | None = None


class OrderLine(Shape, frozen=True):
    """A line of an order (BG-25, tir01-010)."""

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
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


class Order(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind", tag="Order", gc=False):
    """A purchase order (Peppol transaction T01, UBL 2.1 Order, EDIFACT ORDERS).

    sequence_number_id: the revision, None for the first. assumed: names of the fields that the document does not state
    and a partner's default or a rule filled. extensions: what no mapping placed, by its path in the source format.
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
    delivery_terms: DeliveryTerms | None = None
    payment_terms: PaymentTerms | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None
    anticipated_monetary_total: MonetaryTotal | None = None
    line_count_numeric: int | None = None
    order_lines: tuple[OrderLine, ...] = ()
    origin: Place | None = None
    extensions: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


Record = Order
"""Every kind of document; a union as soon as there is a second one."""

KINDS: dict[str, type[Record]] = {"Order": Order}

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


def parties(record: Record) -> Iterator[Party]:
    """Every party that the record as a whole names; those of its deliveries are theirs."""
    for party in (
        record.buyer_customer_party,
        record.seller_supplier_party,
        record.originator_customer_party,
        record.freight_forwarder_party,
        record.accounting_customer_party,
    ):
        if party is not None:
            yield party


def to_json(record: Record) -> bytes:
    """The record as one line of JSON: decimals as strings, dates ISO 8601, absent fields left out."""
    return _encoder.encode(record)


def from_json(text: bytes | str) -> Record:
    """The record that to_json wrote."""
    return _decoder.decode(text)
