"""Where something stands, in words."""

import msgspec

from wharfinger.records import Place

_WORDS = {
    "ru": {"part": "часть", "interchange": "обмен", "message": "сообщение", "segment": "сегмент", "tag": "тег", "element": "элемент",
           "component": "компонент", "page": "страница", "line": "строка", "sheet": "лист", "row": "строка", "column": "колонка"},
    "de": {"part": "Teil", "interchange": "Übertragungsdatei", "message": "Nachricht", "segment": "Segment", "tag": "Kennung",
           "element": "Element", "component": "Gruppenelement", "page": "Seite",
           "line": "Zeile", "sheet": "Blatt", "row": "Zeile", "column": "Spalte"},
    "zh": {"part": "部分", "interchange": "交换", "message": "报文", "segment": "段", "tag": "标签", "element": "元素",
           "component": "组件", "page": "页", "line": "行", "sheet": "工作表", "row": "行", "column": "列"},
}  # fmt: skip


def place_text(place: Place, language: str = "en") -> str:
    """A place in words, or nothing; the byte offset is for programs."""
    words = _WORDS.get(language, {})
    told = (f"{words.get(name, name)} {value}" for name, value in msgspec.to_builtins(place).items() if name != "byte")
    return separator(language).join(told)


def separator(language: str) -> str:
    """What stands between the parts of a place."""
    return "，" if language == "zh" else ", "
