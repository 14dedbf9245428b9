"""Groups that look alike, as the lines of an order do: learnt when they come again, and from then on read in one step.

A form is a regular expression that is made of one such group: tags, qualifiers, codes and separators as they stand there, values by
their formats in the directory. What it matches is in order, and is not split into segments (structure.Folded). What a mapping makes
of such a group is rehearsed once (wharfinger/rehearsal.py) and written out as a function of the values. Where a rehearsal is not
possible, or a value is not what it was made for, the group is taken apart and goes the general way, which alone reports problems.

>>> expression("QTY+21:5:PCE", directory("96A"), 0)
('QTY\\\\+21:((?>-?(?:[0-9]{1,15}(?:[.,][0-9]{0,15})?|[.,][0-9]{1,15}))):PCE', 'QTY+21:\\U000f8000:PCE', 1)
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from parsers.edifact.dates import UnknownDate
from parsers.edifact.directory import QUALIFIED, Directory, Part, directory
from parsers.edifact.elements import in_order, pattern
from parsers.edifact.steps import Form, Model
from parsers.edifact.structure import unfold
from parsers.edifact.syntax import restored
from parsers.edifact.tree import ITEM_NUMBERS, Group, Tree
from wharfinger.mapping import Build, Found, Notation
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.rehearsal import CONTEXT, NODE, Later, Undecidable, Unforeseen, Unknown, Written, has_placeholder, placeholder, written_out

__all__ = ["directory", "expression", "learn", "quick", "stage", "values"]

FORMS = 32
"""So many forms are kept for one group at one position of a message: those that came last."""
AT_ONCE = 16
PATIENCE = 200
"""After so many forms only one for so many groups is learnt: to learn one costs as much as to read a hundred groups."""
SEEN = 1000
SEGMENTS = 60
"""A group with more segments is no form: it hardly comes again."""
TEMPLATES = 8
"""So many functions are written out for one mapping and form, by what the message states for all its lines."""
CODE = 3
"""A value that may have so many characters is a code: it is part of the form."""


def learn(texts: list[str], table: Directory, key: str, begin: Any, end: Any, depth: int) -> None:
    """Note that such a group came; the second time its form is known. begin, end: see Form."""
    state = begin["state"]
    state.came += 1
    if len(texts) > SEGMENTS or state.learnt >= AT_ONCE + state.came // PATIENCE:
        return
    if len(state.seen) > SEEN:
        state.seen.clear()
    whole = "'".join(texts) + "'"
    outline = "'".join(one[:4] for one in texts) + re.sub(r"[^+:']+", "", whole)
    times = state.seen[outline] = state.seen.get(outline, 0) + 1
    if times != 2 or not in_order(whole, table.release):  # noqa: PLR2004  # it comes again
        return
    state.learnt += 1
    expressions, marked, values = [], [], 0
    for text in texts:
        made = expression(text, table, values)
        if made is None:
            return
        expressions.append(made[0])
        marked.append(made[1])
        values = made[2]
    ahead = "|".join(end["state"].exits(depth))
    matching = re.compile("'".join(expressions) + f"'(?=(?:{ahead})\\+)")
    if not ahead or not matching.match(f"{whole}{ahead[:3]}+") or any(one.pattern == matching for one in state.forms):
        return
    form = Form(key, matching, marked, values, begin, end, depth)
    like = Group(key, 1, Tree(table))
    if unfold(like, form.model, marked):
        form.keys = frozenset(like.qualified)
        state.forms[FORMS - 1 :] = [form]  # in the place of the one that has not come for longest


def expression(text: str, table: Directory, values: int) -> tuple[str, str, int] | None:
    """The expression for a segment of that form, its text with placeholders, and how many values there are with those before it."""
    tag, *elements = text.split("+")
    row = table.segments.get(tag)
    if row is None or len(elements) > len(row.elements) or has_placeholder(text):
        return None
    parts, marks = [tag], [tag]
    for index, element in enumerate(elements):
        composite = table.composites.get(row.elements[index].number)
        inner = composite.elements if composite else row.elements[index : index + 1]
        components = element.split(":")
        if len(components) > len(inner):
            return None
        found = []
        for at, component in enumerate(components):
            kind, _, limit = _format(inner[at], table)
            qualifier = index == at == 0 and tag in QUALIFIED
            item_number_kind = at == 1 and tag in ITEM_NUMBERS and index + 1 >= ITEM_NUMBERS[tag]
            numeric = kind == "n"
            if not component:
                found.append(("", ""))
            elif qualifier or item_number_kind or (limit <= CODE and not numeric):
                if not (component.isascii() and component.isalnum()):
                    return None
                found.append((component, component))
            else:
                value = f"((?>{pattern(_written(inner[at], table))}))"
                found.append((value if numeric else rf"(?!\s){value}(?<!\s)", placeholder(values, numeric=numeric)))
                values += 1
        parts.append(":".join(one for one, _ in found))
        marks.append(":".join(one for _, one in found))
    return r"\+".join(parts), "+".join(marks), values


def _written(part: Part, table: Directory) -> str:
    return part.format or table.elements[part.number].format


def _format(part: Part, table: Directory) -> tuple[str, str, int]:
    """an..35 -> an, .., 35."""
    match = re.fullmatch(r"([an]+)((?:\.\.)?)(\d+)", _written(part, table))
    return (match[1], match[2], int(match[3])) if match else ("an", "", 0)


class Template(NamedTuple):
    """A mapping written out for a form. asks: what it takes from the message for every line, and whether that is there."""

    function: Written
    asks: tuple[tuple[Callable[[Any], Sequence[Found]], bool], ...]
    after: Model

    def context(self, node: Group) -> tuple[Any, ...] | None:
        """What the message gives to all its lines; None when it has not what the rehearsal had."""
        found = [ask(node.tree.root) for ask, _ in self.asks]
        fits = all(bool(one) is there for one, (_, there) in zip(found, self.asks, strict=True))
        return tuple(one[0][0] if one else None for one in found) if fits else None


def quick(compiled: Callable[[Notation], Build], notation: Notation) -> Callable[[Any], Any]:
    """A function that builds a group of a known form, or returns NotImplemented. compiled: compiles the mapping for a notation."""
    own = object()
    rehearsed = cache(lambda: compiled(Rehearsed(notation)))

    def build(node: Any) -> Any:
        model: Model | None = node.model
        if model is None:
            return NotImplemented
        memo = node.tree.memo
        chosen = memo.get((own, model))
        if chosen is None:
            chosen = memo[own, model] = _choose(model, own, rehearsed, node)
        template, context = chosen
        if template is None:
            return NotImplemented
        try:
            record = template.function(values(node), context, node)
        except (Unforeseen, ValueError, ArithmeticError):
            return NotImplemented
        node.model = template.after
        return record

    return build


def values(group: Any) -> Sequence[str]:
    """The values of a folded group, as the sender means them."""
    if group.values is None:
        group.values = group.match.groups()
        if group.tree.marked and not group.match[0].isprintable():
            group.values = tuple([one if one.isprintable() else restored(one) for one in group.values])
    found: tuple[str, ...] = group.values
    return found


def stage(model: Model, tree: Tree) -> Group:
    """A stand-in for the groups of the model, with values that are not known, in a message like that of the tree."""
    apart = Tree(tree.directory)
    apart.root = tree.root
    group = Group(model.form.key, 1, apart)
    unfold(group, model, [Unknown(text) if has_placeholder(text) else text for text in model.form.texts])
    return group


def _choose(model: Model, own: object, rehearsed: Callable[[], Build], node: Any) -> tuple[Template | None, tuple[Any, ...]]:
    """The template that fits the message, made now if there is none."""
    templates: list[Template] = model.templates.setdefault(own, [])
    for template in templates:
        context = template.context(node)
        if context is not None:
            return template, context
    if len(templates) < TEMPLATES and own not in model.hopeless:
        made = _rehearse(rehearsed(), model, node.tree)
        if made is None:
            model.hopeless.add(own)
        else:
            templates.append(made)
            return made, made.context(node) or ()
    return None, ()


def _rehearse(build: Build, model: Model, tree: Tree) -> Template | None:
    """The mapping of this message's groups, written out; None when what it does depends on a value, or it finds a problem."""
    group = stage(model, tree)
    problems: list[Problem] = []
    try:
        record = build(group, problems)
        function = written_out(record, model.form.values)
    except Exception:  # whatever a value that is none leads to: the general way is always there
        return None
    if problems or group.tree.notes:
        return None
    marks = tuple(segment[-1] for segment in group.tree.segments)
    after = model if marks == model.marks else model.form.taken(marks)
    return Template(function, tuple(group.tree.memo.get("asked", {}).values()), after)


class Rehearsed:
    """The notation of a mapping that is rehearsed. Numbers and dates become what will read them."""

    def __init__(self, notation: Any) -> None:
        self._notation = notation

    def nodes(self, path: str) -> Callable[[Any], Sequence[Any]]:
        if not path.lstrip().startswith("/"):
            found: Callable[[Any], Sequence[Any]] = self._notation.nodes(path)
            return found
        return _refuse

    def values(self, leaf: dict[str, Any]) -> Callable[[Any], Sequence[Found]]:
        """Those of the group; a value of the message as a whole is asked for when the message is known."""
        found: Callable[[Any], Sequence[Found]] = self._notation.values(leaf)
        if not str(leaf.get("path")).lstrip().startswith("/"):
            return found
        if leaf.get("all") is True:
            return _refuse
        name = str(leaf)

        def of_message(node: Any) -> Sequence[Found]:
            asked = node.tree.memo.setdefault("asked", {})
            there = found(node.tree.root)
            number = list(asked).index(name) if name in asked else len(asked)
            asked[name] = (found, bool(there))
            return ((Unknown.later(_nth, CONTEXT, number), there[0][1]),) if there else ()

        return of_message

    def place(self, node: Any) -> Any:
        if not isinstance(node, Group):
            raise Undecidable("place")
        return Later(_origin, (NODE, node.first - 1))

    def number(self, raw: str) -> Any:
        if isinstance(raw, Unknown):
            return Later(_decimal if raw.numeric else self._notation.number, (raw,))
        return self._notation.number(raw)

    def day(self, raw: str) -> Any:
        return Later(self._notation.day, (raw,)) if isinstance(raw, Unknown) else self._notation.day(raw)

    def clock(self, raw: str) -> Any:
        if isinstance(raw, UnknownDate):
            return Later(self._notation.clock, (raw,)) if raw.timed else None
        return self._notation.clock(raw)


def _refuse(node: Any) -> Any:
    raise Undecidable("nodes of the message as a whole")


def _nth(context: Sequence[Any], number: int) -> Any:
    return context[number]


def _decimal(raw: str) -> Decimal:
    """A number that the form has found in order."""
    return Decimal(raw.replace(",", "."))


def _origin(group: Group, offset: int) -> Place:
    tree = group.tree
    return Place(interchange=tree.interchange, message=tree.message, segment=group.first + offset)
