"""What is made of several values of a message together: whose amounts have signs, what the tax is, which party is named once."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parsers import edifact
from wharfinger.contracts import Context, Document

FIXTURES = Path(__file__).parent / "fixtures" / "edifact"
CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "edifact"
READ = ("INVOIC", "ORDCHG", "ORDRSP", "REMADV")
PARTIES = "NAD+SU+5412345000013::9'RFF+VA:BE0428759497'NAD+BY+4012345500004::9'"
LINE = "LIN+1++4000862141404:EN'QTY+47:2:PCE'MOA+203:7.00'PRI+AAA:3.50'TAX+7+VAT+++:::19+S'"


def _read(kind: str, body: str) -> Document:
    raw = f"UNB+UNOC:3+A+B+261101:0930+7'UNH+1+{kind}:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+1'UNZ+1+7'"
    [document] = [item for item in edifact.parse(io.BytesIO(raw.encode("latin-1")), Context()) if isinstance(item, Document)]
    return document


def _invoice(code: str = "380", parties: str = PARTIES, line: str = LINE, summary: str = "MOA+77:8.33'", head: str = "") -> Document:
    return _read("INVOIC", f"BGM+{code}+RE-1+9'DTM+137:20261201:102'{head}{parties}CUX+2:EUR:4'{line}UNS+S'{summary}")


def _record(document: Document) -> Any:
    return document.record


@pytest.mark.parametrize(
    ("code", "kind"),
    [(code, "Invoice") for code in ("380", "82", "325", "383", "384", "386", "388", "389", "393", "395", "")]
    + [(code, "CreditNote") for code in ("381", "81", "83", "261", "262", "296", "308", "396", "420", "458", "532")],
)
def test_the_type_code_says_whether_it_is_an_invoice_or_a_credit_note(code: str, kind: str) -> None:
    assert kind == _invoice(code).kind


def test_a_party_that_invoices_and_sells_is_named_once_and_another_one_beside_it() -> None:
    alone = _record(_invoice())
    apart = _record(_invoice(parties=PARTIES + "NAD+IV+4012345500097::9'NAD+II+5412345000099::9'"))

    assert (None, None) == (alone.buyer_customer_party, alone.seller_supplier_party)
    assert ("5412345000099", "5412345000013", "4012345500097", "4012345500004") == tuple(
        party.endpoint_id.value
        for party in (
            apart.accounting_supplier_party, apart.seller_supplier_party, apart.accounting_customer_party, apart.buyer_customer_party
        )
    )


def test_a_credit_note_whose_amounts_are_all_negative_is_turned_and_says_so() -> None:
    line = LINE.replace("47:2", "47:-2").replace("203:7", "203:-7")

    record = _record(_invoice("381", line=line, summary="MOA+79:-7.00'MOA+125:-7.00'MOA+124:-1.33'MOA+77:-8.33'"))

    [only] = record.credit_note_lines
    totals = record.legal_monetary_total
    assert (Decimal("7.00"), Decimal(2), Decimal("3.50")) == (
        only.line_extension_amount.value, only.credited_quantity.value, only.price.price_amount.value
    )
    assert (Decimal("8.33"), Decimal("7.00"), Decimal("1.33")) == (
        totals.payable_amount.value, totals.tax_exclusive_amount.value, record.tax_total.tax_amount.value
    )
    assert ("legal_monetary_total",) == record.assumed


@pytest.mark.parametrize("code", ["381", "380"])
def test_amounts_of_both_signs_stay_as_they_are(code: str) -> None:
    document = _invoice(code, summary="MOA+79:7.00'MOA+125:-7.00'MOA+77:-8.33'")

    totals = _record(document).legal_monetary_total

    assert (Decimal("7.00"), Decimal("-8.33")) == (totals.line_extension_amount.value, totals.payable_amount.value)
    assert (["credit-note-unclear"] if code == "381" else []) == [problem.code for problem in document.problems]


@pytest.mark.parametrize(
    ("summary", "inclusive", "payable", "prepaid"),
    [
        ("MOA+77:119'", "119", "119", None),
        ("MOA+86:119'", "119", "119", None),
        ("MOA+9:119'", "119", "119", None),
        ("MOA+39:119'", "119", "119", None),
        ("MOA+128:119'", "119", "119", None),
        ("MOA+388:119'MOA+9:100'MOA+113:19'", "119", "100", "19"),
        ("MOA+77:119'MOA+9:100'MOA+113:19'", "119", "100", "19"),
        ("MOA+86:119'MOA+9:100'", "119", "100", None),
        ("MOA+79:7'MOA+129:119'", None, None, None),
    ],
)
def test_totals_with_tax_are_chosen_by_their_qualifiers(summary: str, inclusive: str | None, payable: str | None, prepaid: str | None) -> None:
    totals = _record(_invoice(summary=summary)).legal_monetary_total

    found = [totals and getattr(totals, name) for name in ("tax_inclusive_amount", "payable_amount", "prepaid_amount")]

    assert [inclusive, payable, prepaid] == [str(one.value) if one else None for one in found]


def test_the_tax_is_the_sum_of_its_parts_and_the_sum_without_tax_that_of_what_is_taxed() -> None:
    parts = "TAX+7+VAT+++:::19+S'MOA+125:100'MOA+124:19'TAX+7+VAT+++:::7+S'MOA+125:50'MOA+124:3.50'"

    record = _record(_invoice(summary=f"MOA+77:172.50'{parts}"))

    assert (Decimal("22.50"), Decimal(150)) == (record.tax_total.tax_amount.value, record.legal_monetary_total.tax_exclusive_amount.value)
    assert ("tax_total", "legal_monetary_total") == record.assumed


def test_a_rate_without_a_category_is_the_standard_one() -> None:
    record = _record(_invoice(summary="MOA+77:119'TAX+7+VAT+++:::19'MOA+125:100'MOA+124:19'TAX+7+VAT+++:::0'MOA+125:0'MOA+124:0'"))

    assert ["S", None] == [one.tax_category.id for one in record.tax_total.tax_subtotals]


def test_an_invoice_that_names_its_own_number_refers_to_no_other() -> None:
    record = _record(_invoice(head="RFF+IV:RE-1'RFF+IV:RE-0'"))

    assert ["RE-0"] == [one.id for one in record.billing_references]


def test_what_a_credit_note_takes_off_a_payment_has_no_sign_and_its_place_in_the_message() -> None:
    documents = "DOC+380+RE-1'MOA+12:100'DOC+381+G-1'MOA+12:-8.33'DOC+380+RE-2'MOA+12:50'"

    record = _record(_read("REMADV", f"BGM+481+Z-1+9'DTM+137:20261220:102'NAD+PR+1'NAD+PE+2'CUX+2:EUR:11'{documents}UNS+S'MOA+12:141.67'"))

    lines = record.remittance_advice_lines
    assert [("1", "RE-1", "100", None), ("2", "G-1", None, "8.33"), ("3", "RE-2", "50", None)] == [
        (line.id, line.billing_reference.id, *(str(one.value) if one else None for one in (line.debit_line_amount, line.credit_line_amount)))
        for line in lines
    ]
    assert record.payee_party is None


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpora are not here")
def test_every_message_of_these_types_in_the_corpus_becomes_a_record() -> None:
    unread = []
    for file in sorted(CORPUS.rglob("*")):
        if not file.is_file():
            continue
        raw = file.read_bytes()
        claim = edifact.recognises(raw[: 64 * 1024], io.BytesIO(raw))
        if claim is None or not any(kind in claim.description for kind in READ):
            continue
        unread += [file.name for item in edifact.parse(io.BytesIO(raw), Context()) if isinstance(item, Document) and item.record is None]

    assert [] == unread
