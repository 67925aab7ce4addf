"""What every list of a desk takes: how many things, and where the page before ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incidentkit.desk.runtime import Runtime
from incidentkit.store.paging import MOST, Wanted

__all__ = ["wanted"]


def wanted(runtime: Runtime, of: str, asked: Mapping[str, Any], limit: int, after: str | None, most: int = MOST) -> Wanted:
    """A page of the list of that name, by what it is asked by.

    Raises:
        InvalidInput: a limit out of bounds, or an ``after`` that was not given for this.
    """
    return Wanted.of(runtime.store.secret, runtime.tenant, of, asked, limit, after, most)
