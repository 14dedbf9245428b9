"""The code lists are well-formed and hold what everyday documents use."""

import re

import pytest

from wharfinger.code_lists import codes


@pytest.mark.parametrize(
    ("name", "form", "second", "least"),
    [
        ("units_rec20", "[A-Z0-9]{2,3}", ".*", 2_000),
        ("currencies", "[A-Z]{3}", "([12][0-9]{3})?", 200),
        ("countries", "[A-Z]{2}", "[A-Z]{3}", 240),
        ("country_names", "[A-Z]{2}", "[^|,]+([|][^|,]+)*", 80),
    ],
)
def test_every_entry_has_the_form_of_its_list(name: str, form: str, second: str, least: int) -> None:
    listed = codes(name)

    assert len(listed) > least
    assert [] == [code for code, rest in listed.items() if not (re.fullmatch(form, code) and re.fullmatch(second, rest))]


@pytest.mark.parametrize(
    ("name", "code", "second"),
    [
        ("units_rec20", "C62", "one"),
        ("units_rec20", "H87", "piece"),
        ("units_rec20", "KGM", "kilogram"),
        ("units_rec20", "XPX", "pallet"),
        ("currencies", "CNY", ""),
        ("currencies", "BYN", ""),
        ("currencies", "BYR", "2016"),
        ("countries", "RU", "RUS"),
        ("countries", "DE", "DEU"),
    ],
)
def test_everyday_codes_are_listed(name: str, code: str, second: str) -> None:
    assert second == codes(name)[code]


def test_no_name_means_two_countries() -> None:
    named = [(name.casefold(), code) for code, names in codes("country_names").items() for name in names.split("|")]

    assert [] == sorted({name for name, code in named for other, of in named if name == other and code != of})
    assert codes("country_names").keys() <= codes("countries").keys()
