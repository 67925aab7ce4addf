"""Guards by name: what a shop can ask of a case before a step, beside what every case is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from incidentkit.domain.incidents import Incident
from incidentkit.rules.decision import Circumstances

__all__ = ["GUARDS", "Guard", "unmet"]

Guard = Callable[[Incident], bool]
"""Whether a case may take the step."""

GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "cause known": lambda i: i.cause is not None,
        "order named": lambda i: bool(i.orders),
        "lines named": lambda i: bool(i.lines),
        "customer named": lambda i: i.customer is not None,
        "taken by a person": lambda i: bool(i.owner.agent),
        "spoken with": lambda i: bool(i.conversations),
        "offer made": lambda i: bool(i.offers),
        "remedy agreed": lambda i: any(r.dropped_at is None for r in i.remedies),
        "answer given": lambda i: bool(i.answers),
    }
)
"""Those that come with every desk."""


def unmet(names: tuple[str, ...], incident: Incident, now: Circumstances) -> tuple[str, ...]:
    """Those of the guards that don't hold. One that nobody has registered at this desk holds for nothing."""
    guards = {**now.guards, **GUARDS}
    return tuple(_said(name, guards.get(name)) for name in names if name not in guards or not guards[name](incident))


def _said(name: str, guard: Guard | None) -> str:
    return name if guard is not None else f"{name} (which this desk was opened without)"
