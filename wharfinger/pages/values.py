"""Values as printed on a page: the numbers, dates and codes in a text, and the part of it that a leaf of a mapping takes.

>>> part_of("12,50 EUR / 100 ST", {"take": "base"}), part_of("Bestellung vom 1.3.2026, Nr. 4711", {"take": "date"})
('100', '1.3.2026')
>>> code_in("Nr. 4711 vom 1.3.2026")
'4711'
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest
from typing import Any

from wharfinger import text_values
from wharfinger.pages.labels import fold, has_digit, looks_like
from wharfinger.pages.model import Paper
from wharfinger.periods import first_day, last_day


def one_code_of(lines: Sequence[str]) -> str:
    """The code in a cell; nothing where several codes stand in it one under the other, and nobody says whose each is."""
    if len(lines) < 2:
        return lines[0] if lines else ""
    if all(before.endswith(("-", "/", ".", "_")) for before in lines[:-1]):
        return "".join(lines)
    coded = [line for line in lines if has_digit(line)]
    return coded[0] if len(coded) == 1 else ""


def printed_numbers(paper: Paper) -> Iterator[str]:
    """The numbers that show how the document prints them: those with two decimals."""
    for line in paper.lines:
        yield from (match[0] for match in NUMBER.finditer(line.text[:2000]) if match[0][-3:-2] in (".", ","))


def printed_dates(paper: Paper) -> Iterator[str]:
    """The dates on the pages."""
    for line in paper.lines:
        yield from (match[0] for match in DATE.finditer(line.text[:2000]))


def part_of(raw: str, leaf: dict[str, Any]) -> str | None:
    """The part of a raw value that a leaf asks for."""
    if "looks_like" in leaf:
        return looks_like(str(leaf["looks_like"]), raw)
    take = leaf.get("take")
    if take in (None, "identifier"):
        return raw
    raw = raw[:500]
    if take in ("date", "first day", "last day"):
        said = raw if take == "date" else first_day(raw) if take == "first day" else last_day(raw)
        printed = DATE.search(said or "")
        return printed[0] if printed else None
    if take == "code":
        return code_in(raw)
    if take == "base":
        per = _PER.search(raw)
        return per[1] if per else None
    if take in ("bracketed", "unbracketed"):
        bracketed = _BRACKETED.match(raw)
        return (bracketed[1] if bracketed else None) if take == "bracketed" else raw[bracketed.end() :] if bracketed else raw
    if take == "text":
        return " ".join(NUMBER.sub(" ", raw).split()).strip(" /()") or None
    if take in ("name", "address"):
        parts = _NAME_PARTS.split(raw)  # the marks between them are parts, too
        if not any(map(str.isalpha, parts[0])):  # an address alone
            return raw if take == "name" and any(map(str.isalpha, raw)) else None
        size = 1 + 2 * len(list(takewhile(lambda part: not any(map(str.isdigit, part)), parts[2::2])))
        found = "".join(parts[:size] if take == "name" else parts[size + 1 :]).strip()
        return found if any(map(str.isalpha, found)) or (found and take == "address") else None
    if take in ("position", "article"):
        number = raw.rstrip(".")
        is_position = number.isascii() and number.isdigit() and len(number) <= 5 and int(number) <= 999
        return raw if is_position == (take == "position") else None
    numbers = list(NUMBER.finditer(raw))
    if take != "number":
        numbers = [match for match in numbers if (raw[match.end() :].lstrip()[:1] == "%") == (take == "percent")]
    return (numbers[-1] if take == "amount" else numbers[0])[0] if numbers else None


def code_in(raw: str) -> str | None:
    """The first word with a digit; before it stand marks of a number, a date or what is in brackets, and no sentence."""
    words = re.sub(r"\([^)]{0,60}\)", " ", raw).split() or raw.split()
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if _is_code(word):
            return word.strip(",;.:()")
        if _SERIES.fullmatch(word) and fold(word) not in BEFORE_CODE | _OTHER_CODES and _is_code(following):
            return f"{word} {following.strip(',;.:()')}"
        if fold(word) in _OTHER_CODES:
            return None
        if any(map(str.isalpha, word)) and fold(word) not in BEFORE_CODE and not DATE.search(word):
            return None
    return None


def _is_code(word: str) -> bool:
    return any(char.isdigit() for char in word) and not _is_date(word) and not word.endswith("%")


def _is_date(word: str) -> bool:
    printed = DATE.search(word)
    try:
        return printed is not None and bool(text_values.day(printed[0], "31/12/2025"))
    except ValueError:  # 44/06/2026 is a number
        return False


BEFORE_CODE = frozenset(map(fold, (
    "is", "ist", "lautet", "No", "Nr", "N", "n°", "№", "Number", "Nummer", "Номер", "ID", "Code", "vom", "от", "dated", "of",
    "date", "Datum", "г", "du", "del", "de", "AT", "CH", "ATU", "FR", "IT", "ES", "PL", "NL", "BE", "GB", "EU",
)))  # fmt: skip
"""What may stand between a label and its code."""

_OTHER_CODES = frozenset(["nif", "cif", "nip", "rfc", "piva", "vat", "tva", "iva", "btw", "ust", "dic", "инн", "tel", "fax", "тел"])
"""What is behind these is no number of a document."""

_SERIES = re.compile(r"[A-Z]{2,4}")
"""A series that is part of a number: 'NE 2026/215'."""

NUMBER = re.compile(
    r"(?<![\w.,])[-−+]?"
    r"(?:\d{1,3}(?:[ .,'’\u00a0\u202f\u2009]\d{3}){1,6}(?:[.,]\d{1,6})?|\d{1,18}(?:[.,]\d{1,8})?)"
    r"(?!\d|[.,/:-]\d)(?:-(?!\w))?"
)

QUOTES = re.compile(r"[«»“”„\"]")

_BRACKETED = re.compile(r"\[([^\]\[]{1,40})\] +(?=\S)")
"""A code before a name: '[FURN_0096] Desk'."""

_NAME_PARTS = re.compile(r"([,;|·•]| [-–—] )")

_PER = re.compile(r"(?:/|(?<![^\W\d_])(?:per|pro|je|par|por|per|za|за|za|op))[ ]?(\d{1,3}(?:[., ]000)?|\d{4,5})(?![\w.,])", re.IGNORECASE)
"""For how many a price is: "12,50 / 100 ST", "Preis je 1000"."""

DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.] ?\d{1,2}[-/.] ?\d{2,4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
    r"|\d{1,2}(?:\.|st|nd|rd|th|er|º|[»”\"])?[ -]?(?:de )?[^\W\d_]{3,12}\.?,?[ -](?:de )?\d{4}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?!\d)"
)
