"""The archive keeps each file once and whole; one that cannot be stored does not stop the others."""

from pathlib import Path

import pytest

from wharfinger.archive import Archive, Blob
from wharfinger.problems import Transient


@pytest.mark.parametrize("count", [3, 40], ids=["synced-each", "synced-together"])
def test_files_are_kept_under_their_hash_and_the_same_bytes_once(tmp_path: Path, count: int) -> None:
    archive = Archive(tmp_path / "archive")
    files = [tmp_path / f"{number}.edi" for number in range(count)]
    for number, file in enumerate(files):
        file.write_bytes(b"order %d" % (number // 2))  # every other is the same as the one before

    blobs = archive.put_files(files)

    assert all(isinstance(blob, Blob) and archive.damaged(blob.sha256) is None for blob in blobs)
    assert blobs[0] == blobs[1]
    assert (count + 1) // 2 == len(list(archive.blobs()))
    assert [] == list((tmp_path / "archive" / "incoming").iterdir())
    assert blobs == archive.put_files(files)


def test_a_file_that_cannot_be_stored_does_not_stop_the_others(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    (tmp_path / "a").write_bytes(b"order")
    (tmp_path / "c").mkdir()

    blob, gone, folder = archive.put_files([tmp_path / "a", tmp_path / "b", tmp_path / "c"])

    assert isinstance(blob, Blob)
    assert isinstance(gone, FileNotFoundError)
    assert isinstance(folder, IsADirectoryError)
    assert [] == list((tmp_path / "archive" / "incoming").iterdir())


def test_where_nothing_can_be_written_every_file_stays_where_it_is(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    (tmp_path / "a").write_bytes(b"order")
    (tmp_path / "archive" / "incoming").rmdir()
    (tmp_path / "archive" / "incoming").write_text("no folder")

    [answer] = archive.put_files([tmp_path / "a"])

    assert isinstance(answer, Transient)
    assert b"order" == (tmp_path / "a").read_bytes()
