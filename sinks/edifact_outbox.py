"""What we send to partners as EDIFACT interchanges, into a folder for each partner from which it is fetched or sent on.

    folder/PARTNER/KEY.edi        by the contract of outbox_folder.py

It takes only documents that we send (direction out): those that the hub made, and those that our own system issued. The bytes depend
on nothing but the record, the partner file, and the control number and time that were fixed when the document was put into the outbox.
What cannot be written, or what the independent witness reads otherwise than it was meant, is held with the reason.
"""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sinks.outbox_folder import OutboxFolder
from wharfinger import registry
from wharfinger.config import Home
from wharfinger.contracts import Done, Effect, Held, WriteContext
from wharfinger.mapping import MappingError
from wharfinger.problems import Permanent

OPTIONS = {"folder": "the folder in which each partner has one; relative to the hub home"}

DIRECTION = "out"


def open(settings: dict[str, Any], home: Home) -> "EdifactOutbox":
    """The outbox of an entry under `sinks` in wharf.yaml."""
    folder = settings.get("folder")
    if not isinstance(folder, str) or not folder:
        raise Permanent("wharf.yaml, sinks: an edifact_outbox needs `folder`, the folder in which each partner has one")
    return EdifactOutbox(home.path(folder), home)


class EdifactOutbox:
    """A folder of outbox folders, one for each partner."""

    wants_xml = False

    def __init__(self, folder: Path, home: Home) -> None:
        self.folder = folder
        self.home = home

    def deliver(self, effects: Sequence[Effect]) -> list[Done | Held]:
        """Hand each document over once, as an interchange of its own."""
        answers: dict[str, Done | Held] = {}
        for name in dict.fromkeys(one.partner or "" for one in effects):
            ours = [one for one in effects if (one.partner or "") == name]
            if re.fullmatch(r"[\w-]+", name):  # it becomes the name of a folder
                found = OutboxFolder(self.folder / name, ".edi").put([(one.key, partial(self._content, one)) for one in ours])
            else:
                found = [Held(question=f"No folder can be named after the partner {name!r}.")] * len(ours)
            answers |= zip((one.key for one in ours), found, strict=True)
        return [answers[one.key] for one in effects]

    def examine(self) -> None:
        """Try whether a file can be written. Raises Transient."""
        OutboxFolder(self.folder, ".edi").examine()

    def failures(self) -> dict[str, Held]:
        """What whoever fetches the files refused, by effect key."""
        folders = sorted(one for one in self.folder.glob("*") if one.is_dir())
        return {key: held for folder in folders for key, held in OutboxFolder(folder, ".edi").failures().items()}

    def _content(self, effect: Effect) -> bytes | Held:
        writer = registry.writer("edifact")
        known = next((one for one in self.home.partners if one.partner == effect.partner), None)
        if writer is None or effect.prepared is None:
            return Held(question=f"Document {effect.document} has no control number: it was not made to be sent.")
        context = WriteContext(prepared=effect.prepared, control_number=effect.control_number, partner=known)
        try:
            [written] = writer.write([effect.record], context)
        except MappingError as error:
            return Held(question=f"partner file of {effect.partner}: {error}")
        if not written.content:
            language = self.home.settings.language
            return Held(question=" ".join(one.text(language) for one in written.problems if one.severity == "error"))
        return written.content
