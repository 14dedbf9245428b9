"""Caps on ZIP containers (plain archives, DOCX, XLSX, ODS), after OWASP ASVS 5.0 V5.1.1 and PKWARE's APPNOTE 6.3.10.

Declared sizes lie, so every entry is inflated under a count before anything is believed. A reader that opens the
container by itself asks `unsafe` first; a reader that wants the entries takes them from `entries`.

>>> import io, zipfile
>>> file = io.BytesIO()
>>> with zipfile.ZipFile(file, "w") as archive:
...     archive.writestr("order.csv", "item;quantity")
...     archive.writestr("note.txt", "hello")
>>> unsafe(file)
[]
>>> [entry.name for entry in entries(file) if isinstance(entry, Entry)]
['order.csv', 'note.txt']
"""

import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from wharfinger.problems import Problem
from wharfinger.records import Place

MAX_ENTRIES = 2_000
MAX_TOTAL = 200_000_000
MAX_RATIO = 100
RATIO_FREE = 100 * 1024
"""An entry up to this size may be compressed as well as it likes."""
MAX_NAME = 120

_MAX_DIRECTORY = 4_000_000
_CHUNK = 64 * 1024
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"


class Entry(NamedTuple):
    """One file of the container. name: cleaned, for display and for looking up known names, never a path to write to."""

    name: str
    content: bytes


def unsafe(stream: BinaryIO) -> list[Problem]:
    """Why the container must not be opened by a reader that has no caps of its own; empty when it may be."""
    return [item for item in _walk(stream, keep=False) if isinstance(item, Problem)]


def entries(stream: BinaryIO) -> Iterator[Entry | Problem]:
    """The files in the container in the order of its directory; a bad one is a Problem and the others go on."""
    return _walk(stream, keep=True)


def names(stream: BinaryIO) -> tuple[str, ...]:
    """The names in the directory (empty if it cannot be read or is too large): enough to tell DOCX from XLSX from ZIP."""
    directory = _directory(stream)
    return () if isinstance(directory, Problem) else tuple(info.filename for info in directory.infolist())


def display_name(name: str) -> str:
    """A name from outside, safe to show: NFC, one line, no control or direction marks, 120 characters.

    >>> display_name("../../etc/cron.d/x\\x00\\u202efdp.exe")
    '../../etc/cron.d/xfdp.exe'
    """
    shown = (one for one in unicodedata.normalize("NFC", name) if unicodedata.category(one) not in _UNSHOWABLE)
    text = " ".join("".join(shown).split())
    return text if len(text) <= MAX_NAME else f"{text[: MAX_NAME // 2 - 1]}…{text[-MAX_NAME // 2 :]}"


_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _walk(stream: BinaryIO, *, keep: bool) -> Iterator[Entry | Problem]:
    archive = _directory(stream)
    if isinstance(archive, Problem):
        yield archive
        return
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]  # is_dir() fails for an empty name
    if len(archive.infolist()) > MAX_ENTRIES:
        yield Problem(code="zip-too-many-entries", expected=str(MAX_ENTRIES), found=str(len(archive.infolist())))
        return
    overlapping = _overlapping(infos)
    total = 0
    for info in infos:
        name = display_name(_file_name(info))
        if info.header_offset in overlapping:
            yield _problem("zip-entries-overlap", name)
            continue
        item, size = _inflate(archive, info, name, MAX_TOTAL - total, keep=keep)
        total += size
        if item is None:
            yield Problem(code="zip-too-large", expected=f"{MAX_TOTAL // 1_000_000} MB")
            return
        yield item


def _inflate(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, room: int, *, keep: bool
) -> tuple[Entry | Problem | None, int]:
    """The entry or what is wrong with it, and how many bytes came out; None when the container's room is used up."""
    if info.flag_bits & 0x2041:  # encrypted, strongly encrypted, or with a masked directory
        return _problem("zip-entry-encrypted", name), 0
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _problem("zip-entry-compression", name, found=str(info.compress_type)), 0
    declared = info.file_size
    # zipfile stops at the declared size; other readers do not, so look at what really comes out, and a little beyond the cap
    info.file_size = room + 4 * _CHUNK
    chunks: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as source:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > room:
                    return None, size
                if size > RATIO_FREE and size > MAX_RATIO * max(1, info.compress_size):
                    return _problem("zip-entry-ratio", name, expected=str(MAX_RATIO)), size
                if keep:
                    chunks.append(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError):
        return _problem("zip-entry-broken", name), size
    finally:
        info.file_size = declared
    if size != declared:
        return _problem("zip-entry-broken", name), size
    return Entry(name, b"".join(chunks)), size


def _directory(stream: BinaryIO) -> zipfile.ZipFile | Problem:
    """The container's directory, read only after its size was looked at: a million names would not fit into memory."""
    try:
        if _directory_size(stream) > _MAX_DIRECTORY:
            return Problem(code="zip-too-many-entries", expected=str(MAX_ENTRIES))
        stream.seek(0)
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError, OverflowError, EOFError):
        return Problem(code="zip-broken")


def _directory_size(stream: BinaryIO) -> int:
    end = stream.seek(0, 2)
    start = max(0, end - 65_557 - 76)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    size = int(struct.unpack_from("<L", tail, at + 12)[0])
    if size != 0xFFFFFFFF and tail[max(0, at - 20) : at][:4] != _LOCATOR_64:
        return size
    at_64 = tail.rfind(_END_64, 0, at)
    if at_64 < 0 or len(tail) < at_64 + 56:
        raise zipfile.BadZipFile
    return int(struct.unpack_from("<Q", tail, at_64 + 40)[0])


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Header offsets of entries that share bytes with another one (D. Fifield, A better zip bomb, 2019)."""
    found: set[int] = set()
    end, owner = -1, -1
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            found |= {owner, info.header_offset}
        reach = info.header_offset + 30 + len(info.orig_filename) + info.compress_size
        if reach > end:
            end, owner = reach, info.header_offset
    return found


def _file_name(info: zipfile.ZipInfo) -> str:
    """The name in the charset that its writer used: without the UTF-8 flag it is CP437 by the standard, seldom in life."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    if raw.isascii():
        return info.orig_filename
    # Russian DOS names never use CP866's box drawing range; Chinese GB 2312 names nearly always do
    boxed = any(0xB0 <= byte <= 0xDF for byte in raw)
    foreign = sum(byte > 0x7F for byte in raw)
    for charset in ("utf-8", "gb18030") if boxed else ("utf-8", "cp866") if foreign >= 3 else ("utf-8",):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _problem(code: str, name: str, expected: str | None = None, found: str | None = None) -> Problem:
    return Problem(code=code, subject=name, place=Place(part=name), expected=expected, found=found)
