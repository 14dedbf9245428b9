"""The first step: what is ready in the sources comes into archive and journal, and only then is acknowledged."""

from collections.abc import Iterable, Iterator

from wharfinger import registry
from wharfinger.archive import ChangedWhileRead
from wharfinger.contracts import Arrival, Source
from wharfinger.crash_points import crash_point
from wharfinger.hub import Hub
from wharfinger.journal import receipts
from wharfinger.journal.database import writing
from wharfinger.problems import Transient
from wharfinger.records import Shape
from wharfinger.zip_limits import display_name


class TakenIn(Shape, frozen=True):
    """receipts: newly taken in. left: one sentence for each file that was left where it is, and why.

    is_stopped: whether a source could not be reached or the archive took nothing more, so that a person has to act.
    """

    receipts: int = 0
    left: tuple[str, ...] = ()
    is_stopped: bool = False


def take_in(hub: Hub, source: Source | None = None, limit: int = 500) -> TakenIn:
    """Take in what is ready in the configured sources, or in the one given. What is acknowledged is safe by then."""
    taken = 0
    left: list[Exception] = []
    named = [("command line", source)] if source else _opened(hub, left)
    for name, one in named:
        for batch in _batches(_ready(name, one, left), limit):
            taken += _take_batch(hub, name, one, batch, left)
    is_stopped = any(isinstance(error, Transient) and not isinstance(error, ChangedWhileRead) for error in left)
    return TakenIn(receipts=taken, left=tuple(_text(str(error)) for error in left), is_stopped=is_stopped)


def _opened(hub: Hub, left: list[Exception]) -> Iterator[tuple[str, Source]]:
    """The configured sources. One that cannot be reached (a share that is not mounted) does not stop the others."""
    for name, settings in hub.home.settings.sources.items():
        try:
            yield name, registry.open_source(settings, hub.home)
        except (Transient, OSError) as error:
            left.append(_unreachable(name, error))


def _ready(name: str, source: Source, left: list[Exception]) -> Iterator[Arrival]:
    try:
        yield from source.sweep()
    except (Transient, OSError) as error:
        left.append(_unreachable(name, error))


def _unreachable(name: str, error: Exception) -> Transient:
    reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)
    return Transient(f"{name}: {reason}")


def _take_batch(hub: Hub, name: str, source: Source, batch: list[Arrival], left: list[Exception]) -> int:
    stored: list[tuple[Arrival, receipts.Received]] = []
    for arrival, blob in zip(batch, hub.archive.put_files([one.path for one in batch]), strict=True):
        if isinstance(blob, Exception):
            left.append(blob)
            continue
        received = receipts.Received(
            transport_key=_text(arrival.key), source=name, name=display_name(_text(arrival.name)), blob=blob, partner=arrival.partner
        )
        stored.append((arrival, received))
    crash_point("blobs-stored")
    with writing(hub.journal) as connection:
        new = receipts.record_receipts(connection, [received for _, received in stored])
        crash_point("receipts-before-commit")
    crash_point("receipts-committed")
    for arrival, _ in stored:
        source.acknowledge(arrival)
    return len(new)


def _batches(arrivals: Iterable[Arrival], size: int) -> Iterator[list[Arrival]]:
    batch: list[Arrival] = []
    for arrival in arrivals:
        batch.append(arrival)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _text(name: str) -> str:
    """A file name as text that every database takes: bytes that are no UTF-8 are written out."""
    return name.encode("utf-8", "backslashreplace").decode()
