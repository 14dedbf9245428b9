"""Fields of the records in the words of the people who read about them.

>>> field_words("order_lines[2].deliveries.requested_delivery_period.start_date", "en")
'requested delivery date of line 2'
>>> field_words("buyer_customer_party.address.postal_zone", "de")
'Postleitzahl (Käufer)'
>>> field_words("order_lines.some_new_field", "en")
'some new field of a line'
"""

import re

Words = tuple[str, str, str, str]
"""English, Russian, German, Chinese."""

_LANGUAGES = ("en", "ru", "de", "zh")
_FIELDS: dict[str, Words] = {
    "requested_delivery_period.start_date": (
        "requested delivery date",
        "желаемая дата поставки",
        "gewünschtes Lieferdatum",
        "要求交货日期",
    ),
    "requested_delivery_period.start_time": ("requested delivery time", "желаемое время поставки", "gewünschte Lieferzeit", "要求交货时间"),
    "requested_delivery_period.end_date": ("latest delivery date", "крайняя дата поставки", "spätestes Lieferdatum", "最晚交货日期"),
    "promised_delivery_period.start_date": (
        "promised delivery date",
        "подтверждённая дата поставки",
        "zugesagtes Lieferdatum",
        "承诺交货日期",
    ),
    "validity_period.start_date": ("start of validity", "начало срока действия", "Beginn der Gültigkeit", "有效期开始日期"),
    "validity_period.end_date": ("end of validity", "окончание срока действия", "Ende der Gültigkeit", "有效期结束日期"),
    "issue_date": ("date of the document", "дата документа", "Belegdatum", "单据日期"),
    "issue_time": ("time of the document", "время документа", "Belegzeit", "单据时间"),
    "due_date": ("due date", "срок оплаты", "Fälligkeitsdatum", "到期日"),
    "payment_due_date": ("due date", "срок оплаты", "Fälligkeitsdatum", "到期日"),
    "actual_delivery_date": ("delivery date", "дата поставки", "Lieferdatum", "交货日期"),
    "start_date": ("start date", "дата начала", "Anfangsdatum", "开始日期"),
    "end_date": ("end date", "дата окончания", "Enddatum", "结束日期"),
    "base_quantity": ("quantity that the price is for", "количество, за которое указана цена", "Preisbezugsmenge", "计价数量"),
    "quantity": ("quantity", "количество", "Menge", "数量"),
    "price_amount": ("price", "цена", "Preis", "单价"),
    "gross_amount": ("price including tax", "цена с налогом", "Bruttopreis", "含税单价"),
    "line_extension_amount": ("net amount", "сумма без налога", "Nettobetrag", "不含税金额"),
    "tax_exclusive_amount": ("total without tax", "итого без налога", "Gesamtbetrag ohne Steuer", "不含税合计"),
    "tax_inclusive_amount": ("total with tax", "итого с налогом", "Gesamtbetrag mit Steuer", "价税合计"),
    "payable_amount": ("amount to pay", "сумма к оплате", "Zahlbetrag", "应付金额"),
    "tax_amount": ("tax amount", "сумма налога", "Steuerbetrag", "税额"),
    "prepaid_amount": ("amount paid already", "уже оплаченная сумма", "bereits gezahlter Betrag", "预付金额"),
    "multiplier_factor_numeric": ("percentage", "процент", "Prozentsatz", "百分比"),
    "base_amount": ("base amount", "базовая сумма", "Grundbetrag", "基准金额"),
    "amount": ("amount", "сумма", "Betrag", "金额"),
    "percent": ("tax rate", "ставка налога", "Steuersatz", "税率"),
    "settlement_discount_percent": ("discount for early payment", "скидка за оплату в срок", "Skonto", "现金折扣"),
    "charge_indicator": ("sign that it is a charge", "признак надбавки", "Kennzeichen Zuschlag", "加价标志"),
    "test_indicator": ("test flag", "признак теста", "Testkennzeichen", "测试标志"),
    "line_count_numeric": ("number of lines", "количество строк", "Anzahl der Positionen", "行数"),
    "document_currency_code": ("currency", "валюта", "Währung", "币种"),
    "pack_quantity": ("quantity in a pack", "количество в упаковке", "Menge je Packung", "每包数量"),
    "gross_weight_measure": ("gross weight", "вес брутто", "Bruttogewicht", "毛重"),
    "net_weight_measure": ("net weight", "вес нетто", "Nettogewicht", "净重"),
    "expiry_date": ("expiry date", "срок годности", "Verfallsdatum", "失效日期"),
    "best_before_date": ("best-before date", "употребить до", "Mindesthaltbarkeitsdatum", "最佳食用日期"),
    "postal_zone": ("postal code", "почтовый индекс", "Postleitzahl", "邮政编码"),
}
"""By the last parts of its path; what is more exact stands with more parts."""
_PARTIES: dict[str, Words] = {
    "buyer_customer_party": ("buyer", "покупатель", "Käufer", "买方"),
    "seller_supplier_party": ("seller", "продавец", "Verkäufer", "卖方"),
    "allowance_charges": ("allowance or charge", "скидка или надбавка", "Zu- oder Abschlag", "折扣或加价"),
    "delivery_party": ("recipient", "грузополучатель", "Empfänger", "收货方"),
}
_OF_LINE: Words = ("{field} of line {line}", "{field} в строке {line}", "{field} in Position {line}", "第 {line} 行的{field}")
_OF_A_LINE: Words = ("{field} of a line", "{field} в одной из строк", "{field} einer Position", "某行的{field}")
_EXPECTED: dict[str, Words] = {
    "a number": ("a number", "число", "eine Zahl", "数字"),
    "a whole number": ("a whole number", "целое число", "eine ganze Zahl", "整数"),
    "a date": ("a date", "дата", "ein Datum", "日期"),
    "a time": ("a time", "время", "eine Uhrzeit", "时间"),
    "yes or no": ("yes or no", "да или нет", "ja oder nein", "是或否"),
}
_DIFFERENCE = re.compile(r"(?:(?<=^)|(?<=, ))line (\S+) (quantity|unit|price|item)\b")
_DIFFERENT: Words = ("line {line} {field}", "строка {line}, {field}", "Position {line}, {field}", "第 {line} 行{field}")
_DIFFERENT_FIELDS: dict[str, Words] = {
    "quantity": _FIELDS["quantity"],
    "unit": ("unit", "единица", "Einheit", "单位"),
    "price": _FIELDS["price_amount"],
    "item": ("item", "товар", "Artikel", "商品"),
}
_LINES = re.compile(r"[a-z_]+_lines(?:\[(\w+)\])?\.")


def is_field(subject: str) -> bool:
    """Whether it is the path of a field and not a word of the document."""
    return bool(re.fullmatch(r"[a-z_]+(?:\[\w+\])?(?:\.[a-z_]+)*", subject)) and ("." in subject or "_" in subject or subject in _FIELDS)


def field_words(path: str, language: str) -> str:
    """A field as people call it; a field without words of its own by the parts of its name."""
    at = _LANGUAGES.index(language)
    line = _LINES.match(path)
    parts = (path[line.end() :] if line else path).removesuffix(".value").split(".")
    known = next((_FIELDS[key] for size in (2, 1) if (key := ".".join(parts[-size:])) in _FIELDS), None)
    field = known[at] if known else parts[-1].replace("_", " ")
    party = next((_PARTIES[part] for part in parts[:-1] if part in _PARTIES), None)
    field = f"{field} ({party[at]})" if party else field
    if line is None:
        return field
    return _OF_LINE[at].format(field=field, line=line[1]) if line[1] else _OF_A_LINE[at].format(field=field)


def expected_words(expected: str, language: str) -> str:
    """What kind of value was expected; anything else as it is."""
    return _EXPECTED[expected][_LANGUAGES.index(language)] if expected in _EXPECTED else expected


def difference_words(found: str, language: str) -> str:
    """What differs between two documents of one number, as the journal keeps it, in the words of the language.

    >>> difference_words("line 1 quantity 40, currency EUR", "de")
    'Position 1, Menge 40, currency EUR'
    """
    at = _LANGUAGES.index(language)
    return _DIFFERENCE.sub(lambda one: _DIFFERENT[at].format(line=one[1], field=_DIFFERENT_FIELDS[one[2]][at]), found)
