"""The custom in which a table writes numbers, dates and money, seen from the values that can be read in one way only."""

import re
from collections.abc import Iterable

from wharfinger.date_customs import custom_of_dates
from wharfinger.tables.applying import Applied
from wharfinger.tables.columns import Columns
from wharfinger.tables.sheets import Row
from wharfinger.text_values import currency, day_order, decimal_mark


class Customs:
    """The custom in which a table writes numbers and dates, seen from those that can be read in one way only."""

    def __init__(self, applied: Applied, width: int) -> None:
        self._applied = applied
        self._others = [index for index in range(width) if index not in applied.columns]
        self._numbers: dict[str, str] = {}
        self._days: dict[str, str] = {}
        self._currencies: set[str] = set()

    def see(self, row: Row) -> None:
        """Look at one row."""
        for index in self._applied.numbers:
            raw = row.cells[index]
            if not raw or raw.isdigit():
                continue
            if mark := decimal_mark(raw):
                self._numbers.setdefault(mark, raw)
            if not raw[-1].isdigit() or not raw[0].isdigit():
                self._currencies.update(filter(None, [currency(raw)]))
        for index in self._applied.dates:
            if (raw := row.cells[index]) and (order := day_order(raw)):
                self._days.setdefault(order, raw)
        for index in self._others:  # a date that no field takes shows the custom, too
            if len(raw := row.cells[index]) <= 10 and raw.count("/") == 2 and (order := day_order(raw)):
                self._days.setdefault(order, raw)

    def hear(self, texts: Iterable[str]) -> None:
        """Look at texts around the rows, of which only a currency counts."""
        self._currencies.update(code for text in texts if (code := currency(text)))

    def currency(self, columns: Columns) -> str | None:
        """The only one that is printed, beside the numbers or in the headings of their columns."""
        found = self._currencies | {code for index in self._applied.numbers if (code := currency(columns.headings[index]))}
        return found.pop() if len(found) == 1 else None

    def number(self, headings: Iterable[str]) -> str | None:
        """An example, if all agree; where no number shows it, that of the writing of the headings."""
        if not self._numbers and any(map(_EAST_ASIAN.search, headings)):
            return "1,234.56"
        return next(iter(self._numbers.values())) if len(self._numbers) == 1 else None

    def day(self, texts: Iterable[str]) -> str | None:
        """An example, if all agree; where no date shows it, that of the language or country of some texts, as of the headings."""
        if not self._days:
            return custom_of_dates(list(texts))
        return next(iter(self._days.values())) if len(self._days) == 1 else None


_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Who writes so separates decimals by a point (CLDR: zh, ja, ko)."""
PRICES = re.compile(r"\b(?:prices?|amounts?|preise|beträge|prix|precios|prezzi|ceny)\b|цены|суммы|金额|单价|价格|单位", re.IGNORECASE)
"""Words of a text that says in which currency all prices are."""
