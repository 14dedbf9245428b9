"""Orders in spreadsheets of Excel 97-2003: .xls ([MS-XLS]), read by xlrd, as 1C and older systems export them.

A formula is its stored result. Macros are named and not run. See wharfinger.tables.
"""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, BinaryIO

import xlrd
from xlrd import biffh, compdoc, xldate

from wharfinger import ole
from wharfinger.contracts import Context, Item, Recognition
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.cells import text_of
from wharfinger.tables.reading import orders
from wharfinger.tables.sheets import Row, Sheet, padded
from wharfinger.tables.showing import excerpts as of_tables
from wharfinger.tables.showing import explain as explain_tables

FORMAT = "xls"
_MACROS = "_VBA_PROJECT_CUR"


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """A compound file with the stream of a workbook."""
    if not ole.holds("Workbook", head, stream) and not ole.holds("Book\0", head, stream):
        return None
    return Recognition(format=FORMAT, description="Excel 97-2003 workbook (.xls)")


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield the orders of every sheet, and what is wrong with the file itself."""
    book = _book(stream)
    if isinstance(book, Problem):
        yield book
        return
    stream.seek(0)
    if ole.holds(_MACROS, stream.read(512), stream):
        yield Problem(code="spreadsheet-active-content", found="macros")
    yield from orders(_sheets(book), context)


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """Yield the rows of each sheet, cell by cell."""
    book = _book(stream)
    yield from explain_tables([] if isinstance(book, Problem) else _sheets(book))


def excerpts(stream: BinaryIO, places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield the rows at the places."""
    book = _book(stream)
    yield from of_tables([] if isinstance(book, Problem) else _sheets(book), places)


def _book(stream: BinaryIO) -> Any:
    """xlrd's book, or why there is none."""
    stream.seek(0)
    content = stream.read()
    try:
        if _goes_round(compdoc.CompDoc(content, logfile=StringIO()).SSAT):  # xlrd 2.0 would follow it for ever
            return Problem(code="spreadsheet-broken")
        return xlrd.open_workbook(file_contents=content, logfile=StringIO(), ragged_rows=True)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # xlrd raises what it likes on what is no workbook
        encrypted = isinstance(error, biffh.XLRDError) and "encrypted" in str(error)
        return Problem(code="office-encrypted") if encrypted else Problem(code="spreadsheet-broken")


def _goes_round(following: Sequence[int]) -> bool:
    """Whether a chain of sectors, each with the number of the following one, comes back to one of its own.

    >>> _goes_round([1, 2, -2]), _goes_round([1, 2, 1])
    (False, True)
    """
    ended: set[int] = set()
    for start in range(len(following)):
        chain: set[int] = set()
        at = start
        while 0 <= at < len(following) and at not in ended and at not in chain:
            chain.add(at)
            at = following[at]
        if at in chain:
            return True
        ended |= chain
    return False


def _sheets(book: Any) -> list[Sheet]:
    several = book.nsheets > 1
    return [_as_table(sheet, book.datemode, hidden=bool(sheet.visibility) and several) for sheet in book.sheets()]


def _as_table(sheet: Any, datemode: int, *, hidden: bool) -> Sheet:
    def rows() -> Iterator[Row | Problem]:
        for at in range(sheet.nrows):
            yield Row(padded([_text(cell, datemode) for cell in sheet.row(at)], sheet.ncols), at + 1)

    return Sheet(sheet.name, rows, hidden)


def _text(cell: Any, datemode: int) -> str:
    """A cell as text; an error by its name: "#REF!"."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(biffh.error_text_from_code.get(cell.value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xldate.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):  # a number that is no day
            return text_of(cell.value)
        return text_of(moment.time() if cell.value < 1 else moment)
    return text_of(bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value)
