"""What is written is on the disk, each file for itself or many in one call."""

import os
import platform
import sys
from pathlib import Path

import pytest

from wharfinger import syncing

_LINUX = sys.platform == "linux" and tuple(int(one) for one in platform.release().split("-")[0].split(".")[:2]) >= (5, 8)


def test_few_files_are_synced_one_by_one(tmp_path: Path) -> None:
    with syncing.synced_together(tmp_path, 2) as sync:
        assert os.fsync is sync


@pytest.mark.skipif(not _LINUX, reason="one call for a whole file system, which says what failed, is Linux' since 5.8")
def test_many_files_are_synced_in_one_call_which_says_when_it_fails(tmp_path: Path) -> None:
    with syncing.synced_together(tmp_path, 500) as sync:
        assert os.fsync is not sync
    sync_file_system = syncing._sync_file_system()
    assert sync_file_system is not None
    with pytest.raises(OSError, match="Bad file descriptor"):
        sync_file_system(-1)


def test_what_fails_while_files_are_written_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), syncing.synced_together(tmp_path, 500):
        raise RuntimeError
