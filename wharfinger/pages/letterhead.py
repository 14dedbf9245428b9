"""Parties that a page names without a label: who writes the letter and to whom it goes, as its layout says.

Whoever writes an order is its buyer: the name on top of the page, in the small line over the address window (DIN 5008) or in the
footer, often again where the goods go. The other name with an address is the seller. Where the layout does not tell the two apart
neither is given; what is given is marked as assumed.

>>> names_in("Nordwind GmbH · Deichstraße 9 · 20459 Hamburg", ["gmbh"])
['Nordwind GmbH']
>>> names_in("Shenzhen Fastboard Co., Ltd.", ["co", "ltd"])
['Shenzhen Fastboard Co., Ltd.']
>>> is_postal("20459 Hamburg"), is_postal("San Francisco CA 94134"), is_postal("Derby DE1 2AB"), is_postal("Tel. 02305 555-120")
(True, True, True, False)
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from wharfinger.pages.labels import find, fold, has_digit
from wharfinger.pages.model import Line, Paper, Run
from wharfinger.records import Contact, Order, Party

_LONGEST_NAME = 60
_ADDRESS_LINES = 6
_LONGEST_FORM = 20
"""Characters of a legal form that is not written out: Общество с ограниченной ответственностью stands over the name."""
_SALUTATIONS = frozenset(("firma", "fa", "herr", "herrn", "frau", "mr", "mrs", "ms", "messrs", "monsieur", "madame"))
_ADDRESSED_AS = frozenset(("директору", "руководителю", "начальнику", "президенту"))
"""To whom at the company below them letters in Russian are addressed."""
_SEPARATORS = re.compile(r"[·•●■|,;]| [-–—] ")
_POSTAL = re.compile(  # 20459 Hamburg, 50-123 Wrocław
    r"(?<![\w/.-])(?:[A-Z]{1,3}[- ])?(?:\d{4,6}|\d{2}-\d{3}|\d{3} \d{2}|\d{4}-\d{3}|\d{4} ?[A-Z]{2}),? +(?P<place>[^\W\d_])"
    r"|(?<!\w)[A-Z]{2},? \d{5}(?:-\d{4})?(?!\d)"  # CA 94134
    r"|(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)"  # DE1 2AB
    r"|(?<!\d)\d{6}, "  # 344002, г. Ростов-на-Дону
)
_DETAILS = re.compile(
    r"@|www\.|电话|電話"
    r"|(?<![^\W_])(?:Tel|Fax|Phone|Тел|TVA|VAT|USt|NIP|P\. ?IVA|NIF|CIF|RFC|ИНН|BTW"
    r"|SIRET|Siret|RCS|ABN|CVR|KvK|CNPJ|DIČ|DIC|IČ|IČO|REGON|КПП)(?![^\W_])"
)

_ADDRESSED = re.compile(r"(?!.*[:：])(\S.{1,58}?)[ \u3000]*御中?")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name on the page. sender_line: its whole address stands beside it, as over an address window; details:
    its telephone or tax number stands there, too."""

    name: str
    run: Run
    sender_line: bool
    details: bool


def complete(order: Order, paper: Paper, forms: Sequence[str], is_label: Callable[[str], bool], writer: str | None) -> Order:
    """The order with the parties that have no label. forms: folded legal forms; writer: the field of whoever writes, None if unknown."""
    order = msgspec.structs.replace(
        order,
        buyer_customer_party=_with_whole_name(order.buyer_customer_party, paper, forms),
        seller_supplier_party=_with_whole_name(order.seller_supplier_party, paper, forms),
    )
    both = ("buyer_customer_party", "seller_supplier_party")
    person = _person(order.buyer_customer_party, forms) if writer == "buyer_customer_party" else None
    if writer == "buyer_customer_party" and order.seller_supplier_party is None and (name := _addressee(paper)):
        order = msgspec.structs.replace(order, seller_supplier_party=Party(name=name), assumed=(*order.assumed, "seller_supplier_party"))
    missing = [field for field in both if _is_unnamed(getattr(order, field)) or (person and field == writer)]
    if not missing:
        return order
    known = [fold(text) for field in both if (party := getattr(order, field)) for text in _texts(party)]
    mentions = _by_name(one for one in _mentions(paper, forms, is_label) if not _is_one_of(fold(one.name), known))
    location = order.delivery.delivery_location if order.delivery else None
    receiver = fold(location.name) if location and location.name else ""
    for name in [name for name, of in mentions.items() if len(of) == 1 and receiver and receiver in fold(of[0].run.text)]:
        del mentions[name]  # who only receives is no party to the order
    found = _shared_out(mentions, missing, writer)
    if person and not _is_letterhead(found.get("buyer_customer_party"), mentions, missing, paper):
        return order
    parties = {field: msgspec.structs.replace(getattr(order, field) or Party(), name=of[0].name) for field, of in found.items()}
    if person:
        parties["buyer_customer_party"] = Party(name=parties["buyer_customer_party"].name, contact=Contact(name=person))
    return msgspec.structs.replace(order, **parties, assumed=(*order.assumed, *parties)) if parties else order


def _addressee(paper: Paper) -> str | None:
    """The one company that is addressed with respect, as letters in Japanese do: 株式会社 東海商会 御中."""
    found = {match[1].strip() for line in paper.pages[0].lines for run in line.runs if (match := _ADDRESSED.fullmatch(run.text[:80]))}
    return found.pop() if len(found) == 1 else None


def names_in(text: str, forms: Sequence[str]) -> list[str]:
    """The names with a legal form (GmbH, Ltd, ООО, 有限公司) in a line of a letterhead."""
    names: list[str] = []
    for part in _parts(text.replace("：", ":").partition(":")[2] or text, forms):
        if len(part) <= _LONGEST_NAME and not has_digit(part) and any(find(form, part) for form in forms):
            names.append(part)
    return [name for name in names if not _is_only_form(name, forms)]


def is_postal(text: str) -> bool:
    """Whether a line has a postal code and a place."""
    return any(match["place"] is None or match["place"].isupper() for match in _POSTAL.finditer(text[:200]))


def _parts(text: str, forms: Sequence[str]) -> list[str]:
    """What commas, dots and dashes separate; a legal form behind a comma belongs to its name."""
    parts: list[str] = []
    at = 0
    for mark in [*_SEPARATORS.finditer(text[:300]), None]:
        part = text[at : mark.start() if mark else None].strip()
        if parts and _is_only_form(part, forms) and text[:at].rstrip().endswith(","):
            parts[-1] = f"{parts[-1]}, {part}"
        elif parts and text[:at].rstrip().endswith(",") and (form := _leading_form(part, forms)):
            parts[-1] = f"{parts[-1]}, {form}"  # the footer goes on: "Nordwind, S.L. Inscrita en el Registro"
        elif part:
            parts.append(part)
        at = mark.end() if mark else len(text)
    return parts[:12]


def _leading_form(text: str, forms: Sequence[str]) -> str:
    """The legal form that a text begins with, of those that follow a name (ООО stands before it)."""
    words = text.split()
    sizes = (size for size in (4, 3, 2, 1) if len(words) > size)
    return next((" ".join(words[:size]) for size in sizes if (form := fold("".join(words[:size]))) in forms and form.isascii()), "")


def _is_only_form(text: str, forms: Sequence[str]) -> bool:
    """Whether a text is a legal form alone: 'Ltd.', 'C.V.', '& Co. KG'."""
    words = [fold(word) for word in text.split()]
    known = [word for word in words if word and word not in ("co", "de")]
    joined = "".join(words)
    return bool(text) and len(words) <= 4 and (joined in forms or (bool(known) and all(word in forms for word in known)))


def _with_whole_name(party: Party | None, paper: Paper, forms: Sequence[str]) -> Party | None:
    """The party whose name goes on on the next line, with its legal form or as the page has it in one elsewhere, or begins there."""
    lines = party.address.address_lines if party and party.address else ()
    if party is None or party.address is None or not party.name or not lines:
        return party
    if fold(party.name) in _SALUTATIONS:
        address = msgspec.structs.replace(party.address, address_lines=lines[1:])
        return msgspec.structs.replace(party, name=lines[0], address=address)
    whole = fold(f"{party.name} {lines[0]}")
    elsewhere = any(fold(run.text) == whole and not _SEPARATORS.search(run.text) for line in paper.lines for run in line.runs)
    if not _is_only_form(lines[0], forms) and not elsewhere and not _is_rest_of_name(party.name, lines[0], forms):
        return party
    address = msgspec.structs.replace(party.address, address_lines=lines[1:])
    return msgspec.structs.replace(party, name=f"{party.name} {lines[0]}", address=address)


def _person(party: Party | None, forms: Sequence[str]) -> str | None:
    """Who buys for a company: 'Buyer: A. Reid' names nobody's firm."""
    if party is None or not party.name or msgspec.structs.replace(party, name=None) != Party():
        return None
    words = party.name.split()
    fits = 2 <= len(words) <= 3 and all(word.replace(".", "").replace("-", "").isalpha() and word[0].isupper() for word in words)
    return party.name if fits and not any(find(form, party.name) for form in forms) else None


def _is_unnamed(party: Party | None) -> bool:
    """Whether of a party nothing is known, or only how to reach it."""
    return party is None or msgspec.structs.replace(party, contact=None) == Party()


def _is_letterhead(of: list[_Mention] | None, mentions: dict[str, list[_Mention]], missing: Sequence[str], paper: Paper) -> bool:
    """Whether a name stands on top of the page, and another party is known or named."""
    top = [id(run) for line in paper.pages[0].lines[:_ADDRESS_LINES] for run in line.runs]
    return of is not None and len(mentions) >= len(missing) and any(id(one.run) in top for one in of)


def _is_rest_of_name(name: str, line: str, forms: Sequence[str]) -> bool:
    """Whether a wrapped name goes on with a line: with the rest of its legal form, or behind one word with that and more."""
    both, rest = fold(name + line), fold(line)
    torn = any(both.endswith(form) and form.endswith(rest) and len(rest) < len(form) for form in forms if rest)
    ends = [word for word in line.split()[1:] if fold(word) in forms]
    return torn or (len(name.split()) == 1 and bool(ends) and not has_digit(line) and not any(find(form, name) for form in forms))


def _texts(party: Party) -> Iterator[str]:
    """Its name, and the lines of its address, on which a long name goes on."""
    yield from filter(None, (party.name, party.registration_name))
    yield from party.address.address_lines if party.address else ()


def _mentions(paper: Paper, forms: Sequence[str], is_label: Callable[[str], bool]) -> Iterator[_Mention]:
    """Every name on page 1, outside its tables, from the top down."""
    lines = [line for line in paper.pages[0].lines if id(line) not in paper.in_tables]
    for at, line in enumerate(lines):
        for run in line.runs:
            parts = _parts(run.text, forms)
            row = " ".join(one.text for one in line.runs) if run is line.runs[0] else run.text
            sender_line = len(_parts(row, forms)) > 2 and is_postal(row) and parts[:1] != [] and not has_digit(parts[0])
            if _is_headed(lines, at, run, forms, is_label):
                continue
            named = names_in(run.text, forms)
            if not named and _is_only_form(run.text, forms) and len(run.text) > _LONGEST_FORM:
                named = [f"{run.text.strip()} {one.text}" for one in islice(_below(lines, at, run), 1) if one.text[:1] in "«\"“„"]
            if sender_line and not named and _is_name(parts[0], is_label) and not _is_under_name(lines, at, run, forms):
                named = [parts[0]]
            leads = _is_name(run.text, is_label) and _has_address_below(lines, at, run)
            if leads and not named and not _continues(lines, at, run, is_label):
                named = [run.text.strip()]
            under = next(_below(lines, at, run), None)
            if under is not None and _is_only_form(under.text, forms) and fold(run.text).endswith(fold((named or [run.text])[-1])):
                named = [f"{(named or [run.text.strip()])[-1]} {under.text}"]
            for name in named:
                yield _Mention(name, run, sender_line, _gives_details([run.text, *(one.text for one in _below(lines, at, run))]))


def _is_headed(
    lines: Sequence[Line], at: int, run: Run, forms: Sequence[str], is_label: Callable[[str], bool]
) -> bool:
    """Whether one word stands over a name: a heading that nobody knows, which may say anything about it."""
    over = next((one for line in reversed(lines[max(0, at - 2) : at]) for one in line.runs if _is_aligned(one, run)), None)
    if over is None or run.top - over.top > 1.7 * max(over.bottom - over.top, 1.0) or not names_in(run.text, forms):
        return False
    word = over.text.strip().rstrip(":：")
    unknown = fold(word) not in (*forms, *_ADDRESSED_AS) and fold(word) not in fold(run.text)
    return word.isalpha() and len(word) > 3 and not is_label(word) and unknown


def _is_under_name(lines: Sequence[Line], at: int, run: Run, forms: Sequence[str]) -> bool:
    """Whether a line is the address of the company whose name stands right above it."""
    over = next((one for one in lines[at - 1].runs if _is_aligned(one, run)), None) if at else None
    near = over is not None and run.top - over.top <= 2.1 * max(over.bottom - over.top, 1.0)
    return over is not None and near and bool(names_in(over.text, forms))


def _is_name(text: str, is_label: Callable[[str], bool]) -> bool:
    letters = sum(map(str.isalpha, text))
    plain = text.strip()
    fits = letters >= 4 and " " in plain and len(plain) <= _LONGEST_NAME
    return fits and not has_digit(plain) and ":" not in plain and not is_label(plain)


def _has_address_below(lines: Sequence[Line], at: int, run: Run) -> bool:
    """Whether a line with a postal code follows in the same block."""
    return any(is_postal(one.text) for one in _below(lines, at, run))


def _gives_details(texts: Sequence[str]) -> bool:
    return any(_DETAILS.search(text) for text in texts)


def _below(lines: Sequence[Line], at: int, run: Run) -> Iterator[Run]:
    above = run
    for line in lines[at + 1 : at + 3 * _ADDRESS_LINES]:
        height = max(above.bottom - above.top, 1.0)
        if line.top - above.top > 2.1 * height:
            return
        under = next((one for one in line.runs if _is_aligned(one, run)), None)
        if under is not None:
            yield under
            above = under


def _continues(lines: Sequence[Line], at: int, run: Run, is_label: Callable[[str], bool]) -> bool:
    """Whether the line above belongs to the same block: a department, a person or a street leads no address."""
    for line in reversed(lines[max(0, at - 3) : at]):
        over = next((one for one in line.runs if _is_aligned(one, run)), None)
        if over is not None:
            near = run.top - over.top <= 1.7 * max(over.bottom - over.top, 1.0)
            label = over.text.rstrip().endswith((":", "：")) or is_label(over.text)
            return near and not label and len(_parts(over.text, ())) < 3 and len(over.text) > 3
    return False


def _is_aligned(one: Run, other: Run) -> bool:
    return abs(one.x0 - other.x0) < 3 or abs(one.x1 - other.x1) < 3 or abs(one.x0 + one.x1 - other.x0 - other.x1) < 4


def _by_name(mentions: Iterator[_Mention]) -> dict[str, list[_Mention]]:
    """The mentions of each name; a name that contains another one is the same."""
    found: dict[str, list[_Mention]] = {}
    for one in mentions:
        name = fold(one.name)
        same = next((known for known in found if known in name or name in known), name)
        found.setdefault(same, []).append(one)
    return found


def _is_one_of(name: str, known: Sequence[str]) -> bool:
    return any(name in one or one in name for one in known if one)


def _shared_out(mentions: dict[str, list[_Mention]], missing: Sequence[str], writer: str | None) -> dict[str, list[_Mention]]:
    """Which of the missing parties each name is, as far as the layout says so."""
    groups = list(mentions.values())
    if len(missing) == 1 and len(groups) == 1:
        return {missing[0]: groups[0]}
    if writer is None:
        return {}
    first = _writer(groups)
    if first is None or writer not in missing:
        return {}
    others = [of for of in groups if of is not first]
    if len(missing) == 2 and len(others) == 1:
        other = next(field for field in missing if field != writer)
        return {writer: first, other: others[0]}
    return {writer: first} if len(missing) == 1 or len(first) > 1 or any(one.sender_line for one in first) else {}


def _writer(groups: Sequence[list[_Mention]]) -> list[_Mention] | None:
    """The name of whoever writes: over the address window, said several times, or on top of the page."""
    for says in (_has_sender_line, _is_repeated, _has_details):
        saying = [of for of in groups if says(of)]
        if len(saying) == 1:
            return saying[0]
    by_height = sorted(groups, key=lambda of: of[0].run.top)
    if len(by_height) == 1:
        return by_height[0]
    if by_height and by_height[1][0].run.top - by_height[0][0].run.top > 1.5 * (by_height[0][0].run.bottom - by_height[0][0].run.top):
        return by_height[0]
    return None


def _has_sender_line(mentions: Sequence[_Mention]) -> bool:
    return any(one.sender_line for one in mentions)


def _has_details(mentions: Sequence[_Mention]) -> bool:
    """Whether it says how to reach it or its tax number: who writes does so for the other."""
    return any(one.details for one in mentions)


def _is_repeated(mentions: Sequence[_Mention]) -> bool:
    return len(mentions) > 1
