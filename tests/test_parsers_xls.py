"""Workbooks of Excel 97-2003: they give what the same books give as XLSX, and what is wrong with a file is said."""

import io
import json
from pathlib import Path

import pytest

from parsers import xls
from tests.test_parsers_csv import plain
from wharfinger.contracts import Context, Document, Item
from wharfinger.problems import Problem

FIXTURES = Path(__file__).parent / "fixtures" / "xls"
SAVED = sorted(path for path in FIXTURES.glob("*.xls") if path.stem != "errors")
"""Books of tests/fixtures/xlsx as `soffice --headless --convert-to xls` (7.4) saves them."""
ERRORS = (FIXTURES / "errors.xls").read_bytes()
"""Cells with =1/0, =NA() and the like."""


def _parse(content: bytes) -> list[Item]:
    return list(xls.parse(io.BytesIO(content), Context()))


def _codes(content: bytes) -> list[str]:
    return [item.code for item in _parse(content) if isinstance(item, Problem)]


@pytest.mark.parametrize("file", SAVED, ids=lambda file: file.stem)
def test_a_book_gives_the_same_as_in_xlsx(file: Path) -> None:
    expected = json.loads((FIXTURES.parent / "xlsx" / f"{file.stem}.expected.json").read_text(encoding="utf-8"))

    found = [plain(item) for item in _parse(file.read_bytes())]

    assert expected == found


def test_an_old_workbook_is_recognised() -> None:
    claim = xls.recognises(ERRORS[: 64 * 1024], io.BytesIO(ERRORS))

    assert claim is not None
    assert ("Excel 97-2003 workbook (.xls)", True) == (claim.description, claim.readable)
    assert xls.recognises(b"PK", io.BytesIO(b"PK")) is None


def test_errors_of_formulas_are_said() -> None:
    [document] = _parse(ERRORS)

    assert isinstance(document, Document)
    assert ["#DIV/0!", "#N/A", "#REF!", "#N/A"] == [problem.found for problem in document.problems]


def test_a_workbook_with_a_password_is_said_to_have_one() -> None:
    # the record INTERFACEHDR becomes FILEPASS, with which what is encrypted begins
    encrypted = ERRORS.replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1)

    assert ["office-encrypted"] == _codes(encrypted)


@pytest.mark.parametrize("length", [0, 8, 512, 1024, 3000])
def test_a_workbook_cut_short_is_a_problem_and_not_an_error(length: int) -> None:
    assert ["spreadsheet-broken"] == _codes(ERRORS[:length])


@pytest.mark.parametrize("at", range(512, len(ERRORS), 97))
def test_a_damaged_byte_raises_nothing(at: int) -> None:
    damaged = ERRORS[:at] + bytes([ERRORS[at] ^ 0xFF]) + ERRORS[at + 1 :]

    assert all(isinstance(item, Document | Problem) for item in _parse(damaged))


def test_a_chain_of_sectors_that_goes_round_is_a_problem_and_no_hang() -> None:
    first = (int.from_bytes(ERRORS[60:64], "little") + 1) * 512  # [MS-CFB] 2.2: first sector of the table of short sectors

    assert ["spreadsheet-broken"] == _codes(ERRORS[:first] + bytes(4) + ERRORS[first + 4 :])
