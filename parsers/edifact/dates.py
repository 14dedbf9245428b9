"""Dates, times and periods of DTM (elements 2380 and 2379) as ISO 8601.

>>> iso("20261101", "102"), iso("202611010930", "203"), iso("2026110120261115", "718"), iso("202647", "616")
('2026-11-01', '2026-11-01T09:30', '2026-11-01/2026-11-15', '2026-11-16/2026-11-22')
>>> iso("20261101", "203") is None, guess("20261101")
(True, '2026-11-01')
>>> iso("202611010930+02", "303"), iso("202611010930XYZ", "303"), unknown_zone("202611010930XYZ", "303")
('2026-11-01T09:30+02:00', '2026-11-01T09:30', 'XYZ')
"""

import calendar
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from wharfinger.rehearsal import Undecidable, Unforeseen, Unknown

_POINTS = {
    "2": "%d%m%y",
    "3": "%m%d%y",
    "4": "%d%m%Y",
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "105": "%y%j",
    "201": "%y%m%d%H%M",
    "202": "%y%m%d%H%M%S",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
    "301": "%y%m%d%H%MZ",
    "302": "%y%m%d%H%M%SZ",
    "303": "%Y%m%d%H%MZ",
    "304": "%Y%m%d%H%M%SZ",
}
"""Code of element 2379 -> how a point in time is written; Z is a time zone of three characters. Printed times are not shifted."""

ZONED = frozenset(code for code, pattern in _POINTS.items() if pattern.endswith("Z"))
_ZONE = re.compile(r"([-+PM])([01][0-9])(?::?([0-5][0-9]))?")
"""An offset; P and M are plus and minus where the sender had no release character."""
_ZONES = dict.fromkeys(("Z", "UTC", "GMT", "WET"), "+00:00") | {"CET": "+01:00", "MEZ": "+01:00", "EET": "+02:00", "MSK": "+03:00"}

_RANGES = {
    "701": "615", "702": "616", "703": "609", "704": "610", "706": "602",
    "711": "102", "713": "201", "717": "101", "718": "102", "719": "203",
}
"""Code of a period -> code in which its start and its end are written."""

_SPANS = frozenset(("602", "609", "610", "615", "616"))
"""Codes of a period that is one number."""

_LENGTHS = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204", 16: "718", 17: "718"}


@lru_cache(maxsize=4096)
def iso(value: str, code: str) -> str | None:
    """The value as ISO date, time of a day or start/end; None when it is not what its format code says."""
    digits = value.replace("-", "") if code in _RANGES else value
    if code in _RANGES:
        half, odd = divmod(len(digits), 2)
        start, end = iso(digits[:half], _RANGES[code]), iso(digits[half:], _RANGES[code])
        if odd or start is None or end is None:
            return None
        return f"{start.partition('/')[0]}/{end.rpartition('/')[2]}"
    try:
        if code in _POINTS:
            return _point(value, _POINTS[code])
        return _span(value, code)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def guess(value: str) -> str | None:
    """A date whose format code is missing or wrong: by its length, or as ISO or dotted date."""
    text = value.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return iso(text.replace("-", ""), "102")
    if match := re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})", text):
        return iso(match[3] + match[2] + match[1], "102")
    return iso(text, _LENGTHS[len(text)]) if len(text) in _LENGTHS else None


def unknown_zone(value: str, code: str) -> str | None:
    """The time zone of a point in time, if it cannot be told from UTC."""
    zone = value[_width(_POINTS[code][:-1]) :].strip()
    return zone if zone and not _offset(zone) else None


class UnknownDate(Unknown):
    """A date that is not known yet, of which the format says already whether it has a time."""

    timed = False


def unknown(raw: Unknown, code: str, part: str) -> tuple[UnknownDate, bool]:
    """The start or end of a date that is not known yet, and whether it is a period."""
    period = code in _RANGES or code in _SPANS
    if not period and code not in _POINTS:
        raise Undecidable("a date of no known format")
    timed = "%H" in _POINTS.get(_RANGES.get(code, code), "")
    made = UnknownDate.later(_foreseen, raw, code, part, period, timed)
    made.timed = timed
    return made, period


def _foreseen(raw: str, code: str, part: str, period: bool, timed: bool) -> str:
    """The start or end of the date, if it is as its format promises."""
    start, slash, end = (iso(raw, code) or "").partition("/")
    found = end if part == "end" else start
    if not start or bool(slash) != period or ("T" in found) != timed:
        raise Unforeseen(raw)
    return found


def _point(value: str, pattern: str) -> str:
    offset = ""
    if pattern.endswith("Z"):
        pattern = pattern[:-1]
        width = _width(pattern)
        value, offset = value[:width], _offset(value[width:].strip())
    if len(value) != _width(pattern) or not (value.isascii() and value.isdigit()):
        raise ValueError(value)
    moment = datetime.strptime(value, pattern)  # most formats state no zone, and none is invented
    if "%S" in pattern:
        return moment.isoformat() + offset
    return moment.isoformat(timespec="minutes") + offset if "%H" in pattern else moment.date().isoformat()


def _offset(zone: str) -> str:
    """The offset from UTC as ISO 8601 has it; nothing where that is not known."""
    if match := _ZONE.fullmatch(zone):
        return f"{'-' if match[1] in '-M' else '+'}{match[2]}:{match[3] or '00'}"
    return _ZONES.get(zone.upper(), "")


def _width(pattern: str) -> int:
    return sum({"Y": 4, "j": 3}.get(letter, 2) for letter in pattern.replace("%", ""))


def _span(value: str, code: str) -> str:
    """A week, month or year as start/end."""
    if not (value.isascii() and value.isdigit()):
        raise ValueError(value)
    if code in ("609", "615"):
        value, code = f"20{value}", {"609": "610", "615": "616"}[code]
    year = int(value[:4])
    if code == "602" and len(value) == 4:  # noqa: PLR2004
        return f"{date(year, 1, 1)}/{date(year, 12, 31)}"
    if code == "610" and len(value) == 6:  # noqa: PLR2004
        month = int(value[4:])
        first = date(year, month, 1)
        return f"{first}/{first.replace(day=calendar.monthrange(year, month)[1])}"
    if code == "616" and len(value) == 6:  # noqa: PLR2004
        monday = date.fromisocalendar(year, int(value[4:]), 1)
        return f"{monday}/{monday + timedelta(days=6)}"
    raise ValueError(value)
