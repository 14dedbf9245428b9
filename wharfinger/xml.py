"""Canonical records as UBL 2.1 XML (OASIS), and our strict XSDs that decide whether it may be delivered.

The XML is written by string templates with escaping, in the order that UBL's schema demands: a tree of elements costs seven
times as much (benchmarks/xml_write.py). schemas/xsd holds one schema for each kind, with exactly the elements that are written here.
Characters that XML 1.0 cannot hold become U+FFFD. Where UBL has no element of its own, or demands what a record need not have:

- test_indicator: ProfileExecutionID "TEST". sequence_number_id: the VersionID of an AdditionalDocumentReference to the order itself.
- Party.id, where it is not a code that the document states: a PartyIdentification whose scheme agency is "Wharfinger".
- Price.gross_amount: PricingReference/AlternativeConditionPrice with PriceTypeCode AAE (UNTDID 5125: including taxes).
- A line's contract, and a reference's line: DocumentReference of type 315 (UNTDID 1001), LineReference/LineID.
- A line without number takes its position; an amount without currency the order's; a quantity without unit its line's; an allowance
  without amount its percentage of its base; a total without payable amount what the total's other amounts come to.
- Not in the XML: origin, extensions, assumed.

>>> from wharfinger.records import Order
>>> to_xml(Order(id="4711", test_indicator=False)).decode().splitlines()[2:4]
['<cbc:UBLVersionID>2.1</cbc:UBLVersionID>', '<cbc:ID>4711</cbc:ID>']
"""

import re
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

import schemas
from wharfinger.records import (
    Address,
    AllowanceCharge,
    Amount,
    Contact,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Identifier,
    Item,
    Location,
    MonetaryTotal,
    Order,
    OrderLine,
    Party,
    PaymentTerms,
    Period,
    Price,
    Quantity,
    Record,
    Shape,
    TaxCategory,
    TaxTotal,
)

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
TEST = "TEST"
AGENCY = "Wharfinger"
GROSS_PRICE = "AAE"
CONTRACT = "315"

_DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<Order xmlns="{_DOCUMENT}" xmlns:cac="{NAMESPACES["cac"]}" xmlns:cbc="{NAMESPACES["cbc"]}">\n'
    "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>"
)
_SPECIAL = re.compile("[&<>\"\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXTS = {
    "en": ("{subject} lacks {expected}.", "{subject}: {expected} is expected where {found} stands.", "{subject}: {reason}."),
    "ru": ("В {subject} нет {expected}.", "{subject}: на месте {found} ожидается {expected}.", "{subject}: {reason}."),
    "de": ("In {subject} fehlt {expected}.", "{subject}: Wo {found} steht, wird {expected} erwartet.", "{subject}: {reason}."),
    "zh": ("{subject} 缺少 {expected}。", "{subject}：{found} 所在位置应为 {expected}。", "{subject}：{reason}。"),
}
"""For each language: an element is missing, an element stands where it must not, a value is wrong."""
_DECIMAL = re.compile(r"Decimal\('(.*?)'\)")
_special = _SPECIAL.search
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class SchemaError(Shape, frozen=True):
    """What the schema refuses. path: of the element (only explain_schema_errors finds it out). line: of the XML."""

    message: str
    line: int | None = None
    path: str | None = None


def to_xml(record: Record) -> bytes:
    """The record as UBL 2.1. What the record lacks is left out: only schema_errors says whether it may be delivered."""
    return _order(record).encode()


def schema_errors(kind: str, xml: bytes) -> list[SchemaError]:
    """What our strict XSD has against the XML (libxml2's words); nothing when it may be delivered."""
    schema = _schema(kind)
    if schema.validate(_parse(xml)):
        return []
    return [SchemaError(message=error.message, line=error.line) for error in schema.error_log]


def explain_schema_errors(kind: str, xml: bytes, language: str = "en") -> list[SchemaError]:
    """The same for a person, with the path of the element: fifty times slower, so only for what schema_errors refused."""
    from xmlschema import XMLSchemaChildrenValidationError  # half a second

    missing, unexpected, wrong_value = _TEXTS[language]
    found = []
    for error in _slow_schema(kind).iter_errors(_parse(xml)):
        path = (error.path or "/").replace(f"{{{_DOCUMENT}}}", "")
        subject = path.rpartition("/")[2]
        if not isinstance(error, XMLSchemaChildrenValidationError):
            message = wrong_value.format(subject=subject, reason=_DECIMAL.sub(r"\1", error.reason or "").rstrip("."))
        elif (wrong := next(islice(error.obj, error.index, None), None)) is None:
            message = missing.format(subject=subject, expected=_names(error.expected))
        else:
            name = f"{wrong.prefix}:{etree.QName(wrong).localname}"
            message = unexpected.format(subject=subject, found=name, expected=_names(error.expected))
        found.append(SchemaError(message=message, line=error.sourceline, path=path))
    return found


def schema_path(kind: str) -> Path:
    """Our XSD of a kind."""
    return Path(schemas.__path__[0]) / "xsd" / f"{kind}.xsd"


@cache
def _schema(kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(schema_path(kind))))


@cache
def _slow_schema(kind: str) -> Any:
    from xmlschema import XMLSchema10

    return XMLSchema10(str(schema_path(kind)), defuse="always", allow="local")


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _names(expected: Any) -> str:
    return " | ".join(one.prefixed_name for one in expected or ()) or "-"


def _order(order: Order) -> str:
    currency = order.document_currency_code
    parts = [
        _text("ProfileExecutionID", TEST if order.test_indicator else None),
        _text("ID", order.id),
        _text("IssueDate", order.issue_date),
        _text("IssueTime", order.issue_time),
        _text("OrderTypeCode", order.order_type_code),
        *(_text("Note", note) for note in order.notes),
        _text("DocumentCurrencyCode", currency),
        _text("CustomerReference", order.customer_reference),
        _text("LineCountNumeric", order.line_count_numeric),
        _period("ValidityPeriod", order.validity_period),
        _reference("QuotationDocumentReference", order.quotation_document_reference),
        _reference("OrderDocumentReference", order.order_document_reference),
        _reference("OriginatorDocumentReference", order.originator_document_reference),
        _revision(order),
        *(_reference("AdditionalDocumentReference", one) for one in order.document_references),
        _reference("Contract", order.contract),
        _wrapped("BuyerCustomerParty", _party("Party", order.buyer_customer_party)),
        _wrapped("SellerSupplierParty", _party("Party", order.seller_supplier_party)),
        _wrapped("OriginatorCustomerParty", _party("Party", order.originator_customer_party)),
        _party("FreightForwarderParty", order.freight_forwarder_party),
        _wrapped("AccountingCustomerParty", _party("Party", order.accounting_customer_party)),
        _delivery(order.delivery, None),
        _delivery_terms(order.delivery_terms),
        _payment_terms(order.payment_terms),
        *(_allowance(one, _lines_total(order), currency) for one in order.allowance_charges),
        _tax_total(order.tax_total, currency),
        _total(order.anticipated_monetary_total, order.tax_total, currency),
        *(_order_line(line, number, currency) for number, line in enumerate(order.order_lines, 1)),
    ]
    return "\n".join([_HEAD, *filter(None, parts), "</Order>\n"])


def _order_line(line: OrderLine, number: int, currency: str | None) -> str:
    """The one thing written so often that rare fields are looked at only where they are."""
    quantity, price = line.quantity, line.price
    unit = quantity.unit_code if quantity else None
    notes = deliveries = gross = charges = tax = of_lines = references = ""
    if line.notes:
        notes = "".join([_text("Note", note) for note in line.notes])
    if line.deliveries:
        deliveries = "".join([_delivery(one, unit) for one in line.deliveries])
    if price and price.gross_amount:
        condition = f"{_amount('PriceAmount', price.gross_amount, currency)}{_text('PriceTypeCode', GROSS_PRICE)}"
        gross = _wrapped("PricingReference", _wrapped("AlternativeConditionPrice", condition))
    if line.allowance_charges:
        charges = "".join([_allowance(one, line.line_extension_amount, currency) for one in line.allowance_charges])
    if line.tax_total:
        tax = _tax_total(line.tax_total, currency)
    if line.document_references or line.contract:
        of_lines, references = _line_references(line)
    return (
        f"<cac:OrderLine>{notes}<cac:LineItem><cbc:ID>{_escaped(line.id or str(number))}</cbc:ID>"
        f"{_text('LineStatusCode', line.line_status_code) if line.line_status_code else ''}"
        f"{_quantity('Quantity', quantity, None)}"
        f"{_amount('LineExtensionAmount', line.line_extension_amount, currency)}"
        f"{deliveries}{gross}{charges}"
        f"{_price(price, unit, currency) if price else ''}"
        f"{_item(line.item, unit) if line.item else ''}"
        f"{tax}{of_lines}</cac:LineItem>{references}</cac:OrderLine>"
    )


def _line_references(line: OrderLine) -> tuple[str, str]:
    """References to a line of another document, then those to a whole one; the contract says by its type what it is."""
    references = [(one, "") for one in line.document_references]
    if line.contract:
        references.append((line.contract, _text("DocumentTypeCode", CONTRACT)))
    return (
        "".join([_line_reference(one, of_type) for one, of_type in references if one.line_id]),
        "".join([_reference("DocumentReference", one, of_type) for one, of_type in references if not one.line_id]),
    )


def _item(one: Item, unit: str | None) -> str:
    descriptions = others = tax = lot = ""
    if one.descriptions:
        descriptions = "".join([_text("Description", text) for text in one.descriptions])
    if one.additional_item_identifications:
        others = "".join([_identification("AdditionalItemIdentification", other) for other in one.additional_item_identifications])
    if one.classified_tax_category:
        tax = _tax_category(one.classified_tax_category)
    if one.lot_number_id:
        lot = _wrapped("ItemInstance", _wrapped("LotIdentification", _text("LotNumberID", one.lot_number_id)))
    buyers, sellers = one.buyers_item_identification, one.sellers_item_identification
    manufacturers, standard = one.manufacturers_item_identification, one.standard_item_identification
    body = (
        f"{descriptions}{_quantity('PackQuantity', one.pack_quantity, unit) if one.pack_quantity else ''}"
        f"{f'<cbc:Name>{_escaped(one.name)}</cbc:Name>' if one.name else ''}"
        f"{_identification('BuyersItemIdentification', buyers) if buyers else ''}"
        f"{_identification('SellersItemIdentification', sellers) if sellers else ''}"
        f"{_identification('ManufacturersItemIdentification', manufacturers) if manufacturers else ''}"
        f"{_identification('StandardItemIdentification', standard) if standard else ''}"
        f"{others}{tax}{lot}"
    )
    return f"<cac:Item>{body}</cac:Item>" if body else ""


def _price(one: Price, unit: str | None, currency: str | None) -> str:
    body = (
        f"{_amount('PriceAmount', one.price_amount, currency)}"
        f"{_quantity('BaseQuantity', one.base_quantity, unit)}"
        f"{_text('PriceTypeCode', one.price_type_code) if one.price_type_code else ''}"
    )
    return f"<cac:Price>{body}</cac:Price>" if body else ""


def _tax_category(one: TaxCategory) -> str:
    body = f"{_text('ID', one.id)}{_text('Percent', one.percent)}"
    return _wrapped("ClassifiedTaxCategory", f"{body}{_tax_scheme(one.tax_scheme)}") if body or one.tax_scheme else ""


def _tax_scheme(scheme: str | None) -> str:
    return f"<cac:TaxScheme>{_text('ID', scheme)}</cac:TaxScheme>"


def _party(name: str, party: Party | None) -> str:
    if party is None:
        return ""
    stated = next((one.value for one in party.identifications if one.scheme_id != "0088"), None)
    ours = f'<cbc:ID schemeAgencyName="{AGENCY}">{_escaped(party.id)}</cbc:ID>' if party.id and party.id != stated else ""
    parts = [
        _identifier("EndpointID", party.endpoint_id),
        _wrapped("PartyIdentification", ours),
        *(_wrapped("PartyIdentification", _identifier("ID", one)) for one in party.identifications),
        _wrapped("PartyName", _text("Name", party.name)),
        _address("PostalAddress", party.address),
        *(_wrapped("PartyTaxScheme", f"{_text('CompanyID', one.value)}{_tax_scheme(one.scheme_id)}") for one in party.tax_ids if one.value),
        _contact(party.contact),
    ]
    return _wrapped(name, "".join(parts))


def _contact(one: Contact | None) -> str:
    if one is None:
        return ""
    body = f"{_text('ID', one.id)}{_text('Name', one.name)}{_text('Telephone', one.telephone)}{_text('Telefax', one.telefax)}"
    return _wrapped("Contact", f"{body}{_text('ElectronicMail', one.electronic_mail)}")


def _address(name: str, one: Address | None) -> str:
    if one is None:
        return ""
    parts = [
        _text("StreetName", one.street_name),
        _text("AdditionalStreetName", one.additional_street_name),
        _text("CityName", one.city_name),
        _text("PostalZone", one.postal_zone),
        _text("CountrySubentity", one.country_subentity),
        *(_wrapped("AddressLine", _text("Line", line)) for line in one.address_lines),
        _wrapped("Country", _text("IdentificationCode", one.country)),
    ]
    return _wrapped(name, "".join(parts))


def _location(name: str, one: Location | None) -> str:
    return _wrapped(name, f"{_identifier('ID', one.id)}{_text('Name', one.name)}{_address('Address', one.address)}") if one else ""


def _delivery(one: Delivery | None, unit: str | None) -> str:
    if one is None:
        return ""
    parts = [
        _quantity("Quantity", one.quantity, unit),
        _location("DeliveryLocation", one.delivery_location),
        _period("RequestedDeliveryPeriod", one.requested_delivery_period),
        _period("PromisedDeliveryPeriod", one.promised_delivery_period),
        _party("DeliveryParty", one.delivery_party),
    ]
    return _wrapped("Delivery", "".join(parts))


def _delivery_terms(one: DeliveryTerms | None) -> str:
    if one is None:
        return ""
    location = _location("DeliveryLocation", one.delivery_location)
    return _wrapped("DeliveryTerms", f"{_text('ID', one.id)}{_text('SpecialTerms', one.special_terms)}{location}")


def _payment_terms(one: PaymentTerms | None) -> str:
    if one is None:
        return ""
    discount = _text("SettlementDiscountPercent", one.settlement_discount_percent)
    return _wrapped("PaymentTerms", f"{_text('Note', one.note)}{discount}{_text('PaymentDueDate', one.payment_due_date)}")


def _allowance(one: AllowanceCharge, line_or_lines: Amount | None, currency: str | None) -> str:
    amount, base = one.amount, one.base_amount or line_or_lines
    if amount is None and base and base.value is not None and one.multiplier_factor_numeric is not None:
        amount = Amount(value=base.value * one.multiplier_factor_numeric / 100, currency_id=base.currency_id)
    parts = [
        _text("ChargeIndicator", {True: "true", False: "false", None: None}[one.charge_indicator]),
        _text("AllowanceChargeReasonCode", one.reason_code),
        _text("AllowanceChargeReason", one.reason),
        _text("MultiplierFactorNumeric", one.multiplier_factor_numeric),
        _amount("Amount", amount, currency),
        _amount("BaseAmount", one.base_amount, currency),
    ]
    return _wrapped("AllowanceCharge", "".join(parts))


def _tax_total(one: TaxTotal | None, currency: str | None) -> str:
    return _wrapped("TaxTotal", _amount("TaxAmount", one.tax_amount, currency)) if one else ""


def _total(one: MonetaryTotal | None, tax: TaxTotal | None, currency: str | None) -> str:
    if one is None:
        return ""
    parts = [
        _amount("LineExtensionAmount", one.line_extension_amount, currency),
        _amount("TaxExclusiveAmount", one.tax_exclusive_amount, currency),
        _amount("TaxInclusiveAmount", one.tax_inclusive_amount, currency),
        _amount("AllowanceTotalAmount", one.allowance_total_amount, currency),
        _amount("ChargeTotalAmount", one.charge_total_amount, currency),
        _amount("PayableAmount", one.payable_amount or _payable(one, tax), currency),
    ]
    return _wrapped("AnticipatedMonetaryTotal", "".join(parts))


def _payable(one: MonetaryTotal, tax: TaxTotal | None) -> Amount | None:
    """What UBL demands and an order need not state: lines - allowances + charges + tax, as far as they are stated."""
    if one.tax_inclusive_amount:
        return one.tax_inclusive_amount
    net = one.tax_exclusive_amount
    if net is None and one.line_extension_amount and one.line_extension_amount.value is not None:
        value = one.line_extension_amount.value - _value(one.allowance_total_amount) + _value(one.charge_total_amount)
        net = Amount(value=value, currency_id=one.line_extension_amount.currency_id)
    if net is None or net.value is None:
        return None
    return Amount(value=net.value + _value(tax.tax_amount if tax else None), currency_id=net.currency_id)


def _value(amount: Amount | None) -> Decimal:
    return amount.value if amount and amount.value is not None else Decimal(0)


def _lines_total(order: Order) -> Amount | None:
    return order.anticipated_monetary_total.line_extension_amount if order.anticipated_monetary_total else None


def _revision(order: Order) -> str:
    if not order.id or not order.sequence_number_id:
        return ""
    return _wrapped("AdditionalDocumentReference", f"{_text('ID', order.id)}{_text('VersionID', order.sequence_number_id)}")


def _reference(name: str, one: DocumentReference | None, of_type: str = "") -> str:
    return _wrapped(name, f"{_text('ID', one.id)}{_text('IssueDate', one.issue_date)}{of_type}") if one and one.id else ""


def _line_reference(one: DocumentReference, of_type: str) -> str:
    return _wrapped("LineReference", f"{_text('LineID', one.line_id)}{_reference('DocumentReference', one, of_type)}")


def _period(name: str, one: Period | None) -> str:
    if one is None:
        return ""
    start = f"{_text('StartDate', one.start_date)}{_text('StartTime', one.start_time)}"
    return _wrapped(name, f"{start}{_text('EndDate', one.end_date)}{_text('EndTime', one.end_time)}")


def _identification(name: str, one: Identifier) -> str:
    return f"<cac:{name}>{_identifier('ID', one)}</cac:{name}>" if one.value else ""


def _identifier(name: str, one: Identifier | None) -> str:
    if one is None or not (value := one.value):
        return ""
    scheme = one.scheme_id
    text = value if value.isalnum() else _escaped(value)
    return f"<cbc:{name}{_attribute('schemeID', scheme)}>{text}</cbc:{name}>" if scheme else f"<cbc:{name}>{text}</cbc:{name}>"


def _quantity(name: str, one: Quantity | None, unit: str | None) -> str:
    if one is None or (value := one.value) is None:
        return ""
    number = str(value)
    return f"<cbc:{name}{_attribute('unitCode', one.unit_code or unit)}>{_plain(value) if 'E' in number else number}</cbc:{name}>"


def _amount(name: str, one: Amount | None, currency: str | None) -> str:
    if one is None or (value := one.value) is None:
        return ""
    number = str(value)
    return f"<cbc:{name}{_attribute('currencyID', one.currency_id or currency)}>{_plain(value) if 'E' in number else number}</cbc:{name}>"


@lru_cache(maxsize=1024)
def _attribute(name: str, value: str | None) -> str:
    return f' {name}="{_escaped(value)}"' if value else ""


def _plain(value: Decimal) -> str:
    return f"{value:f}"  # XML Schema's decimal has no exponent; str is three times as fast where there is none


def _text(name: str, value: str | date | time | Decimal | int | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f"<cbc:{name}>{_escaped(value)}</cbc:{name}>"
    if isinstance(value, date | time):
        return f"<cbc:{name}>{value.isoformat()}</cbc:{name}>"
    return f"<cbc:{name}>{_plain(value) if isinstance(value, Decimal) else value}</cbc:{name}>"


def _wrapped(name: str, body: str) -> str:
    return f"<cac:{name}>{body}</cac:{name}>" if body else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\ufffd"), text) if _special(text) else text
