"""DOCX (ECMA-376 WordprocessingML): paragraphs, tables, text boxes, content controls, headers and footers as a page.

The XML is read as it is, because python-docx leaves out text in content controls, text boxes and hyperlinks. Inserted text
counts, deleted and hidden text does not. The file knows no pages: cells of tables get boxes from the table's grid, and each
paragraph is a line, so that the notation of pages holds for both.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from wharfinger import zip_limits
from wharfinger.contracts import Context, Document, Recognition
from wharfinger.pages.model import Line, Page, Paper, Rule, Run, Word
from wharfinger.pages.orders import orders
from wharfinger.problems import Problem
from wharfinger.records import Place

MAX_XML = 50_000_000
MAX_NODES = 500_000
MAX_DEPTH = 12
"""Tables within tables."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAIN = re.compile(r"word/document\d*\.xml")
"""Word for the web names it document2.xml."""
_LINKING = re.compile(r"word/_rels/(?:document\d*|settings)\.xml\.rels")
_LEFT, _RIGHT = 50.0, 545.0
_STEP = 14.0
"""From one line to the next."""
_TYPE = 11.0
_TAB = 36.0
_BLANK = 3.0
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "softHyphen")}
_CONTAINERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """A ZIP container with a main part of Word's."""
    if not head.startswith(b"PK\x03\x04") or not any(map(_MAIN.fullmatch, zip_limits.names(stream))):
        return None
    return Recognition(format="docx", description="Word document (DOCX)")


def parse(stream: BinaryIO, context: Context) -> Iterator[Document | Problem]:
    """Yield the order in the document."""
    unsafe = zip_limits.unsafe(stream)
    if unsafe:
        yield from unsafe
        return
    stream.seek(0)
    paper, problems = _paper(stream)
    yield from problems
    if paper is not None:
        yield from orders(paper, context)


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """The lines of the document; the cells of a table row stand beside each other."""
    if zip_limits.unsafe(stream):
        return
    stream.seek(0)
    paper, _ = _paper(stream)
    for line in paper.lines if paper else ():
        yield "  |  ".join(run.text for run in line.runs), line.place


def _paper(stream: BinaryIO) -> tuple[Paper | None, list[Problem]]:
    """The headers, the body and the footers as one long page."""
    problems: list[Problem] = []
    layout = _Layout()
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {name.replace("\\", "/"): name for name in archive.namelist()}
            if any(name.endswith("vbaProject.bin") for name in names):
                problems.append(Problem(code="docx-active-content", found="vbaProject.bin"))
            problems += _links(archive, names)
            heads = sorted(name for name in names if name.startswith("word/header") and name.endswith(".xml"))
            feet = sorted(name for name in names if name.startswith("word/footer") and name.endswith(".xml"))
            size = 0
            for name in (*heads, next(filter(_MAIN.fullmatch, names)), *feet):
                content = archive.read(names[name])
                size += len(content)
                root = _root(name, content, size)
                if isinstance(root, Problem):
                    return None, [*problems, root]
                layout.blocks(root, _LEFT, _RIGHT)
                layout.height += 3 * _STEP  # what stands in the foot does not go on from the body
    except (zipfile.BadZipFile, StopIteration, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return None, [*problems, Problem(code="docx-damaged")]
    if not layout.runs:
        return None, [*problems, Problem(code="docx-without-text")]
    return layout.paper(), problems


def _links(archive: zipfile.ZipFile, names: dict[str, str]) -> list[Problem]:
    """Templates, objects and frames that the document would load from elsewhere; a hyperlink loads nothing by itself."""
    found = []
    for name, stored in names.items():
        if _LINKING.fullmatch(name):
            root = _root(name, content := archive.read(stored), len(content))
            for link in root if not isinstance(root, Problem) else ():
                kind = (link.get("Type") or "").rpartition("/")[2]
                if link.get("TargetMode") == "External" and kind not in ("hyperlink", "image"):
                    found.append(Problem(code="docx-active-content", found=f"{kind}: {link.get('Target')}"[:80]))
    return found[:20]


def _root(name: str, content: bytes, size: int) -> etree._Element | Problem:
    place = Place(part=name)
    if b"<!DOCTYPE" in content or b"<\x00!\x00D\x00O\x00C\x00T" in content or b"\x00<\x00!\x00D\x00O\x00C" in content:
        return Problem(code="docx-doctype", place=place)
    if size > MAX_XML or content.count(b"<") > 2 * MAX_NODES:
        return Problem(code="docx-too-large", place=place)
    try:
        root = etree.parse(BytesIO(content), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except etree.XMLSyntaxError:
        return Problem(code="docx-damaged", place=place)
    if str(root.tag).startswith(_STRICT):
        content = content.replace(_STRICT[1:-1].encode(), _W[1:-1].encode())
        return _root(name, content, size)
    return root


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a table: its element, its columns of the grid (first, behind last) and whether it goes on from the row above."""

    element: etree._Element
    first: int
    behind: int
    continued: bool


@dataclass(slots=True)
class _Layout:
    """Runs with boxes, from the top down. height: how far the page is filled; row: where in a table we are."""

    runs: list[tuple[Run, float]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    height: float = 0.0
    row: int | None = None
    column: int | None = None
    depth: int = 0

    def paper(self) -> Paper:
        """What was laid out, with lines counted from the top."""
        by_top: dict[float, list[Run]] = {}
        for run, top in self.runs:
            by_top.setdefault(round(top, 1), []).append(run)
        lines = []
        for number, top in enumerate(sorted(by_top), 1):
            runs = sorted(by_top[top], key=lambda one: one.x0)
            lines.append(Line(number, tuple(Run(run.words, _numbered(run.place, number)) for run in runs)))
        rules = tuple(self.rules)
        return Paper((Page(tuple(lines), lambda: rules),))

    def blocks(self, parent: etree._Element, left: float, right: float) -> None:
        """Lay out what stands in a body, cell, header or content control."""
        for child in parent:
            tag = child.tag
            if tag == f"{_W}p":
                self._paragraph(child, left, right)
            elif tag == f"{_W}tbl":
                self._table(child, left, right)
            elif tag == f"{_W}body" or tag in _CONTAINERS:
                self.blocks(child, left, right)

    def _paragraph(self, paragraph: etree._Element, left: float, right: float) -> None:
        """One line, or several where it has line breaks; text boxes in it come below."""
        boxes: list[etree._Element] = []
        pieces: list[str] = []
        size = _collect(paragraph, pieces, boxes)
        stops = _tab_stops(paragraph, left)
        for text in "".join(pieces).split("\n"):
            self._line(text, left, right, stops, size)
        for box in boxes:
            if self.depth < MAX_DEPTH:
                self.depth += 1
                self.blocks(box, left, right)
                self.depth -= 1

    def _line(self, text: str, left: float, right: float, stops: list[float], size: float) -> None:
        width = 0.5 * size
        if self.row is not None and len(text) * width > right - left - 4:
            width = max(0.01, (right - left - 4) / len(text))
        x = left + 2
        place = Place(row=self.row, column=str(self.column) if self.column else None)
        for part in text.split("\t"):
            words = []
            for word in part.split():
                end = x + width * len(word)
                words.append(Word(word, x, self.height, end, self.height + size))
                x = end + min(width, _BLANK)
            if words:
                self.runs.append((Run(tuple(words), place), self.height))
            x = next((stop for stop in stops if stop > x + 1), (x // _TAB + 1) * _TAB)
        self.height += max(_STEP, 1.2 * size)

    def _table(self, table: etree._Element, left: float, right: float) -> None:
        """Rows as bands between ruling lines; a cell that is merged down says its text in each row."""
        if self.depth >= MAX_DEPTH:
            return
        rows = [_cells(row) for row in _rows(table)]
        edges = _grid(table, rows, left, right)
        outer = self.row, self.column
        self.depth += 1
        merged: dict[int, etree._Element] = {}
        first = top = self.height
        for number, cells in enumerate(rows, 1):
            if outer[0] is None:
                self.row = number
            top = bottom = self.height
            self.rules.append(Rule(edges[0], top - 1, edges[-1], top - 1))
            for cell in cells:
                self.height = top
                if outer[0] is None:
                    self.column = cell.first + 1
                element = merged.get(cell.first, cell.element) if cell.continued else cell.element
                if not cell.continued:
                    merged[cell.first] = cell.element
                self.blocks(element, edges[cell.first], edges[min(cell.behind, len(edges) - 1)])
                bottom = max(bottom, self.height)
            self.height = bottom if bottom > top else top + _STEP
            for edge in {edges[cell.first] for cell in cells} | {edges[-1]}:
                self.rules.append(Rule(edge, top - 1, edge, self.height - 1))
        self.rules.append(Rule(edges[0], self.height - 1, edges[-1], self.height - 1))
        if self.height > first:
            self.height += 4
        self.depth -= 1
        self.row, self.column = outer


def _numbered(place: Place, line: int) -> Place:
    return Place(line=line, row=place.row, column=place.column)


def _collect(element: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> float:
    """The text of a paragraph in order, its text boxes apart; the size of its type in points."""
    size = _TYPE
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{_W}t":
            pieces.append((child.text or "").replace("\n", " ").replace("\t", " "))
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            pieces.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag == f"{_MC}AlternateContent":  # the fallback says the same again
            choice = child.find(f"{_MC}Choice")
            stack.extend(reversed(choice if choice is not None else child))
        elif tag == f"{_W}r":
            properties = child.find(f"{_W}rPr")
            if properties is not None:
                if _is_on(properties.find(f"{_W}vanish")):
                    continue
                size = max(size, _size(properties))
            stack.extend(reversed(child))
        else:
            stack.extend(reversed(child))
    style = element.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and (style.get(f"{_W}val") or "").lower().startswith(("title", "heading1", "titel", "berschrift1", "1")):
        size = max(size, 18.0)
    return size


def _is_on(toggle: etree._Element | None) -> bool:
    return toggle is not None and toggle.get(f"{_W}val") not in ("0", "false", "off")


def _size(properties: etree._Element) -> float:
    size = properties.find(f"{_W}sz")
    value = size.get(f"{_W}val") if size is not None else None
    return min(72.0, int(value) / 2) if value and value.isdigit() and len(value) < 4 else _TYPE


def _tab_stops(paragraph: etree._Element, left: float) -> list[float]:
    stops = []
    for tab in paragraph.iterfind(f"{_W}pPr/{_W}tabs/{_W}tab"):
        position = tab.get(f"{_W}pos") or ""
        if position.isdigit() and len(position) < 6 and tab.get(f"{_W}val") != "clear":
            stops.append(left + int(position) / 20)
    return sorted(stops)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, also those in content controls; deleted rows are left out."""
    for child in table:
        if child.tag == f"{_W}tr":
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag in _CONTAINERS:
            yield from _rows(child)


def _cells(row: etree._Element) -> list[_Cell]:
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    at = _count(before)
    cells = []
    for element in _cell_elements(row):
        span = max(1, _count(element.find(f"{_W}tcPr/{_W}gridSpan")))
        merge = element.find(f"{_W}tcPr/{_W}vMerge")
        continued = merge is not None and merge.get(f"{_W}val") != "restart"
        cells.append(_Cell(element, at, at + span, continued))
        at += span
    return cells


def _cell_elements(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in _CONTAINERS:
            yield from _cell_elements(child)


def _count(element: etree._Element | None) -> int:
    value = element.get(f"{_W}val") if element is not None else None
    return min(int(value), 200) if value and value.isdigit() and len(value) < 6 else 0


def _grid(table: etree._Element, rows: list[list[_Cell]], left: float, right: float) -> list[float]:
    """The edges of the columns, scaled into the room that the table has."""
    widths = []
    for column in table.iterfind(f"{_W}tblGrid/{_W}gridCol"):
        printed = column.get(f"{_W}w") or ""
        widths.append(float(printed) if printed.isdigit() and len(printed) < 6 and int(printed) else 100.0)
    count = max((cell.behind for cells in rows for cell in cells), default=1)
    widths = (widths + [100.0] * count)[:count]
    scale = (right - left) / sum(widths)
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width * scale)
    return edges
