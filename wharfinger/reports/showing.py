"""One document in full, for `wharf show`."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from wharfinger.journal import schema
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Item, Line, Party, Price, Record, buyer, from_json, lines, monetary_total, quantity, seller
from wharfinger.reports.listing import Listed, deliveries_of, list_documents
from wharfinger.reports.places import place_text


def record_of(connection: Connection, document: int) -> str:
    """The record as JSON. Raises Permanent if there is none."""
    text = connection.execute(select(schema.document.c.record).where(schema.document.c.id == document)).scalar()
    if text is None:
        raise Permanent(f"there is no record for document {document}")
    return str(text)


def show_document(connection: Connection, document: int, language: str) -> Iterator[str]:
    """What it says, what is wrong with it, where it went. Raises Permanent if there is no such document."""
    one = next(list_documents(connection, only=document), None)
    if one is None:
        raise Permanent(f"there is no document {document}; `wharf docs` lists them")
    yield f"document {one.document}  {one.kind or '?'} {one.id or 'without number'}  {one.state.lower()}"
    yield f"  received   {one.received_at} as {one.source} (receipt {one.receipt}) from {one.sender or 'an unknown sender'}"
    if one.other is not None:
        yield f"  see        document {one.other}"
    text = connection.execute(select(schema.document.c.record).where(schema.document.c.id == document)).scalar()
    if text:
        yield from _record(from_json(text))
    yield from _problems(one, language)
    for row in deliveries_of(connection, document):
        done = f" as {row.reference} at {row.done_at}" if row.reference else f": {row.question}" if row.question else ""
        yield f"  {row.sink:<10} {row.state.lower()}{done}"


def _problems(one: Listed, language: str) -> Iterator[str]:
    asked = [one.question] if one.question and one.question not in one.problems else []
    shown: list[Problem] = [*asked, *one.problems]
    for problem in shown:
        yield f"  {problem.severity:<10} {problem.text(language)} {problem.hint(language)}"
        if where := place_text(problem.place):
            yield f"             at {where}"
    for held in one.held:
        yield f"  question   {held}"
    if one.choices:
        yield f"  answer     wharf release {one.document} --as {'|'.join(one.choices)}, wharf reject {one.document} --reason ..."


def _record(record: Record) -> Iterator[str]:
    yield f"  issued     {record.issue_date or '-'}{'  TEST' if record.test_indicator else ''}"
    yield f"  buyer      {_party(buyer(record))}"
    yield f"  seller     {_party(seller(record))}"
    for line in lines(record):
        yield f"  line {line.id or '-':<6}{_line(line)}"
    total = monetary_total(record)
    if total and total.line_extension_amount:
        yield f"  total      {total.line_extension_amount.value} {total.line_extension_amount.currency_id or ''}"


def _line(line: Line) -> str:
    item: Item | None = getattr(line, "item", None)
    ids = [item.standard_item_identification, item.sellers_item_identification, item.buyers_item_identification] if item else []
    number = next((one.value for one in ids if one and one.value), "")
    counted = quantity(line)
    amount = f"{counted.value} {counted.unit_code or '?'}" if counted else "no quantity"
    priced: Price | None = getattr(line, "price", None)
    price = f" at {priced.price_amount.value}" if priced and priced.price_amount else ""
    return f"{amount:>12}{price}  {number} {(item.name or '') if item else ''}".rstrip()


def _party(party: Party | None) -> str:
    if party is None:
        return "-"
    code = party.endpoint_id.value if party.endpoint_id else None
    return "  ".join(one for one in (party.id, party.name, code) if one) or "-"
