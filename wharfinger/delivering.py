"""The third step: what waits in the outbox goes to the sinks with its effect keys, and their answers are written down."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from wharfinger.contracts import Done, Effect, Held, ReportsFailures
from wharfinger.crash_points import crash_point
from wharfinger.hub import Hub
from wharfinger.journal import answers, contents, deliveries
from wharfinger.journal.database import reading, writing
from wharfinger.problems import Transient
from wharfinger.records import Shape


class Delivered(Shape, frozen=True):
    """done and held deliveries; waiting: those whose destination did not answer, with the reasons."""

    done: int = 0
    held: int = 0
    waiting: int = 0
    reasons: tuple[str, ...] = ()


def deliver(hub: Hub, limit: int = 500) -> Delivered:
    """Hand over one batch to each sink. A sink that does not answer, or faults on one document, does not stop the others."""
    total = Delivered()
    claimed: list[Row[Any]] = []
    for name in hub.home.settings.sinks:
        _record_failures(hub, name)
        with writing(hub.journal) as connection:
            # What this process read itself it need not make again.
            token, rows = deliveries.claim_deliveries(connection, name, limit, hub.made.documents(limit))
            if not rows:
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
