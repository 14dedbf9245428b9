"""Receipts: one for each thing received; a mail's part or an archive's entry is a receipt with a parent.

    RECEIVED -> READ         it held documents or parts
             -> EMPTY        nothing in it is a document, and why
             -> UNREADABLE   it could not be read, and why
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, or_, select

from wharfinger.archive import Blob
from wharfinger.journal import schema
from wharfinger.journal.audit import record_events
from wharfinger.journal.clock import now
from wharfinger.journal.database import database_seconds
from wharfinger.journal.leases import new_token
from wharfinger.problems import Problem
from wharfinger.records import Shape

RECEIVED, READ, EMPTY, UNREADABLE = "RECEIVED", "READ", "EMPTY", "UNREADABLE"

LEASE_SECONDS = 900
"""How long a worker may take for its batch before another takes it over."""
ENOUGH = 2_000_000
"""Bytes that a worker claims at a time: about the documents of two groups."""

_table = schema.receipt


class Received(Shape, frozen=True):
    """What is known of a thing when it arrives. transport_key: by it a source's repeat is known."""

    transport_key: str
    source: str
    name: str
    blob: Blob
    partner: str | None = None
    parent: int | None = None
    depth: int = 0


def record_receipts(connection: Connection, received: Sequence[Received]) -> list[int]:
    """Write down what is new among them; the ids of those. A transport key that is known already is not written again."""
    keys = [one.transport_key for one in received]
    known: set[str] = set()
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        known.update(connection.execute(select(_table.c.transport_key).where(_table.c.transport_key.in_(part))).scalars())
    new: list[dict[str, Any]] = []
    at = now()
    for one in received:
        if one.transport_key in known:
            continue
        known.add(one.transport_key)
        new.append(
            {
                "transport_key": one.transport_key,
                "source": one.source,
                "name": one.name,
                "partner": one.partner,
                "parent": one.parent,
                "depth": one.depth,
                "sha256": one.blob.sha256,
                "size": one.blob.size,
                "received_at": at,
                "state": RECEIVED,
            }
        )
    if not new:
        return []
    statement = _table.insert().returning(_table.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(statement, new).scalars())
    record_events(connection, [("received", f"receipt {key}", one["sha256"]) for key, one in zip(ids, new, strict=True)])
    return ids


def claim_receipts(connection: Connection, limit: int) -> tuple[str, list[Row[Any]]]:
    """Lease up to limit waiting receipts to the caller: (token, rows), oldest first. Other workers leave them alone.

    No more than ENOUGH bytes, but for a single file: where there are a few large ones, each worker gets one.
    """
    clock = database_seconds(connection)
    free = or_(_table.c.lease_until.is_(None), _table.c.lease_until < clock)
    chosen = select(_table).where(_table.c.state == RECEIVED, free).order_by(_table.c.id).limit(limit)
    rows = connection.execute(chosen.with_for_update(skip_locked=True)).all()
    sizes = list(accumulate(row.size for row in rows))
    rows = rows[: max(1, bisect_right(sizes, ENOUGH))]
    token = new_token()
    if rows:
        ids = [row.id for row in rows]
        connection.execute(
            _table.update().where(_table.c.id.in_(ids)).values(lease_token=token, lease_until=clock + LEASE_SECONDS)
        )
    return token, list(rows)


def finish_receipts(connection: Connection, token: str, ends: Sequence[tuple[int, str, str | None]]) -> set[int]:
    """RECEIVED -> state, for each (receipt, state, description). The ids of those whose lease was not lost to another worker: only
    of them anything may be written."""
    ids = [receipt for receipt, _, _ in ends]
    ours: set[int] = set()
    for start in range(0, len(ids), 500):
        where = (_table.c.id.in_(ids[start : start + 500]), _table.c.state == RECEIVED, _table.c.lease_token == token)
        ours.update(connection.execute(select(_table.c.id).where(*where).with_for_update()).scalars())
    kept = [(receipt, state, description) for receipt, state, description in ends if receipt in ours]
    if kept:
        values: dict[str, Any] = {"state": bindparam("state_"), "format": bindparam("format_"), "lease_token": None, "lease_until": None}
        rows = [{"key": receipt, "state_": state, "format_": description} for receipt, state, description in kept]
        connection.execute(_table.update().where(_table.c.id == bindparam("key")).values(values), rows)
        record_events(connection, [(state.lower(), f"receipt {receipt}", description or "") for receipt, state, description in kept])
    return ours


def holds_lease(connection: Connection, receipt: int, token: str) -> bool:
    """Whether the receipt is still ours to write about."""
    where = (_table.c.id == receipt, _table.c.state == RECEIVED, _table.c.lease_token == token)
    return connection.execute(select(_table.c.id).where(*where).with_for_update()).first() is not None


def give_back(connection: Connection, token: str) -> None:
    """Free what this token still leases (a worker that stops in good order)."""
    connection.execute(_table.update().where(_table.c.lease_token == token).values(lease_token=None, lease_until=None))


def reopen_receipt(connection: Connection, receipt: int) -> None:
    """READ, EMPTY or UNREADABLE -> RECEIVED, to be read again under today's mapping."""
    connection.execute(schema.problem.delete().where(schema.problem.c.receipt == receipt, schema.problem.c.document.is_(None)))
    connection.execute(_table.update().where(_table.c.id == receipt).values(state=RECEIVED, lease_token=None, lease_until=None))


def write_problems(connection: Connection, receipt: int, document: int | None, problems: Sequence[Problem]) -> None:
    """Keep the problems of a receipt (document None) or of one of its documents."""
    if problems:
        rows = [
            {"receipt": receipt, "document": document, "code": one.code, "body": msgspec.json.encode(one).decode()}
            for one in problems
        ]
        connection.execute(schema.problem.insert(), rows)
