"""What people read exists in all four languages and says the same in each."""

import re
import string
from pathlib import Path

import pytest

from wharfinger.problems import LANGUAGES, Problem
from wharfinger.reports.desk_phrases import DESK
from wharfinger.reports.flow_phrases import FLOWS
from wharfinger.reports.phrases import _PHRASES, padded, state_word

ROOT = Path(__file__).parents[1]


def _filled(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", _PHRASES)
def test_a_phrase_has_every_language_and_is_filled_with_the_same_in_each(name: str) -> None:
    texts = _PHRASES[name]

    assert set(LANGUAGES) == set(texts)
    assert all(text.strip() for text in texts.values())
    assert [_filled(texts["en"])] * len(texts) == [_filled(text) for text in texts.values()]


def test_every_phrase_of_the_desk_and_of_the_flows_is_used() -> None:
    sources = "".join((ROOT / file).read_text(encoding="utf-8") for file in ("wharfinger/desk.py", "flows/chunks.py"))
    named = set(re.findall(r'"((?:desk|flow)-[\w-]+)"', sources)) | {f"flow-{one}" for one in re.findall(r'told\("(\w+)"', sources)}

    assert named == DESK.keys() | FLOWS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", ["document-parked", "document-accepted", "released", "answered", "received", "unreadable", "acknowledged"])
def test_an_event_of_the_audit_trail_has_words(event: str, language: str) -> None:
    word = state_word(event, language)

    assert word
    assert word != event or language == "en"


@pytest.mark.parametrize(("text", "expected"), [("read", "read  |"), ("已读取", "已读取|"), ("longer than that", "longer than that|")])
def test_a_column_is_as_wide_on_a_screen_whatever_its_script(text: str, expected: str) -> None:
    assert expected == f"{padded(text, 6)}|"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "4711 was sent again with another content: line 1 quantity 40, issue date 2026-11-02 instead of 24, 2026-11-01."),
        ("ru", "4711 прислан ещё раз с другим содержанием: строка 1, количество 40, issue date 2026-11-02 вместо 24, 2026-11-01."),
        ("de", "4711 kam noch einmal mit anderem Inhalt: Position 1, Menge 40, issue date 2026-11-02 statt 24, 2026-11-01."),
    ],
)
def test_what_differs_in_a_line_is_told_in_the_language(language: str, told: str) -> None:
    conflict = Problem(
        code="document-conflict", subject="4711", expected="24, 2026-11-01", found="line 1 quantity 40, issue date 2026-11-02"
    )

    assert told == conflict.text(language)
