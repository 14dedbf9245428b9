"""Rows of one table that are order lines, each with the key of its order; what is left out, and what is wrong with a row's shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.cancelled import Cancelled
from wharfinger.tables.headers import Header
from wharfinger.tables.labels import labels
from wharfinger.tables.notation import TableNotation
from wharfinger.tables.roles import Roles
from wharfinger.tables.sheets import MAX_CELL, Row, Sheet, padded


@dataclass(slots=True)
class Aside:
    """What was met beside the order lines."""

    damage: list[Problem] = field(default_factory=list)
    left_out: list[Row] = field(default_factory=list)
    not_ordered: list[Row] = field(default_factory=list)
    cancelled: list[Row] = field(default_factory=list)
    states: dict[str, None] = field(default_factory=dict)
    """What says that they are cancelled."""

    def told(self, sheet: str | None) -> Iterator[Problem]:
        """The rows of which no order line was made, by their numbers."""
        of_code = {"table-rows-left-out": self.left_out, "table-rows-not-ordered": self.not_ordered, "table-rows-cancelled": self.cancelled}
        for code, rows in of_code.items():
            if rows:
                numbers = ", ".join(str(row.number) for row in rows[:20]) + (" ..." if len(rows) > 20 else "")
                found = ", ".join(self.states)[:200] if rows is self.cancelled else None
                yield Problem(code=code, place=Place(sheet=sheet, row=rows[0].number), subject=numbers, found=found)


@dataclass(frozen=True, slots=True)
class Lines:
    """The order lines of a sheet. above: the values that stand over the table, which count for every row."""

    sheet: Sheet
    header: Header
    roles: Roles
    above: Sequence[str]
    known: frozenset[str]

    def read(self, aside: Aside) -> Iterator[tuple[str, Row]]:
        """Each row that belongs to an order, with the order's key; also one that is not ordered, for what it says of the order."""
        key, said = "", [""] * (self.roles.width + len(self.above))
        between: list[Row] = []
        cancelled = Cancelled.of(self.header.columns.headings, self.roles.quantity)
        tells = any((cancelled.states, cancelled.marks, cancelled.letters, cancelled.quantities))
        for row in self.sheet.rows():
            if isinstance(row, Problem):
                aside.damage.append(row)
                continue
            if row.number <= self.header.last or not any(row.cells):
                continue
            if self.roles.is_ruler(row.cells):
                aside.damage.extend(self._other_form(between))
                continue
            cells = [*padded(row.cells, self.roles.width), *self.above]
            if not self.roles.belongs(cells):
                aside.left_out.append(row)
                between.append(row)
                continue
            between = []
            key_of_row = next((order_key(cells[index]) for index in self.roles.id if cells[index]), None)
            key = key if key_of_row is None else key_of_row
            state = None
            if tells:
                said = said if key_of_row is None else cells
                state = cancelled.whole(cancelled.carried(cells, said) if key_of_row is None else cells)
            ordered = state is None and not self.roles.is_not_ordered(cells)
            if state is not None:
                aside.cancelled.append(row)
                aside.states[state] = None
            elif not ordered:
                aside.not_ordered.append(row)
            in_part = cancelled.in_part(cells) if tells and ordered else None
            yield key, Row(cells, row.number, row.line, printed=row.cells, ordered=ordered, in_part=in_part)

    def _other_form(self, between: list[Row]) -> list[Problem]:
        """The number of another order between two headers: printed forms one below the other, whose rows cannot be told apart."""
        told, _ = labels(between, self.known)
        width, headings = self.roles.width, self.roles.headings
        above = {headings[index]: self.above[index - width] for index in self.roles.id if index >= width}
        return [
            Problem(code="table-several-forms", place=Place(sheet=self.sheet.name, row=row), expected=above[label], found=value)
            for label, value, row in told
            if label in above and value != above[label]
        ]


def wrong_with(row: Row, roles: Roles, notation: TableNotation) -> Iterator[Problem]:
    """What is wrong with a row before anything is taken from it: its shape, and a column that stands twice and says two things."""
    place = Place(sheet=notation.sheet, row=row.number, line=row.line)
    expected, found = str(roles.width), str(len(row.printed))
    if any(row.printed[roles.width :]):
        yield Problem(code="table-row-too-long", place=place, subject=str(row.number), expected=expected, found=found)
    elif len(row.printed) < roles.width:
        yield Problem(code="table-row-too-short", place=place, subject=str(row.number), expected=expected, found=found)
    elif any(len(cell) > MAX_CELL or "\ufffd" in cell for cell in row.printed):
        yield Problem(code="table-cell-unreadable", place=place, subject=str(row.number))
    if row.in_part:
        yield Problem(code="table-row-cancelled-in-part", place=place, subject=str(row.number), found=row.in_part)
    for index, first in roles.twice:
        one, other = row.cells[first], row.cells[index]
        if one and other and one != other:
            heading = notation.columns.headings[index]
            yield Problem(code="table-column-twice", place=notation.place((row, index)), subject=heading, expected=one, found=other)


def order_key(number: str) -> str:
    """An order number as rows are told apart by it.

    >>> order_key(" PO  4711 ") == order_key("po 4711")
    True
    """
    return " ".join(number.split()).casefold()
