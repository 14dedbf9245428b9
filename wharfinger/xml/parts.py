"""The pieces of which UBL documents consist, as text: each function writes one element, or nothing for what is absent.

Written in the order that UBL's schema demands. What UBL demands and the record does not have is marked with AGENCY.

>>> amount("PriceAmount", Amount(value=Decimal("3.50")), "EUR")
'<cbc:PriceAmount currencyID="EUR">3.50</cbc:PriceAmount>'
>>> text("Name", "Nordwind & Co"), text("Name", None)
('<cbc:Name>Nordwind &amp; Co</cbc:Name>', '')
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache

from wharfinger.records import (
    Address,
    AllowanceCharge,
    Amount,
    Contact,
    Delivery,
    DeliveryTerms,
    Despatch,
    DocumentReference,
    ExchangeRate,
    FinancialAccount,
    Identifier,
    Item,
    ItemInstance,
    ItemProperty,
    Location,
    MonetaryTotal,
    Party,
    PaymentMeans,
    PaymentTerms,
    Period,
    Price,
    Quantity,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
)

DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    "cac": f"{DOCUMENT}CommonAggregateComponents-2",
    "cbc": f"{DOCUMENT}CommonBasicComponents-2",
    "ext": f"{DOCUMENT}CommonExtensionComponents-2",
}
TEST = "TEST"
AGENCY = "Wharfinger"
MARK = f' schemeAgencyName="{AGENCY}"'
"""On an identifier that is ours, not the document's; codes have CODE_MARK."""
CODE_MARK = f' listAgencyName="{AGENCY}"'
UNKNOWN = "NA"
GROSS_PRICE = "AAE"
CONTRACT = "315"
NOT_DEFINED = "1"
"""UNTDID 4461: how to pay is not said."""
RATE_IS_ZERO = frozenset(("O", "E", "Z", "AE", "K", "G"))
"""Tax categories (UNTDID 5305) that need no rate: EN 16931 says 0, or none for O."""
CREDIT_NOTES = frozenset(("81", "83", "261", "308", "381", "396", "420", "458", "532"))
"""Types of document (UNTDID 1001) that are credit notes."""

_SPECIAL = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_special = _SPECIAL.search
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def document(kind: str, parts: Iterable[str], extensions: Sequence[str] = ()) -> str:
    """A whole document. extensions: elements for which its kind has no place, each in a UBLExtension."""
    head = _head(kind)
    if any(extensions):
        inner = "".join(
            [f"<ext:UBLExtension><ext:ExtensionContent>{one}</ext:ExtensionContent></ext:UBLExtension>" for one in extensions if one]
        )
        head = f'{head}\n<ext:UBLExtensions xmlns:ext="{NAMESPACES["ext"]}">{inner}</ext:UBLExtensions>'
    return "\n".join([head, "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>", *filter(None, parts), f"</{kind}>\n"])


def revision(id: str | None, sequence_number_id: str | None) -> str:
    """The document's revision, as the version of a reference to itself."""
    if not id or not sequence_number_id:
        return ""
    return wrapped("AdditionalDocumentReference", f"{text('ID', id)}{text('VersionID', sequence_number_id)}")


def party(name: str, one: Party | None) -> str:
    """A party. Its id is written apart only where it is not one of the codes that the document states."""
    if one is None:
        return ""
    stated = next((code.value for code in one.identifications if code.scheme_id != "0088"), None)
    ours = f"<cbc:ID{MARK}>{escaped(one.id)}</cbc:ID>" if one.id and one.id != stated else ""
    parts = [
        identifier("EndpointID", one.endpoint_id),
        wrapped("PartyIdentification", ours),
        *(wrapped("PartyIdentification", identifier("ID", code)) for code in one.identifications),
        wrapped("PartyName", text("Name", one.name or one.registration_name)),
        _address("PostalAddress", one.address),
        *(wrapped("PartyTaxScheme", f"{text('CompanyID', tax.value)}{_tax_scheme(tax.scheme_id)}") for tax in one.tax_ids if tax.value),
        wrapped("PartyLegalEntity", text("RegistrationName", one.registration_name)) if one.registration_name else "",
        _contact(one.contact),
    ]
    return wrapped(name, "".join(parts))


def party_or(name: str, one: Party | None, other_name: str, other: Party | None) -> str:
    """A party that UBL demands: where the document does not name it, it is the other one, marked with the name of its element."""
    if one is not None or other is None:
        return wrapped(name, party("Party", one))
    return wrapped(name, f"<cbc:AdditionalAccountID{MARK}>{other_name}</cbc:AdditionalAccountID>{party('Party', other)}")


def item(one: Item | None, unit: str | None, rated: bool = False) -> str:
    """An item; rare fields are looked at only where they are: this is written for every line. rated: its tax must have a rate."""
    if one is None:
        return ""
    descriptions = others = origin = commodities = tax = properties = instances = ""
    if one.descriptions:
        descriptions = "".join([text("Description", words) for words in one.descriptions])
    if one.additional_item_identifications:
        others = "".join([_identification("AdditionalItemIdentification", other) for other in one.additional_item_identifications])
    if one.origin_country:
        origin = wrapped("OriginCountry", text("IdentificationCode", one.origin_country))
    if one.commodity_classifications:
        commodities = "".join([_commodity(other) for other in one.commodity_classifications])
    if one.classified_tax_category:
        tax = tax_category("ClassifiedTaxCategory", one.classified_tax_category, rated)
    if one.additional_item_properties:
        properties = "".join([_property(other) for other in one.additional_item_properties])
    if one.lot_number_id or one.item_instances:
        instances = _instances(one.lot_number_id, one.item_instances)
    buyers, sellers = one.buyers_item_identification, one.sellers_item_identification
    manufacturers, standard = one.manufacturers_item_identification, one.standard_item_identification
    body = (
        f"{descriptions}{quantity('PackQuantity', one.pack_quantity, unit) if one.pack_quantity else ''}"
        f"{f'<cbc:Name>{escaped(one.name)}</cbc:Name>' if one.name else ''}"
        f"{_identification('BuyersItemIdentification', buyers) if buyers else ''}"
        f"{_identification('SellersItemIdentification', sellers) if sellers else ''}"
        f"{_identification('ManufacturersItemIdentification', manufacturers) if manufacturers else ''}"
        f"{_identification('StandardItemIdentification', standard) if standard else ''}"
        f"{others}{origin}{commodities}{tax}{properties}{instances}"
    )
    return f"<cac:Item>{body}</cac:Item>" if body else ""


def price(one: Price, unit: str | None, currency: str | None) -> str:
    """The net price, without whose amount the rest says nothing; what it was before it was converted is written by pricing_reference."""
    stated = amount("PriceAmount", one.price_amount, currency)
    if not stated:
        return ""
    body = (
        f"{stated}"
        f"{quantity('BaseQuantity', one.base_quantity, unit)}"
        f"{text('PriceTypeCode', one.price_type_code) if one.price_type_code else ''}"
        f"{''.join([allowance(other, None, currency) for other in one.allowance_charges]) if one.allowance_charges else ''}"
    )
    return f"<cac:Price>{body}</cac:Price>"


def pricing_reference(one: Price | None, currency: str | None) -> str:
    """The price with tax from which the net price was converted."""
    if one is None or one.gross_amount is None:
        return ""
    condition = f"{amount('PriceAmount', one.gross_amount, currency)}{text('PriceTypeCode', GROSS_PRICE)}"
    return wrapped("PricingReference", wrapped("AlternativeConditionPrice", condition))


def tax_category(name: str, one: TaxCategory, rated: bool = False) -> str:
    """A tax category. rated: it must have a rate, which is 0 where it need not be said."""
    percent = _rate(one) if rated else one.percent
    reason = f"{text('TaxExemptionReasonCode', one.tax_exemption_reason_code)}{text('TaxExemptionReason', one.tax_exemption_reason)}"
    body = f"{text('ID', one.id)}{text('Percent', percent)}{reason}"
    return wrapped(name, f"{body}{_tax_scheme(one.tax_scheme)}") if body or one.tax_scheme else ""


def tax_total(one: TaxTotal | None, currency: str | None, name: str = "TaxTotal") -> str:
    """A tax; its amount, where it is not stated, is the sum of its parts."""
    if one is None:
        return ""
    whole = one.tax_amount
    if whole is None and one.tax_subtotals:
        parts = [part for subtotal in one.tax_subtotals if (part := _subtotal_amount(subtotal)) is not None]
        if len(parts) == len(one.tax_subtotals):
            whole = Amount(value=sum(map(_value, parts), Decimal(0)), currency_id=parts[0].currency_id)
    subtotals = "".join([_subtotal(part, currency) for part in one.tax_subtotals]) if one.tax_subtotals else ""
    return wrapped(name, f"{amount('TaxAmount', whole, currency)}{subtotals}")


def total(name: str, one: MonetaryTotal | None, currency: str | None) -> str:
    """The totals as they are stated."""
    if one is None:
        return ""
    parts = [
        amount("LineExtensionAmount", one.line_extension_amount, currency),
        amount("TaxExclusiveAmount", one.tax_exclusive_amount, currency),
        amount("TaxInclusiveAmount", one.tax_inclusive_amount, currency),
        amount("AllowanceTotalAmount", one.allowance_total_amount, currency),
        amount("ChargeTotalAmount", one.charge_total_amount, currency),
        amount("PrepaidAmount", one.prepaid_amount, currency),
        amount("PayableRoundingAmount", one.payable_rounding_amount, currency),
        amount("PayableAmount", one.payable_amount, currency),
    ]
    return wrapped(name, "".join(parts))


def payable(one: MonetaryTotal, tax: TaxTotal | None) -> Amount | None:
    """What UBL demands and an order need not state: lines - allowances + charges + tax, less what is paid, as far as it is stated."""
    whole = one.tax_inclusive_amount
    if whole is None:
        net = one.tax_exclusive_amount
        if net is None and one.line_extension_amount and one.line_extension_amount.value is not None:
            value = one.line_extension_amount.value - _value(one.allowance_total_amount) + _value(one.charge_total_amount)
            net = Amount(value=value, currency_id=one.line_extension_amount.currency_id)
        if net is None or net.value is None:
            return None
        whole = Amount(value=net.value + _value(tax.tax_amount if tax else None), currency_id=net.currency_id)
    if whole.value is None or not (one.prepaid_amount or one.payable_rounding_amount):
        return whole
    value = whole.value - _value(one.prepaid_amount) + _value(one.payable_rounding_amount)
    return Amount(value=value, currency_id=whole.currency_id)


def allowance(one: AllowanceCharge, line_or_lines: Amount | None, currency: str | None) -> str:
    """An allowance or charge; its amount, where only a percentage is stated, is that of its base."""
    charged, base = one.amount, one.base_amount or line_or_lines
    if charged is None and base and base.value is not None and one.multiplier_factor_numeric is not None:
        charged = Amount(value=base.value * one.multiplier_factor_numeric / 100, currency_id=base.currency_id)
    parts = [
        text("ChargeIndicator", boolean(one.charge_indicator)),
        text("AllowanceChargeReasonCode", one.reason_code),
        text("AllowanceChargeReason", one.reason),
        text("MultiplierFactorNumeric", one.multiplier_factor_numeric),
        amount("Amount", charged, currency),
        amount("BaseAmount", one.base_amount, currency),
        tax_category("TaxCategory", one.tax_category) if one.tax_category else "",
    ]
    return wrapped("AllowanceCharge", "".join(parts))


def delivery(one: Delivery | None, unit: str | None, terms: str = "") -> str:
    """A delivery. terms: the terms of delivery, where nothing but a delivery can hold them."""
    if one is None:
        return wrapped("Delivery", terms)
    parts = [
        quantity("Quantity", one.quantity, unit),
        text("ActualDeliveryDate", one.actual_delivery_date),
        text("ActualDeliveryTime", one.actual_delivery_time),
        _location("DeliveryLocation", one.delivery_location),
        period("RequestedDeliveryPeriod", one.requested_delivery_period),
        period("PromisedDeliveryPeriod", one.promised_delivery_period),
        period("EstimatedDeliveryPeriod", one.estimated_delivery_period),
        party("DeliveryParty", one.delivery_party),
        _despatch(one.despatch),
        terms,
    ]
    return wrapped("Delivery", "".join(parts))


def delivery_terms(one: DeliveryTerms | None) -> str:
    """Terms of delivery."""
    if one is None:
        return ""
    location = _location("DeliveryLocation", one.delivery_location)
    return wrapped("DeliveryTerms", f"{text('ID', one.id)}{text('SpecialTerms', one.special_terms)}{location}")


def payment_terms(one: PaymentTerms | None) -> str:
    """Terms of payment."""
    if one is None:
        return ""
    parts = [
        text("Note", one.note),
        text("SettlementDiscountPercent", one.settlement_discount_percent),
        text("PaymentDueDate", one.payment_due_date),
        period("SettlementPeriod", one.settlement_period),
    ]
    return wrapped("PaymentTerms", "".join(parts))


def payment_means(one: PaymentMeans) -> str:
    """How to pay."""
    others = [
        text("PaymentDueDate", one.payment_due_date),
        text("PaymentID", one.payment_id),
        _account("PayerFinancialAccount", one.payer_financial_account),
        _account("PayeeFinancialAccount", one.payee_financial_account),
    ]
    body = "".join(others)
    code = text("PaymentMeansCode", one.payment_means_code)
    if body and not code:
        code = f"<cbc:PaymentMeansCode{CODE_MARK}>{NOT_DEFINED}</cbc:PaymentMeansCode>"
    return wrapped("PaymentMeans", f"{code}{body}")


def exchange_rate(name: str, one: ExchangeRate | None, source: str | None, target: str | None) -> str:
    """An exchange rate. source, target: the currencies that are meant where the rate itself does not say."""
    if one is None:
        return ""
    parts = [
        text("SourceCurrencyCode", one.source_currency_code or source),
        text("TargetCurrencyCode", one.target_currency_code or target),
        text("CalculationRate", one.calculation_rate),
        text("Date", one.exchange_date),
    ]
    return wrapped(name, "".join(parts))


def reference(name: str, one: DocumentReference | None, of_type: str | None = None, with_line: bool = True) -> str:
    """Another document, or a line of it; without its number it is left out. of_type: what it is, whatever it says itself."""
    if one is None or not one.id:
        return ""
    line = text("XPath", one.line_id) if with_line else ""
    body = f"{text('ID', one.id)}{text('IssueDate', one.issue_date)}{text('DocumentTypeCode', of_type or one.document_type_code)}{line}"
    return wrapped(name, body)


def contract(one: DocumentReference | None) -> str:
    """A contract, in the kinds of document that have an element for it."""
    if one is None or not one.id:
        return ""
    return wrapped("Contract", f"{text('ID', one.id)}{text('IssueDate', one.issue_date)}{text('ContractTypeCode', one.document_type_code)}")


def order_reference(one: DocumentReference | None, sales_order_id: str | None = None, more: str = "") -> str:
    """The order, by the buyer's and the seller's number."""
    if one is None or not one.id:
        if not sales_order_id:
            return ""
        one = DocumentReference()
    id = text("ID", one.id) or f"<cbc:ID{MARK}>{UNKNOWN}</cbc:ID>"
    body = f"{id}{text('SalesOrderID', sales_order_id)}{text('IssueDate', one.issue_date)}{text('OrderTypeCode', one.document_type_code)}"
    return wrapped("OrderReference", f"{body}{more}")


def named_by_lines(name: str, references: Iterable[DocumentReference | None]) -> str:
    """The documents that lines name, for a document that names none itself."""
    ids = dict.fromkeys(one.id for one in references if one is not None and one.id)
    return "".join([f"<cac:{name}><cbc:ID{MARK}>{escaped(id)}</cbc:ID></cac:{name}>" for id in ids])


def order_line_reference(one: DocumentReference | None, status: str | None = None) -> str:
    """A line of the order. status: what is said of it."""
    if one is None or not (one.id or one.line_id):
        one = DocumentReference()
        if not status:
            return ""
    return wrapped("OrderLineReference", f"{_line_id(one.line_id)}{text('LineStatusCode', status)}{order_reference(one)}")


def line_reference(name: str, one: DocumentReference | None, of_type: str | None = None) -> str:
    """A line of another document."""
    if one is None or not (one.id or one.line_id):
        return ""
    return wrapped(name, f"{_line_id(one.line_id)}{reference('DocumentReference', one, of_type, with_line=False)}")


def billing_reference(one: DocumentReference | None, more: str = "") -> str:
    """An invoice or credit note, or a line of it. more: what a BillingReferenceLine says besides."""
    if one is None:
        one = DocumentReference()
    name = "CreditNoteDocumentReference" if one.document_type_code in CREDIT_NOTES else "InvoiceDocumentReference"
    line = ""
    if one.line_id or more:
        id = text("ID", one.line_id) or f"<cbc:ID{MARK}>{UNKNOWN}</cbc:ID>"
        line = wrapped("BillingReferenceLine", f"{id}{more}")
    return wrapped("BillingReference", f"{reference(name, one, with_line=False)}{line}")


def period(name: str, one: Period | None) -> str:
    """Dates and times."""
    if one is None:
        return ""
    start = f"{text('StartDate', one.start_date)}{text('StartTime', one.start_time)}"
    return wrapped(name, f"{start}{text('EndDate', one.end_date)}{text('EndTime', one.end_time)}")


def identifier(name: str, one: Identifier | None) -> str:
    """An identifier with its scheme."""
    if one is None or not (value := one.value):
        return ""
    scheme = one.scheme_id
    words = value if value.isalnum() else escaped(value)
    return f"<cbc:{name}{_attribute('schemeID', scheme)}>{words}</cbc:{name}>" if scheme else f"<cbc:{name}>{words}</cbc:{name}>"


def quantity(name: str, one: Quantity | None, unit: str | None) -> str:
    """A quantity, weight or volume. unit: for one that does not say its own."""
    if one is None or (value := one.value) is None:
        return ""
    number = str(value)
    return f"<cbc:{name}{_attribute('unitCode', one.unit_code or unit)}>{_plain(value) if 'E' in number else number}</cbc:{name}>"


def amount(name: str, one: Amount | None, currency: str | None) -> str:
    """An amount. currency: for one that does not say its own."""
    if one is None or (value := one.value) is None:
        return ""
    number = str(value)
    return f"<cbc:{name}{_attribute('currencyID', one.currency_id or currency)}>{_plain(value) if 'E' in number else number}</cbc:{name}>"


def text(name: str, value: str | date | time | Decimal | int | None) -> str:
    """Any value without attributes."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f"<cbc:{name}>{escaped(value)}</cbc:{name}>"
    if isinstance(value, date | time):
        return f"<cbc:{name}>{value.isoformat()}</cbc:{name}>"
    return f"<cbc:{name}>{_plain(value) if isinstance(value, Decimal) else value}</cbc:{name}>"


def boolean(value: bool | None) -> str | None:
    """xs:boolean."""
    return None if value is None else str(value).lower()


def wrapped(name: str, body: str) -> str:
    """An aggregate, where there is something in it."""
    return f"<cac:{name}>{body}</cac:{name}>" if body else ""


def escaped(words: str) -> str:
    """Text for an element or attribute; what XML 1.0 cannot hold becomes U+FFFD."""
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\ufffd"), words) if _special(words) else words


@cache
def _head(kind: str) -> str:
    spaces = f'xmlns="{DOCUMENT}{kind}-2" xmlns:cac="{NAMESPACES["cac"]}" xmlns:cbc="{NAMESPACES["cbc"]}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} {spaces}>'


def _tax_scheme(scheme: str | None) -> str:
    return f"<cac:TaxScheme>{text('ID', scheme)}</cac:TaxScheme>"


def _subtotal(one: TaxSubtotal, currency: str | None) -> str:
    category = tax_category("TaxCategory", one.tax_category) if one.tax_category else ""
    body = f"{amount('TaxableAmount', one.taxable_amount, currency)}{amount('TaxAmount', _subtotal_amount(one), currency)}{category}"
    return wrapped("TaxSubtotal", f"{body}{'' if category else wrapped('TaxCategory', _tax_scheme(None))}") if body else ""


def _subtotal_amount(one: TaxSubtotal) -> Amount | None:
    """The tax as stated, else what its rate brings."""
    taxable, category = one.taxable_amount, one.tax_category
    if one.tax_amount is not None or taxable is None or taxable.value is None or category is None:
        return one.tax_amount
    rate = _rate(category)
    return None if rate is None else Amount(value=taxable.value * rate / 100, currency_id=taxable.currency_id)


def _rate(one: TaxCategory) -> Decimal | None:
    return Decimal(0) if one.percent is None and one.id in RATE_IS_ZERO else one.percent


def _contact(one: Contact | None) -> str:
    if one is None:
        return ""
    body = f"{text('ID', one.id)}{text('Name', one.name)}{text('Telephone', one.telephone)}{text('Telefax', one.telefax)}"
    return wrapped("Contact", f"{body}{text('ElectronicMail', one.electronic_mail)}")


def _address(name: str, one: Address | None) -> str:
    if one is None:
        return ""
    parts = [
        text("StreetName", one.street_name),
        text("AdditionalStreetName", one.additional_street_name),
        text("CityName", one.city_name),
        text("PostalZone", one.postal_zone),
        text("CountrySubentity", one.country_subentity),
        *(wrapped("AddressLine", text("Line", line)) for line in one.address_lines),
        wrapped("Country", text("IdentificationCode", one.country)),
    ]
    return wrapped(name, "".join(parts))


def _location(name: str, one: Location | None) -> str:
    return wrapped(name, f"{identifier('ID', one.id)}{text('Name', one.name)}{_address('Address', one.address)}") if one else ""


def _despatch(one: Despatch | None) -> str:
    if one is None:
        return ""
    parts = [
        text("EstimatedDespatchDate", one.estimated_despatch_date),
        text("EstimatedDespatchTime", one.estimated_despatch_time),
        text("ActualDespatchDate", one.actual_despatch_date),
        text("ActualDespatchTime", one.actual_despatch_time),
        _location("DespatchLocation", one.despatch_location),
    ]
    return wrapped("Despatch", "".join(parts))


def _account(name: str, one: FinancialAccount | None) -> str:
    if one is None:
        return ""
    branch = wrapped("FinancialInstitutionBranch", text("ID", one.financial_institution_branch_id))
    return wrapped(name, f"{text('ID', one.id)}{text('Name', one.name)}{branch}")


def _commodity(one: Identifier) -> str:
    if not one.value:
        return ""
    code = f"<cbc:ItemClassificationCode{_attribute('listID', one.scheme_id)}>{escaped(one.value)}</cbc:ItemClassificationCode>"
    return wrapped("CommodityClassification", code)


def _property(one: ItemProperty) -> str:
    if not (one.name or one.value):
        return ""
    return wrapped("AdditionalItemProperty", f"{text('Name', one.name or UNKNOWN)}{text('Value', one.value)}")


def _instances(lot: str | None, instances: tuple[ItemInstance, ...]) -> str:
    """The lot of the whole line, and what the line consists of. A marked trace number tells them apart where nothing else does."""
    of_line = of_instance = ""
    if lot and instances:
        of_line = f"<cbc:ProductTraceID{MARK}>LINE</cbc:ProductTraceID>"
    elif len(instances) == 1 and instances[0] == ItemInstance(lot_number_id=instances[0].lot_number_id):
        of_instance = f"<cbc:ProductTraceID{MARK}>INSTANCE</cbc:ProductTraceID>"
    written = []
    if lot:
        written.append(wrapped("ItemInstance", f"{of_line}{_lot(ItemInstance(lot_number_id=lot))}"))
    for one in instances:
        dates = f"{text('ManufactureDate', one.manufacture_date)}{text('BestBeforeDate', one.best_before_date)}"
        body = f"{dates}{text('SerialID', one.serial_id)}{_lot(one)}"
        written.append(wrapped("ItemInstance", f"{of_instance}{body}") if body else "")
    return "".join(written)


def _lot(one: ItemInstance) -> str:
    return wrapped("LotIdentification", f"{text('LotNumberID', one.lot_number_id)}{text('ExpiryDate', one.expiry_date)}")


def _line_id(line_id: str | None) -> str:
    return text("LineID", line_id) or f"<cbc:LineID{MARK}>{UNKNOWN}</cbc:LineID>"


def _identification(name: str, one: Identifier) -> str:
    return f"<cac:{name}>{identifier('ID', one)}</cac:{name}>" if one.value else ""


def _value(one: Amount | None) -> Decimal:
    return one.value if one and one.value is not None else Decimal(0)


@lru_cache(maxsize=1024)
def _attribute(name: str, value: str | None) -> str:
    return f' {name}="{escaped(value)}"' if value else ""


def _plain(value: Decimal) -> str:
    return f"{value:f}"  # XML Schema's decimal has no exponent; str is three times as fast where there is none
