"""One message: from its block of bytes to a document with record and problems.

What kinds of documents a type of message holds is said at the head of its mapping, mappings/formats/edifact/TYPE.yaml:

    kind: DespatchAdvice                # one kind, or several: the first of which the path `when` leads to something
    kinds:
      - {kind: OrderCancellation, when: "BGM[1225=1]"}
      - {kind: Order, when: "BGM[1225]", problem: {code: edifact-message-function, at: BGM/1225, expected: "9"}}
      - {kind: Order, order_type_code: {is: "220"}}

Below it stand the fields of all these kinds: each takes those that it has. What stands beside `kind` is said of that one alone.
`problem` is the problem that such a message has, at the value that `at` leads to.

A partner file says under `formats: edifact:` what is different, for a kind of document under its name (`Invoice: {...}`); what stands
under no name is said of orders. `strict: true` there refuses every message that deviates from its standard, but for the deviations
that the partner file accepts.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import mappings
from parsers.edifact import elements
from parsers.edifact.charset import declared
from parsers.edifact.directory import nearest
from parsers.edifact.forms import learn
from parsers.edifact.leftovers import leftovers
from parsers.edifact.notation import Edifact
from parsers.edifact.packing import pack
from parsers.edifact.structure import Fault, Group, Tree, build
from parsers.edifact.syntax import SEGMENT_COUNT_LIMIT, Block, restored
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document
from wharfinger.mapping import Build, Found, MappingError, compile_mapping, merge
from wharfinger.mapping_files import load_mapping
from wharfinger.problems import Problem
from wharfinger.records import KINDS, DespatchAdvice, Place, ReceiptAdvice, Record, lines

FORMAT = "edifact"
_PARTIES = ("BY", "SU", "SE", "II", "IV", "PR", "PE")
"""The parties (NAD 3035) by whose codes a partner is known."""


class Header:
    """The message header UNH: reference (0062), type (0065), version and release of the directory, association code (0057)."""

    def __init__(self, unh: str) -> None:
        elements = [*unh.split("+"), "", "", ""]
        identifier = [*(restored(one).strip() for one in elements[2].split(":")), "", "", "", "", ""]
        self.reference = restored(elements[1]).strip()
        self.type = identifier[0].upper()
        self.version, self.release, self.agency, self.association = identifier[1:5]

    @property
    def description(self) -> str:
        """As people name it: ORDERS D.96A."""
        return f"{self.type or '?'} {self.version}.{self.release}".rstrip(". ")


def header(block: Block) -> Header:
    """The header of the message in this block."""
    first = Block(block.raw[:1000], None, block.delimiters, block.label, block.version)
    return Header((first.segments() or [""])[0])


def readable(kind: str) -> bool:
    """Whether there is a mapping for messages of that type."""
    return kind != "PARTS" and _mapping_file(kind).is_file()


def read(block: Block, interchange: int, message: int, *, test: bool, context: Context, sender: str) -> Document | Problem:
    """The document of a message, or the problem that its type is not read."""
    head = header(block)
    if not readable(head.type):
        place = Place(interchange=interchange, message=message, segment=1, tag="UNH", byte=block.byte())
        return Problem(code="message-type-not-read", place=place, found=head.description)
    if len(block.raw) > SEGMENT_COUNT_LIMIT and block.raw.count(block.delimiters.terminator.encode("latin-1")) > SEGMENT_COUNT_LIMIT:
        place = Place(interchange=interchange, message=message, byte=block.byte())
        problem = Problem(code="edifact-message-too-large", place=place)
        return Document(kind=_kinds(head.type)[-1]["kind"], id=None, record=None, place=place, problems=(problem,))
    segments = block.segments()
    table = nearest(head.version, head.release)
    tree = build(segments, head.type, table, repetition=block.repetition and any("*" in one for one in segments), learn=learn)
    tree.block, tree.interchange, tree.message = block, interchange, message
    tree.index()
    exact = (head.version, head.release) == ("D", table.release)
    if exact and not tree.repetition:
        elements.check(segments, tree)
    problems: list[Problem] = []
    partner = _partner(tree, context, sender)
    changes = partner.formats.get(FORMAT, {}) if partner else {}
    reading = _reading(tree, head.type, msgspec.json.encode(changes, order="sorted"))
    record: Any = reading.build(tree.root, problems)
    problems.extend(reading.problems(tree.root))
    if record is not None:
        _complete(record, tree, reading.line, test=test)
    _judge(tree, head, block, problems, exact=exact)
    identifier = getattr(record, "id", None)
    place = Place(interchange=interchange, message=message, segment=1, byte=block.byte())
    problems.sort(key=lambda one: one.place.segment or 0)
    if changes.get("strict") is True:
        problems = [_refused(one) for one in problems]
    document = Document(kind=reading.kind, id=identifier, record=record, place=place, problems=tuple(problems))
    tree.close()
    return document


class _Reading(NamedTuple):
    """How a message becomes a document of one kind. line: key of the groups that are its lines, '' where it has none."""

    kind: str
    when: Callable[[Group], Sequence[Any]] | None
    problem: dict[str, str] | None
    at: Callable[[Group], Sequence[Found]]
    notation: Edifact
    build: Build
    line: str

    def problems(self, root: Group) -> list[Problem]:
        """The problem that every message of that kind has."""
        if self.problem is None:
            return []
        found = self.at(root)
        place, value = (self.notation.place(found[0][1]), str(found[0][0])) if found else (self.notation.place(root), None)
        return [Problem(code=self.problem["code"], place=place, expected=self.problem.get("expected"), found=value)]


def _reading(tree: Tree, kind: str, changes: bytes) -> _Reading:
    """The first of the kinds whose `when` fits the message; the last, where none does."""
    alternatives = _kinds(kind)
    for number in range(len(alternatives)):
        reading = _builder(kind, number, tree.directory.release, changes)
        if reading.when is None or reading.when(tree.root):
            break
    return reading


def _complete(record: Record, tree: Tree, line_key: str, *, test: bool) -> None:
    """What the mapping cannot say: the test flag, what is packed in what, numbers of lines that have none, and what is left over.

    The record was made here and nobody else has it yet, so that it may still be written to.
    """
    set_field = msgspec.structs.force_setattr
    if test:
        set_field(record, "test_indicator", True)
    if isinstance(record, DespatchAdvice | ReceiptAdvice):
        pack(record, tree)
    of_message, of_lines = leftovers(tree, line_key)
    for number, line in enumerate(lines(record), 1):
        if line.id is None:
            set_field(line, "id", str(number))
            set_field(line, "assumed", ("id",))
        first = line.origin.segment if line.origin else None
        if of_lines and first in of_lines:
            set_field(line, "extensions", of_lines.pop(first))
    for first, found in of_lines.items():  # lines of which the mapping took nothing
        of_message |= {f"{line_key}@{first}/{path}": value for path, value in found.items()}
    if of_message:
        set_field(record, "extensions", of_message)


def _judge(tree: Tree, head: Header, block: Block, problems: list[Problem], *, exact: bool) -> None:
    """Add what is wrong in trailer, structure and text."""
    last = len(tree.segments)
    if not block.ended:
        problems.append(Problem(code="edifact-truncated", place=tree.place(last, tree.segments[-1][0]), subject="UNT"))
    elif tree.segments[-1][0] != "UNT":
        problems.append(Problem(code="edifact-message-trailer-missing", place=tree.place(last, tree.segments[-1][0]), expected="UNT"))
    else:
        _, count, reference, *_ = [*tree.segments[-1][:-1], "", ""]
        if count.strip().lstrip("0") != str(last):
            place = tree.place(last, "UNT", 1)
            problems.append(Problem(code="edifact-segment-count", place=place, expected=str(last), found=restored(count)))
        if restored(reference).strip() != head.reference:
            place = tree.place(last, "UNT", 2)
            problems.append(Problem(code="edifact-message-reference", place=place, expected=head.reference, found=restored(reference)))
    unreadable = {problem.place for problem in problems}
    for fault in tree.faults:
        problem = _problem(fault, tree)
        said = fault.code == "edifact-segment-missing" and (fault.expected == "UNT" or (not block.ended and fault.segment == last))
        if not said and not (fault.code == "edifact-element-format" and problem.place in unreadable):
            problems.append(problem)
    problems.extend(tree.notes)
    if not exact:
        place = tree.place(1, "UNH", 2)
        found = f"{head.version}.{head.release}"
        problems.append(Problem(code="edifact-directory-assumed", place=place, expected=tree.directory.name, found=found))
    if block.charset != declared(block.label):
        name = f"{block.label} ({declared(block.label)})"
        problems.append(Problem(code="edifact-charset", place=tree.place(1, "UNH"), expected=name, found=block.charset))
    if block.damaged:
        problems.append(Problem(code="edifact-text-damaged", place=tree.place(1, "UNH")))


def _problem(fault: Fault, tree: Tree) -> Problem:
    place = tree.place(fault.segment, fault.tag, fault.element, fault.component)
    found = restored(fault.found) if fault.found else None
    name = tree.directory.segments.get(fault.expected or fault.tag)
    subject = f"{fault.expected} ({name.name})" if fault.code == "edifact-segment-missing" and name else fault.tag
    return Problem(code=fault.code, place=place, subject=subject, expected=fault.expected, found=found)


def _refused(problem: Problem) -> Problem:
    """A deviation from the standard as a strict reader has it."""
    deviates = problem.code.startswith("edifact-") and problem.disposition == "warn"
    return msgspec.structs.replace(problem, disposition_override="reject") if deviates else problem


def _partner(tree: Tree, context: Context, sender: str) -> Partner | None:
    """Whose overrides apply: the partner that the caller vouches for, else the one that the sender's or a party's code names."""
    if context.partner or not any(FORMAT in one.formats for one in context.partners):
        return context.partner
    codes = {sender}
    for group in tree.root.groups.get("NAD", ()):
        segment = group.segments[0]
        if len(segment) > 3 and segment[1] in _PARTIES:  # noqa: PLR2004  # tag, 3035, C082, bits
            codes.add(restored(segment[2].partition(":")[0]).strip())
    codes.discard("")
    fitting = (one for one in context.partners if codes & {*one.identity.gln, *one.identity.codes})
    return next(fitting, None)


@cache
def _builder(message: str, number: int, release: str, changes: bytes) -> _Reading:
    """One of the kinds of a type of message, compiled for a directory. changes: a partner's, as JSON."""
    alternative = _kinds(message)[number]
    name = alternative["kind"]
    notation = Edifact(nearest("D", release), message)
    mapping = merge(alternative["fields"], _changes(msgspec.json.decode(changes), name))
    when, problem = alternative["when"], alternative["problem"]
    return _Reading(
        kind=name,
        when=notation.nodes(when) if when else None,
        problem=problem,
        at=notation.values({"path": problem["at"]}) if problem else lambda root: (),
        notation=notation,
        build=compile_mapping(KINDS[name], mapping, notation),
        line=_line(mapping, notation),
    )


def _line(mapping: dict[str, Any], notation: Edifact) -> str:
    """The key of the groups that are lines: those that `each` of the lines leads to."""
    for field, leaf in mapping.items():
        if field.endswith("_lines"):
            first = leaf[0] if isinstance(leaf, list) else leaf
            return notation.key(str(first.get("each", "")))
    return ""


def _changes(changes: dict[str, Any], kind: str) -> dict[str, Any]:
    """What a partner file says of a kind of document."""
    of_orders = {field: value for field, value in changes.items() if field not in KINDS and field != "strict"}
    return {**(of_orders if kind == "Order" else {}), **changes.get(kind, {})}


@cache
def _kinds(message: str) -> tuple[dict[str, Any], ...]:
    """The kinds of documents that a type of message holds: kind, when, problem, and the fields of each."""
    file = _mapping_file(message)
    mapping = load_mapping(file)
    stated = mapping.pop("kinds", None) or [{"kind": mapping.pop("kind", None)}]
    names = [one.get("kind") for one in stated]
    if unknown := [one for one in names if one not in KINDS]:
        raise MappingError("kinds", f"{file.name}: no such kind: {unknown[0]}; valid: {', '.join(KINDS)}")
    known = {field for name in names for field in KINDS[name].__struct_fields__}
    alternatives = []
    for one in stated:
        own = KINDS[one["kind"]].__struct_fields__
        fields = {field: leaf for field, leaf in mapping.items() if field in own or field not in known}
        beside = {field: leaf for field, leaf in one.items() if field not in ("kind", "when", "problem")}
        alternatives.append(
            {"kind": one["kind"], "when": one.get("when"), "problem": one.get("problem"), "fields": merge(fields, beside)}
        )
    return tuple(alternatives)


def _mapping_file(message: str) -> Path:
    name = message.lower() if message.isalnum() and message.isascii() else "-"
    return Path(mappings.__path__[0]) / "formats" / FORMAT / f"{name}.yaml"
