"""Writes the documents of the sample inbox (wharfinger/samples/home/inbox). Run it after a change, and look at what it wrote.

    .venv/bin/python tests/make_samples.py
"""

import zipfile
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from stdnum import ean

INBOX = Path(__file__).resolve().parent.parent / "wharfinger" / "samples" / "home" / "inbox"
US = "5412345000013"
NORDWIND = "4012345500004"
ALBION = "5060000000016"
HUADONG = "6900000000014"
WHEN = datetime(2026, 11, 2, 8, 0)

Line = tuple[str, str, int | None, str]
"""(name, article, quantity, price)"""


def gtin(article: str) -> str:
    """The GTIN of one of our articles."""
    body = f"541234500{int(article.rpartition('-')[2]):03}"
    return body + ean.calc_check_digit(body)


OIL: Line = ("Oil filter OF", "OF-101", 24, "3.50")
AIR: Line = ("Air filter AF", "AF-102", 12, "7.20")
PAD: Line = ("Brake pad set front", "BP-201", 8, "31.90")
DISC: Line = ("Brake disc 280 mm", "BD-202", 4, "44.00")
BELT: Line = ("Timing belt kit", "TB-301", 6, "89.50")
WIPER: Line = ("Wiper blade 600 mm", "WB-401", 30, "5.95")
LAMP: Line = ("Headlamp bulb H7", "HB-402", 100, "1.85")


def with_quantity(line: Line, quantity: int | None) -> Line:
    """The same line with another quantity."""
    return line[0], line[1], quantity, line[3]


def edifact(reference: str, sender: str, *orders: tuple[str, list[Line]]) -> bytes:
    """An interchange of ORDERS D.96A, EANCOM."""
    messages = "".join(_orders_message(n, sender, number, lines) for n, (number, lines) in enumerate(orders, 1))
    head = f"UNA:+.? '\nUNB+UNOC:3+{sender}:14+{US}:14+261102:0800+{reference}++ORDERS'\n"
    return f"{head}{messages}UNZ+{len(orders)}+{reference}'\n".encode("latin-1")


def _orders_message(n: int, buyer: str, number: str, lines: list[Line]) -> str:
    segments = [
        f"UNH+{n}+ORDERS:D:96A:UN:EAN008",
        f"BGM+220+{number}+9",
        "DTM+137:20261102:102",
        "DTM+2:20261120:102",
        f"NAD+BY+{buyer}::9",
        f"NAD+SU+{US}::9",
        f"NAD+DP+{buyer}::9",
        "CUX+2:EUR:9",
    ]
    for position, (name, article, quantity, price) in enumerate(lines, 1):
        segments += [f"LIN+{position}++{gtin(article)}:EN", f"PIA+5+{article}:SA", f"IMD+F++:::{name}"]
        segments += [f"QTY+21:{quantity}:PCE"] if quantity else []
        segments += [f"PRI+AAA:{price}"]
    segments += ["UNS+S", f"CNT+2:{len(lines)}"]
    return "".join(f"{one}'\n" for one in [*segments, f"UNT+{len(segments) + 1}+{n}"])


def ubl(number: str, buyer: str, name: str, lines: list[Line], currency: str = "GBP") -> bytes:
    """A UBL 2.1 order."""
    rows = "".join(_ubl_line(n, line, currency) for n, line in enumerate(lines, 1))
    total = sum(_cents(line) for line in lines) / 100
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
       xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
       xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:UBLVersionID>2.1</cbc:UBLVersionID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>2026-11-02</cbc:IssueDate>
  <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
  <cac:BuyerCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">{buyer}</cbc:EndpointID>
    <cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty>
  <cac:SellerSupplierParty><cac:Party><cbc:EndpointID schemeID="0088">{US}</cbc:EndpointID>
    <cac:PartyName><cbc:Name>Hafen AG</cbc:Name></cac:PartyName></cac:Party></cac:SellerSupplierParty>
  <cac:Delivery><cac:RequestedDeliveryPeriod><cbc:StartDate>2026-11-20</cbc:StartDate></cac:RequestedDeliveryPeriod></cac:Delivery>
  <cac:AnticipatedMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="{currency}">{total:.2f}</cbc:LineExtensionAmount>
    <cbc:PayableAmount currencyID="{currency}">{total:.2f}</cbc:PayableAmount>
  </cac:AnticipatedMonetaryTotal>
{rows}</Order>
""".encode()


def _ubl_line(n: int, line: Line, currency: str) -> str:
    name, article, quantity, price = line
    return f"""  <cac:OrderLine><cac:LineItem><cbc:ID>{n}</cbc:ID>
    <cbc:Quantity unitCode="C62">{quantity}</cbc:Quantity>
    <cbc:LineExtensionAmount currencyID="{currency}">{_cents(line) / 100:.2f}</cbc:LineExtensionAmount>
    <cac:Price><cbc:PriceAmount currencyID="{currency}">{price}</cbc:PriceAmount></cac:Price>
    <cac:Item><cbc:Name>{name}</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>{article}</cbc:ID></cac:SellersItemIdentification>
      <cac:StandardItemIdentification><cbc:ID schemeID="0160">{gtin(article)}</cbc:ID></cac:StandardItemIdentification>
    </cac:Item></cac:LineItem></cac:OrderLine>
"""


def _cents(line: Line) -> int:
    return round((line[2] or 0) * float(line[3]) * 100)


def german_pdf(number: str, lines: list[Line]) -> bytes:
    """A German order as a PDF."""
    memory = BytesIO()
    page = Canvas(memory, pagesize=A4, invariant=True)
    page.setFont("Helvetica-Bold", 12)
    page.drawString(60, 790, "Nordwind GmbH")
    page.setFont("Helvetica", 9)
    for n, text in enumerate(("Speicherstraße 7", "20457 Hamburg", "GLN 4012345500004   USt-IdNr. DE123456788")):
        page.drawString(60, 776 - 12 * n, text)
    page.setFont("Helvetica-Bold", 16)
    page.drawString(60, 700, "Bestellung")
    page.setFont("Helvetica", 10)
    labels = [("Bestell-Nr.:", number), ("Bestelldatum:", "02.11.2026"), ("Liefertermin:", "20.11.2026"), ("Währung:", "EUR")]
    for n, (label, value) in enumerate(labels):
        page.drawString(60, 675 - 15 * n, label)
        page.drawString(160, 675 - 15 * n, value)
    page.drawString(330, 675, "Lieferant:")
    for n, text in enumerate(("Hafen AG", "Kaai 12", "2000 Antwerpen", "GLN 5412345000013")):
        page.drawString(330, 660 - 13 * n, text)
    columns = [(60, "Pos"), (95, "Artikel"), (160, "Bezeichnung"), (340, "Menge"), (385, "ME"), (450, "Preis"), (530, "Gesamt")]
    right = {"Menge", "Preis", "Gesamt"}
    y = 585
    page.setFont("Helvetica-Bold", 10)
    for x, heading in columns:
        page.drawRightString(x, y, heading) if heading in right else page.drawString(x, y, heading)
    page.line(60, y - 4, 535, y - 4)
    page.setFont("Helvetica", 10)
    for n, line in enumerate(lines, 1):
        y -= 18
        cells = (str(n), line[1], line[0], str(line[2]), "Stk", _german(float(line[3])), _german(_cents(line) / 100))
        for (x, heading), cell in zip(columns, cells, strict=True):
            page.drawRightString(x, y, cell) if heading in right else page.drawString(x, y, cell)
    y -= 30
    page.drawString(385, y, "Nettosumme")
    page.drawRightString(530, y, _german(sum(_cents(line) for line in lines) / 100))
    page.showPage()
    page.save()
    return memory.getvalue()


def _german(value: float) -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def russian_docx(number: str, lines: list[Line]) -> bytes:
    """A Russian order in Word."""
    document = Document()
    document.core_properties.created = document.core_properties.modified = WHEN
    document.add_heading(f"Заказ поставщику № {number} от 2 ноября 2026 г.", 1)
    document.add_paragraph("Покупатель: ООО «Северянка», ИНН 7700001235")
    document.add_paragraph("Поставщик: Hafen AG")
    document.add_paragraph("Дата поставки: 20.11.2026")
    table = document.add_table(rows=1, cols=7, style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, ("№", "Артикул", "Наименование", "Кол-во", "Ед.", "Цена", "Сумма"), strict=True):
        cell.text = heading
    for n, line in enumerate(lines, 1):
        price = f"{float(line[3]) * 100:.2f}".replace(".", ",")
        total = f"{_cents(line):,.2f}".replace(",", " ").replace(".", ",")
        for cell, text in zip(table.add_row().cells, (str(n), line[1], line[0], str(line[2]), "шт", price, total), strict=True):
            cell.text = text
    document.add_paragraph("Валюта: RUB")
    memory = BytesIO()
    document.save(memory)
    return _steady(memory.getvalue())


def chinese_xlsx(orders: list[tuple[str, list[Line]]]) -> bytes:
    """A Chinese ERP's export: two orders in one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "采购订单"
    sheet.append(["订单号", "订单日期", "买方GLN", "买方名称", "供应商名称", "供应商GLN", "行号", "物料编码", "物料名称", "条码", "数量", "单位", "单价", "币种", "交货日期"])
    for number, lines in orders:
        for n, line in enumerate(lines, 1):
            sheet.append(
                [
                    number, "2026年11月2日", HUADONG, "华东汽车零部件有限公司", "Hafen AG", US, n, line[1], line[0],
                    gtin(line[1]), line[2], "件", float(line[3]) * 8, "CNY", "2026年12月15日",
                ]
            )
    book.properties.created = book.properties.modified = WHEN
    memory = BytesIO()
    book.save(memory)
    return _steady(memory.getvalue())


def english_csv(orders: list[tuple[str, list[Line]]]) -> bytes:
    """An English ERP's export."""
    rows = ["PO Number,Order Date,Buyer GLN,Buyer,Supplier GLN,Line,EAN,Supplier Part No,Description,Qty,UOM,Unit Price,Currency,Delivery Date"]
    for number, lines in orders:
        for n, (name, article, quantity, price) in enumerate(lines, 1):
            quantity_text = "" if quantity is None else str(quantity)
            head = f"{number},2026-11-02,{ALBION},Albion Retail Ltd,{US},{n},{gtin(article)},{article}"
            rows.append(f"{head},{name},{quantity_text},EA,{price},GBP,2026-11-20")
    return ("\r\n".join(rows) + "\r\n").encode()


def mail_with(name: str, content: bytes) -> bytes:
    """A mail with the file attached."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Orders <orders@albion.example>"
    mail["To"] = "orders@hafen.example"
    mail["Subject"] = "Our order"
    mail["Date"] = "Mon, 02 Nov 2026 08:00:00 +0000"
    mail["Message-ID"] = "<5508@albion.example>"
    mail.set_content("Please find our order attached.\n\nKind regards\nAlbion Retail\n")
    mail.add_attachment(content, maintype="application", subtype="xml", filename=name)
    mail.set_boundary("=-albion-5508")
    return mail.as_bytes()


def _zip(files: dict[str, bytes]) -> bytes:
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def _steady(content: bytes) -> bytes:
    """The same archive with one date for all entries, so that a second run writes the same bytes."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return _zip({name: archive.read(name) for name in archive.namelist()})


def main() -> None:
    """Write the inbox anew."""
    first = edifact("2201", NORDWIND, ("ORD-879", [OIL, AIR, WIPER]), ("ORD-880", [PAD, DISC]), ("ORD-881", [OIL, BELT, LAMP]))
    order = ubl("5501", ALBION, "Albion Retail Ltd", [PAD, DISC, OIL, WIPER])
    files = {
        "01-orders-2201.edi": first,
        "02-order-5501.xml": order,
        "03-order-5501-sent-twice.xml": order,
        "04-order-5501-by-edifact.edi": edifact("77", ALBION, ("5501", [PAD, DISC, OIL, WIPER])).replace(b"EUR", b"GBP"),
        "05-bestellung-4500017.pdf": german_pdf("4500017", [PAD, DISC, BELT, WIPER, LAMP]),
        "06-zakaz-118.docx": russian_docx("118", [OIL, AIR, PAD]),
        "07-export-albion.csv": english_csv([("5502", [OIL, AIR, PAD, DISC]), ("5503", [BELT, WIPER]), ("5504", [LAMP])]),
        "08-caigou-huadong.xlsx": chinese_xlsx([("HD-2611-01", [PAD, DISC, BELT]), ("HD-2611-02", [OIL, LAMP])]),
        "09-orders-2205-changed.edi": edifact("2205", NORDWIND, ("ORD-881", [with_quantity(OIL, 40), BELT, LAMP])),
        "10-orders-2207.edi": edifact("2207", NORDWIND, ("ORD-882", [AIR, BELT]), ("ORD-883", [OIL, with_quantity(PAD, None)])),
        "11-order-without-date.xml": ubl("5505", ALBION, "Albion Retail Ltd", [OIL]).replace(
            b"  <cbc:IssueDate>2026-11-02</cbc:IssueDate>\n", b""
        ),
        "12-unknown-partner.edi": edifact("1", "4000000000006", ("X-1", [OIL, AIR])),
        "13-not-for-us.xml": ubl("5506", ALBION, "Albion Retail Ltd", [OIL]).replace(US.encode(), b"4000000000013").replace(b"Hafen", b"Andere"),
        "14-two-orders.zip": _zip({f"{n}.edi": edifact(n, NORDWIND, (f"ORD-{n}", [OIL, PAD])) for n in ("890", "891")}),
        "15-mail.eml": mail_with("order-5508.xml", ubl("5508", ALBION, "Albion Retail Ltd", [BELT, LAMP])),
        "16-holidays.txt": b"Dear all,\n\nour warehouse is closed from 24 December to 1 January.\n\nKind regards\n",
    }
    INBOX.mkdir(parents=True, exist_ok=True)
    for old in INBOX.iterdir():
        old.unlink()
    for name, content in files.items():
        (INBOX / name).write_bytes(content)


if __name__ == "__main__":
    main()
