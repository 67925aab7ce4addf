"""Strategies for authority, requests for approval, and what happens to them in a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.authority import Authority, Budget, BudgetKind, Grant, Scope, Verdict
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import ApprovalId, IncidentId, OfferId
from incidentkit.domain.incidents import Incident, next_approval
from incidentkit.testing.strategies._basics import codes, handles, ids, instants, money, texts
from incidentkit.testing.strategies._incidents import offers

__all__ = [
    "answer_approval",
    "approval_happenings",
    "approvals",
    "ask_approval",
    "authorities",
    "budgets",
    "grants",
    "scopes",
    "verdicts",
]

_KINDS: st.SearchStrategy[BudgetKind] = st.sampled_from(("incident", "customer", "day", "cause", "kind", "currency", "worth"))
_SUMS: st.SearchStrategy[BudgetKind] = st.sampled_from(("incident", "customer", "day", "cause"))
_ENDED = (ApprovalState.EXPIRED, ApprovalState.SUPERSEDED)


def _limits() -> st.SearchStrategy[Decimal | None]:
    return st.none() | st.integers(0, 500).map(Decimal)


@st.composite
def authorities(draw: st.DrawFn, *, machine: bool = False) -> Authority:
    """What a role may grant, in whole units of any currency.

    Args:
        machine: whether it is one of those that have no power over others.
    """
    return Authority(
        per_incident=draw(_limits()),
        per_customer=draw(_limits()),
        customer_days=draw(st.integers(1, 3_653)),
        per_day=draw(_limits()),
        per_cause=draw(st.dictionaries(st.sampled_from(("unknown", "defect")), st.integers(0, 500).map(Decimal), max_size=2)),
        cause_days=draw(st.integers(1, 3_653)),
        kinds=tuple(draw(st.lists(st.sampled_from(("refund", "discount")), max_size=2, unique=True))),
        may_approve=None if machine else draw(st.none() | st.booleans()),
        supervises=not machine and draw(st.booleans()),
        approve_within=draw(st.none() | st.integers(1, 72).map(lambda hours: timedelta(hours=hours))),
    )


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    """Limits of any kind, with more or less used than there is."""
    limit = draw(money())
    return Budget(draw(_KINDS), limit, draw(money(limit.currency)), draw(codes()), draw(st.none() | instants()))


def scopes() -> st.SearchStrategy[Scope]:
    """What a budget counts."""
    return st.builds(Scope, _SUMS, codes(), st.none() | instants(), st.none() | instants())


def verdicts() -> st.SearchStrategy[Verdict]:
    """Allowed, or not."""
    beyond = st.lists(budgets(), max_size=2).map(tuple)
    return st.builds(Verdict, beyond, st.lists(handles(), max_size=2, unique=True).map(tuple))


def grants() -> st.SearchStrategy[Grant]:
    """Something that stands granted."""
    offered = st.integers(1, 9).map(lambda place: OfferId(f"offer-{place}"))
    return st.builds(Grant, offered, st.none() | money(), handles().map(lambda name: f"agent:{name}"), instants())


@st.composite
def approvals(draw: st.DrawFn, incident: Incident | None = None, at: datetime | None = None) -> Approval:
    """Requests that wait for an answer: the next one of ``incident``, or of any."""
    asked_at, may = at or draw(instants()), tuple(draw(st.lists(handles(), max_size=2, unique=True)))
    return Approval(
        id=next_approval(incident) if incident is not None else ApprovalId(f"approval-{draw(st.integers(1, 9))}"),
        incident=incident.id if incident is not None else IncidentId(draw(ids())),
        offers=tuple(draw(st.lists(offers(), min_size=1, max_size=2))),
        asked_by=f"agent:{draw(codes())}.who.asks",  # nobody else is called that
        asked_at=asked_at,
        worth=draw(st.none() | money()),
        exceeded=tuple(draw(st.lists(budgets(), min_size=1, max_size=2))),
        may=may,
        asked_of=may[:1],
        until=draw(st.none() | st.integers(1, 600).map(lambda minutes: asked_at + timedelta(minutes=minutes))),
    )


def _ids() -> st.SearchStrategy[ApprovalId]:
    return st.integers(1, 9).map(lambda place: ApprovalId(f"approval-{place}"))


def approval_happenings() -> Mapping[str, Callable[[], st.SearchStrategy[Happening]]]:
    """Single events of requests, by their type."""
    return {
        "incident.approval_asked": lambda: st.builds(ev.ApprovalAsked, approvals()),
        "incident.approved": lambda: st.builds(ev.ApprovalGiven, _ids()),
        "incident.approval_refused": lambda: st.builds(ev.ApprovalRefused, _ids(), texts()),
        "incident.approval_ended": lambda: st.builds(ev.ApprovalEnded, _ids(), st.sampled_from(_ENDED)),
    }


# --- In the life of a case ---------------------------------------------------------------------------------------


def ask_approval(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """Somebody wants to grant more than they may."""
    return (ev.ApprovalAsked(draw(approvals(incident, now))),)


def answer_approval(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """It is granted or not, or nobody answers."""
    waiting = draw(st.sampled_from([each.id for each in incident.approvals if each.pending]))
    given: Happening = ev.ApprovalGiven(waiting)
    ended = ev.ApprovalEnded(waiting, draw(st.sampled_from(_ENDED)))
    return (draw(st.sampled_from((given, ev.ApprovalRefused(waiting, draw(texts())), ended))),)
