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
    take: name | code | INN | KPP | UNP | VAT | number | unit | bracketed code | bracketed name    a part of a cell such as
                       "Hafen AG, ИНН 7701234567", "100234    Hafen AG" (code and name), "24 Stück" (number and unit) or
                       "[OF-24] Oil filter"
Words of `codes` are compared without case and a full stop at the end, too. A tax number's or name's heading without a party
("ИНН", "Name 1") is that of the party whose column stands before it ("Поставщик ИНН", "Auftraggeber Name 1").
The nodes of a table are the document (the rows of one order) and, with `each: rows`, a row.

>>> columns = Columns(["Bestell-Nr.", "Menge (ST)", "Farbe"], known=frozenset({"bestellnr", "menge"}))
>>> columns.find({"path": ["Order number", "BESTELL NR"]}), columns.find({"path": "Menge"}), columns.find({"column": "C"})
([0], [1], [2])
"""

import re
import types
import typing
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import msgspec
from stdnum import ean

from wharfinger.mapping import Found, MappingError
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.table_parties import composed
from wharfinger.text_values import clock, day, number, without_currency


@dataclass(slots=True, eq=False)
class Row:
    """One row: cells trimmed, one for each column of the table. line: its first line of text where that is not its number."""

    cells: Sequence[str]
    number: int
    line: int | None = None
    group: "Group | None" = None
    taken: set[int] = field(default_factory=set)
    """Columns of which a mapping took the value."""


@dataclass(slots=True, eq=False)
class Group:
    """The rows of one document, and what was found wrong while they were read."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Columns:
    """The columns of one table by their headings. known: the headings (folded) that the mapping names."""

    def __init__(self, headings: Sequence[str], known: frozenset[str]) -> None:
        self.headings = [heading or letter(index) for index, heading in enumerate(headings)]
        self.names = known
        self._index: dict[str, int] = {}
        self.again: dict[int, int] = {}
        """Column -> the first one with the same heading."""
        all_of_them = {folded(one) for one in headings}
        for index, heading in enumerate(headings):
            name = next((one for one in _names(heading) if one in known), None)
            own = folded(heading)
            if own in _OF_A_PARTY:
                before = (f"{folded(one)}{own}" for one in reversed(headings[max(0, index - _OF_A_PARTY[own]) : index]))
                name = next((one for one in before if one in known), name)
            if name is None and (whole := composed(heading)) is not None and folded(whole) in known:
                name = folded(whole)
            for beside, meant in _BESIDE.get(own, ()):
                name = (meant or None) if beside in all_of_them else name
            if name is not None and self._index.setdefault(name, index) != index and own == folded(headings[self._index[name]]):
                self.again[index] = self._index[name]
        self.known = len(self._index)

    def find(self, leaf: dict[str, Any]) -> list[int]:
        """The columns that a leaf names, in its order; those that the table does not have are left out."""
        if "column" in leaf:
            index = _column_index(leaf["column"])
            return [index] if index < len(self.headings) else []
        paths = leaf["path"] if isinstance(leaf["path"], list) else [leaf["path"]]
        found = (self._index.get(folded(path)) for path in paths)
        return list(dict.fromkeys(index for index in found if index is not None))

    def name(self, index: int) -> str:
        """The heading, or the letter of a column without one; a heading that stands twice has its letter behind it."""
        heading = self.headings[index]
        return f"{heading} [{letter(index)}]" if self.headings.index(heading) != index else heading


class TableNotation:
    """See wharfinger.mapping.Notation. numbers, dates: an example of each as the sender writes them."""

    def __init__(self, columns: Columns, *, sheet: str | None = None, numbers: str | None = None, dates: str | None = None) -> None:
        self.columns = columns
        self.sheet = sheet
        self.numbers = numbers
        self.dates = dates
        self.fixed_rows: dict[int, int] = {}
        """Column -> row for values that stand above the table, once for all rows."""

    def nodes(self, path: str) -> Callable[[Any], Sequence[Row]]:
        """`each: rows`."""
        if path != "rows":
            raise ValueError(f"{path!r} is not valid here; write `each: rows`")
        return lambda node: node.rows

    def values(self, leaf: dict[str, Any]) -> Callable[[Any], Sequence[Found]]:
        """The value of a row; of a document that of the first row that has one, and a problem where rows contradict each other."""
        check_leaf(leaf)
        indexes = self.columns.find(leaf)
        looks = _LOOKS[leaf["looks"]] if "looks" in leaf else None
        take = _TAKES[leaf["take"]] if "take" in leaf else None
        codes = {str(word): str(code) for word, code in (leaf.get("codes") or {}).items()}
        words, meanings = {folded_word(word): word for word in codes}, frozenset(codes.values())
        only_words = leaf.get("looks") == "unit" or leaf.get("take") == "unit"
        rows = leaf.get("rows")

        def in_row(row: Row) -> Sequence[Found]:
            cells = row.cells
            for index in indexes:
                raw = cells[index]
                if raw and raw not in _NOTHING and (looks is None or looks(raw)):
                    if _ROUNDED.fullmatch(raw):
                        restored = _restored(raw)
                        if restored is None:
                            self._complain("table-number-rounded", row, index, found=raw)
                            return ()
                        raw = restored
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
        if index in self.fixed_rows:
            return Place(sheet=self.sheet, row=self.fixed_rows[index], column=self.columns.name(index))
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


@dataclass(frozen=True, slots=True)
class Applied:
    """What of a mapping a table has: the mapping without the rest, its columns, and those of them that hold numbers and dates."""

    mapping: dict[str, Any]
    numbers: tuple[int, ...]
    dates: tuple[int, ...]
    columns: tuple[int, ...]


def apply(kind: type, mapping: dict[str, Any], columns: Columns, own: dict[str, Any] | None = None) -> Applied:
    """Drop every leaf whose columns the table does not have, and structures of which only constants would be left.

    own: the part of the mapping that a partner wrote; its constants stay.
    """
    used: list[tuple[Any, list[int]]] = []
    kept = _apply_structure(kind, mapping, columns, used, own or {}) or {}
    return Applied(
        mapping=kept,
        numbers=tuple({index: None for hint, indexes in used if hint is Decimal for index in indexes}),
        dates=tuple({index: None for hint, indexes in used if hint is date for index in indexes}),
        columns=tuple({index: None for _, indexes in used for index in indexes}),
    )


def check_leaf(leaf: dict[str, Any]) -> None:
    """Raise ValueError for a leaf that is not in this notation."""
    unknown = leaf.keys() - {"path", "column", "codes", "rows", "looks", "take"}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not valid here; valid: path, column, codes, rows, looks, take, is")
    if ("path" in leaf) == ("column" in leaf):
        raise ValueError("write the headings (path) or the letter of a column (column)")
    if "column" in leaf:
        _column_index(leaf["column"])
    if leaf.get("rows") not in (None, "agree", "differ"):
        raise ValueError(f"rows: {leaf['rows']} is not valid; valid: agree, differ")
    if "looks" in leaf and leaf["looks"] not in _LOOKS:
        raise ValueError(f"looks: {leaf['looks']} is not valid; valid: {', '.join(_LOOKS)}")
    if "take" in leaf and leaf["take"] not in _TAKES:
        raise ValueError(f"take: {leaf['take']} is not valid; valid: {', '.join(_TAKES)}")


def headings_of(mapping: Any) -> Iterable[str]:
    """Every heading that a mapping names, folded."""
    if isinstance(mapping, str):
        yield folded(mapping)
    elif isinstance(mapping, list):
        for one in mapping:
            yield from headings_of(one)
    elif isinstance(mapping, dict) and "path" in mapping:
        yield from headings_of(mapping["path"])
    elif isinstance(mapping, dict) and not mapping.keys() & {"is", "column"}:
        for name, one in mapping.items():
            if name not in ("each", "at"):
                yield from headings_of(one)


@lru_cache(maxsize=16_384)
def folded(heading: str) -> str:
    """A heading without case, spaces and punctuation.

    >>> folded("Bestell-Nr. ") == folded("BESTELL NR"), folded("Кол-во")
    (True, 'колво')
    """
    text = unicodedata.normalize("NFKC", heading[:200]).casefold().replace("ё", "е")
    return "".join(character for character in text if character.isalnum() or character in "№#%")


def folded_word(text: str) -> str:
    """A word without case and the full stop of its abbreviation.

    >>> folded_word("Stk."), folded_word("PCS ")
    ('stk', 'pcs')
    """
    return " ".join(text.casefold().split()).rstrip(".")


def _tax_number(scheme: str) -> Callable[[str], str | None]:
    def number_of(raw: str) -> str | None:
        match = _TAX_NUMBERS[scheme].search(raw[:500])
        return match[1] if match else None

    return number_of


def letter(index: int) -> str:
    """The letter of a column, counted from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def _names(heading: str) -> Iterable[str]:
    """What a heading may be known by, the most telling first: whole, without bracket or unit, its parts, without table name."""
    yield folded(heading)
    bare = re.sub(r"[(\[（【].*", "", heading)
    yield folded(bare)
    yield folded(bare.split(",")[0])
    yield folded(without_currency(bare))
    parts = [part for part in re.split(r"[/\n|]+", bare) if part.strip()]
    if len(parts) > 1:
        yield from map(folded, parts[::-1])
        yield from (folded(without_currency(part)) for part in parts[::-1])
    if technical := _OF_A_DATABASE.fullmatch(heading.strip()):
        yield folded(technical[1])


def _column_index(column: object) -> int:
    text = str(column).strip().upper()
    if re.fullmatch(r"[1-9][0-9]{0,4}", text):
        return int(text) - 1
    if not re.fullmatch(r"[A-Z]{1,3}", text):
        raise ValueError(f"{column!r} is no column; write its letter (C) or number (3)")
    index = 0
    for character in text:
        index = index * 26 + ord(character) - 64
    return index - 1


def _apply_structure(
    kind: type, mapping: Any, columns: Columns, used: list[tuple[Any, list[int]]], own: Any
) -> dict[str, Any] | None:
    """The structure with what applies; None when all that is left of it is constants that were not alone before."""
    kept: dict[str, Any] = {}
    before = _has_columns(mapping)
    for name, leaf in mapping.items():
        if name in ("each", "at"):
            kept[name] = leaf
            continue
        hint = _member(kind, name)
        members = [leaf] if not isinstance(leaf, list) else leaf
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            inner = own.get(name) if isinstance(own, dict) else None
            left = [one for one in (_apply_structure(hint, member, columns, used, inner) for member in members) if one is not None]
        else:
            left = _apply_leaf(hint, members, columns, used)
        if left:
            kept[name] = left if len(left) > 1 or isinstance(leaf, list) else left[0]
    return kept if not before or _has_columns(kept) or _has_constant(own) else None


def _apply_leaf(hint: Any, members: list[Any], columns: Columns, used: list[tuple[Any, list[int]]]) -> list[Any]:
    """The alternatives that the table has; headings in a row become one leaf."""
    left: list[Any] = []
    for member in members:
        if isinstance(member, dict) and "is" in member:
            left.append(member)
            continue
        leaf = dict(member) if isinstance(member, dict) else {"path": [str(member)]}
        indexes = columns.find(leaf)
        if not indexes:
            continue
        if left and isinstance(member, str) and left[-1].keys() == {"path"}:
            left[-1]["path"].append(member)
            used[-1][1].extend(index for index in indexes if index not in used[-1][1])
        else:
            left.append(leaf)
            used.append((hint, indexes))
    return left


def _has_columns(mapping: Any) -> bool:
    if isinstance(mapping, list):
        return any(map(_has_columns, mapping))
    if isinstance(mapping, dict) and "path" not in mapping and "column" not in mapping:
        return "is" not in mapping and any(_has_columns(one) for name, one in mapping.items() if name not in ("each", "at"))
    return True


def _has_constant(mapping: Any) -> bool:
    if isinstance(mapping, list):
        return any(map(_has_constant, mapping))
    return isinstance(mapping, dict) and ("is" in mapping or any(map(_has_constant, mapping.values())))


def _member(kind: type, name: str) -> Any:
    """The type of a field, or of what a tuple of them holds."""
    try:
        hint = _hints(kind)[name]
    except KeyError:
        raise MappingError(name, f"no such field; valid: {', '.join(kind.__struct_fields__)}") from None  # type: ignore[attr-defined]  # msgspec
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint


_hints = cache(typing.get_type_hints)


def _differs(one: str, other: str) -> bool:
    return one != other and " ".join(one.split()).casefold() != " ".join(other.split()).casefold()


def _restored(raw: str) -> str | None:
    """The number shown as 4.000862141404E+12, if no digit is lost and, where it is as long as a GTIN, its check digit holds.

    >>> _restored("4,000862141404E+12"), _restored("4,00086E+12")
    ('4000862141404', None)
    """
    match = _ROUNDED.fullmatch(raw)
    if match is None:
        return raw
    fraction, exponent = match[2] or "", int(match[3])
    if len(fraction) != exponent:  # fewer digits than the number has: the rest was rounded away
        return None
    digits = match[1] + fraction
    return digits if len(digits) not in (12, 13, 14) or ean.is_valid(digits) else None


def _is_gln(raw: str) -> bool:
    return len(raw) == 13 and raw.isascii() and raw.isdigit() and ean.is_valid(raw)


def _is_gtin(raw: str) -> bool:
    return len(raw) in (8, 12, 13, 14) and raw.isascii() and raw.isdigit() and ean.is_valid(raw)


def _is_code(raw: str) -> bool:
    return bool(_CODE.fullmatch(raw)) and not _is_gtin(raw)


def _name_before_tax_number(raw: str) -> str | None:
    """The name in "Hafen AG (ИНН 7701234567)" and "100234    Hafen AG"; the whole cell where there is no number."""
    match = _TAX_LABEL.search(raw[:500])
    if match and match.start():
        return raw[: match.start()].rstrip(" ,;:/(-–—")
    coded = _CODE_AND_NAME.fullmatch(raw)
    return coded[2] if coded else raw


def _code_before_name(raw: str) -> str | None:
    match = _CODE_AND_NAME.fullmatch(raw)
    return match[1] if match else None


def _number_before_unit(raw: str) -> str:
    """The number in "24 Stück"; the cell as it is where it holds nothing else."""
    match = _NUMBER_AND_UNIT.fullmatch(raw)
    return match[1] if match else raw


def _unit_behind_number(raw: str) -> str | None:
    match = _NUMBER_AND_UNIT.fullmatch(raw)
    return match[2] if match else None


_TAX_NUMBERS = {
    "INN": re.compile(r"\b(?:ИНН|INN)(?:/КПП)?[ :№]*([0-9]{12}|[0-9]{10})(?![0-9])", re.IGNORECASE),
    "KPP": re.compile(r"\b(?:КПП[ :№]*|ИНН/КПП[ :№]*(?:[0-9]{10}) ?/ ?)([0-9]{9})(?![0-9])", re.IGNORECASE),
    "UNP": re.compile(r"\bУНП[ :№]*([0-9]{9})(?![0-9])", re.IGNORECASE),
    "VAT": re.compile(
        r"(?:\b(?:VAT|USt\.?-?Id\.?-?Nr\.?|UStID|UID|TVA|NIP|P\.? ?IVA|NIF|CIF|Tax ID)(?: ?(?:ID|No|Nr|number|intracom))?"
        r"|税号|纳税人识别号|统一社会信用代码)"
        r"[.: ：]*([A-Z]{0,3}[0-9][0-9A-Z]{6,17})(?![0-9A-Za-z])",
        re.IGNORECASE,
    ),
}
_TAX_LABEL = re.compile("|".join(pattern.pattern for pattern in _TAX_NUMBERS.values()), re.IGNORECASE)
_CODE_AND_NAME = re.compile(r"([A-Z]{0,2}[0-9]{3,10}) {2,}(\S.{1,200})")
"""As SAP prints a vendor: padded to ten characters."""
_NUMBER_AND_UNIT = re.compile(r"([-+]?[0-9](?:[0-9 .,'\u00a0\u202f]{0,20}[0-9])?) ?([^\W\d_][^\d]{0,20})")
_BRACKETED = re.compile(r"\[([^\[\]\s]{1,35})\]\s+(\S.{0,500})", re.DOTALL)
"""As Odoo shows a product."""
_TAKES: dict[str, Callable[[str], str | None]] = {
    **{scheme: _tax_number(scheme) for scheme in _TAX_NUMBERS},
    "name": _name_before_tax_number,
    "code": _code_before_name,
    "number": _number_before_unit,
    "unit": _unit_behind_number,
    "bracketed code": lambda raw: found[1] if (found := _BRACKETED.fullmatch(raw)) else None,
    "bracketed name": lambda raw: found[2] if (found := _BRACKETED.fullmatch(raw)) else None,
}
_OF_A_PARTY = {"инн": 3, "inn": 3, "кпп": 3, "kpp": 3, "унп": 3, "name": 1, "name1": 1, "наименование": 1}
"""Headings of something that any party has -> how many columns before it the party's own may stand."""
_BESIDE = {
    "name": (("lineitemname", "ordername"), ("dateorder", "ordername")),  # the order number of Shopify and Odoo is its name
    "subtotal": (("lineitemname", ""),),  # nor is its subtotal the line's
    "itemprice": (("quantitypurchased", "lineamount"),),  # Amazon's is that of all pieces
    "no": (("lineno", "itemno"),),  # Business Central
    "priceunit": (("productqty", "unitprice"), ("productuom", "unitprice")),  # Odoo's is the price of a unit, elsewhere it is a quantity
}
"""Heading -> what else it is where another heading stands beside it: (the other, what is meant)."""
_OF_A_DATABASE = re.compile(r"(?:(?:EKKO|EKPO|EKET|EKKN|VBAK|VBAP|VBEP|VBKD|VBPA|MAKT|MARA|LFA1|KNA1)[-~]|\w{3,}\.)(\w+)", re.IGNORECASE)
"""A field with its table: EKPO-MENGE, po_lines.quantity."""

_CODE = re.compile(r"(?=.*[0-9])[^\s,;]{1,35}")
_LOOKS: dict[str, Callable[[str], bool]] = {
    "gln": _is_gln,
    "gtin": _is_gtin,
    "code": _is_code,
    "position": lambda raw: len(raw) <= 5 and raw.isascii() and raw.isdigit(),
    "part": lambda raw: _is_code(raw) and not (len(raw) <= 5 and raw.isdigit()),
    "party": lambda raw: len(raw) >= 4 and not _is_code(raw),
    "unit": bool,
    "text": lambda raw: not _is_code(raw) and not _is_gtin(raw),
}
_ROUNDED = re.compile(r"([0-9])(?:[.,]([0-9]+))?[Ee]\+([0-9]{1,3})")
_NOTHING = frozenset({"-", "--", "—", "–", "00.00.0000", "#", "n/a", "N/A", "NULL", "null", "None", "False"})
"""What exports write for nothing."""
