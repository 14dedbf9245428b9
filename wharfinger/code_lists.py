"""Code lists, as tables in mappings/codes.

units_rec20: UNECE Recommendation 20, with the package types of Recommendation 21 behind an X, as EN 16931 lists them; names only of
the usual ones. currencies: ISO 4217, with the year of withdrawal of those that are gone. countries: ISO 3166-1,
alpha-2 with alpha-3. country_names: what people write for the countries that trade most, between bars: English and other names.

>>> "C62" in codes("units_rec20"), "XPX" in codes("units_rec20"), "PCE" in codes("units_rec20")
(True, True, False)
>>> codes("currencies")["EUR"], codes("currencies")["HRK"]
('', '2023')
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def codes(name: str) -> Mapping[str, str]:
    """Code -> what the second column says of it; empty where it says nothing."""
    with (files("mappings") / "codes" / f"{name}.csv").open(encoding="utf-8") as stream:
        return dict(list(csv.reader(stream))[1:])
