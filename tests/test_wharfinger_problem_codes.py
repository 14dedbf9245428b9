"""The closed list of problem codes: four languages that agree, nothing unused, nothing unknown, a document that provokes each."""

import ast
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

import msgspec
import pytest
from sqlalchemy import Row, select

from tests.problem_documents import AT_HOME, FOLDER, MADE, context, document
from wharfinger import desk
from wharfinger.contracts import Context, Document
from wharfinger.journal import documents, schema
from wharfinger.journal.database import open_database, reading, writing
from wharfinger.problem_codes import CODES, LANGUAGES
from wharfinger.problems import Problem
from wharfinger.reading import read
from wharfinger.running import run_once
from wharfinger.tables import orders as table_orders
from wharfinger.work import Hub, open_hub

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    file for folder in ("wharfinger", "sources", "parsers", "sinks", "flows") for file in (ROOT / folder).rglob("*.py")
    if file.name != "problem_codes.py"
)  # fmt: skip

ELSEWHERE = {
    "order-rejected": "test_wharfinger_journal_following.py::test_change_of_an_order_that_was_rejected_asks_a_person",
    "order-cancelled": "test_wharfinger_journal_following.py::test_change_after_a_cancellation_asks_a_person",
    "order-line-ambiguous": "test_wharfinger_order_lines.py::test_change_whose_item_stands_in_several_lines_is_for_a_person",
    "order-line-not-found": "test_wharfinger_order_lines.py::test_response_whose_item_is_not_in_the_order_is_for_a_person",
    "order-line-unclear": "test_wharfinger_order_lines.py::test_invoice_line_that_stays_unclear_is_only_told",
    "document-conflict": "test_wharfinger_problem_codes.py::test_hub_asks_what_it_cannot_decide",
    "document-not-read": "test_wharfinger_problem_codes.py::test_document_without_a_record_waits_for_a_person",
    "no-sink-for-test-documents": "test_wharfinger_problem_codes.py::test_hub_asks_what_it_cannot_decide",
    "rejected-by-a-person": "test_wharfinger_problem_codes.py::test_hub_asks_what_it_cannot_decide",
    "answer-to-nobody": "test_wharfinger_answering.py::test_interchange_that_cannot_be_answered_is_told",
    "interchange-reference-repeated": "test_wharfinger_answering.py::test_reference_that_comes_again_with_another_content_is_told_once",
    "interchange-unanswerable": "test_wharfinger_answering.py::test_interchange_that_cannot_be_answered_is_told",
    "sending-test-without-sink": "test_wharfinger_answering.py::test_answer_to_a_test_waits_for_a_sink_that_takes_tests",
    "answer-without-sink": "test_wharfinger_answering.py::test_answer_without_a_sink_asks_for_one",
    "outgoing-from-outside": "test_wharfinger_outgoing.py::test_our_document_from_where_anybody_may_send_waits_for_a_person",
    "outgoing-not-ours": "test_wharfinger_outgoing.py::test_document_of_a_partner_from_our_own_system_waits_for_a_person",
    "outgoing-without-agreement": "test_wharfinger_outgoing.py::test_what_cannot_be_sent_waits_until_the_partner_file_is_mended",
    "outgoing-agreement-wrong": "test_wharfinger_outgoing.py::test_what_cannot_be_sent_waits_until_the_partner_file_is_mended",
    "outgoing-without-sink": "test_wharfinger_outgoing.py::test_what_cannot_be_sent_waits_until_the_partner_file_is_mended",
    "refused-by-partner": "test_wharfinger_answering.py::test_what_the_partner_says_of_our_answer_is_kept_with_it",
    "table-too-many-rows": "test_wharfinger_problem_codes.py::test_table_with_more_rows_than_are_read_is_refused",
    "parts-too-deep": "test_hostile_input.py::test_archives_within_archives_end",
    "zip-too-large": "test_parsers_zip_archive.py::test_the_sum_of_all_entries_is_capped",
    "edifact-not-carried": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-text-divided": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-text-cut": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-no-room": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-character-not-carried": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-incomplete": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-unaddressed": "test_parsers_edifact_writing.py::test_every_problem_of_writing_is_provoked_and_has_its_words",
    "edifact-witness": "test_parsers_edifact_writing.py::test_interchange_that_the_witness_reads_otherwise_does_not_leave",
    "reader-crashed": "test_wharfinger_isolation.py::test_what_was_read_before_a_misdeed_is_kept_and_the_next_file_is_read",
    "reader-time-exceeded": "test_wharfinger_isolation.py::test_what_was_read_before_a_misdeed_is_kept_and_the_next_file_is_read",
    "reader-memory-exceeded": "test_wharfinger_isolation.py::test_what_was_read_before_a_misdeed_is_kept_and_the_next_file_is_read",
    "reader-output-exceeded": "test_wharfinger_isolation.py::test_what_was_read_before_a_misdeed_is_kept_and_the_next_file_is_read",
}
"""Codes that no file alone can provoke, or only a very large one: the test that does."""

WITH_OTHERS = {
    "edifact-segment-missing": {"order-issue-date-missing"},
    "table-several-forms": {"line-number-duplicate", "table-rows-left-out"},
}
"""Codes whose document cannot be wrong in one way only."""

MADE_BY_PARTS = re.compile(r"[a-z]+(-[a-z0-9]+)+")


def placeholders(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_the_same_in_four_languages(code: str) -> None:
    texts = CODES[code].texts
    said = {language: (placeholders(what), placeholders(todo)) for language, (what, todo) in texts.items()}

    assert set(LANGUAGES) == set(texts)
    assert all(what.strip() and todo.strip() for what, todo in texts.values())
    assert dict.fromkeys(LANGUAGES, said["en"]) == said
    assert {*said["en"][0], *said["en"][1]} <= {"subject", "expected", "found"}


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_a_sentence_in_its_own_script(code: str) -> None:
    texts = CODES[code].texts

    assert all(sentence.rstrip("`").endswith((".", "{found}")) for language in ("en", "ru", "de") for sentence in texts[language])
    assert all(sentence.endswith(("。", "{found}")) for sentence in texts["zh"])
    assert all(re.search("[а-яё]", sentence) for sentence in texts["ru"])
    assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in texts["zh"])


def test_every_code_is_words_and_is_listed_once() -> None:
    listed = re.findall(r'^        "([^"]+)", "(?:reject|park|warn)",$', (ROOT / "wharfinger/problem_codes.py").read_text(), re.MULTILINE)

    assert sorted(CODES) == sorted(listed)
    assert [] == [code for code in CODES if not MADE_BY_PARTS.fullmatch(code)]


def codes_in(file: Path) -> Iterator[str]:
    """What stands in the source as a code: code="...", code = "...", and the first argument of what makes a problem."""
    for node in ast.walk(ast.parse(file.read_text())):
        values: list[ast.expr] = []
        named = [node.arg] if isinstance(node, ast.keyword) else []
        if isinstance(node, ast.Assign):
            named = [one.id for one in node.targets if isinstance(one, ast.Name)]
        if isinstance(node, ast.keyword | ast.Assign) and "code" in named:
            values = [node.value]
        elif isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            values = [node.args[0]] if name.lstrip("_") in ("problem", "Problem", "fault", "complain", "note") else []
        for value in values:
            branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            yield from (one.value for one in branches if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_code_in_the_source_is_listed() -> None:
    used = {(code, file.name) for file in SOURCES for code in codes_in(file) if MADE_BY_PARTS.fullmatch(code)}

    assert len(used) > 50
    assert set() == {(code, file) for code, file in used if code not in CODES}


def test_every_listed_code_is_used() -> None:
    source = "\n".join(file.read_text() for file in SOURCES)
    in_mappings = "\n".join(file.read_text() for file in (ROOT / "mappings").rglob("*.yaml"))

    assert [] == [code for code in CODES if f'"{code}"' not in source and f"code: {code}," not in in_mappings]


def test_every_code_has_a_document_or_a_test_that_provokes_it() -> None:
    assert [] == [code for code in CODES if (document(code) is None) != (code in ELSEWHERE)]


def test_every_provoking_document_belongs_to_a_code() -> None:
    named = {*MADE, *AT_HOME, *(file.stem for file in FOLDER.iterdir()), *ELSEWHERE, *WITH_OTHERS}

    assert set() == named - set(CODES)


def codes_of(content: bytes, where: Context) -> set[str]:
    found: set[str] = set()
    for item in read(io.BytesIO(content), where):
        problems = item.problems if isinstance(item, Document) else (item,) if isinstance(item, Problem) else ()
        found.update(one.code for one in problems)
        assert all(one.text(language) and one.hint(language) for one in problems for language in LANGUAGES)
        assert "?" not in "".join(one.text() for one in problems)  # the text speaks of something that was not said
    return found


@pytest.mark.parametrize("code", [code for code in CODES if code not in ELSEWHERE])
def test_the_document_of_a_code_provokes_it_and_nothing_else(code: str) -> None:
    content = document(code)
    assert content is not None, f"write tests/fixtures/problems/{code}.EXT"

    assert {code} | WITH_OTHERS.get(code, set()) == codes_of(content, context(code))


@pytest.mark.parametrize("code", ELSEWHERE)
def test_the_test_that_provokes_a_code_speaks_of_it(code: str) -> None:
    file, _, name = ELSEWHERE[code].partition("::")
    source = (ROOT / "tests" / file).read_text()
    [test] = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef) and node.name == name]

    first = min([test.lineno, *(one.lineno for one in test.decorator_list)])
    assert code in "\n".join(source.splitlines()[first - 1 : test.end_lineno])


def test_table_with_more_rows_than_are_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"4711;2026-11-01;Nordwind GmbH;Hafen AG;{number};4000862141404;24;C62\n" for number in range(5)]
    table = "Order number;Order date;Buyer;Supplier;Line;GTIN;Quantity;Unit\n" + "".join(rows)
    monkeypatch.setattr(table_orders, "MAX_ROWS", 3)

    assert "table-too-many-rows" in codes_of(table.encode(), Context())


def test_document_without_a_record_waits_for_a_person(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/journal.db")
    with writing(engine) as connection:
        unread = {"revision": 0, "record_version": None, "body_hash": None, "base_key": None, "test_indicator": False, "partner": None}
        decision = documents.decide(connection, unread, [], (), None, documents.Rules())
    engine.dispose()

    assert ("PARKED", "document-not-read") == (decision.state, decision.question and decision.question.code)


ORDER = (FOLDER / "edifact-segment-count.edi").read_bytes().replace(b"UNT+11", b"UNT+12")


def test_hub_asks_what_it_cannot_decide(tmp_path: Path) -> None:
    (tmp_path / "wharf.yaml").write_text(
        "companies: [{company: hafen, name: Hafen AG, identity: {gln: ['5412345000013']}}]\n"
        "sinks: {outbox: {kind: xml_outbox, folder: outbox}}\n"
    )
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "nordwind.yaml").write_text("partner: nordwind\nname: Nordwind\nidentity: {gln: ['4012345500004']}\n")
    contents = [ORDER, ORDER.replace(b"QTY+21:24", b"QTY+21:40"), ORDER.replace(b"4711", b"4712").replace(b"+1'\nUNH", b"+1++++++1'\nUNH")]
    files = [tmp_path / f"{number}.edi" for number in range(3)]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
        run_once(tmp_path, [file], lambda *_: None)

    with open_hub(tmp_path) as hub:
        before = rows_of(hub)
        desk.reject(hub, 2, "forty was a mistake")
        after = rows_of(hub)
        with reading(hub.journal) as connection:
            bodies = connection.execute(select(schema.problem.c.body).where(schema.problem.c.document == 2)).scalars().all()

    asked = [(1, None), (2, "document-conflict"), (3, "no-sink-for-test-documents")]
    assert asked == [(row.id, row.question and msgspec.json.decode(row.question, type=Problem).code) for row in before]
    assert ["DELIVERED", "REJECTED", "PARKED"] == [row.state for row in after]
    assert ["rejected-by-a-person"] == [msgspec.json.decode(body, type=Problem).code for body in bodies]


def rows_of(hub: Hub) -> Sequence[Row[Any]]:
    with reading(hub.journal) as connection:
        return connection.execute(select(schema.document).order_by(schema.document.c.id)).all()


@pytest.mark.parametrize("code", ["quantity-implausible", "quantity-fractional", "gtin-wrong"])
def test_what_may_be_wrong_in_any_kind_of_document_does_not_speak_of_orders(code: str) -> None:
    told = " ".join(one for texts in CODES[code].texts.values() for one in texts)

    assert [] == re.findall(r"\borders?\b|заказ|[Bb]estell|订", told)
