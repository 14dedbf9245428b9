"""EDIFACT syntax, ISO 9735 versions 1 to 4: the service characters, and from the bytes of a message to its segments.

A message is cut out of the stream as bytes (cutting.py), then decoded and split as a whole; nothing is done per character. In the
segments that come out the separators are always + : ' and * whatever UNA says, and what was released ("?+" is a plus sign of the text)
stands as a control character that `restored` turns back.

>>> Block(b"FTX+AAI+++4?+4'", 0, STANDARD, "UNOA", "1").segments()
['FTX+AAI+++4\\x034']
>>> restored('4\\x034')
'4+4'
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from parsers.edifact.charset import decode

SEGMENT_COUNT_LIMIT = 1_000_000
ELEMENT_COUNT_LIMIT = 10_000
"""No segment has more elements and components: the longest of any directory has about a hundred."""


class Delimiters(NamedTuple):
    """The service characters, each one character; '' where there is none."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    repetition: str = "*"
    terminator: str = "'"
    decimal: str = "."

    @property
    def shown(self) -> "Delimiters":
        """As people can see them: the usual ones in the place of control characters, which UNOB has."""
        return Delimiters(*(one if one.isprintable() else usual for one, usual in zip(self, Delimiters(), strict=True)))


STANDARD = Delimiters()
_MARKS = {"?": "\x01", "'": "\x02", "+": "\x03", ":": "\x04", "*": "\x05"}
_RESTORED = str.maketrans({mark: character for character, mark in _MARKS.items()})


def restored(text: str) -> str:
    """The text with released characters as themselves."""
    return text if text.isprintable() else text.translate(_RESTORED)


@dataclass(slots=True)
class Block:
    """A whole message (UNH to UNT), or one segment outside of messages. start: offset of its first byte, None if not known.

    label: syntax identifier of the interchange. version: 1 to 4. ended: False when its end was not found. wrap: of a wrapped file the
    offset of its first line, the length of a line and of its end; start does not count these ends, `byte` does. overruled: of UNB, the
    UNA before it that names other delimiters than UNB has. size: of UNO, how many bytes the object has that follows it (ISO 9735-8); they
    are passed over.
    """

    raw: bytes
    start: int | None
    delimiters: Delimiters
    label: str
    version: str
    ended: bool = True
    charset: str = ""
    damaged: bool = False
    overruled: str = ""
    size: int = 0
    wrap: tuple[int, int, int] | None = None
    _offsets: list[int] = field(default_factory=list)

    @property
    def repetition(self) -> bool:
        """Whether '*' repeats an element here."""
        return self.version == "4" and self.delimiters.repetition != ""

    def segments(self) -> list[str]:
        """The segments as text, without terminators and empty ones. Sets charset and damaged (characters that are not text)."""
        text, self.charset = decode(self.raw, self.label)
        for mark in _MARKS.values():
            if mark in text:
                self.damaged = True
                text = text.replace(mark, "\N{REPLACEMENT CHARACTER}")
        marks = self.delimiters
        if marks[:3] == STANDARD[:3] and marks.terminator == "'" and marks.repetition in ("*", ""):
            if "?" in text:
                text = self._marked(text)
        else:
            text = _standardised(text, self.delimiters, self.repetition)
        if "'\\" in text:
            text = _CONTINUED.sub("'", text)
        if ("\n" in text or "\r" in text) and _breaks_off(text):
            text, broken = _BREAKS.subn("", text)
            self.damaged = self.damaged or broken > 0
        segments = text.split("'")
        if "\n" in text or "\r" in text or "' " in text or "'\t" in text or any(one in text for one in "\0\v\f"):
            segments = [segment.lstrip(_BLANK) for segment in segments]
        if not segments[-1]:
            segments.pop()
        if "" in segments:
            segments = [segment for segment in segments if segment]
        return segments

    def _marked(self, text: str) -> str:
        """Released characters as control characters: the quick way for the usual delimiters."""
        first, *pieces = text.split("?")
        marked = [first]
        released = False
        for piece in pieces:
            if released:  # the second of two release characters
                marked.append(piece)
                released = False
            elif not piece:
                marked.append(_MARKS["?"])
                released = True
            elif piece[0] in "'+:" or (piece[0] == "*" and self.repetition):
                marked.append(_MARKS[piece[0]] + piece[1:])
            else:  # a release before any other character releases nothing
                marked.append(piece)
        return "".join(marked)

    def byte(self, number: int = 1) -> int | None:
        """Offset in the file of the first byte of the segment with that number, counted from 1."""
        if self.start is None:
            return None
        if number > 1 and not self._offsets:
            blank = between(self.delimiters) + self.delimiters.terminator.encode("latin-1")
            for match in segment_pattern(self.delimiters).finditer(self.raw):
                within = len(match[0]) - len(match[0].lstrip(blank))
                if within < len(match[0]):
                    self._offsets.append(self.start + match.start() + within)
        offset = self._offsets[number - 1] if 1 < number <= len(self._offsets) else self.start
        if self.wrap:
            first, width, line_end = self.wrap
            offset += (offset - first) // width * line_end
        return offset


_BLANK = " \t\r\n\v\f\0"
_BREAKS = re.compile(r"(?<!['\r\n])[\r\n]+(?=[+:'])|(?<=\+)[\r\n]+")
"""Line ends within a segment, before or behind a separator: of a file that was broken into lines of any length."""


def _breaks_off(text: str) -> bool:
    """Whether there are line ends that do not stand between segments. Those that do are nearly all, and quickly counted."""
    between = text.count("'\n") + text.count("'\r\n")
    return text.count("\n") != between or text.count("\r") != text.count("\r\n")


_CONTINUED = re.compile(r"'\\\r?\n")
"""A line of a string in source code, from where examples are copied."""


@lru_cache(100)
def between(delimiters: Delimiters) -> bytes:
    """What may stand between segments: white space, and the backslash of a continued line where it has no other meaning."""
    return b" \t\r\n\v\f\0" if "\\" in delimiters else b" \t\r\n\v\f\0\\"


def _standardised(text: str, delimiters: Delimiters, repetition: bool) -> str:
    """The text of an interchange with other delimiters as if it had the usual ones, in one pass."""
    standard = {delimiters.component: ":", delimiters.element: "+", delimiters.terminator: "'"}
    if repetition and delimiters.repetition:
        standard[delimiters.repetition] = "*"

    def one(match: re.Match[str]) -> str:
        if match[1] is not None:
            return _MARKS.get(match[1], match[1])
        return standard.get(match[0]) or _MARKS.get(match[0], match[0])

    special = "".join(map(re.escape, {*standard, *_MARKS}))
    release = re.escape(delimiters.release) + "(.)|" if delimiters.release else "(?!)(.)|"
    return re.sub(f"{release}[{special}]", one, text, flags=re.DOTALL)


@lru_cache(100)
def segment_pattern(delimiters: Delimiters) -> re.Pattern[bytes]:
    terminator = re.escape(delimiters.terminator.encode("latin-1"))
    release = re.escape(delimiters.release.encode("latin-1"))
    pair = release + rb".|" if release else b""
    return re.compile(rb"(?:" + pair + rb"[^" + release + terminator + rb"]++)*+" + terminator + rb"?", re.DOTALL)
