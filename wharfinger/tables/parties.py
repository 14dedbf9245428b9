"""Headings that are composed of a party, or another thing, and something of it: "Store GLN", "N° client", "Код магазина", "Q.tà ordinata".

The words stand in mappings/formats/table/parties.yaml, so that a language or a word more is a word there and not a heading for each
combination in orders.yaml.

>>> composed("Store GLN"), composed("GLN del cliente"), composed("Liefer-PLZ"), composed("门店编码"), composed("Delivery number")
('Delivery GLN', 'Customer GLN', 'Delivery postcode', 'Delivery code', None)
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from wharfinger.yaml_files import load_yaml

_LONGEST = 60
_CONNECTING = re.compile(
    r"of|the|for|на|header|head|de|du|des|dell?|dell[ao]|di|do|da|dos|el|l[ae]?|der|van|dla|для|的"
    r"|details|info|information|daten|angaben|данные|реквизиты|données|údaje|gegevens"
)
_SIGNS = (("ё", "е"), ("n.º", "número"), ("n.°", "numéro"), ("n°", "numéro"), ("nº", "número"), ("№", "номер"), ("č.", "číslo"))
_PERCENT = ("(%)", "%")


@lru_cache(maxsize=4096)
def composed(heading: str) -> str | None:
    """The heading PARTY PART that it means; None where it is not composed so."""
    text = _joined(heading[:200])
    if len(text) > _LONGEST:
        return None
    parties, parts = _parties(), _parts()
    for at in range(len(text) - 1, 0, -1):  # the longest party first: 收货单位编码 is no 收货 with 单位编码
        for word, rest in ((text[:at], text[at:]), (text[-at:], text[:-at])):
            for party, allowed in parties.get(word, ()) if rest in parts else ():
                if part := next((one for one in parts[rest] if one in allowed), None):
                    return f"{party} {part}"
    alone = next((party for party, allowed in parties.get(text, ()) if "GLN" in allowed and "name" in allowed), None)
    return f"{alone} name" if alone else None


def is_part(heading: str) -> bool:
    """Whether a heading is a part that any party has ("Date", "Name"), so that it says nothing without the group that it stands in."""
    return not {"date", *_words()["parts"]}.isdisjoint(_parts().get(_joined(heading[:200]), ()))


def composed_in(group: str, own: str) -> str | None:
    """The heading PARTY PART that one under a heading over several columns means.

    >>> composed_in("Buyer", "Name"), composed_in("Item", "Our no."), composed_in("Item", "Weight")
    ('Buyer name', 'Buyer item', None)
    """
    word, _, rest = own.partition(" ")
    whose = composed(f"{word} {group}") if "code" in _parts().get(_joined(rest), ()) else None
    return composed(f"{group} {own}") or composed(f"{own} {group}") or whose


def without_wish(heading: str) -> str | None:
    """A heading without the word that says that something is wanted: "Gewünschtes Lieferdatum"; None where there is none.

    >>> without_wish("Ønsket leveringsdato"), without_wish("Leveringsdato")
    ('leveringsdato', None)
    """
    return _without(heading, "Wanted")


def _without(heading: str, *parties: str) -> str | None:
    words = re.split(r"[\s-]+", heading[:200].strip())
    left = [word for word in words if not any(_joined(word) in _words_of(party) for party in parties)]
    return " ".join(left) if 0 < len(left) < len(words) else None


def without_number(heading: str) -> str | None:
    """A heading without the word for a number at its end or beginning: "Wareneingangs-Nr."; None where there is none.

    >>> without_number("Wareneingangs-Nr."), without_number("№ накладной"), without_number("Wareneingang")
    ('wareneingangs', 'накладной', None)
    """
    text = _joined(heading[:200])
    ends = [text[:-length] for length in range(len(text) - 1, 0, -1) if "code" in _parts().get(text[-length:], ())]
    starts = [text[length:] for length in range(len(text) - 1, 0, -1) if "code" in _parts().get(text[:length], ())]
    return next(iter([*ends, *starts]), None)


def without_customer(heading: str) -> str | None:
    """A heading without the word that says that it is the buyer's: "N° de commande client"; None where there is none.

    >>> without_customer("N° de commande client"), without_customer("Kunden-Bestellnr."), without_customer("N° de commande")
    ('N° de commande', 'Bestellnr.', None)
    """
    return _without(heading, "Customer", "Buyer", "Yours")


def is_party(heading: str) -> bool:
    """Whether a heading is a party or another thing that has parts."""
    return _joined(heading[:200]) in _parties()


def _joined(text: str) -> str:
    """Its words without case, punctuation and words of connection."""
    bare = text.casefold().replace("'s ", " ").replace("’s ", " ")
    for sign, word in (*_SIGNS, _PERCENT):
        bare = bare.replace(sign, word)
    words = re.findall(r"[^\W_]+|[#%]", re.sub(r"[(\[（【].*", "", bare))
    return "".join([word for word in words if not _CONNECTING.fullmatch(word)] or words)


@cache
def _words() -> dict[str, Any]:
    return dict(load_yaml(files("mappings") / "formats" / "table" / "parties.yaml"))  # type: ignore[arg-type]  # a real path


@cache
def _parties() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Word -> the parties that it means, each with the parts of which alone it means that."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for party, stated in _words()["parties"].items():
        allowed = frozenset(stated.get("parts", [*_words()["parts"], *stated.get("also", ())]))
        for word in stated["words"]:
            found.setdefault(_joined(word), []).append((stated.get("as", party), allowed))
    return found


@cache
def _words_of(party: str) -> frozenset[str]:
    return frozenset(_joined(word) for word in _words()["parties"][party]["words"])


@cache
def _parts() -> dict[str, list[str]]:
    """Word -> the parts that it may mean."""
    found: dict[str, list[str]] = {}
    for part, words in (_words()["parts"] | _words()["other parts"]).items():
        for word in words:
            found.setdefault(_joined(word), []).append(part)
    return found
