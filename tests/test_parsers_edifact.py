"""EDIFACT: what stands in the fixtures, how interchanges are recognised, and what is said about those that are not right."""

import io
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks.orders_generator import interchange
from parsers import edifact
from wharfinger.config import Identity, Partner
from wharfinger.contracts import Context, Document, Interchange, Item
from wharfinger.journal.documents import holds
from wharfinger.problems import Problem
from wharfinger.records import ApplicationResponse, ReceiptAdvice, to_json
from wharfinger.resolve import adjust

FIXTURES = Path(__file__).parent / "fixtures" / "edifact"
CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "edifact"
INTERCHANGES = sorted(FIXTURES.glob("*.edi"))

HEAD = "UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0930+7'"
ORDER = (
    "UNH+1+ORDERS:D:96A:UN'BGM+220+4711+9'DTM+137:20261101:102'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'"
    "LIN+1++4000862141404:EN'QTY+21:24:PCE'UNS+S'UNT+9+1'"
)


def plain(item: Item) -> dict[str, Any]:
    """An item as a golden has it."""
    if isinstance(item, Problem):
        return {"problem": _said(item)}
    assert isinstance(item, Document)
    return {
        "document": item.id,
        "place": msgspec.to_builtins(item.place),
        "problems": [_said(problem) for problem in item.problems],
        "record": json.loads(to_json(item.record)) if item.record else None,
    }


def _said(problem: Problem) -> dict[str, Any]:
    said = problem.as_json()
    return {key: said[key] for key in ("code", "place", "expected", "found")}


def _parse(content: bytes | str, context: Context | None = None) -> list[Item]:
    raw = content.encode("latin-1") if isinstance(content, str) else content
    return [item for item in edifact.parse(io.BytesIO(raw), context or Context()) if not isinstance(item, Interchange)]


def _codes(content: bytes | str) -> list[str]:
    codes: list[str] = []
    for item in _parse(content):
        codes += [problem.code for problem in item.problems] if isinstance(item, Document) else [item.code]
    return codes


def _order(content: bytes | str, context: Context | None = None) -> Any:
    [document] = [item for item in _parse(content, context) if isinstance(item, Document)]
    return document.record


def _description(raw: bytes) -> str | None:
    claim = edifact.recognises(raw[: 64 * 1024], io.BytesIO(raw))
    return claim.description if claim else None


@pytest.mark.parametrize("file", INTERCHANGES, ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    golden = json.loads(file.with_suffix(".expected.json").read_text("utf-8"))

    items = [plain(item) for item in _parse(file.read_bytes())]

    assert golden == items


@pytest.mark.parametrize("file", INTERCHANGES, ids=lambda file: file.stem)
def test_a_fixture_is_recognised_and_explained(file: Path) -> None:
    raw = file.read_bytes()

    lines = [line for line, _ in edifact.explain(io.BytesIO(raw))]

    assert _description(raw) is not None
    assert any("Beginning of message" in line for line in lines)


@pytest.mark.parametrize(
    ("raw", "description"),
    [
        (b"UNB+UNOA:1+A+B+1:1+1'UNH+1+ORDERS:D:93A:UN'", "EDIFACT ORDERS D.93A"),
        (b"\xef\xbb\xbf\r\n UNA:+.? '\r\nUNB+UNOC:3+A+B'UNH+1+INVOIC:D:01B:UN'", "EDIFACT INVOIC D.01B"),
        (b"\x02UNB+UNOC:3+A+B'UNG+ORDERS'UNH+1+ORDERS:D: 96A:UN'", "EDIFACT ORDERS D.96A"),
        (b"Interchange of 1 November\nUNB+UNOC:3+A+B'UNH+1+ORDERS:D:96A:UN'", "EDIFACT ORDERS D.96A"),
        ("UNB+UNOY:4+A+B'UNH+1+ORDERS:D:01B:UN'".encode("utf-16"), "EDIFACT ORDERS D.01B"),
        (b"UNB\x1dUNOB\x1f1\x1dA\x1dB\x1cUNH\x1d1\x1dORDERS\x1fD\x1f93A\x1fUN\x1c", "EDIFACT ORDERS D.93A"),
        (b"UNB+UNOC:3+A+B+261101:0930+7'UNZ+0+7'", "EDIFACT interchange without a message"),
    ],
    ids=["no UNA", "byte order mark", "control character", "line before", "UTF-16", "level B delimiters", "no message"],
)
def test_an_interchange_is_recognised(raw: bytes, description: str) -> None:
    assert description == _description(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"UNBELIEVABLE",
        b"Subject: order\r\n\r\nUNB+UNOC:3+A+B'UNH+1+ORDERS:D:96A:UN'",
        b"<?xml version='1.0'?><a>UNB+UNOC:3</a>",
        b"ISA*00*",
        b"article;UNH+1;5",
        b"\x00" * 4096,
    ],
    ids=["empty", "a word", "a mail", "XML", "X12", "a table", "zeros"],
)
def test_other_files_are_not_claimed(raw: bytes) -> None:
    assert _description(raw) is None


def test_release_characters_are_taken_off_by_parity() -> None:
    order = _order(HEAD + ORDER.replace("QTY+21", "IMD+F++:::a?+b?:c?'d??e'FTX+AAI+++ends with ????'QTY+21") + "UNZ+1+7'")

    assert "a+b:c'd?e" == order.order_lines[0].item.name
    assert ("ends with ??",) == order.order_lines[0].notes


def test_either_decimal_mark_is_read_and_a_grouping_mark_never() -> None:
    quantities = []
    for written in ("2,5", "2.5", "-3", "1.234,5", "1 000", "1e3"):
        order = _order(HEAD + ORDER.replace("21:24", f"21:{written}") + "UNZ+1+7'")
        quantities.append(order.order_lines[0].quantity and order.order_lines[0].quantity.value)

    assert [Decimal("2.5"), Decimal("2.5"), Decimal(-3), None, None, None] == quantities


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("UNT+9+1", "UNT+8+1", "edifact-segment-count"),
        ("UNT+9+1", "UNT+9+2", "edifact-message-reference"),
        ("UNT+9+1'", "", "edifact-message-trailer-missing"),
        ("UNZ+1+7", "UNZ+2+7", "edifact-message-count"),
        ("UNZ+1+7", "UNZ+1+8", "edifact-control-reference"),
        ("UNZ+1+7'", "", "edifact-truncated"),
        ("UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0930+7'", "", "edifact-interchange-header-missing"),
        ("DTM+137:20261101:102'", "", "edifact-segment-missing"),
        ("QTY+21:24:PCE", "QTY+21", "edifact-element-missing"),
        ("BGM+220+4711+9", "BGM+220+4711+42", "edifact-message-function"),
    ],
)
def test_what_the_standard_forbids_is_an_error(before: str, after: str, code: str) -> None:
    raw = HEAD + ORDER + "UNZ+1+7'"
    assert [] == _codes(raw)

    codes = _codes(raw.replace(before, after))

    assert code in codes


def test_message_without_section_control_is_read_with_a_warning() -> None:
    raw = HEAD + ORDER.replace("UNS+S'", "").replace("UNT+9", "UNT+8") + "UNZ+1+7'"

    [document] = [item for item in _parse(raw) if isinstance(item, Document)]

    assert [("edifact-segment-implied", "warning", "UNS (Section control)")] == [
        (one.code, one.severity, one.subject) for one in document.problems
    ]


def test_receipt_advice_without_packing_sequence_is_read_with_its_lines() -> None:
    lines = "LIN+1++4000862141404:EN'QTY+194:480'LIN+2++4000862141411:EN'QTY+194:96'CNT+2:2'"
    head = "UNH+1+RECADV:D:96A:UN'BGM+632+RA-91+9'DTM+137:20260119:102'RFF+DQ:DN-88'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'"
    raw = HEAD + head + lines + "UNT+12+1'UNZ+1+7'"

    [document] = [item for item in _parse(raw) if isinstance(item, Document)]

    assert ["edifact-segment-implied"] == [one.code for one in document.problems]
    assert isinstance(document.record, ReceiptAdvice)
    assert [("1", Decimal(480)), ("2", Decimal(96))] == [
        (one.id, one.received_quantity and one.received_quantity.value) for one in document.record.receipt_lines
    ]


def test_mandatory_segment_that_comes_too_late_is_only_in_the_wrong_place() -> None:
    head = "UNH+1+REMADV:D:96A:UN'BGM+481+R-1+9'DTM+137:20260119:102'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'CUX+2:EUR:9'"
    raw = HEAD + head + "DOC+380+4711'DTM+137:20260101:102'MOA+12:50'UNS+S'MOA+12:50'UNT+12+1'UNZ+1+7'"

    [document] = [item for item in _parse(raw) if isinstance(item, Document)]

    assert [("edifact-segment-misplaced", "MOA")] == [(one.code, one.subject) for one in document.problems]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("UNB+", "UNA+:.? 'UNB+", [("edifact-service-string", "UNA+:.? '")]),
        ("UNB+", "UNA|*.? ~\nUNB+", [("edifact-service-string", "UNA|*.? ~")]),
        ("NAD+SU", "\n# seller\n-- ours\nNAD+SU", [("edifact-text-between-segments", "# seller\n-- ours")]),
        ("UNB+", "UNA:+.?'\r\nUNB+", []),
        ("UNB+", "UNA:+.?'\nUNB+", []),
    ],
)
def test_what_a_person_would_overlook_leaves_the_order_whole(before: str, after: str, said: list[tuple[str, str | None]]) -> None:
    raw = (HEAD + ORDER + "UNZ+1+7'").replace(before, after)

    items = _parse(raw)

    problems = [problem for item in items for problem in (item.problems if isinstance(item, Document) else [item])]
    shown = [(one.code, one.found, one.disposition) for one in problems if isinstance(one, Problem)]
    assert [(code, found, "warn") for code, found in said] == shown
    assert ("4711", 1, "5412345000013") == _whole(_order(raw))


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("'", "'\0", []),
        ("'", "'\f", []),
        ("'", "\n'", ["edifact-text-damaged"]),
        ("NAD+SU", "NAD\r\n+SU", ["edifact-text-damaged"]),
        ("NAD+SU", "NAD+\nSU", ["edifact-text-damaged"]),
    ],
)
def test_line_ends_and_blanks_that_do_not_belong_there_leave_the_order_whole(before: str, after: str, codes: list[str]) -> None:
    raw = (HEAD + ORDER + "UNZ+1+7'").replace(before, after)

    assert (codes, ("4711", 1, "5412345000013")) == (_codes(raw), _whole(_order(raw)))


def test_interchange_without_service_string_has_its_own_delimiters_also_behind_one_that_has() -> None:
    first = "UNA|^.? ~" + (HEAD + ORDER + "UNZ+1+7'").translate(str.maketrans(":+'", "|^~"))

    items = _parse(first + "\n" + HEAD + ORDER + "UNZ+1+7'" + first.replace("UNA|^.? ~", ""))

    assert ["4711", "4711", "4711"] == [item.id if isinstance(item, Document) else item.code for item in items]


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        (1, "UNOZ:3", "edifact-syntax-unknown"),
        (1, "UNOC:9", "edifact-syntax-unknown"),
        (2, "", "edifact-header-incomplete"),
        (3, "", "edifact-header-incomplete"),
        (4, "", "edifact-header-incomplete"),
    ],
)
def test_what_the_header_of_an_interchange_lacks_is_said_and_the_order_is_read(element: int, value: str, code: str) -> None:
    elements = HEAD.split("+")
    elements[element] = value

    [problem, document] = _parse("+".join(elements) + ORDER + "UNZ+1+7'")

    assert isinstance(problem, Problem)
    assert (code, "UNB", element, "warn") == (problem.code, problem.place.tag, problem.place.element, problem.disposition)
    assert isinstance(document, Document)
    assert "4711" == document.id


def test_interchange_that_is_cut_is_never_read_without_a_word() -> None:
    raw = ("UNA:+.? '" + HEAD + ORDER + ORDER.replace("4711", "4712") + "UNZ+2+7'").encode()

    said = {}
    for end in range(8, len(raw)):
        found = [one for one in _parse(raw[:end]) if isinstance(one, Problem)]
        said[end] = any(one.severity == "error" and one.place.message is None for one in found) or [one.code for one in found]

    empty = {end: ["edifact-interchange-empty"] for end in (8, 9)}
    tag = {end: ["edifact-outside-message", "edifact-interchange-empty"] for end in (10, 11)}
    assert {**empty, **tag, len(raw) - 1: ["edifact-terminator-missing"]} == {end: one for end, one in said.items() if one is not True}


@pytest.mark.parametrize(
    ("text", "disposition"),
    [("LIN+2++4000862141404:EN'QTY+21:6:PCE'", "park"), ("--- end of file ---'", "warn"), ("Regards + thanks'", "warn")],
)
def test_segment_behind_the_end_of_its_message_holds_the_interchange(text: str, disposition: str) -> None:
    problems = [one for one in _parse(HEAD + ORDER + text + "UNZ+1+7'") if isinstance(one, Problem)]

    assert {("edifact-outside-message", disposition, None)} == {(one.code, one.disposition, one.place.message) for one in problems}


_OBJECT = b"\x00\xff'UNT+9+1'UNZ+1+7'UNP+1'" * 3


@pytest.mark.parametrize(
    ("header", "trailer", "codes"),
    [
        (b"75", b"75+P", ["edifact-object-not-read"]),
        (b"", b"75+P", ["edifact-object-not-read"]),
        (b"75", b"74+P", ["edifact-object-not-read", "edifact-message-count"]),
        (b"70", b"75+P", ["edifact-object-not-read"]),
        (b"99999", b"75+P", ["edifact-object-not-read"]),
        (b"75", b"75+Q", ["edifact-object-not-read", "edifact-control-reference"]),
    ],
)
def test_object_of_any_bytes_is_passed_over_and_counted(header: bytes, trailer: bytes, codes: list[str]) -> None:
    package = b"UNO+P+DRAWING+1+" + header + b"'" + _OBJECT + b"UNP+" + trailer + b"'"

    items = _parse(HEAD.encode() + ORDER.encode() + package + ORDER.replace("4711", "4712").encode() + b"UNZ+3+7'")

    assert 75 == len(_OBJECT)
    assert ["4711", *codes, "4712"] == [item.id if isinstance(item, Document) else item.code for item in items]


def _whole(order: Any) -> tuple[str, int, str]:
    return order.id, len(order.order_lines), order.seller_supplier_party.endpoint_id.value


def test_the_reference_of_a_message_that_comes_again_in_an_interchange_is_said() -> None:
    second = ORDER.replace("4711", "4712")
    apart = HEAD + ORDER + "UNZ+1+7'"

    codes = _codes(HEAD + ORDER + second + "UNZ+2+7'")

    assert ["edifact-message-reference-repeated"] == codes
    assert [] == _codes(apart + apart)


def test_acknowledgement_that_names_nobody_is_of_those_of_its_interchange() -> None:
    message = "UNH+1+APERAK:D:96A:UN'BGM+312+ACK-1+9'DTM+137:20261101:102'RFF+ACW:4711'ERC+100::260'UNT+6+1'"

    [document] = [item for item in _parse(HEAD + message + "UNZ+1+7'") if isinstance(item, Document)]

    assert isinstance(document.record, ApplicationResponse)
    parties = (document.record.sender_party, document.record.receiver_party)
    assert ["4012345500004", "5412345000013"] == [one and one.endpoint_id and one.endpoint_id.value for one in parties]


def test_a_message_fault_holds_only_its_message() -> None:
    second = ORDER.replace("UNH+1", "UNH+2").replace("4711", "4712").replace("UNT+9+1", "UNT+7+2")

    items = _parse(HEAD + ORDER + second + ORDER.replace("+1'", "+3'").replace("UNH+1", "UNH+3").replace("4711", "4713") + "UNZ+3+7'")

    assert [("4711", []), ("4712", ["edifact-segment-count"]), ("4713", [])] == [
        (item.id, [problem.code for problem in item.problems]) for item in items if isinstance(item, Document)
    ]
    assert 3 == len(items)


def test_an_envelope_fault_names_its_interchange_and_no_message() -> None:
    *_, problem = _parse(HEAD + ORDER + "UNZ+1+7'" + HEAD + ORDER + "UNZ+2+7'")

    assert isinstance(problem, Problem)
    assert (2, None, "UNZ") == (problem.place.interchange, problem.place.message, problem.place.tag)


def test_a_problem_says_segment_element_component_and_byte() -> None:
    raw = HEAD + ORDER.replace("21:24:PCE", "21:many:PCE") + "UNZ+1+7'"

    [document] = _parse(raw)

    assert isinstance(document, Document)
    [unreadable] = [problem for problem in document.problems if problem.code == "value-unreadable"]
    assert (1, 1, 7, "QTY", 1, 2, raw.index("QTY")) == (
        unreadable.place.interchange,
        unreadable.place.message,
        unreadable.place.segment,
        unreadable.place.tag,
        unreadable.place.element,
        unreadable.place.component,
        unreadable.place.byte,
    )


def test_a_byte_in_a_wrapped_file_is_counted_in_the_file() -> None:
    flat = HEAD + ORDER.replace("21:24:PCE", "21:many:PCE") + "UNZ+1+7'"
    raw = "\r\n".join(flat[start : start + 60] for start in range(0, len(flat), 60))

    [document] = _parse(raw)

    assert isinstance(document, Document)
    [place] = [problem.place for problem in document.problems if problem.code == "value-unreadable"]
    assert place.byte is not None
    assert raw[place.byte :].replace("\r\n", "").startswith("QTY+21:many")


def test_a_partner_says_what_is_different_in_his_messages() -> None:
    changes = {"customer_reference": "SG1[RFF/1153=ZZ]/RFF/1154", "order_type_code": None}
    partner = Partner(partner="nordwind", name="Nordwind", identity=Identity(gln=("4012345500004",)), formats={"edifact": changes})
    raw = HEAD + ORDER.replace("NAD+BY", "RFF+ZZ:abc'NAD+BY").replace("UNT+9", "UNT+10") + "UNZ+1+7'"

    order = _order(raw, Context(partners=(partner,)))

    assert ("abc", None) == (order.customer_reference, order.order_type_code)


def test_the_test_indicator_is_that_of_the_interchange() -> None:
    for_test = HEAD.replace("+7'", "+7++++++1'")

    flags = [item.record.test_indicator for item in _parse(HEAD + ORDER + "UNZ+1+7'" + for_test + ORDER + "UNZ+1+7'") if isinstance(item, Document) and item.record]

    assert [False, True] == flags


def test_nothing_that_was_sent_is_dropped() -> None:
    body = "RFF+SZ:SZ-9'DTM+171:20260101:102'NAD+BY+4012345500004::9'RFF+SRN:A-1'LOC+7+X'"

    order = _order(HEAD + ORDER.replace("NAD+BY+4012345500004::9'", body) + "UNZ+1+7'")

    assert {
        "RFF[1153=SZ]": "SZ-9",
        "RFF[1153=SZ]/DTM[2005=171]": "20260101",
        "RFF[1153=SZ]/DTM[2005=171]/C507/2379": "102",
        "NAD[3035=BY]/RFF[1153=SRN]": "A-1",
        "NAD[3035=BY]/LOC[3227=7]": "X",
    } == order.extensions


def test_the_generated_orders_are_read_without_a_problem_and_without_leftovers() -> None:
    items = _parse(interchange(3, 5))

    assert [((), {}, 5)] * 3 == [
        (item.problems, item.record.extensions, len(item.record.order_lines)) for item in items if isinstance(item, Document) and item.record
    ]
    assert 3 == len(items)


def test_chunks_of_the_stream_do_not_show() -> None:
    raw = interchange(40, 40)
    assert len(raw) > 64 * 1024

    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 977) if size and size > 0 else size)

    whole = [plain(item) for item in _parse(raw)]
    dribbled = [plain(item) for item in edifact.parse(Dribble(raw), Context()) if not isinstance(item, Interchange)]

    assert whole == dribbled


@pytest.mark.parametrize(
    "raw",
    [
        b"UNB+" + b"x" * 3_000_000,
        b"UNB+UNOA:1+A+B'" + b"'" * 3_000_000,
        b"UNB+UNOA:1+A+B'" + b"A'" * 1_000_000,
        b"UNB+UNOA:1+A+B'UNH+1+ORDERS:D:96A:UN'" + b"?" * 3_000_000 + b"'",
        b"UNB+UNOA:1+A+B'UNH+1+ORDERS:D:96A:UN'" + b"DTM+1:x:102'" * 100_000,
        b"UNB+UNOA:1+A+B'UNH+1+ORDERS:D:96A:UN'" + b"LIN+1'QTY+21:x'" * 50_000,
        b"UNB+UNOA:1+A+B'UNH+1+ORDERS:D:96A:UN'" + b"UNH+1+ORDERS:D:96A:UN'" * 20_000,
        b"UNB+UNOC:4+A+B'UNH+1+ORDERS:D:01B:UN'PIA+1" + b"*A:SA" * 200_000 + b"'",
        b"UNA" + b"'" * 9 + b"UNB'UNH'",
        b"UNA      UNB UNH ",
        b"UNB+UNOA:1+A+B'UNH'BGM'LIN'QTY'UNT'UNZ'",
        b"UNB+UNOX:3+A+B'UNH+1+ORDERS:D:96A:UN'\x1b$B$\"'UNT+2+1'",
        b"UNH+",
    ],
    ids=["no end", "terminators", "junk", "releases", "bad dates", "bad lines", "headers", "repeats", "UNA of terminators", "UNA of blanks", "bare tags", "ISO 2022", "a tag"],
)
def test_hostile_input_is_read_in_time_and_without_an_exception(raw: bytes) -> None:
    begin = time.process_time()

    items = _parse(raw)
    lines = sum(1 for _ in edifact.explain(io.BytesIO(raw[:200_000])))

    assert time.process_time() - begin < 10
    assert items or lines


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_corpus_is_read_without_an_exception() -> None:
    orders = 0
    for file in sorted(CORPUS.rglob("*")):
        if file.is_file() and file.name != "ORIGIN.txt":
            raw = file.read_bytes()
            begin = time.process_time()
            items = _parse(raw) if _description(raw) else []
            list(edifact.explain(io.BytesIO(raw)))
            orders += sum(1 for item in items if isinstance(item, Document) and item.record)
            assert time.process_time() - begin < 10, file

    assert orders > 50


@pytest.mark.parametrize(
    ("function", "kind", "scope"),
    [
        ("", "Order", None),
        ("9", "Order", None),
        ("7", "Order", None),
        ("1", "OrderCancellation", None),
        ("4", "OrderChange", "delta"),
        ("5", "OrderChange", "complete"),
        ("42", "Order", None),
    ],
)
def test_the_function_of_an_order_says_what_kind_of_document_it_is(function: str, kind: str, scope: str | None) -> None:
    [document, *_] = _parse(HEAD + ORDER.replace("+4711+9", f"+4711+{function}") + "UNZ+1+7'")
    assert isinstance(document, Document)

    reference = getattr(document.record, "order_reference", None)

    assert (kind, kind, scope) == (document.kind, type(document.record).__name__, getattr(document.record, "change_scope", None))
    assert (kind == "Order") == (reference is None)


@pytest.mark.parametrize(
    ("function", "response", "lines", "code"),
    [
        ("29", "", "", "AP"),
        ("27", "", "", "RE"),
        ("4", "", "", "CA"),
        ("12", "", "", "AB"),
        ("9", "AB", "", "AB"),
        ("", "AP", "", "AP"),
        ("9", "AC", "", "CA"),
        ("9", "", "", None),
        ("9", "NA", "", None),
        ("9", "", "55", "AP"),
        ("9", "", "77", "RE"),
        ("9", "", "57", "CA"),
        ("29", "", "53", "CA"),
        ("29", "", "54", "AP"),
        ("27", "", "5", "RE"),
    ],
)
def test_a_response_says_in_its_head_or_in_its_lines_what_is_answered(function: str, response: str, lines: str, code: str | None) -> None:
    body = "".join(f"LIN+{number}+{status}+4000862141404:EN'QTY+21:1:PCE'" for number, status in enumerate(lines, 1))
    raw = f"{HEAD}UNH+1+ORDRSP:D:96A:UN'BGM+231+R-1+{function}+{response}'DTM+137:20261101:102'RFF+ON:4711'{body}UNS+S'UNT+9+1'UNZ+1+7'"

    record = _order(raw)

    assert code == record.order_response_code


def test_a_strict_partner_accepts_only_the_deviations_that_he_names() -> None:
    raw = HEAD + ORDER.replace("BGM+220", "ABC+1'BGM+220").replace("UNT+9", "UNT+10") + "UNZ+1+7'"
    strict = Partner(partner="nordwind", name="Nordwind", identity=Identity(gln=("4012345500004",)), formats={"edifact": {"strict": True}})

    [loose, tight] = [_parse(raw, context)[0] for context in (Context(), Context(partners=(strict,)))]

    assert isinstance(loose, Document)
    assert isinstance(tight, Document)
    assert [("edifact-segment-unknown", "warn")] == [(one.code, one.disposition) for one in loose.problems]
    assert [("edifact-segment-unknown", "reject")] == [(one.code, one.disposition) for one in tight.problems]
    accepted = msgspec.structs.replace(strict, accepted_deviations=("edifact-segment-unknown",))
    assert ["warn"] == [one.disposition for one in adjust(tight.problems, accepted)]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEAD + "ABC+1'" + ORDER + "UNZ+1+7'", "edifact-outside-message"),
        ((HEAD + ORDER + "UNZ+1+7'").lower(), "edifact-lower-case"),
        (HEAD + "UNZ+0+7'", "edifact-interchange-empty"),
    ],
)
def test_a_strict_partner_has_interchanges_held_that_deviate(raw: str, code: str) -> None:
    loose = Partner(partner="nordwind", name="Nordwind", identity=Identity(gln=("4012345500004",)), formats={"edifact": {}})
    strict = msgspec.structs.replace(loose, formats={"edifact": {"strict": True}})
    accepting = msgspec.structs.replace(strict, accepted_deviations=(code,))

    found = [
        [(one.code, one.disposition, holds(one, 1)) for one in _parse(raw, Context(partners=(partner,))) if isinstance(one, Problem)]
        for partner in (loose, strict, accepting)
    ]

    assert [[(code, "warn", False)], [(code, "reject", True)], [(code, "warn", False)]] == found


def test_what_a_strict_partner_does_not_send_is_read_tolerantly() -> None:
    strict = Partner(partner="other", name="Other", identity=Identity(gln=("4099999000004",)), formats={"edifact": {"strict": True}})

    items = _parse(HEAD + "UNZ+0+7'", Context(partners=(strict,)))

    assert ["warn"] == [one.disposition for one in items if isinstance(one, Problem)]


def test_an_envelope_fault_may_be_accepted_by_name() -> None:
    partner = Partner(
        partner="nordwind",
        name="Nordwind",
        identity=Identity(gln=("4012345500004",)),
        accepted_deviations=("edifact-message-count",),
    )

    items = _parse(HEAD + ORDER + "UNZ+2+7'", Context(partners=(partner,)))

    assert [("edifact-message-count", "warn")] == [(one.code, one.disposition) for one in items if isinstance(one, Problem)]


def test_a_partner_says_what_is_different_in_his_invoices_under_their_name() -> None:
    invoice = (FIXTURES / "credit-notes.edi").read_bytes()
    changes = {"CreditNote": {"buyer_reference": "SG1[RFF/1153=IV]/RFF/1154"}, "customer_reference": None}
    partner = Partner(partner="hafen", name="Hafen", formats={"edifact": changes})

    references = [item.record.buyer_reference for item in _parse(invoice, Context(partner=partner)) if isinstance(item, Document)]

    assert ["RE-2026-100", "RE-2026-100", "RE-2026-100", None] == references


def test_a_message_without_its_header_is_one_error_and_the_rest_is_read() -> None:
    headless = ORDER.replace("UNH+1+ORDERS:D:96A:UN'", "")

    items = _parse(HEAD + headless + ORDER + "UNZ+2+7'")

    assert ["edifact-message-header-missing", "4711"] == [item.id if isinstance(item, Document) else item.code for item in items]


def test_an_interchange_in_small_letters_is_read_with_a_warning() -> None:
    raw = (HEAD + ORDER + "UNZ+1+7'").lower().encode()

    items = _parse(raw)

    assert _description(raw) == "EDIFACT ORDERS D.96A"
    assert ["edifact-lower-case", "4711"] == [item.id if isinstance(item, Document) else item.code for item in items]


@pytest.mark.parametrize(
    ("una", "quantity", "ambiguous"),
    [
        ("", "1,250", True),
        ("UNA:+.? '", "1,250", True),
        ("UNA:+,? '", "1,250", False),
        ("", "1,25", False),
        ("", "1250,000", False),
        ("", "1.250", False),
    ],
)
def test_a_comma_before_three_digits_is_told_where_it_is_no_decimal_mark(una: str, quantity: str, ambiguous: bool) -> None:
    codes = _codes(una + HEAD + ORDER.replace("21:24", f"21:{quantity}") + "UNZ+1+7'")

    assert (["edifact-decimal-comma"] if ambiguous else []) == codes


@pytest.mark.parametrize(("total", "code"), [("24", []), ("24.0", []), ("25", ["edifact-quantity-total"]), ("x", [])])
def test_the_sum_of_the_quantities_is_compared_with_the_lines(total: str, code: list[str]) -> None:
    raw = HEAD + ORDER.replace("UNS+S'", f"UNS+S'CNT+1:{total}'").replace("UNT+9", "UNT+10") + "UNZ+1+7'"

    assert code == [one for one in _codes(raw) if one != "edifact-element-format"]
