"""What is packed in what, as the packing sequence of DESADV and RECADV (CPS) says it: levels that hold handling units and lines.

The first level is the consignment itself. Units that hold the same lines and stand on the same unit share a level, as a line that
lies in three boxes is one line under one CPS; a unit with others on it has a level of its own.

>>> from wharfinger.records import Identifier
>>> pallet, box = (TransportHandlingUnit(id=Identifier(value=value)) for value in ("P", "B"))
>>> box = TransportHandlingUnit(id=box.id, parent_id=pallet.id)
>>> for level in levels([pallet, box], [(box,), ()]):
...     print(level.number, level.parent, level.units, level.lines)
1 None () (1,)
2 1 (0,) ()
3 2 (1,) (0,)
"""

from collections.abc import Sequence
from typing import NamedTuple

from wharfinger.records import TransportHandlingUnit


class Level(NamedTuple):
    """One CPS: its number (7164) and that of the level above (7166); which of the units, and which of the lines, counted from 0."""

    number: str
    parent: str | None
    units: tuple[int, ...]
    lines: tuple[int, ...]


def levels(units: Sequence[TransportHandlingUnit], lines: Sequence[Sequence[TransportHandlingUnit]]) -> list[Level]:
    """The levels, those above first. lines: the units that each line lies in. A line whose units share no level is on the first of them."""
    numbers = {_name(one): index for index, one in enumerate(units)}
    within = [tuple(sorted({numbers[_name(one)] for one in line if _name(one) in numbers})) for line in lines]
    parents = [numbers.get(str(one.parent_id.value)) if one.parent_id else None for one in units]
    held: dict[int, list[int]] = {index: [] for index in range(len(units))}
    for line, inside in enumerate(within):
        for index in inside:
            held[index].append(line)
    groups: dict[tuple[object, ...], list[int]] = {}
    for index in range(len(units)):
        alone = index in parents or not held[index]
        groups.setdefault((index,) if alone else (parents[index], tuple(held[index])), []).append(index)
    found = [Level("1", None, (), tuple(line for line, inside in enumerate(within) if not inside))]
    at: dict[int, str] = {}
    waiting = list(groups.values())
    while waiting:
        ready = [group for group in waiting if parents[group[0]] is None or parents[group[0]] in at] or waiting[:1]
        for group in ready:
            above = parents[group[0]]
            number = str(len(found) + 1)
            mine = tuple(line for line, inside in enumerate(within) if inside and inside[0] in group)
            found.append(Level(number, "1" if above is None else at.get(above, "1"), tuple(group), mine))
            at.update(dict.fromkeys(group, number))
            waiting.remove(group)
    return found


def _name(unit: TransportHandlingUnit) -> str:
    """By what a unit is known: its identifier, else what it is."""
    return unit.id.value if unit.id is not None and unit.id.value else repr(unit)
