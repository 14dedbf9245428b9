"""What is written is on the disk, each file for itself or many in one call."""

import os
from pathlib import Path

import pytest

from wharfinger import syncing


def test_few_files_are_synced_one_by_one(tmp_path: Path) -> None:
    with syncing.synced_together(tmp_path, 2) as sync:
        assert os.fsync is sync


def test_many_files_are_synced_in_one_call_where_that_says_when_it_fails(tmp_path: Path) -> None:
    sync_file_system = syncing._sync_file_system()
    if sync_file_system is None or syncing._file_system(tmp_path) not in syncing._DISKS:
        pytest.skip("no Linux since 5.8, or no disk of its own")
    with syncing.synced_together(tmp_path, 500) as sync:
        assert os.fsync is not sync
    with pytest.raises(OSError, match="Bad file descriptor"):
        sync_file_system(-1)


def test_on_a_file_system_that_is_no_disk_each_file_is_synced_for_itself() -> None:
    assert syncing._file_system(Path("/proc")) not in syncing._DISKS
    with syncing.synced_together(Path("/proc"), 500) as sync:
        assert os.fsync is sync


def test_what_fails_while_files_are_written_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), syncing.synced_together(tmp_path, 500):
        raise RuntimeError
