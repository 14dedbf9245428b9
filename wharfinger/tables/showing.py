"""Tables as a person reads them: every cell under its heading, or the rows of which problems speak."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from wharfinger.pointing import pointed
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.columns import folded
from wharfinger.tables.headers import HEADER_WITHIN, find_header
from wharfinger.tables.labels import one_line
from wharfinger.tables.settings import known_headings, packaged
from wharfinger.tables.sheets import Row, Sheet


def explain(sheets: Iterable[Sheet]) -> Iterator[tuple[str, Place]]:
    """Every row, its cells under the headings of their columns; what stands above the table, and rows of another form, as they are."""
    for sheet in sheets:
        if sheet.name is not None:
            yield f"Sheet {sheet.name}", Place(sheet=sheet.name)
        head = list(islice((row for row in sheet.rows() if isinstance(row, Row)), HEADER_WITHIN + 2))
        header = find_header(head, packaged(), known_headings())
        for row in sheet.rows():
            if isinstance(row, Problem) or not any(row.cells):
                continue
            place = Place(sheet=sheet.name, row=row.number, line=row.line)
            if row.number <= header.last or len(row.cells) > len(header.columns.headings):
                yield f"  Row {row.number}: {' | '.join(one_line(cell) for cell in row.cells if cell)}", place
                continue
            yield f"  Row {row.number}", place
            for index, cell in enumerate(row.cells):
                if cell:
                    at = Place(sheet=sheet.name, row=row.number, line=row.line, column=header.columns.name(index))
                    yield f"    {at.column}: {one_line(cell)}", at


def excerpts(sheets: Iterable[Sheet], places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """The rows at the places, cell by cell, with a caret under the cell of the column that a place names."""
    for sheet in sheets:
        wanted: dict[int, list[Place]] = {}
        for place in places:
            if place.row is not None and place.sheet == sheet.name:
                wanted.setdefault(place.row, []).append(place)
        columns: dict[str, int] = {}
        for row in sheet.rows() if wanted else ():
            if isinstance(row, Problem) or row.number > max(wanted):
                break
            if row.number <= HEADER_WITHIN:
                columns |= {folded(cell): index for index, cell in enumerate(row.cells) if cell}
            for place in wanted.get(row.number, ()):
                yield _cells(row.cells, columns.get(folded(place.column)) if place.column else None), place


def _cells(cells: Sequence[str], column: int | None) -> str:
    before = " | ".join([*cells[:column], ""]) if column else ""
    cell = cells[column] if column is not None and column < len(cells) else ""
    return pointed(" | ".join(cells), len(before), len(before) + len(cell))
