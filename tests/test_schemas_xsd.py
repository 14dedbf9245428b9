"""Our strict schemas allow nothing that the official ones refuse: documents are made of our schemas themselves."""

from pathlib import Path

import pytest
from lxml import etree

import schemas
from tests import oasis
from wharfinger.records import KINDS

XS = "{http://www.w3.org/2001/XMLSchema}"
DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:"
PREFIXES = {
    "cac": f"{DOCUMENT}CommonAggregateComponents-2",
    "cbc": f"{DOCUMENT}CommonBasicComponents-2",
    "ext": f"{DOCUMENT}CommonExtensionComponents-2",
}
VALUES = {
    "string": "x",
    "token": "1",
    "decimal": "1",
    "nonNegativeInteger": "1",
    "boolean": "true",
    "date": "2026-11-01",
    "time": "09:15:00",
    "cbc:Currency": "EUR",
    "cbc:Country": "DE",
}
CHOICES = 6
"""So many alternatives has the widest choice of our schemas."""


class Sampler:
    """Makes documents of a schema: with all that is optional, or with nothing of it, and each time another alternative of a choice."""

    def __init__(self, kind: str, whole: bool, alternative: int) -> None:
        self.kind = kind
        self.whole = whole
        self.alternative = alternative
        folder = Path(schemas.__path__[0]) / "xsd"
        names = [kind, "CommonAggregateComponents", "CommonBasicComponents", "CommonExtensionComponents"]
        self.declared: dict[tuple[str, str, str], etree._Element] = {}
        for name in names:
            root = etree.parse(str(folder / f"{name}.xsd")).getroot()
            for one in root:
                if isinstance(one.tag, str) and one.get("name"):
                    self.declared[(one.tag, str(root.get("targetNamespace")), str(one.get("name")))] = one

    def document(self) -> bytes:
        return etree.tostring(self.element(self.declared[(f"{XS}element", f"{DOCUMENT}{self.kind}-2", self.kind)]))

    def element(self, declaration: etree._Element) -> etree._Element:
        made = etree.Element(f"{{{declaration.getroottree().getroot().get('targetNamespace')}}}{declaration.get('name')}")
        named = declaration.get("type")
        inline = declaration.find(f"{XS}complexType")
        if inline is not None:
            self.fill(made, inline)
        elif named is not None and (complex_type := self.look(f"{XS}complexType", named)) is not None:
            self.fill(made, complex_type)
        else:
            made.text = self.value(str(named))
        return made

    def fill(self, made: etree._Element, complex_type: etree._Element) -> None:
        extension = complex_type.find(f"{XS}simpleContent/{XS}extension")
        if extension is None:
            for particle in complex_type:
                for child in self.particle(particle):
                    made.append(child)
            return
        made.text = self.value(str(extension.get("base")))
        for attribute in extension:
            if self.whole or attribute.get("use") == "required":
                made.set(str(attribute.get("name")), self.value(str(attribute.get("type"))))

    def particle(self, particle: etree._Element) -> list[etree._Element]:
        if particle.tag == f"{XS}annotation" or (particle.get("minOccurs") == "0" and not self.whole):
            return []
        times = 2 if self.whole and particle.get("maxOccurs") == "unbounded" else 1
        return [one for _ in range(times) for one in self.once(particle)]

    def once(self, particle: etree._Element) -> list[etree._Element]:
        reference = particle.get("ref")
        declaration = self.look(str(particle.tag), reference) if reference else particle
        assert declaration is not None, reference
        if particle.tag == f"{XS}element":
            return [self.element(declaration)]
        parts = [one for one in declaration if one.tag != f"{XS}annotation"]
        if particle.tag == f"{XS}choice":
            parts = [parts[self.alternative % len(parts)]]
        return [child for one in parts for child in self.particle(one)]

    def look(self, tag: str, name: str) -> etree._Element | None:
        prefix, _, local = name.partition(":")
        return self.declared.get((tag, PREFIXES.get(prefix, ""), local))

    def value(self, name: str) -> str:
        simple_type = self.look(f"{XS}simpleType", name)
        if name in VALUES or simple_type is None:
            return VALUES[name.removeprefix("xs:")]
        restriction = simple_type.find(f"{XS}restriction")
        assert restriction is not None
        return self.value(str(restriction.get("base")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("whole", [True, False], ids=["all", "least"])
@pytest.mark.parametrize("alternative", range(CHOICES))
def test_what_our_schema_allows_is_allowed_by_that_of_oasis(kind: str, whole: bool, alternative: int) -> None:
    xml = Sampler(kind, whole, alternative).document()

    ours = etree.XMLSchema(etree.parse(str(Path(schemas.__path__[0]) / "xsd" / f"{kind}.xsd")))
    ours.assertValid(etree.fromstring(xml))
    assert [] == oasis.errors(kind, xml)
