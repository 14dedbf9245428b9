"""A folder from which another system takes files: what sinks that write into one have in common.

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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from wharfinger.contracts import Done, Held
from wharfinger.crash_points import crash_point
from wharfinger.problems import Transient
from wharfinger.syncing import sync_folder, synced_together

ERROR_TEXT_SIZE = 4000
"""So many bytes of an error text are read: it comes from outside and goes into the journal and before a person."""

# Files move to the right only. Looking in this order cannot miss one that the consumer moves between two looks.
_TAKEN, _DONE, _FAILED = "taken", "done", "failed"


class OutboxFolder:
    """An outbox folder; suffix of its files: ".xml". Several workers may put into it at once, also on several machines that share it."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self.suffix = suffix

    def put(self, files: Sequence[tuple[str, Callable[[], bytes | Held]]]) -> list[Done | Held]:
        """Hand each file over once: (effect key, what gives its content or says why there is none). Done means that it lies in the
        folder, or that the consumer has it. Raises Transient."""
        try:
            for folder in (self.folder, *(self.folder / name for name in (_TAKEN, _DONE, _FAILED))):
                _make(folder)
            with _alone(self.folder):
                written: dict[str, str] = {}
                with synced_together(self.folder, len(files)) as sync:
                    answers = [self._put(key, content, written, sync) for key, content in files]
                crash_point("outbox-temp-synced")
                for temporary, name in written.items():
                    os.rename(temporary, name)
                    crash_point("outbox-renamed")
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
            keys = [file.stem for file in (self.folder / _FAILED).glob(f"*{self.suffix}") if _is_key(file.stem)]
            return {key: self._failure(key) for key in sorted(keys)}
        except OSError as error:
            raise Transient(f"outbox {self.folder}: {error.strerror or error}") from error

    def _put(self, key: str, content: Callable[[], bytes | Held], written: dict[str, str], sync: Callable[[int], None]) -> Done | Held:
        """Write a file under a name that no consumer sees, and note in written what it shall be called."""
        if not _is_key(key):
            raise ValueError(f"{key!r} is no effect key")
        name = f"{key}{self.suffix}"
        # Text paths and descriptors: pathlib's and Python's own files take longer than the disk.
        folder = str(self.folder)
        if any(os.path.exists(f"{folder}/{place}{name}") for place in ("", f"{_TAKEN}/", f"{_DONE}/")):
            return Done(reference=name)
        if os.path.exists(f"{folder}/{_FAILED}/{name}"):
            return self._failure(key)
        made = content()
        if isinstance(made, Held):
            return made
        # One name for every try: what a killed worker left behind is overwritten.
        temporary = f"{folder}/.{key}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            _write(descriptor, made)
            crash_point("outbox-temp-written")
            sync(descriptor)
        finally:
            os.close(descriptor)
        written[temporary] = f"{folder}/{name}"
        return Done(reference=name)

    def _failure(self, key: str) -> Held:
        failed = self.folder / _FAILED
        name = f"{key}{self.suffix}"
        texts = (_text(failed / one) for one in (f"{name}.error.txt", f"{key}.error.txt"))
        reason = next((text for text in texts if text), "it gave no reason")
        return Held(
            question=f"The system that reads {self.folder.name}/ refused {name}: {reason} "
            f"(When that is mended, move the file from {_FAILED}/ back into {self.folder.name}/.)",
            reference=name,
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
