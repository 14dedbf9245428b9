"""`wharf doctor` and `wharf verify`: whether a home can work, and whether what it keeps is whole."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text

from wharfinger import registry
from wharfinger.archive import Archive
from wharfinger.config import load_home
from wharfinger.contracts import CanBeExamined
from wharfinger.isolation import isolated
from wharfinger.journal import schema
from wharfinger.journal.audit import verify_chains
from wharfinger.journal.database import open_database, reading
from wharfinger.problems import Permanent, Transient
from wharfinger.reports.status import status

_LITTLE_ROOM = 1_000_000_000


def examine(folder: Path) -> Iterator[tuple[bool, str]]:
    """Yield (all right, what was looked at or what to do)."""
    home = load_home(folder)
    yield True, f"{folder / 'wharf.yaml'}: {len(home.settings.companies)} companies, {len(home.partners)} partners"
    if not home.settings.companies:
        yield False, "wharf.yaml names no companies: every document will be parked as not addressed to us"
    yield _examine_journal(home.url(home.settings.database))
    archive = home.path(home.settings.archive)
    room = shutil.disk_usage(folder).free
    writable = os.access(archive if archive.is_dir() else folder, os.W_OK)
    yield writable, f"archive {archive} {'can be written' if writable else 'cannot be written: give this user the right'}"
    yield room > _LITTLE_ROOM, f"{room // 1_000_000} MB of disk are free" + ("" if room > _LITTLE_ROOM else ": make room")
    for package, entries in (("source", home.settings.sources), ("sink", home.settings.sinks)):
        for name, entry in entries.items():
            try:
                opened = registry.open_source(entry, home) if package == "source" else registry.open_sink(entry, home)
                if isinstance(opened, CanBeExamined):
                    opened.examine()
            except (Transient, Permanent, OSError, ValueError, KeyError) as error:
                yield False, f"{package} {name}: {error}"
            else:
                yield True, f"{package} {name}: {type(opened).__name__} can be opened"
    yield isolated(), "documents are read in limited children" if isolated() else "this system cannot limit the readers: use Linux"


def verify_home(folder: Path) -> Iterator[str]:
    """One sentence for each thing in archive, journal or audit chains that does not agree."""
    home = load_home(folder)
    archive = Archive(home.path(home.settings.archive))
    engine = open_database(home.url(home.settings.database))
    with reading(engine) as connection:
        known = {row.sha256: row.id for row in connection.execute(select(schema.receipt.c.sha256, schema.receipt.c.id))}
        for sha256, receipt in known.items():
            if wrong := archive.damaged(sha256):
                yield f"receipt {receipt}: blob {sha256} {wrong}"
        yield from verify_chains(connection)
        yield from status(connection).gaps
    engine.dispose()


def _examine_journal(url: str) -> tuple[bool, str]:
    try:
        engine = open_database(url)
    except Transient as error:
        return False, str(error)
    with reading(engine) as connection:
        shown = engine.url.render_as_string()
        if engine.dialect.name != "postgresql":
            return True, f"journal {shown}: WAL, synchronous=FULL"
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if connection.execute(text(f"show {setting}")).scalar() == "off":
                return False, f"journal {shown}: {setting} is off, so committed work can be lost; switch it on"
    return True, f"journal {shown}: durable"
