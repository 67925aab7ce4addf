"""One transaction for the project's rows and the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

import incidentkit as ik
from incidentkit_django.desks import desk, present_settings

__all__ = ["atomic"]


@contextmanager
def atomic(tenant: str | None = None, *, durable: bool = False) -> Iterator[ik.Desk]:
    """Django's `transaction.atomic`, with the desk in it: its rows and the record's are written together, or not at all.

    Inside another atomic block, such as that of ATOMIC_REQUESTS or of a test, it is a savepoint of that. What the desk read or
    wrote inside goes by Django's connection; observers hear of it once the outermost block has been committed. A conflict
    with another writer is not tried again inside: it is a ConflictError, and the whole block may be made again.

    Args:
        tenant: whose record; default: INCIDENTKIT's.
        durable: refuse to be inside another atomic block, as Django's does.

    Raises:
        ConflictError: somebody else was quicker; nothing of the command that met it is left.
    """
    joined, alias = desk(tenant), present_settings().database
    with transaction.atomic(using=alias, durable=durable), joined.within(connections[alias]):
        yield joined
