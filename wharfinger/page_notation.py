"""The notation of pages for wharfinger.mapping: what stands on a PDF or DOCX page, as printed, for people who write templates.

    match: {text_has: [ACME GmbH, Bestellung], not: [Auftragsbestätigung]}
    numbers: "1.234,56"                                     # by example
    dates: "31.12.2025"
    fields:
      id: {after: "Bestell-Nr.", looks_like: "45########"}  # '#' a digit, '@' a letter
      delivery: {delivery_location: {name: {block_under: Lieferanschrift, line: 1}}}
      document_currency_code: {is: EUR}
      order_lines:
        each: {header: [Pos, Artikel, Menge, Preis], new_line_when: Pos, skip: ["Seite * von *"], ends_at: Nettosumme}
        quantity: {value: {column: Menge}}

The words of a leaf (several labels may be given for one, as a list; the first that has a value counts):
    after         what stands right of the label, or below it when nothing is right of it; a label with a colon ("To:") counts only
                  with one, or alone
    right_of, below   only there
    block_under   the lines under a label, or right of it, down to a gap. With `line: 1` one of them, with `from_line: 2`
                  each from there on, with neither all joined
    column        the cell of a row, by its heading (or by the name that `header` gives the heading)
    one_of        printed form -> value: the value if only one of them stands anywhere in the document
    with, without  beside another word: only where one, or none, of these words follows the label
    with_column   beside another word: only in rows that have something in this column
    looks_like    only a value of this form
    take          part of the value: number (the first), amount (the last number, no percentage), base (of a price: the
                  number behind "/" or "per", in the cell or its heading), percent, date, code (the first
                  word with a digit, no date), identifier (a column's: the whole cell, unless several codes stand in it), position
                  (a number up to 999), article (anything else), name (up to the first part after a comma that has a digit),
                  address (what follows the name), text (what is left without numbers), bracketed (the code in brackets
                  before a name: "[E-COM08] Desk"), unbracketed (the name behind it)
    codes         printed form -> value, compared like labels: case, dots and blanks do not count
The nodes are the document, with `each: {header: ...}` a row, and with `at: {block_under: ...}` a block.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile, zip_longest
from typing import Any

from wharfinger import text_values
from wharfinger.mapping import Found
from wharfinger.page_headers import Layout
from wharfinger.page_labels import find, fold, has_digit, is_ideographic, is_longer_label, looks_like, past_alternative, value
from wharfinger.page_model import Line, Paper, Run
from wharfinger.page_order import Column
from wharfinger.page_rows import Row
from wharfinger.page_tables import rows
from wharfinger.records import Place

_PLACES = ("after", "right_of", "below", "block_under", "column", "one_of")
_LABELLED = ("after", "right_of", "below", "block_under", "ends_at", "goes_on_after")
_OPTIONS = ("looks_like", "take", "line", "from_line", "with_column", "with", "without", "codes")
_TAKES = ("number", "amount", "base", "percent", "date", "code", "position", "article", "identifier", "name", "address", "text",
          "bracketed", "unbracketed")  # fmt: skip
_EACH = ("header", "new_line_when", "skip", "ends_at", "goes_on_after", "needs")
_BLOCK_LINES = 8
_LABEL_END = 30
"""How long what a label goes on with may be, for its value to stand in the next column."""
_BELOW = 2.5
"""A value stands no further under its label than this many heights of a line."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Lines that stand under one label."""

    runs: tuple[Run, ...]
    paper: Paper


@dataclass(frozen=True, slots=True, eq=False)
class _Hit:
    """A label found on the page: rest is what follows it in its run; x0 and x1 are its own edges."""

    label: str
    rest: str
    closed: bool
    run: Run
    lines: Sequence[Line]
    at: int
    x0: float
    x1: float
    in_tables: frozenset[int] | set[int]


class PageNotation:
    """numbers, dates: examples of how the document prints them, None where that is not known. fields: the mapping to be compiled.

    A notation reads one document: it remembers the rows of its tables.
    """

    def __init__(self, fields: dict[str, Any], numbers: str | None = None, dates: str | None = None) -> None:
        self._numbers = numbers
        self._dates = dates
        self._labels = _labels_of(fields)
        self._inner = _inner_labels(fields)
        self._longer = _containing(self._labels)
        self._row_labels = tuple(sorted(_after_labels(fields.get("order_lines"))))
        self.kinds = _kinds(fields.get("order_lines"))
        self._units = _units(fields.get("order_lines"))
        self._layouts = _layouts(fields, self._row_labels, self.kinds, self._units)
        self._rows: dict[Layout, list[Row]] = {}
        self._texts: dict[int, str] = {}

    def nodes(self, path: Any) -> Callable[[Any], Sequence[Any]]:
        """`each: {header: ...}` gives the rows of a table, `at: {block_under: ...}` the blocks under a label."""
        if isinstance(path, dict) and "header" in path:
            layout = table_layout(path, self._row_labels, self.kinds, self._units)

            return lambda node: [row for row in self._table_rows(_paper(node), layout) if not row.doubtful]
        if isinstance(path, dict) and path.keys() == {"block_under"}:
            labels = _folded(path["block_under"])
            return lambda node: [Block(tuple(runs), _paper(node)) for runs in self._blocks(node, labels) if runs]
        raise ValueError(f"{path} is not valid here; write {{header: [...]}} or {{block_under: ...}}")

    def values(self, leaf: dict[str, Any]) -> Callable[[Any], Sequence[Found]]:
        """What a leaf names. Raises ValueError with what would be valid."""
        if set(leaf) == {"path"}:
            raise ValueError(f"write {{after: {leaf['path']}}} or {{column: {leaf['path']}}}")
        words = [word for word in _PLACES if word in leaf]
        unknown = leaf.keys() - {*_PLACES, *_OPTIONS}
        if unknown or len(words) > 1 or not (words or "line" in leaf or "from_line" in leaf):
            wrong = ", ".join(sorted(unknown)) or ", ".join(words) or "nothing"
            raise ValueError(f"{wrong} is not valid here; valid: one of {', '.join(_PLACES)}, is, and {', '.join(_OPTIONS)}")
        if leaf.get("take", _TAKES[0]) not in _TAKES:
            raise ValueError(f"take: {leaf['take']} is not valid; valid: {', '.join(_TAKES)}")
        names = [name for layout in self._layouts for name, _ in layout.columns]
        for column in (leaf.get("column"), leaf.get("with_column")):
            if column is not None and names and str(column) not in names:
                raise ValueError(f"{column} is no heading of the table; valid: {', '.join(names)}")
        reader = self._reader(words[0] if words else "line", leaf)
        codes = {fold(str(printed)) or str(printed): meaning for printed, meaning in (leaf.get("codes") or {}).items()}
        needed = leaf.get("with_column")

        def found(node: Any) -> list[Found]:
            if needed and not (isinstance(node, Row) and node.text(needed)):
                return []
            return [(codes.get(fold(raw) or raw, raw), at) for raw, at in reader(node) if raw]

        return found

    def place(self, node: Any) -> Place:
        """Page and line, or line, row and column of a table."""
        if isinstance(node, Paper):
            return node.pages[0].lines[0].place if node.pages and node.pages[0].lines else Place()
        if isinstance(node, Block):
            return node.runs[0].place
        place: Place = node.place
        return place

    def number(self, raw: str) -> Decimal:
        """A number as the document prints it; words around a single number do not matter."""
        try:
            return text_values.number(raw, self._numbers)
        except ValueError:
            numbers = _NUMBER.findall(raw[:200])
            if len(numbers) != 1 or numbers[0] == raw:
                raise
            return text_values.number(numbers[0], self._numbers)

    def day(self, raw: str) -> date:
        """A date as the document prints it; words around it do not matter, nor do the quotes of «18» марта 2026."""
        raw = _QUOTES.sub("", raw[:200])
        try:
            return text_values.day(raw, self._dates)
        except ValueError:
            printed = _DATE.search(raw[:200])
            if printed is None or printed[0] == raw:
                raise
            return text_values.day(printed[0], self._dates)

    def clock(self, raw: str) -> time | None:
        """A time of day."""
        return text_values.clock(raw)

    @property
    def rows(self) -> list[Row]:
        """The table rows that were read, also the doubtful ones."""
        return [row for found in self._rows.values() for row in found]

    def is_label(self, text: str) -> bool:
        """Whether a text is, or begins with, a label of the mapping."""
        words = fold(text)
        return words in self._labels or any(words.startswith(label) for label in self._labels if len(label) >= 6)

    def _table_rows(self, paper: Paper, layout: Layout) -> list[Row]:
        if layout not in self._rows:
            self._rows[layout] = rows(paper, layout)
        return self._rows[layout]

    def _reader(self, word: str, leaf: dict[str, Any]) -> Callable[[Any], Iterator[Found]]:
        def fits(raw: str) -> str | None:
            return _part(raw.strip(), leaf)

        if word == "column":
            one_code, of_heading = leaf.get("take") in ("identifier", "article"), leaf.get("take") == "base"
            return lambda node: _column(node, str(leaf["column"]), fits, one_code=one_code, of_heading=of_heading)
        if word == "one_of":
            meanings = {str(printed): str(meaning) for printed, meaning in leaf["one_of"].items()}
            return lambda node: _one_of(_paper(node), meanings)
        if word in ("block_under", "line"):
            labels = _folded(leaf.get("block_under", []))
            return lambda node: self._block_values(node, labels, leaf, fits)
        labels = _folded(leaf[word])
        whole = leaf.get("take") == "amount"  # 'VAT total' is not the label 'Total'
        wanted, unwanted = _folded(leaf.get("with", [])), _folded(leaf.get("without", []))
        return lambda node: self._labelled(node, labels, word, fits, whole=whole, wanted=wanted, unwanted=unwanted)

    def _labelled(
        self,
        node: Any,
        labels: Sequence[str],
        where: str,
        fits: Callable[[str], str | None],
        *,
        whole: bool,
        wanted: Sequence[str],
        unwanted: Sequence[str],
    ) -> Iterator[Found]:
        for hit in self._hits(node, labels):
            if whole and hit.x0 > hit.run.x0 + 1:
                continue
            if (wanted and not any(find(word, hit.rest) for word in wanted)) or any(find(word, hit.rest) for word in unwanted):
                continue
            for raw, run in self._candidates(hit, where):
                part = fits(raw)
                if part:
                    _paper(node).taken.add(id(hit.run))
                    yield part, run
                    break

    def _candidates(self, hit: _Hit, where: str) -> Iterator[tuple[str, Run]]:
        if where != "below":
            if hit.rest:
                yield hit.rest, hit.run
            says_more = len(hit.rest) <= _LABEL_END and not has_digit(hit.rest)  # "Total | EUR ohne MwSt."
            for run in hit.lines[hit.at].runs if says_more or len(fold(hit.rest)) <= 4 or hit.rest.startswith("(") else ():
                if run.x0 >= hit.run.x1 and run.text not in _ALONE:
                    if self._is_label(run.text):
                        break
                    yield run.text, run
        if where != "right_of" and not (where == "after" and hit.rest):
            for line in hit.lines[hit.at + 1 : hit.at + 4]:
                if line.top - hit.run.top > _BELOW * max(line.height, hit.run.bottom - hit.run.top):
                    break
                under = [run for run in line.runs if run.x0 < hit.x1 and run.x1 > hit.x0]
                if under:
                    if not self._is_label(under[0].text) and not _has_label(under[0].text):
                        yield under[0].text, under[0]
                    break

    def _is_any_label(self, text: str) -> bool:
        """Whether what stands before a colon, or all of it, is a label of the mapping."""
        return fold(text.replace("：", ":").partition(":")[0]) in self._labels

    def _is_label(self, text: str) -> bool:
        return text.endswith((":", "：")) or fold(text) in self._labels

    def _hits(self, node: Any, labels: Sequence[str]) -> Iterator[_Hit]:
        """Every place of the labels, in the order of the labels; at the start of a run before the middle of a sentence."""
        in_tables: set[int] = set()
        if isinstance(node, Paper):
            for layout in self._layouts:
                self._table_rows(node, layout)
            in_tables = node.in_tables
        later = []
        for label in labels:
            plain, closed_only = label.rstrip(":"), label.endswith(":")
            for lines in _line_groups(node):
                if plain not in self._text_of(lines):
                    continue
                for at, line in enumerate(lines):
                    if id(line) in in_tables:
                        continue
                    for run in line.runs:
                        for start, end_of_label in find(plain, run.text):
                            if closed_only and not _is_closed(run.text, end_of_label):
                                continue
                            end = past_alternative(run.text, end_of_label)
                            if is_longer_label(run.text, end) or self._is_part(plain, run.text, start, end_of_label):
                                continue
                            rest = value(run.text, end)
                            closed = run.text[end:].lstrip()[:1] in (":", "：")
                            hit = _Hit(plain, rest, closed, run, lines, at, _x_at(run, start), _x_at(run, end), in_tables)
                            if start == 0:
                                yield hit
                            elif not (len(plain) <= 2 and plain.isascii()):  # in a sentence "Po 9" is a river
                                later.append(hit)
        yield from later

    def _text_of(self, lines: Sequence[Line]) -> str:
        """All of some lines, folded: hundreds of labels are looked for, and few stand there."""
        if not isinstance(lines, tuple):  # a block or a row
            return "\n".join(fold(run.text) for line in lines for run in line.runs)
        if id(lines) not in self._texts:
            self._texts[id(lines)] = "\n".join(fold(run.text) for line in lines for run in line.runs)
        return self._texts[id(lines)]

    def _block_values(
        self, node: Any, labels: Sequence[str], leaf: dict[str, Any], fits: Callable[[str], str | None]
    ) -> Iterator[Found]:
        blocks = [list(node.runs)] if isinstance(node, Block) and not labels else self._blocks(node, labels)
        for runs in blocks:
            if "from_line" in leaf:
                for run in runs[int(leaf["from_line"]) - 1 :]:
                    if not self._is_inner(run.text):
                        yield fits(run.text) or "", run
                return
            chosen = runs[int(leaf["line"]) - 1 :][:1] if "line" in leaf else runs
            part = fits(", ".join(run.text for run in chosen)) if chosen else None
            if part and leaf.get("take") == "address":  # the tax numbers in it have fields of their own
                part = ", ".join(one.strip() for one in part.split(",") if not self._is_inner(one.strip()))
            if part:
                yield part, chosen[0]

    def _blocks(self, node: Any, labels: Sequence[str]) -> Iterator[list[Run]]:
        """The runs of each block; its lines begin at the same left edge."""
        for hit in self._hits(node, labels):
            if hit.x0 > hit.run.x0 + 1 or (not hit.closed and (hit.rest[:1].islower() or fold(hit.rest) in _BEFORE_CODE)):
                continue  # in the middle of a sentence, or "Vendor account", "Kunde Nr."
            below = list(self._lines_from(hit, hit.at + 1, hit.x0, hit.run))
            if hit.rest:
                first = Run((hit.run.words[0]._replace(text=hit.rest),), hit.run.place)
                _paper(node).taken.add(id(hit.run))
                start = hit.x1
                yield [first, *(below or self._lines_from(hit, hit.at + 1, start, hit.run, slack=3.0))]
                continue
            if not below:
                right = next((run for run in hit.lines[hit.at].runs if run.x0 >= hit.run.x1), None)
                if right is not None and not self._is_label(right.text):
                    below = [right, *self._lines_from(hit, hit.at + 1, right.x0, right, beside=hit.x0)]
            if below:
                _paper(node).taken.add(id(hit.run))
                yield below

    def _lines_from(
        self, hit: _Hit, at: int, x0: float, above: Run, slack: float = 0.8, beside: float | None = None
    ) -> Iterator[Run]:
        """The runs that begin at x0, down to a gap, another label, or a line with something where the own label stands beside."""
        step: float | None = None
        for line in hit.lines[at : at + 3 * _BLOCK_LINES]:
            height = max(above.bottom - above.top, 1.0)
            gap = line.top - above.top
            if gap > (_BELOW * height if step is None else 1.5 * step + 1):
                return
            if id(line) in hit.in_tables or (beside is not None and any(abs(one.x0 - beside) <= slack * height for one in line.runs)):
                return
            found = next((at for at, one in enumerate(line.runs) if abs(one.x0 - x0) <= slack * height), None)
            if found is None:
                continue
            run = line.runs[found]
            following = line.runs[found + 1].text if found + 1 < len(line.runs) and line.runs[found + 1].x0 - run.x1 < 6 * height else ""
            labelled = _has_label(run.text) or (_has_label(f"{run.text} {following}") and not has_digit(run.text))
            if not self._is_inner(run.text) and (labelled or self._is_label(run.text)):
                if self._is_any_label(run.text) or not (following or run.text.replace("：", ":").partition(":")[2].strip()):
                    return
                step, above = gap, run  # says something of its own about the block: "Handelsname: ...", "Nummer : ..."
                continue
            step = gap
            above = run
            yield run

    def _is_part(self, label: str, text: str, start: int, end: int) -> bool:
        """Whether a longer label stands over it: neither 'Total net' nor 'Net total' is the label 'Total'."""
        return any(at <= start and end <= to for longer in self._longer.get(label, ()) for at, to in find(longer, text))

    def _is_inner(self, text: str) -> bool:
        """Whether a line says more about its block: a tax number, a telephone."""
        return any(start == 0 for label in self._inner for start, _ in find(label, text))


def table_layout(
    path: dict[str, Any], labels: tuple[str, ...] = (), kinds: tuple[Column, ...] = (), units: frozenset[str] = frozenset()
) -> Layout:
    """What `each: {header: ...}` says; labels: what is looked for within a row; kinds: what the columns hold; units: known words.

    Raises ValueError with what would be valid.
    """
    unknown = path.keys() - set(_EACH)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not valid here; valid: {', '.join(_EACH)}")
    header = path["header"]
    if isinstance(header, dict):
        columns = tuple((str(name), _folded(labels)) for name, labels in header.items())
        needed, least = tuple(_listed(path.get("needs", []))), 2
    elif isinstance(header, list) and len(header) > 1:
        columns = tuple((str(label), _folded(label)) for label in header)
        needed, least = tuple(_listed(path.get("needs", path.get("new_line_when", [])))), max(2, -(-len(columns) * 3 // 5))
    else:
        raise ValueError("write header as a list of headings as printed, or as name: [headings]")
    names = [name for name, _ in columns]
    starts = tuple(_listed(path.get("new_line_when", names[0])))
    wrong = [name for name in (*starts, *needed) if name not in names]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no heading of this table; valid: {', '.join(names)}")
    skip, ends_at = tuple(_listed(path.get("skip", []))), _folded(path.get("ends_at", []))
    goes_on_after = _folded(path.get("goes_on_after", []))
    return Layout(columns, starts, isinstance(header, list), needed, least, skip, ends_at, goes_on_after, labels, kinds, units)


def one_code_of(lines: Sequence[str]) -> str:
    """The code in a cell; nothing where several codes stand in it one under the other, and nobody says whose each is."""
    if len(lines) < 2:
        return lines[0] if lines else ""
    if all(before.endswith(("-", "/", ".", "_")) for before in lines[:-1]):
        return "".join(lines)
    coded = [line for line in lines if has_digit(line)]
    return coded[0] if len(coded) == 1 else ""


def printed_numbers(paper: Paper) -> Iterator[str]:
    """The numbers that show how the document prints them: those with two decimals."""
    for line in paper.lines:
        yield from (match[0] for match in _NUMBER.finditer(line.text[:2000]) if match[0][-3:-2] in (".", ","))


def printed_dates(paper: Paper) -> Iterator[str]:
    """The dates on the pages."""
    for line in paper.lines:
        yield from (match[0] for match in _DATE.finditer(line.text[:2000]))


def _labels_of(fields: Any) -> frozenset[str]:
    """Every label that a mapping names, folded: what is one of them is no value."""
    found: set[str] = set()
    if isinstance(fields, dict):
        for key, part in fields.items():
            if key in _LABELLED or (key == "header" and isinstance(part, list)):
                found.update(label.rstrip(":") for label in _folded(part))
            elif key == "header":
                found.update(label for labels in part.values() for label in _folded(labels))
            else:
                found |= _labels_of(part)
    elif isinstance(fields, list):
        for part in fields:
            found |= _labels_of(part)
    return frozenset(found)


def _inner_labels(fields: Any) -> frozenset[str]:
    """The labels of what is looked for within a block."""
    found: set[str] = set()
    for part in fields.values() if isinstance(fields, dict) else fields if isinstance(fields, list) else ():
        found |= _inner_labels(part)
    if isinstance(fields, dict) and "at" in fields:
        found |= _labels_of({key: part for key, part in fields.items() if key != "at"})
    return frozenset(found)


@lru_cache(maxsize=64)
def _containing(labels: frozenset[str]) -> dict[str, list[str]]:
    """For each of the labels those of which it is a part."""
    joined = "\n".join(sorted(labels))
    return {label: [other for other in labels if label in other and other != label] for label in labels if joined.count(label) > 1}


def _after_labels(fields: Any) -> set[str]:
    """The labels after which a mapping looks for values."""
    if isinstance(fields, list):
        return {label for part in fields for label in _after_labels(part)}
    if isinstance(fields, dict):
        own = {label for word in ("after", "right_of", "below") if word in fields for label in _folded(fields[word])}
        return own | {label for part in fields.values() for label in _after_labels(part)}
    return set()


def _kinds(lines: Any) -> tuple[Column, ...]:
    """What each column of the lines holds, by the fields that it is mapped to: see page_order."""
    found: dict[str, set[str]] = {}

    def walk(part: Any, path: tuple[str, ...]) -> None:
        if isinstance(part, list):
            for one in part:
                walk(one, path)
        elif isinstance(part, dict) and "column" in part:
            kind = next((kind for field, kind in _FIELD_KINDS if field in path), "text")
            if (kind, part.get("take")) not in _BESIDE:
                found.setdefault(str(part["column"]), set()).add(kind)
        elif isinstance(part, dict):
            for name, one in part.items():
                if name not in ("each", "codes"):
                    walk(one, (*path, name))

    walk(lines, ())
    kinds = []
    for column, of in found.items():
        thing = {"text", "code"} <= of
        kinds.append((column, "thing" if thing else next((kind for kind in ("text", "code") if kind in of), min(of))))
    return tuple(kinds)


_BESIDE = (("unit", "text"), ("base", "base"), ("code", "bracketed"))
"""What stands behind the number, or before the text, of another column."""
_FIELD_KINDS = (
    ("unit_code", "unit"), ("base_quantity", "base"), ("quantity", "quantity"), ("price", "price"), ("line_extension_amount", "amount"),
    ("start_date", "date"), ("end_date", "date"), ("percent", "percent"), ("standard_item_identification", "code"),
    ("sellers_item_identification", "code"), ("buyers_item_identification", "code"), ("manufacturers_item_identification", "code"),
    ("item", "text"), ("notes", "text"), ("id", "position"),
)  # fmt: skip
"""A field on the way to a value, the most telling first, and the kind of the values."""


def _layouts(fields: Any, labels: tuple[str, ...], kinds: tuple[Column, ...], units: frozenset[str]) -> list[Layout]:
    """The tables that a mapping reads rows of; a wrong one is said where the mapping is compiled."""
    lines = fields.get("order_lines")
    found = []
    for one in lines if isinstance(lines, list) else [lines]:
        each = one.get("each") if isinstance(one, dict) else None
        if isinstance(each, dict) and "header" in each:
            try:
                found.append(table_layout(each, labels, kinds, units))
            except ValueError:
                return []
    return found


def _units(lines: Any) -> frozenset[str]:
    """The printed forms of units that a mapping of lines knows."""
    if isinstance(lines, list):
        return frozenset().union(*map(_units, lines))
    if not isinstance(lines, dict):
        return frozenset()
    own = {fold(str(word)) for word in lines["codes"]} if isinstance(lines.get("codes"), dict) and lines.get("column") == "Unit" else set()
    return frozenset(own).union(*(_units(part) for name, part in lines.items() if name != "codes"))


def _has_label(text: str) -> bool:
    """Whether a line reads 'label: value'."""
    head, colon, _ = text.replace("：", ":").partition(":")
    return bool(colon) and len(head) <= 40 and not any(char.isdigit() for char in head)


def _column(
    node: Any, name: str, fits: Callable[[str], str | None], *, one_code: bool = False, of_heading: bool = False
) -> Iterator[Found]:
    if not isinstance(node, Row):
        return
    part = fits(one_code_of(node.cells.get(name, [])) if one_code else node.text(name))
    if part is None and of_heading:
        part = fits(node.headings.get(name, ""))
    if part:
        yield part, node


def _one_of(paper: Paper, meanings: dict[str, str]) -> Iterator[Found]:
    found: dict[str, Run] = {}
    for line in paper.lines:
        for run in line.runs:
            for word in _WORD.findall(run.text):
                if word in meanings:
                    found.setdefault(meanings[word], run)
                elif is_ideographic(word[0]):  # no blanks part words: "合计人民币"
                    for printed in (one for one in meanings if len(one) > 1 and is_ideographic(one[0]) and one in word):
                        found.setdefault(meanings[printed], run)
    if len(found) == 1:
        yield next(iter(found.items()))


def _part(raw: str, leaf: dict[str, Any]) -> str | None:
    """The part of a raw value that a leaf asks for."""
    if "looks_like" in leaf:
        return looks_like(str(leaf["looks_like"]), raw)
    take = leaf.get("take")
    if take in (None, "identifier"):
        return raw
    raw = raw[:500]
    if take == "date":
        printed = _DATE.search(raw)
        return printed[0] if printed else None
    if take == "code":
        return code_in(raw)
    if take == "base":
        per = _PER.search(raw)
        return per[1] if per else None
    if take in ("bracketed", "unbracketed"):
        bracketed = _BRACKETED.match(raw)
        return (bracketed[1] if bracketed else None) if take == "bracketed" else raw[bracketed.end() :] if bracketed else raw
    if take == "text":
        return " ".join(_NUMBER.sub(" ", raw).split()).strip(" /()") or None
    if take in ("name", "address"):
        parts = _NAME_PARTS.split(raw)  # the marks between them are parts, too
        if not any(map(str.isalpha, parts[0])):  # an address alone
            return raw if take == "name" and any(map(str.isalpha, raw)) else None
        size = 1 + 2 * len(list(takewhile(lambda part: not any(map(str.isdigit, part)), parts[2::2])))
        found = "".join(parts[:size] if take == "name" else parts[size + 1 :]).strip()
        return found if any(map(str.isalpha, found)) or (found and take == "address") else None
    if take in ("position", "article"):
        number = raw.rstrip(".")
        is_position = number.isascii() and number.isdigit() and len(number) <= 5 and int(number) <= 999
        return raw if is_position == (take == "position") else None
    numbers = list(_NUMBER.finditer(raw))
    if take != "number":
        numbers = [match for match in numbers if (raw[match.end() :].lstrip()[:1] == "%") == (take == "percent")]
    return (numbers[-1] if take == "amount" else numbers[0])[0] if numbers else None


def code_in(raw: str) -> str | None:
    """The first word with a digit; before it stand marks of a number, a date or what is in brackets, and no sentence."""
    words = re.sub(r"\([^)]{0,60}\)", " ", raw).split() or raw.split()
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if _is_code(word):
            return word.strip(",;.:()")
        if _SERIES.fullmatch(word) and fold(word) not in _BEFORE_CODE | _OTHER_CODES and _is_code(following):
            return f"{word} {following.strip(',;.:()')}"
        if fold(word) in _OTHER_CODES:
            return None
        if any(map(str.isalpha, word)) and fold(word) not in _BEFORE_CODE and not _DATE.search(word):
            return None
    return None


def _is_code(word: str) -> bool:
    return any(char.isdigit() for char in word) and not _is_date(word) and not word.endswith("%")


def _is_date(word: str) -> bool:
    printed = _DATE.search(word)
    try:
        return printed is not None and bool(text_values.day(printed[0], "31/12/2025"))
    except ValueError:  # 44/06/2026 is a number
        return False


def _paper(node: Any) -> Paper:
    paper: Paper = node if isinstance(node, Paper) else node.paper
    return paper


def _line_groups(node: Any) -> list[Sequence[Line]]:
    """Where labels are looked for: the pages of the document, or the lines of a row or block alone."""
    if isinstance(node, Paper):
        return [page.lines for page in node.pages]
    if isinstance(node, Row):
        return [node.lines]
    return [[Line(number, (run,)) for number, run in enumerate(node.runs, 1)]]


def _x_at(run: Run, position: int) -> float:
    """How far right a position in the text of a run stands."""
    starts = [0]
    for word in run.words[:-1]:
        starts.append(starts[-1] + len(word.text) + 1)
    index = bisect(starts, position) - 1
    word = run.words[index]
    return word.x0 + (word.x1 - word.x0) * min(1.0, (position - starts[index]) / max(1, len(word.text)))


def _listed(words: Any) -> list[str]:
    return [str(word) for word in words] if isinstance(words, list) else [str(words)]


def _folded(words: Any) -> tuple[str, ...]:
    """Labels as they are compared; one with a colon keeps it."""
    return tuple(fold(word) + ":" * word.endswith(":") for word in _listed(words))


def _is_closed(text: str, end: int) -> bool:
    """Whether nothing or a colon follows a label."""
    return text[end:].strip(" .")[:1] in ("", ":", "：")


_BEFORE_CODE = frozenset(map(fold, (
    "is", "ist", "lautet", "No", "Nr", "N", "n°", "№", "Number", "Nummer", "Номер", "ID", "Code", "vom", "от", "dated", "of",
    "date", "Datum", "г", "du", "del", "de", "AT", "CH", "ATU", "FR", "IT", "ES", "PL", "NL", "BE", "GB", "EU",
)))  # fmt: skip
"""What may stand between a label and its code."""
_OTHER_CODES = frozenset(["nif", "cif", "nip", "rfc", "piva", "vat", "tva", "iva", "btw", "ust", "dic", "инн", "tel", "fax", "тел"])
"""What is behind these is no number of a document."""
_ALONE = (":", "：", ".", "-", "–", "|", "=")
"""What may stand between a label and its value, in a column of its own."""
_SERIES = re.compile(r"[A-Z]{2,4}")
"""A series that is part of a number: 'NE 2026/215'."""
_WORD = re.compile(r"[A-Z]{1,2}\$|[^\W\d_]+|[^\w\s]")
_NUMBER = re.compile(
    r"(?<![\w.,])[-−+]?"
    r"(?:\d{1,3}(?:[ .,'’\u00a0\u202f\u2009]\d{3}){1,6}(?:[.,]\d{1,6})?|\d{1,18}(?:[.,]\d{1,8})?)"
    r"(?!\d|[.,/:-]\d)(?:-(?!\w))?"
)
_QUOTES = re.compile(r"[«»“”„\"]")
_BRACKETED = re.compile(r"\[([^\]\[]{1,40})\] +(?=\S)")
"""A code before a name: '[FURN_0096] Desk'."""
_NAME_PARTS = re.compile(r"([,;|·•]| [-–—] )")
_PER = re.compile(r"(?:/|(?<![^\W\d_])(?:per|pro|je|par|por|per|za|за|za|op))[ ]?(\d{1,3}(?:[., ]000)?|\d{4,5})(?![\w.,])", re.IGNORECASE)
"""For how many a price is: "12,50 / 100 ST", "Preis je 1000"."""
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.] ?\d{1,2}[-/.] ?\d{2,4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
    r"|\d{1,2}(?:\.|st|nd|rd|th|er|º|[»”\"])?[ -]?(?:de )?[^\W\d_]{3,12}\.?,?[ -](?:de )?\d{4}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?!\d)"
)
