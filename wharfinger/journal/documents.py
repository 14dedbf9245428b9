"""Documents: what becomes of each, decided in one transaction with its deliveries.

    PARSED -> ACCEPTED -> DELIVERED      every required sink is done
           -> REJECTED                   the sender must send again; only while no delivery is done
           -> PARKED                     a person on our side decides
           -> DUPLICATE                  the same content is known already
    ACCEPTED, PARKED -> SUPERSEDED       a newer revision came before anything was delivered

ACCEPTED, PARKED and DELIVERED documents hold their business key (column held_key, unique); the others hold none.
A PARSED document belongs to a receipt that is still being read.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, or_, select

from wharfinger import keys
from wharfinger.contracts import Document
from wharfinger.journal import contents, following, schema
from wharfinger.journal.audit import Event, record_events
from wharfinger.journal.deliveries import cancel_deliveries, has_left, known_effects, open_deliveries
from wharfinger.journal.receipts import write_problems
from wharfinger.problems import Problem
from wharfinger.records import Record, Shape, from_json

PARSED, ACCEPTED, DELIVERED, REJECTED = "PARSED", "ACCEPTED", "DELIVERED", "REJECTED"
PARKED, DUPLICATE, SUPERSEDED = "PARKED", "DUPLICATE", "SUPERSEDED"
STATES = (PARSED, ACCEPTED, DELIVERED, REJECTED, PARKED, DUPLICATE, SUPERSEDED)

_table = schema.document
_SHOWN = 3
"""As many differences as one reads."""


class Rules(Shape, frozen=True):
    """What of the settings a decision needs. sinks: name -> takes test documents. resend: partner -> its declared meaning."""

    sinks: dict[str, bool] = {}
    resend: dict[str, str] = {}


class Decision(Shape, frozen=True):
    """What becomes of a document, and of the one that it meets (other)."""

    state: str
    held_key: str | None = None
    revision: int = 0
    action: str = "create"
    other: int | None = None
    supersedes: int | None = None
    question: Problem | None = None


Entry = tuple[Row[Any], int, Document, Problem | None]
"""A document that was just read: its receipt, its ordinal in it, and why the receipt holds it, if it does."""


def write_parsed(connection: Connection, receipt: Row[Any], documents: Sequence[tuple[int, Document]]) -> list[tuple[int, Document]]:
    """Keep documents of a receipt whose end has not been read yet. What an interrupted worker wrote already stays.

    Returned, as by settle: those that were written, with their ids.
    """
    known = _known(connection, [(receipt, ordinal) for ordinal, _ in documents])
    new = [(_values(receipt, ordinal, one), one) for ordinal, one in documents if (receipt.id, ordinal) not in known]
    ids = insert(connection, [({**values, "state": PARSED}, one.problems) for values, one in new])
    return [(key, one) for key, (_, one) in zip(ids, new, strict=True)]


def settle(connection: Connection, entries: Sequence[Entry], rules: Rules) -> list[tuple[int, Document]]:
    """Decide documents that were just read, and write them with their deliveries."""
    if not entries:
        return []
    known = _known(connection, [(receipt, ordinal) for receipt, ordinal, _, _ in entries])
    new = [(_values(receipt, ordinal, one), one, held) for receipt, ordinal, one, held in entries if (receipt.id, ordinal) not in known]
    holders = _holders(connection, [one["base_key"] for one, _, _ in new])
    ready: list[tuple[dict[str, Any], Sequence[Problem]]] = []
    ids: list[int] = []
    taken: set[str] = set()
    for one, document, held in new:
        key = one["base_key"]
        if key in taken:  # two of one number in one batch: the first must be in the journal before the second is judged
            ids += _write(connection, ready, rules)
            ready, taken = [], set()
            holders.update(_holders(connection, [key]))
        decision = decide(connection, one, document.problems, holders.get(key, ()), held, rules)
        if decision.supersedes is not None:
            supersede(connection, decision.supersedes)
        ready.append(({**one, **_columns(decision)}, document.problems))
        if key is not None:
            taken.add(key)
    ids += _write(connection, ready, rules)
    if known:  # an interrupted worker had kept them
        for interrupted in {receipt for receipt, _ in known}:
            holding = [held for receipt, _, _, held in entries if held and receipt.id == interrupted]
            while settle_parsed(connection, interrupted, holding, rules, len(known)):
                pass
    return [(key, document) for key, (_, document, _) in zip(ids, new, strict=True)]


def _known(connection: Connection, wanted: Sequence[tuple[Row[Any], int]]) -> set[tuple[int, int]]:
    """Which (receipt, ordinal) are in the journal already."""
    ids = list({receipt.id for receipt, _ in wanted})
    ordinals = (min((ordinal for _, ordinal in wanted), default=0), max((ordinal for _, ordinal in wanted), default=0))
    found: set[tuple[int, int]] = set()
    for start in range(0, len(ids), 500):
        where = (_table.c.receipt.in_(ids[start : start + 500]), _table.c.ordinal.between(*ordinals))
        found.update((one.receipt, one.ordinal) for one in connection.execute(select(_table.c.receipt, _table.c.ordinal).where(*where)))
    return found & {(receipt.id, ordinal) for receipt, ordinal in wanted}


def settle_parsed(connection: Connection, receipt: int, held: Sequence[Problem], rules: Rules, limit: int) -> int:
    """Decide up to limit documents of a receipt that were kept as PARSED; how many there were."""
    where = (_table.c.receipt == receipt, _table.c.state == PARSED)
    rows = connection.execute(select(_table).where(*where).order_by(_table.c.id).limit(limit)).all()
    holders = _holders(connection, [row.base_key for row in rows])
    problems = problems_of_many(connection, [row.id for row in rows])
    decided: list[tuple[Row[Any], Decision]] = []
    taken: set[str] = set()
    for row in rows:
        if row.base_key in taken:
            _write_decisions(connection, decided, rules)
            decided, taken = [], set()
            holders.update(_holders(connection, [row.base_key]))
        hold = next((one for one in held if holds(one, row.interchange)), None)
        others = holders.get(row.base_key, ())
        decision = decide(connection, dict(row._mapping), problems.get(row.id, ()), others, hold, rules)
        if decision.supersedes is not None:
            supersede(connection, decision.supersedes)
        decided.append((row, decision))
        if row.base_key is not None:
            taken.add(row.base_key)
    _write_decisions(connection, decided, rules)
    return len(rows)


def resettle(connection: Connection, row: Row[Any], held: Problem | None, rules: Rules) -> Decision:
    """Decide one document that is in the journal as PARSED (or was put back to it), and open its deliveries."""
    one = dict(row._mapping)
    problems = problems_of(connection, row.id)
    holders = [other for other in _holders(connection, [row.base_key]).get(row.base_key, ()) if other.id != row.id]
    decision = decide(connection, one, problems, holders, held, rules)
    if decision.supersedes is not None:
        supersede(connection, decision.supersedes)
    write_decision(connection, row.id, decision, rules)
    return decision


def write_decision(connection: Connection, document: int, decision: Decision, rules: Rules) -> None:
    """Carry a decision out for a document that is in the journal."""
    row = connection.execute(select(_table).where(_table.c.id == document)).one()
    _write_decisions(connection, [(row, decision)], rules)


def _write_decisions(connection: Connection, decided: Sequence[tuple[Row[Any], Decision]], rules: Rules) -> None:
    if not decided:
        return
    values = [{"document_": row.id, **_columns(decision)} for row, decision in decided]
    connection.execute(_table.update().where(_table.c.id == bindparam("document_")), values)
    record_events(connection, [_event(row.id, decision.state, decision.other) for row, decision in decided])
    accepted = [{**row._mapping, **_columns(one)} for row, one in decided if one.state == ACCEPTED and row.direction == "in"]
    open_deliveries(connection, accepted, rules.sinks, known_effects(connection, [one["id"] for one in accepted]))


def decide(
    connection: Connection,
    one: dict[str, Any],
    problems: Sequence[Problem],
    holders: Sequence[Row[Any]],
    held: Problem | None,
    rules: Rules,
) -> Decision:
    """What becomes of a document. holders: those of the same issuer, kind, number and year that hold a key or are parked."""
    revision = one["revision"]
    errors = [problem for problem in (*problems, *((held,) if held else ())) if problem.severity == "error"]
    if any(problem.disposition == "reject" for problem in problems):
        return Decision(state=REJECTED, revision=revision)
    asked = next((parked for parked in holders if not parked.held_key and _says_the_same(connection, one, parked)), None)
    if asked is not None:  # a person has this very question on the desk already
        return Decision(state=DUPLICATE, other=asked.id, revision=revision)
    holders = [holder for holder in holders if holder.held_key]
    latest = max(holders, key=lambda holder: holder.revision, default=None)
    same = next((holder for holder in holders if holder.revision == revision), None)
    if same is not None and _says_the_same(connection, one, same):
        return Decision(state=DUPLICATE, other=same.id, revision=revision)
    is_ours = one.get("direction") == "out"  # outgoing.py says where it leaves
    if latest is not None and revision < latest.revision:
        if revision or not (is_ours or _is_counted(connection, latest)):
            return Decision(state=SUPERSEDED, other=latest.id, revision=revision)
        revision, same = latest.revision, latest  # who states no revisions is not behind: it is another content of the same number
        if _says_the_same(connection, one, same):
            return Decision(state=DUPLICATE, other=same.id, revision=revision)
    # our own system made again what waits for us: the first has no control number yet, and nobody has seen it
    is_made_again = is_ours and all(problem.code != "outgoing-from-outside" for problem in errors)
    is_mended = is_made_again and same is not None and same.state == PARKED and not known_effects(connection, [same.id])
    if errors or one["record_version"] is None:
        question = errors[0] if errors else Problem(code="document-not-read")
        if is_mended and latest is not None and same is not None:
            key = _key(one["base_key"], latest.revision + 1)
            return Decision(state=PARKED, held_key=key, revision=latest.revision + 1, question=question, supersedes=same.id)
        key = _key(one["base_key"], revision) if same is None else None
        return Decision(state=PARKED, held_key=key, revision=revision, question=question, other=same.id if same else None)
    if one["test_indicator"] and not is_ours and not any(rules.sinks.values()):
        return Decision(state=PARKED, held_key=_key(one["base_key"], revision), question=Problem(code="no-sink-for-test-documents"))
    if latest is None:
        return Decision(state=ACCEPTED, held_key=_key(one["base_key"], revision), revision=revision)
    if same is not None:
        if not is_mended and (is_ours or rules.resend.get(one["partner"], "conflict") == "conflict"):
            return Decision(state=PARKED, revision=revision, other=same.id, question=conflict(connection, one, same))
        revision = latest.revision + 1
    return replacement(connection, one["base_key"], revision, latest)


def replacement(connection: Connection, base_key: str, revision: int, older: Row[Any]) -> Decision:
    """A newer revision takes the place of an older one: silently before anything left the hub, as a change afterwards."""
    key = _key(base_key, revision)
    if has_left(connection, older.id):
        return Decision(state=ACCEPTED, held_key=key, revision=revision, action="change", other=older.id)
    return Decision(state=ACCEPTED, held_key=key, revision=revision, action=older.action, other=older.id, supersedes=older.id)


def supersede(connection: Connection, document: int) -> None:
    """ACCEPTED or PARKED -> SUPERSEDED: what was to be delivered of it is cancelled."""
    cancel_deliveries(connection, document)
    connection.execute(_table.update().where(_table.c.id == document).values(state=SUPERSEDED, held_key=None, question=None))
    record_events(connection, [_event(document, SUPERSEDED, None)])


def conflict(connection: Connection, one: dict[str, Any], other: Row[Any]) -> Problem:
    """The question to a person: the same number again, with another content."""
    old, new = (keys.body(record) for record in _both(connection, one, other))
    changed = sorted(keys.differences(old, new), key=lambda one: one[0].endswith(("amount", "total")))  # totals only follow
    return Problem(
        code="document-conflict",
        subject=str(one["number"]),
        expected=", ".join(before for _, before, _ in changed[:_SHOWN]),
        found=", ".join(f"{_words(field)} {after}" for field, _, after in changed[:_SHOWN]) + (" ..." if len(changed) > _SHOWN else ""),
    )


def holds(problem: Problem, interchange: int | None) -> bool:
    """Whether a problem of the whole receipt forbids to deliver this document: its envelope is wrong, or reading broke off."""
    if problem.severity != "error":
        return False
    place = problem.place
    of_the_envelope = place.message is None and place.interchange is not None and place.interchange == interchange
    return of_the_envelope or problem.code.startswith("reader-")


def problems_of(connection: Connection, document: int) -> list[Problem]:
    """The problems of a document, in the order in which they were found."""
    where = schema.problem.c.document == document
    bodies = connection.execute(select(schema.problem.c.body).where(where).order_by(schema.problem.c.id)).scalars()
    return [msgspec.json.decode(body, type=Problem) for body in bodies]


def problems_of_many(connection: Connection, ids: Sequence[int]) -> dict[int, list[Problem]]:
    """The same for each of many; those that have none are left out."""
    found: dict[int, list[Problem]] = {}
    table = schema.problem
    for row in connection.execute(select(table.c.document, table.c.body).where(table.c.document.in_(ids)).order_by(table.c.id)):
        found.setdefault(row.document, []).append(msgspec.json.decode(row.body, type=Problem))
    return found


def facts(document: Document, version: int = 0) -> dict[str, Any]:
    """The columns that come from the record, of this version, and what is kept apart: `text`, the record itself, and `follows`."""
    known = document.facts or (keys.facts(document.record) if document.record is not None else None)
    if known is None:
        empty = dict.fromkeys(("issuer", "base_key", "body_hash", "currency", "text", "record_version"))
        return {**empty, "revision": 0, "test_indicator": False, "line_count": 0, "follows": ()}
    return {**msgspec.structs.asdict(known), "record_version": version}


def rewrite(connection: Connection, document: int, found: Document, values: dict[str, Any]) -> None:
    """Put a document back to PARSED with what is known of it now; values: further columns."""
    versions = select(func.max(schema.record.c.version)).where(schema.record.c.document == document)
    last = connection.execute(versions).scalar()
    changed = facts(found, 0 if last is None else last + 1)
    text = changed.pop("text")
    following.rewrite(connection, document, changed.pop("follows"))
    if text is not None:
        contents.write(connection, [((document, changed["record_version"]), text)])
    changed |= {"state": PARSED, "held_key": None, "other": None, "question": None}
    connection.execute(_table.update().where(_table.c.id == document).values(**changed, **values))


def _values(receipt: Row[Any], ordinal: int, document: Document) -> dict[str, Any]:
    return {
        "receipt": receipt.id,
        "ordinal": ordinal,
        "direction": document.direction,
        "kind": document.kind,
        "number": document.id,
        "partner": document.partner or receipt.partner,
        "interchange": document.place.interchange,
        "received_at": receipt.received_at,
        "message_reference": document.message.reference if document.message else None,
        "message_type": document.message.type if document.message else None,
        **facts(document),
    }


def _columns(decision: Decision) -> dict[str, Any]:
    question = msgspec.json.encode(decision.question).decode() if decision.question else None
    values = msgspec.structs.asdict(decision)
    del values["supersedes"]
    return {**values, "question": question}


def _write(connection: Connection, rows: Sequence[tuple[dict[str, Any], Sequence[Problem]]], rules: Rules) -> list[int]:
    ids = insert(connection, rows)
    accepted = [{**values, "id": key} for key, (values, _) in zip(ids, rows, strict=True) if values["state"] == ACCEPTED]
    open_deliveries(connection, [one for one in accepted if one["direction"] == "in"], rules.sinks)
    return ids


def insert(connection: Connection, rows: Sequence[tuple[dict[str, Any], Sequence[Problem]]]) -> list[int]:
    """Write documents (their columns, and text: what they say) with their problems and audit events; their ids."""
    if not rows:
        return []
    texts = [values.pop("text") for values, _ in rows]
    follows = [values.pop("follows", ()) for values, _ in rows]
    statement = _table.insert().returning(_table.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(statement, [values for values, _ in rows]).scalars())
    contents.write(connection, [((key, 0), text) for key, text in zip(ids, texts, strict=True) if text is not None])
    following.write(connection, [(key, order_keys) for key, order_keys in zip(ids, follows, strict=True) if order_keys])
    events: list[Event] = []
    for key, (values, problems) in zip(ids, rows, strict=True):
        write_problems(connection, values["receipt"], key, problems)
        events.append(_event(key, values["state"], values.get("other")))
    record_events(connection, events)
    return ids


def _holders(connection: Connection, base_keys: Iterable[str | None]) -> dict[str | None, Sequence[Row[Any]]]:
    wanted = list({key for key in base_keys if key})
    found: dict[str | None, list[Row[Any]]] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        counts = or_(_table.c.held_key.is_not(None), _table.c.state == PARKED)
        for row in connection.execute(select(_table).where(_table.c.base_key.in_(part), counts)):
            found.setdefault(row.base_key, []).append(row)
    return dict(found)


def _says_the_same(connection: Connection, one: dict[str, Any], other: Row[Any]) -> bool:
    if one["body_hash"] is None or other.body_hash is None:
        return False
    if one["body_hash"] == other.body_hash:
        return True
    old, new = _both(connection, one, other)
    other_channel = _form(old) != _form(new)
    return other_channel and not keys.differences(keys.body(old), keys.body(new), only_both=True)


def _is_counted(connection: Connection, row: Row[Any]) -> bool:
    """Whether the hub counted this revision, and the document does not state it."""
    record = contents.record_of(connection, row.id)
    return record is not None and keys.revision(record) < row.revision


def _both(connection: Connection, one: dict[str, Any], other: Row[Any]) -> tuple[Record, Record]:
    """The records of two documents: of one in the journal, and of one that may be there or was just read."""
    texts = contents.texts_of(connection, [other.id, *([one["id"]] if "id" in one else [])])
    return from_json(texts[other.id]), from_json(texts[one["id"]] if "id" in one else one["text"])


def _form(record: Record) -> str:
    """What kind of place the record was read from tells its channel: a page, a table, XML or an interchange."""
    place = record.origin
    if place is None:
        return ""
    shown = {"xpath": place.xpath, "segment": place.segment, "row": place.row, "page": place.page, "line": place.line}
    return next((name for name, value in shown.items() if value is not None), "")


def _words(field: str) -> str:
    """lines.2.quantity -> line 2 quantity."""
    return field.replace("lines.", "line ").replace(".", " ").replace("_", " ")


def _key(base_key: str | None, revision: int) -> str | None:
    return f"{base_key}#{revision}" if base_key else None


def _event(document: int, state: str, other: int | None) -> Event:
    return f"document-{state.lower()}", f"document {document}", f"document {other}" if other else ""
