"""A change or cancellation never overtakes the order that it speaks of, nor an earlier change of it.

It waits, in each sink apart, while one of those is in the journal and undecided, parked, or not yet done there: its delivery is
WAITING with not_before = BEHIND, which no clock reaches, so claiming the others costs nothing. Before each claim `let_go` frees those
whose turn has come. An order that is unknown when all that came earlier has been read keeps nobody waiting: the destination may know
it from elsewhere. A change of an order that was rejected or cancelled is PARKED: a person decides whether it goes all the same.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, literal_column, or_, select

from wharfinger.journal import schema
from wharfinger.journal.audit import record_events
from wharfinger.problems import Problem
from wharfinger.records import Shape

FOLLOWING = ("OrderChange", "OrderCancellation")
BEHIND = schema.BEHIND
ORDER_IS_GONE = ("order-rejected", "order-cancelled")

_follows, _delivery, _document, _receipt = schema.follows, schema.delivery, schema.document, schema.receipt
_behind = _delivery.c.not_before == literal_column(str(BEHIND))  # written out: only so SQLite sees that its partial index fits
_first = _document.alias("first")
_OPEN = ("WAITING", "SENDING", "HELD")


class Wait(Shape, frozen=True):
    """A document that waits: for which document of what kind and number, in what state, before which sink."""

    document: int
    sink: str
    first: int
    kind: str
    number: str
    state: str


def write(connection: Connection, pairs: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Note the keys that the orders of these documents may have."""
    rows = [{"document": document, "order_key": key} for document, keys in pairs for key in keys]
    if rows:
        connection.execute(_follows.insert(), rows)


def rewrite(connection: Connection, document: int, keys: Sequence[str]) -> None:
    """The same for a document that was read again."""
    connection.execute(_follows.delete().where(_follows.c.document == document))
    write(connection, [(document, keys)])


def put_behind(connection: Connection, documents: Sequence[int]) -> None:
    """What waits to be delivered of these documents waits for their orders."""
    if documents:
        where = (_delivery.c.document.in_(documents), _delivery.c.state == "WAITING")
        connection.execute(_delivery.update().where(*where).values(not_before=BEHIND))


def let_go(connection: Connection, sink: str) -> None:
    """Free those deliveries of a sink that have nothing to wait for any more."""
    waiting = (_delivery.c.sink == sink, _behind)
    if connection.execute(select(_delivery.c.id).where(*waiting).limit(1)).first() is None:
        return
    unread = _first_unread(connection)  # asked before the documents: what was read since then is seen among them
    chosen = select(_delivery.c.id, _delivery.c.document).join(_document, _document.c.id == _delivery.c.document)
    chosen = chosen.where(*waiting, _delivery.c.state == "WAITING", ~exists(_before(sink)), ~exists(_change_before(sink)))
    if unread is not None:
        chosen = chosen.where(_document.c.receipt <= unread)
    rows = connection.execute(chosen.order_by(_delivery.c.id).with_for_update(skip_locked=True, of=_delivery)).all()
    free: list[int] = []
    for row in rows:
        question = _gone(connection, row.document)
        if question is None:
            free.append(row.id)
        else:
            _park(connection, row.document, question)
    for start in range(0, len(free), 500):
        connection.execute(_delivery.update().where(_delivery.c.id.in_(free[start : start + 500])).values(not_before=0))


def forget(connection: Connection, document: int) -> None:
    """A person let a document go whose order is gone: it waits for nobody, unless the order has come again."""
    if _gone(connection, document) is not None:
        connection.execute(_follows.delete().where(_follows.c.document == document))


def waits(connection: Connection, documents: Sequence[int] | None = None, limit: int = 500) -> list[Wait]:
    """For what documents wait now: these, or all."""
    found: dict[tuple[int, str, int], Wait] = {}
    for chosen in (_before(_delivery.c.sink), _change_before(_delivery.c.sink)):
        shown = chosen.with_only_columns(
            _delivery.c.document, _delivery.c.sink, _first.c.id, _first.c.kind, _first.c.number, _first.c.state, maintain_column_froms=False
        ).where(_behind, _delivery.c.state == "WAITING")
        if documents is not None:
            shown = shown.where(_delivery.c.document.in_(documents))
        for row in connection.execute(shown.distinct().order_by(_delivery.c.document, _first.c.id).limit(limit)):
            wait = Wait(document=row[0], sink=row[1], first=row[2], kind=row[3] or "?", number=row[4] or "-", state=row[5])
            found[wait.document, wait.sink, wait.first] = wait
    return [found[key] for key in sorted(found)]


def _before(sink: Any) -> Any:
    """The orders for which a delivery waits."""
    order = and_(_follows.c.document == _delivery.c.document, _first.c.base_key == _follows.c.order_key)
    return select(_first.c.id).where(order, _is_open(sink)).correlate(_delivery)


def _change_before(sink: Any) -> Any:
    """The earlier changes for which a delivery waits."""
    earlier = _follows.alias("earlier")
    same_order = and_(_follows.c.document == _delivery.c.document, earlier.c.order_key == _follows.c.order_key)
    before = and_(same_order, earlier.c.document < _follows.c.document, _first.c.id == earlier.c.document)
    return select(_first.c.id).where(before, _is_open(sink)).correlate(_delivery)


def _is_open(sink: Any) -> ColumnElement[bool]:
    """Whether a document is still to be decided, or to be delivered to the sink. One that contradicts another holds nobody up."""
    theirs = _delivery.alias("theirs")
    there = (theirs.c.document == _first.c.id, theirs.c.sink == sink)
    is_open = exists(select(theirs.c.id).where(*there, theirs.c.state.in_(_OPEN)).correlate(_first, _delivery))
    is_done = exists(select(theirs.c.id).where(*there, theirs.c.state == "DONE").correlate(_first, _delivery))
    return or_(_first.c.state == "PARSED", and_(_first.c.held_key.is_not(None), or_(is_open, and_(_first.c.state == "PARKED", ~is_done))))


def _first_unread(connection: Connection) -> int | None:
    """The earliest receipt that is not read to its end; what waits within a container counts as the container."""
    unread = _receipt.c.state == "RECEIVED"
    found = (connection.execute(select(func.min(column)).where(unread)).scalar() for column in (_receipt.c.id, _receipt.c.parent))
    return min((one for one in found if one is not None), default=None)


def _gone(connection: Connection, document: int) -> Problem | None:
    """The question that a document asks whose order was rejected or cancelled."""
    keys = select(_follows.c.order_key).where(_follows.c.document == document)
    columns = (_document.c.id, _document.c.number, _document.c.state, _document.c.held_key)
    orders = connection.execute(select(*columns).where(_document.c.base_key.in_(keys)).order_by(_document.c.id)).all()
    if orders and all(one.held_key is None for one in orders):
        rejected = [one for one in orders if one.state == "REJECTED"]
        return _question("order-rejected", rejected[-1]) if rejected else None
    cancelled = select(_document.c.id).join(_follows, _follows.c.document == _document.c.id)
    cancelled = cancelled.where(_follows.c.order_key.in_(keys), _document.c.id < document, _document.c.held_key.is_not(None))
    by = connection.execute(cancelled.where(_document.c.kind == "OrderCancellation").limit(1)).first()
    return Problem(code="order-cancelled", subject=orders[-1].number if orders else "-", found=str(by.id)) if by is not None else None


def _question(code: str, order: Row[Any]) -> Problem:
    return Problem(code=code, subject=order.number, found=str(order.id))


def _park(connection: Connection, document: int, question: Problem) -> None:
    """ACCEPTED -> PARKED; what was to be delivered of it is cancelled until a person has decided."""
    cancelled = _delivery.update().where(_delivery.c.document == document, _delivery.c.state == "WAITING")
    connection.execute(cancelled.values(state="CANCELLED", not_before=0))
    values = {"state": "PARKED", "question": msgspec.json.encode(question).decode()}
    connection.execute(_document.update().where(_document.c.id == document).values(**values))
    record_events(connection, [("document-parked", f"document {document}", f"{question.code}: document {question.found}")])
