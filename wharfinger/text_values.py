"""Numbers, dates and times as people print them: German, English, Russian, Chinese, French and Swiss custom.

Group and decimal marks after CLDR (de 1.234,56; en 1,234.56; ru and fr 1 234,56 with no-break spaces; de-CH 1'234.56).
What can be read in two ways is decided by an example of the sender's (a number like "1.234,56", a date like "31.12.2025"
or "12/31/2025"), else refused: a ValueError, never a guess.

>>> number("1.234,56 €"), number("1'234.50"), number("(12.00)"), number("7,5-")
(Decimal('1234.56'), Decimal('1234.50'), Decimal('-12.00'), Decimal('-7.5'))
>>> number("1.234", example="1.234,56"), number("1.234", example="0.5")
(Decimal('1234'), Decimal('1.234'))
>>> day("5. März 2018"), day("2025年3月5日"), day("03/04/2025", example="12/31/2025")
(datetime.date(2018, 3, 5), datetime.date(2025, 3, 5), datetime.date(2025, 3, 4))
>>> clock("14 ноября 2025 г. 9:30")
datetime.time(9, 30)
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

MAX_LENGTH = 60
"""No number and no date that a person prints is longer; what is, is refused before any pattern sees it."""


class Exact(str):
    """A value that the file holds as a number, not as print: its "." is the decimal mark, whatever the custom."""

    __slots__ = ()


def number(raw: str, example: str | None = None) -> Decimal:
    """A printed number; a currency sign or "%" beside it is passed over. Raises ValueError, also when it can mean two numbers."""
    if isinstance(raw, Exact) or (raw.isdigit() and raw.isascii() and len(raw) <= MAX_LENGTH):
        return _decimal(raw, raw)
    sign, body = _unsigned(raw)
    mark = _proven_mark(body)
    if mark is None and example is not None:
        mark = decimal_mark(example)
    elif mark is not None and example is not None and decimal_mark(example) not in (None, mark):
        raise ValueError(raw)  # the sender's custom is the other one
    if mark is None and _AMBIGUOUS.fullmatch(body):
        raise ValueError(raw)
    whole, _, fraction = body.partition(mark) if mark else (body, "", "")
    if not (_GROUPED.fullmatch(whole) or (whole == "" and fraction)) or not (fraction == "" or fraction.isdigit()):
        raise ValueError(raw)
    digits = _GROUP_MARKS.sub("", whole)
    return sign * _decimal(f"{digits}.{fraction}" if fraction else digits, raw)


def decimal_mark(raw: str) -> str | None:
    """The decimal mark that a printed number proves, "." or ","; None when it proves none ("1234", "1.234", "abc").

    >>> decimal_mark("1.234,56"), decimal_mark("1,234,567"), decimal_mark("12.5"), decimal_mark("1.234")
    (',', '.', '.', None)
    """
    if isinstance(raw, Exact) or raw.isdigit():
        return None
    try:
        return _proven_mark(_unsigned(raw)[1])
    except ValueError:
        return None


def number_example(raws: Iterable[str]) -> str | None:
    """One number that shows the custom of all: the first that proves a decimal mark; None when none does or two disagree."""
    return _only(raws, decimal_mark)


def currency(raw: str) -> str | None:
    """The ISO 4217 code of the one currency that stands beside a number or in a heading; None for none, several, "$" and "¥".

    >>> currency("3,50 €"), currency("Цена, руб."), currency("单价(元)"), currency("$5"), currency("Europe")
    ('EUR', 'RUB', 'CNY', None, None)
    """
    found = {_CURRENCY_CODES.get(one, one) for one in _CURRENCY_WORD.findall(raw[:200])}
    return found.pop() if len(found) == 1 else None


def without_currency(heading: str) -> str:
    """A heading without the currency that stands in it.

    >>> without_currency("Preis CHF"), without_currency("EP in €"), without_currency("Europe")
    ('Preis', 'EP', 'Europe')
    """
    return _CURRENCY_IN_HEADING.sub("", heading[:200]).strip(" ,-")


def day(raw: str, example: str | None = None) -> date:
    """A printed date, ISO date, 20251231 or spreadsheet day number; a time after it is passed over. Raises ValueError."""
    text, _ = _split(raw)
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_MONTH.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        if first != second and _order(text, example) is None:
            raise ValueError(raw)
        return date(year, first, second) if _order(text, example) == "mdy" else date(year, second, first)
    if match := _NAMED_MONTH.fullmatch(text):
        return date(_year(match[3]), _month(match[2], raw), int(match[1]))
    if match := _MONTH_NAMED_FIRST.fullmatch(text):
        return date(_year(match[3]), _month(match[1], raw), int(match[2]))
    if _SERIAL.fullmatch(text):
        return _SERIAL_START + timedelta(days=int(float(text)))
    raise ValueError(raw)


def day_order(raw: str) -> str | None:
    """The order that a printed date proves where 03/04 would not: "dmy" or "mdy"; None when it proves none.

    >>> day_order("31/12/2025"), day_order("12/31/2025"), day_order("03/04/2025"), day_order("2025-12-31")
    ('dmy', 'mdy', None, None)
    """
    try:
        match = _DAY_MONTH.fullmatch(_split(raw)[0])
    except ValueError:
        return None
    if not match:
        return None
    first, second = int(match[1]), int(match[3])
    if match[2] == "." or 12 < first <= 31:
        return "dmy"
    return "mdy" if 12 < second <= 31 else None


def day_example(raws: Iterable[str]) -> str | None:
    """One date that shows the order of all; None when none proves it or two disagree."""
    return _only(raws, day_order)


def clock(raw: str) -> time | None:
    """The time in a time or date-and-time; None where there is only a date. Raises ValueError."""
    before, match = _split(raw)
    if match is None and _SERIAL.fullmatch(before):
        seconds = round(float(before) % 1 * 86_400) % 86_400
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60) if seconds else None
    if before:
        day(before, example="12/31/2025" if day_order(before) == "mdy" else "31/12/2025")
    elif match is None:
        raise ValueError(raw)
    if match is None:
        return None
    hour, half = int(match[1]), (match[4] or "").lower().replace(".", "")
    if half and not 1 <= hour <= 12:
        raise ValueError(raw)
    return time(hour % 12 + (12 if half == "pm" else 0) if half else hour, int(match[2]), int(match[3] or 0))


def _unsigned(raw: str) -> tuple[int, str]:
    """Sign and the bare digits with their marks."""
    if len(raw) > MAX_LENGTH:
        raise ValueError(raw[:MAX_LENGTH])
    text = _western(unicodedata.normalize("NFKC", raw)).translate(_SAME).strip()
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1].strip()
    text = _BESIDE.sub("", text)
    if text[:1] in ("-", "+") or text[-1:] in ("-", "+"):
        minus = "-" in (text[0], text[-1])
        if sign == -1:
            raise ValueError(raw)
        text = text[1:] if text[0] in "+-" else text[:-1]
        sign, text = (-1 if minus else 1), _BESIDE.sub("", text.strip())
    if not _MARKED_DIGITS.fullmatch(text):
        raise ValueError(raw)
    return sign, text


def _western(text: str) -> str:
    """The text with the digits 0 to 9 for those of other scripts: "١٢٠" is "120"."""
    return text if text.isascii() else "".join(str(unicodedata.decimal(one, one)) for one in text)


def _proven_mark(body: str) -> str | None:
    """"." or "," where only one reading is possible."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if not points and not commas:
        return None
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other  # 1.234.567 is grouped by points
    if " " in body or "'" in body:
        return mark
    return None if _AMBIGUOUS.fullmatch(body) else mark


def _decimal(text: str, raw: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(raw) from error
    if not value.is_finite():
        raise ValueError(raw)
    return value


def _split(raw: str) -> tuple[str, re.Match[str] | None]:
    """The date as text, without weekday, place and "г.", and the time after it."""
    if len(raw) > MAX_LENGTH:
        raise ValueError(raw[:MAX_LENGTH])
    text = _BEFORE_DATE.sub("", " ".join(_western(unicodedata.normalize("NFKC", raw)).split()))
    match = _CLOCK.search(text)
    return _AFTER_DATE.sub("", text[: match.start()] if match else text), match


def _order(text: str, example: str | None) -> str | None:
    """What the date proves itself (points: day first), else what the example shows; None when neither does or they disagree."""
    own = day_order(text)
    shown = day_order(example) if example else None
    if own and shown and own != shown and "." not in text:
        return None
    return own or shown


def _month(word: str, raw: str) -> int:
    name = word.casefold().rstrip(".")
    if len(name) >= 3:
        found = {at for months in _MONTH_NAMES for at, full in enumerate(months, 1) if full.startswith(name)}
        if len(found) == 1:  # "jui" and "čer" are two months
            return found.pop()
    if name in _OTHER_MONTHS:
        return _OTHER_MONTHS[name]
    raise ValueError(raw)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) - (100 if int(text) >= 80 else 0)


def _only(raws: Iterable[str], proof: Callable[[str], str | None]) -> str | None:
    example = proven = None
    for raw in raws:
        found = proof(raw)
        if found is None:
            continue
        if proven is None:
            example, proven = raw, found
        elif found != proven:
            return None
    return example


_SAME = str.maketrans(
    {"\u2019": "'", "\u02bc": "'", "`": "'", "\u2212": "-", "\u2013": "-", "\u2012": "-", "\u3000": " ", "٫": ".", "٬": "'"}
)
_CURRENCY = (
    r"(?:[€$£¥₽₴₸₺₹₩₼₾元円]|руб(?:\.|лей|ля|ль)?|р\.?|грн\.?|тг\.?|Fr\.?|SFr\.?|zł|Kč|Ft|kr\.?|TL|US\$|R\$|RMB|BYN|RUB|EUR|USD|GBP|CHF|CNY|JPY|PLN|CZK"
    r"|SEK|NOK|DKK|HUF|RON|BGN|TRY|UAH|KZT|INR|CAD|AUD|HKD|SGD|KRW|BRL|MXN|ZAR|AED|SAR|QAR|KWD|ILS|THB|VND|TWD|NZD|RSD|ISK)"
)
_CURRENCY_CODES = {
    "€": "EUR", "Euro": "EUR", "£": "GBP", "₽": "RUB", "руб": "RUB", "元": "CNY", "RMB": "CNY", "人民币": "CNY",
    "zł": "PLN", "грн": "UAH", "тг": "KZT", "R$": "BRL", "Kč": "CZK", "₺": "TRY", "₴": "UAH", "₸": "KZT", "₹": "INR", "Ft": "HUF",
    "円": "JPY", "₩": "KRW", "TL": "TRY",
}  # fmt: skip
"""Not "$" and "¥", which several currencies share."""
_CURRENCY_WORD = re.compile(
    r"[€£₽元₺₴₸₹円₩]|人民币|R\$|(?<![^\W_])(?:руб|грн|тг|TL|zł|Kč|Ft|Euro|RMB|EUR|USD|GBP|CHF|CNY|RUB|BYN|KZT|UAH|JPY|PLN|CZK|SEK|NOK|DKK|HUF|RON"
    r"|BGN|TRY|BRL|MXN|ZAR|KRW|INR|CAD|AUD|HKD|SGD|AED|SAR|QAR|KWD|ILS|THB|VND|TWD|NZD|RSD|ISK)(?![^\W_])"
)
_CURRENCY_IN_HEADING = re.compile(rf"(?:\bin )?(?:{_CURRENCY_WORD.pattern})\.?")
_BESIDE = re.compile(rf"^(?:{_CURRENCY}) ?|(?: ?(?:{_CURRENCY})|\.--?| ?%)$", re.IGNORECASE)
_MARKED_DIGITS = re.compile(r"[0-9][0-9 .,']*|[.,][0-9]+")
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED = re.compile(r"[0-9]+|[0-9]{1,3}([ .,'])[0-9]{3}(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")  # 12,34,567 in India
_GROUP_MARKS = re.compile("[ .,']")

_BEFORE_DATE = re.compile(r"^[^\W\d_]+\.?, ?(?=\d)|^(?:от|vom|den|am|le|du|dated|on) (?=\d)")
_AFTER_DATE = re.compile(r"(?<=[0-9]{4})\.$|,? ?(?:г\.?|года|Uhr|um)?[ ,T]*$")
_CLOCK = re.compile(
    r"(?:(?<=[ T,])|^)([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])(?::([0-5][0-9])(?:[.,][0-9]+)?)?"
    r" ?([AaPp]\.?[Mm]\.?)?(?: ?(?:Uhr|h|Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?$"
)
ROUNDED = re.compile(r"([0-9])(?:[.,]([0-9]+))?[Ee]\+([0-9]{1,3})")
"""A number as a spreadsheet shows it that has no room for it: 4.00086E+12."""
_YEAR_FIRST = re.compile(
    r"([12][0-9]{3})(?:[-/]|\. ?|(?=[0-9]{4}$)| ?年 ?)([0-9]{1,2})(?:[-/]|\. ?|(?=[0-9]{2}$)| ?月 ?)([0-9]{1,2})(?: ?日|\.)?"
)
_DAY_MONTH = re.compile(r"([0-9]{1,2})([-/.]) ?([0-9]{1,2})\2 ?([12][0-9]{3}|[0-9]{2})")
_NAMED_MONTH = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º)?[ -]?(?:de )?([^\W\d_]{3,12}\.?),?[ -]?(?:de )?([12][0-9]{3}|[0-9]{2})")
_MONTH_NAMED_FIRST = re.compile(r"([^\W\d_]{3,12}\.?) ([0-9]{1,2})(?:st|nd|rd|th)?,? ([12][0-9]{3})")
_SERIAL = re.compile(r"[2-7][0-9]{4}(?:\.[0-9]+)?")
"""Days as spreadsheets count them, 1954 to 2119."""
_SERIAL_START = date(1899, 12, 30)
_MONTH_NAMES = tuple(
    tuple(names.split())
    for names in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "januar februar marts april maj juni juli august september oktober november december",
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    )
)
_OTHER_MONTHS = {"mrz": 3, "jänner": 1, "feber": 2, "fevr": 2, "fev": 2, "aout": 8, "decembre": 12, "maerz": 3}
