"""What stands on a page: words with boxes, gathered to runs, lines and pages; one model for PDF and DOCX.

Lengths are points, from the left and the top of the page as a person holds it. A run is what a reader takes in at once:
words on one line with no more than a blank between them, so a label, a value or the text of one cell.

>>> words = [Word("Bestell-Nr.", 50, 100, 110, 112), Word("4711", 113, 100, 140, 112), Word("Datum", 300, 101, 330, 113)]
>>> [line] = gather(words, page=1)
>>> [run.text for run in line.runs]
['Bestell-Nr. 4711', 'Datum']
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from wharfinger.pages.labels import is_ideographic
from wharfinger.records import Place

_RUN_GAP = 0.75
"""Two words further apart than this share of their height are not read together (a blank is 0.25 to 0.4)."""
_BLANKS = 1.8
"""Nor those further apart than this many blanks of the page."""
_BLANK = 0.3
"""A blank where a page has too few to tell."""


class Word(NamedTuple):
    """A word and its box."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Rule(NamedTuple):
    """A ruling line: vertical when it is higher than wide."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def vertical(self) -> bool:
        """Whether it separates columns rather than rows."""
        return self.bottom - self.top > self.x1 - self.x0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Words read at once. place says where a person finds them."""

    words: tuple[Word, ...]
    place: Place
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(word.text for word in self.words))

    @property
    def x0(self) -> float:
        """Its left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Its right edge."""
        return self.words[-1].x1

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.words[0].top

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.words[0].bottom


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Runs from left to right at one height. number: counted from 1 from the top of the page."""

    number: int
    runs: tuple[Run, ...]

    @property
    def place(self) -> Place:
        """Where the line begins."""
        return self.runs[0].place

    @property
    def top(self) -> float:
        """The upper edge of its first run."""
        return self.runs[0].top

    @property
    def bottom(self) -> float:
        """The lower edge of its first run."""
        return self.runs[0].bottom

    @property
    def height(self) -> float:
        """The height of its type."""
        return max(self.bottom - self.top, 1.0)

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(run.text for run in self.runs)

    @property
    def words(self) -> list[Word]:
        """Its words from left to right."""
        return [word for run in self.runs for word in run.words]


def _no_rules() -> tuple[Rule, ...]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """Lines from top to bottom. rules: looks for ruling lines when somebody asks (that costs far more than the words)."""

    lines: tuple[Line, ...]
    rules: Callable[[], tuple[Rule, ...]] = _no_rules


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A whole document. taken: the runs whose value a mapping has placed, in_tables: the lines of its tables; both by id()."""

    pages: tuple[Page, ...]
    taken: set[int] = field(default_factory=set)
    in_tables: set[int] = field(default_factory=set)

    @property
    def lines(self) -> list[Line]:
        """All lines of all pages."""
        return [line for page in self.pages for line in page.lines]


def join(parts: Sequence[str]) -> str:
    """Lines of one text as one: no blank after a hyphen or between ideographs."""
    text = ""
    for part in parts:
        tight = not text or (text[-1] == "-" and text[-2:-1].isalnum() and part[:1].isalnum())
        tight = tight or (is_ideographic(text[-1]) and is_ideographic(part[0]))
        text += part if tight else f" {part}"
    return text


def gather(words: Iterable[Word], page: int | None = None) -> tuple[Line, ...]:
    """Words in any order as lines from top to bottom."""
    rows: list[list[Word]] = []
    middle = height = 0.0
    for word in sorted(words, key=lambda one: (one.top + one.bottom, one.x0)):
        centre, own = (word.top + word.bottom) / 2, word.bottom - word.top
        if rows and abs(centre - middle) <= 0.4 * min(height, own):
            rows[-1].append(word)
        else:
            rows.append([word])
            middle, height = centre, own
    rows = [sorted(row, key=lambda one: one.x0) for row in rows]
    gap = min(_RUN_GAP, max(_BLANKS * _blank(rows), 0.4))
    lines = []
    for number, runs in enumerate(_cut_by_columns([_runs(row, gap) for row in rows]), 1):
        place = Place(page=page, line=number)
        lines.append(Line(number, tuple(Run(run, place) for run in runs)))
    return tuple(lines)


def _cut_by_columns(rows: list[list[tuple[Word, ...]]]) -> Iterator[list[tuple[Word, ...]]]:
    """The runs of each row, cut where others begin in the row above and in the one below: a text that fills its column."""
    for above, row, below in zip([[], *rows], rows, [*rows[1:], []], strict=False):
        edges = _near(run[0].x0 for run in above[1:]) & _near(run[0].x0 for run in below[1:])
        cut = []
        for run in row:
            starts = [at for at, word in enumerate(run) if at and round(word.x0) in edges]
            cut += [run[start:end] for start, end in pairwise([0, *starts, len(run)])]
        yield cut


def _near(edges: Iterable[float]) -> set[int]:
    """The points at these edges: texts in one column begin within one of them."""
    return {point for edge in edges for point in (int(edge), int(edge) + 1)}


def _blank(rows: Sequence[Sequence[Word]]) -> float:
    """The usual gap between words of a page, as a share of their height."""
    gaps = sorted(gap for row in rows for left, right in pairwise(row) if 0 < (gap := _gap(left, right)) <= _RUN_GAP)
    return gaps[len(gaps) // 2] if len(gaps) >= 10 else _BLANK


def _gap(left: Word, right: Word) -> float:
    return (right.x0 - left.x1) / max(left.bottom - left.top, right.bottom - right.top, 1.0)


def _runs(words: Sequence[Word], gap: float) -> list[tuple[Word, ...]]:
    starts = [0, *(index for index, (left, right) in enumerate(pairwise(words), 1) if _gap(left, right) > gap)]
    return [tuple(words[start:end]) for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]
