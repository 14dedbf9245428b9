"""The archive: raw bytes, named by their SHA-256, written so that a power cut leaves them whole or not there.

temporary file -> fsync -> rename -> fsync of the folder; of many files at once each step for all (wharfinger/syncing.py). Blobs are
never changed; the same bytes are kept once.
"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from wharfinger.crash_points import crash_point
from wharfinger.problems import Permanent, Transient
from wharfinger.records import Shape
from wharfinger.syncing import sync_folder, synced_together

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

    def put_files(self, paths: Sequence[Path]) -> list[Blob | Exception]:
        """Store copies of files. One that cannot be stored is answered by the reason, and does not stop the others: ChangedWhileRead,
        Transient (disk full) or FileNotFoundError (someone took it away). Raises Permanent when the disk fails."""
        written: list[tuple[Path, Blob] | Exception] = []
        try:
            with synced_together(self.folder, len(paths)) as sync:
                for path in paths:
                    try:
                        written.append(self._copied(path, sync))
                    except (Transient, OSError) as error:
                        written.append(error)
            with synced_together(self.folder, len(paths)) as sync:
                return [one if isinstance(one, Exception) else self._tried(*one, sync) for one in written]
        except OSError as error:  # of none of them it is known whether it is on the disk
            return [_trouble(error, self.folder, path.name) for path in paths]
        finally:
            for one in written:
                if not isinstance(one, Exception):
                    one[0].unlink(missing_ok=True)

    def put_bytes(self, content: bytes) -> Blob:
        """Store bytes. Raises Transient when the disk is full."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self._is_whole(sha256, len(content)):
            return Blob(sha256=sha256, size=len(content))
        temporary, blob = self._written(iter((content,)), sha256, os.fsync)
        try:
            return self._kept(temporary, blob, os.fsync)
        finally:
            temporary.unlink(missing_ok=True)

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

    def _copied(self, path: Path, sync: Callable[[int], None]) -> tuple[Path, Blob]:
        """The file as a temporary one of ours."""
        before = path.stat()
        with path.open("rb") as source:
            temporary, blob = self._written(iter(lambda: source.read(_CHUNK), b""), path.name, sync)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or blob.size != after.st_size:
            temporary.unlink()
            raise ChangedWhileRead(f"{path.name} is still being written; it is taken when it has come to rest")
        return temporary, blob

    def _written(self, chunks: Iterator[bytes], name: str, sync: Callable[[int], None]) -> tuple[Path, Blob]:
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
                sync(target.fileno())
            crash_point("blob-written")
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise _trouble(error, self.folder, name) from error
        return temporary, Blob(sha256=digest.hexdigest(), size=size)

    def _tried(self, temporary: Path, blob: Blob, sync: Callable[[int], None]) -> Blob | Exception:
        try:
            return self._kept(temporary, blob, sync)
        except Transient as error:
            return error

    def _kept(self, temporary: Path, blob: Blob, sync: Callable[[int], None]) -> Blob:
        """Give the temporary file, whose content is on the disk, its name for ever."""
        final = self.path(blob.sha256)
        try:
            if not self._is_whole(blob.sha256, blob.size):
                if not final.parent.is_dir():
                    final.parent.mkdir(exist_ok=True)
                    sync_folder(self.folder)
                temporary.rename(final)
                crash_point("blob-renamed")
                sync_folder(final.parent, sync)
        except OSError as error:
            raise _trouble(error, self.folder, blob.sha256) from error
        return blob


def _trouble(error: OSError, folder: Path, name: str) -> Transient:
    """What a person can do about a file that could not be written. Raises Permanent when the disk fails."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Transient(f"the disk of the archive is full; {name} stays where it is until there is room")
    if error.errno == errno.EIO:  # after a failed fsync nothing that was written can be trusted
        raise Permanent(f"the disk of the archive fails ({error}); stop and replace it") from error
    return Transient(f"the archive {folder} cannot be written: {error.strerror}")


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
