"""What every flow does: open the hub home, do one chunk after another, and leave a report in Prefect's UI.

A task run is one chunk of up to 500 documents and a flow run is one sweep: a task per document would cost more than the work.
The steps block, as they should: nothing else runs in a flow's process. CPU work is done in the reader's own child.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TypeVar

from prefect import task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Failed

from wharfinger.journal.database import reading
from wharfinger.reports.exceptions import exceptions
from wharfinger.reports.phrases import phrase, state_word
from wharfinger.reports.summary import equation
from wharfinger.work import Delivered, Hub, Processed, TakenIn, deliver, open_hub, process, take_in

T = TypeVar("T")

MOST_EXCEPTIONS = 200
"""Rows of the table of exceptions; the rest is in `wharf docs`."""


@contextmanager
def hub_of_the_worker() -> Iterator[Hub]:
    """The hub home that the worker was started for. A run's own folder is empty and temporary, so the path is absolute."""
    folder = os.environ.get("WHARF_HOME", "")
    if not Path(folder).is_absolute():
        raise ValueError(f"WHARF_HOME must be the absolute path of the hub home, not {folder!r}")
    with open_hub(Path(folder)) as hub:
        yield hub


def take_all_in(hub: Hub) -> TakenIn:
    """Take in everything that the sources offer now."""
    return _chunk("take in", lambda: take_in(hub))


def process_everything(hub: Hub) -> Processed:
    """Process until no receipt waits."""
    done = list(_chunks("process", lambda: process(hub), lambda one: one.receipts > 0))
    return Processed(receipts=sum(one.receipts for one in done), documents=sum(one.documents for one in done))


def deliver_everything(hub: Hub) -> Delivered:
    """Deliver until nothing is left but what waits for a destination that does not answer; the next sweep asks it again."""
    done = list(_chunks("deliver", lambda: deliver(hub), lambda one: one.done + one.held > 0))
    return Delivered(
        done=sum(one.done for one in done),
        held=sum(one.held for one in done),
        waiting=done[-1].waiting,
        reasons=done[-1].reasons,
    )


async def report(hub: Hub, did: Sequence[TakenIn | Processed | Delivered]) -> State[None] | None:
    """A summary and a table of what a person has to look at, under keys that stay the same; how the run ends.

    A source or destination that does not answer fails the run, so that it is red in the UI. Nothing else waited for it.
    """
    language = hub.home.settings.language
    now = hub.status()
    with reading(hub.journal) as connection:
        to_look_at = exceptions(connection, language, MOST_EXCEPTIONS)
    sentences = [sentence for one in did for sentence in _sentences(one, language)]
    equations = equation(now, language)
    heads = [phrase(name, language) for name in ("flow-sink", "done", "waiting", "held")]
    queues = [f"| {sink} | {n['done']} | {n['waiting']} | {n['held']} |" for sink, n in now.deliveries.items()]
    lines = [
        f"## {hub.home.folder.name}",
        *[f"- {sentence}" for sentence in sentences or [phrase("flow-nothing", language)]],
        "",
        *[text for line in equations for text in (" ".join(line.split()), "")],  # a paragraph each
        *([f"| {' | '.join(heads)} |", "|---|---|---|---|", *queues] if queues else []),
    ]
    await acreate_markdown_artifact("\n".join(lines), key="wharfinger-summary", description=phrase("flow-summary", language))
    rows = [
        {
            phrase("flow-document", language): row.document or f"r{row.receipt}",
            phrase("flow-number", language): row.id or "",
            phrase("flow-sender", language): row.sender or "",
            phrase("flow-state", language): state_word(row.state, language),
            phrase("flow-wrong", language): row.problem,
            phrase("flow-to-do", language): row.what_to_do,
            phrase("flow-where", language): row.where,
            phrase("flow-kind", language): row.kind or "",
        }
        for row in to_look_at
    ]
    await acreate_table_artifact(rows, key="wharfinger-exceptions", description=phrase("flow-exceptions", language))
    unreached = [reason for one in did for reason in _unreached(one)]
    return Failed(message="; ".join(unreached)) if unreached else None


def _chunks(name: str, step: Callable[[], T], goes_on: Callable[[T], bool]) -> Iterator[T]:
    for number in count(1):
        one = _chunk(name, step, number)
        yield one
        if not goes_on(one):
            return


def _chunk(name: str, step: Callable[[], T], number: int = 1) -> T:
    # No cache: the default one would hash the code and everything that the step holds, and keep a result that nobody reads.
    @task(name=name, task_run_name=f"{name} {number}", cache_policy=NO_CACHE, persist_result=False)
    def chunk() -> T:
        return step()

    return chunk()


def _unreached(did: TakenIn | Processed | Delivered) -> tuple[str, ...]:
    if isinstance(did, TakenIn):
        return did.left if did.is_stopped else ()
    return did.reasons if isinstance(did, Delivered) else ()


def _sentences(did: TakenIn | Processed | Delivered, language: str) -> list[str]:
    def told(name: str, count: int, **more: object) -> list[str]:
        return [phrase(f"flow-{name}", language, count=count, **more)] if count else []

    if isinstance(did, TakenIn):
        return told("taken", did.receipts) + [phrase("flow-left", language, reason=reason) for reason in did.left]
    if isinstance(did, Processed):
        return told("processed", did.receipts, documents=did.documents)
    waiting = [phrase("flow-waiting", language, reason=reason) for reason in did.reasons]
    return told("done", did.done) + told("held", did.held) + waiting
