"""Sub-lines (LIN C829) are neither lost nor counted as lines of their own."""

import io

from parsers.edifact import parse
from tests import problem_documents
from wharfinger.contracts import Context, Document

ORDER = problem_documents.document("edifact-sub-line") or b""


def order(raw: bytes) -> Document:
    [document] = [item for item in parse(io.BytesIO(raw), Context()) if isinstance(item, Document)]
    return document


def told(raw: bytes) -> list[tuple[str, str | None, str | None]]:
    return [(one.code, one.subject, one.found) for one in order(raw).problems]


def test_sub_lines_stay_with_the_line_that_they_belong_to() -> None:
    record = order(ORDER).record

    assert ["1", "4"] == [line.id for line in record.order_lines]
    assert {
        "LIN[5495=1]": "LIN+2++4000862134345:EN+1:1'IMD+F++:::Oil filter+ring'QTY+21:10:PCE'",
        "LIN[5495=1]#2": "LIN+3++5412345000150:EN+1:1'QTY+21:20:PCE'",
    } == record.order_lines[0].extensions
    assert [("edifact-sub-line", "1", "2, 3")] == told(ORDER)


def test_the_count_of_lines_is_that_of_the_lines_that_are_left() -> None:
    record = order(ORDER).record

    assert 2 == record.line_count_numeric
    assert ("line_count_numeric",) == record.assumed


def test_a_part_of_a_part_belongs_to_the_whole() -> None:
    record = order(ORDER.replace(b"LIN+3++5412345000150:EN+1:1", b"LIN+3++5412345000150:EN+1:2")).record

    assert 2 == len(record.order_lines[0].extensions)


def test_a_sub_line_of_a_line_that_is_not_there_belongs_to_the_one_before() -> None:
    record = order(ORDER.replace(b"LIN+3++5412345000150:EN+1:1", b"LIN+3++5412345000150:EN+1:99")).record

    assert 2 == len(record.order_lines[0].extensions)


def test_the_total_of_quantities_may_count_them_or_not() -> None:
    with_them, without, wrong = (ORDER.replace(b"CNT+2:4", f"CNT+1:{total}'CNT+2:4".encode()).replace(b"UNT+24", b"UNT+25") for total in (45, 15, 16))

    assert ["edifact-sub-line"] == [code for code, *_ in told(with_them)]
    assert ["edifact-sub-line"] == [code for code, *_ in told(without)]
    assert [("edifact-quantity-total", None, "15")] == [one for one in told(wrong) if one[0] != "edifact-sub-line"]


def test_where_the_total_is_right_only_with_their_amounts_they_are_lines() -> None:
    priced = ORDER.replace(b"QTY+21:20:PCE'", b"QTY+21:20:PCE'MOA+203:20.00'").replace(b"MOA+79:400.00", b"MOA+79:420.00").replace(b"UNT+24", b"UNT+25")

    assert 4 == len(order(priced).record.order_lines)
    assert [] == told(priced)


def test_a_line_that_names_itself_as_its_whole_is_a_line() -> None:
    assert 3 == len(order(ORDER.replace(b"LIN+2++4000862134345:EN+1:1", b"LIN+2++4000862134345:EN+1:2")).record.order_lines)
