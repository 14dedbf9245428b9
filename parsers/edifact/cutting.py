"""From a stream to blocks: messages and the segments between them, cut out as bytes, in constant memory.

>>> import io
>>> [block.segments() for block in blocks(io.BytesIO(b"UNB+UNOA:1+A+B'UNH+1+ORDERS'FTX+AAI+++4?+4'UNT+3+1'UNZ+1+1'"))]
[['UNB+UNOA:1+A+B'], ['UNH+1+ORDERS', 'FTX+AAI+++4\\x034', 'UNT+3+1'], ['UNZ+1+1']]
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from parsers.edifact.beginnings import IDENTIFIERS, beginning
from parsers.edifact.charset import LABELS, declared
from parsers.edifact.streams import Capitals, Joined, Readable, Transcoded, Unwrapped, is_wrapped, wide_charset
from parsers.edifact.syntax import STANDARD, Block, Delimiters, between

CHUNK = 256 * 1024
HEAD = 64 * 1024
SEGMENT_LIMIT = 1024 * 1024
"""No segment is longer: the longest element of any directory has 512 characters."""
MESSAGE_LIMIT = 32 * 1024 * 1024
JUNK_LIMIT = 1000
"""So many segments outside of messages are reported; what has more of them is no interchange."""
_SERVICE_TAGS = re.compile(rb"UN[TZEHB]")


def blocks(stream: BinaryIO | Capitals) -> Iterator[Block]:
    """Cut the stream into messages and the segments between them. The last block says by ended=False that the file breaks off."""
    return _Reader(stream).blocks()


class _Reader:
    """What was read of the stream and has not become a block yet: buffer from `at` on."""

    def __init__(self, stream: BinaryIO | Capitals) -> None:
        self.stream: Readable = stream
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
        charset = wide_charset(self.buffer)
        if charset:
            self.stream = Transcoded(Joined(self.buffer, self.stream), charset)
            self.buffer = self.stream.read(HEAD)
            self.exact = False
        begin = self.at = beginning(self.buffer) or 0
        if self.buffer[self.at : self.at + 3] == b"UNA":
            self._service_string()
            self.at = begin
        else:
            self._infer()
        lines = self.buffer[self.at :].rstrip(b"\r\n\x00\x1a ").split(b"\n")  # no matter what stands behind the last line
        if self.delimiters.terminator not in "\r\n" and is_wrapped(lines, self.delimiters.terminator.encode("latin-1")):
            end = 2 if lines[0].endswith(b"\r") else 1
            self.wrap = (self.at, len(lines[0]) + 1 - end, end)
            self.stream = Unwrapped(self.stream)
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
        blank = b"\x00\x1a\xef\xbb\xbf" + between(self.delimiters) + self.delimiters.terminator.encode("latin-1")
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
        match = re.match(rb"UNB([^A-Za-z0-9])" + IDENTIFIERS + rb"([^A-Za-z0-9])[1-4]", self.buffer[self.at : self.at + 20])
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
            self.stream = Transcoded(Joined(self.buffer[self.at :], self.stream), LABELS["UNOX"])
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
        blank = between(self.delimiters)
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
