"""Writing EDIFACT: what was written is read back as it was, nothing is lost silently, pydifact agrees."""

import io
import json
import re
import string
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.edifact import parse, write
from parsers.edifact.directory import directory
from parsers.edifact.writing import MESSAGES
from parsers.edifact.writing_notation import compile_message
from parsers.edifact.writing_packing import levels
from parsers.edifact.writing_text import chosen, divided, encoded
from parsers.edifact.writing_witness import differs
from wharfinger.cli import wharf
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document, Interchange, WriteContext, Written
from wharfinger.mapping import MappingError
from wharfinger.problem_codes import LANGUAGES
from wharfinger.records import (
    Address,
    Amount,
    ApplicationResponse,
    Contact,
    Delivery,
    DocumentReference,
    DocumentResponse,
    Identifier,
    Item,
    Order,
    OrderLine,
    Party,
    Period,
    Place,
    Price,
    Quantity,
    Record,
    Response,
    TransportHandlingUnit,
    from_json,
)

FIXTURES = Path(__file__).parent / "fixtures" / "edifact_writing"
RECORDS = sorted(file.stem for file in FIXTURES.glob("*.json"))
PREPARED = datetime(2026, 11, 1, 9, 30)


def record_of(name: str) -> Record:
    return from_json((FIXTURES / f"{name}.json").read_text("utf-8"))


def written(*records: Record, directory: str | None = None, number: int = 7, **options: Any) -> list[Written]:
    partner = Partner(partner="p", name="P", formats={"edifact-out": options})
    return list(write(records, WriteContext(prepared=PREPARED, control_number=number, partner=partner, directory=directory)))


def one(*records: Record, **options: Any) -> Written:
    [only] = written(*records, **options)
    return only


def read(content: bytes) -> list[Document]:
    items = list(parse(io.BytesIO(content), Context()))
    assert all(isinstance(item, Document | Interchange) for item in items), items
    return [item for item in items if isinstance(item, Document)]


def without_origins(value: Any) -> Any:
    """As plain values, without what a reader notes for itself."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        kept = {name: without_origins(one) for name, one in value.items() if name not in ("origin", "extensions", "assumed")}
        return {name: one for name, one in kept.items() if one not in ({}, [])}
    return [without_origins(one) for one in value] if isinstance(value, list | tuple) else value


def codes(result: Written) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code, problem.subject, problem.found) for problem in result.problems]


def segments(result: Written) -> list[str]:
    return re.findall(r"((?:\?.|[^?'])+)'", result.content.decode("latin-1"))


@pytest.mark.parametrize("name", RECORDS)
def test_record_becomes_its_interchange(name: str) -> None:
    result = one(record_of(name), line_ends=True)

    assert (FIXTURES / f"{name}.edi").read_bytes() == result.content


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("release", ["D.96A", "D.97A", "D.01B:UN:EAN010"])
def test_what_was_written_is_read_back_as_it_was(name: str, release: str) -> None:
    record = record_of(name)
    result = one(record, directory=release)
    [document] = read(result.content)

    assert [] == [problem for problem in document.problems if problem.severity == "error"]
    assert without_origins(record) == without_origins(document.record)


@pytest.mark.parametrize("name", RECORDS)
def test_nothing_of_the_samples_is_lost(name: str) -> None:
    assert () == one(record_of(name)).problems


def gln(number: str) -> Identifier:
    return Identifier(value=number, scheme_id="0088")


BUYER = Party(name="Nordwind GmbH", endpoint_id=gln("4012345500004"), identifications=(gln("4012345500004"),))
SELLER = Party(name="Hafen AG", endpoint_id=gln("5412345000013"), identifications=(gln("5412345000013"),))
LINE = OrderLine(id="1", quantity=Quantity(value=Decimal(24), unit_code="C62"), item=Item(name="Oil filter"))
ORDER = Order(
    id="4711",
    issue_date=date(2026, 11, 1),
    test_indicator=False,
    order_type_code="220",
    buyer_customer_party=BUYER,
    seller_supplier_party=SELLER,
    line_count_numeric=1,
    order_lines=(LINE,),
)


def order(**changes: Any) -> Order:
    return msgspec.structs.replace(ORDER, **changes)


def named(name: str) -> Order:
    return order(order_lines=(msgspec.structs.replace(LINE, item=Item(name=name)),))


GERMAN = string.ascii_letters + string.digits + " äöüÄÖÜß'+:?*.,-/()&\"%"
texts = st.text(GERMAN, min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool)
words = st.text(GERMAN.replace(" ", ""), min_size=1, max_size=30)
codes_of_parties = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=17)
numbers = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
times = st.times(time(0, 0), time(23, 59)).map(lambda one: one.replace(microsecond=0, tzinfo=None))
amounts = st.builds(Amount, value=st.decimals(min_value=0, max_value=10**12, places=2), currency_id=st.sampled_from(["EUR", "USD"]))
quantities = st.builds(Quantity, value=numbers, unit_code=st.sampled_from(["C62", "KGM", "XCT", "LTR"]))


@st.composite
def parties(draw: st.DrawFn) -> Party:
    named_by = draw(st.sampled_from(["gln", "91", "92", None]))
    number = draw(st.text(string.digits, min_size=13, max_size=13) if named_by == "gln" else codes_of_parties)
    identifier = Identifier(value=number, scheme_id="0088" if named_by == "gln" else named_by)
    address = draw(st.none() | st.builds(Address, street_name=st.text(string.ascii_letters, min_size=1, max_size=35), city_name=words))
    return Party(
        id=None if named_by == "gln" else number,
        name=draw(st.none() | texts),
        endpoint_id=identifier if named_by == "gln" else None,
        identifications=(identifier,),
        tax_ids=draw(st.just(()) | st.builds(lambda value: (Identifier(value=value, scheme_id="VAT"),), codes_of_parties)),
        address=address,
        contact=draw(st.none() | st.builds(Contact, name=words, telephone=words)),
    )


items = st.builds(
    Item,
    name=texts,
    descriptions=st.lists(texts, max_size=2).map(tuple),
    buyers_item_identification=st.none() | st.builds(Identifier, value=words),
    sellers_item_identification=st.none() | st.builds(Identifier, value=words),
    standard_item_identification=st.none()
    | st.builds(Identifier, value=st.text(string.digits, min_size=13, max_size=13), scheme_id=st.just("0160")),
)
prices = st.builds(
    Price,
    price_amount=st.builds(Amount, value=numbers, currency_id=st.just("EUR")),
    base_quantity=st.none() | st.builds(Quantity, value=st.decimals(1, 1000, places=0), unit_code=st.just("C62")),
    price_type_code=st.sampled_from(["AAA", "NTP"]),
)
periods = st.builds(Period, start_date=days, end_date=st.none() | days)
order_lines = st.builds(
    OrderLine,
    id=st.integers(1, 999_999).map(str),
    quantity=quantities,
    item=items,
    price=st.none() | prices,
    line_extension_amount=st.none() | amounts,
    deliveries=st.lists(st.builds(Delivery, quantity=quantities, requested_delivery_period=periods), max_size=2).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
    contract=st.none() | st.builds(DocumentReference, id=words, line_id=st.none() | st.just("10"), issue_date=st.none() | days),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    lines = tuple(draw(st.lists(order_lines, min_size=1, max_size=3)))
    return Order(
        id=draw(words),
        issue_date=draw(days),
        issue_time=draw(st.none() | times),
        test_indicator=draw(st.booleans()),
        order_type_code=draw(st.sampled_from(["220", "221", "105"])),
        document_currency_code="EUR",
        notes=tuple(draw(st.lists(texts, max_size=3))),
        customer_reference=draw(st.none() | words),
        buyer_customer_party=draw(parties()),
        seller_supplier_party=draw(parties()),
        delivery=draw(st.none() | st.builds(Delivery, requested_delivery_period=periods)),
        line_count_numeric=len(lines),
        order_lines=lines,
    )


@settings(max_examples=60, deadline=None)
@given(orders(), st.sampled_from(["D.96A", "D.01B"]), st.sampled_from([".", ","]), st.sampled_from([3, 4]))
def test_any_order_is_read_back_as_it_was(record: Order, release: str, mark: str, version: int) -> None:
    result = one(record, directory=release, decimal_mark=mark, syntax_version=version)
    [document] = read(result.content)

    assert [] == [problem for problem in result.problems if problem.code != "edifact-text-divided"]
    assert [] == [problem.code for problem in document.problems if problem.code.startswith("edifact")]
    assert without_origins(record) == without_origins(document.record)


@settings(max_examples=100, deadline=None)
@given(st.text(GERMAN, max_size=200).map(lambda text: " ".join(text.split())), st.integers(5, 70), st.integers(1, 5))
def test_divided_text_has_no_piece_too_long_and_loses_nothing(text: str, width: int, count: int) -> None:
    pieces, rest = divided(text, width, count)

    assert all(0 < len(piece) <= width for piece in pieces)
    assert len(pieces) <= count
    assert text.replace(" ", "") == "".join([*pieces, rest]).replace(" ", "")


@st.composite
def packings(draw: st.DrawFn) -> tuple[list[TransportHandlingUnit], list[tuple[TransportHandlingUnit, ...]]]:
    """Units, each on one before it or on none, and the units that each line lies in."""
    units: list[TransportHandlingUnit] = []
    for number in range(draw(st.integers(0, 6))):
        below = draw(st.none() | st.sampled_from(units)) if units else None
        units.append(TransportHandlingUnit(id=Identifier(value=str(number)), parent_id=below.id if below else None))
    inside = st.lists(st.sampled_from(units), max_size=3, unique=True).map(tuple) if units else st.just(())
    return units, draw(st.lists(inside, max_size=6))


@settings(max_examples=100, deadline=None)
@given(packings())
def test_every_unit_and_line_is_on_one_level_below_that_of_its_parent(
    packing: tuple[list[TransportHandlingUnit], list[tuple[TransportHandlingUnit, ...]]],
) -> None:
    units, lines = packing
    found = levels(units, lines)
    numbers = [level.number for level in found]
    of_unit = {unit: level for level in found for unit in level.units}

    assert [str(number) for number in range(1, len(found) + 1)] == numbers
    assert all(level.parent in numbers[: int(level.number) - 1] for level in found[1:])
    assert sorted(range(len(units))) == sorted(unit for level in found for unit in level.units)
    assert sorted(range(len(lines))) == sorted(line for level in found for line in level.lines)
    assert all(
        of_unit[index].parent == (of_unit[int(str(unit.parent_id.value))].number if unit.parent_id else "1")
        for index, unit in enumerate(units)
    )


@pytest.mark.parametrize(
    ("name", "label", "version"),
    [
        ("Oil filter", "UNOC", "3"),
        ("Ölfilter für Motoren", "UNOC", "3"),
        ("Масляный фильтр для двигателя", "UNOE", "3"),
        ("Filtr oleju silnikowego źółty", "UNOD", "3"),
        ("机油滤清器 (红色)", "UNOW", "4"),
        ("Масляный фильтр für Motoren", "UNOW", "4"),
        ("Ölfilter 12,50 €", "UNOW", "4"),
    ],
)
def test_charset_is_what_the_texts_need(name: str, label: str, version: str) -> None:
    result = one(named(name))
    [document] = read(result.content)

    assert f"UNB+{label}:{version}+".encode() in result.content
    assert () == result.problems
    assert name == document.record.order_lines[0].item.name


def test_version_4_has_a_repetition_separator_and_a_year_of_four_digits() -> None:
    result = one(named("机油*滤清器"))

    assert result.content.startswith(b"UNA:+.?*'UNB+UNOW:4+4012345500004:14+5412345000013:14+20261101:0930+7'")
    assert "机油?*滤清器".encode() in result.content


@pytest.mark.parametrize(
    ("charset", "name", "problem"),
    [
        ("UNOA", "OIL FILTER, 12", ("edifact-character-not-carried", "buyer_customer_party.name", "o (U+006F)")),
        ("UNOC", "Фильтр", ("edifact-character-not-carried", "order_lines[1].item.name", "Ф (U+0424)")),
        (["UNOB", "UNOC"], "机油", ("edifact-character-not-carried", "order_lines[1].item.name", "机 (U+673A)")),
        ("UNOW", "Oil\x00filter", ("edifact-character-not-carried", "order_lines[1].item.name", "U+0000")),
    ],
)
def test_character_that_the_agreed_charset_has_not_holds_the_record(charset: Any, name: str, problem: tuple[str, str, str]) -> None:
    result = one(named(name), charset=charset)

    assert problem in codes(result)
    assert b"" == result.content


def test_character_is_told_of_the_field_that_is_written() -> None:
    unwritten = msgspec.structs.replace(BUYER, id="ó", name="Bó", endpoint_id=gln("4000001000005"))
    result = one(msgspec.structs.replace(named("OIL FILTER"), buyer_customer_party=unwritten), charset="UNOE")

    found = [one for one in codes(result) if one[0] == "edifact-character-not-carried"]
    assert [("edifact-character-not-carried", "buyer_customer_party.name", "ó (U+00F3)")] == found


def test_first_of_the_agreed_charsets_that_holds_the_text_is_taken() -> None:
    result = one(named("Öl"), charset=["UNOB", "UNOD", "UNOC"])

    assert b"UNB+UNOD:3+" in result.content
    assert "UNOB" == chosen(["Oil filter"], ("UNOB", "UNOC"))


def test_text_longer_than_its_place_goes_on_in_the_next_segment() -> None:
    item = Item(name="Oil filter for engines of ships and lorries with a long life, two seals and one spring")
    result = one(order(notes=("word " * 100,), order_lines=(msgspec.structs.replace(LINE, item=item),)))
    lines = segments(result)

    assert {"edifact-text-divided"} == {code for code, _, _ in codes(result)}
    assert 2 == sum(line.startswith("FTX+AAI") for line in lines)
    assert ["IMD+F++:::Oil filter for engines of ships:and lorries with a long life, two", "IMD+F++:::seals and one spring"] == [
        line for line in lines if line.startswith("IMD")
    ]


def test_address_of_many_lines_goes_on_in_name_and_address_lines() -> None:
    lines = tuple(f"Line {number}" for number in range(1, 5))
    party = msgspec.structs.replace(BUYER, address=Address(street_name="Kai 1", address_lines=lines, city_name="Hamburg"))
    result = one(order(buyer_customer_party=party))

    assert "NAD+BY+4012345500004::9+Line 4+Nordwind GmbH+Kai 1:Line 1:Line 2:Line 3+Hamburg" in segments(result)
    assert () == result.problems


def test_text_without_room_is_cut_and_that_is_said() -> None:
    city = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    result = one(order(buyer_customer_party=msgspec.structs.replace(BUYER, address=Address(street_name="Kai 1", city_name=city))))

    assert [("edifact-text-cut", "buyer_customer_party.address.city_name", city)] == codes(result)
    assert "NAD+BY+4012345500004::9++Nordwind GmbH+Kai 1+Llanfairpwllgwyngyllgogerychwyrndro" in segments(result)


def test_what_was_cut_makes_no_second_segment_that_takes_the_rest_of_the_group() -> None:
    tax, address = Identifier(value="DE123456788", scheme_id="VAT"), Address(city_name="Hamburg", country_subentity="Freie und Hansestadt")
    record = order(buyer_customer_party=msgspec.structs.replace(BUYER, address=address, tax_ids=(tax,)))
    lines = segments(one(record))

    [party] = [number for number, line in enumerate(lines) if line.startswith("NAD+") and ("BY" in line or line.endswith("+"))]
    assert ["NAD+BY+4012345500004::9++Nordwind GmbH++Hamburg+Freie", "RFF+VA:DE123456788"] == lines[party : party + 2]


def test_number_without_room_holds_the_record() -> None:
    too_long = Quantity(value=Decimal("1234567890123456"), unit_code="C62")
    result = one(order(order_lines=(msgspec.structs.replace(LINE, quantity=too_long),)))

    assert ("edifact-no-room", "order_lines[1].quantity.value", "1234567890123456") in codes(result)
    assert b"" == result.content


@pytest.mark.parametrize(("value", "text"), [("1E+3", "1000"), ("0.50", "0.50"), ("1.500000000000000000", "1.5"), ("-2", "-2")])
def test_numbers_are_plain(value: str, text: str) -> None:
    result = one(order(order_lines=(msgspec.structs.replace(LINE, quantity=Quantity(value=Decimal(value), unit_code="KGM")),)))

    assert f"QTY+21:{text}:KGM" in segments(result)


def test_line_number_that_is_no_number_becomes_the_position() -> None:
    result = one(order(order_lines=(msgspec.structs.replace(LINE, id="A-10"),)))

    assert "LIN+1" in segments(result)
    assert [("edifact-not-carried", "order_lines[1].id", "A-10")] == codes(result)


def test_what_the_message_has_no_place_for_is_said() -> None:
    line = msgspec.structs.replace(LINE, seller_substituted_item=Item(name="Air filter"), extensions={"x": "1"})
    result = one(order(originator_document_reference=DocumentReference(id="V-1"), order_lines=(line,)))

    assert [
        ("edifact-not-carried", "originator_document_reference", "V-1"),
        ("edifact-not-carried", "order_lines[1].seller_substituted_item", "Air filter"),
        ("edifact-not-carried", "order_lines[1].extensions", "x: 1"),
    ] == codes(result)
    assert ["warning"] * 3 == [problem.severity for problem in result.problems]


def test_record_without_a_mandatory_part_is_held() -> None:
    result = one(order(issue_date=None))

    assert [("edifact-incomplete", "DTM", "edifact-segment-missing")] == codes(result)
    assert b"" == result.content


def test_party_that_no_network_knows_is_held() -> None:
    result = one(order(seller_supplier_party=Party(contact=Contact(name="Erika"))))

    assert [("edifact-unaddressed", "recipient", None)] == codes(result)


@pytest.mark.parametrize(
    ("party", "address"),
    [
        (BUYER, "4012345500004:14"),
        (Party(identifications=(Identifier(value="K-1", scheme_id="92"),)), "K-1:ZZZ"),
        (Party(id="K-2"), "K-2:ZZZ"),
        (Party(name="Nordwind GmbH"), "Nordwind GmbH:ZZZ"),
    ],
)
def test_sender_is_known_by_its_gln_or_another_code(party: Party, address: str) -> None:
    result = one(order(buyer_customer_party=party))

    assert f"UNB+UNOC:3+{address}+".encode() in result.content


def test_partner_file_decides_about_the_envelope() -> None:
    options = {
        "sender": {"id": "WE", "qualifier": "ZZZ"},
        "recipient": {"id": "THEY", "qualifier": "30", "routing": "X"},
        "application_reference": "ORDERS",
        "agreement": "EANCOM",
        "acknowledgement": True,
        "directory": {"ORDERS": "D.01B:UN:EAN010"},
        "segments": {"ORDERS": {"SG1[RFF/1153=ADE]": {"RFF/1154": "customer_reference"}, "SG[RFF/1153=CR]": None}},
    }
    lines = segments(one(order(customer_reference="77", test_indicator=True), **options))

    assert "UNB+UNOC:3+WE:ZZZ+THEY:30:X+261101:0930+7++ORDERS++1+EANCOM+1" in lines
    assert "UNH+1+ORDERS:D:01B:UN:EAN010" in lines
    assert ["RFF+ADE:77"] == [line for line in lines if line.startswith("RFF")]


def test_records_of_the_same_parties_share_an_interchange() -> None:
    other = msgspec.structs.replace(BUYER, endpoint_id=gln("4000001000005"))
    third, test = order(id="3", buyer_customer_party=other), order(id="4", test_indicator=True)
    results = written(order(id="1"), third, order(id="2"), test, record_of("order_response"))

    assert [(0, 2), (1,), (3,), (0,)] == [tuple(n % 4 for n in result.records) for result in results]
    assert [b"UNZ+2+7'", b"UNZ+1+8'", b"UNZ+1+9'", b"UNZ+1+10'"] == [result.content[result.content.rindex(b"UNZ") :] for result in results]
    assert ["UNH+1+ORDERS:D:96A:UN", "UNH+2+ORDERS:D:96A:UN"] == [one for one in segments(results[0]) if one.startswith("UNH")]


def test_record_with_an_error_does_not_hold_the_others() -> None:
    result = one(order(id="1"), order(id="2", issue_date=None), order(id="3"))

    assert (0, 2) == result.records
    assert ["BGM+220+1+9", "BGM+220+3+9"] == [line for line in segments(result) if line.startswith("BGM")]
    assert ["edifact-incomplete"] == [problem.code for problem in result.problems]


def test_pydifact_reads_every_sample_as_it_was_meant() -> None:
    results = [one(record_of(name)) for name in RECORDS]

    assert len(results) >= len(set(MESSAGES.values()))
    assert all(result.content for result in results)


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ((b"47?+11", b"47+11"), "segment 2: BGM 220 | 47+11 is read as BGM 220 | 47 | 11"),
        ((b"UNT+3", b"UNT+4"), "segment 3: UNT 3 | 1 is read as UNT 4 | 1"),
        ((b"UNZ+1", b"UNZ+2"), "UNZ 2 | 7 does not count 1 messages of 7"),
        ((b"'UNZ+1+7'", b""), "EDISyntaxError: EDIFACT Syntax Error: Unexpected end of EDI messages."),
    ],
)
def test_witness_says_what_it_understands_otherwise(change: tuple[bytes, bytes], objection: str) -> None:
    meant: list[Any] = [["UNH", ["1"], ["ORDERS", "D", "96A", "UN"]], ["BGM", ["220"], ["47+11"]], ["UNT", ["3"], ["1"]]]
    raw = b"UNB+UNOC:3+A:14+B:14+261101:0900+7'" + encoded(meant, "UNOC", 3) + b"UNZ+1+7'"

    assert differs(raw, "UNOC", meant) is None
    assert objection == differs(raw.replace(*change), "UNOC", meant)


def test_interchange_that_the_witness_reads_otherwise_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.edifact.writing.differs", lambda *_: "segment 3: it sees a seagull")
    result = one(ORDER)

    assert [("edifact-witness", "7", "segment 3: it sees a seagull")] == codes(result)
    assert b"" == result.content


def every_problem() -> Iterator[Any]:
    place = Party(name="N", address=Address(city_name="x" * 40))
    unplaced = order(originator_document_reference=DocumentReference(id="V"))
    broken = [order(issue_date=None), named("Фильтр"), order(seller_supplier_party=None), order(id="1" * 40), unplaced]
    for record in [*broken, named("word " * 30), order(seller_supplier_party=place)]:
        yield from one(record, charset="UNOC").problems


def test_every_problem_of_writing_is_provoked_and_has_its_words() -> None:
    found = {problem.code: problem for problem in every_problem()}

    assert {
        "edifact-incomplete",
        "edifact-character-not-carried",
        "edifact-unaddressed",
        "edifact-no-room",
        "edifact-not-carried",
        "edifact-text-divided",
        "edifact-text-cut",
    } == set(found)
    assert all("?" not in problem.text(language) for problem in found.values() for language in LANGUAGES)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"BGM/1004": "nr"}, "ORDERS.BGM/1004.1004.field: no field 'nr'; Order has: id, issue_date"),
        ({"BGM/9999": "id"}, "ORDERS.BGM/9999.9999: BGM has no 9999; valid: C002/1001"),
        ({"QTY": {6060: "id"}}, "ORDERS.QTY: no QTY here; valid: UNH, BGM"),
        ({"SG99": {}}, "ORDERS.SG99: no SG99 here; valid: SG1, SG2"),
        ({"BGM": {1004: {"fields": "id"}}}, "ORDERS.BGM.1004: unknown: fields; valid: "),
        ({"BGM": {1004: {"is": "x" * 36}}}, f"ORDERS.BGM.1004: '{'x' * 36}' does not fit an..35"),
        ({"BGM": "id"}, "ORDERS.BGM: write a mapping"),
        ({"bgm": {}}, "ORDERS.bgm: write a segment as TAG"),
        ({"SG25": {"each": "notes", "LIN/1082": "id"}}, "ORDERS.SG25.LIN/1082.1082.field: no field 'id'; str has: no fields"),
        ({"SG25": {"each": "delivery"}}, "ORDERS.SG25.each: delivery is one alone; write at"),
        ({"BGM": {1004: {"field": "id", "D.77A": {}}}}, "ORDERS.BGM.1004.D.77A: no directory D.77A; valid: D.93A"),
        ({"BGM": {1001: {"field": "id", "code_list": "nowhere"}}}, "ORDERS.BGM.1001: code_list: there is no mappings/codes/nowhere.csv"),
    ],
)
def test_wrong_mapping_is_refused_and_what_is_valid_is_said(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError) as error:
        compile_message({"kinds": ["Order"], "segments": mapping}, Order, "ORDERS", directory("96A"))

    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"charsets": "UNOC"}, "formats.edifact-out: Object contains unknown field `charsets`"),
        ({"charset": "UTF-8"}, "formats.edifact-out.charset: 'UTF-8'; valid: UNOA"),
        ({"directory": "D.77A"}, "directory: 'D.77A'; valid: D.93A"),
    ],
)
def test_wrong_partner_file_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError) as error:
        written(ORDER, **options)

    assert str(error.value).startswith(message)


@pytest.mark.parametrize(("kind", "message"), [*MESSAGES.items(), ("ApplicationResponse", "CONTRL"), ("ApplicationResponse", "APERAK")])
def test_every_mapping_fits_every_directory_that_has_the_message(kind: str, message: str) -> None:
    from parsers.edifact.directory import RELEASES
    from parsers.edifact.writing import _compiled

    compiled = [_compiled(kind, message, release, b"{}") for release in RELEASES if message in directory(release).messages]

    assert compiled


def run(*arguments: str) -> Any:
    return CliRunner().invoke(wharf, ["convert", *arguments, "--to", "edifact", "--date", "2026-11-01T09:30"], standalone_mode=False)


def test_convert_writes_an_interchange(tmp_path: Path) -> None:
    (tmp_path / "order.edi").write_bytes(one(ORDER, directory="D.01B").content)
    result = run(str(tmp_path / "order.edi"), "--control-number", "7", "--directory", "D.96A:UN:EAN008")

    assert one(ORDER, directory="D.96A:UN:EAN008").content == result.stdout_bytes


def test_convert_asks_for_a_folder_for_several_interchanges(tmp_path: Path) -> None:
    other = order(id="2", buyer_customer_party=msgspec.structs.replace(BUYER, endpoint_id=gln("4000001000005")))
    (tmp_path / "orders.edi").write_bytes(b"".join(result.content for result in written(ORDER, other)))
    alone = run(str(tmp_path / "orders.edi"))
    result = run(str(tmp_path / "orders.edi"), "--out", str(tmp_path / "out"))

    assert "2 files are to be written: say --out DIR" in str(alone.exception)
    assert ["0001-ORDERS.edi", "0002-ORDERS.edi"] == sorted(file.name for file in (tmp_path / "out").iterdir())
    assert 0 == result.exit_code or isinstance(result.exception, SystemExit)


def test_place_of_a_problem_is_that_of_the_record() -> None:
    result = one(order(originator_document_reference=DocumentReference(id="V-1"), origin=Place(message=3)))

    assert [Place(message=3)] == [problem.place for problem in result.problems]


CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "edifact"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not here")
def test_what_others_wrote_is_written_again_without_an_objection() -> None:
    count, objections = 0, []
    for file in sorted(CORPUS.rglob("*.ed*")):
        documents = [item for item in parse(io.BytesIO(file.read_bytes()[:200_000]), Context()) if isinstance(item, Document)]
        for result in written(*(document.record for document in documents[:3] if document.record is not None)):
            count += bool(result.content)
            objections += [(file.name, problem.text()) for problem in result.problems if problem.code == "edifact-witness"]
            again = read(result.content) if result.content else []
            objections += [(file.name, one.text()) for document in again for one in document.problems if one.code.startswith("edifact-seg")]

    assert count > 20
    assert [] == objections


def test_every_kind_of_record_has_a_sample() -> None:
    kinds = {json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["kind"] for name in RECORDS}

    assert kinds == {*MESSAGES, "ApplicationResponse"}


def test_every_response_of_an_aperak_is_written_as_a_message_of_its_own() -> None:
    record = record_of("application_response_aperak")
    assert isinstance(record, ApplicationResponse)
    [first] = record.document_responses
    second = DocumentResponse(
        document_reference=DocumentReference(id="4712", document_type_code="220"), response=Response(response_code="AP")
    )
    [one] = written(msgspec.structs.replace(record, document_responses=(first, second)))
    read = [item.record for item in parse(io.BytesIO(one.content), Context()) if isinstance(item, Document)]

    assert (0,) == one.records
    assert ["A-1", "A-1-2"] == [item.id for item in read if item is not None]
    said = [item.document_responses[0] for item in read if isinstance(item, ApplicationResponse)]
    assert [("RE", first.document_reference.id if first.document_reference else None), ("AP", "4712")] == [
        (item.response.response_code if item.response else None, item.document_reference.id if item.document_reference else None)
        for item in said
    ]
    assert len(first.line_responses) == len(said[0].line_responses)


@pytest.mark.parametrize(("hours", "expected"), [(2, b"DTM+137:202611010930?+02:303'"), (-5, b"DTM+137:202611010930-05:303'"), (0, b"DTM+137:202611010930?+00:303'")])
def test_a_time_with_a_whole_offset_is_written_with_its_zone_and_reads_back(hours: int, expected: bytes) -> None:
    moment = time(9, 30, tzinfo=timezone(timedelta(hours=hours)))
    order = msgspec.structs.replace(record_of("order"), issue_date=date(2026, 11, 1), issue_time=moment)

    content = one(order).content

    assert expected in content.replace(b"\n", b"")
    assert moment == read(content)[0].record.issue_time
