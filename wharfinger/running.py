"""One whole run from the command line: take in, process and deliver until nothing is left, then the summary."""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import func, select

from wharfinger import registry
from wharfinger.journal import schema
from wharfinger.journal.database import reading
from wharfinger.journal.documents import DELIVERED
from wharfinger.records import Shape
from wharfinger.reports.passed_over import passed_over
from wharfinger.reports.status import Status
from wharfinger.reports.status import status as count_status
from wharfinger.reports.summary import summarise
from wharfinger.work import Hub, deliver, open_hub, process, take_in

Show = Callable[[str, int, int], None]
_PATIENCE = 5
"""How often a sink that does not answer is asked again before the run ends; the next run goes on."""


class Run(Shape, frozen=True):
    """lines: the summary for a person."""

    lines: tuple[str, ...]
    status: Status
    exit_status: int


def run_once(folder: Path, paths: Sequence[Path], show: Show) -> Run:
    """Do all the work that there is now. Raises YamlFileError or Transient."""
    started = time.monotonic()
    gc.freeze()  # what is imported stays
    with open_hub(folder) as hub:
        with reading(hub.journal) as connection:
            last_receipt = connection.execute(select(func.max(schema.receipt.c.id))).scalar() or 0
            last_document = connection.execute(select(func.max(schema.document.c.id))).scalar() or 0
            delivered = count_status(connection).delivered
        taken = take_in(hub, registry.paths_source(paths) if paths else None)
        reasons = _work_off(hub, show)
        with reading(hub.journal) as connection:
            now = count_status(connection)
            where = (schema.document.c.id <= last_document, schema.document.c.state == DELIVERED, schema.document.c.direction == "in")
            earlier = connection.execute(select(func.count()).where(*where)).scalar_one() - delivered
            lines, anything_wrong = summarise(
                connection, hub.home, now, last_receipt, last_document, earlier,
                (*taken.left, *passed_over(hub.home), *reasons), time.monotonic() - started,
            )  # fmt: skip
    return Run(lines=tuple(lines), status=now, exit_status=4 if reasons or taken.is_stopped else 1 if anything_wrong else 0)


def _work_off(hub: Hub, show: Show) -> tuple[str, ...]:
    with reading(hub.journal) as connection:
        waiting = connection.execute(select(func.count()).where(schema.receipt.c.state == "RECEIVED")).scalar_one()
    read = 0
    while True:
        show("reading", read, waiting)
        done = process(hub, limit=50).receipts
        if not done:
            break
        read += done
        waiting = max(waiting, read)
    with reading(hub.journal) as connection:
        open_ones = connection.execute(select(func.count()).where(schema.delivery.c.state == "WAITING")).scalar_one()
    delivered, failures = 0, 0
    reasons: tuple[str, ...] = ()
    while failures < _PATIENCE:
        show("delivering", delivered, open_ones)
        one = deliver(hub)
        delivered += one.done + one.held
        if one.waiting:
            failures += 1
            reasons = one.reasons
            time.sleep(2**failures / 4)
        elif not one.done and not one.held:
            break
        else:
            reasons = ()
    return reasons
