"""The header of a line table: the line, or two or three, whose texts are headings that we know.

Headings may stand over two lines, be drawn as one text, or name the two lines of each row, as SAP prints them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from wharfinger.pages.labels import find, fold, has_digit
from wharfinger.pages.model import Line, Run, Word, join
from wharfinger.pages.order import Column


@dataclass(frozen=True, slots=True)
class Layout:
    """How a line table looks. columns: name -> folded headings by which it is known.

    starts: the first of these columns that the header has shows a new row by a value with a digit, or any value when
    any_value. needed: columns without which a line is no header; least: how many columns of ours it must have.
    ends_at: with what the line behind the last row begins; goes_on_after: with what a subtotal begins, rows may follow it.
    labels: with what a further line of a row may begin, to be read by its label and no part of a wrapped text.
    sums: what stands alone before the sum of an order.
    kinds: column -> what is in it, see wharfinger.pages.order; units: folded words by which a column of units is known without a heading.
    """

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    starts: tuple[str, ...]
    any_value: bool
    needed: tuple[str, ...]
    least: int
    skip: tuple[str, ...] = ()
    ends_at: tuple[str, ...] = ()
    goes_on_after: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    kinds: tuple[Column, ...] = ()
    units: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the header: column is one of ours, or None; label as printed."""

    column: str | None
    label: str
    x0: float
    x1: float
    score: int = 0

    @property
    def name(self) -> str:
        """By what the row calls it."""
        return self.column or self.label


DECK = 10_000.0
"""Where the columns of the second line of a row are put, right of all others."""


def find_header(lines: Sequence[Line], at: int, layout: Layout) -> tuple[list[Cell], int] | None:
    """The header that begins at a line and how many lines it takes, if there is one."""
    best = _header(lines, at, layout)
    if best is None:
        return None
    for later in range(at + 1, at + best[2]):  # the line above may be no heading but stand over some
        other = _header(lines, later, layout)
        if other and other[0] >= best[0]:
            return None
    return best[1:]


def _header(lines: Sequence[Line], at: int, layout: Layout) -> tuple[tuple[int, int], list[Cell], int] | None:
    best: tuple[tuple[int, int], list[Cell], int] | None = None
    cells: list[Cell] = []
    if any(_SUM.fullmatch(run.text) for run in lines[at].runs):  # "Net total  1,081.00" heads nothing
        return None
    for depth in range(1, 4):
        if at + depth > len(lines):
            break
        line = lines[at + depth - 1]
        if depth > 1 and (any(map(_is_value, line.runs)) or line.top - lines[at + depth - 2].top > 2 * line.height):
            break
        strung = _strung(line, layout) if depth == 1 else []
        cells = strung or _stack(cells, _cells(line, layout))
        known = [one for one in _matched(cells, layout) if one.column]
        names = {one.column for one in known}
        score = (len(names), sum(one.score for one in known))
        if len(names) >= layout.least and names.issuperset(layout.needed) and (best is None or score > best[0]):
            best = score, _matched(cells, layout), depth
    decks = _decks(lines, at, layout)
    if decks is not None:
        names = {one.column for one in decks if one.column}
        if len(names) >= layout.least and names.issuperset(layout.needed) and (best is None or len(names) > best[0][0]):
            best = (len(names), sum(one.score for one in decks)), decks, 2
    return best


def _is_value(run: Run) -> bool:
    """Whether a text is no part of a heading; "Price per" may go on with "100"."""
    return has_digit(run.text) and run.text not in ("10", "100", "1000")


def _decks(lines: Sequence[Line], at: int, layout: Layout) -> list[Cell] | None:
    """A header whose two lines name the two lines of each row, as SAP prints them: position and article, below them quantity and price."""
    if at + 1 >= len(lines) or lines[at + 1].top - lines[at].top > 2 * lines[at].height or has_digit(lines[at + 1].text):
        return None
    upper, lower = (_matched(_cells(line, layout), layout) for line in lines[at : at + 2])
    of_upper, of_lower = ({one.column for one in cells if one.column} for cells in (upper, lower))
    over = [(one, other) for one in upper for other in lower if one.x0 < other.x1 and other.x0 < one.x1]
    apart = any(_are_two(one, other, layout) for one, other in over)
    if len(of_upper) < 2 or len(of_lower) < 3 or of_upper & of_lower or not apart:
        return None
    moved = [Cell(one.column, one.label, one.x0 + DECK, one.x1 + DECK, one.score) for one in lower]
    return [*upper, *moved]


def _are_two(upper: Cell, lower: Cell, layout: Layout) -> bool:
    """Whether one heading stands over another one, and they are not one heading on two lines."""
    both = upper.column and lower.column and upper.column != lower.column
    return bool(both) and not _is_heading(join([upper.label, lower.label]), layout)


def _strung(line: Line, layout: Layout) -> list[Cell]:
    """The cells of a header that is one text, cut by the headings that we know: as few as possible; empty if it is no such header."""
    words = line.words
    if len(line.runs) > 1 or not 3 <= len(words) <= 40 or has_digit(line.text):
        return []
    known = {label for _, labels in layout.columns for label in labels}
    best: list[tuple[int, int]] = [(0, 0)]  # for each number of words: what its best cutting costs, and where the last cell begins
    for end in range(1, len(words) + 1):
        starts = range(max(0, end - 5), end)
        cuts = [(best[at][0] + 1, at) for at in starts if fold(_text(words[at:end])) in known]
        best.append(min([*cuts, (best[end - 1][0] + 5, end - 1)]))
    cells: list[Cell] = []
    end = len(words)
    while end:
        start = best[end][1]
        cells.insert(0, _cell(words[start:end]))
        end = start
    matched = [one.column for one in _matched(cells, layout)]
    return cells if matched.count(None) * 4 <= len(cells) and len(cells) > 2 else []


def _cells(line: Line, layout: Layout) -> list[Cell]:
    """The cells that a header line may consist of; a run is cut where two of our headings stand apart in it."""
    cells = []
    for run in line.runs:
        start = 0
        if _is_heading(run.text, layout):
            cells.append(_cell(run.words))
            continue
        for index, (left, right) in enumerate(pairwise(run.words), 1):
            if right.x0 - left.x1 <= 0.3 * (left.bottom - left.top) or left.text.endswith(",") or right.text[0] in "(（":
                continue  # "Price, EUR (net)" is one heading
            before, behind = (column_under(_text(words), layout)[0] for words in (run.words[start:index], run.words[index:]))
            if before and behind and before != behind:
                cells.append(_cell(run.words[start:index]))
                start = index
        cells.append(_cell(run.words[start:]))
    return cells


def _cell(words: Sequence[Word]) -> Cell:
    return Cell(None, _text(words), words[0].x0, words[-1].x1)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _stack(upper: list[Cell], lower: list[Cell]) -> list[Cell]:
    """Headings over two lines as one: a lower cell belongs to the upper one that it stands under."""
    cells = list(upper)
    for cell in lower:
        over = [index for index, one in enumerate(cells) if one.x0 < cell.x1 and cell.x0 < one.x1]
        if len(over) == 1:
            one = cells[over[0]]
            cells[over[0]] = Cell(None, join([one.label, cell.label]), min(one.x0, cell.x0), max(one.x1, cell.x1))
        elif not over:
            cells.append(cell)
    return sorted(cells, key=lambda one: one.x0)


def _matched(cells: list[Cell], layout: Layout) -> list[Cell]:
    """The cells with the column that each heads; a column is headed once, by the heading that says it best."""
    named = []
    for cell in cells:
        column, score = column_under(cell.label, layout)
        named.append(Cell(column, cell.label, cell.x0, cell.x1, score))
    best: dict[str, Cell] = {}
    for cell in named:
        if cell.column and (cell.column not in best or cell.score > best[cell.column].score):
            best[cell.column] = cell
    return [
        cell if cell.column is None or best[cell.column] is cell else Cell(None, cell.label, cell.x0, cell.x1) for cell in named
    ]


def _is_heading(text: str, layout: Layout) -> bool:
    folded = fold(text)
    return any(folded in labels for _, labels in layout.columns)


def column_under(text: str, layout: Layout) -> tuple[str | None, int]:
    """The column that a text heads and how much of it says so; all of it, or of one side of a stroke, counts double."""
    folded = fold(text)
    sides = [fold(side) for side in text.split("/")] if "/" in text else []
    best: tuple[str | None, int] = (None, 0)
    for column, labels in layout.columns:
        for label in labels:
            if label == folded:
                return column, 2 * len(label)
            if 2 * len(label) > best[1] and label in sides:
                best = column, 2 * len(label)
            elif len(label) > best[1] and label in folded and find(label, text):
                best = column, len(label)
    return best if len(text) <= 60 else (None, 0)


_SUM = re.compile(r"\W{0,2}\d[\d.,' \u00a0\u202f]{0,15}[.,]\d{2}\W{0,2}")
