"""The words of the reports in the four languages."""

_PHRASES: dict[str, dict[str, str]] = {
    "head": {
        "en": "{documents} documents from {files} files in {seconds} s",
        "ru": "Документов: {documents}, файлов: {files}, за {seconds} с",
        "de": "{documents} Dokumente aus {files} Dateien in {seconds} s",
        "zh": "{files} 个文件，{documents} 份单据，用时 {seconds} 秒",
    },
    "delivered": {"en": "delivered", "ru": "доставлено", "de": "ausgeliefert", "zh": "已送达"},
    "earlier": {
        "en": "received before this run",
        "ru": "получено до этого запуска",
        "de": "vor diesem Lauf empfangen",
        "zh": "在本次运行之前收到",
    },
    "refused": {"en": "refused", "ru": "отклонено", "de": "abgelehnt", "zh": "已拒绝"},
    "duplicate": {"en": "duplicate", "ru": "повторы", "de": "doppelt", "zh": "重复"},
    "superseded": {"en": "superseded", "ru": "заменено", "de": "ersetzt", "zh": "已被取代"},
    "parked": {"en": "waiting for you", "ru": "ждут решения", "de": "warten auf Sie", "zh": "等待您处理"},
    "unreadable": {"en": "not readable", "ru": "не прочитано", "de": "nicht lesbar", "zh": "无法读取"},
    "not-read": {"en": "about the files", "ru": "о файлах", "de": "zu den Dateien", "zh": "关于文件"},
    "left": {"en": "left for later", "ru": "отложено", "de": "bleibt liegen", "zh": "留待稍后"},
    "ask": {
        "en": "ask {sender} to send it again",
        "ru": "попросите {sender} отправить ещё раз",
        "de": "{sender} um erneutes Senden bitten",
        "zh": "请 {sender} 重新发送",
    },
    "document": {"en": "document", "ru": "документ", "de": "Dokument", "zh": "单据"},
    "received": {
        "en": "received {documents} = {terms}    {balanced}",
        "ru": "получено {documents} = {terms}    {balanced}",
        "de": "empfangen {documents} = {terms}    {balanced}",
        "zh": "收到 {documents} = {terms}    {balanced}",
    },
    "receipts": {
        "en": "receipts {receipts}: {unreadable} not readable, {empty} without a document, {waiting} waiting to be read",
        "ru": "поступлений {receipts}: не прочитано {unreadable}, без документов {empty}, ожидают чтения {waiting}",
        "de": "Eingänge {receipts}: {unreadable} nicht lesbar, {empty} ohne Dokument, {waiting} noch ungelesen",
        "zh": "接收 {receipts}：{unreadable} 个无法读取，{empty} 个不含单据，{waiting} 个等待读取",
    },
    "count-delivered": {"en": "delivered", "ru": "доставлено", "de": "ausgeliefert", "zh": "已送达"},
    "count-rejected": {"en": "refused", "ru": "отклонено", "de": "abgelehnt", "zh": "已拒绝"},
    "count-duplicate": {"en": "duplicate", "ru": "повторы", "de": "doppelt", "zh": "重复"},
    "count-superseded": {"en": "superseded", "ru": "заменено", "de": "ersetzt", "zh": "已被取代"},
    "count-parked": {"en": "waiting", "ru": "ждут", "de": "wartend", "zh": "待处理"},
    "count-in_flight": {"en": "in flight", "ru": "в пути", "de": "unterwegs", "zh": "处理中"},
    "balanced": {"en": "balanced", "ru": "сходится", "de": "stimmt", "zh": "平衡"},
    "not-balanced": {"en": "NOT BALANCED", "ru": "НЕ СХОДИТСЯ", "de": "STIMMT NICHT", "zh": "不平衡"},
    "look": {"en": "Look:  {command}", "ru": "Смотрите:  {command}", "de": "Ansehen:  {command}", "zh": "查看：  {command}"},
}


def phrase(name: str, language: str, **values: object) -> str:
    """A phrase in a language, filled in."""
    return _PHRASES[name][language].format(**values)
