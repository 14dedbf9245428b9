"""Orders out of tables: rows under a header, one row an order line, the rows of one order number one order.

What CSV, spreadsheets and query results have in common. A header is looked for among the first rows by the headings that the
mapping knows (mappings/formats/table/orders.yaml, or a partner's over it); what stands above it as "label: value" counts for
every row, and so does what a sheet of order heads, or a record of its own type before the lines, says (wharfinger/table_joins.py).
Rows of one order need not follow each other; an empty order number means that of the row before. Two passes: the first finds each
order's last row and the custom in which numbers and dates are written, the second builds, so that no more than the open orders are
held. A table that says of itself that it is an invoice or the like is not read (wharfinger/table_kinds.py).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import msgspec

from wharfinger.config import Partner
from wharfinger.contracts import Context, Document, Item
from wharfinger.mapping import Build, MappingError, compile_mapping, merge
from wharfinger.pointing import pointed
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Order, OrderLine, Place
from wharfinger.table_joins import by_record_type, flattened
from wharfinger.table_kinds import other_kind
from wharfinger.table_notation import Applied, Columns, Group, Row, TableNotation, apply, folded, folded_word, headings_of, letter
from wharfinger.text_values import currency, day, day_order, decimal_mark
from wharfinger.yaml_files import load_yaml

MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 32_767
"""Excel's own limit."""
HEADER_WITHIN = 60
"""A header stands in one of these first rows."""

_CENT = Decimal("0.01")

Rows = Callable[[], Iterator[Row | Problem]]
"""All rows of a table from the first, each time anew; a Problem is damage that makes every order of the table doubtful."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as its file has it. name: None where the file has only one."""

    name: str | None
    rows: Rows
    hidden: bool = False


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
                yield f"  Row {row.number}: {' | '.join(_one_line(cell) for cell in row.cells if cell)}", place
                continue
            yield f"  Row {row.number}", place
            for index, cell in enumerate(row.cells):
                if cell:
                    at = Place(sheet=sheet.name, row=row.number, line=row.line, column=header.columns.name(index))
                    yield f"    {at.column}: {_one_line(cell)}", at


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


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`formats: table:` of a partner file.

    match: headings by which the partner's tables are known. fields: over the packaged mapping. numbers, dates: an example of
    each. charset, delimiter: of text tables that do not show theirs. sheet: the only one to read.
    """

    match: dict[str, list[str]] = {}
    fields: dict[str, Any] = {}
    numbers: str | None = None
    dates: str | None = None
    charset: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a table is. last: number of its last row; above: the rows before it."""

    columns: Columns
    last: int
    above: tuple[Row, ...]
    fits: bool


@cache
def packaged() -> dict[str, Any]:
    """The mapping for tables of which nothing is known but their headings."""
    return dict(load_yaml(files("mappings") / "formats" / "table" / "orders.yaml"))  # type: ignore[arg-type]  # a real path


@cache
def known_headings() -> frozenset[str]:
    """The headings of the packaged mapping, folded."""
    return frozenset(headings_of(packaged()))


def settings_of(partner: Partner) -> Settings:
    """A partner's settings for tables. Raises Permanent when the partner file is wrong."""
    try:
        settings = msgspec.convert(partner.formats.get("table", {}), Settings)
        notation = TableNotation(Columns([], frozenset()))
        compile_mapping(Order, merge(packaged(), settings.fields), notation)
    except (msgspec.ValidationError, MappingError, ValueError) as error:
        raise Permanent(f"partner {partner.partner}, formats: table: {error}") from error
    return settings


def kind_of_table(rows: Sequence[Row]) -> str | None:
    """"Order" where the packaged mapping finds a quantity and an item or order number among the columns of these first rows.

    Another kind where the table says so; None for a table of which nothing is known.
    """
    header = find_header(rows, packaged(), known_headings())
    if other := _other_kind(header):
        return other[0]
    return "Order" if header.fits or by_record_type(rows, known_headings()) else None


def find_header(rows: Sequence[Row], mapping: dict[str, Any], known: frozenset[str]) -> Header:
    """The row, or the two rows one under the other, of which the mapping knows most headings; if none, the first full row."""
    best: Header | None = None
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        names = [_one_line(cell) for cell in row.cells]
        if sum(map(bool, names)) < 2:
            continue
        candidates = [(names, row.number)]
        if at + 1 < len(rows) and not any(map(_is_said, names)) and (below := rows[at + 1]) and not any(map(_is_value, below.cells)):
            candidates.append((_stacked(names, [_one_line(cell) for cell in below.cells]), below.number))
        for headings, last in candidates:
            columns = Columns(headings, known)
            if best is None or columns.known > best.columns.known:
                best = Header(columns, last, tuple(rows[:at]), fits=_fits(mapping, columns))
    if best is None or best.columns.known == 0:
        first = next((row for row in rows if sum(map(bool, row.cells)) > 2), rows[0] if rows else Row((), 1))
        return Header(Columns([_one_line(cell) for cell in first.cells], known), first.number, (), fits=False)
    return best


def orders(sheets: Iterable[Sheet], context: Context) -> Iterator[Item]:
    """Yield the orders of all sheets in the order in which they begin, and what is wrong with the tables themselves."""
    others: list[Problem] = []
    fitting: list[_Table] = []
    heads: list[tuple[Sheet, Header]] = []
    for sheet in sheets:
        sheet = _flat(sheet)  # noqa: PLW2901  # the same rows in another shape
        head = _first_rows(sheet)
        if not head:
            continue
        partner, settings, mapping, header = _choose(head, context)
        if sheet.hidden or (settings.sheet is not None and sheet.name != settings.sheet):
            others.append(Problem(code="table-sheet-left-out", place=Place(sheet=sheet.name), subject=sheet.name))
        elif not settings.fields and (kind := _other_kind(header, head)):
            place = Place(sheet=sheet.name, row=header.last)
            others.append(Problem(code="document-kind-not-read", place=place, subject=kind[0], found=kind[1][:80]))
        elif header.fits:
            fitting.append(_Table(sheet, _with_unit(header, head), mapping, settings, partner))
        elif _has_heads(mapping, header.columns):
            heads.append((sheet, header))
        else:
            others.append(_unknown(sheet, header))
    found = bool(fitting)
    for table in fitting:
        joined = table.joined(*heads[0]) if len(heads) == 1 else None
        if joined is not None:
            heads.clear()
        yield from (joined or table).documents()
    others += [_unknown(*one) for one in heads]
    if found:
        for problem in others:
            yield Problem(code="table-sheet-left-out", place=Place(sheet=problem.place.sheet), subject=problem.place.sheet)
    elif others:
        yield from others
    else:
        yield Problem(code="table-without-rows")


def _first_rows(sheet: Sheet) -> list[Row]:
    return list(islice((row for row in sheet.rows() if isinstance(row, Row)), HEADER_WITHIN + 2))


def _flat(sheet: Sheet) -> Sheet:
    """The sheet; where its rows are records of two types with a header each, the lines with their head's cells."""
    tags = by_record_type(_first_rows(sheet), known_headings())
    return Sheet(sheet.name, lambda: flattened(sheet.rows(), *tags), sheet.hidden) if tags else sheet


def _other_kind(header: Header, rows: Sequence[Row] = ()) -> tuple[str, str] | None:
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


def _has_heads(mapping: dict[str, Any], columns: Columns) -> bool:
    """Whether a sheet says of orders what does not change from line to line."""
    applied = apply(Order, mapping, columns).mapping
    return "id" in applied and bool(applied.keys() & {"issue_date", "buyer_customer_party", "seller_supplier_party"})


def _with_unit(header: Header, rows: Sequence[Row]) -> Header:
    """The header; a column without heading behind the quantity's that holds nothing but units is called so (a merged heading)."""
    headings = header.columns.headings
    quantities = apply(OrderLine, {"quantity": _only(packaged()["order_lines"]["quantity"], "value")}, header.columns).columns
    for index in (one + 1 for one in quantities[:1]):
        if index >= len(headings) or headings[index] != letter(index):
            continue
        cells = [row.cells[index] for row in rows if row.number > header.last and len(row.cells) > index and row.cells[index]]
        if cells and all(_is_unit(cell) for cell in cells):
            named = _as_printed(header.columns)
            return replace(header, columns=Columns([*named[:index], "Unit", *named[index + 1 :]], header.columns.names))
    return header


def _as_printed(columns: Columns) -> list[str]:
    """The headings, empty where there is none."""
    return ["" if one == letter(at) else one for at, one in enumerate(columns.headings)]


def _is_unit(cell: str) -> bool:
    """Whether a cell is a word of the packaged mapping for a unit."""
    return folded_word(cell) in _unit_words()


@cache
def _unit_words() -> frozenset[str]:
    leaf = packaged()["order_lines"]["quantity"]["unit_code"][0]
    return frozenset(folded_word(str(word)) for word in leaf["codes"] if not str(word).isdigit())


def _choose(head: list[Row], context: Context) -> tuple[str | None, Settings, dict[str, Any], Header]:
    """The mapping to read by: the given partner's, else that of the only one whose headings are all there, else the packaged one."""
    generic = packaged()
    if context.partner is not None:
        settings = settings_of(context.partner)
        mapping = merge(generic, settings.fields)
        return context.partner.partner, settings, mapping, find_header(head, mapping, frozenset(headings_of(mapping)))
    fitting = []
    for partner in context.partners:
        if "table" not in partner.formats:
            continue
        settings = settings_of(partner)
        wanted = {folded(one) for one in settings.match.get("headings", ())}
        if wanted and any(wanted <= {folded(cell) for cell in row.cells} for row in head[:HEADER_WITHIN]):
            mapping = merge(generic, settings.fields)
            fitting.append((partner.partner, settings, mapping, find_header(head, mapping, frozenset(headings_of(mapping)))))
    if len(fitting) == 1:
        return fitting[0]
    return None, Settings(), generic, find_header(head, generic, known_headings())


class _Table:
    """One table being read."""

    def __init__(self, sheet: Sheet, header: Header, mapping: dict[str, Any], settings: Settings, partner: str | None) -> None:
        known = self._known = frozenset(headings_of(mapping))
        labels, self._loose = _labels(header.above, known)
        self._read = (header, mapping, settings, partner)
        self._sheet, self._header, self._partner = sheet, header, partner
        self._width = len(header.columns.headings)
        self._above = [value for _, value, _ in labels]
        columns = Columns([*header.columns.headings, *(label for label, _, _ in labels)], known)
        self._applied = apply(Order, mapping, columns, settings.fields)
        self._notation = TableNotation(columns, sheet=sheet.name, numbers=settings.numbers, dates=settings.dates)
        self._notation.fixed_rows = {self._width + at: row for at, (_, _, row) in enumerate(labels)}
        line = mapping.get("order_lines", {})
        item = line.get("item", {})
        self._id = apply(Order, _only(mapping, "id"), columns).columns
        self._line_id = apply(OrderLine, _only(line, "id"), columns).columns
        self._quantity = apply(OrderLine, {"quantity": _only(line.get("quantity", {}), "value")}, columns).columns
        self._amount = apply(OrderLine, _only(line, "line_extension_amount"), columns).columns
        self._discount = apply(OrderLine, _only(line, "allowance_charges"), columns).columns
        self._item = apply(OrderLine, {"item": item}, columns).columns
        self._item_id = apply(OrderLine, {"item": {k: v for k, v in item.items() if k != "name"}}, columns).columns

        price = apply(OrderLine, _only(line, "price"), columns).columns
        decisive = {*self._id, *self._quantity, *self._item_id, *price}
        self._twice = [(one, first) for one, first in columns.again.items() if first in decisive and one < self._width]
        self._heads: dict[str, Place] = {}
        """Order number -> where its head stands, of the heads in a sheet of their own."""

    def joined(self, sheet: Sheet, header: Header) -> "_Table | None":
        """The table with the rows of a sheet of heads beside those of their orders' lines; None where the sheets do not go together."""
        own, mapping, settings, partner = self._read
        numbers = apply(Order, _only(mapping, "id"), header.columns).columns
        if not numbers or not any(index < self._width for index in self._id) or "issue_date" in self._applied.mapping:
            return None
        heads: dict[str, Row] = {}
        for row in sheet.rows():
            if isinstance(row, Problem) or row.number <= header.last or not any(row.cells):
                continue
            key = _key(next((row.cells[index] for index in numbers if index < len(row.cells) and row.cells[index]), ""))
            if key in heads:
                return None
            heads[key] = row
        headings = _as_printed(own.columns)
        places = {key: Place(sheet=sheet.name, row=row.number) for key, row in heads.items()}
        told = [[cell if at not in numbers else "" for at, cell in enumerate(row.cells)] for row in heads.values()]
        beside = {key: _padded(cells, len(header.columns.headings)) for key, cells in zip(heads, told, strict=True)}
        nothing = _padded((), len(header.columns.headings))

        def rows() -> Iterator[Row | Problem]:
            key = ""
            for row in self._sheet.rows():
                if isinstance(row, Row) and row.number > own.last and any(row.cells):
                    key = next((_key(row.cells[index]) for index in self._id if index < len(row.cells) and row.cells[index]), key)
                    yield Row([*_padded(row.cells, len(headings)), *beside.get(key, nothing)], row.number, row.line)
                else:
                    yield row

        columns = Columns([*headings, *header.columns.headings], own.columns.names)
        table = _Table(Sheet(self._sheet.name, rows, self._sheet.hidden), replace(own, columns=columns), mapping, settings, partner)
        table._heads = places
        return table

    def documents(self) -> Iterator[Item]:
        """The orders in the order in which they begin."""
        place = Place(sheet=self._sheet.name, row=self._header.last)
        last: dict[str, int] = {}
        damage: list[Problem] = []
        left_out: list[Row] = []
        not_ordered: list[Row] = []
        customs = _Customs(self._applied, self._width)
        for at, (key, row, _) in enumerate(self._lines(damage, left_out, not_ordered)):
            if at == MAX_ROWS:
                yield Problem(code="table-too-many-rows", place=place, expected=f"{MAX_ROWS:,}")
                return
            last[key] = row.number
            customs.see(row)
        if not last:
            yield from damage or [Problem(code="table-without-rows", place=place)]
            return
        customs.hear(text for row in left_out for text in row.cells if any(map(str.isdigit, text)))
        customs.hear(text for text in self._loose.values() if _PRICES.search(text))
        self._notation.numbers = self._notation.numbers or customs.number()
        self._notation.dates = self._notation.dates or customs.day()
        build = compile_mapping(Order, self._mapping(customs.currency(self._notation.columns)), self._notation)
        groups: dict[str, tuple[Group, bool]] = {}
        for key, row, shape in self._lines([], [], []):
            group = groups[key][0] if key in groups else Group(problems=list(damage))
            group.rows.append(row)
            group.problems += [*([shape] if shape else []), *self._contradictions(row)]
            row.group = group
            groups[key] = group, last[key] == row.number
            while groups and groups[first := next(iter(groups))][1]:
                yield self._document(groups.pop(first)[0], build)
        for key, head in self._heads.items():
            if key not in last:
                yield Problem(code="table-order-without-lines", place=head, subject=key)
        for code, rows in (("table-rows-left-out", left_out), ("table-rows-not-ordered", not_ordered)):
            if rows:
                told = ", ".join(str(row.number) for row in rows[:20]) + (" ..." if len(rows) > 20 else "")
                yield Problem(code=code, place=Place(sheet=self._sheet.name, row=rows[0].number), subject=told)

    def _lines(self, damage: list[Problem], left_out: list[Row], not_ordered: list[Row]) -> Iterator[tuple[str, Row, Problem | None]]:
        """Each row that belongs to an order, with the order's key, and what is wrong with the row's shape."""
        key = ""
        between: list[Row] = []
        for row in self._sheet.rows():
            if isinstance(row, Problem):
                damage.append(row)
                continue
            if row.number <= self._header.last or not any(row.cells):
                continue
            if self._is_ruler(row.cells):
                damage.extend(self._other_form(between))
                continue
            cells = _padded(row.cells, self._width) + self._above
            if not self._belongs(cells):
                left_out.append(row)
                between.append(row)
                continue
            between = []
            if self._is_not_ordered(cells):
                not_ordered.append(row)
                continue
            key = next((_key(cells[index]) for index in self._id if cells[index]), key)
            yield key, Row(cells, row.number, row.line), self._shape(row)

    def _other_form(self, between: list[Row]) -> list[Problem]:
        """The number of another order between two headers: printed forms one below the other, whose rows cannot be told apart."""
        labels, _ = _labels(between, self._known)
        above = {self._notation.columns.headings[index]: self._above[index - self._width] for index in self._id if index >= self._width}
        return [
            Problem(code="table-several-forms", place=Place(sheet=self._sheet.name, row=row), expected=above[label], found=value)
            for label, value, row in labels
            if label in above and value != above[label]
        ]

    def _mapping(self, printed: str | None) -> dict[str, Any]:
        """What applies; with the currency that is printed beside the numbers or in their headings, if no column states one."""
        mapping = self._applied.mapping
        stated = printed is None or "document_currency_code" in mapping
        return mapping if stated else {**mapping, "document_currency_code": {"is": printed}}

    def _is_ruler(self, cells: Sequence[str]) -> bool:
        """A line of dashes, or the header once more, as page-wise lists have them."""
        at, first = next((at, cell) for at, cell in enumerate(cells) if cell)
        headings = self._header.columns.headings
        if not first.strip("-=_+"):
            return all(not cell.strip("-=_+") for cell in cells)
        if at >= self._width or _one_line(first) != headings[at]:
            return False
        return all(not cell or _one_line(cell) == heading for cell, heading in zip(cells, headings, strict=False))

    def _belongs(self, cells: list[str]) -> bool:
        """Whether a row is part of an order, not a total, a footer or a remark."""
        filled = [index for index, cell in enumerate(cells[: self._width]) if cell]
        first = cells[filled[0]] if filled else ""
        if len(filled) < 2 or first.endswith((":", "：")):
            return False
        if all(_pairs_in(cells[index]) for index in filled):
            return False  # "Buyer: A. Smith | Approved by: B. Jones"
        if first.strip("*") == "" or _TOTAL.match(first):
            return any(cells[index] for index in self._item if index != filled[0])
        if any(cells[index] for index in self._id if index < self._width):
            return True
        if any(cells[index] for index in self._item_id):
            return True
        named = any(cells[index] for index in self._item) or any(cells[index].isdigit() for index in self._line_id)
        counted = any(cells[index] for index in self._quantity) or any(cells[index].isdigit() for index in self._line_id)
        return named and counted

    def _is_not_ordered(self, cells: list[str]) -> bool:
        """Whether a row is an item of a price list on an order form, with neither a quantity nor an amount nor a line number."""
        numbered = any(index < self._width for index in (*self._id, *self._line_id))
        return not numbered and all(_is_nothing(cells[index]) for index in (*self._quantity, *self._amount))

    def _contradictions(self, row: Row) -> Iterator[Problem]:
        """Where a column stands twice and says two things."""
        for index, first in self._twice:
            one, other = row.cells[first], row.cells[index]
            if one and other and one != other:
                place, heading = self._notation.place((row, index)), self._notation.columns.headings[index]
                yield Problem(code="table-column-twice", place=place, subject=heading, expected=one, found=other)

    def _shape(self, row: Row) -> Problem | None:
        place = Place(sheet=self._sheet.name, row=row.number, line=row.line)
        expected, found = str(self._width), str(len(row.cells))
        if any(row.cells[self._width :]):
            return Problem(code="table-row-too-long", place=place, subject=str(row.number), expected=expected, found=found)
        if len(row.cells) < self._width:
            return Problem(code="table-row-too-short", place=place, subject=str(row.number), expected=expected, found=found)
        if any(len(cell) > MAX_CELL or "\ufffd" in cell for cell in row.cells):
            return Problem(code="table-cell-unreadable", place=place, subject=str(row.number))
        return None

    def _document(self, group: Group, build: Build) -> Document:
        problems: list[Problem] = []
        order: Order | None = build(group, problems)
        place = self._notation.place(group.rows[0])
        if order is not None:
            rows = {row.number: row for row in group.rows}
            lines = tuple(self._line(line, at, rows) for at, line in enumerate(order.order_lines, 1))
            order = msgspec.structs.replace(order, order_lines=lines, extensions=self._above_unplaced(group))
        found = next((str(cell) for row in group.rows for index in self._id if (cell := row.cells[index])), None)
        return Document(
            kind="Order", id=order.id if order else found, record=order, place=place,
            problems=(*group.problems, *problems), partner=self._partner,
        )  # fmt: skip

    def _line(self, line: OrderLine, at: int, rows: dict[int, Row]) -> OrderLine:
        """The line with a number, and what no mapping took from its row."""
        row = rows[(line.origin and line.origin.row) or 0]
        name = self._notation.columns.name
        rest = {name(at): str(row.cells[at]) for at in range(self._width) if row.cells[at] and at not in row.taken}
        if line.allowance_charges:
            line = _with_discount(line)
            if not line.allowance_charges:
                rest |= {name(at): str(row.cells[at]) for at in self._discount if at < self._width and row.cells[at]}
        if line.id is None:
            return msgspec.structs.replace(line, id=str(at), assumed=("id", *line.assumed), extensions=rest)
        return msgspec.structs.replace(line, extensions=rest) if rest else line

    def _above_unplaced(self, group: Group) -> dict[str, str]:
        """What stands above the table and no mapping took."""
        columns = self._notation.columns
        taken = set().union(*(row.taken for row in group.rows))
        rest = {columns.name(self._width + at): str(value) for at, value in enumerate(self._above) if self._width + at not in taken}
        return rest | self._loose


def _with_discount(line: OrderLine) -> OrderLine:
    """The line; a discount in percent with what it comes to, if the line's amount shows that, and else without it."""
    kept = []
    for one in line.allowance_charges:
        percent, price, amount, ordered = one.multiplier_factor_numeric, line.price, line.line_extension_amount, line.quantity
        if one.amount is not None or percent is None:
            kept.append(one)
        elif amount and amount.value and ordered and ordered.value and price and price.price_amount and price.price_amount.value:
            base = price.base_quantity.value if price.base_quantity and price.base_quantity.value else Decimal(1)
            whole = ordered.value * price.price_amount.value / base
            less = (whole * percent / 100).quantize(_CENT)
            if less and abs(whole - less - amount.value) <= _CENT:
                kept.append(msgspec.structs.replace(one, amount=msgspec.structs.replace(amount, value=less)))
    return msgspec.structs.replace(line, allowance_charges=tuple(kept))


class _Customs:
    """The custom in which a table writes numbers and dates, seen from those that can be read in one way only."""

    def __init__(self, applied: Applied, width: int) -> None:
        self._applied = applied
        self._others = [index for index in range(width) if index not in applied.columns]
        self._numbers: dict[str, str] = {}
        self._days: dict[str, str] = {}
        self._currencies: set[str] = set()

    def see(self, row: Row) -> None:
        """Look at one row."""
        for index in self._applied.numbers:
            raw = row.cells[index]
            if not raw or raw.isdigit():
                continue
            if mark := decimal_mark(raw):
                self._numbers.setdefault(mark, raw)
            if not raw[-1].isdigit() or not raw[0].isdigit():
                self._currencies.update(filter(None, [currency(raw)]))
        for index in self._applied.dates:
            if (raw := row.cells[index]) and (order := day_order(raw)):
                self._days.setdefault(order, raw)
        for index in self._others:  # a date that no field takes shows the custom, too
            if len(raw := row.cells[index]) <= 10 and raw.count("/") == 2 and (order := day_order(raw)):
                self._days.setdefault(order, raw)

    def hear(self, texts: Iterable[str]) -> None:
        """Look at texts around the rows, of which only a currency counts."""
        self._currencies.update(code for text in texts if (code := currency(text)))

    def currency(self, columns: Columns) -> str | None:
        """The only one that is printed, beside the numbers or in the headings of their columns."""
        found = self._currencies | {code for index in self._applied.numbers if (code := currency(columns.headings[index]))}
        return found.pop() if len(found) == 1 else None

    def number(self) -> str | None:
        """An example, if all agree."""
        return next(iter(self._numbers.values())) if len(self._numbers) == 1 else None

    def day(self) -> str | None:
        """An example, if all agree."""
        return next(iter(self._days.values())) if len(self._days) == 1 else None


def _only(mapping: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: mapping[name]} if name in mapping else {}


def _fits(mapping: dict[str, Any], columns: Columns) -> bool:
    applied = apply(Order, mapping, columns).mapping
    line = applied.get("order_lines", {})
    return "value" in line.get("quantity", {}) and ("id" in applied or "item" in line)


def _unknown(sheet: Sheet, header: Header) -> Problem:
    headings = ", ".join(one for one in header.columns.headings[:30])
    return Problem(code="table-columns-unknown", place=Place(sheet=sheet.name, row=header.last), found=headings[:500])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_said(cell: str) -> bool:
    """Whether a cell is a label, a value or both, as in the rows above a table."""
    return cell.endswith((":", "：")) or bool(_pairs_in(cell)) or _is_value(cell)


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


def _stacked(upper: list[str], lower: list[str]) -> list[str]:
    """Two header rows as one: a heading over several columns stands before theirs, one with nothing below it stays."""
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    stacked, over = [], ""
    for above, below in zip(upper, lower, strict=True):
        over = above or (over if below else "")
        stacked.append(f"{over} / {below}" if below and over else below or above)
    return stacked


def _labels(above: Iterable[Row], known: frozenset[str]) -> tuple[list[tuple[str, str, int]], dict[str, str]]:
    """(label, value, row) of "Order number: 4711" and the like above a table, and the other texts there by their row."""
    labels: dict[str, tuple[str, str, int]] = {}
    loose: dict[str, str] = {}
    above = list(above)
    taken = 0
    for at, row in enumerate(above):
        if row.number == taken:
            continue
        below = above[at + 1] if at + 1 < len(above) and above[at + 1].number == row.number + 1 else None
        if below and (found := _labels_over(row, below, known)):
            for label, value in found:
                labels.setdefault(folded(label), (label, value, below.number))
            taken = below.number
            continue
        cells = [_one_line(cell) for cell in row.cells if cell.strip("-=_+")]
        rest = []
        while cells:
            cell = cells.pop(0)
            pairs = _pairs_in(cell)
            if not pairs and cells and (cell.endswith(":") or (folded(cell) in known and folded(cells[0]) not in known)):
                pairs = [(cell.rstrip(": "), cells.pop(0))]
            for label, value in pairs:
                labels.setdefault(folded(label), (label, value, row.number))
            if not pairs:
                rest.append(cell)
        if rest:
            loose[f"row {row.number}"] = " ".join(rest)[:1000]
    return list(labels.values()), loose


def _labels_over(row: Row, below: Row, known: frozenset[str]) -> list[tuple[str, str]]:
    """(label, value) of blocks whose names stand over them: "Buyer | | Supplier" above "Nordwind Ltd | | Harbour plc"."""
    cells = [(at, _one_line(cell).rstrip(":： ")) for at, cell in enumerate(row.cells) if cell.strip("-=_+")]
    values = [_one_line(below.cells[at]) if at < len(below.cells) else "" for at, _ in cells]
    blocks = len(cells) > 1 and all(folded(label) in known for _, label in cells)
    if not blocks or sum(map(bool, below.cells)) != len(cells) or not all(value and _is_new(value, known) for value in values):
        return []
    return [(label, value) for (_, label), value in zip(cells, values, strict=True)]


def _is_new(value: str, known: frozenset[str]) -> bool:
    return not _pairs_in(value) and folded(value) not in known


def _key(number: str) -> str:
    """An order number as rows are told apart by it."""
    return " ".join(number.split()).casefold()


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *([""] * (width - len(cells)))]


def _is_nothing(cell: str) -> bool:
    return not cell.strip("0.,- \u2013\u2014")


def _pairs_in(cell: str) -> list[tuple[str, str]]:
    if title := _TITLE.match(cell[:200]):
        return [("Order number", title[1])] + ([("Order date", title[2])] if title[2] else [])
    label, mark, value = cell.replace("：", ":").partition(":")
    if mark and value.strip() and 0 < len(label) <= 40 and not value.startswith("//") and not label[-1:].isdigit():
        return [(label.strip(), value.strip())]
    return []


_TOTAL = re.compile(
    r"\W*(?:grand |order |net |gross )?(?:sub|zwischen|gesamt|end|order)?-?"
    r"(?:total|summe|итого|всего|合计|总计|小计|总额|sum\b|gesamt\b|somme\b|razem|suma\b|totaal|toplam\b|ara toplam|celkem|разом|усього"
    r"|合計|小計|総計|합계)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:purchase order|sales order|order|bestellung|auftrag|bon de commande|commande|pedido|orden de compra|ordine|zamówienie|bestelling"
    r"|sipariş|objednávka|заказ|заявка|замовлення|采购订单|销售订单|订单|採購訂單|注文書)"
    r"(?:[^№#:\d]{0,40}(?:№|#|\bno\.?|\bnr\.?|\bn[°º.]|\bč\.)[\s:]*|\s*:\s*)"
    r"([^\s,;:]{1,35})(?:,?\s+(?:от|від|vom|dated|of|date|du|del|van|z dnia|ze dne)\s+(.{6,40}))?$",
    re.IGNORECASE,
)
_PRICES = re.compile(r"\b(?:prices?|amounts?|preise|beträge|prix|precios|prezzi|ceny)\b|цены|суммы|金额|单价|价格|单位", re.IGNORECASE)
"""Words of a text that says in which currency all prices are."""
