"""Made-up EANCOM ORDERS D.96A for benchmarks and tests: valid, with check digits, totals and release characters.

>>> raw = interchange(orders=2, lines=3)
>>> raw.count(b"UNH+"), raw.count(b"LIN+"), raw.endswith(b"UNZ+2+IC000001'")
(2, 6, True)
>>> interchange(2, 3) == raw
True

Run with a path and a number of orders to write a file: `python benchmarks/orders_generator.py /tmp/orders.edi 2000`.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

BUYER = "4012345500004"
SELLER = "5412345000013"

_GOODS = ("Oil filter", "Air filter", "Brake pad", "Spark plug 12'", "Wiper blade 55+45", "Fan belt", "Bulb H7: 55 W", "Why? Tape")
_CITIES = (("50667", "Köln"), ("20095", "Hamburg"), ("80331", "München"), ("70173", "Stuttgart"), ("04109", "Leipzig"))


def interchange(orders: int, lines: int = 30, seed: int = 1) -> bytes:
    """One interchange with that many orders, each with its own number; the same arguments give the same bytes."""
    return b"".join(stream(orders, lines, seed))


def stream(orders: int, lines: int = 30, seed: int = 1) -> Iterator[bytes]:
    """The same in pieces, for interchanges that do not fit into memory."""
    reference = f"IC{seed:06}"
    yield f"UNA:+.? 'UNB+UNOC:3+{BUYER}:14+{SELLER}:14+261101:0930+{reference}'".encode("latin-1")
    for number in range(1, orders + 1):
        yield _message(number, lines, seed).encode("latin-1")
    yield f"UNZ+{orders}+{reference}'".encode("latin-1")


def check_digit(digits: str) -> str:
    """The digits with the GS1 check digit after them (GTIN, GLN)."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def _message(number: int, lines: int, seed: int) -> str:
    dice = random.Random(f"{seed}/{number}")
    issued = date(2026, 11, 1) + timedelta(days=number % 28)
    wanted = issued + timedelta(days=dice.randint(3, 20))
    delivery_point = check_digit(f"40123455{dice.randint(0, 9999):04}")
    post_code, city = dice.choice(_CITIES)
    segments = [
        f"UNH+{number}+ORDERS:D:96A:UN:EAN008",
        f"BGM+220+PO{seed:03}-{number:07}+9",
        f"DTM+137:{issued:%Y%m%d}:102",
        f"DTM+2:{wanted:%Y%m%d}:102",
        "FTX+PUR+++Please deliver before noon?: ramp 4?+5",
        f"RFF+CT:K-{dice.randint(2020, 2026)}",
        f"NAD+BY+{BUYER}::9++Nordwind GmbH+Hafenstraße {dice.randint(1, 99)}+{city}++{post_code}+DE",
        "RFF+VA:DE123456788",
        "CTA+OC+:Müller",
        "COM+einkauf@nordwind.example:EM",
        f"NAD+SU+{SELLER}::9++O?'Hara ?& Söhne",
        f"NAD+DP+{delivery_point}::9",
        "CUX+2:EUR:9",
    ]
    total = Decimal(0)
    for line in range(1, lines + 1):
        quantity = dice.randint(1, 500)
        price = Decimal(dice.randint(50, 99999)) / 100
        amount = quantity * price
        total += amount
        code = dice.randint(1000, 9999)
        segments += [
            f"LIN+{line}++{check_digit(f'40008621{code}')}:EN",
            f"PIA+1+OF-{code}:SA",
            f"PIA+1+{100000 + code}:IN",
            f"IMD+F++:::{_escaped(dice.choice(_GOODS))} {code}",
            f"QTY+21:{quantity}:PCE",
            f"MOA+203:{amount:.2f}",
            f"PRI+AAA:{price:.2f}:::1:PCE",
        ]
    segments += ["UNS+S", f"MOA+79:{total:.2f}", f"MOA+86:{total:.2f}", f"CNT+2:{lines}"]
    segments.append(f"UNT+{len(segments) + 1}+{number}")
    return "'".join(segments) + "'"


def _escaped(text: str) -> str:
    """The text with each separator in it released."""
    return "".join("?" + character if character in "?:+'" else character for character in text)


if __name__ == "__main__":
    with Path(sys.argv[1]).open("wb") as file:
        file.writelines(stream(int(sys.argv[2])))
