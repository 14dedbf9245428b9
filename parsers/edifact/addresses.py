"""Addresses in NAD in which the element of the region (3229, D.01B: C819) was left out, so that all after it stands one too far left.

    NAD+BY+4012345500004::9++Nordwind GmbH+Hafenstr. 5+Hamburg+20095+DE'     instead of   ...+Hamburg++20095+DE'

What is certain is put right: no postcode is the code of a country, and no region has the form of a postcode.

>>> segments = ["NAD+BY+++Nordwind+Hafenstr. 5+Hamburg+20095+DE", "NAD+SU+++Hafen+Kai 3+Bremen++28195+DE"]
>>> put_right(segments), segments[0]
([(1, '20095')], 'NAD+BY+++Nordwind+Hafenstr. 5+Hamburg++20095+DE')
"""

import re

from parsers.edifact.syntax import restored
from wharfinger.code_lists import codes

REGION = 7
"""The place of 3229 in NAD, counted from 1."""
_DEPARTMENT = 2
"""Regions that are numbers have so many digits (France); postcodes have more."""
_POSTCODE = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[0-9A-Z][0-9A-Z -]{2,8}[0-9A-Z]")


def put_right(segments: list[str]) -> list[tuple[int, str]]:
    """Insert the element that is missing; the number of each segment that had none, and what stood in its place."""
    found = []
    for number, text in enumerate(segments, 1):
        if not text.startswith("NAD"):
            continue
        elements = text.split("+")
        region, postcode, country = [*elements[REGION:], "", "", ""][:3]
        if not region or country or len(elements) > REGION + 3:
            continue
        before_country = postcode in codes("countries") and any(map(str.isdigit, region)) and len(region) > _DEPARTMENT
        if before_country or (not postcode and _POSTCODE.fullmatch(region)):
            segments[number - 1] = "+".join([*elements[:REGION], "", *elements[REGION:]])
            found.append((number, restored(region)))
    return found
