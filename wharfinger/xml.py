"""Canonical records as UBL 2.1 XML (OASIS), and our strict XSDs that decide whether it may be delivered.

The XML is written by string templates with escaping, in the order that UBL's schema demands: a tree of elements would cost twenty
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
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from functools import cache
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
    "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n"
)
_SPECIAL = re.compile("[&<>\"\x00-\x1f\ud800-\udfff\ufffe\uffff]")
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
    """The same for a person, with the path of the element: sixty times slower, so only for what schema_errors refused."""
    from xmlschema import XMLSchemaChildrenValidationError  # half a second

    found = []
    texts = _TEXTS[language]
    for error in _slow_schema(kind).iter_errors(_parse(xml)):
        # Without its place in the names: /Order/cac:OrderLine[2]/cbc:ID
        path = (error.path or "/").replace("{" + _DOCUMENT + "}", "").replace(f"{_prefix()}", "")
        subject = path.rpartition("/")[2]
        if isinstance(error, XMLSchemaChildrenValidationError):
            expected = ", ".join(_names(error.expected))
            wrong = _local(error.invalid_tag)
            if wrong is None:
                message = texts["missing"].format(subject=subject, expected=expected)
            else:
                message = texts["unexpected"].format(subject=subject, found=wrong, expected=expected or "-")
        else:
            message = texts["value"].format(subject=subject, reason=(error.reason or "").rstrip("."))
        found.append(SchemaError(message=message, line=error.sourceline, path=path))
    return found


def schema_path(kind: str) -> Path:
    """Our XSD of a kind."""
    return Path(schemas.__path__[0]) / "xsd" / f"{kind}.xsd"
