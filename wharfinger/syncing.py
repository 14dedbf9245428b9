"""What is written survives a power cut: names in a folder, and many files at once.

    with synced_together(folder, len(contents)) as sync:
        for name, content in contents:
            ... write, sync(descriptor), close ...
    # here all of them are on the disk

Linux writes all of a file system in one call (syncfs): for hundreds of files that takes a fraction of the time and work of one call for
each. It says that writing failed only since Linux 5.8, and not for file systems that hand on to others (overlay, FUSE, network): there,
and on other systems, each file is synced for itself.
"""

import ctypes
import os
import platform
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_DISKS = frozenset(("ext2", "ext3", "ext4", "f2fs", "xfs"))
_MANY = 16
"""Fewer files are synced one by one: what others write into the same file system would have to be waited for, too."""


@contextmanager
def synced_together(folder: Path, count: int) -> Iterator[Callable[[int], None]]:
    """Yield what is called with the descriptor of each of count files, which lie in the folder; they are on the disk when the block ends.

    Raises OSError where one could not be written.
    """
    sync_file_system = _sync_file_system() if count >= _MANY and _file_system(folder) in _DISKS else None
    if sync_file_system is None:
        yield os.fsync
        return
    descriptor = os.open(folder, os.O_RDONLY)  # before the first file: what fails from now on is reported to it
    try:
        yield lambda _: None
        sync_file_system(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path, sync: Callable[[int], None] = os.fsync) -> None:
    """Make the names in a folder survive a power cut. sync: what synced_together gave, where it is one of many."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync(handle)
    finally:
        os.close(handle)


def _file_system(folder: Path) -> str | None:
    """The type of the file system in which the folder lies, where Linux tells it."""
    device = os.stat(folder).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return None
    return next((line.partition(" - ")[2].split(" ")[0] for line in mounts if line.split(" ")[2] == number), None)


@cache
def _sync_file_system() -> Callable[[int], None] | None:
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    if sys.platform != "linux" or version is None or (int(version[1]), int(version[2])) < (5, 8):
        return None
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        return None

    def sync(descriptor: int) -> None:
        if syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return sync
