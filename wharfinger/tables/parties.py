"""Headings that are composed of a party and something of it: "Store GLN", "N° client", "Код магазина", "shipping_city", "门店编码".

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
_CONNECTING = re.compile(r"of|the|for|de|du|des|dell?|dell[ao]|di|do|da|dos|el|l[ae]?|der|van|dla|для|的")
_SIGNS = (("ё", "е"), ("n°", "numéro"), ("nº", "número"), ("№", "номер"))


@lru_cache(maxsize=4096)
def composed(heading: str) -> str | None:
    """The heading PARTY PART that it means; None where it is not composed so."""
    text = _joined(heading[:200])
    if len(text) > _LONGEST:
        return None
    parties, parts = _parties(), _parts()
    for at in range(len(text) - 1, 0, -1):  # the longest party first: 收货单位编码 is no 收货 with 单位编码
        for word, rest in ((text[:at], text[at:]), (text[-at:], text[:-at])):
            part = parts.get(rest)
            for party, allowed in parties.get(word, ()) if part is not None else ():
                if part in allowed:
                    return f"{party} {part}"
    return None


def _joined(text: str) -> str:
    """Its words without case, punctuation and words of connection."""
    bare = re.sub(r"[(\[（【].*", "", text).casefold()
    for sign, word in _SIGNS:
        bare = bare.replace(sign, word)
    words = re.findall(r"[^\W_]+|#", bare)
    return "".join([word for word in words if not _CONNECTING.fullmatch(word)])


@cache
def _words() -> dict[str, Any]:
    return dict(load_yaml(files("mappings") / "formats" / "table" / "parties.yaml"))  # type: ignore[arg-type]  # a real path


@cache
def _parties() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Word -> the parties that it means, each with the parts of which alone it means that."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for party, stated in _words()["parties"].items():
        allowed = frozenset(stated.get("parts", _words()["parts"]))
        for word in stated["words"]:
            found.setdefault(_joined(word), []).append((stated.get("as", party), allowed))
    return found


@cache
def _parts() -> dict[str, str]:
    return {_joined(word): part for part, words in (_words()["parts"] | _words()["other parts"]).items() for word in words}
