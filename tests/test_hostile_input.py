"""Hostile files through the real reading child: a clear problem within the limits, and the next file is read as if nothing had been."""

import io
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wharfinger.contracts import Document, Item, Part
from wharfinger.files import read_file
from wharfinger.isolation import Reader, isolated
from wharfinger.problems import Problem
from wharfinger.reading_frames import Limits

pytestmark = pytest.mark.skipif(not isolated(), reason="this system has no fork")

SECONDS = 12.0
LIMITS = Limits()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(None, LIMITS) as reader:
        yield reader


def _read(reader: Reader, file: Path) -> list[Item]:
    """Everything that comes of the file, parts within parts included. The reader must be as good as new afterwards."""
    started = time.monotonic()
    items = list(read_file(reader, file))
    taken = time.monotonic() - started
    after = file.with_name("after")
    after.write_bytes(b"")
    next_file = [item.code for item in reader.read(after, "after") if isinstance(item, Problem)]

    assert taken < SECONDS
    assert next_file == ["file-empty"]
    return items


def _codes(items: list[Item]) -> list[str]:
    """The codes of all problems, of documents too."""
    own = [item.code for item in items if isinstance(item, Problem)]
    return own + [problem.code for item in items if isinstance(item, Document) for problem in item.problems]


def _zip(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_an_empty_file_is_said_to_be_empty(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "empty"
    file.touch()

    assert _codes(_read(reader, file)) == ["file-empty"]


def test_two_hundred_megabytes_of_zeros_are_no_known_format(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "zeros"
    with file.open("wb") as stream:
        stream.truncate(200_000_000)

    assert _codes(_read(reader, file)) == ["format-not-recognised"]


def test_a_zip_bomb_is_refused_and_its_good_neighbour_is_read(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    file.write_bytes(_zip(bomb=bytes(150_000_000), neighbour=b""))

    assert _codes(_read(reader, file)) == ["zip-entry-ratio", "file-empty"]


def test_archives_within_archives_end(reader: Reader, tmp_path: Path) -> None:
    content = b""
    for _ in range(12):
        content = _zip(inner=content)
    file = tmp_path / "nested.zip"
    file.write_bytes(content)

    assert _codes(_read(reader, file)) == ["parts-too-deep"]


def test_names_of_entries_are_only_shown(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "names.zip"
    file.write_bytes(_zip(**{"../../../../../../tmp/wharfinger-escaped": b"", "a\u202eb\x01c": b""}))

    names = [item.name for item in reader.read(file, "../../x\x00\u202e") if isinstance(item, Part)]

    assert names == ["../../../../../../tmp/wharfinger-escaped", "abc"]
    assert _codes(_read(reader, file)) == ["file-empty", "file-empty"]
    assert not Path("/tmp/wharfinger-escaped").exists()


def _pdf(*streams: bytes) -> bytes:
    """A PDF whose page draws the first stream; stream number n may draw the next one as /X."""
    count = len(streams)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    used = b"<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>"
    objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources%s>>" % used)
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number, stream in enumerate(streams, 6):
        packed = zlib.compress(stream)
        inner = b"/XObject<</X %d 0 R>>" % number if number < count + 5 else b""
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F 4 0 R>>%s>>" % inner
        objects.append(head + b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream")
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))


def test_a_small_pdf_that_draws_ten_million_words_ends_as_a_problem(reader: Reader, tmp_path: Path) -> None:
    content = _pdf(*[b"/X Do " * 10] * 7, b"BT /F 9 Tf 50 700 Td (Order) Tj ET")
    file = tmp_path / "nested.pdf"
    file.write_bytes(content)

    codes = _codes(_read(reader, file))

    assert len(content) < 4_000
    assert codes


def test_a_pdf_of_four_million_operators_ends_as_a_problem(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "operators.pdf"
    file.write_bytes(_pdf(b"BT /F 9 Tf 50 700 Td " + b"(a) Tj " * 4_000_000 + b"ET"))

    assert _codes(_read(reader, file))


ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
UBL = b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'>%s</Order>"
EDIFACT = b"UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0800+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'"
MAIL = b"From: a@b.example\nTo: c@d.example\nSubject: Order\nMIME-Version: 1.0\n"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "deep-xml": lambda: UBL % (b"<a>" * 1_000_000),
    "wide-xml": lambda: UBL % (b"<a/>" * 5_000_000),
    "cut-xml": lambda: UBL[:40],
    "attributes": lambda: UBL.replace(b">%s", b" ".join(b" a%d='1'" % number for number in range(500_000)) + b">"),
    "deep-json": lambda: b"[" * 10_000_000,
    "deep-json-objects": lambda: b'{"a":' * 2_000_000,
    "segment-without-end": lambda: EDIFACT + b"FTX+AAI+++" + b"A" * 50_000_000,
    "segment-of-elements": lambda: EDIFACT + b"FTX" + b"+" * 20_000_000 + b"'",
    "segment-of-components": lambda: EDIFACT + b"FTX+" + b":" * 20_000_000 + b"'",
    "segments-of-nothing": lambda: EDIFACT + b"'" * 20_000_000,
    "releases-only": lambda: EDIFACT + b"FTX+" + b"?" * 20_000_001,
    "wild-service-string": lambda: b"UNA''''''UNB" + b"'" * 1_000_000,
    "lone-line": lambda: b"item;quantity;unit\n" + b";" * 30_000_000,
    "many-rows": lambda: b"order;item;quantity;unit\n" + b"1;OF-24;1;PCE\n" * 2_000_000,
    "one-quote": lambda: b'item;quantity;unit\n"' + b"OF-24;24;PCE\n" * 2_000_000,
    "control-characters": lambda: bytes(range(32)) * 500_000,
    "unicode-marks": lambda: "\u202e\ufeff\u0000\uffff".encode() * 100_000,
    "mail-of-boundaries": lambda: MAIL + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000,
    "mail-of-headers": lambda: MAIL + b"X: " + b"=?utf-8?Q?a?= " * 500_000 + b"\n\n",
    "mail-of-names": lambda: MAIL + b"Content-Type: a/b" + b"; name*%d*=a" * 20_000 % tuple(range(20_000)) + b"\n\n",
    "pdf-of-nothing": lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 1_000_000,
    "office-of-nothing": lambda: _zip(**{"[Content_Types].xml": b"<Types/>"}),
}


BOMB = '<!DOCTYPE Order [<!ENTITY e0 "x">' + ENTITIES.decode() + "]>" + UBL.decode() % "&e9;"
EXTERNAL = '<!DOCTYPE Order [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + UBL.decode() % "&x;"
DOCTYPES = {
    "bomb": b'<?xml version="1.0"?>' + BOMB.encode(),
    "external-entity": EXTERNAL.encode(),
    "utf-16": BOMB.encode("utf-16"),
    "utf-16-without-mark": EXTERNAL.encode("utf-16-be"),
    "utf-32": BOMB.encode("utf-32"),
    "two-byte-order-marks": b"\xef\xbb\xbf\xef\xbb\xbf" + BOMB.encode(),
    "behind-a-comment": b"<!-- " + b" " * 30_000 + b"-->" + EXTERNAL.encode(),
    "behind-the-head": b"<!-- " + b" " * 100_000 + b"-->" + EXTERNAL.encode(),
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_document_type_declaration_is_refused(name: str, reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(DOCTYPES[name])

    assert _codes(_read(reader, file)) == ["xml-doctype"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_as_a_problem(name: str, reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(HOSTILE[name]())

    codes = _codes(_read(reader, file))

    assert codes
    assert "reader-crashed" not in codes


@pytest.mark.parametrize("one", [b"+", b":", b"+a", b":a", b"*a"])
def test_an_edifact_segment_of_endless_elements_is_refused_without_looking_at_them(one: bytes, reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "endless.edi"
    file.write_bytes(EDIFACT.replace(b"UNOC:3", b"UNOC:4") + b"FTX+AAI" + one * 5_000_000 + b"'UNT+4+1'UNZ+1+1'")

    codes = _codes(_read(reader, file))

    assert "reader-time-exceeded" not in codes
    assert codes[0].startswith("edifact-")


PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORKBOOK = f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'


def _content_types(part: str, kind: str) -> bytes:
    of_rels = "application/vnd.openxmlformats-package.relationships+xml"
    of_part = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    defaults = f'<Default Extension="rels" ContentType="{of_rels}"/><Default Extension="xml" ContentType="application/xml"/>'
    override = f'<Override PartName="/{part}" ContentType="{of_part}"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{defaults}{override}</Types>'.encode()


def _relation(kind: str, target: str) -> bytes:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'.encode()


def _xlsx(sheet: bytes) -> bytes:
    return _zip(
        **{
            "[Content_Types].xml": _content_types("xl/workbook.xml", "spreadsheetml.sheet"),
            "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": WORKBOOK.encode(),
            "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEETS}"><sheetData>'.encode() + sheet + b"</sheetData></worksheet>",
        }
    )


def _docx(body: bytes) -> bytes:
    return _zip(
        **{
            "[Content_Types].xml": _content_types("word/document.xml", "wordprocessingml.document"),
            "_rels/.rels": _relation("officeDocument", "word/document.xml"),
            "word/document.xml": f'<w:document xmlns:w="{WORDS}"><w:body>'.encode() + body + b"</w:body></w:document>",
        }
    )


FAR_CELL = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LONG_CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + bytes(range(65, 91)) * 100_000 + b"</t></is></c></row>"
WIDE_SPAN = b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'


@pytest.mark.parametrize(
    "content",
    [
        _xlsx(FAR_CELL),
        _xlsx(LONG_CELL),
        _docx(b"<w:p>" * 10_000),
        _docx(WIDE_SPAN),
        _docx(b"").replace(b"word/document.xml", b"word/documenx.xml"),
        _xlsx(FAR_CELL)[:-40],
        _docx(b"")[:-40],
    ],
    ids=["far-cell", "long-cell", "deep-paragraphs", "wide-span", "no-document", "cut-xlsx", "cut-docx"],
)
def test_a_hostile_office_file_ends_as_a_problem(content: bytes, reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "office"
    file.write_bytes(content)

    codes = _codes(_read(reader, file))

    assert codes
    assert "reader-crashed" not in codes


def test_an_encoded_word_that_is_damaged_keeps_no_mail_from_being_read(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "order.eml"
    head = "From: a@nordwind.example\r\nMessage-ID: <1@nordwind.example>\r\nMIME-Version: 1.0\r\n"
    part = 'Content-Type: text/csv; name="=?utf-8?b?QUFBQ?="\r\nContent-Disposition: attachment; filename="=?utf-8?b?QUFBQ?="\r\n\r\n'
    file.write_bytes((head + part + "PO number,EAN,Qty\r\n4711,4000862141404,24\r\n").encode())

    items = _read(reader, file)

    assert ["4711"] == [item.id for item in items if isinstance(item, Document)]


def test_an_entry_without_a_name_keeps_no_zip_from_being_read(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "orders.zip"
    file.write_bytes(_zip(**{"nobody": b"?", "order.csv": b"PO number,EAN,Qty\n4711,4000862141404,24\n"}).replace(b"nobody", b"\0" * 6))

    items = _read(reader, file)

    assert ["4711"] == [item.id for item in items if isinstance(item, Document)]


def test_a_mail_whose_first_line_is_damaged_is_no_table(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "order.eml"
    head = "Rec&#0;ived: from a by b; Sun, 1 Nov 2026\r\nMessage-ID: <1@nordwind.example>\r\nMIME-Version: 1.0\r\n"
    part = 'Content-Type: text/csv; name="order.csv"\r\nContent-Disposition: attachment; filename="order.csv"\r\n\r\n'
    file.write_bytes((head + part + "PO number;EAN;Qty\r\n4711;4000862141404;24\r\n").encode())

    items = _read(reader, file)

    assert ["4711"] == [item.id for item in items if isinstance(item, Document)]
