"""Which currency is meant where a document does not name it: "руб." are roubles of Russia or Belarus, "¥" is yen or yuan.

>>> meant("RUB", ["ОДО Сервис, УНП 190654321", "Всего 470,00 руб."]), meant("RUB", ["ООО Гавань, ИНН 7701234567", "470,00 руб."])
('BYN', 'RUB')
>>> meant(None, ["オイルフィルター", "¥40,000"]), meant(None, ["机油滤清器", "¥40,000"]), meant(None, ["Oil filter", "¥40,000"])
('JPY', 'CNY', None)
"""

import re
from collections.abc import Iterable


def meant(currency: str | None, texts: Iterable[str]) -> str | None:
    """The currency as it is meant in a document with these texts; None where nobody can tell."""
    if currency not in ("RUB", None):
        return currency
    text = "\n".join(texts)
    if currency is None:
        return ("JPY" if _KANA.search(text) else "CNY" if _HAN.search(text) else None) if _YEN_OR_YUAN.search(text) else None
    if _RUSSIAN.search(text) or not _TAX_NUMBER_OF_BELARUS.search(text):
        return currency
    return None if _TAX_NUMBER_OF_RUSSIA.search(text) else "BYN"


_RUSSIAN = re.compile(r"(?<!\w)(?:RUB|RUR)(?!\w)|₽|(?:росси\w+|рос\.|РФ) ?руб|руб\w*\.? ?РФ", re.IGNORECASE)
_TAX_NUMBER_OF_BELARUS = re.compile(r"(?<!\w)(?:УНП|УНН|UNP)(?!\w)")
_TAX_NUMBER_OF_RUSSIA = re.compile(r"(?<!\w)(?:ИНН|КПП|ОГРН|ОГРНИП)(?!\w)")
_YEN_OR_YUAN = re.compile(r"[¥￥] ?\d|\d ?[¥￥]")
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
