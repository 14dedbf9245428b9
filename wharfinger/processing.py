"""The second step: receipts are read in the child, and what they hold is written down, decided and put into the outbox, in groups."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from wharfinger import outgoing
from wharfinger.archive import Blob
from wharfinger.contracts import Document, Interchange, Item, Part, Recognition
from wharfinger.crash_points import crash_point
from wharfinger.files import DEEPEST
from wharfinger.hub import Hub
from wharfinger.journal import answers, documents, order_references, receipts
from wharfinger.journal.database import writing
from wharfinger.problems import Problem
from wharfinger.records import Shape

GROUP = 200
"""Documents of one transaction: per-document commits cost 5 to 7 times more."""


class Processed(Shape, frozen=True):
    """receipts read and documents found in them."""

    receipts: int = 0
    documents: int = 0


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
