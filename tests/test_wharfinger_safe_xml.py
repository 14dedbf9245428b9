"""No document type declaration reaches libxml2, however it is hidden."""

import io
import re

import pytest
from lxml import etree

from wharfinger import safe_xml
from wharfinger.problems import Place, Problem
from wharfinger.safe_xml import XmlRoot, read_xml, xml_root

DOCTYPE = '<!DOCTYPE Order [<!ENTITY e "expanded">]>'
ORDER = '<Order note="&e;">&e;</Order>'
MARK = "\ufeff"


def code(content: bytes) -> str:
    found = read_xml(io.BytesIO(content))
    assert isinstance(found, Problem), "it was parsed"
    return found.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("marks", [0, 1, 2, 3])
def test_a_declaration_behind_any_number_of_byte_order_marks_is_refused(encoding: str, marks: int) -> None:
    assert "xml-doctype" == code((MARK * marks + DOCTYPE + ORDER).encode(encoding))


@pytest.mark.parametrize("before", ["<!-- x > y --><?a <!-- ?>", "\r\n\t ", "<?xml version='1.0'?>\n<!-- <!ELEMENT> -->", " " * 5000, "\xa0"])
def test_a_declaration_behind_blanks_comments_and_instructions_is_refused(before: str) -> None:
    assert "xml-doctype" == code((before + DOCTYPE + ORDER).encode())


@pytest.mark.parametrize("declared", ["utf-16", "cp037", "utf-7", "rot13", "zip", "hz", "iso-2022-jp", "no-such-charset"])
def test_a_declaration_is_refused_whatever_encoding_is_declared(declared: str) -> None:
    assert "xml-doctype" == code(f'<?xml version="1.0" encoding="{declared}"?>{DOCTYPE}{ORDER}'.encode())


@pytest.mark.parametrize("codec", ["cp037", "cp500"])
def test_ebcdic_is_never_parsed(codec: str) -> None:
    assert "xml-encoding" == code(f'<?xml version="1.0" encoding="{codec}"?>{DOCTYPE}{ORDER}'.encode(codec))


def test_a_declaration_that_only_libxml2_sees_is_refused_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "_PROLOG", re.compile("(?=never)x"))  # a hole in what is looked at before

    found = read_xml(io.BytesIO(f"<!-- x -->{DOCTYPE}<Order/>".encode()))

    assert Problem(code="xml-doctype", found="Order") == found


def test_a_declaration_in_a_comment_or_in_text_is_none() -> None:
    found = read_xml(io.BytesIO(f"<!-- {DOCTYPE} --><Order><![CDATA[{DOCTYPE}]]></Order>".encode()))

    assert isinstance(found, etree._Element)
    assert DOCTYPE == found.text


def test_two_byte_order_marks_do_no_harm() -> None:
    content = f'{MARK}{MARK}<?xml version="1.0"?><Order xmlns="urn:x"/>'.encode()

    found = read_xml(io.BytesIO(content))

    assert isinstance(found, etree._Element)
    assert "{urn:x}Order" == found.tag
    assert XmlRoot(namespace="urn:x", name="Order") == xml_root(content)


def test_a_refused_declaration_is_told_with_its_name_and_line() -> None:
    found = read_xml(io.BytesIO(f'<?xml version="1.0"?>\n<!-- x\n -->\n{DOCTYPE}{ORDER}'.encode()))

    assert Problem(code="xml-doctype", place=Place(line=4), found="Order") == found


def test_a_first_element_is_told_of_a_document_that_is_cut_off() -> None:
    assert XmlRoot(namespace="urn:x", name="a", children=(("urn:x", "b"),)) == xml_root(b'<a xmlns="urn:x"><b>1</b><c')
