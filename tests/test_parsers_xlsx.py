"""Workbooks: what stands in the fixtures, what is recognised, and what is not opened."""

import importlib.util
import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from parsers import xlsx
from tests.test_parsers_csv import plain
from wharfinger import ole
from wharfinger.contracts import Context, Document, Item
from wharfinger.problems import Problem
from wharfinger.records import Order
from wharfinger.tables.cells import text_of

FIXTURES = Path(__file__).parent / "fixtures" / "xlsx"
BOOKS = sorted(FIXTURES.glob("*.xlsx"))
SAVED_AGAIN = sorted((FIXTURES / "libreoffice").glob("*.xlsx"))
"""Some of the books as `soffice --headless --convert-to xlsx` (7.4) saves them."""


def _parse(content: bytes) -> list[Item]:
    return list(xlsx.parse(io.BytesIO(content), Context()))


def _codes(content: bytes) -> list[str]:
    return [item.code for item in _parse(content) if isinstance(item, Problem)]


def _book(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _with(content: bytes, **more: bytes) -> bytes:
    """The container with parts added or replaced; `__` in a name is a slash, `_xml` its suffix."""
    target = io.BytesIO()
    added = {name.replace("__", "/").replace("_bin", ".bin").replace("_xml", ".xml"): text for name, text in more.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name not in added:
                archive.writestr(name, source.read(name))
        for name, text in added.items():
            archive.writestr(name, text)
    return target.getvalue()


def _bare(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, b"x")
    return target.getvalue()


ORDER: list[list[object]] = [["Order number", "Item code", "Quantity"], ["1", "A", 2]]


@pytest.mark.parametrize("file", BOOKS, ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))

    found = [plain(item) for item in _parse(file.read_bytes())]

    assert expected == found


@pytest.mark.parametrize("file", SAVED_AGAIN, ids=lambda file: file.stem)
def test_a_book_that_libreoffice_saved_gives_the_same(file: Path) -> None:
    expected = json.loads((FIXTURES / f"{file.stem}.expected.json").read_text(encoding="utf-8"))

    found = [plain(item) for item in _parse(file.read_bytes())]

    assert expected == found


def test_a_sheet_as_excel_writes_it_is_read() -> None:
    sheet = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"'
        ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
        ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00000000-0001-0000-0000-000000000000}">'
        '<dimension ref="A1:C2"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><sheetData>'
        '<row r="1" spans="1:3" x14ac:dyDescent="0.25">'
        + "".join(f'<c r="{at}1" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in zip("ABC", map(str, ORDER[0]), strict=True))
        + '</row><row r="2" spans="1:3" x14ac:dyDescent="0.25"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>A</t></is></c>'
        '<c r="C2"><v>2</v></c></row></sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="portrait" r:id="rId1"/></worksheet>'
    )

    [order] = _parse(_with(_book(ORDER), xl__worksheets__sheet1_xml=sheet.encode()))

    assert isinstance(order, Document)
    assert isinstance(order.record, Order)
    assert ("1", ["2"]) == (order.id, [str(line.quantity.value) for line in order.record.order_lines if line.quantity])


def test_the_fixtures_are_what_their_script_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make", FIXTURES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)

    make.main(tmp_path)

    assert {file.name: _parts(file) for file in BOOKS} == {file.name: _parts(file) for file in tmp_path.iterdir()}


def _parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("content", "description"),
    [
        (_book(ORDER), "Excel workbook (.xlsx)"),
        (_with(_book(ORDER), xl__vbaProject_bin=b"macro"), "Excel workbook with macros (.xlsm)"),
        (_with(_book([[]]), a=b"1"), "Excel workbook (.xlsx)"),
        (_bare("xl/workbook.xml"), None),
        (b"PK\x03\x04 and nothing more", None),
        (b"Order number,Item code,Quantity\n", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, None),
    ],
    ids=["xlsx", "xlsm", "xlsx-with-more", "zip-without-content-types", "broken-zip", "csv", "ole-of-something-else"],
)
def test_a_workbook_is_recognised_by_its_parts(content: bytes, description: str | None) -> None:
    claim = xlsx.recognises(content[: 64 * 1024], io.BytesIO(content))

    assert description == (claim.description if claim else None)


def test_a_workbook_with_a_password_is_recognised_and_not_read() -> None:
    header = bytearray(512)
    header[:8] = ole.MAGIC
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    content = bytes(header) + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0")

    claim = xlsx.recognises(content, io.BytesIO(content))

    assert claim is not None
    assert ("Office document with a password", False) == (claim.description, claim.readable)
    assert ["office-encrypted"] == _codes(content)


def test_macros_and_links_are_named_and_the_order_is_read() -> None:
    content = _with(_book(ORDER), xl__vbaProject_bin=b"macro", xl__externalLinks__externalLink1_xml=b"<externalLink/>")

    problem, order = _parse(content)

    assert isinstance(problem, Problem)
    assert ("spreadsheet-active-content", "macros, links to other files") == (problem.code, problem.found)
    assert isinstance(order, Document)
    assert "1" == order.id


def test_two_cells_in_opposite_corners_are_refused_before_they_take_memory() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "Order number", "far away"
    target = io.BytesIO()
    book.save(target)

    assert ["spreadsheet-too-wide"] == _codes(target.getvalue())


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert ["zip-entry-ratio"] == _codes(_with(_book(ORDER), xl__media__zeros_bin=b"\0" * 5_000_000))


def test_a_document_type_is_refused() -> None:
    sheet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'

    assert ["spreadsheet-broken"] == _codes(_with(_book(ORDER), xl__worksheets__sheet1_xml=sheet))


def test_a_damaged_workbook_is_a_problem_and_not_an_error() -> None:
    assert ["spreadsheet-broken"] == _codes(_with(_book(ORDER), xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row"))


@pytest.mark.parametrize("tenths", range(10))
def test_a_workbook_cut_short_is_a_problem_and_not_an_error(tenths: int) -> None:
    content = _book(ORDER)

    assert ["zip-broken"] == _codes(content[: len(content) * tenths // 10])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4711.0, "4711"),
        (4000862141404.0, "4000862141404"),
        (0.1 + 0.2, "0.3"),
        (1.234, "1.234"),
        (1e-7, "0.0000001"),
        (4.50001234567891e17, "4.50001234567891E+17"),
        (True, "true"),
        (date(2025, 3, 5), "2025-03-05"),
        (datetime(2025, 3, 5), "2025-03-05"),
        (datetime(2025, 3, 5, 14, 30), "2025-03-05 14:30:00"),
        (time(14, 30), "14:30:00"),
        ("  text ", "text"),
        ("", ""),
    ],
)
def test_a_cell_is_text_with_all_its_digits(value: object, text: str) -> None:
    assert text == text_of(value)


def test_a_number_too_long_for_a_spreadsheet_is_a_problem() -> None:
    [order] = _parse(_book([["Order number", "Item code", "Quantity"], [450001234567891234, "A", 2]]))

    assert isinstance(order, Document)
    assert ["table-number-rounded"] == [problem.code for problem in order.problems]


def test_a_number_cell_is_never_ambiguous_beside_printed_ones() -> None:
    rows: list[list[object]] = [["Order number", "Item code", "Quantity", "Price"], ["1", "A", 1.234, "5,50"], ["1", "B", "1.234", "7,25"]]

    [order] = _parse(_book(rows))

    assert isinstance(order, Document)
    assert order.record is not None
    assert ["1.234", "1234"] == [str(line.quantity.value) for line in order.record.order_lines if line.quantity]


def test_a_styled_but_empty_cell_far_away_does_no_harm() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in ORDER:
        sheet.append(row)
    sheet["XFD1048576"].font = Font(bold=True)
    target = io.BytesIO()
    book.save(target)

    [order] = _parse(target.getvalue())

    assert isinstance(order, Document)
    assert "1" == order.id


def test_a_cover_sheet_says_whose_order_the_lines_of_another_sheet_are() -> None:
    book = Workbook()
    cover, lines = book.active, book.create_sheet("Items")
    assert cover is not None
    cover.title = "Cover"
    for row in (["Purchase Order"], ["PO number", "NW-7781"], ["Supplier", "Hafen AG"], ["Currency", "GBP"], ["PO date", "12/10/26"]):
        cover.append(row)
    for line in (["Line", "Item code", "Quantity", "Unit"], ["1", "OF-24", "24", "PCE"], ["2", "AF-10", "10", "PCE"]):
        lines.append(line)
    target = io.BytesIO()
    book.save(target)

    [document] = _parse(target.getvalue())

    assert isinstance(document, Document)
    assert isinstance(document.record, Order)
    assert ("NW-7781", "GBP", ["OF-24", "AF-10"]) == (
        *(document.id, document.record.document_currency_code),
        [line.item.sellers_item_identification.value for line in document.record.order_lines if line.item.sellers_item_identification],
    )
    assert [("Cover", 5)] == [(problem.place.sheet, problem.place.row) for problem in document.problems]
