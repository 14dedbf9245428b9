"""The segments at the places of problems, as the sender wrote them, with a caret under the element or component."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from parsers.edifact.beginnings import in_lower_case
from parsers.edifact.cutting import blocks
from parsers.edifact.envelope import Envelope
from parsers.edifact.streams import Capitals
from parsers.edifact.syntax import Block, Delimiters, restored
from wharfinger.pointing import pointed
from wharfinger.records import Place

_LONGEST = 10_000
"""Of a segment no more is looked at."""


def excerpts(stream: BinaryIO, places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield (two lines, place) for each place that a segment has."""
    by_byte: dict[int, list[Place]] = defaultdict(list)
    in_messages: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in places:
        if place.message is None and place.byte is not None:
            by_byte[place.byte].append(place)
        elif place.interchange is not None and place.message is not None:
            in_messages[place.interchange, place.message].append(place)
    envelope = Envelope()
    head = stream.read(1024)
    stream.seek(0)
    for block in blocks(Capitals(stream) if in_lower_case(head) else stream):
        begins = block.raw[:3] == b"UNH"
        for _ in envelope.begin_message(block) if begins else envelope.segment(block):
            pass
        here = in_messages.get((envelope.interchange, envelope.messages), []) if begins else []
        outside = by_byte.get(byte, []) if (byte := block.byte()) is not None else []
        if here or outside:
            segments = block.segments()
            for place in (*outside, *here):
                number = place.segment or 1
                if number <= len(segments):
                    yield _pointed(segments[number - 1][:_LONGEST], block, place), place


def _pointed(segment: str, block: Block, place: Place) -> str:
    marks, text, begin, end = block.delimiters.shown, "", 0, 0
    for number, element in enumerate(segment.split("+")):
        text += marks.element if number else ""
        at = len(text)
        for component, value in enumerate(element.split(":"), 1):
            text += marks.component if component > 1 else ""
            inner = len(text)
            text += _written(value, block)
            if number == (place.element or 0) and component == place.component:
                begin, end = inner, len(text)
        if number == (place.element or 0) and not end:
            begin, end = at, len(text)
            if place.component is not None and place.component > 1:  # it is not there: behind those that are
                begin = end
    if place.element is not None and place.element >= len(segment.split("+")):
        begin = end = len(text)
    return pointed(text + marks.terminator, begin, end)


def _written(value: str, block: Block) -> str:
    """A component with the separators and release characters of the file."""
    marks: Delimiters = block.delimiters.shown
    special = {one for one in (*marks[:3], marks.terminator) if one} | ({marks.repetition} if block.repetition else set())
    if block.repetition and "*" in value:
        return marks.repetition.join(_written(one, block) for one in value.split("*"))
    return "".join(marks.release + one if one in special else one for one in restored(value))
