"""Custody of a stream: a large interchange is journaled while it is read, and nothing of it leaves before its trailer was verified."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmarks import orders_generator
from wharfinger import processing, work
from wharfinger.contracts import Document, Item
from wharfinger.journal import schema
from wharfinger.journal.database import reading

ORDERS = 3 * processing.GROUP + 50
_HOME = f"""
companies: [{{company: us, name: Hafen AG, identity: {{gln: ['{orders_generator.SELLER}']}}}}]
database: sqlite:///journal.db
sources: {{inbox: {{kind: folder, folder: inbox, stable_seconds: 0}}}}
sinks: {{outbox: {{kind: xml_outbox, folder: outbox}}}}
"""
_PARTNER = f"partner: nordwind\nname: Nordwind GmbH\nidentity: {{gln: ['{orders_generator.BUYER}']}}\n"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[work.Hub]:
    (tmp_path / "partners").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "wharf.yaml").write_text(_HOME)
    (tmp_path / "partners" / "nordwind.yaml").write_text(_PARTNER)
    with work.open_hub(tmp_path) as opened:
        yield opened


class Watched:
    """The hub's reader; when so many documents were read, it looks at what is in the journal and has another worker deliver."""

    def __init__(self, hub: work.Hub, after: int) -> None:
        self._hub, self._reader, self._after = hub, hub.reader, after
        self.seen: dict[str, int] = {}
        self.delivered = 0
        self.read_documents = 0

    def read_facts(self, path: Path, name: str, partner: str | None = None) -> Iterator[Item]:
        for item in self._reader.read_facts(path, name, partner):
            self.read_documents += isinstance(item, Document)
            if self.read_documents == self._after and not self.seen:
                self.seen = states(self._hub)
                with work.open_hub(self._hub.home.folder) as other:
                    self.delivered = work.deliver(other).done
            yield item


def states(hub: work.Hub) -> dict[str, int]:
    with reading(hub.journal) as connection:
        table = schema.document
        return dict(connection.execute(select(table.c.state, func.count()).group_by(table.c.state)).tuples().all())


def outbox(hub: work.Hub) -> int:
    return len(list((hub.home.folder / "outbox").rglob("*.xml")))


def take_in(hub: work.Hub, raw: bytes) -> Watched:
    (hub.home.folder / "inbox" / "large.edi").write_bytes(raw)
    watched = Watched(hub, after=ORDERS - 10)
    opened: Any = hub
    opened.reader = watched
    work.take_in(hub)
    work.process(hub)
    return watched


def test_the_first_orders_are_journaled_before_the_last_is_read_and_none_leaves_before_the_trailer(hub: work.Hub) -> None:
    watched = take_in(hub, orders_generator.interchange(ORDERS, lines=1))

    assert {"PARSED": 3 * processing.GROUP} == watched.seen
    assert 0 == watched.delivered
    assert {"ACCEPTED": ORDERS} == states(hub)

    while work.deliver(hub).done:
        pass

    assert {"DELIVERED": ORDERS} == states(hub)
    assert ORDERS == outbox(hub)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(b"UNZ+%d+IC000001'" % ORDERS, b"UNZ+%d+IC000001'" % (ORDERS - 1)), (b"+IC000001'", b"+IC000002'"), (b"UNZ+%d+IC000001'" % ORDERS, b"")],
    ids=["count", "reference", "truncated"],
)
def test_a_fault_in_the_trailer_holds_every_order_of_a_large_interchange(right: bytes, wrong: bytes, hub: work.Hub) -> None:
    raw = orders_generator.interchange(ORDERS, lines=1)
    faulty = raw[: raw.rindex(right)] + wrong

    watched = take_in(hub, faulty)

    assert {"PARSED": 3 * processing.GROUP} == watched.seen
    assert 0 == work.deliver(hub).done == watched.delivered == outbox(hub)
    assert not states(hub).keys() & {"ACCEPTED", "DELIVERED", "PARSED"}
    assert ORDERS == sum(states(hub).values())
