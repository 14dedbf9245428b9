"""What a table is when it is no table of orders: told by its own number's column or by its title, so that no invoice is read as an order.

The words stand in mappings/formats/table/kinds.yaml.

>>> other_kind(["Invoice no.", "Invoice date", "PO number", "Quantity"], [], frozenset({"ponumber"}))
('Invoice', 'Invoice no.')
>>> other_kind(["PO number", "Quantity", "Invoice no."], [], frozenset({"ponumber"})) is None
True
>>> [other_kind(["Quote number", heading], [], frozenset({"ponumber"})) for heading in ("Quantity", "PO number")]
[('Quotation', 'Quote number'), None]
>>> other_kind(["Item", "Quantity"], ["Lieferschein Nr. 4711"], frozenset())
('DespatchAdvice', 'Lieferschein Nr. 4711')
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from wharfinger.tables.columns import folded
from wharfinger.tables.parties import composed, without_number
from wharfinger.yaml_files import load_yaml

_NUMBER = r"[\s.:]*(?:№|#|n[o°r]?\.?|nº|num(?:ber|mer|ero)?|номер|号)?[\s.:]*[\w/-]*\d.*"


def other_kind(headings: Sequence[str], above: Sequence[str], order_numbers: frozenset[str]) -> tuple[str, str] | None:
    """(kind, the heading or title that says so); above: the cells above the table; order_numbers: headings of an order's number, folded."""
    for text in above:
        for kind, titles in _titles():
            if titles.fullmatch(" ".join(text.split())):
                return kind, text
    labels = [text.replace("：", ":").partition(":")[0] for text in above]
    titled = any(_ORDER_TITLE.match(text) for text in above)
    if titled:
        headings = ()  # it says what it is
    for text in [*labels, *headings]:
        name, bare = folded(text), without_number(text) or ""
        if of_number := next(filter(None, map(_numbers("numbers").get, (name, bare, bare.removesuffix("s")))), None):
            return of_number, text
        if name in order_numbers or folded(composed(text) or "") in order_numbers:
            return None
    told = [] if titled else [text for text in [*labels, *headings] if folded(text) in _numbers("alone")]
    return (_numbers("alone")[folded(told[0])], told[0]) if told else None


_ORDER_TITLE = re.compile(
    r"(?:purchase order|sales order|order form|bestellung|auftrag|bon de commande|commande|pedido|orden de compra|ordine"
    rf"|zamówienie|bestelling|заказ|заявка|采购订单|销售订单|订单)(?:\b[^:：\d]{{0,40}})?(?:{_NUMBER})?$",
    re.IGNORECASE,
)


@cache
def _kinds() -> dict[str, dict[str, list[str]]]:
    return dict(load_yaml(files("mappings") / "formats" / "table" / "kinds.yaml"))  # type: ignore[arg-type]  # a real path


@cache
def _numbers(which: str) -> dict[str, str]:
    return {folded(word): kind for kind, words in _kinds().items() for word in words.get(which, ())}


@cache
def _titles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kind -> the patterns of its titles, alone or with a number behind them ("Invoice 4711", not "Invoice address: 4 Quay Street")."""
    return tuple(
        (kind, re.compile(f"(?:{'|'.join(map(re.escape, words['titles']))})(?:{_NUMBER})?", re.IGNORECASE))
        for kind, words in _kinds().items()
    )
