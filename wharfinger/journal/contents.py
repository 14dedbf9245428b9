"""What documents say: each version of a record as JSON, written once and never changed.

It stands apart from the document's state, which changes several times and is small. Reading again under another mapping, or an
answer, adds a version; `document.record_version` names the one that counts.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from wharfinger.journal import schema
from wharfinger.records import Record, from_json

Key = tuple[int, int]
"""A document and the version of its record."""

_table = schema.record
_document = schema.document


def write(connection: Connection, texts: Sequence[tuple[Key, str]]) -> None:
    """Keep new versions."""
    if texts:
        rows = [{"document": document, "version": version, "text": text} for (document, version), text in texts]
        connection.execute(_table.insert(), rows)


def text_of(connection: Connection, document: int) -> str | None:
    """The record as JSON; None where nothing of a known kind could be read."""
    return texts_of(connection, [document]).get(document)


def record_of(connection: Connection, document: int) -> Record | None:
    """The record; None where nothing of a known kind could be read."""
    text = text_of(connection, document)
    return from_json(text) if text is not None else None


def texts_of(connection: Connection, documents: Sequence[int]) -> dict[int, str]:
    """The records of many as JSON; those that have none are left out."""
    current = (_table.c.document == _document.c.id, _table.c.version == _document.c.record_version)
    found: dict[int, str] = {}
    for start in range(0, len(documents), 500):
        chosen = select(_table.c.document, _table.c.text).where(*current, _document.c.id.in_(documents[start : start + 500]))
        found.update((row.document, row.text) for row in connection.execute(chosen))
    return found
