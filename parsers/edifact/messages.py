"""One message: from its block of bytes to a document with record and problems.

What kinds of documents a type of message holds is said at the head of its mapping, mappings/formats/edifact/TYPE.yaml:

    kind: DespatchAdvice                # one kind, or several: the first of which the path `when` (or each of its paths) leads to something
    kinds:
      - {kind: OrderCancellation, when: "BGM[1225=1]"}
      - {kind: OrderChange, when: "BGM[1225=4]", change_scope: {is: delta}}
      - {kind: Order, problem: {code: edifact-message-function, at: "BGM[1225!=6|7|9]/1225", expected: "9"}}

Below it stand the fields of all these kinds, also those of blocks that are shared with other types: each kind takes those that it has.
What stands beside `kind` is said of that one alone.
`problem` is the problem that such a message has if `at` leads to a value in it.

A partner file says under `formats: edifact:` what is different, for a kind of document under its name (`Invoice: {...}`); what stands
under no name is said of orders. `strict: true` there makes an error of every deviation from the standard that is a warning else (the
codes `edifact-...`), but of those that the partner file accepts: one in a message refuses the message; one in the envelope of which the
partner is the sender (UNB 0004) holds the whole interchange.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

import mappings
from parsers.edifact import elements
from parsers.edifact.acknowledgement import respond
from parsers.edifact.addresses import REGION, put_right
from parsers.edifact.afterwards import complete
from parsers.edifact.cancelled_quantities import take_off
from parsers.edifact.charset import declared
from parsers.edifact.directory import directory, nearest
from parsers.edifact.forms import learn
from parsers.edifact.leftovers import leftovers
from parsers.edifact.notation import Edifact
from parsers.edifact.packing import pack
from parsers.edifact.settlement import settle
from parsers.edifact.structure import build
from parsers.edifact.sub_lines import set_apart
from parsers.edifact.syntax import ELEMENT_COUNT_LIMIT, SEGMENT_COUNT_LIMIT, Block, restored
from parsers.edifact.tree import FAULT_LIMIT, LACKING, Fault, Group, Tree, bit
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document, Message
from wharfinger.mapping import Build, Found, MappingError, compile_mapping, merge
from wharfinger.mapping_files import load_mapping
from wharfinger.problem_codes import CODES
from wharfinger.problems import Problem
from wharfinger.records import KINDS, ApplicationResponse, DespatchAdvice, Place, ReceiptAdvice, Record, lines, quantity
from wharfinger.resolve import adjust

FORMAT = "edifact"
_PARTIES = ("BY", "SU", "SE", "II", "IV", "PR", "PE")
"""The parties (NAD 3035) by whose codes a partner is known."""
_TYPE_LENGTH = 6
"""Data element 0065 is an..6."""


class Header:
    """The message header UNH: reference (0062), type (0065), version and release of the directory, association code (0057)."""

    def __init__(self, unh: str) -> None:
        elements = [*unh.split("+"), "", "", ""]
        identifier = [*(restored(one).strip() for one in elements[2].split(":")), "", "", "", "", ""]
        self.reference = restored(elements[1]).strip()
        self.type = identifier[0].upper()
        self.version, self.release, self.agency, self.association = identifier[1:5]
        self.message = Message(reference=self.reference, type=":".join((self.type, *identifier[1:5])).rstrip(":"))

    @property
    def description(self) -> str:
        """As people name it: ORDERS D.96A."""
        return f"{self.type or '?'} {self.version}.{self.release}".rstrip(". ")


def header(block: Block) -> Header:
    """The header of the message in this block."""
    first = Block(block.raw[:1000], None, block.delimiters, block.label, block.version)
    return Header((first.segments() or [""])[0])


@lru_cache(maxsize=256)  # types of messages come from outside
def readable(kind: str) -> bool:
    """Whether there is a mapping for messages of that type."""
    return kind != "PARTS" and _mapping_file(kind).is_file()


def read(block: Block, interchange: int, message: int, *, test: bool, context: Context, sender: str) -> Document | Problem:
    """The document of a message, or the problem that its type is not read."""
    head = header(block)
    if not readable(head.type):
        place = Place(interchange=interchange, message=message, segment=1, tag="UNH", byte=block.byte())
        return Problem(code="message-type-not-read", place=place, subject=head.reference, found=head.description)
    if len(block.raw) > SEGMENT_COUNT_LIMIT and block.raw.count(block.delimiters.terminator.encode("latin-1")) > SEGMENT_COUNT_LIMIT:
        return _too_large(head, Place(interchange=interchange, message=message, byte=block.byte()))
    segments = block.segments()
    if len(block.raw) > ELEMENT_COUNT_LIMIT and (number := _endless(segments)) is not None:
        tag = restored(segments[number - 1][:3])
        return _too_large(head, Place(interchange=interchange, message=message, segment=number, tag=tag, byte=block.byte(number)))
    shifted = put_right(segments)
    table = nearest(head.version, head.release, head.type)
    repetition = block.repetition and any("*" in one for one in segments)
    tree = build(segments, head.type, table, repetition=repetition, learn=learn)
    comments = _comments(segments) if any("\n" in one.tag for one in tree.faults) else []
    if comments:
        tree = build(segments, head.type, table, repetition=repetition, learn=learn)
    tree.block, tree.interchange, tree.message = block, interchange, message
    tree.index()
    exact = head.type in directory("").messages or (head.version, head.release) == ("D", table.release)
    tree.notes.extend(
        Problem(code="edifact-text-between-segments", place=tree.place(number, tag), subject=tag, found=restored(comment)[:80])
        for number, tag, comment in comments[:FAULT_LIMIT]
    )
    tree.notes.extend(
        Problem(code="edifact-region-left-out", place=tree.place(number, "NAD", REGION), found=found) for number, found in shifted
    )
    if exact and not tree.repetition:
        elements.check(segments, tree)
    problems: list[Problem] = []
    partner = _partner(tree, context, sender)
    changes = partner.formats.get(FORMAT, {}) if partner else {}
    reading = _reading(tree, head.type, msgspec.json.encode(changes, order="sorted"))
    record: Any = reading.build(tree.root, problems)
    problems.extend(reading.problems(tree.root))
    if record is None:  # nothing that a field has: the rest is kept all the same
        record = KINDS[reading.kind](test_indicator=test, origin=reading.notation.place(tree.root))
    settle(record, tree)
    take_off(record, tree)
    record, more = complete(record)
    total = _control_total(record, tree)
    _complete(record, tree, reading.line, test=test)
    apart = set_apart(record, segments, tree)
    problems.extend((*more, *apart, *(_control_total(record, tree) if total and apart else total)))
    if block.delimiters.decimal != "," and b"," in block.raw:
        problems.extend(_ambiguous_numbers(segments, tree))
    _judge(tree, head, block, problems, exact=exact)
    identifier = getattr(record, "id", None)
    place = Place(interchange=interchange, message=message, segment=1, byte=block.byte())
    problems.sort(key=lambda one: one.place.segment or 0)
    if changes.get("strict") is True:
        problems = [_refused(one) for one in problems]
    document = Document(kind=reading.kind, id=identifier, record=record, place=place, problems=tuple(problems), message=head.message)
    tree.close()
    return document


def _endless(segments: list[str]) -> int | None:
    """The number of the first segment with more elements and components than can be meant."""
    long = ((number, text) for number, text in enumerate(segments, 1) if len(text) > ELEMENT_COUNT_LIMIT)
    return next((number for number, text in long if sum(map(text.count, "+:*")) > ELEMENT_COUNT_LIMIT), None)


def _too_large(head: Header, place: Place) -> Document:
    problem = Problem(code="edifact-message-too-large", place=place)
    where = msgspec.structs.replace(place, segment=None, tag=None)
    return Document(kind=_kinds(head.type)[-1]["kind"], id=None, record=None, place=where, problems=(problem,), message=head.message)


def _comments(segments: list[str]) -> list[tuple[int, str, str]]:
    """Take the lines away that stand before a segment and belong to none; each with the number and tag of the segment after it.

    >>> segments = ["UNH+1", "# the buyer\\nNAD+BY", "FTX+AAI+++two\\nlines"]
    >>> _comments(segments), segments
    ([(2, 'NAD', '# the buyer')], ['UNH+1', 'NAD+BY', 'FTX+AAI+++two\\nlines'])
    """
    found = []
    for index, text in enumerate(segments):
        if match := _COMMENT.match(text):
            segments[index] = text[match.end() :]
            found.append((index + 1, match[2], match[1].strip()))
    return found


_COMMENT = re.compile(r"((?:[^+\r\n]*[\r\n])+)(?=([A-Z]{3})(?:\+|$))")


class _Reading(NamedTuple):
    """How a message becomes a document of one kind. line: key of the groups that are its lines, '' where it has none."""

    kind: str
    when: tuple[Callable[[Group], Sequence[Any]], ...]
    problem: dict[str, str] | None
    at: Callable[[Group], Sequence[Found]]
    notation: Edifact
    build: Build
    line: str

    def problems(self, root: Group) -> list[Problem]:
        """The problem that a message of that kind may have."""
        if self.problem is None or not (found := self.at(root)):
            return []
        value, at = found[0]
        return [Problem(code=self.problem["code"], place=self.notation.place(at), expected=self.problem.get("expected"), found=str(value))]


def _reading(tree: Tree, kind: str, changes: bytes) -> _Reading:
    """The first of the kinds whose `when` fits the message; the last, where none does."""
    alternatives = _kinds(kind)
    for number in range(len(alternatives)):
        reading = _builder(kind, number, tree.directory.release, changes)
        if all(nodes(tree.root) for nodes in reading.when):
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
    elif isinstance(record, ApplicationResponse):
        respond(record, tree)
    for segment in tree.root.qualified.get("BGM", ()):
        if len(segment) > 4 and segment[3].strip() == "9":  # noqa: PLR2004  # tag, C002, 1004, 1225, bits
            segment[-1] |= bit(3, 0)  # that the message is an original says nothing
    of_message, of_lines = leftovers(tree, line_key)
    for number, line in enumerate(lines(record), 1):
        if line.id is None:
            set_field(line, "id", str(number))
            set_field(line, "assumed", (*line.assumed, "id"))
        first = line.origin.segment if line.origin else None
        if of_lines and first in of_lines:
            set_field(line, "extensions", of_lines.pop(first))
    for first, found in of_lines.items():  # lines of which the mapping took nothing
        of_message |= {f"{line_key}@{first}/{path}": value for path, value in found.items()}
    if of_message:
        set_field(record, "extensions", of_message)


def _control_total(record: Record, tree: Tree) -> list[Problem]:
    """The problem that the quantities of the lines are not what CNT 1 says that they sum up to."""
    counted = [found.value if (found := quantity(line)) else None for line in lines(record)]
    for segment in tree.root.qualified.get("CNT+1", ()):
        stated = restored(segment[1].partition(":")[2].partition(":")[0]).strip()
        values = [value for value in counted if value is not None]
        if not _NUMBER.fullmatch(stated) or not values or len(values) < len(counted):
            continue
        segment[-1] |= bit(1, 1) | bit(1, 2)
        if Decimal(stated.replace(",", ".")) != sum(values):
            place = tree.place(tree.number(segment), "CNT", 1, 2)
            return [Problem(code="edifact-quantity-total", place=place, expected=stated, found=f"{sum(values):f}")]
    return []


def _ambiguous_numbers(segments: list[str], tree: Tree) -> list[Problem]:
    """Numbers of which the comma could divide thousands, in an interchange whose decimal mark is the point."""
    found = ((number, _COMMA.match(text)) for number, text in enumerate(segments, 1) if "," in text)
    return [
        Problem(code="edifact-decimal-comma", place=tree.place(number, match[1], 1, 2), expected=".", found=match[2])
        for number, match in found
        if match
    ]


_NUMBER = re.compile(r"-?[0-9]{1,30}(?:[.,][0-9]{1,10})?")
_COMMA = re.compile(r"(QTY|MOA|PRI|PCD|CNT)\+[^+:]*:(-?[0-9]{1,3},[0-9]{3})(?=[:+]|$)")
"""An amount, quantity, price or percentage with a comma and three digits."""


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
        said = fault.code in LACKING and (fault.expected == "UNT" or (not block.ended and fault.segment == last))
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
    subject = f"{fault.expected} ({name.name})" if fault.expected == fault.tag and name else fault.tag
    return Problem(code=fault.code, place=place, subject=subject, expected=fault.expected, found=found)


def _refused(problem: Problem) -> Problem:
    """A deviation from the standard as a strict reader has it."""
    deviates = problem.code.startswith("edifact-") and problem.disposition == "warn"
    return msgspec.structs.replace(problem, disposition_override="reject") if deviates else problem


def agreed(problem: Problem, sender: str, context: Context) -> Problem:
    """A problem of the envelope, as its sender's partner file has it."""
    known = (one for one in context.partners if sender and sender in (*one.identity.gln, *one.identity.codes))
    partner = context.partner or next(known, None)
    if partner is None:
        return problem
    is_strict = partner.formats.get(FORMAT, {}).get("strict") is True
    [adjusted] = adjust([_refused(problem) if is_strict else problem], partner)
    return adjusted


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
    paths, problem = alternative["when"], alternative["problem"]
    when = [notation.nodes(path) for path in (paths if isinstance(paths, list) else [paths] if paths else [])]
    return _Reading(
        kind=name,
        when=tuple(when),
        problem=problem,
        at=notation.values({"path": problem["at"]}) if problem else lambda root: (),
        notation=notation,
        build=_when_first_used(lambda: compile_mapping(KINDS[name], mapping, notation)),
        line=_line(mapping, notation),
    )


def _when_first_used(compiled: Callable[[], Build]) -> Build:
    """Most of the kinds that a message could be are not what it is."""
    build = cache(compiled)

    def first(node: Any, problems: list[Problem]) -> Any:
        return build()(node, problems)

    return first


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
    codes = [one["problem"]["code"] for one in stated if "problem" in one]
    if unlisted := [one for one in codes if one not in CODES]:
        raise MappingError("kinds.problem.code", f"{file.name}: no such problem: {unlisted[0]}")
    known = {field for kind in KINDS.values() for field in kind.__struct_fields__}
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
    name = message.lower() if len(message) <= _TYPE_LENGTH and message.isalnum() and message.isascii() else "-"
    return Path(mappings.__path__[0]) / "formats" / FORMAT / f"{name}.yaml"
