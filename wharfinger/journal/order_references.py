"""What a document leaves to its order, completed by the orders in the journal: the lines that are meant (order_lines.py), the currency
(order_currency.py)."""

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection, select

from wharfinger import keys, order_currency
from wharfinger.contracts import Document
from wharfinger.journal import contents, schema
from wharfinger.journal.documents import PARSED, Entry
from wharfinger.order_lines import KINDS, is_unclear, refer
from wharfinger.records import DocumentReference, Order, Record, from_json
from wharfinger.xml import schema_errors, to_xml

_document = schema.document


def in_turn(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut a batch where a document follows that may refer to an order before it, which must be in the journal by then."""
    run: list[Entry] = []
    has_order = False
    for entry in entries:
        kind = entry[2].kind
        if has_order and kind in KINDS:
            yield run
            run, has_order = [], False
        run.append(entry)
        has_order = has_order or kind == Order.__name__
    if run:
        yield run


def completed(connection: Connection, document: Document) -> Document:
    """The document with its lines referring to those of the order, where the order tells which, with the order's currency where it states
    none, and with what the order does not tell."""
    if document.kind not in KINDS or document.direction != "in" or (document.record is None and document.facts is None):
        return document
    record = document.record if document.record is not None else from_json(document.facts.text if document.facts else "")
    if not is_unclear(record) and not order_currency.is_missing(record):
        return document
    known: dict[tuple[str, ...], Order | None] = {}

    def find(reference: DocumentReference) -> Order | None:
        wanted = tuple(keys.keys_of_order(record, reference))
        if wanted not in known:
            known[wanted] = _order(connection, wanted)
        return known[wanted]

    changed, more = refer(record, find)
    with_currency = order_currency.complete(changed, find)
    if with_currency == record and not more:
        return document
    is_answered = with_currency is not changed
    before = [one for one in document.problems if not (is_answered and one.code == order_currency.PROBLEM)]
    changed, problems = with_currency, (*before, *more)
    xml = b""
    if (document.xml or is_answered) and all(one.severity == "warning" for one in problems):
        written = to_xml(changed)
        xml = b"" if schema_errors(type(changed).__name__, written) else written
    return msgspec.structs.replace(
        document,
        record=changed if document.record is not None else None,
        facts=_facts(changed, record),
        problems=problems,
        xml=xml,
    )


def _facts(changed: Record, stated: Record) -> keys.Facts:
    """What was found in the journal is no part of what the sender says: the document is known again with it and without it."""
    return msgspec.structs.replace(keys.facts(changed), body_hash=keys.body_hash(keys.body(stated)))


def _order(connection: Connection, wanted: tuple[str, ...]) -> Order | None:
    """The order in force, else one that is still being read."""
    columns = (_document.c.id, _document.c.held_key, _document.c.state, _document.c.revision)
    rows = connection.execute(select(*columns).where(_document.c.base_key.in_(wanted))).all() if wanted else []
    live = [row for row in rows if row.held_key is not None] or [row for row in rows if row.state == PARSED]
    latest = max(live, key=lambda row: (row.revision, row.id), default=None)
    record = contents.record_of(connection, latest.id) if latest is not None else None
    return record if isinstance(record, Order) else None
