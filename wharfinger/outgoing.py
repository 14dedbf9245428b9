"""Documents that we issue: which they are, whether they may leave without a question, and as what they are written for the partner.

A document is outgoing when its issuer (architecture, "Keys": the seller of an order response, the buyer of an order ...) is one of our
companies, and the other party is not. It may leave when the source that brought it is our own system, which wharf.yaml says by
`direction: out`: what came any other way may have been written by anybody, so a person is asked. How it is written is agreed in the
partner file, under `formats: NAME-out:` for the parser that can write the format NAME.

Our own system drops its documents, as UBL or in any other format that is read, where a source takes them (wharf.yaml):

    sources:
      inbox: {kind: folder, folder: inbox}
      erp: {kind: folder, folder: from_erp, direction: out}
    sinks:
      outbox: {kind: xml_outbox, folder: outbox}
      to_partners: {kind: edifact_outbox, folder: partner_outbox}

What is agreed with the partner (partners/nordwind.yaml): ORDRSP and all else in the directory of EANCOM 2002, asking for CONTRL; and that
each order is answered by an order response within 48 hours, or `wharf status` names it as overdue:

    formats:
      edifact-out: {directory: "D.01B:UN:EAN010", acknowledgement: true}
    answers: {ordrsp: always, deadline_hours: 48}

Then the order comes as inbox/order.edi, the ERP finds it as outbox/KEY.xml and puts its decision, a UBL OrderResponse with the order's
number and both parties, into from_erp/; the next `wharf run` writes partner_outbox/nordwind/KEY.edi, an interchange with ORDRSP and the
next control number of that pair of numbers. `wharf show` and `wharf trace` of the order name its response. What cannot be sent (nothing
agreed, a mandatory element missing, a character that the partner's character set does not hold ...) is parked and says why; it uses no
control number, and the ERP may just issue it again under the same number.

>>> from wharfinger.config import Company, Identity
>>> from wharfinger.records import Identifier, Order, OrderResponse, Party
>>> us = Party(id="us", endpoint_id=Identifier(value="5412345000013", scheme_id="0088"))
>>> nordwind = Party(endpoint_id=Identifier(value="4012345500004", scheme_id="0088"))
>>> context = Context(companies=(Company(company="us", name="Hafen AG", identity=Identity(gln=("5412345000013",))),))
>>> is_outgoing(OrderResponse(test_indicator=False, seller_supplier_party=us, buyer_customer_party=nordwind), context)
True
>>> is_outgoing(Order(test_indicator=False, seller_supplier_party=us, buyer_customer_party=nordwind), context)
False
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from wharfinger import registry
from wharfinger.config import Company, Partner
from wharfinger.contracts import Addressed, Context, Document, WriteContext
from wharfinger.keys import issuer as issuer_of
from wharfinger.keys import issuing_party
from wharfinger.mapping import MappingError
from wharfinger.problems import Place, Problem
from wharfinger.records import Identifier, Record, buyer, buyer_field, seller, seller_field
from wharfinger.resolve import who

_SUFFIX = "-out"
_ANY_TIME = datetime(2000, 1, 1)
"""Nothing but the envelope's own time depends on it."""


def is_outgoing(record: Record, context: Context) -> bool:
    """Whether one of our companies issues the resolved document, to somebody else."""
    ours = {one.company for one in context.companies}
    issuer, one, other = issuing_party(record), buyer(record), seller(record)
    if issuer is None or issuer.id not in ours:  # so it nearly always is, and resolving names what it knows
        return False
    return who(issuer, context) <= ours and not ours & who(other if issuer is one else one, context)


def prepared(record: Record, context: Context) -> Record:
    """The record with the first GLN of each party that is known and has no number: the one that we send."""
    glns = {one.partner: one.identity.gln for one in context.partners} | {one.company: one.identity.gln for one in context.companies}
    changes: dict[str, Any] = {}
    for field, party in ((buyer_field(record), buyer(record)), (seller_field(record), seller(record))):
        known = glns.get(party.id or "") if party is not None and party.endpoint_id is None else None
        if field is not None and party is not None and known:
            changes[field] = replace(party, endpoint_id=Identifier(value=known[0], scheme_id="0088"))
    return replace(record, **changes) if changes else record


def objections(record: Record, partner: Partner | None) -> list[Problem]:
    """What would be wrong with the document as it is written for the partner, tried out before it gets a control number."""
    if partner is None:
        return []  # said by the check of known partners
    writer = _writer(partner)
    if writer is None:
        return [_without_agreement(record, partner)]
    try:
        [written] = writer.write([record], WriteContext(prepared=_ANY_TIME, partner=partner))
    except MappingError as error:
        return [_wrong_agreement(partner, error)]
    return list(written.problems)


def waiting(problems: Iterable[Problem]) -> list[Problem]:
    """The problems of a document that we issue: where a partner would have to send again, somebody on our side decides."""
    return [replace(one, disposition_override="park") if one.disposition == "reject" else one for one in problems]


def vouched(document: Document, source: str, direction: str, companies: Iterable[Company]) -> Document:
    """The document with what there is to ask about the source that brought it. direction: 'out' if it is our own system."""
    if document.record is None and document.facts is None:
        return document
    issuer = issuer_of(document.record) if document.record is not None else document.facts and document.facts.issuer
    is_ours = issuer in {one.company for one in companies}
    question = None
    if document.direction == "out" and direction != "out":
        question = Problem(code="outgoing-from-outside", place=document.place, subject=document.id, found=source)
    elif document.direction == "in" and direction == "out" and not is_ours:
        question = Problem(code="outgoing-not-ours", place=document.place, subject=source, found=issuer or "-")
    return replace(document, problems=(*document.problems, question)) if question is not None else document


def addressed(record: Record, partner: Partner) -> Addressed | Problem:
    """From whom to whom the document goes, and as which message."""
    writer = _writer(partner)
    if writer is None:
        return _without_agreement(record, partner)
    try:
        to: Addressed = writer.addressed(record, WriteContext(prepared=_ANY_TIME, partner=partner))
    except MappingError as error:
        return _wrong_agreement(partner, error)
    return to


def _writer(partner: Partner) -> Any:
    """The writer of the one format that is agreed upon."""
    agreed = [name.removesuffix(_SUFFIX) for name in partner.formats if name.endswith(_SUFFIX)]
    return registry.writer(agreed[0]) if len(agreed) == 1 else None


def _without_agreement(record: Record, partner: Partner) -> Problem:
    return Problem(code="outgoing-without-agreement", place=record.origin or Place(), subject=type(record).__name__, found=partner.partner)


def _wrong_agreement(partner: Partner, error: MappingError) -> Problem:
    return Problem(code="outgoing-agreement-wrong", subject=partner.partner, found=str(error))
