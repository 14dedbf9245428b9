"""What a form in a spreadsheet says without a label above the table: the parties on its letterhead and over its address, and its date.

The cells above the table are laid out as a page; what its layout says then say wharfinger/pages/letterhead.py and letter_date.py.

>>> from datetime import date
>>> from wharfinger.records import Order, Party
>>> above = [Row(["Harbour Parts Inc.", "", "ORDER"], 1), Row(["1 Pier Road", "", "4711"], 2)]
>>> order = Order(id="4711", test_indicator=False, seller_supplier_party=Party(name="Hafen AG"))
>>> order = with_letterhead(order, above, frozenset(), date.fromisoformat)
>>> order.buyer_customer_party.name, order.assumed
('Harbour Parts Inc.', ('buyer_customer_party',))
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from wharfinger.pages.letter_date import letter_date
from wharfinger.pages.letterhead import complete
from wharfinger.pages.model import Line, Page, Paper, Run, Word
from wharfinger.pages.orders import legal_forms
from wharfinger.records import Order, Place
from wharfinger.tables.columns import folded
from wharfinger.tables.sheets import Row

_HEIGHT = 10.0
_COLUMN = 1000.0


def with_letterhead(order: Order, above: Iterable[Row], known: frozenset[str], day: Callable[[str], date]) -> Order:
    """The order with the date, buyer and seller that it lacks, as far as the rows above its table say them; parties are assumed.

    known: the folded labels that the mapping knows; day: reads a date as the table writes it, or raises ValueError.
    """
    if order.issue_date and all(party and party.name for party in (order.buyer_customer_party, order.seller_supplier_party)):
        return order
    lines = tuple(_lines(above))
    if not lines:
        return order
    paper = Paper((Page(lines),))

    def is_label(text: str) -> bool:
        return folded(text) in known

    if order.issue_date is None:
        order = msgspec.structs.replace(order, issue_date=letter_date(paper, is_label, day))
    return complete(order, paper, legal_forms(), is_label, "buyer_customer_party")


def _lines(rows: Iterable[Row]) -> Iterator[Line]:
    """Each row as a line of type, or several where its cells hold several; an empty row is a gap."""
    top, last = 0.0, 0
    for row in rows:
        top += _HEIGHT * 3 * (row.number - last - 1 if last else 0)
        last = row.number
        place = Place(row=row.number)
        texts = [cell.split("\n") for cell in row.cells]
        for part in range(max(map(len, texts), default=0)):
            words = [(at, text[part].strip()) for at, text in enumerate(texts) if part < len(text) and text[part].strip()]
            runs = [Run((Word(text, at * _COLUMN, top, at * _COLUMN + len(text), top + _HEIGHT),), place) for at, text in words]
            if runs:
                yield Line(row.number, tuple(runs))
            top += 1.2 * _HEIGHT
