"""Line tables on a page: rows under a header, by geometry.

Columns hang on the cells of the header, so that a page may be shifted or scaled. Where two columns part is seen from the
ruling lines or, where there are none, from the widest gap that the rows leave between two header cells; so numbers set
to the right under their heading and text set to the left both fall into their column.

Where the geometry cannot be trusted, because each row was drawn as one text or stands under the wrong headings, a row is read
by the order of its words (page_order) or, if that is not sure either, marked as doubtful: no value of it is used.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from wharfinger.page_labels import find, fold, is_ideographic, matches
from wharfinger.page_model import Line, Page, Paper, Rule, Run, Word
from wharfinger.page_order import NUMBERS, Column, adds_up, fits, read_in_order
from wharfinger.records import Place

_DECK = 10_000.0
"""Where the columns of the second line of a row are put, right of all others."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a line table looks. columns: name -> folded headings by which it is known.

    starts: the first of these columns that the header has shows a new row by a value with a digit, or any value when
    any_value. needed: columns without which a line is no header; least: how many columns of ours it must have.
    ends_at: with what the line behind the last row begins; goes_on_after: with what a subtotal begins, rows may follow it.
    labels: with what a further line of a row may begin, to be read by its label and no part of a wrapped text.
    kinds: column -> what is in it, see page_order; units: folded words by which a column of units is known without a heading.
    """

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    starts: tuple[str, ...]
    any_value: bool
    needed: tuple[str, ...]
    least: int
    skip: tuple[str, ...] = ()
    ends_at: tuple[str, ...] = ()
    goes_on_after: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    kinds: tuple[Column, ...] = ()
    units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the header: column is one of ours, or None; label as printed."""

    column: str | None
    label: str
    x0: float
    x1: float
    score: int = 0

    @property
    def name(self) -> str:
        """By what the row calls it."""
        return self.column or self.label


@dataclass(slots=True, eq=False)
class Row:
    """A row of the table. cells: column -> the texts in it, one for each line; lines: all of it; paper: the document it stands in.

    placed: what stands in its first line, with the number of the column. doubtful: nobody can say which of its texts belongs where.
    """

    place: Place
    paper: Paper
    headings: dict[str, str]
    cells: dict[str, list[str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    placed: list[tuple[int, Run]] = field(default_factory=list)
    doubtful: bool = False

    def text(self, column: str) -> str:
        """What stands in a column; the parts of a wrapped text are joined."""
        return join(self.cells.get(column, []))


def join(parts: Sequence[str]) -> str:
    """Lines of one text as one: no blank after a hyphen or between ideographs."""
    text = ""
    for part in parts:
        tight = not text or (text[-1] == "-" and text[-2:-1].isalnum() and part[:1].isalnum())
        tight = tight or (is_ideographic(text[-1]) and is_ideographic(part[0]))
        text += part if tight else f" {part}"
    return text


def rows(paper: Paper, layout: Layout) -> list[Row]:
    """All rows of all tables with such a header, over all pages."""
    found: list[Row] = []
    header: list[Cell] = []
    is_open = False
    for page in paper.pages:
        goes_on = is_open
        sections, is_open = _sections(page, paper, layout, header, is_open)
        for number, (cells, body) in enumerate(sections):
            read = list(_read(page, paper, layout, cells, body))
            if number == 0 and goes_on and len(sections) > 1:  # what stands above the header of a page is its head, as a rule
                read = [row for row in read if _is_proven(row, cells, layout) or _take_back(row)]
            found += read
            header = cells
    _name_by_content(found, layout)
    _name_by_sums(found, layout)
    _part_codes_from_names(found, layout)
    return _without_strangers(found, layout)


def _is_proven(row: Row, header: list[Cell], layout: Layout) -> bool:
    """Whether the numbers of a row add up."""
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    return not row.doubtful and adds_up({name: row.text(name) for name, _ in columns}, columns)


def _take_back(row: Row) -> bool:
    """Leave the lines of a row to those who look for labels. Always False."""
    row.paper.in_tables.difference_update(map(id, row.lines))
    return False


def _name_by_sums(found: list[Row], layout: Layout) -> None:
    """The columns of prices and amounts that quantity times price proves in every row, where the headings name none or others."""
    kinds, ours = dict(layout.kinds), {name for name, _ in layout.columns}
    of = {kind: name for name, kind in reversed(layout.kinds)}
    rows = [row for row in found if not row.doubtful and _has_digit(row.text(of.get("quantity", "")))]
    if not rows or not {"quantity", "price", "amount"} <= of.keys() or _some_add_up(rows, of["price"], of["amount"], of):
        return
    shared = [name for name in rows[0].cells if name not in ours or kinds.get(name) in ("price", "amount")]
    numbers = [name for name in shared if all(fits(row.text(name), "price") for row in rows)]
    proven = [
        (price, amount) for price in numbers for amount in numbers
        if price != amount and all(adds_up(row_values, columns) for row_values, columns in _as_columns(rows, price, amount, of))
    ]  # fmt: skip
    if len(proven) != 1:
        return
    names = of["price"], of["amount"]
    for headings in {id(row.headings): row.headings for row in found}.values():
        new = dict(zip(proven[0], names, strict=True))
        new |= {name: f"({name})" for name in names if name in headings and name not in proven[0]}
        for row in (one for one in found if one.headings is headings):
            row.cells = {new.get(name, name): texts for name, texts in row.cells.items()}
        renamed = {new.get(name, name): heading for name, heading in headings.items()}
        headings.clear()
        headings.update(renamed)


def _part_codes_from_names(found: list[Row], layout: Layout) -> None:
    """Under 'Part number / Description' the first line of a cell is the code, and the others the text."""
    kinds = dict(layout.kinds)
    columns: dict[str, str | None] = {}
    for row in found:
        for text, texts in list(row.cells.items()):
            before, mark, _ = row.headings.get(text, "").partition("/")
            if not mark or kinds.get(text) not in ("text", "thing") or len(texts) < 2 or not fits(texts[0], "code"):
                continue
            if before not in columns:
                columns[before] = _heading(before, layout)[0]
            column = columns[before]
            if column and kinds.get(column) == "code" and column not in row.cells:
                row.cells[column], row.cells[text] = texts[:1], texts[1:]
                row.headings[column] = before.strip()


def _some_add_up(rows: list[Row], price: str, amount: str, of: dict[str, str]) -> bool:
    return any(adds_up(values, columns) for values, columns in _as_columns(rows, price, amount, of))


def _as_columns(rows: list[Row], price: str, amount: str, of: dict[str, str]) -> Iterator[tuple[dict[str, str], list[Column]]]:
    columns = [(of["quantity"], "quantity"), (price, "price"), (amount, "amount")]
    if "base" in of and any(row.text(of["base"]) for row in rows):
        columns.append((of["base"], "base"))
    for row in rows:
        yield {name: row.text(name) for name, _ in columns}, columns


def _without_strangers(found: list[Row], layout: Layout) -> list[Row]:
    """The rows without those that are no lines of an order; those of which nobody can say it are in doubt.

    A line has an item and a quantity, and a price or an amount where others have one. A line that lacks one of them is a line all the
    same if it is counted as one, or has a unit, in a table that names items (and not in one that says when they are delivered).
    """
    kinds = layout.kinds
    if not kinds:
        return found
    kept = []
    priced = any(_has(row, kinds, "price", "amount") for row in found if not row.doubtful)
    named = any(_has(row, kinds, *_ITEM) for row in found if not row.doubtful)
    for row in found:
        counted = _has(row, kinds, "position", "unit") and (not named or any(kind in _ITEM and name in row.headings for name, kind in kinds))
        money, item = _has(row, kinds, "price", "amount"), _has(row, kinds, *_ITEM)
        quantity = any(fits(row.text(name), "quantity", has_unit=False) for name, kind in kinds if kind == "quantity")
        complete = quantity and (money or not priced) and (item or not named)
        if row.doubtful or complete or (counted and (quantity or money or not priced)):
            kept.append(row)
        elif (item and (money or quantity)) or counted or (quantity and _has(row, kinds, "position")):
            row.doubtful = True
            kept.append(row)
        else:
            _take_back(row)
    return kept


_ITEM = ("text", "thing", "code")


def _has(row: Row, kinds: Sequence[Column], *wanted: str) -> bool:
    """Whether a row says something of one of these kinds: a number where numbers stand, a word where units do."""
    for name, kind in kinds:
        texts = [text.strip() for text in row.cells.get(name, ())]
        if kind not in wanted or not texts:
            continue
        if kind in ("price", "amount"):
            found = any(_NUMERIC.match(text) and "%" not in text for text in texts)
        elif kind == "unit":
            found = 0 < len(texts[0]) <= 12
        else:
            found = bool(texts[0]) if kind in _ITEM else _has_digit(texts[0]) and len(texts[0]) <= 12
        if found:
            return True
    return False


_SUM = re.compile(r"\W{0,2}\d[\d.,' \u00a0\u202f]{0,15}[.,]\d{2}\W{0,2}")
_NUMERIC = re.compile(r"\W{0,3}(?:[^\W\d_]{1,4}\.?\W{0,2})?\d")
"""A number, perhaps behind a currency."""


def _name_by_content(found: list[Row], layout: Layout) -> None:
    """Columns under unknown headings that show themselves what they are: all units, or numbers that count the rows."""
    ours = {name for name, _ in layout.columns}
    for label in {name for row in found for name in row.cells if name not in ours}:
        values = [row.text(label) for row in found if not row.doubtful]
        present = {name for row in found for name in row.cells}
        if "Unit" in ours - present and all(fold(value) in layout.units for value in values):
            wanted = "Unit"
        elif "Position" in ours - present and "ItemNumber" not in present and _counts(values):
            wanted = "Position"
        else:
            continue
        for row in found:
            row.headings[wanted] = row.headings.pop(label, label)
            if label in row.cells:
                row.cells[wanted] = row.cells.pop(label)


def _counts(values: Sequence[str]) -> bool:
    """Whether the values are numbers with one step: 1, 2, 3 or 10, 20, 30."""
    numbers = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 5]
    return len(numbers) == len(values) > 1 and numbers[0] > 0 and {b - a for a, b in pairwise(numbers)} == {numbers[0]}


def find_header(lines: Sequence[Line], at: int, layout: Layout) -> tuple[list[Cell], int] | None:
    """The header that begins at a line and how many lines it takes, if there is one."""
    best = _header(lines, at, layout)
    if best is None:
        return None
    for later in range(at + 1, at + best[2]):  # the line above may be no heading but stand over some
        other = _header(lines, later, layout)
        if other and other[0] >= best[0]:
            return None
    return best[1:]


def _header(lines: Sequence[Line], at: int, layout: Layout) -> tuple[tuple[int, int], list[Cell], int] | None:
    best: tuple[tuple[int, int], list[Cell], int] | None = None
    cells: list[Cell] = []
    if any(_SUM.fullmatch(run.text) for run in lines[at].runs):  # "Net total  1,081.00" heads nothing
        return None
    for depth in range(1, 4):
        if at + depth > len(lines):
            break
        line = lines[at + depth - 1]
        if depth > 1 and (_has_digit(line.text) or line.top - lines[at + depth - 2].top > 2 * line.height):
            break
        strung = _strung(line, layout) if depth == 1 else []
        cells = strung or _stack(cells, _cells(line, layout))
        known = [one for one in _matched(cells, layout) if one.column]
        names = {one.column for one in known}
        score = (len(names), sum(one.score for one in known))
        if len(names) >= layout.least and names.issuperset(layout.needed) and (best is None or score > best[0]):
            best = score, _matched(cells, layout), depth
    decks = _decks(lines, at, layout)
    if decks is not None:
        names = {one.column for one in decks if one.column}
        if len(names) >= layout.least and names.issuperset(layout.needed) and (best is None or len(names) > best[0][0]):
            best = (len(names), sum(one.score for one in decks)), decks, 2
    return best


def _decks(lines: Sequence[Line], at: int, layout: Layout) -> list[Cell] | None:
    """A header whose two lines name the two lines of each row, as SAP prints them: position and article, below them quantity and price."""
    if at + 1 >= len(lines) or lines[at + 1].top - lines[at].top > 2 * lines[at].height or _has_digit(lines[at + 1].text):
        return None
    upper, lower = (_matched(_cells(line, layout), layout) for line in lines[at : at + 2])
    of_upper, of_lower = ({one.column for one in cells if one.column} for cells in (upper, lower))
    over = [(one, other) for one in upper for other in lower if one.x0 < other.x1 and other.x0 < one.x1]
    apart = any(_are_two(one, other, layout) for one, other in over)
    if len(of_upper) < 2 or len(of_lower) < 3 or of_upper & of_lower or not apart:
        return None
    moved = [Cell(one.column, one.label, one.x0 + _DECK, one.x1 + _DECK, one.score) for one in lower]
    return [*upper, *moved]


def _are_two(upper: Cell, lower: Cell, layout: Layout) -> bool:
    """Whether one heading stands over another one, and they are not one heading on two lines."""
    both = upper.column and lower.column and upper.column != lower.column
    return bool(both) and not _is_heading(join([upper.label, lower.label]), layout)


def _on_one_level(header: list[Cell], body: list[Line], paper: Paper) -> list[Line]:
    """The lines of a body with the second line of each row put beside the first one, where its headings are."""
    upper = [cell for cell in header if cell.x0 < _DECK]
    lower = [cell for cell in header if cell.x0 >= _DECK]
    quantity = next((at for at, cell in enumerate(lower) if cell.column == "Quantity"), None)
    lines: list[Line] = []
    for line in body:
        moved = [Run(tuple(word._replace(x0=word.x0 + _DECK, x1=word.x1 + _DECK) for word in run.words), run.place) for run in line.runs]
        places = _split(Line(line.number, tuple(moved)), _middles(lower))
        above = lines[-1] if lines else None
        is_lower = len(places) >= 0.6 * len(lower) and (quantity is None or any(_has_digit(run.text) for run in places.get(quantity, ())))
        near = above is not None and above.runs[-1].x1 < _DECK and line.top - above.top <= 2.2 * above.height
        if above and is_lower and near and len(_split(above, _middles(upper))) > 1:
            lines[-1] = Line(above.number, (*above.runs, *moved))
            paper.in_tables.update((id(above), id(line)))
        else:
            lines.append(line)
    return lines


def _sections(
    page: Page, paper: Paper, layout: Layout, header: list[Cell], is_open: bool
) -> tuple[list[tuple[list[Cell], list[Line]]], bool]:
    """The tables of a page, each as header and body; and whether the last goes on on the next page."""
    sections: list[tuple[list[Cell], list[Line]]] = []
    if is_open:
        sections.append((header, []))
    is_subtotal = False
    at = 0
    lines = page.lines
    while at < len(lines):
        line = lines[at]
        here = find_header(lines, at, layout)
        if here:
            sections.append((here[0], []))
            paper.in_tables.update(map(id, lines[at : at + here[1]]))
            is_open = True
            at += here[1]
            continue
        if is_open and not any(matches(pattern, line.text) for pattern in layout.skip):
            header = sections[-1][0]
            begins = _begins(_split(line, _middles(header)), header, layout, position_only=True)
            if _is_section_title(line, header, layout) or (_ends(line, layout) and not begins):
                is_open = False
                is_subtotal = _begins_with(line, layout.goes_on_after)
            else:
                sections[-1][1].append(line)
        elif sections and _goes_on(line, sections[-1], layout) and (is_subtotal or _is_before_a_sum(lines[at:], sections[-1][0], layout)):
            is_open = True
            sections[-1][1].append(line)
        at += 1
    return sections, is_open


def _goes_on(line: Line, section: tuple[list[Cell], list[Line]], layout: Layout) -> bool:
    """Whether a table goes on with a line behind a subtotal: its position counts on, and the columns have what they should."""
    header, body = section
    kinds = dict(layout.kinds)
    edges = _middles(header)
    texts = _texts_of(line, edges, header)
    filled = [cell for cell in header if texts.get(cell.name)]
    fitting = all(fits(texts[cell.name], kind, has_unit=False) for cell in filled if (kind := kinds.get(cell.column or "")) in NUMBERS)
    leading = next((one for one in layout.starts if any(cell.column == one for cell in header)), "")
    if len(filled) < max(3, 0.6 * len(header)) or not fitting or _ends(line, layout):
        return False
    if kinds.get(leading) in NUMBERS:  # the rows are not counted
        return len(filled) >= 0.8 * len(header) and _has_digit(texts.get(leading, ""))
    before = [text for one in body if (text := _texts_of(one, edges, header).get(leading, "").rstrip(".")).isdigit()]
    own = texts.get(leading, "").rstrip(".")
    return own.isdigit() and bool(before) and int(own[:9]) > int(before[-1][:9])


def _is_before_a_sum(lines: Sequence[Line], header: list[Cell], layout: Layout) -> bool:
    """Whether quantity times price is the amount on the first of some lines, and a further sum follows."""
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    texts = _texts_of(lines[0], _middles(header), header)
    return adds_up({name: texts.get(name, "") for name, _ in columns}, columns) and any(_ends(line, layout) for line in lines[1:])


def _texts_of(line: Line, edges: list[float], header: list[Cell]) -> dict[str, str]:
    return {header[place].name: " ".join(run.text for run in runs) for place, runs in _split(line, edges).items()}


def _is_section_title(line: Line, header: list[Cell], layout: Layout) -> bool:
    """Whether a line is no more than a title with a colon where the table has its left edge, and no text can stand."""
    one = line.runs[0]
    first = dict(layout.kinds).get(header[0].column or "")
    return len(line.runs) == 1 and one.text.endswith((":", "：")) and one.x0 <= header[0].x0 + 1 and first in ("position", *NUMBERS)


def _is_labelled(line: Line, layout: Layout) -> bool:
    text = line.runs[0].text
    return any(
        start == 0 and (not label.endswith(":") or text[end:].lstrip(" .").startswith((":", "：")))
        for label in layout.labels
        for start, end in find(label.rstrip(":"), text)
    )


def _ends(line: Line, layout: Layout) -> bool:
    return _begins_with(line, (*layout.ends_at, *layout.goes_on_after))


def _begins_with(line: Line, labels: tuple[str, ...]) -> bool:
    return any(start == 0 for run in line.runs for label in labels for start, _ in find(label, run.text))


def _strung(line: Line, layout: Layout) -> list[Cell]:
    """The cells of a header that is one text, cut by the headings that we know: as few as possible; empty if it is no such header."""
    words = line.words
    if len(line.runs) > 1 or not 3 <= len(words) <= 40 or _has_digit(line.text):
        return []
    known = {label for _, labels in layout.columns for label in labels}
    best: list[tuple[int, int]] = [(0, 0)]  # for each number of words: what its best cutting costs, and where the last cell begins
    for end in range(1, len(words) + 1):
        starts = range(max(0, end - 5), end)
        cuts = [(best[at][0] + 1, at) for at in starts if fold(_text(words[at:end])) in known]
        best.append(min([*cuts, (best[end - 1][0] + 5, end - 1)]))
    cells: list[Cell] = []
    end = len(words)
    while end:
        start = best[end][1]
        cells.insert(0, _cell(words[start:end]))
        end = start
    matched = [one.column for one in _matched(cells, layout)]
    return cells if matched.count(None) * 4 <= len(cells) and len(cells) > 2 else []


def _cells(line: Line, layout: Layout) -> list[Cell]:
    """The cells that a header line may consist of; a run is cut where two of our headings stand apart in it."""
    cells = []
    for run in line.runs:
        start = 0
        if _is_heading(run.text, layout):
            cells.append(_cell(run.words))
            continue
        for index, (left, right) in enumerate(pairwise(run.words), 1):
            if right.x0 - left.x1 > 0.3 * (left.bottom - left.top) and _heading(_text(run.words[start:index]), layout)[0]:
                rest = _heading(_text(run.words[index:]), layout)[0]
                if rest and rest != _heading(_text(run.words[start:index]), layout)[0]:
                    cells.append(_cell(run.words[start:index]))
                    start = index
        cells.append(_cell(run.words[start:]))
    return cells


def _cell(words: Sequence[Word]) -> Cell:
    return Cell(None, _text(words), words[0].x0, words[-1].x1)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _stack(upper: list[Cell], lower: list[Cell]) -> list[Cell]:
    """Headings over two lines as one: a lower cell belongs to the upper one that it stands under."""
    cells = list(upper)
    for cell in lower:
        over = [index for index, one in enumerate(cells) if one.x0 < cell.x1 and cell.x0 < one.x1]
        if len(over) == 1:
            one = cells[over[0]]
            cells[over[0]] = Cell(None, join([one.label, cell.label]), min(one.x0, cell.x0), max(one.x1, cell.x1))
        elif not over:
            cells.append(cell)
    return sorted(cells, key=lambda one: one.x0)


def _matched(cells: list[Cell], layout: Layout) -> list[Cell]:
    """The cells with the column that each heads; a column is headed once, by the heading that says it best."""
    named = []
    for cell in cells:
        column, score = _heading(cell.label, layout)
        named.append(Cell(column, cell.label, cell.x0, cell.x1, score))
    best: dict[str, Cell] = {}
    for cell in named:
        if cell.column and (cell.column not in best or cell.score > best[cell.column].score):
            best[cell.column] = cell
    return [
        cell if cell.column is None or best[cell.column] is cell else Cell(None, cell.label, cell.x0, cell.x1) for cell in named
    ]


def _is_heading(text: str, layout: Layout) -> bool:
    folded = fold(text)
    return any(folded in labels for _, labels in layout.columns)


def _heading(text: str, layout: Layout) -> tuple[str | None, int]:
    """The column that a text heads and how much of it says so; all of it counts double."""
    folded = fold(text)
    best: tuple[str | None, int] = (None, 0)
    for column, labels in layout.columns:
        for label in labels:
            if label == folded:
                return column, 2 * len(label)
            if len(label) > best[1] and label in folded and find(label, text):
                best = column, len(label)
    return best if len(text) <= 60 else (None, 0)


def _read(page: Page, paper: Paper, layout: Layout, header: list[Cell], body: list[Line]) -> Iterator[Row]:
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    if header[-1].x0 >= _DECK:
        body = _on_one_level(header, body, paper)
    if len(header) > 2 and all(len(line.runs) == 1 for line in body if _numbers(line) > 1) and any(_numbers(line) > 1 for line in body):
        yield from _read_strung(paper, layout, header, columns, body)
        return
    found = list(_read_by_boxes(page, paper, layout, header, body))
    while found and not any(_has_digit(line.text) for line in found[0].lines):  # further lines of the header
        del found[0]
    settled = [_settle(row, header, columns) for row in found]
    if any(settled):  # where boxes mislead once, they are not believed anywhere
        for row in found:
            _settle(row, header, columns, misplaced=True)
    yield from found


def _numbers(line: Line) -> int:
    return sum(map(_has_digit, line.text.split()))


def _read_strung(paper: Paper, layout: Layout, header: list[Cell], columns: list[Column], body: list[Line]) -> Iterator[Row]:
    """Rows of which each is one text."""
    headings = {cell.name: cell.label for cell in header}
    texts = [name for name, kind in columns if kind in ("text", "thing")]
    row: Row | None = None
    above: Line | None = None
    for line in body:
        values = read_in_order([word.text for word in line.words], columns)
        ends_in_number = columns[-1][1] in NUMBERS and _has_digit(line.words[-1].text) and not _is_labelled(line, layout)
        if values is not None or ends_in_number or _numbers(line) > max(1, len(columns) // 3):
            if row is not None:
                yield row
            row = Row(Place(page=line.place.page, line=line.place.line, row=line.place.row), paper, headings, doubtful=values is None)
            row.cells.update({name: [value] for name, value in (values or {}).items()})
        elif row is None or above is None or line.top - above.top > 2.2 * above.height:
            continue
        elif not _is_labelled(line, layout) and texts and not row.doubtful:
            row.cells.setdefault(texts[0], []).append(line.text)
        row.lines.append(line)
        paper.in_tables.add(id(line))
        above = line
    if row is not None:
        yield row


def _settle(row: Row, header: list[Cell], columns: list[Column], *, misplaced: bool = False) -> bool:
    """Read a row anew by the order of its texts where its boxes stand under the wrong headings, or leave it in doubt.

    True: it reads otherwise than its boxes say.
    """
    line = row.lines[0]
    known = {kind for _, kind in columns}
    values = {name: row.text(name) for name, _ in columns}
    has_unit = "unit" in known
    wrong = [name for name, kind in columns if kind in NUMBERS and not fits(values[name], kind, has_unit=has_unit)]
    misplaced_unit = any(kind == "unit" and _has_digit(values[name]) and fits(values[name], "price") for name, kind in columns)
    misplaced = misplaced or misplaced_unit or any(_is_misplaced(run, header[place], header) for place, run in row.placed)
    if not misplaced and not (wrong and {"quantity", "price", "amount"} <= known):
        return False
    texts = [run.text for run in line.runs]
    in_runs = dict(zip(values, texts, strict=True)) if len(texts) == len(columns) else {}
    fitting = [kind in ("code", "thing") or fits(in_runs[name], kind, has_unit=has_unit) for name, kind in columns if in_runs]
    if in_runs and all(fitting) and _may_add_up(in_runs, columns):
        found: dict[str, str] | None = in_runs
    else:
        found = read_in_order([word.text for word in line.words], columns)
    if found is not None and found != values:
        wrapped = {name: row.cells[name][1:] for name, kind in columns if kind in ("text", "thing") and not misplaced and name in row.cells}
        row.cells = {name: [value, *wrapped.get(name, [])] for name, value in found.items()}
        return any(values[name] and values[name] != found[name] for name, kind in columns if kind in NUMBERS)
    row.doubtful = row.doubtful or (found is None and misplaced)
    return False


def _may_add_up(values: dict[str, str], columns: list[Column]) -> bool:
    return not {"quantity", "price", "amount"} <= {kind for _, kind in columns} or adds_up(values, columns)


def _is_misplaced(run: Run, own: Cell, header: list[Cell]) -> bool:
    """Whether a number stands under other headings, but not under that of its column, or a text begins where another heading does."""
    under = [cell for cell in header if cell.x0 < run.x1 and run.x0 < cell.x1]
    begins = [cell for cell in header if abs(cell.x0 - run.x0) < 2]
    return (bool(under) and own not in under and _has_digit(run.text)) or (bool(begins) and own not in begins)


def _read_by_boxes(page: Page, paper: Paper, layout: Layout, header: list[Cell], body: list[Line]) -> Iterator[Row]:
    if not body:
        return
    rules = page.rules()
    edges = _edges(header, body, rules)
    headings = {cell.name: cell.label for cell in header}
    split = [(line, _split(line, edges)) for line in body]
    begins = [_begins(places, header, layout) for _, places in split]
    bands = _bands(header, body, begins, rules)
    row: Row | None = None
    band = -1
    above: Line | None = None
    for index, (line, places) in enumerate(split):
        if bands:
            new = bands[index] != band and (begins[index] or _filled(split, bands, index) > 1)
            stays = bands[index] == band and row is not None
            if bands[index] != band and not new and row is not None:
                yield row
                row = None
        else:
            near = row is not None and above is not None and line.top - above.runs[-1].top <= 2.2 * above.height
            new = begins[index] and not (near and row is not None and _is_position_below(row, places, header, layout))
            stays = near and not _is_title(places, header, layout)
            stays = stays and len(places) <= max(1, len(header) // 2) and not _is_sum(row, places, header, layout)
        if new:
            if row is not None:
                yield row
            row = Row(Place(page=line.place.page, line=line.place.line, row=line.place.row), paper, headings)
        elif not stays:
            continue
        assert row is not None
        row.lines.append(line)
        if new:
            row.placed = [(place, run) for place, runs in places.items() for run in runs]
        if new or not _is_labelled(line, layout):
            for place, runs in places.items():
                text = " ".join(run.text for run in runs)
                row.cells.setdefault(header[place].name if new else _column_of(text, place, header, layout), []).append(text)
        paper.in_tables.add(id(line))
        band = bands[index] if bands else -1
        above = line
    if row is not None:
        yield row


def _column_of(text: str, place: int, header: list[Cell], layout: Layout) -> str:
    """The column of a further line of a row: a sentence under a code goes on from the text."""
    kinds = dict(layout.kinds)
    texts = [cell.name for cell in header if kinds.get(cell.column or "") == "text"]
    is_sentence = kinds.get(header[place].column or "") == "code" and len(text.split()) > 2
    return texts[0] if texts and is_sentence else header[place].name


def _is_position_below(row: Row, places: dict[int, list[Run]], header: list[Cell], layout: Layout) -> bool:
    """Whether a line has the position of the row above, which adds up but has none."""
    kinds = dict(layout.kinds)
    of = {kinds.get(header[place].column or "", "any") for place in places}
    return "position" in of and not of & set(NUMBERS) and not _has(row, layout.kinds, "position") and _is_proven(row, header, layout)


def _is_title(places: dict[int, list[Run]], header: list[Cell], layout: Layout) -> bool:
    """Whether a line is a text where positions are counted: the title of a section."""
    [*alone] = places
    counts = len(alone) == 1 and dict(layout.kinds).get(header[alone[0]].column or "") == "position"
    return counts and not any(_has_digit(run.text) for run in places[alone[0]])


def _is_sum(row: Row | None, places: dict[int, list[Run]], header: list[Cell], layout: Layout) -> bool:
    """Whether a line below a row is a sum: it has an amount, where the row has one, and nothing that describes an
    item; or it is a text under numbers."""
    kinds = dict(layout.kinds)
    of = {kinds.get(header[place].column or "", "any"): header[place].name for place in places}
    amount = of.get("amount")
    if len(places) == 1:
        alone = sum(len(run.words) for runs in places.values() for run in runs)
        return bool(row) and alone > 3 and bool(of.keys() & {"unit", *NUMBERS})
    return bool(amount and row and _has_digit(row.text(amount))) and not of.keys() & {"text", "thing", "code"}


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _filled(split: list[tuple[Line, dict[int, list[Run]]]], bands: list[int], index: int) -> int:
    """How many columns have something in the band of a line."""
    return len({place for (_, places), band in zip(split, bands, strict=True) if band == bands[index] for place in places})


def _begins(places: dict[int, list[Run]], header: list[Cell], layout: Layout, position_only: bool = False) -> bool:
    """Whether a line begins a row: its leading column has a value, or most columns have."""
    leading = next((one for one in layout.starts if any(cell.column == one for cell in header)), None)
    texts = {header[place].column: " ".join(run.text for run in runs) for place, runs in places.items()}
    counted = leading == layout.starts[0] or _has_digit(texts.get("Quantity", "")) or not any(cell.column == "Quantity" for cell in header)
    if leading in texts and (layout.any_value or _has_digit(texts[leading])) and len(places) > 1 and counted:
        return not position_only or leading == layout.starts[0]
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    if len(places) > 3 and {"quantity", "price", "amount"} <= {kind for _, kind in columns}:
        texts_of = {header[place].name: " ".join(run.text for run in runs) for place, runs in places.items()}
        if adds_up({name: texts_of.get(name, "") for name, _ in columns}, columns):
            return not position_only
    return not position_only and leading != layout.starts[0] and len(places) >= max(3, 0.6 * len(header))


def _bands(header: list[Cell], body: list[Line], begins: list[bool], rules: Sequence[Rule]) -> list[int]:
    """For each line the number of the band between ruling lines that it stands in; empty where these do not part the rows."""
    left, right = header[0].x0, header[-1].x1
    lengths: dict[int, float] = {}
    for rule in rules:
        if not rule.vertical:
            key = round(rule.top)
            lengths[key] = lengths.get(key, 0.0) + max(0.0, min(rule.x1, right) - max(rule.x0, left))
    ys = sorted(y for y, length in lengths.items() if length >= 0.6 * (right - left))
    if len(ys) < 2:
        return []
    bands = [bisect(ys, (line.top + line.bottom) / 2) for line in body]
    starting = [band for band, new in zip(bands, begins, strict=True) if new]
    if len(set(starting)) < len(starting) or any(band in (0, len(ys)) for band in starting):
        return []
    return bands


def _split(line: Line, edges: list[float]) -> dict[int, list[Run]]:
    """Column number -> the runs in it. A run over several columns is cut between words, unless it stands alone."""
    places: dict[int, list[Run]] = {}
    for run in line.runs:
        ends = [bisect(edges, (word.x0 + word.x1) / 2) for word in run.words]
        if len(line.runs) == 1 or ends[0] == ends[-1]:
            first = bisect(edges, run.x0 + 1) if len(line.runs) == 1 else ends[0]
            places.setdefault(first, []).append(run)
            continue
        for column in dict.fromkeys(ends):
            words = tuple(word for word, end in zip(run.words, ends, strict=True) if end == column)
            places.setdefault(column, []).append(Run(words, run.place))
    return places


def _middles(header: list[Cell]) -> list[float]:
    return [(left.x1 + right.x0) / 2 for left, right in pairwise(header)]


def _edges(header: list[Cell], body: list[Line], rules: Sequence[Rule]) -> list[float]:
    """Where each column ends and the next begins."""
    top, bottom = body[0].top, body[-1].bottom
    uprights = sorted(rule.x0 for rule in rules if rule.vertical and rule.top < bottom and rule.bottom > top)
    words = [word for line in body if len(line.runs) > 1 for word in line.words]
    edges = []
    for left, right in pairwise(header):
        between = [x for x in uprights if left.x1 - 2 <= x <= right.x0 + 2]
        edges.append(between[-1] if between else _gap(left.x1, right.x0, words))
    return edges


def _gap(start: float, end: float, words: list[Word]) -> float:
    """The middle of the widest stretch between start and end that the fewest words cross."""
    if end <= start:
        return (start + end) / 2
    crossing = [(max(word.x0, start), min(word.x1, end)) for word in words if word.x0 < end and word.x1 > start]
    points = sorted({start, end, *(x for pair in crossing for x in pair)})
    if len(points) > 400:  # hundreds of ragged words: no gap will be found; keep the cost low
        return (start + end) / 2
    stretches = [(sum(1 for x0, x1 in crossing if x0 < b and x1 > a), a - b, (a + b) / 2) for a, b in pairwise(points)]
    return min(stretches)[2]
