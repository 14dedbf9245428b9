"""What a person wants to know after a run: what went where, what was refused and why, what waits for them, and that it adds up."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, func, select

from wharfinger import registry
from wharfinger.config import Home
from wharfinger.journal import documents, receipts, schema
from wharfinger.problems import Place, Problem
from wharfinger.reports.listing import Listed, list_documents, unreadable, waits_in_words
from wharfinger.reports.phrases import padded, phrase
from wharfinger.reports.places import place_text, separator
from wharfinger.reports.status import Status

_MOST = 20


def summarise(
    connection: Connection,
    home: Home,
    now: Status,
    last_receipt: int,
    last_document: int,
    earlier: int,
    notes: Sequence[str],
    seconds: float,
) -> tuple[list[str], bool]:
    """The lines, and whether something was refused, parked or unreadable.

    last_...: the highest ids before the run. earlier: documents delivered in this run that were received before it.
    """
    language = home.settings.language
    new_ones = list(list_documents(connection, after=last_document, but=documents.DELIVERED))  # those are many, and only counted
    found = [one for one in new_ones if one.direction == "in"]
    table = schema.document
    new = (table.c.id > last_document, table.c.state == documents.DELIVERED, table.c.direction == "in")
    counted = select(func.count(), func.sum(table.c.line_count), func.min(table.c.id)).where(*new)
    delivered, delivered_lines, first_delivered = connection.execute(counted).one()
    unread = list(unreadable(connection, after=last_receipt))
    files = connection.execute(
        select(func.count()).where(schema.receipt.c.id > last_receipt, schema.receipt.c.parent.is_(None))
    ).scalar_one()
    lines = [phrase("head", language, documents=len(found) + delivered, files=files, seconds=f"{seconds:.1f}")]
    if delivered:
        where = ", ".join(_destinations(home, delivered, delivered_lines, language))
        lines.append(_row(delivered, phrase("delivered", language), where))
    if earlier > 0:
        lines.append(_row(earlier, phrase("delivered", language), phrase("earlier", language)))
    lines += _rows(phrase("refused", language), [_refused(one, language) for one in found if one.state == documents.REJECTED])
    lines += _rows(phrase("duplicate", language), [_again(one, language) for one in found if one.state == documents.DUPLICATE])
    lines += _rows(phrase("superseded", language), [_again(one, language) for one in found if one.state == documents.SUPERSEDED])
    parked = [one for one in new_ones if one.state == documents.PARKED]
    lines += _rows(phrase("parked", language), [_waiting(one, home, language) for one in parked])
    lines += _rows(phrase("sent", language), _sent(connection, last_document))
    unread_lines = [f"{row.name}: {one.text(language)}" for row, problems in unread if row.state != receipts.READ for one in problems[:1]]
    held_lines = [
        f"{row.name}{_at(one, language)}: {one.text(language)}"
        for row, problems in unread
        if row.state == receipts.READ
        for one in problems
    ]
    lines += _rows(phrase("unreadable", language), unread_lines)
    lines += _rows(phrase("not-read", language), held_lines)
    lines += _rows(phrase("left", language), list(notes))
    lines += equation(now, language)
    asking = (one.document for one in new_ones if one.state in (documents.PARKED, documents.REJECTED))
    first = next(asking, None) or min((one for one in (first_delivered, *(one.document for one in found)) if one), default=None)
    if first:
        lines.append(phrase("look", language, command=f"{_program()} --home {_shown(home)} show {first}"))
    wrong = bool(parked) or any(one.state == documents.REJECTED for one in found)
    return lines, wrong or any(one.severity == "error" for _, problems in unread for one in problems)


def equation(now: Status, language: str) -> list[str]:
    """The conservation equation in one line, and what it misses, if anything."""
    names = ("delivered", "rejected", "duplicate", "superseded", "parked", "in_flight")
    terms = " + ".join(f"{getattr(now, name)} {phrase(f'count-{name}', language)}" for name in names)
    balanced = phrase("balanced" if now.balanced else "not-balanced", language)
    lines = [phrase("received", language, documents=now.documents, terms=terms, balanced=balanced)]
    if now.waiting_receipts or now.unreadable_receipts or now.empty_receipts:
        counts = {"waiting": now.waiting_receipts, "unreadable": now.unreadable_receipts, "empty": now.empty_receipts}
        lines.append(phrase("receipts", language, receipts=now.receipts, **counts))
    if now.outbound.get("documents"):
        names = ("delivered", "withdrawn", "duplicate", "superseded", "parked", "in_flight")
        counts = {**now.outbound, "withdrawn": now.outbound["rejected"]}
        terms = " + ".join(f"{counts[name]} {phrase(f'count-{name}', language)}" for name in names)
        lines.append(phrase("sent-counts", language, terms=terms, **now.outbound))
    alarms = [
        phrase(f"overdue-{late.what}", language, number=late.number, partner=late.partner or "-", due=late.due_at) for late in now.overdue
    ]
    for one in now.unanswerable:
        text = f"{one.source}: {one.problem.text(language)} {one.problem.hint(language)}"
        alarms.append(phrase("unanswerable", language, receipt=one.receipt, text=text))
    lines += [*alarms[:_MOST], *([f"... {len(alarms) - _MOST}"] if len(alarms) > _MOST else [])]
    for wait in now.waits:
        lines.append(f"{phrase('document', language)} {wait.document} {', '.join(waits_in_words([wait], language))} ({wait.sink})")
    return lines + [f"  {gap}" for gap in now.gaps]


def _sent(connection: Connection, last_document: int) -> list[str]:
    """The documents that were sent in this run."""
    table = schema.document
    where = (table.c.id > last_document, table.c.direction == "out", table.c.state == documents.DELIVERED)
    rows = connection.execute(select(table.c.message_type, table.c.number, table.c.partner).where(*where).order_by(table.c.id)).all()
    return [f"{row.message_type} {row.number} -> {row.partner}" for row in rows]


def _destinations(home: Home, delivered: int, lines: int, language: str) -> list[str]:
    shown = []
    rows = phrase("rows", language, documents=delivered, lines=lines)
    for name, sink in home.settings.sinks.items():
        if registry.direction(sink) == "out":
            continue
        where = sink.get("folder") or str(sink.get("url", name)).removeprefix("sqlite:///")
        local = "folder" in sink or str(sink.get("url", "")).startswith("sqlite:///")
        path = f"{_shown(home)}/{where}" if local else name
        shown.append(f"{path} (XML)" if sink.get("kind") == "xml_outbox" else f"{path} ({rows})")
    return shown


def _refused(one: Listed, language: str) -> str:
    problem = next((p for p in one.problems if p.disposition == "reject"), None)
    if problem is None:
        return f"{one.source}: {one.id or '-'}"
    ask = phrase("ask", language, sender=one.sender or "-")
    return f"{one.source}{_at(problem, language)}: {one.id or '-'}: {problem.text(language)} -> {ask}"


def _again(one: Listed, language: str) -> str:
    return f"{one.source}: {one.id or '-'} = {phrase('document', language)} {one.other}"


def _waiting(one: Listed, home: Home, language: str) -> str:
    text = one.question.text(language) if one.question else "; ".join(one.held)
    return f"{one.id or one.source}: {text} -> {next_command(one, home)}"


def next_command(one: Listed, home: Home) -> str:
    """What to type to answer a parked document."""
    wharf = f"{_program()} --home {_shown(home)}"
    code = one.question.code if one.question is not None else None
    if one.direction == "out" and one.is_mendable:
        return f"{wharf} replay {one.document}"
    if one.other is not None:
        return f"{wharf} release {one.document} --as replacement"
    if code == "outgoing-from-outside":
        return f"{wharf} release {one.document} --as new"
    if code == "partner-unknown":
        return f"{wharf} answer {one.document} partner=NAME"
    if one.held:
        return f"{wharf} replay {one.document}"
    return f"{wharf} show {one.document}"


def _program() -> str:
    """How to call wharf from here: by its name if the shell finds it, else by its path."""
    if shutil.which("wharf") or Path(sys.argv[0]).name != "wharf":
        return "wharf"
    path = Path(sys.argv[0]).absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _shown(home: Home) -> str:
    """The home as one would type it: relative where that is shorter."""
    try:
        return str(home.folder.relative_to(home.folder.cwd()))
    except ValueError:
        return str(home.folder)


def _at(problem: Problem, language: str) -> str:
    """The part of the place that helps a person to find the document."""
    place = problem.place
    told = place_text(Place(message=place.message, page=place.page, sheet=place.sheet, row=place.row), language)
    return f"{separator(language)}{told}" if told else ""


def _rows(title: str, texts: list[str]) -> list[str]:
    shown = [_row(len(texts) if n == 0 else None, title if n == 0 else "", text) for n, text in enumerate(texts[:_MOST])]
    return [*shown, *([_row(None, "", f"... {len(texts) - _MOST}")] if len(texts) > _MOST else [])]


def _row(count: int | None, title: str, text: str) -> str:
    return f"  {count if count is not None else '':>4} {padded(title, 18)}{text}".rstrip()
