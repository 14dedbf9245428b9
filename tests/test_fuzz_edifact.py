"""What the fuzzer found once stays found, and its checks would see a fault."""

import subprocess
import sys
from pathlib import Path

import pytest

from parsers.edifact import directory, leftovers
from tests import fuzz_edifact
from wharfinger import mapping

HEAD = b"UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:1000+R1'UNH+1+ORDERS:D:96A:UN'"
TAIL = b"UNS+S'UNT+9+1'UNZ+1+R1'"
FOUND = {
    "released separators in the tag of an unknown segment": HEAD + b"BGM+220+1+9'?+QTY+21:5'" + TAIL,
    "a released release before the tag of a segment with a qualifier": HEAD + b"BGM+220+1+9'LIN+1'??LIN+1++4000862141404:EN'QTY+21:5'" + TAIL,
    "a released terminator in a tag": HEAD + b"BGM+220+1+9'12345?'\nUNS+S'UNT+3+1'UNZ+1+R1'",
    "a group before any interchange": b"UNG+ORDERS+A+B+261101:1000+1+UN+D:96A'" + HEAD + b"BGM+220+1+9'" + TAIL,
    "a type of message that is no file's name": HEAD.replace(b"ORDERS", b"O" * 300) + b"BGM+220+1+9'" + TAIL,
    "empty lines within a segment": HEAD + b"BGM+220+1+9'DTM+137:20261101:102'DT" + b"\n" * 60 + b"M+2:20261101:102'\nDTM+2:2\nREM\n+1'" + TAIL,
    "control characters in the service string": b"UNAR\x04\0\0 '" + HEAD + b"BGM+220+1+9'" + TAIL,
    "a control character as terminator, which the last segment lacks": (HEAD + b"BGM+220+1+9'" + TAIL).replace(b"'", b"\x04")[:-1],
    "a tag that reads like a kind of item number": HEAD + b"BGM+220+1+9'LIN+1'PIA:SA'LIN:SRV'QTY+21:5'" + TAIL,
    "control characters in the syntax identifier": HEAD.replace(b"UNOC", b"UN\x11\x01\x00\x00\x02") + b"BGM+220+1+9'" + TAIL,
}


@pytest.mark.parametrize("raw", FOUND.values(), ids=FOUND)
def test_what_was_found_is_mended(raw: bytes) -> None:
    fuzz_edifact.one_input(raw)


def test_a_control_character_that_is_left_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="not restored"):
        fuzz_edifact._no_marks_left({"lines": [{"note": "4\x034"}]})


def test_every_seed_holds() -> None:
    for file in sorted(fuzz_edifact.FIXTURES.rglob("*.edi")):
        fuzz_edifact.one_input(file.read_bytes())


def test_tags_and_directories_that_nobody_knows_are_not_remembered_for_ever() -> None:
    for one in (leftovers._to_look_at, leftovers._path, leftovers._qualifier, directory._nearest):
        assert one.cache_info().maxsize is not None, one


def test_documents_of_ever_new_shapes_are_built_in_the_general_way_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "STRUCTURES", 0)
    raw = HEAD + b"BGM+220+1+9'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'LIN+1++4000862141404:EN'QTY+21:5'" + TAIL
    for _ in range(3):
        fuzz_edifact.one_input(raw)
    before = mapping._compiled_structures

    for _ in range(3):
        fuzz_edifact.one_input(raw)

    assert before == mapping._compiled_structures


def test_where_there_is_no_atheris_the_fuzzer_says_so() -> None:
    program = "import sys; sys.modules['atheris'] = None; sys.argv = ['fuzz']; from tests.fuzz_edifact import main; sys.exit(main())"
    root = Path(__file__).parents[1]

    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)

    assert 0 == done.returncode
    assert "NO FUZZING" in done.stdout
