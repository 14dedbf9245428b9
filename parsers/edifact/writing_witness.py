"""pydifact as an independent witness: what it understands of an interchange is compared with what was meant, before it leaves.

It reads the bytes again with a tokenizer, parser and envelope of its own. What differs is said in one sentence; None means that it
agrees. Its known defects (0.2.3) are left out of the comparison:

- its character sets: it takes text, so the bytes are decoded here by the declared one (Interchange.from_file would take ISO 8859-1);
- repetition: the separator of syntax version 4 is data to it. We repeat no element, and release the character in data;
- it counts neither segments (UNT) nor messages (UNZ) and compares no references: that is done here, on the segments that it found;
- an empty component at the end of an element is lost: we write none;
- it has no tables of segments and warns about that.

>>> raw = b"UNA:+.? 'UNB+UNOC:3+A:14+B:14+261101:0900+7'UNH+1+ORDERS:D:96A:UN'BGM+220+47?+11'UNT+3+1'UNZ+1+7'"
>>> meant = [["UNH", ["1"], ["ORDERS", "D", "96A", "UN"]], ["BGM", ["220"], ["47+11"]], ["UNT", ["3"], ["1"]]]
>>> differs(raw, "UNOC", meant)
>>> differs(raw.replace(b"?+", b"+"), "UNOC", meant)
'segment 2: BGM 220 | 47+11 is read as BGM 220 | 47 | 11'
"""

import warnings

from parsers.edifact.charset import LABELS
from parsers.edifact.writing_text import Segment


def differs(raw: bytes, label: str, messages: list[Segment]) -> str | None:
    """What pydifact reads otherwise than it was meant: messages are all segments from UNH to UNT, as they were before writing."""
    from pydifact.parser import Parser  # half a second that only writing needs
    from pydifact.segmentcollection import Interchange

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = list(Parser().parse(raw.decode(LABELS[label])))
            references = [one.reference_number for one in Interchange.from_segments(iter(read)).get_messages()]
    except Exception as error:  # noqa: BLE001  # whatever it stumbles over is its testimony
        return f"{type(error).__name__}: {error}"
    found = [_plain([one.tag, *([part] if isinstance(part, str) else list(part) for part in one.elements)]) for one in read]
    inside = [one for one in found if one[0] not in ("UNA", "UNB", "UNZ")]
    for position, (meant, understood) in enumerate(zip(map(_plain, messages), inside, strict=False), 1):
        if meant != understood:
            return f"segment {position}: {_shown(meant)} is read as {_shown(understood)}"
    if len(inside) != len(messages):
        return f"{len(messages)} segments are read as {len(inside)}"
    return _envelope(found, references)


def _envelope(found: list[Segment], references: list[str]) -> str | None:
    """Whether counts and references of the trailers say what stands between them."""
    begins = 0
    for position, (tag, *elements) in enumerate(found):
        if tag == "UNH":
            begins = position
        elif tag == "UNT" and elements != [[str(position - begins + 1)], found[begins][1]]:
            return f"UNT {elements} does not count {position - begins + 1} segments"
    unb, unz = next(one for one in found if one[0] == "UNB"), found[-1]
    if unz != ["UNZ", [str(len(references))], unb[5]]:
        return f"{_shown(unz)} does not count {len(references)} messages of {':'.join(unb[5])}"
    return None


def _plain(segment: Segment) -> Segment:
    """Without empty components and elements at the ends, which are not written."""
    elements = [_cut(list(element)) for element in segment[1:]]
    return [segment[0], *_cut(elements)]


def _cut(parts: list) -> list:  # type: ignore[type-arg]  # of texts, or of lists of them
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _shown(segment: Segment) -> str:
    return f"{segment[0]} " + " | ".join(":".join(element) for element in segment[1:])
