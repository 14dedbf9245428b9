"""What a cell holds and looks like, and what part of it is meant: `looks` and `take` of the notation of tables."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from stdnum import ean

from wharfinger.periods import first_day, last_day
from wharfinger.text_values import ROUNDED, Exact


def restored(raw: str) -> str | None:
    """The number shown as 4.000862141404E+12, if no digit is lost and, where it is as long as a GTIN, its check digit holds.

    >>> restored("4,000862141404E+12"), restored("4,00086E+12")
    ('4000862141404', None)
    """
    match = ROUNDED.fullmatch(raw)
    if match is None:
        return raw
    fraction, exponent = match[2] or "", int(match[3])
    if len(fraction) != exponent:  # fewer digits than the number has: the rest was rounded away
        return None
    digits = match[1] + fraction
    return digits if len(digits) not in (12, 13, 14) or ean.is_valid(digits) else None


def unmarked(cell: str) -> str:
    """A cell without the apostrophe by which a spreadsheet is told that a number is text.

    >>> unmarked("'00123"), unmarked("'s-Hertogenbosch")
    ('00123', "'s-Hertogenbosch")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _MARKED and cell[1:] else cell


def text_of(value: object) -> str:
    """What a spreadsheet holds in a cell, as text: numbers with all their digits, dates ISO 8601."""
    if isinstance(value, str):
        return unmarked(value.strip())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return Exact(f"{Decimal(f'{value:.15g}'):f}") if abs(value) < 10**15 else f"{value:.14E}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _tax_number(scheme: str) -> Callable[[str], str | None]:
    def number_of(raw: str) -> str | None:
        match = _TAX_NUMBERS[scheme].search(raw[:500])
        return match[1] if match else None

    return number_of


def _is_gln(raw: str) -> bool:
    return len(raw) == 13 and raw.isascii() and raw.isdigit() and ean.is_valid(raw)


def _is_gtin(raw: str) -> bool:
    return len(raw) in (8, 12, 13, 14) and raw.isascii() and raw.isdigit() and ean.is_valid(raw)


def _is_code(raw: str) -> bool:
    return bool(_CODE.fullmatch(raw)) and not _is_gtin(raw)


def _name_before_tax_number(raw: str) -> str | None:
    """The name in "Hafen AG (ИНН 7701234567)" and "100234    Hafen AG"; the whole cell where there is no number."""
    match = _TAX_LABEL.search(raw[:500])
    if match and match.start():
        return raw[: match.start()].rstrip(" ,;:/(-–—")
    coded = _CODE_AND_NAME.fullmatch(raw)
    return coded[2] if coded else raw


def _code_before_name(raw: str) -> str | None:
    match = _CODE_AND_NAME.fullmatch(raw)
    return match[1] if match else None


def _number_before_unit(raw: str) -> str:
    """The number in "24 Stück"; the cell as it is where it holds nothing else."""
    match = _NUMBER_AND_UNIT.fullmatch(raw)
    return match[1] if match else raw


def _unit_behind_number(raw: str) -> str | None:
    match = _NUMBER_AND_UNIT.fullmatch(raw)
    return match[2] if match else None


_MARKED = frozenset("0123456789+-=@")
_TAX_NUMBERS = {
    "INN": re.compile(r"\b(?:ИНН|INN)(?:/КПП)?[ :№]*([0-9]{12}|[0-9]{10})(?![0-9])", re.IGNORECASE),
    "KPP": re.compile(r"\b(?:КПП[ :№]*|ИНН/КПП[ :№]*(?:[0-9]{10}) ?/ ?)([0-9]{9})(?![0-9])", re.IGNORECASE),
    "UNP": re.compile(r"\bУНП[ :№]*([0-9]{9})(?![0-9])", re.IGNORECASE),
    "VAT": re.compile(
        r"(?:\b(?:VAT|USt\.?-?Id\.?-?Nr\.?|UStID|UID|TVA|NIP|P\.? ?IVA|NIF|CIF|Tax ID)(?: ?(?:ID|No|Nr|number|intracom))?"
        r"|税号|纳税人识别号|统一社会信用代码)"
        r"[.: ：]*([A-Z]{0,3}[0-9][0-9A-Z]{6,17})(?![0-9A-Za-z])",
        re.IGNORECASE,
    ),
}
_REGISTERED = (
    r"\b(?:БИН|ИИН|ЄДРПОУ|ОГРН(?:ИП)?|ЕИК|IČO?|OIB|CVR|KVK|SIRET|SIREN|CUI|REGON|KRS|GSTIN|ABN|CNPJ|Org\.? ?nr)"
    r"[.: №]*[0-9A-Z][0-9A-Z ./-]{5,20}"
)
_TAX_LABEL = re.compile("|".join([*(pattern.pattern for pattern in _TAX_NUMBERS.values()), _REGISTERED]), re.IGNORECASE)
_CODE_AND_NAME = re.compile(r"([A-Z]{0,2}[0-9]{3,10}(?= {2})|0[0-9]{9}(?= )) +(\S.{1,200})")
"""As SAP prints a vendor: padded to ten characters."""
_NUMBER_AND_UNIT = re.compile(r"([-+]?[0-9](?:[0-9 .,'\u00a0\u202f]{0,20}[0-9])?) ?([^\W\d_][^\d]{0,20})")
_BRACKETED = re.compile(r"\[([^\[\]\s]{1,35})\]\s+(\S.{0,500})", re.DOTALL)
"""As Odoo shows a product."""
TAKES: dict[str, Callable[[str], str | None]] = {
    **{scheme: _tax_number(scheme) for scheme in _TAX_NUMBERS},
    "name": _name_before_tax_number,
    "code": _code_before_name,
    "number": _number_before_unit,
    "unit": _unit_behind_number,
    "count": lambda raw: _number_before_unit(raw) if any(map(str.isdigit, raw)) else None,
    "first day": first_day,
    "last day": last_day,
    "bracketed code": lambda raw: found[1] if (found := _BRACKETED.fullmatch(raw)) else None,
    "bracketed name": lambda raw: found[2] if (found := _BRACKETED.fullmatch(raw)) else None,
}
_CODE = re.compile(r"(?=.*[0-9])[^\s,;]{1,35}")
LOOKS: dict[str, Callable[[str], bool]] = {
    "gln": _is_gln,
    "gtin": _is_gtin,
    "code": _is_code,
    "position": lambda raw: len(raw) <= 5 and raw.isascii() and raw.isdigit(),
    "part": lambda raw: _is_code(raw) and not (len(raw) <= 5 and raw.isdigit()),
    "party": lambda raw: len(raw) >= 4 and not _is_code(raw),
    "unit": bool,
    "text": lambda raw: not _is_code(raw) and not _is_gtin(raw),
}
ERROR = re.compile(r"#[\w/¡¿]{1,15}[!?]|#(?:N/[AD]|Н/Д|NV|ND|BRAK|YOK|HIÁNYZIK)|#{3,}")
"""A formula's error, in the words of the languages of Excel, or a number too wide for its column: "#REF!", "#Н/Д", "#####"."""
NOTHING = frozenset({"-", "--", "—", "–", "00.00.0000", "#", "n/a", "N/A", "NULL", "null", "None", "False"})
"""What exports write for nothing."""
