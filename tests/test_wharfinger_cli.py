"""The command line's contract: exit statuses, JSON shapes, and what a person does with a home."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from wharfinger.samples import HOME, copy_to

WHARF = str(Path(sys.executable).parent / "wharf")
INBOX = HOME / "inbox"
GOOD = b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+%s+9'DTM+137:20261101:102'NAD+BY+%s::9'NAD+SU+5412345000013::9'LIN+1++4000862141404:EN'QTY+21:%s'UNS+S'CNT+2:1'UNT+10+1'"


def edifact(number: str = "4711", quantity: int = 24, buyer: str = "4012345500004", *, test: bool = False) -> bytes:
    flag = b"++++++1" if test else b""
    message = GOOD % (number.encode(), buyer.encode(), str(quantity).encode())
    return b"UNB+UNOC:3+%s:14+5412345000013:14+261101:1000+R1%s'%sUNZ+1+R1'" % (buyer.encode(), flag, message)


def wharf(*arguments: str | Path, home: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [WHARF, *(["--home", str(home)] if home else []), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment}, timeout=120)


def status_of(home: Path) -> dict[str, Any]:
    return json.loads(wharf("status", "--json", home=home).stdout)


def documents_of(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in wharf("docs", "--json", home=home).stdout.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    target = tmp_path / "home"
    copy_to(target)
    for file in (target / "inbox").iterdir():
        file.unlink()
    return target


def drop(home: Path, name: str, content: bytes) -> None:
    file = home / "inbox" / name
    file.write_bytes(content)
    os.utime(file, (time.time() - 60, time.time() - 60))


def test_help_answers_without_the_heavy_imports() -> None:
    program = "import sys; import wharfinger.cli; print([m for m in ('sqlalchemy', 'lxml', 'prefect', 'msgspec') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)

    assert "[]" == told.stdout.strip()


def test_convert_prints_one_record_a_line_with_decimals_as_strings(tmp_path: Path) -> None:
    file = tmp_path / "order.edi"
    file.write_bytes(edifact())
    told = wharf("convert", file)
    [record] = [json.loads(line) for line in told.stdout.splitlines()]

    assert (0, "Order", "4711", "2026-11-01", False) == (
        told.returncode,
        record["kind"],
        record["id"],
        record["issue_date"],
        record["test_indicator"],
    )
    assert {"value": "24", "unit_code": "C62"} == record["order_lines"][0]["quantity"]


def test_convert_of_several_orders_to_ubl_needs_a_folder(tmp_path: Path) -> None:
    several = wharf("convert", INBOX / "01-orders-2201.edi", "--to", "ubl")
    into = wharf("convert", INBOX / "01-orders-2201.edi", "--to", "ubl", "--out", tmp_path)
    names = sorted(file.name for file in tmp_path.iterdir())

    assert (2, 0) == (several.returncode, into.returncode)
    assert "0001-Order-" == names[0][:11]


def test_check_of_a_file_that_is_nothing_says_so_with_status_3(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Dear all, we are on holiday.")
    told = wharf("check", file, "--json")
    answer = json.loads(told.stdout)

    assert (3, ["format-not-recognised"]) == (told.returncode, [one["code"] for one in answer["receipt_problems"]])


def test_check_names_the_line_without_a_quantity_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "order.edi"
    file.write_bytes(edifact().replace(b"QTY+21:24'", b"").replace(b"UNT+10", b"UNT+9"))
    told = wharf("check", file, "--json", "--lang", "de")
    [document] = json.loads(told.stdout)["documents"]
    [problem] = [one for one in document["problems"] if one["severity"] == "error"]

    assert (1, "order-line-quantity-missing", "Position 1 hat keine Menge.") == (told.returncode, problem["code"], problem["text"])
    assert 1 == problem["place"]["message"]


@pytest.mark.parametrize(
    ("arguments", "what_to_do"),
    [
        (("status",), "wharf init"),
        (("nonsense",), "`wharf --help`"),
        (("check",), "`wharf check --help`"),
        (("check", "no-such-file"), "no-such-file"),
        (("check", "."), "directory"),
        (("convert", str(INBOX / "02-order-5501.xml"), "--to", "x12"), "json, ubl, edifact"),
        (("release", "1"), "new, replacement, duplicate"),
        (("show", "99999999999999999999"), "range"),
        (("replay", "99999999999999999999"), "r12"),
    ],
)
def test_wrong_usage_is_status_2_with_one_sentence(arguments: tuple[str, ...], what_to_do: str, tmp_path: Path) -> None:
    told = wharf(*arguments, home=tmp_path)

    assert (2, "", 1) == (told.returncode, told.stdout, len(told.stderr.splitlines()))
    assert what_to_do in told.stderr


@pytest.mark.parametrize("command", [("show",), ("show", "--json"), ("trace",), ("replay",), ("reject", "--reason", "x")])
def test_document_that_is_not_there_is_told_in_the_language_of_the_home(command: tuple[str, ...], home: Path) -> None:
    settings = (home / "wharf.yaml").read_text(encoding="utf-8")
    (home / "wharf.yaml").write_text(settings.replace("language: en", "language: de"), encoding="utf-8")
    told = wharf(command[0], "999", *command[1:], home=home)

    assert (2, "", "wharf: es gibt kein Dokument 999; `wharf docs` listet sie auf\n") == (told.returncode, told.stdout, told.stderr)


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
@pytest.mark.parametrize("is_piped", [True, False])
def test_standard_input_is_read_like_a_file(name: str, is_piped: bool, tmp_path: Path) -> None:
    file = tmp_path / "order.edi"
    file.write_bytes(edifact())
    told = []
    for command in (("check", "--json"), ("convert",), ("explain",)):
        with file.open("rb") as stream:
            given = {"input": file.read_bytes()} if is_piped else {"stdin": stream}
            told.append(subprocess.run([WHARF, command[0], name, *command[1:]], capture_output=True, check=False, timeout=60, **given))
    checked, converted = json.loads(told[0].stdout), json.loads(told[1].stdout)

    assert [0, 0, 0] == [one.returncode for one in told]
    assert ("stdin", ["4711"], "4711") == (checked["file"], [one["id"] for one in checked["documents"]], converted["id"])


def test_folder_that_cannot_be_made_is_told_without_blaming_the_program(tmp_path: Path) -> None:
    file = tmp_path / "order.edi"
    file.write_bytes(edifact())
    told = wharf("convert", file, "--out", "/proc/here")

    assert (4, "wharf: /proc/here: No such file or directory; mend that, then do it again\n") == (told.returncode, told.stderr)


def test_convert_tells_problems_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "order.edi"
    file.write_bytes(edifact().replace(b"QTY+21:24'", b"").replace(b"UNT+10", b"UNT+9"))
    told = wharf("convert", file, "--lang", "de")

    assert (1, True) == (told.returncode, "Position 1 hat keine Menge." in told.stderr)


def test_settings_that_are_wrong_are_told_with_line_and_column(home: Path) -> None:
    (home / "wharf.yaml").write_text("companies: []\ndatabse: sqlite:///x.db\n")
    told = wharf("status", home=home)

    assert 2 == told.returncode
    assert "wharf.yaml:2:1" in told.stderr
    assert "database" in told.stderr


def test_order_is_delivered_once_however_often_it_is_sent(home: Path) -> None:
    drop(home, "a.edi", edifact())
    first = wharf("run", home=home)
    drop(home, "b.edi", edifact())
    second = wharf("run", home=home)

    assert (0, 0) == (first.returncode, second.returncode)
    assert ["DELIVERED", "DUPLICATE"] == [one["state"] for one in documents_of(home)]
    assert 1 == len(list((home / "outbox").glob("*.xml")))


def test_run_of_a_path_leaves_the_file_where_it_is_and_takes_it_once(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "order.edi"
    file.write_bytes(edifact())
    for _ in range(2):
        wharf("run", file, home=home)

    assert file.exists()
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]


def test_contradiction_released_as_replacement_goes_out_as_a_change(home: Path) -> None:
    drop(home, "a.edi", edifact(quantity=24))
    wharf("run", home=home)
    drop(home, "b.edi", edifact(quantity=40))
    told = wharf("run", home=home)
    parked = documents_of(home)[1]
    released = wharf("release", str(parked["document"]), "--as", "replacement", "--reason", "phone call", home=home)
    wharf("run", home=home)

    assert (1, 0) == (told.returncode, released.returncode)
    assert ["new", "replacement", "duplicate"] == parked["choices"]
    assert "40 instead of 24" in parked["question"]
    assert ["DELIVERED", "DELIVERED"] == [one["state"] for one in documents_of(home)]
    assert 2 == len(list((home / "outbox").glob("*.xml")))
    assert status_of(home)["balanced"]


def test_order_of_an_unknown_partner_is_delivered_once_after_the_partner_was_added(home: Path) -> None:
    drop(home, "a.edi", edifact(buyer="4000000000006"))
    wharf("run", home=home)
    before = documents_of(home)[0]
    (home / "partners" / "new.yaml").write_text("partner: new\nname: New Ltd\nidentity: {gln: ['4000000000006']}\n")
    drop(home, "b.edi", edifact(buyer="4000000000006"))
    wharf("run", home=home)
    wharf("replay", str(before["document"]), home=home)
    wharf("run", home=home)

    assert ("PARKED", "partner-unknown") == (before["state"], before["problems"][0]["code"])
    assert ["DUPLICATE", "DELIVERED"] == [one["state"] for one in documents_of(home)]
    assert 1 == len(list((home / "outbox").glob("*.xml")))


def test_answer_teaches_the_partner_file_and_lets_the_order_go(home: Path) -> None:
    drop(home, "a.edi", edifact(buyer="4000000000006"))
    wharf("run", home=home)
    told = wharf("answer", "1", "partner=nordwind", home=home)
    wharf("run", home=home)

    assert 0 == told.returncode, told.stderr
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]
    assert "4000000000006" in (home / "partners" / "nordwind.yaml").read_text()


def test_rejected_document_can_be_sent_again(home: Path) -> None:
    drop(home, "a.edi", edifact(buyer="4000000000006"))
    wharf("run", home=home)
    wharf("reject", "1", "--reason", "wrong address", home=home)
    again = wharf("reject", "1", "--reason", "wrong address", home=home)

    assert ["REJECTED"] == [one["state"] for one in documents_of(home)]
    assert 2 == again.returncode


def test_replay_of_a_delivered_order_sends_nothing_unless_told(home: Path) -> None:
    drop(home, "a.edi", edifact())
    wharf("run", home=home)
    told = wharf("replay", "1", home=home)
    wharf("replay", "1", "--redeliver", "outbox", home=home)
    wharf("run", home=home)

    assert "nothing differs" in told.stdout
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]
    assert 1 == len(list((home / "outbox").glob("*.xml")))


def test_refusal_by_the_consumer_of_the_outbox_comes_back_as_a_question(home: Path) -> None:
    drop(home, "a.edi", edifact())
    wharf("run", home=home)
    [file] = (home / "outbox").glob("*.xml")
    (home / "outbox" / "failed").mkdir(exist_ok=True)
    (home / "outbox" / "failed" / f"{file.name}.error.txt").write_text("customer is blocked")
    file.rename(home / "outbox" / "failed" / file.name)
    wharf("run", home=home)
    held = documents_of(home)[0]
    (home / "outbox" / "failed" / file.name).rename(file)
    wharf("run", home=home)

    assert "PARKED" == held["state"]
    assert "customer is blocked" in held["question"]
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]


def test_trace_show_verify_and_doctor_tell_about_a_delivered_order(home: Path) -> None:
    drop(home, "a.edi", edifact())
    wharf("run", home=home)
    told = {name: wharf(name, *more, home=home) for name, more in (("trace", ["1"]), ("show", ["1"]), ("verify", []), ("doctor", []))}

    assert {"trace": 0, "show": 0, "verify": 0, "doctor": 0} == {name: one.returncode for name, one in told.items()}
    assert "document delivered" in told["trace"].stdout
    assert "4000862141404" in told["show"].stdout


def test_verify_finds_a_damaged_blob(home: Path) -> None:
    drop(home, "a.edi", edifact())
    wharf("run", home=home)
    blob = next(file for file in (home / "archive").rglob("*") if file.is_file())
    blob.write_bytes(b"X" + blob.read_bytes()[1:])
    told = wharf("verify", home=home)

    assert 1 == told.returncode
    assert "damaged" in told.stdout


def test_test_order_waits_until_a_sink_takes_test_documents(home: Path) -> None:
    drop(home, "a.edi", edifact(test=True))
    wharf("run", home=home)

    assert ["PARKED"] == [one["state"] for one in documents_of(home)]
    assert not list((home / "outbox").glob("*.xml"))


def test_names_from_outside_never_become_paths(home: Path) -> None:
    drop(home, "x..%2f..%2fx\u202e.edi", edifact())
    told = wharf("run", home=home)

    assert 0 == told.returncode
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]


def test_journal_that_does_not_answer_is_status_4(home: Path) -> None:
    settings = (home / "wharf.yaml").read_text().replace("sqlite:///journal.db", "postgresql+psycopg2://nobody@127.0.0.1:1/none")
    (home / "wharf.yaml").write_text(settings)
    told = wharf("status", home=home)

    assert 4 == told.returncode
    assert 1 == len(told.stderr.strip().splitlines()), told.stderr


def test_status_json_has_the_promised_names(home: Path) -> None:
    drop(home, "a.edi", edifact())
    wharf("run", home=home)
    counted = status_of(home)

    assert {"done": 1, "waiting": 0, "held": 0} == counted["deliveries"]["outbox"]
    assert (1, 1, 1, True) == (counted["receipts"], counted["documents"], counted["delivered"], counted["balanced"])


def test_formats_and_problems_come_from_the_code() -> None:
    formats = json.loads(wharf("formats", "--json").stdout)
    problems = json.loads(wharf("problems", "--json", "--lang", "zh").stdout)

    assert {"csv", "edifact", "ubl", "xlsx", "pdf", "docx"} <= {row["parser"] for row in formats}
    assert "order-line-quantity-missing" in {row["code"] for row in problems}


def test_file_name_that_is_no_text_is_taken_in_all_the_same(home: Path) -> None:
    raw = os.fsencode(home / "inbox") + b"/order-\xff\n.edi"
    Path(os.fsdecode(raw)).write_bytes(edifact())
    told = wharf("run", home=home)

    assert 0 == told.returncode, told.stderr
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]


def test_file_that_somebody_still_writes_is_left_until_it_is_whole(home: Path) -> None:
    file = home / "inbox" / "orders.csv"
    head = "PO number,Order date,Buyer GLN,Supplier GLN,EAN,Qty,UOM\n"
    with file.open("w") as writer:
        writer.write(head + "77,2026-11-01,4012345500004,5412345000013,4000862141404,5,PCE\n")
        writer.flush()
        os.utime(file, (time.time() - 60, time.time() - 60))
        before = wharf("run", home=home)
        writer.write("77,2026-11-01,4012345500004,5412345000013,5412345001010,6,PCE\n")
    os.utime(file, (time.time() - 60, time.time() - 60))
    wharf("run", home=home)
    record = json.loads(wharf("show", "1", "--json", home=home).stdout)

    assert 0 == before.returncode
    assert 2 == len(record["order_lines"])


def test_partly_delivered_document_is_replayed_without_a_second_delivery(home: Path) -> None:
    (home / "warehouse.db").write_text("this is no database, and it is longer than a header")
    drop(home, "a.edi", edifact())
    wharf("run", home=home)
    held = documents_of(home)[0]["state"]
    (home / "warehouse.db").unlink()
    told = wharf("replay", "1", home=home)
    wharf("run", home=home)

    assert "PARKED" == held
    assert 0 == told.returncode, told.stderr
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]
    assert 1 == len(list((home / "outbox").glob("*.xml")))


def test_answer_that_names_no_field_or_makes_it_worse_is_refused(home: Path) -> None:
    drop(home, "a.edi", edifact(buyer="4000000000006"))
    wharf("run", home=home)
    answers = ("foo=bar", "id=EVIL", "document_currency_code=ZZZ", "unit:Stk=BOGUS", "partner=nobody")
    statuses = [wharf("answer", "1", one, home=home).returncode for one in answers]

    assert [2] * len(answers) == statuses
    assert "answered" not in wharf("trace", "1", home=home).stdout


def test_archive_that_cannot_be_used_is_status_4_and_loses_nothing(home: Path) -> None:
    (home / "archive").write_text("")
    drop(home, "a.edi", edifact())
    told = wharf("run", home=home)
    (home / "archive").unlink()
    wharf("run", home=home)

    assert 4 == told.returncode, told.stderr
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]


def test_full_disk_of_the_archive_is_told_and_everything_stays(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    (home / "archive").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", home / "archive"], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        drop(home, "a.edi", edifact() + b"\n" * 20_000)
        told = wharf("run", home=home)
    finally:
        subprocess.run(["umount", home / "archive"], check=True)
    wharf("run", home=home)

    assert 4 == told.returncode
    assert "full" in told.stdout
    assert ["DELIVERED"] == [one["state"] for one in documents_of(home)]


def test_delivery_of_what_was_received_earlier_is_told(home: Path) -> None:
    drop(home, "a.edi", edifact(buyer="4000000000006"))
    wharf("run", home=home)
    wharf("answer", "1", "partner=nordwind", home=home)
    told = wharf("run", home=home)

    assert "received before this run" in told.stdout


def test_doctor_tries_every_sink_and_names_those_that_cannot_work(home: Path) -> None:
    (home / "outbox").write_text("a file where a folder should be")
    (home / "warehouse.db").write_text("this is no database, and it is longer than a header")
    told = wharf("doctor", home=home)

    assert 1 == told.returncode
    assert ["sink outbox", "sink warehouse"] == [line[6:].partition(":")[0] for line in told.stdout.splitlines() if line.startswith("BAD")]


def test_an_interrupted_run_says_so_and_the_next_one_goes_on(home: Path) -> None:
    for number in range(300):
        drop(home, f"{number}.edi", edifact(f"PO-{number}"))
    running = subprocess.Popen([WHARF, "--home", str(home), "run"], stderr=subprocess.PIPE, text=True, start_new_session=True)
    while running.poll() is None and len(list((home / "inbox").glob("*.edi"))) == 300:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    told = running.communicate(timeout=60)[1]

    assert (130, "wharf: interrupted; nothing is lost: the next `wharf run` goes on with what was taken in") == (running.returncode, told.splitlines()[-1])
    assert 0 == wharf("run", home=home).returncode
    now = status_of(home)
    assert (300, 300, True) == (now["documents"], now["delivered"], now["balanced"])
