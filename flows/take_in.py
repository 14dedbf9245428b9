"""Take in what the sources offer, at once, when a program says that something has arrived.

Whoever puts files into a source's folder may say so, and need not wait for the next sweep:

    curl -u "wharf:PASSWORD" http://127.0.0.1:4200/api/events -H "Content-Type: application/json" -d '[{"event":
      "wharfinger.file.arrived", "id": "a new UUID", "occurred": "2026-11-01T12:00:00Z",
      "resource": {"prefect.resource.id": "wharfinger.hub"}}]'
"""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.events import emit_event

from flows.chunks import hub_of_the_worker, report, take_all_in


@flow(name="take-in", persist_result=False)
async def take_in() -> State[None] | None:
    """Take everything in, then wake up process_documents."""
    with hub_of_the_worker() as hub:
        taken = take_all_in(hub)
        if taken.receipts:
            # The journal is committed: when this event is lost, the next sweep finds the receipts all the same.
            emit_event("wharfinger.receipt.taken-in", resource={"prefect.resource.id": "wharfinger.hub"})
        return await report(hub, [taken])
