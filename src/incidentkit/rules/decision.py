"""What goes into a decision and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from attrs import field, frozen

from incidentkit.domain.actors import Actor
from incidentkit.domain.effects import Intent, Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.domain.shop import Shop

__all__ = ["Circumstances", "Decision"]


@frozen
class Circumstances:
    """What every decision may look at besides the state.

    Args:
        at: when it happens, in UTC; the decision's own "now".
        actor: who does it.
        tenant: goes into the keys of effects.
        confirms: for each channel, whether it can confirm delivery.
        addresses: for each channel, the kind of address that it writes to.
        passive: the thing comes from a source: nothing is sent or timed.
        guards: the host's own, by the names that the shop's settings ask for.
        kinds: what can be offered, by name.
    """

    shop: Shop
    at: datetime
    actor: Actor
    tenant: str = "default"
    confirms: Mapping[str, bool] = field(factory=dict)
    passive: bool = False
    guards: Mapping[str, Callable[[Incident], bool]] = field(factory=dict)
    addresses: Mapping[str, str] = field(factory=dict)
    kinds: Mapping[str, RemedyKind] = KINDS


@frozen
class Decision:
    """What follows from a command.

    Args:
        events: for the stream that was asked about, in order.
        elsewhere: events of other streams, in the same transaction.
        intents: effects to perform afterwards.
        timers: what comes due; ``due=None`` takes an earlier one back.
    """

    events: tuple[Happening, ...] = ()
    elsewhere: tuple[tuple[str, Happening], ...] = ()
    intents: tuple[Intent, ...] = ()
    timers: tuple[Timer, ...] = ()
