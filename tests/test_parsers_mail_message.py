"""Mail messages: what holds a document is received, however it is marked; what merely accompanies it is left out."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest

from parsers import mail_message
from wharfinger.contracts import Context, Part
from wharfinger.problems import Problem

FIXTURES = Path(__file__).parent / "fixtures" / "mail_message"
HEAD = b"From: a@nordwind.example\nTo: b@hafen.example\nSubject: Order\nMIME-Version: 1.0\n"
EMPTY = [("mail-without-attachment", None)]


def _parse(content: bytes) -> list[tuple[str, Any]]:
    """Each part as its name and content, each problem as its code and subject."""
    return [
        (item.name, item.content) if isinstance(item, Part) else (item.code, item.subject)
        for item in mail_message.parse(io.BytesIO(content), Context())
    ]


def _recognised(content: bytes) -> bool:
    return mail_message.recognises(content[:65_536], io.BytesIO(content)) is not None


def _with(*parts: bytes) -> bytes:
    bodies = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + bodies + b"--b--\n"


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.eml")), ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))

    with file.open("rb") as stream:
        found = [_plain(item) for item in mail_message.parse(stream, Context())]

    assert found == expected


def _plain(item: Part | Problem) -> dict[str, Any]:
    if isinstance(item, Part):
        try:
            return {"part": item.name, "content": item.content.decode()}
        except UnicodeDecodeError:
            return {"part": item.name, "content": "base64:" + base64.b64encode(item.content).decode()}
    problem = item.as_json("en")
    return {"problem": problem["code"], "place": problem["place"], "text": problem["text"]}


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.eml")), ids=lambda file: file.stem)
def test_a_mail_is_recognised(file: Path) -> None:
    assert _recognised(file.read_bytes())


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: Order 4711\nDate: 2026-11-01\nItem: OF-24\n\n24 pieces",
        b"From: Nordwind\nTo: all colleagues\nSubject: summer party\n\nDear all,",
        b"Dear all,\nFrom: a@b.example\nTo: c@d.example\nMessage-ID: <1@b>\n",
        b"Received: 24 pieces of OF-24\n\nThank you",
        b"order: 4711\nitem: OF-24\nquantity: 24\n",
        b"UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0800+1'",
        b"",
    ],
)
def test_prose_and_data_are_no_mail(content: bytes) -> None:
    assert not _recognised(content)


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"\nhello",
        b"From nordwind Sun Nov  1 08:00:00 2026\n" + HEAD + b"\nhello",
        b"\xef\xbb\xbf" + HEAD.replace(b"\n", b"\r\n") + b"\r\nhello",
        b"From: a@b.example\nTo: c@d.example\nSubject: Order\n\nhello",
        b"Return-Path: <>\nFrom: x\n folded\n\nhello",
    ],
)
def test_header_fields_at_the_start_are_a_mail(content: bytes) -> None:
    assert _recognised(content)


def test_a_picture_that_the_letter_shows_is_left_out_and_a_scan_is_not() -> None:
    logo = b"Content-Type: image/png\nContent-ID: <1@x>\nContent-Transfer-Encoding: base64\n\n"
    logo += base64.encodebytes(b"\x89PNG\r\n\x1a\n")
    scan = b"Content-Type: image/jpeg; name=scan.jpg\nContent-Transfer-Encoding: base64\n\n"
    scan += base64.encodebytes(b"\xff\xd8\xff" + bytes(50_000))

    found = _parse(_with(logo, scan))

    assert [name for name, _ in found] == ["scan.jpg"]


@pytest.mark.parametrize(
    ("body", "is_document"),
    [
        (b"Dear all;\nwe order; as agreed;\n24 pieces", False),
        (b"item;quantity;unit\nOF-24;24;PCE\nOF-25;1;PCE", True),
        (b"ISA*00*          *00*          *ZZ*NORDWIND", True),
        (b'<?xml version="1.0"?><Order/>', True),
        (b"a\tb\tc\n1\t2\t3", True),
        (b"order,item,quantity,unit\n1,OF-24,24,PCE\n1,OF-25,1,PCE", True),
        (b"Dear Ann, Bob, Carl, Dora,\nwe order 24 pieces.\nKind regards", False),
        (b"hello", False),
    ],
)
def test_a_body_is_a_document_only_if_it_is_data(body: bytes, is_document: bool) -> None:
    found = _parse(HEAD + b"Content-Type: text/plain\n\n" + body)

    assert found == ([("text-plain", body)] if is_document else EMPTY)


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR",
        b"Content-Type: text/vcard; name=a.vcf\n\nBEGIN:VCARD",
        b"Content-Type: text/plain; name=ATT00001.txt\n\n-- \nlist footer",
        b"Content-Type: message/delivery-status\n\nStatus: 2.0.0",
        b"Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN",
    ],
)
def test_what_merely_accompanies_is_left_out(part: bytes) -> None:
    assert _parse(_with(part)) == EMPTY


def test_a_mail_in_a_mail_that_is_encoded_as_a_whole_is_received_as_a_file() -> None:
    inner = base64.encodebytes(HEAD + b"\nhello")

    found = _parse(_with(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + inner))

    assert found == [("message.eml", HEAD + b"\nhello")]


def test_mails_nested_too_deeply_are_refused() -> None:
    mail = HEAD + b"\nhello"
    for _ in range(12):
        mail = HEAD + b"Content-Type: message/rfc822\n\n" + mail

    assert [code for code, _ in _parse(mail)] == ["mail-too-deep"]


def test_parts_nested_a_thousand_deep_are_refused() -> None:
    part = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
    mail = HEAD + b"".join(part % (number, number) for number in range(2_000))

    assert [code for code, _ in _parse(mail)] == ["mail-too-deep"]


def test_a_name_in_forbidden_bytes_is_shown_as_well_as_can_be() -> None:
    utf_8 = b'Content-Type: application/pdf; name="M\xc3\xa4rz.pdf"\n\n%PDF'
    latin_1 = b'Content-Type: application/pdf; name="M\xe4rz.pdf"\n\n%PDF'

    found = _parse(_with(utf_8, latin_1))

    assert [name for name, _ in found] == ["März.pdf", "März.pdf"]


def test_a_header_that_breaks_off_is_said() -> None:
    found = _parse(HEAD + b"this is no field\nContent-Type: application/pdf; name=o.pdf\n\n%PDF")

    assert found == [("mail-header-damaged", None)]


@pytest.mark.parametrize(
    "name", [b"=?x-unknown?Q?a=FF.pdf?=", b"=?utf-8?B?!!!?=", b"=?utf-8?Q?a", b"'''", b"\x00\xff", b"a*0*=b; name*=utf-8''%ff%zz"]
)
def test_no_name_raises(name: bytes) -> None:
    part = b"Content-Type: application/pdf; name=" + name + b"\nContent-Disposition: attachment\n\n%PDF"

    found = _parse(_with(part))

    assert [content for _, content in found] == [b"%PDF"]


@pytest.mark.parametrize("cut", range(0, 1_500, 31))
def test_no_cut_mail_raises(cut: int) -> None:
    content = (FIXTURES / "inline_and_nameless.eml").read_bytes()

    for bad in (content[:cut], content[cut:], content[:cut] + b"\xff\x00\r\n\r\n" + content[cut:]):
        assert _parse(bad)
