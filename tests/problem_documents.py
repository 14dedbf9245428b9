"""One document for each problem code that reading can answer with: tests/fixtures/problems/CODE.EXT, or made here.

Made are those that are large, or that are clearer as the lines that make them than as a binary file. AT_HOME says in which hub home
a document is read, for what only partners and companies can decide.
"""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from wharfinger.config import Company, Identity, Partner
from wharfinger.contracts import Context

FOLDER = Path(__file__).parent / "fixtures" / "problems"

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NORDWIND = Partner(partner="nordwind", name="Nordwind GmbH", identity=Identity(gln=("4012345500004",)))
_ALSO_NORDWIND = Partner(partner="nordwind-hamburg", name="Nordwind Hamburg", identity=Identity(gln=("4012345500004",)))
_HAFEN = Company(company="hafen", name="Hafen AG", identity=Identity(gln=("5412345000013",)))
_OTHERS = Company(company="kai", name="Kai AG", identity=Identity(gln=("4098765000017",)))



def _template(partner: str) -> Partner:
    return Partner(partner=partner, name=partner, formats={"page": {"match": {"text_has": ["Purchase order"]}}})


AT_HOME = {
    "partner-unknown": Context(companies=(_HAFEN,)),
    "partner-ambiguous": Context(partners=(_NORDWIND, _ALSO_NORDWIND), companies=(_HAFEN,)),
    "page-templates-ambiguous": Context(partners=(_template("nordwind"), _template("nordwind-hamburg"))),
    "not-addressed-to-us": Context(partners=(_NORDWIND,), companies=(_OTHERS,)),
}


def context(code: str) -> Context:
    """In which surroundings the document for a code is read."""
    return AT_HOME.get(code, Context())


def document(code: str) -> bytes | None:
    """The bytes that provoke a code; None when there is no such document."""
    files = [file for file in FOLDER.glob(f"{code}.*") if file.stem == code]
    if len(files) + (code in MADE) > 1:
        raise ValueError(f"{code} has several documents")
    return MADE[code]() if code in MADE else files[0].read_bytes() if files else None


def _row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells) + "</w:tr>"


_GRID = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * 4 + "</w:tblGrid>"
_LABELS = ("Purchase order", "Order number: 4711", "Order date: 2026-11-01", "Buyer: Nordwind GmbH", "Supplier: Hafen AG")
_ORDER_ON_PAGE = (
    "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in _LABELS)
    + f"<w:tbl>{_GRID}{_row('Pos', 'Description', 'Quantity', 'Unit')}{_row('1', 'Oil filter', '24', 'pcs')}</w:tbl>"
)


def _zip(**entries: bytes) -> bytes:
    return _zip_of(entries)


def _zip_of(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def _zip_with_overlap() -> bytes:
    content = _zip_of({"aa": b"1" * 50, "bb": b"2" * 50}, zipfile.ZIP_STORED)
    directory = content.index(b"PK\x01\x02")
    first, second = content[directory : directory + 48], content[directory + 48 : directory + 96]
    return content.replace(second, first)  # both entries of the directory point at the first one's data


def _zip_with_broken_entry() -> bytes:
    content = bytearray(_zip_of({"order": b"x" * 500}, zipfile.ZIP_STORED))
    struct.pack_into("<L", content, content.rindex(b"PK\x01\x02") + 16, 5)  # another checksum
    return bytes(content)


def _zip_with_encrypted_entry() -> bytes:
    content = bytearray(_zip(order=b"x" * 500))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        struct.pack_into("<H", content, content.index(signature) + offset, 1)
    return bytes(content)


def _docx(document: bytes, **parts: bytes) -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return _zip_of({"[Content_Types].xml": types, "word/document.xml": document, **{f"word/{n}": c for n, c in parts.items()}})


def _word(body: str, before: str = "") -> bytes:
    return f'{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'.encode()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


_HEADINGS = ["Order number", "Order date", "Buyer", "Supplier", "Line", "GTIN", "Quantity", "Unit"]
_ROW = ["4711", "2026-11-01", "Nordwind GmbH", "Hafen AG", "1", "4000862141404", "24", "C62"]


def _xlsx(rows: list[list[str]] | None = None, *, far: bool = False, second_sheet: bool = False) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in rows or [_HEADINGS, _ROW]:
        sheet.append(row)
    if far:
        sheet["XFD1048576"] = "far"
    if second_sheet:
        workbook.create_sheet("Notes").append(["Please deliver", "to the back door"])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _two_sheets() -> bytes:
    """Heads and lines of orders in a sheet each; the second head has no lines."""
    workbook = openpyxl.Workbook()
    heads, lines = workbook.worksheets[0], workbook.create_sheet("Lines")
    for row in (_HEADINGS[:4], _ROW[:4], ["4999", *_ROW[1:4]]):
        heads.append(row)
    for row in (_HEADINGS, _ROW):
        lines.append([row[0], *row[4:]])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _xlsx_with(name: str, content: bytes) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(_xlsx()))
    return _zip_of({one: source.read(one) for one in source.namelist()} | {name: content})


def _table(*rows: list[str]) -> bytes:
    return _text([_HEADINGS, *rows])


def _text(rows: list[list[str]]) -> bytes:
    return "".join(";".join(row) + "\n" for row in rows).encode()


def _pdf(pages: int) -> bytes:
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    content = b"%PDF-1.4\n"
    starts = []
    for number, one in enumerate(objects, 1):
        starts.append(len(content))
        content += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return content + f"{head}startxref\n{len(content)}\n%%EOF\n".encode()


def _nested_mail() -> bytes:
    mail = b"Subject: Order\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHello\n"
    for _ in range(12):
        mail = b"From: a@nordwind.example\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + mail
    return mail


_ALLOWANCE = b"<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Bonus</cbc:AllowanceChargeReason></cac:AllowanceCharge>"

MADE: dict[str, Callable[[], bytes]] = {
    "zip-broken": lambda: _zip(order=b"1" * 500)[:-30],
    "zip-too-many-entries": lambda: _zip_of({str(number): b"" for number in range(2_001)}),
    "zip-entry-ratio": lambda: _zip(bomb=bytes(20_000_000)),
    "zip-entry-encrypted": _zip_with_encrypted_entry,
    "zip-entry-compression": lambda: _zip_of({"order.csv": b"1"}, zipfile.ZIP_LZMA),
    "zip-entry-broken": _zip_with_broken_entry,
    "zip-entries-overlap": _zip_with_overlap,
    "zip-without-files": _zip,
    "mail-too-deep": _nested_mail,
    "xml-too-large": lambda: b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">' + b" " * 65 * 1024 * 1024 + b"</Order>",
    "docx-damaged": lambda: _docx(_word(_paragraph("Order"))[:-20]),
    "docx-doctype": lambda: _docx(_word(_paragraph("Order"), "<!DOCTYPE x>")),
    "docx-too-large": lambda: _docx(_word("".join(f"<a>{n * 7919 % 99991}</a>" for n in range(500_001)))),
    "docx-without-text": lambda: _docx(_word("<w:p/>")),
    "docx-active-content": lambda: _docx(_word(_ORDER_ON_PAGE), **{"vbaProject.bin": b"macro"}),
    "page-row-behind-sum": lambda: _docx(
        _word(_ORDER_ON_PAGE.replace("</w:tbl>", f"{_row('Total quantity', '', '24', '')}{_row('2', 'Air filter', '8', 'pcs')}</w:tbl>"))
    ),
    "page-row-unclear": (FOLDER.parent / "pdf" / "one-text-a-row.pdf").read_bytes,
    "office-encrypted": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + b"\x09" + bytes(481) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
    "allowance-incomplete": lambda: (FOLDER.parent / "ubl" / "peppol_order.xml").read_bytes().replace(b"<cac:OrderLine>", _ALLOWANCE + b"<cac:OrderLine>", 1),
    "pdf-encrypted": (FOLDER.parent / "pdf" / "password.pdf").read_bytes,
    "pdf-damaged": lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 100,
    "page-not-an-order": lambda: _docx(_word(_paragraph("Happy holidays to all our partners"))),
    "document-kind-not-read": lambda: _docx(_word(_ORDER_ON_PAGE.replace("Purchase order", "Invoice"))),
    "page-templates-ambiguous": lambda: _docx(_word(_ORDER_ON_PAGE)),
    "pdf-without-text": lambda: _pdf(1),
    "pdf-too-long": lambda: _pdf(2_001),
    "spreadsheet-broken": lambda: _xlsx_with("xl/workbook.xml", b"<workbook"),
    "spreadsheet-too-wide": lambda: _xlsx(far=True),
    "spreadsheet-active-content": lambda: _xlsx_with("xl/vbaProject.bin", b"macro"),
    "spreadsheet-old-format": lambda: _zip_of({"xl/workbook.bin": b"1", "[Content_Types].xml": b"<Types/>"}),
    "table-sheet-left-out": lambda: _xlsx(second_sheet=True),
    "table-cell-error": lambda: _table([*_ROW[:2], "#N/A", *_ROW[3:]]),
    "table-cell-unreadable": lambda: _table([*_ROW[:2], "Nordwind" * 5_000, *_ROW[3:]]),
    "table-row-too-short": lambda: _table(_ROW[:-1]),
    "table-row-too-long": lambda: _table([*_ROW, "urgent"]),
    "table-without-rows": _table,
    "table-column-twice": lambda: _text([[*_HEADINGS, "Quantity"], [*_ROW, "500"]]),
    "table-rows-not-ordered": lambda: _text(
        [
            *[[f"{label}: {value}"] for label, value in zip(_HEADINGS[:4], _ROW[:4], strict=True)],
            ["Item code", "Quantity", "Unit"],
            ["A-1", "5", "pcs"],
            ["A-2", "", "pcs"],
        ]
    ),
    "table-rows-cancelled": lambda: _text([[*_HEADINGS, "Line status"], [*_ROW, "open"], [*_ROW, "Cancelled"]]),
    "table-row-cancelled-in-part": lambda: _text([[*_HEADINGS, "Qty cancelled"], [*_ROW, "1"]]),
    "table-order-without-lines": _two_sheets,
    "edifact-message-too-large": lambda: (FOLDER / "edifact-segment-count.edi").read_bytes().replace(b"UNS+S'", b"A'" * 1_000_001 + b"UNS+S'"),
}
