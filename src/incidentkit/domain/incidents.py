"""Incidents: one case about an order gone wrong, from the first second to the customer's word that all is well."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from incidentkit.domain.approvals import Approval
from incidentkit.domain.blocks import Block
from incidentkit.domain.contacts import ContactNote
from incidentkit.domain.evidence import Evidence, IncidentAnswer
from incidentkit.domain.holds import Hold
from incidentkit.domain.ids import (
    ApprovalId,
    AskId,
    BlockId,
    ConversationId,
    CustomerId,
    IncidentId,
    LineId,
    NeedId,
    NoticeId,
    OfferId,
    OrderId,
    RemedyId,
)
from incidentkit.domain.mass import MassPart
from incidentkit.domain.merges import Joined
from incidentkit.domain.messages import Conversation, Notice
from incidentkit.domain.orders import SourceStatus
from incidentkit.domain.promises import Promise
from incidentkit.domain.protocols import Protocol, StepTask
from incidentkit.domain.recurrence import Recurrence
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.targets import NO_TARGETS, ClockKind, Targets
from incidentkit.domain.texts import Text

__all__ = [
    "OPEN_PHASES",
    "Deadlines",
    "EarlierTeam",
    "Handover",
    "Incident",
    "Owner",
    "Period",
    "Phase",
    "next_approval",
    "next_block",
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
    """Asked of a team or an agent, and not yet accepted; until then the owner stays.

    Args:
        until: when it goes back to the owner; None where it waits: for the owner's own team, or by the shop's settings.
    """

    to: str
    asked_by: str
    asked_at: datetime
    until: datetime | None = None


@frozen
class EarlierTeam:
    """A team that was accountable, up to and without ``until``."""

    team: str
    until: datetime


@frozen
class Period:
    """A stretch of time that is over: from ``since``, up to and without ``until``."""

    since: datetime
    until: datetime


@frozen
class Deadlines:
    """What the protocol demands, as it was when the case began, was adopted or was corrected.

    What is due now, after holds and further rounds, its clocks say: `desk.incidents.clocks`.

    Args:
        communicate_by, resolve_by: the due times as they were then; None where nothing was demanded.
        targets: what they follow from; without any, the two instants stand as they are.
        clock: whether targets count working time.
        before: the promised delivery, which the customer is told before at the latest.
        since: when the clocks began; None for the beginning of the case.
    """

    communicate_by: datetime | None = None
    resolve_by: datetime | None = None
    targets: Targets = NO_TARGETS
    clock: ClockKind = "working"
    before: datetime | None = None
    since: datetime | None = None


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
        pushed_down: the cases that raising it last put behind, where that went beyond the shop's policy.
        tried: who was asked by rule in vain since it was last accepted, or since the owner's last shift.
        orders: none, one or several.
        lines: the affected lines of its one order; empty for all.
        cause: the code of the cause; None while unknown.
        reported_by: ``shop`` or ``customer``: who saw it first.
        claimed: the last resolution rests on a source's word alone.
        passive: imported; nothing is sent, asked or timed.
        reopened: how often it was reopened.
        earlier_teams: who was accountable before the owner's team, the first first.
        unowned: when no named person had it, as far as that is over: until the first accepted, and every later gap.
        closures: when it was closed and then reopened.
        substate: where it stands inside its phase, in the shop's own words; empty for none of them.
        asked: the asks that were put to a silent customer since the resolution, in their order.
        unreached: none of them reached anybody.
        heard: the customer has said something since the resolution, if only a number; a machine's reply is nothing.
        came_back: they did so by themselves.
        disproved: when it was said to be solved, and the customer found that it was not.
        follows: the earlier case that this one goes on from; ``followed_by``: later ones that go on from this.
        merged_into: the case that it was merged into, from the phase ``merged_from``.
        took_in: the cases that were merged into it.
        needs: the needs of customers that it is about.
        counted: the remedies whose cost is counted in a need that it was about for a while.
        contacts: those that named it, or came in about such a need, as far as they are no conversations.
        holds: when its customer was waited for; the last may last.
        rests: from each resolution to the reopening that undid it.
        warned, broke: which clock was about to break, or has broken, at which due time, as far as somebody was told.
        level: how high it was raised: 0 for not at all.
        promises: what its customer was told to expect: dates of accepted offers, and of the next word.
        protocol: how the shop answers it, as it was when the case began, was adopted, was corrected to another type or was
            moved on purpose; None for that of its type today: imported, or from before protocols were kept.
        recurrences: how it is the same trouble again; ``repeated_by``: later cases that are the same as this one.
        blocks: what the process did not allow, and what came of it.
        step_tasks: the tasks that steps of its protocol were given out as.
        late_steps: which step was late at which due time, as far as somebody was told.
        approvals: what somebody wanted to grant beyond their authority, and what became of it.
        mass: what it has of the mass incident that it belongs to; None where it is one of its own.
        products: the affected products of its orders; empty for all of them.
        worked_out: what follows from it as it stands and takes a while to work out, as others leave it here.
    """

    id: IncidentId
    type: str
    severity: str
    description: Text
    detected_at: datetime
    owner: Owner
    phase: Phase = Phase.DETECTED
    handover: Handover | None = None
    tried: tuple[str, ...] = ()
    pushed_down: tuple[IncidentId, ...] = ()
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
    earlier_teams: tuple[EarlierTeam, ...] = ()
    unowned: tuple[Period, ...] = ()
    closures: tuple[Period, ...] = ()
    needs: tuple[NeedId, ...] = ()
    counted: tuple[RemedyId, ...] = ()
    contacts: tuple[ContactNote, ...] = ()
    source_status: SourceStatus | None = None
    substate: str = ""
    lapsed_at: datetime | None = None
    asked: tuple[AskId, ...] = ()
    attempted_at: datetime | None = None
    unreached: bool = False
    heard: bool = False
    came_back: bool = False
    disproved: tuple[datetime, ...] = ()
    follows: IncidentId | None = None
    followed_by: tuple[IncidentId, ...] = ()
    merged_into: IncidentId | None = None
    merged_from: Phase | None = None
    took_in: tuple[Joined, ...] = ()
    holds: tuple[Hold, ...] = ()
    rests: tuple[Period, ...] = ()
    warned: tuple[tuple[str, datetime], ...] = ()
    broke: tuple[tuple[str, datetime], ...] = ()
    level: int = 0
    promises: tuple[Promise, ...] = ()
    protocol: Protocol | None = None
    step_tasks: tuple[StepTask, ...] = ()
    late_steps: tuple[tuple[str, datetime], ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    repeated_by: tuple[IncidentId, ...] = ()
    blocks: tuple[Block, ...] = ()
    approvals: tuple[Approval, ...] = ()
    mass: MassPart | None = None
    products: tuple[str, ...] = ()
    worked_out: dict[str, Any] = field(init=False, repr=False, eq=False, factory=dict)

    @property
    def attempts(self) -> int:
        """How often the customer was asked since the resolution, and was silent."""
        return len(self.asked)

    @property
    def repeats(self) -> tuple[IncidentId, ...]:
        """The earlier cases that it is the same trouble as, each once."""
        return tuple(dict.fromkeys(earlier for recurrence in self.recurrences for earlier in recurrence.earlier))

    @property
    def false_resolutions(self) -> int:
        """How often it was said to be solved, and the customer found that it was not."""
        return len(self.disproved)

    @property
    def own_orders(self) -> tuple[OrderId, ...]:
        """The orders that it was reported with, without those that other cases brought."""
        brought = {order for joined in self.took_in for order in joined.orders}
        if self.mass is not None:
            brought -= set(self.mass.orders)
        return tuple(order for order in self.orders if order not in brought)

    @property
    def waived(self) -> bool:
        """Whether a supervisor has waived the customer's word; such a case never counts as satisfied."""
        return self.evidence is not None and self.evidence.kind == "waiver"

    @property
    def open(self) -> bool:
        """Whether its orders count as in incident."""
        return self.phase in OPEN_PHASES

    @property
    def ended_at(self) -> datetime | None:
        """Since when it is no longer open; None while it is, or where nothing says when."""
        return None if self.open else self.closed_at or self.lapsed_at or self.resolved_at

    def notice(self, notice_id: str) -> Notice | None:
        """The notice with that id."""
        return next((n for n in self.notices if n.id == notice_id), None)

    def offer(self, offer_id: str) -> Offer | None:
        """The offer with that id."""
        return next((o for o in self.offers if o.id == offer_id), None)

    def approval(self, approval_id: str) -> Approval | None:
        """The request for approval with that id."""
        return next((a for a in self.approvals if a.id == approval_id), None)

    def block(self, block_id: str) -> Block | None:
        """The block with that id."""
        return next((b for b in self.blocks if b.id == block_id), None)

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


def next_block(incident: Incident) -> BlockId:
    """The id for the next block."""
    return BlockId(next_id("block", len(incident.blocks)))


def next_approval(incident: Incident) -> ApprovalId:
    """The id for the next request for approval."""
    return ApprovalId(next_id("approval", len(incident.approvals)))


def next_remedy(incident: Incident) -> RemedyId:
    """The id for the next remedy."""
    return RemedyId(next_id("remedy", len(incident.remedies)))


def next_notice(incident: Incident) -> NoticeId:
    """The id for the next notice."""
    return NoticeId(next_id("notice", len(incident.notices)))


def next_conversation(incident: Incident) -> ConversationId:
    """The id for the next conversation."""
    return ConversationId(next_id("conversation", len(incident.conversations)))
