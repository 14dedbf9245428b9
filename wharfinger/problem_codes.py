"""The closed list of problem codes: disposition and texts (what is wrong, what to do) in four languages.

disposition: reject = the sender must send again; park = a person on our side decides; warn = reported, delivered all the same.
Texts may use {subject} (line number or field), {expected} and {found}. Codes are public: never renamed, only added.
"""

from dataclasses import dataclass
from typing import Literal

LANGUAGES = ("en", "ru", "de", "zh")

Disposition = Literal["reject", "park", "warn"]


@dataclass(frozen=True, slots=True)
class Code:
    """One entry: texts maps a language to (what is wrong, what to do)."""

    name: str
    disposition: Disposition
    texts: dict[str, tuple[str, str]]


def _code(name: str, disposition: Disposition, *, en: tuple[str, str], ru: tuple[str, str], de: tuple[str, str], zh: tuple[str, str]) -> Code:
    return Code(name, disposition, {"en": en, "ru": ru, "de": de, "zh": zh})


_ALL = (
    _code(
        "document-conflict", "park",
        en=("{subject} was sent again with another content: {found} instead of {expected}.", "Decide whether it is new, a replacement or a duplicate: `wharf release`."),
        ru=("{subject} прислан ещё раз с другим содержанием: {found} вместо {expected}.", "Решите, это новый документ, замена или повтор: `wharf release`."),
        de=("{subject} kam noch einmal mit anderem Inhalt: {found} statt {expected}.", "Entscheiden Sie, ob es neu, ein Ersatz oder doppelt ist: `wharf release`."),
        zh=("{subject} 被再次发送，但内容不同：{found}，原为 {expected}。", "请确定它是新单据、替换还是重复：`wharf release`。"),
    ),
    _code(
        "document-not-read", "park",
        en=("A document stands here, but nothing of it could be read.", "Look at the file; mend the mapping and replay it, or reject it."),
        ru=("Здесь есть документ, но прочитать из него ничего не удалось.", "Посмотрите файл; исправьте описание формата и повторите чтение или отклоните документ."),
        de=("Hier steht ein Dokument, von dem nichts gelesen werden konnte.", "Sehen Sie die Datei an; die Zuordnung berichtigen und neu einlesen oder ablehnen."),
        zh=("此处有一份单据，但未能读出任何内容。", "请查看文件；修正映射后重新读取，或将其拒绝。"),
    ),
    _code(
        "no-sink-for-test-documents", "park",
        en=("This is a test document, and no destination takes test documents.", "Mark a sink with `test: true` in wharf.yaml, or reject the document."),
        ru=("Это тестовый документ, а получателя для тестовых документов нет.", "Укажите `test: true` у одного из получателей в wharf.yaml или отклоните документ."),
        de=("Dies ist ein Testdokument, und kein Ziel nimmt Testdokumente an.", "Ein Ziel in wharf.yaml mit `test: true` kennzeichnen oder das Dokument ablehnen."),
        zh=("这是一份测试单据，但没有接收测试单据的目标。", "请在 wharf.yaml 中为某个目标设置 `test: true`，或拒绝该单据。"),
    ),
    _code(
        "parts-too-deep", "park",
        en=("Files are packed within files {found} levels deep; at most {expected} are followed.", "Ask for the documents themselves, or unpack the file and put them into the inbox."),
        ru=("Файлы вложены друг в друга на {found} уровней; читается не больше {expected}.", "Попросите прислать сами документы или распакуйте файл и положите их во входящую папку."),
        de=("Dateien sind {found} Ebenen tief ineinander verpackt; höchstens {expected} werden gelesen.", "Die Dokumente selbst anfordern oder die Datei entpacken und in den Eingang legen."),
        zh=("文件嵌套了 {found} 层；最多只读取 {expected} 层。", "请索取单据本身，或解压后放入收件箱。"),
    ),
    _code(
        "rejected-by-a-person", "reject",
        en=("Refused: {found}", "Mend this and send it again."),
        ru=("Отклонено: {found}", "Исправьте это и отправьте ещё раз."),
        de=("Abgelehnt: {found}", "Bitte berichtigen und neu senden."),
        zh=("已拒绝：{found}", "请更正后重新发送。"),
    ),
    _code(
        "file-empty", "reject",
        en=("The file is empty.", "Send the file again."),
        ru=("Файл пуст.", "Отправьте файл ещё раз."),
        de=("Die Datei ist leer.", "Bitte die Datei neu senden."),
        zh=("文件为空。", "请重新发送文件。"),
    ),
    _code(
        "format-not-recognised", "reject",
        en=("This is no format that is known here.", "Send it in one of the agreed formats; `wharf formats` lists them."),
        ru=("Формат файла не распознан.", "Отправьте файл в одном из согласованных форматов; их список: `wharf formats`."),
        de=("Dieses Dateiformat ist hier nicht bekannt.", "Bitte in einem vereinbarten Format senden; `wharf formats` nennt sie."),
        zh=("无法识别此文件的格式。", "请使用约定的格式发送；`wharf formats` 会列出支持的格式。"),
    ),
    _code(
        "order-line-quantity-missing", "reject",
        en=("Line {subject} has no quantity.", "Send the order again with a quantity in line {subject}."),
        ru=("В строке {subject} нет количества.", "Отправьте заказ ещё раз, указав количество в строке {subject}."),
        de=("Zeile {subject} hat keine Menge.", "Bitte die Bestellung mit einer Menge in Zeile {subject} neu senden."),
        zh=("第 {subject} 行没有数量。", "请在第 {subject} 行填写数量后重新发送订单。"),
    ),
    _code(
        "zip-broken", "reject",
        en=("The archive is damaged: its directory cannot be read.", "Pack the files again and resend the archive."),
        ru=("Архив повреждён: его оглавление не читается.", "Упакуйте файлы заново и отправьте архив ещё раз."),
        de=("Das Archiv ist beschädigt: Sein Verzeichnis ist nicht lesbar.", "Bitte die Dateien neu packen und noch einmal senden."),
        zh=("压缩包已损坏：无法读取其目录。", "请重新打包后再次发送。"),
    ),
    _code(
        "zip-too-many-entries", "reject",
        en=("The archive holds more than {expected} files.", "Send it in several smaller archives."),
        ru=("В архиве больше {expected} файлов.", "Отправьте файлы несколькими архивами меньшего размера."),
        de=("Das Archiv enthält mehr als {expected} Dateien.", "Bitte auf mehrere kleinere Archive verteilen."),
        zh=("压缩包内的文件超过 {expected} 个。", "请分成几个较小的压缩包发送。"),
    ),
    _code(
        "zip-too-large", "reject",
        en=("Unpacked, the archive is larger than {expected}; the rest of it was not read.", "Send it in several smaller archives."),
        ru=("В распакованном виде архив больше {expected}; остаток не прочитан.", "Отправьте файлы несколькими архивами меньшего размера."),
        de=("Entpackt ist das Archiv größer als {expected}; der Rest wurde nicht gelesen.", "Bitte auf mehrere kleinere Archive verteilen."),
        zh=("解压后的压缩包超过 {expected}，其余内容未读取。", "请分成几个较小的压缩包发送。"),
    ),
    _code(
        "zip-entry-ratio", "reject",
        en=("{subject} unpacks to more than {expected} times its size, as a ZIP bomb does.", "Send this file as it is, not packed."),
        ru=("{subject} при распаковке вырастает более чем в {expected} раз, как ZIP-бомба.", "Отправьте этот файл без упаковки."),
        de=("{subject} wächst beim Entpacken auf mehr als das {expected}-Fache, wie eine ZIP-Bombe.", "Bitte diese Datei ungepackt senden."),
        zh=("{subject} 解压后超过原大小的 {expected} 倍，疑似 ZIP 炸弹。", "请不要压缩，直接发送该文件。"),
    ),
    _code(
        "zip-entry-encrypted", "reject",
        en=("{subject} is protected by a password.", "Send it without a password."),
        ru=("{subject} защищён паролем.", "Отправьте файл без пароля."),
        de=("{subject} ist mit einem Kennwort geschützt.", "Bitte ohne Kennwort senden."),
        zh=("{subject} 受密码保护。", "请发送没有密码的文件。"),
    ),
    _code(
        "zip-entry-compression", "reject",
        en=("{subject} is packed by a method that is not read here (number {found}).", "Pack it with the usual method (Deflate), or send it unpacked."),
        ru=("{subject} упакован неподдерживаемым методом (номер {found}).", "Упакуйте его обычным методом (Deflate) или отправьте без упаковки."),
        de=("{subject} ist mit einem Verfahren gepackt, das hier nicht gelesen wird (Nummer {found}).", "Bitte mit dem üblichen Verfahren (Deflate) packen oder ungepackt senden."),
        zh=("{subject} 使用了不支持的压缩方法（编号 {found}）。", "请使用常规方法（Deflate）压缩，或直接发送未压缩的文件。"),
    ),
    _code(
        "zip-entry-broken", "reject",
        en=("{subject} is damaged inside the archive and cannot be unpacked.", "Pack this file again and resend it."),
        ru=("{subject} внутри архива повреждён и не распаковывается.", "Упакуйте этот файл заново и отправьте ещё раз."),
        de=("{subject} ist im Archiv beschädigt und lässt sich nicht entpacken.", "Bitte diese Datei neu packen und noch einmal senden."),
        zh=("压缩包中的 {subject} 已损坏，无法解压。", "请重新打包该文件后再次发送。"),
    ),
    _code(
        "zip-entries-overlap", "reject",
        en=("{subject} shares its bytes with another file of the archive, as a ZIP bomb does.", "Pack the files again and resend the archive."),
        ru=("{subject} делит данные с другим файлом архива, как в ZIP-бомбе.", "Упакуйте файлы заново и отправьте архив ещё раз."),
        de=("{subject} teilt sich Daten mit einer anderen Datei des Archivs, wie in einer ZIP-Bombe.", "Bitte die Dateien neu packen und noch einmal senden."),
        zh=("{subject} 与压缩包中的其他文件共用数据，疑似 ZIP 炸弹。", "请重新打包后再次发送。"),
    ),
    _code(
        "mail-without-attachment", "warn",
        en=("The mail carries no document.", "Ask the sender to attach the document if one was meant to be there."),
        ru=("В письме нет документа.", "Если документ должен был быть, попросите отправителя приложить его."),
        de=("Die E-Mail enthält kein Dokument.", "Falls eines gemeint war, den Absender bitten, es anzuhängen."),
        zh=("邮件中没有单据。", "如果本应附有单据，请让发件人添加附件后重发。"),
    ),
    _code(
        "mail-part-damaged", "reject",
        en=("The attachment {subject} is damaged: its transfer encoding is broken.", "Send the mail again with the attachment."),
        ru=("Вложение {subject} повреждено: нарушена кодировка передачи.", "Отправьте письмо с вложением ещё раз."),
        de=("Der Anhang {subject} ist beschädigt: Seine Übertragungskodierung ist fehlerhaft.", "Bitte die E-Mail mit dem Anhang noch einmal senden."),
        zh=("附件 {subject} 已损坏：传输编码有误。", "请重新发送带该附件的邮件。"),
    ),
    _code(
        "mail-part-not-read", "reject",
        en=("The attachment {subject} is wrapped in a way that is not read here ({found}).", "Send the document as an ordinary attachment, neither encrypted nor as Outlook rich text."),
        ru=("Вложение {subject} упаковано способом, который здесь не читается ({found}).", "Отправьте документ обычным вложением, без шифрования и не в формате Outlook RTF."),
        de=("Der Anhang {subject} ist auf eine Art verpackt, die hier nicht gelesen wird ({found}).", "Bitte das Dokument als gewöhnlichen Anhang senden, weder verschlüsselt noch als Outlook-RTF."),
        zh=("附件 {subject} 的封装方式（{found}）在此无法读取。", "请以普通附件发送单据，不要加密，也不要使用 Outlook RTF 格式。"),
    ),
    _code(
        "mail-too-deep", "reject",
        en=("Mails are nested in this mail more than {expected} deep; the inner ones were not read.", "Send the document in a mail of its own."),
        ru=("Письма вложены друг в друга глубже {expected} уровней; внутренние не прочитаны.", "Отправьте документ отдельным письмом."),
        de=("In dieser E-Mail sind E-Mails tiefer als {expected} Ebenen verschachtelt; die inneren wurden nicht gelesen.", "Bitte das Dokument in einer eigenen E-Mail senden."),
        zh=("此邮件中的邮件嵌套超过 {expected} 层，内层邮件未读取。", "请用单独的邮件发送单据。"),
    ),
    _code(
        "reader-crashed", "park",
        en=("The reader broke down on this file ({found}).", "The file is kept. Report it; after a correction `wharf replay` reads it again."),
        ru=("Программа чтения аварийно завершилась на этом файле ({found}).", "Файл сохранён. Сообщите об ошибке; после исправления `wharf replay` прочитает его снова."),
        de=("Das Leseprogramm ist an dieser Datei abgestürzt ({found}).", "Die Datei ist aufbewahrt. Bitte melden; nach einer Korrektur liest `wharf replay` sie noch einmal."),
        zh=("读取程序在处理此文件时崩溃（{found}）。", "文件已保存。请报告此问题；修正后用 `wharf replay` 重新读取。"),
    ),
    _code(
        "reader-time-exceeded", "park",
        en=("Reading this file took longer than {expected} and was stopped.", "Look whether the file is what it should be; a smaller one can be sent again."),
        ru=("Чтение файла заняло больше {expected} и было остановлено.", "Проверьте, тот ли это файл; файл меньшего размера можно отправить ещё раз."),
        de=("Das Lesen dieser Datei dauerte länger als {expected} und wurde abgebrochen.", "Bitte prüfen, ob es die richtige Datei ist; eine kleinere kann neu gesendet werden."),
        zh=("读取此文件超过 {expected}，已中止。", "请检查文件是否正确；可以改发较小的文件。"),
    ),
    _code(
        "reader-memory-exceeded", "park",
        en=("Reading this file needed more than {expected} of memory and was stopped.", "Look whether the file is what it should be; a smaller one can be sent again."),
        ru=("Для чтения файла потребовалось больше {expected} памяти, чтение остановлено.", "Проверьте, тот ли это файл; файл меньшего размера можно отправить ещё раз."),
        de=("Das Lesen dieser Datei brauchte mehr als {expected} Speicher und wurde abgebrochen.", "Bitte prüfen, ob es die richtige Datei ist; eine kleinere kann neu gesendet werden."),
        zh=("读取此文件所需内存超过 {expected}，已中止。", "请检查文件是否正确；可以改发较小的文件。"),
    ),
    _code(
        "reader-output-exceeded", "park",
        en=("Reading this file gave more than {expected} of data and was stopped.", "Look whether the file is what it should be; a smaller one can be sent again."),
        ru=("При чтении файла получилось больше {expected} данных, чтение остановлено.", "Проверьте, тот ли это файл; файл меньшего размера можно отправить ещё раз."),
        de=("Das Lesen dieser Datei ergab mehr als {expected} Daten und wurde abgebrochen.", "Bitte prüfen, ob es die richtige Datei ist; eine kleinere kann neu gesendet werden."),
        zh=("读取此文件产生的数据超过 {expected}，已中止。", "请检查文件是否正确；可以改发较小的文件。"),
    ),
    _code(
        "zip-without-files", "warn",
        en=("The archive holds no files.", "Ask the sender for the files if some were meant to be there."),
        ru=("В архиве нет файлов.", "Если файлы должны были быть, запросите их у отправителя."),
        de=("Das Archiv enthält keine Dateien.", "Falls welche gemeint waren, den Absender danach fragen."),
        zh=("压缩包中没有文件。", "如果本应有文件，请向发件人索取。"),
    ),
    _code(
        "mail-truncated", "warn",
        en=("The mail breaks off before its end; an attachment may be missing or cut.", "Compare with the sender what was attached."),
        ru=("Письмо обрывается; вложение может отсутствовать или быть неполным.", "Сверьте с отправителем, что было приложено."),
        de=("Die E-Mail bricht vor ihrem Ende ab; ein Anhang kann fehlen oder abgeschnitten sein.", "Bitte mit dem Absender abgleichen, was angehängt war."),
        zh=("邮件不完整；附件可能缺失或被截断。", "请与发件人核对附件内容。"),
    ),
    _code(
        "mail-header-damaged", "warn",
        en=("The header of the mail is damaged; an attachment may have been missed.", "Look at the mail itself; ask the sender to send the document again if it is not among those that were read."),
        ru=("Заголовок письма повреждён; вложение могло быть пропущено.", "Посмотрите само письмо; если документа нет среди прочитанных, попросите отправить его ещё раз."),
        de=("Der Kopf der E-Mail ist beschädigt; ein Anhang kann übersehen worden sein.", "Bitte die E-Mail selbst ansehen; fehlt das Dokument unter den gelesenen, noch einmal anfordern."),
        zh=("邮件头已损坏，可能漏掉了附件。", "请查看原邮件；如果单据不在已读取的内容中，请让发件人重新发送。"),
    ),
)

CODES: dict[str, Code] = {code.name: code for code in _ALL}
