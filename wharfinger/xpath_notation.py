"""The notation of mappings for XML: XPath 1.0 (W3C) with the namespace prefixes of the format, for UBL, CII, IDoc XML, 1C.

Plain steps (`cac:Item/cbc:Name`, `cbc:ID/@schemeID`, `.`) are walked, all else (predicates, `..`, `//`) is evaluated by libxml2, which
is five times slower. What a mapping reads is remembered in the tree, so that the rest of the content can be kept: see XmlTree.rest.

>>> tree = XmlTree(etree.fromstring("<a><b c='1'> x </b><b>y</b></a>"), {})
>>> notation = XPathNotation({})
>>> [raw for raw, _ in notation.values({"path": "b"})(tree.root)]
['x', 'y']
>>> notation.place(notation.nodes("b")(tree.root)[1]).xpath
'/a/b[2]'
>>> tree.rest(tree.root)
{'b[1]/@c': '1'}
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, overload

from lxml import etree

from wharfinger.mapping import Build, Found, no_values, parse_decimal
from wharfinger.problems import Problem
from wharfinger.records import Place

_STEP = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?")
_FIRST_STEP = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?(?=/|\[|$)(?![^\[]*\|)")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d.*|Z|[+-]\d\d:\d\d)?")
_CLOCK = re.compile(r"(?:\d{4}-\d\d-\d\d[T ])?(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\d*(Z|[+-]\d\d:\d\d)?")
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


class XmlTree:
    """A document's tree, how its elements are called, and what of it a mapping has read.

    prefixes: namespace -> the prefix that the format's own standard uses, whatever the document calls it.
    """

    def __init__(self, root: etree._Element, prefixes: dict[str, str]) -> None:
        self.root = XmlNode(root, None, self)
        self._prefixes = prefixes
        self._taken: set[tuple[etree._Element, str | None]] = set()
        self._names: dict[str, str] = {}
        self._steps: dict[etree._Element, str] = {}

    def take(self, element: etree._Element, attribute: str | None) -> None:
        """A mapping has read this."""
        self._taken.add((element, attribute))

    def path(self, element: etree._Element, top: etree._Element | None = None) -> str:
        """The way to an element from the root (`/Order/cac:OrderLine[2]`), or from an element above it (`cac:Item/cbc:Name`)."""
        steps = []
        at: etree._Element | None = element
        while at is not None and at is not top:
            steps.append(self._step(at))
            at = at.getparent()
        return ("" if top is not None else "/") + "/".join(reversed(steps))

    def lines(self) -> Iterator[tuple[str, Place]]:
        """Every element and attribute with its text, indented as they are nested, and where it stands."""
        depth = 0
        for event, element in etree.iterwalk(self.root.element, events=("start", "end")):
            if event == "end":
                depth -= 1
                continue
            indent = "  " * depth
            depth += 1
            yield f"{indent}{self.name(str(element.tag))} {_own_text(element)}".rstrip(), XmlNode(element, None, self).place()
            for name, value in element.attrib.items():
                yield f"{indent}  @{self.name(str(name))} {value}", XmlNode(element, str(name), self).place()

    def rest(self, top: "XmlNode", below: tuple[etree._Element, ...] = ()) -> dict[str, str]:
        """Content in and under top that no mapping has read, by its path from top; elements in below are left out."""
        skipped = set(below)
        found: dict[str, str] = {}
        walk = etree.iterwalk(top.element, events=("start",))
        for _, element in walk:
            if element in skipped:
                walk.skip_subtree()
                continue
            text = _own_text(element)
            if text and (element, None) not in self._taken:
                found[self.path(element, top.element) or "."] = text
            for name, value in element.attrib.items():
                if value.strip() and (element, str(name)) not in self._taken and not str(name).startswith(_SCHEMA_INSTANCE):
                    found[f"{self.path(element, top.element) or '.'}/@{self.name(str(name))}"] = value.strip()
        return found

    def name(self, tag: str) -> str:
        """An element's or attribute's name as the standard writes it: `{urn:...}ID` is `cbc:ID`."""
        known = self._names.get(tag)
        if known is None:
            name = etree.QName(tag)
            prefix = self._prefixes.get(name.namespace or "")
            known = self._names[tag] = f"{prefix}:{name.localname}" if prefix else name.localname
        return known

    def _step(self, element: etree._Element) -> str:
        step = self._steps.get(element)
        if step is None:
            parent = element.getparent()
            siblings = [element] if parent is None else list(parent)
            # All children at once: asked one by one, ten thousand lines would be counted ten thousand times.
            total = Counter(one.tag for one in siblings)
            seen: Counter[Any] = Counter()
            for one in siblings:
                seen[one.tag] += 1
                name = self.name(str(one.tag))
                self._steps[one] = f"{name}[{seen[one.tag]}]" if total[one.tag] > 1 else name
            step = self._steps[element]
        return step


class XmlNode:
    """An element of a tree, or one of its attributes."""

    __slots__ = ("attribute", "element", "tree")

    def __init__(self, element: etree._Element, attribute: str | None, tree: XmlTree) -> None:
        self.element = element
        self.attribute = attribute
        self.tree = tree

    def place(self) -> Place:
        """Path and line."""
        path = self.tree.path(self.element)
        if self.attribute is not None:
            path = f"{path}/@{self.tree.name(self.attribute)}"
        return Place(line=self.element.sourceline, xpath=path)


class XPathNotation:
    """XPath for mapping.compile_mapping; nodes are XmlNodes. namespaces: prefix -> namespace.

    children: the only elements that stand directly in the nodes (see mapping.NarrowingNotation); None: any.
    """

    def __init__(self, namespaces: dict[str, str], children: frozenset[str] | None = None) -> None:
        self._namespaces = namespaces
        self._children = children

    def shape(self, node: XmlNode) -> frozenset[str]:
        """The names of the elements in the node."""
        return frozenset([str(child.tag) for child in node.element])

    def narrowed(self, shape: Hashable) -> "XPathNotation":
        """The notation for nodes with those elements."""
        return XPathNotation(self._namespaces, shape if isinstance(shape, frozenset) else None)

    def quick(self, name: Hashable, compiled: Any) -> Callable[[XmlNode], Any]:
        """Nothing is rehearsed."""
        return lambda node: NotImplemented

    def nodes(self, path: str) -> Callable[[XmlNode], Sequence[XmlNode]]:
        """The elements at a path."""
        if self._leads_nowhere(path):
            return no_values
        find = self._find(path)
        return lambda node: [XmlNode(element, None, node.tree) for element, attribute in find(node.element) if attribute is None]

    def values(self, leaf: dict[str, Any]) -> Callable[[XmlNode], Sequence[Found]]:
        """The texts of the elements and attributes at a path; with `join: " "` all of them as one."""
        if unknown := leaf.keys() - {"path", "codes", "join"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; valid: path, codes, join, is")
        if self._leads_nowhere(leaf.get("path")):
            return no_values
        find = self._find(leaf.get("path"))
        join = leaf.get("join")

        def values(node: XmlNode) -> Sequence[Found]:
            found = [(raw, (one,)) for one in find(node.element) if (raw := _raw(one))]
            if join is not None and len(found) > 1:
                return _Found([(join.join(raw for raw, _ in found), tuple(at for _, [at] in found))], node.tree)
            return _Found(found, node.tree) if found else ()

        return values

    def first(self, leaf: dict[str, Any]) -> Build:
        """The first of the texts that `values` finds, without its place."""
        values = self.values(leaf)
        if values is no_values:
            return lambda node, problems: None
        if "join" in leaf:
            return lambda node, problems: found[0][0] if (found := values(node)) else None
        find = self._find(leaf.get("path"))

        def first(node: XmlNode, problems: list[Problem]) -> str | None:
            for one in find(node.element):
                if raw := _raw(one):
                    node.tree.take(*one)
                    return raw
            return None

        return first

    def place(self, node: XmlNode) -> Place:
        """Where a node stands."""
        return node.place()

    def number(self, raw: str) -> Decimal:
        """xs:decimal."""
        return parse_decimal(raw)

    def day(self, raw: str) -> date:
        """xs:date, or the date of an xs:dateTime, as printed: a zone shifts nothing."""
        match = _DAY.fullmatch(raw)
        if match is None:
            raise ValueError(raw)
        return date.fromisoformat(match[1])

    def clock(self, raw: str) -> time | None:
        """xs:time, or the time of an xs:dateTime; None for a date."""
        match = _CLOCK.fullmatch(raw)
        if match is None:
            self.day(raw)
            return None
        return time.fromisoformat(match[1] + (match[2] or ""))

    def _leads_nowhere(self, path: Any) -> bool:
        """Whether the nodes cannot have what the path begins with."""
        if self._children is None or not isinstance(path, str) or not (step := _FIRST_STEP.match(path)):
            return False
        return self._qualified(step[0]) not in self._children

    def _find(self, path: Any) -> "_Find":
        if not isinstance(path, str) or not path:
            raise ValueError("write an XPath, for example cac:Item/cbc:Name")
        if path == ".":
            return lambda element: ((element, None),)
        elements, _, attribute = path.partition("/@") if not path.startswith("@") else ("", "", path[1:])
        steps = elements.split("/") if elements else []
        if all(_STEP.fullmatch(step) for step in [*steps, attribute or "a"]):
            return _walk([self._qualified(step) for step in steps], self._qualified(attribute) if attribute else None)
        return self._evaluate(path)

    def _evaluate(self, path: str) -> "_Find":
        try:
            compiled = etree.XPath(path, namespaces=self._namespaces)
            compiled(etree.Element("any"))  # an unknown prefix shows only here
        except etree.XPathError as error:
            known = ", ".join(sorted(self._namespaces)) or "none"
            raise ValueError(f"{path!r} is no XPath that can be used here: {error} (prefixes: {known})") from error

        def find(element: etree._Element) -> list["_At"]:
            found = compiled(element)
            if not isinstance(found, list):
                return []  # a number or a truth: no place in the document
            return [(one, None) if isinstance(one, etree._Element) else (one.getparent(), one.attrname) for one in found]

        return find

    def _qualified(self, step: str) -> str:
        prefix, colon, name = step.rpartition(":")
        if not colon:
            return name
        if prefix not in self._namespaces:
            raise ValueError(f"unknown prefix {prefix!r} in {step!r}; valid: {', '.join(sorted(self._namespaces)) or 'none'}")
        return f"{{{self._namespaces[prefix]}}}{name}"


_At = tuple[etree._Element, str | None]
_Find = Callable[[etree._Element], Sequence[_At]]


class _Found(Sequence[Found]):
    """Values of which those that somebody looks at count as taken: a field with room for one leaves the second to the extensions."""

    __slots__ = ("_tree", "_values")

    def __init__(self, values: Sequence[tuple[str, tuple[_At, ...]]], tree: XmlTree) -> None:
        self._values = values
        self._tree = tree

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> Found: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Found]: ...
    def __getitem__(self, index: int | slice) -> Found | Sequence[Found]:
        if isinstance(index, slice):
            return [self._take(one) for one in self._values[index]]
        return self._take(self._values[index])

    def __iter__(self) -> Iterator[Found]:
        return map(self._take, self._values)

    def _take(self, value: tuple[str, tuple[_At, ...]]) -> Found:
        raw, sources = value
        for element, attribute in sources:
            self._tree.take(element, attribute)
        return raw, XmlNode(*sources[0], self._tree)


def _walk(tags: list[str], attribute: str | None) -> _Find:
    if not tags:
        return lambda element: ((element, attribute),)
    if len(tags) == 1:
        [tag] = tags
        return lambda element: [(one, attribute) for one in element.iterchildren(tag)]

    head, *rest = tags

    def find(element: etree._Element) -> Sequence[_At]:
        at = list(element.iterchildren(head))
        if not at:  # as most paths have nothing in most documents
            return ()
        for tag in rest:
            at = [child for one in at for child in one.iterchildren(tag)]
            if not at:
                return ()
        return [(one, attribute) for one in at]

    return find


def _raw(at: _At) -> str:
    element, attribute = at
    text = element.get(attribute) if attribute is not None else element.text
    return text.strip() if text else ""


def _own_text(element: etree._Element) -> str:
    if not len(element):
        text = element.text
        return text.strip() if text else ""
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
