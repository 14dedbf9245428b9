"""The notation of tables for wharfinger.mapping: columns by their headings.

A leaf is a heading, or several of which the first that the table has and that is filled counts:

    id: [Order number, Bestellnummer, Номер заказа, 订单号, EBELN]
    order_lines: {each: rows, quantity: {value: [Quantity, Menge]}}

Headings are compared without regard to case, spaces and punctuation. In dict form a leaf has `path` (the headings) or
`column` (the letter or number of a column), `codes`, `is`, and
    rows: agree | differ    the value only if all rows of the order that have one say the same; or only if they do not
    looks: gln | gtin | code | text | position | part | party | unit    the value only if it looks like one, for columns in which
                       people write either (position: at most five digits; part: a code that is no position; party: a text of
                       four characters and more; unit: a word of `codes`)
    take: name | code | INN | KPP | UNP | VAT | number | count | unit | bracketed code | bracketed name | first day | last day
                       a part of a cell such as "Hafen AG, ИНН 7701234567", "100234    Hafen AG" (code and name), "24 Stück"
                       (number and unit; count is a number that must be there), "[OF-24] Oil filter", "KW 45/2026" or
                       "by 30.10.2026" (first and last day)
    beside, unless: headings of which the table must, or must not, have one for the leaf to count
Words of `codes` are compared without case and a full stop at the end, too. A tax number's or name's heading without a party
("ИНН", "Name 1") is that of the party whose column stands before it ("Поставщик ИНН", "Auftraggeber Name 1").
The nodes of a table are the document (the rows of one order) and, with `each: rows`, a row.
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

import msgspec

from wharfinger.mapping import Found
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.cells import ERROR, LOOKS, NOTHING, TAKES, restored
from wharfinger.tables.columns import Columns, column_index
from wharfinger.tables.sheets import Group, Row
from wharfinger.text_values import ROUNDED, clock, day, number


class TableNotation:
    """See wharfinger.mapping.Notation. numbers, dates: an example of each as the sender writes them."""

    def __init__(self, columns: Columns, *, sheet: str | None = None, numbers: str | None = None, dates: str | None = None) -> None:
        self.columns = columns
        self.sheet = sheet
        self.numbers = numbers
        self.dates = dates
        self.fixed: dict[int, Place] = {}
        """Column -> place of a value that stands above the table or on a cover sheet, once for all rows."""

    def nodes(self, path: str) -> Callable[[Any], Sequence[Row]]:
        """`each: rows`."""
        if path != "rows":
            raise ValueError(f"{path!r} is not valid here; write `each: rows`")
        return lambda node: [row for row in node.rows if row.ordered]

    def values(self, leaf: dict[str, Any]) -> Callable[[Any], Sequence[Found]]:
        """The value of a row; of a document that of the first row that has one, and a problem where rows contradict each other."""
        check_leaf(leaf)
        indexes = self.columns.find(leaf)
        looks = LOOKS[leaf["looks"]] if "looks" in leaf else None
        take = TAKES[leaf["take"]] if "take" in leaf else None
        codes = {str(word): str(code) for word, code in (leaf.get("codes") or {}).items()}
        words, meanings = {folded_word(word): word for word in codes}, frozenset(codes.values())
        only_words = leaf.get("looks") == "unit" or leaf.get("take") == "unit"
        rows = leaf.get("rows")

        def in_row(row: Row) -> Sequence[Found]:
            cells = row.cells
            for index in indexes:
                raw = cells[index]
                if raw and raw not in NOTHING and (looks is None or looks(raw)):
                    if raw[0] == "#" and ERROR.fullmatch(raw):
                        self._complain("table-cell-error", row, index, found=raw)
                    if ROUNDED.fullmatch(raw):
                        whole = restored(raw)
                        if whole is None:
                            self._complain("table-number-rounded", row, index, found=raw)
                            return ()
                        raw = whole
                    if take is not None:
                        part = take(raw)
                        if not part:
                            continue
                        raw = part
                    if words and raw not in codes and (only_words or raw not in meanings):
                        raw = words.get(folded_word(raw), raw)
                    if only_words and raw not in codes:
                        continue
                    return ((raw, (row, index)),)
            return ()

        def taken(found: Sequence[Found]) -> Sequence[Found]:
            for _, (row, index) in found:
                row.taken.add(index)
            return found

        def meaning(raw: str) -> str:
            return codes.get(raw, raw)

        def in_group(group: Group) -> Sequence[Found]:
            found = [one for row in group.rows for one in in_row(row)]
            other = next((one for one in found if one[0] != found[0][0] and _differs(meaning(one[0]), meaning(found[0][0]))), None)
            if rows == ("differ" if other is None else "agree"):
                return ()
            if other is not None and rows is None:
                raw, (row, index) = other
                self._complain("table-header-field-conflict", row, index, expected=found[0][0], found=raw)
            return taken(found)[:1]

        def of(node: Any) -> Sequence[Found]:
            if isinstance(node, Group):
                return in_group(node)
            if rows is not None and node.group is not None:
                found = [one[0] for row in node.group.rows for one in in_row(row)]
                if any(_differs(raw, found[0]) for raw in found) != (rows == "differ"):
                    return ()
            return taken(in_row(node))

        return of

    def place(self, node: Any) -> Place:
        """Sheet, row and column."""
        if isinstance(node, Group):
            return self.place(node.rows[0]) if node.rows else Place(sheet=self.sheet)
        if isinstance(node, Row):
            return Place(sheet=self.sheet, row=node.number, line=node.line)
        row, index = node
        if index in self.fixed:
            return msgspec.structs.replace(self.fixed[index], column=self.columns.name(index))
        return Place(sheet=self.sheet, row=row.number, line=row.line, column=self.columns.name(index))

    def number(self, raw: str) -> Decimal:
        """A number in the sender's custom."""
        return number(raw, self.numbers)

    def day(self, raw: str) -> date:
        """A date in the sender's custom."""
        return day(raw, self.dates)

    def clock(self, raw: str) -> time | None:
        """The time of day."""
        return clock(raw)

    def _complain(self, code: str, row: Row, index: int, *, expected: str | None = None, found: str | None = None) -> None:
        problem = Problem(
            code=code,
            place=self.place((row, index)),
            subject=self.columns.name(index),
            expected=None if expected is None else str(expected),
            found=None if found is None else str(found),
        )
        if row.group is not None and problem not in row.group.problems:
            row.group.problems.append(problem)


_VALID = ("path", "column", "codes", "rows", "looks", "take", "beside", "unless")


def check_leaf(leaf: dict[str, Any]) -> None:
    """Raise ValueError for a leaf that is not in this notation."""
    unknown = leaf.keys() - set(_VALID)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not valid here; valid: {', '.join(_VALID)}, is")
    if ("path" in leaf) == ("column" in leaf):
        raise ValueError("write the headings (path) or the letter of a column (column)")
    if "column" in leaf:
        column_index(leaf["column"])
    if leaf.get("rows") not in (None, "agree", "differ"):
        raise ValueError(f"rows: {leaf['rows']} is not valid; valid: agree, differ")
    if "looks" in leaf and leaf["looks"] not in LOOKS:
        raise ValueError(f"looks: {leaf['looks']} is not valid; valid: {', '.join(LOOKS)}")
    if "take" in leaf and leaf["take"] not in TAKES:
        raise ValueError(f"take: {leaf['take']} is not valid; valid: {', '.join(TAKES)}")


def folded_word(text: str) -> str:
    """A word without case and the full stop of its abbreviation.

    >>> folded_word("Stk."), folded_word("PCS ")
    ('stk', 'pcs')
    """
    return " ".join(text.casefold().split()).rstrip(".")


def _differs(one: str, other: str) -> bool:
    return one != other and " ".join(one.split()).casefold() != " ".join(other.split()).casefold()
