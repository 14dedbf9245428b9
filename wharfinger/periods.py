"""Delivery dates that are no single day: a week (ISO 8601), a deadline, a span. Parts of `take` in the notations of tables and pages.

>>> [(first_day(one), last_day(one)) for one in ("30.10.2026", "KW 45/2026", "до 30.10.2026", "01.11.2026 - 05.11.2026")]
[('30.10.2026', None), ('2026-11-02', '2026-11-08'), (None, '30.10.2026'), ('01.11.2026', '05.11.2026')]
"""

import re
from datetime import date

_WEEK = re.compile(
    r"""
    (?: KW | CW | Kalenderwoche | Woche | calendar\ week | week | wk | W | sem(?:aine | ana)? | settimana | sett
      | tydzień | tydz | týden | týd | uge | vecka | v | viikko | vko | нед(?:еля | \.)? | 第 )
    [.\ ]* (?P<week>\d{1,2}) (?:\s*周)? \s* [-/.,\ ] \s* (?P<year>20\d\d)
    | (?P<iso_year>20\d\d) \s* [-/.\ ]? \s* (?:W | KW | CW | week | 年第) \s* (?P<iso_week>\d{1,2}) (?:\s*周)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DEADLINE = re.compile(
    r"""
    (?: (?:bis | до | by | until | till | do | hasta | entro | avant | antes | före | før | tot)
        (?:\ (?:zum | spätestens | le | el | del | il | den | the))?
      | spätestens (?:\ (?:am | bis | zum))* | не\ позднее | (?:no | not)\ later\ than | latest (?:\ by)? | at\ the\ latest
      | au\ plus\ tard (?:\ le)? | a\ más\ tardar (?:\ el)?
      | najpóźniej (?:\ do)? | nejpozději (?:\ do)? | uiterlijk (?:\ op)?
      | senest | senast )
    [:\ ]+ (?P<day>\S.*)
    | (?P<before>\S.*?) \s* (?:之前 | 以前 | 前)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEGINNING = re.compile(
    r"(?:ab(?: dem)?|from|с|от|od|à partir du|a partir del|dal|vanaf|från|fra|am|on|le|el|il)[: ]+(?=\d)", re.IGNORECASE
)
_DAY = r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"
_SPAN = re.compile(
    rf"""
    (?: von | vom | from | с | du | del | dal | od | van | från | fra )? \s* (?P<first>{_DAY}) \s*
    (?: - | – | — | ~ | bis(?:\ zum)? | to | until | по | до | au | al | do | tot | t/m | till | til | 至 )
    \s* (?P<last>{_DAY})
    """,
    re.IGNORECASE | re.VERBOSE,
)


def first_day(raw: str) -> str | None:
    """The day from which on it may be, as written or as ISO 8601; None for a deadline. A text that is nothing of the kind is given back."""
    if week := _week(raw):
        return week[0]
    if span := _SPAN.fullmatch(raw):
        return span["first"]
    return None if _deadline(raw) else _BEGINNING.sub("", raw, count=1)


def last_day(raw: str) -> str | None:
    """The last day on which it may be; None where only one day or a beginning is said."""
    if week := _week(raw):
        return week[1]
    if span := _SPAN.fullmatch(raw):
        return span["last"]
    return _deadline(raw)


def _deadline(raw: str) -> str | None:
    match = _DEADLINE.fullmatch(raw[:100])
    said = (match["day"] or match["before"]) if match else None
    return said if said and any(map(str.isdigit, said)) else None


def _week(raw: str) -> tuple[str, str] | None:
    match = _WEEK.fullmatch(raw[:100])
    if not match:
        return None
    year, week = int(match["year"] or match["iso_year"]), int(match["week"] or match["iso_week"])
    try:
        return str(date.fromisocalendar(year, week, 1)), str(date.fromisocalendar(year, week, 7))
    except ValueError:
        return None
