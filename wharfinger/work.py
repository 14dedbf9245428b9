"""The three steps of the hub's work. Each does one batch and returns what it did; call it again until nothing is left.

    take_in    sources -> archive and journal, then acknowledge      taking_in.py
    process    archive -> records, checks, decisions, outbox         processing.py
    deliver    outbox -> sinks                                       delivering.py

Killing the process anywhere loses and repeats nothing; several processes may work on one journal and archive.
"""

from wharfinger.delivering import Delivered, deliver
from wharfinger.hub import Hub, open_hub
from wharfinger.processing import Processed, process
from wharfinger.taking_in import TakenIn, take_in

__all__ = ["Delivered", "Hub", "Processed", "TakenIn", "deliver", "open_hub", "process", "take_in"]
