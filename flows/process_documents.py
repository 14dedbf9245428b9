"""Read, check and decide what was taken in. Started by the event `wharfinger.receipt.taken-in`."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.events import emit_event

from flows.chunks import hub_of_the_worker, process_everything, report


@flow(name="process-documents", persist_result=False)
async def process_documents() -> State[None] | None:
    """Process until no receipt waits, then wake up deliver."""
    with hub_of_the_worker() as hub:
        processed = process_everything(hub)
        if processed.documents:
            emit_event("wharfinger.document.processed", resource={"prefect.resource.id": "wharfinger.hub"})
        return await report(hub, [processed])
