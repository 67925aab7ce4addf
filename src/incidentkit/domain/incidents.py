"""Incidents: one case about an order gone wrong, from the first second to the customer's word that all is well."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.evidence import Evidence, IncidentAnswer
from incidentkit.domain.ids import ConversationId, CustomerId, IncidentId, LineId, NoticeId, OfferId, OrderId, RemedyId
from incidentkit.domain.messages import Conversation, Notice
from incidentkit.domain.orders import SourceStatus
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.texts import Text

__all__ = [
    "OPEN_PHASES",
    "Deadlines",
    "Handover",
    "Incident",
    "Owner",
    "Period",
    "Phase",
    "next_conversation",
    "next_notice",
    "next_offer",
    "next_remedy",
]


class Phase(StrEnum):
    """Where a case stands. There is no other status."""

    DETECTED = "detected"
    COMMUNICATED = "communicated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN_PHASES = frozenset({Phase.DETECTED, Phase.COMMUNICATED, Phase.RESOLVED})
"""Phases in which an order counts as in incident."""


@frozen
class Owner:
    """Who is accountable: a team from the first instant, a named agent once accepted."""

    team: str
    agent: str = ""
    since: datetime | None = None

    @property
    def label(self) -> str:
        """The agent, else the team."""
        return self.agent or self.team


@frozen
class Handover:
    """Asked of a team or an agent, and not yet accepted; until then the owner stays."""

    to: str
    asked_by: str
    asked_at: datetime


@frozen
class Period:
    """A stretch of time that is over: from ``since``, up to and without ``until``."""

    since: datetime
    until: datetime


@frozen
class Deadlines:
    """What the protocol demands, as instants; None where it demands nothing."""

    communicate_by: datetime | None = None
    resolve_by: datetime | None = None


@frozen
class Incident:
    """One case as it stands.

    Args:
        id: UUIDv7.
        type: a type of the shop's settings, e.g. ``out_of_stock``.
        severity: one of the shop's severities.
        description: what happened, in words; kept in the vault.
        detected_at: when the shop learned of it.
        phase: the one and only status.
        owner: who is accountable; there always is one.
        handover: a hand-over that waits to be accepted.
        orders: none, one or several.
        lines: the affected lines of its one order; empty for all.
        cause: the code of the cause; None while unknown.
        reported_by: ``shop`` or ``customer``: who saw it first.
        claimed: the last resolution rests on a source's word alone.
        passive: imported; nothing is sent, asked or timed.
        reopened: how often it was reopened.
        unowned: when no named person had it, as far as that is over: until the first accepted, and every later gap.
        closures: when it was closed and then reopened.
    """

    id: IncidentId
    type: str
    severity: str
    description: Text
    detected_at: datetime
    owner: Owner
    phase: Phase = Phase.DETECTED
    handover: Handover | None = None
    orders: tuple[OrderId, ...] = ()
    customer: CustomerId | None = None
    lines: tuple[LineId, ...] = ()
    cause: str | None = None
    reported_by: str = "shop"
    currency: str = ""
    deadlines: Deadlines = Deadlines()
    notices: tuple[Notice, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    offers: tuple[Offer, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    answers: tuple[IncidentAnswer, ...] = ()
    evidence: Evidence | None = None
    communicated_at: datetime | None = None
    resolved_at: datetime | None = None
    first_resolved_at: datetime | None = None
    closed_at: datetime | None = None
    no_remedy_reason: Text | None = None
    claimed: bool = False
    passive: bool = False
    reopened: int = 0
    unowned: tuple[Period, ...] = ()
    closures: tuple[Period, ...] = ()
    source_status: SourceStatus | None = None

    @property
    def open(self) -> bool:
        """Whether its orders count as in incident."""
        return self.phase in OPEN_PHASES

    @property
    def ended_at(self) -> datetime | None:
        """Since when it is no longer open; None while it is, or where nothing says when."""
        return None if self.open else self.closed_at or self.resolved_at

    def notice(self, notice_id: str) -> Notice | None:
        """The notice with that id."""
        return next((n for n in self.notices if n.id == notice_id), None)

    def offer(self, offer_id: str) -> Offer | None:
        """The offer with that id."""
        return next((o for o in self.offers if o.id == offer_id), None)

    def remedy(self, remedy_id: str) -> Remedy | None:
        """The remedy with that id."""
        return next((r for r in self.remedies if r.id == remedy_id), None)

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation with that id."""
        return next((c for c in self.conversations if c.id == conversation_id), None)

    @property
    def told(self) -> bool:
        """Whether the customer is told: a conversation, or a notice that arrived and did not bounce."""
        return bool(self.conversations) or any(n.effective for n in self.notices)


def next_id(kind: str, count: int) -> str:
    """The id of the next thing of its kind within an incident: ``offer-1``, ``offer-2``, ..."""
    return f"{kind}-{count + 1}"


def next_offer(incident: Incident, further: int = 0) -> OfferId:
    """The id for the next offer, ``further`` places on."""
    return OfferId(next_id("offer", len(incident.offers) + further))


def next_remedy(incident: Incident) -> RemedyId:
    """The id for the next remedy."""
    return RemedyId(next_id("remedy", len(incident.remedies)))


def next_notice(incident: Incident) -> NoticeId:
    """The id for the next notice."""
    return NoticeId(next_id("notice", len(incident.notices)))


def next_conversation(incident: Incident) -> ConversationId:
    """The id for the next conversation."""
    return ConversationId(next_id("conversation", len(incident.conversations)))
