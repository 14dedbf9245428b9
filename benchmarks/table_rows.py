"""Spreadsheet rows: calamine against openpyxl, and what the whole reader makes of the same file, as ratios of one run.

    python benchmarks/table_rows.py [ROWS]
"""

import io
import resource
import sys
import time
from collections.abc import Callable, Iterator

import openpyxl
from python_calamine import CalamineWorkbook

from parsers import csv, xlsx
from wharfinger.contracts import Context, Document, Item
from wharfinger.records import lines

HEADINGS = ["Order number", "Order date", "Supplier", "Line", "GTIN", "Description", "Quantity", "Unit", "Price", "Currency"]


def cells(rows: int) -> list[list[object]]:
    """An export of orders with ten lines each."""
    rest = [4000862141404, "Oil filter", 24, "C62", 3.5, "EUR"]
    return [[f"PO-{at // 10}", "2025-11-14", "Harbour AG", at % 10 + 1, *rest] for at in range(rows)]


def workbook(rows: int) -> bytes:
    """The export as XLSX."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Orders")
    for row in [HEADINGS, *cells(rows)]:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def text(rows: int) -> bytes:
    """The export as CSV."""
    lines = [HEADINGS, *([str(cell) for cell in row] for row in cells(rows))]
    return "\n".join(",".join(line) for line in lines).encode()


def by_openpyxl(content: bytes) -> int:
    """Rows that openpyxl reads."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def by_calamine(content: bytes) -> int:
    """Rows that calamine reads."""
    return sum(1 for _ in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows())


def by_xlsx(content: bytes) -> int:
    """Order lines of the XLSX reader, with the container's caps, both passes and records."""
    return _lines(xlsx.parse(io.BytesIO(content), Context()))


def by_csv(content: bytes) -> int:
    """Order lines of the CSV reader."""
    return _lines(csv.parse(io.BytesIO(content), Context()))


def _lines(items: Iterator[Item]) -> int:
    return sum(len(lines(item.record)) for item in items if isinstance(item, Document) and item.record)


def rate(read: Callable[[bytes], int], content: bytes, expected: int) -> float:
    """Rows per CPU second, the best of three."""
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        found = read(content)
        best = max(best, found / (time.process_time() - start))
        assert abs(found - expected) <= 1, (read.__name__, found, expected)
    return best


def main(rows: int) -> None:
    """Print the ratios."""
    book, plain = workbook(rows), text(rows)
    openpyxl_rate = rate(by_openpyxl, book, rows)
    print(f"{rows:,} rows of {len(HEADINGS)} columns, per CPU second")
    for name, read, content in (("calamine", by_calamine, book), ("XLSX to orders", by_xlsx, book), ("CSV to orders", by_csv, plain)):
        found = rate(read, content, rows)
        print(f"  {name:15} {found:>10,.0f} rows/s  {found / openpyxl_rate:5.1f}x openpyxl ({openpyxl_rate:,.0f} rows/s)")
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
