"""Paths into an EDIFACT message, in the numbers of the UN directories: the notation of mappings/formats/edifact.

    BGM/1004                        an element; in a composite if it stands in only one of the segment's: BGM/C002/1001 = BGM/1001
    DTM[2005=137]/2380              of the segment whose element has that value; [6063=21|131] one of several
    SG2[NAD/3035=BY]/NAD/C082/3039  in a segment group; a group's predicate speaks of one of its segments
    SG[NAD/3035=BY], SG[NAD]        the group of that level that begins with NAD, whatever its number in the message
    PIA/C212[7143=SA]/7140          of the composite whose component has that value, in any of its places
    NAD/C059/3042#2                 the second of a repeated component
    /SG7/CUX/6345                   from the message, wherever one is
    C082/3039                       in the segment that `at` led to, or in the first of the group

Further predicates: [3055!=9] another value or none, [1154~[0-9]{10}] the whole value matches, [7140] there is one, [!7143] there
is none; of a group [!MOA/5025] no segment of it has one. Group numbers are those of D.96A for every message; in other directories the
group with the same trigger is taken.

A leaf takes one value: the first. Its further words, beside path:

    all: true          every value that the path finds
    join: true         the components of one segment as one text: a full one runs on, others are separated by a blank
    unused: true       nothing that a field further up has taken already
    part: start | end  of a period in DTM; a date is a start only
    timed: true        only a DTM that has a time of day; one that has none is left to the next alternative, and not placed
    code_list: NAME    translate by mappings/codes/NAME.csv; a code that is not listed stays as it is
"""

import csv
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, NamedTuple, cast

from parsers.edifact.dates import ZONED, guess, iso, unknown, unknown_zone
from parsers.edifact.directory import QUALIFIED, REFERENCE, RELEASES, Directory, Member, directory
from parsers.edifact.forms import quick
from parsers.edifact.structure import ITEM_NUMBERS, Group, Segment, Tree, bit, key
from parsers.edifact.syntax import restored
from wharfinger.mapping import Build, Found, Notation, no_values
from wharfinger.problems import Problem
from wharfinger.records import Place
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


class Edifact:
    """The notation for messages of one directory."""

    def __init__(self, table: Directory, kind: str = "ORDERS", shape: frozenset[str] | None = None) -> None:
        self._table = table
        self._kind = kind
        self._shape = shape
        self._groups = _keys_by_number(kind)
        self._quick: dict[Hashable, Callable[[Node], Any]] = {}

    def shape(self, node: Node) -> Hashable:
        """The tags, qualifiers and groups of a group."""
        return (*node.qualified, "/", *node.groups) if isinstance(node, Group) else None

    def narrowed(self, shape: Hashable) -> "Edifact":
        """The notation for groups that have these."""
        narrowed = Edifact(self._table, self._kind, frozenset(cast(tuple[str, ...], shape)) if shape else None)
        narrowed._quick = self._quick
        return narrowed

    def quick(self, name: Hashable, compiled: Callable[[Notation], Build]) -> Callable[[Node], Any]:
        """For groups of a known form: see forms.py."""
        if name not in self._quick:
            self._quick[name] = quick(compiled, self.narrowed(None))
        return self._quick[name]

    def nodes(self, path: str) -> Callable[[Node], Sequence[Node]]:
        """Groups, segments or composites."""
        plan = self._plan(path)
        if self._impossible(plan):
            return no_values
        if plan.segment is None and plan.composite is None and not plan.elements:
            return _groups(plan)
        find = _segments(plan)
        if plan.composite is None and not plan.elements:
            marks = [(element, component) for test in plan.tests if test.operator == "=" for element, component in test.places]
            mark = sum({bit(*place) for place in marks}) | (bit(1, 1) | bit(1, 0) if plan.qualifier else 0)

            def segments(node: Node) -> Sequence[Node]:
                found = find(node)
                for _, segment in found:
                    segment[-1] |= mark
                return [Spot(group, segment) for group, segment in found]

            return segments
        if plan.elements:
            raise ValueError(f"{path}: an element is no node; end with a group, segment or composite")
        places = plan.places

        def composites(node: Node) -> list[Node]:
            return [
                Spot(group, segment, place.element)
                for group, segment in find(node)
                for place in places(segment)
                if place.element < len(segment) - 1 and segment[place.element] and place.holds(segment)
            ]

        return composites

    def values(self, leaf: dict[str, Any]) -> Callable[[Node], Sequence[Found]]:
        """The values of a leaf, see above."""
        unknown = leaf.keys() - {"path", "all", "join", "unused", "part", "timed", "code_list", "codes"}
        if unknown or "path" not in leaf:
            raise ValueError(f"{', '.join(unknown) or leaf}: valid are path, all, join, unused, part, timed, code_list, codes, is")
        plan = self._plan(str(leaf["path"]))
        if not plan.elements:
            raise ValueError(f"{leaf['path']}: end with the number of an element")
        if self._impossible(plan):
            return no_values
        part = leaf.get("part", "start")
        if part not in ("start", "end"):
            raise ValueError(f"part: {part}: valid are start, end")
        codes = code_list(leaf["code_list"]) if "code_list" in leaf else None
        every, unused = leaf.get("all") is True, leaf.get("unused") is True
        if plan.elements[-1] == "2380":
            return _rooted(plan, _dates(plan, part, leaf.get("timed") is True), every)
        if leaf.get("join") is True:
            return _rooted(plan, _joined(plan, every, unused), every)
        if plan.simple and not unused and not every:
            return _quick(plan, codes)
        if plan.item_number and not unused and not every:
            return _item_number(plan, codes)
        if plan.here and not unused and not every:
            return _here(plan, codes)
        return _rooted(plan, _every(plan, every, unused, codes), every)

    def first(self, leaf: dict[str, Any]) -> Build:
        """The first value alone."""
        values = self.values(leaf)
        if values is no_values:
            return cast(Build, no_values)
        plan = self._plan(str(leaf["path"]))
        if plan.root and leaf.get("all") is not True:
            return _once(values)
        if plan.simple and not leaf.keys() - {"path", "code_list", "codes"} and plan.elements[-1] != "2380":
            return _quick_first(plan, code_list(leaf["code_list"]) if "code_list" in leaf else None, values)
        return lambda node, problems: found[0][0] if (found := values(node)) else None

    def key(self, path: str) -> str:
        """The key of the groups that a path leads to; '' where it leads to none."""
        groups = self._plan(path).groups if path else []
        return groups[-1][0] if groups else ""

    def place(self, node: Node | At) -> Place:
        """Of a group: its first segment. Of a value: its element and component too."""
        if isinstance(node, Group):
            tree = node.tree
            if node is tree.root:
                begins = len(node.segments) > 1 and node.segments[1][0] == "BGM"
                return Place(interchange=tree.interchange, message=tree.message, segment=2 if begins else 1)
            return Place(interchange=tree.interchange, message=tree.message, segment=node.first)
        group, segment, element, component = (node.group, node.segment, node.element, None) if isinstance(node, Spot) else node
        return group.tree.place(group.tree.number(segment), segment[0], element, component)

    def begin(self, node: Node | At) -> Place:
        """The same, of a group with tag and byte."""
        if not isinstance(node, Group):
            return self.place(node)
        number = self.place(node).segment or 1
        segment = node.segments[number - 1 if node is node.tree.root else 0]
        return node.tree.place(number, segment[0])

    def reopen(self, node: Node) -> None:
        """Make a message that was read and closed one that nothing has been taken from."""
        if isinstance(node, Group):
            node.tree.reopen(node)

    def number(self, raw: str) -> Decimal:
        """Either decimal mark, whatever UNA says; never a grouping mark."""
        if raw.isdecimal() and raw.isascii():  # the usual case, twice as fast
            return Decimal(raw)
        if not _NUMBER.fullmatch(raw):
            raise ValueError(raw)
        return Decimal(raw.replace(",", "."))

    def day(self, raw: str) -> date:
        """A date that `values` has found in DTM, or one of eight digits."""
        return date.fromisoformat(raw[:10] if "-" in raw else iso(raw, "102") or "")

    def clock(self, raw: str) -> time | None:
        """The time of a date that has one."""
        return time.fromisoformat(raw.partition("T")[2]) if "T" in raw else None

    def _impossible(self, plan: "_Plan") -> bool:
        """Whether a group of this shape has no such path."""
        if self._shape is None or plan.root:
            return False
        if plan.groups:
            return plan.groups[0][0] not in self._shape
        return plan.segment is not None and self._shape.isdisjoint(_keys(plan))

    def _plan(self, path: str) -> "_Plan":
        return _planned(path, self._table.release, self._kind)


_NUMBER = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


class _Place(NamedTuple):
    """Where a value may stand in a segment: element, components (empty for an element that is no composite), predicates on it."""

    element: int
    components: tuple[int, ...]
    tests: tuple["_Test", ...] = ()

    def holds(self, segment: Segment) -> bool:
        return all(test.holds(segment, self.element) for test in self.tests)


@dataclass(frozen=True, slots=True)
class _Test:
    """A predicate: element numbers as written, operator, values."""

    steps: tuple[str, ...]
    operator: str
    values: tuple[str, ...]
    places: tuple[tuple[int, int], ...] = ()  # element and component; element 0: of the composite at hand
    pattern: re.Pattern[str] | None = None

    def holds(self, segment: Segment, at: int = 0) -> bool:
        if len(self.places) == 1:
            [(element, component)] = self.places
            value = text(segment, element or at, component)
            if self.operator == "=":
                return value in self.values
            if self.operator == "!":
                return not value
        found = [value for element, component in self.places if (value := text(segment, element or at, component))]
        if self.operator == "=":
            return any(value in self.values for value in found)
        if self.operator == "!=":
            return not any(value in self.values for value in found)
        if self.operator == "~":
            return self.pattern is not None and any(self.pattern.fullmatch(value[:]) for value in found)
        return bool(found) if self.operator == "" else not found


def text(segment: Segment, element: int, component: int) -> str:
    """The value as the sender means it; component 0: an element that is no composite."""
    if element >= len(segment) - 1:
        return ""
    value: str = segment[element]
    if component:
        components = value.split(":", component)
        if len(components) < component:
            return ""
        value = components[component - 1]
    elif ":" in value:
        value = value.partition(":")[0]
    value = value.strip()
    return value if value.isprintable() else restored(value)


def taken(segment: Segment, element: int, component: int = 0) -> str:
    """The value, which counts as placed from now on."""
    value = text(segment, element, component)
    if value:
        segment[-1] |= bit(element, component)
    return value


@dataclass(slots=True, eq=False)
class _Plan:
    """A path that was taken apart."""

    path: str
    table: Directory
    root: bool
    groups: list[tuple[str, tuple[tuple[str, _Test], ...]]]
    segment: str | None
    tests: tuple[_Test, ...]
    composite: str | None
    composite_tests: tuple[_Test, ...]
    elements: tuple[str, ...]
    occurrence: int
    qualifier: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: str, table: Directory, keys: dict[str, str]) -> "_Plan":
        steps = _steps(path)
        root = bool(steps) and steps[0] == ("", (), 0)
        groups: list[tuple[str, tuple[tuple[str, _Test], ...]]] = []
        plan = cls(path, table, root, groups, None, (), None, (), (), 0)
        for name, predicates, occurrence in steps[1:] if root else steps:
            if re.fullmatch(r"SG\d*", name) and plan.segment is None:
                trigger = keys.get(name) if name != "SG" else predicates[0][:3] if predicates else None
                if trigger is None or trigger not in keys.values():
                    numbers = [one for one in keys if one.startswith("SG")]
                    valid = ", ".join((*numbers, *(f"SG[{one}]" for one in dict.fromkeys(keys.values()))))
                    raise ValueError(f"{path}: D.{REFERENCE} has no group {trigger or name}; valid: {valid}")
                tests = (plan._group_test(one) for one in predicates if one != trigger)
                groups.append((trigger, tuple(tests)))
            elif re.fullmatch(r"[A-Z]{3}", name) and plan.segment is None:
                _known(name, path)
                plan.segment = name
                own = [plan._test(one) for one in predicates]
                head = (one.values for one in own if one.operator == "=" and one.places in (((1, 0),), ((1, 1),)))
                plan.qualifier = next(head, ()) if name in QUALIFIED else ()
                plan.tests = tuple(one for one in own if not (one.values is plan.qualifier and one.operator == "="))
            elif re.fullmatch(r"[CS]\d{3}", name) and plan.composite is None and not plan.elements:
                plan.composite = name
                plan.composite_tests = tuple(plan._component_test(one) for one in predicates)
            elif re.fullmatch(r"\d{4}", name) and not plan.elements and not predicates:
                plan.elements = ((plan.composite, name) if plan.composite else (name,))
                plan.occurrence = occurrence
            else:
                raise ValueError(f"{path}: {name!r} has no place here; write SGn / TAG / Cnnn / nnnn, each with [predicates]")
        if plan.segment is not None and (plan.composite or plan.elements):
            plan.places([plan.segment])
            if plan.elements:
                _valid(plan.segment, plan.elements, path)
        return plan

    @property
    def simple(self) -> bool:
        """Whether the value stands in one place of a segment that its qualifier alone determines."""
        return (
            not self.root
            and not self.groups
            and self.segment is not None
            and not self.tests
            and not self.composite_tests
            and len(found := self.places([self.segment])) == 1
            and len(found[0].components) <= 1
        )

    @property
    def item_number(self) -> bool:
        """Whether it is an item number of a certain kind: PIA/C212[7143=SA]/7140."""
        tests = self.composite_tests
        return (
            not self.root
            and not self.groups
            and self.segment in ITEM_NUMBERS
            and not self.tests
            and not self.qualifier
            and self.elements == ("C212", "7140")
            and len(tests) == 1
            and (tests[0].steps, tests[0].operator) == (("7143",), "=")
        )

    @property
    def here(self) -> bool:
        """Whether the path says an element only, of a segment that is not repeated in it."""
        return not self.root and not self.groups and self.segment is None and not self.composite_tests and not self.composite

    def places(self, segment: Segment) -> tuple[_Place, ...]:
        """Where the value may stand in this segment."""
        return _places(self.table.release, segment[0], self.composite, self.elements, self.occurrence, self.composite_tests)

    def _group_test(self, predicate: str) -> tuple[str, _Test]:
        """The tag and what must hold for a segment of it; with ! before the tag for none."""
        tag, slash, rest = predicate.lstrip("!").partition("/")
        if not re.fullmatch(r"[A-Z]{3}", tag) or not slash:
            raise ValueError(f"{self.path}: write a group's predicate as [TAG/nnnn=value], not [{predicate}]")
        return predicate[: predicate.startswith("!")] + tag, self._test(rest, tag)

    def _test(self, predicate: str, tag: str | None = None) -> _Test:
        test = _parse_test(predicate, self.path)
        tag = tag or self.segment or ""
        _valid(tag, test.steps, f"{self.path}: [{predicate}]")
        composite = test.steps[0] if len(test.steps) > 1 else None
        found = _places(self.table.release, tag, composite, test.steps, 0, ())
        places = tuple((one.element, component) for one in found for component in one.components or (0,))
        return _Test(test.steps, test.operator, test.values, places, test.pattern)

    def _component_test(self, predicate: str) -> _Test:
        test = _parse_test(predicate, self.path)
        row = self.table.composites.get(self.composite or "")
        places = tuple((0, index) for index, part in enumerate(row.elements if row else (), 1) if part.number == test.steps[-1])
        return _Test(test.steps, test.operator, test.values, places, test.pattern)


def _steps(path: str) -> list[tuple[str, tuple[str, ...], int]]:
    """Name, predicates and occurrence of each step; the first has no name when the path begins at the message."""
    steps = []
    for raw in re.findall(r"(?:\[(?:[^\[\]]|\[[^\]]*\])*\]|[^/\[])+|^(?=/)", path):
        match = re.fullmatch(r"(\w*)((?:\[(?:[^\[\]]|\[[^\]]*\])*\])*)(?:#(\d))?", raw.strip())
        if match is None:
            raise ValueError(f"{path}: {raw!r} is no step; write SGn / TAG / Cnnn / nnnn, each with [predicates] or #n")
        predicates = tuple(re.findall(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]", match[2]))
        steps.append((match[1], predicates, int(match[3] or 0)))
    if not steps:
        raise ValueError("an empty path")
    return steps


def _parse_test(predicate: str, path: str) -> _Test:
    match = re.fullmatch(r"(!?)((?:[CS]\d{3}/)?\d{4})(?:(!?=|~)(.*))?", predicate)
    if match is None or (match[1] and match[3]):
        raise ValueError(f"{path}: [{predicate}] is no predicate; write [nnnn=value], [nnnn!=value], [nnnn~pattern], [nnnn] or [!nnnn]")
    operator = match[1] or match[3] or ""
    values = tuple(value.strip("'\"") for value in (match[4] or "").split("|"))
    return _Test(tuple(match[2].split("/")), operator, values, (), re.compile(match[4]) if operator == "~" else None)


@cache
def _places(
    release: str, tag: str, composite: str | None, elements: tuple[str, ...], occurrence: int, tests: tuple[_Test, ...]
) -> tuple[_Place, ...]:
    table = directory(release)
    row = table.segments.get(tag)
    wanted = elements[-1] if elements else None
    places = []
    for index, part in enumerate(row.elements if row else (), 1):
        inner = table.composites.get(part.number)
        if composite and part.number != composite:
            continue
        if inner is None:
            if part.number == wanted:
                places.append(_Place(index, ()))
            continue
        components = tuple(at for at, one in enumerate(inner.elements, 1) if one.number == wanted)
        if occurrence:
            components = components[occurrence - 1 : occurrence]
        if components or (wanted is None and composite):
            places.append(_Place(index, components, tests))
    return tuple(places)


def _known(tag: str, path: str) -> None:
    if not any(tag in directory(release).segments for release in RELEASES):
        raise ValueError(f"{path}: no directory has a segment {tag}; valid: {', '.join(directory(REFERENCE).segments)}")


@cache
def _valid(tag: str, elements: tuple[str, ...], path: str) -> None:
    """Refuse what stands in no directory's segment, or in several composites of it."""
    composite = elements[0] if len(elements) > 1 else None
    for release in RELEASES:
        places = _places(release, tag, composite, elements, 0, ())
        row = directory(release).segments.get(tag)
        if places and row is not None:
            kinds = {row.elements[one.element - 1].number for one in places}
            if len(kinds) > 1:
                raise ValueError(f"{path}: {elements[-1]} stands in {' and '.join(sorted(kinds))} of {tag}; write {tag}/Cnnn/nnnn")
            return
    valid = sorted({name for release in RELEASES for name in _numbers(directory(release), tag)})
    raise ValueError(f"{path}: {tag} has no {'/'.join(elements)}; valid: {', '.join(valid) or 'nothing, there is no such segment'}")


def _numbers(table: Directory, tag: str) -> list[str]:
    names = []
    for part in table.segments[tag].elements if tag in table.segments else ():
        inner = table.composites.get(part.number)
        names.extend([f"{part.number}/{one.number}" for one in inner.elements] if inner else [part.number])
    return names


@cache
def _planned(path: str, release: str, kind: str) -> _Plan:
    """A mapping is compiled for each shape of group, with the same paths."""
    return _Plan.of(path, directory(release), _keys_by_number(kind))


@cache
def _keys_by_number(kind: str) -> dict[str, str]:
    """The number of each group in the reference directory -> its key; that of a group that only others have -> itself."""
    others = {name for one in RELEASES if (found := directory(one).messages.get(kind)) for _, name in _group_keys(found.members)}
    return {**{name: name for name in others}, **dict(_group_keys(directory(REFERENCE).messages[kind].members))}


def _group_keys(members: tuple[Member, ...]) -> list[tuple[str, str]]:
    found = []
    for index, one in enumerate(members):
        if one.group:
            found += [(one.group, key(members, index)), *_group_keys(one.members)]
    return found


def _groups(plan: _Plan) -> Callable[[Node], Sequence[Node]]:
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


def _fitting(name: str, tests: tuple[tuple[str, _Test], ...]) -> Callable[[Group], bool]:
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
def _segments(plan: _Plan) -> Callable[[Node], Sequence[tuple[Any, Segment]]]:
    """The segments that the path leads to, with their groups."""
    tag, tests = plan.segment, plan.tests
    keys = _keys(plan)
    groups = _groups(plan) if plan.groups or plan.root else None
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
def _keys(plan: _Plan) -> tuple[str, ...]:
    """Under what the segments stand in Group.qualified."""
    if plan.item_number:
        return tuple(f"{plan.segment}:{value}" for value in plan.composite_tests[0].values)
    return tuple(f"{plan.segment}+{value}" for value in plan.qualifier) or (plan.segment or "",)


def _quick(plan: _Plan, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    """The usual leaf: one component of the segment with that qualifier in the group at hand."""
    [place] = plan.places([plan.segment])
    element = place.element
    component = place.components[0] if place.components else 0
    keys = _keys(plan)
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


def _once(values: Callable[[Node], Sequence[Found]]) -> Build:
    """What every line asks of the message, looked up once for each message."""
    memo = object()

    def first(node: Node, problems: list[Problem]) -> Any:
        known = node.tree.memo
        if memo not in known:
            found = values(node)
            known[memo] = found[0][0] if found else None
        return known[memo]

    return first


def _quick_first(plan: _Plan, codes: dict[str, str] | None, values: Callable[[Node], Sequence[Found]]) -> Build:
    """What _quick finds, where the first segment has it; this is called more often than anything else."""
    [place] = plan.places([plan.segment])
    element = place.element
    component = place.components[0] if place.components else 0
    keys = _keys(plan)
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


def _item_number(plan: _Plan, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    """An item number of a certain kind, in any of its places."""
    keys = _keys(plan)

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


def _here(plan: _Plan, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
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


def _every(plan: _Plan, every: bool, unused: bool, codes: dict[str, str] | None) -> Callable[[Node], Sequence[Found]]:
    find = _segments(plan)
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


def _marks(plan: _Plan, place: _Place) -> int:
    """What the predicates have read, and so the mapping knows."""
    marks = 0
    for test in (*plan.tests, *place.tests):
        if test.operator == "=":
            for element, component in test.places:
                marks |= bit(element or place.element, component)
    return marks


def _joined(plan: _Plan, every: bool, unused: bool) -> Callable[[Node], Sequence[Found]]:
    find = _segments(plan)
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


def _width(plan: _Plan) -> int:
    """Length of the repeated component in this directory."""
    form = plan.table.elements[plan.elements[-1]].format if plan.elements[-1] in plan.table.elements else ""
    return int(form.rpartition("..")[2]) if ".." in form else 0


def _dates(plan: _Plan, part: str, timed: bool) -> Callable[[Node], Sequence[Found]]:
    """DTM/2380 as ISO 8601 by the format in 2379."""
    find = _segments(plan)
    marks = bit(1, 1) | bit(1, 2) | bit(1, 3)
    keys = _keys(plan)
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


def _rooted(plan: _Plan, values: Callable[[Node], Sequence[Found]], every: bool) -> Callable[[Node], Sequence[Found]]:
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


@cache
def code_list(name: str) -> dict[str, str]:
    """The first column of mappings/codes/NAME.csv -> the second."""
    file = files("mappings") / "codes" / f"{name}.csv"
    if not re.fullmatch(r"[\w-]+", name) or not file.is_file():
        raise ValueError(f"code_list: there is no mappings/codes/{name}.csv")
    rows = csv.reader(line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    next(rows)
    return {row[0]: row[1] for row in rows}
