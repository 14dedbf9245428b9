"""The segment groups of a message: from a flat list of segments to a tree, checked against the directory on the way.

Each position in the message's structure is a state that knows where each tag leads. A segment that stands in the wrong place is
put where it belongs if a group that is open has such a segment, else where it stands, and becomes a problem; it is never lost.

>>> segments = ["UNH+1", "BGM+220+4711", "DTM+137:20261101:102", "LIN+1", "QTY+21:5", "LIN+2", "UNS+S", "UNT+8+1"]
>>> tree = build(segments, "ORDERS", directory("96A"))
>>> [line.segments for line in tree.root.groups["LIN"]]
[[['LIN', '1', 0], ['QTY', '21:5', 0]], [['LIN', '2', 0]]]
>>> tree.faults
[]
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from parsers.edifact.directory import QUALIFIED, Directory, Member, directory
from parsers.edifact.syntax import Block
from wharfinger.problems import Problem
from wharfinger.records import Place

__all__ = ["Fault", "Group", "Segment", "Tree", "build", "directory"]

Segment = list[Any]
"""The tag, the elements as text (not split into components yet, released characters still marked), and last an int: one bit for
each component that a mapping has placed, see `bit`."""

ITEM_NUMBERS = {"LIN": 3, "PIA": 2}
"""The first element of a segment that is an item number (C212), in every directory."""

FAULT_LIMIT = 1000
"""So many faults of one message are reported."""


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

    def __init__(self, key: str, first: int, tree: "Tree") -> None:
        self.key = key
        self.first = first  # number of its first segment
        self.tree = tree
        self.segments: list[Segment] = []
        self.groups: dict[str, list[Group]] = {}
        self.qualified: dict[str, list[Any]] = {}


@dataclass(slots=True)
class Tree:
    """A message. segments and groups: all of them in order. faults: what is wrong in its structure. notes: problems found while mapping."""

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

    def index(self) -> None:
        """Make each group's segments known by tag ('QTY') and by tag and first component ('QTY+21'), as mappings ask for them.

        Item numbers (C212) are known by tag and kind of number as well ('PIA:SA'): a pair of element and segment for each.
        """
        for group in self.groups:
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
                            found.setdefault(f"{tag}:{components[1]}", []).append((element, segment))

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
            interchange=self.interchange, message=self.message, segment=segment, tag=tag, element=element, component=component, byte=byte
        )

    def repeated(self, group: Group, tag: str) -> int:
        """How often the tag has come again in the group, this time included."""
        seen = ("repeated", id(group), tag)
        count: int = self.memo.get(seen, 0) + 1
        self.memo[seen] = count
        return count

    def note(self, faults: tuple[tuple[str, str | None], ...], segment: int, tag: str) -> None:
        """The faults of a step."""
        for code, expected in faults:
            self.fault(code, segment, expected if code == "edifact-segment-missing" and expected else tag, expected=expected)

    def fault(self, code: str, segment: int, tag: str, **more: Any) -> None:
        """Note a fault, up to a limit that no honest message reaches."""
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(Fault(code, segment, tag, **more))


def build(segments: list[str], kind: str, table: Directory, *, repetition: bool = False) -> Tree:
    """The tree of a message's segments. A kind of message that the directory has no table for becomes one flat group."""
    tree = Tree(table, repetition)
    steps = _start(kind, table.release)
    stack = [tree.root]
    flat = tree.segments
    all_groups = tree.groups
    for number, text in enumerate(segments, 1):
        segment: Segment = text.split("+")
        tag = segment[0]
        segment.append(0)
        flat.append(segment)
        steps, depth, special = steps.get(tag) or steps["state"].find(tag)
        if special is None:
            stack[depth].segments.append(segment)
        elif special.opens:
            parent = stack[depth]
            group = Group(special.opens, number, tree)
            del stack[depth + 1 :]
            stack.append(group)
            all_groups.append(group)
            group.segments.append(segment)
            siblings = parent.groups.get(special.opens)
            if siblings is None:
                parent.groups[special.opens] = [group]
            else:
                siblings.append(group)
                if len(siblings) == special.maximum + 1:
                    tree.fault("edifact-too-many-repetitions", number, tag, expected=str(special.maximum))
            tree.note(special.faults, number, tag)
        else:
            group = stack[depth]
            group.segments.append(segment)
            if special.maximum and tree.repeated(group, tag) == special.maximum:
                tree.fault("edifact-too-many-repetitions", number, tag, expected=str(special.maximum))
            tree.note(special.faults, number, tag)
    for tag in steps["state"].mandatory_left():
        tree.fault("edifact-segment-missing", len(segments), tag, expected=tag)
    return tree


_Steps = dict[str, Any]
"""Tag -> (the steps of the next position, depth of the group that takes the segment, what else is to be done or None).

The entry 'state' is the position itself, which finds the steps that are not there yet.
"""


@dataclass(frozen=True, slots=True)
class _Special:
    """What most segments do not need: opens a group with this key, may repeat so often, is in the wrong place."""

    opens: str = ""
    maximum: int = 0
    faults: tuple[tuple[str, str | None], ...] = ()


_Step = tuple[_Steps, int, _Special | None]


class _State:
    """A position in a message's structure: for each open group, from the message inwards, which of its members was the last."""

    __slots__ = ("_machine", "_path", "steps")

    def __init__(self, machine: "_Machine", path: tuple[tuple[tuple[Member, ...], int], ...]) -> None:
        self._machine = machine
        self._path = path
        self.steps: _Steps = {"state": self}

    def find(self, tag: str) -> _Step:
        """The step for a tag; remembered when the directory knows the tag, for there are not many of those."""
        step = self._ahead(tag, skip=False) or self._anywhere(tag) or self._stray(tag)
        if tag in self._machine.tags:
            self.steps[tag] = step
        return step

    def mandatory_left(self) -> list[str]:
        """Mandatory members that have not come yet, when the message ends here."""
        members, last = self._path[0]
        return [one.tag for one in members[last + 1 :] if one.mandatory]

    def _ahead(self, tag: str, *, skip: bool) -> _Step | None:
        """The next place for the tag: the same member again, or a later one, of the innermost group first.

        skip: also past mandatory members, which are missing then.
        """
        missing: list[str] = []
        for depth in range(len(self._path) - 1, -1, -1):
            members, last = self._path[depth]
            for index in range(max(last, 0), len(members)):
                one = members[index]
                trigger_again = depth > 0 and index == 0  # it would begin the group anew, which is for the level above to say
                if one.tag == tag and not trigger_again and not (index == last and not one.group and one.maximum == 1):
                    return self._step(depth, index, tuple(("edifact-segment-missing", tag) for tag in missing))
                if one.mandatory and index > last:
                    if not skip:
                        return None
                    missing.append(one.tag)
        return None

    def _anywhere(self, tag: str) -> _Step | None:
        """A place in an open group, the innermost first: further on past what is missing, or one that is over already."""
        for depth in range(len(self._path) - 1, -1, -1):
            members, last = self._path[depth]
            index = next((index for index, one in enumerate(members) if one.tag == tag and not (depth and index == 0)), None)
            if index is None:
                continue
            if index > last:
                ahead = self._ahead(tag, skip=True)
                if ahead is not None:
                    return ahead
            if members[index].group:
                return self._step(depth, index, (("edifact-segment-misplaced", None),))
            if index == last:  # one more than the single one that is allowed
                return self.steps, depth, _Special(faults=(("edifact-too-many-repetitions", str(members[index].maximum)),))
            outer = self._machine.state(self._path[: depth + 1])  # the groups within are over: what follows belongs out here too
            return outer.steps, depth, _Special(faults=(("edifact-segment-misplaced", None),))
        return None

    def _stray(self, tag: str) -> _Step:
        code = "edifact-segment-misplaced" if tag in self._machine.tags else "edifact-segment-unknown"
        return self.steps, len(self._path) - 1, _Special(faults=((code, None),)) if self._machine.tags else None

    def _step(self, depth: int, index: int, faults: tuple[tuple[str, str | None], ...]) -> _Step:
        members, last = self._path[depth]
        one = members[index]
        path = (*self._path[:depth], (members, index))
        if one.group:
            special = _Special(key(members, index), one.maximum, faults)
            return self._machine.state((*path, (one.members, 0))).steps, depth, special
        again = one.maximum if index == last else 0
        return self._machine.state(path).steps, depth, _Special(maximum=again, faults=faults) if again or faults else None


def key(members: tuple[Member, ...], index: int) -> str:
    """The key of a group among its level: its trigger's tag, with a number where it is not the first with that trigger."""
    before = sum(1 for one in members[:index] if one.group and one.tag == members[index].tag)
    return f"{members[index].tag} {before + 1}" if before else members[index].tag


class _Machine:
    """The states of one kind of message, made when first reached."""

    def __init__(self, members: tuple[Member, ...]) -> None:
        self.tags = set(_tags(members))
        self._states: dict[tuple[Any, ...], _State] = {}

    def state(self, path: tuple[tuple[tuple[Member, ...], int], ...]) -> _State:
        signature = tuple((id(members), index) for members, index in path)
        if signature not in self._states:
            self._states[signature] = _State(self, path)
        return self._states[signature]


def _tags(members: tuple[Member, ...]) -> Iterator[str]:
    for one in members:
        yield one.tag
        yield from _tags(one.members)


@cache
def _start(kind: str, release: str) -> _Steps:
    message = directory(release).messages.get(kind)
    members = message.members if message else ()
    return _Machine(members).state(((members, -1),)).steps
