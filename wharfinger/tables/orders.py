"""The orders of one table.

Rows of one order need not follow each other; an empty order number means that of the row before. Two passes: the first finds each
order's last row and the custom in which numbers and dates are written, the second builds, so that no more than the open orders are
held.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from wharfinger.contracts import Document, Item
from wharfinger.currency_customs import meant
from wharfinger.mapping import Build, compile_mapping
from wharfinger.pages.amounts import with_currency, with_net_total
from wharfinger.pages.labels import has_digit
from wharfinger.pages.values import part_of
from wharfinger.problems import Problem
from wharfinger.records import MonetaryTotal, Order, OrderLine, Place
from wharfinger.tables.applying import apply, headings_of
from wharfinger.tables.columns import Columns
from wharfinger.tables.covers import Cover
from wharfinger.tables.customs import PRICES, Customs
from wharfinger.tables.discounts import with_discount
from wharfinger.tables.headers import Header
from wharfinger.tables.labels import labels
from wharfinger.tables.letterheads import with_letterhead
from wharfinger.tables.notation import TableNotation
from wharfinger.tables.roles import roles_of
from wharfinger.tables.rows import Aside, Lines, wrong_with
from wharfinger.tables.settings import Settings
from wharfinger.tables.sheets import MAX_ROWS, Group, Row, Sheet
from wharfinger.tables.sums import sums
from wharfinger.tables.units import unit_in


class Table:
    """One table being read. heads: order key -> where its head stands, of the heads in a sheet of their own; cover: see Cover."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        mapping: dict[str, Any],
        settings: Settings,
        partner: str | None,
        heads: dict[str, Place] | None = None,
        cover: Cover | None = None,
    ) -> None:
        known = frozenset(headings_of(mapping))
        told, self._loose = labels(header.above, known)
        told_of_cover, loose_of_cover = labels(cover.rows, known) if cover else ([], {})
        self._loose |= {f"{cover.name} {row}": text for row, text in loose_of_cover.items()} if cover else {}
        fixed = [Place(sheet=sheet.name, row=row) for _, _, row in told]
        fixed += [Place(sheet=cover.name, row=row) for _, _, row in told_of_cover] if cover else []
        told += told_of_cover
        self._partner, self._heads = partner, heads or {}
        self._width = len(header.columns.headings)
        self._above = [value for _, value, _ in told]
        headings = [*header.columns.headings, *(label for label, _, _ in told)]
        columns = Columns(headings, known)
        if above := roles_of(mapping, columns, self._width).above() if told else ():
            columns = Columns(headings, known, without=frozenset(above))
        self._applied = apply(Order, mapping, columns, settings.fields)
        self._notation = TableNotation(columns, sheet=sheet.name, numbers=settings.numbers, dates=settings.dates)
        self._notation.fixed = {self._width + at: place for at, place in enumerate(fixed)}
        self._roles = roles_of(mapping, columns, self._width)
        self._lines = Lines(sheet, header, self._roles, self._above, known)
        self._sums: MonetaryTotal | None = None

    def documents(self) -> Iterator[Item]:
        """The orders in the order in which they begin."""
        place = Place(sheet=self._notation.sheet, row=self._lines.header.last)
        last: dict[str, int] = {}
        ordered: set[str] = set()
        aside = Aside()
        customs = Customs(self._applied, self._width)
        for at, (key, row) in enumerate(self._lines.read(aside)):
            if at == MAX_ROWS:
                yield Problem(code="table-too-many-rows", place=place, expected=f"{MAX_ROWS:,}")
                return
            last[key] = row.number
            if row.ordered:
                ordered.add(key)
            customs.see(row)
        if not ordered:
            nothing = [] if last else [Problem(code="table-without-rows", place=place)]
            yield from aside.damage or [*nothing, *aside.told(self._notation.sheet)]
            return
        build = self._build(customs, aside)
        if len(last) == 1:
            below = [row for row in aside.left_out if row.number > next(iter(last.values()))]
            self._sums, taken = sums(below, self._roles.amount, self._roles.quantity, self._notation.number)
            aside.left_out = [row for row in aside.left_out if row.number not in taken]
        groups: dict[str, tuple[Group, bool]] = {}
        for key, row in self._lines.read(Aside()):
            if key not in ordered:
                continue
            group = groups[key][0] if key in groups else Group(problems=list(aside.damage))
            group.rows.append(row)
            group.problems += wrong_with(row, self._roles, self._notation) if row.ordered else ()
            row.group = group
            groups[key] = group, last[key] == row.number
            while groups and groups[first := next(iter(groups))][1]:
                yield self._document(groups.pop(first)[0], build)
        for key, head in self._heads.items():
            if key not in last:
                yield Problem(code="table-order-without-lines", place=head, subject=key)
        yield from aside.told(self._notation.sheet)

    def _build(self, customs: Customs, aside: Aside) -> Build:
        """The mapping in the custom that the table shows; with the currency printed beside the numbers if no column states one."""
        customs.hear(text for row in aside.left_out if any(map(has_digit, row.cells)) for text in row.cells)
        customs.hear(text for text in self._loose.values() if PRICES.search(text))
        self._notation.numbers = self._notation.numbers or customs.number(self._notation.columns.headings)
        above = [cell for row in self._lines.header.above for cell in row.cells if cell]
        self._notation.dates = self._notation.dates or customs.day([*self._notation.columns.headings, *above])
        around = [*above, *(cell for row in aside.left_out for cell in row.cells if cell)]
        printed, mapping = meant(customs.currency(self._notation.columns), around), self._applied.mapping
        if printed is not None and "document_currency_code" not in mapping:
            mapping = {**mapping, "document_currency_code": {"is": printed}}
        return compile_mapping(Order, self._with_base_of_heading(self._with_unit_of_heading(mapping)), self._notation)

    def _with_base_of_heading(self, mapping: dict[str, Any]) -> dict[str, Any]:
        """The mapping; with the number of units that the heading of the price says it is for: "Price per 100"."""
        headings = self._notation.columns.headings
        base = next((said for index in self._roles.price if (said := part_of(headings[index], {"take": "base"}))), None)
        lines = mapping.get("order_lines", {})
        if base is None or "base_quantity" in lines.get("price", {}):
            return mapping
        units = Decimal("".join(filter(str.isdigit, base)))
        return {**mapping, "order_lines": {**lines, "price": {**lines["price"], "base_quantity": {"value": {"is": units}}}}}

    def _with_unit_of_heading(self, mapping: dict[str, Any]) -> dict[str, Any]:
        """The mapping; with the unit that the heading of the quantity states, for rows of which no cell does."""
        headings = self._notation.columns.headings
        unit = next((code for index in self._roles.quantity[:1] if (code := unit_in(headings[index]))), None)
        if unit is None:
            return mapping
        lines, quantity = mapping["order_lines"], mapping["order_lines"]["quantity"]
        stated = quantity.get("unit_code", [])
        stated = stated if isinstance(stated, list) else [stated]
        if any("is" in one for one in stated if isinstance(one, dict)):
            return mapping
        return {**mapping, "order_lines": {**lines, "quantity": {**quantity, "unit_code": [*stated, {"is": unit}]}}}

    def _document(self, group: Group, build: Build) -> Document:
        problems: list[Problem] = []
        order: Order | None = build(group, problems)
        place = self._notation.place(group.rows[0])
        if order is not None:
            rows = {row.number: row for row in group.rows}
            lines = tuple(self._line(line, at, rows) for at, line in enumerate(order.order_lines, 1))
            order = msgspec.structs.replace(order, order_lines=lines, extensions=self._above_unplaced(group))
            if self._sums:
                total = with_currency(self._sums, order.document_currency_code or "")
                order = with_net_total(msgspec.structs.replace(order, anticipated_monetary_total=total))
            order = with_letterhead(order, self._lines.header.above, self._lines.known, self._notation.day)
        found = next((str(cell) for row in group.rows for index in self._roles.id if (cell := row.cells[index])), None)
        return Document(
            kind="Order", id=order.id if order else found, record=order, place=place,
            problems=(*_told_once(group.problems, problems), *problems), partner=self._partner,
        )  # fmt: skip

    def _line(self, line: OrderLine, at: int, rows: dict[int, Row]) -> OrderLine:
        """The line with a number, and what no mapping took from its row."""
        row = rows[(line.origin and line.origin.row) or 0]
        name = self._notation.columns.name
        rest = {name(at): str(row.cells[at]) for at in range(self._width) if row.cells[at] and at not in row.taken}
        if line.allowance_charges:
            line = with_discount(line)
            if not line.allowance_charges:
                rest |= {name(at): str(row.cells[at]) for at in self._roles.discount if at < self._width and row.cells[at]}
        if line.id is None:
            return msgspec.structs.replace(line, id=str(at), assumed=("id", *line.assumed), extensions=rest)
        return msgspec.structs.replace(line, extensions=rest) if rest else line

    def _above_unplaced(self, group: Group) -> dict[str, str]:
        """What stands above the table and no mapping took."""
        columns = self._notation.columns
        taken = set().union(*(row.taken for row in group.rows))
        rest = {columns.name(self._width + at): str(value) for at, value in enumerate(self._above) if self._width + at not in taken}
        return rest | self._loose


def _told_once(of_cells: Iterable[Problem], of_values: Iterable[Problem]) -> Iterator[Problem]:
    """Without the formulas' errors that were told as values that cannot be read."""
    unreadable = {problem.place for problem in of_values}
    return (problem for problem in of_cells if problem.code != "table-cell-error" or problem.place not in unreadable)
