"""Orders in spreadsheets: Office Open XML workbooks (ECMA-376), .xlsx and .xlsm, read by calamine.

Before calamine opens a file its container is inflated under caps (wharfinger.zip_limits), and the area of every sheet is
looked at: calamine lays a sheet out in full, so two cells in opposite corners would need gigabytes. Macros and links to other
files are neither run nor followed. A formula is its stored result; without one it is text. See wharfinger.tables.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from wharfinger import ole, zip_limits
from wharfinger.contracts import Context, Item, Recognition
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.cells import text_of
from wharfinger.tables.reading import orders
from wharfinger.tables.sheets import MAX_COLUMNS, Row, Sheet
from wharfinger.tables.showing import excerpts as of_tables
from wharfinger.tables.showing import explain as explain_tables

FORMAT = "xlsx"
MAX_AREA = 12_000_000
"""Cells of a sheet's area; calamine takes 32 bytes for each, filled or not."""
_ACTIVE = (
    ("vbaproject.bin", "macros"),
    ("externallinks/", "links to other files"),
    ("embeddings/", "embedded files"),
    ("activex/", "ActiveX"),
)
_CELL = re.compile(rb"""(?<![\w:.-])r=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_CELL_START = re.compile(rb"<(?:\w+:)?c[\s/>]")
_EMPTY_CELL = re.compile(rb"<c\b[^<>]*(?:/>|>(?:<v></v>|<v\s*/>)?</c>)")
_EMPTY_ROW = re.compile(rb"<row\b[^<>]*(?:/>|></row>)")
_COLUMN = re.compile(rb"""(?<![\w:.-])r\s*=\s*["'][\s$]*([A-Za-z]+)""")
_ROW = re.compile(rb"""(?<![\w:.-])r\s*=\s*["'][\sA-Za-z$]*0*([0-9]+)""")
_SILENT = re.compile(rb"""<c\b([^<>]*)>(?:<f[^<>]*>([^<]{0,2000})</f>|<f[^<>]*/>)?(?:<v>(#[^<]{1,20})</v>|<v></v>|<v\s*/>)?</c>""")
"""A cell of which calamine makes nothing: a formula without a result, or an error."""

_PROTECTED = "Office document with a password"
"""[MS-OFFCRYPTO] 2.3.4: a workbook or a text document in a container that does not say which."""

Texts = dict[tuple[int, int], str]


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """By the parts of the container; .xlsb, .ods and what has a password by sight only."""
    if ole.holds("EncryptedPackage", head, stream):
        return Recognition(format=FORMAT, description=_PROTECTED, readable=False)
    if not head.startswith(b"PK\x03\x04"):
        return None
    exact = zip_limits.names(stream)
    names = {name.lower() for name in exact} if "[Content_Types].xml" in exact or "mimetype" in exact else set()
    if "xl/workbook.xml" in names:
        macros = any(name.endswith("vbaproject.bin") for name in names)
        return Recognition(format=FORMAT, description="Excel workbook with macros (.xlsm)" if macros else "Excel workbook (.xlsx)")
    if "xl/workbook.bin" in names:
        return Recognition(format=FORMAT, description="Excel binary workbook (.xlsb)", readable=False)
    if names and b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head[:120]:
        return Recognition(format=FORMAT, description="OpenDocument spreadsheet (.ods)", readable=False)
    return None


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield the orders of every sheet, and what is wrong with the file itself."""
    stream.seek(0)
    claim = recognises(stream.read(64 * 1024), stream)
    if claim is not None and not claim.readable:
        old = Problem(code="spreadsheet-old-format", found=claim.description)
        yield Problem(code="office-encrypted") if claim.description == _PROTECTED else old
        return
    problems, active, silent = _inspect(stream)
    if problems:
        yield from problems
        return
    if active:
        yield Problem(code="spreadsheet-active-content", found=", ".join(active))
    stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        sheets = list(_sheets(workbook, silent))
    except (CalamineError, OSError, ValueError):
        yield Problem(code="spreadsheet-broken")
        return
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's own fault on this file; PyO3 keeps it out of Exception
            raise
        yield Problem(code="spreadsheet-broken", found=str(error)[:200])
        return
    yield from orders(sheets, context)


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """Yield the rows of each sheet, cell by cell."""
    yield from explain_tables(_whole_sheets(stream))


def excerpts(stream: BinaryIO, places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield the rows at the places."""
    yield from of_tables(_whole_sheets(stream), places)


def _whole_sheets(stream: BinaryIO) -> list[Sheet]:
    """The sheets of a workbook that is in order; else none."""
    problems, _, silent = _inspect(stream)
    if problems:
        return []
    stream.seek(0)
    try:
        return list(_sheets(CalamineWorkbook.from_filelike(stream), silent))
    except (CalamineError, OSError, ValueError):
        return []


def _sheets(workbook: CalamineWorkbook, silent: dict[str, Texts]) -> Iterator[Sheet]:
    several = len(workbook.sheet_names) > 1
    for told in workbook.sheets_metadata:
        if told.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(told.name)
        hidden = told.visible is not SheetVisibleEnum.Visible and several
        yield _as_table(sheet, told.name, silent.get(told.name, {}), hidden=hidden)


def _as_table(sheet: CalamineSheet, name: str, silent: Texts, *, hidden: bool) -> Sheet:
    """The sheet as rows and columns from the very first; calamine's iter_rows leaves out empty columns on the left, but no rows."""
    left = [""] * (sheet.start[1] if sheet.start else 0)

    def rows() -> Iterator[Row | Problem]:
        for at, values in enumerate(sheet.iter_rows()):
            cells = left + [text_of(value) for value in values[:MAX_COLUMNS]]
            if silent:
                cells = [cell or silent.get((at, column), "") for column, cell in enumerate(cells)]
            yield Row(cells, at + 1)

    return Sheet(name, rows, hidden)


def _inspect(stream: BinaryIO) -> tuple[list[Problem], list[str], dict[str, Texts]]:
    """What forbids to open the file, what in it is active, and per sheet the cells that would be silently empty."""
    problems: list[Problem] = []
    active: dict[str, None] = {}
    texts: dict[str, Texts] = {}
    parts: dict[str, bytes] = {}
    for entry in zip_limits.entries(stream):
        if isinstance(entry, Problem):
            problems.append(entry)
            continue
        name = entry.name.lower()
        active.update({word: None for part, word in _ACTIVE if part in name})
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in entry.content:
            problems.append(Problem(code="spreadsheet-broken", place=Place(part=entry.name), found="DOCTYPE"))
        if name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            parts[name] = entry.content
        elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
            area = _area(entry.content)
            if area > MAX_AREA:
                # calamine passes over cells and rows that have only a style
                area = _area(_EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", entry.content)))
            if area > MAX_AREA:
                expected, far = f"{MAX_AREA:,}", f"{area:,}"
                problems.append(Problem(code="spreadsheet-too-wide", subject=entry.name, expected=expected, found=far))
            if found := _silent(entry.content):
                texts[name] = found
    names = _sheet_names(parts) if texts and not problems else {}
    return problems, list(active), {names[part]: found for part, found in texts.items() if part in names}


def _area(xml: bytes) -> int:
    """Rows times columns from the first to the farthest cell of a sheet, by all that is or looks like a cell's or row's reference."""
    columns = set(_COLUMN.findall(xml))
    rows = set(_ROW.findall(xml))
    if any(len(column) > 3 for column in columns) or any(len(row) > 7 for row in rows):
        return 1_048_576 * 16_384  # no such place exists; whoever believes it lays out more than a whole sheet
    width = max((_number(column.upper()) for column in columns), default=0)
    height = max(map(int, rows), default=0)
    cells = len(_CELL_START.findall(xml))
    if cells > len(_CELL.findall(xml)):  # cells without a reference stand one after the other
        width += max(len(_CELL_START.findall(row)) for row in xml.split(b"<row"))
        height += xml.count(b"<row")
    return max(height, 1) * max(width, 1)


def _silent(xml: bytes) -> Texts:
    found: Texts = {}
    for match in _SILENT.finditer(xml):
        cell = _CELL.search(match[1])
        text = match[3] or (b"=" + match[2] if match[2] else b"")
        if cell and text and b't="str"' not in match[1]:  # a formula whose result is the empty text is just empty
            plain = text.decode("utf-8", "replace").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
            found[int(cell[2]) - 1, _number(cell[1]) - 1] = plain
    return found


def _number(column: bytes) -> int:
    number = 0
    for byte in column:
        number = number * 26 + byte - 64
    return number


def _sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """Part -> name of the sheet."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        workbook = etree.fromstring(parts["xl/workbook.xml"], parser)
        relations = etree.fromstring(parts["xl/_rels/workbook.xml.rels"], parser)
    except (KeyError, etree.XMLSyntaxError):
        return {}
    targets = {one.get("Id"): str(one.get("Target")).lower().lstrip("/") for one in relations.iter("{*}Relationship")}
    names = {}
    for sheet in workbook.iter("{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), None)
        target = targets.get(relation, "")
        names[target if target.startswith("xl/") else f"xl/{target}"] = str(sheet.get("name"))
    return names
