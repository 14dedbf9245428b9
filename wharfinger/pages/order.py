"""A row by the order of its words, for tables whose boxes do not say in which column a word stands.

Reports that draw each row as one text separate the columns by blanks only. Such a row is read only if there is just one way
to give every column a value of its kind, with quantity times price being the amount where all three are stated.

>>> columns = [("Pos", "position"), ("Artikel", "text"), ("Menge", "quantity"), ("Preis", "price"), ("Gesamt", "amount")]
>>> read_in_order("1 Filter 5 W 40 24 3,50 84,00".split(), columns)
{'Pos': '1', 'Artikel': 'Filter 5 W 40', 'Menge': '24', 'Preis': '3,50', 'Gesamt': '84,00'}
>>> read_in_order("1 Filter 24 3,50 99,00".split(), columns) is None  # it does not add up
True
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from wharfinger.text_values import number

Column = tuple[str, str]
"""The name of a column and its kind: position, code, text, thing (a name or a code), a number of NUMBERS, unit, date, any."""

NUMBERS = ("quantity", "price", "base", "amount", "percent")
_MOST_WORDS = 60
_MOST_READINGS = 200
_LONGEST = {"quantity": 4, "price": 4, "base": 2, "amount": 4, "percent": 2, "date": 3, "any": 2}
"""How many words a value has at most; others have one, a text any number."""
_EXAMPLES = ("1.234,56", "1,234.56")


def read_in_order(words: Sequence[str], columns: Sequence[Column]) -> dict[str, str] | None:
    """Column -> value, if the words can be shared out in one way only."""
    columns = settled(columns)
    if len(words) > _MOST_WORDS or sum(kind == "text" for _, kind in columns) > 1 or len(words) < len(columns):
        return None
    has_unit = any(kind == "unit" for _, kind in columns)
    readings = list(islice(_readings(words, columns, has_unit), _MOST_READINGS))
    if len(readings) == _MOST_READINGS:
        return None
    kinds = {kind for _, kind in columns}
    if {"quantity", "price", "amount"} <= kinds:
        readings = [one for one in readings if adds_up(one, columns)]
    elif "any" in kinds:  # nothing proves that a word belongs to a column of which nothing is known
        return None
    return readings[0] if len(readings) == 1 else None


def settled(columns: Sequence[Column]) -> list[Column]:
    """With 'thing' decided: a code beside a column of texts, else a text."""
    other = "code" if any(kind == "text" for _, kind in columns) else "text"
    return [(name, other if kind == "thing" else kind) for name, kind in columns]


def fits(text: str, kind: str, *, has_unit: bool = True) -> bool:
    """Whether a text can be the value of a column of that kind. has_unit: the unit has a column of its own."""
    if kind == "quantity" and not has_unit and _NUMBER_AND_UNIT.fullmatch(text):
        return True
    pattern = _KINDS.get(kind)
    return bool(pattern.fullmatch(text)) if pattern else any(map(str.isalpha, text))


def adds_up(values: dict[str, str], columns: Sequence[Column]) -> bool:
    """Whether quantity times price (for so many) is the amount, in one custom of writing numbers."""
    of = {kind: values.get(name, "") for name, kind in columns}
    for example in _EXAMPLES:
        found = [_value(of.get(kind, ""), example) for kind in ("quantity", "price", "amount")]
        base = _value(of["base"], example) if of.get("base") else Decimal(1)
        if base and all(one is not None for one in found):
            quantity, price, amount = (one or Decimal(0) for one in found)
            if abs(quantity * price / base - amount) <= Decimal("0.02"):
                return True
    return False


def _readings(words: Sequence[str], columns: Sequence[Column], has_unit: bool) -> Iterator[dict[str, str]]:
    if not columns:
        if not words:
            yield {}
        return
    (name, kind), rest = columns[0], columns[1:]
    longest = len(words) - len(rest) if kind == "text" else min(_LONGEST.get(kind, 1), len(words) - len(rest))
    for size in range(1, longest + 1):
        if kind == "text" and not rest and size < len(words):
            continue
        text = " ".join(words[:size])
        if fits(text, kind, has_unit=has_unit):
            for following in _readings(words[size:], rest, has_unit):
                yield {name: text, **following}


def _value(text: str, example: str) -> Decimal | None:
    match = _DIGITS.search(text)
    try:
        return number(match[0], example) if match else None
    except ValueError:
        return None


_DIGITS = re.compile(r"[-−]?\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,6})?|[-−]?\d{1,15}(?:[.,]\d{1,8})?")
_PLAIN = r"[-−+]?(?:\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,6})?|\d{1,15}(?:[.,]\d{1,8})?)-?"
_MONEY = r"(?:[A-Z]{3}|[€$£¥₽元₺₴₹]|US\$|R\$|руб\.?|р\.|грн\.?|тг\.?|Fr\.|zł|Kč|TL|kr\.?|Ft|lei)"
_NUMBER_AND_UNIT = re.compile(rf"{_PLAIN} ?[^\W\d_]{{1,10}}(?:\([^\W\d_]{{1,3}}\))?[.²³23]?")
_KINDS = {
    "position": re.compile(r"\d{1,5}\.?"),
    "code": re.compile(r"(?=.*\d)\S{1,40}"),
    "unit": re.compile(r"[^\W\d_]{1,12}[.²³23]?"),
    "quantity": re.compile(_PLAIN),
    "price": re.compile(rf"{_MONEY} ?{_PLAIN}|{_PLAIN}(?: ?{_MONEY})?"),
    "amount": re.compile(rf"{_MONEY} ?{_PLAIN}|{_PLAIN}(?: ?{_MONEY})?"),
    "base": re.compile(_PLAIN),
    "percent": re.compile(rf"{_PLAIN} ?%?"),
    "date": re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.? [^\W\d_]{3,12}\.? \d{4}"),
    "any": re.compile(rf"{_PLAIN} ?(?:%|{_MONEY})?|\S{{1,40}}"),
}
