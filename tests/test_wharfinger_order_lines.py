"""Which line of the order is meant: by item, if exactly one is; and end to end, from the order in the journal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from wharfinger import desk, work
from wharfinger.journal import contents, documents, schema
from wharfinger.journal.database import reading
from wharfinger.order_lines import FIELD, refer
from wharfinger.problems import Problem
from wharfinger.records import (
    DespatchAdvice,
    DespatchLine,
    DocumentReference,
    Identifier,
    Invoice,
    InvoiceLine,
    Item,
    Order,
    OrderChange,
    OrderLine,
    OrderResponse,
    Record,
    lines,
)

GTIN, OTHER_GTIN = "4000862141404", "4000862141411"
ON = DocumentReference(id="4711")


def item(gtin: str | None = None, buyers: str | None = None, sellers: str | None = None) -> Item:
    standard, of_buyer, of_seller = (Identifier(value=one) if one else None for one in (gtin, buyers, sellers))
    return Item(standard_item_identification=standard, buyers_item_identification=of_buyer, sellers_item_identification=of_seller)


ORDER = Order(
    test_indicator=False,
    id="4711",
    order_lines=(
        OrderLine(id="10", item=item(GTIN)),
        OrderLine(id="20", item=item(None, "K-77")),
        OrderLine(id="30", item=item(None, "K-77")),
        OrderLine(id="40", item=item(None, None, "OF-24")),
    ),
)


def meant(record: Record) -> tuple[list[str | None], list[Problem]]:
    """The order lines that the lines of a record refer to, and what stays unclear."""
    changed, problems = refer(record, lambda reference: ORDER if reference.id == "4711" else None)
    references = [getattr(line, "order_line_reference", None) for line in lines(changed)]
    return [one.line_id if one is not None else None for one in references], problems


def change(*given: OrderLine, scope: str = "delta") -> OrderChange:
    return OrderChange(test_indicator=False, order_reference=ON, change_scope=scope, order_lines=given)


def test_line_is_known_by_gtin_else_by_the_buyers_else_by_the_sellers_number() -> None:
    by_gtin = OrderLine(item=item("0" + GTIN, "unknown"))
    by_seller = OrderLine(item=item(OTHER_GTIN, None, "of-24"))

    assert (["10", "40"], []) == meant(change(by_gtin, by_seller))


def test_of_several_lines_with_the_item_the_one_of_the_same_number_is_meant() -> None:
    assert (["30"], []) == meant(change(OrderLine(id="30", item=item(None, "K-77"))))


def test_change_whose_item_stands_in_several_lines_is_for_a_person() -> None:
    assert ([None], [Problem(code="order-line-ambiguous", subject="1", found="20, 30")]) == meant(
        change(OrderLine(id="1", line_status_code="2", item=item(None, "K-77")))
    )


def test_response_whose_item_is_not_in_the_order_is_for_a_person() -> None:
    response = OrderResponse(test_indicator=False, order_reference=ON, order_lines=(OrderLine(id="10", item=item(OTHER_GTIN)),))

    assert [Problem(code="order-line-not-found", subject="10", expected="4711", found="0" + OTHER_GTIN)] == meant(response)[1]


def test_line_without_an_item_is_known_by_its_number_in_a_change_only() -> None:
    advice = DespatchAdvice(test_indicator=False, order_reference=ON, despatch_lines=(DespatchLine(id="40"),))

    assert (["40"], []) == meant(change(OrderLine(id="40", line_status_code="2")))
    assert [None] == meant(advice)[0]


def test_added_line_and_new_line_of_an_order_anew_refer_to_nothing() -> None:
    new = OrderLine(id="50", item=item(OTHER_GTIN))

    assert ([None], []) == meant(change(OrderLine(id="50", line_status_code="1", item=item(GTIN))))
    assert ([None], []) == meant(change(new, scope="complete"))


def test_line_that_says_which_line_it_means_stays_as_it_is() -> None:
    stated = DocumentReference(id="4711", line_id="7")

    assert (["7"], []) == meant(change(OrderLine(item=item(GTIN), order_line_reference=stated)))


def test_line_of_an_order_that_is_unknown_stays_as_it_is() -> None:
    advice = DespatchAdvice(
        test_indicator=False,
        order_reference=ON,
        despatch_lines=(DespatchLine(item=item(GTIN), order_line_reference=DocumentReference(id="other")), DespatchLine(item=item(GTIN))),
    )

    assert ([None, "10"], []) == meant(advice)


def test_invoice_line_that_stays_unclear_is_only_told() -> None:
    lines_ = (InvoiceLine(id="1", item=item(None, "K-77")), InvoiceLine(id="2", despatch_line_reference=ON, item=item(OTHER_GTIN)))
    _, problems = meant(Invoice(test_indicator=False, order_reference=ON, invoice_lines=lines_))

    assert [("order-line-unclear", "warning")] == [(one.code, one.severity) for one in problems]


NORDWIND, US = "4012345500004", "5412345000013"


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[work.Hub]:
    url = "sqlite:///journal.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    (tmp_path / "partners").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "wharf.yaml").write_text(
        f"companies: [{{company: us, name: Hafen AG, identity: {{gln: ['{US}']}}}}]\ndatabase: {url}\n"
        "sources: {inbox: {kind: folder, folder: inbox, stable_seconds: 0}}\nsinks: {outbox: {kind: xml_outbox, folder: outbox}}\n"
    )
    (tmp_path / "partners" / "nordwind.yaml").write_text(f"partner: nordwind\nname: Nordwind\nidentity: {{gln: ['{NORDWIND}']}}\n")
    with work.open_hub(tmp_path) as opened:
        yield opened


def message(number: int, kind: str, begin: str, *given: str) -> str:
    body = f"BGM+{begin}'DTM+137:20261101:102'RFF+ON:4711'NAD+BY+{NORDWIND}::9'NAD+SU+{US}::9'{''.join(given)}UNS+S'"
    body = body.replace("RFF+ON:4711'", "") if kind == "ORDERS" else body
    return f"UNH+{number}+{kind}:D:96A:UN:EAN008'{body}UNT+{body.count(chr(39)) + 2}+{number}'"


TWO_LINES = f"LIN+10++{GTIN}:EN'QTY+21:5'LIN+20++{OTHER_GTIN}:EN'QTY+21:5'"
TWICE = f"LIN+10++{GTIN}:EN'QTY+21:5'LIN+20++{GTIN}:EN'QTY+21:5'"
CHANGED = f"LIN+1+3+{GTIN}:EN'QTY+21:7'"


def receive(hub: work.Hub, *messages: str, name: str = "1") -> None:
    text = f"UNB+UNOC:3+{NORDWIND}:14+{US}:14+261101:1000+{name}'{''.join(messages)}UNZ+{len(messages)}+{name}'"
    (hub.home.folder / "inbox" / f"{name}.edi").write_text(text)
    work.take_in(hub)
    while work.process(hub).receipts:
        pass


def kept(hub: work.Hub, document: int) -> tuple[str, list[str | None], list[tuple[str, ...]], list[str]]:
    """State, lines referred to, what is assumed and problem codes of a document."""
    with reading(hub.journal) as connection:
        record = contents.record_of(connection, document)
        state = connection.execute(select(schema.document.c.state).where(schema.document.c.id == document)).scalar_one()
        codes = [one.code for one in documents.problems_of(connection, document)]
    assert isinstance(record, OrderChange)
    references = [line.order_line_reference for line in record.order_lines]
    return state, [one.line_id if one else None for one in references], [line.assumed for line in record.order_lines], codes


def test_change_of_an_order_of_the_same_file_refers_to_its_line(hub: work.Hub) -> None:
    receive(hub, message(1, "ORDERS", "220+4711+9", TWO_LINES), message(2, "ORDCHG", "230+C-1+4", CHANGED))

    state, references, assumed, codes = kept(hub, 2)
    assert ("ACCEPTED", ["10"], []) == (state, references, codes)
    assert FIELD in assumed[0]


def test_change_that_was_completed_is_delivered_so(hub: work.Hub) -> None:
    receive(hub, message(1, "ORDERS", "220+4711+9", TWO_LINES), message(2, "ORDCHG", "230+C-1+4", CHANGED))
    while work.deliver(hub).done:
        pass

    texts = [file.read_text() for file in (hub.home.folder / "outbox").glob("*.xml")]
    [xml] = [one for one in texts if "<OrderChange" in one]
    assert "<cac:OrderLineReference><cbc:LineID>10</cbc:LineID>" in xml


def test_change_with_prices_and_no_currency_has_that_of_its_order(hub: work.Hub) -> None:
    priced = f"LIN+10+3+{GTIN}:EN'QTY+21:7'PRI+AAA:2.50'"
    receive(hub, message(1, "ORDERS", "220+4711+9", "CUX+2:EUR:9'", TWO_LINES), name="1")
    receive(hub, message(1, "ORDCHG", "230+C-1+4", priced), name="2")
    receive(hub, message(1, "ORDCHG", "230+C-1+4", priced), name="3")
    while work.deliver(hub).done:
        pass

    with reading(hub.journal) as connection:
        record = contents.record_of(connection, 2)
    [xml] = [one for file in (hub.home.folder / "outbox").glob("*.xml") if "<OrderChange" in (one := file.read_text())]
    assert ("DELIVERED", []) == (kept(hub, 2)[0], kept(hub, 2)[3])
    assert isinstance(record, OrderChange)
    assert ("EUR", ("document_currency_code",)) == (record.document_currency_code, record.assumed)
    assert '<cbc:PriceAmount currencyID="EUR">2.50</cbc:PriceAmount>' in xml
    assert "DUPLICATE" == kept(hub, 3)[0]


def test_change_without_a_currency_of_an_order_that_is_not_there_is_asked_about(hub: work.Hub) -> None:
    receive(hub, message(1, "ORDCHG", "230+C-1+4", f"LIN+10+3+{GTIN}:EN'QTY+21:7'PRI+AAA:2.50'"))

    state, _, _, codes = kept(hub, 1)
    assert ("PARKED", ["currency-missing"]) == (state, codes)


def test_change_that_stays_unclear_is_parked_until_a_person_says_which_line(hub: work.Hub) -> None:
    receive(hub, message(1, "ORDERS", "220+4711+9", TWICE), name="1")
    receive(hub, message(1, "ORDCHG", "230+C-1+4", CHANGED), name="2")
    before = kept(hub, 2)
    desk.answer(hub, 2, "order_lines[1].order_line_reference.line_id", "20")

    assert ("PARKED", ["order-line-ambiguous"]) == (before[0], before[3])
    assert ("ACCEPTED", ["20"], []) == (kept(hub, 2)[0], kept(hub, 2)[1], kept(hub, 2)[3])


def test_change_that_came_before_its_order_and_comes_again_is_a_duplicate(hub: work.Hub) -> None:
    receive(hub, message(1, "ORDCHG", "230+C-1+4", CHANGED), name="1")
    receive(hub, message(1, "ORDERS", "220+4711+9", TWO_LINES), name="2")
    receive(hub, message(1, "ORDCHG", "230+C-1+4", CHANGED), name="3")

    assert [None] == kept(hub, 1)[1]
    assert ("DUPLICATE", ["10"]) == kept(hub, 3)[:2]
