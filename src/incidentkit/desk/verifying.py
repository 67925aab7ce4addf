"""Looking the record over."""

from __future__ import annotations

import re
from collections.abc import Callable

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.times import instant
from incidentkit.domain.verification import VerifyReport
from incidentkit.errors import InvalidInput
from incidentkit.store.verifying.verify import Looked, verify

__all__ = ["verify_record"]

_SEAL = re.compile(r"\d+:[0-9a-f]{64}")


def verify_record(runtime: Runtime, limit: int, seal: str | None, progress: Callable[[int, int], None] | None) -> VerifyReport:
    """Look everything over, on one state of the store."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise InvalidInput("limit", "must be a number of damages, 1 or more", got=repr(limit)[:40])
    if seal is not None and not (isinstance(seal, str) and _SEAL.fullmatch(seal)):
        raise InvalidInput("seal", "must be a seal as a report says it, number:hash", got="something else")
    now = instant(runtime.clock(), "The desk's clock")
    with runtime.store.reading() as unit:
        what = Looked(unit.connection, runtime.tenant, runtime.shop, runtime.fingerprint_key, seal or "")
        return verify(what, now, limit=limit, progress=progress)
