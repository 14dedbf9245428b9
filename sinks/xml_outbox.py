"""Canonical XML into a folder from which an ERP or an integration layer takes it.

The contract with whoever reads the folder (architecture, section 5):

    outbox/KEY.xml                a document, complete: it appears by a rename, never half written
    outbox/taken/KEY.xml          the consumer renames it there when it begins
    outbox/done/KEY.xml           ... and there when it is booked
    outbox/failed/KEY.xml         ... or there when it is not, with the reason in failed/KEY.xml.error.txt (or KEY.error.txt)

KEY is the effect key, so one document has one name for ever. A consumer that keeps what it has done in done/ is never handed
the same document twice: the hub looks in all four folders before it writes. To have a failed document booked after all, move
it back into the outbox; to have it written again, delete it.

The life of a file; the hub draws the first arrow, the consumer the others:

    (nothing) --> outbox/ --> taken/ --> done/
                    ^            \\-----> failed/ --+
                    +----- a person moves it back --+
"""

import codecs
import fcntl
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from wharfinger.archive import sync_folder
from wharfinger.config import Home
from wharfinger.contracts import Done, Effect, Held
from wharfinger.crash_points import crash_point
from wharfinger.problems import Permanent, Transient

OPTIONS = {"folder": "the outbox; relative to the hub home"}

ERROR_TEXT_SIZE = 4000
"""So many bytes of an error text are read: it comes from outside and goes into the journal and before a person."""

# Files move to the right only. Looking in this order cannot miss one that the consumer moves between two looks.
_TAKEN, _DONE, _FAILED = "taken", "done", "failed"


def open(settings: dict[str, Any], home: Home) -> "XmlOutbox":
    """The outbox of an entry under `sinks` in wharf.yaml."""
    folder = settings.get("folder")
    if not isinstance(folder, str) or not folder:
        raise Permanent("wharf.yaml, sinks: an xml_outbox needs `folder`, the folder from which the ERP takes its files")
    return XmlOutbox(home.path(folder))


class XmlOutbox:
    """An outbox folder. Several workers may deliver into it at once, also on several machines that share it."""

    wants_xml = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, effects: Sequence[Effect]) -> list[Done | Held]:
        """Hand each document over once. Done means that its file lies in the folder, or that the consumer has it."""
        try:
            for folder in (self.folder, *(self.folder / name for name in (_TAKEN, _DONE, _FAILED))):
                _make(folder)
            with _alone(self.folder):
                answers = [self._deliver(effect) for effect in effects]
                # Once for all: the renames of this batch, and those of an earlier one that died before it came here.
                sync_folder(self.folder)
        except OSError as error:
            raise Transient(f"outbox {self.folder}: {error.strerror or error}") from error
        crash_point("outbox-folder-synced")
        return answers

    def examine(self) -> None:
        """Try whether a file can be written. Raises Transient."""
        trial = self.folder / ".examination.tmp"
        try:
            _make(self.folder)
            trial.write_bytes(b"")
            trial.unlink()
        except OSError as error:
            raise Transient(f"outbox {self.folder} cannot be written: {error.strerror or error}") from error

    def failures(self) -> dict[str, Held]:
        """What the consumer refused after it was handed over, by effect key."""
        try:
            keys = [file.stem for file in (self.folder / _FAILED).glob("*.xml") if _is_key(file.stem)]
            return {key: self._failure(key) for key in sorted(keys)}
        except OSError as error:
            raise Transient(f"outbox {self.folder}: {error.strerror or error}") from error

    def _deliver(self, effect: Effect) -> Done | Held:
        if not _is_key(effect.key):
            raise ValueError(f"{effect.key!r} is no effect key")
        name = f"{effect.key}.xml"
        # Text paths and descriptors: pathlib's and Python's own files take longer than the disk.
        folder = str(self.folder)
        if any(os.path.exists(f"{folder}/{place}{name}") for place in ("", f"{_TAKEN}/", f"{_DONE}/")):
            return Done(reference=name)
        if os.path.exists(f"{folder}/{_FAILED}/{name}"):
            return self._failure(effect.key)
        # One name for every try: what a killed worker left behind is overwritten.
        temporary = f"{folder}/.{effect.key}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            _write(descriptor, effect.xml)
            crash_point("outbox-temp-written")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        crash_point("outbox-temp-synced")
        os.rename(temporary, f"{folder}/{name}")
        crash_point("outbox-renamed")
        return Done(reference=name)

    def _failure(self, key: str) -> Held:
        failed = self.folder / _FAILED
        texts = (_text(failed / name) for name in (f"{key}.xml.error.txt", f"{key}.error.txt"))
        reason = next((text for text in texts if text), "it gave no reason")
        return Held(
            question=f"The system that reads {self.folder.name}/ refused {key}.xml: {reason} "
            f"(When that is mended, move the file from {_FAILED}/ back into {self.folder.name}/.)"
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel takes back from a killed worker.

    Without it a worker whose lease has run out and its successor may both look, both find nothing, and both write,
    the second after the consumer has taken the first.
    """
    with (folder / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(descriptor: int, content: bytes) -> None:
    """All of it: the system may take less at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _text(file: Path) -> str:
    """The beginning of a text file that somebody else wrote, on one line and without control characters; '' when there is none."""
    try:
        # Neither follow a link out of the folder nor wait for the other end of a pipe.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        content = stream.read(ERROR_TEXT_SIZE + 1)
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    text = content[:ERROR_TEXT_SIZE].decode(encoding, errors="replace")
    line = re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text).strip()
    return f"{line} ..." if len(content) > ERROR_TEXT_SIZE else line
