"""What we say to a partner of what it sent: CONTRL of an interchange, APERAK of a document, both as records.

CONTRL (ISO 9735-4, UN/EDIFACT D.3) speaks of syntax only. Interchange level (UCI): 7 acknowledged, and with it every message that is
not named; 4 rejected as a whole; 8 received, where a message had no reference by which it could be named. A refused message is named
(UCM), with its segments (UCS) and elements (UCD). What is wrong with the business is said by APERAK, in the partner's language.

>>> is_syntactic(Problem(code="edifact-segment-count")), is_syntactic(Problem(code="partner-unknown"))
(True, False)
"""

from collections.abc import Sequence
from datetime import datetime

from wharfinger.contracts import Interchange, Message
from wharfinger.problems import Place, Problem
from wharfinger.records import (
    ApplicationResponse,
    DocumentReference,
    DocumentResponse,
    Identifier,
    LineResponse,
    Party,
    Record,
    Response,
    Shape,
    Status,
)

SYNTAX = {
    "document-not-read": "18",
    "edifact-charset": "21",
    "edifact-control-reference": "28",
    "edifact-date-format": "12",
    "edifact-decimal-comma": "12",
    "edifact-directory-assumed": "14",
    "edifact-element-format": "37",
    "edifact-element-missing": "13",
    "edifact-element-too-long": "39",
    "edifact-element-unknown": "16",
    "edifact-header-incomplete": "13",
    "edifact-interchange-header-missing": "13",
    "edifact-lower-case": "21",
    "edifact-message-count": "29",
    "edifact-message-header-missing": "13",
    "edifact-message-reference": "28",
    "edifact-message-too-large": "18",
    "edifact-message-reference-repeated": "26",
    "edifact-message-trailer-missing": "13",
    "edifact-outside-message": "33",
    "edifact-segment-count": "29",
    "edifact-segment-implied": "13",
    "edifact-segment-misplaced": "15",
    "edifact-segment-missing": "13",
    "edifact-segment-unknown": "15",
    "edifact-service-string": "22",
    "edifact-syntax-unknown": "2",
    "edifact-terminator-missing": "13",
    "edifact-text-between-segments": "15",
    "edifact-text-damaged": "21",
    "edifact-too-many-repetitions": "35",
    "edifact-truncated": "13",
    "message-type-not-read": "14",
    "value-unreadable": "12",
}
"""Our code -> 0085 (service code list of ISO 9735-10, service.gefeg.com/jwg1: 2 syntax version or level not supported, 12 invalid value,
13 missing, 14 value not supported in this position, 15 not supported in this position, 16 too many constituents, 18 unspecified, 21
invalid characters, 22 invalid service characters, 26 duplicate, 28 references do not match, 29 control count does not match, 33 invalid
occurrence outside message, 35 too many repetitions, 37 invalid type of characters, 39 data element too long)."""

_UNSPECIFIED = "18"
_WHERE = {"edifact-message-count": 1, "edifact-control-reference": 2, "edifact-segment-count": 1, "edifact-message-reference": 2}
"""The element of the trailer that is meant."""
_MOST = 99
"""So many segments of a message are named: what comes after the first faults mostly follows from them."""
_ANSWERED_TYPES = {"ORDERS": "220", "ORDRSP": "231", "DESADV": "351", "INVOIC": "380"}
_MUTUALLY_DEFINED = "ZZZ"


class Refused(Shape, frozen=True):
    """A message that was refused for its syntax, and why."""

    message: Message
    problems: tuple[Problem, ...]


def is_syntactic(problem: Problem) -> bool:
    """Whether CONTRL, not APERAK, speaks of it."""
    return problem.code in SYNTAX or problem.code.startswith("reader-")


def contrl(interchange: Interchange, envelope: Sequence[Problem], refused: Sequence[Refused], *, complete: bool) -> ApplicationResponse:
    """The acknowledgement of an interchange.

    envelope: for what it is rejected as a whole. refused: its messages that were. complete: whether all that were could be named.
    """
    reference = DocumentReference(id=interchange.reference, document_type_code="UNB")
    if envelope:
        first = envelope[0]
        origin = _in_service_segment(first)
        lines = (LineResponse(origin=origin),) if origin else ()
        of_interchange = DocumentResponse(document_reference=reference, response=_response("RE", first), line_responses=lines)
        messages: tuple[DocumentResponse, ...] = ()
    else:
        of_interchange = DocumentResponse(document_reference=reference, response=Response(response_code="AP" if complete else "AB"))
        messages = tuple(_of_message(one) for one in refused)
    return ApplicationResponse(
        test_indicator=interchange.test_indicator,
        sender_party=_party(interchange.recipient, interchange.recipient_qualifier),
        receiver_party=_party(interchange.sender, interchange.sender_qualifier),
        document_responses=(of_interchange, *messages),
    )


def aperak(
    interchange: Interchange, name: str, answered: Record, message: Message, problems: Sequence[Problem], language: str, at: datetime
) -> ApplicationResponse:
    """The answer to a document. name: number of the answer; problems: why it is refused, none: it is accepted."""
    of_document: list[Status] = []
    of_lines: list[LineResponse] = []
    for one in problems:
        status = Status(status_reason_code=_MUTUALLY_DEFINED, status_reason=one.text(language))
        if "-line-" in one.code and one.subject:
            line = DocumentReference(line_id=one.subject)
            of_lines.append(LineResponse(line_reference=line, response=Response(statuses=(status,))))
        else:
            of_document.append(status)
    reference = DocumentReference(
        id=answered.id, issue_date=answered.issue_date, document_type_code=_ANSWERED_TYPES.get(message.type.partition(":")[0])
    )
    response = Response(response_code="RE" if problems else "AP", statuses=tuple(of_document))
    return ApplicationResponse(
        id=name,
        issue_date=at.date(),
        test_indicator=interchange.test_indicator,
        sender_party=_party(interchange.recipient, interchange.recipient_qualifier),
        receiver_party=_party(interchange.sender, interchange.sender_qualifier),
        document_responses=(DocumentResponse(document_reference=reference, response=response, line_responses=tuple(of_lines)),),
    )


def _of_message(refused: Refused) -> DocumentResponse:
    reference = DocumentReference(id=refused.message.reference, document_type_code=refused.message.type)
    inside = [one for one in refused.problems if one.place.segment and one.place.tag not in ("UNH", "UNT")]
    service = [one for one in refused.problems if one not in inside]
    if service or not inside:
        first = service[0] if service else Problem(code="document-not-read")
        origin = _in_service_segment(first)
        lines = (LineResponse(origin=origin),) if origin else ()
        return DocumentResponse(
            document_reference=reference, response=_response("RE", first), line_responses=(*lines, *map(_of_segment, inside[:_MOST]))
        )
    segments = tuple(_of_segment(one) for one in inside[:_MOST])
    return DocumentResponse(document_reference=reference, response=Response(response_code="RE"), line_responses=segments)


def _of_segment(problem: Problem) -> LineResponse:
    """UCS and UCD. A missing segment is named by the one before the place where it should stand."""
    place = problem.place
    number = (place.segment or 1) - (problem.code in ("edifact-segment-missing", "edifact-segment-implied"))
    origin = Place(segment=max(number, 1), element=place.element, component=place.component if place.element else None)
    return LineResponse(origin=origin, response=Response(statuses=(Status(status_reason_code=_code(problem)),)))


def _in_service_segment(problem: Problem) -> Place | None:
    """0013 and S011 of UCI and UCM."""
    place = problem.place
    tag = place.tag if place.tag in ("UNB", "UNZ", "UNG", "UNE", "UNH", "UNT") else None
    tag = "UNH" if problem.code == "message-type-not-read" else tag
    if tag is None:
        return None
    element = place.element or _WHERE.get(problem.code)
    return Place(tag=tag, element=element, component=place.component if place.element else None)


def _response(code: str, problem: Problem) -> Response:
    return Response(response_code=code, statuses=(Status(status_reason_code=_code(problem)),))


def _code(problem: Problem) -> str:
    return SYNTAX.get(problem.code, _UNSPECIFIED)


def _party(code: str, qualifier: str) -> Party:
    """Who UNB names: a GLN (0007 = 14), or a code of another kind; its qualifier is kept as scheme 0007:QUALIFIER, also where it
    has none."""
    if qualifier == "14":
        return Party(endpoint_id=Identifier(value=code, scheme_id="0088"))
    return Party(identifications=(Identifier(value=code, scheme_id=f"0007:{qualifier}"),))
