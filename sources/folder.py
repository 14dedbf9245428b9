"""A folder in which partners or programs put files: the way in that needs no server.

    sources:
      inbox: {kind: folder, folder: inbox, stable_seconds: 2, partner: nordwind}

Hand-over: a file is taken when nobody has it open for writing, and it is complete: its content ends as its format says it
must, or it has not changed for `stable_seconds`. It is claimed by renaming it into `processing/` and moved to `taken/` after
the hub has committed it. Names that are still being uploaded (.tmp, .part, .filepart, .swp, hidden) are left alone.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from wharfinger.config import Home
from wharfinger.contracts import Arrival
from wharfinger.crash_points import crash_point
from wharfinger.problems import Permanent

_OWN = ("processing", "taken")
_UNFINISHED = (".tmp", ".part", ".filepart", ".partial", ".swp", ".crdownload")
_ENDS = (
    (b"UNA", b"UNZ"),
    (b"UNB", b"UNZ"),
    (b"<?xml", b">"),
    (b"%PDF", b"%%EOF"),
    (b"PK\x03\x04", b"PK\x05\x06"),
)
"""How the content of some formats starts, and what must stand near its end."""


OPTIONS = {
    "folder": "the folder in which files are put; relative to the hub home",
    "stable_seconds": "how long a file must not have changed, where its content does not say that it is complete",
    "partner": "the partner whose files these are, where the documents do not say it",
}


def open(settings: dict[str, Any], home: Home) -> "Folder":  # noqa: A001  # the name that every source has
    """The source that wharf.yaml describes."""
    folder, seconds = settings.get("folder"), settings.get("stable_seconds", 2)
    if not isinstance(folder, str) or not folder:
        raise Permanent("wharf.yaml, sources: a folder needs `folder`, the folder in which files are put")
    if not isinstance(seconds, int | float):
        raise Permanent(f"wharf.yaml, sources: stable_seconds: {seconds} is no number of seconds")
    return Folder(home.path(folder), seconds, settings.get("partner"))


class Folder:
    """Files in one folder, not in its subfolders. stable_seconds: how long a file must not have changed."""

    def __init__(self, folder: Path, stable_seconds: float, partner: str | None = None) -> None:
        self.folder = folder
        self.stable_seconds = stable_seconds
        self.partner = partner
        for name in _OWN:
            (folder / name).mkdir(parents=True, exist_ok=True)

    def sweep(self) -> Iterator[Arrival]:
        """What is complete now, oldest name first; first what an interrupted sweep claimed."""
        for file in sorted((self.folder / "processing").iterdir()):
            if arrival := self._arrival(file):
                yield arrival
        resting = {file: None for file in self._files() if not self._is_complete(file)}  # in order, and many are found fast
        yield from self._claim(file for file in self._files() if file not in resting)
        if resting:  # put there just now: they come to rest, or the next sweep takes them
            time.sleep(self.stable_seconds)
            yield from self._claim(resting)

    def passed_over(self) -> dict[str, int]:
        """What stands in the folder and is not taken; hidden files and our own folders are not worth a word."""
        counts = {"folders": 0, "links": 0, "unfinished": 0, "special": 0}
        for one in self.folder.iterdir():
            if one.name.startswith((".", "~")) or one.name in _OWN:
                continue
            if one.is_symlink():
                counts["links"] += 1
            elif one.is_dir():
                counts["folders"] += 1
            elif not one.is_file():
                counts["special"] += 1
            elif one.name.lower().endswith(_UNFINISHED):
                counts["unfinished"] += 1
        return counts

    def acknowledge(self, arrival: Arrival) -> None:
        """Move the file to taken/; nothing to do if an earlier try did.

        Not synced: where a power cut undoes it, the next sweep finds the file again and the journal its key.
        """
        with suppress(FileNotFoundError):
            arrival.path.rename(_free_name(self.folder / "taken", arrival.path.name))
        crash_point("folder-acknowledged")

    def _files(self) -> list[Path]:
        """What is no folder, no link and not named as unfinished, by name."""
        names = [one for one in sorted(self.folder.iterdir()) if not one.name.startswith((".", "~"))]
        return [one for one in names if not one.name.lower().endswith(_UNFINISHED) and not one.is_symlink() and one.is_file()]

    def _claim(self, files: Iterable[Path]) -> Iterator[Arrival]:
        for file in files:
            if not self._is_complete(file):
                continue
            claimed = _free_name(self.folder / "processing", file.name)
            try:
                file.rename(claimed)
            except FileNotFoundError:  # another hub was quicker, or the sender took it back
                continue
            crash_point("folder-claimed")
            if arrival := self._arrival(claimed):
                yield arrival

    def _arrival(self, file: Path) -> Arrival | None:
        try:
            status = file.stat()
        except FileNotFoundError:
            return None
        # the inode stays the same through the renames, so a repeat after a crash is known
        key = f"folder:{self.folder}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"
        return Arrival(key=key, path=file, name=file.name, partner=self.partner)

    def _is_complete(self, file: Path) -> bool:
        try:
            status = file.stat()
            if _is_being_written(file):
                return False
            return time.time() - status.st_mtime >= self.stable_seconds or _ends_as_it_must(file, status.st_size)
        except FileNotFoundError:
            return False


def _is_being_written(file: Path) -> bool:
    """Whether somebody on this machine has the file open for writing: then the kernel refuses a read lease."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN  # others: a file system or a user without leases; rest and content must do
    finally:
        os.close(descriptor)
    return False


def _ends_as_it_must(file: Path, size: int) -> bool:
    with file.open("rb") as stream:
        head = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
        stream.seek(max(0, size - 4096))
        tail = stream.read().rstrip()
    for start, end in _ENDS:
        if head.startswith(start):
            return tail.endswith(end) if end == b">" else end in tail
    return False


def _free_name(folder: Path, name: str) -> Path:
    """A name in the folder that is not in use, close to the one wanted."""
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem}~{number}{Path(name).suffix}"
    return path
