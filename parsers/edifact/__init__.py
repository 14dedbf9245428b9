"""EDIFACT interchanges: ISO 9735 syntax versions 1 to 4, messages of the UN directories D.93A to today (those that have a mapping).

    UNA  service string     cutting.py     stream -> messages, as bytes; streams.py and beginnings.py before it
         segments           syntax.py      bytes of a message -> its segments, character sets in charset.py
    UNB  interchange        envelope.py    counts and references of UNZ, UNE and UNT
    UNH  message            messages.py    one message -> document
         segment groups     structure.py   -> tree.py, by the tables in schemas/edifact (directory.py, steps.py); elements.py looks inside
         groups that repeat forms.py        groups of a known form are matched as a whole, and built by a function that was written for it
         elements           notation.py    the paths of mappings/formats/edifact; dates.py, leftovers.py
    records -> bytes        writing.py

A fault in a message is a problem of its document. A fault of the envelope is a problem of the receipt with `place.interchange` and
without `place.message`; because it is known at the end of the interchange only, the documents have been yielded by then, and the
custody layer holds them. UNB yields the interchange, so that it can be answered. A type of message that is not read is a problem of
the receipt with `place.message`; the rest goes on.

>>> import io
>>> raw = b"UNB+UNOA:3+A+B+261101:0900+7'UNH+1+ORDERS:D:96A:UN'BGM+220+4711'DTM+137:20261101:102'UNS+S'UNT+5+1'UNZ+2+7'"
>>> [interchange, document, problem] = parse(io.BytesIO(raw), Context())
>>> interchange.reference, document.id, document.problems, problem.text()
('7', '4711', (), 'The trailer UNZ counts 2, but 1 came.')
"""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import msgspec

from parsers.edifact.beginnings import beginning, in_lower_case
from parsers.edifact.cutting import blocks
from parsers.edifact.dates import iso
from parsers.edifact.envelope import Envelope
from parsers.edifact.excerpt import excerpts
from parsers.edifact.explanation import explain
from parsers.edifact.messages import agreed, header, read
from parsers.edifact.streams import Capitals
from parsers.edifact.writing import addressed, write
from wharfinger.contracts import Context, Document, Item, Recognition
from wharfinger.problems import Problem
from wharfinger.records import ApplicationResponse, Identifier, Party, Place

__all__ = ["addressed", "excerpts", "explain", "parse", "recognises", "write"]


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """An interchange, or a message without one."""
    if beginning(_plain(head)) is None and not in_lower_case(head):
        return None
    stream.seek(0)
    kinds = []
    for number, block in enumerate(blocks(Capitals(stream) if in_lower_case(head) else stream)):
        if block.raw[:3] == b"UNH":
            kinds.append(header(block).description)
        if number > 8 or kinds:  # noqa: PLR2004  # a message comes soon or never
            break
    stream.seek(0)
    return Recognition(format="edifact", description=f"EDIFACT {kinds[0] if kinds else 'interchange without a message'}")


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield each message as a document, and the problems of the envelope where they are found, as agreed with its sender."""
    envelope = Envelope()
    for item in _items(stream, envelope, context):
        yield agreed(item, envelope.sender, context) if isinstance(item, Problem) else item


def _items(stream: BinaryIO, envelope: Envelope, context: Context) -> Iterator[Item]:
    head = stream.read(1024)
    stream.seek(0)
    small = in_lower_case(head)
    for block in blocks(Capitals(stream) if small else stream):
        if block.raw[:3] == b"UNH":
            yield from envelope.begin_message(block)
            found = read(block, envelope.interchange, envelope.messages, test=envelope.test, context=context, sender=envelope.sender)
            named = _named(found, envelope)
            yield envelope.named(named) if isinstance(named, Document) else named
        else:
            yield from envelope.segment(block)
        if small:  # told now, because it is known by now who sends
            small = False
            yield Problem(code="edifact-lower-case", place=Place(interchange=1, byte=1), found=head.strip()[:3].decode("latin-1"))
    yield from envelope.end()
    if not envelope.interchange:
        yield Problem(code="edifact-interchange-empty", place=Place(byte=1))


def _named(found: Document | Problem, envelope: Envelope) -> Document | Problem:
    """CONTRL has no number and date of its own: it goes by those of its interchange; so do the parties of an APERAK that names none."""
    if not isinstance(found, Document) or found.message is None or not isinstance(found.record, ApplicationResponse):
        return found
    record = found.record
    if found.message.type.startswith("CONTRL") and envelope.reference:
        prepared = iso(envelope.prepared, "102" if len(envelope.prepared) == len("CCYYMMDD") else "101")
        record = msgspec.structs.replace(
            record,
            id=f"{envelope.reference}/{found.message.reference}",
            issue_date=date.fromisoformat(prepared) if prepared else None,
        )
    if (opened := envelope.opened) is not None:
        sender = record.sender_party or _party(opened.sender, opened.sender_qualifier)
        receiver = record.receiver_party or _party(opened.recipient, opened.recipient_qualifier)
        record = msgspec.structs.replace(record, sender_party=sender, receiver_party=receiver)
    return msgspec.structs.replace(found, record=record, id=record.id)


def _party(name: str, qualifier: str) -> Party | None:
    """Who UNB names by 0004 or 0010; 14 says that it is a GLN."""
    gln = Identifier(value=name, scheme_id="0088") if qualifier == "14" else None
    return Party(id=name, endpoint_id=gln) if name else None


def _plain(head: bytes) -> bytes:
    """The head without the zero bytes of UTF-16."""
    return head.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff") if b"\x00" in head[:64] else head
