"""What is wrong in wharf.yaml or a partner file is told in one sentence with file, line and column."""

from pathlib import Path

import pytest

from wharfinger.config import load_home
from wharfinger.examination import examine
from wharfinger.yaml_files import YamlFileError

_HOME = """\
companies: [{company: hafen, name: Hafen AG, identity: {gln: ["5412345000013"]}}]
language: en
sources:
  inbox: {kind: folder, folder: inbox, stable_seconds: 2}
sinks: {outbox: {kind: xml_outbox, folder: outbox}}
"""
_PARTNER = """\
partner: albion
name: Albion Ltd
time_zone: Europe/London
formats:
  table:
    match: {headings: [PO Number]}
    fields: {order_lines: {item: {name: [Goods]}}}
"""


def _home(folder: Path, settings: str = _HOME, partner: str = _PARTNER) -> Path:
    (folder / "wharf.yaml").write_text(settings)
    (folder / "partners").mkdir()
    (folder / "partners" / "albion.yaml").write_text(partner)
    return folder


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("language: en", "language: fr", "wharf.yaml:2:1: language: fr is not valid; valid: en, ru, de, zh"),
        ("language: en", "langauge: en", "wharf.yaml:2:1: `langauge` is not known here; did you mean `language`?"),
        ('gln: ["5412345000013"]', "gln: 5412345000013", "wharf.yaml:1:57: gln: write a list: [5412345000013]"),
        ('"5412345000013"', "5412345000013", 'gln: write a text; where it looks like a number or a date, in quotes: "5412345000013"'),
        ("name: Hafen AG, ", "", "`name` is missing"),
        ("language: en", "language: en\nlanguage: de", "wharf.yaml:3:1: `language` stands here a second time"),
        ("sources:", "sources", "wharf.yaml:4:8: a colon is missing, the indentation is not that of the lines above, or a bracket"),
        ("inbox: {kind: folder, folder: inbox, stable_seconds: 2}", "inbox: 5", "wharf.yaml:4:3: inbox: write names with their values: {name: value}"),
    ],
)
def test_a_wrong_setting_is_told_where_it_stands(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    with pytest.raises(YamlFileError) as error:
        load_home(_home(tmp_path, settings=_HOME.replace(right, wrong, 1)))

    assert told in str(error.value)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("codes: {unit: {Box: XBX}}", "albion.yaml:8:9: `unit` is not known here; valid: unit_code, item, delivery_location"),
        ("defaults: {document_curency_code: GBP}", "did you mean `document_currency_code`?"),
        ("stricter: {line-amount-difers: park}", "albion.yaml:8:12: `line-amount-difers` is not known here; did you mean `line-amount-differs`?"),
        ("stricter: {line-amount-differs: refuse}", "albion.yaml:8:12: line-amount-differs: refuse is not valid; valid: reject, park"),
        ("accepted_deviations: [gtin-wrnog]", "did you mean `gtin-wrong`?"),
        ("answers: {deadline_hours: soon}", "albion.yaml:8:11: deadline_hours: write a whole number"),
    ],
)
def test_what_a_partner_file_says_of_nothing_is_told(tmp_path: Path, more: str, told: str) -> None:
    with pytest.raises(YamlFileError) as error:
        load_home(_home(tmp_path, partner=f"{_PARTNER}{more}\n"))

    assert told in str(error.value)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Europe/London", "London", "albion.yaml:3:1: time_zone: London is no time zone"),
        ("  table:", "  tabel:", "albion.yaml:5:3: `tabel` is not known here; did you mean `table`?"),
    ],
)
def test_a_name_that_does_not_exist_is_told(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    with pytest.raises(YamlFileError) as error:
        load_home(_home(tmp_path, partner=_PARTNER.replace(right, wrong)))

    assert told in str(error.value)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("match:", "mtach:", "albion.yaml:6:5: `mtach` is not known here; did you mean `match`?"),
        ("headings:", "heading:", "albion.yaml:6:13: `heading` is not known here; did you mean `headings`?"),
        ("order_lines:", "order_line:", "albion.yaml:7:14: order_line: `order_line` is not known here; did you mean `order_lines`?"),
    ],
)
def test_doctor_says_what_is_wrong_with_a_mapping(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    bad = [text for right_so, text in examine(_home(tmp_path, partner=_PARTNER.replace(right, wrong))) if not right_so]

    assert [True] == [told in text for text in bad]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("stable_seconds: 2", "stabel_seconds: 2", "wharf.yaml:4:40: `stabel_seconds` is not known here; did you mean `stable_seconds`?"),
        ("stable_seconds: 2", "stable_seconds: two", "stable_seconds: two is no number of seconds"),
        ("kind: folder", "kind: foldr", "wharf.yaml:4:11: kind: `foldr` is not known here; did you mean `folder`?"),
        ("folder: inbox,", "", "a folder needs `folder`"),
    ],
)
def test_doctor_says_what_is_wrong_with_a_source(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    bad = [text for right_so, text in examine(_home(tmp_path, settings=_HOME.replace(right, wrong))) if not right_so]

    assert [True] == [told in text for text in bad]
