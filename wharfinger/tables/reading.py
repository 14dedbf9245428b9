"""Orders out of tables: rows under a header, one row an order line, the rows of one order number one order.

What CSV, spreadsheets and query results have in common. A header is looked for among the first rows by the headings that the
mapping knows (mappings/formats/table/orders.yaml, or a partner's over it); what stands above it as "label: value" counts for
every row, and so does what a sheet of order heads, or a record of its own type before the lines, says (wharfinger/tables/joins.py).
How one table is read says wharfinger/tables/orders.py. A table that says of itself that it is an invoice or the like is not read
(wharfinger/tables/kinds.py).
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from wharfinger.contracts import Context, Item
from wharfinger.mapping import merge
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.tables.applying import headings_of
from wharfinger.tables.columns import folded
from wharfinger.tables.covers import Cover, is_cover, wants_cover
from wharfinger.tables.headers import HEADER_WITHIN, Header, find_header, kind_of_header
from wharfinger.tables.heads import has_heads, joined
from wharfinger.tables.joins import by_record_type, flattened
from wharfinger.tables.orders import Table
from wharfinger.tables.settings import Settings, known_headings, packaged, settings_of
from wharfinger.tables.sheets import Row, Sheet
from wharfinger.tables.units import with_unit


def orders(sheets: Iterable[Sheet], context: Context) -> Iterator[Item]:
    """Yield the orders of all sheets in the order in which they begin, and what is wrong with the tables themselves."""
    others: list[Problem] = []
    fitting: list[tuple[Sheet, Header, dict[str, Any], Settings, str | None]] = []
    heads: list[tuple[Sheet, Header]] = []
    covers: list[tuple[Sheet, Header, list[Row]]] = []
    for sheet in sheets:
        sheet = _flat(sheet)  # noqa: PLW2901  # the same rows in another shape
        head = _first_rows(sheet)
        if not head:
            continue
        partner, settings, mapping, header = _choose(head, context)
        if sheet.hidden or (settings.sheet is not None and sheet.name != settings.sheet):
            others.append(Problem(code="table-sheet-left-out", place=Place(sheet=sheet.name), subject=sheet.name))
        elif not settings.fields and (kind := kind_of_header(header, head)):
            place = Place(sheet=sheet.name, row=header.last)
            others.append(Problem(code="document-kind-not-read", place=place, subject=kind[0], found=kind[1][:80]))
        elif header.fits:
            fitting.append((sheet, with_unit(header, head), mapping, settings, partner))
        elif has_heads(mapping, header.columns):
            heads.append((sheet, header))
        elif is_cover(head, mapping, header.columns.names):
            covers.append((sheet, header, head))
        else:
            others.append(_unknown(sheet, header))
    cover = None
    if len(covers) == len(fitting) == 1 and wants_cover(fitting[0][1], fitting[0][2]):
        [(sheet, _, head)] = covers
        cover, covers = Cover(sheet.name, head), []
    others += [_unknown(sheet, header) for sheet, header, _ in covers]
    for sheet, header, mapping, settings, partner in fitting:
        whole = joined(sheet, header, *heads[0], mapping) if len(heads) == 1 else None
        if whole is not None:
            heads.clear()
            yield from Table(whole.sheet, whole.header, mapping, settings, partner, whole.places).documents()
        else:
            yield from Table(sheet, header, mapping, settings, partner, cover=cover).documents()
    others += [_unknown(*one) for one in heads]
    if fitting:
        for problem in others:
            yield Problem(code="table-sheet-left-out", place=Place(sheet=problem.place.sheet), subject=problem.place.sheet)
    elif others:
        yield from others
    else:
        yield Problem(code="table-without-rows")


def _first_rows(sheet: Sheet) -> list[Row]:
    return list(islice((row for row in sheet.rows() if isinstance(row, Row)), HEADER_WITHIN + 2))


def _flat(sheet: Sheet) -> Sheet:
    """The sheet; where its rows are records of two types with a header each, the lines with their head's cells."""
    tags = by_record_type(_first_rows(sheet), known_headings())
    return Sheet(sheet.name, lambda: flattened(sheet.rows(), *tags), sheet.hidden) if tags else sheet


def _choose(head: list[Row], context: Context) -> tuple[str | None, Settings, dict[str, Any], Header]:
    """The mapping to read by: the given partner's, else that of the only one whose headings are all there, else the packaged one."""
    generic = packaged()
    if context.partner is not None:
        settings = settings_of(context.partner)
        mapping = merge(generic, settings.fields)
        return context.partner.partner, settings, mapping, find_header(head, mapping, frozenset(headings_of(mapping)))
    fitting = []
    for partner in context.partners:
        if "table" not in partner.formats:
            continue
        settings = settings_of(partner)
        wanted = {folded(one) for one in settings.match.headings}
        if wanted and any(wanted <= {folded(cell) for cell in row.cells} for row in head[:HEADER_WITHIN]):
            mapping = merge(generic, settings.fields)
            fitting.append((partner.partner, settings, mapping, find_header(head, mapping, frozenset(headings_of(mapping)))))
    if len(fitting) == 1:
        return fitting[0]
    return None, Settings(), generic, find_header(head, generic, known_headings())


def _unknown(sheet: Sheet, header: Header) -> Problem:
    headings = ", ".join(one for one in header.columns.headings[:30])
    return Problem(code="table-columns-unknown", place=Place(sheet=sheet.name, row=header.last), found=headings[:500])
