"""Interchanges from canonical records: service segments, counts, references, identification of sender and recipient.

    record        writing_notation.py   by mappings/formats/edifact/writing/MESSAGE.yaml -> segments
    segments      writing_text.py       character set, released characters -> bytes
    interchange   writing_witness.py    what pydifact understands of it

Records with the same sender, recipient, message and test indicator go into one interchange, in their order. A record with an error
is not written, and says why; an interchange that our own tables or the witness object to is not written either. What a message
cannot carry is a warning for each field.

A partner file says under `formats: edifact-out:` what differs (see Options); all of it is optional:

    directory: D.01B                    # or "D.96A:UN:EAN008", or one for each message: {ORDERS: "D.96A:UN:EAN008"}
    charset: UNOC                       # or what the partner reads, in the order of preference: [UNOA, UNOC, UNOW]
    sender: {id: "4012345500004", qualifier: "14"}
    segments: {ORDERS: {"FTX[4451=AAI]": null}}      # changes in the mapping, null leaves out

>>> from datetime import date, datetime
>>> from wharfinger.records import Identifier, Order, Party
>>> nordwind, hafen = (Party(endpoint_id=Identifier(value=gln, scheme_id="0088")) for gln in ("4012345500004", "5412345000013"))
>>> order = Order(
...     id="4711", issue_date=date(2026, 11, 1), test_indicator=True, buyer_customer_party=nordwind, seller_supplier_party=hafen
... )
>>> [written] = write([order], WriteContext(prepared=datetime(2026, 11, 1, 9, 30), control_number=7))
>>> print(written.content.decode().replace("'", "'\\n").rstrip())
UNA:+.? '
UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0930+7++++++1'
UNH+1+ORDERS:D:96A:UN'
BGM+220+4711+9'
DTM+137:20261101:102'
NAD+BY+4012345500004::9'
NAD+SU+5412345000013::9'
UNS+S'
UNT+7+1'
UNZ+1+7'
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from parsers.edifact.directory import RELEASES, Directory, directory
from parsers.edifact.elements import check
from parsers.edifact.structure import build
from parsers.edifact.syntax import STANDARD, Block, restored
from parsers.edifact.writing_job import Job, not_carried
from parsers.edifact.writing_notation import Emit, compile_message
from parsers.edifact.writing_text import USUAL, Segment, chosen, encoded, missing, version_of
from parsers.edifact.writing_witness import differs
from wharfinger.contracts import Addressed, WriteContext, Written
from wharfinger.mapping import MappingError, merge
from wharfinger.mapping_files import load_mapping
from wharfinger.problems import Problem
from wharfinger.records import KINDS, ApplicationResponse, Party, Record, buyer, seller

MESSAGES = {
    "Order": "ORDERS",
    "OrderChange": "ORDCHG",
    "OrderCancellation": "ORDCHG",
    "OrderResponse": "ORDRSP",
    "DespatchAdvice": "DESADV",
    "ReceiptAdvice": "RECADV",
    "Invoice": "INVOIC",
    "CreditNote": "INVOIC",
    "RemittanceAdvice": "REMADV",
}
"""Kind -> message. An ApplicationResponse becomes CONTRL when it answers an interchange, else APERAK."""

_SENT_BY_SELLER = frozenset(("OrderResponse", "DespatchAdvice", "Invoice", "CreditNote"))


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Identification of a sender or recipient in UNB: 0004 or 0010, its qualifier 0007, and an address for routing."""

    id: str
    qualifier: str = "14"
    routing: str = ""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an agreement with a partner fixes.

    directory: version, agency and association code as UNH has them. charset: syntax identifiers that the partner reads.
    syntax_version: 1 to 4, else what the character set needs. application_reference: 0026; agreement: 0032; acknowledgement: ask for
    CONTRL (0031). sender, recipient: of UNB; else the parties' GLN (14) or another identification (ZZZ). line_ends: after segments.
    """

    directory: str | dict[str, str] = "D.96A"
    charset: str | tuple[str, ...] = USUAL
    syntax_version: Literal[1, 2, 3, 4] | None = None
    decimal_mark: Literal[".", ","] = "."
    application_reference: str = ""
    agreement: str = ""
    acknowledgement: bool = False
    sender: Address | None = None
    recipient: Address | None = None
    line_ends: bool = False
    segments: dict[str, dict[str, Any]] = {}


@dataclass(slots=True)
class _Envelope:
    """One interchange to be: from whom to whom, which message in which directory, the records by their number."""

    sender: Address | None
    recipient: Address | None
    message: str
    test: bool
    records: list[int] = field(default_factory=list)


def write(records: Sequence[Record], context: WriteContext) -> Iterator[Written]:
    """Yield interchanges. Raises MappingError when a mapping or the partner file is wrong."""
    options = _options(context)
    envelopes: dict[Any, _Envelope] = {}
    for number, record in enumerate(records):
        one = _envelope(record, options)
        envelopes.setdefault((one.sender, one.recipient, one.message, one.test), one).records.append(number)
    for control_number, one in enumerate(envelopes.values(), context.control_number):
        yield _interchange(one, records, options, context, str(control_number))


def addressed(record: Record, context: WriteContext) -> Addressed:
    """How UNB names sender and recipient of a record, and its message. Raises MappingError when the partner file is wrong."""
    one = _envelope(record, _options(context))
    return Addressed(sender=_identification(one.sender), recipient=_identification(one.recipient), message=one.message)


def _interchange(envelope: _Envelope, records: Sequence[Record], options: Options, context: WriteContext, reference: str) -> Written:
    named = options.directory if isinstance(options.directory, str) else options.directory.get(envelope.message, "D.96A")
    table, agency, association = _directory(named, envelope.message)
    changes = _changes(options, envelope.message)
    labels = (options.charset,) if isinstance(options.charset, str) else options.charset
    problems: list[Problem] = []
    ready: list[tuple[int, list[Segment]]] = []
    for number, record in [(one, part) for one in envelope.records for part in _messages(records[one], envelope.message)]:
        job = Job(record, options.decimal_mark)
        segments: list[Segment] = []
        _compiled(type(record).__name__, envelope.message, table.release, changes)(job, (record, ()), segments)
        for name in ("sender", "recipient"):
            if getattr(envelope, name) is None:
                job.problem("edifact-unaddressed", (name,))
        version = [envelope.message, "D", table.release, agency, association]
        if envelope.message == "CONTRL":
            version = ["CONTRL", "D", "3", agency]  # as ISO 9735 version 3 has it
            job.said.update((("id",), ("issue_date",)))  # they are those of the interchange
        not_carried(job)
        segments.insert(0, ["UNH", ["1"], version])
        segments.append(["UNT", [str(len(segments) + 1)], ["1"]])
        if chosen(_texts(segments), labels) is None:
            _name_character(job, segments, labels[-1])
        else:
            _objections(segments, envelope.message, table, job)
        problems.extend(job.problems)
        if all(one.severity == "warning" for one in job.problems):
            ready.append((number, segments))
    whole = Counter(number for number, _ in ready)  # a record of which a message cannot be written is not written
    ready = [(number, one) for number, one in ready if whole[number] == len(_messages(records[number], envelope.message))]
    if not ready:
        return Written(name=f"{envelope.message}.edi", content=b"", records=(), problems=tuple(problems))
    return _assembled(ready, envelope, options, context, reference, labels, problems)


def _assembled(
    ready: list[tuple[int, list[Segment]]],
    envelope: _Envelope,
    options: Options,
    context: WriteContext,
    reference: str,
    labels: tuple[str, ...],
    problems: list[Problem],
) -> Written:
    messages: list[Segment] = []
    for number, (_, segments) in enumerate(ready, 1):
        segments[0][1] = segments[-1][2] = [str(number)]
        messages.extend(segments)
    label = chosen(_texts(messages), labels) or labels[-1]
    version = options.syntax_version or version_of(label)
    sender, recipient = envelope.sender, envelope.recipient
    assert sender is not None  # else nothing was ready
    assert recipient is not None
    unb: Segment = [
        "UNB",
        [label, str(version)],
        [sender.id, sender.qualifier, sender.routing],
        [recipient.id, recipient.qualifier, recipient.routing],
        [f"{context.prepared:%Y%m%d}" if version > 3 else f"{context.prepared:%y%m%d}", f"{context.prepared:%H%M}"],  # noqa: PLR2004
        [reference],
        [],
        [options.application_reference],
        [],
        ["1" if options.acknowledgement and envelope.message != "CONTRL" else ""],
        [options.agreement],
        ["1" if envelope.test else ""],
    ]
    terminator = "'\n" if options.line_ends else "'"
    whole: list[Segment] = [unb, *messages, ["UNZ", [str(len(ready))], [reference]]]
    head = f"UNA:+{options.decimal_mark}?{'*' if version > 3 else ' '}{terminator}"  # noqa: PLR2004
    content = head.encode() + encoded(whole, label, version, terminator)
    objection = differs(content, label, messages)
    if objection is not None:
        problems.append(Problem(code="edifact-witness", subject=reference, found=objection))
        content = b""
    numbers = tuple(dict.fromkeys(number for number, _ in ready))
    return Written(name=f"{envelope.message}.edi", content=content, records=numbers, problems=tuple(problems))


def _messages(record: Record, message: str) -> list[Record]:
    """The record, or one for each response of an APERAK, which says one only (BGM 4343): numbered A1, A1-2, A1-3, so that none is taken
    for another."""
    if message != "APERAK" or not isinstance(record, ApplicationResponse) or len(record.document_responses) < 2:  # noqa: PLR2004
        return [record]
    return [
        msgspec.structs.replace(record, id=f"{record.id}-{number}" if number > 1 and record.id else record.id, document_responses=(one,))
        for number, one in enumerate(record.document_responses, 1)
    ]


def _objections(segments: list[Segment], message: str, table: Directory, job: Job) -> None:
    """What our own reader finds wrong in the structure and elements of a message."""
    block = Block(encoded(segments, "UNOY", 3), None, STANDARD, "UNOY", "3")
    texts = block.segments()
    tree = build(texts, message, table)
    check(texts, tree)
    for fault in tree.faults:
        at = (fault.tag, *(str(one) for one in (fault.element, fault.component) if one))
        if fault.code == "edifact-too-many-repetitions":
            count = sum(segment[0] == fault.tag for segment in segments)
            job.problem("edifact-no-room", at, expected=fault.expected or "1", found=str(count))
        else:
            job.problem("edifact-incomplete", at, expected=fault.expected or fault.tag, found=restored(fault.found or fault.code))
    tree.close()


def _name_character(job: Job, segments: list[Segment], label: str) -> None:
    """Say which character the character set does not hold, and in which field it stands."""
    for text in _texts(segments):
        character = missing(text, label)
        if character is not None:
            paths = [(text not in one, path) for path, one in _fields(job.record, ()) if character in one]
            path = min(paths, key=lambda one: one[0])[1] if paths else (text,)  # the field that is written here, if it is so as it stands
            shown = f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"
            job.problem("edifact-character-not-carried", path, expected=label, found=shown)


def _fields(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _fields(one, (*path, index))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _fields(getattr(value, name), (*path, name))


def _texts(segments: Sequence[Segment]) -> Iterator[str]:
    return (component for segment in segments for element in segment[1:] for component in element)


def _envelope(record: Record, options: Options) -> _Envelope:
    kind = type(record).__name__
    if isinstance(record, ApplicationResponse):
        sender, recipient = record.sender_party, record.receiver_party
    else:
        sender, recipient = buyer(record), seller(record)
        if kind in _SENT_BY_SELLER:
            sender, recipient = recipient, sender
    message = MESSAGES.get(kind) or _answer(record)
    return _Envelope(options.sender or _address(sender), options.recipient or _address(recipient), message, record.test_indicator)


def _answer(record: Any) -> str:
    first = record.document_responses[0].document_reference if record.document_responses else None
    return "CONTRL" if first is not None and first.document_type_code == "UNB" else "APERAK"


def _address(party: Party | None) -> Address | None:
    """By what a party is known to a network: its GLN, else any code, else its name.

    Scheme 0007:X is a code with the qualifier X, 0007: one without.
    """
    if party is None:
        return None
    known = [one for one in (party.endpoint_id, *party.identifications, *party.tax_ids) if one is not None and one.value]
    known.sort(key=lambda one: one.scheme_id != "0088")  # the GLN first, the rest as they stand
    found = next((one.value for one in known), None) or party.id or party.name
    if not found or len(found) > 35:  # noqa: PLR2004  # 0004 and 0010 are an..35
        return None
    scheme = known[0].scheme_id or "" if known else ""
    return Address(found, "14" if scheme == "0088" else scheme.removeprefix("0007:") if scheme.startswith("0007:") else "ZZZ")


def _identification(address: Address | None) -> str:
    return ":".join(one for one in (address.id, address.qualifier) if one) if address is not None else ""


def _options(context: WriteContext) -> Options:
    stated = context.partner.formats.get("edifact-out", {}) if context.partner else {}
    try:
        options = msgspec.convert(stated, Options)
    except msgspec.ValidationError as error:
        raise MappingError("formats.edifact-out", f"{error}; valid: {', '.join(Options.__struct_fields__)}") from error
    if context.directory:
        options = msgspec.structs.replace(options, directory=context.directory)
    for label in (options.charset,) if isinstance(options.charset, str) else options.charset:
        if label not in _WRITABLE:
            raise MappingError("formats.edifact-out.charset", f"{label!r}; valid: {', '.join(_WRITABLE)}")
    return options


_WRITABLE = tuple(f"UNO{letter}" for letter in "ABCDEFGHIJKLWY")
"""Syntax identifiers; UNOX switches within the text and is read only."""


def _directory(named: str, message: str) -> tuple[Directory, str, str]:
    """The directory, agency and association code that "D.96A:UN:EAN008" names; a message that it has not yet is taken from a later one."""
    release, agency, association, *_ = [*named.removeprefix("D.").split(":"), "", ""]
    if release not in RELEASES:
        raise MappingError("directory", f"{named!r}; valid: {', '.join(f'D.{one}' for one in RELEASES)}, with :UN:EANnnn behind it")
    later = (directory(one) for one in RELEASES[RELEASES.index(release) :])
    table = next((one for one in later if message in one.messages), directory(release))
    return table, agency or "UN", association


def _changes(options: Options, message: str) -> bytes:
    return msgspec.json.encode(options.segments.get(message, {}), order="deterministic")


@cache
def _compiled(kind: str, message: str, release: str, changes: bytes) -> Emit:
    """The compiled mapping. changes: a partner's, as JSON."""
    mapping = _file(message)
    changed = {**mapping, "segments": merge(mapping["segments"], msgspec.json.decode(changes))}
    return compile_message(changed, KINDS[kind], message, directory(release))


@cache
def _file(name: str) -> dict[str, Any]:
    file: Any = files("mappings") / "formats" / "edifact" / "writing" / f"{name.lower()}.yaml"
    return load_mapping(file)

