"""XML that comes from outside: what it is by its first element, and its tree, with nothing fetched, expanded or trusted.

The encoding is found here (byte order mark, XML declaration, else UTF-8; XML 1.0, appendix F), a document type declaration is looked
for in the decoded text, and libxml2 gets that very text as UTF-8: what was looked at is what is parsed, whatever the encoding.

>>> import io
>>> root = xml_root('<?xml version="1.0" encoding="utf-16"?><Order xmlns="urn:x"/>'.encode("utf-16"))
>>> root.namespace, root.name, root.doctype
('urn:x', 'Order', None)
>>> read_xml(io.BytesIO(b"<a>\\n<b></a>")).place.line
2
"""

import codecs
import re
from typing import BinaryIO
from xml.parsers import expat

from lxml import etree

from wharfinger.problems import Problem
from wharfinger.records import Place, Shape

MAX_SIZE = 64 * 1024 * 1024
MAX_MARKUP = 4_000_000
"""Of "<" and "=": elements and attributes cost a hundred times their bytes in memory."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_NOT_FOR_XML = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
"""Python's own; some take the square of the length."""
_DECLARATION = re.compile(r"\s{0,1000}(<\?xml\s[^>]{0,200}?\?>)")
_DECLARED_ENCODING = re.compile(rb"""\s{0,1000}<\?xml\s[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z][\w.:-]{0,40})["']""")
_PROLOG = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([^\s\[>]{1,200})")
_HUGE = "XML_PARSE_HUGE"  # libxml2: "Text node too long, try XML_PARSE_HUGE"


class XmlRoot(Shape, frozen=True):
    """The first element of a document. children: (namespace, name) of the elements directly in it, as far as they stand in the head.

    doctype: the name in its document type declaration; such a document is never parsed, name and children are empty.
    """

    namespace: str = ""
    name: str = ""
    doctype: str | None = None
    children: tuple[tuple[str, str], ...] = ()


def xml_root(head: bytes) -> XmlRoot | None:
    """What the first bytes of a document say of its first element; None when they are no XML."""
    if not re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)*[\s\0]*<", head[:2000]):
        return None
    text = _blank_declaration(_decoded(head, _encoding(head), "ignore"))
    prolog = _PROLOG.match(text)
    if prolog and (doctype := _DOCTYPE.match(text, prolog.end())):
        return XmlRoot(doctype=doctype[1])
    return _first_element(text.encode())


def xml_lines(stream: BinaryIO) -> list[str]:
    """The lines of the document, as libxml2 counts them."""
    raw = stream.read(MAX_SIZE)
    return _decoded(raw, _encoding(raw), "replace").split("\n")


def read_xml(stream: BinaryIO) -> etree._Element | Problem:
    """The root of the document's tree, or why there is none."""
    raw = stream.read(MAX_SIZE + 1)
    if len(raw) > MAX_SIZE:
        return Problem(code="xml-too-large", expected=f"{MAX_SIZE // 1024 // 1024} MB")
    encoding = _encoding(raw)
    try:
        text = _decoded(raw, encoding, "strict")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(
            code="xml-encoding",
            place=Place(line=line, byte=error.start + 1),
            expected=encoding.upper().removesuffix("-SIG"),
            found=raw[error.start : error.start + 1].hex().upper(),
        )
    text = _blank_declaration(text)
    prolog = _PROLOG.match(text)
    end = prolog.end() if prolog else 0
    if text.startswith("<!DOCTYPE", end):
        doctype = _DOCTYPE.match(text, end)
        return Problem(code="xml-doctype", place=Place(line=text.count("\n", 0, end) + 1), found=doctype[1] if doctype else None)
    if text.count("<") + text.count("=") > MAX_MARKUP:
        return Problem(code="xml-too-large", expected=f"{MAX_MARKUP:,} tags and attributes")
    del raw
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        message = error.msg or "no XML"
        line, column = error.position
        if _HUGE in message and "epth" not in message:
            return Problem(code="xml-too-large", place=Place(line=max(line, 1)), expected="10 MB in one element", found=_reason(message))
        return Problem(code="xml-not-well-formed", place=Place(line=max(line, 1), column=str(column)), found=_reason(message))
    # Behind the look at the text, should libxml2 ever see a declaration where that sees none.
    if declared := root.getroottree().docinfo.doctype:
        return Problem(code="xml-doctype", found=declared.removeprefix("<!DOCTYPE ").rstrip(">"))
    return root


def _decoded(raw: bytes, encoding: str, errors: str) -> str:
    """The text without byte order marks: libxml2 drops one more than the codec did, and what stood behind it would not be looked at."""
    return raw.decode(encoding, errors).lstrip("\ufeff")


def _encoding(raw: bytes) -> str:
    """The codec in which the bytes are written."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    declared = _DECLARED_ENCODING.match(raw[:2000])
    name = declared[1].decode().lower() if declared else "utf-8"
    if name.startswith(("utf-16", "utf-32", "ucs", "iso-10646")):
        return "utf-8"  # the declaration could not have been read then: it lies, as .NET's string writer makes it do
    name = {"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)
    try:
        codec = codecs.lookup(name)
        readable = codec.name not in _NOT_FOR_XML and b"<".decode(name) == "<"
    except (LookupError, UnicodeError):  # no such codec, or one like "rot13" and "zip"
        return "utf-8"
    return name if readable else "utf-8"


def _blank_declaration(text: str) -> str:
    """The text without its declaration, lines and columns unchanged: it may stand after blanks, and its encoding is no longer true."""
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    return text[: declaration.start(1)] + re.sub(r"\S", " ", declaration[1]) + text[declaration.end(1) :]


def _first_element(text: bytes) -> XmlRoot | None:
    elements: list[str] = []
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth <= 2 and len(elements) < 20:
            elements.append(name)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(text, False)
    except expat.ExpatError:
        pass  # the head is cut, or broken further down: what came before counts
    if not elements:
        return None
    names = [_split(one) for one in elements]
    return XmlRoot(namespace=names[0][0], name=names[0][1], children=tuple(names[1:]))


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def _reason(message: str) -> str:
    """libxml2's words without the place, which the problem has."""
    return re.sub(r"\s*, line \d+, column \d+.*$", "", message, flags=re.DOTALL)[:300]
