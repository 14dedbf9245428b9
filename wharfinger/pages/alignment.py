"""Rows whose cells are set to the middle: the first lines of a wrapped text stand higher than the row's numbers.

    Widget with a         <- leads the row below
    20 pcs  3.00  60.00
    long name

Such a line is known by its mirror image: another line of the same column stands as far below the numbers as it stands above.
"""

from collections.abc import Iterator, Sequence

from wharfinger.pages.model import Line, Run

Placed = tuple[Line, dict[int, list[Run]]]
"""A line of a table, and what stands in each of its columns."""

_SLACK = 1.5
_FARTHEST = 8
"""Lines of a text above the middle of its cell, at most."""


def leading(placed: Sequence[Placed], begins: Sequence[bool]) -> frozenset[int]:
    """Places of the lines that belong to the row that begins behind them.

    Where the line of the numbers has a text of its own, only if another row shows that cells are set to the middle.
    """
    even = frozenset(at for at, own in _mirrored(placed, begins) if not own)
    return frozenset(at for at, _ in _mirrored(placed, begins)) if even else even


def _mirrored(placed: Sequence[Placed], begins: Sequence[bool]) -> Iterator[tuple[int, bool]]:
    """Place of a line above the beginning of a row with such an image below; whether a text stands between them."""
    starts = [at for at, new in enumerate(begins) if new]
    for number, start in enumerate(starts):
        before = starts[number - 1] if number else -1
        behind = starts[number + 1] if number + 1 < len(starts) else len(placed)
        top, columns = placed[start][0].top, placed[start][1]
        for at in range(start - 1, before, -1):
            [*column] = placed[at][1]
            distance = top - placed[at][0].top
            if distance > _FARTHEST * placed[start][0].height:
                break
            below = [other for other in range(start + 1, behind) if abs(placed[other][0].top - top - distance) <= _SLACK]
            if not any([*placed[other][1]] == column for other in below):
                break
            yield at, any(one in columns for one in column)
