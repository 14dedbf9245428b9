"""The command line: `wharf`. Its commands, JSON shapes and exit codes are public (architecture, section 10).

Only click is imported at the top: everything else costs time and is imported by the command that needs it.
"""

from __future__ import annotations

import errno
import gc
import itertools
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from wharfinger.contracts import Document, Written
    from wharfinger.problems import Problem
    from wharfinger.records import Place, Record

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
_DOCUMENT = click.IntRange(1, 2**31 - 1)
CLEAN, SOME_REFUSED, WRONG_USAGE, NOTHING_READ, NO_ANSWER, FAULT, INTERRUPTED = 0, 1, 2, 3, 4, 70, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Hub home; else $WHARF_HOME, else the nearest folder upwards with a wharf.yaml.",
)
@click.version_option(package_name="wharfinger", prog_name="wharf")
@click.pass_context
def wharf(context: click.Context, home: Path | None) -> None:
    """Wharfinger takes orders and other business documents in any form, and hands each on exactly once."""
    context.obj = home


@wharf.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.pass_obj
def init(home: Path | None, folder: Path | None) -> None:
    """Make a working hub home: wharf.yaml, partners, a sample inbox."""
    from wharfinger.samples import copy_to

    target = folder or home or Path()
    if (target / "wharf.yaml").exists():
        raise click.UsageError(f"{target} is a hub home already")
    copy_to(target)
    click.echo(f"{target} is a hub home. Next: wharf --home {target} run")


@wharf.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON and nothing else.")
@click.pass_obj
def run(home: Path | None, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take in (configured sources, or PATHS), process, deliver; then say what happened."""
    from wharfinger.running import run_once

    folder = _home(home)
    with _progress(hidden=as_json) as show:
        result = run_once(folder, paths, show)
    if as_json:
        _print_json(result.status.as_json())
    else:
        for line in result.lines:
            click.echo(line)
    sys.exit(result.exit_status)


@wharf.command()
@click.argument("file", type=_FILE)
@click.option("--to", "target", default="json", show_default=True, help="json, ubl, or a format that can be written: edifact.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for one file for each document or interchange.")
@click.option("--partner", help="Read with this partner's mappings, and write as its file says under `formats: edifact-out:`.")
@click.option("--control-number", type=click.IntRange(1), default=1, show_default=True, help="Of the first interchange.")
@click.option("--directory", help="Directory of the messages: D.96A, D.01B, D.96A:UN:EAN008.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="When interchanges were prepared; else now.")
@click.option("--lang", type=click.Choice(["en", "ru", "de", "zh"]), default="en", show_default=True, help="Of the problems.")
@click.pass_obj
def convert(
    home: Path | None,
    file: Path,
    target: str,
    out: Path | None,
    partner: str | None,
    control_number: int,
    directory: str | None,
    date: datetime | None,
    lang: str,
) -> None:
    """Bytes in, documents out; no state. Problems go to stderr.

    FILE may be - for standard input.
    """
    from wharfinger.problems import Problem
    from wharfinger.records import to_json
    from wharfinger.reports.sentences import sentence
    from wharfinger.xml import to_xml

    write = _writing(target, home, control_number, directory, date, lang) if target not in ("json", "ubl") else None
    records = []
    partners = []
    errors = False
    for item in _items(home, file, partner):
        problems = [item] if isinstance(item, Problem) else item.problems
        for problem in problems:
            click.echo(sentence(problem, lang), err=True)
            errors = errors or problem.severity == "error"
        if not isinstance(item, Problem) and item.record is not None:
            records.append(item.record)
            partners.append(partner or item.partner)
    if write is not None:
        refused = write(records, partners, out)
        sys.exit(NOTHING_READ if not records else SOME_REFUSED if errors or refused else CLEAN)
    if target == "ubl" and len(records) > 1 and out is None:
        raise click.UsageError(f"{file.name} holds {len(records)} documents: say --out DIR, they are written there one file each")
    written = [to_json(one) + b"\n" for one in records] if target == "json" else [to_xml(one) for one in records]
    if out is None:
        for content in written:
            sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        out.mkdir(parents=True, exist_ok=True)
        for number, (record, content) in enumerate(zip(records, written, strict=True), 1):
            suffix = "json" if target == "json" else "xml"
            (out / f"{number:04}-{type(record).__name__}-{_file_name(record.id)}.{suffix}").write_bytes(content)
    sys.exit(NOTHING_READ if not records else SOME_REFUSED if errors else CLEAN)


@wharf.command()
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON and nothing else.")
@click.option("--lang", type=click.Choice(["en", "ru", "de", "zh"]), default="en", show_default=True)
@click.option("--partner", help="Read with this partner's mappings.")
@click.pass_obj
def check(home: Path | None, file: Path, as_json: bool, lang: str, partner: str | None) -> None:
    """All problems of a file, with their places; no state.

    FILE may be - for standard input.
    """
    from wharfinger.contracts import Document, Recognition
    from wharfinger.files import excerpts, on_disk, open_file
    from wharfinger.problems import Problem

    recognised: Recognition | None = None
    wrong: list[Problem] = []
    documents: list[Document] = []
    shown: dict[Place, str] = {}
    with _reader(home, partner) as reader, on_disk(file) as file:
        for opened in open_file(reader, file, partner):
            for item in opened.items:
                if isinstance(item, Recognition):
                    recognised = recognised or item
                elif isinstance(item, Problem):
                    wrong.append(item)
                elif isinstance(item, Document):
                    documents.append(item)
            if not as_json:
                shown |= excerpts(reader, opened, partner)
    if as_json:
        _print_json(
            {
                "file": file.name,
                "format": recognised.format if recognised else None,
                "description": recognised.description if recognised else None,
                "receipt_problems": [one.as_json(lang) for one in wrong],
                "documents": [{"kind": d.kind, "id": d.id, "problems": [one.as_json(lang) for one in d.problems]} for d in documents],
            }
        )
    else:
        from wharfinger.pointing import printable
        from wharfinger.reports.phrases import phrase
        from wharfinger.reports.sentences import verdict

        click.echo(f"{file.name}: {recognised.description if recognised else phrase('not-recognised', lang)}")
        _show(wrong, shown, lang, "  ")
        for document in documents:
            kind, number = document.kind or phrase("document", lang), document.id or phrase("without-number", lang)
            click.echo(f"  {kind} {printable(number)}: {verdict(document.problems, lang)}")
            _show(document.problems, shown, lang, "    ")
    errors = any(one.severity == "error" for one in [*wrong, *(p for d in documents for p in d.problems)])
    sys.exit(NOTHING_READ if not documents else SOME_REFUSED if errors else CLEAN)


@wharf.command()
@click.argument("file", type=_FILE)
@click.option("--lang", type=click.Choice(["en", "ru", "de", "zh"]), default="en", show_default=True)
@click.option("--partner", help="Read with this partner's mappings.")
@click.pass_obj
def explain(home: Path | None, file: Path, lang: str, partner: str | None) -> None:
    """The document as its standard names it, indented, problems under their place; no state.

    FILE may be - for standard input.
    """
    from wharfinger.explaining import explain_file
    from wharfinger.files import on_disk

    with _reader(home, partner) as reader, on_disk(file) as file:
        readable = False
        for line, could_be_read in explain_file(reader, file, partner, lang):
            click.echo(line)
            readable = could_be_read
    sys.exit(CLEAN if readable else NOTHING_READ)


@wharf.command()
@click.option("--state", help="Only documents in this state: parked, rejected, delivered ...")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.option("--lang", type=click.Choice(["en", "ru", "de", "zh"]))
@click.pass_obj
def docs(home: Path | None, state: str | None, as_json: bool, lang: str | None) -> None:
    """List the documents."""
    from wharfinger.journal.documents import STATES
    from wharfinger.reports.listing import list_documents

    if state and state.upper() not in STATES:
        raise click.UsageError(f"--state {state}: one of {', '.join(one.lower() for one in STATES)}")
    with _journal(home) as (settings, connection):
        language = lang or settings.language
        for one in list_documents(connection, state):
            if as_json:
                _print_json(one.as_json(language))
            else:
                shown = one.as_json(language)
                wrong = next((p["text"] for p in shown["problems"] if p["severity"] == "error"), "")
                why = shown["question"] or "; ".join(shown["waits"]) or wrong
                kind = f"-> {one.message_type or one.kind}" if one.direction == "out" else one.kind or "?"
                what = f"{kind:<8}  {one.id or '-':<16}  {one.sender or '-':<16}"
                click.echo(f"{one.document:>6}  {one.state.lower():<10}  {what}  {why}")


@wharf.command()
@click.argument("document", type=_DOCUMENT)
@click.option("--json", "as_json", is_flag=True, help="The record as JSON.")
@click.pass_obj
def show(home: Path | None, document: int, as_json: bool) -> None:
    """One document in full: what it says, what is wrong, where it went."""
    from wharfinger.reports.showing import record_of, show_document

    with _journal(home) as (settings, connection):
        if as_json:
            click.echo(record_of(connection, document, settings.language))
        else:
            for line in show_document(connection, document, settings.language):
                click.echo(line)


@wharf.command()
@click.argument("document", type=_DOCUMENT)
@click.pass_obj
def trace(home: Path | None, document: int) -> None:
    """Everything that happened to a document, oldest first."""
    from wharfinger.reports.listing import trace as entries
    from wharfinger.reports.phrases import padded, state_word

    with _journal(home) as (settings, connection):
        for at, actor, event, detail in entries(connection, document, settings.language):
            click.echo(f"{at}  {actor:<10}  {padded(state_word(event, settings.language), 20)}  {detail}")


@wharf.command()
@click.argument("document", type=_DOCUMENT)
@click.argument("assignment", metavar="FIELD=VALUE")
@click.pass_obj
def answer(home: Path | None, document: int, assignment: str) -> None:
    """Give what is missing: partner=NAME, unit:WORD=CODE, item:WORD=CODE, or a field of the record."""
    from wharfinger import desk

    field, equals, value = assignment.partition("=")
    if not equals or not field or not value:
        raise click.UsageError("write FIELD=VALUE, for example partner=nordwind or unit:Stk=C62")
    with _hub(home) as hub:
        click.echo(desk.answer(hub, document, field, value))


@wharf.command()
@click.argument("document", type=_DOCUMENT)
@click.option("--as", "as_what", type=click.Choice(["new", "replacement", "duplicate"]), required=True)
@click.option("--reason", default="", help="For the audit trail.")
@click.pass_obj
def release(home: Path | None, document: int, as_what: str, reason: str) -> None:
    """Let a parked document go on."""
    from wharfinger import desk

    with _hub(home) as hub:
        click.echo(desk.release(hub, document, as_what, reason))


@wharf.command()
@click.argument("document", type=_DOCUMENT)
@click.option("--reason", required=True, help="What the sender has to mend.")
@click.pass_obj
def reject(home: Path | None, document: int, reason: str) -> None:
    """Refuse a document: its sender must send it again."""
    from wharfinger import desk

    with _hub(home) as hub:
        click.echo(desk.reject(hub, document, reason))


@wharf.command()
@click.argument("document", metavar="ID")
@click.option("--redeliver", metavar="SINK", help="Hand a delivered document to this sink again, under the same effect key.")
@click.pass_obj
def replay(home: Path | None, document: str, redeliver: str | None) -> None:
    """Read the archive again under today's mapping. ID: a document, or r12 for receipt 12."""
    from wharfinger import desk

    number = document.removeprefix("r")
    if not (number.isascii() and number.isdigit() and len(number) < 11 and int(number) < 2**31):
        raise click.UsageError("ID is a number that `wharf docs` shows, or r12 for receipt 12")
    with _hub(home) as hub:
        if document.startswith("r"):
            click.echo(desk.replay_receipt(hub, int(number)))
        else:
            click.echo(desk.replay(hub, int(number), redeliver))


@wharf.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON and nothing else.")
@click.pass_obj
def status(home: Path | None, as_json: bool) -> None:
    """The conservation equation, queues and ages."""
    from wharfinger.config import load_home
    from wharfinger.reports.passed_over import passed_over
    from wharfinger.reports.status import status as count
    from wharfinger.reports.summary import equation

    with _journal(home) as (settings, connection):
        counted = count(connection)
    if as_json:
        _print_json(counted.as_json())
        return
    for line in (*equation(counted, settings.language), *passed_over(load_home(_home(home)))):
        click.echo(line)


@wharf.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON and nothing else.")
def formats(as_json: bool) -> None:
    """What Wharfinger reads and writes."""
    from wharfinger.reports.catalogue import formats as known

    rows = known()
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['parser']:<16}  {row['reads']}")


@wharf.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON and nothing else.")
@click.option("--lang", type=click.Choice(["en", "ru", "de", "zh"]), default="en", show_default=True)
def problems(as_json: bool, lang: str) -> None:
    """What Wharfinger can complain about."""
    from wharfinger.problem_codes import CODES

    rows = [{"code": c.name, "disposition": c.disposition, "text": c.texts[lang][0], "hint": c.texts[lang][1]} for c in CODES.values()]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['code']:<36}  {row['disposition']:<6}  {row['text']}")


@wharf.command()
@click.pass_obj
def up(home: Path | None) -> None:
    """Start the local stack: Prefect server, deployments, worker."""
    from wharfinger import local_stack

    local_stack.up(_home(home), click.echo)


@wharf.command()
@click.pass_obj
def down(home: Path | None) -> None:
    """Stop the local stack."""
    from wharfinger import local_stack

    local_stack.down(_home(home), click.echo)


@wharf.command()
@click.pass_obj
def doctor(home: Path | None) -> None:
    """Check settings, databases, sources and sinks, and say what to do."""
    from wharfinger.examination import examine

    bad = False
    from wharfinger.config import load_home
    from wharfinger.reports.phrases import phrase

    language = load_home(_home(home)).settings.language
    for ok, text in examine(_home(home)):
        click.echo(f"{phrase('doctor-ok' if ok else 'doctor-bad', language):<4}  {text}")
        bad = bad or not ok
    sys.exit(SOME_REFUSED if bad else CLEAN)


@wharf.command()
@click.pass_obj
def verify(home: Path | None) -> None:
    """Compare archive, journal and audit chains."""
    from wharfinger.config import load_home
    from wharfinger.examination import unsent, verify_home
    from wharfinger.reports.phrases import phrase

    found = list(verify_home(_home(home)))
    for text in found:
        click.echo(text)
    if not found:
        click.echo(phrase("verify-agree", load_home(_home(home)).settings.language))
    for text in unsent(_home(home)):
        click.echo(text)
    sys.exit(SOME_REFUSED if found else CLEAN)


def main() -> NoReturn:
    """The program: turns what can go wrong into one sentence and a documented exit status."""
    gc.set_threshold(20_000)  # imports and records leave no cycles: looking for some took a quarter of the start
    try:
        wharf.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except click.ClickException as error:
        click.echo(f"wharf: {_in_one_sentence(error)}", err=True)
        sys.exit(WRONG_USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("wharf: interrupted; nothing is lost: the next `wharf run` goes on with what was taken in", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLEAN)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            sys.exit(_report(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"wharf: nothing more can be written there ({os.strerror(error.errno)}): make room, then do it again", err=True)
        sys.exit(NO_ANSWER)
    except Exception as error:  # noqa: BLE001  # the last net: one sentence, not a traceback
        sys.exit(_report(error))
    sys.exit(CLEAN)


def _in_one_sentence(error: click.ClickException) -> str:
    """What is wrong with the command, and where it is said how it is written."""
    told = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{told} (`{context.command_path} --help` says how it is used)" if context else told


def _report(error: Exception) -> int:
    from wharfinger.problems import Permanent, Transient
    from wharfinger.yaml_files import YamlFileError

    if isinstance(error, YamlFileError | Permanent):
        click.echo(f"wharf: {error}", err=True)
        return WRONG_USAGE
    if isinstance(error, Transient):
        click.echo(f"wharf: {error}", err=True)
        return NO_ANSWER
    if os.environ.get("WHARF_TRACEBACK"):
        raise error
    if isinstance(error, OSError) and error.filename is not None:  # of the world, not of the program
        click.echo(f"wharf: {os.fsdecode(error.filename)}: {error.strerror}; mend that, then do it again", err=True)
        return NO_ANSWER
    click.echo(f"wharf: {type(error).__name__}: {error} (a fault in the program; WHARF_TRACEBACK=1 shows where)", err=True)
    return FAULT


def _home(home: Path | None, *, required: bool = True) -> Path:
    """--home, else $WHARF_HOME, else the nearest folder upwards with a wharf.yaml."""
    if home is None and "WHARF_HOME" in os.environ:
        home = Path(os.environ["WHARF_HOME"])
    if home is None:
        here = Path.cwd()
        home = next((folder for folder in (here, *here.parents) if (folder / "wharf.yaml").is_file()), None)
    if home is not None and (home / "wharf.yaml").is_file():
        return home.resolve()
    if required or home is not None:
        raise click.UsageError(f"{home or 'here'} is no hub home: make one with `wharf init DIR`, or say --home DIR")
    return Path()


def _reader(home: Path | None, partner: str | None) -> Any:
    """A reader with a hub home only if one is named, or needed for a partner."""
    from wharfinger.config import load_home
    from wharfinger.isolation import Reader

    folder = _home(home) if home or partner else None
    if folder and partner and partner not in {one.partner for one in load_home(folder).partners}:
        raise click.UsageError(f"there is no partner {partner!r} in {folder}")
    return Reader(folder)


def _items(home: Path | None, file: Path, partner: str | None) -> Iterator[Document | Problem]:
    from wharfinger.contracts import Document
    from wharfinger.files import on_disk, read_file
    from wharfinger.problems import Problem

    with _reader(home, partner) as reader, on_disk(file) as file:
        yield from (item for item in read_file(reader, file, partner) if isinstance(item, Document | Problem))


def _writing(
    target: str, home: Path | None, control_number: int, directory: str | None, date: datetime | None, language: str
) -> Callable[[list[Record], list[str | None], Path | None], bool]:
    """A function that writes records in a parser's format to the folder or stdout; whether something of them was refused."""
    from datetime import datetime

    from wharfinger import registry
    from wharfinger.config import load_home
    from wharfinger.contracts import WriteContext
    from wharfinger.mapping import MappingError
    from wharfinger.reports.sentences import sentence

    writer = registry.writer(target)
    if writer is None:
        raise click.UsageError(f"--to {target}: valid are json, ubl, edifact")

    def write(records: list[Record], partners: list[str | None], out: Path | None) -> bool:
        known = {one.partner: one for one in load_home(_home(home)).partners} if any(partners) else {}
        files: list[Written] = []
        for name in dict.fromkeys(partners):
            context = WriteContext(
                prepared=date or datetime.now(),
                control_number=control_number + len(files),
                partner=known.get(name or ""),
                directory=directory,
            )
            try:
                files += writer.write([record for record, one in zip(records, partners, strict=True) if one == name], context)
            except MappingError as error:
                raise click.UsageError(str(error)) from error
        problems = [problem for one in files for problem in one.problems]
        for problem in problems:
            click.echo(sentence(problem, language), err=True)
        full = [(number, one) for number, one in enumerate(files, control_number) if one.content]
        if out is None and len(full) > 1:
            raise click.UsageError(f"{len(full)} files are to be written: say --out DIR, they are written there")
        for number, one in full:
            if out is None:
                sys.stdout.buffer.write(one.content)
            else:
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{number:04}-{one.name}").write_bytes(one.content)
        return any(one.severity == "error" for one in problems)

    return write


@contextmanager
def _journal(home: Path | None) -> Iterator[Any]:
    """The journal of a home, for looking: (settings, connection)."""
    from wharfinger.config import load_home
    from wharfinger.journal.database import open_journal, reading

    loaded = load_home(_home(home))
    with open_journal(loaded.url(loaded.settings.database)) as journal, reading(journal) as connection:
        yield loaded.settings, connection


def _hub(home: Path | None) -> Any:
    from wharfinger.hub import open_hub

    return open_hub(_home(home))


class _progress:  # noqa: N801  # used like a function
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden or not sys.stderr.isatty()
        self._drawn = 0

    def __enter__(self) -> Any:
        return self.show

    def show(self, text: str, done: int, total: int) -> None:
        if self._hidden:
            return
        width = 30
        full = width * done // max(total, 1)
        line = f"\r{text:<12} [{'#' * full}{'-' * (width - full)}] {done}/{total}"
        sys.stderr.write(line.ljust(self._drawn))
        sys.stderr.flush()
        self._drawn = len(line)

    def __exit__(self, *error: Any) -> None:
        if self._drawn:
            sys.stderr.write("\r" + " " * self._drawn + "\r")


def _show(problems: Sequence[Problem], shown: dict[Place, str], language: str, indent: str) -> None:
    """The problems, and below those of one place once what stands there."""
    from wharfinger.reports.sentences import sentence

    for place, of_place in itertools.groupby(problems, key=lambda one: one.place):
        for one in of_place:
            click.echo(f"{indent}{sentence(one, language)}")
        for line in shown.get(place, "").splitlines():
            click.echo(f"{indent}    {line}")


def _file_name(number: str | None) -> str:
    """A document's number as a part of a file name: nothing in it can leave the folder."""
    return "".join(one if one.isalnum() or one in "-_." else "_" for one in number or "without-number")[:80]


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
