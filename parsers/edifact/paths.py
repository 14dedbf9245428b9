"""Paths of the notation (see parsers/edifact/notation.py) taken apart: which groups, which segment, which element, on which conditions.

>>> plan = planned("NAD[3035=BY]/C082/3039", "96A", "ORDERS")
>>> plan.segment, plan.elements
('NAD', ('C082', '3039'))
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from parsers.edifact.directory import QUALIFIED, REFERENCE, RELEASES, Directory, Member, directory
from parsers.edifact.steps import key
from parsers.edifact.syntax import restored
from parsers.edifact.tree import ITEM_NUMBERS, Segment, bit


class Position(NamedTuple):
    """Where a value may stand in a segment: element, components (empty for an element that is no composite), predicates on it."""

    element: int
    components: tuple[int, ...]
    tests: tuple["Predicate", ...] = ()

    def holds(self, segment: Segment) -> bool:
        return all(test.holds(segment, self.element) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Predicate:
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
class Plan:
    """A path that was taken apart."""

    path: str
    table: Directory
    root: bool
    groups: list[tuple[str, tuple[tuple[str, Predicate], ...]]]
    segment: str | None
    tests: tuple[Predicate, ...]
    composite: str | None
    composite_tests: tuple[Predicate, ...]
    elements: tuple[str, ...]
    occurrence: int
    qualifier: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: str, table: Directory, keys: dict[str, str]) -> "Plan":
        steps = _steps(path)
        root = bool(steps) and steps[0] == ("", (), 0)
        groups: list[tuple[str, tuple[tuple[str, Predicate], ...]]] = []
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

    def places(self, segment: Segment) -> tuple[Position, ...]:
        """Where the value may stand in this segment."""
        return _places(self.table.release, segment[0], self.composite, self.elements, self.occurrence, self.composite_tests)

    def _group_test(self, predicate: str) -> tuple[str, Predicate]:
        """The tag and what must hold for a segment of it; with ! before the tag for none."""
        tag, slash, rest = predicate.lstrip("!").partition("/")
        if not re.fullmatch(r"[A-Z]{3}", tag) or not slash:
            raise ValueError(f"{self.path}: write a group's predicate as [TAG/nnnn=value], not [{predicate}]")
        return predicate[: predicate.startswith("!")] + tag, self._test(rest, tag)

    def _test(self, predicate: str, tag: str | None = None) -> Predicate:
        test = _parse_test(predicate, self.path)
        tag = tag or self.segment or ""
        _valid(tag, test.steps, f"{self.path}: [{predicate}]")
        composite = test.steps[0] if len(test.steps) > 1 else None
        found = _places(self.table.release, tag, composite, test.steps, 0, ())
        places = tuple((one.element, component) for one in found for component in one.components or (0,))
        return Predicate(test.steps, test.operator, test.values, places, test.pattern)

    def _component_test(self, predicate: str) -> Predicate:
        test = _parse_test(predicate, self.path)
        row = self.table.composites.get(self.composite or "")
        places = tuple((0, index) for index, part in enumerate(row.elements if row else (), 1) if part.number == test.steps[-1])
        return Predicate(test.steps, test.operator, test.values, places, test.pattern)


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


def _parse_test(predicate: str, path: str) -> Predicate:
    match = re.fullmatch(r"(!?)((?:[CS]\d{3}/)?\d{4})(?:(!?=|~)(.*))?", predicate)
    if match is None or (match[1] and match[3]):
        raise ValueError(f"{path}: [{predicate}] is no predicate; write [nnnn=value], [nnnn!=value], [nnnn~pattern], [nnnn] or [!nnnn]")
    operator = match[1] or match[3] or ""
    values = tuple(value.strip("'\"") for value in (match[4] or "").split("|"))
    return Predicate(tuple(match[2].split("/")), operator, values, (), re.compile(match[4]) if operator == "~" else None)


@cache
def _places(
    release: str, tag: str, composite: str | None, elements: tuple[str, ...], occurrence: int, tests: tuple[Predicate, ...]
) -> tuple[Position, ...]:
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
                places.append(Position(index, ()))
            continue
        components = tuple(at for at, one in enumerate(inner.elements, 1) if one.number == wanted)
        if occurrence:
            components = components[occurrence - 1 : occurrence]
        if components or (wanted is None and composite):
            places.append(Position(index, components, tests))
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
def planned(path: str, release: str, kind: str) -> Plan:
    """A mapping is compiled for each shape of group, with the same paths."""
    return Plan.of(path, directory(release), keys_by_number(kind))


@cache
def keys_by_number(kind: str) -> dict[str, str]:
    """The number of each group in the reference directory -> its key; that of a group that only others have -> itself."""
    others = {name for one in RELEASES if (found := directory(one).messages.get(kind)) for _, name in _group_keys(found.members)}
    return {**{name: name for name in others}, **dict(_group_keys(directory(REFERENCE).messages[kind].members))}


def _group_keys(members: tuple[Member, ...]) -> list[tuple[str, str]]:
    found = []
    for index, one in enumerate(members):
        if one.group:
            found += [(one.group, key(members, index)), *_group_keys(one.members)]
    return found
