"""`wharf doctor` and `wharf verify`: whether a home can work, and whether what it keeps is whole."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from wharfinger import registry
from wharfinger.archive import Archive
from wharfinger.config import Home, load_home, partner_files
from wharfinger.contracts import CanBeExamined, HoldsConnections, PassesOver
from wharfinger.isolation import isolated
from wharfinger.journal import schema
from wharfinger.journal.audit import verify_chains
from wharfinger.journal.audited import contradictions
from wharfinger.journal.database import open_journal, reading
from wharfinger.journal.outgoing import unsent_numbers
from wharfinger.pages.orders import template_of
from wharfinger.problems import Permanent, Transient, WrongSettings
from wharfinger.reports.passed_over import in_words
from wharfinger.reports.phrases import phrase, state_word
from wharfinger.reports.status import status
from wharfinger.tables.settings import settings_of
from wharfinger.yaml_files import YamlFileError

_LITTLE_ROOM = 1_000_000_000


def examine(folder: Path) -> Iterator[tuple[bool, str]]:
    """Yield (all right, what was looked at or what to do), in the language of the home."""
    home = load_home(folder)
    language = home.settings.language
    counts = {"companies": len(home.settings.companies), "partners": len(home.partners)}
    yield True, phrase("doctor-settings", language, file=folder / "wharf.yaml", **counts)
    if not home.settings.companies:
        yield False, phrase("doctor-no-companies", language)
    yield from _examine_partners(home)
    yield _examine_journal(home.url(home.settings.database), language)
    archive = home.path(home.settings.archive)
    room = shutil.disk_usage(folder).free
    writable = os.access(archive if archive.is_dir() else folder, os.W_OK)
    yield writable, phrase("doctor-archive" if writable else "doctor-archive-bad", language, folder=archive)
    yield room > _LITTLE_ROOM, phrase("doctor-disk" if room > _LITTLE_ROOM else "doctor-disk-bad", language, room=room // 1_000_000)
    for package, entries in (("source", home.settings.sources), ("sink", home.settings.sinks)):
        for name, entry in entries.items():
            named = phrase(f"doctor-{package}", language, name=name)
            try:
                opened = registry.open_source(entry, home) if package == "source" else registry.open_sink(entry, home)
                try:
                    if isinstance(opened, CanBeExamined):
                        opened.examine()
                finally:
                    if isinstance(opened, HoldsConnections):
                        opened.close()
            except (Transient, Permanent, YamlFileError, OSError, ValueError, KeyError) as error:
                yield False, f"{named}: {error}"
            else:
                yield True, f"{named}: {phrase('doctor-opens', language, kind=type(opened).__name__)}"
                if isinstance(opened, PassesOver) and (told := in_words(name, opened, language)):
                    yield True, f"{named}: {told}"
    yield isolated(), phrase("doctor-isolated" if isolated() else "doctor-isolated-bad", language)


def verify_home(folder: Path) -> Iterator[str]:
    """One sentence for each thing in archive, journal or audit chains that does not agree."""
    home = load_home(folder)
    archive = Archive(home.path(home.settings.archive))
    with open_journal(home.url(home.settings.database)) as journal, reading(journal) as connection:
        known = {row.sha256: row.id for row in connection.execute(select(schema.receipt.c.sha256, schema.receipt.c.id))}
        for sha256, receipt in known.items():
            if wrong := archive.damaged(sha256):
                why = phrase("blob-damaged" if wrong.startswith("is damaged") else "blob-unreadable", home.settings.language)
                yield phrase("verify-blob", home.settings.language, receipt=receipt, sha256=sha256, wrong=why)
        yield from verify_chains(connection)
        for name, values in contradictions(connection):
            yield phrase(name, home.settings.language, **_in_words(values, home.settings.language))
        yield from status(connection).gaps
        for document, number, ours, theirs, is_told in unsent_numbers(connection):
            if not is_told:
                yield f"control number {number} from {ours} to {theirs} was never sent (document {document}), and the audit does not say so"


def unsent(folder: Path) -> Iterator[str]:
    """One sentence for each control number that was given and not sent, as the audit says."""
    home = load_home(folder)
    with open_journal(home.url(home.settings.database)) as journal, reading(journal) as connection:
        for document, number, ours, theirs, is_told in unsent_numbers(connection):
            if is_told:
                values = {"number": number, "ours": ours, "theirs": theirs, "document": document}
                yield phrase("verify-unsent", home.settings.language, **values)


def _in_words(values: dict[str, Any], language: str) -> dict[str, Any]:
    """What the comparison names by its own words, in those of the language."""
    words = {name: phrase(values[name], language) for name in ("subject",) if name in values}
    if "said" in values and isinstance(values["said"], list):
        words["said"] = ", ".join(state_word(one, language) for one in values["said"])
        words["state"] = state_word(values["state"], language)
    return {**values, **words}


def _examine_partners(home: Home) -> Iterator[tuple[bool, str]]:
    """What partner files say of tables and pages, as far as it is wrong."""
    for file, partner in zip(partner_files(home.folder, home.settings), home.partners, strict=True):
        for name, settings in (("table", settings_of), ("page", template_of)):
            try:
                if name in partner.formats:
                    settings(partner)
            except WrongSettings as error:
                yield False, str(YamlFileError(file, error.told, ("formats", *error.keys)))


def _examine_journal(url: str, language: str) -> tuple[bool, str]:
    try:
        with open_journal(url) as journal, reading(journal) as connection:
            shown = journal.url.render_as_string()
            if journal.dialect.name != "postgresql":
                return True, phrase("doctor-journal", language, url=shown, how="WAL, synchronous=FULL")
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                if connection.execute(text(f"show {setting}")).scalar() == "off":
                    off = phrase("doctor-not-durable", language, setting=setting)
                    return False, phrase("doctor-journal", language, url=shown, how=off)
    except Transient as error:
        return False, str(error)
    return True, phrase("doctor-journal", language, url=shown, how=phrase("doctor-durable", language))
