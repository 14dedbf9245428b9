"""The words of the reports in the four languages; those of the desk and of the flows stand beside it."""

from unicodedata import east_asian_width

from wharfinger.reports.desk_phrases import DESK
from wharfinger.reports.flow_phrases import FLOWS

_PHRASES: dict[str, dict[str, str]] = {
    "head": {
        "en": "{documents} documents from {files} files in {seconds} s",
        "ru": "Документов: {documents}, файлов: {files}, за {seconds} с",
        "de": "{documents} Dokumente aus {files} Dateien in {seconds} s",
        "zh": "{files} 个文件，{documents} 份单据，用时 {seconds} 秒",
    },
    "delivered": {"en": "delivered", "ru": "доставлено", "de": "ausgeliefert", "zh": "已送达"},
    "rows": {
        "en": "{documents} documents, {lines} lines",
        "ru": "документов {documents}, строк {lines}",
        "de": "{documents} Dokumente, {lines} Positionen",
        "zh": "{documents} 份单据，{lines} 行",
    },
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
    "sent": {"en": "sent to partners", "ru": "отправлено", "de": "gesendet", "zh": "已发送"},
    "sent-counts": {
        "en": "to send {documents} = {terms}; acknowledged {acknowledged}, refused by the partner {refused}",
        "ru": "к отправке {documents} = {terms}; подтверждено {acknowledged}, не принято партнёром {refused}",
        "de": "zu senden {documents} = {terms}; bestätigt {acknowledged}, vom Partner abgelehnt {refused}",
        "zh": "发出 {documents} = {terms}；已确认 {acknowledged}，被合作伙伴拒绝 {refused}",
    },
    "count-withdrawn": {"en": "withdrawn", "ru": "отозвано", "de": "zurückgezogen", "zh": "已撤回"},
    "overdue-order": {
        "en": "overdue: {partner} was to get an order response to order {number} by {due}",
        "ru": "просрочено: {partner} должен был получить ответ на заказ {number} до {due}",
        "de": "überfällig: {partner} sollte die Auftragsantwort zur Bestellung {number} bis {due} erhalten",
        "zh": "逾期：应在 {due} 之前向 {partner} 答复订单 {number}",
    },
    "unanswerable": {
        "en": "not answered: receipt {receipt}, {text}",
        "ru": "без ответа: поступление {receipt}, {text}",
        "de": "nicht beantwortet: Eingang {receipt}, {text}",
        "zh": "未答复：接收编号 {receipt}，{text}",
    },
    "overdue-interchange": {
        "en": "overdue: interchange {number} of {partner} was to be answered by {due}",
        "ru": "просрочено: на передачу {number} от {partner} нужно было ответить до {due}",
        "de": "überfällig: die Übertragung {number} von {partner} war bis {due} zu beantworten",
        "zh": "逾期：{partner} 的交换 {number} 应在 {due} 之前回复",
    },
    "overdue-document": {
        "en": "overdue: {partner} was to acknowledge {number} by {due}",
        "ru": "просрочено: {partner} должен был подтвердить {number} до {due}",
        "de": "überfällig: {partner} hatte {number} bis {due} zu bestätigen",
        "zh": "逾期：{partner} 应在 {due} 之前确认 {number}",
    },
    "show-sent": {
        "en": "{type}, control number {number}, prepared {at}, in answer to {cause}",
        "ru": "{type}, контрольный номер {number}, подготовлен {at}, ответ на {cause}",
        "de": "{type}, Kontrollnummer {number}, erstellt {at}, Antwort auf {cause}",
        "zh": "{type}，控制号 {number}，生成于 {at}，答复 {cause}",
    },
    "show-sent-unasked": {
        "en": "{type}, control number {number}, prepared {at}",
        "ru": "{type}, контрольный номер {number}, подготовлен {at}",
        "de": "{type}, Kontrollnummer {number}, erstellt {at}",
        "zh": "{type}，控制号 {number}，生成于 {at}",
    },
    "show-not-sent": {
        "en": "not yet sent, in answer to {cause}",
        "ru": "ещё не отправлен, ответ на {cause}",
        "de": "noch nicht gesendet, Antwort auf {cause}",
        "zh": "尚未发送，答复 {cause}",
    },
    "show-issued-by-us": {
        "en": "issued     {at} by us as {source} (receipt {receipt}) for {partner}",
        "ru": "выдан      {at} нами как {source} (поступление {receipt}) для {partner}",
        "de": "von uns    {at} als {source} (Eingang {receipt}) für {partner}",
        "zh": "我方开具   {at}，文件 {source}（接收编号 {receipt}），发给 {partner}",
    },
    "show-answered-by": {"en": "answered by", "ru": "ответ", "de": "beantwortet", "zh": "答复"},
    "show-acknowledged": {
        "en": "the partner's answer: {code} (document {document})",
        "ru": "ответ партнёра: {code} (документ {document})",
        "de": "Antwort des Partners: {code} (Dokument {document})",
        "zh": "合作伙伴的答复：{code}（单据 {document}）",
    },
    "verify-untold": {
        "en": "{subject} {number} is in the journal, and the audit trail does not know it",
        "ru": "{subject} {number}: запись есть в журнале, но журнал аудита о ней не знает",
        "de": "{subject} {number} steht im Journal, fehlt aber in der Prüfkette",
        "zh": "{subject} {number} 在日志库中，但审计链中没有记录",
    },
    "verify-gone": {
        "en": "{subject} {number} is in the audit trail, and the journal does not have it any more",
        "ru": "{subject} {number}: в журнале аудита запись есть, а в журнале её больше нет",
        "de": "{subject} {number} steht in der Prüfkette, fehlt aber im Journal",
        "zh": "{subject} {number} 在审计链中有记录，但日志库中已不存在",
    },
    "verify-state": {
        "en": "{subject} {number} is {state} in the journal; the audit trail says: {said}",
        "ru": "{subject} {number}: в журнале состояние «{state}», в журнале аудита — «{said}»",
        "de": "{subject} {number}: im Journal steht „{state}“, in der Prüfkette „{said}“",
        "zh": "{subject} {number} 在日志库中的状态为“{state}”，审计链中为“{said}”",
    },
    "verify-receipt-bytes": {
        "en": "receipt {receipt}: the journal names the bytes {sha256}, the audit trail {said}",
        "ru": "поступление {receipt}: в журнале указаны байты {sha256}, в журнале аудита — {said}",
        "de": "Eingang {receipt}: das Journal nennt die Bytes {sha256}, die Prüfkette {said}",
        "zh": "接收 {receipt}：日志库记录的字节为 {sha256}，审计链记录的为 {said}",
    },
    "verify-record": {
        "en": "document {document}: what the journal says of it is not what was decided on; somebody changed it",
        "ru": "документ {document}: содержание в журнале не то, по которому принималось решение; его кто-то изменил",
        "de": "Dokument {document}: was das Journal davon sagt, ist nicht das, worüber entschieden wurde; jemand hat es geändert",
        "zh": "单据 {document}：日志库中的内容与当初据以决定的内容不同，有人改动过",
    },
    "verify-delivered": {
        "en": "document {document} was delivered to {sink}, as the audit trail says; the journal does not say so any more",
        "ru": "документ {document} доставлен в {sink}, как записано в журнале аудита; в журнале этого больше нет",
        "de": "Dokument {document} wurde an {sink} ausgeliefert, wie die Prüfkette sagt; im Journal steht es nicht mehr",
        "zh": "审计链记录单据 {document} 已送达 {sink}，但日志库中已无此记录",
    },
    "verify-not-delivered": {
        "en": "document {document} counts as delivered to {sink}; the audit trail does not say so",
        "ru": "документ {document} числится доставленным в {sink}; в журнале аудита этого нет",
        "de": "Dokument {document} gilt als an {sink} ausgeliefert; in der Prüfkette steht davon nichts",
        "zh": "单据 {document} 标为已送达 {sink}，但审计链中没有记录",
    },
    "verify-unsent": {
        "en": "control number {number} from {ours} to {theirs} was not sent: document {document} was rejected (the audit says so)",
        "ru": "контрольный номер {number} от {ours} для {theirs} не отправлен: документ {document} отклонён (записано в журнале аудита)",
        "de": "Kontrollnummer {number} von {ours} an {theirs} wurde nicht gesendet: Dokument {document} wurde abgelehnt (steht im Audit)",
        "zh": "从 {ours} 到 {theirs} 的控制号 {number} 未发送：单据 {document} 已被拒绝（审计中有记录）",
    },
    "waits-Order": {
        "en": "waits for order {number} (document {document}, {state})",
        "ru": "ждёт заказ {number} (документ {document}, {state})",
        "de": "wartet auf Bestellung {number} (Dokument {document}, {state})",
        "zh": "等待订单 {number}（单据 {document}，{state}）",
    },
    "waits-OrderChange": {
        "en": "waits for order change {number} (document {document}, {state})",
        "ru": "ждёт изменение заказа {number} (документ {document}, {state})",
        "de": "wartet auf Bestelländerung {number} (Dokument {document}, {state})",
        "zh": "等待订单变更 {number}（单据 {document}，{state}）",
    },
    "waits-OrderCancellation": {
        "en": "waits for order cancellation {number} (document {document}, {state})",
        "ru": "ждёт отмену заказа {number} (документ {document}, {state})",
        "de": "wartet auf Stornierung {number} (Dokument {document}, {state})",
        "zh": "等待订单取消 {number}（单据 {document}，{state}）",
    },
    "interchange": {"en": "interchange", "ru": "передачу", "de": "die Übertragung", "zh": "交换"},
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
    # wharf show
    "show-received": {
        "en": "received   {at} as {source} (receipt {receipt}) from {sender}",
        "ru": "получен    {at} как {source} (поступление {receipt}) от {sender}",
        "de": "empfangen  {at} als {source} (Eingang {receipt}) von {sender}",
        "zh": "收到       {at}，文件 {source}（接收编号 {receipt}），来自 {sender}",
    },
    "without-number": {"en": "without number", "ru": "без номера", "de": "ohne Nummer", "zh": "无编号"},
    "unknown-sender": {"en": "an unknown sender", "ru": "неизвестного отправителя", "de": "unbekanntem Absender", "zh": "未知发送方"},
    "show-see": {"en": "see", "ru": "см.", "de": "siehe", "zh": "参见"},
    "show-issued": {"en": "issued", "ru": "дата", "de": "vom", "zh": "日期"},
    "show-test": {"en": "TEST", "ru": "ТЕСТ", "de": "TEST", "zh": "测试"},
    "show-buyer": {"en": "buyer", "ru": "покупатель", "de": "Käufer", "zh": "买方"},
    "show-seller": {"en": "seller", "ru": "продавец", "de": "Verkäufer", "zh": "卖方"},
    "show-line": {"en": "line", "ru": "строка", "de": "Position", "zh": "行"},
    "show-total": {"en": "total", "ru": "итого", "de": "Summe", "zh": "合计"},
    "show-no-quantity": {"en": "no quantity", "ru": "без количества", "de": "ohne Menge", "zh": "无数量"},
    "show-price": {"en": "at {price}", "ru": "по {price}", "de": "zu {price}", "zh": "单价 {price}"},
    "show-at": {"en": "at {place}", "ru": "место: {place}", "de": "Stelle: {place}", "zh": "位置：{place}"},
    "show-question": {"en": "question", "ru": "вопрос", "de": "Frage", "zh": "问题"},
    "show-answer": {"en": "answer", "ru": "ответ", "de": "Antwort", "zh": "处理"},
    "show-done": {
        "en": "as {reference} at {at}",
        "ru": "как {reference}, {at}",
        "de": "als {reference} um {at}",
        "zh": "编号 {reference}，时间 {at}",
    },
    "error": {"en": "error", "ru": "ошибка", "de": "Fehler", "zh": "错误"},
    "warning": {"en": "warning", "ru": "замечание", "de": "Hinweis", "zh": "警告"},
    "one-error": {"en": "1 error", "ru": "ошибок: 1", "de": "1 Fehler", "zh": "1 个错误"},
    "errors": {"en": "{count} errors", "ru": "ошибок: {count}", "de": "{count} Fehler", "zh": "{count} 个错误"},
    "one-warning": {"en": "1 warning", "ru": "замечаний: 1", "de": "1 Hinweis", "zh": "1 个警告"},
    "warnings": {"en": "{count} warnings", "ru": "замечаний: {count}", "de": "{count} Hinweise", "zh": "{count} 个警告"},
    "not-recognised": {"en": "not recognised", "ru": "формат не распознан", "de": "nicht erkannt", "zh": "无法识别"},
    # states of documents and deliveries, and events of the audit trail
    "parsed": {"en": "parsed", "ru": "прочитан", "de": "gelesen", "zh": "已解析"},
    "accepted": {"en": "accepted", "ru": "принят", "de": "angenommen", "zh": "已接受"},
    "rejected": {"en": "rejected", "ru": "отклонён", "de": "abgelehnt", "zh": "已拒绝"},
    "state-delivered": {"en": "delivered", "ru": "доставлен", "de": "ausgeliefert", "zh": "已送达"},
    "state-duplicate": {"en": "duplicate", "ru": "повтор", "de": "doppelt", "zh": "重复"},
    "state-superseded": {"en": "superseded", "ru": "заменён", "de": "ersetzt", "zh": "已被取代"},
    "state-parked": {"en": "parked", "ru": "ждёт решения", "de": "wartet auf Entscheidung", "zh": "待处理"},
    "waiting": {"en": "waiting", "ru": "ждёт", "de": "wartet", "zh": "等待中"},
    "sending": {"en": "sending", "ru": "отправляется", "de": "wird gesendet", "zh": "发送中"},
    "done": {"en": "done", "ru": "сделано", "de": "erledigt", "zh": "完成"},
    "held": {"en": "held", "ru": "задержано", "de": "angehalten", "zh": "已暂停"},
    "cancelled": {"en": "cancelled", "ru": "отменено", "de": "storniert", "zh": "已取消"},
    "event-received": {"en": "received", "ru": "получено", "de": "empfangen", "zh": "已收到"},
    "read": {"en": "read", "ru": "прочитано", "de": "gelesen", "zh": "已读取"},
    "empty": {"en": "empty", "ru": "без документов", "de": "ohne Dokument", "zh": "不含单据"},
    "event-unreadable": {"en": "unreadable", "ru": "не читается", "de": "nicht lesbar", "zh": "无法读取"},
    "delivery-held": {"en": "delivery held", "ru": "доставка задержана", "de": "Lieferung angehalten", "zh": "发送已暂停"},
    "delivery-reopened": {"en": "delivery reopened", "ru": "доставка возобновлена", "de": "Lieferung wieder offen", "zh": "发送已恢复"},
    "document-delivered": {"en": "document delivered", "ru": "документ доставлен", "de": "Dokument ausgeliefert", "zh": "单据已送达"},
    "answered": {"en": "answered", "ru": "дан ответ", "de": "beantwortet", "zh": "已答复"},
    "released": {"en": "released", "ru": "пропущен дальше", "de": "freigegeben", "zh": "已放行"},
    "replayed": {"en": "replayed", "ru": "прочитан заново", "de": "neu gelesen", "zh": "已重新读取"},
    "redelivery-asked": {
        "en": "redelivery asked",
        "ru": "запрошена повторная отправка",
        "de": "erneute Lieferung verlangt",
        "zh": "已请求重新发送",
    },
    # what a source leaves alone
    "not-taken": {
        "en": "{count} entries in {folder} are not taken: {what}",
        "ru": "записей в {folder}, которые не берутся: {count} ({what})",
        "de": "{count} Einträge in {folder} werden nicht übernommen: {what}",
        "zh": "{folder} 中有 {count} 个条目未接收：{what}",
    },
    "folders": {"en": "folders: {count}", "ru": "папки: {count}", "de": "Ordner: {count}", "zh": "文件夹 {count} 个"},
    "links": {"en": "links: {count}", "ru": "ссылки: {count}", "de": "Verknüpfungen: {count}", "zh": "链接 {count} 个"},
    "unfinished": {
        "en": "files still being written: {count}",
        "ru": "файлы, которые ещё записываются: {count}",
        "de": "noch nicht fertig geschriebene Dateien: {count}",
        "zh": "仍在写入的文件 {count} 个",
    },
    "special": {
        "en": "no ordinary files: {count}",
        "ru": "не обычные файлы: {count}",
        "de": "keine gewöhnlichen Dateien: {count}",
        "zh": "非普通文件 {count} 个",
    },
    # wharf doctor
    "doctor-settings": {
        "en": "{file}: companies {companies}, partners {partners}",
        "ru": "{file}: компаний {companies}, партнёров {partners}",
        "de": "{file}: Firmen {companies}, Partner {partners}",
        "zh": "{file}：{companies} 家公司，{partners} 个伙伴",
    },
    "doctor-no-companies": {
        "en": "wharf.yaml names no companies: every document will be parked as not addressed to us",
        "ru": "в wharf.yaml не названо ни одной компании: каждый документ будет ждать решения как адресованный не нам",
        "de": "wharf.yaml nennt keine Firma: jedes Dokument bleibt als nicht an uns gerichtet liegen",
        "zh": "wharf.yaml 未列出任何公司：所有单据都会因并非发给我方而待处理",
    },
    "doctor-archive": {
        "en": "archive {folder} can be written",
        "ru": "в архив {folder} можно писать",
        "de": "in das Archiv {folder} kann geschrieben werden",
        "zh": "归档 {folder} 可写",
    },
    "doctor-archive-bad": {
        "en": "archive {folder} cannot be written: give this user the right",
        "ru": "в архив {folder} нельзя писать: дайте этому пользователю право",
        "de": "in das Archiv {folder} kann nicht geschrieben werden: diesem Benutzer das Recht geben",
        "zh": "归档 {folder} 不可写：请授予此用户权限",
    },
    "doctor-disk": {
        "en": "{room} MB of disk are free",
        "ru": "свободно {room} МБ на диске",
        "de": "{room} MB sind auf der Platte frei",
        "zh": "磁盘剩余 {room} MB",
    },
    "doctor-disk-bad": {
        "en": "{room} MB of disk are free: make room",
        "ru": "свободно {room} МБ на диске: освободите место",
        "de": "{room} MB sind auf der Platte frei: Platz schaffen",
        "zh": "磁盘剩余 {room} MB：请清理空间",
    },
    "doctor-source": {"en": "source {name}", "ru": "источник {name}", "de": "Quelle {name}", "zh": "来源 {name}"},
    "doctor-sink": {"en": "sink {name}", "ru": "получатель {name}", "de": "Ziel {name}", "zh": "目标 {name}"},
    "doctor-opens": {"en": "{kind} can be opened", "ru": "{kind} открывается", "de": "{kind} lässt sich öffnen", "zh": "{kind} 可以打开"},
    "doctor-isolated": {
        "en": "documents are read in limited children",
        "ru": "документы читаются в ограниченных дочерних процессах",
        "de": "Dokumente werden in begrenzten Kindprozessen gelesen",
        "zh": "单据在受限的子进程中读取",
    },
    "doctor-isolated-bad": {
        "en": "this system cannot limit the readers: use Linux",
        "ru": "эта система не может ограничить чтение: используйте Linux",
        "de": "dieses System kann die Leser nicht begrenzen: Linux verwenden",
        "zh": "此系统无法限制读取进程：请使用 Linux",
    },
    "doctor-journal": {
        "en": "journal {url}: {how}",
        "ru": "журнал {url}: {how}",
        "de": "Journal {url}: {how}",
        "zh": "日志库 {url}：{how}",
    },
    "doctor-durable": {"en": "durable", "ru": "надёжно", "de": "dauerhaft", "zh": "持久"},
    "doctor-not-durable": {
        "en": "{setting} is off, so committed work can be lost; switch it on",
        "ru": "{setting} выключено, поэтому сохранённое может пропасть; включите",
        "de": "{setting} ist aus, gespeicherte Arbeit kann verloren gehen; einschalten",
        "zh": "{setting} 已关闭，已提交的数据可能丢失；请开启",
    },
    "receipt": {"en": "receipt", "ru": "поступление", "de": "Eingang", "zh": "接收"},
    "as-new": {"en": "as a new document", "ru": "как новый документ", "de": "als neues Dokument", "zh": "作为新单据"},
    "as-replacement": {"en": "as a replacement", "ru": "как замена", "de": "als Ersatz", "zh": "作为替换单据"},
    "as-duplicate": {"en": "as a duplicate", "ru": "как повтор", "de": "als doppelt", "zh": "作为重复单据"},
    "acknowledged": {"en": "acknowledged", "ru": "подтверждено", "de": "bestätigt", "zh": "已确认"},
    "blob-unreadable": {"en": "they cannot be read", "ru": "их нельзя прочитать", "de": "sie sind nicht lesbar", "zh": "无法读取"},
    "blob-damaged": {
        "en": "they are damaged, their SHA-256 is another",
        "ru": "они повреждены, у них другой SHA-256",
        "de": "sie sind beschädigt, ihr SHA-256-Wert ist ein anderer",
        "zh": "已损坏，SHA-256 不同",
    },
    "verify-agree": {
        "en": "archive, journal and audit chains agree",
        "ru": "архив, журнал и цепочки аудита согласуются",
        "de": "Archiv, Journal und Prüfketten stimmen überein",
        "zh": "归档、日志库与审计链一致",
    },
    "verify-blob": {
        "en": "receipt {receipt}: its bytes {sha256} in the archive are wrong: {wrong}",
        "ru": "поступление {receipt}: его байты {sha256} в архиве неверны: {wrong}",
        "de": "Eingang {receipt}: seine Bytes {sha256} im Archiv stimmen nicht: {wrong}",
        "zh": "接收 {receipt}：归档中的字节 {sha256} 有误：{wrong}",
    },
    "doctor-ok": {"en": "ok", "ru": "ок", "de": "ok", "zh": "正常"},
    "doctor-bad": {"en": "BAD", "ru": "ПЛОХО", "de": "FEHLER", "zh": "有误"},
    **DESK,
    **FLOWS,
}


def phrase(name: str, language: str, /, **values: object) -> str:
    """A phrase in a language, filled in."""
    return _PHRASES[name][language].format(**values)


def padded(text: str, width: int) -> str:
    """The text in a column of that many places on a screen, where a Chinese character takes two."""
    taken = sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
    return text + " " * (width - taken)


def state_word(state: str, language: str) -> str:
    """A state or an event of the audit trail in words; one without words as it is."""
    name = state.lower()
    if f"state-{name.removeprefix('document-')}" in _PHRASES or name.removeprefix("document-") in ("accepted", "rejected"):
        name = name if name in _PHRASES else name.removeprefix("document-")
    known = next((key for key in (f"state-{name}", f"event-{name}", name) if key in _PHRASES), None)
    return phrase(known, language) if known else name
