"""Where the columns of a line table part: by ruling lines, or by the widest gap that the rows leave between two headings."""

from bisect import bisect
from collections.abc import Sequence
from itertools import pairwise

from wharfinger.pages.headers import DECK, Cell
from wharfinger.pages.labels import has_digit
from wharfinger.pages.model import Line, Paper, Rule, Run, Word


def on_one_level(header: list[Cell], body: list[Line], paper: Paper) -> list[Line]:
    """The lines of a body with the second line of each row put beside the first one, where its headings are."""
    upper = [cell for cell in header if cell.x0 < DECK]
    lower = [cell for cell in header if cell.x0 >= DECK]
    quantity = next((at for at, cell in enumerate(lower) if cell.column == "Quantity"), None)
    lines: list[Line] = []
    for line in body:
        moved = [Run(tuple(word._replace(x0=word.x0 + DECK, x1=word.x1 + DECK) for word in run.words), run.place) for run in line.runs]
        places = by_column(Line(line.number, tuple(moved)), middles(lower))
        above = lines[-1] if lines else None
        is_lower = len(places) >= 0.6 * len(lower) and (quantity is None or any(has_digit(run.text) for run in places.get(quantity, ())))
        near = above is not None and above.runs[-1].x1 < DECK and line.top - above.top <= 2.2 * above.height
        if above and is_lower and near and len(by_column(above, middles(upper))) > 1:
            lines[-1] = Line(above.number, (*above.runs, *moved))
            paper.in_tables.update((id(above), id(line)))
        else:
            lines.append(line)
    return lines


def by_column(line: Line, edges: list[float]) -> dict[int, list[Run]]:
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


def middles(header: list[Cell]) -> list[float]:
    """Half way between each two headings."""
    return [(left.x1 + right.x0) / 2 for left, right in pairwise(header)]


def edges_of(header: list[Cell], body: list[Line], rules: Sequence[Rule]) -> list[float]:
    """Where each column ends and the next begins."""
    top, bottom = body[0].top, body[-1].bottom
    uprights = sorted(rule.x0 for rule in rules if rule.vertical and rule.top < bottom and rule.bottom > top)
    lines = [line.words for line in body if len(line.runs) > 1]
    words = [word for line in lines for word in line]
    edges = []
    for left, right in pairwise(header):
        between = [x for x in uprights if left.x1 - 2 <= x <= right.x0 + 2]
        if between:
            edges.append(between[-1])
        elif _ends_before(left, right, lines):
            edges.append(right.x0 - 1)
        else:
            edges.append(_gap(left.x1, right.x0, words))
    return edges


def _ends_before(left: Cell, right: Cell, lines: list[list[Word]]) -> bool:
    """Whether what stands between two headings belongs to the left one, under which nothing else stands, and ends before the right one.

    So prints a spreadsheet: headings and texts are set to the left, and numbers to the right, close to the text of the next column.
    """
    edge = right.x0 - 2
    found = False
    for words in lines:
        if any(word.x0 < edge < word.x1 - 4 for word in words):
            return False
        astray = [word for word in words if word.x0 < edge and (word.x0 + word.x1) / 2 > left.x1]
        if astray:
            if any(word.x1 > left.x0 and word.x0 < left.x1 for word in words if word not in astray):
                return False
            found = True
    return found


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


def bands_of(header: list[Cell], body: list[Line], begins: list[bool], rules: Sequence[Rule]) -> list[int]:
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
