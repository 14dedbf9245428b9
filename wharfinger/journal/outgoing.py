"""What leaves for partners: the agreements, control numbers, what our own system issued, and the order responses that are awaited.

A document that we issue is decided like any other. When it is accepted it gets, in that same transaction, its control number and its
delivery to the partner's sink; where that cannot be, it is PARKED with the reason and uses no number. Control numbers count up for each
pair of identifications (ours, theirs) without gaps, because a number and the document that bears it are one transaction.

An order of a partner who expects an order response is awaited (table awaited_response) until one is put into the outbox that says
more than that the order has come.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, String, cast, exists, literal, select

from wharfinger import keys, outgoing
from wharfinger.config import Partner
from wharfinger.contracts import Addressed
from wharfinger.journal import contents, schema
from wharfinger.journal.audit import record_events
from wharfinger.journal.clock import now
from wharfinger.journal.deliveries import CANCELLED, WAITING
from wharfinger.journal.documents import ACCEPTED, DELIVERED, PARKED, REJECTED
from wharfinger.problems import Problem
from wharfinger.records import Order, OrderResponse, Record, Shape

Numbered = tuple[tuple[str, str], Callable[[], None]]
"""What writes something that bears a control number, and the pair whose number that is: done in the order of the pairs, so that no two
workers wait for each other's numbers."""

_document, _outbound, _delivery, _sequence = schema.document, schema.outbound, schema.delivery, schema.control_sequence
_awaited = schema.awaited_response
_ONLY_RECEIVED = "AB"
UNSENT = "control-number-unsent"


class Agreements(Shape, frozen=True):
    """What of the settings sending needs. sinks: the names of those that take what we send; test_sinks: and of those marked
    `test: true`, which take what is marked as a test, and nothing else."""

    partners: tuple[Partner, ...] = ()
    sinks: tuple[str, ...] = ()
    test_sinks: tuple[str, ...] = ()

    def partner(self, name: str | None) -> Partner | None:
        """The partner of that name."""
        return next((one for one in self.partners if one.partner == name), None)

    def sender(self, code: str) -> Partner | None:
        """The partner whom an envelope names by that code."""
        return next((one for one in self.partners if code and (code in one.identity.gln or code in one.identity.codes)), None)

    def only(self, names: Collection[str]) -> Partner | None:
        """The partner of that name, if it is one only."""
        return self.partner(next(iter(names))) if len(names) == 1 else None

    def sink(self, partner: Partner, is_test: bool) -> str | None:
        """By which sink its answers, and all other documents for it, leave: tests never by one of the others."""
        sinks = self.test_sinks if is_test else self.sinks
        named = partner.answers.sink
        if named and (named in sinks or not is_test):
            return named if named in sinks else None
        return sinks[0] if len(sinks) == 1 else None

    def awaiting(self) -> dict[str, int]:
        """The partners who expect an order response to each order, and within how many hours."""
        return {one.partner: one.answers.deadline_hours for one in self.partners if one.answers.ordrsp == "always"}


def issued(connection: Connection, agreements: Agreements, receipts: Sequence[int]) -> Iterator[Numbered]:
    """What our own system issued in these receipts: note what each answers, and yield what sends those that are accepted and not yet
    in the outbox. One that cannot be sent is parked."""
    is_there = exists().where(_delivery.c.document == _document.c.id, _delivery.c.state != CANCELLED)
    wanted = ((_document.c.state == ACCEPTED) & ~is_there) | _outbound.c.document.is_(None)
    chosen = select(_document, _outbound.c.document.label("noted"), _outbound.c.control_number)
    chosen = chosen.outerjoin(_outbound, _outbound.c.document == _document.c.id)
    where = (_document.c.receipt.in_(receipts), _document.c.direction == "out", _document.c.ordinal > 0, wanted)
    for row in connection.execute(chosen.where(*where, _document.c.state.in_((ACCEPTED, PARKED))).order_by(_document.c.id)).all():
        record = contents.record_of(connection, row.id)
        if row.noted is None:
            connection.execute(_outbound.insert().values(document=row.id, caused_by=_answered(connection, record)))
        if row.state != ACCEPTED or record is None:
            continue
        partner = agreements.partner(row.partner)
        sink = agreements.sink(partner, row.test_indicator) if partner is not None else None
        code = "sending-test-without-sink" if row.test_indicator else "outgoing-without-sink"
        missing = Problem(code=code, subject=f"{row.kind} {row.number}", found=row.partner)
        to = missing if partner is None or sink is None else outgoing.addressed(record, partner)
        if isinstance(to, Problem):
            _park(connection, row.id, to)
        elif partner is not None and sink is not None:
            yield (to.sender, to.recipient), partial(_send, connection, row, record, partner, sink, to)


def put_into_outbox(connection: Connection, document: int, pair: tuple[str, str], effect: dict[str, str], due_at: str | None) -> None:
    """The delivery, and with it the control number and the time that its interchange bears, whenever it is sent. effect: sink, action
    and effect key; due_at: until when the partner is to acknowledge it."""
    sequence, number = next_number(connection, *pair)
    values = {"sequence": sequence, "control_number": number, "prepared_at": now(), "due_at": due_at}
    connection.execute(_outbound.update().where(_outbound.c.document == document).values(**values))
    connection.execute(_delivery.insert().values(document=document, **effect, state=WAITING, attempts=0, not_before=0))


def next_number(connection: Connection, ours: str, theirs: str) -> tuple[int, int]:
    """(sequence, control number). Its row stays locked until the number is committed with what bears it, so none is ever skipped."""
    chosen = select(_sequence.c.id, _sequence.c.last).where(_sequence.c.ours == ours, _sequence.c.theirs == theirs).with_for_update()
    row = connection.execute(chosen).first()
    if row is None:
        values = {"ours": ours, "theirs": theirs, "last": 0}
        if connection.dialect.name == "postgresql":  # two workers may begin a sequence at once
            from sqlalchemy.dialects.postgresql import insert as upsert

            connection.execute(upsert(_sequence).values(values).on_conflict_do_nothing())
        else:
            connection.execute(_sequence.insert().values(values))
        row = connection.execute(chosen).one()
    connection.execute(_sequence.update().where(_sequence.c.id == row.id).values(last=row.last + 1))
    return row.id, row.last + 1


def acknowledged_by(partner: Partner, message: str) -> str | None:
    """Until when the partner is to acknowledge what is sent now: where our agreement is that we ask for that, but never of a CONTRL."""
    asks = message != "CONTRL" and partner.formats.get("edifact-out", {}).get("acknowledgement") is True
    return utc_text(datetime.now(UTC) + timedelta(hours=partner.answers.deadline_hours)) if asks else None


def expect_responses(connection: Connection, agreements: Agreements, receipts: Sequence[int]) -> None:
    """Await an order response to each order in these receipts that was accepted, from partners who expect one."""
    hours = agreements.awaiting()
    if not hours:
        return
    ours = (_document.c.receipt.in_(receipts), _document.c.direction == "in", _document.c.kind == Order.__name__)
    open_ones = (_document.c.state.in_((ACCEPTED, DELIVERED)), _document.c.partner.in_(hours))
    known = exists().where(_awaited.c.document == _document.c.id)
    rows = connection.execute(select(_document.c.id, _document.c.partner, _document.c.received_at).where(*ours, *open_ones, ~known)).all()
    if rows:
        values = [
            {"document": row.id, "due_at": utc_text(datetime.fromisoformat(row.received_at) + timedelta(hours=hours[row.partner]))}
            for row in rows
        ]
        connection.execute(_awaited.insert(), values)


def withdraw(connection: Connection, document: int) -> None:
    """What was to answer an order will not be sent: it is awaited again."""
    connection.execute(_awaited.update().where(_awaited.c.answered_by == document).values(answered_by=None))


def note_unsent(connection: Connection, document: int) -> None:
    """Say in the audit that a control number was given to something that will not be sent, so that its gap is accounted for."""
    chosen = select(_sequence.c.ours, _sequence.c.theirs, _outbound.c.control_number)
    chosen = chosen.join(_outbound, _outbound.c.sequence == _sequence.c.id).where(_outbound.c.document == document)
    for row in connection.execute(chosen.where(_outbound.c.control_number.is_not(None))).all():
        record_events(connection, [(UNSENT, f"document {document}", f"{row.control_number} from {row.ours} to {row.theirs}")])


def unsent_numbers(connection: Connection) -> list[tuple[int, int, str, str, bool]]:
    """(document, control number, ours, theirs, whether the audit says so) of each number that was given and is not sent.

    Journals of before the event say it by the rejection alone.
    """
    subject = literal("document ") + cast(_document.c.id, String)
    told = exists().where(schema.audit.c.event.in_((UNSENT, "rejected")), schema.audit.c.subject == subject)
    chosen = select(_document.c.id, _outbound.c.control_number, _sequence.c.ours, _sequence.c.theirs, told.label("told"))
    chosen = chosen.join(_outbound, _outbound.c.document == _document.c.id).join(_sequence, _sequence.c.id == _outbound.c.sequence)
    rows = connection.execute(chosen.where(_document.c.state == REJECTED).order_by(_document.c.id)).all()
    return [(row.id, row.control_number, row.ours, row.theirs, bool(row.told)) for row in rows]


def utc_text(at: datetime) -> str:
    """A time as the journal writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _send(connection: Connection, row: Row[Any], record: Record, partner: Partner, sink: str, to: Addressed) -> None:
    key = keys.effect_key(row.base_key or f"document|{row.id}", row.revision, sink, row.action)
    effect = {"sink": sink, "action": row.action, "effect_key": key}
    connection.execute(_document.update().where(_document.c.id == row.id).values(message_type=to.message))
    if row.control_number is None:
        put_into_outbox(connection, row.id, (to.sender, to.recipient), effect, acknowledged_by(partner, to.message))
    else:  # it was withdrawn, and is wanted after all: its number is its own
        waiting = {"state": WAITING, "question": None, "not_before": 0}
        if not connection.execute(_delivery.update().where(_delivery.c.effect_key == key).values(**waiting)).rowcount:
            connection.execute(_delivery.insert().values(document=row.id, **effect, state=WAITING, attempts=0, not_before=0))
    if isinstance(record, OrderResponse) and record.order_response_code != _ONLY_RECEIVED:
        cause = select(_outbound.c.caused_by).where(_outbound.c.document == row.id).scalar_subquery()
        key_of_order = select(_document.c.base_key).where(_document.c.id == cause).scalar_subquery()
        revisions = select(_document.c.id).where(_document.c.base_key == key_of_order)
        connection.execute(_awaited.update().where(_awaited.c.document.in_(revisions)).values(answered_by=row.id))


def _answered(connection: Connection, record: Record | None) -> int | None:
    """The order to which the document refers: of several with its number the one that counts, else the last."""
    wanted = keys.keys_of_order(record) if record is not None else []
    if not wanted:
        return None
    of_order = (_document.c.base_key.in_(wanted), _document.c.direction == "in")
    found = connection.execute(select(_document.c.id, _document.c.held_key).where(*of_order)).all()
    return max(found, key=lambda one: (one.held_key is not None, one.id)).id if found else None


def _park(connection: Connection, document: int, question: Problem) -> None:
    """ACCEPTED -> PARKED: nothing takes it now."""
    values = {"state": PARKED, "question": msgspec.json.encode(question).decode()}
    connection.execute(_document.update().where(_document.c.id == document).values(**values))
    record_events(connection, [("document-parked", f"document {document}", question.code)])
