"""Formats that are known by sight and have no reader yet: said by name, so that nobody has to guess what came.

A reader that is added later takes its format away from here by claiming it: what another parser claims is never claimed here.

>>> import io
>>> [problem] = parse(io.BytesIO(b'<ORDERS05><IDOC BEGIN="1"/></ORDERS05>'), Context())
>>> problem.code, problem.found
('format-without-reader', 'SAP IDoc, ORDERS05')
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from wharfinger import registry
from wharfinger.contracts import Context, Item, Recognition
from wharfinger.problems import Problem
from wharfinger.safe_xml import XmlRoot, read_xml, xml_root

_NAME = __name__.rpartition(".")[2]
_BINARY = (
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"II*\0", "TIFF image"),
    (b"MM\0*", "TIFF image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"{\\rtf", "RTF text"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\0", "xz archive"),
    (b"-----BEGIN PKCS7", "signed or encrypted file (PKCS #7)"),
    (b"-----BEGIN CMS", "signed or encrypted file (PKCS #7)"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("WordDocument", "Word"), ("Workbook", "Excel"), ("__substg1.0_", "Outlook message"))
_PKCS7 = re.compile(rb"\x30.{1,5}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x02\x03]", re.DOTALL)  # RFC 5652: signedData, envelopedData
_X12 = re.compile(r"\s*ISA([^A-Za-z0-9 \t\r\n])")
_IDOC_CONTROL = "EDI_DC40"
_IDOC_TYPE = slice(39, 69)  # SAP: control record EDI_DC40, field IDOCTYP
_HTML = re.compile(r"\s*(?:<!DOCTYPE\s+HTML|<HTML)[\s>]", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]\d-])")
_ROOTS = {
    "КоммерческаяИнформация": "CommerceML",
    "Файл": "document of the Russian tax service (FNS)",
    "cXML": "cXML",
    "SCRDMCCBDACIOMessageStructure": "Order-X (UN/CEFACT CIO)",
    "CrossIndustryInvoice": "UN/CEFACT CII, CrossIndustryInvoice",
    "CrossIndustryDocument": "ZUGFeRD 1.0 (UN/CEFACT CII)",
    "FatturaElettronica": "FatturaPA",
    "ufinterface": "Yonyou EAI",
    "BMECAT": "BMEcat",
    "Finvoice": "Finvoice",
    "E_Invoice": "Estonian e-invoice",
    "Facturae": "Facturae (Spain)",
    "NFe": "NF-e (Brazil)",
    "nfeProc": "NF-e (Brazil)",
    "html": "HTML page",
    "HTML": "HTML page",
}
_NAMESPACES = (
    ("urn:gs1:ecom:", "GS1 XML"),
    ("urn:ean.ucc:", "GS1 XML"),
    ("http://v8.1c.ru/edi/edi_stnd/EnterpriseData", "1C EnterpriseData"),
    ("http://www.1c.ru/SSL/Exchange/Message", "1C EnterpriseData"),
    ("urn:1C.ru:commerceml", "CommerceML"),
    ("urn:un:unece:uncefact:data:", "UN/CEFACT XML"),
    ("http://www.opentrans.org/XMLSchema", "openTRANS"),
    ("http://www.openapplications.org/oagis", "OAGIS"),
    ("urn:iso:std:iso:20022:tech:xsd:", "ISO 20022"),
    ("urn:oasis:names:specification:ubl:schema:xsd:", "UBL"),
    ("urn:sfti:documents:", "Svefaktura (UBL 1.0)"),
    ("urn:sfti:", "Svefaktura"),
    ("rrn:org.xcbl:", "xCBL"),
    ("http://www.e2b.no/XMLSchema", "e2b"),
    ("http://www.facturae", "Facturae (Spain)"),
    ("http://crd.gov.pl/wzor/", "form of the Polish administration (KSeF, JPK)"),
    ("http://www.sat.gob.mx/cfd/", "CFDI (Mexico)"),
    ("http://www.portalfiscal.inf.br/nfe", "NF-e (Brazil)"),
    ("urn:rosettanet:", "RosettaNet"),
    ("http://rep.oio.dk/ubl/xml/schemas/0p71/", "OIOXML (Denmark, UBL 0.7)"),
    ("http://schemas.xmlsoap.org/soap/envelope/", "SOAP"),
    ("http://www.w3.org/2003/05/soap-envelope", "SOAP"),
    ("http://www.w3.org/1999/xhtml", "HTML page"),
)

_SPEAKING_CHILDREN = {"http://www.1c.ru/SSL/Exchange/Message"}
"""Namespaces of first children that say what a root element without namespace leaves open."""


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """What no reader reads, by name."""
    description = _described(head)
    if description is None or _read_elsewhere(head, stream):
        return None
    return Recognition(format=_NAME, description=description, readable=False)


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield one problem: what it is, or why not even that can be said."""
    head = stream.read(registry.HEAD_SIZE)
    description = _described(head) or "?"
    root = xml_root(head)
    unknown = description.startswith("XML")
    if unknown and (root is None or root.doctype):
        stream.seek(0)
        problem = read_xml(stream)
        if isinstance(problem, Problem):
            yield problem
            return
    yield Problem(code="format-without-reader", found=description)


def _described(head: bytes) -> str | None:
    for mark, name in _BINARY:
        if head.startswith(mark):
            return name
    if head.startswith(_OLE):
        inside = next((name for stream, name in _OLE_STREAMS if stream.encode("utf-16-le") in head), None)
        return f"Microsoft Office 97-2003 ({inside})" if inside else "Microsoft Office 97-2003"
    if _PKCS7.match(head):
        return "signed or encrypted file (PKCS #7)"
    text = _text(head)
    if _HTML.match(text):
        return "HTML page"
    if root := xml_root(head):
        return _described_xml(root, head)
    if text.lstrip().startswith(("<?xml", "<!--", "<!DOCTYPE")):
        return "XML"  # its first element stands behind the head
    return _described_text(text)


def _described_text(text: str) -> str | None:
    text = text.lstrip()
    if match := _X12.match(text):
        kind = re.search(rf"[^A-Za-z0-9]\s*ST{re.escape(match[1])}(\d{{3}})", text)
        return f"X12 {kind[1]}" if kind else "X12 interchange without a transaction set"
    if text.startswith(_IDOC_CONTROL):
        return f"SAP IDoc, {text[_IDOC_TYPE].strip() or 'unknown type'}"
    if text.startswith("1CClientBankExchange"):
        return "1C client bank exchange"
    if text.startswith("STX=ANA"):
        return "TRADACOMS"
    if re.match(r"(?:\{1:F01|:20:)", text):
        return "SWIFT MT"
    return "JSON" if _JSON.match(text) else None


def _described_xml(root: XmlRoot, head: bytes) -> str:
    if root.doctype is not None:
        return _ROOTS.get(root.doctype) or f"XML with a document type declaration ({root.doctype})"
    if not root.namespace and root.children[:1] == (("", "IDOC"),):
        return f"SAP IDoc, {root.name}"
    if root.name == "IDOCS" and root.children:
        return f"SAP IDoc, {root.children[0][1]}"
    if not root.namespace and root.children and (child := root.children[0])[0] in _SPEAKING_CHILDREN:
        return _named(child[0], root.name)
    if root.name == "StandardBusinessDocument" and len(root.children) > 1:
        return f"SBDH envelope with {_named(*root.children[1])}"
    if root.name == "Файл" and b"ON_NSCHFDOPPR" in head:
        return "УПД of the Russian tax service (FNS)"
    return _named(root.namespace, root.name)


def _named(namespace: str, name: str) -> str:
    if name in _ROOTS:
        return _ROOTS[name]
    standard = next((title for start, title in _NAMESPACES if namespace.startswith(start)), None)
    if standard:
        return f"{standard}, {name}"
    return f"XML, root element {{{namespace}}}{name}" if namespace else f"XML, root element {name}"


def _text(head: bytes) -> str:
    """The head as text, as far as ASCII goes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _read_elsewhere(head: bytes, stream: BinaryIO) -> bool:
    for name, parser in registry.parsers().items():
        if name != _NAME:
            stream.seek(0)
            if parser.recognises(head, stream) is not None:
                return True
    return False
