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
unused       true: of a segment or group, only the structures or texts of which nothing was written further up
same         of a party's group: a place of the record that is said with it, if it has the same code, name and address
when, unless conditions, one or a list: FIELD (it has a value), FIELD=A|B (it has one of these), FIELD=/OTHER or FIELD=./OTHER (the same).

A segment is written if one of its fields has a value, a group if one in it has. A constant is left out where its composite has
fields and none of them has a value. Where several fields or constants may stand in one place they are a list: the first that has a
value that fits there. A field that only other kinds of record or line have is left out, so that kinds may share a file.

field        the field; a text for a component that is repeated runs on over its places
codes        translate: {false: A, true: C}; a code that is not listed stays as it is
code_list    the same by the first two columns of mappings/codes/NAME.csv
only         only these values
listed       true: only values that are among the codes
part         of a value with colons, the n-th part
plus         add to a whole number
more         what does not fit goes on in a further segment
cut          what does not fit is left out, and that is said as a warning; else it is an error
fitting      what does not fit is left out as not carried
beyond       only a text longer than so many characters, which did not fit elsewhere
is           a constant
date, time   a point in time; with end, end_time where they have a value a period (718, or 719 if both have a time)
lines, over  texts, each on a line (component) of its own; `over`: the component for lines that have no room
count        how many the tuple has
ordinal      true: the number of the structure that `each` has taken
D.01B        what is different in that directory and later ones, in any of these

Every field of the record that no element has carried is a problem `edifact-not-carried`; HUB_FIELDS (writing_job.py) are those that
say nothing to a partner, IMPLIED what the field says by itself. Not missed either: an identifier equal to one beside it that was
written, and the number of a line that is its position.
"""

import re
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from parsers.edifact.directory import REFERENCE, RELEASES, Directory, Member, directory
from parsers.edifact.steps import key
from parsers.edifact.writing_fields import HEADS, Fields, Get, Leaf, LevelOf, Slot, Test, listed
from parsers.edifact.writing_job import Job, Node, Path
from parsers.edifact.writing_packing import levels
from parsers.edifact.writing_text import Segment, divided
from wharfinger.mapping import MappingError
from wharfinger.records import Location, Party, TransportHandlingUnit

Emit = Callable[[Job, Node, list[Segment]], bool]
"""Append the segments of a node; whether a field of the record stands in them."""


def compile_message(mapping: dict[str, Any], kind: type, message: str, table: Directory) -> Emit:
    """A function that writes a record of that kind as the segments of a message, without UNH and UNT. Raises MappingError."""
    unknown = mapping.keys() - {"kinds", "segments"}
    if unknown or not isinstance(mapping.get("segments"), dict) or not isinstance(mapping.get("kinds"), list):
        raise MappingError(message, f"{', '.join(map(str, unknown)) or 'kinds and segments'}: write `kinds: [...]` and `segments: ...`")
    if kind.__name__ not in mapping["kinds"]:
        raise MappingError(f"{message}.kinds", f"{kind.__name__} is not among {', '.join(map(str, mapping['kinds']))}")
    return _Compiler(kind, table).message(mapping["segments"], message)


Levels = tuple[tuple[Member, ...], ...]
"""The members of one message or group in the reference directory, and in all that have it."""


class _Level(NamedTuple):
    """A level of writing_packing with the units and lines themselves, and where they stand in the record."""

    number: str
    parent: str | None
    units: tuple[Node, ...]
    lines: tuple[Node, ...]


class _Placing(NamedTuple):
    """A leaf and its places; whether one of its alternatives is a field of the record."""

    slots: list[Slot]
    leaf: Leaf
    has_field: bool

    @property
    def element(self) -> int:
        return self.slots[0].element


_KEY = re.compile(r"(SG\d*|[A-Z]{3})((?:\[[^\]]*\])*)(?:/(.+))?")


class _Compiler:
    """Compiles for one kind of record and one directory."""

    def __init__(self, kind: type, table: Directory) -> None:
        self._kind = kind
        self._table = table
        self._fields = Fields(kind, table)

    def message(self, mapping: dict[str, Any], message: str) -> Emit:
        here = self._table.messages.get(message)
        if here is None:
            raise MappingError(message, f"{self._table.name} has no such message; valid: {', '.join(self._table.messages)}")
        reference = directory(REFERENCE).messages.get(message, here)
        others = [one.members for release in RELEASES if (one := directory(release).messages.get(message))]
        levels = (reference.members, *others)
        emits = self._members(self._fields.entry(mapping, message), self._kind, here.members, levels, message, {})
        return _all_of([emit for group in emits for emit in group])

    def _members(
        self, mapping: dict[str, Any], kind: Any, here: tuple[Member, ...], levels: Levels, at: str, extra: dict[str, str]
    ) -> list[list[Emit]]:
        """For each member of the message or group in order, what writes it. extra: predicates of the group for its trigger."""
        reference = levels[0]
        found: list[list[Emit]] = [[] for _ in here]
        seen_trigger = False
        for name, value in mapping.items():
            if name in HEADS:
                continue
            match = _KEY.fullmatch(str(name))
            if match is None:
                raise MappingError(f"{at}.{name}", f"write a segment as TAG[nnnn=value] or a group as SGn, or {', '.join(sorted(HEADS))}")
            tag, predicates, path = match.groups()
            where = f"{at}.{name}"
            for one in value if isinstance(value, list) and not path else [value]:
                if tag.startswith("SG"):
                    index = self._group_index(tag, predicates, here, reference, where)
                    if index is not None:
                        name_here = key(here, index)
                        inner = tuple(
                            member.members
                            for level in levels
                            for number, member in enumerate(level)
                            if member.group and key(level, number) == name_here
                        )
                        found[index].append(self._group(one, kind, here[index], inner, predicates, where))
                    continue
                seen_trigger = seen_trigger or bool(extra and tag == here[0].tag)
                index = next((number for number, member in enumerate(here) if not member.group and member.tag == tag), None)
                if index is None:
                    if not any(member.tag == tag and not member.group for level in levels for member in level):
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

    def _group(self, value: Any, kind: Any, here: Member, levels: Levels, predicates: str, at: str) -> Emit:
        value = self._fields.entry(value, at)
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
        plans = self._members(value, inner, here.members, levels, at, extra)
        if not plans[0]:
            plans[0].append(self._segment(here.tag, "", None, {}, inner, at, {}))
        triggers, others = _all_of(plans[0]), _all_of([emit for plan in plans[1:] for emit in plan])
        bare = self._segment(here.tag, "", None, {}, inner, at, self._constants(value, here.tag, extra))
        only_constants = not any(self._fields.has_field(one) for name, one in value.items() if name not in HEADS)
        same = self._fields.get(str(value["same"]), inner, f"{at}.same") if "same" in value else None

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
        value = self._fields.entry({path: value} if path else value, at)
        nodes, inner = self._nodes(value, kind, at)
        if nodes is None:
            return _nothing
        written = [one.partition("=")[::2] for one in re.findall(r"\[([^\]]*)\]", predicates)]
        constants = [(slots[0], text) for element, text in [*written, *extra.items()] if (slots := self._fields.slots(tag, element, at))]
        if any(not text for _, text in constants):
            raise MappingError(at, f"{predicates}: write [nnnn=value]")
        leaves = []
        for name, leaf in value.items():
            if name in HEADS:
                continue
            slots = self._fields.slots(tag, name, f"{at}.{name}")
            if isinstance(leaf, dict) and "over" in leaf:
                slots = [*slots, *self._fields.slots(tag, str(leaf["over"]), f"{at}.{name}.over")]
            if slots and name.endswith("2380"):
                slots = [slots[0], *self._fields.slots(tag, "2379", at)]
            compiled = self._fields.leaf(leaf, inner, slots, f"{at}.{name}") if slots else None
            if compiled:
                leaves.append(_Placing(slots, compiled, self._fields.has_field(leaf)))
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

    def _nodes(self, value: dict[str, Any], kind: Any, at: str) -> tuple[Callable[[Job, Node], Iterator[Node]] | None, Any]:
        """What `at` or `each` leads to, as far as `when` and `unless` hold; and its type."""
        if "levels" in value:
            return self._levels(str(value["levels"]), kind, at)
        word = next((one for one in ("each", "at") if one in value), None)
        fresh = value.get("unused") is True
        if word and isinstance(kind, LevelOf) and value[word] in ("units", "lines"):
            which, member = value[word], TransportHandlingUnit if value[word] == "units" else kind.line
            holds = self._fields.condition(value, member, at)
            return (lambda job, node: (one for one in getattr(node[0], which) if holds(job, one))), member
        if word is None:
            holds = self._fields.condition(value, kind, at)
            return (lambda job, node: iter((node,)) if holds(job, node) else iter(())), kind
        if "each" in value and "at" in value:
            raise MappingError(at, "write at or each, not both")
        alternatives: list[tuple[Get, int]] = []
        inner: Any = None
        for path in listed(value[word]):
            name, _, begin = str(path).removesuffix(":]").partition("[") if str(path).endswith(":]") else (str(path), "", "0")
            found = self._fields.get(name, kind, f"{at}.{word}")
            if found is not None:
                alternatives.append((found[0], int(begin)))
                inner = found[1]
        if not alternatives:
            return None, None
        many = typing.get_origin(inner) is tuple
        member = typing.get_args(inner)[0] if many else inner
        if word == "each" and not many:
            raise MappingError(f"{at}.each", f"{value[word]} is one alone; write at")
        holds = self._fields.condition(value, member, at)

        def nodes(job: Job, node: Node) -> Iterator[Node]:
            for get, begin in alternatives:
                found = get(job, node)
                if found is None:
                    continue
                whole, path = found
                subs = [(one, (*path, index)) for index, one in enumerate(whole)][begin:] if many else [found]
                if fresh:
                    subs = [sub for sub in subs if not _is_used(job, sub)]
                fitting = [sub for sub in subs if holds(job, sub)] if word == "each" else _first(holds, job, subs)
                yield from fitting
                return

        return nodes, member

    def _levels(self, path: str, kind: Any, at: str) -> tuple[Callable[[Job, Node], Iterator[Node]] | None, Any]:
        """The levels of packing: the units of the shipment with the lines that the path leads to."""
        found = [self._fields.get(one, kind, f"{at}.levels") for one in (path, "/shipment.transport_handling_units")]
        lines, units = found
        if lines is None or units is None:
            return None, None
        get_lines, get_units = lines[0], units[0]

        def nodes(job: Job, node: Node) -> Iterator[Node]:
            every, rows = _members(get_units(job, node)), _members(get_lines(job, node))
            known = {one.id for one, _ in every}
            named: set[Path] = set()  # units that only a line names
            for line, at in rows:
                for index, unit in enumerate(line.transport_handling_units):
                    if unit.id not in known:
                        known.add(unit.id)
                        every.append((unit, (*at, "transport_handling_units", index)))
                        named.add((*at, "transport_handling_units", index))
            for level in levels([one for one, _ in every], [line.transport_handling_units for line, _ in rows]):
                inside = [every[index] for index in level.units]
                here = [rows[index] for index in level.lines]
                units_here = [unit for unit, _ in inside]
                for line, at in here:
                    for index, one in enumerate(line.transport_handling_units):
                        path = (*at, "transport_handling_units", index)
                        if one in units_here:
                            job.said.update({path} - named)
                        elif path in named:  # the unit is written, but not that the line is in it
                            job.problem("edifact-not-carried", path, found=str(one.id.value if one.id else one))
                job.said.update((*at, "parent_id") for _, at in inside if level.parent != "1")
                yield _Level(level.number, level.parent, tuple(inside), tuple(here)), ()

        return nodes, LevelOf(typing.get_args(lines[1])[0])


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


def _is_used(job: Job, node: Node) -> bool:
    """Whether a text, or a field of a structure, has been written already."""
    value, at = node
    return at in job.taken or any((*at, name) in job.taken for name in getattr(value, "__struct_fields__", ()))


def _members(found: tuple[Any, Path] | None) -> list[Node]:
    return [(one, (*found[1], index)) for index, one in enumerate(found[0])] if found else []


def _first(holds: Test, job: Job, nodes: list[Node]) -> list[Node]:
    return next(([node] for node in nodes if holds(job, node)), [])


def _filled(tag: str, placed: list[tuple[Slot, str]]) -> Segment:
    """The segment with these values in their places."""
    elements: list[list[str]] = [[] for _ in range(max((slot.element for slot, _ in placed), default=-1) + 1)]
    for slot, text in placed:
        components = elements[slot.element]
        components.extend([""] * (slot.component + 1 - len(components)))
        components[slot.component] = text
    return [tag, *elements]
