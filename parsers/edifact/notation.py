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
from datetime import date, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

from parsers.edifact.dates import iso
from parsers.edifact.directory import Directory
from parsers.edifact.finding import (
    At,
    Node,
    Spot,
    built_once,
    dates_of,
    every_value,
    groups_of,
    item_number,
    joined_values,
    keys_of,
    quick_first,
    quick_values,
    rooted,
    segments_of,
    values_here,
)
from parsers.edifact.forms import quick
from parsers.edifact.paths import Plan, keys_by_number, planned
from parsers.edifact.tree import Group, bit
from wharfinger.mapping import Build, Found, Notation, no_values
from wharfinger.records import Place


class Edifact:
    """The notation for messages of one directory."""

    def __init__(self, table: Directory, kind: str = "ORDERS", shape: frozenset[str] | None = None) -> None:
        self._table = table
        self._kind = kind
        self._shape = shape
        self._groups = keys_by_number(kind)
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
            return groups_of(plan)
        find = segments_of(plan)
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
            return rooted(plan, dates_of(plan, part, leaf.get("timed") is True), every)
        if leaf.get("join") is True:
            return rooted(plan, joined_values(plan, every, unused), every)
        if plan.simple and not unused and not every:
            return quick_values(plan, codes)
        if plan.item_number and not unused and not every:
            return item_number(plan, codes)
        if plan.here and not unused and not every:
            return values_here(plan, codes)
        return rooted(plan, every_value(plan, every, unused, codes), every)

    def first(self, leaf: dict[str, Any]) -> Build:
        """The first value alone."""
        values = self.values(leaf)
        if values is no_values:
            return cast(Build, no_values)
        plan = self._plan(str(leaf["path"]))
        if plan.root and leaf.get("all") is not True:
            return built_once(values)
        if plan.simple and not leaf.keys() - {"path", "code_list", "codes"} and plan.elements[-1] != "2380":
            return quick_first(plan, code_list(leaf["code_list"]) if "code_list" in leaf else None, values)
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

    def _impossible(self, plan: "Plan") -> bool:
        """Whether a group of this shape has no such path."""
        if self._shape is None or plan.root:
            return False
        if plan.groups:
            return plan.groups[0][0] not in self._shape
        return plan.segment is not None and self._shape.isdisjoint(keys_of(plan))

    def _plan(self, path: str) -> "Plan":
        return planned(path, self._table.release, self._kind)


_NUMBER = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


@cache
def code_list(name: str) -> dict[str, str]:
    """The first column of mappings/codes/NAME.csv -> the second."""
    file = files("mappings") / "codes" / f"{name}.csv"
    if not re.fullmatch(r"[\w-]+", name) or not file.is_file():
        raise ValueError(f"code_list: there is no mappings/codes/{name}.csv")
    rows = csv.reader(line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    next(rows)
    return {row[0]: row[1] for row in rows}
