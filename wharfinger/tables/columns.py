"""The columns of a table by their headings, which are compared without regard to case, spaces and punctuation.

>>> columns = Columns(["Bestell-Nr.", "Menge (ST)", "Farbe"], known=frozenset({"bestellnr", "menge"}))
>>> columns.find({"path": ["Order number", "BESTELL NR"]}), columns.find({"path": "Menge"}), columns.find({"column": "C"})
([0], [1], [2])
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from wharfinger.tables.parties import composed, composed_in, is_part, without_customer, without_wish
from wharfinger.text_values import without_currency


class Columns:
    """The columns of one table by their headings. known: the headings (folded) that the mapping names; without: columns not to be used."""

    def __init__(self, headings: Sequence[str], known: frozenset[str], without: frozenset[int] = frozenset()) -> None:
        self.headings = [heading or letter(index) for index, heading in enumerate(headings)]
        self.names = known
        self._index: dict[str, int] = {}
        self.again: dict[int, int] = {}
        """Column -> the first one with the same heading."""
        all_of_them = {folded(one) for one in headings}
        for index, heading in enumerate(headings):
            name = _known_name(heading, known)
            own = folded(heading)
            if own in _OF_A_PARTY:
                before = (f"{folded(one)}{own}" for one in reversed(headings[max(0, index - _OF_A_PARTY[own]) : index]))
                name = next((one for one in before if one in known), name)
            for beside, meant in _BESIDE.get(own, ()):
                name = (meant or None) if beside in all_of_them else name
            if index in without:
                continue
            if name is not None and self._index.setdefault(name, index) != index and own == folded(headings[self._index[name]]):
                self.again[index] = self._index[name]
        self.known = len(self._index)

    def find(self, leaf: dict[str, Any]) -> list[int]:
        """The columns that a leaf names, in its order; those that the table does not have are left out."""
        if "column" in leaf:
            index = column_index(leaf["column"])
            return [index] if index < len(self.headings) else []
        paths = leaf["path"] if isinstance(leaf["path"], list) else [leaf["path"]]
        return list(dict.fromkeys([self._index[name] for path in paths if (name := folded(path)) in self._index]))

    def index(self, heading: str) -> int | None:
        """The column with that heading."""
        return self._index.get(folded(heading))

    def name(self, index: int) -> str:
        """The heading, or the letter of a column without one; a heading that stands twice has its letter behind it."""
        heading = self.headings[index]
        return f"{heading} [{letter(index)}]" if self.headings.index(heading) != index else heading


@lru_cache(maxsize=16_384)
def folded(heading: str) -> str:
    """A heading without case, spaces and punctuation.

    >>> folded("Bestell-Nr. ") == folded("BESTELL NR"), folded("Кол-во")
    (True, 'колво')
    """
    text = unicodedata.normalize("NFKC", heading[:200]).casefold().replace("ё", "е")
    return "".join(character for character in text if character.isalnum() or character in "№#%")


def letter(index: int) -> str:
    """The letter of a column, counted from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_index(column: object) -> int:
    """The number, counted from 0, of a column by its letter or its number from 1. Raises ValueError."""
    text = str(column).strip().upper()
    if re.fullmatch(r"[1-9][0-9]{0,4}", text):
        return int(text) - 1
    if not re.fullmatch(r"[A-Z]{1,3}", text):
        raise ValueError(f"{column!r} is no column; write its letter (C) or number (3)")
    index = 0
    for character in text:
        index = index * 26 + ord(character) - 64
    return index - 1


@lru_cache(maxsize=16_384)
def _known_name(heading: str, known: frozenset[str]) -> str | None:
    """The most telling name of a heading that is known."""
    return next((one for one in _names(heading) if one in known), None)


GROUP = " > "
"""Between a heading over several columns and that of one of them: "Buyer > Name"."""


def _names(heading: str) -> Iterable[str]:
    """What a heading may be known by, the most telling first: whole, without bracket or unit, its parts, without table name, composed."""
    group, mark, own = heading.partition(GROUP)
    if mark:
        yield from (folded(one) for one in (heading, f"{own} {group}", composed_in(group, own) or ""))
        if not is_part(own):
            yield from _names(own)
        return
    if _PRICE_EACH.match(heading):  # "Preis/Einheit" is no "Preiseinheit"
        yield "unitprice"
    yield folded(heading)
    bare = re.sub(r"[(\[（【].*", "", heading)
    yield folded(bare)
    yield folded(bare.split(",")[0])
    yield folded(without_currency(bare))
    whole = folded(composed(heading) or "")
    parts = [part for part in re.split(r"[/\n|]+", bare) if part.strip()]
    if len(parts) > 1:
        yield whole
        yield from map(folded, parts[::-1])
        yield from (folded(without_currency(part)) for part in parts[::-1])
    if technical := _OF_A_DATABASE.fullmatch(heading.strip()):
        yield folded(technical[1])
    yield whole
    if (rest := without_wish(bare)) is not None:  # "Ønsket leveringsdato"
        yield from (folded(rest), folded(composed(rest) or ""))
    if (rest := without_customer(bare)) is not None:  # "N° de commande client"
        yield from (folded(one) for one in [composed(rest) or ""] if one in ("Order code", "Order date"))
    if (rest := _BEFORE_TAX.sub(" ", without_currency(bare))) != bare and rest.strip():
        yield from (folded(rest), folded(composed(rest) or ""))


_BEFORE_TAX = re.compile(
    r"(?<![^\W_])(?:ex(?:cl?\.?|cluding|\.)?\s*(?:of\s)?(?:vat|tax|gst|btw|mva|moms)|net of (?:vat|tax)"
    r"|(?:ohne|exkl\.?|zzgl\.?)\s*(?:mwst|ust)\.?"
    r"|H\.?T\.?|hors taxes?|sin (?:iva|impuestos)|(?:senza|escl\.?|al netto di) iva|iva escl(?:usa|\.)"
    r"|(?:sem|s/) ?iva|bez (?:dph|vat|pdv-?a?)"
    r"|(?:exkl|eks|ekskl|utan)\.? ?(?:moms|mva)|kdv (?:hariç|siz)|áfa nélkül|fără tva|без (?:ндс|пдв|ддс))(?![^\W_])|不含税|未税|税抜|税别",
    re.IGNORECASE,
)
"""What an amount before tax is called: it is the plain price or amount."""
_OF_A_PARTY = {"инн": 3, "inn": 3, "кпп": 3, "kpp": 3, "унп": 3, "name": 1, "name1": 1, "наименование": 1}
"""Headings of something that any party has -> how many columns before it the party's own may stand."""
_BESIDE = {
    "name": (("lineitemname", "ordername"), ("dateorder", "ordername"), ("memo", "")),  # the order number of Shopify and Odoo is its name
    "subtotal": (("lineitemname", ""),),  # nor are its subtotal and total the line's
    "total": (("lineitemname", ""),),
    "itemprice": (("quantitypurchased", "lineamount"),),  # Amazon's is that of all pieces
    "контрагент": (("заказпоставщику", "поставщик"),),  # 1C: of an order to a supplier the other party is that
    "контрагентинн": (("заказпоставщику", "иннпоставщика"),),
    "иннконтрагента": (("заказпоставщику", "иннпоставщика"),),
    "кппконтрагента": (("заказпоставщику", "кпппоставщика"),),
    "кодконтрагента": (("заказпоставщику", "кодпоставщика"),),
    "организация": (("заказпоставщику", "покупатель"),),
    "иннорганизации": (("заказпоставщику", "иннпокупателя"),),
    "no": (("lineno", "itemno"),),  # Business Central
    "item": (("supplieritem", "ouritem"),),  # Oracle has the buyer's number beside the supplier's
    "num": (("memo", "ordernumber"),),  # QuickBooks: the name is the other party's, the memo says what is ordered
    "memo": (("num", "description"),),
    "item#": (("itemname", "lineno"),),  # WooCommerce counts its lines so
    "buyer": (("suppliersite", "purchasingagent"), ("needbydate", "purchasingagent")),  # Oracle's is a person
    "quantityunit": (("quantityordered", "unit"), ("quantityvalue", "unit"), ("quantityamount", "unit")),  # a unit below a merged heading
    "priceunit": (("productqty", "unitprice"), ("productuom", "unitprice")),  # Odoo's is the price of a unit, elsewhere it is a quantity
}
"""Heading -> what else it is where another heading stands beside it: (the other, what is meant)."""
_PRICE_EACH = re.compile(
    r"\s*(?:preis|price|prijs|prix|precio|prezzo|preço|cena|цена|单价)\s*/\s*(?:einheit|unit|eenheid|unité|unidad|unità|un\b|ед)",
    re.IGNORECASE,
)
_OF_A_DATABASE = re.compile(r"(?:(?:EKKO|EKPO|EKET|EKKN|VBAK|VBAP|VBEP|VBKD|VBPA|MAKT|MARA|LFA1|KNA1)[-~]|\w{3,}\.)(\w+)", re.IGNORECASE)
"""A field with its table: EKPO-MENGE, po_lines.quantity."""
