"""The three steps of the hub's work. Each does one batch and returns what it did; call it again until nothing is left.

    take_in    sources -> archive and journal, then acknowledge
    process    archive -> records, checks, decisions, outbox
    deliver    outbox -> sinks

Killing the process anywhere loses and repeats nothing; several processes may work on one journal and archive.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import Engine, Row
from sqlalchemy.exc import IntegrityError

from wharfinger import outgoing, registry
from wharfinger.archive import Archive, Blob, ChangedWhileRead
from wharfinger.config import Home, load_home
from wharfinger.contracts import Arrival, Document, Done, Effect, Held, Interchange, Item, Part, Recognition, ReportsFailures, Sink, Source
from wharfinger.crash_points import crash_point
from wharfinger.files import DEEPEST
from wharfinger.isolation import Reader
from wharfinger.journal import answers, contents, deliveries, documents, order_references, receipts
from wharfinger.journal.audit import seal_day
from wharfinger.journal.clock import now
from wharfinger.journal.contents import Key
from wharfinger.journal.database import open_database, reading, writing
from wharfinger.journal.leases import free_dead
from wharfinger.journal.outgoing import Agreements
from wharfinger.problems import Problem, Transient
from wharfinger.records import Record, Shape, from_json
from wharfinger.reports import listing
from wharfinger.reports.places import place_text
from wharfinger.reports.status import Status
from wharfinger.reports.status import status as count_status
from wharfinger.xml import to_xml
from wharfinger.zip_limits import display_name

GROUP = 200
"""Documents of one transaction: per-document commits cost 5 to 7 times more."""


class TakenIn(Shape, frozen=True):
    """receipts: newly taken in. left: one sentence for each file that was left where it is, and why.

    is_stopped: whether the archive took nothing more, so that a person has to act.
    """

    receipts: int = 0
    left: tuple[str, ...] = ()
    is_stopped: bool = False


class Processed(Shape, frozen=True):
    """receipts read and documents found in them."""

    receipts: int = 0
    documents: int = 0


class Delivered(Shape, frozen=True):
    """done and held deliveries; waiting: those whose destination did not answer, with the reasons."""

    done: int = 0
    held: int = 0
    waiting: int = 0
    reasons: tuple[str, ...] = ()


class _Made:
    """Records and XML of versions of documents, for the deliveries that follow in the same process.

    Nothing depends on it: what is not here is made again from the text in the journal, of which both are a function. XML for which
    there is no room in memory goes to a nameless file in the folder: to write it again takes several times as long.
    """

    _ROOM = 40_000_000

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[Key, tuple[str | Record, bytes, int]] = {}
        self._size = 0
        self._file: IO[bytes] | None = None
        self._filed: dict[Key, tuple[int, int]] = {}

    def __contains__(self, key: Key) -> bool:
        """Whether `get` needs no text."""
        return key in self._found

    def keep(self, key: Key, text: str, xml: bytes) -> None:
        """Remember, while there is room: the oldest are delivered first, so nothing makes room but `forget`."""
        if self._size < self._ROOM:
            size = len(text) + len(xml)
            self._found[key] = text, xml, size
            self._size += size
        elif xml and key not in self._filed:
            with suppress(OSError):  # a full disk
                self._put_down(key, xml)

    def get(self, key: Key, text: str, with_xml: bool) -> tuple[Record, bytes]:
        """The record, and its XML where that is wanted. text: as the journal has it, for what is not here."""
        if key not in self._found:
            self.keep(key, text, self._filed_xml(key))  # the next sink wants it too
        made, xml, size = self._found.get(key, (text, b"", 0))
        record = from_json(made) if isinstance(made, str) else made
        if with_xml and not xml:
            xml = to_xml(record)
        if size:
            self._found[key] = record, xml, size
        return record, xml if with_xml else b""

    def _put_down(self, key: Key, xml: bytes) -> None:
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115  # forget_all closes it
        begin = self._file.seek(0, os.SEEK_END)
        if self._file.write(xml) == len(xml):
            self._filed[key] = begin, len(xml)

    def _filed_xml(self, key: Key) -> bytes:
        begin, length = self._filed.pop(key, (0, 0))
        content = os.pread(self._file.fileno(), length, begin) if length and self._file is not None else b""
        return content if len(content) == length else b""

    def forget(self, keys: Iterable[Key]) -> None:
        """What has been delivered."""
        for key in keys:
            _, _, size = self._found.pop(key, ("", b"", 0))
            self._size -= size

    def forget_all(self) -> None:
        """What is left over: other workers delivered it."""
        self._found.clear()
        self._size = 0
        self._filed.clear()
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass
class Hub:
    """An open hub home: settings, journal, archive, and the child in which untrusted bytes are read."""

    home: Home
    journal: Engine
    archive: Archive
    reader: Reader
    made: _Made
    _sinks: dict[str, Sink] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """In which it speaks to our own people."""
        return self.home.settings.language

    def sink(self, name: str) -> Sink:
        """The sink of that name, opened when it is first needed. Raises Transient."""
        if name not in self._sinks:
            self._sinks[name] = registry.open_sink(self.home.settings.sinks[name], self.home)
        return self._sinks[name]

    @property
    def rules(self) -> documents.Rules:
        """What decisions need of the settings."""
        return documents.Rules(
            sinks={name: bool(one.get("test")) for name, one in self.home.settings.sinks.items() if name not in self.outbound_sinks},
            resend={one.partner: one.resend for one in self.home.partners},
        )

    @cached_property
    def outbound_sinks(self) -> tuple[str, ...]:
        """The names of the sinks that take what we send to partners, and nothing that we received."""
        return tuple(name for name, one in self.home.settings.sinks.items() if registry.direction(one) == "out")

    @property
    def agreements(self) -> Agreements:
        """What sending needs of the settings."""
        tests = tuple(name for name in self.outbound_sinks if self.home.settings.sinks[name].get("test"))
        others = tuple(name for name in self.outbound_sinks if name not in tests)
        return Agreements(partners=self.home.partners, sinks=others, test_sinks=tests)


@contextmanager
def open_hub(folder: Path) -> Iterator[Hub]:
    """Open a hub home for work. Raises YamlFileError or Transient."""
    home = load_home(folder)
    journal = open_database(home.url(home.settings.database))
    archive = Archive(home.path(home.settings.archive))
    archive.sweep()
    with writing(journal) as connection:
        free_dead(connection)
        seal_day(connection, now()[:10])
    made = _Made(home.folder)
    with Reader(home.folder) as reader:
        try:
            yield Hub(home, journal, archive, reader, made)
        finally:
            made.forget_all()
            journal.dispose()


def take_in(hub: Hub, source: Source | None = None, limit: int = 500) -> TakenIn:
    """Take in what is ready in the configured sources, or in the one given. What is acknowledged is safe by then."""
    taken = 0
    left: list[Exception] = []
    sources = hub.home.settings.sources
    for name, one in [("command line", source)] if source else [(n, registry.open_source(s, hub.home)) for n, s in sources.items()]:
        for batch in _batches(one.sweep(), limit):
            taken += _take_batch(hub, name, one, batch, left)
    is_stopped = any(isinstance(error, Transient) and not isinstance(error, ChangedWhileRead) for error in left)
    return TakenIn(receipts=taken, left=tuple(_text(str(error)) for error in left), is_stopped=is_stopped)


def _take_batch(hub: Hub, name: str, source: Source, batch: list[Arrival], left: list[Exception]) -> int:
    stored: list[tuple[Arrival, receipts.Received]] = []
    for arrival in batch:
        try:
            blob = hub.archive.put_file(arrival.path)
        except (Transient, OSError) as error:
            left.append(error)
            continue
        received = receipts.Received(
            transport_key=_text(arrival.key), source=name, name=display_name(_text(arrival.name)), blob=blob, partner=arrival.partner
        )
        stored.append((arrival, received))
    crash_point("blobs-stored")
    with writing(hub.journal) as connection:
        new = receipts.record_receipts(connection, [received for _, received in stored])
        crash_point("receipts-before-commit")
    crash_point("receipts-committed")
    for arrival, _ in stored:
        source.acknowledge(arrival)
    return len(new)


def _text(name: str) -> str:
    """A file name as text that every database takes: bytes that are no UTF-8 are written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def process(hub: Hub, limit: int = 500) -> Processed:
    """Claim up to limit waiting receipts, read each in the child, and journal what they hold in groups."""
    with writing(hub.journal) as connection:
        token, claimed = receipts.claim_receipts(connection, limit)
    crash_point("receipts-claimed")
    if not claimed:
        _answer_waiting(hub)
    count = 0
    group: list[_Reading] = []
    waiting = 0
    try:
        for row in claimed:
            one = _Reading(row, hub)
            for item in hub.reader.read_facts(hub.archive.path(row.sha256), row.name, row.partner):
                one.add(item)
                if len(one.documents) >= GROUP or len(one.parts) >= GROUP:
                    count += _keep_parsed(hub, token, one)
            one.add_depth_problem()
            group.append(one)
            waiting += len(one.documents) + 1
            if waiting >= GROUP:
                count += _finish_group(hub, token, group)
                group, waiting = [], 0
        count += _finish_group(hub, token, group)
    except BaseException:
        with writing(hub.journal) as connection:
            receipts.give_back(connection, token)
        raise
    return Processed(receipts=len(claimed), documents=count)


def _answer_waiting(hub: Hub) -> None:
    """Answer what can be answered now: a document was superseded by another file's, or a partner file names a sink."""
    with writing(hub.journal) as connection:
        answers.answer(connection, hub.agreements)
        answers.route_parked(connection, hub.agreements)


class _Reading:
    """What one receipt held, as far as it was read and not yet written down."""

    def __init__(self, row: Row[Any], hub: Hub) -> None:
        self.row = row
        self.source_direction = hub.home.source_direction(row.source)
        self.companies = hub.home.settings.companies
        self.awaiting = hub.agreements.awaiting()
        self.is_asked = False  # whether one of its documents is for a partner, or is to be answered by our own system
        self.documents: list[tuple[int, Document]] = []
        self.parts: list[tuple[int, Part]] = []
        self.problems: list[Problem] = []
        self.interchanges: list[Interchange] = []
        self.partners: dict[int, set[str]] = {}  # of the documents of each interchange
        self.read = 0
        self.parts_read = 0
        self.parsed = 0
        self.description: str | None = None

    def add(self, item: Item) -> None:
        if isinstance(item, Recognition):
            self.description = item.description
        elif isinstance(item, Document):
            self.read += 1
            item = outgoing.vouched(item, self.row.source, self.source_direction, self.companies)
            self.documents.append((self.read, item))
            self.is_asked |= item.direction == "out" or item.partner in self.awaiting
            if item.partner and item.place.interchange:
                self.partners.setdefault(item.place.interchange, set()).add(item.partner)
        elif isinstance(item, Part):
            self.parts_read += 1
            self.parts.append((self.parts_read, item))
        elif isinstance(item, Interchange):
            if self.source_direction == "in":  # our own system is not answered
                self.interchanges.append(item)
        else:
            self.problems.append(item)

    def add_depth_problem(self) -> None:
        if self.parts and self.row.depth >= DEEPEST:
            self.parts = []
            self.parts_read = 0
            self.problems.append(Problem(code="parts-too-deep", found=str(self.row.depth + 1), expected=str(DEEPEST)))

    @property
    def state(self) -> str:
        if self.read or self.parts_read:
            return receipts.READ
        return receipts.UNREADABLE if any(one.severity == "error" for one in self.problems) else receipts.EMPTY


def _keep_parsed(hub: Hub, token: str, one: _Reading) -> int:
    """A large receipt: what was read of it so far is kept, and decided when its end is known."""
    blobs = _store_parts(hub, one)
    written: list[tuple[int, Document]] = []
    with writing(hub.journal) as connection:
        if receipts.holds_lease(connection, one.row.id, token):
            for run in order_references.in_turn((one.row, number, document, None) for number, document in one.documents):
                complete = [(number, order_references.completed(connection, document)) for _, number, document, _ in run]
                written += documents.write_parsed(connection, one.row, complete)
            _record_parts(connection, one, blobs)
    crash_point("parsed-committed")
    _remember(hub, written)
    count = len(one.documents)
    one.parsed += count
    one.documents = []
    one.parts = []
    return count


def _finish_group(hub: Hub, token: str, group: list[_Reading]) -> int:
    """Write down the ends of several receipts in one transaction: documents, decisions, deliveries, audit."""
    if not group:
        return 0
    blobs = [_store_parts(hub, one) for one in group]
    crash_point("parts-stored")
    written: list[tuple[int, Document]] = []
    try:
        with writing(hub.journal) as connection:
            written = _finish(connection, hub, token, group, blobs)
            crash_point("documents-before-commit")
    except IntegrityError:
        if len(group) == 1:  # another worker journaled the same number first: it is found now
            _retry(hub, token, group, blobs)
        else:
            return sum(_finish_group(hub, token, [one]) for one in group)
    crash_point("documents-committed")
    _remember(hub, written)
    return sum(len(one.documents) for one in group)


def _retry(hub: Hub, token: str, group: list[_Reading], blobs: list[list[Blob]]) -> None:
    for tries_left in (2, 1, 0):
        try:
            with writing(hub.journal) as connection:
                _finish(connection, hub, token, group, blobs)
        except IntegrityError:
            if not tries_left:
                raise
        else:
            return


def _finish(connection: Any, hub: Hub, token: str, group: list[_Reading], blobs: list[list[Blob]]) -> list[tuple[int, Document]]:
    """The documents that were written, with their ids."""
    ours = receipts.finish_receipts(connection, token, [(one.row.id, one.state, one.description) for one in group])
    entries: list[documents.Entry] = []
    is_asked = any(one.is_asked for one in group)
    for one, stored in zip(group, blobs, strict=True):
        if one.row.id not in ours:
            continue
        receipts.write_problems(connection, one.row.id, None, one.problems)
        _record_parts(connection, one, stored)
        is_asked |= answers.record_interchanges(connection, one.row, one.interchanges, one.partners, hub.agreements)
        while one.parsed and documents.settle_parsed(connection, one.row.id, one.problems, hub.rules, GROUP):
            pass
        for ordinal, document in one.documents:
            held = next((problem for problem in one.problems if documents.holds(problem, document.place.interchange)), None)
            entries.append((one.row, ordinal, document, held))
    written: list[tuple[int, Document]] = []
    for run in order_references.in_turn(entries):
        complete = [(row, number, order_references.completed(connection, document), held) for row, number, document, held in run]
        written += documents.settle(connection, complete, hub.rules)
    if is_asked:
        answers.answer(connection, hub.agreements, list(ours))
    if any(one.parsed for one in group) or any(document.kind == "ApplicationResponse" for _, _, document, _ in entries):
        answers.note_acknowledgements(connection, list(ours))
    return written


def _remember(hub: Hub, written: Iterable[tuple[int, Document]]) -> None:
    for key, document in written:
        if document.facts is not None and document.xml:
            hub.made.keep((key, 0), document.facts.text, document.xml)


def _store_parts(hub: Hub, one: _Reading) -> list[Blob]:
    return [hub.archive.put_bytes(part.content) for _, part in one.parts]


def _record_parts(connection: Any, one: _Reading, blobs: list[Blob]) -> None:
    row = one.row
    received = [
        receipts.Received(
            transport_key=f"part:{row.id}:{ordinal}",
            source=row.source,
            name=f"{row.name}/{part.name}",
            blob=blob,
            partner=row.partner,
            parent=row.id,
            depth=row.depth + 1,
        )
        for (ordinal, part), blob in zip(one.parts, blobs, strict=True)
    ]
    receipts.record_receipts(connection, received)


def deliver(hub: Hub, limit: int = 500) -> Delivered:
    """Hand over one batch to each sink. A sink that does not answer, or faults on one document, does not stop the others."""
    total = Delivered()
    claimed: list[Row[Any]] = []
    for name in hub.home.settings.sinks:
        _record_failures(hub, name)
        with writing(hub.journal) as connection:
            token, rows = deliveries.claim_deliveries(connection, name, limit)
        crash_point("deliveries-claimed")
        if rows:
            claimed += rows
            one = _deliver_batch(hub, name, token, rows)
            total = Delivered(
                done=total.done + one.done,
                held=total.held + one.held,
                waiting=total.waiting + one.waiting,
                reasons=total.reasons + one.reasons,
            )
    if claimed:
        hub.made.forget((row.document, row.record_version) for row in claimed)
    else:
        hub.made.forget_all()
    return total


def _deliver_batch(hub: Hub, name: str, token: str, rows: list[Row[Any]]) -> Delivered:
    answers: list[tuple[Row[Any], Done | Held]] = []
    postponed: list[Row[Any]] = []
    reason = ""
    try:
        sink = hub.sink(name)
        prepared = _prepared(hub, name, rows)
        texts = _texts(hub, rows)
        effects = [_effect(hub, row, sink.wants_xml, prepared, texts) for row in rows]
        answers = list(zip(rows, sink.deliver(effects), strict=True))
    except Transient as error:
        postponed, reason = rows, str(error)
    except Exception as error:  # the worker's own net: one by one, so that one poison document does not block the rest
        for row in rows:
            try:
                answers += [(row, answer) for answer in sink.deliver([_effect(hub, row, sink.wants_xml, prepared, texts)])]
            except Transient as later:
                postponed.append(row)
                reason = str(later)
            except Exception as fault:  # noqa: BLE001  # journaled as a question; a person sees it
                answers.append((row, Held(question=f"{type(fault).__name__}: {fault}")))
        reason = reason or str(error)
    crash_point("effects-delivered")
    with writing(hub.journal) as connection:
        deliveries.record_answers(connection, token, answers)
        deliveries.postpone(connection, token, postponed, reason)
        crash_point("answers-before-commit")
    crash_point("answers-committed")
    done = sum(isinstance(answer, Done) for _, answer in answers)
    reasons = (f"{name}: {reason}",) if postponed else ()
    return Delivered(done=done, held=len(answers) - done, waiting=len(postponed), reasons=reasons)


def _record_failures(hub: Hub, name: str) -> None:
    """Ask a sink that can tell what its consumer refused."""
    try:
        sink = hub.sink(name)
        if isinstance(sink, ReportsFailures):
            failures = sink.failures()
            with writing(hub.journal) as connection:
                deliveries.record_failures(connection, name, failures)
    except Transient:
        return  # delivering says so, and is tried again


def _prepared(hub: Hub, sink: str, rows: list[Row[Any]]) -> dict[int, tuple[int, datetime]]:
    """Control number and time of the interchanges in which these documents leave; nothing for a sink of documents that we received."""
    if sink not in hub.outbound_sinks:
        return {}
    with reading(hub.journal) as connection:
        return answers.prepared(connection, [row.document for row in rows])


def _texts(hub: Hub, rows: list[Row[Any]]) -> dict[int, str]:
    """What the journal has of those documents of which nothing is at hand."""
    missing = [row.document for row in rows if (row.document, row.record_version) not in hub.made]
    if not missing:
        return {}
    with reading(hub.journal) as connection:
        return contents.texts_of(connection, missing)


def _effect(hub: Hub, row: Row[Any], with_xml: bool, prepared: dict[int, tuple[int, datetime]], texts: dict[int, str]) -> Effect:
    record, xml = hub.made.get((row.document, row.record_version), texts.get(row.document, ""), with_xml)
    number, at = prepared.get(row.document, (0, None))
    return Effect(
        key=row.effect_key,
        record=record,
        xml=xml,
        document=row.document,
        partner=row.partner,
        revision=row.revision,
        control_number=number,
        prepared=at,
    )


def _batches(arrivals: Iterable[Arrival], size: int) -> Iterator[list[Arrival]]:
    batch: list[Arrival] = []
    for arrival in arrivals:
        batch.append(arrival)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def status(hub: Hub) -> Status:
    """The conservation equation as it stands now."""
    with reading(hub.journal) as connection:
        return count_status(connection)


class ExceptionRow(Shape, frozen=True):
    """A document or receipt that a person has to look at. document: None for a receipt in which nothing could be read.

    where: the file, and the place in it.
    """

    document: int | None
    receipt: int
    kind: str | None
    id: str | None
    sender: str | None
    state: str
    where: str
    problem: str
    what_to_do: str


def exceptions(hub: Hub, limit: int = 100) -> list[ExceptionRow]:
    """What was refused, waits for a person or could not be read; the newest first."""
    language = hub.home.settings.language
    rows: list[ExceptionRow] = []
    with reading(hub.journal) as connection:
        for state in (documents.PARKED, documents.REJECTED):
            for one in listing.list_documents(connection, state):
                worst = one.question or next((p for p in one.problems if p.severity == "error"), None)
                text = worst.text(language) if worst else "; ".join(one.held)
                hint = worst.hint(language) if worst else ""
                at = place_text(worst.place, language) if worst else ""
                where = ", ".join(part for part in (one.source, at) if part)
                rows.append(ExceptionRow(one.document, one.receipt, one.kind, one.id, one.sender, one.state, where, text, hint))
        for receipt, problems in listing.unreadable(connection):
            for problem in problems[:3]:
                where = ", ".join(part for part in (receipt.name, place_text(problem.place, language)) if part)
                text, hint = problem.text(language), problem.hint(language)
                rows.append(ExceptionRow(None, receipt.id, None, None, receipt.partner, receipt.state, where, text, hint))
    return sorted(rows, key=lambda row: -row.receipt)[:limit]
