"""What has no reader yet is said by its name, and nothing that has a reader is claimed."""

import io
from pathlib import Path

import pytest

from parsers import known_formats
from wharfinger import registry
from wharfinger.contracts import Context
from wharfinger.problems import Problem

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
NO_SAMPLES = {
    *("ORIGIN.txt", "LICENSE", "LICENSE.txt", "README.md"),
    "src__test__resources__x12__sample837-HL-nested-expected.txt",  # the output of somebody's parser, no interchange
}
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def claim(content: bytes) -> tuple[str, bool] | None:
    """What the one parser that claims the bytes says they are; two claims raise."""
    found = registry.recognise(io.BytesIO(content))
    return (found[1].description, found[1].readable) if found else None


def idoc(idoc_type: str) -> str:
    return f"{'EDI_DC40':10}{'400':3}{'1':0>16}{'756':4}{'53':2}{'1':1}{'':3}{idoc_type:30}{'':30}{'ORDERS':30}".ljust(524)


KNOWN = {
    b'<Order xmlns="rrn:org.xcbl:schemas/xcbl/v4_0/ordermanagement/v1_0/ordermanagement.xsd"/>': "xCBL, Order",
    b'<Interchange xmlns="http://www.e2b.no/XMLSchema"/>': "e2b, Interchange",
    b'<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"/>': "Svefaktura (UBL 1.0), Invoice",
    b'<Finvoice Version="3.0"/>': "Finvoice",
    b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4"/>': "CFDI (Mexico), Comprobante",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "PNG image",
    b"\xff\xd8\xff\xe0\0\x10JFIF": "JPEG image",
    b"II*\0\x08\0\0\0": "TIFF image",
    b"MM\0*\0\0\0\x08": "TIFF image",
    b"{\\rtf1\\ansi Order}": "RTF text",
    b"7z\xbc\xaf\x27\x1c\0\x04": "7z archive",
    b"Rar!\x1a\x07\x01\0": "RAR archive",
    b"\x1f\x8b\x08\0\0\0\0\0": "gzip archive",
    b"\x30\x82\x10\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0": "signed or encrypted file (PKCS #7)",
    b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0": "signed or encrypted file (PKCS #7)",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "WordDocument".encode("utf-16-le"): "Microsoft Office 97-2003 (Word)",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "__substg1.0_1000".encode("utf-16-le"): "Microsoft Office 97-2003 (Outlook message)",
    b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261101*0900*U*00401*000000001*0*P*>~GS*PO*A*B~ST*850*1~": "X12 850",
    b"\xef\xbb\xbfISA|00|          |00|          |ZZ|A|ZZ|B|261101|0900|U|00401|1|0|P|>\nGS|SH|A|B\n ST|856|1\n": "X12 856",
    idoc("ORDERS05").encode(): "SAP IDoc, ORDERS05",
    idoc("DELVRY07").encode("utf-16"): "SAP IDoc, DELVRY07",
    b'<?xml version="1.0"?><ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"/></IDOC></ORDERS05>': "SAP IDoc, ORDERS05",
    '<?xml version="1.0" encoding="windows-1251"?><КоммерческаяИнформация ВерсияСхемы="2.05"/>'.encode("cp1251"): "CommerceML",
    '<?xml version="1.0" encoding="windows-1251"?><Файл ИдФайл="ON_NSCHFDOPPR_1"/>'.encode("cp1251"): "УПД of the Russian tax service (FNS)",
    b'<Message xmlns="http://www.1c.ru/SSL/Exchange/Message"/>': "1C EnterpriseData, Message",
    "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=Windows\r\n".encode("cp1251"): "1C client bank exchange",
    b'<a:orderMessage xmlns:a="urn:gs1:ecom:order:xsd:3"/>': "GS1 XML, orderMessage",
    b'<x:CrossIndustryInvoice xmlns:x="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>': "UN/CEFACT CII, CrossIndustryInvoice",
    b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd"><cXML/>': "cXML",
    b'<Message xmlns:msg="http://www.1c.ru/SSL/Exchange/Message"><msg:Header/><Body/></Message>': "1C EnterpriseData, Message",
    b'<IDOCS><ORDERS05><IDOC BEGIN="1"/></ORDERS05></IDOCS>': "SAP IDoc, ORDERS05",
    b"\r\n" + idoc("ORDERS05").encode(): "SAP IDoc, ORDERS05",
    "\r\n1CClientBankExchange\r\nКодировка=DOS\r\n".encode("cp866"): "1C client bank exchange",
    "1CClientBankExchange\r\nКодировка=Windows\r\n".encode("utf-8-sig"): "1C client bank exchange",
    b'<cXML payloadID="1"/>': "cXML",
    b"GIF89a\1\0\1\0": "GIF image",
    b"<!DOCTYPE html><html></html>": "HTML page",
    b"<!doctype html>\n<p>Order": "HTML page",
    b"<Html><body><br>Order": "HTML page",
    b'<order xmlns="urn:x"><line/></order>': "XML, root element {urn:x}order",
    b"<order/>": "XML, root element order",
    f'<x xmlns="{UBL}CommonBasicComponents-2"/>'.encode(): "UBL, x",
    b'{"order": 1}': "JSON",
    b' [\n {"order": 1}]': "JSON",
}


@pytest.mark.parametrize(("content", "name"), KNOWN.items(), ids=[f"{number}-{name}" for number, name in enumerate(KNOWN.values())])
def test_a_format_without_reader_is_named_by_one_claim(content: bytes, name: str) -> None:
    [problem] = known_formats.parse(io.BytesIO(content), Context())

    assert (name, False) == claim(content)
    assert isinstance(problem, Problem)
    assert ("format-without-reader", name) == (problem.code, problem.found)


@pytest.mark.parametrize("content", [b"", b"\0" * 1000, b"order 4711", b"ISA", b"\xff\xfe", b"30 pieces", b"<", b"< 3 pieces"])
def test_what_nobody_knows_is_not_named(content: bytes) -> None:
    assert known_formats.recognises(content, io.BytesIO(content)) is None


@pytest.mark.parametrize("name", ["Order", "Catalogue"])
def test_what_another_parser_claims_is_left_to_it(name: str) -> None:
    content = f'<{name} xmlns="{UBL}{name}-2"/>'.encode()

    assert (f"UBL {name}", name == "Order") == claim(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE Order [<!ENTITY a 'b'>]><Order/>", "xml-doctype"),
        (b"<!DOCTYPE[]><Order/>", "xml-doctype"),
        (b"<!--" + b" " * 70_000 + b"--><!DOCTYPE Order><Order/>", "xml-doctype"),
        (b'<?xml version="1.0"?>\n<Order', "xml-not-well-formed"),
    ],
)
def test_an_xml_file_of_which_nothing_can_be_said_says_what_is_wrong(content: bytes, code: str) -> None:
    [problem] = known_formats.parse(io.BytesIO(content), Context())

    assert claim(content) is not None
    assert isinstance(problem, Problem)
    assert code == problem.code


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not here")
@pytest.mark.parametrize(
    ("folder", "start"),
    [
        ("1c-clientbank", "1C client bank exchange"),
        ("commerceml", "CommerceML"),
        ("gs1-xml", "GS1 XML"),
        ("idoc-xml", "SAP IDoc"),
        ("order-x", "Order-X"),
        ("ubl", "UBL"),
        ("x12", "X12"),
    ],
)
def test_a_corpus_is_recognised_as_what_its_folder_says(folder: str, start: str) -> None:
    files = [file for file in sorted((CORPORA / folder).rglob("*")) if file.is_file() and file.name not in NO_SAMPLES]
    others = {file.name: found for file in files if not ((found := claim(file.read_bytes())) and found[0].startswith(start))}

    assert files
    assert {} == others
