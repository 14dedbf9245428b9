"""Named places at every I/O boundary where the kill test ends the process.

arm("journal-committed:3") ends it when that place is passed for the third time; the environment variable WHARF_CRASH_AT
arms a program at its start. Otherwise, as always outside tests, a crash point does nothing.
"""

import os
import signal

_armed: tuple[str, int] | None = None


def crash_point(name: str) -> None:
    """Die here, as by a power switch, if the test asked for it."""
    global _armed
    if _armed is None or _armed[0] != name:
        return
    if _armed[1] <= 1:
        os.kill(os.getpid(), signal.SIGKILL)
    _armed = (name, _armed[1] - 1)


def arm(where: str) -> None:
    """where: NAME or NAME:COUNT; empty for nowhere."""
    global _armed
    name, _, count = where.partition(":")
    _armed = (name, int(count or 1)) if name else None


arm(os.environ.get("WHARF_CRASH_AT", ""))
