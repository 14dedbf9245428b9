"""The date that letters have at their head without a label: behind a place, or alone in its line.

>>> _PLACE_AND_DATE.fullmatch("Wrocław, dnia 09.03.2026")[1], _DATE_ALONE.fullmatch("vom 3. März 2026")[1]
('09.03.2026', '3. März 2026')
"""

import re
from collections.abc import Callable
from datetime import date

from wharfinger.pages.model import Paper

_HEAD_LINES = 60
_PLACE_AND_DATE = re.compile(
    r"[^\W\d_][^\d:,]{1,30}, (?:(?:den|am|le|li|dnia|em|a|dne) )?"
    r"(\d[\d./-]{5,9}|\d{1,2}\.? ?[^\W\d_]{3,12}\.? \d{4})(?: ?r\.?| ?г\.?)?"
)
_DATE_ALONE = re.compile(
    r"(?:(?:от|vom|du|del|van|dated|z dnia|ze dne) )?"
    r"(\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d\d-\d\d|"
    r"[^\W\d_]{3,12} \d{1,2}, \d{4}|[«\"]?\d{1,2}[»\".]? (?:de )?[^\W\d_]{3,12}\.? (?:de )?\d{4})"
    r"(?: ?(?:г\.?|r\.|года))?"
)


def letter_date(paper: Paper, is_label: Callable[[str], bool], day: Callable[[str], date]) -> date | None:
    """The one such date on the first page. day: reads a date as the document prints it, or raises ValueError."""
    found: set[str] = set()
    above = ""
    for line in paper.pages[0].lines[:_HEAD_LINES]:
        alone = line.text[:100] if len(line.runs) == 1 and id(line) not in paper.in_tables else ""
        labelled, above = is_label(above), line.text
        texts = (alone if not labelled else "", *(run.text[:100] for run in line.runs))
        found.update(match[1] for text in texts if (match := _PLACE_AND_DATE.fullmatch(text)))
        date_alone = _DATE_ALONE.fullmatch(alone)
        if date_alone and (date_alone.start(1) or not labelled):  # "от «18» марта" goes on from the title above
            found.add(date_alone[1])
    try:
        return day(found.pop()) if len(found) == 1 else None
    except ValueError:
        return None
