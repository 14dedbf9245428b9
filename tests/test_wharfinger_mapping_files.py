"""Mapping files that share blocks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import mappings
from wharfinger.mapping_files import load_mapping
from wharfinger.yaml_files import YamlFileError, load_yaml

BLOCKS = """
name: cbc:Name
names: ["cbc:Name", "cbc:RegistrationName"]
contact: {telephone: "cbc:Telephone", name: {like: name}}
party: {name: {like: names}, contact: {at: "cac:Contact", like: contact}}
round: {party: {like: round}}
"""


def load(folder: Path, mapping: str) -> object:
    (folder / "parts.yaml").write_text(BLOCKS)
    file = folder / "order.yaml"
    file.write_text(mapping)
    return load_mapping(file)


def test_a_mapping_without_blocks_is_what_its_file_says(tmp_path: Path) -> None:
    assert {"id": "cbc:ID"} == load(tmp_path, "id: cbc:ID")


def test_a_block_is_what_it_is_like_changed_by_what_stands_beside(tmp_path: Path) -> None:
    found = load(tmp_path, 'include: parts.yaml\nbuyer: {at: "cac:Buyer", like: party, contact: {name: null, telephone: "cbc:Phone"}}')

    expected = {"at": "cac:Buyer", "name": ["cbc:Name", "cbc:RegistrationName"], "contact": {"at": "cac:Contact", "telephone": "cbc:Phone"}}
    assert {"buyer": expected} == found


def test_of_several_blocks_each_later_one_changes_those_before_it(tmp_path: Path) -> None:
    found = load(tmp_path, "include: parts.yaml\nlike: [contact, party]\nid: cbc:ID")

    expected = {"telephone": "cbc:Telephone", "name": ["cbc:Name", "cbc:RegistrationName"], "id": "cbc:ID"}
    assert {**expected, "contact": {"at": "cac:Contact", "telephone": "cbc:Telephone", "name": "cbc:Name"}} == found


def test_a_whole_mapping_may_be_like_a_block(tmp_path: Path) -> None:
    assert {"telephone": "cbc:Telephone", "name": "cbc:Name", "id": "cbc:ID"} == load(tmp_path, "include: parts.yaml\nlike: contact\nid: cbc:ID")


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ("include: parts.yaml\nbuyer: {like: seller}", "no block 'seller'; valid: name, names, contact, party, round"),
        ("buyer: {like: party}", "no block 'party'; valid: none, for nothing is included"),
        ("include: parts.yaml\nbuyer: {like: round}", "block 'round' is like itself"),
        ("include: parts.yaml\nbuyer: {like: names, at: x}", "block 'names' is no structure"),
        ("include: other.yaml\nid: cbc:ID", "other.yaml"),
        ("include: parts.yaml\nbuyer: {like: [party, nobody]}", "no block 'nobody'"),
        ("- id", "write a mapping"),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_its_name_and_the_reason(tmp_path: Path, mapping: str, reason: str) -> None:
    with pytest.raises(YamlFileError) as raised:
        load(tmp_path, mapping)

    assert reason in str(raised.value)
    assert ".yaml" in str(raised.value)


def texts_of(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (text for pair in part.items() for one in pair for text in texts_of(one))
    elif isinstance(part, list):
        yield from (text for one in part for text in texts_of(one))
    elif isinstance(part, str):
        yield part


def test_no_heading_is_cut_at_a_comma_within_its_brackets() -> None:
    folder = Path(mappings.__file__).parent
    texts = {text for file in folder.rglob("*.yaml") for text in texts_of(load_yaml(file))}

    assert [] == sorted(text for text in texts if text.count("(") != text.count(")"))
