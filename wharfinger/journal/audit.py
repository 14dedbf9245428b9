"""The audit trail: append-only, each entry hashed over the one before. One chain per worker lane, so that workers do not wait.

    hash = SHA-256(hash before || canonical JSON of the entry)

A chain alone does not show that its end was cut off: once a day the heads of all lanes are sealed together, and the seal is
what a second place should keep.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from wharfinger.journal.clock import now
from wharfinger.journal.schema import audit, lane, seal

GENESIS = "0" * 64
LANES = 8
PENDING = "wharfinger audit events"

Event = tuple[str, str, str]
"""(event, subject, detail), for example ("document-accepted", "document 17", "")."""


def record_events(connection: Connection, events: Sequence[Event], actor: str = "hub") -> None:
    """Append the events to this process's lane, in the transaction that made them true (`database.writing` does, at its end)."""
    connection.info.setdefault(PENDING, []).extend((actor, *event) for event in events)


def append_pending(connection: Connection) -> None:
    """Write the events of this transaction: one lock on the lane, however many there are."""
    events = connection.info.pop(PENDING, None)
    if not events:
        return
    name = f"lane-{os.getpid() % LANES}"
    row = connection.execute(select(lane.c.length, lane.c.head).where(lane.c.name == name).with_for_update()).first()
    if row is None:
        _new_lane(connection, name)
        row = connection.execute(select(lane.c.length, lane.c.head).where(lane.c.name == name).with_for_update()).one()
    length, head = row
    at = now()
    rows = []
    for actor, event, subject, detail in events:
        length += 1
        head = _hash(head, (name, length, at, actor, event, subject, detail))
        rows.append((name, length, at, actor, event, subject, detail, head))
    names = [column.name for column in audit.columns]
    connection.execute(audit.insert(), [dict(zip(names, row, strict=True)) for row in rows])
    connection.execute(lane.update().where(lane.c.name == name).values(length=length, head=head))


def verify_chains(connection: Connection) -> Iterator[str]:
    """One sentence for each entry, end or seal that does not agree; nothing when all is well."""
    for name, length, head in connection.execute(select(lane).order_by(lane.c.name)).all():
        before, position = GENESIS, 0
        for row in connection.execute(select(audit).where(audit.c.lane == name).order_by(audit.c.position)):
            position += 1
            if row.position != position:
                yield f"audit {name}: entry {position} is missing"
                position = row.position
            if _hash(before, tuple(row[:7])) != row.hash:
                yield f"audit {name}: entry {row.position} was changed after it was written"
            before = row.hash
        if (position, before) != (length, head):
            yield f"audit {name}: the chain ends at entry {position}, {length} were written"
    yield from _verify_seals(connection)


def seal_day(connection: Connection, day: str) -> None:
    """Seal the heads of all lanes for a day, once."""
    if connection.execute(select(seal.c.day).where(seal.c.day == day)).first():
        return
    before = connection.execute(select(seal.c.hash).order_by(seal.c.day.desc()).limit(1)).scalar() or GENESIS
    heads = json.dumps([list(row) for row in connection.execute(select(lane).order_by(lane.c.name))])
    connection.execute(seal.insert().values(day=day, heads=heads, hash=_hash(before, (day, heads))))


def _verify_seals(connection: Connection) -> Iterator[str]:
    before = GENESIS
    for day, heads, sealed in connection.execute(select(seal).order_by(seal.c.day)).all():
        if _hash(before, (day, heads)) != sealed:
            yield f"audit seal of {day} was changed"
        for name, length, head in json.loads(heads):
            where = (audit.c.lane == name) & (audit.c.position == length)
            if connection.execute(select(audit.c.hash).where(where)).scalar() != head:
                yield f"audit {name}: what the seal of {day} vouches for is no longer there"
        before = sealed


def _new_lane(connection: Connection, name: str) -> None:
    values = {"name": name, "length": 0, "head": GENESIS}
    if connection.dialect.name == "postgresql":  # two new workers may share a lane
        from sqlalchemy.dialects.postgresql import insert

        connection.execute(insert(lane).values(values).on_conflict_do_nothing())
    else:
        connection.execute(lane.insert().values(values))


def _hash(before: str, entry: tuple[object, ...]) -> str:
    return hashlib.sha256((before + json.dumps(entry, ensure_ascii=False)).encode()).hexdigest()
