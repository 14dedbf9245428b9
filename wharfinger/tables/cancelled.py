"""Rows that are no longer ordered, by a column of states, of marks or of cancelled quantities.

The words stand in mappings/formats/table/cancelled.yaml.

>>> cancelled = Cancelled.of(["Item", "Qty", "Line status"], quantity=(1,))
>>> [cancelled.whole(["OF-24", "24", state]) for state in ("Canceled", "Open", "Partly cancelled")]
['Canceled', None, None]
>>> cancelled.in_part(["OF-24", "24", "Partly cancelled"])
'Partly cancelled'
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from wharfinger.tables.cells import NOTHING
from wharfinger.tables.columns import folded
from wharfinger.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The columns of a table that tell that a row is no longer ordered. ordered: the column of the quantity."""

    states: tuple[int, ...]
    marks: tuple[int, ...]
    letters: tuple[int, ...]
    quantities: tuple[int, ...]
    ordered: tuple[int, ...]

    @classmethod
    def of(cls, headings: Sequence[str], quantity: Sequence[int]) -> "Cancelled":
        """The columns of a table with these headings; quantity: those of what is ordered."""
        names = [folded(heading) for heading in headings]

        def columns(kind: str) -> tuple[int, ...]:
            return tuple(at for at, name in enumerate(names) if name in _headings(kind))

        states = {*columns("status"), *(at for at, heading in enumerate(headings) if _is_state(heading))}
        return cls(tuple(sorted(states)), columns("flag"), columns("indicator"), columns("quantity"), tuple(quantity[:1]))

    def whole(self, cells: Sequence[str]) -> str | None:
        """What says that nothing of the row is ordered."""
        for index in self.states:
            if _said(cells[index]) == "whole":
                return cells[index]
        for index in self.marks:
            if (cell := cells[index]) and cell not in NOTHING and not _is_zero(cell) and folded(cell) not in _values("flag", "no"):
                return cell
        for index in self.letters:
            if folded(cells[index]) in _values("indicator", "values"):
                return cells[index]
        return next((cells[at] for at in self._counted(cells) if any(cells[at] == cells[index] for index in self.ordered)), None)

    def carried(self, cells: Sequence[str], first: Sequence[str]) -> list[str]:
        """The cells of a row that leaves out the order's number; where it says no state, that of the order's first row."""
        return [first[at] if at in self.states and not cell else cell for at, cell in enumerate(cells)]

    def in_part(self, cells: Sequence[str]) -> str | None:
        """What says that a part of the row is no longer ordered, or something of the kind that only a person understands."""
        said = [cells[index] for index in self.states if _said(cells[index]) == "part"]
        return next(iter([*said, *(cells[at] for at in self._counted(cells))]), None)

    def _counted(self, cells: Sequence[str]) -> list[int]:
        return [index for index in self.quantities if not _is_zero(cells[index])]


def _is_state(heading: str) -> bool:
    """Whether a heading is composed with a word for state: "Order Header Status"."""
    words = {folded(word) for word in re.findall(r"[^\W_]+", heading[:200])}
    return not words.isdisjoint(_values("status", "words")) and words.isdisjoint(_values("status", "of others"))


def _said(cell: str) -> str | None:
    """"whole" or "part" of what is no longer ordered."""
    words = [folded(word) for word in cell[:200].split()]
    parts = [word[len(part) :] for word in words for part in _values("status", "part") if word.startswith(part)]  # Teilstorniert
    ends = _values("status", "beginnings")
    if not any(word.startswith(ends) for word in (*words, *parts, folded(cell))) or any(word in _values("status", "not") for word in words):
        return None
    return "part" if parts or len(words) > 3 else "whole"


def _is_zero(cell: str) -> bool:
    return not cell.strip("0.,- \u2013")


@cache
def _words() -> dict[str, dict[str, list[Any]]]:
    return dict(load_yaml(files("mappings") / "formats" / "table" / "cancelled.yaml"))  # type: ignore[arg-type]  # a real path


@cache
def _headings(kind: str) -> frozenset[str]:
    return frozenset(_values(kind, "headings"))


@cache
def _values(kind: str, name: str) -> tuple[str, ...]:
    return tuple(folded(str(one)) for one in _words()[kind][name])
