"""Application responses as UBL: what a receiver says of documents that it received."""

from wharfinger.records import ApplicationResponse, DocumentResponse, LineResponse, Place, Response, Status
from wharfinger.xml.parts import MARK, TEST, UNKNOWN, document, line_reference, party, reference, text, wrapped

_NO_DOCUMENT = f"<cac:DocumentReference><cbc:ID{MARK}>{UNKNOWN}</cbc:ID></cac:DocumentReference>"


def application_response(one: ApplicationResponse) -> str:
    """UBL 2.1 ApplicationResponse."""
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        *(text("Note", note) for note in one.notes),
        party("SenderParty", one.sender_party),
        party("ReceiverParty", one.receiver_party),
        *(_document_response(answer) for answer in one.document_responses),
    ]
    return document("ApplicationResponse", parts, [text("DocumentTypeCode", one.application_response_type_code)])


def _document_response(one: DocumentResponse) -> str:
    parts = [
        _response(one.response),
        reference("DocumentReference", one.document_reference) or _NO_DOCUMENT,
        *(_line_response(answer) for answer in one.line_responses),
    ]
    return wrapped("DocumentResponse", "".join(parts))


def _line_response(one: LineResponse) -> str:
    line = line_reference("LineReference", one.line_reference)
    if not line:
        line = wrapped("LineReference", f"<cbc:LineID{MARK}>{_where(one.origin)}</cbc:LineID>")
    return wrapped("LineResponse", f"{line}{_response(one.response)}")


def _where(place: Place | None) -> str:
    """What a line's number cannot say: segment/element/component of the message."""
    if place is None or place.segment is None:
        return UNKNOWN
    return "/".join([str(one) for one in (place.segment, place.element, place.component) if one is not None])


def _response(one: Response | None) -> str:
    if one is None:
        return "<cac:Response/>"
    parts = [
        text("ReferenceID", one.reference_id),
        text("ResponseCode", one.response_code),
        *(text("Description", words) for words in one.descriptions),
        *(_status(status) for status in one.statuses),
    ]
    return f"<cac:Response>{''.join(parts)}</cac:Response>"


def _status(one: Status) -> str:
    return wrapped("Status", f"{text('StatusReasonCode', one.status_reason_code)}{text('StatusReason', one.status_reason)}")
