"""From bytes to checked documents: recognise, parse, resolve, check, validate. No state, no I/O but the stream.

    >>> import io
    >>> list(read(io.BytesIO(b""), Context(name="empty.edi")))[0].code
    'file-empty'
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec

from wharfinger import outgoing, registry
from wharfinger.contracts import Context, Document, Item
from wharfinger.keys import facts
from wharfinger.mapping import Built, last_built
from wharfinger.origins import pinpointed
from wharfinger.problems import Place, Problem
from wharfinger.resolve import adjust, resolve
from wharfinger.unreadable_values import keep, told_once
from wharfinger.xml import schema_errors, to_xml


def read(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield what the bytes were recognised as and what they hold: documents with all their problems, parts, problems of the whole."""
    if _is_blank(stream):
        yield Problem(code="file-empty")
        return
    stream.seek(0)
    claim = registry.recognise(stream)
    if claim is None:
        yield Problem(code="format-not-recognised")
        return
    parser, recognition = claim
    yield recognition
    for item in parser.parse(stream, context):
        yield check(item, context, last_built()) if isinstance(item, Document) else item


def read_facts(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """The same with what the journal keeps of each record in place of the record: the text is all that is sent on."""
    for item in read(stream, context):
        if isinstance(item, Document) and item.record is not None:
            yield msgspec.structs.replace(item, record=None, facts=facts(item.record))
        else:
            yield item


def check(document: Document, context: Context, built: Built | None = None) -> Document:
    """The document with its partner resolved and every check's problems; of one that we issue, also those of writing it.

    built: what its record was made of, for the places of the problems.
    """
    if document.record is None:
        return document
    read, unreadable = keep(document.record, document.problems)
    record, partner, problems = resolve(read, context)
    is_outgoing = outgoing.is_outgoing(record, context)
    record = outgoing.prepared(record, context) if is_outgoing else record
    found = [*unreadable, *problems]
    for one in registry.checks():
        found.extend(one(record, context))
    found = list(told_once(found))
    xml = b""
    if all(one.severity == "warning" for one in found):
        kind = type(record).__name__
        written = to_xml(record)
        errors = schema_errors(kind, written)
        xml = b"" if errors else written
        found.extend(Problem(code="xml-not-valid", place=document.place, found=one.message) for one in errors)
    known = next((one for one in context.partners if one.partner == partner), context.partner)
    told = adjust(dict.fromkeys(pinpointed(found, record, built)), known)  # once, though a value may have become two fields
    if is_outgoing:
        told = outgoing.waiting([*told, *outgoing.objections(record, known)])
    direction = "out" if is_outgoing else "in"
    return msgspec.structs.replace(document, record=record, partner=partner, problems=tuple(told), xml=xml, direction=direction)


def explain(stream: BinaryIO, context: Context) -> Iterator[tuple[str, Place] | Problem]:
    """Yield the lines of the file as its standard names it, indented, each with its place; then nothing, or why it cannot be said."""
    if _is_blank(stream):
        yield Problem(code="file-empty")
        return
    stream.seek(0)
    claim = registry.recognise(stream)
    if claim is None:
        yield Problem(code="format-not-recognised")
        return
    parser, recognition = claim
    yield recognition.description, Place()
    if hasattr(parser, "explain"):
        yield from parser.explain(stream)


def excerpts(stream: BinaryIO, context: Context, places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield what stands at the places, with a caret under it, for those of which the reader can say it."""
    claim = registry.recognise(stream)
    if claim is not None and hasattr(claim[0], "excerpts"):
        yield from claim[0].excerpts(stream, places)


def _is_blank(stream: BinaryIO) -> bool:
    """Whether the stream has nothing but white space."""
    while chunk := stream.read(64 * 1024):
        if chunk.strip():
            return False
    return True
