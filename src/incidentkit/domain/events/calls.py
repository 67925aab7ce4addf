"""Events of verification calls, and of the lists that they stand on."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from incidentkit.domain.call_policy import CallMeaning, CallReason
from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import CallId, CallListId, CustomerId, IncidentId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text

__all__ = ["CallLapsed", "CallListMade", "CallListed", "CallMade"]


@frozen
class CallListMade(Happening):
    """A morning's list of deliveries to ask about was made, from those between ``since`` and ``until``."""

    type = "call_list.made"
    list: CallListId
    day: date
    since: datetime
    until: datetime
    calls: tuple[CallId, ...] = ()
    deliveries: int = 0
    left_out: tuple[tuple[str, int], ...] = ()


@frozen
class CallListed(Happening):
    """A delivery is to be asked about; ``reason`` is why."""

    type = "call.listed"
    call: CallId
    list: CallListId
    day: date
    order: OrderId
    customer: CustomerId
    delivered_at: datetime
    reason: CallReason
    not_before: datetime
    due: datetime
    until: datetime
    allowed: int
    carrier: str = ""


@frozen
class CallMade(Happening):
    """Somebody rang. Where nobody answered it is tried again from ``again_from`` on; without that it is over."""

    type = "call.made"
    outcome: str
    means: CallMeaning
    agent: str = ""
    team: str = ""
    note: Text | None = None
    cost: Money | None = None
    incident: IncidentId | None = None
    again_from: datetime | None = None


@frozen
class CallLapsed(Happening):
    """Nobody rang, or reached anybody, for as long as it was of use."""

    type = "call.lapsed"
