"""One message: from its block of bytes to a document with record and problems."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from parsers.edifact import elements
from parsers.edifact.charset import declared
from parsers.edifact.directory import nearest
from parsers.edifact.leftovers import leftovers
from parsers.edifact.notation import Edifact
from parsers.edifact.structure import Fault, Tree, bit, build
from parsers.edifact.syntax import SEGMENT_COUNT_LIMIT, Block, restored
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document
from wharfinger.mapping import Build, compile_mapping, merge
from wharfinger.problems import Problem
from wharfinger.records import Order, Place
from wharfinger.yaml_files import load_yaml

ORIGINALS = frozenset(("", "6", "7", "9", "18", "22", "31", "35", "43", "47"))
"""Message functions (1225) under which an order is a new order or a repeat of one; the rest change, cancel or announce something."""


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
    return bool(_mapping_file(kind).is_file())


def read(block: Block, interchange: int, message: int, *, test: bool, context: Context, sender: str) -> Document | Problem:
    """The document of a message, or the problem that its type is not read."""
    head = header(block)
    if not readable(head.type):
        place = Place(interchange=interchange, message=message, segment=1, tag="UNH", byte=block.byte())
        return Problem(code="message-type-not-read", place=place, found=head.description)
    if len(block.raw) > SEGMENT_COUNT_LIMIT and block.raw.count(block.delimiters.terminator.encode("latin-1")) > SEGMENT_COUNT_LIMIT:
        place = Place(interchange=interchange, message=message, byte=block.byte())
        return Document(kind="Order", id=None, record=None, place=place, problems=(Problem(code="edifact-message-too-large", place=place),))
    segments = block.segments()
    table = nearest(head.version, head.release)
    tree = build(segments, head.type, table, repetition=block.repetition and any("*" in one for one in segments))
    tree.block, tree.interchange, tree.message = block, interchange, message
    tree.index()
    exact = (head.version, head.release) == ("D", table.release)
    if exact and not tree.repetition:
        elements.check(segments, tree)
    problems: list[Problem] = []
    partner = _partner(tree, context, sender)
    changes = msgspec.json.encode(partner.formats.get("edifact", {})) if partner else b"{}"
    record: Any = _builder(head.type, table.release, changes)(tree.root, problems)
    problems.extend(_function(tree))
    if record is not None:
        _complete(record, tree, test=test)
    _judge(tree, head, block, problems, exact=exact)
    identifier = record.id if record else None
    place = Place(interchange=interchange, message=message, segment=1, byte=block.byte())
    problems.sort(key=lambda one: one.place.segment or 0)
    document = Document(kind="Order", id=identifier, record=record, place=place, problems=tuple(problems))
    tree.close()
    return document


def _function(tree: Tree) -> list[Problem]:
    """The problem that the message is no new order, by its function code (BGM 1225)."""
    for segment in tree.root.qualified.get("BGM", ()):
        if len(segment) > 4:  # noqa: PLR2004  # tag, C002, 1004, 1225, bits
            segment[-1] |= bit(3, 0)
            code = restored(segment[3].partition(":")[0]).strip()
            if code not in ORIGINALS:
                place = tree.place(tree.number(segment), "BGM", 3)
                return [Problem(code="edifact-message-function", place=place, expected="9", found=code)]
    return []


def _complete(record: Order, tree: Tree, *, test: bool) -> None:
    """What the mapping cannot say: the test flag, numbers of lines that have none, and what is left over.

    The record was made here and nobody else has it yet, so that it may still be written to.
    """
    set_field = msgspec.structs.force_setattr
    if test:
        set_field(record, "test_indicator", True)
    of_message, of_lines = leftovers(tree, "LIN")
    for number, line in enumerate(record.order_lines, 1):
        if line.id is None:
            set_field(line, "id", str(number))
            set_field(line, "assumed", ("id",))
        first = line.origin.segment if line.origin else None
        if of_lines and first in of_lines:
            set_field(line, "extensions", of_lines.pop(first))
    for first, found in of_lines.items():  # lines of which the mapping took nothing
        of_message |= {f"LIN@{first}/{path}": value for path, value in found.items()}
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


def _partner(tree: Tree, context: Context, sender: str) -> Partner | None:
    """Whose overrides apply: the partner that the caller vouches for, else the one that the buyer's or the sender's code names."""
    if context.partner or not any("edifact" in one.formats for one in context.partners):
        return context.partner
    codes = {sender}
    for group in tree.root.groups.get("NAD", ()):
        segment = group.segments[0]
        if len(segment) > 3 and segment[1] == "BY":  # noqa: PLR2004  # tag, 3035, C082, bits
            codes.add(restored(segment[2].partition(":")[0]).strip())
    codes.discard("")
    fitting = (one for one in context.partners if codes & {*one.identity.gln, *one.identity.codes})
    return next(fitting, None)


@cache
def _builder(kind: str, release: str, changes: bytes) -> Build:
    """The compiled mapping for messages of that kind and directory. changes: a partner's, as JSON."""
    return compile_mapping(Order, merge(_mapping(kind), msgspec.json.decode(changes)), Edifact(nearest("D", release), kind))


@cache
def _mapping(kind: str) -> dict[str, Any]:
    mapping: dict[str, Any] = load_yaml(_mapping_file(kind))
    return mapping


def _mapping_file(kind: str) -> Any:
    return files("mappings") / "formats" / "edifact" / f"{kind.lower() if kind.isalnum() else '-'}.yaml"
