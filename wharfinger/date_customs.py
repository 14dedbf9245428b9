"""Whether 03/04/2025 is in March or in April: told by the words of a language or a country that stand beside it.

>>> custom_of_dates(["Réf.", "Quantité", "Prix unitaire HT"]), custom_of_dates(["Item", "Quantity"])
('31/12/2025', None)
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import mappings
from wharfinger.pages.labels import find, fold, looks_like
from wharfinger.yaml_files import load_yaml


def custom_of_dates(texts: Sequence[str]) -> str | None:
    """An example of the dates of the language or country whose words stand in the texts; None where they say nothing of it."""
    return next((example for example, words in _words().items() if any(_stands(word, texts) for word in words)), None)


@cache
def _words() -> dict[str, list[str]]:
    content: dict[str, list[str]] = load_yaml(Path(mappings.__file__).parent / "formats" / "dates.yaml")
    return content


def _stands(word: str, texts: Sequence[str]) -> bool:
    """Whether a word stands in one of the texts; '@@ #####' is a form, '£' a sign."""
    label = fold(word)
    if "#" in word or not label:
        return any(looks_like(word, text) if "#" in word else word in text for text in texts)
    return any(find(label, text) for text in texts)
