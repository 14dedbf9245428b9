"""From pages to orders: which template speaks of them, what kind of document they are, and what no mapping placed.

A partner template that matches decides. Without one, the titles in mappings/formats/page/orders.yaml say what the document
is and its labels, in four languages, what can be read; what is not found is not invented.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import mappings
from wharfinger import text_values
from wharfinger.config import Company, Partner
from wharfinger.contracts import Context, Document
from wharfinger.currency_customs import meant
from wharfinger.date_customs import custom_of_dates
from wharfinger.mapping import MappingError, compile_mapping
from wharfinger.pages.amounts import with_currency, with_discount, with_net_total
from wharfinger.pages.labels import find, fold, is_longer_label, value
from wharfinger.pages.letter_date import letter_date
from wharfinger.pages.letterhead import complete
from wharfinger.pages.model import Page, Paper, Run
from wharfinger.pages.notation import PageNotation
from wharfinger.pages.values import DATE, QUOTES, code_in, one_code_of, printed_dates, printed_numbers
from wharfinger.problems import Problem, WrongSettings
from wharfinger.records import Identifier, Order, Party, Place
from wharfinger.text_values import ROUNDED, day_example, day_order, number_example
from wharfinger.yaml_files import load_yaml, mismatch

_TITLE_LINES = 60
_NUMBER_MARKS = ("nr", "no", "n", "number", "nummer", "номер")
_DATE_MARKS = ("vom", "от", "dated")
"""Words after which a title goes on with the number or date of the document; an order's number may also stand on others."""
_DATE_IN_TITLE = re.compile(
    rf"(?<![^\W\d_])(?:vom|dated|from|от|du|del|de|van|dnia|ze dne|dne|din|av|af|/) ({DATE.pattern})", re.IGNORECASE
)
_DOLLARS = re.compile(r"(?<![A-Za-z])\$ ?\d")
_OTHER_DOLLARS = re.compile(r"[A-Z]\$|(?<!\w)(?:CAD|AUD|MXN|NZD|HKD|SGD|EUR|GBP)(?!\w)|[€£]")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_LABEL_LENGTH = 40
_MAX_EXTENSIONS = 200


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which printed texts a template knows its documents: all of text_has stand there, none of `not`."""

    text_has: tuple[str, ...] = ()
    has_not: tuple[str, ...] = msgspec.field(name="not", default=())


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a partner file says under `formats: page:`. fields replace those of the packaged mapping one by one; null drops one."""

    match: Match = Match()
    numbers: str | None = None
    dates: str | None = None
    fields: dict[str, Any] = {}


def template_of(partner: Partner) -> Template:
    """A partner's template for pages. Raises Permanent when the partner file is wrong."""
    template = _template(partner)
    fields = _fields(template)
    try:
        compile_mapping(Order, fields, PageNotation(fields))
    except (MappingError, ValueError) as error:
        keys = ("page", "fields", *error.field.split(".")) if isinstance(error, MappingError) else ("page",)
        raise WrongSettings(partner.partner, keys, str(error)) from error
    return template


def _template(partner: Partner) -> Template:
    stated = partner.formats.get("page", {})
    if wrong := mismatch(stated, Template):
        raise WrongSettings(partner.partner, ("page", *wrong[0]), wrong[1])
    return msgspec.convert(stated, Template)


def orders(paper: Paper, context: Context) -> Iterator[Document | Problem]:
    """The orders on the pages, or why there is none."""
    place = _first_place(paper)
    matching = [one for one in _partners(context) if "page" in one.formats and _matches(_template(one).match, paper)]
    if len(matching) > 1:
        yield Problem(code="page-templates-ambiguous", place=place, found=", ".join(one.partner for one in matching))
        return
    if matching:
        yield _document(paper, template_of(matching[0]), context, place, matching[0].partner)
        return
    for one in _apart(paper):
        yield _untemplated(one, context)


def _apart(paper: Paper) -> Iterator[Paper]:
    """The orders in one file: another begins on a page with a title and a number of its own."""
    pages: list[Page] = []
    number: str | None = None
    for page in paper.pages:
        if pages and _title(Paper((page,)), _generic()["kinds"]):
            if number is None:
                number = _number(Paper(tuple(pages))) or ""
            if number and not _says(page, number) and _number(Paper((page,))):
                yield Paper(tuple(pages))
                pages, number = [], None
        pages.append(page)
    yield Paper(tuple(pages))


def _says(page: Page, number: str) -> bool:
    return any(find(fold(number), line.text) for line in page.lines)


def _number(paper: Paper) -> str | None:
    """The order number on the pages."""
    fields = _generic()["fields"]
    record: Order | None = compile_mapping(Order, {"id": fields["id"]}, PageNotation(fields))(paper, [])
    return record.id if record else None


def _untemplated(paper: Paper, context: Context) -> Document | Problem:
    """The order on pages of which no template speaks, or why there is none."""
    place = _first_place(paper)
    title = _title(paper, _generic()["kinds"])
    if title and title[0] != "Order":
        return Problem(code="document-kind-not-read", place=title[1].place, found=title[1].text[:80], subject=title[0])
    document = _document(paper, Template(), context, place, None)
    if title and isinstance(document.record, Order) and document.record.id is None and (number := _number_in_title(title[1].text)):
        document = msgspec.structs.replace(document, id=number, record=msgspec.structs.replace(document.record, id=number))
    record = document.record
    if title and isinstance(record, Order) and record.issue_date is None and (day := _date_in_title(title[1].text, paper)):
        record = msgspec.structs.replace(record, issue_date=day)
        document = msgspec.structs.replace(document, record=record)
    if not isinstance(record, Order) or not (title or (record.id and record.order_lines)):
        return Problem(code="page-not-an-order", place=place)
    return document


def _first_place(paper: Paper) -> Place:
    return next((line.place for line in paper.lines), Place())


def packaged_fields() -> dict[str, Any]:
    """The packaged mapping of orders on pages."""
    fields: dict[str, Any] = _generic()["fields"]
    return fields


def _fields(template: Template) -> dict[str, Any]:
    merged = {**_generic()["fields"], **template.fields}
    return {name: leaf for name, leaf in merged.items() if leaf is not None}


def _partners(context: Context) -> tuple[Partner, ...]:
    """The partner that is vouched for alone, else all."""
    if context.partner and "page" in context.partner.formats:
        return (context.partner,)
    return context.partners


@cache
def _generic() -> dict[str, Any]:
    content: dict[str, Any] = load_yaml(Path(mappings.__file__).parent / "formats" / "page" / "orders.yaml")
    return content


def _matches(match: Match, paper: Paper) -> bool:
    def stands(text: str) -> bool:
        label = fold(text)
        return any(find(label, line.text) for line in paper.lines)

    return all(map(stands, match.text_has)) and not any(map(stands, match.has_not))


def _number_in_title(text: str) -> str | None:
    """The number that stands behind the title of an order: "Commande d'achat N° CA26-00482"."""
    ends = [end for title in _generic()["kinds"]["Order"] for start, end in find(fold(title), text) if start == 0]
    return code_in(value(text, max(ends))) if ends else None


def _date_in_title(text: str, paper: Paper) -> date | None:
    """The date that a title goes on with: "Заявка на поставку № 77/26 от 12 октября 2026 г."."""
    printed = _DATE_IN_TITLE.search(QUOTES.sub("", text))
    try:
        return text_values.day(printed[1], _custom_of_dates(paper)) if printed else None
    except ValueError:
        return None


def _title(paper: Paper, kinds: dict[str, list[str]]) -> tuple[str, Run] | None:
    """The kind of document that the largest title on the first page names, the first of several; and the title."""
    best: tuple[tuple[int, bool, int, int], str, Run] | None = None
    first = _first_place(paper).page
    known = [(rank, kind, title, fold(title)) for rank, (kind, titles) in enumerate(kinds.items()) for title in titles]
    for at, line in enumerate(paper.lines[:_TITLE_LINES]):
        if line.place.page != first:
            break
        for run, following in zip(line.runs, [*line.runs[1:], None], strict=True):
            if len(run.text) > 80 or (following and following.text.startswith((":", "："))):
                continue
            folded = fold(run.text)
            for rank, kind, title, plain in known:
                if plain in folded and (sure := _is_title(run.text, title)) is not None:
                    score = (round((run.bottom - run.top) / 2), sure or kind != "Order", -at, -rank)
                    if best is None or score > best[0]:
                        best = score, kind, run
    return best[1:] if best else None


def _is_title(text: str, title: str) -> bool | None:
    """True: the text is the title, perhaps with a date or more behind it; False: with a number; None: something else.

    A title "*rechnung" is any first word that ends so.
    """
    if title.startswith("*"):
        first = text.split(maxsplit=1)[0]
        if not fold(first).endswith(fold(title)) or first.endswith((":", "：")):
            return None
        end = len(first)
    else:
        end = next((end for start, end in find(fold(title), text) if start == 0), -1)
        if end < 0:
            return None
    rest = text[end:].strip()
    if not rest or rest[0] in "/|-–—(":
        return True
    first = rest.split(maxsplit=1)[0]
    word = fold(first)
    if rest[0] in "#№" or word in _NUMBER_MARKS:
        return None if is_longer_label(text, end) or first.endswith((":", "：")) else False
    if word in _DATE_MARKS or any(char.isdigit() for char in word):
        return True
    return False if len(rest) <= 30 and code_in(rest) else None


def _document(paper: Paper, template: Template, context: Context, place: Place, partner: str | None) -> Document:
    record, problems = read(paper, template, context)
    number = record.id if record else None
    return Document(kind="Order", id=number, record=record, place=place, problems=problems, partner=partner)


def read(
    paper: Paper, template: Template, context: Context, writer: str | None = "buyer_customer_party"
) -> tuple[Order | None, tuple[Problem, ...]]:
    """What the pages say as an order, whatever their title, and what is wrong with it. writer: which party's letterhead it bears."""
    fields = _fields(template)
    numbers = template.numbers or number_example(printed_numbers(paper)) or _custom_of_numbers(paper)
    dates = template.dates or day_example(printed_dates(paper)) or _custom_of_dates(paper)
    notation = PageNotation(fields, numbers, dates)
    problems: list[Problem] = []
    record: Order | None = compile_mapping(Order, fields, notation)(paper, problems)
    problems += [
        Problem(code="page-row-behind-sum" if row.behind else "page-row-unclear", place=row.place, found=row.lines[0].text[:80])
        for row in notation.rows
        if row.doubtful
    ]
    if record is not None:
        record = _known_parties(record, paper, context)
        record = complete(record, paper, legal_forms(), notation.is_label, writer)
        problems += _rounded(record, paper, notation)
        if record.issue_date is None and (written := letter_date(paper, notation.is_label, notation.day)):
            record = msgspec.structs.replace(record, issue_date=written)
        record = _with_discounts(record, notation)
        if record.document_currency_code is None and dates and day_order(dates) == "mdy" and _only_dollars(paper):
            record = msgspec.structs.replace(record, document_currency_code="USD", assumed=(*record.assumed, "document_currency_code"))
        if "document_currency_code" not in template.fields:
            record = _with_meant_currency(record, paper)
        if record.document_currency_code:
            record = with_currency(record, record.document_currency_code)
        record = with_net_total(record)
        record = msgspec.structs.replace(
            record, order_lines=_with_unplaced_cells(record, notation, fields), extensions=_unplaced(paper), origin=_first_place(paper)
        )
    return record, tuple(problems)


@cache
def legal_forms() -> tuple[str, ...]:
    """What tells the name of a company, folded: GmbH, Ltd, ООО, 有限公司."""
    return tuple(map(fold, _generic()["legal_forms"]))


def _custom_of_dates(paper: Paper) -> str | None:
    return custom_of_dates([line.text[:500] for line in paper.lines[:500]])


def _custom_of_numbers(paper: Paper) -> str | None:
    """An example of how numbers are written where the pages are: a point separates decimals in East Asia (CLDR: zh, ja, ko)."""
    return "1,234.56" if any(_EAST_ASIAN.search(line.text) for line in paper.lines) else None


def _with_meant_currency(record: Order, paper: Paper) -> Order:
    """The order in the currency that is meant, where the pages do not name it."""
    currency = meant(record.document_currency_code, (line.text for line in paper.lines))
    if currency == record.document_currency_code:
        return record
    assumed = (*record.assumed, "document_currency_code") if currency else record.assumed
    return msgspec.structs.replace(record, document_currency_code=currency, assumed=assumed)


def _only_dollars(paper: Paper) -> bool:
    """Whether amounts bear the dollar sign, and no other dollar is named: CA$, MX$."""
    return any(_DOLLARS.search(line.text) for line in paper.lines) and not any(_OTHER_DOLLARS.search(line.text) for line in paper.lines)


def _rounded(record: Order, paper: Paper, notation: PageNotation) -> Iterator[Problem]:
    """Numbers of the order and its lines that a spreadsheet rounded before it was printed: 4.5E+09."""
    if record.id and ROUNDED.fullmatch(record.id):
        before = Run((), Place())
        for run in (run for line in paper.lines for run in line.runs):
            if run.text.endswith(record.id):
                label = run.text.removesuffix(record.id).strip(" :：") or before.text
                yield Problem(code="table-number-rounded", place=run.place, subject=label, found=record.id)
                break
            before = run
    for row in notation.rows:
        for column in () if row.doubtful else row.cells:
            if ROUNDED.fullmatch(row.text(column)):
                yield Problem(code="table-number-rounded", place=row.place, subject=row.headings[column], found=row.text(column))


def _with_discounts(record: Order, notation: PageNotation) -> Order:
    """The lines with the discounts that stand in a column of their own."""
    printed = {row.place: row.text("Discount") for row in notation.rows if row.cells.get("Discount")}
    lines = tuple(with_discount(line, printed.get(line.origin or Place(), ""), notation.number) for line in record.order_lines)
    return msgspec.structs.replace(record, order_lines=lines) if printed else record


def _with_unplaced_cells(record: Order, notation: PageNotation, fields: dict[str, Any]) -> tuple[Any, ...]:
    """The lines with what stands in columns that the mapping does not name."""
    named = _columns(fields.get("order_lines"))
    codes = {column for column, kind in notation.kinds if kind == "code"}
    rows = {row.place: row for row in notation.rows}
    lines = []
    for line in record.order_lines:
        row = rows.get(line.origin or Place())
        unread = [name for name in row.cells if name not in named or (name in codes and not one_code_of(row.cells[name]))] if row else []
        rest = {row.headings[name]: row.text(name) for name in unread} if row else {}
        lines.append(msgspec.structs.replace(line, extensions=rest) if rest else line)
    return tuple(lines)


def _columns(fields: Any) -> set[str]:
    if isinstance(fields, list):
        return {name for part in fields for name in _columns(part)}
    if isinstance(fields, dict):
        own = {str(fields["column"])} if "column" in fields else set()
        return own | {name for part in fields.values() for name in _columns(part)}
    return set()


def _unplaced(paper: Paper) -> dict[str, str]:
    """What reads 'label: value' and no mapping took."""
    found: dict[str, str] = {}
    for line in paper.lines:
        for at, run in enumerate(line.runs if id(line) not in paper.in_tables else ()):
            label, colon, text = run.text.replace("：", ":").partition(":")
            if not colon or id(run) in paper.taken or not label.strip() or len(label) > _LABEL_LENGTH or text.startswith("//"):
                continue
            text = text.strip() or (line.runs[at + 1].text if at + 1 < len(line.runs) else "")
            if text and len(found) < _MAX_EXTENSIONS:
                found.setdefault(label.strip(), text)
    return found


def _known_parties(record: Order, paper: Paper, context: Context) -> Order:
    """A party that has no label on the page, but whose name, tax number or GLN stands there: the partner or company it is."""
    if record.buyer_customer_party is None and (party := _only_one(context.partners, paper)):
        record = msgspec.structs.replace(record, buyer_customer_party=party)
    if record.seller_supplier_party is None and (party := _only_one(context.companies, paper)):
        record = msgspec.structs.replace(record, seller_supplier_party=party)
    return record


def _only_one(known: tuple[Partner, ...] | tuple[Company, ...], paper: Paper) -> Party | None:
    found = []
    for one in known:
        gln = _first_on(paper, one.identity.gln)
        name = _first_on(paper, (one.name, *one.identity.names))
        tax = _first_on(paper, one.identity.tax_ids)
        if gln or name or tax:
            endpoint = Identifier(value=gln, scheme_id="0088") if gln else None
            found.append(Party(name=name, endpoint_id=endpoint, tax_ids=(Identifier(value=tax),) if tax else ()))
    return found[0] if len(found) == 1 else None


def _first_on(paper: Paper, texts: tuple[str, ...]) -> str | None:
    return next((text for text in texts if any(find(fold(text), line.text) for line in paper.lines)), None)
