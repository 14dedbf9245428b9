"""The segment groups of a message: from a flat list of segments to a tree (tree.py), checked against the directory (steps.py) on the way.

No segment is lost, wherever it stands. A group of a known form (forms.py) is matched as a whole, and split only when somebody asks.

>>> from parsers.edifact.directory import directory
>>> segments = ["UNH+1", "BGM+220+4711", "DTM+137:20261101:102", "LIN+1", "QTY+21:5", "LIN+2", "UNS+S", "UNT+8+1"]
>>> tree = build(segments, "ORDERS", directory("96A"))
>>> [line.segments for line in tree.root.groups["LIN"]]
[[['LIN', '1', 0], ['QTY', '21:5', 0]], [['LIN', '2', 0]]]
>>> tree.faults
[]
"""

import re
from collections.abc import Callable
from typing import Any

from parsers.edifact.directory import Directory
from parsers.edifact.steps import Form, Model, Steps, lacking, start
from parsers.edifact.tree import LACKING, Group, Segment, Tree

_Learn = Callable[[list[str], Directory, str, Steps, Steps, int], None]


def build(segments: list[str], kind: str, table: Directory, *, repetition: bool = False, learn: _Learn | None = None) -> Tree:
    """The tree of a message's segments. A kind of message that the directory has no table for becomes one flat group.

    learn: is told of the groups that might come again, and gives the structure their forms: forms.learn. Without it none is folded.
    """
    tree = Tree(table, repetition)
    steps = start(kind if kind in table.messages else "", table.release)
    if repetition:
        learn = None
    steps = _grow(tree, segments, 0, steps, [tree.root], tree.segments, tree.groups, 1, learn)
    told = {one.tag for one in tree.faults if one.code in LACKING}
    for tag in steps["state"].mandatory_left():
        if tag not in told:
            tree.fault(lacking(tag), len(segments), tag, expected=tag)
    return tree


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


def _grow(
    tree: Tree,
    segments: list[str],
    index: int,
    steps: Steps,
    stack: list[Group],
    flat: list[Segment],
    all_groups: list[Group],
    first: int,
    learn: _Learn | None,
) -> Steps:
    """Add the segments from index on to the tree, and all of them and their groups to flat and all_groups; the position after them.

    stack: the open groups. first: number of segments[0].
    """
    message = "'".join(segments) + "'" if learn else ""
    tree.marked = tree.marked or not message.isprintable()
    offset, before = 0, 0  # where a segment begins in the message, and which it is
    began: dict[int, Steps] = {}  # depth of an open group -> position after its first segment
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
