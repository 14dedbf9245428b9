"""Line tables on a page: rows under a header, by geometry.

Columns hang on the cells of the header, so that a page may be shifted or scaled. Where two columns part is seen from the
ruling lines or, where there are none, from the widest gap that the rows leave between two header cells; so numbers set
to the right under their heading and text set to the left both fall into their column.

Where the geometry cannot be trusted, because each row was drawn as one text or stands under the wrong headings, a row is read
by the order of its words (wharfinger.pages.order) or, if that is not sure either, marked as doubtful: no value of it is used.
"""

from collections.abc import Iterator, Sequence

from wharfinger.pages.alignment import Placed, leading
from wharfinger.pages.columns import bands_of, by_column, edges_of, middles, on_one_level
from wharfinger.pages.headers import DECK, Cell, Layout, find_header
from wharfinger.pages.labels import find, fold, has_digit, matches
from wharfinger.pages.model import Line, Page, Paper, Run
from wharfinger.pages.order import NUMBERS, Column, adds_up, fits, read_in_order
from wharfinger.pages.rows import (
    Row,
    has,
    is_proven,
    name_by_content,
    name_by_sums,
    names_from_codes,
    part_codes_from_names,
    take_back,
    without_strangers,
)
from wharfinger.records import Place

_SUM_RUNS = 3
"""What a sum may consist of: "Genel toplam | TRY | 21.150,00"."""

Section = tuple[list[Cell], list[Line]]
"""A table on a page: its header and body."""


def rows(paper: Paper, layout: Layout) -> list[Row]:
    """All rows of all tables with such a header, over all pages."""
    found: list[Row] = []
    behind: list[Row] = []
    last: Section = ([], [])
    is_open = False
    for page in paper.pages:
        goes_on = is_open
        sections, is_open = _sections(page, paper, layout, last, is_open, behind)
        for number, (cells, body) in enumerate(sections):
            read = list(_read(page, paper, layout, cells, body))
            if number == 0 and goes_on and len(sections) > 1:  # what stands above the header of a page is its head, as a rule
                read = [row for row in read if is_proven(row, cells, layout) or take_back(row)]
            found += read
            last = cells, body or last[1]
    name_by_content(found, layout)
    name_by_sums(found, layout)
    part_codes_from_names(found, layout)
    names_from_codes(found, layout)
    return [*without_strangers(found, layout), *behind]


def _sections(
    page: Page, paper: Paper, layout: Layout, last: Section, is_open: bool, behind: list[Row]
) -> tuple[list[Section], bool]:
    """The tables of a page, and whether the last goes on on the next page.

    last: the last table of the pages before. behind: gets a doubtful row for each line behind the last sum that looks like a row.
    """
    sections: list[Section] = []
    if is_open:
        sections.append((last[0], []))
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
            begins = _begins(by_column(line, middles(header)), header, layout, position_only=True)
            if _is_section_title(line, header, layout) or (_ends(line, layout) and not begins):
                is_open = False
                is_subtotal = _begins_with(line, layout.goes_on_after)
            else:
                sections[-1][1].append(line)
        elif not is_open and _goes_on(line, sections[-1] if sections else last, layout):
            if sections and (is_subtotal or _is_before_a_sum(lines[at:], sections[-1][0], layout)):
                is_open = True
                sections[-1][1].append(line)
            else:
                behind += _in_doubt(line, paper, (sections[-1] if sections else last)[0], layout)
        at += 1
    return sections, is_open


def _goes_on(line: Line, section: Section, layout: Layout) -> bool:
    """Whether a table goes on with a line behind a subtotal: its position counts on, and the columns have what they should."""
    header, body = section
    if not header:
        return False
    kinds = dict(layout.kinds)
    edges = middles(header)
    texts = _texts_of(line, edges, header)
    filled = [cell for cell in header if texts.get(cell.name)]
    fitting = all(fits(texts[cell.name], kind, has_unit=False) for cell in filled if (kind := kinds.get(cell.column or "")) in NUMBERS)
    leading = next((one for one in layout.starts if any(cell.column == one for cell in header)), "")
    if len(filled) < max(3, 0.6 * len(header)) or not fitting or _ends(line, layout):
        return False
    if kinds.get(leading) in NUMBERS:  # the rows are not counted
        return len(filled) >= 0.8 * len(header) and has_digit(texts.get(leading, ""))
    before = [text for one in body if (text := _texts_of(one, edges, header).get(leading, "").rstrip(".")).isdigit()]
    own = texts.get(leading, "").rstrip(".")
    return own.isdigit() and bool(before) and int(own[:9]) > int(before[-1][:9])


def _in_doubt(line: Line, paper: Paper, header: list[Cell], layout: Layout) -> Iterator[Row]:
    """The row that a line would be, if it names an item and how many."""
    row = Row(line.place, paper, {cell.name: cell.label for cell in header}, lines=[line], doubtful=True, behind=True)
    row.cells = {name: [text] for name, text in _texts_of(line, middles(header), header).items()}
    if has(row, layout.kinds, "quantity") and has(row, layout.kinds, "text", "thing", "code"):
        yield row


def _is_before_a_sum(lines: Sequence[Line], header: list[Cell], layout: Layout) -> bool:
    """Whether quantity times price is the amount on the first of some lines, and a further sum follows."""
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    texts = _texts_of(lines[0], middles(header), header)
    return adds_up({name: texts.get(name, "") for name, _ in columns}, columns) and any(_ends(line, layout) for line in lines[1:])


def _texts_of(line: Line, edges: list[float], header: list[Cell]) -> dict[str, str]:
    return {header[place].name: " ".join(run.text for run in runs) for place, runs in by_column(line, edges).items()}


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
    is_sum = len(line.runs) <= _SUM_RUNS and fold(line.runs[0].text) in layout.sums
    return is_sum or _begins_with(line, (*layout.ends_at, *layout.goes_on_after))


def _begins_with(line: Line, labels: tuple[str, ...]) -> bool:
    return any(start == 0 for run in line.runs for label in labels for start, _ in find(label, run.text))


def _read(page: Page, paper: Paper, layout: Layout, header: list[Cell], body: list[Line]) -> Iterator[Row]:
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    if header[-1].x0 >= DECK:
        body = on_one_level(header, body, paper)
    if len(header) > 2 and all(len(line.runs) == 1 for line in body if _numbers(line) > 1) and any(_numbers(line) > 1 for line in body):
        yield from _read_strung(paper, layout, header, columns, body)
        return
    found = list(_read_by_boxes(page, paper, layout, header, body))
    while found and not any(has_digit(line.text) for line in found[0].lines):  # further lines of the header
        del found[0]
    settled = [_settle(row, header, columns) for row in found]
    if any(settled):  # where boxes mislead once, they are not believed anywhere
        for row in found:
            _settle(row, header, columns, misplaced=True)
    yield from found


def _numbers(line: Line) -> int:
    return sum(map(has_digit, line.text.split()))


def _read_strung(paper: Paper, layout: Layout, header: list[Cell], columns: list[Column], body: list[Line]) -> Iterator[Row]:
    """Rows of which each is one text."""
    headings = {cell.name: cell.label for cell in header}
    texts = [name for name, kind in columns if kind in ("text", "thing")]
    row: Row | None = None
    above: Line | None = None
    for line in body:
        values = read_in_order([word.text for word in line.words], columns)
        ends_in_number = columns[-1][1] in NUMBERS and has_digit(line.words[-1].text) and not _is_labelled(line, layout)
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
    misplaced_unit = any(kind == "unit" and has_digit(values[name]) and fits(values[name], "price") for name, kind in columns)
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
    return (bool(under) and own not in under and has_digit(run.text)) or (bool(begins) and own not in begins)


def _read_by_boxes(page: Page, paper: Paper, layout: Layout, header: list[Cell], body: list[Line]) -> Iterator[Row]:
    if not body:
        return
    rules = page.rules()
    edges = edges_of(header, body, rules)
    headings = {cell.name: cell.label for cell in header}
    placed = [(line, by_column(line, edges)) for line in body]
    begins = [_begins(places, header, layout) for _, places in placed]
    bands = bands_of(header, body, begins, rules)
    leads = leading(placed, begins) if not bands else frozenset()
    waiting: list[Placed] = []
    row: Row | None = None
    band = -1
    above: Line | None = None
    for index, (line, places) in enumerate(placed):
        if index in leads:
            waiting.append((line, places))
            continue
        if bands:
            new = bands[index] != band and (begins[index] or _filled(placed, bands, index) > 1)
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
            for over, of_over in waiting:
                for place, runs in of_over.items():
                    row.cells.setdefault(header[place].name, []).append(" ".join(run.text for run in runs))
                paper.in_tables.add(id(over))
        elif not stays:
            continue
        assert row is not None
        row.lines += [line, *(over for over, _ in waiting)]
        waiting = []
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
    return "position" in of and not of & set(NUMBERS) and not has(row, layout.kinds, "position") and is_proven(row, header, layout)


def _is_title(places: dict[int, list[Run]], header: list[Cell], layout: Layout) -> bool:
    """Whether a line is a text where positions are counted: the title of a section."""
    [*alone] = places
    counts = len(alone) == 1 and dict(layout.kinds).get(header[alone[0]].column or "") == "position"
    return counts and not any(has_digit(run.text) for run in places[alone[0]])


def _is_sum(row: Row | None, places: dict[int, list[Run]], header: list[Cell], layout: Layout) -> bool:
    """Whether a line below a row is a sum: it has an amount, where the row has one, and nothing that describes an
    item; or it is a text under numbers."""
    kinds = dict(layout.kinds)
    of = {kinds.get(header[place].column or "", "any"): header[place].name for place in places}
    amount = of.get("amount")
    if len(places) == 1:
        alone = sum(len(run.words) for runs in places.values() for run in runs)
        return bool(row) and alone > 3 and bool(of.keys() & {"unit", *NUMBERS})
    return bool(amount and row and has_digit(row.text(amount))) and not of.keys() & {"text", "thing", "code"}


def _filled(placed: list[tuple[Line, dict[int, list[Run]]]], bands: list[int], index: int) -> int:
    """How many columns have something in the band of a line."""
    return len({place for (_, places), band in zip(placed, bands, strict=True) if band == bands[index] for place in places})


def _begins(places: dict[int, list[Run]], header: list[Cell], layout: Layout, position_only: bool = False) -> bool:
    """Whether a line begins a row: its leading column has a value, or most columns have."""
    leading = next((one for one in layout.starts if any(cell.column == one for cell in header)), None)
    texts = {header[place].column: " ".join(run.text for run in runs) for place, runs in places.items()}
    counted = leading == layout.starts[0] or has_digit(texts.get("Quantity", "")) or not any(cell.column == "Quantity" for cell in header)
    if leading in texts and (layout.any_value or has_digit(texts[leading])) and len(places) > 1 and counted:
        return not position_only or leading == layout.starts[0]
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    if len(places) > 3 and {"quantity", "price", "amount"} <= {kind for _, kind in columns}:
        texts_of = {header[place].name: " ".join(run.text for run in runs) for place, runs in places.items()}
        if adds_up({name: texts_of.get(name, "") for name, _ in columns}, columns):
            return not position_only
    return not position_only and leading != layout.starts[0] and len(places) >= max(3, 0.6 * len(header))
