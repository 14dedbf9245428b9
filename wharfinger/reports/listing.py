"""Documents and receipts as a person looks at them: lists, one in full, and its way through the hub."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, or_, select

from wharfinger.journal import documents, following, receipts, schema
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Shape
from wharfinger.reports.phrases import phrase, state_word

_receipt, _document, _delivery = schema.receipt, schema.document, schema.delivery

_MENDED_OUTSIDE = ("answer-without-sink", "outgoing-without-sink", "outgoing-without-agreement", "outgoing-agreement-wrong")
CHOICES = ("new", "replacement", "duplicate")


class Listed(Shape, frozen=True):
    """One document: the shape of `wharf docs --json`."""

    document: int
    kind: str | None
    id: str | None
    sender: str | None
    state: str
    receipt: int
    source: str
    received_at: str
    problems: tuple[Problem, ...]
    question: Problem | None
    held: tuple[str, ...]
    choices: tuple[str, ...]
    other: int | None
    line_count: int
    direction: str = "in"
    message_type: str | None = None
    is_issued: bool = False
    waits: tuple[following.Wait, ...] = ()

    @property
    def is_mendable(self) -> bool:
        """Whether what holds it is mended outside of it: in the partner's file, at the destination."""
        return bool(self.held) or (self.question is not None and self.question.code in _MENDED_OUTSIDE)

    def as_json(self, language: str) -> dict[str, Any]:
        """With the problems and the question as texts."""
        values = {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("held", "line_count", "is_issued")}
        values["problems"] = [one.as_json(language) for one in self.problems]
        question = self.question.text(language) if self.question else None
        values["waits"] = waits_in_words(self.waits, language)
        values["question"] = question or "; ".join(self.held) or None
        return values


def waits_in_words(waits: Sequence[following.Wait], language: str) -> list[str]:
    """For what a document waits, once for all sinks: waits for order 4711 (document 17, parked)."""
    texts = [
        phrase(f"waits-{one.kind}", language, number=one.number, document=one.first, state=state_word(one.state, language)) for one in waits
    ]
    return list(dict.fromkeys(texts))


_PAGE = 500
_SHOWN = [column for column in _document.c if column.name not in ("record_version", "answers", "body_hash")]


def list_documents(
    connection: Connection, state: str | None = None, after: int = 0, only: int | None = None, but: str | None = None
) -> Iterator[Listed]:
    """Documents in the order in which they were received. but: a state of which none are listed."""
    chosen = select(*_SHOWN, _receipt.c.name.label("source_name")).join(_receipt, _receipt.c.id == _document.c.receipt)
    if state:
        chosen = chosen.where(_document.c.state == state.upper())
    if but:
        chosen = chosen.where(_document.c.state != but)
    if only is not None:
        chosen = chosen.where(_document.c.id == only)
    while rows := connection.execute(chosen.where(_document.c.id > after).order_by(_document.c.id).limit(_PAGE)).all():
        after = rows[-1].id
        ids = [row.id for row in rows]
        problems = documents.problems_of_many(connection, ids)
        held: dict[int, list[str]] = {}
        where = (_delivery.c.document.in_(ids), _delivery.c.state == "HELD")
        for one in connection.execute(select(_delivery.c.document, _delivery.c.sink, _delivery.c.question).where(*where)):
            held.setdefault(one.document, []).append(f"{one.sink}: {one.question}")
        waits: dict[int, list[following.Wait]] = {}
        for wait in following.waits(connection, [row.id for row in rows if row.kind in following.FOLLOWING]):
            waits.setdefault(wait.document, []).append(wait)
        for row in rows:
            yield _listed(row, problems.get(row.id, []), held.get(row.id, []), waits.get(row.id, []))


def unreadable(connection: Connection, after: int = 0) -> Iterator[tuple[Row[Any], list[Problem]]]:
    """Receipts with problems of their own: those in which nothing could be read, and those of which a part was held."""
    problems = schema.problem
    found = select(problems.c.receipt).where(problems.c.document.is_(None))
    for row in connection.execute(
        select(_receipt)
        .where(_receipt.c.id > after, or_(_receipt.c.state.in_((receipts.UNREADABLE, receipts.EMPTY)), _receipt.c.id.in_(found)))
        .order_by(_receipt.c.id)
    ).all():
        where = (problems.c.receipt == row.id, problems.c.document.is_(None))
        bodies = connection.execute(select(problems.c.body).where(*where).order_by(problems.c.id)).scalars()
        yield row, [msgspec.json.decode(body, type=Problem) for body in bodies]


def sent(connection: Connection, document: int) -> Row[Any] | None:
    """What is known besides of a document that we made."""
    return connection.execute(select(schema.outbound).where(schema.outbound.c.document == document)).first()


def answers_to(connection: Connection, document: int) -> list[Row[Any]]:
    """What we sent, or are to send, because of this document."""
    table = schema.outbound
    columns = (_document.c.id, _document.c.kind, _document.c.number, _document.c.state)
    chosen = select(*columns).join(table, table.c.document == _document.c.id)
    return list(connection.execute(chosen.where(table.c.caused_by == document).order_by(_document.c.id)).all())


def trace(connection: Connection, document: int, language: str = "en") -> Iterator[tuple[str, str, str, str]]:
    """(at, actor, event, detail) of a document, its receipt and its parents, and what we answered to it, oldest first.

    Raises Permanent if there is no such document.
    """
    receipt = connection.execute(select(_document.c.receipt).where(_document.c.id == document)).scalar()
    if receipt is None:
        raise Permanent(phrase("desk-no-document", language, document=document))
    shown = [document, *(one.id for one in answers_to(connection, document))]
    subjects = [f"document {one}" for one in shown]
    while receipt is not None:
        subjects.append(f"receipt {receipt}")
        receipt = connection.execute(select(_receipt.c.parent).where(_receipt.c.id == receipt)).scalar()
    rows = connection.execute(select(schema.audit).where(schema.audit.c.subject.in_(subjects))).all()
    entries = [(row.at, row.position, row.actor, row.event, _told(row.subject, row.event, row.detail, language)) for row in rows]
    tries = (
        select(schema.attempt, _delivery.c.sink)
        .join(_delivery, _delivery.c.id == schema.attempt.c.delivery)
        .where(_delivery.c.document.in_(shown))
    )
    entries += [(row.at, 0, "hub", row.outcome, f"{row.sink}: {row.text}") for row in connection.execute(tries).all()]
    for at, _, actor, event, detail in sorted(entries):
        yield at, actor, event, detail


def _told(subject: str, event: str, detail: str, language: str) -> str:
    """Of what an entry of the audit trail speaks, and its detail; the words that the hub wrote there, in the language."""
    what, _, number = subject.partition(" ")
    other = re.fullmatch(r"document (\d+)(.*)", detail, re.DOTALL)
    released = re.fullmatch(r"as (new|replacement|duplicate): (.*)", detail, re.DOTALL) if event == "released" else None
    if released:
        detail = ": ".join(one for one in (phrase(f"as-{released[1]}", language), released[2]) if one)
    elif other:
        detail = f"{phrase('show-see', language)} {phrase('document', language)} {other[1]}{other[2]}"
    return f"{phrase(what, language)} {number}  {detail}".rstrip()


def deliveries_of(connection: Connection, document: int) -> list[Row[Any]]:
    """The deliveries of a document, by sink."""
    return list(connection.execute(select(_delivery).where(_delivery.c.document == document).order_by(_delivery.c.id)).all())


def _listed(row: Row[Any], problems: Sequence[Problem], held: Sequence[str], waits: Sequence[following.Wait]) -> Listed:
    question = msgspec.json.decode(row.question, type=Problem) if row.question else None
    choices = CHOICES if row.other is not None else CHOICES[:1]
    return Listed(
        document=row.id,
        kind=row.kind,
        id=row.number,
        sender=row.partner or row.issuer,
        state=row.state,
        receipt=row.receipt,
        source=row.source_name,
        received_at=row.received_at,
        problems=tuple(problems),
        question=question,
        held=tuple(held),
        choices=choices if row.state == documents.PARKED else (),
        other=row.other,
        line_count=row.line_count,
        direction=row.direction,
        message_type=row.message_type,
        is_issued=row.direction == "out" and row.ordinal > 0,
        waits=tuple(waits),
    )
