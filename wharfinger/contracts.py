"""What the parts of the hub promise each other: parsers, sinks, and what passes between them.

A parser is a module in parsers/ with two functions; it does no I/O but read the stream, and reads no clock:

    def recognises(head: bytes, stream: BinaryIO) -> Recognition | None
    def parse(stream: BinaryIO, context: Context) -> Iterator[Document | Part | Problem]

A parser's module may also have `def explain(stream) -> Iterator[tuple[str, Place]]`, the lines of the document as its standard names
it, and `def excerpts(stream, places) -> Iterator[tuple[str, Place]]`: what stands at each place with a caret under it, see pointing.py.

A parser's module may also have `def write(records: Sequence[Record], context: WriteContext) -> Iterator[Written]`, see Writer.

A sink is a module in sinks/ with one class; see Sink.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from wharfinger.config import Company, Partner
from wharfinger.keys import Facts
from wharfinger.problems import Problem
from wharfinger.records import Place, Record, Shape


class Recognition(Shape, frozen=True):
    """A parser's claim on some bytes. description: what a person reads ("EDIFACT ORDERS D.96A").

    readable False: the format is known by sight but has no reader yet.
    """

    format: str
    description: str
    readable: bool = True


class Context(Shape, frozen=True):
    """All that a parser may know besides the bytes.

    name: display name of what was received, never a path. partner: the partner that the source or the caller vouches for.
    partners, companies: empty outside a hub home.
    """

    name: str = ""
    partner: Partner | None = None
    partners: tuple[Partner, ...] = ()
    companies: tuple[Company, ...] = ()


class Document(Shape, frozen=True):
    """One business document as read. record is None when nothing of a known kind could be built; kind and id say what there was.

    xml: the record as UBL where the schema accepted it: it need not be written a second time for the sinks.
    message: what an answer to its message has to name. facts: what the journal keeps of the record, where it stands for the record.
    direction: "out" if one of our companies issues it to somebody else.
    """

    kind: str | None
    id: str | None
    record: Record | None
    place: Place = Place()
    problems: tuple[Problem, ...] = ()
    partner: str | None = None
    xml: bytes = b""
    message: "Message | None" = None
    facts: Facts | None = None
    direction: str = "in"


class Message(Shape, frozen=True):
    """The message in which a document came: its reference (EDIFACT 0062) and type ("ORDERS:D:96A:UN:EAN008")."""

    reference: str
    type: str


class Interchange(Shape, frozen=True):
    """An envelope that was opened, before what is in it. number: counted from 1 in its file; reference: EDIFACT 0020.

    acknowledgement_request: whether the sender asks for an answer to it (0031).
    """

    number: int
    reference: str
    sender: str
    recipient: str
    sender_qualifier: str = ""
    recipient_qualifier: str = ""
    acknowledgement_request: bool = False
    test_indicator: bool = False


class Part(Shape, frozen=True):
    """A file within a file: a mail's attachment, an archive's entry. name is for display only."""

    name: str
    content: bytes


Item = Document | Part | Problem | Recognition | Interchange
"""What reading yields: first what the bytes were recognised as, then what they hold."""


class Parser(Protocol):
    """The two questions that every module in parsers/ answers."""

    def recognises(self, head: bytes, stream: BinaryIO) -> Recognition | None:
        """Say what the bytes are, if they are ours. head: the first 64 KiB; stream: all of it, seekable, at 0."""

    def parse(self, stream: BinaryIO, context: Context) -> Iterator[Item]:
        """Yield documents, parts and problems in the order in which they stand; never raise for what the bytes say."""


class WriteContext(Shape, frozen=True):
    """All that a writer may know besides the records. prepared: the time that the envelope states, for a writer reads no clock.

    control_number: of the first file that is written, the next ones count on. directory: release of the standard ("D.01B"), else the
    partner's or the usual one.
    """

    prepared: datetime
    control_number: int = 1
    partner: Partner | None = None
    directory: str | None = None


class Written(Shape, frozen=True):
    """One file for a partner. name: what it holds ("ORDERS.edi"). records: which of those that were given are in it, counted from 0.

    content is empty when nothing may leave; the problems say why. problems: also of records that were left out.
    """

    name: str
    content: bytes
    records: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


class Addressed(Shape, frozen=True):
    """How an envelope names its sender and recipient ("4012345500004:14"), and the message in it ("ORDRSP")."""

    sender: str
    recipient: str
    message: str


class Writer(Protocol):
    """The functions `write` and `addressed` of a module in parsers/ that can write its format."""

    def write(self, records: Sequence[Record], context: WriteContext) -> Iterator[Written]:
        """Yield files. Raises MappingError when a mapping or the partner file is wrong."""

    def addressed(self, record: Record, context: WriteContext) -> Addressed:
        """From whom to whom `write` sends a record. Raises MappingError when the partner file is wrong."""


class Check(Protocol):
    """The function `check` of every module in wharfinger/checks."""

    def __call__(self, record: Record, context: Context, /) -> Iterable[Problem]:
        """Every problem that the rule finds in the record."""


class Arrival(Shape, frozen=True):
    """One file that a source offers. key: the transport key; path: where its bytes are now; name: for display."""

    key: str
    path: Path
    name: str
    partner: str | None = None


class Source(Protocol):
    """A way in. Nothing is taken away from the partner before `acknowledge`, which the hub calls after its commit."""

    def sweep(self) -> Iterator[Arrival]:
        """What is complete and ready now. An incomplete file is left for the next sweep."""

    def acknowledge(self, arrival: Arrival) -> None:
        """The bytes are safe: move the original out of the way. Called again after a crash; must then do no harm."""


class Effect(Shape, frozen=True):
    """What a sink is to bring about once. key: UUIDv5 of business key, revision, sink and action.

    xml: schema-valid UBL, for a sink that wants it. control_number, prepared: of the interchange in which a document leaves: fixed
    when it was put into the outbox, so that every try sends the same bytes.
    """

    key: str
    record: Record
    xml: bytes
    document: int
    partner: str | None = None
    revision: int = 0
    control_number: int = 0
    prepared: datetime | None = None


class Done(Shape, frozen=True):
    """Handed over; reference is the destination's own name for it."""

    reference: str


class Held(Shape, frozen=True):
    """Not handed over until a person answers the question. reference: what a destination calls that has it and refuses it."""

    question: str
    reference: str | None = None


@runtime_checkable
class ReportsFailures(Protocol):
    """A sink whose consumer may refuse a document after the hand-over."""

    def failures(self) -> Mapping[str, Held]:
        """What the consumer refuses now, by effect key. Raises Transient."""


@runtime_checkable
class HoldsConnections(Protocol):
    """A sink that keeps connections open between two batches."""

    def close(self) -> None:
        """Give them back. Nothing is delivered afterwards."""


@runtime_checkable
class PassesOver(Protocol):
    """A source in which may stand what it does not take."""

    def passed_over(self) -> Mapping[str, int]:
        """How many of each kind there are now: folders, links, unfinished files, special ones (pipes, sockets)."""


@runtime_checkable
class CanBeExamined(Protocol):
    """A source or sink that can try itself out, for `wharf doctor`."""

    def examine(self) -> None:
        """Do what shows that it would work, and leave no trace. Raises Transient or Permanent."""


class Sink(Protocol):
    """A destination. deliver answers each effect, in order; it raises Transient when the destination does not answer.

    wants_xml: whether it reads Effect.xml, which is empty otherwise.
    """

    wants_xml: bool

    def deliver(self, effects: Sequence[Effect]) -> list[Done | Held]:
        """Bring each effect about once; an effect whose key the destination already has is Done with the old reference."""
