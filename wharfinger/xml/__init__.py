"""Canonical records as UBL 2.1 XML (OASIS), and our strict XSDs that decide whether it may be delivered.

The XML is written by string templates with escaping, in the order that UBL's schema demands: a tree of elements costs seven
times as much (benchmarks/xml_write.py). schemas/xsd holds one schema for each kind, with exactly the elements that are written here.
Characters that XML 1.0 cannot hold become U+FFFD. Not in the XML: origin, extensions, assumed.

What UBL demands and a record need not have is marked with the agency "Wharfinger" (schemeAgencyName of an identifier, listAgencyName
of a code), so that nobody takes it for the sender's word:

- A change's SequenceNumberID 1; its DocumentStatusCode "delta", where every line says what happens to it; PaymentMeansCode 1 (UNTDID
  4461: not defined); the number "NA" of a shipment, of a document, of a line; of a response's line the segment that is meant.
- The despatching, receiving, invoicing or paying party that is not named: a copy of the seller or buyer; an order's buyer or seller:
  a copy of who pays or invoices (AdditionalAccountID says of which). The OrderReference or DespatchDocumentReference of a despatch or
  receipt that only its lines name.
- Without mark: a line without number takes its position; an amount without currency the document's; a quantity without unit its
  line's; an allowance without amount its percentage of its base; a tax without amount the sum of its parts, and a part its rate;
  an order's total without payable amount what its other amounts come to; the tax of an invoiced item in category O, E, Z, AE, K or G
  (UNTDID 5305) the rate 0; an item's property without name "NA"; a cancellation without reason "No reason given".

Where UBL has no element of its own for what a record has:

- test_indicator: ProfileExecutionID "TEST". sequence_number_id, but for a change: the VersionID of an AdditionalDocumentReference to
  the document itself. change_scope: the DocumentStatusCode of the order in a change's OrderReference/DocumentReference.
- Party.id, where it is not a code that the document states: a PartyIdentification whose scheme agency is "Wharfinger".
- Price.gross_amount: PricingReference/AlternativeConditionPrice with PriceTypeCode AAE (UNTDID 5125: including taxes).
- A reference's line: LineReference or BillingReferenceLine; in a DocumentReference its XPath; in a header's OrderReference or
  Contract there is no place. A reference's type: DocumentTypeCode, OrderTypeCode, ContractTypeCode.
- The contract of a line, of a despatch, of a receipt: a document reference of type 315 (UNTDID 1001).
- order_change_reference: OrderDocumentReference. A receipt line's status: LineStatusCode of its OrderLineReference.
- billing_reference: InvoiceDocumentReference, or CreditNoteDocumentReference where its type is that of a credit note.
- lot_number_id and item_instances: ItemInstance; where they could be mixed up, its ProductTraceID is LINE or INSTANCE, and marked.
- A handling unit's parent: TransportEquipment; its weights and volume: MeasurementDimension AAB, AAA, AAW (UNTDID 6313). A vehicle:
  VesselID, TrainID, AircraftID or LicensePlateID, as its mode of transport says. Terms of a shipment's delivery: in its Delivery.
- Allowances of a remittance's line: its BillingReferenceLine.
- order_type_code of a change or response, due_date of a credit note, application_response_type_code, and of a remittance the
  second means of payment, terms and exchange rate: the element of that name in a UBLExtension.

>>> from wharfinger.records import Order
>>> to_xml(Order(id="4711", test_indicator=False)).decode().splitlines()[2:4]
['<cbc:UBLVersionID>2.1</cbc:UBLVersionID>', '<cbc:ID>4711</cbc:ID>']
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

import schemas
from wharfinger.records import Record, Shape
from wharfinger.xml.answers import application_response
from wharfinger.xml.deliveries import despatch_advice, receipt_advice
from wharfinger.xml.invoices import credit_note, invoice, remittance_advice
from wharfinger.xml.orders import order, order_cancellation, order_change, order_response
from wharfinger.xml.parts import DOCUMENT, NAMESPACES

__all__ = ["NAMESPACES", "SchemaError", "explain_schema_errors", "schema_errors", "schema_path", "to_xml"]

_WRITERS: dict[str, Callable[[Any], str]] = {
    "Order": order,
    "OrderChange": order_change,
    "OrderCancellation": order_cancellation,
    "OrderResponse": order_response,
    "DespatchAdvice": despatch_advice,
    "ReceiptAdvice": receipt_advice,
    "Invoice": invoice,
    "CreditNote": credit_note,
    "RemittanceAdvice": remittance_advice,
    "ApplicationResponse": application_response,
}
_TEXTS = {
    "en": ("{subject} lacks {expected}.", "{subject}: {expected} is expected where {found} stands.", "{subject}: {reason}."),
    "ru": ("В {subject} нет {expected}.", "{subject}: на месте {found} ожидается {expected}.", "{subject}: {reason}."),
    "de": ("In {subject} fehlt {expected}.", "{subject}: Wo {found} steht, wird {expected} erwartet.", "{subject}: {reason}."),
    "zh": ("{subject} 缺少 {expected}。", "{subject}：{found} 所在位置应为 {expected}。", "{subject}：{reason}。"),
}
"""For each language: an element is missing, an element stands where it must not, a value is wrong."""
_DECIMAL = re.compile(r"Decimal\('(.*?)'\)")


class SchemaError(Shape, frozen=True):
    """What the schema refuses. path: of the element (only explain_schema_errors finds it out). line: of the XML."""

    message: str
    line: int | None = None
    path: str | None = None


def to_xml(record: Record) -> bytes:
    """The record as UBL 2.1. What the record lacks is left out: only schema_errors says whether it may be delivered."""
    return _WRITERS[type(record).__name__](record).encode()


def schema_errors(kind: str, xml: bytes) -> list[SchemaError]:
    """What our strict XSD has against the XML (libxml2's words); nothing when it may be delivered.

    It is validated as it is read: to build a tree first takes a quarter more. Only the tree knows the lines, so what is wrong is
    validated again.
    """
    if _is_valid(kind, xml):
        return []
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
        path = (error.path or "/").replace(f"{{{DOCUMENT}{kind}-2}}", "")
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


class _NoTree:
    """A target of a parser that wants to hear of nothing."""

    def close(self) -> None:
        return None


@cache
def _validating_parser(kind: str) -> Any:  # the stubs want all the methods that lxml looks for
    target: Any = _NoTree()
    return etree.XMLParser(target=target, schema=_schema(kind), resolve_entities=False, no_network=True, load_dtd=False)


def _is_valid(kind: str, xml: bytes) -> bool:
    parser = _validating_parser(kind)
    try:
        etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:  # lxml raises it for some faults, and only notes others
        return False
    return not parser.error_log


@cache
def _slow_schema(kind: str) -> Any:
    from xmlschema import XMLSchema10

    return XMLSchema10(str(schema_path(kind)), defuse="always", allow="local")


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _names(expected: Any) -> str:
    return " | ".join(one.prefixed_name for one in expected or ()) or "-"
