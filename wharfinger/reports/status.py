"""The conservation equation: what came in is delivered, refused, known already, replaced, waiting for a person or on its way.

    documents = delivered + rejected + duplicate + superseded + parked + in flight
    receipts  = read + empty + unreadable + waiting

What we send to partners is counted apart, in the same states. Alarms are what nobody would hear of otherwise: answers that are overdue,
and interchanges that could not be answered at all.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, func, select

from wharfinger.journal import answers, deliveries, documents, following, receipts, schema
from wharfinger.journal.clock import now
from wharfinger.journal.outgoing import utc_text
from wharfinger.problems import Problem
from wharfinger.records import Shape

_receipt, _document, _delivery = schema.receipt, schema.document, schema.delivery
_REMEMBERED = timedelta(days=7)
"""So long an interchange is named that could not be answered: nothing that happens in the hub can settle it."""
_WAITS_SHOWN = 20


class Overdue(Shape, frozen=True):
    """An answer that was to be given by now. what: 'interchange' or 'order', by us to the partner's, or 'document', by the partner to
    ours."""

    what: str
    number: str
    partner: str | None
    due_at: str


class Unanswerable(Shape, frozen=True):
    """An interchange that asks for an answer and cannot get one."""

    receipt: int
    source: str
    problem: Problem


class Status(Shape, frozen=True):
    """The counts of the command line's contract. gaps: one sentence for each document or receipt that the equation misses.

    outbound: the documents that we send, by state, and those of them that the partner acknowledged or refused. overdue: the answers
    that should have been given by now: (interchange, order or document, its number, partner, since when). unanswerable: the interchanges
    of the last week that ask for an answer and cannot get one: (receipt, its name, what is wrong). waits: the changes that wait for
    their orders, as many as one reads.
    """

    receipts: int
    waiting_receipts: int
    empty_receipts: int
    unreadable_receipts: int
    documents: int
    delivered: int
    rejected: int
    duplicate: int
    superseded: int
    parked: int
    in_flight: int
    balanced: bool
    deliveries: dict[str, dict[str, int]]
    oldest_in_flight_s: int
    gaps: tuple[str, ...] = ()
    outbound: dict[str, int] = {}
    overdue: tuple[Overdue, ...] = ()
    unanswerable: tuple[Unanswerable, ...] = ()
    waits: tuple[following.Wait, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape of `wharf status --json`."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        unanswerable = [{"receipt": one.receipt, "source": one.source, **one.problem.as_json()} for one in self.unanswerable]
        lists = {name: [msgspec.to_builtins(one) for one in getattr(self, name)] for name in ("overdue", "waits")}
        return {**values, **lists, "unanswerable": unanswerable}


def status(connection: Connection) -> Status:
    """Count everything, and look for what the counts cannot explain."""
    by_receipt = _counts(connection, _receipt)
    by_document = _counts(connection, _document, _document.c.direction == "in")
    gaps = tuple(_gaps(connection))
    return Status(
        receipts=sum(by_receipt.values()),
        waiting_receipts=by_receipt.get(receipts.RECEIVED, 0),
        empty_receipts=by_receipt.get(receipts.EMPTY, 0),
        unreadable_receipts=by_receipt.get(receipts.UNREADABLE, 0),
        documents=sum(by_document.values()),
        delivered=by_document.get(documents.DELIVERED, 0),
        rejected=by_document.get(documents.REJECTED, 0),
        duplicate=by_document.get(documents.DUPLICATE, 0),
        superseded=by_document.get(documents.SUPERSEDED, 0),
        parked=by_document.get(documents.PARKED, 0),
        in_flight=by_document.get(documents.ACCEPTED, 0) + by_document.get(documents.PARSED, 0),
        balanced=not gaps,
        deliveries=_delivery_counts(connection),
        oldest_in_flight_s=_oldest(connection),
        gaps=gaps,
        outbound=_outbound_counts(connection),
        overdue=tuple(_overdue(connection)),
        unanswerable=tuple(_unanswerable(connection)),
        waits=tuple(following.waits(connection, limit=_WAITS_SHOWN)),
    )


def _counts(connection: Connection, table: Any, *where: Any) -> dict[str, int]:
    rows = connection.execute(select(table.c.state, func.count()).where(*where).group_by(table.c.state))
    return {row[0]: row[1] for row in rows}


def _outbound_counts(connection: Connection) -> dict[str, int]:
    by_state = _counts(connection, _document, _document.c.direction == "out")
    table = schema.outbound
    said = select(table.c.acknowledged, func.count()).where(table.c.acknowledged.is_not(None)).group_by(table.c.acknowledged)
    by_answer = {row[0]: row[1] for row in connection.execute(said)}
    return {
        "documents": sum(by_state.values()),
        "delivered": by_state.get(documents.DELIVERED, 0),
        "rejected": by_state.get(documents.REJECTED, 0),
        "duplicate": by_state.get(documents.DUPLICATE, 0),
        "superseded": by_state.get(documents.SUPERSEDED, 0),
        "parked": by_state.get(documents.PARKED, 0),
        "in_flight": by_state.get(documents.ACCEPTED, 0) + by_state.get(documents.PARSED, 0),
        "acknowledged": sum(by_answer.values()) - by_answer.get("RE", 0),
        "refused": by_answer.get("RE", 0),
    }


def _overdue(connection: Connection) -> list[Overdue]:
    at = now()
    asked = schema.interchange
    where = (asked.c.state == answers.OPEN, asked.c.due_at < at)
    late = connection.execute(select(asked.c.reference, asked.c.partner, asked.c.due_at).where(*where).order_by(asked.c.id)).all()
    sent = schema.outbound
    waiting = select(_document.c.number, _document.c.partner, sent.c.due_at).join(_document, _document.c.id == sent.c.document)
    unanswered = connection.execute(waiting.where(sent.c.due_at < at, sent.c.acknowledged.is_(None)).order_by(_document.c.id)).all()
    awaited = schema.awaited_response
    orders = select(_document.c.number, _document.c.partner, awaited.c.due_at).join(_document, _document.c.id == awaited.c.document)
    standing = (awaited.c.answered_by.is_(None), _document.c.state.in_((documents.ACCEPTED, documents.DELIVERED, documents.PARKED)))
    open_orders = connection.execute(orders.where(awaited.c.due_at < at, *standing).order_by(_document.c.id)).all()
    return [
        Overdue(what=what, number=row[0] or "-", partner=row[1], due_at=row[2])
        for what, rows in (("interchange", late), ("order", open_orders), ("document", unanswered))
        for row in rows
    ]


def _unanswerable(connection: Connection) -> list[Unanswerable]:
    problem = schema.problem
    since = utc_text(datetime.now(UTC) - _REMEMBERED)
    where = (problem.c.code.in_(("interchange-unanswerable", "answer-to-nobody")), _receipt.c.received_at > since)
    chosen = select(_receipt.c.id, _receipt.c.name, problem.c.body).join(_receipt, _receipt.c.id == problem.c.receipt)
    rows = connection.execute(chosen.where(*where).order_by(problem.c.id)).all()
    return [Unanswerable(receipt=row[0], source=row[1], problem=msgspec.json.decode(row[2], type=Problem)) for row in rows]


def _delivery_counts(connection: Connection) -> dict[str, dict[str, int]]:
    shown = {deliveries.DONE: "done", deliveries.WAITING: "waiting", deliveries.SENDING: "waiting", deliveries.HELD: "held"}
    counts: dict[str, dict[str, int]] = {}
    rows = connection.execute(select(_delivery.c.sink, _delivery.c.state, func.count()).group_by(_delivery.c.sink, _delivery.c.state))
    for sink, state, count in rows:
        one = counts.setdefault(sink, {"done": 0, "waiting": 0, "held": 0})
        if state in shown:
            one[shown[state]] += count
    return counts


def _oldest(connection: Connection) -> int:
    states = (documents.ACCEPTED, documents.PARSED)
    where = (_document.c.direction == "in", _document.c.state.in_(states))
    oldest = connection.execute(select(func.min(_document.c.received_at)).where(*where)).scalar()
    return max(0, int((datetime.now(UTC) - datetime.fromisoformat(oldest)).total_seconds())) if oldest else 0


def _gaps(connection: Connection) -> list[str]:
    """Contradictions that no crash may leave behind."""
    of_document = _delivery.c.document == _document.c.id
    is_open = exists().where(of_document, _delivery.c.state.in_((deliveries.WAITING, deliveries.SENDING)))
    is_left = exists().where(of_document, _delivery.c.state.in_((deliveries.WAITING, deliveries.SENDING, deliveries.HELD)))
    is_done = exists().where(of_document, _delivery.c.state == deliveries.DONE)
    any_delivery = exists().where(of_document)
    child = _receipt.alias("child")
    holds_something = exists().where(_document.c.receipt == _receipt.c.id) | exists().where(child.c.parent == _receipt.c.id)
    questions = (
        ("has a state that is unknown", _document.c.state.not_in(documents.STATES)),
        ("is accepted, but nothing will deliver it", (_document.c.state == documents.ACCEPTED) & ~is_open),
        ("counts as delivered, but a delivery is open", (_document.c.state == documents.DELIVERED) & is_left),
        ("counts as delivered, but no sink has it", (_document.c.state == documents.DELIVERED) & any_delivery & ~is_done),
        ("is rejected, but was delivered", (_document.c.state == documents.REJECTED) & is_done),
        ("is in the journal twice in effect", (_document.c.state == documents.DUPLICATE) & is_left),
    )
    found = list(_skipped_numbers(connection))
    for text, condition in questions:
        ids = connection.execute(select(_document.c.id).where(condition).limit(5)).scalars()
        found += [f"document {one} {text}" for one in ids]
    lost = select(_receipt.c.id).where(_receipt.c.state == receipts.READ, ~holds_something).limit(5)
    return found + [f"receipt {one} was read, but holds nothing" for one in connection.execute(lost).scalars()]


def _skipped_numbers(connection: Connection) -> list[str]:
    """Sequences of control numbers of which not every one up to the last is borne by a document."""
    table, sequence = schema.outbound, schema.control_sequence
    borne = select(table.c.sequence, func.count().label("borne")).where(table.c.sequence.is_not(None)).group_by(table.c.sequence).subquery()
    rows = select(sequence, borne.c.borne).outerjoin(borne, borne.c.sequence == sequence.c.id)
    wrong = connection.execute(rows.where(func.coalesce(borne.c.borne, 0) != sequence.c.last).limit(5)).all()
    return [f"control numbers from {row.ours} to {row.theirs}: {row.borne or 0} of {row.last} are borne by a document" for row in wrong]
