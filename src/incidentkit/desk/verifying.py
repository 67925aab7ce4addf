"""Looking the record over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import keyed_hash, person_hash, ways_to
from incidentkit.domain.times import instant
from incidentkit.domain.verification import VerifyReport
from incidentkit.errors import InvalidInput
from incidentkit.measures.measure import Clock, Measure
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
        hashes = partial(_hashes, runtime.store.secret, runtime.tenant)
        what = Looked(unit, runtime.shop, runtime.fingerprint_key, hashes, partial(_measure, runtime), seal or "")
        return verify(what, now, limit=limit, progress=progress)


def _hashes(secret: bytes, tenant: str, details: Mapping[str, str]) -> tuple[str, frozenset[str]]:
    """By what somebody with these details is found."""
    ways = ways_to(details.get("email", ""), details.get("phone", ""))
    others = frozenset(keyed_hash(secret, tenant, kind, text) for kind, text in ways)
    return person_hash(secret, tenant, details["key"]), others


def _measure(runtime: Runtime, name: str, clock: Clock) -> Measure | None:
    try:
        return runtime.measures.on_clock(name, clock)
    except InvalidInput:
        return None  # a plugin's that is not installed any more
