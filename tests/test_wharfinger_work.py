"""What a process remembers between reading and delivering changes nothing of what is delivered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from wharfinger import at_hand, work
from wharfinger.journal import contents, schema
from wharfinger.journal.database import reading, writing

_HOME = """
companies: [{company: us, name: Hafen AG, identity: {gln: ['5412345000013']}}]
database: sqlite:///journal.db
sources: {inbox: {kind: folder, folder: inbox, stable_seconds: 0}}
sinks: {outbox: {kind: xml_outbox, folder: outbox}}
"""
_PARTNER = "partner: nordwind\nname: Nordwind GmbH\nidentity: {gln: ['4012345500004']}\n"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[work.Hub]:
    (tmp_path / "partners").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "wharf.yaml").write_text(_HOME)
    (tmp_path / "partners" / "nordwind.yaml").write_text(_PARTNER)
    with work.open_hub(tmp_path) as opened:
        yield opened


def test_record_that_was_changed_after_it_was_read_is_delivered_as_it_is_now(hub: work.Hub) -> None:
    _receive(hub, "4711")
    with writing(hub.journal) as connection:
        [text] = connection.execute(select(schema.record.c.text)).scalars()
        changed = text.replace('"value":"5"', '"value":"7"')
        contents.write(connection, [((1, 1), changed)])
        connection.execute(schema.document.update().values(record_version=1))

    work.deliver(hub)

    assert text != changed
    assert ['<cbc:Quantity unitCode="C62">7</cbc:Quantity>'] == _quantities(hub)


def test_document_is_delivered_alike_by_the_process_that_read_it_and_by_a_later_one(hub: work.Hub) -> None:
    _receive(hub, "4711")
    work.deliver(hub)
    by_the_same = _outbox(hub)
    _deliver_all_again(hub)

    assert by_the_same == _outbox(hub)


def test_documents_for_which_there_was_no_room_in_memory_are_delivered_alike(hub: work.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_hand.Made, "_ROOM", 0)
    _receive(hub, "4711", "4712")
    work.deliver(hub)
    by_the_same = _outbox(hub)
    _deliver_all_again(hub)

    assert 2 == len(set(by_the_same.values()))
    assert by_the_same == _outbox(hub)


def test_orders_of_several_files_are_journaled_in_one_transaction_each_with_its_own_receipt(hub: work.Hub) -> None:
    _receive(hub, "1", "2", "2")

    with reading(hub.journal) as connection:
        rows = connection.execute(select(schema.document.c.receipt, schema.document.c.number, schema.document.c.state)).all()
    assert [(1, "1", "ACCEPTED"), (2, "2", "ACCEPTED"), (3, "2", "DUPLICATE")] == [tuple(row) for row in rows]


def _receive(hub: work.Hub, *numbers: str) -> None:
    for position, number in enumerate(numbers, 1):
        (hub.home.folder / "inbox" / f"{position}.edi").write_bytes(_order(number, position))
    work.take_in(hub)
    work.process(hub)


def _deliver_all_again(hub: work.Hub) -> None:
    """By another process, as if the outbox had been lost."""
    with writing(hub.journal) as connection:
        connection.execute(schema.delivery.update().values(state="WAITING"))
        connection.execute(schema.document.update().values(state="ACCEPTED"))
    for name in _outbox(hub):
        (hub.home.folder / "outbox" / name).unlink()
    with work.open_hub(hub.home.folder) as later:
        work.deliver(later)


def _order(number: str, control: int) -> bytes:
    lines = (
        f"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+{number}+9'DTM+137:20261101:102'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'"
        "LIN+1++4000862141404:EN'QTY+21:5'UNS+S'CNT+2:1'UNT+10+1'"
    )
    return f"UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:1000+{control}'{lines}UNZ+1+{control}'".encode()


def _outbox(hub: work.Hub) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (hub.home.folder / "outbox").glob("*.xml")}


def _quantities(hub: work.Hub) -> list[str]:
    found = [text.decode() for text in _outbox(hub).values()]
    return [part[part.index("<cbc:Quantity") : part.index("</cbc:Quantity>") + len("</cbc:Quantity>")] for part in found]
