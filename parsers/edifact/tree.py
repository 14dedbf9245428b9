"""A message as a tree: groups of segments, what of them mappings have placed, and the faults of its structure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parsers.edifact.directory import QUALIFIED, Directory
from parsers.edifact.syntax import Block, restored
from wharfinger.problems import Problem
from wharfinger.records import Place

Segment = list[Any]
"""The tag, the elements as text (not split into components yet, released characters still marked), and last an int: one bit for
each component that a mapping has placed, see `bit`."""
ITEM_NUMBERS = {"LIN": 3, "PIA": 2}
"""The first element of a segment that is an item number (C212), in every directory."""
FAULT_LIMIT = 1000
"""So many faults of one message are reported."""
LACKING = ("edifact-segment-missing", "edifact-segment-implied")


def bit(element: int, component: int) -> int:
    """The bit of a component; both counted from 1."""
    return 1 << (element * 32 + component)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the structure: code of the problem, number of the segment, its tag, what was expected or found."""

    code: str
    segment: int
    tag: str
    element: int | None = None
    component: int | None = None
    expected: str | None = None
    found: str | None = None


class Group:
    """One occurrence of a segment group, or the whole message: its own segments, and the groups in it by their key.

    A group's key is the tag of its trigger; where two groups of one level have the same trigger, the second is 'ALC 2'.
    qualified: what Tree.index has made of its own segments.
    """

    __slots__ = ("first", "groups", "key", "qualified", "segments", "tree")
    model: Any = None  # see Folded

    def __init__(self, key: str, first: int, tree: "Tree") -> None:
        self.key = key
        self.first = first  # number of its first segment
        self.tree = tree
        self.segments: list[Segment] = []
        self.groups: dict[str, list[Group]] = {}
        self.qualified: dict[str, list[Any]] = {}

    def has(self, qualified: str) -> bool:
        """Whether it has a segment that Tree.index calls so."""
        return qualified in self.qualified


@dataclass(slots=True)
class Tree:
    """A message. segments and groups: all of them in order. faults: what is wrong in its structure. notes: problems found while mapping.

    folds: of each group that is folded (see Folded) the number of its first segment and of the segment after it; in `segments` it is
    empty, in `groups` it is not. marked: whether released characters stand in the text.
    """

    directory: Directory
    repetition: bool = False
    segments: list[Segment] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    root: Group = field(init=False)
    groups: list[Group] = field(init=False)
    block: Block | None = None
    interchange: int | None = None
    message: int | None = None
    notes: list[Problem] = field(default_factory=list)
    memo: dict[Any, Any] = field(default_factory=dict)
    folds: list[tuple[int, int]] = field(default_factory=list)
    marked: bool = False
    _numbers: dict[int, int] = field(default_factory=dict)
    _spread: dict[int, Segment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = Group("", 1, self)
        self.groups = [self.root]

    def close(self) -> None:
        """Let go of the groups, which know the tree as the tree knows them: they are freed at once, not when Python looks for cycles."""
        self.memo.clear()
        self.groups.clear()
        del self.root

    def reopen(self, root: Group) -> None:
        """After close: as if nothing had been placed yet. What was spread stays so."""
        self.root = root
        groups = [root]
        while groups:
            group = groups.pop()
            groups.extend(one for inner in group.groups.values() for one in inner)
            for segment in group.segments:
                segment[-1] = 0

    def index(self) -> None:
        """Make each group's segments known by tag ('QTY') and by tag and first component ('QTY+21'), as mappings ask for them.

        Item numbers (C212) are known by tag and kind of number as well ('PIA+:SA', which no tag and no qualifier can be):
        a pair of element and segment for each.
        """
        self._index(self.groups)

    def unfolded(self, first: int, segments: list[Segment], groups: list[Group]) -> None:
        """A group that was folded has these segments, and these groups are it and those in it."""
        self.segments[first - 1 : first - 1 + len(segments)] = segments
        if self._numbers:
            self._numbers.update({id(one): number for number, one in enumerate(segments, first)})
        self._index(groups)

    def _index(self, groups: list[Group]) -> None:
        for group in groups:
            found = group.qualified
            for segment in self.spread(group.segments) if self.repetition else group.segments:
                tag = segment[0]
                if tag in found:
                    found[tag].append(segment)
                else:
                    found[tag] = [segment]
                if tag in QUALIFIED and len(segment) > 2:  # noqa: PLR2004  # tag, first element, bits
                    qualified = f"{tag}+{segment[1].partition(':')[0]}"
                    if qualified in found:
                        found[qualified].append(segment)
                    else:
                        found[qualified] = [segment]
                if tag in ITEM_NUMBERS:
                    for element in range(ITEM_NUMBERS[tag], len(segment) - 1):
                        components = segment[element].split(":", 2)
                        if len(components) > 1:
                            found.setdefault(f"{tag}+:{components[1]}", []).append((element, segment))

    def number(self, segment: Segment) -> int:
        """The number of a segment, counted from UNH = 1."""
        if not self._numbers:
            self._numbers = {id(one): number for number, one in enumerate(self.segments, 1)}
        return self._numbers.get(id(self._spread.get(id(segment), segment)), 1)

    def spread(self, segments: list[Segment]) -> Iterator[Segment]:
        """The segments; one with repeated elements (syntax version 4, PIA+1+A:SA*B:IN) as if it stood there several times."""
        for segment in segments:
            elements = [text.split("*") for text in segment[:-1]]
            count = max(map(len, elements))
            if count == 1:
                yield segment
                continue
            segment[-1] = -1  # its copies say what a mapping has placed
            copies = self.copies(segment)
            for index in range(count):
                once: Segment = [one[index] if index < len(one) else one[0] if len(one) == 1 else "" for one in elements]
                once.append(0)
                self._spread[id(once)] = segment
                copies.append(once)
                yield once

    def copies(self, segment: Segment) -> list[Segment]:
        """What `spread` made of a segment."""
        found: list[Segment] = self.memo.setdefault(("copies", id(segment)), [])
        return found

    def place(self, segment: int, tag: str, element: int | None = None, component: int | None = None) -> Place:
        """Where a segment of this message stands, and its element and component from 1."""
        byte = self.block.byte(segment) if self.block else None
        return Place(
            interchange=self.interchange,
            message=self.message,
            segment=segment,
            tag=restored(tag),
            element=element,
            component=component,
            byte=byte,
        )

    def repeated(self, group: Group, tag: str) -> int:
        """How often the tag has come again in the group, this time included."""
        seen = ("repeated", id(group), tag)
        count: int = self.memo.get(seen, 0) + 1
        self.memo[seen] = count
        return count

    def note(self, faults: tuple[tuple[str, str | None], ...], segment: int, tag: str, group: Group) -> None:
        """The faults of a step into the group. What was missing there and comes too late is only in the wrong place."""
        for code, expected in faults:
            lacks = expected if code in LACKING and expected else None
            if lacks and tag == "UNT" and self._came(lacks):
                continue
            self.fault(code, segment, lacks or tag, expected=expected)
            if lacks:
                self.memo["missing", id(group), lacks] = self.faults[-1]
            elif code == "edifact-segment-misplaced" and (late := self.memo.pop(("missing", id(group), tag), None)) in self.faults:
                self.faults.remove(late)

    def _came(self, tag: str) -> bool:
        """Whether a segment of the message itself is there after all, though too early, or was missed already."""
        return any(one[0] == tag for one in self.root.segments) or any(one.tag == tag and one.code in LACKING for one in self.faults)

    def fault(self, code: str, segment: int, tag: str, **more: Any) -> None:
        """Note a fault, up to a limit that no honest message reaches."""
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(Fault(code, segment, restored(tag), **more))
