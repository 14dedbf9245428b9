"""DOCX: what stands in the fixtures, also where python-docx looks away, and what is said about files that are not right."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from parsers import docx
from tests.test_parsers_pdf import plain
from wharfinger.config import Partner
from wharfinger.contracts import Context, Document, Item
from wharfinger.problems import Problem

FIXTURES = Path(__file__).parent / "fixtures" / "docx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _parse(content: bytes, context: Context | None = None) -> list[Item]:
    return list(docx.parse(io.BytesIO(content), context or Context()))


def _docx(body: str, parts: dict[str, str] | None = None) -> bytes:
    """A DOCX with nothing but a body, and other parts by their name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body if body.startswith("<!") else f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"


def _codes(content: bytes) -> list[str]:
    return [item.code for item in _parse(content) if isinstance(item, Problem)]


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.docx")), ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))

    got = [plain(item) for item in _parse(file.read_bytes())]

    assert expected == got


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    [document] = _parse((FIXTURES / "content-controls.docx").read_bytes())

    assert isinstance(document, Document)
    assert document.record is not None
    assert "2026-11-05" == str(document.record.issue_date)
    assert ["1", "2"] == [line.id for line in document.record.order_lines]


def test_a_cell_merged_down_speaks_for_each_of_its_rows() -> None:
    [document] = _parse((FIXTURES / "merged-cells.docx").read_bytes())

    assert isinstance(document, Document)
    assert document.record is not None
    assert ["Ölfilter", "Ölfilter", "Keilriemen"] == [line.item.name for line in document.record.order_lines if line.item]


def test_a_row_without_quantity_and_position_is_still_a_line() -> None:
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * 4 + "</w:tblGrid>"
    rows = _row("Item", "Description", "Qty", "Unit") + _row("OF", "Oil filter", "24", "pcs") + _row("KR", "Belt", "", "pcs")
    content = _docx(_paragraph("Purchase Order") + _paragraph("Order number: 77") + f"<w:tbl>{grid}{rows}</w:tbl>")

    [document] = _parse(content)

    assert isinstance(document, Document)
    assert document.record is not None
    assert [("Oil filter", True), ("Belt", False)] == [
        (line.item.name, bool(line.quantity and line.quantity.value)) for line in document.record.order_lines if line.item
    ]


def test_the_template_of_a_page_serves_a_word_file_too() -> None:
    template = {
        "match": {"text_has": ["Südwind KG"]},
        "fields": {
            "id": {"below": "Bestellnummer"},
            "order_lines": {
                "each": {"header": ["Pos", "Bezeichnung", "Menge", "Einheit"], "ends_at": "Nettosumme"},
                "id": {"column": "Pos"},
                "quantity": {"value": {"column": "Menge"}},
            },
        },
    }
    partner = Partner(partner="suedwind", name="Südwind KG", formats={"page": template})

    [document] = _parse((FIXTURES / "merged-cells.docx").read_bytes(), Context(partners=(partner,)))

    assert isinstance(document, Document)
    assert document.record is not None
    assert "suedwind" == document.partner
    assert "B-7001" == document.record.id
    assert ["10", "14", "200"] == [str(line.quantity.value) for line in document.record.order_lines if line.quantity]


def test_a_line_table_within_a_layout_table_is_read() -> None:
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * 3 + "</w:tblGrid>"
    inner = f"<w:tbl>{grid}{_row('Description', 'Qty', 'Unit')}{_row('Oil filter', '24', 'pcs')}{_row('Belt', '5', 'pcs')}</w:tbl>"
    outer = f"<w:tbl><w:tblGrid><w:gridCol w:w='9000'/></w:tblGrid><w:tr><w:tc>{_paragraph('Purchase Order')}{inner}<w:p/></w:tc></w:tr></w:tbl>"

    [document] = _parse(_docx(outer))

    assert isinstance(document, Document)
    assert document.record is not None
    assert ["24", "5"] == [str(line.quantity.value) for line in document.record.order_lines if line.quantity]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (_docx('<!DOCTYPE x [<!ENTITY e "B">]><w:document xmlns:w="x">A&e;</w:document>'), "docx-doctype"),
        (_docx("<w:p>"), "docx-damaged"),
        (_docx("<w:p/>"), "docx-without-text"),
        (_docx("".join(f"<w:p w:id='{number * 7919}'/>" for number in range(1_100_000))), "docx-too-large"),
        (_docx("<w:p/>")[:-30], "zip-broken"),
    ],
    ids=["doctype", "not well-formed", "no text", "too many nodes", "broken ZIP"],
)
def test_a_file_that_is_not_right_is_a_problem(content: bytes, expected: str) -> None:
    assert [expected] == _codes(content)


def test_macros_are_said_and_the_text_is_read() -> None:
    content = _docx(_paragraph("Purchase Order") + _paragraph("Order number: 77"), {"word/vbaProject.bin": "x"})

    items = _parse(content)

    assert [Problem, Document] == [type(item) for item in items]
    assert ["docx-active-content"] == _codes(content)


def test_a_template_from_elsewhere_is_said_and_not_followed() -> None:
    link = '<Relationship Type="http://x/attachedTemplate" TargetMode="External" Target="http://192.0.2.1/t.dotm"/>'
    content = _docx(_paragraph("Order number: 77"), {"word/_rels/settings.xml.rels": f"<Relationships>{link}</Relationships>"})

    assert ["docx-active-content", "page-not-an-order"] == _codes(content)


def test_hidden_text_is_not_read() -> None:
    hidden = "<w:p><w:r><w:t>Order number: </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>66</w:t></w:r><w:r><w:t>77</w:t></w:r></w:p>"

    [document] = _parse(_docx(_paragraph("Purchase Order") + hidden))

    assert isinstance(document, Document)
    assert "77" == document.id


def test_only_a_container_with_a_word_document_is_recognised() -> None:
    content = (FIXTURES / "letter.docx").read_bytes()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")

    assert docx.recognises(content[:65536], io.BytesIO(content)) is not None
    assert docx.recognises(other.getvalue(), other) is None


def test_the_main_part_of_word_for_the_web_is_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO((FIXTURES / "letter.docx").read_bytes())) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name.replace("word/document.xml", "word/document2.xml"), source.read(name))

    assert docx.recognises(target.getvalue()[:65536], target) is not None
    assert [one.record for one in _parse((FIXTURES / "letter.docx").read_bytes()) if isinstance(one, Document)] == [
        one.record for one in _parse(target.getvalue()) if isinstance(one, Document)
    ]
