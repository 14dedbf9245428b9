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

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from parsers.edifact.directory import QUALIFIED, Directory, Member, directory
from parsers.edifact.syntax import Block, restored
from wharfinger.problems import Problem
from wharfinger.records import Place

__all__ = ["Fault", "Group", "Segment", "Tree", "build", "directory"]

Segment = list[Any]
"""The tag, the elements as text (not split into components yet, released characters still marked), and last an int: one bit for
each component that a mapping has placed, see `bit`."""

ITEM_NUMBERS = {"LIN": 3, "PIA": 2}
"""The first element of a segment that is an item number (C212), in every directory."""

IMPLIED = ("CPS", "UNS")
"""Mandatory segments that only part a message: of one packing level (CPS), and details from totals (UNS). Without them it is read as if
they were there."""

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


@dataclass(slots=True, eq=False)
class Form:
    """The segments of a group that looks like others, but for their values; the structure and the elements are in order.

    pattern: matches such a group with the segment after it ahead, each of its `values` a group of the expression. texts: the segments,
    with placeholders (see wharfinger/rehearsal.py) for the values. begin, end: the position in the message's structure at the group's
    first segment and after its last. depth: of the group. keys: those of Group.qualified.
    """

    key: str
    pattern: re.Pattern[str]
    texts: list[str]
    values: int
    begin: "_Steps"
    end: "_Steps"
    depth: int
    keys: frozenset[str] = frozenset()
    model: "Model" = field(init=False)
    _models: dict[tuple[int, ...], "Model"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.model = self.taken((0,) * len(self.texts))

    @property
    def used(self) -> bool:
        """Whether a mapping could be rehearsed with it."""
        return any(any(model.templates.values()) for model in self._models.values())

    def taken(self, marks: tuple[int, ...]) -> "Model":
        """The groups of this form of which so much is placed."""
        return self._models.setdefault(marks, Model(self, marks))


@dataclass(slots=True, eq=False)
class Model:
    """The groups of a form of which mappings have placed so much already: marks has the bits of each segment.

    templates: what is known of the mappings that such a group is given to, see forms.py; hopeless: those that cannot be rehearsed.
    left: what they leave, once it is known, see leftovers.py.
    """

    form: Form
    marks: tuple[int, ...]
    templates: dict[Any, Any] = field(default_factory=dict)
    hopeless: set[Any] = field(default_factory=set)
    left: Any = None


class Folded(Group):
    """A group of a known form. It is split into segments only when somebody asks for one of them; then it is like any other."""

    __slots__ = ("match", "model", "values")

    def __init__(self, form: Form, first: int, tree: "Tree", match: re.Match[str]) -> None:
        self.key = form.key
        self.first = first
        self.tree = tree
        self.match = match
        self.model: Model | None = form.model
        self.values: tuple[str, ...] | None = None  # see forms.values

    def has(self, qualified: str) -> bool:
        return qualified in (self.model.form.keys if self.model else self.qualified)

    def __getattr__(self, name: str) -> Any:
        if name not in ("groups", "qualified", "segments") or self.model is None:
            raise AttributeError(name)
        model, self.model = self.model, None
        if not model.form.used:
            model.form.begin["state"].forget(model.form)  # no mapping makes use of it
        unfold(self, model, self.match[0].split("'")[:-1])
        return getattr(self, name)


def unfold(group: Group, model: Model, texts: list[str]) -> bool:
    """Give the group the segments and groups that it has by its form, with what mappings have placed already.

    Whether all of them belong to the group; so it is for any form that was learnt.
    """
    form, tree = model.form, group.tree
    group.segments, group.groups, group.qualified = [], {}, {}
    trigger: Segment = texts[0].split("+")
    trigger.append(0)
    group.segments.append(trigger)
    segments, inner = [trigger], [group]
    outside = Group("", group.first, tree)
    stack = [outside] * form.depth + [group]
    _grow(tree, texts, 1, form.begin, stack, segments, inner, group.first, None)
    for segment, marks in zip(segments, model.marks, strict=True):
        segment[-1] = marks
    tree.unfolded(group.first, segments, inner)
    return not outside.segments and not outside.groups



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

        Item numbers (C212) are known by tag and kind of number as well ('PIA:SA'): a pair of element and segment for each.
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


_Learn = Callable[[list[str], Directory, str, "_Steps", "_Steps", int], None]


def build(segments: list[str], kind: str, table: Directory, *, repetition: bool = False, learn: _Learn | None = None) -> Tree:
    """The tree of a message's segments. A kind of message that the directory has no table for becomes one flat group.

    learn: is told of the groups that might come again, and gives the structure their forms: forms.learn. Without it none is folded.
    """
    tree = Tree(table, repetition)
    steps = _start(kind if kind in table.messages else "", table.release)
    if repetition:
        learn = None
    steps = _grow(tree, segments, 0, steps, [tree.root], tree.segments, tree.groups, 1, learn)
    told = {one.tag for one in tree.faults if one.code in LACKING}
    for tag in steps["state"].mandatory_left():
        if tag not in told:
            tree.fault(_lacking(tag), len(segments), tag, expected=tag)
    return tree


def _grow(
    tree: Tree,
    segments: list[str],
    index: int,
    steps: "_Steps",
    stack: list[Group],
    flat: list[Segment],
    all_groups: list[Group],
    first: int,
    learn: _Learn | None,
) -> "_Steps":
    """Add the segments from index on to the tree, and all of them and their groups to flat and all_groups; the position after them.

    stack: the open groups. first: number of segments[0].
    """
    message = "'".join(segments) + "'" if learn else ""
    tree.marked = tree.marked or not message.isprintable()
    offset, before = 0, 0  # where a segment begins in the message, and which it is
    began: dict[int, _Steps] = {}  # depth of an open group -> position after its first segment
    count = len(segments)
    while index < count:
        text = segments[index]
        segment: Segment = text.split("+")
        tag = segment[0]
        segment.append(0)
        number = index + first
        index += 1
        last_steps = steps
        steps, depth, special = steps.get(tag) or steps["state"].find(tag)
        if special is None:
            flat.append(segment)
            stack[depth].segments.append(segment)
        elif special.opens:
            parent = stack[depth]
            if learn and len(stack) > depth + 1 and not tree.faults:
                over = stack[depth + 1]
                learn(segments[over.first - 1 : index - 1], tree.directory, over.key, began[depth + 1], last_steps, depth + 1)
            del stack[depth + 1 :]
            siblings = [] if special.implied else parent.groups.setdefault(special.opens, [])
            if len(siblings) == special.maximum:
                tree.fault("edifact-too-many-repetitions", number, tag, expected=str(special.maximum))
            tree.note(special.faults, number, tag, parent)
            if special.implied:
                parent = Group(special.implied, number, tree)
                parent.segments.append([special.implied, 0])
                stack[depth].groups.setdefault(special.implied, []).append(parent)
                stack.append(parent)
                all_groups.append(parent)
                siblings = parent.groups.setdefault(special.opens, [])
                depth += 1
            if learn:
                began[depth + 1] = steps
                if forms := steps["state"].forms:
                    offset += sum(map(len, segments[before : index - 1])) + index - 1 - before
                    before = index - 1
                    if found := _folded(forms, message, offset):
                        form, match = found
                        siblings.append(Folded(form, number, tree, match))
                        flat.extend(_FOLDED * len(form.texts))
                        index += len(form.texts) - 1
                        offset, before = match.end(), index
                        tree.folds.append((number, index + first))
                        steps = form.end
                        continue
            group = Group(special.opens, number, tree)
            flat.append(segment)
            stack.append(group)
            all_groups.append(group)
            group.segments.append(segment)
            siblings.append(group)
        else:
            flat.append(segment)
            group = stack[depth]
            group.segments.append(segment)
            if special.maximum and tree.repeated(group, tag) == special.maximum:
                tree.fault("edifact-too-many-repetitions", number, tag, expected=str(special.maximum))
            tree.note(special.faults, number, tag, group)
    return steps


_FOLDED: list[Segment] = [[]]
"""Stands in Tree.segments for each segment of a group that is folded."""


def _folded(forms: list[Form], message: str, offset: int) -> tuple[Form, re.Match[str]] | None:
    """The form of the group that begins here. The one that came last is tried first."""
    for index, form in enumerate(forms):
        match = form.pattern.match(message, offset)
        if match:
            if index:
                forms.insert(0, forms.pop(index))
            return form, match
    return None


_Steps = dict[str, Any]
"""Tag -> (the steps of the next position, depth of the group that takes the segment, what else is to be done or None).

The entry 'state' is the position itself, which finds the steps that are not there yet.
"""


@dataclass(frozen=True, slots=True)
class _Special:
    """What most segments do not need: opens a group with this key, may repeat so often, is in the wrong place; opens
    another group around it whose own first segment is missing."""

    opens: str = ""
    maximum: int = 0
    faults: tuple[tuple[str, str | None], ...] = ()
    implied: str = ""


_Step = tuple[_Steps, int, _Special | None]


class _State:
    """A position in a message's structure: for each open group, from the message inwards, which of its members was the last."""

    __slots__ = ("_machine", "_path", "came", "forms", "learnt", "seen", "steps")

    def __init__(self, machine: "_Machine", path: tuple[tuple[tuple[Member, ...], int], ...]) -> None:
        self._machine = machine
        self._path = path
        self.forms: list[Form] = []  # of the groups that begin with the segment before
        self.seen: dict[str, int] = {}  # what might become a form -> how often it came
        self.came = 0  # groups of no known form
        self.learnt = 0  # forms, those that are gone too
        self.steps: _Steps = {"state": self}

    def find(self, tag: str) -> _Step:
        """The step for a tag; remembered when the directory knows the tag, for there are not many of those."""
        step = self._ahead(tag, skip=False) or self._anywhere(tag) or self._implied(tag) or self._stray(tag)
        if tag in self._machine.tags:
            self.steps[tag] = step
        return step

    def exits(self, depth: int) -> list[str]:
        """The tags that end the group at that depth, and all in it, if it is in order."""
        found = [(tag, self.steps.get(tag) or self.find(tag)) for tag in sorted(self._machine.tags)]
        return [tag for tag, (_, at, special) in found if at < depth and not (special and special.faults)]

    def forget(self, form: Form) -> None:
        """The form is of no use."""
        if form in self.forms:
            self.forms.remove(form)

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
                    return self._step(depth, index, tuple((_lacking(tag), tag) for tag in missing))
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

    def _implied(self, tag: str) -> _Step | None:
        """The first group of one that is still to come and whose own first segment may be wanting."""
        for depth in range(len(self._path) - 1, -1, -1):
            members, last = self._path[depth]
            for index in range(max(last, 0), len(members)):
                one = members[index]
                if one.group and one.tag in IMPLIED and any(inner.group and inner.tag == tag for inner in one.members):
                    within = self._machine.state((*self._path[:depth], (members, index), (one.members, 0)))
                    steps, _, special = within.steps.get(tag) or within.find(tag)
                    if special and special.opens:
                        return steps, depth, replace(special, implied=one.tag, faults=((_lacking(one.tag), one.tag), *special.faults))
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


LACKING = ("edifact-segment-missing", "edifact-segment-implied")


def _lacking(tag: str) -> str:
    """The code of the problem that a mandatory segment is not there."""
    return LACKING[tag in IMPLIED]


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
