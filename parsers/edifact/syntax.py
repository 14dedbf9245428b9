"""EDIFACT syntax, ISO 9735 versions 1 to 4: from bytes to messages, in constant memory.

A message is cut out of the stream as bytes, then decoded and split as a whole; nothing is done per character. In the segments
that come out the separators are always + : ' and * whatever UNA says, and what was released ("?+" is a plus sign of the text)
stands as a control character that `restored` turns back.

>>> import io
>>> [block.segments() for block in blocks(io.BytesIO(b"UNB+UNOA:1+A+B'UNH+1+ORDERS'FTX+AAI+++4?+4'UNT+3+1'UNZ+1+1'"))]
[['UNB+UNOA:1+A+B'], ['UNH+1+ORDERS', 'FTX+AAI+++4\\x034', 'UNT+3+1'], ['UNZ+1+1']]
>>> restored('4\\x034')
'4+4'
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO, NamedTuple, Protocol

from parsers.edifact.charset import LABELS, declared, decode

CHUNK = 256 * 1024
HEAD = 64 * 1024
SEGMENT_LIMIT = 1024 * 1024
"""No segment is longer: the longest element of any directory has 512 characters."""
MESSAGE_LIMIT = 32 * 1024 * 1024
SEGMENT_COUNT_LIMIT = 1_000_000
ELEMENT_COUNT_LIMIT = 10_000
"""No segment has more elements and components: the longest of any directory has about a hundred."""
JUNK_LIMIT = 1000
"""So many segments outside of messages are reported; what has more of them is no interchange."""


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
            blank = _between(self.delimiters) + self.delimiters.terminator.encode("latin-1")
            for match in _segment_pattern(self.delimiters).finditer(self.raw):
                within = len(match[0]) - len(match[0].lstrip(blank))
                if within < len(match[0]):
                    self._offsets.append(self.start + match.start() + within)
        offset = self._offsets[number - 1] if 1 < number <= len(self._offsets) else self.start
        if self.wrap:
            first, width, line_end = self.wrap
            offset += (offset - first) // width * line_end
        return offset


class Capitals:
    """A stream in capital letters (those of ASCII; all others stay)."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        return self._stream.read(size).upper()


def blocks(stream: BinaryIO | Capitals) -> Iterator[Block]:
    """Cut the stream into messages and the segments between them. The last block says by ended=False that the file breaks off."""
    return _Reader(stream).blocks()


_IDENTIFIERS = rb"\s*(?:UNO[A-Z]|KECA|IAT[AB])"
_BEGINNING = re.compile(
    rb"UNA.{4,7}?[\r\n]{0,2}UNB|UNB(?=[^A-Za-z0-9]" + _IDENTIFIERS + rb"[^A-Za-z0-9])|UNA(?=[^A-Za-z0-9])|UN[BH](?=\+)", re.DOTALL
)
_OTHER_FORMATS = re.compile(rb"^[A-Za-z-]+:\s|[<{]|^PK|^%PDF|^ISA|[\x00-\x08\x80-\xff]", re.MULTILINE)


def beginning(head: bytes) -> int | None:
    """Where the first UNA, UNB or (an interchange without an envelope) UNH begins; None when there is none.

    White space, a byte order mark, control characters and a short line may stand before it, but no other kind of document.
    """
    match = _BEGINNING.search(head, 0, 1024)
    if match is None:
        return None
    before = head[: match.start()].translate(None, b"\x00\x01\x02\x03\x04\x1a\xef\xbb\xbf \t\r\n")
    if not before:
        return match.start()
    within_a_word = head[match.start() - 1 : match.start()].isalnum()
    return None if match[0] == b"UNH" or within_a_word or _OTHER_FORMATS.search(head, 0, match.start()) else match.start()


_LOWER_CASE = re.compile(rb"[\xef\xbb\xbf\s]*(?:una.{6}\s*)?un[bh]\+", re.DOTALL)


def in_lower_case(head: bytes) -> bool:
    """Whether an interchange begins here that is written in small letters."""
    return _LOWER_CASE.match(head) is not None


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Transcoded:
    """A stream in a character set whose bytes cannot be split (UTF-16, ISO 2022) as UTF-8."""

    def __init__(self, stream: _Readable, charset: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(charset)("replace")

    def read(self, size: int, /) -> bytes:
        while raw := self._stream.read(size):
            if text := self._decoder.decode(raw):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", True).encode("utf-8", "replace")


class _Unwrapped:
    """A stream that was wrapped into lines of equal length, without its line ends."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        while raw := self._stream.read(size):
            if flat := raw.translate(None, b"\r\n"):
                return flat
        return b""


_SERVICE_TAGS = re.compile(rb"UN[TZEHB]")


class _Reader:
    """What was read of the stream and has not become a block yet: buffer from `at` on."""

    def __init__(self, stream: BinaryIO | Capitals) -> None:
        self.stream: _Readable = stream
        self.buffer = stream.read(HEAD)
        self.at = 0
        self.offset = 0  # of the buffer's first byte in the stream
        self.exact = True  # whether offsets are those of the file
        self.wrap: tuple[int, int, int] | None = None
        self.delimiters = STANDARD
        self.label = "UNOA"
        self.version = "3"
        self.overruled = ""
        self.announced = False  # whether UNA stands before the UNB that comes next

    def blocks(self) -> Iterator[Block]:
        self._open()
        junk = 0
        while self._skip():
            if len(self.buffer) - self.at < 20:  # noqa: PLR2004  # enough for UNA and the tag after it
                self._more()
            tag = self.buffer[self.at : self.at + 3]
            if tag == b"UNA" and self._service_string():
                continue
            if tag == b"UNH":
                block = self._message()
            else:
                if tag == b"UNB":
                    self._begin_anew()
                block = self._segment()
                if tag == b"UNB":
                    self._note_syntax(block)
                    block.overruled, self.overruled = self.overruled, ""
                elif tag == b"UNO" and block.ended:
                    block.size = self._object(block)
                junk += tag not in (b"UNB", b"UNG", b"UNE", b"UNZ", b"UNO", b"UNP")
            yield block
            if not block.ended or junk > JUNK_LIMIT:
                return

    def _open(self) -> None:
        charset = _wide_charset(self.buffer)
        if charset:
            self.stream = _Transcoded(_Joined(self.buffer, self.stream), charset)
            self.buffer = self.stream.read(HEAD)
            self.exact = False
        begin = self.at = beginning(self.buffer) or 0
        if self.buffer[self.at : self.at + 3] == b"UNA":
            self._service_string()
            self.at = begin
        else:
            self._infer()
        lines = self.buffer[self.at :].split(b"\n")
        if self.delimiters.terminator not in "\r\n" and _is_wrapped(lines, self.delimiters.terminator.encode("latin-1")):
            end = 2 if lines[0].endswith(b"\r") else 1
            self.wrap = (self.at, len(lines[0]) + 1 - end, end)
            self.stream = _Unwrapped(self.stream)
            self.offset = self.at
            self.buffer = self.buffer[self.at :].translate(None, b"\r\n")
            self.at = 0

    def _more(self) -> bool:
        """Read on; twice as much each time a long message asks again, so that its bytes are not copied over and over."""
        left = self.buffer[self.at :]
        raw = self.stream.read(max(CHUNK, len(left)))
        self.offset += self.at
        self.at = 0
        self.buffer = left + raw
        return bool(raw)

    def _skip(self) -> bool:
        """Leave out what may stand between segments; False at the end of the stream."""
        blank = b"\x00\x1a\xef\xbb\xbf" + _between(self.delimiters) + self.delimiters.terminator.encode("latin-1")
        while True:
            while self.at < len(self.buffer):
                if self.buffer[self.at] not in blank:
                    return True
                few = self.buffer[self.at : self.at + 4096]
                self.at += len(few) - len(few.lstrip(blank))
            if not self._more():
                return False

    def _block(self, end: int, *, ended: bool = True) -> Block:
        start = self.offset + self.at
        raw = self.buffer[self.at : end]
        self.at = end
        return Block(raw, start if self.exact else None, self.delimiters, self.label, self.version, ended, wrap=self.wrap)

    def _service_string(self) -> bool:
        """UNA: take the delimiters from it. Also where its reserved blank is missing, or a line end stands after it."""
        head = self.buffer[self.at : self.at + 20]
        match = re.match(rb"UNA(.{5,6})[\r\n]*(?=UNB|UNG|UNH)", head, re.DOTALL)
        characters = (match[1] if match else head[3:9]).decode("latin-1")
        if characters[5:] in ("\r", "\n") and characters[4] not in " *":
            characters = characters[:5]  # the line ends after the terminator, which stands where the blank should
        if len(characters) < 5 or " " in characters[:2] or characters[0] == characters[1]:  # noqa: PLR2004
            return False
        component, element, release = characters[0], characters[1], characters[3]
        repetition = characters[4] if len(characters) > 5 else " "  # noqa: PLR2004
        self.delimiters = Delimiters(component, element, release.strip(" "), repetition.strip(" "), characters[-1], characters[2])
        self.at += match.end() if match else 9
        self.announced = True
        following = self.buffer[self.at : self.at + 8].lstrip()[:4].decode("latin-1")
        if following[:3] == "UNB" and following[3:] not in ("", element) and not following[3:].isalnum():
            self.overruled = "UNA" + "".join(one if one.isprintable() else "\ufffd" for one in characters)
            self.delimiters = STANDARD
            self._infer()
        return True

    def _begin_anew(self) -> None:
        """UNB: without UNA before it an interchange has the usual delimiters, or those of the one before, whichever stand there."""
        announced, self.announced = self.announced, False
        if announced or (self.delimiters == STANDARD and self.buffer[self.at + 3 : self.at + 4] == b"+"):
            return
        if len(self.buffer) - self.at < 1024:  # noqa: PLR2004  # UNB and the tag after it
            self._more()
        before, self.delimiters = self.delimiters, STANDARD
        self._infer()
        inferred = self.delimiters
        same = (before.component, before.element, before.terminator) == (inferred.component, inferred.element, inferred.terminator)
        if same or (inferred == STANDARD and self.buffer[self.at + 3 : self.at + 4] == before.element.encode("latin-1") != b"+"):
            self.delimiters = before

    def _object(self, header: Block) -> int:
        """Pass over the object between UNO and UNP, of any bytes; how many they are. UNO says it (0810), else UNP does.

        Where neither is right, the object ends before the first thing that looks like UNP.
        """
        elements = header.raw.decode("latin-1").split(self.delimiters.element)
        stated = (elements[4] if len(elements) > 4 else "").partition(self.delimiters.component)[0].strip("' \r\n")  # noqa: PLR2004
        length = int(stated) if stated.isdecimal() and stated.isascii() and len(stated) < 19 else 0  # noqa: PLR2004  # 0810 is n..18
        element = self.delimiters.element.encode("latin-1")
        while len(self.buffer) - self.at < min(length, MESSAGE_LIMIT) + 64 and self._more():
            pass
        if length > MESSAGE_LIMIT:
            return self._passed_over(length)
        if self.buffer[self.at + length : self.at + length + 4] != b"UNP" + element:
            trailer = re.compile(b"UNP" + re.escape(element) + rb"([0-9]{1,18})" + re.escape(element))
            while (match := trailer.search(self.buffer, self.at)) is None and len(self.buffer) - self.at < MESSAGE_LIMIT and self._more():
                pass
            ends = [one.start() - self.at for one in trailer.finditer(self.buffer, self.at) if int(one[1]) == one.start() - self.at]
            length = ends[0] if ends else match.start() - self.at if match else 0
        self.at += length
        return length

    def _passed_over(self, length: int) -> int:
        """Read on to the end of an object that is too long to be looked at."""
        left = length
        while left > len(self.buffer) - self.at:
            left -= len(self.buffer) - self.at
            self.at = len(self.buffer)
            if not self._more():
                return length - left
        self.at += left
        return length

    def _infer(self) -> None:
        """Delimiters of an interchange without UNA that has not the usual ones: they stand around known words."""
        match = re.match(rb"UNB([^A-Za-z0-9])" + _IDENTIFIERS + rb"([^A-Za-z0-9])[1-4]", self.buffer[self.at : self.at + 20])
        if match is None:
            return
        element, component = match[1].decode("latin-1"), match[2].decode("latin-1")
        before = re.search(rb"('\\|[^\s\0])([\s\0]*)UN[HG]" + re.escape(match[1]), self.buffer[self.at :])
        terminator = before[1][:1].decode("latin-1") if before else "'"
        if terminator.isalnum():
            terminator = before[2].decode("latin-1")[:1] if before and before[2] else "'"
        taken = (element, component, terminator)
        if taken != ("+", ":", "'"):
            release, repetition = ("" if usual in taken else usual for usual in "?*")
            self.delimiters = Delimiters(component, element, release, repetition, terminator)

    def _note_syntax(self, block: Block) -> None:
        elements = block.raw.decode("latin-1").split(self.delimiters.element)
        identifier = (elements[1] if len(elements) > 1 else "").split(self.delimiters.component)
        self.label = "".join(one for one in identifier[0].strip()[:8] if one.isprintable())  # four letters, if it is one
        self.version = identifier[1].strip().lstrip("0") if len(identifier) > 1 else "3"
        block.label, block.version = self.label, self.version
        if not self.exact:
            self.label = block.label = "UNOY"  # it is UTF-8 by now
        elif declared(self.label) == LABELS["UNOX"]:
            self.stream = _Transcoded(_Joined(self.buffer[self.at :], self.stream), LABELS["UNOX"])
            self.buffer, self.at, self.exact, self.label = b"", 0, False, "UNOY"

    def _segment(self) -> Block:
        """The next segment outside of messages; what is none ends where the next service segment begins."""
        searched = 0  # so far after `at`, which moves to the front of the buffer when more is read
        while (end := self._terminator(self.at + searched)) < 0:
            searched = max(0, len(self.buffer) - self.at - 1)
            if searched > SEGMENT_LIMIT or not self._more():
                break
        limit = end + 1 if end >= 0 else min(len(self.buffer), self.at + SEGMENT_LIMIT)
        if self.buffer[self.at : self.at + 2] != b"UN":
            element = re.escape(self.delimiters.element.encode("latin-1"))
            following = re.compile(rb"UN(?:A[^A-Za-z0-9]|[BGHEZO]" + element + rb")").search(self.buffer, self.at, limit)
            if following:
                return self._block(following.start())
        return self._block(limit, ended=end >= 0)

    def _message(self) -> Block:
        """The message that begins here: up to its UNT, or to the next service segment if that is missing."""
        searched = 3
        while (end := self._message_end(self.at + searched)) < 0:
            searched = max(3, len(self.buffer) - self.at - 64)
            if searched > MESSAGE_LIMIT or not self._more():
                return self._block(min(len(self.buffer), self.at + MESSAGE_LIMIT), ended=False)
        return self._block(end)

    def _message_end(self, begin: int) -> int:
        for match in _SERVICE_TAGS.finditer(self.buffer, begin):
            if self._begins_segment(match.start()):
                trailer = match[0] == b"UNT"
                return self._terminator(match.start()) + 1 or -1 if trailer else match.start()
        return -1

    def _begins_segment(self, at: int) -> bool:
        terminator, element = self.delimiters.terminator.encode("latin-1"), self.delimiters.element.encode("latin-1")
        before = at - 1
        blank = _between(self.delimiters)
        while before >= 0 and self.buffer[before] in blank and self.buffer[before] not in terminator:
            before -= 1
        ends = self.buffer[before : before + 1] == terminator and not self._released(before)
        return ends and self.buffer[at + 3 : at + 4] in (element, terminator)

    def _terminator(self, begin: int) -> int:
        """Where the next terminator stands that is not released; -1 if there is none."""
        terminator = self.delimiters.terminator.encode("latin-1")
        at = self.buffer.find(terminator, begin)
        while at >= 0 and self._released(at):
            at = self.buffer.find(terminator, at + 1)
        return at

    def _released(self, at: int) -> bool:
        """Whether an odd number of release characters stands before it."""
        release = self.delimiters.release.encode("latin-1")
        first = at
        while release and first > 0 and self.buffer[first - 1] == release[0]:
            first -= 1
        return (at - first) % 2 == 1


class _Joined:
    """Bytes that were read already, then the stream they came from."""

    def __init__(self, first: bytes, stream: _Readable) -> None:
        self._first, self._stream = first, stream

    def read(self, size: int, /) -> bytes:
        first, self._first = self._first, b""
        return first or self._stream.read(size)


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
def _between(delimiters: Delimiters) -> bytes:
    """What may stand between segments: white space, and the backslash of a continued line where it has no other meaning."""
    return b" \t\r\n\v\f\0" if "\\" in delimiters else b" \t\r\n\v\f\0\\"


def _wide_charset(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfeU\x00N", b"\xfe\xff\x00U\x00N")):
        return "utf-16"
    if re.match(rb"U\x00N\x00[ABH]\x00", head):
        return "utf-16-le"
    return "utf-16-be" if re.match(rb"\x00U\x00N\x00[ABH]", head) else None


def _is_wrapped(lines: list[bytes], terminator: bytes) -> bool:
    """Lines of one length that end in the middle of segments (80 columns are the custom of mainframes, 998 of mail).

    Segments of one length, each on a line of its own, with or without blanks behind them, are not that.
    """
    *full, last = lines if lines[-1] else lines[:-1] or [b""]
    widths = {len(line) for line in full}
    if len(widths) != 1 or any(b"\r" in line[:-1] for line in full) or len({line.endswith(b"\r") for line in full}) > 1:
        return False
    [width] = {len(line.removesuffix(b"\r")) for line in full}
    same = (len(full) > 1 or width in (72, 80, 998)) and len(last.rstrip(b"\r")) <= width
    return same and any(line.strip() and not line.rstrip().endswith(terminator) for line in full)


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
def _segment_pattern(delimiters: Delimiters) -> re.Pattern[bytes]:
    terminator = re.escape(delimiters.terminator.encode("latin-1"))
    release = re.escape(delimiters.release.encode("latin-1"))
    pair = release + rb".|" if release else b""
    return re.compile(rb"(?:" + pair + rb"[^" + release + terminator + rb"]++)*+" + terminator + rb"?", re.DOTALL)
