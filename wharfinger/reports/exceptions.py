"""What a person has to look at, as rows: refused, waiting, unreadable."""

from sqlalchemy import Connection

from wharfinger.journal import documents
from wharfinger.records import Shape
from wharfinger.reports import listing
from wharfinger.reports.places import place_text


class ExceptionRow(Shape, frozen=True):
    """A document or receipt that a person has to look at. document: None for a receipt in which nothing could be read.

    where: the file, and the place in it.
    """

    document: int | None
    receipt: int
    kind: str | None
    id: str | None
    sender: str | None
    state: str
    where: str
    problem: str
    what_to_do: str


def exceptions(connection: Connection, language: str, limit: int = 100) -> list[ExceptionRow]:
    """What was refused, waits for a person or could not be read; the newest first."""
    rows: list[ExceptionRow] = []
    for state in (documents.PARKED, documents.REJECTED):
        for one in listing.list_documents(connection, state):
            worst = one.question or next((p for p in one.problems if p.severity == "error"), None)
            text = worst.text(language) if worst else "; ".join(one.held)
            hint = worst.hint(language) if worst else ""
            at = place_text(worst.place, language) if worst else ""
            where = ", ".join(part for part in (one.source, at) if part)
            rows.append(ExceptionRow(one.document, one.receipt, one.kind, one.id, one.sender, one.state, where, text, hint))
    for receipt, problems in listing.unreadable(connection):
        for problem in problems[:3]:
            where = ", ".join(part for part in (receipt.name, place_text(problem.place, language)) if part)
            text, hint = problem.text(language), problem.hint(language)
            rows.append(ExceptionRow(None, receipt.id, None, None, receipt.partner, receipt.state, where, text, hint))
    return sorted(rows, key=lambda row: -row.receipt)[:limit]
