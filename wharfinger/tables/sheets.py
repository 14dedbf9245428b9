"""A table as its file has it: sheets of rows, rows of cells, and how large they may be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from wharfinger.problems import Problem

MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 32_767
"""Excel's own limit."""


@dataclass(slots=True, eq=False)
class Row:
    """One row: cells trimmed, one for each column of the table. line: its first line of text where that is not its number."""

    cells: Sequence[str]
    number: int
    line: int | None = None
    group: "Group | None" = None
    taken: set[int] = field(default_factory=set)
    """Columns of which a mapping took the value."""
    printed: Sequence[str] = ()
    """The cells before they were made as many as the table has columns."""
    ordered: bool = True
    """False for a row that is no order line, of which only what it says of its order counts."""
    in_part: str | None = None
    """What says that a part of it is cancelled."""


@dataclass(slots=True, eq=False)
class Group:
    """The rows of one document, and what was found wrong while they were read."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


Rows = Callable[[], Iterator[Row | Problem]]
"""All rows of a table from the first, each time anew; a Problem is damage that makes every order of the table doubtful."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as its file has it. name: None where the file has only one."""

    name: str | None
    rows: Rows
    hidden: bool = False


def padded(cells: Sequence[str], width: int) -> list[str]:
    """The cells, exactly as many as wide."""
    return [*cells[:width], *([""] * (width - len(cells)))]
