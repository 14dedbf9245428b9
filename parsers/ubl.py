"""UBL orders (OASIS UBL 2.0 to 2.3, Peppol BIS Order), also in an SBDH envelope (UN/CEFACT Standard Business Document Header).

What the order's elements mean stands in mappings/formats/ubl/order.yaml; what no mapping reads is kept in `extensions` under its XPath.
Every other UBL document is recognised by its name and has no reader yet.

>>> import io
>>> order = f'<Order xmlns="{DOCUMENT}Order-2" xmlns:b="{DOCUMENT}CommonBasicComponents-2"><b:ID>4711</b:ID><b:UUID>7</b:UUID></Order>'
>>> [document] = parse(io.BytesIO(order.encode()), Context())
>>> document.id, document.place.xpath, document.record.extensions
('4711', '/Order', {'cbc:UUID': '7'})
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from lxml import etree

import mappings
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document, Item, Recognition
from wharfinger.mapping import Build, compile_mapping, merge
from wharfinger.problems import Problem
from wharfinger.records import Order, Place
from wharfinger.safe_xml import XmlRoot, read_xml, xml_root
from wharfinger.xpath_notation import XmlNode, XmlTree, XPathNotation
from wharfinger.yaml_files import load_yaml

FORMAT = "ubl"
DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:"
ENVELOPE = "StandardBusinessDocument"
NAMESPACES = {
    "cac": f"{DOCUMENT}CommonAggregateComponents-2",
    "cbc": f"{DOCUMENT}CommonBasicComponents-2",
    "ext": f"{DOCUMENT}CommonExtensionComponents-2",
}
_PREFIXES = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_ORDER = f"{{{DOCUMENT}Order-2}}Order"
_NOT_ELEMENTS = f"{DOCUMENT}Common"
_PARTY_CODES = etree.XPath(
    ".//cac:BuyerCustomerParty//cbc:EndpointID | .//cac:BuyerCustomerParty//cbc:ID | .//cac:BuyerCustomerParty//cbc:CompanyID",
    namespaces=NAMESPACES,
)


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """A document in a namespace of UBL, by itself or in an SBDH envelope."""
    root = xml_root(head)
    names = _documents(root) if root else []
    if not names:
        return None
    return Recognition(format=FORMAT, description=f"UBL {names[0]}", readable="Order" in names)


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield the order, or each document of the envelope."""
    root = read_xml(stream)
    if isinstance(root, Problem):
        yield root
        return
    tree = XmlTree(root, _PREFIXES)
    for element in _elements(root):
        if element.tag == _ORDER:
            yield _order(XmlNode(element, None, tree), context)
        else:
            place = XmlNode(element, None, tree).place()
            yield Problem(code="format-without-reader", place=place, found=f"UBL {etree.QName(element).localname}")


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """Yield every element and attribute that says something, indented as they are nested."""
    root = read_xml(stream)
    if isinstance(root, etree._Element):
        yield from XmlTree(root, _PREFIXES).lines()


def _documents(root: XmlRoot) -> list[str]:
    inner = root.children if root.name == ENVELOPE else ((root.namespace, root.name),)
    return [name for namespace, name in inner if _is_document(namespace, name)]


def _elements(root: etree._Element) -> list[etree._Element]:
    inner = list(root) if etree.QName(root).localname == ENVELOPE else [root]
    return [one for one in inner if _is_document(etree.QName(one).namespace or "", etree.QName(one).localname)]


def _is_document(namespace: str, name: str) -> bool:
    return namespace == f"{DOCUMENT}{name}-2"


def _order(node: XmlNode, context: Context) -> Document:
    partner = _partner(node.element, context)
    changes = partner.formats.get(FORMAT, {}) if partner else {}
    problems: list[Problem] = []
    record = _builder(msgspec.json.encode(changes, order="sorted"))(node, problems)
    if record is None:
        problems.append(Problem(code="document-not-read", place=node.place()))
        return Document(kind="Order", id=None, record=None, place=node.place(), problems=tuple(problems))
    record = _with_rest(record, node)
    return Document(
        kind="Order",
        id=record.id,
        record=record,
        place=node.place(),
        problems=tuple(problems),
        partner=partner.partner if partner else None,
    )


def _with_rest(order: Order, node: XmlNode) -> Order:
    """The order with what no mapping read: each line keeps its own, by its path in the line."""
    tree = node.tree
    elements = {tree.path(one): one for one in node.element.iterchildren(f"{{{NAMESPACES['cac']}}}OrderLine")}
    lines = []
    taken = []
    for number, line in enumerate(order.order_lines, 1):
        kept: dict[str, str] = {}
        if line.origin and (element := elements.get(line.origin.xpath or "")) is not None:
            taken.append(element)
            kept = tree.rest(XmlNode(element, None, tree))
        whole = msgspec.structs.replace(line, extensions=kept)
        lines.append(whole if line.id else msgspec.structs.replace(whole, id=str(number), assumed=(*line.assumed, "id")))
    return msgspec.structs.replace(order, order_lines=tuple(lines), extensions=tree.rest(node, tuple(taken)))


def _partner(order: etree._Element, context: Context) -> Partner | None:
    """Whose overrides apply: the partner that the caller vouches for, else the one that the buyer's codes name."""
    if context.partner or not any(FORMAT in one.formats for one in context.partners):
        return context.partner
    found: Any = _PARTY_CODES(order)
    codes = {(one.text or "").strip() for one in found}
    return next((one for one in context.partners if codes & {*one.identity.gln, *one.identity.tax_ids, *one.identity.codes}), None)


@cache
def _builder(changes: bytes) -> Build:
    """The compiled mapping with a partner's changes, as JSON."""
    return compile_mapping(Order, merge(_mapping(), msgspec.json.decode(changes)), XPathNotation(NAMESPACES))


@cache
def _mapping() -> dict[str, Any]:
    mapping: dict[str, Any] = load_yaml(Path(mappings.__path__[0]) / "formats" / "ubl" / "order.yaml")
    return mapping
