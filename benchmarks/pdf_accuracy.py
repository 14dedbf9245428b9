"""How well pages are read of which no partner template speaks: right, wrong and absent values, per field and layout family.

    .venv/bin/python benchmarks/pdf_accuracy.py FOLDER [--wrong]

FOLDER: PDF files and ground_truth.jsonl (one object a file: file, layout_family, header, items). Only values that are printed
on the page count. Files of one family look alike, so the last lines are means of families, not of files. The corpora there
are hold invoices as a rule: they are read as if they were orders, with two labels of invoices added and the
letterhead as the seller's. --wrong lists every
value that was read wrong; of all figures this is the one that must be zero.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from parsers import pdf  # the folder is no package of the wheel
from wharfinger.contracts import Context
from wharfinger.pages.labels import fold
from wharfinger.pages.model import Paper
from wharfinger.pages.orders import Template, read
from wharfinger.problems import Problem
from wharfinger.records import Order, OrderLine, Party

HEADER = ("id", "date", "seller", "buyer", "currency", "net", "grand")
LINE = ("sku", "name", "qty", "price", "total")
INVOICE_LABELS: dict[str, Any] = {
    "id": [{"after": ["Rechnungsnummer", "Rechnungs-Nr", "Rechnung Nr", "Invoice number", "Invoice No", "Numéro de facture", "Facture N°",
                      "Handelsrechnung", "Invoice", "Rechnung", "Facture", "N°"], "take": "code"}],
    "issue_date": [{"after": ["Rechnungsdatum", "Invoice date", "Date de facture", "Date facture",
                              "Handelsrechnung", "Rechnung", "Invoice", "Datum", "Date"], "take": "date"}],
}  # fmt: skip

Verdict = tuple[str, str, str, str]
"""Field, verdict, expected, found."""


def main(folder: Path, show_wrong: bool) -> None:
    """Print the table."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in (folder / "ground_truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        family = truth["layout_family"]
        for field, verdict, expected, found in judge(folder / Path(truth["file"]).name, truth):
            counts[family, field][verdict] += 1
            if verdict == "wrong" and show_wrong:
                print(f"{truth['file']} {field}: expected {expected!r}, read {found!r}")
    families = sorted({family for family, _ in counts})
    print(f"{'family':<34}{'field':<10}{'right':>7}{'wrong':>7}{'absent':>7}{'share right':>13}")
    for family in families:
        for field in (*HEADER, "rows", *LINE):
            if count := counts.get((family, field)):
                share = count["right"] / count.total()
                print(f"{family:<34}{field:<10}{count['right']:>7}{count['wrong']:>7}{count['absent']:>7}{share:>13.2f}")
    print()
    for field in (*HEADER, "rows", *LINE):
        of_field = [counts[family, field] for family in families if counts.get((family, field))]
        if of_field:
            shares = {verdict: [one[verdict] / one.total() for one in of_field] for verdict in ("right", "wrong", "absent")}
            means = {verdict: sum(of) / len(of) for verdict, of in shares.items()}
            print(f"{'mean of families':<34}{field:<10}{means['right']:>7.2f}{means['wrong']:>7.2f}{means['absent']:>7.2f}")


def judge(file: Path, truth: dict[str, Any]) -> Iterator[Verdict]:
    """The verdict on every value of a document that its pages show."""
    paper, order = as_order(file)
    if paper is None:
        return
    page = " ".join(one.text for one in paper.lines)
    header = truth["header"] | {"net": truth["header"].get("line_total") or truth["header"].get("net")}
    read_header = _header(order) if order else {}
    for field in HEADER:
        if header.get(field) and is_printed(field, header[field], page):
            yield _verdict(field, header[field], read_header.get(field))
    items = [
        shown for item in truth["items"]
        if len(shown := {field: item[field] for field in LINE if item.get(field) and is_printed(field, item[field], page)}) > 1
    ]  # fmt: skip
    lines = [_line(line) for line in order.order_lines] if order else []
    for item, line in _paired(items, lines):
        if item is None:
            yield "rows", "wrong", "no such row", " ".join(str(part) for part in (line or {}).values() if part)
            continue
        yield "rows", "right" if line else "absent", "", ""
        for field, value in item.items():
            yield _verdict(field, value, (line or {}).get(field))


def as_order(file: Path) -> tuple[Paper | None, Order | None]:
    """The pages, and what they say as an order."""
    paper = pdf.paper_of(file.read_bytes())
    if isinstance(paper, Problem):
        return None, None
    record = read(paper, Template(fields=INVOICE_LABELS), Context(), writer="seller_supplier_party")[0]
    return paper, record


def is_printed(field: str, value: str, page: str) -> bool:
    """Whether the page shows the value, as a number or a date in any custom."""
    if field in ("net", "grand", "qty", "price", "total"):
        return _number(value.lstrip("-")) is not None and _number(value.lstrip("-")) in {_number(one) for one in _NUMBER.findall(page)}
    if field == "date":
        return any(form in page for form in _date_forms(value))
    if field == "currency":
        return any(form in page for form in {"EUR": ("EUR", "€", "Euro")}.get(value, (value,)))
    return fold(value) in fold(page)


_NUMBER = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[ .,'’\u00a0]\d{3})+|\d+)(?:[.,]\d+)?(?![\d])")


def _number(text: str) -> Decimal | None:
    """A printed number by its last mark; a mark before three digits at the end parts thousands when there is another kind of it."""
    plain = re.sub(r"[ '’\u00a0]", "", text)
    mark = max(plain.rfind("."), plain.rfind(","))
    whole, fraction = (plain[:mark], plain[mark + 1 :]) if mark >= 0 else (plain, "")
    try:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction or '0'}")
    except InvalidOperation:
        return None


def _date_forms(value: str) -> tuple[str, ...]:
    plain = value.replace("-", "")
    try:
        when = date(int(plain[:4]), int(plain[4:6]), int(plain[6:8]))
    except ValueError:
        return ()
    forms = ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y", "%d-%m-%Y", "%m/%d/%Y")
    return (*(when.strftime(form) for form in forms), f"{when.day}.{when.month}.{when.year}")


def _header(order: Order) -> dict[str, str | None]:
    total = order.anticipated_monetary_total
    net = (total.line_extension_amount or total.tax_exclusive_amount) if total else None
    grand = (total.tax_inclusive_amount or total.payable_amount) if total else None
    return {
        "id": order.id,
        "date": f"{order.issue_date:%Y%m%d}" if order.issue_date else None,
        "seller": _name(order.seller_supplier_party),
        "buyer": _name(order.buyer_customer_party),
        "currency": order.document_currency_code,
        "net": str(net.value) if net else None,
        "grand": str(grand.value) if grand else None,
    }


def _name(party: Party | None) -> str | None:
    return party.name if party else None


def _line(line: OrderLine) -> dict[str, str | None]:
    item, price = line.item, line.price
    numbers = [item.sellers_item_identification, item.buyers_item_identification, item.standard_item_identification] if item else []
    return {
        "sku": next((one.value for one in numbers if one), None),
        "name": item.name if item else None,
        "qty": str(line.quantity.value) if line.quantity else None,
        "price": str(price.price_amount.value) if price and price.price_amount else None,
        "total": str(line.line_extension_amount.value) if line.line_extension_amount else None,
    }


def _verdict(field: str, expected: str, found: str | None) -> Verdict:
    if found is None:
        return field, "absent", expected, ""
    return field, "right" if _same(field, expected, found) else "wrong", expected, found


def _same(field: str, expected: str, found: str) -> bool:
    if field in ("net", "grand", "qty", "price", "total"):
        return _number(expected) == Decimal(found)
    if field == "date":
        return expected.replace("-", "") == found
    if field in ("name", "seller", "buyer"):  # a name may go on with a legal form or a description
        one, other = fold(expected), fold(found)
        return one in other or (len(other) >= 4 and other in one)
    return fold(expected) == fold(found)


def _paired(
    items: list[dict[str, str]], lines: list[dict[str, str | None]]
) -> Iterator[tuple[dict[str, str] | None, dict[str, str | None] | None]]:
    """Each line that is printed with the one that was read for it: with which it shares most, and something at all."""
    left = list(range(len(lines)))
    for at, item in enumerate(items):
        def likeness(index: int, item: dict[str, str] = item, at: int = at) -> tuple[int, int]:
            same = sum(_same(field, value, found) for field, value in item.items() if (found := lines[index][field]) is not None)
            return same, -abs(index - at)

        best = max(left, key=likeness, default=None)
        if best is not None and likeness(best)[0]:
            left.remove(best)
            yield item, lines[best]
        else:
            yield item, None
    for index in left:
        yield None, lines[index]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), "--wrong" in sys.argv)
