"""Hand over what waits in the outbox. Started by the event `wharfinger.document.processed`."""

from prefect import flow
from prefect.client.schemas.objects import State

from flows.chunks import deliver_everything, hub_of_the_worker, report


@flow(name="deliver", persist_result=False)
async def deliver() -> State[None] | None:
    """Deliver until nothing is left but what waits for a destination that does not answer."""
    with hub_of_the_worker() as hub:
        return await report(hub, [deliver_everything(hub)])
