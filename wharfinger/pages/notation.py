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
                  number behind "/" or "per", in the cell or its heading), percent, date, first day and last day (of
                  a week or a span; "by 30.10.2026" has only a last one), code (the first word with a digit, no
                  date), identifier (a column's: the whole cell, unless several codes stand in it), position
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
from typing import Any

from wharfinger import text_values
from wharfinger.mapping import Found
from wharfinger.pages.fields import after_labels, containing, folded, inner_labels, kinds_of, labels_of, layouts_of, table_layout, units_of
from wharfinger.pages.headers import Layout
from wharfinger.pages.labels import find, fold, has_digit, is_ideographic, is_longer_label, past_alternative, value
from wharfinger.pages.model import Line, Paper, Run
from wharfinger.pages.rows import Row
from wharfinger.pages.tables import rows
from wharfinger.pages.values import BEFORE_CODE, DATE, NUMBER, QUOTES, one_code_of, part_of
from wharfinger.records import Place

_PLACES = ("after", "right_of", "below", "block_under", "column", "one_of")
_OPTIONS = ("looks_like", "take", "line", "from_line", "with_column", "with", "without", "codes")
_TAKES = ("number", "amount", "base", "percent", "date", "first day", "last day", "code", "position", "article", "identifier", "name",
          "address", "text", "bracketed", "unbracketed")  # fmt: skip
_BLOCK_LINES = 8
_LABEL_END = 30
"""How long what a label goes on with may be, for its value to stand in the next column."""
_BELOW = 2.5
"""A value stands no further under its label than this many heights of a line."""


_DAYS = 3
"""Digits of a number of days, at most."""


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
        self._labels = labels_of(fields)
        self._inner = inner_labels(fields)
        self._totals = labels_of(fields.get("anticipated_monetary_total"))
        self._longer = containing(self._labels)
        self._row_labels = tuple(sorted(after_labels(fields.get("order_lines"))))
        self.kinds = kinds_of(fields.get("order_lines"))
        self._units = units_of(fields.get("order_lines"))
        self._layouts = layouts_of(fields, self._row_labels, self.kinds, self._units, self._totals)
        self._rows: dict[Layout, list[Row]] = {}
        self._texts: dict[int, str] = {}

    def nodes(self, path: Any) -> Callable[[Any], Sequence[Any]]:
        """`each: {header: ...}` gives the rows of a table, `at: {block_under: ...}` the blocks under a label."""
        if isinstance(path, dict) and "header" in path:
            layout = table_layout(path, self._row_labels, self.kinds, self._units, self._totals)

            return lambda node: [row for row in self._table_rows(_paper(node), layout) if not row.doubtful]
        if isinstance(path, dict) and path.keys() == {"block_under"}:
            labels = folded(path["block_under"])
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
            numbers = NUMBER.findall(raw[:200])
            if len(numbers) != 1 or numbers[0] == raw:
                raise
            return text_values.number(numbers[0], self._numbers)

    def day(self, raw: str) -> date:
        """A date as the document prints it; words around it do not matter, nor do the quotes of «18» марта 2026."""
        raw = QUOTES.sub("", raw[:200])
        try:
            return text_values.day(raw, self._dates)
        except ValueError:
            printed = DATE.search(raw[:200])
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
            return part_of(raw.strip(), leaf)

        if word == "column":
            one_code, of_heading = leaf.get("take") in ("identifier", "article"), leaf.get("take") == "base"
            return lambda node: _column(node, str(leaf["column"]), fits, one_code=one_code, of_heading=of_heading)
        if word == "one_of":
            meanings = {str(printed): str(meaning) for printed, meaning in leaf["one_of"].items()}
            return lambda node: _one_of(_paper(node), meanings)
        if word in ("block_under", "line"):
            labels = folded(leaf.get("block_under", []))
            return lambda node: self._block_values(node, labels, leaf, fits)
        labels = folded(leaf[word])
        whole = leaf.get("take") == "amount"  # 'VAT total' is not the label 'Total'
        wanted, unwanted = folded(leaf.get("with", [])), folded(leaf.get("without", []))
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
            if whole and (hit.x0 > hit.run.x0 + 1 or self._is_value(hit)):
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

    def _is_value(self, hit: _Hit) -> bool:
        """Whether a label that is no total stands alone just left of it, or over it and a number of days: "Terms | Net 30"."""
        before = max((run for run in hit.lines[hit.at].runs if run.x1 <= hit.run.x0), key=lambda run: run.x1, default=None)
        over = hit.lines[hit.at - 1] if hit.at and len(hit.rest) <= _DAYS and hit.rest.isdigit() else None
        near = over is not None and hit.run.top - over.top <= _BELOW * over.height
        above = next((run for run in over.runs if run.x0 < hit.run.x1 and run.x1 > hit.run.x0), None) if over and near else None
        return any(run is not None and fold(run.text) in self._labels - self._totals for run in (before, above))

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
            if hit.x0 > hit.run.x0 + 1 or (not hit.closed and (hit.rest[:1].islower() or fold(hit.rest) in BEFORE_CODE)):
                continue  # in the middle of a sentence, or "Vendor account", "Kunde Nr."
            below = [] if self._is_pair(hit) else list(self._lines_from(hit, hit.at + 1, hit.x0, hit.run))
            if hit.rest:
                first = Run((hit.run.words[0]._replace(text=hit.rest),), hit.run.place)
                _paper(node).taken.add(id(hit.run))
                start = hit.x1
                yield [first, *(below or self._lines_from(hit, hit.at + 1, start, hit.run, slack=3.0))]
                continue
            if not below:
                right = next((run for run in hit.lines[hit.at].runs if run.x0 >= hit.run.x1), None)
                if right is not None and not self._is_label(right.text):
                    below = [_without_colon(right), *self._lines_from(hit, hit.at + 1, right.x0, right, beside=hit.x0)]
            if below:
                _paper(node).taken.add(id(hit.run))
                yield below

    def _is_pair(self, hit: _Hit) -> bool:
        """Whether a label stands in a row of labels, each with its value right of it, or before a value with its colon."""
        runs = hit.lines[hit.at].runs
        right = next((run for run in runs if run.x0 >= hit.run.x1), None)
        if right is not None and right.text.startswith((":", "：")):
            return True
        labels, values = runs[0::2], runs[1::2]
        pairs = len(labels) == len(values) > 1 and all(self._is_label(run.text) for run in labels)
        return pairs and not any(self._is_label(run.text) or _has_label(run.text) for run in values)

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
            following = "" if self._is_any_label(following) and following[0] not in ":：" else following
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


def _without_colon(run: Run) -> Run:
    """The text of a column whose values begin with the colon of their labels."""
    bare = run.text.lstrip(":： ")
    return run if bare == run.text or not bare else Run((run.words[0]._replace(text=bare, x1=run.x1),), run.place)


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
            text = run.text
            for printed in (one for one in meanings if " " in one or "." in one):
                for start, end in reversed(find(fold(printed), text)):
                    found.setdefault(meanings[printed], run)
                    text = f"{text[:start]}\0{text[end:]}"
            for word in _WORD.findall(text):
                if word in meanings:
                    found.setdefault(meanings[word], run)
                elif is_ideographic(word[0]):  # no blanks part words: "合计人民币"
                    for printed in (one for one in meanings if len(one) > 1 and is_ideographic(one[0]) and one in word):
                        found.setdefault(meanings[printed], run)
    if len(found) == 1:
        yield next(iter(found.items()))


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


def _is_closed(text: str, end: int) -> bool:
    """Whether nothing or a colon follows a label."""
    return text[end:].strip(" .")[:1] in ("", ":", "：")


_ALONE = (":", "：", ".", "-", "–", "|", "=")
"""What may stand between a label and its value, in a column of its own."""
_WORD = re.compile(r"[A-Z]{1,2}\$|[^\W\d_]+|[^\w\s]")
