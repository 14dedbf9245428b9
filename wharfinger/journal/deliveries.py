"""Deliveries: the outbox. One for each document and sink, with the effect key by which the destination knows it.

    WAITING -> SENDING -> DONE        the destination has it; its own reference is kept
                       -> HELD        with the question; a person answers
                                DONE -> HELD    the consumer refused it after the hand-over
                                HELD -> WAITING the consumer's refusal is gone
                       -> WAITING     the destination did not answer: again later, with back-off
    WAITING, HELD -> CANCELLED        superseded or rejected before it left
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, or_, select, true

from wharfinger import keys
from wharfinger.contracts import Done, Held
from wharfinger.journal import schema
from wharfinger.journal.audit import Event, record_events
from wharfinger.journal.clock import now
from wharfinger.journal.database import database_seconds
from wharfinger.journal.following import FOLLOWING, let_go, put_behind
from wharfinger.journal.leases import new_token

WAITING, SENDING, DONE, HELD, CANCELLED = "WAITING", "SENDING", "DONE", "HELD", "CANCELLED"

LEASE_SECONDS = 600
_LONGEST_WAIT = 3600

_table = schema.delivery
_document = schema.document


def known_effects(connection: Connection, documents: Sequence[int]) -> set[str]:
    """The effect keys for which these documents have deliveries already (a document that is decided again)."""
    return set(connection.execute(select(_table.c.effect_key).where(_table.c.document.in_(documents))).scalars()) if documents else set()


def open_deliveries(
    connection: Connection, documents: Sequence[dict[str, Any]], sinks: dict[str, bool], known: Collection[str] = ()
) -> None:
    """Write the outbox rows of accepted documents. sinks: name -> takes test documents (and no others). known: effect keys that have
    a delivery already; a cancelled one waits again."""
    rows = []
    for one in documents:
        key = one["base_key"] or f"document|{one['id']}"
        for sink, takes_tests in sinks.items():
            if takes_tests == one["test_indicator"]:
                effect = keys.effect_key(key, one["revision"], sink, one["action"])
                row = {"document": one["id"], "sink": sink, "action": one["action"], "effect_key": effect}
                if effect not in known:
                    rows.append({**row, "state": WAITING, "attempts": 0, "not_before": 0})
    if rows:
        connection.execute(_table.insert(), rows)
    if known:
        where = (_table.c.effect_key.in_(known), _table.c.state == CANCELLED)
        connection.execute(_table.update().where(*where).values(state=WAITING, question=None, not_before=0))
    put_behind(connection, [one["id"] for one in documents if one["kind"] in FOLLOWING])


def claim_deliveries(connection: Connection, sink: str, limit: int, among: Sequence[int] = ()) -> tuple[str, list[Row[Any]]]:
    """Lease up to limit deliveries of a sink: (token, rows), oldest first; WAITING -> SENDING. among: only of these documents, if any.

    A SENDING one whose lease ran out is claimed again: the sink looks its effect key up. A change waits for its order.
    """
    clock = database_seconds(connection)
    let_go(connection, sink)
    earlier = _table.alias("earlier")
    older = _document.alias("older")
    overtakes = (
        exists()
        .where(earlier.c.document == older.c.id, earlier.c.sink == sink, earlier.c.state.in_((WAITING, SENDING, HELD)))
        .where(older.c.base_key == _document.c.base_key, older.c.id != _document.c.id, older.c.revision < _document.c.revision)
    )
    due = or_(_table.c.state == WAITING, (_table.c.state == SENDING) & (_table.c.lease_until < clock))
    chosen = (
        select(_table, _document.c.record_version, _document.c.partner, _document.c.revision)
        .join(_document, _document.c.id == _table.c.document)
        .where(due, _table.c.sink == sink, _table.c.not_before <= clock)
        .where(or_(_table.c.action == "create", ~overtakes))
        .where(_table.c.document.in_(among) if among else true())
        .order_by(_table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=_table)
    )
    rows = connection.execute(chosen).all()
    token = new_token()
    if rows:
        ids = [row.id for row in rows]
        values = {"state": SENDING, "lease_token": token, "lease_until": clock + LEASE_SECONDS}
        connection.execute(_table.update().where(_table.c.id.in_(ids)).values(**values, attempts=_table.c.attempts + 1))
    return token, list(rows)


def record_answers(connection: Connection, token: str, answers: Sequence[tuple[Row[Any], Done | Held]]) -> None:
    """SENDING -> DONE or HELD, and the documents that this completes. Rows whose lease was lost are left to their new worker."""
    ours = set(connection.execute(select(_table.c.id).where(_table.c.lease_token == token).with_for_update()).scalars())
    at = now()
    events: list[Event] = []
    documents = []
    done: list[dict[str, Any]] = []
    for row, answer in answers:
        if row.id not in ours:
            continue
        documents.append(row.document)
        if isinstance(answer, Done):
            done.append({"key": row.id, "reference_": answer.reference})
            events.append(("delivered", f"document {row.document}", f"{row.sink}: {answer.reference}"))
        else:
            values = {"state": HELD, "question": answer.question, "reference": answer.reference, "lease_token": None}
            connection.execute(_table.update().where(_table.c.id == row.id).values(**values))
            _write_attempt(connection, row.id, at, "held", answer.question)
            events.append(("delivery-held", f"document {row.document}", f"{row.sink}: {answer.question}"))
    if done:
        _finish(connection, done, at)
    record_events(connection, events)
    complete_documents(connection, documents)


def record_failures(connection: Connection, sink: str, failures: Mapping[str, Held]) -> None:
    """What the consumer of a sink refuses now, by effect key: DONE -> HELD; and HELD -> WAITING where it no longer does.

    What never came to the consumer has no reference, and is not for it to say.
    """
    where = (_table.c.sink == sink, _table.c.state == HELD, _table.c.reference.is_not(None))
    held = {row.effect_key: row for row in connection.execute(select(_table).where(*where)).all()}
    for key in held.keys() - failures.keys():
        values: dict[str, Any] = {"state": WAITING, "question": None, "not_before": 0}
        connection.execute(_table.update().where(_table.c.id == held[key].id).values(**values))
        record_events(connection, [("delivery-reopened", f"document {held[key].document}", sink)])
    new = sorted(failures.keys() - held.keys())
    done = select(_table).where(_table.c.sink == sink, _table.c.state == DONE, _table.c.effect_key.in_(new))
    for row in connection.execute(done).all() if new else ():
        question = failures[row.effect_key].question
        connection.execute(_table.update().where(_table.c.id == row.id).values(state=HELD, question=question))
        connection.execute(_document.update().where(_document.c.id == row.document).values(state="PARKED"))
        _write_attempt(connection, row.id, now(), "refused", question)
        record_events(connection, [("delivery-held", f"document {row.document}", f"{sink}: {question}")])


def postpone(connection: Connection, token: str, rows: Sequence[Row[Any]], reason: str) -> None:
    """SENDING -> WAITING with back-off (1, 2, 4 ... seconds, an hour at most): the destination did not answer."""
    clock = database_seconds(connection)
    at = now()
    for row in rows:
        wait = min(2 ** min(row.attempts, 12), _LONGEST_WAIT)
        where = (_table.c.id == row.id, _table.c.lease_token == token)
        values = {"state": WAITING, "not_before": clock + wait, "lease_token": None, "lease_until": None}
        connection.execute(_table.update().where(*where).values(**values))
        _write_attempt(connection, row.id, at, "postponed", reason)


def complete_documents(connection: Connection, documents: Sequence[int]) -> None:
    """ACCEPTED -> DELIVERED where nothing is left to do; -> PARKED while a delivery is held."""
    ids = list(set(documents))
    for start in range(0, len(ids), 500):
        part = _document.c.id.in_(ids[start : start + 500])
        is_open = exists().where(_table.c.document == _document.c.id, _table.c.state.in_((WAITING, SENDING, HELD)))
        complete = select(_document.c.id).where(part, _document.c.state.in_(("ACCEPTED", "PARKED")), ~is_open)
        finished = list(connection.execute(complete).scalars())
        if finished:
            connection.execute(_document.update().where(_document.c.id.in_(finished)).values(state="DELIVERED", question=None))
            record_events(connection, [("document-delivered", f"document {one}", "") for one in finished])
        is_held = exists().where(_table.c.document == _document.c.id, _table.c.state == HELD)
        connection.execute(_document.update().where(part, _document.c.state == "ACCEPTED", is_held).values(state="PARKED"))


def ask_again(connection: Connection, document: int) -> None:
    """HELD -> WAITING: a person answered the destination's question."""
    where = (_table.c.document == document, _table.c.state == HELD)
    connection.execute(_table.update().where(*where).values(state=WAITING, question=None, not_before=0))


def cancel_deliveries(connection: Connection, document: int) -> None:
    """WAITING, HELD -> CANCELLED."""
    where = (_table.c.document == document, _table.c.state.in_((WAITING, HELD)))
    connection.execute(_table.update().where(*where).values(state=CANCELLED, lease_token=None))


def has_left(connection: Connection, document: int) -> bool:
    """Whether a delivery of the document is done, or on its way and so perhaps done."""
    where = (_table.c.document == document, _table.c.state.in_((SENDING, DONE)))
    return connection.execute(select(_table.c.id).where(*where).limit(1)).first() is not None


def _finish(connection: Connection, done: list[dict[str, Any]], at: str) -> None:
    statement = _table.update().where(_table.c.id == bindparam("key"))
    values: dict[str, Any] = {"state": DONE, "reference": bindparam("reference_"), "done_at": at, "lease_token": None, "lease_until": None}
    connection.execute(statement.values(**values), done)


def _write_attempt(connection: Connection, delivery: int, at: str, outcome: str, text: str) -> None:
    connection.execute(schema.attempt.insert().values(delivery=delivery, at=at, outcome=outcome, text=text[:2000]))
