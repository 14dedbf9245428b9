"""The whole way, every minute: take in, process, deliver.

This is the guarantee. Events only start the single steps earlier, and are lost when Prefect's server is down; whatever no
event announced, and whatever a killed run left behind, is taken up by the next sweep. Two sweeps at once do no harm: each
takes what it has leased in the journal.
"""

from prefect import flow
from prefect.client.schemas.objects import State

from flows.chunks import deliver_everything, hub_of_the_worker, process_everything, report, take_all_in


@flow(name="sweep", persist_result=False)
async def sweep() -> State[None] | None:
    """Take in what the sources offer, process what waits, deliver what is ready."""
    with hub_of_the_worker() as hub:
        return await report(hub, [take_all_in(hub), process_everything(hub), deliver_everything(hub)])
