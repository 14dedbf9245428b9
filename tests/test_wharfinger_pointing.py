"""The caret stands under what is wrong: in EDIFACT, XML and tables, whatever the delimiters, characters and lengths."""

import io
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import csv, edifact, xlsx
from wharfinger import registry
from wharfinger.contracts import Context
from wharfinger.files import excerpts, open_file
from wharfinger.isolation import Reader
from wharfinger.pointing import of_lines, pointed
from wharfinger.problems import Problem
from wharfinger.records import Place

FIXTURES = Path(__file__).parent / "fixtures"
HEAD = "UNB+UNOY:3+A+B+261101:0900+7'UNH+1+ORDERS:D:96A:UN'"
TAIL = "UNT+3+1'UNZ+1+7'"


def under(excerpt: str) -> str:
    """What stands above the carets, where every character is one column wide."""
    text, carets = excerpt.split("\n")
    return text[carets.index("^") : carets.rindex("^") + 1]


def of_segment(segment: str, element: int | None = None, component: int | None = None, head: str = HEAD, tail: str = TAIL) -> str:
    place = Place(interchange=1, message=1, segment=2, element=element, component=component)
    [(excerpt, _)] = edifact.excerpts(io.BytesIO((head + segment + tail).encode()), [place])
    return excerpt


@pytest.mark.parametrize(
    ("element", "component", "expected"),
    [(None, None, "NAD"), (1, None, "BY"), (2, None, "4012345500005::9"), (2, 1, "4012345500005"), (2, 3, "9"), (4, 1, "O?'Hara")],
)
def test_the_caret_stands_under_the_element_or_component(element: int | None, component: int | None, expected: str) -> None:
    excerpt = of_segment("NAD+BY+4012345500005::9++O?'Hara:x'", element, component)

    assert excerpt.startswith("NAD+BY+4012345500005::9++O?'Hara:x'\n")
    assert expected == under(excerpt)


@pytest.mark.parametrize(("element", "component", "column"), [(1, 2, 6), (3, None, 6), (3, 1, 6)])
def test_what_is_missing_is_shown_where_it_should_stand(element: int, component: int | None, column: int) -> None:
    excerpt = of_segment("QTY+21'", element, component)

    assert f"QTY+21'\n{' ' * column}^" == excerpt


def test_a_segment_is_shown_with_the_delimiters_of_its_file() -> None:
    head = "UNA#|.\\ ~UNB|UNOC#3|A|B|261101#0900|7~UNH|1|ORDERS#D#96A#UN~"
    excerpt = of_segment("FTX|AAI|||a\\|b'c+d#e~", 4, 1, head, "UNT|3|1~UNZ|1|7~")

    assert excerpt.startswith("FTX|AAI|||a\\|b'c+d#e~\n")
    assert "a\\|b'c+d" == under(excerpt)


def test_repeated_elements_keep_their_separator() -> None:
    head = "UNB+UNOY:4+A+B+20261101:0900+7'UNH+1+ORDERS:D:96A:UN'"

    assert "A:IN*B:SA" == under(of_segment("PIA+1+A:IN*B:SA'", 2, None, head))


def test_trailers_are_found_by_their_byte() -> None:
    raw = (HEAD + "BGM+220+1'UNT+3+1'UNZ+1+8'").encode()
    [problem] = [one for one in edifact.parse(io.BytesIO(raw), Context()) if isinstance(one, Problem)]

    [(excerpt, place)] = edifact.excerpts(io.BytesIO(raw), [problem.place])

    assert place == problem.place
    assert excerpt.startswith("UNZ+1+8'\n")


def test_nothing_in_a_document_reaches_the_terminal_but_text() -> None:
    text, carets = of_segment("FTX+AAI+++a\x1b[31m\u202eb\x07:x'", 4, 2).split("\n")

    assert "FTX+AAI+++a�[31m�b�:x'" == text
    assert len("FTX+AAI+++a�[31m�b�:") == carets.index("^")


def test_chinese_characters_are_two_columns_wide() -> None:
    text, carets = of_segment("NAD+BY+++中文+上海'", 5).split("\n")

    assert "NAD+BY+++中文+上海'" == text
    assert " " * len("NAD+BY+++xxxx+") + "^^^^" == carets


@given(st.text(max_size=400), st.integers(-5, 405), st.integers(-5, 405), st.integers(10, 130))
def test_any_text_is_two_lines_and_as_wide_as_allowed(text: str, begin: int, end: int, width: int) -> None:
    lines = pointed(text, begin, end, width).split("\n")

    assert len(lines) == 2
    assert len(lines[0]) <= width
    assert set(lines[1]) <= {" ", "^"}
    assert lines[0].isprintable()


def test_a_long_text_is_cut_around_the_place() -> None:
    assert "here" == under(pointed("x" * 300 + "here" + "y" * 300, 300, 304))


XML = ['<Order xmlns:cbc="x">', '  <cbc:ID schemeID="GLN">47 11</cbc:ID><cbc:IssueDate/>', "  <a>1</a><a>2</a>", "</Order>"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(line=2, xpath="/Order/cbc:ID"), "47 11"),
        (Place(line=2, xpath="/Order/cbc:ID/@schemeID"), "GLN"),
        (Place(line=2, xpath="/Order/cbc:IssueDate"), "<cbc:IssueDate/>"),
        (Place(line=1, xpath="/Order"), '<Order xmlns:cbc="x">'),
        (Place(line=3, xpath="/Order/a[2]"), "<"),
        (Place(line=2, column="7"), ":"),
    ],
)
def test_xml_is_shown_by_its_line(place: Place, expected: str) -> None:
    [(excerpt, _)] = of_lines(XML, [place])

    assert expected == under(excerpt)


def test_a_line_that_is_not_there_is_not_shown() -> None:
    assert [] == list(of_lines(XML, [Place(line=5), Place(xpath="/Order")]))


def test_the_cell_of_a_table_is_shown_in_its_row() -> None:
    raw = b"order;item;quantity;unit\n1;OF-24;many;PCE\n"
    places = [Place(row=2, column="quantity"), Place(row=2), Place(row=9)]

    shown = {place: excerpt for excerpt, place in csv.excerpts(io.BytesIO(raw), places)}

    assert "many" == under(shown[places[0]])
    assert "1" == under(shown[places[1]])
    assert places[2] not in shown


def test_the_cell_of_a_workbook_is_shown_in_its_row() -> None:
    place = Place(sheet="Order", row=2, column="Amount")
    with (FIXTURES / "xlsx" / "formulas.xlsx").open("rb") as stream:
        [(excerpt, _)] = xlsx.excerpts(stream, [place])

    assert "=C2*E2" == under(excerpt)


def test_every_parser_that_shows_places_shows_them_of_all_problem_documents() -> None:
    """Through the reading child, as `wharf check` does it."""
    files = sorted(one for one in (FIXTURES / "problems").iterdir() if one.suffix in (".edi", ".xml", ".csv"))
    shown = asked = 0

    with Reader() as reader:
        for file in files:
            for opened in open_file(reader, file):
                wanted = {one.place for one in opened.problems() if one.place.segment or one.place.line or one.place.row}
                asked += len(wanted)
                shown += len(wanted & excerpts(reader, opened).keys())

    assert {"csv", "edifact", "ubl", "xls", "xlsx"} == {name for name, one in registry.parsers().items() if hasattr(one, "excerpts")}
    assert asked > 50
    assert shown > 0.9 * asked


BROKEN = HEAD.replace("UNOY", "UNOC") + "BGM+220+47\x1b11+9'DTM+137:2026x101:102'LIN+1'QTY+21'UNS+S'UNT+7+1'UNZ+1+7'"


def wharf(command: str, file: Path) -> list[str]:
    program = Path(sys.executable).parent / "wharf"
    return subprocess.run([program, command, file], capture_output=True, text=True, check=False, timeout=60).stdout.splitlines()


def test_check_shows_the_segment_below_its_problems(tmp_path: Path) -> None:
    file = tmp_path / "broken.edi"
    file.write_text(BROKEN)

    lines = wharf("check", file)
    at = lines.index("        DTM+137:2026x101:102'")

    assert "[value-unreadable]" in lines[at - 1]
    assert "                ^^^^^^^^" == lines[at + 1]
    assert 1 == lines.count("        LIN+1'")
    assert all(line.isprintable() for line in lines)


def test_what_is_wrong_inside_archives_and_mails_is_shown_too(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail.set_content("Two orders.")
    for segment in ("DTM+137:2026x101:102'", "DTM+137:soon:102'"):  # of the same name: each is shown its own
        raw = (HEAD.replace("UNOY", "UNOC") + "BGM+220+4711'" + segment + "UNS+S'UNT+5+1'UNZ+1+7'").encode()
        mail.add_attachment(raw, maintype="application", subtype="edifact", filename="order.edi")
    file = tmp_path / "orders.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mail.eml", mail.as_bytes())

    lines = wharf("check", file)
    first, second = (lines.index(f"        DTM+137:{value}:102'") for value in ("2026x101", "soon"))

    assert "part mail.eml/order.edi, " in lines[first - 1]
    assert "                ^^^^^^^^" == lines[first + 1]
    assert "part mail.eml/order.edi (2), " in lines[second - 1]
    assert "                ^^^^" == lines[second + 1]


def test_explain_goes_into_the_parts_of_an_archive(tmp_path: Path) -> None:
    file = tmp_path / "orders.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("broken.edi", BROKEN)

    lines = wharf("explain", file)
    begin = lines.index("broken.edi:")
    unreadable = lines.index("    2380 Date/time/period: 2026x101")

    assert begin < unreadable
    assert lines[unreadable + 1].startswith("    ^ error: ")


def test_explain_names_the_columns_of_a_table_with_problems_under_their_cells(tmp_path: Path) -> None:
    file = tmp_path / "order.csv"
    rows = ("order;date;buyer;supplier;item;quantity;unit", "A-1;2026-11-01;Nordwind;Hafen;OF-1;-3;PCE", "A-1;2026-11-01;Nordwind;Hafen;OF-2;;PCE")
    file.write_text("\n".join(rows))

    lines = wharf("explain", file)
    cell = lines.index("    quantity: -3")
    last = lines.index("    item: OF-2")

    assert "  Row 1: order | date | buyer | supplier | item | quantity | unit" in lines
    assert "[order-line-quantity-not-positive]" in lines[cell + 1]
    assert "[order-line-quantity-missing]" in "".join(lines[last - 6 :])


def test_explain_puts_a_problem_of_the_envelope_under_its_segment(tmp_path: Path) -> None:
    file = tmp_path / "object.edi"
    file.write_text("UNB+UNOC:3+A++261101:0900+7'UNO+1+REF+1+3'GIFUNP+3+2'UNZ+2+7'")

    lines = wharf("explain", file)

    under = {next(one for one in reversed(lines[:at]) if one[:2] == "UN")[:3]: line for at, line in enumerate(lines) if line.lstrip()[:1] == "^"}
    codes = {tag: line.rpartition("[")[2] for tag, line in under.items()}
    expected = {"UNB": "header-incomplete", "UNO": "object-not-read", "UNP": "control-reference", "UNZ": "message-count"}
    assert {tag: f"edifact-{code}]" for tag, code in expected.items()} == codes


def test_explain_puts_a_problem_under_its_element_or_behind_the_segment_that_lacks_it(tmp_path: Path) -> None:
    file = tmp_path / "broken.edi"
    file.write_text(BROKEN)

    lines = wharf("explain", file)
    unreadable = lines.index("    2380 Date/time/period: 2026x101")
    lacking = lines.index("      6063 Quantity qualifier: 21 (Ordered quantity)")

    assert lines[unreadable + 1].startswith("    ^ error: ")
    assert "[edifact-element-missing]" in lines[lacking + 1]
    assert all(line.isprintable() for line in lines)
