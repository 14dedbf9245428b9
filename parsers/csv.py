"""Orders in delimited text: CSV (RFC 4180 and what spreadsheets make of it), tab- and semicolon-separated, ALV lists with "|".

Delimiter and charset are found from the content: a byte order mark, else UTF-8, else the charset in which most headings are known,
else that in whose letters the bytes make words (GB 18030, Windows-1251, Windows-1252). What the columns mean:
wharfinger.tables.reading.

>>> import io
>>> [order] = parse(io.BytesIO(b"PO number,EAN,Qty\\n4711,4000862141404,24\\n"), Context())
>>> order.id, order.record.order_lines[0].quantity.value
('4711', Decimal('24'))
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from wharfinger.contracts import Context, Item, Recognition
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.cells import unmarked
from wharfinger.tables.columns import folded
from wharfinger.tables.headers import HEADER_WITHIN, find_header, kind_of_table
from wharfinger.tables.reading import orders
from wharfinger.tables.settings import known_headings, packaged, settings_of
from wharfinger.tables.sheets import MAX_COLUMNS, MAX_ROWS, Row, Sheet
from wharfinger.tables.showing import excerpts as of_tables
from wharfinger.tables.showing import explain as explain_tables

FORMAT = "csv"
_SAMPLE = 64 * 1024
_LINE = 1_000_000
"""No line of text is read beyond this."""
_QUOTED_LINES = 200
"""A quoted cell with more lines than this is a quote that was never closed."""
_DELIMITERS = ("\t", ";", "|", ",")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSETS = (
    *("cp1252", "cp1251", "gb18030", "cp1250", "cp1254", "cp866", "koi8-r", "shift_jis", "big5", "cp949", "cp850"),
    *("iso8859-2", "iso8859-5"),
)
_CELLS = re.compile(r"[;,|\t\r\n\"]+")
_OTHER = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:UNA.{6}|UNB\+|ISA.\d\d|EDI_DC|<|\{|\[|%PDF|PK\x03\x04|1CClientBankExchange|#!|:\d\d:"
    rb"|(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|Content-Type|DKIM-Signature|Reply-To|X-[\w-]+):"
    rb"[^\n]*\n(?:[\w-]+:|[ \t]\S))",
    re.IGNORECASE,
)
"""How other formats begin that are text too."""
_MAIL = re.compile(rb"^(?:MIME-Version|Message-ID):[ \t]*\S", re.IGNORECASE | re.MULTILINE)
"""Lines of a mail's header, whatever stands above them."""
_PROGRAM = re.compile(
    rb"^(?:import [\w.{]+|from [\w.]+ import |(?:async )?def \w+\(|class \w+ ?[:({]|#include ?[<\"]|package [\w.]+;?\s*$|using [\w.]+;"
    rb"|(?:export )?(?:const|let|var|function) \w+ ?[=(]|(?:public|private) (?:static |class |final )"
    rb"|(?:CREATE|INSERT INTO|SELECT) \S+.*;?$)",
    re.MULTILINE,
)
"""Lines of source code, which is full of commas; two of them are no chance."""
_LABEL = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Za-z][A-Za-z-]+:[ \t]*\S")
"""A text that begins so is a table only if its columns are those of orders."""


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """Text in columns: an order table by its headings, or any clean table of three columns and more."""
    charset = None if _OTHER.match(head) or _MAIL.search(head) else _charset(head)
    if charset is None or len(_PROGRAM.findall(head)) > 1:
        return None
    dialect = _dialect(head.decode(charset, "ignore"))
    if dialect is None or (_LABEL.match(head) and not dialect[1]):
        return None
    delimiter, kind = dialect
    name = {"\t": "Tab-separated", ";": "CSV", ",": "CSV", "|": "List with |"}[delimiter]
    described = {"Order": f"{name} order table", None: f"{name} table"}.get(kind, f"{name} table, {kind}")
    return Recognition(format=FORMAT, description=described)


def parse(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """Yield each order, in the order in which they begin, and what is wrong with the table itself."""
    settings = settings_of(context.partner) if context.partner else None
    sample = _first_text(stream)
    charset = settings.charset if settings and settings.charset else _charset(sample)
    dialect = _dialect(sample.decode(charset, "ignore")) if charset else None
    delimiter = settings.delimiter if settings and settings.delimiter else dialect[0] if dialect else None
    if charset is None or delimiter is None:
        yield Problem(code="table-columns-unknown", found="")
        return
    yield from orders([Sheet(None, lambda: _rows(stream, charset, delimiter))], context)


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """Yield the rows, cell by cell."""
    yield from explain_tables(_table(stream))


def excerpts(stream: BinaryIO, places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield the rows at the places."""
    yield from of_tables(_table(stream), places)


def _table(stream: BinaryIO) -> list[Sheet]:
    """The table, in the dialect that its text shows; none where it shows none."""
    sample = _first_text(stream)
    charset = _charset(sample)
    dialect = _dialect(sample.decode(charset, "ignore")) if charset else None
    return [Sheet(None, lambda: _rows(stream, charset, dialect[0]))] if charset and dialect else []


def _rows(stream: BinaryIO, charset: str, delimiter: str) -> Iterator[Row | Problem]:
    """Every row from the first; damage as a Problem."""
    stream.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Borrowed(stream)), encoding=charset, errors="replace", newline="")
    lines = _Lines(text)
    reader = _reader(lines, delimiter)
    number = 0
    while True:
        start = lines.number + 1
        lines.ended = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond the csv module's limit: also a quote that was never closed
            yield Problem(code="table-quote-open", place=Place(line=start))
            return
        number += 1
        if number > 2 * MAX_ROWS:  # empty ones count too
            yield Problem(code="table-too-many-rows", expected=f"{MAX_ROWS:,}")
            return
        if lines.ended or lines.number - start > _QUOTED_LINES:
            yield Problem(code="table-quote-open", place=Place(row=number, line=start))
            return
        if number == 1 and len(cells) <= 2 and re.fullmatch(r"sep=.?", "".join(cells)):
            continue
        if len(cells) > MAX_COLUMNS:
            found = str(len(cells))
            yield Problem(code="table-row-too-long", place=Place(row=number), subject=str(number), expected=str(MAX_COLUMNS), found=found)
            cells = cells[:MAX_COLUMNS]
        if delimiter == "|" and len(cells) > 1 and not cells[0].strip():
            cells = cells[1:-1] if not cells[-1].strip() else cells[1:]  # the list's own left and right border
        yield Row([_cell(cell) for cell in cells], number, start if start != number else None)


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE if delimiter == "|" else csv.QUOTE_MINIMAL)


class _Borrowed(io.RawIOBase):
    """The stream under a text reader that may be closed without closing the stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # io.RawIOBase says WriteableBuffer
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Lines:
    """The lines of a text, counted; a NUL, which no table has, is left out. ended: a line was asked for and there was none."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.number = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        return line.replace("\0", "")


def _cell(cell: str) -> str:
    """A cell without spaces around it, and without the ="..." by which Excel is told to leave a number alone."""
    cell = cell.strip().strip("\ufeff")
    if cell[:2] == '="' and cell[-1] == '"' and '"' not in cell[2:-1]:
        return cell[2:-1].strip()
    return unmarked(cell)


def _dialect(text: str) -> tuple[str, str | None] | None:
    """The delimiter, and of which kind of document the table is; None for text that is no table."""
    if told := re.match(r"\ufeff?sep=(.)\r?\n", text):
        text = text[told.end() :]
    lines = text.splitlines()
    lines = lines[:-1] if len(lines) > 1 and len(text) >= _SAMPLE // 4 else lines
    lines = [line for line in lines if line.strip("-=_+| \t")][: HEADER_WITHIN + 40]
    best: tuple[tuple[bool, float, int], str, str | None] | None = None
    for delimiter in (told[1],) if told and told[1] in _DELIMITERS else _DELIMITERS:
        try:
            cells_of_rows = list(_reader((f"{line}\n" for line in lines), delimiter))
        except csv.Error:
            continue
        rows = [Row([cell.strip() for cell in cells], at) for at, cells in enumerate(cells_of_rows, 1)]
        wide = [row for row in rows if len(row.cells) > 1]
        if not wide:
            continue
        kind = kind_of_table(wide)
        clean = _share_of_clean(*_from_header(wide, rows))
        if kind or clean >= 0.9:
            rank = kind is not None, clean, Counter(len(row.cells) for row in wide).most_common(1)[0][0]
            best = (rank, delimiter, kind) if best is None or rank > best[0] else best
    return (best[1], best[2]) if best else None


def _from_header(wide: list[Row], rows: list[Row]) -> tuple[list[Row], int]:
    """The rows from the header on, where that is known by three columns and more, and how many they are; else all."""
    header = find_header(wide, packaged(), known_headings())
    if header.columns.known < 3:
        return wide, len(rows)
    return [row for row in wide if row.number >= header.last], sum(row.number >= header.last for row in rows)


def _share_of_clean(rows: list[Row], of: int) -> float:
    """How many of the rows have the header's width; 0 where the first row is no header or there are too few."""
    header = rows[0].cells
    width = len(header)
    named = [cell for cell in header if cell]
    if width < 3 or len(rows) < 3 or len(set(named)) < len(named) or len(named) < width - 1:
        return 0
    if not all(_is_heading(cell) for cell in named):
        return 0
    return sum(len(row.cells) == width for row in rows) / of


def _is_heading(cell: str) -> bool:
    """Words, not a number, a sentence or code."""
    worded = len(cell) <= 60 and re.search(r"[^\W\d_]", cell) is not None
    bare = re.sub(r"\s*\([^()]*\)$", "", cell)  # "Yksikköhinta (EUR)"
    sentence = len(bare) > 12 and bare[-1:] in (*".;{}()",) and (bare[-1] != "." or bare.count(" ") > 2)
    return worded and cell[0] not in "\"'({<=" and not sentence


def _first_text(stream: BinaryIO) -> bytes:
    """The beginning of the stream with, if that is plain ASCII, the first part of it that is not."""
    stream.seek(0)
    head = stream.read(_SAMPLE)
    if not head.isascii():
        return head
    for chunk in islice(iter(lambda: stream.read(_SAMPLE), b""), 4_000):
        if not chunk.isascii():
            return head[: head.rfind(b"\n") + 1] + chunk
    return head


def _charset(sample: bytes) -> str | None:
    """The charset by byte order mark or by the letters; None for bytes that are no text."""
    for mark, charset in _MARKS:
        if sample.startswith(mark) and not sample.startswith(codecs.BOM_UTF32_LE):
            return charset
    if b"\0" in sample:
        return _utf_16(sample)
    if not sample.strip():
        return None
    if sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1a" for byte in sample[:4096]) > 0:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _by_headings(sample, _national(sample))
    return "utf-8"


def _utf_16(sample: bytes) -> str | None:
    """UTF-16 without byte order mark: Western digits and delimiters have a NUL at one side."""
    low, high = sample[:4_000:2].count(0), sample[1:4_000:2].count(0)
    charset = "utf-16-le" if high > 3 * low else "utf-16-be" if low > 3 * high else None
    if charset is None or 8 * max(low, high) < len(sample[:4_000]):
        return None
    text = codecs.getincrementaldecoder(charset)("replace").decode(sample[:4_000])
    return charset if all(one.isprintable() or one in "\t\r\n" for one in text) else None


def _by_headings(sample: bytes, likely: str) -> str:
    """The charset in which most headings are known; the likely one unless another knows more."""

    def known(charset: str) -> int:
        try:
            text = codecs.getincrementaldecoder(charset)().decode(sample[:8_000])
        except UnicodeDecodeError:
            return -1
        return len({folded(cell) for cell in _CELLS.split(text)} & known_headings())

    return max((likely, *(one for one in _CHARSETS if one != likely)), key=known)  # the first of equals


def _national(sample: bytes) -> str:
    """GB 2312 writes pairs, mostly of its common level; Cyrillic words are runs of high bytes; Western words are not."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    high = sum(map(len, runs))
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
    common = sum(0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1 for pair in pairs)
    marks = sum(0xA1 <= pair[0] <= 0xA3 and pair[1] >= 0xA1 for pair in pairs)
    try:
        codecs.getincrementaldecoder("gb18030")().decode(sample)
        if pairs and (common + marks) / len(pairs) > 0.7 and 2 * (common + marks) >= 0.8 * high:
            return "gb18030"
    except UnicodeDecodeError:
        pass
    words = sum(len(run) for run in runs if len(run) >= 3)
    return "cp1251" if words >= 0.6 * high else "cp1252"
