"""What a newcomer sees first: `make demo` in an empty folder, and again."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.make_samples import samples
from wharfinger.samples import EXPECTED, HOME, copy_to
from wharfinger.xml import schema_errors


def run_demo(folder: Path) -> subprocess.CompletedProcess[str]:
    """As the Makefile does, from a folder that is not the checkout."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "wharfinger.demo", "demo"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's home after its first run, and what was printed."""
    folder = tmp_path_factory.mktemp("demo")
    ran = run_demo(folder)
    assert (0, "") == (ran.returncode, ran.stderr)
    return folder / "demo", ran.stdout


def test_the_demo_says_what_became_of_every_document(demo: tuple[Path, str]) -> None:
    _, said = demo

    assert "25 documents from 17 files" in said
    assert "received 25 = 18 delivered + 2 refused + 2 duplicate + 0 superseded + 3 waiting + 0 in flight    balanced" in said
    assert "message 3: ORD-884: Line 2 has no quantity." in said
    assert "line 1 quantity 40 instead of 24" in said


def test_every_file_in_the_outbox_is_valid_ubl(demo: tuple[Path, str]) -> None:
    home, _ = demo
    files = list((home / "outbox").glob("*.xml"))

    assert 18 == len(files)
    assert {file.name: [] for file in files} == {file.name: schema_errors("Order", file.read_bytes()) for file in files}


@pytest.mark.parametrize(
    ("order", "buyer", "currency", "lines", "pieces", "worth"),
    [
        ("ORD-879", "nordwind", "EUR", 5, 168, 1077.00),  # EDIFACT
        ("5501", "albion", "GBP", 6, 146, 808.04),  # UBL
        ("4500017", "nordwind", "EUR", 8, 490, 3734.80),  # PDF
        ("118", "severyanka", "RUB", 6, 940, 588000.00),  # DOCX
        ("5503", "albion", "GBP", 3, 42, 559.88),  # CSV
        ("HD-2611-02", "huadong", "CNY", 4, 2400, 82602.00),  # XLSX
        ("СВ-0052", "severyanka", "RUB", 4, 88, 308268.80),  # XLSX by a partner's own headings
        ("ORD-891", "nordwind", "EUR", 4, 142, 561.00),  # EDIFACT in a ZIP archive
        ("5508", "albion", "GBP", 4, 90, 400.78),  # UBL in a mail
    ],
)
def test_the_warehouse_has_what_the_partner_ordered(
    demo: tuple[Path, str], order: str, buyer: str, currency: str, lines: int, pieces: int, worth: float
) -> None:
    home, _ = demo
    with closing(sqlite3.connect(home / "warehouse.db")) as warehouse:
        found = warehouse.execute(
            """SELECT buyer_id, document_currency_code, count(*), sum(quantity), round(sum(quantity * price_amount), 2),
                      count(sellers_item_code), sum(unit_code IN ('C62', 'EA')), min(requested_delivery_start) > issue_date
               FROM orders JOIN (SELECT effect_key, quantity, price_amount, sellers_item_code, unit_code FROM order_lines) USING (effect_key)
               WHERE id = ?""",
            (order,),
        ).fetchone()

    assert (buyer, currency, lines, pieces, worth, lines, lines, 1) == found


def test_the_sample_documents_are_those_that_the_script_writes() -> None:
    committed = {file.name: file.read_bytes() for file in (HOME / "inbox").iterdir()}

    assert sorted(samples()) == sorted(committed)
    assert [] == [name for name, content in samples().items() if content != committed[name] and not name.endswith((".pdf", ".docx", ".xlsx"))]


def test_every_sample_document_is_expected_by_name() -> None:
    expected = {file.partition("/")[0] for file in json.loads(EXPECTED.read_text("utf-8"))["documents"]}

    assert {"17-holidays.txt"} == samples().keys() - expected


def test_running_it_again_delivers_nothing_twice(demo: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = demo
    shutil.copytree(home, tmp_path / "demo")

    again = run_demo(tmp_path)

    assert (0, "") == (again.returncode, again.stderr)
    assert "18 delivered + 4 refused + 25 duplicate + 0 superseded + 3 waiting + 0 in flight    balanced" in again.stdout
    assert 18 == len(list((tmp_path / "demo" / "outbox").glob("*.xml")))


def test_it_fails_when_something_became_of_a_document_that_should_not(tmp_path: Path) -> None:
    copy_to(tmp_path / "demo")
    (tmp_path / "demo" / "partners" / "huadong.yaml").write_text("{partner: huadong, name: Somebody else}")

    ran = run_demo(tmp_path)

    assert 1 == ran.returncode
    assert "08-caigou-huadong.xlsx: expected {'HD-2611-01': 'delivered', 'HD-2611-02': 'delivered'}" in ran.stderr
