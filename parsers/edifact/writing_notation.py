"""From a record to the segments of a message: the notation of mappings/formats/edifact/writing.

A file mirrors the message as a reading mapping mirrors the record: on the left a path in the numbers of the directory, on the right
the field that stands there. (The reading mappings cannot be turned round: their alternatives say what senders do, not what we do.)

    kinds: [Order]                                  # which records become this message
    segments:
      BGM[1225=9]: {1001: order_type_code, 1004: id}       # predicates are constants that are written beside the fields
      DTM[2005=137]/2380: {date: issue_date, time: issue_time}      # one element alone; 2379 (102, 203, 204) follows from the value
      FTX[4451=AAI]: {each: notes, C108/4440: {field: ., more: true}}      # a segment for each; `.` is the text itself
      SG2[NAD/3035=BY]:                             # a segment group; the predicate is a constant of its trigger
        at: buyer_customer_party                    # the fields below are those of the buyer
        NAD: {C080/3036: name, C059/3042: {lines: [street_name, additional_street_name, address_lines]}}
        SG3[RFF/1153=VA]: {each: tax_ids, when: scheme_id=VAT, RFF/1154: value}
      CNT[6069=2]/6066: {count: order_lines}
      MOA[5025=86]: {like: amount, at: anticipated_monetary_total.payable_amount}      # a block of parts.yaml: see mapping_files.py

Segments come in the order of the directory, those with the same tag in the order of the file. Group numbers are those of D.96A (of
the directory itself, if D.96A has no such message); in other directories the group with the same trigger is taken. SG[RFF/1153=VA]
is the first group with that trigger, where there is one.

at, each     of a group or segment: the structure, or each of the tuple, that the fields below belong to; `at` takes the first
             that fits `when`. A field begins at the record with /. Of a tuple [0] is the first, [1:] are all but the first.
levels       of the group CPS: the lines of a despatch or receipt advice, sorted by what they are packed in (writing_packing.py).
             A level has `number`, `parent`, and for `each` in it `units` and `lines`
same         of a party's group: a place of the record that is said with it, if it has the same code, name and address
when, unless conditions, one or a list: FIELD (it has a value), FIELD=A|B (it has one of these), FIELD=/OTHER or FIELD=./OTHER (the same).

A segment is written if one of its fields has a value, a group if one in it has. A constant is left out where its composite has
fields and none of them has a value. Where several fields or constants may stand in one place they are a list: the first that has a
value that fits there. A field that only other kinds of record or line have is left out, so that kinds may share a file.

field        the field; a text for a component that is repeated runs on over its places
codes        translate: {false: A, true: C}; a code that is not listed stays as it is
code_list    the same by the first two columns of mappings/codes/NAME.csv
only         only these values
part         of a value with colons, the n-th part
plus         add to a whole number
more         what does not fit goes on in a further segment
cut          what does not fit is left out, and that is said as a warning; else it is an error
is           a constant
date, time   a point in time
lines, over  texts, each on a line (component) of its own; `over`: the component for lines that have no room
count        how many the tuple has
ordinal      true: the number of the structure that `each` has taken
D.01B        what is different in that directory and later ones, in any of these

Every field of the record that no element has carried is a problem `edifact-not-carried`; HUB_FIELDS are those that say nothing to a
partner. Not missed either: an identifier equal to one beside it that was written, and the number of a line that is its position.
"""

import csv
import re
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

from parsers.edifact.directory import REFERENCE, RELEASES, Directory, Member, directory
from parsers.edifact.structure import key
from parsers.edifact.writing_packing import levels
from parsers.edifact.writing_text import Segment, digits, divided, number, plain
from wharfinger.mapping import MappingError, merge
from wharfinger.problems import Place, Problem
from wharfinger.records import KINDS, Identifier, Line, Location, Party, Record, TransportHandlingUnit

HUB_FIELDS = frozenset(("origin", "assumed", "test_indicator", "line_count_numeric"))
"""Fields that no mapping has to place: what the hub noted for itself, what UNB says, and a count that is counted anew."""

Path = tuple[str | int, ...]
Node = tuple[Any, Path]
"""A structure or text of the record, and the way to it."""


@dataclass(slots=True)
class Job:
    """One record on its way: which of its fields were written (taken) or said otherwise (said, with all in them), what is wrong."""

    record: Record
    mark: str = "."
    taken: set[Path] = field(default_factory=set)
    said: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: str, path: Path, **more: str) -> None:
        """Note what is wrong with the field at the path."""
        place = self.record.origin or Place()
        self.problems.append(Problem(code=code, place=place, subject=dotted(path), **more))


Emit = Callable[[Job, Node, list[Segment]], bool]
"""Append the segments of a node; whether a field of the record stands in them."""


def dotted(path: Path) -> str:
    """order_lines[2].item.name; members of a tuple are counted from 1."""
    return "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")


def compile_message(mapping: dict[str, Any], kind: type, message: str, table: Directory) -> Emit:
    """A function that writes a record of that kind as the segments of a message, without UNH and UNT. Raises MappingError."""
    unknown = mapping.keys() - {"kinds", "segments"}
    if unknown or not isinstance(mapping.get("segments"), dict) or not isinstance(mapping.get("kinds"), list):
        raise MappingError(message, f"{', '.join(map(str, unknown)) or 'kinds and segments'}: write `kinds: [...]` and `segments: ...`")
    if kind.__name__ not in mapping["kinds"]:
        raise MappingError(f"{message}.kinds", f"{kind.__name__} is not among {', '.join(map(str, mapping['kinds']))}")
    return _Compiler(kind, table).message(mapping["segments"], message)


def not_carried(job: Job) -> None:
    """Note every field that no element has carried, the highest that says it all."""
    reached = {path[:length] for path in job.taken for length in range(len(path) + 1)}
    for path, value in _missed(job.record, (), reached, job.said, []):
        job.problem("edifact-not-carried", path, found=_shown(value))


def _missed(structure: Any, path: Path, reached: set[Path], said: set[Path], written: list[Identifier]) -> Iterator[tuple[Path, Any]]:
    """Fields of a structure or tuple that were not taken; one of which nothing was taken stands for all in it.

    reached: what was taken, and all that it is in. written: identifiers beside the tuple that were written.
    """
    if isinstance(structure, msgspec.Struct):
        members: list[tuple[str | int, Any]] = [(name, getattr(structure, name)) for name in structure.__struct_fields__]
        found = [one for name, value in members for one in _identifiers(value, (*path, name))]
        written = [one for one, at in found if (*at, "value") in reached]
    else:
        members = list(enumerate(structure))
    for name, value in members:
        at = (*path, name)
        if value is None or value == () or value == {} or name in HUB_FIELDS or at in said:
            continue
        if isinstance(value, Identifier) and value in written and at not in reached:
            continue
        if name == "id" and isinstance(structure, _LINES) and isinstance(path[-1], int) and value == str(path[-1] + 1):
            continue
        if isinstance(structure, Party) and path in reached and _said(structure, name, reached, path):
            continue
        if not isinstance(value, msgspec.Struct | tuple):
            if at not in reached:
                yield at, value
        elif at in reached:
            yield from _missed(value, at, reached, said, written)
        elif not isinstance(value, tuple) or list(_missed(value, at, reached, said, written)):
            yield at, value


def _said(party: Party, name: str | int, reached: set[Path], path: Path) -> bool:
    """Whether a party's field says nothing beside what was written: the hub's own name for it, its name once more."""
    if name == "id":
        return True
    return name == "registration_name" and party.registration_name == party.name and (*path, "name") in reached


def _identifiers(value: Any, at: Path) -> list[tuple[Identifier, Path]]:
    if isinstance(value, Identifier):
        return [(value, at)]
    if isinstance(value, tuple):
        return [(one, (*at, index)) for index, one in enumerate(value) if isinstance(one, Identifier)]
    return []


def _shown(value: Any) -> str:
    """A field's value as short as a person would say it."""
    if isinstance(value, msgspec.Struct):
        return ", ".join(_shown(one) for name in value.__struct_fields__ if (one := getattr(value, name)) not in (None, (), {}))[:120]
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))[:120]
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())[:120]
    return str(value)[:120]


class _Slot(NamedTuple):
    """A place in a segment: element and component from 0, length and whether it is a number."""

    element: int
    component: int
    length: int
    numeric: bool

    def holds(self, text: str) -> bool:
        if not self.numeric:
            return len(text) <= self.length
        return bool(_NUMBER.fullmatch(text)) and digits(text) <= self.length

    @property
    def form(self) -> str:
        return f"{'n' if self.numeric else 'an'}..{self.length}"


class _Level(NamedTuple):
    """A level of writing_packing with the units and lines themselves, and where they stand in the record."""

    number: str
    parent: str | None
    units: tuple[Node, ...]
    lines: tuple[Node, ...]


class _LevelOf(NamedTuple):
    """The kind of a level: what its lines are."""

    line: type


_FAMILIES: tuple[tuple[Any, ...], ...] = (tuple(KINDS.values()), typing.get_args(Line))
"""Records and lines: a field that only others of the family have is left out of the mapping."""

_LINES = typing.get_args(Line)
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


class _Piece(NamedTuple):
    """What a leaf gives: texts for its slots in order, whether they say something of the record, what has no room yet."""

    texts: list[str]
    strong: bool
    rest: str = ""


_Leaf = Callable[[Job, Node], _Piece | None]


class _Placing(NamedTuple):
    """A leaf and its places; whether one of its alternatives is a field of the record."""

    slots: list[_Slot]
    leaf: _Leaf
    has_field: bool

    @property
    def element(self) -> int:
        return self.slots[0].element


_Get = Callable[[Job, Node], tuple[Any, Path] | None]
_Test = Callable[[Job, Node], bool]

_HEADS = {"at", "each", "levels", "same", "when", "unless"}
_WORDS = {"field", "codes", "code_list", "only", "part", "more", "cut", "plus", "is", "date", "time", "lines", "over", "count", "ordinal"}
_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
_KEY = re.compile(r"(SG\d*|[A-Z]{3})((?:\[[^\]]*\])*)(?:/(.+))?")
_ELEMENT = re.compile(r"(?:([CS]\d{3})(?:#(\d))?/)?(\d{4})(?:#(\d))?")


class _Compiler:
    """Compiles for one kind of record and one directory."""

    def __init__(self, kind: type, table: Directory) -> None:
        self._kind = kind
        self._table = table

    def message(self, mapping: dict[str, Any], message: str) -> Emit:
        here = self._table.messages.get(message)
        if here is None:
            raise MappingError(message, f"{self._table.name} has no such message; valid: {', '.join(self._table.messages)}")
        reference = directory(REFERENCE).messages.get(message, here)
        emits = self._members(self._entry(mapping, message), self._kind, here.members, reference.members, message, {})
        return _all_of([emit for group in emits for emit in group])

    def _members(
        self, mapping: dict[str, Any], kind: Any, here: tuple[Member, ...], reference: tuple[Member, ...], at: str, extra: dict[str, str]
    ) -> list[list[Emit]]:
        """For each member of the message or group in order, what writes it. extra: predicates of the group for its trigger."""
        found: list[list[Emit]] = [[] for _ in here]
        seen_trigger = False
        for name, value in mapping.items():
            if name in _HEADS:
                continue
            match = _KEY.fullmatch(str(name))
            if match is None:
                raise MappingError(f"{at}.{name}", f"write a segment as TAG[nnnn=value] or a group as SGn, or {', '.join(sorted(_HEADS))}")
            tag, predicates, path = match.groups()
            where = f"{at}.{name}"
            for one in value if isinstance(value, list) and not path else [value]:
                if tag.startswith("SG"):
                    index = self._group_index(tag, predicates, here, reference, where)
                    if index is not None:
                        names = [key(reference, number) for number in range(len(reference))]
                        inner = reference[names.index(key(here, index))].members if key(here, index) in names else here[index].members
                        found[index].append(self._group(one, kind, here[index], inner, predicates, where))
                    continue
                seen_trigger = seen_trigger or bool(extra and tag == here[0].tag)
                index = next((number for number, member in enumerate(here) if not member.group and member.tag == tag), None)
                if index is None:
                    if not any(member.tag == tag and not member.group for member in reference):
                        raise MappingError(where, f"no {tag} here; valid: {', '.join(one.group or one.tag for one in here)}")
                    continue
                more = extra if index == 0 else {}
                found[index].append(self._segment(tag, predicates, path, one, kind, where, more))
        if extra and not seen_trigger:
            found[0].insert(0, self._segment(here[0].tag, "", None, {}, kind, at, extra))
        return found

    def _group_index(
        self, number: str, predicates: str, here: tuple[Member, ...], reference: tuple[Member, ...], where: str
    ) -> int | None:
        """Which member of this level the group is. Without a number: the first with that trigger, if there is one."""
        if number == "SG":
            if not predicates:
                raise MappingError(where, "write SG[TAG] or SG[TAG/nnnn=value], or the group's number")
            return next((index for index, one in enumerate(here) if one.group and one.tag == predicates[1:4]), None)
        names = {one.group: key(reference, index) for index, one in enumerate(reference) if one.group}
        if number not in names:
            raise MappingError(where, f"no {number} here; valid: {', '.join(names) or 'no group'}")
        return next((index for index, one in enumerate(here) if one.group and key(here, index) == names[number]), None)

    def _group(self, value: Any, kind: Any, here: Member, reference: tuple[Member, ...], predicates: str, at: str) -> Emit:
        value = self._entry(value, at)
        extra: dict[str, str] = {}
        for one in re.findall(r"\[([^\]]*)\]", predicates):
            tag, slash, rest = one.partition("/")
            if one == here.tag:
                continue
            if tag != here.tag or not slash:
                raise MappingError(at, f"[{one}]: write [{here.tag}/nnnn=value]")
            path, _, text = rest.rpartition("=")
            extra[path] = text
        nodes, inner = self._nodes(value, kind, at)
        if nodes is None:
            return _nothing
        plans = self._members(value, inner, here.members, reference, at, extra)
        if not plans[0]:
            plans[0].append(self._segment(here.tag, "", None, {}, inner, at, {}))
        triggers, others = _all_of(plans[0]), _all_of([emit for plan in plans[1:] for emit in plan])
        bare = self._segment(here.tag, "", None, {}, inner, at, self._constants(value, here.tag, extra))
        only_constants = not any(self._has_field(one) for name, one in value.items() if name not in _HEADS)
        same = self._get(str(value["same"]), inner, f"{at}.same") if "same" in value else None

        def emit(job: Job, node: Node, out: list[Segment]) -> bool:
            written = False
            for sub in nodes(job, node):
                first: list[Segment] = []
                rest: list[Segment] = []
                strong = triggers(job, sub, first)
                strong = others(job, sub, rest) or strong
                if not strong and not only_constants:
                    continue
                if not first:
                    bare(job, sub, first)
                out.extend(first)
                out.extend(rest)
                written = True
                if same and (place := same[0](job, sub)) and _is_at(place[0], sub[0]):
                    job.said.add(place[1])
            return written

        return emit

    def _constants(self, value: dict[str, Any], tag: str, extra: dict[str, str]) -> dict[str, str]:
        """The constants of a group's trigger, which is written with these alone if only segments after it have values."""
        found = dict(extra)
        for name in value:
            match = _KEY.fullmatch(str(name))
            if match and match[1] == tag:
                found |= dict(one.split("=", 1) for one in re.findall(r"\[([^\]]*=[^\]]*)\]", match[2]))
        return found

    def _segment(
        self, tag: str, predicates: str, path: str | None, value: Any, kind: Any, at: str, extra: dict[str, str]
    ) -> Emit:
        value = self._entry({path: value} if path else value, at)
        nodes, inner = self._nodes(value, kind, at)
        if nodes is None:
            return _nothing
        written = [one.partition("=")[::2] for one in re.findall(r"\[([^\]]*)\]", predicates)]
        constants = [(slots[0], text) for element, text in [*written, *extra.items()] if (slots := self._slots(tag, element, at))]
        if any(not text for _, text in constants):
            raise MappingError(at, f"{predicates}: write [nnnn=value]")
        leaves = []
        for name, leaf in value.items():
            if name in _HEADS:
                continue
            slots = self._slots(tag, name, f"{at}.{name}")
            if isinstance(leaf, dict) and "over" in leaf:
                slots = [*slots, *self._slots(tag, str(leaf["over"]), f"{at}.{name}.over")]
            if slots and name.endswith("2380"):
                slots = [slots[0], *self._slots(tag, "2379", at)]
            compiled = self._leaf(leaf, inner, slots, f"{at}.{name}") if slots else None
            if compiled:
                leaves.append(_Placing(slots, compiled, self._has_field(leaf)))
        fields_in = Counter(one.element for one in leaves if one.has_field)
        always = not leaves

        def emit(job: Job, node: Node, out: list[Segment]) -> bool:
            count = len(out)
            for sub in nodes(job, node):
                found = [(one, piece) for one in leaves if (piece := one.leaf(job, sub)) is not None]
                strong = {one.element for one, piece in found if piece.strong}
                if not strong and not always:
                    continue
                kept = [
                    (one, piece)
                    for one, piece in found
                    if piece.strong or one.element in strong or fields_in[one.element] <= one.has_field
                ]  # fmt: skip
                filled = {one.element for one, _ in kept}
                fixed = [(slot, text) for slot, text in constants if not fields_in[slot.element] or slot.element in filled]
                placed = [pair for one, piece in kept for pair in zip(one.slots, piece.texts, strict=False)]
                out.append(_filled(tag, [*fixed, *placed]))
                for one, piece in kept:
                    rest = piece.rest
                    while rest:
                        pieces, rest = divided(rest, one.slots[0].length, len(one.slots))
                        out.append(_filled(tag, [*fixed, *zip(one.slots, pieces, strict=False)]))
            return len(out) > count and not always

        return emit

    def _entry(self, value: Any, at: str) -> dict[str, Any]:
        """The mapping of a segment, group or leaf with what is different in this directory."""
        if not isinstance(value, dict):
            raise MappingError(at, "write a mapping of elements or segments")
        own = {str(name): one for name, one in value.items()}
        merged = {name: one for name, one in own.items() if one is not None and not name.startswith("D.")}
        for name, one in own.items():
            if name.startswith("D."):
                if name[2:] not in RELEASES:
                    raise MappingError(f"{at}.{name}", f"no directory {name}; valid: {', '.join(f'D.{one}' for one in RELEASES)}")
                if RELEASES.index(name[2:]) <= RELEASES.index(self._table.release):
                    merged = merge(merged, one)
        return merged

    def _nodes(self, value: dict[str, Any], kind: Any, at: str) -> tuple[Callable[[Job, Node], Iterator[Node]] | None, Any]:
        """What `at` or `each` leads to, as far as `when` and `unless` hold; and its type."""
        if "levels" in value:
            return self._levels(str(value["levels"]), kind, at)
        word = next((one for one in ("each", "at") if one in value), None)
        if isinstance(kind, _LevelOf) and value.get(word or "") in ("units", "lines"):
            which, member = value[word], TransportHandlingUnit if value[word] == "units" else kind.line
            holds = self._condition(value, member, at)
            return (lambda job, node: (one for one in getattr(node[0], which) if holds(job, one))), member
        if word is None:
            holds = self._condition(value, kind, at)
            return (lambda job, node: iter((node,)) if holds(job, node) else iter(())), kind
        if "each" in value and "at" in value:
            raise MappingError(at, "write at or each, not both")
        alternatives: list[tuple[_Get, int]] = []
        inner: Any = None
        for path in _listed(value[word]):
            name, _, begin = str(path).removesuffix(":]").partition("[") if str(path).endswith(":]") else (str(path), "", "0")
            found = self._get(name, kind, f"{at}.{word}")
            if found is not None:
                alternatives.append((found[0], int(begin)))
                inner = found[1]
        if not alternatives:
            return None, None
        many = typing.get_origin(inner) is tuple
        member = typing.get_args(inner)[0] if many else inner
        if word == "each" and not many:
            raise MappingError(f"{at}.each", f"{value[word]} is one alone; write at")
        holds = self._condition(value, member, at)

        def nodes(job: Job, node: Node) -> Iterator[Node]:
            for get, begin in alternatives:
                found = get(job, node)
                if found is None:
                    continue
                whole, path = found
                subs = [(one, (*path, index)) for index, one in enumerate(whole)][begin:] if many else [found]
                fitting = [sub for sub in subs if holds(job, sub)] if word == "each" else _first(holds, job, subs)
                yield from fitting
                return

        return nodes, member

    def _levels(self, path: str, kind: Any, at: str) -> tuple[Callable[[Job, Node], Iterator[Node]] | None, Any]:
        """The levels of packing: the units of the shipment with the lines that the path leads to."""
        found = [self._get(one, kind, f"{at}.levels") for one in (path, "/shipment.transport_handling_units")]
        lines, units = found
        if lines is None or units is None:
            return None, None
        get_lines, get_units = lines[0], units[0]

        def nodes(job: Job, node: Node) -> Iterator[Node]:
            every, rows = _members(get_units(job, node)), _members(get_lines(job, node))
            known = {one.id for one, _ in every}
            for line, at in rows:
                for index, unit in enumerate(line.transport_handling_units):
                    if unit.id not in known:
                        known.add(unit.id)
                        every.append((unit, (*at, "transport_handling_units", index)))
            for level in levels([one for one, _ in every], [line.transport_handling_units for line, _ in rows]):
                inside = [every[index] for index in level.units]
                here = [rows[index] for index in level.lines]
                units_here = [unit for unit, _ in inside]
                for line, at in here:
                    copies = enumerate(line.transport_handling_units)
                    job.said.update((*at, "transport_handling_units", index) for index, one in copies if one in units_here)
                job.said.update((*at, "parent_id") for _, at in inside if level.parent != "1")
                yield _Level(level.number, level.parent, tuple(inside), tuple(here)), ()

        return nodes, _LevelOf(typing.get_args(lines[1])[0])

    def _condition(self, value: dict[str, Any], kind: Any, at: str) -> _Test:
        """What `when` and `unless` say."""
        positive = [self._test(str(one), kind, f"{at}.when") for one in _listed(value.get("when"))]
        negative = [self._test(str(one), kind, f"{at}.unless") for one in _listed(value.get("unless"))]
        if not positive and not negative:
            return lambda job, node: True
        return lambda job, node: all(one(job, node) for one in positive) and not any(one(job, node) for one in negative)

    def _test(self, text: str, kind: Any, at: str) -> _Test:
        path, equals, right = text.partition("=")
        found = self._get(path, kind, at)
        compares = right.startswith(("/", "./"))
        other = self._get(right.removeprefix("./"), kind, at) if compares else None
        if found is None or (compares and other is None):
            return lambda job, node: False
        get = found[0]
        get_other = other[0] if other else None
        if not equals:
            return lambda job, node: get(job, node) is not None
        constants = frozenset(right.split("|"))

        def test(job: Job, node: Node) -> bool:
            value = get(job, node)
            if get_other:
                compared = get_other(job, node)
                wanted = frozenset((_word(compared[0]),)) if compared else frozenset()
            else:
                wanted = constants
            if value is None or _word(value[0]) not in wanted:
                return False
            job.taken.add(value[1])
            return True

        return test

    def _get(self, path: str, kind: Any, at: str) -> tuple[_Get, Any] | None:
        """What looks a field up, and its type; None if this kind of record has no such field."""
        if isinstance(kind, _LevelOf):
            if path not in ("number", "parent"):
                raise MappingError(at, f"no field {path!r}; a level has: number, parent, units, lines")
            return (lambda job, node: (getattr(node[0], path), ()) if getattr(node[0], path) else None), str
        if path == ".":
            return (lambda job, node: node if node[0] not in (None, "") else None), kind
        here = self._kind if path.startswith("/") else kind
        steps: list[tuple[str, int | None]] = []
        for one in path.removeprefix("/").split("."):
            match = _STEP.fullmatch(one)
            if match is None:
                raise MappingError(at, f"{path!r} is no field; write a.b, /a or a[0]")
            name, index = match[1], int(match[2]) if match[2] else None
            hints = _hints(here) if isinstance(here, type) and issubclass(here, msgspec.Struct) else {}
            if name not in hints:
                if any(here in family and any(name in one.__struct_fields__ for one in family) for family in _FAMILIES):
                    return None
                raise MappingError(at, f"no field {path!r}; {getattr(here, '__name__', 'a text')} has: {', '.join(hints) or 'no fields'}")
            here = hints[name]
            if index is not None:
                here = typing.get_args(here)[0]
            steps.append((name, index))
        rooted = path.startswith("/")

        def get(job: Job, node: Node) -> tuple[Any, Path] | None:
            value, at = (job.record, ()) if rooted else node
            for name, index in steps:
                value = getattr(value, name)
                if value is None or value == () or value == "":
                    return None
                at = (*at, name)
                if index is not None:
                    if len(value) <= index:
                        return None
                    value, at = value[index], (*at, index)
            return value, at

        return get, here

    def _slots(self, tag: str, path: str, at: str) -> list[_Slot]:
        """The places of an element in the segment, [] if only other directories have it."""
        match = _ELEMENT.fullmatch(path)
        if match is None:
            raise MappingError(at, f"{path!r}: write nnnn or Cnnn/nnnn, with #2 for the second")
        slots = _slots(self._table.release, tag, match[1] or "", int(match[2] or 0), match[3], int(match[4] or 0))
        if not slots and not any(_slots(release, tag, match[1] or "", 0, match[3], 0) for release in RELEASES):
            row = self._table.segments.get(tag)
            raise MappingError(at, f"{tag} has no {path}; valid: {', '.join(_numbers(self._table, tag)) if row else 'no such segment'}")
        return slots

    def _has_field(self, value: Any) -> bool:
        if isinstance(value, list):
            return any(self._has_field(one) for one in value)
        if not isinstance(value, dict):
            return True
        if "is" in value:
            return False
        return any(self._has_field(one) for name, one in value.items() if name not in _HEADS) or bool(value.keys() & (_WORDS - {"is"}))

    def _leaf(self, leaf: Any, kind: Any, slots: list[_Slot], at: str) -> _Leaf:
        options = [self._option(one, kind, slots, at, last=False) for one in _listed(leaf)[:-1]]
        options += [self._option(one, kind, slots, at, last=True) for one in _listed(leaf)[-1:]]
        if len(options) == 1:
            return options[0]

        def first(job: Job, node: Node) -> _Piece | None:
            return next((piece for one in options if (piece := one(job, node)) is not None), None)

        return first

    def _option(self, leaf: Any, kind: Any, slots: list[_Slot], at: str, *, last: bool) -> _Leaf:
        """One of the fields or constants that may stand in a place. last: if it does not fit, that is an error."""
        leaf = self._entry(leaf if isinstance(leaf, dict) else {"field": leaf}, at)
        if unknown := leaf.keys() - _WORDS - {"when", "unless"}:
            raise MappingError(at, f"unknown: {', '.join(unknown)}; valid: {', '.join(sorted(_WORDS))}, when, unless, D.nnA")
        if len(kinds := leaf.keys() & {"field", "is", "date", "lines", "count", "ordinal"}) != 1:
            raise MappingError(at, f"write one of field, is, date, lines, count, ordinal (here: {', '.join(kinds) or 'none'})")
        make = {"field": self._of_field, "is": self._of_constant, "date": self._of_date, "lines": self._of_lines}
        builder = make.get(next(iter(kinds)), self._of_number)
        inner = builder(leaf, kind, slots, at, last)
        if inner is None:
            return _no_piece
        if "when" not in leaf and "unless" not in leaf:
            return inner
        holds = self._condition(leaf, kind, at)
        return lambda job, node: inner(job, node) if holds(job, node) else None

    def _of_constant(self, leaf: dict[str, Any], kind: Any, slots: list[_Slot], at: str, last: bool) -> _Leaf:
        text = str(leaf["is"])
        if not slots[0].holds(text):
            raise MappingError(at, f"{text!r} does not fit {slots[0].form}")
        piece = _Piece([text], strong=False)
        return lambda job, node: piece

    def _of_number(self, leaf: dict[str, Any], kind: Any, slots: list[_Slot], at: str, last: bool) -> _Leaf | None:
        if "ordinal" in leaf:
            return lambda job, node: _Piece([str(int(node[1][-1]) + 1)], strong=True)
        found = self._get(str(leaf["count"]), kind, at)
        if found is None:
            return None
        get = found[0]
        return lambda job, node: _Piece([str(len(value[0]))], strong=True) if (value := get(job, node)) else None

    def _of_date(self, leaf: dict[str, Any], kind: Any, slots: list[_Slot], at: str, last: bool) -> _Leaf | None:
        day = self._get(str(leaf["date"]), kind, f"{at}.date")
        clock = self._get(str(leaf["time"]), kind, f"{at}.time") if "time" in leaf else None
        if day is None:
            return None
        get_day, get_clock = day[0], clock[0] if clock else None
        with_format = len(slots) > 1

        def piece(job: Job, node: Node) -> _Piece | None:
            found = get_day(job, node)
            if found is None:
                return None
            value, path = found
            job.taken.add(path)
            text, code = f"{value:%Y%m%d}" if value.year > 999 else f"{value.year:04}{value:%m%d}", "102"  # noqa: PLR2004
            moment = get_clock(job, node) if get_clock else None
            if moment is not None:
                at_time: time = moment[0]
                job.taken.add(moment[1])
                text, code = (text + f"{at_time:%H%M%S}", "204") if at_time.second else (text + f"{at_time:%H%M}", "203")
                if at_time.microsecond or at_time.tzinfo:
                    job.problem("edifact-not-carried", moment[1], found=at_time.isoformat())
            return _Piece([text, code] if with_format else [text], strong=True)

        return piece

    def _of_lines(self, leaf: dict[str, Any], kind: Any, slots: list[_Slot], at: str, last: bool) -> _Leaf | None:
        gets = [found[0] for one in _listed(leaf["lines"]) if (found := self._get(str(one), kind, f"{at}.lines")) is not None]
        if not gets:
            return None
        width, cut = min(one.length for one in slots), bool(leaf.get("cut"))

        def piece(job: Job, node: Node) -> _Piece | None:
            texts: list[str] = []
            for get in gets:
                found = get(job, node)
                if found is None:
                    continue
                for index, one in enumerate(found[0] if isinstance(found[0], tuple) else (found[0],)):
                    path = (*found[1], index) if isinstance(found[0], tuple) else found[1]
                    job.taken.add(path)
                    text = plain(one)
                    pieces, _ = divided(text, width, len(text))
                    room = len(slots) - len(texts)
                    if len(pieces) > room:
                        job.problem("edifact-text-cut" if cut else "edifact-no-room", path, expected=f"{len(slots)} x {width}", found=text)
                    elif len(pieces) > 1:
                        job.problem("edifact-text-divided", path, expected=str(width), found=text)
                    texts.extend(pieces[:room])
            return _Piece(texts, strong=True) if texts else None

        return piece

    def _of_field(self, leaf: dict[str, Any], kind: Any, slots: list[_Slot], at: str, last: bool) -> _Leaf | None:
        found = self._get(str(leaf["field"]), kind, f"{at}.field")
        if found is None:
            return None
        get = found[0]
        codes = {_word(name): str(code) for name, code in (leaf.get("codes") or {}).items()}
        if "code_list" in leaf:
            codes = _code_list(str(leaf["code_list"]), at) | codes
        only = frozenset(_word(one) for one in _listed(leaf.get("only")))
        part, plus = int(leaf.get("part", 0)), int(leaf.get("plus", 0))
        more, cut = bool(leaf.get("more")), bool(leaf.get("cut"))
        slot, width = slots[0], slots[0].length

        def piece(job: Job, node: Node) -> _Piece | None:
            found = get(job, node)
            if found is None:
                return None
            value, path = found
            text = number(value, job.mark) if isinstance(value, Decimal) else plain(_word(value + plus if plus else value))
            if only and text not in only:
                return None
            text = codes.get(text, text)
            if part:
                text = [*text.split(":"), *[""] * part][part - 1]
            if not text:
                return None
            if isinstance(value, Decimal) and not slot.holds(text) and "." in format(value, "f"):
                text = text.rstrip("0").rstrip(".,")  # 1.500000000 is 1.5
            if slot.holds(text):
                job.taken.add(path)
                return _Piece([text], strong=True)
            if slot.numeric or isinstance(value, Decimal) or (len(slots) == 1 and not more and not cut):
                if not last:
                    return None
                job.taken.add(path)
                job.problem("edifact-no-room", path, expected=slot.form, found=text)
                return None
            job.taken.add(path)
            pieces, rest = divided(text, width, len(slots))
            if rest and not more:
                job.problem("edifact-text-cut" if cut else "edifact-no-room", path, expected=f"{len(slots)} x {width}", found=text)
            elif rest:
                job.problem("edifact-text-divided", path, expected=f"{len(slots)} x {width}", found=text)
            return _Piece(pieces, strong=True, rest=rest)

        return piece


def _nothing(job: Job, node: Node, out: list[Segment]) -> bool:
    return False


def _all_of(emits: list[Emit]) -> Emit:
    """One after the other, whatever the others have written."""
    return lambda job, node, out: sum(one(job, node, out) for one in emits) > 0


def _is_at(place: Location, party: Party) -> bool:
    """Whether a place says no more than the party that is there."""
    known = (party.endpoint_id, *party.identifications)
    return (
        (place.id is None or place.id in known) and place.name in (None, party.name) and place.address in (None, party.address)
    )


def _members(found: tuple[Any, Path] | None) -> list[Node]:
    return [(one, (*found[1], index)) for index, one in enumerate(found[0])] if found else []


def _first(holds: _Test, job: Job, nodes: list[Node]) -> list[Node]:
    return next(([node] for node in nodes if holds(job, node)), [])


def _no_piece(job: Job, node: Node) -> None:
    return None


def _filled(tag: str, placed: list[tuple[_Slot, str]]) -> Segment:
    """The segment with these values in their places."""
    elements: list[list[str]] = [[] for _ in range(max((slot.element for slot, _ in placed), default=-1) + 1)]
    for slot, text in placed:
        components = elements[slot.element]
        components.extend([""] * (slot.component + 1 - len(components)))
        components[slot.component] = text
    return [tag, *elements]


def _word(value: Any) -> str:
    """A value as a mapping file writes it."""
    return str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else str(value)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


@cache
def _slots(release: str, tag: str, composite: str, which: int, number: str, occurrence: int) -> list[_Slot]:
    """Where a component stands in the segment; without a composite wherever its number is found first."""
    table = directory(release)
    row = table.segments.get(tag)
    before = 0
    for element, part in enumerate(row.elements if row else ()):
        inner = table.composites.get(part.number)
        if inner is None:
            if part.number == number and not composite:
                before += 1
                if before == (occurrence or 1):
                    return [_slot(table, element, 0, part.number, part.format)]
            continue
        if composite and part.number != composite:
            continue
        found = [_slot(table, element, at, one.number, one.format) for at, one in enumerate(inner.elements) if one.number == number]
        if found:
            before += 1
            if before == (which or 1):
                return found[occurrence - 1 : occurrence] if occurrence else found
    return []


def _slot(table: Directory, element: int, component: int, number: str, form: str) -> _Slot:
    form = form or table.elements[number].format
    length = re.search(r"\d+$", form)
    return _Slot(element, component, int(length[0]) if length else 35, form.startswith("n"))


def _numbers(table: Directory, tag: str) -> list[str]:
    names = []
    for part in table.segments[tag].elements:
        inner = table.composites.get(part.number)
        names.extend(f"{part.number}/{one.number}" for one in inner.elements) if inner else names.append(part.number)
    return list(dict.fromkeys(names))


@cache
def _code_list(name: str, at: str) -> dict[str, str]:
    """The first column of mappings/codes/NAME.csv -> the second."""
    file = files("mappings") / "codes" / f"{name}.csv"
    if not re.fullmatch(r"[\w-]+", name) or not file.is_file():
        raise MappingError(at, f"code_list: there is no mappings/codes/{name}.csv")
    rows = csv.reader(line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    next(rows)
    return {row[0]: row[1] for row in rows}


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Field name -> its type without None; a dict (extensions) is no field to write."""
    hints = {}
    for name, hint in typing.get_type_hints(kind).items():
        if name in kind.__struct_fields__ and typing.get_origin(hint) is not dict:  # type: ignore[attr-defined]  # msgspec
            members = [one for one in typing.get_args(hint) if one is not type(None)]
            hints[name] = members[0] if typing.get_origin(hint) in (types.UnionType, typing.Union) else hint
    return hints
