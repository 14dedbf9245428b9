"""Answers: CONTRL and APERAK, written into the outbox in the transaction in which what they say becomes true.

An interchange that is to be answered is a row of its own:

    OPEN -> ANSWERED    what became of it is known, and its answers are in the outbox
         -> REPEATED    it came before and nothing in it is new: it was answered then
         -> SILENT      there is nothing to answer (it holds CONTRL only), or nobody to answer to

It stays OPEN while a person has still to decide about a fault of its syntax, because CONTRL says what was done. A document that we
make is ACCEPTED with its delivery and control number (outgoing.py), or PARKED while no sink for it is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, exists, or_, select

from wharfinger import keys
from wharfinger.answering import Refused, aperak, contrl, is_syntactic
from wharfinger.config import Partner
from wharfinger.contracts import Interchange, Message
from wharfinger.crash_points import crash_point
from wharfinger.journal import contents, schema
from wharfinger.journal.audit import record_events
from wharfinger.journal.clock import now
from wharfinger.journal.deliveries import ask_again
from wharfinger.journal.documents import ACCEPTED, DUPLICATE, PARKED, PARSED, REJECTED, STATES, holds, insert, problems_of_many
from wharfinger.journal.outgoing import Agreements, Numbered, acknowledged_by, expect_responses, issued, put_into_outbox, utc_text
from wharfinger.journal.receipts import RECEIVED, write_problems
from wharfinger.problems import Place, Problem
from wharfinger.records import ApplicationResponse, Party, Shape, to_json

OPEN, ANSWERED, REPEATED, SILENT = "OPEN", "ANSWERED", "REPEATED", "SILENT"

_interchange, _document, _outbound, _sequence = schema.interchange, schema.document, schema.outbound, schema.control_sequence
_TOLD = tuple(_document.c[name] for name in ("id", "ordinal", "state", "kind", "number", "message_reference", "message_type", "question"))
_REFERENCE_REPEATED = "interchange-reference-repeated"
_NUMBER_DIGITS = 14
"""0020 is an..14."""


class _Answer(Shape, frozen=True):
    """An answer that is to be written. caused_by: the document that it answers; None: the whole interchange."""

    record: ApplicationResponse
    type: str
    key: str
    ordinal: int
    number: str
    interchange: Row[Any]
    partner: Partner
    caused_by: int | None = None


def record_interchanges(
    connection: Connection, receipt: Row[Any], found: Iterable[Interchange], partners: Mapping[int, set[str]], agreements: Agreements
) -> bool:
    """Write down those interchanges of a receipt that are to be answered; whether there are any.

    partners: those of the documents of each interchange: whom the envelope does not name, they do.
    """
    rows = []
    is_asked = False
    known: set[int] | None = None
    for one in found:
        partner = agreements.sender(one.sender) or agreements.partner(receipt.partner) or agreements.only(partners.get(one.number, ()))
        answers = partner.answers if partner else Partner(partner="", name="").answers
        owes_contrl = answers.contrl == "always" or (answers.contrl == "requested" and one.acknowledgement_request)
        if not owes_contrl and answers.aperak == "never":
            continue
        is_asked = True
        if known is None:
            where = _interchange.c.receipt == receipt.id
            known = set(connection.execute(select(_interchange.c.number).where(where)).scalars())
        if one.number in known:  # the receipt is read again
            continue
        values = msgspec.structs.asdict(one)
        del values["acknowledgement_request"]
        due = datetime.fromisoformat(receipt.received_at) + timedelta(hours=answers.deadline_hours)
        rows.append(
            {
                **values,
                "receipt": receipt.id,
                "partner": partner.partner if partner else None,
                "owes_contrl": owes_contrl,
                "due_at": utc_text(due),
                "state": OPEN,
            }
        )
    if rows:
        connection.execute(_interchange.insert(), rows)
    return is_asked


def answer(connection: Connection, agreements: Agreements, receipts: Sequence[int] | None = None) -> None:
    """Answer the open interchanges of these receipts, or all, as far as it is known what became of them; and send what our own system
    issued in these receipts."""
    receipt = schema.receipt
    chosen = select(_interchange).join(receipt, receipt.c.id == _interchange.c.receipt)
    chosen = chosen.where(_interchange.c.state == OPEN, receipt.c.state != RECEIVED)
    if receipts is not None:
        chosen = chosen.where(_interchange.c.receipt.in_(receipts))
    found = connection.execute(chosen.order_by(_interchange.c.id).with_for_update(skip_locked=True, of=_interchange)).all()
    made = [one for row in found for one in _answers(connection, row, agreements)]
    numbered: list[Numbered] = [(_pair(one.interchange), partial(_write, connection, one, agreements)) for one in made]
    if receipts is not None:
        numbered += issued(connection, agreements, receipts)
        expect_responses(connection, agreements, receipts)
    for _, write in sorted(numbered, key=lambda one: one[0]):
        write()
    if numbered:
        crash_point("answers-written")


def route_parked(connection: Connection, agreements: Agreements) -> None:
    """PARKED -> ACCEPTED for what we made when no sink for it was named, and one is now."""
    delivery = schema.delivery
    without = ~exists().where(delivery.c.document == _document.c.id)
    where = (_document.c.direction == "out", _document.c.ordinal < 0, _document.c.state == PARKED, without)
    columns = (_document.c.id, _document.c.partner, _document.c.base_key, _document.c.message_type, _document.c.test_indicator)
    rows = connection.execute(select(*columns).where(*where).order_by(_document.c.id))
    for row in rows.all():
        partner = agreements.partner(row.partner)
        sink = agreements.sink(partner, row.test_indicator) if partner else None
        if partner is None or sink is None:
            continue
        of_document = (_interchange.c.id == _outbound.c.interchange, _outbound.c.document == row.id)
        interchange = connection.execute(select(_interchange).where(*of_document)).one()
        connection.execute(_document.update().where(_document.c.id == row.id).values(state=ACCEPTED, question=None))
        due_at = acknowledged_by(partner, row.message_type)
        _put_into_outbox(connection, row.id, row.base_key, interchange, sink, due_at)
        record_events(connection, [("document-accepted", f"document {row.id}", "")])


def prepared(connection: Connection, documents: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """Control number and time of each document's interchange."""
    columns = (_outbound.c.document, _outbound.c.control_number, _outbound.c.prepared_at)
    rows = connection.execute(select(*columns).where(_outbound.c.document.in_(documents), _outbound.c.control_number.is_not(None)))
    return {row.document: (row.control_number, datetime.fromisoformat(row.prepared_at)) for row in rows}


def send_again(connection: Connection, document: int) -> None:
    """HELD -> WAITING: what held a document that we made is mended."""
    ask_again(connection, document)
    connection.execute(_document.update().where(_document.c.id == document).values(state=ACCEPTED, question=None))


def note_acknowledgements(connection: Connection, receipts: Sequence[int]) -> None:
    """What partners say, in CONTRL or APERAK, of documents that we sent."""
    where = (_document.c.receipt.in_(receipts), _document.c.direction == "in", _document.c.kind == ApplicationResponse.__name__)
    rows = connection.execute(select(_document).where(*where, _document.c.state.not_in((DUPLICATE, REJECTED)))).all()
    for row in rows:
        record = contents.record_of(connection, row.id)
        if not isinstance(record, ApplicationResponse):
            continue
        for response in record.document_responses[:1]:
            reference, said = response.document_reference, response.response
            if reference is None or reference.id is None or said is None or said.response_code is None:
                continue
            meant = select(_outbound.c.document, _sequence.c.ours, _sequence.c.theirs)
            meant = meant.join(_document, _document.c.id == _outbound.c.document).where(_document.c.partner == row.partner)
            meant = meant.outerjoin(_sequence, _sequence.c.id == _outbound.c.sequence)
            code = said.response_code
            if reference.document_type_code == "UNB":
                messages = {one.response.response_code for one in record.document_responses[1:] if one.response is not None}
                code = "RE" if "RE" in messages else code  # of our interchange, which has one document: that was refused
                if not reference.id.isdecimal() or len(reference.id) > _NUMBER_DIGITS:
                    continue
                meant = meant.where(_outbound.c.control_number == int(reference.id))
            else:
                meant = meant.where(_document.c.number == reference.id)
            sent = connection.execute(meant).all()
            if len(sent) > 1:  # each pair of identifications counts for itself
                sent = [one for one in sent if _is_of(one.ours, record.receiver_party) and _is_of(one.theirs, record.sender_party)]
            for one in sent:
                _acknowledge(connection, row, one.document, code)


def _is_of(identification: str | None, party: Party | None) -> bool:
    """Whether a party is the one that an envelope names so."""
    if identification is None or party is None:
        return False
    codes = {party.id, *(one.value for one in (party.endpoint_id, *party.identifications) if one is not None)}
    return identification.partition(":")[0] in codes


def _acknowledge(connection: Connection, row: Row[Any], document: int, code: str) -> None:
    values = {"acknowledged": code, "acknowledged_by": row.id}
    connection.execute(_outbound.update().where(_outbound.c.document == document).values(**values))
    receipt = connection.execute(select(_document.c.receipt).where(_document.c.id == document)).scalar_one()
    if code == "RE":
        write_problems(connection, receipt, document, [Problem(code="refused-by-partner", found=f"{row.number or row.id}")])
    record_events(connection, [("acknowledged", f"document {document}", f"document {row.id}: {code}")])


def _answers(connection: Connection, row: Row[Any], agreements: Agreements) -> list[_Answer]:
    """The answers that can be given to an interchange now. It is closed where nothing is left to answer."""
    ours = (_document.c.receipt == row.receipt, _document.c.interchange == row.number, _document.c.direction == "in")
    states = set(connection.execute(select(_document.c.state).where(*ours).distinct()).scalars())
    if not (row.reference and row.sender and row.recipient):
        return _close(connection, row, SILENT, "interchange-unanswerable")
    named = select(_document.c.partner).where(*ours, _document.c.partner.is_not(None)).distinct().limit(2)
    partner = agreements.partner(row.partner) or agreements.sender(row.sender) or agreements.only(connection.execute(named).scalars().all())
    if partner is None:
        return [] if states & {PARKED, PARSED} else _close(connection, row, SILENT, "answer-to-nobody")
    others = (*ours, or_(_document.c.message_type.is_(None), _document.c.message_type.not_like("CONTRL%")))
    if states and connection.execute(select(_document.c.id).where(*others).limit(1)).first() is None:
        return _close(connection, row, SILENT)
    came_before = _came_before(connection, row)
    if states <= {DUPLICATE} and came_before:
        return _close(connection, row, REPEATED)
    of_receipt = _of_receipt(connection, row)
    if came_before and not any(one.code == _REFERENCE_REPEATED for one in of_receipt):
        again = Problem(code=_REFERENCE_REPEATED, place=Place(interchange=row.number, tag="UNB"), subject=row.reference, found=row.sender)
        write_problems(connection, row.receipt, None, [again])
    wanted = partner.answers.aperak
    told = (REJECTED, PARKED, PARSED) if wanted != "always" else STATES  # those that went well are many
    documents = connection.execute(select(*_TOLD).where(*ours, _document.c.state.in_(told)).order_by(_document.c.id)).all()
    problems = problems_of_many(connection, [one.id for one in documents if one.state in (PARKED, REJECTED)])
    found: list[_Answer] = []
    owes_contrl = row.owes_contrl
    if owes_contrl and not any(_is_undecided(one, problems.get(one.id, ())) for one in documents):
        is_refused = not states - {REJECTED}
        found.append(_contrl(row, documents, problems, of_receipt, partner, is_refused=is_refused))
        owes_contrl = False
    if wanted != "never":
        found += _aperaks(connection, row, documents, problems, partner)
    is_closed = not owes_contrl and (wanted == "never" or not states & {PARKED, PARSED})
    values = {"owes_contrl": owes_contrl, "partner": partner.partner, "state": ANSWERED if is_closed else OPEN}
    connection.execute(_interchange.update().where(_interchange.c.id == row.id).values(**values))
    return found


def _contrl(
    row: Row[Any],
    documents: Sequence[Row[Any]],
    problems: dict[int, list[Problem]],
    of_receipt: Sequence[Problem],
    partner: Partner,
    *,
    is_refused: bool,
) -> _Answer:
    """is_refused: whether all documents of the interchange are."""
    envelope = [one for one in of_receipt if holds(one, row.number)]
    refused: list[Refused] = []
    is_whole = bool(envelope) and is_refused
    complete = True
    if not is_whole:
        for one in documents:
            wrong = [problem for problem in problems.get(one.id, ()) if problem.severity == "error" and is_syntactic(problem)]
            if one.state == REJECTED and (wrong or envelope):
                message = Message(reference=one.message_reference or "", type=one.message_type or "")
                refused.append(Refused(message=message, problems=tuple(wrong or envelope)))
        for problem in of_receipt:
            if problem.place.message is None or problem.severity != "error":
                continue
            if problem.code == "message-type-not-read" and problem.subject:
                kind, _, release = (problem.found or "").partition(" ")
                version = release.replace(".", ":", 1)
                message = Message(reference=problem.subject, type=f"{kind}:{version}" if version else kind)
                refused.append(Refused(message=message, problems=(problem,)))
            else:
                complete = False
        complete = complete and all(one.message.reference for one in refused)
        refused = [one for one in refused if one.message.reference]
    record = contrl(_as_interchange(row), envelope if is_whole else (), refused, complete=complete)
    key = f"CONTRL|{row.receipt}|{row.number}"
    return _Answer(record=record, type="CONTRL", key=key, ordinal=-2 * row.number, number=row.reference, interchange=row, partner=partner)


def _aperaks(
    connection: Connection, row: Row[Any], documents: Sequence[Row[Any]], problems: dict[int, list[Problem]], partner: Partner
) -> list[_Answer]:
    """The APERAK of each document that is decided and has none yet."""
    answered = set(connection.execute(select(_outbound.c.caused_by).where(_outbound.c.interchange == row.id)).scalars())
    found = []
    for one in documents:
        if one.id in answered or one.state in (PARKED, PARSED, DUPLICATE) or one.kind == ApplicationResponse.__name__:
            continue
        reasons = [problem for problem in problems.get(one.id, ()) if problem.severity == "error"] if one.state == REJECTED else []
        told_by_contrl = (row.owes_contrl or None in answered) and any(is_syntactic(problem) for problem in reasons)
        if told_by_contrl or (partner.answers.aperak == "problems" and not reasons):
            continue
        told = contents.record_of(connection, one.id)
        if told is None or one.number is None:
            continue
        message = Message(reference=one.message_reference or "", type=one.message_type or "")
        name = f"A{one.id}"
        record = aperak(_as_interchange(row), name, told, message, reasons, partner.language, datetime.now(UTC))
        found.append(
            _Answer(
                record=record,
                type="APERAK",
                key=f"APERAK|{one.id}",
                ordinal=-2 * one.ordinal - 1,
                number=name,
                interchange=row,
                partner=partner,
                caused_by=one.id,
            )
        )
    return found


def _write(connection: Connection, one: _Answer, agreements: Agreements) -> None:
    row = one.interchange
    sink = agreements.sink(one.partner, one.record.test_indicator)
    code = "sending-test-without-sink" if one.record.test_indicator else "answer-without-sink"
    question = Problem(code=code, subject=one.type, found=one.partner.partner, expected=", ".join(agreements.sinks) or None)
    values = {
        "receipt": row.receipt,
        "ordinal": one.ordinal,
        "direction": "out",
        "kind": ApplicationResponse.__name__,
        "number": one.number,
        "partner": one.partner.partner,
        "interchange": row.number,
        "received_at": now(),
        "base_key": one.key,
        "held_key": f"{one.key}#0",
        "revision": 0,
        "test_indicator": one.record.test_indicator,
        "message_type": one.type,
        "record_version": 0,
        "text": to_json(one.record).decode(),
        "state": ACCEPTED if sink else PARKED,
        "question": None if sink else msgspec.json.encode(question).decode(),
    }
    [document] = insert(connection, [(values, ())])
    connection.execute(_outbound.insert().values(document=document, caused_by=one.caused_by, interchange=row.id))
    if sink is not None:
        _put_into_outbox(connection, document, one.key, row, sink, acknowledged_by(one.partner, one.type))


def _put_into_outbox(connection: Connection, document: int, key: str, row: Row[Any], sink: str, due_at: str | None) -> None:
    effect = {"sink": sink, "action": "create", "effect_key": keys.effect_key(key, 0, sink, "create")}
    put_into_outbox(connection, document, _pair(row), effect, due_at)


def _close(connection: Connection, row: Row[Any], state: str, code: str | None = None) -> list[_Answer]:
    """Answer nothing, and say why where that is nothing to expect."""
    connection.execute(_interchange.update().where(_interchange.c.id == row.id).values(state=state, owes_contrl=False))
    record_events(connection, [(f"interchange-{state.lower()}", f"receipt {row.receipt}", row.reference)])
    if code is not None:
        problem = Problem(code=code, subject=row.reference or str(row.number), found=row.sender or None)
        write_problems(connection, row.receipt, None, [problem])
    return []


def _came_before(connection: Connection, row: Row[Any]) -> bool:
    same = (_interchange.c.sender == row.sender, _interchange.c.recipient == row.recipient, _interchange.c.reference == row.reference)
    return connection.execute(select(_interchange.c.id).where(*same, _interchange.c.id < row.id).limit(1)).first() is not None


def _of_receipt(connection: Connection, row: Row[Any]) -> list[Problem]:
    """The problems of this interchange that no document has."""
    problem = schema.problem
    where = (problem.c.receipt == row.receipt, problem.c.document.is_(None))
    bodies = connection.execute(select(problem.c.body).where(*where).order_by(problem.c.id)).scalars()
    found = [msgspec.json.decode(body, type=Problem) for body in bodies]
    return [one for one in found if one.place.interchange == row.number or one.code.startswith("reader-")]


def _is_undecided(document: Row[Any], problems: Sequence[Problem]) -> bool:
    """Whether a person has still to decide about the syntax of a document, or it is still being read."""
    asked = [msgspec.json.decode(document.question, type=Problem)] if document.question else []
    is_wrong = any(one.severity == "error" and is_syntactic(one) for one in (*asked, *problems))
    return document.state == PARSED or (document.state == PARKED and is_wrong)


def _as_interchange(row: Row[Any]) -> Interchange:
    return Interchange(
        number=row.number,
        reference=row.reference,
        sender=row.sender,
        recipient=row.recipient,
        sender_qualifier=row.sender_qualifier,
        recipient_qualifier=row.recipient_qualifier,
        test_indicator=row.test_indicator,
    )


def _pair(row: Row[Any]) -> tuple[str, str]:
    """Who answers whom, as the interchange names them."""
    return _identification(row, "recipient"), _identification(row, "sender")


def _identification(row: Row[Any], side: str) -> str:
    qualifier = getattr(row, f"{side}_qualifier")
    return f"{getattr(row, side)}:{qualifier}" if qualifier else str(getattr(row, side))
