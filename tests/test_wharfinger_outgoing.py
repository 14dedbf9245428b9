"""End to end: what our own ERP issues becomes an interchange for the partner, once; what cannot be sent waits and says why."""

import json
import re
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from wharfinger import desk, outgoing
from wharfinger.cli import wharf
from wharfinger.journal.database import reading
from wharfinger.records import Order, OrderCancellation, OrderChange, ReceiptAdvice, RemittanceAdvice, from_json, to_json
from wharfinger.reports.listing import Listed, list_documents, trace
from wharfinger.reports.showing import show_document
from wharfinger.running import run_once
from wharfinger.work import open_hub
from wharfinger.xml import to_xml
from wharfinger.yaml_files import YamlFileError

US, NORDWIND = "5412345000013", "4012345500004"
_BY_BUYER = (Order, OrderChange, OrderCancellation, ReceiptAdvice, RemittanceAdvice)
AGREEMENT = "formats: {edifact-out: {directory: 'D.96A:UN:EAN008'}}\n"

_NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)


def _party(role: str, gln: str, name: str) -> str:
    identified = f'<cbc:EndpointID schemeID="0088">{gln}</cbc:EndpointID>' if gln else ""
    return f"<cac:{role}><cac:Party>{identified}<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:{role}>"


def response(number: str, order: str, *, code: str = "AP", quantity: str = "5", buyer: str = NORDWIND, seller: str = US) -> bytes:
    """What the ERP writes: it accepts an order of one line."""
    return (
        f"<OrderResponse {_NAMESPACES}><cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-11-02</cbc:IssueDate>"
        f"<cbc:OrderResponseCode>{code}</cbc:OrderResponseCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        "<cbc:LineCountNumeric>1</cbc:LineCountNumeric>"
        f"<cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>"
        f"{_party('SellerSupplierParty', seller, 'Hafen AG')}{_party('BuyerCustomerParty', buyer, 'Nordwind GmbH')}"
        "<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:LineStatusCode>5</cbc:LineStatusCode>"
        f'<cbc:Quantity unitCode="C62">{quantity}</cbc:Quantity><cac:Item><cbc:Name>Oil filter</cbc:Name><cac:StandardItemIdentification>'
        '<cbc:ID schemeID="0160">4000862141404</cbc:ID></cac:StandardItemIdentification></cac:Item></cac:LineItem></cac:OrderLine>'
        "</OrderResponse>"
    ).encode()


def order(number: str) -> bytes:
    """What Nordwind sends."""
    return (
        f"UNB+UNOC:3+{NORDWIND}:14+{US}:14+261101:1000+{number}'UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+{number}+9'DTM+137:20261101:102'"
        f"NAD+BY+{NORDWIND}::9'NAD+SU+{US}::9'CUX+2:EUR:9'LIN+1++4000862141404:EN'QTY+21:5'PRI+AAA:2.50'UNS+S'CNT+2:1'UNT+12+1'UNZ+1+{number}'"
    ).encode()


def purchase_order(number: str) -> bytes:
    """What our own system sends Nordwind: the same with the parties the other way round."""
    return order(number).replace(NORDWIND.encode(), b"somebody").replace(US.encode(), NORDWIND.encode()).replace(b"somebody", US.encode())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A hub home between Nordwind and our ERP."""
    for name in ("partners", "inbox", "from_erp"):
        (tmp_path / name).mkdir()
    (tmp_path / "wharf.yaml").write_text(
        f"companies: [{{company: us, name: Hafen AG, identity: {{gln: ['{US}']}}}}]\n"
        "sources:\n  inbox: {kind: folder, folder: inbox, stable_seconds: 0}\n"
        "  erp: {kind: folder, folder: from_erp, stable_seconds: 0, direction: out}\n"
        "sinks:\n  outbox: {kind: xml_outbox, folder: outbox}\n  to_partners: {kind: edifact_outbox, folder: partner_outbox}\n"
        "  test_to_partners: {kind: edifact_outbox, folder: partner_tests, test: true}\n"
    )
    agree(tmp_path, AGREEMENT)
    return tmp_path


def agree(home: Path, agreement: str) -> None:
    """What the partner file says besides who Nordwind is."""
    text = f"partner: nordwind\nname: Nordwind GmbH\nlanguage: de\nidentity: {{gln: ['{NORDWIND}']}}\n{agreement}"
    (home / "partners" / "nordwind.yaml").write_text(text)


def run(home: Path, *files: bytes) -> int:
    """One `wharf run` after these files came: XML from the ERP, the rest from the partner; its exit status."""
    for number, content in enumerate(files):
        folder = home / ("from_erp" if content.startswith(b"<") else "inbox")
        (folder / f"{number}-{abs(hash(content))}").write_bytes(content)
    return run_once(home, [], lambda name, done, whole: None).exit_status


def sent(home: Path) -> list[str]:
    """The interchanges for Nordwind, by control number, which has no gap."""
    found = {int(text.split("'")[1].split("+")[5]): text for text in (f.read_text("latin-1") for f in home.rglob("partner_*/*/*.edi"))}
    assert list(range(1, len(found) + 1)) == sorted(found)
    return [found[number] for number in sorted(found)]


def documents(home: Path) -> list[Listed]:
    """All that the journal has."""
    with open_hub(home) as hub, reading(hub.journal) as connection:
        return list(list_documents(connection))


def states(home: Path) -> list[tuple[str, str]]:
    """(direction, state) of each document."""
    return [(one.direction, one.state) for one in documents(home)]


def question(home: Path) -> str | None:
    """The code of what the only parked document asks."""
    [one] = [one for one in documents(home) if one.state == "PARKED"]
    return one.question.code if one.question else None


def test_order_response_goes_the_whole_way_as_the_page_says(home: Path) -> None:
    settings, agreement = re.findall("(?:^    .*\n)+", (outgoing.__doc__ or "").partition(">>>")[0], re.MULTILINE)
    companies = (home / "wharf.yaml").read_text().splitlines()[0]
    (home / "wharf.yaml").write_text(f"{companies}\n{dedent(settings)}")
    agree(home, dedent(agreement))

    def command(*arguments: str) -> str:
        result = CliRunner().invoke(wharf, ["--home", str(home), *arguments])
        assert 0 == result.exit_code, result.output
        return result.stdout

    (home / "inbox" / "order.edi").write_bytes(order("K-1"))
    command("run")
    [for_erp] = (home / "outbox").glob("*.xml")
    answer = response("R-1", re.findall("<cbc:ID>(K-1)</cbc:ID>", for_erp.read_text())[0])
    (home / "from_erp" / "response.xml").write_bytes(answer)
    command("run")
    [interchange] = (home / "partner_outbox" / "nordwind").glob("*.edi")

    read_back, issued = (json.loads(command("convert", str(file))) for file in (interchange, home / "from_erp" / "taken" / "response.xml"))
    for one in (read_back, issued):
        for party in ("seller_supplier_party", "buyer_customer_party"):
            one[party].pop("identifications", None)  # EDIFACT names a party by one code, which is its end point too
        del one["origin"]
        for line in one["order_lines"]:
            del line["origin"]
    assert ("OrderResponse", "R-1", "K-1") == (read_back["kind"], read_back["id"], read_back["order_reference"]["id"])
    assert {**issued, "order_type_code": "231"} == read_back  # UBL has no code for it, EDIFACT must have one
    assert "UNH+1+ORDRSP:D:01B:UN:EAN010'" in interchange.read_text()


def test_every_kind_of_document_that_we_issue_is_sent(home: Path) -> None:
    issued = {}
    files = (Path(__file__).parent / "fixtures" / "edifact_writing").glob("*.json")
    for file in sorted(files, key=lambda one: ("cancel" in one.stem, one.stem)):  # after a cancellation a change would be asked about
        record = from_json(file.read_text().replace(US, "us").replace(NORDWIND, "them"))
        ours, theirs = ("them", "us") if isinstance(record, _BY_BUYER) else ("us", "them")
        issued[file.stem] = to_xml(from_json(to_json(record).decode().replace(f'"{ours}"', f'"{US}"').replace(f'"{theirs}"', f'"{NORDWIND}"')))
    assert 0 == run(home, *issued.values())

    written = sorted(re.findall(r"UNH\+1\+(\w+)", "".join(sent(home))))
    assert sorted(["APERAK", "CONTRL", "DESADV", "INVOIC", "INVOIC", "ORDCHG", "ORDCHG", "ORDERS", "ORDRSP", "RECADV", "REMADV"]) == written


def test_order_response_is_no_document_for_the_erp(home: Path) -> None:
    run(home, order("K-1"), response("R-1", "K-1"))

    assert [("in", "DELIVERED"), ("out", "DELIVERED")] == sorted(states(home))
    assert 1 == len(list(home.rglob("outbox/*.xml")))
    assert ["BGM+231+R-1+29"] == re.findall(r"BGM[^']*", "".join(sent(home)))


def test_order_shows_its_response_and_the_response_its_order(home: Path) -> None:
    run(home, order("K-1"))
    run(home, response("R-1", "k-1"))

    with open_hub(home) as hub, reading(hub.journal) as connection:
        of_order, of_response = ("\n".join(show_document(connection, number, "en")) for number in (1, 2))
        events = [detail for _, _, _, detail in trace(connection, 1)]
    assert "document 2  OrderResponse R-1  delivered" in of_order
    assert "ORDRSP, control number 1, prepared" in of_response
    assert "in answer to document 1" in of_response
    assert any(one.startswith("document 2  to_partners: ") for one in events)


def test_what_is_sent_is_counted_apart(home: Path) -> None:
    run(home, order("K-1"), response("R-1", "K-1"), response("R-2", "K-2", quantity="0.5x"))
    run(home, response("R-1", "K-1") + b"\n")

    with open_hub(home) as hub:
        counted = hub.status()
    assert (1, 1, True) == (counted.documents, counted.delivered, counted.balanced)
    names = ("documents", "delivered", "rejected", "duplicate", "superseded", "parked", "in_flight")
    assert [3, 1, 0, 1, 0, 1, 0] == [counted.outbound[name] for name in names]
    assert 1 == len(sent(home))


@pytest.mark.parametrize(
    ("agreement", "code"),
    [
        ("", "outgoing-without-agreement"),
        ("formats: {edifact-out: {charset: nonsense}}", "outgoing-agreement-wrong"),
        ("answers: {sink: nowhere}\n" + AGREEMENT, "outgoing-without-sink"),
        ("formats: {edifact-out: {charset: UNOA}}", "edifact-character-not-carried"),
    ],
)
def test_what_cannot_be_sent_waits_until_the_partner_file_is_mended(home: Path, agreement: str, code: str) -> None:
    agree(home, agreement)
    assert 1 == run(home, response("R-1", "K-1"))
    asked = question(home)
    agree(home, AGREEMENT)
    with open_hub(home) as hub:
        desk.replay(hub, 1)
    run(home)

    assert code == asked
    assert ["BGM+231+R-1+29"] == re.findall(r"BGM[^']*", "".join(sent(home)))


def test_what_lacks_a_mandatory_field_waits_and_uses_no_control_number(home: Path) -> None:
    run(home, response("R-1", "K-1").replace(b"<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>", b"").replace(b"LineStatusCode>5<", b"LineStatusCode>x<"))
    assert [("out", "PARKED")] == states(home)
    run(home, response("R-1", "K-1"), response("R-2", "K-2"))

    assert [("out", "SUPERSEDED"), ("out", "DELIVERED"), ("out", "DELIVERED")] == states(home)
    assert {"R-1", "R-2"} == set(re.findall(r"BGM\+231\+([\w-]+)", "".join(sent(home))))


def test_what_lacks_a_field_is_sent_when_a_person_gives_it(home: Path) -> None:
    run(home, response("R-1", "K-1").replace(b"<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>", b"").replace(b"LineStatusCode>5<", b"LineStatusCode>x<"))
    with open_hub(home) as hub:
        desk.answer(hub, 1, "order_response_code", "AP")
    run(home)

    assert ["BGM+231+R-1+29"] == re.findall(r"BGM[^']*", "".join(sent(home)))


def test_what_our_own_system_issues_anew_takes_the_place_of_what_waits(home: Path) -> None:
    wrong = response("R-1", "K-1").replace(b"<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>", b"").replace(b"LineStatusCode>5<", b"LineStatusCode>x<")
    run(home, wrong)
    run(home, wrong.replace(b">5</cbc:Quantity>", b">4</cbc:Quantity>"))
    before = states(home)
    run(home, response("R-1", "K-1", quantity="3"))

    assert [("out", "SUPERSEDED"), ("out", "PARKED")] == before
    assert [("out", "SUPERSEDED"), ("out", "SUPERSEDED"), ("out", "DELIVERED")] == states(home)
    assert ["3"] == re.findall(r"QTY\+21:(\d+)", "".join(sent(home)))


def test_what_anybody_may_have_written_takes_the_place_of_nothing(home: Path) -> None:
    agree(home, "")
    run(home, response("R-1", "K-1"))
    (home / "inbox" / "forged.xml").write_bytes(response("R-1", "K-1", quantity="500"))
    run(home)

    assert [("out", "PARKED"), ("out", "PARKED")] == states(home)


def test_partner_who_becomes_known_is_sent_what_waits(home: Path) -> None:
    run(home, response("R-1", "K-1", buyer="4023456600009"))
    asked = question(home)
    with open_hub(home) as hub:
        desk.answer(hub, 1, "partner", "nordwind")
    run(home)

    assert "partner-unknown" == asked
    assert f"+{US}:14+4023456600009:14+" in sent(home)[0]


def test_test_document_bears_its_mark(home: Path) -> None:
    (home / "from_erp" / "purchase.edi").write_bytes(purchase_order("K-1").replace(b"+K-1'UNH", b"+K-1++++++1'UNH"))
    run(home)

    assert sent(home)[0].split("'")[1].endswith("+1++++++1")


def test_source_has_a_direction_that_is_known(home: Path) -> None:
    text = (home / "wharf.yaml").read_text().replace("direction: out", "direction: outbound")
    (home / "wharf.yaml").write_text(text)

    with pytest.raises(YamlFileError, match="valid: in, out"):
        run(home)


def test_our_document_from_where_anybody_may_send_waits_for_a_person(home: Path) -> None:
    (home / "inbox" / "response.xml").write_bytes(response("R-1", "K-1"))
    run(home)
    before = sent(home)
    asked = question(home)
    with open_hub(home) as hub:
        said = desk.release(hub, 1, "new", "our ERP made it")
    run(home)

    assert ("outgoing-from-outside", []) == (asked, before)
    assert said.endswith("is accepted")
    assert 1 == len(sent(home))


def test_document_of_a_partner_from_our_own_system_waits_for_a_person(home: Path) -> None:
    (home / "from_erp" / "order.edi").write_bytes(order("K-1"))
    run(home)

    assert "outgoing-not-ours" == question(home)
    assert [] == list(home.rglob("*outbox/*.*"))


def test_document_that_was_sent_is_not_sent_again_with_another_content(home: Path) -> None:
    run(home, response("R-1", "K-1"))
    run(home, response("R-1", "K-1", quantity="4"))
    before = len(sent(home))
    with open_hub(home) as hub:
        desk.release(hub, 2, "replacement", "corrected")
    run(home)

    assert 1 == before
    assert ["5", "4"] == re.findall(r"QTY\+21:(\d+)", "".join(sent(home)))


def test_partner_whom_the_document_does_not_name_by_number_is_named_by_the_first_that_we_know(home: Path) -> None:
    run(home, response("R-1", "K-1", buyer="", seller=""))

    [text] = sent(home)
    assert f"+{US}:14+{NORDWIND}:14+" in text
    assert [f"NAD+BY+{NORDWIND}::9++Nordwind GmbH", f"NAD+SU+{US}::9++Hafen AG"] == sorted(re.findall(r"NAD[^']*", text))


def awaited(home: Path) -> list[tuple[str, str]]:
    """What is overdue."""
    with open_hub(home) as hub:
        return [(one.what, one.number) for one in hub.status().overdue]


def test_order_response_that_the_partner_expects_is_overdue_until_it_is_sent(home: Path) -> None:
    agree(home, "answers: {ordrsp: always, deadline_hours: 0}\n" + AGREEMENT)
    run(home, order("K-1"), order("K-2"))
    before = awaited(home)
    run(home, response("R-1", "K-1"), response("R-2", "K-2", code="AB"))

    assert [("order", "K-1"), ("order", "K-2")] == before
    assert [("order", "K-2")] == awaited(home)  # its receipt alone is no decision


def test_order_response_that_a_person_withdraws_is_awaited_again(home: Path) -> None:
    agree(home, "answers: {ordrsp: always, deadline_hours: 0}\n" + AGREEMENT)
    run(home, order("K-1"))
    (home / "partner_outbox").mkdir()
    (home / "partner_outbox" / "nordwind").write_text("in the way")
    assert 4 == run(home, response("R-1", "K-1"))
    before = awaited(home)
    with open_hub(home) as hub:
        desk.reject(hub, 2, "wrong price")

    assert [] == before
    assert [("order", "K-1")] == awaited(home)


def test_order_response_is_not_expected_where_nothing_is_agreed(home: Path) -> None:
    agree(home, "answers: {deadline_hours: 0}\n" + AGREEMENT)
    run(home, order("K-1"))

    assert [] == awaited(home)


def test_acknowledgement_by_the_partner_is_kept_with_the_document(home: Path) -> None:
    agree(home, "answers: {deadline_hours: 0}\nformats: {edifact-out: {acknowledgement: true}}")
    run(home, response("R-1", "K-1"))
    before = awaited(home)
    run(home, f"UNB+UNOC:3+{NORDWIND}:14+{US}:14+261101:1000+9'UNH+1+CONTRL:D:3:UN'UCI+1+{US}:14+{NORDWIND}:14+7'UNT+3+1'UNZ+1+9'".encode())

    assert [("document", "R-1")] == before
    assert [] == awaited(home)


def test_acknowledgement_is_of_the_pair_of_numbers_that_it_names(home: Path) -> None:
    through_network = order("K-1").replace(f"+{NORDWIND}:14+".encode(), b"+NETWORK-7:ZZ+").replace(b"+K-1'UNH", b"+K-1++++1'UNH")
    run(home, through_network, response("R-1", "K-1"))  # CONTRL and ORDRSP, each with number 1
    run(home, f"UNB+UNOC:3+{NORDWIND}:14+{US}:14+261101:1000+9'UNH+1+CONTRL:D:3:UN'UCI+1+{US}:14+{NORDWIND}:14+4+18'UNT+3+1'UNZ+1+9'".encode())

    refused = [one.message_type for one in documents(home) if any(problem.code == "refused-by-partner" for problem in one.problems)]
    assert ["ORDRSP"] == refused


def test_answers_and_documents_share_the_control_numbers_of_their_pair(home: Path) -> None:
    asking = order("K-1").replace(b"+K-1'UNH", b"+K-1++++1'UNH")
    run(home, asking, response("R-1", "K-1"))

    assert ["CONTRL", "ORDRSP"] == sorted(re.findall(r"UNH\+1\+(\w+)", "".join(sent(home))))


def test_our_own_system_is_not_answered(home: Path) -> None:
    (home / "from_erp" / "purchase.edi").write_bytes(purchase_order("K-1").replace(b"+K-1'UNH", b"+K-1++++1'UNH"))
    run(home)

    assert ["ORDERS"] == re.findall(r"UNH\+1\+(\w+)", "".join(sent(home)))


def test_both_of_our_companies_are_no_case_for_a_partner(home: Path) -> None:
    text = (home / "wharf.yaml").read_text().replace("companies: [", f"companies: [{{company: kai, name: Kai AG, identity: {{gln: ['{NORDWIND}']}}}}, ")
    (home / "wharf.yaml").write_text(text)
    (home / "partners" / "nordwind.yaml").unlink()
    run(home, response("R-1", "K-1"))

    assert [("in", "DELIVERED")] == states(home)


def test_large_interchange_that_we_issue_is_sent_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wharfinger.processing.GROUP", 2)
    head, *body, _, _ = purchase_order("K-1").decode().split("'")
    messages = ["'".join(body).replace("K-1", f"P-{n}").replace("UNH+1", f"UNH+{n}").replace("UNT+12+1", f"UNT+12+{n}") for n in (1, 2, 3)]
    (home / "from_erp" / "purchases.edi").write_text("'".join([head, *messages, "UNZ+3+K-1'"]))
    run(home)

    assert [("out", "DELIVERED")] * 3 == states(home)
    assert {"P-1", "P-2", "P-3"} == set(re.findall(r"BGM\+220\+([\w-]+)", "".join(sent(home))))


def test_documents_are_sent_on_postgresql_too(home: Path, postgresql_url: str) -> None:
    with (home / "wharf.yaml").open("a") as stream:
        stream.write(f"database: {postgresql_url}\n")
    agree(home, "answers: {ordrsp: always, deadline_hours: 0}\n" + AGREEMENT)
    run(home, order("K-1"), response("R-1", "K-1"), response("R-2", "K-2"))

    assert 2 == len(sent(home))
    assert [] == awaited(home)


def test_wharf_status_names_the_interchange_that_could_not_be_answered(home: Path) -> None:
    run(home, order("K-1").replace(b"+K-1'UNH", b"+++++1'UNH").replace(b"UNZ+1+K-1", b"UNZ+1+"))
    result = CliRunner().invoke(wharf, ["--home", str(home), "status"])
    as_json = json.loads(CliRunner().invoke(wharf, ["--home", str(home), "status", "--json"]).stdout)

    assert "not answered: receipt 1" in result.stdout
    assert ["interchange-unanswerable"] == [one["code"] for one in as_json["unanswerable"]]
