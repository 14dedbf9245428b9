"""Where the values of a record came from, for the problems that checks find in it.

A check knows the record only, and says with its problem in which field the wrong value is. Only when there is such a problem the
mapping is done once more, with a notation that puts the place of each value where the value would be: the same record, of places.

A field is written as in `wharfinger.traversal.parts`, without the numbers of lines ("order_lines.quantity.value"); those of the line that
the problem speaks of may be written "line.quantity.value". A value that is absent is sought where it should stand: beside the others of
its structure, else at the begin of its line or document.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from wharfinger import mapping
from wharfinger.mapping import Build, Built, Found, Notation, no_values
from wharfinger.problems import Place, Problem
from wharfinger.records import Record, lines, lines_field

_WORDS = "codes of the notation"
_KNOWN = 16
"""So many mappings are kept compiled."""


def pinpointed(problems: Sequence[Problem], record: Record, built: Built | None) -> list[Problem]:
    """The problems, each with the place of the value that its field names. built: what the record was made of, if that is still there."""
    if not any(one.field for one in problems):
        return list(problems)
    found = _traced(built, record) if built is not None else None
    return [_pinpointed(one, record, *found) if one.field and found else msgspec.structs.replace(one, field=None) for one in problems]


def _pinpointed(problem: Problem, record: Record, traced: Any, begins: dict[Place, Place]) -> Problem:
    field = problem.field or ""
    of_lines = lines_field(type(record)) or "line"
    head, _, rest = field.partition(".")
    begin = begins.get(problem.place, problem.place)
    if head in ("line", of_lines):
        own = [one for one in lines(traced) if one.origin == problem.place]
        nodes = own if own or head == "line" else list(lines(traced))
        steps = rest.split(".") if rest else []
    else:
        nodes, steps = [traced], field.split(".")
    place = _place(nodes, steps, problem.found) or _beside(nodes, steps) or begin
    return msgspec.structs.replace(problem, place=place, field=None)


def _place(nodes: list[Any], steps: list[str], value: str | None) -> Place | None:
    """The place of the value; where several can be meant, of the one that is found."""
    ends = _ends(nodes, steps)
    for one in ends:
        for leaf in _leaves(one):
            if value is not None and value in (leaf[:], leaf.read):
                return leaf.place
    if len(ends) == 1:
        return next((leaf.place for leaf in _leaves(ends[0])), None)
    return None


def _beside(nodes: list[Any], steps: list[str]) -> Place | None:
    """The segment, row or element in which other values of the same structure stand, or of the one that it is in."""
    for length in range(len(steps) - 1, 0, -1):
        ends = _ends(nodes, steps[:length])
        if len(ends) == 1 and (first := next(_leaves(ends[0]), None)) is not None:
            return msgspec.structs.replace(first.place, element=None, component=None, column=None)
    return None


def _ends(nodes: list[Any], steps: list[str]) -> list[Any]:
    for step in steps:
        values = [getattr(node, step, None) for node in nodes]
        nodes = [one for value in values for one in (value if isinstance(value, tuple) else (value,)) if one is not None]
    return nodes


def _leaves(node: Any) -> "Iterator[_Traced]":
    """The places in a structure, in the order of its fields; not those of its lines."""
    if isinstance(node, _Traced):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from _leaves(one)
    elif isinstance(node, msgspec.Struct) and not isinstance(node, Place):
        for name in node.__struct_fields__:
            yield from _leaves(getattr(node, name))


class _Traced(str):
    """A value as it stands in the document, and where. read: the text of what was made of it."""

    __slots__ = ("_at", "_notation", "raw", "read")

    def __new__(cls, raw: Any, at: Any, notation: Notation) -> "_Traced":
        made = super().__new__(cls, raw)
        made.raw, made._at, made._notation, made.read = raw, at, notation, made[:]
        return made

    raw: Any
    read: str
    _at: Any
    _notation: Notation

    def __str__(self) -> "_Traced":
        return self

    def __trunc__(self) -> "_Traced":
        return self

    @property
    def place(self) -> Place:
        return self._notation.place(self._at)


class _Tracing:
    """A notation whose values are their places. begins: of each node that became an origin its place in full, where it has one."""

    def __init__(self, notation: Any) -> None:
        self._notation = notation
        self.nodes = notation.nodes
        self.begins: dict[Place, Place] = {}

    def values(self, leaf: dict[str, Any]) -> Callable[[Any], Sequence[Found]]:
        notation = self._notation
        found: Callable[[Any], Sequence[Found]] = notation.values({"codes" if name == _WORDS else name: one for name, one in leaf.items()})
        if found is no_values:
            return no_values
        return lambda node: [(_Traced(raw, at, notation), at) for raw, at in found(node)]

    def place(self, node: Any) -> Place:
        place: Place = self._notation.place(node)
        if hasattr(self._notation, "begin"):
            self.begins[place] = self._notation.begin(node)
        return place

    def number(self, raw: Any) -> Any:
        return self._read(raw, self._notation.number)

    def day(self, raw: Any) -> Any:
        return self._read(raw, self._notation.day)

    def clock(self, raw: Any) -> Any:
        return self._read(raw, self._notation.clock)

    def _read(self, raw: Any, read: Callable[[Any], Decimal | date | time | None]) -> Any:
        if not isinstance(raw, _Traced):
            return read(raw)
        value = read(raw.raw)
        if value is None:
            return None
        raw.read = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return raw


_compiled: dict[tuple[int, int], tuple[Built, _Tracing, Build]] = {}
"""By the identities of mapping and notation, which the entry keeps alive."""


def _traced(built: Built, record: Record) -> tuple[Any, dict[Place, Place]] | None:
    """The record of places, and its nodes' places in full; None when it is not that of the record."""
    key = (id(built.mapping), id(built.notation))
    if key not in _compiled:
        if len(_compiled) >= _KNOWN:
            _compiled.clear()
        tracing = _Tracing(built.notation)
        _compiled[key] = (built, tracing, mapping.compile_mapping(built.kind, _without_codes(built.mapping), tracing))
    _, tracing, build = _compiled[key]
    tracing.begins.clear()
    if hasattr(built.notation, "reopen"):
        built.notation.reopen(built.node)
    try:
        traced = build(built.node, [])
    except (AttributeError, ValueError, InvalidOperation):  # it takes nothing from the record that the places are not found again
        return None
    number = getattr(record, "id", None)
    same = traced is not None and (number is None or getattr(traced, "id", None) in (None, number))
    return (traced, tracing.begins) if same else None


def _without_codes(part: Any) -> Any:
    """The mapping, with words as they stand in the document: only the notation sees what they mean."""
    if isinstance(part, dict):
        return {_WORDS if name == "codes" else name: _without_codes(one) for name, one in part.items()}
    return [_without_codes(one) for one in part] if isinstance(part, list) else part
