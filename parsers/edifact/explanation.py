"""`wharf explain` for EDIFACT: every segment and element by its name, indented by segment group."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import BinaryIO

import msgspec

from parsers.edifact.beginnings import in_lower_case
from parsers.edifact.cutting import blocks
from parsers.edifact.directory import Directory, code_names, directory, nearest
from parsers.edifact.envelope import Envelope
from parsers.edifact.messages import header
from parsers.edifact.streams import Capitals
from parsers.edifact.structure import build
from parsers.edifact.syntax import Block, restored
from parsers.edifact.tree import Group, Segment
from wharfinger.code_lists import codes
from wharfinger.records import Place


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """Yield lines, each with the place that it tells of; problems of a segment belong under its first line."""
    envelope = Envelope()
    head = stream.read(1024)
    stream.seek(0)
    for block in blocks(Capitals(stream) if in_lower_case(head) else stream):
        if block.raw[:3] == b"UNH":
            for _ in envelope.begin_message(block):
                pass
            yield from _message(block, envelope)
        else:
            for _ in envelope.segment(block):
                pass
            yield from _service(block, envelope)


def _service(block: Block, envelope: Envelope) -> Iterator[tuple[str, Place]]:
    for text in block.segments()[:1]:
        segment: Segment = [*text.split("+"), 0]
        place = Place(interchange=envelope.interchange or None, byte=block.byte())
        yield _head(segment, directory("96A"), 0), place
        for line, element, component in _values(segment, directory("96A"), 1, repetition=block.repetition):
            yield line, msgspec.structs.replace(place, element=element, component=component)


def _message(block: Block, envelope: Envelope) -> Iterator[tuple[str, Place]]:
    head = header(block)
    table = nearest(head.version, head.release, head.type)
    segments = block.segments()
    tree = build(segments, head.type, table, repetition=block.repetition)
    kind = table.messages.get(head.type)
    source = "ISO 9735" if head.type in directory("").messages else table.name
    named = f"{kind.name} ({source})" if kind else "a type of message that is not read"
    yield f"  Message {envelope.messages}: {head.description}, {named}", Place(interchange=envelope.interchange, message=envelope.messages)
    depths = dict(_depths(tree.root, 1))
    for number, segment in enumerate(tree.segments, 1):
        depth = depths.get(id(segment), 1)
        place = Place(interchange=envelope.interchange, message=envelope.messages, segment=number)
        yield _head(segment, table, depth), place
        for line, element, component in _values(segment, table, depth + 1, repetition=tree.repetition):
            yield line, msgspec.structs.replace(place, element=element, component=component)
    tree.close()


def _depths(group: Group, depth: int) -> Iterator[tuple[int, int]]:
    """How deep each segment stands; those of a group are below its trigger."""
    for position, segment in enumerate(group.segments):
        yield id(segment), depth + (position > 0 and group.key != "")
    for groups in group.groups.values():
        for inner in groups:
            yield from _depths(inner, depth + (group.key != ""))


def _head(segment: Segment, table: Directory, depth: int) -> str:
    row = table.segments.get(segment[0])
    return "  " * depth + f"{segment[0]}  {row.name if row else 'unknown segment'}"


def _values(segment: Segment, table: Directory, depth: int, *, repetition: bool) -> Iterator[tuple[str, int, int]]:
    """A line for each component that has a value (its number, its name and what it says), and which element and component it is."""
    row = table.segments.get(segment[0])
    for element, repeated in enumerate(segment[1:-1], 1):
        part = row.elements[element - 1].number if row and element <= len(row.elements) else None
        inner = table.composites.get(part or "")
        for component, value in _components(repeated, repetition=repetition):
            if not value.strip():
                continue
            number = part
            if inner:
                number = inner.elements[component - 1].number if component <= len(inner.elements) else None
            known = table.elements.get(number or "")
            label = f"{number} {known.name}" if known else f"element {element}.{component}"
            said = restored(value)
            name = code_name(number or "", said.strip())
            yield "  " * depth + f"{label}: {said}" + (f" ({name})" if name else ""), element, component


def _components(repeated: str, *, repetition: bool) -> Iterator[tuple[int, str]]:
    """The components of an element, of each repetition of it (syntax version 4) from 1."""
    for text in repeated.split("*") if repetition else (repeated,):
        yield from enumerate(text.split(":"), 1)


def code_name(number: str, code: str) -> str | None:
    """What a code of that element means; units by UNECE Recommendation 20."""
    return _units().get(code) if number == "6411" else code_names().get(number, {}).get(code)


@cache
def _units() -> dict[str, str]:
    lines = (files("mappings") / "codes" / "edifact_units.csv").read_text("utf-8").splitlines()
    own = {row[0]: row[2].partition(" (")[0] for row in csv.reader(line for line in lines if line and not line.startswith("#"))}
    return own | {code: name for code, name in codes("units_rec20").items() if name}
