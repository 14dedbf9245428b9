"""One document in full, for `wharf show`."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from wharfinger.journal import contents
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Item, Line, Party, Price, Record, buyer, lines, monetary_total, quantity, seller
from wharfinger.reports.listing import Listed, answers_to, deliveries_of, list_documents, sent, waits_in_words
from wharfinger.reports.phrases import padded, phrase, state_word
from wharfinger.reports.places import place_text


def record_of(connection: Connection, document: int, language: str) -> str:
    """The record as JSON. Raises Permanent if there is none."""
    text = contents.text_of(connection, document)
    if text is None:
        is_there = next(list_documents(connection, only=document), None) is not None
        raise Permanent(phrase("desk-not-read" if is_there else "desk-no-document", language, document=document))
    return text


def show_document(connection: Connection, document: int, language: str) -> Iterator[str]:
    """What it says, what is wrong with it, where it went. Raises Permanent if there is no such document."""
    one = next(list_documents(connection, only=document), None)
    if one is None:
        raise Permanent(phrase("desk-no-document", language, document=document))
    number = one.id or phrase("without-number", language)
    yield f"{phrase('document', language)} {one.document}  {one.kind or '?'} {number}  {state_word(one.state, language)}"
    came = {"at": one.received_at, "source": one.source, "receipt": one.receipt}
    if one.is_issued:
        yield f"  {phrase('show-issued-by-us', language, **came, partner=one.sender or '-')}"
    else:
        yield f"  {phrase('show-received', language, **came, sender=one.sender or phrase('unknown-sender', language))}"
    if one.direction == "out" and (facts := sent(connection, document)) is not None:
        yield from _sent(one, facts, language)
    for other in answers_to(connection, document):
        what = f"{phrase('document', language)} {other.id}  {other.kind} {other.number or '-'}  {state_word(other.state, language)}"
        yield _row("show-answered-by", language, what)
    if one.other is not None:
        yield _row("show-see", language, f"{phrase('document', language)} {one.other}")
    record = contents.record_of(connection, document)
    if record is not None:
        yield from _record(record, language)
    yield from _problems(one, language)
    for row in deliveries_of(connection, document):
        done = f": {row.question}" if row.question else ""
        done = f" {phrase('show-done', language, reference=row.reference, at=row.done_at)}" if row.reference else done
        waits = waits_in_words([wait for wait in one.waits if wait.sink == row.sink], language)
        waiting = f": {'; '.join(waits)}" if waits else ""
        yield f"  {row.sink:<10} {state_word(row.state, language)}{done}{waiting}"


def _sent(one: Listed, facts: Row[Any], language: str) -> Iterator[str]:
    """As what, when and why it was sent, and what the partner said of it."""
    cause = f"{phrase('document', language)} {facts.caused_by}" if facts.caused_by else None
    if cause is None and facts.interchange:
        cause = f"{phrase('interchange', language)} {one.id}"
    name = "show-sent" if cause else "show-sent-unasked"
    if facts.control_number is None and one.is_issued:
        if cause is None:
            return
        name = "show-not-sent"
    values = {"type": one.message_type, "number": facts.control_number or "-", "at": facts.prepared_at or "-", "cause": cause or "-"}
    yield f"  {phrase(name, language, **values)}"
    if facts.acknowledged:
        yield f"  {phrase('show-acknowledged', language, code=facts.acknowledged, document=facts.acknowledged_by)}"


def _row(name: str, language: str, text: str) -> str:
    return f"  {padded(phrase(name, language), 10)} {text}"


def _problems(one: Listed, language: str) -> Iterator[str]:
    asked = [one.question] if one.question and one.question not in one.problems else []
    shown: list[Problem] = [*asked, *one.problems]
    for problem in shown:
        yield _row(problem.severity, language, f"{problem.text(language)} {problem.hint(language)}")
        if where := place_text(problem.place, language):
            yield f"             {phrase('show-at', language, place=where)}"
    for held in one.held:
        yield _row("show-question", language, held)
    if one.choices:
        commands = f"wharf release {one.document} --as {'|'.join(one.choices)}, wharf reject {one.document} --reason ..."
        yield _row("show-answer", language, commands)


def _record(record: Record, language: str) -> Iterator[str]:
    test = f"  {phrase('show-test', language)}" if record.test_indicator else ""
    yield _row("show-issued", language, f"{record.issue_date or '-'}{test}")
    yield _row("show-buyer", language, _party(buyer(record)))
    yield _row("show-seller", language, _party(seller(record)))
    for line in lines(record):
        yield f"  {phrase('show-line', language)} {line.id or '-':<6}{_line(line, language)}"
    total = monetary_total(record)
    if total and total.line_extension_amount:
        yield _row("show-total", language, f"{total.line_extension_amount.value} {total.line_extension_amount.currency_id or ''}")


def _line(line: Line, language: str) -> str:
    item: Item | None = getattr(line, "item", None)
    ids = [item.standard_item_identification, item.sellers_item_identification, item.buyers_item_identification] if item else []
    number = next((one.value for one in ids if one and one.value), "")
    counted = quantity(line)
    amount = f"{counted.value} {counted.unit_code or '?'}" if counted else phrase("show-no-quantity", language)
    priced: Price | None = getattr(line, "price", None)
    price = f" {phrase('show-price', language, price=priced.price_amount.value)}" if priced and priced.price_amount else ""
    return f"{amount:>12}{price}  {number} {(item.name or '') if item else ''}".rstrip()


def _party(party: Party | None) -> str:
    if party is None:
        return "-"
    code = party.endpoint_id.value if party.endpoint_id else None
    return "  ".join(one for one in (party.id, party.name, code) if one) or "-"
