"""What people read exists in all four languages and says the same in each."""

import re
import string
from pathlib import Path

import pytest

from wharfinger.problems import LANGUAGES
from wharfinger.reports.desk_phrases import DESK
from wharfinger.reports.flow_phrases import FLOWS
from wharfinger.reports.phrases import _PHRASES, state_word

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
