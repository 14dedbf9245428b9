"""PDF (ISO 32000) with a text layer: words with boxes by pdfium, ruling lines by pdfplumber where a table asks for them.

A file without text (a scan) is parked; what was typed into the fields of a form counts as text. Embedded files that are read here
are parts of their own (a portfolio); where one is XML (Factur-X, Order-X, PDF/A-3), the page, which only shows it, is not read again.
"""

import ctypes
import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from itertools import pairwise
from typing import Any, BinaryIO
from unicodedata import bidirectional

import pypdfium2
import pypdfium2.raw as pdfium

from wharfinger import registry
from wharfinger.contracts import Context, Document, Part, Recognition
from wharfinger.pages.model import Page, Paper, Rule, Word, gather
from wharfinger.pages.orders import orders
from wharfinger.problems import Problem
from wharfinger.records import Place

MAX_PAGES = 200
MAX_CHARACTERS = 2_000_000
MAX_OBJECTS = 20_000
"""Above this a page is a drawing; looking for ruling lines in it takes pdfplumber 15 seconds and more."""
MAX_RULED_PAGES = 30
"""pdfplumber takes up to a quarter of a second for a page; on later ones the words alone say where columns part."""
MAX_EMBEDDED = 20
MAX_EMBEDDED_SIZE = 20_000_000

_EMBEDDED_NAMES = (b"order-x.xml", b"factur-x.xml", b"zugferd-invoice.xml", b"xrechnung.xml")
_NOTHING_THERE = ("pdf-without-text", "page-not-an-order")
_TOUCHING = 0.1
"""Words are parts of one when the gap between them is no more of their height than this."""
_WORD = re.compile(r"[^\s\x00-\x1f\ufffe\uffff]+[\x02\ufffe]?")
"""pdfium writes U+FFFE (or U+0002) for a hyphen at the end of a line, and the next line right behind it."""


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """A header within the first KiB (ISO 32000-1, annex H, note 13)."""
    if b"%PDF-" not in head[:1024]:
        return None
    lower = head.lower()
    name = next((name.decode() for name in _EMBEDDED_NAMES if name in lower), None)
    return Recognition(format="pdf", description=f"PDF with embedded {name}" if name else "PDF")


def parse(stream: BinaryIO, context: Context) -> Iterator[Document | Part | Problem]:
    """Yield embedded XML files as parts, and the order on the pages."""
    content = stream.read()
    opened = _open(content)
    if isinstance(opened, Problem):
        yield opened
        return
    try:
        parts = list(_embedded(opened))
        yield from parts
        if any(_is_xml(part) and _is_read(part) for part in parts):
            return
        paper = _paper(opened, content)
    finally:
        opened.close()
    for item in [paper] if isinstance(paper, Problem) else orders(paper, context):
        if not (parts and isinstance(item, Problem) and item.code in _NOTHING_THERE):  # the cover of a portfolio
            yield item


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """The lines of text of each page, with two blanks where the page has a gap."""
    paper = paper_of(stream.read())
    if isinstance(paper, Paper):
        for page in paper.pages:
            for line in page.lines:
                yield "  ".join(run.text for run in line.runs), line.place


def paper_of(content: bytes) -> Paper | Problem:
    """The pages of a file."""
    opened = _open(content)
    if isinstance(opened, Problem):
        return opened
    try:
        return _paper(opened, content)
    finally:
        opened.close()


def words(page: pypdfium2.PdfPage) -> list[Word]:
    """The words of a page with their boxes, turned so that most of them stand upright."""
    return _words(page)[0]


def _open(content: bytes) -> pypdfium2.PdfDocument | Problem:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        return Problem(code="pdf-encrypted" if encrypted else "pdf-damaged")


def _paper(document: pypdfium2.PdfDocument, content: bytes) -> Paper | Problem:
    count = len(document)
    if count > MAX_PAGES:
        return Problem(code="pdf-too-long", expected=str(MAX_PAGES), found=str(count))
    pages = []
    is_form = document.get_formtype() != pdfium.FORMTYPE_NONE
    if is_form:
        document.init_forms()
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
            if is_form and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
                page.close()  # what stood in the fields stands on the page when it is opened again
                page = document[number - 1]
        except pypdfium2.PdfiumError:
            return Problem(code="pdf-damaged", place=Place(page=number))
        try:
            found, turns = _words(page)
            lines = gather(found, number)
            ruled = number <= MAX_RULED_PAGES and turns == 0 and page.get_rotation() == 0 and 0 < _path_count(page) <= MAX_OBJECTS
        except _TooMuchTextError:
            return Problem(code="pdf-too-long", place=Place(page=number), expected=f"{MAX_CHARACTERS} characters", found="more")
        finally:
            page.close()
        pages.append(Page(lines, _rules_reader(content, number)) if ruled else Page(lines))
    if not any(page.lines for page in pages):
        return Problem(code="pdf-without-text", place=Place(page=1))
    return Paper(tuple(pages))


class _TooMuchTextError(Exception):
    """A page with more characters than an order can have."""


def _text(raw: Any) -> str:
    """The text of a page, one character for each UTF-16 unit, so that positions stay those of pdfium."""
    count = pdfium.FPDFText_CountChars(raw)
    if count > MAX_CHARACTERS:
        raise _TooMuchTextError
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(raw, 0, count, buffer)
    return "".join(map(chr, buffer[: max(0, written - 1)]))


_Box = tuple[str, float, float, float, float]
"""A word, or a part of one, with left, bottom, right and top in page space."""


def _boxes(raw: Any, text: str) -> tuple[list[_Box], dict[int, int]]:
    """Each word with its box, from its first and last character; and the count of each angle."""
    rectangle = pdfium.FS_RECTF()
    reference = ctypes.byref(rectangle)
    index, box, angle = pdfium.FPDFText_GetCharIndexFromTextIndex, pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharAngle
    found: list[_Box] = []
    spans: list[tuple[int, int]] = []
    jumbled: set[int] = set()
    angles: dict[int, int] = {}
    for number, match in enumerate(_WORD.finditer(text)):
        first = index(raw, match.start())
        if not box(raw, first, reference):
            continue
        left, bottom, right, top = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        if box(raw, index(raw, match.end() - 1), reference):
            if rectangle.left < left and bidirectional(match[0][0]) == "L":
                jumbled.add(len(found))
            left, bottom = min(left, rectangle.left), min(bottom, rectangle.bottom)
            right, top = max(right, rectangle.right), max(top, rectangle.top)
        if number % 8 == 0:
            quarter = round(angle(raw, first) * 2 / 3.141592653589793) % 4
            angles[quarter] = angles.get(quarter, 0) + 1
        word = match[0]
        if word[-1] in "\x02\ufffe":
            word = word[:-1] + "-"
        if "\ud800" <= max(word) <= "\udfff":
            word = word.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        found.append((word, left, bottom, right, top))
        spans.append(match.span())
    if len(angles) == 1 and 0 in angles:
        found = _rejoined(raw, text, found, spans, jumbled)
    return found, angles


def _rejoined(raw: Any, text: str, boxes: list[_Box], spans: list[tuple[int, int]], jumbled: set[int]) -> list[_Box]:
    """The words, each in one where letters that its font lacks were drawn later in another one: "Zamawiaj cy: ą".

    jumbled: places of words of which the last letter stands left of the first.
    """
    rebuilt = list(boxes)
    for group in _torn(boxes, jumbled) if boxes else ():
        letters = sorted((letter for at in group for letter in _letters(raw, text, *spans[at])), key=lambda one: one[1])
        if any(after[1] < before[1] + 0.4 * (before[3] - before[1]) for before, after in pairwise(letters)):
            continue  # printed over each other
        _, lefts, bottoms, rights, tops = zip(*(boxes[at] for at in group), strict=True)
        rebuilt[group[0]] = ("".join(one[0] for one in letters), min(lefts), min(bottoms), max(rights), max(tops))
        for at in group[1:]:
            rebuilt[at] = ("", 0.0, 0.0, 0.0, 0.0)
    return [box for box in rebuilt if box[0]]


def _torn(boxes: list[_Box], jumbled: set[int]) -> Iterator[list[int]]:
    """Places of words that touch on the page, one of which was not drawn next to the others, or is jumbled itself."""
    for line in _lines(boxes):
        group = line[:1]
        for at in [*line[1:], -1]:
            if at >= 0 and abs(boxes[at][1] - boxes[group[-1]][3]) <= _TOUCHING * (boxes[at][4] - boxes[at][2]):
                group.append(at)
                continue
            if any(after != before + 1 for before, after in pairwise(group)) or jumbled.intersection(group):
                yield sorted(group)
            group = [at]


def _lines(boxes: list[_Box]) -> Iterator[list[int]]:
    """Places of the words at one height, each from left to right."""
    line: list[int] = []
    for at in sorted(range(len(boxes)), key=lambda at: boxes[at][2] + boxes[at][4]):
        middle, height = boxes[at][2] + boxes[at][4], boxes[at][4] - boxes[at][2]
        if line and abs(middle - boxes[line[-1]][2] - boxes[line[-1]][4]) > 0.6 * height:
            yield sorted(line, key=lambda one: boxes[one][1])
            line = []
        line.append(at)
    yield sorted(line, key=lambda one: boxes[one][1])


def _letters(raw: Any, text: str, start: int, end: int) -> Iterator[_Box]:
    """Each character of a word with its box."""
    rectangle = pdfium.FS_RECTF()
    for at in range(start, end):
        if pdfium.FPDFText_GetLooseCharBox(raw, pdfium.FPDFText_GetCharIndexFromTextIndex(raw, at), ctypes.byref(rectangle)):
            yield text[at], rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def _words(page: pypdfium2.PdfPage) -> tuple[list[Word], int]:
    """The words and by how many quarters clockwise the page was turned for them; its own /Rotate does not matter for that."""
    text_page = page.get_textpage()
    try:
        boxes, angles = _boxes(text_page.raw, _text(text_page.raw))
    finally:
        text_page.close()
    turns = -max(angles, key=lambda angle: angles[angle], default=0) % 4
    x0, y0, x1, y1 = page.get_bbox()
    if turns == 0:
        return [Word(text, left - x0, y1 - top, right - x0, y1 - bottom) for text, left, bottom, right, top in boxes], turns
    if turns == 1:
        return [Word(text, bottom - y0, left - x0, top - y0, right - x0) for text, left, bottom, right, top in boxes], turns
    if turns == 2:
        return [Word(text, x1 - right, bottom - y0, x1 - left, top - y0) for text, left, bottom, right, top in boxes], turns
    return [Word(text, y1 - top, x1 - right, y1 - bottom, x1 - left) for text, left, bottom, right, top in boxes], turns


def _path_count(page: pypdfium2.PdfPage) -> int:
    """How many drawn paths the page has; MAX_OBJECTS + 1 when it has too many objects to look."""
    count = pdfium.FPDFPage_CountObjects(page)
    if count > MAX_OBJECTS:
        return MAX_OBJECTS + 1
    kind, item = pdfium.FPDFPageObj_GetType, pdfium.FPDFPage_GetObject
    return sum(1 for number in range(count) if kind(item(page, number)) in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM))


def _rules_reader(content: bytes, number: int) -> Callable[[], tuple[Rule, ...]]:
    return partial(_rules, content, number)


def _rules(content: bytes, number: int) -> tuple[Rule, ...]:
    """The ruling lines of a page; none where pdfplumber cannot read it."""
    import pdfplumber  # takes 0.3 s to import, and few pages need it

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts, which we do not ask it for
    try:
        with pdfplumber.open(BytesIO(content), pages=[number]) as document:
            page = document.pages[0]
            left, top = page.bbox[0], page.bbox[1]
            edges = page.edges[:MAX_OBJECTS]
            return tuple(Rule(e["x0"] - left, e["top"] - top, e["x1"] - left, e["bottom"] - top) for e in edges)
    except Exception:  # noqa: BLE001  # pdfminer raises what it likes on what pdfium reads; without rules the words decide
        return ()


def _embedded(document: pypdfium2.PdfDocument) -> Iterator[Part]:
    for number in range(min(document.count_attachments(), MAX_EMBEDDED)):
        try:
            attachment = document.get_attachment(number)
            name = attachment.get_name()
            size = ctypes.c_ulong()
            pdfium.FPDFAttachment_GetFile(attachment, None, 0, ctypes.byref(size))
            if not 0 < size.value <= MAX_EMBEDDED_SIZE:
                continue
            content = bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            continue
        part = Part(name=name[:120], content=content)
        if _is_xml(part) or _is_read(part):
            yield part


def _is_xml(part: Part) -> bool:
    return part.name.lower().endswith(".xml") or part.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml")


def _is_read(part: Part) -> bool:
    claim = registry.recognise(BytesIO(part.content))
    return claim is not None and claim[1].readable
