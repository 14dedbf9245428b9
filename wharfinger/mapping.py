"""Mappings are data: from a parsed tree, in the words of its own standard, to a canonical record.

A mapping mirrors the record. Each field is a leaf, written in the notation of its format, or, for a structure, a mapping
of its own:

    id: BGM/1004                                      # a leaf: where the value stands
    issue_date: [DTM[2005=137]/2380, DTM[2005=4]/2380]   # several: the first that has a value
    document_currency_code: {is: EUR}                 # a constant
    buyer_customer_party:
      at: SG2[NAD/3035=BY]                            # paths below are read from here
      name: NAD/C080/3036
      endpoint_id: {at: "NAD[C082/3055=9]", value: C082/3039, scheme_id: {is: "0088"}}
    order_lines:
      each: SG25                                      # one element for each of these
      quantity: {value: "QTY[6063=21]/6060", unit_code: {path: "QTY[6063=21]/6411", codes: {PCE: C62}}}

Options of a leaf in dict form: path (or the notation's own words), codes (inline, what is not listed stays), is. A structure with
`needs` is there only if each of the paths that it names leads to something.
compile_mapping turns it into closures once; a wrong mapping is a MappingError that says which field and what would be valid.
The notation (EDIFACT elements, XPath, columns, page labels) is the parser's: see Notation.
"""

import math
import types
import typing
from collections.abc import Callable, Hashable, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, NamedTuple, Protocol

import msgspec

from wharfinger.problems import Problem
from wharfinger.records import Amount, Identifier, Place, Quantity
from wharfinger.yaml_files import unknown

Node = Any
Found = tuple[str, Any]
"""A raw value and the node that it was taken from (for the place of a problem)."""
Build = Callable[[Node, list[Problem]], Any]


class MappingError(Exception):
    """A mapping is wrong: field says where ('order_lines.quantity.value'), the message what would be valid."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class Notation(Protocol):
    """How one family of formats names places. Paths are compiled once; each compile function may raise ValueError."""

    def nodes(self, path: str) -> Callable[[Node], Sequence[Node]]:
        """For `at` and `each`: the sub-nodes of a node."""

    def values(self, leaf: dict[str, Any]) -> Callable[[Node], Sequence[Found]]:
        """All raw values, trimmed and not empty, in document order. leaf has `path` or the notation's own words."""

    def place(self, node: Node) -> Place:
        """Where a node stands."""

    def number(self, raw: str) -> Decimal:
        """A number as this format writes it. Raises ValueError."""

    def day(self, raw: str) -> date:
        """A date as this format writes it. Raises ValueError."""

    def clock(self, raw: str) -> time | None:
        """The time of a date-and-time or time value; None where it has none. Raises ValueError."""


def no_values(node: Node) -> Sequence[Any]:
    """What a notation returns for a path that leads to nothing in the nodes it was narrowed to: such a field is left out."""
    return ()


class NarrowingNotation(Notation, Protocol):
    """A notation that can say cheaply which paths a node cannot have.

    Documents of one partner look alike: the mapping is compiled again for each shape of node that comes twice, without the fields
    that this shape does not have. Most fields of a mapping are not in a given order, so that this saves most of the work.
    """

    def shape(self, node: Node) -> Hashable:
        """Equal for nodes that have the same paths; None for a node that is not worth it."""

    def narrowed(self, shape: Hashable) -> "NarrowingNotation":
        """The notation for nodes of that shape; None: for all."""

    def quick(self, name: Hashable, compiled: Callable[[Notation], Build]) -> Callable[[Node], Any]:
        """A function that builds what it has built before of nodes that look alike (see rehearsal.py); NotImplemented of others.

        compiled: compiles the mapping, which has that name, for another notation.
        """

    def first(self, leaf: dict[str, Any]) -> Build:
        """The first raw value that `values` would find, or None, without the place where it stands; no_values where that returns it."""


def compile_mapping(kind: type, mapping: dict[str, Any], notation: Notation) -> Build:
    """A function (node, problems) -> record or None. What cannot be read becomes a problem `value-unreadable`, not an error."""
    build = _by_shape(kind, mapping, notation, "")

    def remembered(node: Node, problems: list[Problem]) -> Any:
        global _last
        _last = Built(kind, mapping, notation, node)
        return build(node, problems)

    return remembered


class Built(NamedTuple):
    """What a record was built of."""

    kind: type
    mapping: dict[str, Any]
    notation: Notation
    node: Node


_last: Built | None = None


def last_built() -> Built | None:
    """What the last record was built of, once: it is forgotten, so that the document need not be kept in memory."""
    global _last
    built, _last = _last, None
    return built


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """base with what over says differently; a field set to null is no longer mapped."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict) and not (value.keys() & {"path", "is"})
        merged[key] = merge(old, value) if both else value  # type: ignore[arg-type]  # both are dicts then
    return {key: value for key, value in merged.items() if value is not None}


def parse_decimal(raw: str) -> Decimal:
    """A plain decimal number: digits, one decimal mark '.', a sign on either side. Raises ValueError."""
    text = raw.strip()
    if text.endswith("-"):  # SAP writes the sign at the end
        text = "-" + text[:-1].rstrip()
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(raw) from error
    if not number.is_finite() or not text.isascii() or "_" in text or "e" in text.lower():
        raise ValueError(raw)
    return number


def _nothing(node: Node, problems: list[Problem]) -> None:
    """A field that is left out: see no_values."""


SHAPES = 64
"""For so many shapes of a structure the mapping is compiled apart; the rest are built in the general way."""
STRUCTURES = 20_000
"""And so many structures in all are compiled in one process (about 6 KB each): documents of ever new shapes do not fill the memory."""
_compiled_structures = 0


def _by_shape(kind: type, mapping: Any, notation: Notation, field: str) -> Build:
    """The structure for any node that `at`, `each` or the caller leads to."""
    if not hasattr(notation, "narrowed"):
        return _structure(kind, mapping, notation, field)
    narrowing = typing.cast(NarrowingNotation, notation)
    general = _structure(kind, mapping, narrowing.narrowed(None), field)
    quick = narrowing.quick((field, repr(mapping)), lambda rehearsed: _structure(kind, mapping, rehearsed, field))
    shape_of = narrowing.shape
    known: dict[Hashable, Build | None] = {None: general}

    def build(node: Node, problems: list[Problem]) -> Any:
        made = quick(node)
        if made is not NotImplemented:
            return made
        shape = shape_of(node)
        one = known.get(shape)
        if one is None:
            if shape in known and _compiled_structures < STRUCTURES:  # it comes again
                one = known[shape] = _structure(kind, mapping, narrowing.narrowed(shape), field)
            else:
                one = general
                if shape not in known and len(known) < SHAPES:
                    known[shape] = None
        return one(node, problems)

    return build


def _structure(kind: type, mapping: Any, notation: Notation, field: str) -> Build:
    global _compiled_structures
    _compiled_structures += 1
    if not isinstance(mapping, dict):
        raise MappingError(field or "(top)", f"write a mapping of: {', '.join(kind.__struct_fields__)}")  # type: ignore[attr-defined]  # msgspec
    if "needs" in mapping:
        return _needing(kind, mapping, notation, field)
    if "at" in mapping:
        return _at(kind, mapping, notation, field)
    hints = field_types(kind)
    parts: list[tuple[str, bool, Build]] = []
    for name, leaf in mapping.items():
        if name in ("at", "each"):
            continue
        if name not in hints:
            raise MappingError(f"{field}{name}", unknown(name, ["at", "needs", *hints]))
        part = _field(hints[name], leaf, notation, f"{field}{name}")
        if part is not _nothing:
            parts.append((name, _is_constant(leaf), part))
    only_constants = all(_is_constant(leaf) for name, leaf in mapping.items() if name != "each")
    required = {"test_indicator": False} if "test_indicator" in hints else {}
    has_origin = "origin" in hints and "origin" not in mapping
    needs_value = kind in (Amount, Identifier, Quantity)  # a currency, scheme or unit alone says nothing
    missing = needs_value and "value" not in [name for name, _, _ in parts]
    if missing or (not only_constants and all(constant for _, constant, _ in parts)):
        return _nothing
    place = notation.place

    return _filled(kind, parts, required, place if has_origin else None, only_constants, needs_value)


def _filled(
    kind: type,
    parts: list[tuple[str, bool, Build]],
    required: dict[str, Any],
    place: Callable[[Node], Place] | None,
    only_constants: bool,
    needs_value: bool,
) -> Build:
    """A function that fills the structure: written out field by field, because a loop over fields takes twice as long."""
    names: dict[str, Any] = {"kind": kind, "place": place}
    lines = ["def build(node, problems):"]
    for number, (name, _, part) in enumerate(parts):
        names[f"part_{number}"] = part
        lines.append(f" {name} = part_{number}(node, problems)")
        if typing.get_origin(field_types(kind)[name]) is tuple:
            lines.append(f" if {name} is None: {name} = ()")
        if name in required:
            lines.append(f" if {name} is None: {name} = {required[name]!r}")
        if needs_value and name == "value":
            lines.append(" if value is None: return None")
    decisive = [name for name, constant, _ in parts if not constant and name not in required]
    if not needs_value and not only_constants:
        empty = [f"{name} is None" if typing.get_origin(field_types(kind)[name]) is not tuple else f"not {name}" for name in decisive]
        lines.append(f" if {' and '.join(empty)}: return None")
    fields = [f"{name}={name}" for name, _, _ in parts]
    fields += [f"{name}={value!r}" for name, value in required.items() if name not in {one for one, _, _ in parts}]
    fields += ["origin=place(node)"] if place else []
    lines.append(f" return kind({', '.join(fields)})")
    exec("\n".join(lines), names)  # the names are fields of the record, never words of the mapping's author
    built: Build = names["build"]
    return built


def _needing(kind: type, mapping: dict[str, Any], notation: Notation, field: str) -> Build:
    """The structure, if each of the paths leads to something."""
    needed = [_compiled(notation.nodes, path, f"{field}needs") for path in _as_list(mapping["needs"])]
    build = _structure(kind, {name: leaf for name, leaf in mapping.items() if name != "needs"}, notation, field)
    if no_values in needed or build is _nothing:
        return _nothing
    return lambda node, problems: build(node, problems) if all(nodes(node) for nodes in needed) else None


def _at(kind: type, mapping: dict[str, Any], notation: Notation, field: str) -> Build:
    """The first of the nodes that `at` leads to that has a value."""
    nodes = _compiled(notation.nodes, mapping["at"], f"{field}at")
    if nodes is no_values:
        return _nothing
    build = _by_shape(kind, {name: leaf for name, leaf in mapping.items() if name != "at"}, notation, field)

    def build_at(node: Node, problems: list[Problem]) -> Any:
        for sub in nodes(node):
            value = build(sub, problems)
            if value is not None:
                return value
        return None

    return build_at


def _field(hint: Any, leaf: Any, notation: Notation, field: str) -> Build:
    if typing.get_origin(hint) is tuple:
        member = typing.get_args(hint)[0]
        if _is_struct(member):
            return _many(member, leaf, notation, field)
        return _texts(leaf, notation, field)
    if _is_struct(hint):
        return _first_of([_structure(hint, one, notation, f"{field}.") for one in _as_list(leaf)])
    return _first_of([_leaf(hint, one, notation, field) for one in _as_list(leaf)])


def _many(member: type, leaf: Any, notation: Notation, field: str) -> Build:
    groups = []
    for one in _as_list(leaf):
        if not isinstance(one, dict):
            raise MappingError(field, "write a mapping with `each` or `at`, or a list of them")
        if "each" not in one:
            build = _structure(member, one, notation, f"{field}.")
            if build is not _nothing:
                groups.append((_itself, build))
            continue
        nodes = _compiled(notation.nodes, one["each"], f"{field}.each")
        if nodes is not no_values:
            groups.append((nodes, _by_shape(member, {k: v for k, v in one.items() if k != "each"}, notation, f"{field}.")))
    if not groups:
        return _nothing

    def build_many(node: Node, problems: list[Problem]) -> tuple[Any, ...]:
        return tuple(
            value for nodes, build in groups for sub in nodes(node) if (value := build(sub, problems)) is not None
        )

    return build_many


def _itself(node: Node) -> Sequence[Node]:
    return (node,)


def _texts(leaf: Any, notation: Notation, field: str) -> Build:
    sources = [_compiled(notation.values, _as_leaf(one), field) for one in _as_list(leaf)]
    sources = [values for values in sources if values is not no_values]
    if not sources:
        return _nothing
    return lambda node, problems: tuple(str(raw) for values in sources for raw, _ in values(node))


def _leaf(hint: Any, leaf: Any, notation: Notation, field: str) -> Build:
    leaf = _as_leaf(leaf)
    if "is" in leaf:
        constant = leaf["is"]
        if hint is str and not isinstance(constant, str):
            raise MappingError(field, f"write the constant in quotes: is: \"{constant}\"")
        return lambda node, problems: constant
    codes = {str(key): value for key, value in (leaf.get("codes") or {}).items()}
    values = _compiled(notation.values, leaf, field)
    if values is no_values:
        return _nothing
    first: Build | None = notation.first(leaf) if hasattr(notation, "first") else None
    if hint is str:
        if first and not codes:
            return first
        if codes:
            return lambda node, problems: codes.get(found[0][0], str(found[0][0])) if (found := values(node)) else None
        return lambda node, problems: str(found[0][0]) if (found := values(node)) else None  # a notation may mark its values by a subclass
    convert, expected = _converter(hint, notation, codes, field)

    def build(node: Node, problems: list[Problem]) -> Any:
        if first is not None:
            raw = first(node, problems)
            if raw is None:
                return None
            try:
                return convert(raw)
            except (ValueError, InvalidOperation):
                pass  # below it is found again, with its place
        found = values(node)
        if not found:
            return None
        raw, at = found[0]
        try:
            return convert(raw)
        except (ValueError, InvalidOperation):
            problems.append(Problem(code="value-unreadable", place=notation.place(at), subject=field, expected=expected, found=str(raw)))
            return None

    return build


def _converter(hint: Any, notation: Notation, codes: dict[str, Any], field: str) -> tuple[Callable[[str], Any], str]:
    if hint is Decimal:
        return notation.number, "a number"
    if hint is date:
        return notation.day, "a date"
    if hint is time:
        return notation.clock, "a time"
    if hint is int:
        return lambda raw: math.trunc(notation.number(raw)), "a whole number"
    if hint is bool:

        def truth(raw: str) -> bool:
            value = codes.get(raw, {"true": True, "false": False, "1": True, "0": False}.get(raw.lower()))
            if not isinstance(value, bool):
                raise ValueError(raw)
            return value

        return truth, "yes or no"
    raise MappingError(field, f"{hint} cannot be mapped")


def _first_of(alternatives: list[Build]) -> Build:
    alternatives = [one for one in alternatives if one is not _nothing]
    if len(alternatives) < 2:  # noqa: PLR2004  # nothing to choose from
        return alternatives[0] if alternatives else _nothing

    def build(node: Node, problems: list[Problem]) -> Any:
        for one in alternatives:
            value = one(node, problems)
            if value is not None:
                return value
        return None

    return build


def _compiled(compiler: Callable[[Any], Any], path: Any, field: str) -> Any:
    try:
        return compiler(path)
    except ValueError as error:
        raise MappingError(field, str(error)) from error


def _as_leaf(leaf: Any) -> dict[str, Any]:
    return leaf if isinstance(leaf, dict) else {"path": str(leaf)}


def _as_list(leaf: Any) -> list[Any]:
    """The alternatives; a list among them (an alias of YAML) stands for its own."""
    return [one for member in leaf for one in _as_list(member)] if isinstance(leaf, list) else [leaf]


def _is_constant(leaf: Any) -> bool:
    return isinstance(leaf, dict) and ("is" in leaf or (bool(leaf) and all(map(_is_constant, leaf.values()))))


def _is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


@cache
def field_types(kind: type) -> dict[str, Any]:
    """Field name -> its type without None; a dict (extensions) is no field to map."""
    hints = {}
    for name, hint in typing.get_type_hints(kind).items():
        if name in kind.__struct_fields__ and typing.get_origin(hint) is not dict:  # type: ignore[attr-defined]  # msgspec
            members = [one for one in typing.get_args(hint) if one is not type(None)]
            hints[name] = members[0] if typing.get_origin(hint) in (types.UnionType, typing.Union) else hint
    return hints
