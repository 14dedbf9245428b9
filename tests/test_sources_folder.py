"""The hand-over of files in a folder: complete ones only, claimed once, moved away after the commit."""

import os
import threading
import time
from pathlib import Path

import pytest

from sources.folder import Folder
from wharfinger.archive import Archive, ChangedWhileRead


def put(folder: Path, name: str, content: bytes, age: float = 60) -> Path:
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (time.time() - age, time.time() - age))
    return file


def names(folder: Folder) -> list[str]:
    return [arrival.name for arrival in folder.sweep()]


def test_file_that_has_come_to_rest_is_claimed(tmp_path: Path) -> None:
    source = Folder(tmp_path, stable_seconds=2)
    put(tmp_path, "a.csv", b"x;y")

    assert ["a.csv"] == names(source)
    assert (tmp_path / "processing" / "a.csv").exists()


def test_new_file_is_taken_at_once_when_its_content_is_complete(tmp_path: Path) -> None:
    source = Folder(tmp_path, stable_seconds=3600)
    source_names: list[str] = []
    put(tmp_path, "a.edi", b"UNB+UNOA:1+A+B+260101:1000+1'UNZ+0+1'", age=0)
    sweep = source.sweep()
    source_names.append(next(sweep).name)

    assert ["a.edi"] == source_names


@pytest.mark.parametrize("name", ["a.edi.tmp", "a.filepart", ".a.edi", "~a.edi", "a.part"])
def test_name_of_an_unfinished_upload_is_left_alone(tmp_path: Path, name: str) -> None:
    source = Folder(tmp_path, stable_seconds=0)
    put(tmp_path, name, b"UNZ")

    assert [] == names(source)


def test_link_is_never_followed(tmp_path: Path) -> None:
    source = Folder(tmp_path / "inbox", stable_seconds=0)
    (tmp_path / "inbox" / "x").symlink_to("/etc/hostname")

    assert [] == names(source)


def test_claimed_file_of_an_interrupted_sweep_is_offered_again_under_the_same_key(tmp_path: Path) -> None:
    source = Folder(tmp_path, stable_seconds=0)
    put(tmp_path, "a.edi", b"x")
    [first] = source.sweep()
    [again] = Folder(tmp_path, stable_seconds=0).sweep()

    assert first.key == again.key


def test_second_file_of_the_same_name_is_kept_beside_the_first(tmp_path: Path) -> None:
    source = Folder(tmp_path, stable_seconds=0)
    for content in (b"1", b"2"):
        put(tmp_path, "a.edi", content)
        for arrival in source.sweep():
            source.acknowledge(arrival)

    assert {"a.edi": b"1", "a~2.edi": b"2"} == {file.name: file.read_bytes() for file in (tmp_path / "taken").iterdir()}


def test_acknowledging_twice_does_no_harm(tmp_path: Path) -> None:
    source = Folder(tmp_path, stable_seconds=0)
    put(tmp_path, "a.edi", b"x")
    [arrival] = source.sweep()
    source.acknowledge(arrival)
    source.acknowledge(arrival)

    assert ["a.edi"] == [file.name for file in (tmp_path / "taken").iterdir()]


def test_file_that_changes_while_it_is_copied_is_not_archived(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "growing"
    file.write_bytes(b"x" * 30_000_000)
    stop = threading.Event()

    def grow() -> None:
        with file.open("ab") as target:
            while not stop.is_set():
                target.write(b"more")
                target.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        [answer] = archive.put_files([file])
    finally:
        stop.set()
        writer.join()

    assert isinstance(answer, ChangedWhileRead)
    assert [] == list((tmp_path / "archive" / "incoming").iterdir())


def test_what_is_not_taken_is_counted(tmp_path: Path) -> None:
    source = Folder(tmp_path / "inbox", 0)
    (tmp_path / "inbox" / "more").mkdir()
    (tmp_path / "inbox" / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    (tmp_path / "inbox" / "a.part").write_text("x")
    (tmp_path / "inbox" / ".hidden").write_text("x")

    assert {"folders": 1, "links": 1, "unfinished": 1, "special": 0} == source.passed_over()
