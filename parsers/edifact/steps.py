"""The structure of a message as positions: each knows where each tag leads, by the tables of the directory.

A segment that stands in the wrong place is put where it belongs if a group that is open has such a segment, else where it stands, with
a fault; a mandatory segment that is missing is a fault too. A position also keeps the forms of the groups that begin there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from parsers.edifact.directory import Member, directory
from parsers.edifact.tree import LACKING

IMPLIED = ("CPS", "UNS")
"""Mandatory segments that only part a message: of one packing level (CPS), and details from totals (UNS). Without them it is read as if
they were there."""


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
    begin: "Steps"
    end: "Steps"
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


Steps = dict[str, Any]
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


_Step = tuple[Steps, int, _Special | None]


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
        self.steps: Steps = {"state": self}

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
                    return self._step(depth, index, tuple((lacking(tag), tag) for tag in missing))
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
                        return steps, depth, replace(special, implied=one.tag, faults=((lacking(one.tag), one.tag), *special.faults))
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


def lacking(tag: str) -> str:
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
def start(kind: str, release: str) -> Steps:
    message = directory(release).messages.get(kind)
    members = message.members if message else ()
    return _Machine(members).state(((members, -1),)).steps
