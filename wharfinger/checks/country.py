"""Countries are alpha-2 codes of ISO 3166-1 (EN 16931 BT-40, BT-55).

Two letters that are not in the list (UK, EL) are only reported: a person still understands the address. What is no code at all cannot
stand in the XML, so a person says which country is meant.
"""

from collections.abc import Iterator

from wharfinger.code_lists import codes
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Address, Record
from wharfinger.traversal import parts


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each address whose country is no code."""
    known = codes("countries")
    for path, address, place in parts(record, Address):
        if address.country and address.country not in known:
            two_letters = len(address.country) == 2 and address.country.isascii() and address.country.isupper()  # noqa: PLR2004
            code = "country-unknown" if two_letters else "country-not-coded"
            yield Problem(code=code, place=place, found=address.country, field=f"{path}.country")
