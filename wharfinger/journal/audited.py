"""The journal against its audit trail: whether each receipt, document and delivery is as the trail last says, and none is missing.

Every change of state writes its audit event in its own transaction, so the two can differ only where somebody changed a table by
hand. Entries of one subject may lie in several lanes, whose order no clock vouches for: what the last entry of any lane says counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, Row, and_, cast, exists, func, select

from wharfinger import keys
from wharfinger.journal import contents, deliveries, documents, receipts
from wharfinger.journal.schema import audit, delivery, document, receipt
from wharfinger.records import from_json

Finding = tuple[str, dict[str, Any]]
"""The phrase that tells it, and its values."""

_PAGE = 500
_ACCEPTED_OR_PARKED = frozenset({documents.ACCEPTED, documents.PARKED})
_DOCUMENT_STATES = {f"document-{state.lower()}": frozenset({state}) for state in documents.STATES} | {
    "rejected": frozenset({documents.REJECTED}),
    "redelivery-asked": frozenset({documents.ACCEPTED}),
    "delivery-held": _ACCEPTED_OR_PARKED,
    "delivery-reopened": _ACCEPTED_OR_PARKED,
}
_RECEIPT_STATES = {
    "received": frozenset({receipts.RECEIVED}),
    "read": frozenset({receipts.READ}),
    "empty": frozenset({receipts.EMPTY}),
    "unreadable": frozenset({receipts.UNREADABLE}),
    "replayed": frozenset({receipts.RECEIVED}),
}
_DELIVERY_EVENTS = ("delivered", "delivery-held", "delivery-reopened", "redelivery-asked")


def contradictions(connection: Connection) -> Iterator[Finding]:
    """What the journal holds otherwise than its audit trail, or no longer; nothing when they agree."""
    for rows in _pages(connection, receipt):
        told = _told(connection, [f"receipt {row.id}" for row in rows])
        for row in rows:
            yield from _state(row, "receipt", _RECEIPT_STATES, told[f"receipt {row.id}"])
            yield from _received(row, told[f"receipt {row.id}"])
    yield from _missing(connection, receipt, _RECEIPT_STATES, "receipt")
    for rows in _pages(connection, document):
        told = _told(connection, [f"document {row.id}" for row in rows])
        for row in rows:
            yield from _state(row, "document", _DOCUMENT_STATES, told[f"document {row.id}"])
        yield from _contents(connection, rows)
        yield from _delivered(connection, rows, told)
    yield from _missing(connection, document, _DOCUMENT_STATES, "document")


def _pages(connection: Connection, table: Any) -> Iterator[Sequence[Row[Any]]]:
    after = 0
    while rows := connection.execute(select(table).where(table.c.id > after).order_by(table.c.id).limit(_PAGE)).all():
        yield rows
        after = rows[-1].id


def _told(connection: Connection, subjects: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The entries of each subject, in the order of their lanes."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    chosen = select(audit.c.lane, audit.c.event, audit.c.subject, audit.c.detail).where(audit.c.subject.in_(subjects))
    for row in connection.execute(chosen.order_by(audit.c.lane, audit.c.position)):
        found[row.subject].append(row)
    return found


def _state(row: Row[Any], name: str, states: dict[str, frozenset[str]], entries: Sequence[Row[Any]]) -> Iterator[Finding]:
    last = {one.lane: states[one.event] for one in entries if one.event in states}
    said = frozenset[str]().union(*last.values())
    if not said:
        yield "verify-untold", {"subject": name, "number": row.id}
    elif row.state not in said:
        yield "verify-state", {"subject": name, "number": row.id, "state": row.state, "said": sorted(said)}


def _received(row: Row[Any], entries: Sequence[Row[Any]]) -> Iterator[Finding]:
    hashes = {one.detail for one in entries if one.event == "received"}
    if hashes and row.sha256 not in hashes:
        yield "verify-receipt-bytes", {"receipt": row.id, "sha256": row.sha256, "said": min(hashes)}


def _contents(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Finding]:
    """The record must be the one on whose body the document was decided."""
    decided = [row for row in rows if row.body_hash is not None]
    texts = contents.texts_of(connection, [row.id for row in decided])
    for row in decided:
        try:
            record = from_json(texts[row.id])
        except (KeyError, msgspec.DecodeError):
            agrees = False
        else:
            known = (type(record).__name__, record.id, keys.body_hash(keys.body(record)))
            agrees = known == (row.kind, row.number, row.body_hash)
        if not agrees:
            yield "verify-record", {"document": row.id}


def _delivered(connection: Connection, rows: Sequence[Row[Any]], told: dict[str, list[Row[Any]]]) -> Iterator[Finding]:
    found: dict[int, dict[str, list[Row[Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in connection.execute(select(delivery).where(delivery.c.document.in_([row.id for row in rows]))):
        found[one.document][one.sink].append(one)
    for row in rows:
        entries = [one for one in told[f"document {row.id}"] if one.event in _DELIVERY_EVENTS]
        sinks = found[row.id]
        for sink in sorted({*sinks, *(one.detail.partition(": ")[0] for one in entries)}):
            of_sink = [one for one in entries if one.detail == sink or one.detail.startswith(f"{sink}: ")]
            last = {one.lane: one.event for one in of_sink}
            done = [one for one in sinks.get(sink, ()) if one.state == deliveries.DONE]
            details = {one.detail for one in of_sink if one.event == "delivered"}
            if any(f"{sink}: {one.reference}" not in details for one in done):
                yield "verify-not-delivered", {"document": row.id, "sink": sink}
            elif not done and set(last.values()) == {"delivered"}:
                yield "verify-delivered", {"document": row.id, "sink": sink}


def _missing(connection: Connection, table: Any, states: dict[str, frozenset[str]], name: str) -> Iterator[Finding]:
    """What the trail names and the table has no longer."""
    number = cast(func.substr(audit.c.subject, len(name) + 2), Integer)
    of_table = and_(audit.c.subject.like(f"{name} %"), audit.c.event.in_(states))
    for gone in connection.execute(select(number).where(of_table, ~exists().where(table.c.id == number)).distinct()).scalars():
        yield "verify-gone", {"subject": name, "number": gone}
