"""UBL orders, their changes and responses, despatch and receipt advices, invoices, credit notes, payments (OASIS UBL 2.0 to 2.4).

Also Peppol BIS, and in an SBDH envelope (UN/CEFACT Standard Business Document Header). The root element says what kind a document is;
what its elements mean stands in mappings/formats/ubl, one file for each. What no mapping reads is kept in `extensions` under its XPath.
Every other UBL document is recognised by its name and has no reader.

An Invoice whose type code is a credit note's is a credit note: EN 16931 allows those codes in a CreditNote only, but some countries
(Saudi Arabia, Jordan) know no CreditNote. No amount changes its sign; where it stays open which way the money goes, a problem says so.

>>> import io
>>> order = f'<Order xmlns="{DOCUMENT}Order-2" xmlns:b="{DOCUMENT}CommonBasicComponents-2"><b:ID>4711</b:ID><b:UUID>7</b:UUID></Order>'
>>> [document] = parse(io.BytesIO(order.encode()), Context())
>>> document.id, document.place.xpath, document.record.extensions
('4711', '/Order', {'cbc:UUID': '7'})
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from lxml import etree

import mappings
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document, Item, Recognition
from wharfinger.mapping import Build, compile_mapping, merge
from wharfinger.mapping_files import load_mapping
from wharfinger.pointing import of_lines
from wharfinger.problems import Problem
from wharfinger.records import (
    KINDS,
    CreditNote,
    CreditNoteLine,
    DespatchAdvice,
    Invoice,
    InvoiceLine,
    Place,
    ReceiptAdvice,
    Record,
    Shape,
    Shipment,
    TaxCategory,
    lines,
    with_lines,
)
from wharfinger.safe_xml import XmlRoot, read_xml, xml_lines, xml_root
from wharfinger.xpath_notation import XmlNode, XmlTree, XPathNotation

FORMAT = "ubl"
DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:"
ENVELOPE = "StandardBusinessDocument"
NAMESPACES = {
    "cac": f"{DOCUMENT}CommonAggregateComponents-2",
    "cbc": f"{DOCUMENT}CommonBasicComponents-2",
    "ext": f"{DOCUMENT}CommonExtensionComponents-2",
}
CREDIT_NOTES = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
"""Codes of UNTDID 1001 that EN 16931 allows in a CreditNote (rule BR-CL-01); all others are an Invoice's."""


class Reading(Shape, frozen=True):
    """How the document of a root element is read. issuers: the elements of the party that issues it."""

    kind: str
    mapping: str
    issuers: tuple[str, ...]


READINGS = {
    "Order": Reading(kind="Order", mapping="order", issuers=("BuyerCustomerParty",)),
    "OrderChange": Reading(kind="OrderChange", mapping="order_change", issuers=("BuyerCustomerParty",)),
    "OrderCancellation": Reading(kind="OrderCancellation", mapping="order_cancellation", issuers=("BuyerCustomerParty",)),
    "OrderResponse": Reading(kind="OrderResponse", mapping="order_response", issuers=("SellerSupplierParty",)),
    "OrderResponseSimple": Reading(kind="OrderResponse", mapping="order_response_simple", issuers=("SellerSupplierParty",)),
    "DespatchAdvice": Reading(kind="DespatchAdvice", mapping="despatch_advice", issuers=("DespatchSupplierParty", "SellerSupplierParty")),
    "ReceiptAdvice": Reading(kind="ReceiptAdvice", mapping="receipt_advice", issuers=("DeliveryCustomerParty", "BuyerCustomerParty")),
    "Invoice": Reading(kind="Invoice", mapping="invoice", issuers=("AccountingSupplierParty", "SellerSupplierParty")),
    "CreditNote": Reading(kind="CreditNote", mapping="credit_note", issuers=("AccountingSupplierParty", "SellerSupplierParty")),
    "RemittanceAdvice": Reading(kind="RemittanceAdvice", mapping="remittance_advice", issuers=("AccountingCustomerParty",)),
    "ApplicationResponse": Reading(kind="ApplicationResponse", mapping="application_response", issuers=("SenderParty",)),
}
"""By the name of the root element."""

_PREFIXES = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_TYPE_CODE = etree.XPath("normalize-space(cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode)", namespaces=NAMESPACES)
_PAYABLE = etree.XPath("number(cac:LegalMonetaryTotal/cbc:PayableAmount)", namespaces=NAMESPACES)


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """A document in a namespace of UBL, by itself or in an SBDH envelope."""
    root = xml_root(head)
    names = _documents(root) if root else []
    if not names:
        return None
    return Recognition(format=FORMAT, description=f"UBL {names[0]}", readable=any(name in READINGS for name in names))


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield the document, or each document of the envelope."""
    root = read_xml(stream)
    if isinstance(root, Problem):
        yield root
        return
    tree = XmlTree(root, _PREFIXES)
    for element in _elements(root):
        node = XmlNode(element, None, tree)
        name = etree.QName(element).localname
        if name in READINGS:
            yield _with_envelope(_document(node, name, context), root, tree)
        else:
            yield Problem(code="format-without-reader", place=node.place(), found=f"UBL {name}")


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """Yield every element and attribute that says something, indented as they are nested."""
    root = read_xml(stream)
    if isinstance(root, etree._Element):
        yield from XmlTree(root, _PREFIXES).lines()


def excerpts(stream: BinaryIO, places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield the lines at the places."""
    yield from of_lines(xml_lines(stream), places)


def _documents(root: XmlRoot) -> list[str]:
    inner = root.children if root.name == ENVELOPE else ((root.namespace, root.name),)
    return [name for namespace, name in inner if _is_document(namespace, name)]


def _elements(root: etree._Element) -> list[etree._Element]:
    inner = list(root) if etree.QName(root).localname == ENVELOPE else [root]
    return [one for one in inner if _is_document(etree.QName(one).namespace or "", etree.QName(one).localname)]


def _is_document(namespace: str, name: str) -> bool:
    return namespace == f"{DOCUMENT}{name}-2"


def _document(node: XmlNode, name: str, context: Context) -> Document:
    reading = READINGS[name]
    problems: list[Problem] = []
    if name in ("Invoice", "CreditNote"):
        reading, problems = _by_type_code(node, name)
    partner = _partner(node.element, reading, context)
    record = _builder(reading, msgspec.json.encode(_changes(partner, reading.kind), order="sorted"))(node, problems)
    if record is None:
        problems.append(Problem(code="document-not-read", place=node.place()))
        return Document(kind=reading.kind, id=None, record=None, place=node.place(), problems=tuple(problems))
    if isinstance(record, DespatchAdvice | ReceiptAdvice):
        record = _with_all_units(record)
    elif isinstance(record, Invoice | CreditNote):
        record = _with_tax_categories(record)
    record = _without_repetition(record)
    return Document(
        kind=reading.kind,
        id=record.id,
        record=_with_rest(record, node),
        place=node.place(),
        problems=tuple(problems),
        partner=partner.partner if partner else None,
    )


def _by_type_code(node: XmlNode, name: str) -> tuple[Reading, list[Problem]]:
    """The root element decides, but for the type code of a credit note; what contradicts is told."""
    code = str(_TYPE_CODE(node.element))
    if not code.isdigit() or (name == "CreditNote") == (code in CREDIT_NOTES):
        return READINGS[name], []
    found = next(node.element.iterchildren(f"{{{NAMESPACES['cbc']}}}{name}TypeCode"), node.element)
    place = XmlNode(found, None, node.tree).place()
    payable: Any = _PAYABLE(node.element)
    clear = name == "Invoice" and not payable < 0
    problem = Problem(code="credit-note-as-invoice" if clear else "credit-note-unclear", place=place, subject=name, found=code)
    return READINGS["CreditNote"], [problem]


def _with_envelope(document: Document, root: etree._Element, tree: XmlTree) -> Document:
    """The document with what the header of its envelope says (sender, receiver, business scope), by its path there."""
    header = next((one for one in root.iterchildren("{*}StandardBusinessDocumentHeader")), None)
    if header is None or etree.QName(root).localname != ENVELOPE or document.record is None:
        return document
    said = {f"StandardBusinessDocumentHeader/{path}": text for path, text in tree.rest(XmlNode(header, None, tree)).items()}
    record = msgspec.structs.replace(document.record, extensions={**said, **document.record.extensions})
    return msgspec.structs.replace(document, record=record)


def _with_rest(record: Record, node: XmlNode) -> Record:
    """The record with what no mapping read: each line keeps its own, by its path in the line."""
    tree = node.tree
    found = lines(record)
    elements = {tree.path(one): one for one in node.element} if found else {}
    kept = []
    taken = []
    for number, line in enumerate(found, 1):
        rest: dict[str, str] = {}
        if line.origin and (element := elements.get(line.origin.xpath or "")) is not None:
            taken.append(element)
            rest = tree.rest(XmlNode(element, None, tree))
        whole = msgspec.structs.replace(line, extensions=rest)
        kept.append(whole if line.id else msgspec.structs.replace(whole, id=str(number), assumed=(*line.assumed, "id")))
    return msgspec.structs.replace(with_lines(record, tuple(kept)), extensions=tree.rest(node, tuple(taken)))


def _with_all_units(record: DespatchAdvice | ReceiptAdvice) -> DespatchAdvice | ReceiptAdvice:
    """The record whose shipment names also the handling units that only its lines name."""
    units = record.shipment.transport_handling_units if record.shipment else ()
    known = {one.id for one in units}
    packed = record.despatch_lines if isinstance(record, DespatchAdvice) else record.receipt_lines
    further = {one.id: one for line in packed for one in line.transport_handling_units if one.id and one.id not in known}
    if not further:
        return record
    whole = msgspec.structs.replace(record.shipment or Shipment(), transport_handling_units=(*units, *further.values()))
    return msgspec.structs.replace(record, shipment=whole)


def _with_tax_categories(record: Invoice | CreditNote) -> Invoice | CreditNote:
    """The record whose lines have the category of their rate where only the rate is stated: a rate above 0 is standard (UNTDID 5305 S).

    Where the document has but one rate, for all that it charges, this is the rate of the lines that state none.
    """
    found: tuple[InvoiceLine | CreditNoteLine, ...] = record.invoice_lines if isinstance(record, Invoice) else record.credit_note_lines
    stated = [line.item.classified_tax_category if line.item is not None else None for line in found]
    of_all = _only_category(record) if None in stated else None
    if of_all is None and all(one is None or one.id or not one.percent for one in stated):
        return record
    changed: list[InvoiceLine | CreditNoteLine] = []
    for line, of_line in zip(found, stated, strict=True):
        category = of_line or of_all
        if line.item is None or category is None:
            changed.append(line)
            continue
        assumed = ["item.classified_tax_category"] if of_line is None else []
        if not category.id and category.percent is not None and category.percent > 0:
            category = msgspec.structs.replace(category, id="S")
            assumed = assumed or ["item.classified_tax_category.id"]
        item = msgspec.structs.replace(line.item, classified_tax_category=category)
        changed.append(msgspec.structs.replace(line, item=item, assumed=(*line.assumed, *assumed)))
    return with_lines(record, tuple(changed))  # type: ignore[return-value]  # the same kind


def _only_category(record: Invoice | CreditNote) -> TaxCategory | None:
    """The category of the only part of the tax, where that part is all that is charged."""
    tax, total = record.tax_total, record.legal_monetary_total
    if tax is None or len(tax.tax_subtotals) != 1 or record.further_tax_totals or total is None:
        return None
    [only] = tax.tax_subtotals
    # In OIOUBL TaxExclusiveAmount is the tax.
    charged = total.tax_exclusive_amount if total.tax_exclusive_amount != tax.tax_amount else total.line_extension_amount
    return only.tax_category if charged is not None and only.taxable_amount == charged else None


def _without_repetition(record: Record) -> Record:
    """The record without the second of two blocks that say the same: an empty first one leaves its place to the one behind it."""
    changes: dict[str, Any] = {}
    for field, further in (("delivery", "further_deliveries"), ("payment_terms", "further_payment_terms")):
        others = getattr(record, further, ())
        if others and others[0] == getattr(record, field):
            changes[further] = others[1:]
    return msgspec.structs.replace(record, **changes) if changes else record


def _partner(document: etree._Element, reading: Reading, context: Context) -> Partner | None:
    """Whose overrides apply: the partner that the caller vouches for, else the one that the issuer's codes name."""
    if context.partner or not any(FORMAT in one.formats for one in context.partners):
        return context.partner
    found: Any = _codes_of(reading.issuers)(document)
    codes = {(one.text or "").strip() for one in found}
    return next((one for one in context.partners if codes & {*one.identity.gln, *one.identity.tax_ids, *one.identity.codes}), None)


def _changes(partner: Partner | None, kind: str) -> dict[str, Any]:
    """What a partner file says of a kind of document under its name (`OrderResponse: ...`); what stands under no name is said of orders."""
    changes = partner.formats.get(FORMAT, {}) if partner else {}
    of_orders = {field: value for field, value in changes.items() if field not in KINDS} if kind == "Order" else {}
    return merge(of_orders, changes.get(kind, {}))


@cache
def _codes_of(parties: tuple[str, ...]) -> etree.XPath:
    names = [f".//cac:{party}//cbc:{name}" for party in parties for name in ("EndpointID", "ID", "CompanyID")]
    return etree.XPath(" | ".join(names), namespaces=NAMESPACES)


@cache
def _builder(reading: Reading, changes: bytes) -> Build:
    """The compiled mapping with a partner's changes, as JSON."""
    mapping = merge(_mapping(reading.mapping), msgspec.json.decode(changes))
    return compile_mapping(KINDS[reading.kind], mapping, XPathNotation(NAMESPACES))


@cache
def _mapping(name: str) -> dict[str, Any]:
    return load_mapping(Path(mappings.__path__[0]) / "formats" / FORMAT / f"{name}.yaml")
