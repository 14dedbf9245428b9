"""Streams that have to be put right before they can be cut: small letters, character sets whose bytes cannot be split, wrapped lines."""

import codecs
import re
from typing import BinaryIO, Protocol


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Capitals:
    """A stream in capital letters (those of ASCII; all others stay)."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        return self._stream.read(size).upper()


class Transcoded:
    """A stream in a character set whose bytes cannot be split (UTF-16, ISO 2022) as UTF-8."""

    def __init__(self, stream: Readable, charset: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(charset)("replace")

    def read(self, size: int, /) -> bytes:
        while raw := self._stream.read(size):
            if text := self._decoder.decode(raw):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", True).encode("utf-8", "replace")


class Unwrapped:
    """A stream that was wrapped into lines of equal length, without its line ends."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        while raw := self._stream.read(size):
            if flat := raw.translate(None, b"\r\n"):
                return flat
        return b""


class Joined:
    """Bytes that were read already, then the stream they came from."""

    def __init__(self, first: bytes, stream: Readable) -> None:
        self._first, self._stream = first, stream

    def read(self, size: int, /) -> bytes:
        first, self._first = self._first, b""
        return first or self._stream.read(size)


def wide_charset(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfeU\x00N", b"\xfe\xff\x00U\x00N")):
        return "utf-16"
    if re.match(rb"U\x00N\x00[ABH]\x00", head):
        return "utf-16-le"
    return "utf-16-be" if re.match(rb"\x00U\x00N\x00[ABH]", head) else None


def is_wrapped(lines: list[bytes], terminator: bytes) -> bool:
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
