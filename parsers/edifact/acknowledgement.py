"""The responses of CONTRL and APERAK, which speak of a part of a document that paths cannot follow.

CONTRL (UN/EDIFACT D.3, ISO 9735-10): UCI the interchange, UCM each message of it, UCS a segment, UCD an element. 0083 says what was
done: 4 rejected, 7 acknowledged, 8 received; 0085 why. Segments (0096) count UNH as 1, elements (0098) the tag of the segment as 1; a
Place counts the elements behind the tag from 1.

APERAK: ERC each reason with its text (FTX), for the document, or for the line that RFF+LI names below it.
"""

from collections.abc import Iterator

import msgspec

from parsers.edifact.paths import taken, text
from parsers.edifact.tree import Group, Segment, Tree, bit
from wharfinger.records import ApplicationResponse, DocumentReference, DocumentResponse, LineResponse, Place, Response, Status

_ACTIONS = {"4": "RE", "7": "AP", "8": "AB"}


def respond(record: ApplicationResponse, tree: Tree) -> None:
    """Give the record its responses and their reasons. It was made here: it may be written to."""
    if any(segment and segment[0] == "UCI" for segment in tree.root.segments):
        _acknowledge(record, tree)
    else:
        _explain(record, tree)


def _acknowledge(record: ApplicationResponse, tree: Tree) -> None:
    responses = [
        _response(segment, "UNB", taken(segment, 1), at=4, inner=()) for segment in tree.root.segments if segment and segment[0] == "UCI"
    ]
    messages = [*tree.root.groups.get("UCM", ())]
    for group in tree.root.groups.get("UCF", ()):
        head = group.segments[0]
        responses.append(_response(head, "UNG", taken(head, 1), at=4, inner=()))
        messages += group.groups.get("UCM", ())
    for message in messages:
        head = message.segments[0]
        kind, reference = taken(head, 2, 1), taken(head, 1)
        for component in range(2, 6):
            taken(head, 2, component)
        responses.append(_response(head, kind or None, reference, at=3, inner=tuple(_of_segments(message))))
    msgspec.structs.force_setattr(record, "document_responses", tuple(responses))


def _explain(record: ApplicationResponse, tree: Tree) -> None:
    [first, *others] = record.document_responses or (DocumentResponse(),)
    of_document: list[Status] = []
    of_lines: list[LineResponse] = []
    for group in tree.root.groups.get("ERC", ()):
        texts = [taken(one, 4, component) for one in group.segments if one and one[0] == "FTX" for component in range(1, 6)]
        status = Status(status_reason_code=taken(group.segments[0], 1, 1) or None, status_reason=" ".join(filter(None, texts)) or None)
        numbers = [segment for inner in group.groups.get("RFF", ()) for segment in inner.segments[:1] if text(segment, 1, 1) == "LI"]
        for segment in numbers:
            segment[-1] |= bit(1, 1)
            line = DocumentReference(line_id=taken(segment, 1, 2))
            of_lines.append(LineResponse(line_reference=line, response=Response(statuses=(status,))))
        if not numbers:
            of_document.append(status)
    response = msgspec.structs.replace(first.response or Response(), statuses=tuple(of_document))
    answered = msgspec.structs.replace(first, response=response, line_responses=tuple(of_lines))
    msgspec.structs.force_setattr(record, "document_responses", (answered, *others))


def _response(head: Segment, kind: str | None, reference: str, at: int, inner: tuple[LineResponse, ...]) -> DocumentResponse:
    """What UCI, UCF or UCM says; `at` is the element of the action (0083), after it come 0085, 0013 and S011."""
    action, reason, tag = (taken(head, at + offset) for offset in range(3))
    element, component = taken(head, at + 3, 1), taken(head, at + 3, 2)
    if tag or element:
        place = Place(tag=tag or None, element=_number(element, 1), component=_number(component, 0))
        inner = (LineResponse(origin=place), *inner)
    statuses = (Status(status_reason_code=reason),) if reason else ()
    return DocumentResponse(
        response=Response(response_code=_ACTIONS.get(action, action or None), statuses=statuses),
        document_reference=DocumentReference(id=reference or None, document_type_code=kind),
        line_responses=inner,
    )


def _of_segments(message: Group) -> Iterator[LineResponse]:
    for group in message.groups.get("UCS", ()):
        head = group.segments[0]
        number, reason = _number(taken(head, 1), 0), taken(head, 2)
        if reason or len(group.segments) == 1:
            yield LineResponse(origin=Place(segment=number), response=_because(reason))
        for segment in group.segments[1:]:
            reason = taken(segment, 1)
            element, component = _number(taken(segment, 2, 1), 1), _number(taken(segment, 2, 2), 0)
            yield LineResponse(origin=Place(segment=number, element=element, component=component), response=_because(reason))


def _because(reason: str) -> Response:
    return Response(statuses=(Status(status_reason_code=reason),)) if reason else Response()


def _number(raw: str, before: int) -> int | None:
    """The number less those that a Place does not count; None where there is none."""
    number = int(raw) - before if raw.isdecimal() and raw.isascii() and len(raw) < 9 else 0  # noqa: PLR2004  # no number is so long
    return number if number > 0 else None
