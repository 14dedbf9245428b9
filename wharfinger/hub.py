"""An open hub home: what the steps of the work share (work.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from wharfinger import registry
from wharfinger.archive import Archive
from wharfinger.at_hand import Made
from wharfinger.config import Home, load_home
from wharfinger.contracts import HoldsConnections, Sink
from wharfinger.isolation import Reader
from wharfinger.journal import documents
from wharfinger.journal.audit import seal_day
from wharfinger.journal.clock import now
from wharfinger.journal.database import open_journal, reading, writing
from wharfinger.journal.leases import free_dead
from wharfinger.journal.outgoing import Agreements
from wharfinger.reports.status import Status, status


@dataclass
class Hub:
    """An open hub home: settings, journal, archive, and the child in which untrusted bytes are read."""

    home: Home
    journal: Engine
    archive: Archive
    reader: Reader
    made: Made
    _sinks: dict[str, Sink] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """In which it speaks to our own people."""
        return self.home.settings.language

    def sink(self, name: str) -> Sink:
        """The sink of that name, opened when it is first needed. Raises Transient."""
        if name not in self._sinks:
            self._sinks[name] = registry.open_sink(self.home.settings.sinks[name], self.home)
        return self._sinks[name]

    def close_sinks(self) -> None:
        """Give back what open sinks hold."""
        for sink in self._sinks.values():
            if isinstance(sink, HoldsConnections):
                sink.close()
        self._sinks.clear()

    @property
    def rules(self) -> documents.Rules:
        """What decisions need of the settings."""
        return documents.Rules(
            sinks={name: bool(one.get("test")) for name, one in self.home.settings.sinks.items() if name not in self.outbound_sinks},
            resend={one.partner: one.resend for one in self.home.partners},
        )

    @cached_property
    def outbound_sinks(self) -> tuple[str, ...]:
        """The names of the sinks that take what we send to partners, and nothing that we received."""
        return tuple(name for name, one in self.home.settings.sinks.items() if registry.direction(one) == "out")

    def status(self) -> Status:
        """The conservation equation as it stands now."""
        with reading(self.journal) as connection:
            return status(connection)

    @property
    def agreements(self) -> Agreements:
        """What sending needs of the settings."""
        tests = tuple(name for name in self.outbound_sinks if self.home.settings.sinks[name].get("test"))
        others = tuple(name for name in self.outbound_sinks if name not in tests)
        return Agreements(partners=self.home.partners, sinks=others, test_sinks=tests)


@contextmanager
def open_hub(folder: Path) -> Iterator[Hub]:
    """Open a hub home for work. Raises YamlFileError or Transient."""
    home = load_home(folder)
    with open_journal(home.url(home.settings.database)) as journal:
        archive = Archive(home.path(home.settings.archive))
        archive.sweep()
        with writing(journal) as connection:
            free_dead(connection)
            seal_day(connection, now()[:10])
        made = Made(home.folder)
        with Reader(home.folder) as reader:
            hub = Hub(home, journal, archive, reader, made)
            try:
                yield hub
            finally:
                hub.close_sinks()
                made.forget_all()
