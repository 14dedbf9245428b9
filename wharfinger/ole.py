"""Containers of Office before XML: compound files ([MS-CFB]), as far as their first directory says what they hold."""

from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def holds(name: str, head: bytes, stream: BinaryIO) -> bool:
    """Whether a stream or storage of this name stands in the first directory sector of a compound file."""
    return head.startswith(MAGIC) and name.encode("utf-16-le") in _directory(head, stream)


def _directory(head: bytes, stream: BinaryIO) -> bytes:
    """The first directory sector of an OLE file ([MS-CFB] 2.2), where the names of its streams stand."""
    shift, sector = int.from_bytes(head[30:32], "little"), int.from_bytes(head[48:52], "little")
    if shift not in (9, 12):
        return b""
    stream.seek((sector + 1) << shift)
    return stream.read(4096)
