"""What a person decides about a parked document: answer, release, reject, replay. Each with the user and a reason in the audit.

IDs are those that `wharf docs` shows; r12 names receipt 12.
"""

import getpass
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from ruamel.yaml import YAML
from sqlalchemy import Connection, Row, select

from wharfinger import code_lists, keys, outgoing, reading
from wharfinger.config import Company, load_home
from wharfinger.contracts import Context, Document, Part
from wharfinger.journal import answers, contents, documents, following, order_references, receipts, schema
from wharfinger.journal.audit import record_events
from wharfinger.journal.database import writing
from wharfinger.journal.deliveries import DONE, HELD, WAITING, ask_again, cancel_deliveries, has_left
from wharfinger.journal.outgoing import note_unsent, withdraw
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Place, Record, buyer, seller
from wharfinger.work import Hub

_documents = schema.document
_deliveries = schema.delivery


def release(hub: Hub, document: int, as_what: str, reason: str) -> str:
    """A PARKED document goes on: as new, as a replacement of the one it contradicts, or as its duplicate. What was done, in a sentence."""
    with writing(hub.journal) as connection:
        made = _row(connection, document)
        if made.ordinal < 0 and made.state == documents.PARKED and as_what == "new":  # an answer: it only lacked a way
            return _send_again(connection, hub, made, reason)
        row = _parked(connection, document)
        other = _row(connection, row.other) if row.other else None
        if row.record_version is None:
            raise Permanent(f"document {document} could not be read; reject it, or mend the mapping and replay it")
        decision = _release(connection, row, other, as_what)
        if decision.supersedes is not None:
            documents.supersede(connection, decision.supersedes)
        if decision.state == documents.ACCEPTED:
            ask_again(connection, document)
            following.forget(connection, document)
        documents.write_decision(connection, document, decision, hub.rules)
        answers.answer(connection, hub.agreements, [row.receipt])
        _audit(connection, "released", document, f"as {as_what}: {reason}")
        state = _row(connection, document).state
    return f"document {document} ({row.kind} {row.number}) is {state.lower()}" + (
        f", instead of document {other.id}" if other is not None and as_what == "replacement" else ""
    )


def reject(hub: Hub, document: int, reason: str) -> str:
    """The sender must send again. Possible while nothing of it has been delivered."""
    with writing(hub.journal) as connection:
        row = _row(connection, document)
        done = select(_deliveries.c.sink).where(_deliveries.c.document == document, _deliveries.c.state.in_((DONE, "SENDING")))
        if sinks := list(connection.execute(done).scalars()):
            raise Permanent(f"document {document} is delivered to {', '.join(sinks)} already; it can only be changed or cancelled there")
        if row.state not in (documents.PARKED, documents.ACCEPTED):
            raise Permanent(f"document {document} is {row.state.lower()}; only a parked or accepted one can be rejected")
        cancel_deliveries(connection, document)
        values = {"state": documents.REJECTED, "held_key": None, "question": None}
        connection.execute(_documents.update().where(_documents.c.id == document).values(**values))
        receipts.write_problems(connection, row.receipt, document, [Problem(code="rejected-by-a-person", found=reason)])
        withdraw(connection, document)
        note_unsent(connection, document)
        answers.answer(connection, hub.agreements, [row.receipt])
        _audit(connection, "rejected", document, reason)
    return f"document {document} ({row.kind} {row.number}) is rejected"


def answer(hub: Hub, document: int, field: str, value: str) -> str:
    """Give what is missing. FIELD is a record field (document_currency_code, order_lines[2].quantity.unit_code), which changes
    this document; or partner, unit:WORD, item:WORD, delivery_location:WORD, which is also written to the partner's file."""
    kind, _, word = field.partition(":")
    if kind == "partner" or word:
        _learn(hub, document, kind, word, value)
        return replay(hub, document) + f"; {field}={value} is kept for the next documents"
    with writing(hub.journal) as connection:
        row = _parked(connection, document)
        given = {**msgspec.json.decode(row.answers or "{}"), field: value}
        record = _with_answers(_record(connection, row), {field: value})
        checked = _vouched(connection, hub, row.receipt, reading.check(_as_document(row, record), _context(hub, row)))
        known = {one.code for one in documents.problems_of(connection, document)}
        if new := [one for one in checked.problems if one.severity == "error" and one.code not in known]:
            raise Permanent(f"{field}={value} makes it worse: {new[0].text('en')}")
        _rewrite(connection, hub, row, checked, given)
        _audit(connection, "answered", document, f"{field}={value}")
        state = _row(connection, document).state
    return f"document {document} ({row.kind} {row.number}) is {state.lower()}"


def replay(hub: Hub, document: int, redeliver: str | None = None) -> str:
    """Read the archive again under today's mapping and decide again. What was delivered stays as it is: the difference is told;
    with redeliver it goes to that sink once more, under the same effect key."""
    with writing(hub.journal) as connection:
        row = _row(connection, document)
        if row.ordinal < 0 or (row.direction == "out" and _is_held(connection, document)):
            return _send_again(connection, hub, row)
        source = connection.execute(select(schema.receipt).where(schema.receipt.c.id == row.receipt)).one()
    found = _read_again(hub, source, row.ordinal)
    if found is None:
        raise Permanent(f"document {document} is no longer found in its file under today's mapping; nothing was changed")
    given = msgspec.json.decode(row.answers or "{}")
    if given and found.record is not None:
        record = _with_answers(found.record, given)
        found = reading.check(_as_document(row, record), _context(hub, row))
    found = outgoing.vouched(found, source.source, hub.home.source_direction(source.source), hub.home.settings.companies)
    with writing(hub.journal) as connection:
        row = _row(connection, document)
        if redeliver is not None and redeliver not in hub.home.settings.sinks:
            raise Permanent(f"there is no sink {redeliver!r} in wharf.yaml: {', '.join(hub.home.settings.sinks)}")
        is_on_its_way = row.state == documents.ACCEPTED and has_left(connection, document)
        if row.state == documents.DELIVERED or redeliver is not None or is_on_its_way:
            return _replay_delivered(connection, row, found, redeliver)
        if row.state in (documents.SUPERSEDED, documents.PARSED):
            raise Permanent(f"document {document} is {row.state.lower()}; there is nothing to replay")
        cancel_deliveries(connection, document)
        _rewrite(connection, hub, row, found, given)
        _audit(connection, "replayed", document, "")
        state = _row(connection, document).state
    return f"document {document} ({row.kind} {row.number}) is {state.lower()}"


def replay_receipt(hub: Hub, receipt: int) -> str:
    """A file that could not be read is read again under today's mapping, by the next `wharf run`."""
    with writing(hub.journal) as connection:
        row = connection.execute(select(schema.receipt).where(schema.receipt.c.id == receipt)).first()
        if row is None:
            raise Permanent(f"there is no receipt {receipt}")
        if row.state not in (receipts.UNREADABLE, receipts.EMPTY):
            raise Permanent(f"receipt {receipt} was read; replay one of its documents instead")
        receipts.reopen_receipt(connection, receipt)
        record_events(connection, [("replayed", f"receipt {receipt}", "")], actor=getpass.getuser())
    return f"receipt {receipt} ({row.name}) is read again"


def _send_again(connection: Connection, hub: Hub, row: Row[Any], reason: str | None = None) -> str:
    """What we made and could not send is tried again, under the partner file as it is now."""
    if row.state != documents.PARKED:
        raise Permanent(f"document {row.id} is {row.state.lower()}; there is nothing to replay")
    if _is_held(connection, row.id):
        answers.send_again(connection, row.id)
    else:
        answers.route_parked(connection, hub.agreements)
    after = _row(connection, row.id)
    if reason is not None and after.state == documents.PARKED and after.question is not None:
        question = msgspec.json.decode(after.question, type=Problem)
        raise Permanent(f"document {row.id}: {question.text('en')} {question.hint('en')}")
    _audit(connection, "replayed" if reason is None else "released", row.id, reason or "")
    return f"document {row.id} ({row.message_type} {row.number}) is {_row(connection, row.id).state.lower()}"


def _is_held(connection: Connection, document: int) -> bool:
    """Whether a destination asks something about it."""
    held = (_deliveries.c.document == document, _deliveries.c.state == HELD)
    return connection.execute(select(_deliveries.c.id).where(*held)).first() is not None


def _release(connection: Connection, row: Row[Any], other: Row[Any] | None, as_what: str) -> documents.Decision:
    if as_what == "duplicate":
        if other is None:
            raise Permanent(f"document {row.id} contradicts no other document, so it is no duplicate")
        return documents.Decision(state=documents.DUPLICATE, other=other.id, revision=row.revision)
    if as_what == "replacement":
        if other is None:
            raise Permanent(f"document {row.id} contradicts no other document, so there is nothing to replace; use --as new")
        latest = connection.execute(
            select(_documents)
            .where(_documents.c.base_key == row.base_key, _documents.c.held_key.is_not(None), _documents.c.id != row.id)
            .order_by(_documents.c.revision.desc())
        ).first()
        older = latest or other
        return documents.replacement(connection, row.base_key, older.revision + 1, older)
    key = row.held_key
    if row.other is not None or key is None:  # the number is taken: this one gets a key of its own
        base = f"{row.base_key or 'document'}~{row.id}"
        connection.execute(_documents.update().where(_documents.c.id == row.id).values(base_key=base))
        key = f"{base}#{row.revision}"
    return documents.Decision(state=documents.ACCEPTED, held_key=key, revision=row.revision)


def _rewrite(connection: Connection, hub: Hub, row: Row[Any], found: Document, given: dict[str, str]) -> None:
    """Put a document back to PARSED with what is known of it now, and decide it."""
    found = order_references.completed(connection, found)
    connection.execute(schema.problem.delete().where(schema.problem.c.document == row.id))
    receipts.write_problems(connection, row.receipt, row.id, found.problems)
    values = {
        "direction": found.direction,
        "kind": found.kind,
        "number": found.id,
        "partner": found.partner or row.partner,
        "answers": msgspec.json.encode(given).decode() if given else None,
    }
    documents.rewrite(connection, row.id, found, values)
    held = _hold(connection, row)
    documents.resettle(connection, _row(connection, row.id), held, hub.rules)
    answers.answer(connection, hub.agreements, [row.receipt])


def _replay_delivered(connection: Connection, row: Row[Any], found: Document, redeliver: str | None) -> str:
    if redeliver is not None:
        where = (_deliveries.c.document == row.id, _deliveries.c.sink == redeliver)
        if connection.execute(_deliveries.update().where(*where).values(state=WAITING, not_before=0)).rowcount == 0:
            raise Permanent(f"document {row.id} has no delivery to {redeliver!r}")
        connection.execute(_documents.update().where(_documents.c.id == row.id).values(state=documents.ACCEPTED))
        _audit(connection, "redelivery-asked", row.id, redeliver)
        return f"document {row.id} goes to {redeliver} again under the same effect key; until the next `wharf run` it counts as in flight"
    if found.record is None:
        return f"document {row.id} is delivered; under today's mapping it can no longer be read. Nothing was sent"
    changed = keys.differences(keys.body(_record(connection, row)), keys.body(found.record))
    told = "; ".join(f"{field}: {new} instead of {old}" for field, old, new in changed) or "nothing differs"
    return f"document {row.id} is delivered; under today's mapping: {told}. Nothing was sent"


def _read_again(hub: Hub, source: Row[Any], ordinal: int) -> Document | None:
    home = load_home(hub.home.folder)  # a partner file may have changed since the hub was opened
    hub.home = home
    hub.reader.restart()
    count = 0
    wanted = None
    for item in hub.reader.read(hub.archive.path(source.sha256), source.name, source.partner):
        if isinstance(item, Document):
            count += 1
            wanted = item if count == ordinal else wanted
        elif isinstance(item, Part):
            continue
    return wanted


def _learn(hub: Hub, document: int, kind: str, word: str, value: str) -> None:
    """Write an answer to the partner's file, keeping its comments."""
    with writing(hub.journal) as connection:
        row = _parked(connection, document)
        record = contents.record_of(connection, document)
    codes = {"unit": "unit_code", "item": "item", "delivery_location": "delivery_location"}
    if kind != "partner" and kind not in codes:
        raise Permanent(f"{kind!r} cannot be answered; possible: partner, {', '.join(f'{one}:WORD' for one in codes)}, or a record field")
    partner = value if kind == "partner" else row.partner
    if partner is None:
        raise Permanent(f"document {document} has no known partner yet; answer partner=NAME first")
    file = hub.home.path(hub.home.settings.partners) / f"{partner}.yaml"
    if not re.fullmatch(r"[\w-]+", partner) or not file.is_file():
        raise Permanent(f"there is no partner {partner!r}: write {file} first")
    yaml = YAML()
    yaml.preserve_quotes = True  # without them, 'D.96A:UN:EAN008' within {...} is no text to every YAML reader
    content = yaml.load(file)
    if kind == "partner":
        if record is None:
            raise Permanent(f"document {document} could not be read, so its partner cannot be learned from it")
        _add_identity(content, record, hub.home.settings.companies)
    else:
        content.setdefault("codes", {}).setdefault(codes[kind], {})[word] = value
    if kind == "unit" and value not in code_lists.codes("units_rec20"):
        raise Permanent(f"{value!r} is no unit of UNECE Recommendation 20 (C62 piece, KGM kilogram, XCT carton ...)")
    temporary = file.with_suffix(".tmp")
    yaml.dump(content, temporary)
    temporary.rename(file)
    with writing(hub.journal) as connection:
        _audit(connection, "answered", document, f"{kind}:{word}={value}" if word else f"{kind}={value}")


def _add_identity(content: Any, record: Record, companies: Iterable[Company]) -> None:
    """The side of a parked document that is nobody known is this partner: its GLN, codes and name are known from now on."""
    ours = {one.company for one in companies}
    sides = [one for one in (buyer(record), seller(record)) if one is not None]
    party = next((one for one in sides if one.id not in ours), None)
    identity = content.setdefault("identity", {})
    found: dict[str, list[str | None]] = {
        "gln": [party.endpoint_id.value] if party and party.endpoint_id and party.endpoint_id.scheme_id == "0088" else [],
        "codes": [one.value for one in party.identifications if one.scheme_id != "0088"] if party else [],
        "names": [party.name] if party and party.name else [],
    }
    for name, values in found.items():
        known = identity.setdefault(name, []) if values else []
        known.extend(value for value in values if value not in known)


def _with_answers(record: Record, answers: dict[str, str]) -> Record:
    """The record with fields set by path. Raises Permanent for a path that no record has."""
    raw = msgspec.to_builtins(record)
    for path, value in answers.items():
        node: Any = raw
        steps = re.findall(r"(\w+)(?:\[(\d+)\])?", path)
        try:
            for name, index in steps[:-1]:
                node = node.setdefault(name, {})
                node = node[int(index) - 1] if index else node
            node[steps[-1][0]] = value
        except (IndexError, TypeError, AttributeError) as error:
            raise Permanent(f"{path!r} is no field of this document; `wharf show` prints them") from error
    try:
        answered = msgspec.convert(raw, type(record))
    except msgspec.ValidationError as error:
        raise Permanent(f"{error}") from error
    for path in answers:
        if path in ("id", "issue_date") and getattr(record, path) is not None:
            raise Permanent(f"{path} is stated by the document; an answer cannot change by what it is known")
    if msgspec.to_builtins(answered) != raw:
        raise Permanent(f"{', '.join(answers)}: no such field; `wharf show --json` prints those that there are")
    return answered


def _record(connection: Connection, row: Row[Any]) -> Record:
    record = contents.record_of(connection, row.id)
    if record is None:
        raise Permanent(f"document {row.id} could not be read; reject it, or mend the mapping and replay it")
    return record


def _context(hub: Hub, row: Row[Any]) -> Context:
    known = next((one for one in hub.home.partners if one.partner == row.partner), None)
    return Context(partner=known, partners=hub.home.partners, companies=hub.home.settings.companies)


def _as_document(row: Row[Any], record: Record) -> Document:
    place = record.origin or Place()
    return Document(kind=row.kind, id=record.id, record=record, place=place, partner=row.partner)


def _vouched(connection: Connection, hub: Hub, receipt: int, document: Document) -> Document:
    """The document with what there is to ask about its source."""
    source = connection.execute(select(schema.receipt.c.source).where(schema.receipt.c.id == receipt)).scalar_one()
    return outgoing.vouched(document, source, hub.home.source_direction(source), hub.home.settings.companies)


def _hold(connection: Connection, row: Row[Any]) -> Problem | None:
    where = (schema.problem.c.receipt == row.receipt, schema.problem.c.document.is_(None))
    found = [msgspec.json.decode(body, type=Problem) for body in connection.execute(select(schema.problem.c.body).where(*where)).scalars()]
    return next((one for one in found if documents.holds(one, row.interchange)), None)


def _parked(connection: Connection, document: int) -> Row[Any]:
    row = _row(connection, document)
    if row.state != documents.PARKED:
        raise Permanent(f"document {document} is {row.state.lower()}; only a parked one waits for you")
    if row.ordinal < 0:
        raise Permanent(f"document {document} is one that we send: mend what holds it and `wharf replay {document}`, or reject it")
    return row


def _row(connection: Connection, document: int) -> Row[Any]:
    row = connection.execute(select(_documents).where(_documents.c.id == document).with_for_update()).first()
    if row is None:
        raise Permanent(f"there is no document {document}; `wharf docs` lists them")
    return row


def _audit(connection: Connection, event: str, document: int, detail: str) -> None:
    record_events(connection, [(event, f"document {document}", detail)], actor=getpass.getuser())
