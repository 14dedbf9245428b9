"""Canonical XML into a folder from which an ERP or an integration layer takes it, by the contract of outbox_folder.py: KEY.xml."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sinks.outbox_folder import OutboxFolder
from wharfinger.config import Home
from wharfinger.contracts import Done, Effect, Held
from wharfinger.problems import Permanent

OPTIONS = {"folder": "the outbox; relative to the hub home"}


def open(settings: dict[str, Any], home: Home) -> "XmlOutbox":
    """The outbox of an entry under `sinks` in wharf.yaml."""
    folder = settings.get("folder")
    if not isinstance(folder, str) or not folder:
        raise Permanent("wharf.yaml, sinks: an xml_outbox needs `folder`, the folder from which the ERP takes its files")
    return XmlOutbox(home.path(folder))


class XmlOutbox(OutboxFolder):
    """An outbox folder of XML files."""

    wants_xml = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ".xml")

    def deliver(self, effects: Sequence[Effect]) -> list[Done | Held]:
        """Hand each document over once. Done means that its file lies in the folder, or that the consumer has it."""
        return self.put([(effect.key, partial(_xml, effect)) for effect in effects])


def _xml(effect: Effect) -> bytes:
    return effect.xml
