"""Writes the documents of the sample inbox (wharfinger/samples/home/inbox). Run it after a change, and look at what it wrote.

    .venv/bin/python tests/make_samples.py
"""

import re
import zipfile
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from docx import Document
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from stdnum import ean

INBOX = Path(__file__).resolve().parent.parent / "wharfinger" / "samples" / "home" / "inbox"
US = "5412345000013"
NORDWIND = "4012345500004"
NORDWIND_WAREHOUSE = "4012345500011"
ALBION = "5060000000016"
ALBION_WAREHOUSE = "5060000000023"
HUADONG = "6900000000014"
WHEN = datetime(2026, 11, 2, 8, 0)
RATES = {"EUR": Decimal(1), "GBP": Decimal("0.86"), "RUB": Decimal(98), "CNY": Decimal("7.8")}


class Article(NamedTuple):
    """One of our articles: number, price in EUR, and what its buyers call it."""

    number: str
    euros: str
    en: str
    de: str
    ru: str
    zh: str

    @property
    def gtin(self) -> str:
        """Its GTIN-13."""
        body = f"541234500{self.number.rpartition('-')[2]}"
        return body + ean.calc_check_digit(body)

    def price(self, currency: str) -> Decimal:
        """What one costs."""
        return round(Decimal(self.euros) * RATES[currency], 2)


class Line(NamedTuple):
    """An article and how many of it; None leaves the quantity out of the document."""

    article: Article
    quantity: int | None

    def amount(self, currency: str) -> Decimal:
        """What the line costs."""
        return self.article.price(currency) * (self.quantity or 0)


OIL = Article("OF-101", "3.50", "Oil filter", "Ölfilter", "Фильтр масляный", "机油滤清器")
AIR = Article("AF-102", "7.20", "Air filter", "Luftfilter", "Фильтр воздушный", "空气滤清器")
CABIN = Article("CF-103", "9.40", "Cabin filter, charcoal", "Innenraumfilter mit Aktivkohle", "Фильтр салона угольный", "活性炭空调滤清器")
FUEL = Article("FF-104", "12.80", "Fuel filter diesel", "Kraftstofffilter Diesel", "Фильтр топливный дизель", "柴油滤清器")
PAD = Article("BP-201", "31.90", "Brake pad set, front", "Bremsbelagsatz vorn", "Колодки тормозные передние", "前制动片套装")
DISC = Article("BD-202", "44.00", "Brake disc 280 mm", "Bremsscheibe 280 mm", "Диск тормозной 280 мм", "制动盘 280mm")
FLUID = Article("BF-203", "6.75", "Brake fluid DOT 4, 1 l", "Bremsflüssigkeit DOT 4, 1 l", "Жидкость тормозная DOT 4, 1 л", "制动液 DOT4 1升")
BELT = Article("TB-301", "89.50", "Timing belt kit", "Zahnriemensatz", "Комплект ремня ГРМ", "正时皮带套件")
RIBBED = Article("VB-302", "14.30", "V-ribbed belt 6PK1070", "Keilrippenriemen 6PK1070", "Ремень поликлиновой 6PK1070", "多楔带 6PK1070")
PLUG = Article("SP-303", "4.95", "Spark plug, iridium", "Zündkerze Iridium", "Свеча зажигания иридиевая", "铱金火花塞")
WIPER = Article("WB-401", "5.95", "Wiper blade 600 mm", "Wischerblatt 600 mm", "Щётка стеклоочистителя 600 мм", "雨刮片 600mm")
LAMP = Article("HB-402", "1.85", "Headlamp bulb H7 55 W", "Glühlampe H7 55 W", "Лампа H7 55 Вт", "大灯灯泡 H7 55W")


def order(**quantities: int | None) -> list[Line]:
    """Lines by the names above: order(OIL=24, PAD=8)."""
    return [Line(globals()[name], quantity) for name, quantity in quantities.items()]


ORD_881 = order(OIL=24, CABIN=16, BELT=6, RIBBED=12, PLUG=80, LAMP=100)
ORDER_5501 = order(PAD=8, DISC=4, FLUID=20, OIL=24, WIPER=30, LAMP=60)


def edifact(reference: str, sender: str, *orders: tuple[str, list[Line]], currency: str = "EUR", place: str = "") -> bytes:
    """An interchange of ORDERS D.96A as EANCOM 1997 has it."""
    messages = "".join(_message(n, sender, place or sender, currency, number, lines) for n, (number, lines) in enumerate(orders, 1))
    head = f"UNA:+.? '\nUNB+UNOC:3+{sender}:14+{US}:14+261102:0800+{reference}++ORDERS'\n"
    return f"{head}{messages}UNZ+{len(orders)}+{reference}'\n".encode("latin-1")


def _message(n: int, buyer: str, place: str, currency: str, number: str, lines: list[Line]) -> str:
    segments = [
        f"UNH+{n}+ORDERS:D:96A:UN:EAN008",
        f"BGM+220+{number}+9",
        "DTM+137:20261102:102",
        "DTM+2:20261120:102",
        f"NAD+BY+{buyer}::9",
        f"NAD+SU+{US}::9",
        f"NAD+DP+{place}::9",
        f"CUX+2:{currency}:9",
    ]
    for position, line in enumerate(lines, 1):
        article = line.article
        name = (article.de if currency == "EUR" else article.en).replace("+", "?+")
        segments += [f"LIN+{position}++{article.gtin}:EN", f"PIA+1+{article.number}:SA", f"IMD+F++:::{name}"]
        if line.quantity is not None:
            segments += [f"QTY+21:{line.quantity}:PCE"]
        segments += [f"PRI+AAA:{article.price(currency)}"]
    segments += ["UNS+S", f"CNT+2:{len(lines)}"]
    return "".join(f"{one}'\n" for one in [*segments, f"UNT+{len(segments) + 1}+{n}"])


def _total(lines: list[Line], currency: str) -> Decimal:
    return sum((line.amount(currency) for line in lines), Decimal("0.00"))


def ubl(number: str, lines: list[Line]) -> bytes:
    """A UBL 2.1 order of Albion Retail."""
    rows = "".join(_ubl_line(n, line) for n, line in enumerate(lines, 1))
    total = _total(lines, "GBP")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
       xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
       xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:UBLVersionID>2.1</cbc:UBLVersionID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>2026-11-02</cbc:IssueDate>
  <cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>
  <cac:BuyerCustomerParty>
    <cac:Party>
      <cbc:EndpointID schemeID="0088">{ALBION}</cbc:EndpointID>
      <cac:PartyName><cbc:Name>Albion Retail Ltd</cbc:Name></cac:PartyName>
    </cac:Party>
  </cac:BuyerCustomerParty>
  <cac:SellerSupplierParty>
    <cac:Party>
      <cbc:EndpointID schemeID="0088">{US}</cbc:EndpointID>
      <cac:PartyName><cbc:Name>Hafen AG</cbc:Name></cac:PartyName>
    </cac:Party>
  </cac:SellerSupplierParty>
  <cac:Delivery>
    <cac:DeliveryLocation><cbc:ID schemeID="0088">{ALBION_WAREHOUSE}</cbc:ID></cac:DeliveryLocation>
    <cac:RequestedDeliveryPeriod><cbc:StartDate>2026-11-20</cbc:StartDate></cac:RequestedDeliveryPeriod>
  </cac:Delivery>
  <cac:AnticipatedMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="GBP">{total}</cbc:LineExtensionAmount>
    <cbc:PayableAmount currencyID="GBP">{total}</cbc:PayableAmount>
  </cac:AnticipatedMonetaryTotal>
{rows}</Order>
""".encode()


def _ubl_line(n: int, line: Line) -> str:
    article = line.article
    return f"""  <cac:OrderLine>
    <cac:LineItem>
      <cbc:ID>{n}</cbc:ID>
      <cbc:Quantity unitCode="C62">{line.quantity}</cbc:Quantity>
      <cbc:LineExtensionAmount currencyID="GBP">{line.amount("GBP")}</cbc:LineExtensionAmount>
      <cac:Price><cbc:PriceAmount currencyID="GBP">{article.price("GBP")}</cbc:PriceAmount></cac:Price>
      <cac:Item>
        <cbc:Name>{article.en}</cbc:Name>
        <cac:SellersItemIdentification><cbc:ID>{article.number}</cbc:ID></cac:SellersItemIdentification>
        <cac:StandardItemIdentification><cbc:ID schemeID="0160">{article.gtin}</cbc:ID></cac:StandardItemIdentification>
      </cac:Item>
    </cac:LineItem>
  </cac:OrderLine>
"""


def german_pdf(number: str, lines: list[Line]) -> bytes:
    """An order of Nordwind as a PDF: letterhead, labels, a table."""
    memory = BytesIO()
    page = Canvas(memory, pagesize=A4, invariant=True)
    page.setTitle(f"Bestellung {number}")
    page.setFont("Helvetica-Bold", 12)
    page.drawString(60, 790, "Nordwind GmbH")
    page.setFont("Helvetica", 9)
    for n, text in enumerate(("Speicherstraße 7", "20457 Hamburg", f"GLN {NORDWIND}   USt-IdNr. DE123456788")):
        page.drawString(60, 776 - 12 * n, text)
    page.setFont("Helvetica-Bold", 16)
    page.drawString(60, 700, "Bestellung")
    page.setFont("Helvetica", 10)
    labels = [("Bestell-Nr.:", number), ("Bestelldatum:", "02.11.2026"), ("Liefertermin:", "20.11.2026"), ("Währung:", "EUR")]
    for n, (label, value) in enumerate(labels):
        page.drawString(60, 675 - 15 * n, label)
        page.drawString(160, 675 - 15 * n, value)
    page.drawString(330, 675, "Lieferant:")
    for n, text in enumerate(("Hafen AG", "Kaai 12", "2000 Antwerpen", f"GLN {US}")):
        page.drawString(330, 660 - 13 * n, text)
    columns = [(60, "Pos"), (95, "Artikel"), (150, "Bezeichnung"), (350, "Menge"), (365, "ME"), (450, "Preis"), (535, "Gesamt")]
    right = {"Menge", "Preis", "Gesamt"}
    y = 585
    page.setFont("Helvetica-Bold", 10)
    for x, heading in columns:
        page.drawRightString(x, y, heading) if heading in right else page.drawString(x, y, heading)
    page.line(60, y - 4, 535, y - 4)
    page.setFont("Helvetica", 10)
    for n, line in enumerate(lines, 1):
        y -= 18
        article = line.article
        cells = (str(n), article.number, article.de, str(line.quantity), "Stk", _german(article.price("EUR")), _german(line.amount("EUR")))
        for (x, heading), cell in zip(columns, cells, strict=True):
            page.drawRightString(x, y, cell) if heading in right else page.drawString(x, y, cell)
    page.line(60, y - 10, 535, y - 10)
    page.drawString(365, y - 25, "Nettosumme")
    page.drawRightString(535, y - 25, _german(_total(lines, "EUR")))
    page.drawString(60, y - 60, "Bitte bestätigen Sie den Liefertermin. Es gelten unsere Einkaufsbedingungen.")
    page.showPage()
    page.save()
    return memory.getvalue()


def _german(value: Decimal) -> str:
    return f"{value:,.2f}".translate({ord(","): ".", ord("."): ","})


def _russian(value: Decimal) -> str:
    return f"{value:,.2f}".translate({ord(","): " ", ord("."): ","})


def russian_docx(number: str, lines: list[Line]) -> bytes:
    """An order of Северянка, written in Word."""
    document = Document()
    document.add_heading(f"Заказ поставщику № {number} от 2 ноября 2026 г.", 1)
    document.add_paragraph("Покупатель: ООО «Северянка», ИНН 7700001235")
    document.add_paragraph("Поставщик: Hafen AG")
    document.add_paragraph("Дата поставки: 20.11.2026")
    document.add_paragraph("Валюта: RUB")
    table = document.add_table(rows=1, cols=7, style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, ("№", "Артикул", "Наименование", "Кол-во", "Ед.", "Цена", "Сумма"), strict=True):
        cell.text = heading
    for n, line in enumerate(lines, 1):
        article = line.article
        price, amount = _russian(article.price("RUB")), _russian(line.amount("RUB"))
        texts = (str(n), article.number, article.ru, str(line.quantity), "шт", price, amount)
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.add_paragraph(f"Итого без НДС: {_russian(_total(lines, 'RUB'))}")
    memory = BytesIO()
    document.save(memory)
    return _steady(memory.getvalue())


def russian_xlsx(orders: list[tuple[str, list[Line]]]) -> bytes:
    """An export of Северянка's 1C: its own words for some columns, which its partner file explains."""
    headings = ["Заявка", "Дата заявки", "Контрагент", "ИНН контрагента", "Строка", "Артикул пост.", "Номенклатура", "Кол-во", "Ед. изм.", "Цена без НДС", "Отгрузить до"]
    rows: list[list[str | int | float]] = [
        [number, "02.11.2026", "Hafen AG", "", n, line.article.number, line.article.ru, line.quantity or 0, "шт",
         _russian(line.article.price("RUB")), "27.11.2026"]
        for number, lines in orders
        for n, line in enumerate(lines, 1)
    ]  # fmt: skip
    return _workbook("Заявки", headings, rows)


def chinese_xlsx(orders: list[tuple[str, list[Line]]]) -> bytes:
    """An export of Huadong's ERP."""
    headings = ["订单号", "订单日期", "买方GLN", "采购单位", "供应商名称", "供应商GLN", "行号", "供应商料号", "物料名称", "条码", "数量", "单位", "单价", "币种", "交货日期"]
    rows: list[list[str | int | float]] = [
        [number, "2026年11月2日", HUADONG, "华东汽车零部件有限公司", "Hafen AG", US, n, line.article.number, line.article.zh,
         line.article.gtin, line.quantity or 0, "件", float(line.article.price("CNY")), "CNY", "2026年12月15日"]
        for number, lines in orders
        for n, line in enumerate(lines, 1)
    ]  # fmt: skip
    return _workbook("采购订单", headings, rows)


def _workbook(title: str, headings: list[str], rows: list[list[str | int | float]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    memory = BytesIO()
    book.save(memory)
    return _steady(memory.getvalue())


def english_csv(orders: list[tuple[str, list[Line]]]) -> bytes:
    """An export of Albion's ERP."""
    rows = ["PO Number,Order Date,Buyer GLN,Buyer,Supplier GLN,Line,EAN,Supplier Part No,Description,Qty,UOM,Unit Price,Currency,Delivery Date"]
    for number, lines in orders:
        for n, line in enumerate(lines, 1):
            article = line.article
            head = f"{number},2026-11-02,{ALBION},Albion Retail Ltd,{US},{n},{article.gtin},{article.number}"
            rows.append(f'{head},"{article.en}",{line.quantity},EA,{article.price("GBP")},GBP,2026-11-20')
    return ("\r\n".join(rows) + "\r\n").encode()


def mail_with(name: str, content: bytes) -> bytes:
    """A mail of Albion with the file attached."""
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
    """The same Office file with one date everywhere, so that a second run writes the same bytes."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    properties = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{WHEN:%Y-%m-%dT%H:%M:%SZ}".encode(), files["docProps/core.xml"])
    return _zip({**files, "docProps/core.xml": properties})


def nordwind(reference: str, *orders: tuple[str, list[Line]]) -> bytes:
    """An interchange of Nordwind."""
    return edifact(reference, NORDWIND, *orders, place=NORDWIND_WAREHOUSE)


def samples() -> dict[str, bytes]:
    """Name and content of every document of the inbox. They are taken in by name: what comes first is the original."""
    order_5501 = ubl("5501", ORDER_5501)
    return {
        "01-orders-2201.edi": nordwind(
            "2201",
            ("ORD-879", order(OIL=48, AIR=24, CABIN=24, FUEL=12, WIPER=60)),
            ("ORD-880", order(PAD=16, DISC=8, FLUID=24)),
            ("ORD-881", ORD_881),
        ),
        "02-order-5501.xml": order_5501,
        "03-order-5501-sent-twice.xml": order_5501,
        "04-order-5501-by-edifact.edi": edifact("77", ALBION, ("5501", ORDER_5501), currency="GBP", place=ALBION_WAREHOUSE),
        "05-bestellung-4500017.pdf": german_pdf("4500017", order(PAD=12, DISC=12, FLUID=36, BELT=10, RIBBED=20, PLUG=160, WIPER=40, LAMP=200)),
        "06-zakaz-118.docx": russian_docx("118", order(OIL=240, AIR=120, CABIN=60, PAD=40, PLUG=400, WIPER=80)),
        "07-export-albion.csv": english_csv(
            [
                ("5502", order(OIL=36, AIR=18, CABIN=18, PAD=6, DISC=6)),
                ("5503", order(BELT=4, RIBBED=8, WIPER=30)),
                ("5504", order(LAMP=120, PLUG=48, FLUID=12, FUEL=10)),
            ]
        ),
        "08-caigou-huadong.xlsx": chinese_xlsx(
            [
                ("HD-2611-01", order(PAD=200, DISC=200, BELT=80, RIBBED=150, PLUG=1200)),
                ("HD-2611-02", order(OIL=600, AIR=400, CABIN=400, LAMP=1000)),
            ]
        ),
        "09-orders-2205-changed.edi": nordwind("2205", ("ORD-881", [ORD_881[0]._replace(quantity=40), *ORD_881[1:]])),
        "10-orders-2207.edi": nordwind(
            "2207",
            ("ORD-882", order(AIR=24, BELT=3, LAMP=50)),
            ("ORD-883", order(OIL=24, FUEL=12, PLUG=40, FLUID=6)),
            ("ORD-884", order(OIL=24, PAD=None, DISC=8)),
        ),
        "11-order-without-date.xml": ubl("5505", order(OIL=12, AIR=6, CABIN=6)).replace(b"  <cbc:IssueDate>2026-11-02</cbc:IssueDate>\n", b""),
        "12-unknown-partner.edi": edifact("1", "4000000000006", ("X-1", order(OIL=10, AIR=10, WIPER=10))),
        "13-not-for-us.xml": ubl("5506", order(OIL=12, FUEL=6, LAMP=24)).replace(US.encode(), b"4000000000013").replace(b"Hafen AG", b"Andere Teile GmbH"),
        "14-two-orders.zip": _zip(
            {f"{number}.edi": nordwind(number, (f"ORD-{number}", lines)) for number, lines in
             (("890", order(OIL=24, PAD=8, DISC=8)), ("891", order(WIPER=40, LAMP=80, FLUID=12, CABIN=10)))}
        ),
        "15-mail.eml": mail_with("order-5508.xml", ubl("5508", order(BELT=2, RIBBED=4, LAMP=60, PLUG=24))),
        "16-zayavki-1c.xlsx": russian_xlsx(
            [("СВ-0051", order(OIL=120, FUEL=60, FLUID=48)), ("СВ-0052", order(DISC=24, PAD=24, BELT=10, RIBBED=30))]
        ),
        "17-holidays.txt": b"Dear all,\n\nour warehouse is closed from 24 December to 1 January.\n\nKind regards\n",
    }  # fmt: skip


def main() -> None:
    """Write the inbox anew."""
    INBOX.mkdir(parents=True, exist_ok=True)
    for old in INBOX.iterdir():
        old.unlink()
    for name, content in samples().items():
        (INBOX / name).write_bytes(content)


if __name__ == "__main__":
    main()
