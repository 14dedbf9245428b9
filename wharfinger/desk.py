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
from wharfinger.hub import Hub
from wharfinger.journal import answers, contents, documents, following, order_references, receipts, schema
from wharfinger.journal.audit import record_events
from wharfinger.journal.database import writing
from wharfinger.journal.deliveries import DONE, HELD, WAITING, ask_again, cancel_deliveries, has_left
from wharfinger.journal.outgoing import note_unsent, withdraw
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Place, Record, buyer, seller
from wharfinger.reports.phrases import phrase, state_word

_documents = schema.document
_deliveries = schema.delivery


def release(hub: Hub, document: int, as_what: str, reason: str) -> str:
    """A PARKED document goes on: as new, as a replacement of the one it contradicts, or as its duplicate. What was done, in a sentence."""
    with writing(hub.journal) as connection:
        made = _row(connection, document, hub.language)
        if made.ordinal < 0 and made.state == documents.PARKED and as_what == "new":  # an answer: it only lacked a way
            return _send_again(connection, hub, made, reason)
        row = _parked(connection, document, hub.language)
        other = _row(connection, row.other, hub.language) if row.other else None
        if row.record_version is None:
            raise Permanent(phrase("desk-not-read", hub.language, document=document))
        decision = _release(connection, row, other, as_what, hub.language)
        if decision.supersedes is not None:
            documents.supersede(connection, decision.supersedes)
        if decision.state == documents.ACCEPTED:
            ask_again(connection, document)
            following.forget(connection, document)
        documents.write_decision(connection, document, decision, hub.rules)
        answers.answer(connection, hub.agreements, [row.receipt])
        _audit(connection, "released", document, f"as {as_what}: {reason}")
        state = _row(connection, document, hub.language).state
    told = _is(row, state, hub.language)
    replaces = other is not None and as_what == "replacement"
    return phrase("desk-instead", hub.language, told=told, other=row.other) if replaces else told


def reject(hub: Hub, document: int, reason: str) -> str:
    """The sender must send again. Possible while nothing of it has been delivered."""
    with writing(hub.journal) as connection:
        row = _row(connection, document, hub.language)
        done = select(_deliveries.c.sink).where(_deliveries.c.document == document, _deliveries.c.state.in_((DONE, "SENDING")))
        if sinks := list(connection.execute(done).scalars()):
            raise Permanent(phrase("desk-delivered-already", hub.language, document=document, sinks=", ".join(sinks)))
        if row.state not in (documents.PARKED, documents.ACCEPTED):
            state = state_word(row.state, hub.language)
            raise Permanent(phrase("desk-not-rejectable", hub.language, document=document, state=state))
        cancel_deliveries(connection, document)
        values = {"state": documents.REJECTED, "held_key": None, "question": None}
        connection.execute(_documents.update().where(_documents.c.id == document).values(**values))
        receipts.write_problems(connection, row.receipt, document, [Problem(code="rejected-by-a-person", found=reason)])
        withdraw(connection, document)
        note_unsent(connection, document)
        answers.answer(connection, hub.agreements, [row.receipt])
        _audit(connection, "rejected", document, reason)
    return _is(row, documents.REJECTED, hub.language)


def answer(hub: Hub, document: int, field: str, value: str) -> str:
    """Give what is missing. FIELD is a record field (document_currency_code, order_lines[2].quantity.unit_code), which changes
    this document; or partner, unit:WORD, item:WORD, delivery_location:WORD, which is also written to the partner's file."""
    kind, _, word = field.partition(":")
    if kind == "partner" or word:
        _learn(hub, document, kind, word, value)
        return phrase("desk-kept", hub.language, told=replay(hub, document), assignment=f"{field}={value}")
    with writing(hub.journal) as connection:
        row = _parked(connection, document, hub.language)
        given = {**msgspec.json.decode(row.answers or "{}"), field: value}
        record = _with_answers(_record(connection, row, hub.language), {field: value}, hub.language)
        checked = _vouched(connection, hub, row.receipt, reading.check(_as_document(row, record), _context(hub, row)))
        known = {one.code for one in documents.problems_of(connection, document)}
        if new := [one for one in checked.problems if one.severity == "error" and one.code not in known]:
            problem = new[0].text(hub.language)
            raise Permanent(phrase("desk-worse", hub.language, assignment=f"{field}={value}", problem=problem))
        _rewrite(connection, hub, row, checked, given)
        _audit(connection, "answered", document, f"{field}={value}")
        state = _row(connection, document, hub.language).state
    return _is(row, state, hub.language)


def replay(hub: Hub, document: int, redeliver: str | None = None) -> str:
    """Read the archive again under today's mapping and decide again. What was delivered stays as it is: the difference is told;
    with redeliver it goes to that sink once more, under the same effect key."""
    with writing(hub.journal) as connection:
        row = _row(connection, document, hub.language)
        if row.ordinal < 0 or (row.direction == "out" and _is_held(connection, document)):
            return _send_again(connection, hub, row)
        source = connection.execute(select(schema.receipt).where(schema.receipt.c.id == row.receipt)).one()
    found = _read_again(hub, source, row.ordinal)
    if found is None:
        raise Permanent(phrase("desk-gone", hub.language, document=document))
    given = msgspec.json.decode(row.answers or "{}")
    if given and found.record is not None:
        record = _with_answers(found.record, given, hub.language)
        found = reading.check(_as_document(row, record), _context(hub, row))
    found = outgoing.vouched(found, source.source, hub.home.source_direction(source.source), hub.home.settings.companies)
    with writing(hub.journal) as connection:
        row = _row(connection, document, hub.language)
        if redeliver is not None and redeliver not in hub.home.settings.sinks:
            sinks = ", ".join(hub.home.settings.sinks)
            raise Permanent(phrase("desk-no-sink", hub.language, sink=redeliver, sinks=sinks))
        is_on_its_way = row.state == documents.ACCEPTED and has_left(connection, document)
        if row.state == documents.DELIVERED or redeliver is not None or is_on_its_way:
            return _replay_delivered(connection, row, found, redeliver, hub.language)
        if row.state in (documents.SUPERSEDED, documents.PARSED):
            raise Permanent(_nothing_to_replay(row, hub.language))
        cancel_deliveries(connection, document)
        _rewrite(connection, hub, row, found, given)
        _audit(connection, "replayed", document, "")
        state = _row(connection, document, hub.language).state
    return _is(row, state, hub.language)


def replay_receipt(hub: Hub, receipt: int) -> str:
    """A file that could not be read is read again under today's mapping, by the next `wharf run`."""
    with writing(hub.journal) as connection:
        row = connection.execute(select(schema.receipt).where(schema.receipt.c.id == receipt)).first()
        if row is None:
            raise Permanent(phrase("desk-no-receipt", hub.language, receipt=receipt))
        if row.state not in (receipts.UNREADABLE, receipts.EMPTY):
            raise Permanent(phrase("desk-receipt-was-read", hub.language, receipt=receipt))
        receipts.reopen_receipt(connection, receipt)
        record_events(connection, [("replayed", f"receipt {receipt}", "")], actor=getpass.getuser())
    return phrase("desk-receipt-again", hub.language, receipt=receipt, name=row.name)


def _send_again(connection: Connection, hub: Hub, row: Row[Any], reason: str | None = None) -> str:
    """What we made and could not send is tried again, under the partner file as it is now."""
    if row.state != documents.PARKED:
        raise Permanent(_nothing_to_replay(row, hub.language))
    if _is_held(connection, row.id):
        answers.send_again(connection, row.id)
    else:
        answers.route_parked(connection, hub.agreements)
    after = _row(connection, row.id, hub.language)
    if reason is not None and after.state == documents.PARKED and after.question is not None:
        question = msgspec.json.decode(after.question, type=Problem)
        told = f"{question.text(hub.language)} {question.hint(hub.language)}"
        raise Permanent(f"{phrase('document', hub.language)} {row.id}: {told}")
    _audit(connection, "replayed" if reason is None else "released", row.id, reason or "")
    return _is(row, after.state, hub.language)


def _is_held(connection: Connection, document: int) -> bool:
    """Whether a destination asks something about it."""
    held = (_deliveries.c.document == document, _deliveries.c.state == HELD)
    return connection.execute(select(_deliveries.c.id).where(*held)).first() is not None


def _release(connection: Connection, row: Row[Any], other: Row[Any] | None, as_what: str, language: str) -> documents.Decision:
    if as_what == "duplicate":
        if other is None:
            raise Permanent(phrase("desk-no-duplicate", language, document=row.id))
        return documents.Decision(state=documents.DUPLICATE, other=other.id, revision=row.revision)
    if as_what == "replacement":
        if other is None:
            raise Permanent(phrase("desk-no-replacement", language, document=row.id))
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
    documents.resettle(connection, _row(connection, row.id, hub.language), held, hub.rules)
    answers.answer(connection, hub.agreements, [row.receipt])


def _replay_delivered(connection: Connection, row: Row[Any], found: Document, redeliver: str | None, language: str) -> str:
    if redeliver is not None:
        where = (_deliveries.c.document == row.id, _deliveries.c.sink == redeliver)
        if connection.execute(_deliveries.update().where(*where).values(state=WAITING, not_before=0)).rowcount == 0:
            raise Permanent(phrase("desk-no-delivery", language, document=row.id, sink=redeliver))
        connection.execute(_documents.update().where(_documents.c.id == row.id).values(state=documents.ACCEPTED))
        _audit(connection, "redelivery-asked", row.id, redeliver)
        return phrase("desk-redelivered", language, document=row.id, sink=redeliver)
    if found.record is None:
        return phrase("desk-replayed-unreadable", language, document=row.id)
    changed = keys.differences(keys.body(_record(connection, row, language)), keys.body(found.record))
    told = "; ".join(phrase("desk-difference", language, field=field, old=old, new=new) for field, old, new in changed)
    return phrase("desk-replayed", language, document=row.id, told=told or phrase("desk-no-difference", language))


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
        row = _parked(connection, document, hub.language)
        record = contents.record_of(connection, document)
    codes = {"unit": "unit_code", "item": "item", "delivery_location": "delivery_location"}
    if kind != "partner" and kind not in codes:
        words = ", ".join(f"{one}:WORD" for one in codes)
        raise Permanent(phrase("desk-cannot-be-answered", hub.language, kind=kind, words=words))
    partner = value if kind == "partner" else row.partner
    if partner is None:
        raise Permanent(phrase("desk-partner-first", hub.language, document=document))
    file = hub.home.path(hub.home.settings.partners) / f"{partner}.yaml"
    if not re.fullmatch(r"[\w-]+", partner) or not file.is_file():
        raise Permanent(phrase("desk-no-partner", hub.language, partner=partner, file=file))
    yaml = YAML()
    yaml.preserve_quotes = True  # without them, 'D.96A:UN:EAN008' within {...} is no text to every YAML reader
    content = yaml.load(file)
    if kind == "partner":
        if record is None:
            raise Permanent(phrase("desk-partner-unreadable", hub.language, document=document))
        _add_identity(content, record, hub.home.settings.companies)
    else:
        content.setdefault("codes", {}).setdefault(codes[kind], {})[word] = value
    if kind == "unit" and value not in code_lists.codes("units_rec20"):
        raise Permanent(phrase("desk-no-unit", hub.language, value=value))
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


def _with_answers(record: Record, answers: dict[str, str], language: str) -> Record:
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
            raise Permanent(phrase("desk-no-field", language, path=path)) from error
    try:
        answered = msgspec.convert(raw, type(record))
    except msgspec.ValidationError as error:
        given = ", ".join(f"{path}={value}" for path, value in answers.items())
        raise Permanent(phrase("desk-wrong-value", language, assignment=given, error=error)) from error
    for path in answers:
        if path in ("id", "issue_date") and getattr(record, path) is not None:
            raise Permanent(phrase("desk-stated", language, path=path))
    if msgspec.to_builtins(answered) != raw:
        raise Permanent(phrase("desk-no-field", language, path=", ".join(answers)))
    return answered


def _record(connection: Connection, row: Row[Any], language: str) -> Record:
    record = contents.record_of(connection, row.id)
    if record is None:
        raise Permanent(phrase("desk-not-read", language, document=row.id))
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


def _is(row: Row[Any], state: str, language: str) -> str:
    what = " ".join(one for one in (row.message_type if row.direction == "out" else row.kind, row.number) if one)
    return phrase("desk-is", language, document=row.id, what=what, state=state_word(state, language))


def _nothing_to_replay(row: Row[Any], language: str) -> str:
    return phrase("desk-nothing-to-replay", language, document=row.id, state=state_word(row.state, language))


def _parked(connection: Connection, document: int, language: str) -> Row[Any]:
    row = _row(connection, document, language)
    if row.state != documents.PARKED:
        raise Permanent(phrase("desk-waits-not", language, document=document, state=state_word(row.state, language)))
    if row.ordinal < 0:
        raise Permanent(phrase("desk-ours", language, document=document))
    return row


def _row(connection: Connection, document: int, language: str) -> Row[Any]:
    row = connection.execute(select(_documents).where(_documents.c.id == document).with_for_update()).first()
    if row is None:
        raise Permanent(phrase("desk-no-document", language, document=document))
    return row


def _audit(connection: Connection, event: str, document: int, detail: str) -> None:
    record_events(connection, [(event, f"document {document}", detail)], actor=getpass.getuser())
