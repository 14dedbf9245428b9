"""Where the header of a table is: the row, or two, among the first of which the mapping knows most headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wharfinger.records import Order
from wharfinger.tables.applying import apply, headings_of
from wharfinger.tables.columns import GROUP, Columns, folded
from wharfinger.tables.joins import by_record_type
from wharfinger.tables.kinds import other_kind
from wharfinger.tables.labels import one_line, pairs_in
from wharfinger.tables.parties import is_party
from wharfinger.tables.settings import known_headings, packaged
from wharfinger.tables.sheets import Row
from wharfinger.text_values import day

HEADER_WITHIN = 60
"""A header stands in one of these first rows."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a table is. last: number of its last row; above: the rows before it."""

    columns: Columns
    last: int
    above: tuple[Row, ...]
    fits: bool


def find_header(rows: Sequence[Row], mapping: dict[str, Any], known: frozenset[str]) -> Header:
    """The row, or the two rows one under the other, of which the mapping knows most headings; if none, the first full row."""
    best: Header | None = None
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        names = [one_line(cell) for cell in row.cells]
        if sum(map(bool, names)) < 2:
            continue
        candidates = [(names, row.number)]
        if at + 1 < len(rows) and not any(map(_is_said, names)) and (below := rows[at + 1]) and not any(map(_is_value, below.cells)):
            candidates.append((_stacked(names, [one_line(cell) for cell in below.cells], known), below.number))
        for headings, last in candidates:
            columns = Columns(headings, known)
            if last != row.number and not any(GROUP in heading for heading in headings):
                own = Columns([one_line(cell) for cell in rows[at + 1].cells], known)
                if own.known >= columns.known:  # the upper row says nothing of the columns: it is a text above the table
                    continue
            if best is None or columns.known > best.columns.known:
                best = Header(columns, last, tuple(rows[:at]), fits=_fits(mapping, columns))
    if best is None or best.columns.known == 0:
        first = next((row for row in rows if sum(map(bool, row.cells)) > 2), rows[0] if rows else Row((), 1))
        return Header(Columns([one_line(cell) for cell in first.cells], known), first.number, (), fits=False)
    return best


def kind_of_table(rows: Sequence[Row]) -> str | None:
    """"Order" where the packaged mapping finds a quantity and an item or order number among the columns of these first rows.

    Another kind where the table says so; None for a table of which nothing is known.
    """
    header = find_header(rows, packaged(), known_headings())
    if other := kind_of_header(header):
        return other[0]
    return "Order" if header.fits or by_record_type(rows, known_headings()) else None


def kind_of_header(header: Header, rows: Sequence[Row] = ()) -> tuple[str, str] | None:
    """What the table is by its title or its number, of which at least one row must have a value."""
    above = [cell for row in header.above for cell in row.cells if cell]
    kind = other_kind(header.columns.headings, above, _order_numbers())
    if kind and kind[1] in header.columns.headings and rows:
        index = header.columns.headings.index(kind[1])
        if not any(row.cells[index : index + 1] != [""] and len(row.cells) > index for row in rows if row.number > header.last):
            return None
    return kind


@cache
def _order_numbers() -> frozenset[str]:
    return frozenset(headings_of(packaged()["id"]))


def _fits(mapping: dict[str, Any], columns: Columns) -> bool:
    applied = apply(Order, mapping, columns).mapping
    line = applied.get("order_lines", {})
    return "value" in line.get("quantity", {}) and ("id" in applied or "item" in line)


def _is_said(cell: str) -> bool:
    """Whether a cell is a label, a value or both, as in the rows above a table."""
    return cell.endswith((":", "：")) or bool(pairs_in(cell)) or _is_value(cell)


def _is_value(cell: str) -> bool:
    """Whether a cell holds a number or a date, as no heading does."""
    if not cell[:1].isdigit() and cell[:1] not in "-+(":
        return False
    if cell.replace(".", "").replace(",", "").replace(" ", "").isdigit():
        return True
    try:
        day(cell, example="31/12/2025")
    except ValueError:
        return False
    return True


def _stacked(upper: list[str], lower: list[str], known: frozenset[str]) -> list[str]:
    """Two header rows as one: a heading over several columns stands before theirs, one with nothing below it stays."""
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    over: list[int | None] = []  # for each column where the heading over it begins
    for at, (above, below) in enumerate(zip(upper, lower, strict=True)):
        over.append(at if above else over[-1] if over and below else None)
    groups = [at for at in over if at is not None and over.count(at) > 1]
    named = sum(folded(upper[at]) in known or is_party(upper[at]) for at in set(groups))
    mark = GROUP if groups and 2 * named >= len(set(groups)) else " / "
    return [
        f"{upper[at]}{mark if at in groups else ' / '}{below}" if at is not None and below else below or above
        for at, above, below in zip(over, upper, lower, strict=True)
    ]
