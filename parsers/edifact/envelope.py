"""The envelope of ISO 9735: interchange (UNB to UNZ), functional group (UNG to UNE), package (UNO to UNP), their counts and references."""

import re
from collections.abc import Iterator

import msgspec

from parsers.edifact.charset import LABELS
from parsers.edifact.syntax import Block, restored
from wharfinger.contracts import Document, Interchange
from wharfinger.problems import Problem
from wharfinger.records import Place

_SEGMENT = re.compile(r"[A-Z]{3}\+")
_REFERENCES = 10_000
"""So many references of messages are remembered: an interchange may have any number of messages, and memory is bounded."""


class Envelope:
    """Follows the segments outside of messages. interchange and messages count from 1; the other fields are of the open interchange."""

    def __init__(self) -> None:
        self.interchange = 0
        self.messages = 0
        self.sender = ""
        self.opened: Interchange | None = None
        self.reference = ""
        self.prepared = ""  # date of preparation (0017)
        self.test = False
        self._open: str | None = None  # control reference of the open interchange
        self._headless = False  # it has no UNB
        self._group: str | None = None  # and of the open group
        self._groups = 0
        self._packages = 0
        self._package = ""  # reference of the last package, and the bytes of its object
        self._object = 0
        self._in_group = 0
        self._without_header = False  # what comes is a message without UNH
        self._references: set[str] = set()  # of the messages of the open interchange, the first ones

    def begin_message(self, block: Block) -> Iterator[Problem]:
        """A message begins; without a header of an interchange before it, that is the problem."""
        if self._open is None:
            self._begin("", "", "", test=False)
            place = Place(interchange=self.interchange, tag="UNH", byte=block.byte())
            yield Problem(code="edifact-interchange-header-missing", place=place, expected="UNB")
            self._headless = True
        self.messages += 1
        self._in_group += 1
        self._without_header = False

    def named(self, document: Document) -> Document:
        """The document, with a problem if another message of the interchange has the same reference (0062)."""
        reference = document.message.reference if document.message else ""
        if reference not in self._references:
            if len(self._references) < _REFERENCES:
                self._references.add(reference)
            return document
        place = msgspec.structs.replace(document.place, tag="UNH", element=1)
        problem = Problem(code="edifact-message-reference-repeated", place=place, found=reference)
        return msgspec.structs.replace(document, problems=(problem, *document.problems))

    def segment(self, block: Block) -> Iterator[Problem | Interchange]:
        """A segment outside of messages. UNB yields the interchange that it opens."""
        text = (block.segments() or [""])[0]
        elements = [restored(one.partition(":")[0]).strip() for one in text.split("+")]
        elements += [""] * (12 - len(elements))
        tag = elements[0][:3]
        place = Place(interchange=self.interchange or None, tag=tag, byte=block.byte())
        if self._without_header and tag not in ("UNB", "UNG", "UNE", "UNZ", "UNO"):
            self._without_header = tag != "UNT"
        elif tag == "BGM" and self._open is not None:
            self.messages += 1
            self._in_group += 1
            self._without_header = True
            place = Place(interchange=self.interchange, message=self.messages, tag=tag, byte=block.byte())
            yield Problem(code="edifact-message-header-missing", place=place, expected="UNH")
        elif tag == "UNB" and len(elements[0]) == 3:  # noqa: PLR2004  # nothing but the tag
            yield from self.end()
            self._begin(elements[5], elements[2], elements[4], test=elements[11] == "1")
            if block.overruled:
                at = Place(interchange=self.interchange, tag="UNA", byte=block.byte())
                yield Problem(code="edifact-service-string", place=at, found=block.overruled)
            yield from _of_header(elements, _version(text), place=msgspec.structs.replace(place, interchange=self.interchange))
            self.opened = Interchange(
                number=self.interchange,
                reference=elements[5],
                sender=elements[2],
                recipient=elements[3],
                sender_qualifier=_qualifier(text, 2),
                recipient_qualifier=_qualifier(text, 3),
                acknowledgement_request=elements[9] == "1",
                test_indicator=self.test,
            )
            yield self.opened
        elif tag == "UNG":
            yield from self._end_group(block)
            self._group, self._in_group = elements[5], 0
            self._groups += 1
        elif tag == "UNE":
            yield from _compare(place, self._in_group, elements[1], self._group, elements[2])
            self._group = None
        elif tag == "UNO":
            self._packages += 1
            self._in_group += 1
            self._package, self._object = elements[1], block.size
            yield Problem(code="edifact-object-not-read", place=place, subject=elements[1] or None, found=str(block.size))
        elif tag == "UNP":
            yield from _compare(place, self._object, elements[1], self._package, elements[2])
        elif tag == "UNZ":
            yield from self._end_group(block)
            if self._open is None:
                self.interchange += 1
                self.messages = 0
            place = Place(interchange=self.interchange, tag=tag, byte=block.byte())
            yield from _compare(place, self._groups or self.messages + self._packages, elements[1], self._open, elements[2])
            if not block.ended:
                yield Problem(code="edifact-terminator-missing", place=place, subject=tag, expected=block.delimiters.shown.terminator)
            if self._open is not None and not self.messages and not self._packages:
                yield Problem(code="edifact-interchange-empty", place=place)
            self._open = None
        elif text:
            is_lost = self._open is not None and self.messages > 0 and not self._headless and _SEGMENT.match(text) is not None
            stricter = "park" if is_lost else None
            yield Problem(code="edifact-outside-message", place=place, found=restored(text)[:40], disposition_override=stricter)

    def end(self) -> Iterator[Problem]:
        """The interchange that is open ends here, without a trailer."""
        if self._open is not None and not self._headless:
            place = Place(interchange=self.interchange, tag="UNZ")
            yield Problem(code="edifact-truncated", place=place, subject="UNZ", expected="UNZ")
        self._open = None

    def _begin(self, reference: str, sender: str, prepared: str, *, test: bool) -> None:
        self.interchange += 1
        self.messages = self._groups = self._packages = self._in_group = 0
        self._references.clear()
        self._open, self._group, self._headless, self._without_header = reference, None, False, False
        self.sender, self.reference, self.prepared, self.test = sender, reference, prepared, test

    def _end_group(self, block: Block) -> Iterator[Problem]:
        if self._group is not None:
            place = Place(interchange=self.interchange or None, tag="UNE", byte=block.byte())
            yield Problem(code="edifact-truncated", place=place, subject="UNE", expected="UNE")
        self._group = None


_MANDATORY = {2: "0004", 3: "0010", 4: "0017", 5: "0020"}
"""What ISO 9735 wants in UNB besides the syntax: sender, recipient, date, control reference."""
_SYNTAX = (*LABELS, "IATA", "IATB")
_VERSIONS = ("1", "2", "3", "4")


def _of_header(elements: list[str], version: str, place: Place) -> Iterator[Problem]:
    """What UNB lacks, and a syntax that we do not know."""
    label = elements[1].upper()
    if label not in _SYNTAX or version not in _VERSIONS:
        at = msgspec.structs.replace(place, element=1)
        yield Problem(code="edifact-syntax-unknown", place=at, expected="ISO 9735", found=f"{elements[1]}:{version}"[:40])
    for element, name in _MANDATORY.items():
        if not elements[element]:
            at = msgspec.structs.replace(place, element=element)
            yield Problem(code="edifact-header-incomplete", place=at, subject=name, expected=name)


def _version(unb: str) -> str:
    """0002 of UNB."""
    parts = unb.split("+")[1:2]
    return restored([*parts[0].split(":"), ""][1]).strip().lstrip("0") if parts else ""


def _qualifier(unb: str, element: int) -> str:
    """0007 of the sender or recipient."""
    parts = unb.split("+")[element : element + 1]
    return restored([*parts[0].split(":"), ""][1]).strip() if parts else ""


def _compare(place: Place, count: int, stated: str, opened: str | None, reference: str) -> Iterator[Problem]:
    """What a trailer says against what came."""
    if stated.lstrip("0") != str(count).lstrip("0"):
        at = msgspec.structs.replace(place, element=1)
        yield Problem(code="edifact-message-count", place=at, subject=place.tag, expected=str(count), found=stated or None)
    if opened is not None and reference != opened:
        at = msgspec.structs.replace(place, element=2)
        yield Problem(code="edifact-control-reference", place=at, subject=place.tag, expected=opened or None, found=reference or None)
