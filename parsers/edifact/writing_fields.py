"""The right sides of the mappings that write: fields of the record and constants, as texts for their places; see writing_notation.py."""

import re
import typing
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec

from parsers.edifact.directory import RELEASES, Directory, directory
from parsers.edifact.notation import code_list
from parsers.edifact.writing_job import Job, Node, Path
from parsers.edifact.writing_text import digits, divided, number, plain
from wharfinger.mapping import MappingError, field_types, merge
from wharfinger.records import KINDS, Line

_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


class Slot(NamedTuple):
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


class LevelOf(NamedTuple):
    """The kind of a level: what its lines are."""

    line: type


_FAMILIES: tuple[tuple[Any, ...], ...] = (tuple(KINDS.values()), typing.get_args(Line))
"""Records and lines: a field that only others of the family have is left out of the mapping."""


class Piece(NamedTuple):
    """What a leaf gives: texts for its slots in order, whether they say something of the record, what has no room yet."""

    texts: list[str]
    strong: bool
    rest: str = ""


Leaf = Callable[[Job, Node], Piece | None]
Get = Callable[[Job, Node], tuple[Any, Path] | None]
Test = Callable[[Job, Node], bool]

HEADS = {"at", "each", "levels", "same", "unused", "when", "unless"}
_WORDS = {
    *("field", "codes", "code_list", "only", "part", "more", "cut", "fitting", "beyond", "plus", "listed"),
    *("is", "date", "time", "end", "end_time", "lines", "over", "count", "ordinal"),
}
_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
_ELEMENT = re.compile(r"(?:([CS]\d{3})(?:#(\d))?/)?(\d{4})(?:#(\d))?")


class Fields:
    """Compiles what stands on the right for one kind of record and one directory."""

    def __init__(self, kind: type, table: Directory) -> None:
        self._kind = kind
        self._table = table

    def entry(self, value: Any, at: str) -> dict[str, Any]:
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

    def condition(self, value: dict[str, Any], kind: Any, at: str) -> Test:
        """What `when` and `unless` say."""
        positive = [self._test(str(one), kind, f"{at}.when") for one in listed(value.get("when"))]
        negative = [self._test(str(one), kind, f"{at}.unless") for one in listed(value.get("unless"))]
        if not positive and not negative:
            return lambda job, node: True
        return lambda job, node: all(one(job, node) for one in positive) and not any(one(job, node) for one in negative)

    def _test(self, text: str, kind: Any, at: str) -> Test:
        path, equals, right = text.partition("=")
        found = self.get(path, kind, at)
        compares = right.startswith(("/", "./"))
        other = self.get(right.removeprefix("./"), kind, at) if compares else None
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

    def get(self, path: str, kind: Any, at: str) -> tuple[Get, Any] | None:
        """What looks a field up, and its type; None if this kind of record has no such field."""
        if isinstance(kind, LevelOf) and not path.startswith("/"):
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
            hints = field_types(here) if isinstance(here, type) and issubclass(here, msgspec.Struct) else {}
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

    def slots(self, tag: str, path: str, at: str) -> list[Slot]:
        """The places of an element in the segment, [] if only other directories have it."""
        match = _ELEMENT.fullmatch(path)
        if match is None:
            raise MappingError(at, f"{path!r}: write nnnn or Cnnn/nnnn, with #2 for the second")
        slots = _slots(self._table.release, tag, match[1] or "", int(match[2] or 0), match[3], int(match[4] or 0))
        if not slots and not any(_slots(release, tag, match[1] or "", 0, match[3], 0) for release in RELEASES):
            row = self._table.segments.get(tag)
            raise MappingError(at, f"{tag} has no {path}; valid: {', '.join(_numbers(self._table, tag)) if row else 'no such segment'}")
        return slots

    def has_field(self, value: Any) -> bool:
        if isinstance(value, list):
            return any(self.has_field(one) for one in value)
        if not isinstance(value, dict):
            return True
        if "is" in value:
            return False
        return any(self.has_field(one) for name, one in value.items() if name not in HEADS) or bool(value.keys() & (_WORDS - {"is"}))

    def leaf(self, leaf: Any, kind: Any, slots: list[Slot], at: str) -> Leaf:
        options = [self._option(one, kind, slots, at, last=False) for one in listed(leaf)[:-1]]
        options += [self._option(one, kind, slots, at, last=True) for one in listed(leaf)[-1:]]
        if len(options) == 1:
            return options[0]

        def first(job: Job, node: Node) -> Piece | None:
            return next((piece for one in options if (piece := one(job, node)) is not None), None)

        return first

    def _option(self, leaf: Any, kind: Any, slots: list[Slot], at: str, *, last: bool) -> Leaf:
        """One of the fields or constants that may stand in a place. last: if it does not fit, that is an error."""
        leaf = self.entry(leaf if isinstance(leaf, dict) else {"field": leaf}, at)
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
        holds = self.condition(leaf, kind, at)
        return lambda job, node: inner(job, node) if holds(job, node) else None

    def _of_constant(self, leaf: dict[str, Any], kind: Any, slots: list[Slot], at: str, last: bool) -> Leaf:
        text = str(leaf["is"])
        if not slots[0].holds(text):
            raise MappingError(at, f"{text!r} does not fit {slots[0].form}")
        piece = Piece([text], strong=False)
        return lambda job, node: piece

    def _of_number(self, leaf: dict[str, Any], kind: Any, slots: list[Slot], at: str, last: bool) -> Leaf | None:
        if "ordinal" in leaf:
            return lambda job, node: Piece([str(int(node[1][-1]) + 1)], strong=True)
        found = self.get(str(leaf["count"]), kind, at)
        if found is None:
            return None
        get = found[0]
        return lambda job, node: Piece([str(len(value[0]))], strong=True) if (value := get(job, node)) else None

    def _of_date(self, leaf: dict[str, Any], kind: Any, slots: list[Slot], at: str, last: bool) -> Leaf | None:
        words = ("date", "time", "end", "end_time")
        gets = [self.get(str(leaf[one]), kind, f"{at}.{one}") if one in leaf else None for one in words]
        if gets[0] is None:
            return None
        day, clock, end_day, end_clock = (one[0] if one else None for one in gets)
        with_format = len(slots) > 1

        def piece(job: Job, node: Node) -> Piece | None:
            start = _moment(job, node, day, clock)
            if start is None:
                return None
            end = _moment(job, node, end_day, end_clock)
            if end is None:
                text, code = start.text(job, timed=True)
                return Piece([text, code] if with_format else [text], strong=True)
            timed = start.clock is not None and end.clock is not None  # a period has both times or none
            text = "-".join(one.text(job, timed=timed, seconds=False)[0] for one in (start, end))
            return Piece([text, "719" if timed else "718"], strong=True)

        return piece

    def _of_lines(self, leaf: dict[str, Any], kind: Any, slots: list[Slot], at: str, last: bool) -> Leaf | None:
        gets = [found[0] for one in listed(leaf["lines"]) if (found := self.get(str(one), kind, f"{at}.lines")) is not None]
        if not gets:
            return None
        width, cut = min(one.length for one in slots), bool(leaf.get("cut"))

        def piece(job: Job, node: Node) -> Piece | None:
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
            return Piece(texts, strong=True) if texts else None

        return piece

    def _of_field(self, leaf: dict[str, Any], kind: Any, slots: list[Slot], at: str, last: bool) -> Leaf | None:
        found = self.get(str(leaf["field"]), kind, f"{at}.field")
        if found is None:
            return None
        get = found[0]
        codes = {_word(name): str(code) for name, code in (leaf.get("codes") or {}).items()}
        if "code_list" in leaf:
            codes = _codes_of(str(leaf["code_list"]), at) | codes
        only = frozenset(_word(one) for one in listed(leaf.get("only")))
        part, plus, beyond = (int(leaf.get(word, 0)) for word in ("part", "plus", "beyond"))
        listed_only = bool(leaf.get("listed"))
        more, cut = bool(leaf.get("more")), bool(leaf.get("cut"))
        last = last and not leaf.get("fitting")
        slot, width = slots[0], slots[0].length

        def piece(job: Job, node: Node) -> Piece | None:
            found = get(job, node)
            if found is None:
                return None
            value, path = found
            text = number(value, job.mark) if isinstance(value, Decimal) else plain(_word(value + plus if plus else value))
            if (only and text not in only) or (listed_only and text not in codes):
                return None
            text = codes.get(text, text)
            if part:
                text = [*text.split(":"), *[""] * part][part - 1]
            if len(text) <= beyond:
                return None
            if isinstance(value, Decimal) and not slot.holds(text) and "." in format(value, "f"):
                text = text.rstrip("0").rstrip(".,")  # 1.500000000 is 1.5
            if slot.holds(text):
                job.taken.add(path)
                return Piece([text], strong=True)
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
            return Piece(pieces, strong=True, rest=rest if more else "")

        return piece


class _Moment(NamedTuple):
    """A day and perhaps a time of it, and where they stand in the record."""

    day: date
    day_at: Path
    clock: time | None
    clock_at: Path

    def text(self, job: Job, *, timed: bool, seconds: bool = True) -> tuple[str, str]:
        """As element 2380 has it, with its code (2379)."""
        job.taken.add(self.day_at)
        text = f"{self.day:%Y%m%d}" if self.day.year > 999 else f"{self.day.year:04}{self.day:%m%d}"  # noqa: PLR2004
        if self.clock is None or not timed:
            return text, "102"
        job.taken.add(self.clock_at)
        exact = bool(self.clock.second) and seconds
        offset = self.clock.utcoffset()
        zone = f"{self.clock:%z}"[:3] if offset is not None and not offset.seconds % 3600 and seconds else ""  # three characters
        if self.clock.microsecond or (offset is not None and not zone) or (self.clock.second and not exact):
            job.problem("edifact-not-carried", self.clock_at, found=self.clock.isoformat())
        if exact:
            return f"{text}{self.clock:%H%M%S}{zone}", "304" if zone else "204"
        return f"{text}{self.clock:%H%M}{zone}", "303" if zone else "203"


def _moment(job: Job, node: Node, day: Get | None, clock: Get | None) -> _Moment | None:
    found = day(job, node) if day else None
    if found is None:
        return None
    at = clock(job, node) if clock else None
    return _Moment(*found, *(at or (None, ())))


def _no_piece(job: Job, node: Node) -> None:
    return None


def _word(value: Any) -> str:
    """A value as a mapping file writes it."""
    return str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else str(value)


def listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


@cache
def _slots(release: str, tag: str, composite: str, which: int, number: str, occurrence: int) -> list[Slot]:
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


def _slot(table: Directory, element: int, component: int, number: str, form: str) -> Slot:
    form = form or table.elements[number].format
    length = re.search(r"\d+$", form)
    return Slot(element, component, int(length[0]) if length else 35, form.startswith("n"))


def _numbers(table: Directory, tag: str) -> list[str]:
    names: list[str] = []
    for part in table.segments[tag].elements:
        inner = table.composites.get(part.number)
        names.extend(f"{part.number}/{one.number}" for one in inner.elements) if inner else names.append(part.number)
    return list(dict.fromkeys(names))


def _codes_of(name: str, at: str) -> dict[str, str]:
    try:
        return code_list(name)
    except ValueError as error:
        raise MappingError(at, str(error)) from error
