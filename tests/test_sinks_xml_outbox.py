"""The XML outbox keeps its contract with the consumer."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from sinks import outbox_folder, xml_outbox
from sinks.xml_outbox import XmlOutbox
from wharfinger.config import Home, Settings
from wharfinger.contracts import Done, Effect, Held
from wharfinger.problems import Permanent, Transient
from wharfinger.records import Order

NAMESPACE = UUID("5f0c3a3e-3b38-4b76-8f10-2d0c8a1f6d11")
ROOT = Path(__file__).parents[1]


def effect(number: int = 1, xml: bytes = b"<Order/>") -> Effect:
    record = Order(id=str(number), test_indicator=False)
    return Effect(key=str(uuid5(NAMESPACE, str(number))), record=record, xml=xml, document=number)


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and file.name != ".lock")


def test_a_document_appears_under_its_effect_key(tmp_path: Path) -> None:
    one = effect(xml=b"<Order>1</Order>")

    assert [Done(reference=f"{one.key}.xml")] == XmlOutbox(tmp_path).deliver([one])
    assert [f"{one.key}.xml"] == names(tmp_path)
    assert b"<Order>1</Order>" == (tmp_path / f"{one.key}.xml").read_bytes()


@pytest.mark.parametrize("place", ["", "taken", "done"])
def test_a_document_that_the_consumer_has_is_not_written_again(tmp_path: Path, place: str) -> None:
    one = effect()
    outbox = XmlOutbox(tmp_path)
    outbox.deliver([one])
    (tmp_path / f"{one.key}.xml").rename(tmp_path / place / f"{one.key}.xml")

    assert [Done(reference=f"{one.key}.xml")] == outbox.deliver([one])
    assert [str(Path(place, f"{one.key}.xml"))] == names(tmp_path)


@pytest.mark.parametrize("error_file", ["{key}.xml.error.txt", "{key}.error.txt"])
def test_a_failed_document_is_held_with_the_text_of_the_error(tmp_path: Path, error_file: str) -> None:
    one, two = effect(1), effect(2)
    outbox = XmlOutbox(tmp_path)
    outbox.deliver([one])
    (tmp_path / f"{one.key}.xml").rename(tmp_path / "failed" / f"{one.key}.xml")
    (tmp_path / "failed" / error_file.format(key=one.key)).write_text("Артикул OF-24\nне найден\x1b[31m", encoding="utf-8")

    held, done = outbox.deliver([one, two])

    assert isinstance(held, Held)
    assert "refused" in held.question
    assert "Артикул OF-24 не найден [31m" in held.question
    assert Done(reference=f"{two.key}.xml") == done
    assert {one.key: held} == outbox.failures()


def test_a_failed_document_that_a_person_moves_back_is_done(tmp_path: Path) -> None:
    one = effect()
    (tmp_path / "failed").mkdir()
    (tmp_path / "failed" / f"{one.key}.xml").write_bytes(b"<Order/>")
    outbox = XmlOutbox(tmp_path)

    assert "it gave no reason" in getattr(outbox.deliver([one])[0], "question", "")
    (tmp_path / "failed" / f"{one.key}.xml").rename(tmp_path / f"{one.key}.xml")
    assert [Done(reference=f"{one.key}.xml")] == outbox.deliver([one])


def test_an_error_text_is_bounded_and_neither_a_link_nor_a_pipe_is_read(tmp_path: Path) -> None:
    long, link, pipe = effect(1), effect(2), effect(3)
    failed = tmp_path / "failed"
    failed.mkdir()
    for one in (long, link, pipe):
        (failed / f"{one.key}.xml").write_bytes(b"<Order/>")
    (failed / f"{long.key}.error.txt").write_bytes(b"x" * 10_000_000)
    (tmp_path / "secret").write_text("password")
    (failed / f"{link.key}.error.txt").symlink_to(tmp_path / "secret")
    os.mkfifo(failed / f"{pipe.key}.error.txt")

    questions = [getattr(answer, "question", "") for answer in XmlOutbox(tmp_path).deliver([long, link, pipe])]

    assert f": {'x' * outbox_folder.ERROR_TEXT_SIZE} ... (When" in questions[0]
    assert ["it gave no reason" in question for question in questions] == [False, True, True]


def test_an_error_text_in_utf_16_is_read(tmp_path: Path) -> None:
    one = effect()
    (tmp_path / "failed").mkdir()
    (tmp_path / "failed" / f"{one.key}.xml").write_bytes(b"<Order/>")
    (tmp_path / "failed" / f"{one.key}.error.txt").write_text("单位未知", encoding="utf-16")

    assert "单位未知" in getattr(XmlOutbox(tmp_path).deliver([one])[0], "question", "")


def test_a_key_that_is_no_effect_key_never_becomes_a_path(tmp_path: Path) -> None:
    one = Effect(key="../../x", record=Order(test_indicator=False), xml=b"", document=1)

    with pytest.raises(ValueError, match="no effect key"):
        XmlOutbox(tmp_path / "outbox").deliver([one])
    assert [] == names(tmp_path)


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")

    with pytest.raises(Transient, match="outbox"):
        XmlOutbox(tmp_path / "outbox").deliver([effect()])


def test_the_setting_names_a_folder_in_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path, Settings(), ())

    assert tmp_path / "outbox" == xml_outbox.open({"kind": "xml_outbox", "folder": "outbox"}, home).folder
    with pytest.raises(Permanent, match="folder"):
        xml_outbox.open({"kind": "xml_outbox"}, home)


DELIVER = """
import sys
from pathlib import Path
from sinks.xml_outbox import XmlOutbox
from wharfinger.contracts import Effect
from wharfinger.records import Order
effects = [Effect(key=key, record=Order(test_indicator=False), xml=b"<Order/>" * 10000, document=1) for key in sys.argv[2:]]
XmlOutbox(Path(sys.argv[1])).deliver(effects)
"""


@pytest.mark.parametrize("count", [2, 40], ids=["synced-each", "synced-together"])
@pytest.mark.parametrize("point", ["outbox-temp-written", "outbox-temp-synced", "outbox-renamed", "outbox-folder-synced"])
def test_a_worker_killed_anywhere_loses_and_repeats_nothing(tmp_path: Path, point: str, count: int) -> None:
    effects = [effect(number, b"<Order/>" * 10000) for number in range(count)]
    outbox = tmp_path / "outbox"
    worker = subprocess.run(
        [sys.executable, "-c", DELIVER, str(outbox), *[one.key for one in effects]],
        env={**os.environ, "WHARF_CRASH_AT": point, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert -signal.SIGKILL == worker.returncode
    visible = list(outbox.glob("*.xml"))
    assert all(file.read_bytes() == effects[0].xml for file in visible), "a half-written file is visible"
    for file in visible:
        file.rename(outbox / "done" / file.name)

    answers = XmlOutbox(outbox).deliver(effects)

    assert [Done(reference=f"{one.key}.xml") for one in effects] == answers
    assert sorted(f"{one.key}.xml" for one in effects) == sorted(Path(name).name for name in names(outbox))


def test_two_workers_and_a_consumer_at_once_handle_every_document_once(tmp_path: Path) -> None:
    effects = [effect(number) for number in range(150)]
    seen: list[str] = []
    delivered = threading.Event()
    outbox = XmlOutbox(tmp_path)
    outbox.deliver([])

    def consume() -> None:
        while not delivered.is_set() or list(tmp_path.glob("*.xml")):
            for file in tmp_path.glob("*.xml"):
                file.rename(tmp_path / "taken" / file.name)
                seen.append(file.name)
                (tmp_path / "taken" / file.name).rename(tmp_path / "done" / file.name)

    def work() -> None:
        for start in range(0, len(effects), 10):
            XmlOutbox(tmp_path).deliver(effects[start : start + 10])

    consumer, workers = threading.Thread(target=consume), [threading.Thread(target=work) for _ in range(3)]
    for thread in (consumer, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    delivered.set()
    consumer.join()

    assert sorted(f"{one.key}.xml" for one in effects) == sorted(seen)
