"""Character sets of EDIFACT interchanges: the declared one (ISO 9735, code list 0001), and what the bytes really are.

UNOC says ISO 8859-1, yet senders put UTF-8 or windows-1251 under that label. What is valid UTF-8 is UTF-8; runs of high bytes
that make frequent Russian letters or Chinese characters are that; everything else is what the label says.

>>> decode("Hafenstraße".encode("latin-1"), "UNOC")
('Hafenstraße', 'iso-8859-1')
>>> decode("Масляный фильтр".encode("cp1251"), "UNOC")
('Масляный фильтр', 'cp1251')
"""

LABELS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso-8859-1",
    "UNOD": "iso-8859-2",
    "UNOE": "iso-8859-5",
    "UNOF": "iso-8859-7",
    "UNOG": "iso-8859-3",
    "UNOH": "iso-8859-4",
    "UNOI": "iso-8859-6",
    "UNOJ": "iso-8859-8",
    "UNOK": "iso-8859-9",
    "UNOL": "iso-8859-15",
    "UNOW": "utf-8",
    "UNOX": "iso2022_jp",
    "UNOY": "utf-8",
    "KECA": "cp949",
}
"""Syntax identifier -> Python's name of its character set. UNOX is transcoded before it is split, see syntax."""

_CYRILLIC = ("cp1251", "iso-8859-5", "koi8-r", "cp866")
_FREQUENCY = dict(
    zip("оеаинтсрвлкмдпуяыьгзб", (109, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16), strict=True)
)
"""How often a letter comes in a thousand letters of Russian; the rarest are left out."""
_RUSSIAN = 35
"""So frequent are the letters of Russian text at least, on average; those of text in another language or character set are rarer."""
_ASCII = bytes(range(128))
_WITHOUT_ASCII = bytes(32 if byte < 128 else byte for byte in range(256))  # noqa: PLR2004  # the end of ASCII


def declared(label: str) -> str:
    """The character set that the syntax identifier stands for; an unknown one is read as ISO 8859-1."""
    return LABELS.get(label.strip().upper(), "iso-8859-1")


def decode(raw: bytes, label: str) -> tuple[str, str]:
    """The text and the character set in which it really is; never fails."""
    name = declared(label)
    if raw.isascii():
        return raw.decode("ascii"), name
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if name in ("ascii", "iso-8859-1", "iso-8859-5", "utf-8"):
        name = _guess(raw, name)
    if name == "iso-8859-1" and raw.translate(None, _ASCII).translate(None, bytes(range(0xA0, 0x100))):
        name = "cp1252"  # its quotation marks and euro sign stand where ISO 8859-1 has control characters
    return raw.decode(name, "replace"), name


def _guess(raw: bytes, name: str) -> str:
    """What text that is not UTF-8 most probably is."""
    words = raw.translate(_WITHOUT_ASCII).split()
    runs = [word for word in words if len(word) > 2]  # noqa: PLR2004  # accents between ASCII letters stand alone or in pairs
    high = sum(map(len, runs))
    by_label = "iso-8859-1" if name in ("ascii", "utf-8") else name
    if high * 2 < sum(map(len, words)):
        return by_label
    if _is_chinese(runs):
        return "gb18030"
    text = b" ".join(runs)
    scores = {one: sum(_FREQUENCY.get(letter.lower(), 0) for letter in text.decode(one, "replace")) for one in _CYRILLIC}
    best = max(_CYRILLIC, key=lambda one: (scores[one], one == name))
    return best if scores[best] >= _RUSSIAN * high else by_label


def _is_chinese(runs: list[bytes]) -> bool:
    """Whether nearly all high bytes pair up to frequent characters of GB 2312 (lead bytes B0 to D7) or its punctuation."""
    pairs = [run[index : index + 2] for run in runs if len(run) % 2 == 0 for index in range(0, len(run), 2)]
    fitting = sum(1 for pair in pairs if (0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3) and pair[1] >= 0xA1)  # noqa: PLR2004
    return fitting * 2 > 0.9 * sum(map(len, runs))
