"""The archive: raw bytes, named by their SHA-256, written so that a power cut leaves them whole or not there.

temporary file -> fsync -> rename -> fsync of the folder. Blobs are never changed; the same bytes are kept once.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from wharfinger.crash_points import crash_point
from wharfinger.problems import Permanent, Transient
from wharfinger.records import Shape
from wharfinger.syncing import sync_folder

_CHUNK = 1024 * 1024


class Blob(Shape, frozen=True):
    """What was stored: SHA-256 in hex, size in bytes."""

    sha256: str
    size: int


class ChangedWhileRead(Transient):
    """The file was written to while it was copied: it is left where it is for the next sweep."""


class Archive:
    """Blobs below a folder, in 256 subfolders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            (folder / "incoming").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Transient(f"the archive {folder} cannot be used: {error.strerror}") from error

    def put_file(self, path: Path) -> Blob:
        """Store a copy of a file. Raises ChangedWhileRead, Transient (disk full) or FileNotFoundError (someone took it away)."""
        before = path.stat()
        with path.open("rb") as source:
            blob = self._store(iter(lambda: source.read(_CHUNK), b""), path.name)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or blob.size != after.st_size:
            raise ChangedWhileRead(f"{path.name} is still being written; it is taken when it has come to rest")
        return blob

    def put_bytes(self, content: bytes) -> Blob:
        """Store bytes. Raises Transient when the disk is full."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self._is_whole(sha256, len(content)):
            return Blob(sha256=sha256, size=len(content))
        return self._store(iter((content,)), sha256)

    def path(self, sha256: str) -> Path:
        """Where a blob is."""
        return self.folder / sha256[:2] / sha256

    def damaged(self, sha256: str) -> str | None:
        """What is wrong with a blob, by reading all of it; None if nothing."""
        try:
            with self.path(sha256).open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return None if found == sha256 else "is damaged: its content has another SHA-256"

    def blobs(self) -> Iterator[str]:
        """The SHA-256 of every blob that is there."""
        for folder in sorted(self.folder.glob("??")):
            for file in sorted(folder.iterdir()):
                yield file.name

    def sweep(self) -> None:
        """Remove what a killed process left half written."""
        for file in (self.folder / "incoming").iterdir():
            if not _is_running(file.suffix[1:]):
                file.unlink(missing_ok=True)

    def _is_whole(self, sha256: str, size: int) -> bool:
        try:
            return self.path(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def _store(self, chunks: Iterator[bytes], name: str) -> Blob:
        temporary = self.folder / "incoming" / f"{uuid4().hex}.{os.getpid()}"
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("xb") as target:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                crash_point("blob-half-written")
                target.flush()
                os.fsync(target.fileno())
            crash_point("blob-synced")
            blob = Blob(sha256=digest.hexdigest(), size=size)
            if not self._is_whole(blob.sha256, size):
                final = self.path(blob.sha256)
                if not final.parent.is_dir():
                    final.parent.mkdir(exist_ok=True)
                    sync_folder(self.folder)
                temporary.rename(final)
                crash_point("blob-renamed")
                sync_folder(final.parent)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Transient(f"the disk of the archive is full; {name} stays where it is until there is room") from error
            if error.errno == errno.EIO:  # after a failed fsync nothing that was written can be trusted
                raise Permanent(f"the disk of the archive fails ({error}); stop and replace it") from error
            raise Transient(f"the archive {self.folder} cannot be written: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)
        return blob


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
