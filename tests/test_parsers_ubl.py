"""UBL: what is read, what is kept, what is refused. What is particular to a kind of document: test_parsers_ubl_kinds.py."""

import io
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from parsers import ubl
from tests.ubl_orders import order_with_every_field, orders
from wharfinger import safe_xml
from wharfinger.config import Identity, Partner
from wharfinger.contracts import Context, Document, Item
from wharfinger.problems import Problem
from wharfinger.records import Order, OrderLine, to_json
from wharfinger.xml import to_xml

FIXTURES = Path(__file__).parent / "fixtures" / "ubl"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def read(content: bytes, context: Context = Context()) -> list[Item]:  # noqa: B008  # immutable
    return list(ubl.parse(io.BytesIO(content), context))


def order(body: str, encoding: str = "utf-8", declaration: str = "") -> bytes:
    spaces = f'xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'
    return f'{declaration}<Order xmlns="{UBL}Order-2" {spaces}>{body}</Order>'.encode(encoding)


def record(content: bytes, context: Context = Context()) -> Order:  # noqa: B008  # immutable
    [document] = read(content, context)
    assert isinstance(document, Document)
    assert isinstance(document.record, Order)
    return document.record


def recognised(content: bytes) -> tuple[str, bool] | None:
    found = ubl.recognises(content[:65536], io.BytesIO(content))
    return (found.description, found.readable) if found else None


def as_json(items: list[Item]) -> list[dict[str, Any]]:
    shown = []
    for item in items:
        if isinstance(item, Problem):
            shown.append({"problem": item.code, "place": msgspec.to_builtins(item.place), "expected": item.expected, "found": item.found})
        else:
            assert isinstance(item, Document)
            shown.append(
                {
                    "kind": item.kind,
                    "id": item.id,
                    "place": msgspec.to_builtins(item.place),
                    "problems": [f"{one.place.xpath}:{one.place.line} {one.code} {one.expected} {one.found}" for one in item.problems],
                    "record": msgspec.to_builtins(item.record, str_keys=True),
                }
            )
    return json.loads(json.dumps(shown, default=str))


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.xml")), ids=lambda file: file.stem)
def test_a_file_is_read_as_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text())

    assert expected == as_json(read(file.read_bytes()))


def test_every_golden_has_its_file() -> None:
    assert {file.stem for file in FIXTURES.glob("*.xml")} == {file.name.removesuffix(".expected.json") for file in FIXTURES.glob("*.json")}


def plain(one: Order) -> Order:
    """Without origins and what the XML does not hold."""
    lines = tuple(msgspec.structs.replace(line, origin=None, extensions={}, assumed=()) for line in one.order_lines)
    return msgspec.structs.replace(one, order_lines=lines, origin=None, extensions={}, assumed=())


def test_an_order_with_every_field_comes_back_as_it_was_written() -> None:
    written = order_with_every_field()

    assert written == plain(record(to_xml(written)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders)
def test_every_order_comes_back_as_it_was_written(written: Order) -> None:
    [document] = read(to_xml(written))

    assert isinstance(document, Document)
    assert () == document.problems
    assert isinstance(document.record, Order)
    assert written == plain(document.record)


def test_every_leaf_of_a_foreign_order_is_in_the_record_or_in_its_extensions() -> None:
    content = (FIXTURES / "peppol_order.xml").read_bytes()
    found = record(content)

    told = json.dumps(msgspec.to_builtins(found), default=str, ensure_ascii=False)
    missing = [one.text for one in etree.fromstring(content).iter() if len(one) == 0 and one.text and one.text.removesuffix("Z") not in told]

    assert [] == missing


def test_what_is_left_of_a_line_stays_with_the_line() -> None:
    line = "<cac:OrderLine><cac:LineItem><cbc:ID>{0}</cbc:ID><cbc:UUID>u{0}</cbc:UUID></cac:LineItem></cac:OrderLine>"

    found = record(order(f"<cbc:UUID>u</cbc:UUID>{line.format(1)}{line.format(2)}"))

    assert {"cbc:UUID": "u"} == found.extensions
    assert [{"cac:LineItem/cbc:UUID": "u1"}, {"cac:LineItem/cbc:UUID": "u2"}] == [one.extensions for one in found.order_lines]


def test_a_second_value_for_a_field_with_room_for_one_is_kept() -> None:
    found = record(order("<cac:Contract><cbc:ID>1</cbc:ID></cac:Contract><cac:Contract><cbc:ID>2</cbc:ID></cac:Contract>"))

    assert found.contract is not None
    assert ("1", {"cac:Contract[2]/cbc:ID": "2"}) == (found.contract.id, found.extensions)


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [
        ("utf-8", ""),
        ("utf-8", '<?xml version="1.0" encoding="utf-8"?>'),
        ("utf-8-sig", '<?xml version="1.0"?>'),
        ("utf-16", '<?xml version="1.0" encoding="UTF-16"?>'),
        ("utf-16-le", '<?xml version="1.0" encoding="UTF-16"?>'),
        ("utf-16-be", ""),
        ("utf-32", ""),
        ("windows-1251", '<?xml version="1.0" encoding="windows-1251"?>'),
        ("koi8-r", "<?xml version='1.0' encoding='KOI8-R' standalone='yes'?>"),
        ("utf-8", '<?xml version="1.0" encoding="utf-16"?>'),  # as .NET's string writer declares it
        ("utf-8", '\r\n  <?xml version="1.0" encoding="utf-8"?>'),
        ("utf-8", '<?xml version="1.0" encoding="no-such-charset"?>'),
    ],
)
def test_an_order_is_read_in_every_encoding(encoding: str, declaration: str) -> None:
    content = order("<cbc:ID>Заказ</cbc:ID>", encoding, declaration)

    assert ("UBL Order", True) == recognised(content)
    assert "Заказ" == record(content).id


def test_chinese_in_gb2312_is_read() -> None:
    content = order("<cbc:ID>订单</cbc:ID>", "gb2312", '<?xml version="1.0" encoding="GB2312"?>')

    assert ("UBL Order", True) == recognised(content)
    assert "订单" == record(content).id


@pytest.mark.parametrize("name", ["Catalogue", "Quotation", "RequestForQuotation", "Statement", "Reminder", "SelfBilledInvoice", "Waybill"])
def test_a_ubl_document_without_reader_is_named_and_not_read(name: str) -> None:
    content = f'<?xml version="1.0"?><x:{name} xmlns:x="{UBL}{name}-2"/>'.encode()

    [problem] = read(content)

    assert (f"UBL {name}", False) == recognised(content)
    assert isinstance(problem, Problem)
    assert ("format-without-reader", f"UBL {name}") == (problem.code, problem.found)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"UNB+UNOA",
        b"<Order/>",
        b'<Order xmlns="urn:other:Order-2"/>',
        f'<Order xmlns="{UBL}Invoice-2"/>'.encode(),
        f'<Other><Order xmlns="{UBL}Order-2"/></Other>'.encode(),
        f"{UBL}Order-2".encode(),
        f'<!DOCTYPE Order><Order xmlns="{UBL}Order-2"/>'.encode(),
    ],
)
def test_what_is_no_ubl_document_is_not_claimed(content: bytes) -> None:
    assert recognised(content) is None


def test_a_partners_changes_are_read_over_the_mapping() -> None:
    body = "<cac:BuyerCustomerParty><cac:Party><cbc:EndpointID>7</cbc:EndpointID></cac:Party></cac:BuyerCustomerParty><cbc:UUID>u</cbc:UUID>"
    partner = Partner(partner="nordwind", name="Nordwind", identity=Identity(codes=("7",)), formats={"ubl": {"customer_reference": "cbc:UUID"}})

    assert "u" == record(order(body), Context(partner=partner)).customer_reference
    assert "u" == record(order(body), Context(partners=(partner,))).customer_reference
    assert record(order(body.replace(">7<", ">8<")), Context(partners=(partner,))).customer_reference is None


def test_a_document_type_declaration_is_refused_in_every_encoding() -> None:
    content = '<?xml version="1.0"?>\n<!-- x --><?y?>\n<!DOCTYPE Order SYSTEM "file:///etc/passwd">' + order("").decode()
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]

    found = [read(content.encode(encoding)) for encoding in encodings]

    assert [["xml-doctype"]] * len(encodings) == [[one.code for one in items if isinstance(one, Problem)] for items in found]


def test_a_document_type_declaration_hidden_in_utf_7_is_refused() -> None:
    hidden = b"+ADwAIQ-DOCTYPE Order [+ADwAIQ-ENTITY a 'b'+AD4-]+AD4-"

    [problem] = read(b'<?xml version="1.0" encoding="UTF-7"?>' + hidden + order("<cbc:ID>&a;</cbc:ID>"))

    assert isinstance(problem, Problem)
    assert "xml-not-well-formed" == problem.code


def test_a_file_beyond_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MAX_SIZE", 1000)

    [problem] = read(order("<cbc:Note>" + "x" * 1000 + "</cbc:Note>"))

    assert isinstance(problem, Problem)
    assert "xml-too-large" == problem.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (partial(order, "<cbc:Note/>" * 5_000_000), "xml-too-large"),
        (partial(order, "<a>" * 1000 + "</a>" * 1000), "xml-not-well-formed"),
        (partial(order, "<cbc:Note>" + "x" * 11_000_000 + "</cbc:Note>"), "xml-too-large"),
        (partial(order, "<cbc:ID>&undefined;</cbc:ID>"), "xml-not-well-formed"),
        (partial(order, "<cbc:ID>a\x0bb</cbc:ID>"), "xml-not-well-formed"),
        (partial(order, "<cbc:ID>ö</cbc:ID>", "latin-1"), "xml-encoding"),
        (lambda: b"\x00" * 10_000, "xml-not-well-formed"),
        (lambda: b"<" * 10_000, "xml-not-well-formed"),
    ],
    ids=["wide", "deep", "huge text", "entity", "control character", "encoding", "zeros", "angles"],
)
def test_a_hostile_file_ends_as_one_problem(content: Any, code: str) -> None:
    [problem] = read(content())

    assert isinstance(problem, Problem)
    assert code == problem.code


def test_an_order_of_twenty_thousand_lines_is_read_in_time_that_grows_with_its_lines() -> None:
    line = "<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID></cac:LineItem></cac:OrderLine>"

    found = record(order(line * 20_000))

    assert 20_000 == len(found.order_lines)
    assert found.order_lines[-1].origin is not None
    assert "/Order/cac:OrderLine[20000]" == found.order_lines[-1].origin.xpath


def test_an_empty_order_is_still_a_document() -> None:
    [document] = read(order(""))

    assert isinstance(document, Document)
    assert ("Order", None) == (document.kind, document.id)


def test_a_line_without_number_takes_its_position_as_assumed() -> None:
    [line] = record(order("<cac:OrderLine><cac:LineItem><cbc:Quantity>1</cbc:Quantity></cac:LineItem></cac:OrderLine>")).order_lines

    assert isinstance(line, OrderLine)
    assert ("1", ("id",)) == (line.id, line.assumed)


def test_an_order_is_explained_with_the_places_of_its_problems() -> None:
    content = (FIXTURES / "wrong_values.xml").read_bytes()

    lines = {place.xpath: text for text, place in ubl.explain(io.BytesIO(content))}

    [document] = read(content)
    assert isinstance(document, Document)
    assert [] == [one.place.xpath for one in document.problems if one.place.xpath not in lines]
    assert "      cbc:Quantity 2,5" == lines["/Order/cac:OrderLine[1]/cac:LineItem/cbc:Quantity"]
    assert "        @unitCode C62" == lines["/Order/cac:OrderLine[1]/cac:LineItem/cbc:Quantity/@unitCode"]


def test_white_space_around_a_code_changes_nothing() -> None:
    content = (FIXTURES / "peppol_despatch_advice.xml").read_text(encoding="utf-8")
    spaced = re.sub(r">([^<>\s][^<>]*)</", r">\n    \1\n  </", content)

    [expected], [found] = read(content.encode()), read(spaced.encode())

    assert _without_lines(expected) == _without_lines(found)


def _without_lines(item: Item) -> str:
    assert isinstance(item, Document)
    assert item.record is not None
    return re.sub(r'"line":\d+', "", to_json(item.record).decode())
