"""End to end: a change or cancellation waits for its order in each sink, and what happens when the order does not come through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from wharfinger import desk, work
from wharfinger.contracts import Done, Held
from wharfinger.journal import deliveries, schema
from wharfinger.journal.database import reading, writing
from wharfinger.reports.listing import list_documents
from wharfinger.reports.showing import show_document
from wharfinger.reports.status import status
from wharfinger.reports.summary import equation
from wharfinger.work import Hub

NORDWIND, US = "4012345500004", "5412345000013"
HOME = """
companies: [{company: us, name: Hafen AG, identity: {gln: ['5412345000013']}}]
sources: {inbox: {kind: folder, folder: inbox, stable_seconds: 0}}
sinks: {outbox: {kind: xml_outbox, folder: outbox}, second: {kind: xml_outbox, folder: second}}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    """A hub with two sinks and one partner."""
    url = "sqlite:///journal.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    (tmp_path / "partners").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "wharf.yaml").write_text(f"{HOME}database: {url}\n")
    (tmp_path / "partners" / "nordwind.yaml").write_text(f"partner: nordwind\nname: Nordwind\nidentity: {{gln: ['{NORDWIND}']}}\nresend: supersede\n")
    with work.open_hub(tmp_path) as opened:
        yield opened


def order(number: str, quantity: str = "QTY+21:5'", count: str = "") -> str:
    return message("ORDERS", f"BGM+220+{number}+9'", f"LIN+1++4000862141404:EN'{quantity}", count)


def unclear(number: str) -> str:
    """An order for a person: its count of segments is wrong."""
    return order(number, count="99")


def change(number: str, of: str) -> str:
    return message("ORDCHG", f"BGM+230+{number}+4'", "LIN+1+3+4000862141404:EN'QTY+21:7'", after=f"RFF+ON:{of}'")


def cancellation(number: str, of: str) -> str:
    return message("ORDCHG", f"BGM+230+{number}+1'", "", after=f"RFF+ON:{of}'")


def message(kind: str, begin: str, lines: str, count: str = "", after: str = "") -> str:
    body = f"{begin}DTM+137:20261101:102'{after}NAD+BY+{NORDWIND}::9'NAD+SU+{US}::9'{lines}UNS+S'"
    return f"UNH+{{n}}+{kind}:D:96A:UN:EAN008'{body}UNT+{count or body.count(chr(39)) + 2}+{{n}}'"


_files = 0


def receive(hub: Hub, *messages: str) -> None:
    """One interchange arrives and is read."""
    put(hub, *messages)
    while work.process(hub).receipts:
        pass


def put(hub: Hub, *messages: str) -> None:
    """One interchange arrives and is not read yet."""
    global _files
    _files += 1
    body = "".join(one.format(n=number) for number, one in enumerate(messages, 1))
    text = f"UNB+UNOC:3+{NORDWIND}:14+{US}:14+261101:1000+{_files}'{body}UNZ+{len(messages)}+{_files}'"
    (hub.home.folder / "inbox" / f"{_files:06}.edi").write_text(text)
    work.take_in(hub)


def claim(hub: Hub, sink: str = "outbox") -> tuple[str, list[object]]:
    """What a worker takes for a sink now, without handing it over: its token and rows."""
    with writing(hub.journal) as connection:
        token, rows = deliveries.claim_deliveries(connection, sink, 100)
    return token, list(rows)


def hand_over(hub: Hub, sink: str = "outbox", answer: Done | Held | None = None) -> list[int]:
    """The documents that a sink gets now."""
    token, rows = claim(hub, sink)
    with writing(hub.journal) as connection:
        deliveries.record_answers(connection, token, [(row, answer or Done(reference="x")) for row in rows])  # type: ignore[misc]
    return [row.document for row in rows]  # type: ignore[attr-defined]


def states(hub: Hub) -> list[str]:
    with reading(hub.journal) as connection:
        return list(connection.execute(select(schema.document.c.state).order_by(schema.document.c.id)).scalars())


def question(hub: Hub, document: int) -> tuple[str, str] | None:
    """Its code and its words."""
    with reading(hub.journal) as connection:
        one = next(list_documents(connection, only=document))
    return (one.question.code, one.question.text()) if one.question else None


def test_change_with_a_number_of_its_own_waits_for_the_order_of_the_same_interchange(hub: Hub) -> None:
    receive(hub, change("C-1", "4711"), order("4711"))

    assert [[2], [1], []] == [hand_over(hub), hand_over(hub), hand_over(hub)]


def test_change_waits_in_each_sink_apart(hub: Hub) -> None:
    receive(hub, order("4711"), change("C-1", "4711"))
    hand_over(hub, "outbox")

    assert [2] == hand_over(hub, "outbox")
    assert [1] == hand_over(hub, "second")


def test_change_waits_while_another_worker_is_delivering_its_order(hub: Hub) -> None:
    receive(hub, order("4711"), change("C-1", "4711"))
    token, rows = claim(hub)
    meanwhile = hand_over(hub)
    with writing(hub.journal) as connection:
        deliveries.record_answers(connection, token, [(row, Done(reference="x")) for row in rows])  # type: ignore[misc]

    assert ([], [2]) == (meanwhile, hand_over(hub))


def test_change_waits_for_its_parked_order_and_says_so(hub: Hub) -> None:
    receive(hub, unclear("4711"))
    receive(hub, change("C-1", "4711"), order("4712"))
    delivered = hand_over(hub)
    with reading(hub.journal) as connection:
        shown = "\n".join(show_document(connection, 2, "en"))
        listed = next(list_documents(connection, only=2)).as_json("de")
        counted = status(connection)

    assert [3] == delivered
    assert "outbox     waiting: waits for order 4711 (document 1, parked)" in shown
    assert ["wartet auf Bestellung 4711 (Dokument 1, wartet auf Entscheidung)"] == listed["waits"]
    assert "document 2 waits for order 4711 (document 1, parked) (outbox)" in equation(counted, "en")
    assert counted.balanced


def test_change_goes_once_its_parked_order_is_released_and_delivered(hub: Hub) -> None:
    receive(hub, unclear("4711"), change("C-1", "4711"))
    before = hand_over(hub)
    desk.release(hub, 1, "new", "it is whole")

    assert ([], [1], [2]) == (before, hand_over(hub), hand_over(hub))


def test_change_waits_for_its_order_that_a_sink_holds(hub: Hub) -> None:
    receive(hub, order("4711"), change("C-1", "4711"), order("4712"))
    hand_over(hub, answer=Held(question="no such item"))

    assert [] == hand_over(hub)
    assert [1, 3] == hand_over(hub, "second")
    assert [2] == hand_over(hub, "second")


def test_changes_of_one_order_keep_their_order(hub: Hub) -> None:
    receive(hub, order("4711"), change("C-1", "4711"), change("C-2", "4711"), cancellation("C-3", "4711"))

    assert [[1], [2], [3], [4]] == [hand_over(hub) for _ in range(4)]


def test_change_of_an_order_that_nobody_knows_keeps_nobody_waiting(hub: Hub) -> None:
    receive(hub, change("C-1", "0815"), change("C-2", "4711"))

    assert [1, 2] == hand_over(hub)


def test_change_waits_while_a_file_that_came_before_it_is_not_read(hub: Hub) -> None:
    put(hub, order("4711"))
    put(hub, change("C-1", "4711"))
    with writing(hub.journal) as connection:  # another worker has the first
        connection.execute(schema.receipt.update().where(schema.receipt.c.id == 1).values(lease_token="x:1:y", lease_until=2**40))
    work.process(hub)
    meanwhile = hand_over(hub)
    with writing(hub.journal) as connection:
        connection.execute(schema.receipt.update().where(schema.receipt.c.id == 1).values(lease_token=None, lease_until=None))
    work.process(hub)

    assert ([], [2], [1]) == (meanwhile, hand_over(hub), hand_over(hub))


def test_change_of_an_order_that_was_rejected_asks_a_person(hub: Hub) -> None:
    receive(hub, order("4711", quantity=""), change("C-1", "4711"))
    hand_over(hub)
    hand_over(hub, "second")

    assert ["REJECTED", "PARKED"] == states(hub)
    assert ("order-rejected", "The order 4711 of which this speaks was rejected (document 1).") == question(hub, 2)


def test_change_that_waits_when_a_person_rejects_its_order_asks_too_and_can_be_let_go(hub: Hub) -> None:
    receive(hub, unclear("4711"), change("C-1", "4711"))
    before = hand_over(hub)
    desk.reject(hub, 1, "incomplete")
    hand_over(hub)
    asked = states(hub)
    desk.release(hub, 2, "new", "the ERP has the order from the telephone")

    assert ([], ["REJECTED", "PARKED"]) == (before, asked)
    assert ([2], [2]) == (hand_over(hub), hand_over(hub, "second"))
    assert ["REJECTED", "DELIVERED"] == states(hub)


def test_change_that_is_let_go_after_its_order_came_again_follows_that(hub: Hub) -> None:
    receive(hub, order("4711", quantity=""), change("C-1", "4711"))
    hand_over(hub)
    receive(hub, order("4711"))
    desk.release(hub, 2, "new", "the order is here now")

    assert [[3], [2]] == [hand_over(hub), hand_over(hub)]


def test_change_after_a_cancellation_asks_a_person(hub: Hub) -> None:
    receive(hub, order("4711"), cancellation("C-1", "4711"))
    while hand_over(hub):
        pass
    receive(hub, change("C-2", "4711"))
    hand_over(hub)

    assert ("order-cancelled", "The order 4711 of which this speaks was cancelled before (document 2).") == question(hub, 3)


def test_change_waits_for_the_revision_that_took_the_place_of_its_order(hub: Hub) -> None:
    receive(hub, order("4711"))
    receive(hub, order("4711", "QTY+21:6'"), change("C-1", "4711"))

    assert [[2], [3]] == [hand_over(hub), hand_over(hub)]
    assert "SUPERSEDED" == states(hub)[0]


def test_whole_run_delivers_order_and_change_in_turn(hub: Hub) -> None:
    receive(hub, change("C-2", "4712"), order("4711"), change("C-1", "4711"), order("4712"))
    while work.deliver(hub).done:
        pass

    assert ["DELIVERED"] * 4 == states(hub)
