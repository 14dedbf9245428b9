"""What a path finds in a message: functions that take a node and give the values there, each with its place.

The usual paths have functions of their own, which ask only what is needed: they are called for every line of every message.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ClassVar

from parsers.edifact.dates import ZONED, guess, iso, unknown, unknown_zone
from parsers.edifact.directory import QUALIFIED
from parsers.edifact.paths import Plan, Position, Predicate, text
from parsers.edifact.syntax import restored
from parsers.edifact.tree import Group, Segment, Tree, bit
from wharfinger.mapping import Build, Found
from wharfinger.problems import Problem
from wharfinger.rehearsal import Unknown


class Spot:
    """A segment as a node, or one of its composites: the group that it is in, the segment, the composite's place from 1 (or None)."""

    __slots__ = ("element", "group", "segment")
    qualified: ClassVar[dict[str, list[Segment]]] = {}  # a segment has no segments
    groups: ClassVar[dict[str, list[Group]]] = {}
    model: ClassVar[None] = None  # see structure.Folded

    def __init__(self, group: Group, segment: Segment, element: int | None = None) -> None:
        self.group = group
        self.segment = segment
        self.element = element

    @property
    def tree(self) -> Tree:
        """The message."""
        return self.group.tree


Node = Group | Spot
At = tuple[Group, Segment, int, int | None]
"""Where a value was found: group, segment, element and component from 1."""


def groups_of(plan: Plan) -> Callable[[Node], Sequence[Node]]:
    root, steps = plan.root, plan.groups
    if len(steps) == 1 and not root:
        name, tests = steps[0]
        if not tests:
            return lambda node: node.groups.get(name, ())
        fits = _fitting(name, tests)
        return lambda node: [one for one in node.groups[name] if fits(one)] if name in node.groups else ()
    levels = [(name, _fitting(name, tests)) for name, tests in steps]

    def descend(node: Node) -> Sequence[Node]:
        here: list[Any] = [node.tree.root if root else node]
        for name, fits in levels:
            here = [one for group in here for one in group.groups.get(name, ()) if fits(one)]
        return here

    return descend


def _fitting(name: str, tests: tuple[tuple[str, Predicate], ...]) -> Callable[[Group], bool]:
    """Whether a group fits: one of its segments, or of those that begin the groups in it, does so for each predicate."""
    if len(tests) == 1 and tests[0][1].operator == "=" and tests[0][1].places in (((1, 0),), ((1, 1),)):
        tag, test = tests[0]
        keys = [f"{tag}+{value}" for value in test.values]
        if name.partition(" ")[0] == tag and tag in QUALIFIED:
            if len(keys) == 1:
                only = keys[0]
                return lambda group: group.has(only)
            return lambda group: any(map(group.has, keys))

    wanted = [(tag.removeprefix("!"), test, tag.startswith("!")) for tag, test in tests]

    def fits(group: Group) -> bool:
        for tag, test, absent in wanted:
            inner = group.groups.get(tag, ()) if group.key != tag else ()
            candidates = (*group.segments, *(one.segments[0] for one in inner))
            if any(segment[0] == tag and test.holds(segment) for segment in candidates) is absent:
                return False
        return True

    return fits


@cache
def segments_of(plan: Plan) -> Callable[[Node], Sequence[tuple[Any, Segment]]]:
    """The segments that the path leads to, with their groups."""
    tag, tests = plan.segment, plan.tests
    keys = keys_of(plan)
    groups = groups_of(plan) if plan.groups or plan.root else None
    if tag is None:
        within = groups or (lambda node: (node,))
        return lambda node: [
            (one.group, one.segment) if isinstance(one, Spot) else (one, one.segments[0]) for one in within(node)
        ]

    def near(node: Node) -> Sequence[tuple[Any, Segment]]:
        found = []
        for one in keys:
            if one in node.qualified:
                for segment in node.qualified[one]:
                    for test in tests:
                        if not test.holds(segment):
                            break
                    else:
                        found.append((node, segment))
        return found

    if groups is None:
        return near
    return lambda node: [one for group in groups(node) for one in near(group)]


@cache
def keys_of(plan: Plan) -> tuple[str, ...]:
    """Under what the segments stand in Group.qualified."""
    if plan.item_number:
        return tuple(f"{plan.segment}+:{value}" for value in plan.composite_tests[0].values)
    return tuple(f"{plan.segment}+{value}" for value in plan.qualifier) or (plan.segment or "",)


def quick_values(plan: Plan, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    """The usual leaf: one component of the segment with that qualifier in the group at hand."""
    [place] = plan.places([plan.segment])
    element = place.element
    component = place.components[0] if place.components else 0
    keys = keys_of(plan)
    mark = bit(element, component) | (bit(1, 1) | bit(1, 0) if plan.qualifier else 0)
    shortest = element + 2
    before = component - 1

    def look(node: Node, segments: list[Segment]) -> Sequence[Found]:
        for segment in segments:
            if len(segment) < shortest:
                continue
            value = segment[element]
            if component:
                components = value.split(":", component)
                if len(components) < component:
                    continue
                value = components[before]
            value = value.strip()
            if value:
                if not value.isprintable():
                    value = restored(value)
                segment[-1] |= mark
                return ((codes[value] if codes and value in codes else value, (node, segment, element, component or None)),)
        return ()

    if len(keys) > 1:
        return lambda node: next((found for one in keys if one in node.qualified and (found := look(node, node.qualified[one]))), ())
    only = keys[0]
    return lambda node: look(node, node.qualified[only]) if only in node.qualified else ()


def built_once(values: Callable[[Node], Sequence[Found]]) -> Build:
    """What every line asks of the message, looked up once for each message."""
    memo = object()

    def first(node: Node, problems: list[Problem]) -> Any:
        known = node.tree.memo
        if memo not in known:
            found = values(node)
            known[memo] = found[0][0] if found else None
        return known[memo]

    return first


def quick_first(plan: Plan, codes: dict[str, str] | None, values: Callable[[Node], Sequence[Found]]) -> Build:
    """What quick_values finds, where the first segment has it; this is called more often than anything else."""
    [place] = plan.places([plan.segment])
    element = place.element
    component = place.components[0] if place.components else 0
    keys = keys_of(plan)
    if len(keys) > 1:
        return lambda node, problems: found[0][0] if (found := values(node)) else None
    key = keys[0]
    mark = bit(element, component) | (bit(1, 1) | bit(1, 0) if plan.qualifier else 0)
    shortest = element + 2
    before = max(component - 1, 0)

    def first(node: Node, problems: list[Problem]) -> str | None:
        if key not in node.qualified:
            return None
        segments = node.qualified[key]
        segment = segments[0]
        if len(segment) >= shortest:
            components = segment[element].split(":")
            if len(components) > before:
                value: str = components[before].strip()
                if value:
                    segment[-1] |= mark
                    if not value.isprintable():
                        value = restored(value)
                    return codes.get(value, value) if codes else value
        if len(segments) == 1:
            return None
        found = values(node)
        return found[0][0] if found else None

    return first


def item_number(plan: Plan, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    """An item number of a certain kind, in any of its places."""
    keys = keys_of(plan)

    def first(node: Node) -> Sequence[Found]:
        for one in keys:
            for element, segment in node.qualified.get(one, ()):
                value = segment[element].partition(":")[0].strip()
                if value:
                    segment[-1] |= bit(element, 1) | bit(element, 2)
                    if not value.isprintable():
                        value = restored(value)
                    return ((codes.get(value, value) if codes else value, (node, segment, element, 1)),)
        return ()

    return first


def values_here(plan: Plan, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    """A leaf in the segment that `at` led to: one element, wherever it stands in a segment with that tag."""
    known: dict[str, tuple[int, int]] = {}

    def first(node: Node) -> Sequence[Found]:
        segment = node.segment if isinstance(node, Spot) else node.segments[0]
        tag = segment[0]
        if tag not in known:
            places = plan.places(segment)
            known[tag] = (places[0].element, places[0].components[0] if places[0].components else 0) if places else (1 << 16, 0)
        element, component = known[tag]
        value = text(segment, element, component)
        if not value:
            return ()
        segment[-1] |= bit(element, component)
        at = (node if isinstance(node, Group) else node.group, segment, element, component or None)
        return ((codes.get(value, value) if codes else value, at),)

    return first


def every_value(plan: Plan, every: bool, unused: bool, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    find = segments_of(plan)
    qualified = bit(1, 1) | bit(1, 0) if plan.qualifier else 0

    def values(node: Node) -> Sequence[Found]:
        found: list[Found] = []
        only = node.element if isinstance(node, Spot) else None
        for group, segment in find(node):
            for place in plan.places(segment):
                if (only is not None and place.element != only) or (place.tests and not place.holds(segment)):
                    continue
                for component in place.components or (0,):
                    mark = bit(place.element, component)
                    if unused and segment[-1] & mark:
                        continue
                    value = text(segment, place.element, component)
                    if value:
                        segment[-1] |= mark | qualified | _marks(plan, place)
                        at = (group, segment, place.element, component or None)
                        found.append((codes.get(value, value) if codes else value, at))
                        if not every:
                            return found
        return found

    return values


def _marks(plan: Plan, place: Position) -> int:
    """What the predicates have read, and so the mapping knows."""
    marks = 0
    for test in (*plan.tests, *place.tests):
        if test.operator == "=":
            for element, component in test.places:
                marks |= bit(element or place.element, component)
    return marks


def joined_values(plan: Plan, every: bool, unused: bool) -> Callable[[Node], Sequence[Found]]:
    find = segments_of(plan)
    qualified = bit(1, 1) | bit(1, 0) if plan.qualifier else 0
    width = _width(plan)
    spans: dict[str, tuple[int, int, int, int]] = {}

    def span(segment: Segment) -> tuple[int, int, int, int]:
        """Element, first component and the one after the last (from 0; 0, 0 for a plain element), and their bits."""
        places = plan.places(segment)
        if not places:
            return (1 << 16, 0, 0, 0)
        element, components = places[0].element, places[0].components
        marks = qualified
        for component in components or (0,):
            marks |= bit(element, component)
        return (element, components[0] - 1, components[-1], marks) if components else (element, 0, 1, marks)

    def values(node: Node) -> Sequence[Found]:
        found: list[Found] = []
        for group, segment in find(node):
            tag = segment[0]
            if tag not in spans:
                spans[tag] = span(segment)
            element, begin, end, marks = spans[tag]
            if element > len(segment) - 2 or (unused and (segment[-1] & marks) & ~qualified):
                continue
            parts = segment[element].split(":")[begin:end]
            value = parts[0].strip() if len(parts) == 1 else _run_on(parts, width)
            if value:
                segment[-1] |= marks
                found.append((value if value.isprintable() else restored(value), (group, segment, element, None)))
                if not every:
                    break
        return found

    return values


def _run_on(parts: list[str], width: int) -> str:
    """The parts as one text; after a part that fills its component the text goes on without a blank.

    A released character counts as one, as it does in the standard.
    """
    if any(isinstance(part, Unknown) for part in parts):
        return Unknown.later(_run_on, parts, width)
    joined = last = ""
    for part in parts:
        if part.strip():
            joined = part if not joined else joined + part if len(last) == width else f"{joined.rstrip()} {part.lstrip()}"
            last = part
    return joined.strip()


def _width(plan: Plan) -> int:
    """Length of the repeated component in this directory."""
    form = plan.table.elements[plan.elements[-1]].format if plan.elements[-1] in plan.table.elements else ""
    return int(form.rpartition("..")[2]) if ".." in form else 0


def dates_of(plan: Plan, part: str, timed: bool) -> Callable[[Node], Sequence[Found]]:
    """DTM/2380 as ISO 8601 by the format in 2379."""
    find = segments_of(plan)
    marks = bit(1, 1) | bit(1, 2) | bit(1, 3)
    keys = keys_of(plan)
    near = not plan.root and not plan.groups and plan.segment is not None

    def values(node: Node) -> Sequence[Found]:
        if near and not any(one in node.qualified for one in keys):
            return ()
        for group, segment in find(node):
            raw, code = text(segment, 1, 2), text(segment, 1, 3)
            if not raw:
                continue
            if isinstance(raw, Unknown):
                later, period = unknown(raw, code, part)
                if (part == "end" and not period) or (timed and not later.timed):
                    continue
                segment[-1] |= marks
                return ((later, (group, segment, 1, 2)),)
            value = iso(raw, code)
            if code in ZONED and value is not None and (zone := unknown_zone(raw, code)):
                _note(group.tree, segment, "edifact-time-zone-unknown", found=zone)
            if value is None:
                value = guess(raw)
                if value is not None and code:
                    _note(group.tree, segment, "edifact-date-format", expected=code, found=raw)
            start, slash, end = (value or raw).partition("/") if value else (raw, "", "")
            if part == "end":
                if not slash:
                    continue
                start = end
            if timed and "T" not in start:
                continue
            segment[-1] |= marks
            return ((start, (group, segment, 1, 2)),)
        return ()

    return values


def _note(tree: Tree, segment: Segment, code: str, *, expected: str | None = None, found: str) -> None:
    place = tree.place(tree.number(segment), segment[0], 1, 2)
    problem = Problem(code=code, place=place, expected=expected, found=found)
    if problem not in tree.notes:
        tree.notes.append(problem)


def rooted(plan: Plan, values: Callable[[Node], Sequence[Found]], every: bool) -> Callable[[Node], Sequence[Found]]:
    """What every line asks of the message is looked up once for each message."""
    if not plan.root or every:
        return values
    memo = object()

    def once(node: Node) -> Sequence[Found]:
        tree = node.tree
        if memo not in tree.memo:
            tree.memo[memo] = values(tree.root)
        found: Sequence[Found] = tree.memo[memo]
        return found

    return once
