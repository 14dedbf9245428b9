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
        "xml-not-valid", "park",
        en=("What was read does not make a valid UBL document: {found}", "Mend the mapping or the partner file and replay the document."),
        ru=("Из прочитанного не получается правильный документ UBL: {found}", "Исправьте описание формата или файл партнёра и повторите чтение."),
        de=("Das Gelesene ergibt kein gültiges UBL-Dokument: {found}", "Die Zuordnung oder die Partnerdatei berichtigen und neu einlesen."),
        zh=("读取的内容无法构成有效的 UBL 单据：{found}", "请修正映射或合作伙伴文件后重新读取。"),
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
    _code(
        "table-columns-unknown", "park",
        en=("The columns of this table are not known: {found}.", "Add a partner file that says which column is what (formats: table: fields)."),
        ru=("Столбцы этой таблицы неизвестны: {found}.", "Добавьте файл партнёра, где указано, какой столбец что означает (formats: table: fields)."),
        de=("Die Spalten dieser Tabelle sind nicht bekannt: {found}.", "Bitte eine Partnerdatei anlegen, die sagt, was welche Spalte ist (formats: table: fields)."),
        zh=("无法识别此表格的列：{found}。", "请添加合作伙伴文件，说明各列的含义（formats: table: fields）。"),
    ),
    _code(
        "table-header-field-conflict", "reject",
        en=("Rows of one order contradict each other in {subject}: {expected} and {found}.", "Send the order again with one value for {subject}."),
        ru=("Строки одного заказа противоречат друг другу в поле {subject}: {expected} и {found}.", "Отправьте заказ ещё раз с одним значением поля {subject}."),
        de=("Zeilen einer Bestellung widersprechen sich in {subject}: {expected} und {found}.", "Bitte die Bestellung mit nur einem Wert für {subject} neu senden."),
        zh=("同一订单的各行在“{subject}”上互相矛盾：{expected} 与 {found}。", "请统一“{subject}”的值后重新发送订单。"),
    ),
    _code(
        "table-quote-open", "reject",
        en=("A quotation mark is opened and never closed, so the rest of the table cannot be read.", "Close or double the quotation mark and send the file again."),
        ru=("Кавычка открыта и не закрыта, поэтому остаток таблицы не читается.", "Закройте или удвойте кавычку и отправьте файл ещё раз."),
        de=("Ein Anführungszeichen wird nicht geschlossen; der Rest der Tabelle ist deshalb nicht lesbar.", "Bitte das Anführungszeichen schließen oder verdoppeln und die Datei neu senden."),
        zh=("有一个引号没有闭合，表格其余部分无法读取。", "请补全或双写该引号后重新发送文件。"),
    ),
    _code(
        "table-row-too-long", "reject",
        en=("Row {subject} has {found} cells where the table has {expected} columns.", "Put text that contains the delimiter into quotation marks and send the file again."),
        ru=("В строке {subject} {found} ячеек, а столбцов в таблице {expected}.", "Заключите текст с разделителем в кавычки и отправьте файл ещё раз."),
        de=("Zeile {subject} hat {found} Zellen, die Tabelle aber {expected} Spalten.", "Bitte Text, der das Trennzeichen enthält, in Anführungszeichen setzen und die Datei neu senden."),
        zh=("第 {subject} 行有 {found} 个单元格，而表格有 {expected} 列。", "请将含有分隔符的文本加上引号后重新发送文件。"),
    ),
    _code(
        "table-row-too-short", "warn",
        en=("Row {subject} has only {found} of {expected} cells; the rest was taken as empty.", "Check that nothing is missing at the end of the row."),
        ru=("В строке {subject} только {found} ячеек из {expected}; остальные считаются пустыми.", "Проверьте, не потеряно ли что-нибудь в конце строки."),
        de=("Zeile {subject} hat nur {found} von {expected} Zellen; der Rest gilt als leer.", "Bitte prüfen, ob am Ende der Zeile etwas fehlt."),
        zh=("第 {subject} 行只有 {expected} 个单元格中的 {found} 个，其余视为空。", "请检查行尾是否缺少内容。"),
    ),
    _code(
        "table-cell-unreadable", "reject",
        en=("Row {subject} has a cell that is too long or whose characters are damaged.", "Save the file as UTF-8 and send it again."),
        ru=("В строке {subject} есть слишком длинная ячейка или ячейка с повреждёнными символами.", "Сохраните файл в кодировке UTF-8 и отправьте ещё раз."),
        de=("Zeile {subject} hat eine Zelle, die zu lang ist oder beschädigte Zeichen enthält.", "Bitte die Datei als UTF-8 speichern und neu senden."),
        zh=("第 {subject} 行有单元格过长或字符损坏。", "请将文件保存为 UTF-8 后重新发送。"),
    ),
    _code(
        "table-number-rounded", "reject",
        en=("{subject} is {found}: the spreadsheet has rounded digits away.", "Format the column {subject} as text, enter the number again and send the file again."),
        ru=("{subject}: {found} - табличный редактор потерял цифры при округлении.", "Задайте столбцу {subject} текстовый формат, введите номер заново и отправьте файл ещё раз."),
        de=("{subject} ist {found}: Die Tabellenkalkulation hat Ziffern weggerundet.", "Bitte die Spalte {subject} als Text formatieren, die Nummer neu eingeben und die Datei neu senden."),
        zh=("{subject} 为 {found}：电子表格已将部分数字舍入丢失。", "请将“{subject}”列设为文本格式，重新输入号码后再次发送文件。"),
    ),
    _code(
        "table-rows-left-out", "warn",
        en=("These rows are totals, footers or remarks and were left out: {subject}.", "Check that none of them is an order line."),
        ru=("Эти строки - итоги, подписи или примечания, они пропущены: {subject}.", "Проверьте, нет ли среди них строк заказа."),
        de=("Diese Zeilen sind Summen, Fußzeilen oder Bemerkungen und wurden ausgelassen: {subject}.", "Bitte prüfen, ob keine davon eine Bestellzeile ist."),
        zh=("以下行是合计、页脚或备注，已略过：{subject}。", "请确认其中没有订单行。"),
    ),
    _code(
        "table-sheet-left-out", "warn",
        en=("The sheet {subject} is no table of orders, or is hidden, and was not read.", "Check that it holds no orders."),
        ru=("Лист {subject} не содержит таблицы заказов или скрыт и не прочитан.", "Проверьте, нет ли на нём заказов."),
        de=("Das Blatt {subject} ist keine Bestelltabelle oder ausgeblendet und wurde nicht gelesen.", "Bitte prüfen, ob es keine Bestellungen enthält."),
        zh=("工作表 {subject} 不是订单表或已隐藏，未读取。", "请确认其中没有订单。"),
    ),
    _code(
        "table-without-rows", "warn",
        en=("The table has no order lines.", "Ask the sender whether it was meant to be empty."),
        ru=("В таблице нет строк заказа.", "Уточните у отправителя, должна ли она быть пустой."),
        de=("Die Tabelle hat keine Bestellzeilen.", "Bitte beim Absender nachfragen, ob sie leer sein sollte."),
        zh=("表格中没有订单行。", "请向发件人确认该表是否本应为空。"),
    ),
    _code(
        "table-too-many-rows", "reject",
        en=("The table has more than {expected} rows.", "Send it in several smaller files."),
        ru=("В таблице больше {expected} строк.", "Отправьте её несколькими файлами меньшего размера."),
        de=("Die Tabelle hat mehr als {expected} Zeilen.", "Bitte auf mehrere kleinere Dateien verteilen."),
        zh=("表格超过 {expected} 行。", "请分成几个较小的文件发送。"),
    ),
    _code(
        "spreadsheet-broken", "reject",
        en=("The spreadsheet is damaged and cannot be opened.", "Open and save it again in the spreadsheet program, then resend it."),
        ru=("Файл электронной таблицы повреждён и не открывается.", "Откройте и сохраните его заново в табличном редакторе и отправьте ещё раз."),
        de=("Die Tabellendatei ist beschädigt und lässt sich nicht öffnen.", "Bitte in der Tabellenkalkulation öffnen, neu speichern und noch einmal senden."),
        zh=("电子表格文件已损坏，无法打开。", "请在电子表格软件中重新保存后再次发送。"),
    ),
    _code(
        "spreadsheet-too-wide", "reject",
        en=("The sheet {subject} reaches over {found} cells, more than {expected}, although hardly any of them is filled.", "Delete the empty rows and columns far away from the table and send the file again."),
        ru=("Лист {subject} охватывает {found} ячеек (больше {expected}), хотя почти все они пусты.", "Удалите пустые строки и столбцы вдали от таблицы и отправьте файл ещё раз."),
        de=("Das Blatt {subject} reicht über {found} Zellen, mehr als {expected}, obwohl kaum eine gefüllt ist.", "Bitte die leeren Zeilen und Spalten fern der Tabelle löschen und die Datei neu senden."),
        zh=("工作表 {subject} 的范围达 {found} 个单元格，超过 {expected} 个，但几乎全为空。", "请删除远离表格的空行和空列后重新发送文件。"),
    ),
    _code(
        "spreadsheet-active-content", "warn",
        en=("The spreadsheet holds {found}; it was neither run nor followed.", "Nothing to do if the table itself is right."),
        ru=("В файле таблицы есть {found}; это не запускалось и не открывалось.", "Если сама таблица верна, ничего делать не нужно."),
        de=("Die Tabellendatei enthält {found}; nichts davon wurde ausgeführt oder aufgerufen.", "Nichts zu tun, wenn die Tabelle selbst stimmt."),
        zh=("电子表格中含有 {found}，未执行也未访问。", "如果表格本身正确，无需处理。"),
    ),
    _code(
        "spreadsheet-old-format", "reject",
        en=("The spreadsheet is in a form that is not read here ({found}), or is protected by a password.", "Save it as XLSX without a password and send it again."),
        ru=("Этот формат электронной таблицы здесь не читается ({found}), или файл защищён паролем.", "Сохраните его как XLSX без пароля и отправьте ещё раз."),
        de=("Die Tabellendatei liegt in einer Form vor, die hier nicht gelesen wird ({found}), oder ist mit einem Kennwort geschützt.", "Bitte als XLSX ohne Kennwort speichern und neu senden."),
        zh=("此电子表格的格式在此无法读取（{found}），或受密码保护。", "请另存为没有密码的 XLSX 后重新发送。"),
    ),
    _code(
        "value-unreadable", "reject",
        en=("{subject}: {found} cannot be read as {expected}.", "Correct the value and send the document again."),
        ru=("{subject}: значение {found} не читается (ожидается: {expected}).", "Исправьте значение и отправьте документ ещё раз."),
        de=("{subject}: {found} ist nicht lesbar (erwartet: {expected}).", "Bitte den Wert berichtigen und das Dokument neu senden."),
        zh=("{subject}：无法读取 {found}（应为 {expected}）。", "请更正该值后重新发送单据。"),
    ),
    _code(
        "pdf-damaged", "reject",
        en=("The PDF file is damaged and cannot be opened.", "Create the PDF again and send it."),
        ru=("Файл PDF повреждён и не открывается.", "Создайте PDF заново и отправьте его."),
        de=("Die PDF-Datei ist beschädigt und lässt sich nicht öffnen.", "Bitte das PDF neu erzeugen und senden."),
        zh=("PDF 文件已损坏，无法打开。", "请重新生成 PDF 后发送。"),
    ),
    _code(
        "pdf-encrypted", "reject",
        en=("The PDF file is protected by a password.", "Send it without a password."),
        ru=("Файл PDF защищён паролем.", "Отправьте его без пароля."),
        de=("Die PDF-Datei ist mit einem Kennwort geschützt.", "Bitte ohne Kennwort senden."),
        zh=("PDF 文件受密码保护。", "请取消密码后发送。"),
    ),
    _code(
        "pdf-without-text", "park",
        en=("The PDF has no text, only pictures (a scan).", "Type it in by hand, or ask the sender for a PDF made by the program instead of a scan."),
        ru=("В PDF нет текста, только изображения (скан).", "Введите документ вручную или попросите отправителя прислать PDF из программы, а не скан."),
        de=("Das PDF enthält keinen Text, nur Bilder (ein Scan).", "Von Hand erfassen oder den Absender um ein PDF aus dem Programm statt eines Scans bitten."),
        zh=("PDF 中没有文字，只有图像（扫描件）。", "请手工录入，或请发送方提供由程序生成的 PDF，而不是扫描件。"),
    ),
    _code(
        "pdf-too-long", "reject",
        en=("The PDF is longer than is read here: {found}; the limit is {expected}.", "Send each document as a file of its own."),
        ru=("PDF длиннее допустимого: {found}; предел: {expected}.", "Отправьте каждый документ отдельным файлом."),
        de=("Das PDF ist länger, als hier gelesen wird: {found}; die Grenze ist {expected}.", "Bitte jedes Dokument als eigene Datei senden."),
        zh=("PDF 过长：{found}；上限为 {expected}。", "请将每份单据作为单独的文件发送。"),
    ),
    _code(
        "docx-damaged", "reject",
        en=("The Word file is damaged and cannot be read.", "Save it again in Word (DOCX), or send it as PDF."),
        ru=("Файл Word повреждён и не читается.", "Сохраните его в Word заново (DOCX) или отправьте в PDF."),
        de=("Die Word-Datei ist beschädigt und nicht lesbar.", "Bitte in Word neu speichern (DOCX) oder als PDF senden."),
        zh=("Word 文件已损坏，无法读取。", "请在 Word 中重新保存（DOCX），或以 PDF 发送。"),
    ),
    _code(
        "docx-doctype", "reject",
        en=("The Word file holds a document type declaration, which the format forbids and which can hide text.", "Save it again in Word and send it."),
        ru=("Файл Word содержит объявление типа документа; формат это запрещает, оно может скрывать текст.", "Сохраните файл в Word заново и отправьте."),
        de=("Die Word-Datei enthält eine Dokumenttyp-Deklaration; das Format verbietet sie, sie kann Text verbergen.", "Bitte in Word neu speichern und senden."),
        zh=("Word 文件中含有文档类型声明；该格式不允许，且可能隐藏文字。", "请在 Word 中重新保存后发送。"),
    ),
    _code(
        "docx-too-large", "reject",
        en=("The Word file is larger than is read here.", "Send each document as a file of its own."),
        ru=("Файл Word больше допустимого.", "Отправьте каждый документ отдельным файлом."),
        de=("Die Word-Datei ist größer, als hier gelesen wird.", "Bitte jedes Dokument als eigene Datei senden."),
        zh=("Word 文件过大。", "请将每份单据作为单独的文件发送。"),
    ),
    _code(
        "docx-without-text", "park",
        en=("The Word file has no text; it may hold only pictures.", "Type it in by hand, or ask the sender for a document with text."),
        ru=("В файле Word нет текста; возможно, в нём только изображения.", "Введите документ вручную или попросите отправителя прислать документ с текстом."),
        de=("Die Word-Datei enthält keinen Text, vielleicht nur Bilder.", "Von Hand erfassen oder den Absender um ein Dokument mit Text bitten."),
        zh=("Word 文件中没有文字，可能只有图像。", "请手工录入，或请发送方提供含文字的文件。"),
    ),
    _code(
        "docx-active-content", "warn",
        en=("The Word file holds macros or links to files elsewhere ({found}); they were not run and not followed.", "Ask the sender for a file without them."),
        ru=("Файл Word содержит макросы или ссылки на внешние файлы ({found}); они не выполнялись и не открывались.", "Попросите отправителя прислать файл без них."),
        de=("Die Word-Datei enthält Makros oder Verweise auf fremde Dateien ({found}); sie wurden nicht ausgeführt und nicht geöffnet.", "Den Absender um eine Datei ohne diese bitten."),
        zh=("Word 文件含有宏或指向外部文件的链接（{found}）；均未执行，也未打开。", "请发送方提供不含这些内容的文件。"),
    ),
    _code(
        "page-not-an-order", "warn",
        en=("Nothing on the pages looks like an order.", "Nothing needs to be done unless an order was meant; then write a template for this sender."),
        ru=("Ничто на страницах не похоже на заказ.", "Делать ничего не нужно; если это всё же заказ, опишите шаблон этого отправителя."),
        de=("Nichts auf den Seiten sieht nach einer Bestellung aus.", "Es ist nichts zu tun; war es doch eine Bestellung, eine Vorlage für diesen Absender schreiben."),
        zh=("页面内容不像订单。", "无需处理；如果确为订单，请为该发送方编写模板。"),
    ),
    _code(
        "page-templates-ambiguous", "park",
        en=("The templates of several partners fit this document: {found}.", "Make `match` in their partner files more exact, then replay it."),
        ru=("Документу подходят шаблоны нескольких партнёров: {found}.", "Уточните `match` в файлах партнёров и повторите чтение."),
        de=("Auf dieses Dokument passen die Vorlagen mehrerer Partner: {found}.", "`match` in deren Partnerdateien genauer fassen und neu einlesen."),
        zh=("有多个合作伙伴的模板与此文件匹配：{found}。", "请在其合作伙伴文件中写明更精确的 `match`，然后重新读取。"),
    ),
    _code(
        "document-kind-not-read", "park",
        en=("This is a document of the kind {subject} (\"{found}\"), which is not read here yet.", "Handle it by hand."),
        ru=("Это документ вида {subject} («{found}»); такие документы здесь пока не читаются.", "Обработайте его вручную."),
        de=("Das ist ein Dokument der Art {subject} („{found}“), die hier noch nicht gelesen wird.", "Bitte von Hand bearbeiten."),
        zh=("这是 {subject} 类单据（“{found}”），目前尚不能读取。", "请手工处理。"),
    ),
)

CODES: dict[str, Code] = {code.name: code for code in _ALL}
