"""What the flows leave in Prefect's pages, in the four languages."""

FLOWS: dict[str, dict[str, str]] = {
    "flow-summary": {
        "en": "What the hub did, and that it adds up",
        "ru": "Что сделано, и что всё сходится",
        "de": "Was getan wurde, und dass alles aufgeht",
        "zh": "已完成的工作及其平衡情况",
    },
    "flow-exceptions": {
        "en": "What a person has to look at",
        "ru": "На что нужно посмотреть человеку",
        "de": "Was sich ein Mensch ansehen muss",
        "zh": "需要人工查看的事项",
    },
    "flow-nothing": {"en": "Nothing new.", "ru": "Ничего нового.", "de": "Nichts Neues.", "zh": "没有新内容。"},
    "flow-taken": {
        "en": "Files taken in: {count}.",
        "ru": "Принято файлов: {count}.",
        "de": "Dateien übernommen: {count}.",
        "zh": "接收文件 {count} 个。",
    },
    "flow-left": {
        "en": "Left where it is: {reason}",
        "ru": "Оставлено на месте: {reason}",
        "de": "Bleibt, wo es ist: {reason}",
        "zh": "保留原处：{reason}",
    },
    "flow-processed": {
        "en": "Files read: {count}, documents in them: {documents}.",
        "ru": "Прочитано файлов: {count}, документов в них: {documents}.",
        "de": "Dateien gelesen: {count}, Dokumente darin: {documents}.",
        "zh": "读取文件 {count} 个，其中单据 {documents} 份。",
    },
    "flow-done": {
        "en": "Deliveries done: {count}.",
        "ru": "Доставлено: {count}.",
        "de": "Ausgeliefert: {count}.",
        "zh": "完成发送 {count} 次。",
    },
    "flow-held": {
        "en": "Deliveries held: {count}; each asks a question.",
        "ru": "Задержано доставок: {count}; у каждой есть вопрос.",
        "de": "Angehaltene Lieferungen: {count}; jede stellt eine Frage.",
        "zh": "暂停的发送 {count} 次；每次都有待答复的问题。",
    },
    "flow-waiting": {"en": "Waiting: {reason}", "ru": "Ожидание: {reason}", "de": "Wartet: {reason}", "zh": "等待：{reason}"},
    "flow-sink": {"en": "sink", "ru": "получатель", "de": "Ziel", "zh": "目标"},
    "flow-document": {"en": "document", "ru": "документ", "de": "Dokument", "zh": "单据"},
    "flow-kind": {"en": "kind", "ru": "вид", "de": "Art", "zh": "类型"},
    "flow-number": {"en": "number", "ru": "номер", "de": "Nummer", "zh": "编号"},
    "flow-sender": {"en": "sender", "ru": "отправитель", "de": "Absender", "zh": "发送方"},
    "flow-state": {"en": "state", "ru": "состояние", "de": "Zustand", "zh": "状态"},
    "flow-where": {"en": "where", "ru": "где", "de": "wo", "zh": "位置"},
    "flow-wrong": {"en": "what is wrong", "ru": "что не так", "de": "was nicht stimmt", "zh": "问题"},
    "flow-to-do": {"en": "what to do", "ru": "что делать", "de": "was zu tun ist", "zh": "处理方法"},
}
