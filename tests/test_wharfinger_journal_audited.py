"""What somebody changes in the journal by hand, `wharf verify` tells; what the hub does itself, it does not."""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from wharfinger import desk
from wharfinger.examination import verify_home
from wharfinger.running import run_once
from wharfinger.samples import copy_to
from wharfinger.work import open_hub


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample home after a run and what a person decided."""
    home = tmp_path_factory.mktemp("worked") / "home"
    copy_to(home)
    for file in sorted((home / "inbox").iterdir()):
        os.utime(file, (time.time() - 60, time.time() - 60))
    run_once(home, (), lambda *_: None)
    with open_hub(home) as hub:
        desk.release(hub, 14, "replacement", "they called")
        desk.reject(hub, 20, "not ours")
        desk.replay(hub, 1, "outbox")
        desk.replay(hub, 19)
    run_once(home, (), lambda *_: None)
    return home


def test_what_the_hub_and_a_person_did_agrees_with_the_audit_trail(worked: Path) -> None:
    assert [] == list(verify_home(worked))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update document set state = 'REJECTED' where id = 19", "document 19 is rejected in the journal; the audit trail says: parked"),
        ("update receipt set state = 'EMPTY' where id = 1", "receipt 1 is empty in the journal; the audit trail says: read"),
        ("delete from document where id = 24", "document 24 is in the audit trail, and the journal does not have it any more"),
        ("delete from receipt where id = 1", "receipt 1 is in the audit trail, and the journal does not have it any more"),
        (
            "update receipt set sha256 = (select sha256 from receipt where id = 2) where id = 1",
            "receipt 1: the journal names the bytes",
        ),
        (
            "update receipt set id = 99 where id = (select max(id) from receipt)",
            "receipt 99 is in the journal, and the audit trail does not know it",
        ),
        ("""update record set text = replace(text, '"value":"48"', '"value":"84"') where document = 1""", "document 1: what the journal says"),
        ("update document set number = 'ORD-1' where id = 1", "document 1: what the journal says"),
        ("delete from record where document = 1", "document 1: what the journal says"),
        ("delete from delivery where document = 1 and sink = 'outbox'", "document 1 was delivered to outbox, as the audit trail says"),
        ("update delivery set state = 'WAITING' where document = 1", "document 1 was delivered to warehouse, as the audit trail says"),
        ("update delivery set reference = 'x' where document = 1", "document 1 counts as delivered to outbox; the audit trail does not"),
    ],
)
def test_what_somebody_changed_in_the_journal_is_told(change: str, told: str, worked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(worked, home)
    with closing(sqlite3.connect(home / "journal.db")) as journal, journal:
        changed = journal.execute(change).rowcount

    assert 1 <= changed
    assert [told] == [one[: len(told)] for one in verify_home(home) if one.startswith(told)]
