"""Leases: a worker marks what it works on with its token; what a dead worker left is free again at once on its own machine.

On other machines, where nobody can tell whether the worker lives, a lease ends by the database's clock.
"""

import os
import socket
from uuid import uuid4

from sqlalchemy import Connection, select

from wharfinger.journal import schema


def new_token() -> str:
    """host:pid:random, so that a later process on the same machine can see whether the owner lives."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"


def free_dead(connection: Connection) -> None:
    """End the leases of processes of this machine that are no more."""
    for table in (schema.receipt, schema.delivery):
        tokens = connection.execute(select(table.c.lease_token).where(table.c.lease_token.is_not(None)).distinct()).scalars()
        dead = [token for token in tokens if _is_dead(token)]
        for start in range(0, len(dead), 500):
            part = table.c.lease_token.in_(dead[start : start + 500])
            connection.execute(table.update().where(part).values(lease_until=0))


def _is_dead(token: str) -> bool:
    host, _, rest = token.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
