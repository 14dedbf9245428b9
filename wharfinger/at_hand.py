"""What was read stays at hand until it is delivered, so that the same process does not make it again."""

import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from wharfinger.journal.contents import Key
from wharfinger.records import Record, from_json
from wharfinger.xml import to_xml


class Made:
    """Records and XML of versions of documents, for the deliveries that follow in the same process.

    Nothing depends on it: what is not here is made again from the text in the journal, of which both are a function. XML for which
    there is no room in memory goes to a nameless file in the folder: to write it again takes several times as long.
    """

    _ROOM = 40_000_000

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[Key, tuple[str | Record, bytes, int]] = {}
        self._size = 0
        self._file: IO[bytes] | None = None
        self._filed: dict[Key, tuple[int, int]] = {}

    def __contains__(self, key: Key) -> bool:
        """Whether `get` needs no text."""
        return key in self._found

    def documents(self, limit: int) -> list[int]:
        """The first documents of which something is here."""
        return [document for document, _ in islice(chain(self._found, self._filed), limit)]

    def keep(self, key: Key, text: str, xml: bytes) -> None:
        """Remember, while there is room: the oldest are delivered first, so nothing makes room but `forget`."""
        if self._size < self._ROOM:
            size = len(text) + len(xml)
            self._found[key] = text, xml, size
            self._size += size
        elif xml and key not in self._filed:
            with suppress(OSError):  # a full disk
                self._put_down(key, xml)

    def get(self, key: Key, text: str, with_xml: bool) -> tuple[Record, bytes]:
        """The record, and its XML where that is wanted. text: as the journal has it, for what is not here."""
        if key not in self._found:
            self.keep(key, text, self._filed_xml(key))  # the next sink wants it too
        made, xml, size = self._found.get(key, (text, b"", 0))
        record = from_json(made) if isinstance(made, str) else made
        if with_xml and not xml:
            xml = to_xml(record)
        if size:
            self._found[key] = record, xml, size
        return record, xml if with_xml else b""

    def _put_down(self, key: Key, xml: bytes) -> None:
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115  # forget_all closes it
        begin = self._file.seek(0, os.SEEK_END)
        if self._file.write(xml) == len(xml):
            self._filed[key] = begin, len(xml)

    def _filed_xml(self, key: Key) -> bytes:
        begin, length = self._filed.pop(key, (0, 0))
        content = os.pread(self._file.fileno(), length, begin) if length and self._file is not None else b""
        return content if len(content) == length else b""

    def forget(self, keys: Iterable[Key]) -> None:
        """What has been delivered."""
        for key in keys:
            _, _, size = self._found.pop(key, ("", b"", 0))
            self._size -= size

    def forget_all(self) -> None:
        """What is left over: other workers delivered it."""
        self._found.clear()
        self._size = 0
        self._filed.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
