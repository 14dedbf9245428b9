"""Plain ZIP archives: good entries are received, bad ones named, bombs refused before they unpack."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from parsers import zip_archive
from wharfinger.contracts import Context, Part
from wharfinger.problems import Problem
from wharfinger.zip_limits import MAX_ENTRIES, display_name, unsafe

FIXTURES = Path(__file__).parent / "fixtures" / "zip_archive"


def _parse(content: bytes) -> list[tuple[str, Any]]:
    """Each part as its name and content, each problem as its code and subject."""
    return [
        (item.name, item.content) if isinstance(item, Part) else (item.code, item.subject)
        for item in zip_archive.parse(io.BytesIO(content), Context())
    ]


def _recognised(content: bytes) -> bool:
    return zip_archive.recognises(content[:65_536], io.BytesIO(content)) is not None


def _archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.zip")), ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))

    with file.open("rb") as stream:
        found = [_plain(item) for item in zip_archive.parse(stream, Context())]

    assert found == expected


def _plain(item: Part | Problem) -> dict[str, Any]:
    if isinstance(item, Part):
        return {"part": item.name, "content": item.content.decode()}
    problem = item.as_json("en")
    return {"problem": problem["code"], "place": problem["place"], "text": problem["text"]}


def test_an_archive_is_recognised_by_its_content() -> None:
    assert _recognised(_archive(a=b"1"))
    assert _recognised((FIXTURES / "empty.zip").read_bytes())


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype"])
def test_office_documents_are_left_to_their_readers(name: str) -> None:
    assert not _recognised(_archive(**{"a": b"1", name: b"x"}))


def test_text_that_mentions_pk_is_no_archive() -> None:
    assert not _recognised(b"PK is short for Phil Katz")


def test_a_cut_archive_is_recognised_and_refused() -> None:
    cut = _archive(a=b"1" * 100)[:-30]

    assert _recognised(cut)
    assert _parse(cut) == [("zip-broken", None)]


def test_an_entry_that_unpacks_to_a_hundred_times_its_size_is_left_out() -> None:
    found = _parse(_archive(bomb=bytes(20_000_000), good=b"1"))

    assert found == [("zip-entry-ratio", "bomb"), ("good", b"1")]


def test_a_small_entry_may_be_compressed_as_well_as_it_likes() -> None:
    found = _parse(_archive(small=bytes(100_000)))

    assert found == [("small", bytes(100_000))]


def test_the_sum_of_all_entries_is_capped() -> None:
    # just under the ratio: a random block repeated beyond the window of Deflate does not shrink
    block = zlib.compress(bytes(range(256)) * 4_000, 0)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number in range(30):
            archive.writestr(str(number), block * 8)

    found = _parse(target.getvalue())

    assert found[-1] == ("zip-too-large", None)
    assert sum(len(content) for _, content in found[:-1]) <= 200_000_000
    assert len(found) == 200_000_000 // len(block * 8) + 1


def test_a_size_that_lies_does_not_hide_what_comes_out() -> None:
    content = bytearray(_archive(bomb=bytes(20_000_000)))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 5)

    assert _parse(bytes(content)) == [("zip-entry-ratio", "bomb")]


def test_a_size_that_lies_a_little_is_a_broken_entry() -> None:
    content = bytearray(_archive(order=b"x" * 500))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 5)

    assert _parse(bytes(content)) == [("zip-entry-broken", "order")]


def test_too_many_entries_are_refused_as_a_whole() -> None:
    found = _parse(_archive(**{str(number): b"" for number in range(MAX_ENTRIES + 1)}))

    assert found == [("zip-too-many-entries", None)]


def test_a_directory_too_large_to_read_is_not_read() -> None:
    content = bytearray(_archive(a=b"1"))
    struct.pack_into("<L", content, len(content) - 22 + 12, 900_000_000)

    assert _parse(bytes(content)) == [("zip-too-many-entries", None)]


def test_entries_that_share_bytes_are_left_out() -> None:
    content = _archive(aa=b"1" * 50, bb=b"2" * 50, cc=b"3" * 50)
    directory = content.index(b"PK\x01\x02")
    first, second = content[directory : directory + 48], content[directory + 48 : directory + 96]
    # the second entry of the directory points at the first one's data
    content = content.replace(second, first)

    assert _parse(content) == [("zip-entries-overlap", "aa"), ("zip-entries-overlap", "aa"), ("cc", b"3" * 50)]


def test_an_unusual_compression_is_named() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("order.csv", b"1")

    assert _parse(target.getvalue()) == [("zip-entry-compression", "order.csv")]


def test_what_is_safe_is_safe_for_readers_without_caps() -> None:
    assert unsafe(io.BytesIO(_archive(a=b"1"))) == []
    assert [problem.code for problem in unsafe(io.BytesIO(_archive(a=bytes(20_000_000))))] == ["zip-entry-ratio"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("order.csv", "order.csv"),
        ("a\x00b\nc\u202ed\u2066e\u200bf.csv", "abcdef.csv"),
        ("Mu\u0308ller", "M\u00fcller"),
        ("\udcff\ud800x", "x"),
        ("  a   b ", "a b"),
        ("x" * 200, "x" * 59 + "…" + "x" * 60),
    ],
)
def test_a_name_is_safe_to_show(name: str, shown: str) -> None:
    assert display_name(name) == shown


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_no_cut_or_flipped_archive_raises(cut: int) -> None:
    content = bytearray((FIXTURES / "orders.zip").read_bytes())
    flipped = bytearray(content)
    flipped[cut] ^= 0xFF
    flipped[-cut - 1] ^= 0xFF

    for bad in (content[:cut], content[cut:], flipped):
        assert isinstance(_parse(bytes(bad)), list)
