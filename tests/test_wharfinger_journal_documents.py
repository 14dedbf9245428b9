"""Decisions about documents: keys, duplicates, conflicts, revisions, and what they open in the outbox."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select

from wharfinger.archive import Blob
from wharfinger.contracts import Document, Done, Held
from wharfinger.journal import deliveries, documents, receipts, schema
from wharfinger.journal.audit import verify_chains
from wharfinger.journal.database import open_journal, reading, writing
from wharfinger.problems import Problem
from wharfinger.records import Identifier, Item, Order, OrderLine, Party, Place, Quantity
from wharfinger.reports.status import status

RULES = documents.Rules(sinks={"outbox": False, "warehouse": False})


@pytest.fixture(params=["sqlite", "postgresql"])
def journal(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('tmp_path')}/journal.db"
    else:
        url = request.getfixturevalue("postgresql_url")
    with open_journal(url) as journal:
        yield journal


def order(number: str = "4711", quantity: str = "24", *, revision: str | None = None, buyer: str = "nordwind", **more: object) -> Order:
    item = Item(standard_item_identification=Identifier(value="4000862141404", scheme_id="0160"))
    line = OrderLine(id="1", quantity=Quantity(value=Decimal(quantity), unit_code="C62"), item=item)
    values: dict[str, object] = {"test_indicator": False, "order_lines": (line,), "sequence_number_id": revision, **more}
    return Order(id=number, issue_date=date(2026, 11, 1), buyer_customer_party=Party(id=buyer), **values)  # type: ignore[arg-type]  # test data


def document(record: Order | None, *problems: Problem, interchange: int | None = None) -> Document:
    number = record.id if record else "?"
    return Document(kind="Order", id=number, record=record, place=Place(interchange=interchange), problems=problems, partner="nordwind")


_number = 0


def receive(journal: Engine, *given: Document, held: Problem | None = None, rules: documents.Rules = RULES) -> list[str]:
    """Journal the documents as one receipt; the states that they got."""
    global _number
    _number += 1
    with writing(journal) as connection:
        one = receipts.Received(transport_key=f"k{_number}", source="inbox", name="a.edi", blob=Blob(sha256="0" * 64, size=1))
        [key] = receipts.record_receipts(connection, [one])
        row = connection.execute(select(schema.receipt).where(schema.receipt.c.id == key)).one()
        documents.settle(connection, [(row, number, one, held) for number, one in enumerate(given, 1)], rules)
        where = schema.document.c.receipt == key
        return list(connection.execute(select(schema.document.c.state).where(where).order_by(schema.document.c.id)).scalars())


def send_all(journal: Engine, sink: str = "outbox", answer: Done | Held | None = None) -> list[str]:
    with writing(journal) as connection:
        token, rows = deliveries.claim_deliveries(connection, sink, 100)
        deliveries.record_answers(connection, token, [(row, answer or Done(reference="x")) for row in rows])
    return [row.effect_key for row in rows]


def states(journal: Engine) -> list[str]:
    with reading(journal) as connection:
        return list(connection.execute(select(schema.document.c.state).order_by(schema.document.c.id)).scalars())


def test_accepted_order_opens_one_delivery_for_each_sink(journal: Engine) -> None:
    receive(journal, document(order()))

    with reading(journal) as connection:
        rows = connection.execute(select(schema.delivery.c.sink, schema.delivery.c.state).order_by(schema.delivery.c.sink)).all()
    assert [("outbox", "WAITING"), ("warehouse", "WAITING")] == [tuple(row) for row in rows]


def test_order_is_delivered_when_every_sink_is_done(journal: Engine) -> None:
    receive(journal, document(order()))
    send_all(journal, "outbox")
    after_one = states(journal)
    send_all(journal, "warehouse")

    assert (["ACCEPTED"], ["DELIVERED"]) == (after_one, states(journal))


def test_same_order_again_is_a_duplicate(journal: Engine) -> None:
    assert ["ACCEPTED"] == receive(journal, document(order()))
    assert ["DUPLICATE"] == receive(journal, document(order()))


def test_same_order_twice_in_one_file_is_delivered_once(journal: Engine) -> None:
    assert ["ACCEPTED", "DUPLICATE"] == receive(journal, document(order()), document(order()))


def test_number_with_other_case_and_blanks_is_the_same_number(journal: Engine) -> None:
    receive(journal, document(order("ab-1")))

    assert ["DUPLICATE"] == receive(journal, document(order(" AB-1 ")))


def test_same_number_of_another_buyer_is_another_order(journal: Engine) -> None:
    receive(journal, document(order()))

    assert ["ACCEPTED"] == receive(journal, document(order(buyer="suedwind")))


def test_same_number_with_another_quantity_waits_for_a_person(journal: Engine) -> None:
    receive(journal, document(order(quantity="24")))

    assert ["PARKED"] == receive(journal, document(order(quantity="40")))
    with reading(journal) as connection:
        question = connection.execute(select(schema.document.c.question).order_by(schema.document.c.id.desc())).scalars().first()
    assert "24" in str(question)
    assert "40" in str(question)


def test_contradiction_that_is_sent_twice_asks_only_once(journal: Engine) -> None:
    receive(journal, document(order(quantity="24")))
    receive(journal, document(order(quantity="40")))

    assert ["DUPLICATE"] == receive(journal, document(order(quantity="40")))


def test_same_order_by_another_channel_that_says_less_is_a_duplicate(journal: Engine) -> None:
    receive(journal, document(order(origin=Place(segment=2), document_currency_code="EUR")))

    assert ["DUPLICATE"] == receive(journal, document(order(origin=Place(page=1))))


def test_same_order_by_another_channel_with_one_line_more_waits_for_a_person(journal: Engine) -> None:
    first = order(origin=Place(segment=2))
    receive(journal, document(first))
    more = order(origin=Place(page=1), order_lines=(*first.order_lines, OrderLine(id="2")))

    assert ["PARKED"] == receive(journal, document(more))


def test_rejected_order_holds_no_key_so_a_corrected_one_is_accepted(journal: Engine) -> None:
    wrong = Problem(code="order-line-quantity-missing", subject="1")

    assert ["REJECTED"] == receive(journal, document(order(), wrong))
    assert ["ACCEPTED"] == receive(journal, document(order()))


def test_higher_revision_supersedes_what_was_not_delivered(journal: Engine) -> None:
    receive(journal, document(order()))
    receive(journal, document(order(quantity="40", revision="1")))

    assert ["SUPERSEDED", "ACCEPTED"] == states(journal)
    assert 1 == len(send_all(journal, "outbox"))


def test_higher_revision_after_delivery_goes_out_as_a_change(journal: Engine) -> None:
    receive(journal, document(order()))
    first = send_all(journal)
    receive(journal, document(order(quantity="40", revision="1")))
    second = send_all(journal)

    assert [1, 1] == [len(first), len(second)]
    assert first != second


def test_change_does_not_overtake_its_order(journal: Engine) -> None:
    receive(journal, document(order()))
    send_all(journal, "outbox")
    receive(journal, document(order(quantity="40", revision="1")))

    with writing(journal) as connection:
        _, rows = deliveries.claim_deliveries(connection, "warehouse", 100)
    assert ["create"] == [row.action for row in rows]


def test_a_worker_may_claim_only_what_it_has_at_hand(journal: Engine) -> None:
    receive(journal, document(order(number="4711")))
    receive(journal, document(order(number="4712")))

    with writing(journal) as connection:
        _, [mine] = deliveries.claim_deliveries(connection, "warehouse", 100, [2])
        _, [rest] = deliveries.claim_deliveries(connection, "warehouse", 100)
    assert (2, 1) == (mine.document, rest.document)


def test_lower_revision_that_comes_late_is_superseded(journal: Engine) -> None:
    receive(journal, document(order(revision="2")))

    assert ["SUPERSEDED"] == receive(journal, document(order(quantity="40", revision="1")))


def test_third_content_of_a_partner_who_counts_no_revisions_is_not_taken_for_an_old_one(journal: Engine) -> None:
    resending = documents.Rules(sinks=RULES.sinks, resend={"nordwind": "supersede"})
    receive(journal, document(order(quantity="24")), rules=resending)
    receive(journal, document(order(quantity="40")), rules=resending)

    assert ["DUPLICATE"] == receive(journal, document(order(quantity="40")))
    assert ["PARKED"] == receive(journal, document(order(quantity="50")))
    assert ["ACCEPTED"] == receive(journal, document(order(quantity="60")), rules=resending)


def test_partner_whose_resends_replace_needs_no_person(journal: Engine) -> None:
    rules = documents.Rules(sinks=RULES.sinks, resend={"nordwind": "supersede"})
    receive(journal, document(order()), rules=rules)

    assert ["ACCEPTED"] == receive(journal, document(order(quantity="40")), rules=rules)
    assert ["SUPERSEDED", "ACCEPTED"] == states(journal)


def test_fault_of_the_envelope_holds_every_order_of_that_interchange_only(journal: Engine) -> None:
    held = Problem(code="edifact-message-count", place=Place(interchange=1))

    assert documents.holds(held, 1)
    assert not documents.holds(held, 2)
    assert ["PARKED"] == receive(journal, document(order(), interchange=1), held=held)


def test_held_delivery_parks_its_document(journal: Engine) -> None:
    receive(journal, document(order()))
    send_all(journal, "outbox", Held(question="unknown customer"))
    send_all(journal, "warehouse")

    assert ["PARKED"] == states(journal)


def test_test_order_without_a_test_sink_waits_for_a_person(journal: Engine) -> None:
    assert ["PARKED"] == receive(journal, document(order(test_indicator=True)))


def test_test_order_goes_to_the_test_sink_only(journal: Engine) -> None:
    rules = documents.Rules(sinks={"outbox": False, "trial": True})
    receive(journal, document(order(test_indicator=True)), rules=rules)

    with reading(journal) as connection:
        assert ["trial"] == list(connection.execute(select(schema.delivery.c.sink)).scalars())


def test_equation_balances_and_audit_chain_is_whole_after_all_kinds_of_decisions(journal: Engine) -> None:
    wrong = Problem(code="order-line-quantity-missing", subject="1")
    receive(journal, document(order("1")), document(order("1")), document(order("1", "9")), document(order("2"), wrong), document(None))
    for sink in RULES.sinks:
        send_all(journal, sink)

    with writing(journal) as connection:
        connection.execute(schema.receipt.update().values(state="READ"))
    with reading(journal) as connection:
        counted = status(connection)
        assert [] == list(verify_chains(connection))
    assert (5, 1, 1, 1, 2, 0, True) == (
        counted.documents,
        counted.delivered,
        counted.rejected,
        counted.duplicate,
        counted.parked,
        counted.in_flight,
        counted.balanced,
    )


def test_postponed_delivery_is_tried_again_later_not_at_once(journal: Engine) -> None:
    receive(journal, document(order()))
    with writing(journal) as connection:
        token, rows = deliveries.claim_deliveries(connection, "outbox", 100)
        deliveries.postpone(connection, token, rows, "does not answer")
    with writing(journal) as connection:
        _, again = deliveries.claim_deliveries(connection, "outbox", 100)

    assert (1, 0) == (len(rows), len(again))


def test_two_workers_never_claim_the_same_receipt(journal: Engine) -> None:
    with writing(journal) as connection:
        blob = Blob(sha256="0" * 64, size=1)
        given = [receipts.Received(transport_key=f"c{n}", source="inbox", name="a", blob=blob) for n in range(4)]
        receipts.record_receipts(connection, given)
    with writing(journal) as connection:
        _, first = receipts.claim_receipts(connection, 3)
    with writing(journal) as connection:
        _, second = receipts.claim_receipts(connection, 3)

    assert [3, 1] == [len(first), len(second)]
    assert not {row.id for row in first} & {row.id for row in second}


@pytest.mark.parametrize(("sizes", "claimed"), [((1_500_000, 400_000, 200_000), 2), ((90_000_000, 1, 1), 1), ((1, 1, 90_000_000), 2)])
def test_worker_leaves_large_files_to_others_but_takes_one_at_least(journal: Engine, sizes: tuple[int, ...], claimed: int) -> None:
    with writing(journal) as connection:
        blobs = [Blob(sha256="0" * 64, size=size) for size in sizes]
        given = [receipts.Received(transport_key=f"large{n}", source="inbox", name="a", blob=blob) for n, blob in enumerate(blobs)]
        receipts.record_receipts(connection, given)
    with writing(journal) as connection:
        _, first = receipts.claim_receipts(connection, 50)
    with writing(journal) as connection:
        _, rest = receipts.claim_receipts(connection, 50)

    assert claimed == len(first)
    assert rest


def test_worker_that_lost_its_lease_cannot_finish_the_receipt(journal: Engine) -> None:
    with writing(journal) as connection:
        one = receipts.Received(transport_key="lost", source="inbox", name="a", blob=Blob(sha256="0" * 64, size=1))
        receipts.record_receipts(connection, [one])
        token, [row] = receipts.claim_receipts(connection, 1)
        connection.execute(schema.receipt.update().values(lease_token="another worker"))

        assert set() == receipts.finish_receipts(connection, token, [(row.id, receipts.READ, None)])


def test_documents_that_an_interrupted_worker_had_kept_are_decided_too(journal: Engine) -> None:
    with writing(journal) as connection:
        one = receipts.Received(transport_key="kept", source="inbox", name="a.edi", blob=Blob(sha256="0" * 64, size=1))
        [key] = receipts.record_receipts(connection, [one])
        row = connection.execute(select(schema.receipt).where(schema.receipt.c.id == key)).one()
        both = [(1, document(order("1"))), (2, document(order("2")))]
        documents.write_parsed(connection, row, both[:1])
        documents.settle(connection, [(row, number, one, None) for number, one in both], RULES)

    assert ["ACCEPTED", "ACCEPTED"] == states(journal)


def test_document_that_is_decided_again_keeps_the_deliveries_that_are_done(journal: Engine) -> None:
    receive(journal, document(order()))
    send_all(journal, "warehouse")
    with writing(journal) as connection:
        row = connection.execute(select(schema.document)).one()
        documents.resettle(connection, row, None, RULES)
        counted = connection.execute(select(schema.delivery.c.sink, schema.delivery.c.state).order_by(schema.delivery.c.sink)).all()

    assert [("outbox", "WAITING"), ("warehouse", "DONE")] == [tuple(one) for one in counted]
