"""Authority under random interleavings, against an account kept by hand, on each store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from attrs import Factory, define, evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.approvals import Approval
from incidentkit.domain.authority import Authority
from incidentkit.domain.ids import IncidentId, OfferId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Agent
from incidentkit.errors import AuthorityExceeded, RuleViolation, TransitionRefused
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, placed, told

LIMITS = {
    "agent": Authority(
        per_incident=Decimal(10),
        per_customer=Decimal(18),
        customer_days=2,
        per_day=Decimal(16),
        per_cause={"defect": Decimal(14), "unknown": Decimal(60)},
        cause_days=2,
        approve_within=None,
    ),
    "supervisor": Authority(per_incident=Decimal(25), per_day=Decimal(30), approve_within=None),
}
LIMITED = evolve(SHOP, zone="UTC", authority=LIMITS, agents=(*SHOP.agents, Agent("sam", "warehouse", "supervisor")))
CASES = 3
AGENTS, CAUSES = ("ana", "leo", "eva"), ("defect", "picking")


@pytest.fixture
def clock() -> ManualClock:
    """Goes on from one example to the next."""
    return ManualClock()


@pytest.fixture
def desk(store_url: str, clock: ManualClock) -> Iterator[Desk]:
    """A desk whose agents and supervisors are limited; what was done on it leaves a sound record."""
    with open_desk(store_url, LIMITED, plugins=(Post(),), clock=clock) as opened:
        yield opened
        assert [] == faults(Copy(store_url), LIMITED)


@define
class Round:
    """Offers that were made together, as the account has them."""

    case: int
    by: str
    at: datetime
    open: dict[OfferId, Decimal]
    agreed: Decimal = Decimal(0)

    @property
    def standing(self) -> Decimal:
        """What it could come to, or has."""
        return self.agreed or max(self.open.values(), default=Decimal(0))


@define
class Account:
    """What was granted, kept by hand: by case, customer, cause and agent, without any of the rules' code."""

    desk: Desk
    cases: list[IncidentId]
    customers: list[str]
    rounds: list[Round] = Factory(list)
    causes: dict[int, str] = Factory(dict)
    merged: dict[int, int] = Factory(dict)

    def root(self, case: int) -> int:
        return self.root(self.merged[case]) if case in self.merged else case

    def used(self, case: int, by: str, without: Round | None = None) -> dict[str, Decimal]:
        """What counts against each limit of somebody in a case."""
        now = self.desk.clock()
        rounds = [each for each in self.rounds if each is not without]
        cause = self.causes.get(case, "unknown")
        return {
            "incident": self._sum(r for r in rounds if self.root(r.case) == self.root(case)),
            "customer": self._sum(
                r for r in rounds if self.customers[r.case] == self.customers[case] and r.at >= now - timedelta(days=2)
            ),
            "day": self._sum(r for r in rounds if r.by == by and r.at.date() == now.date()),
            "cause": self._sum(
                r for r in rounds if self.causes.get(r.case, "unknown") == cause and r.at >= now - timedelta(days=2)
            ),
        }

    def room(self, case: int, by: str, without: Round | None = None) -> dict[str, Decimal]:
        """What is left of each limit."""
        cause = self.causes.get(case, "unknown")
        limits: dict[str, int] = {"incident": 10, "customer": 18, "day": 16}
        limits |= {"cause": 14} if cause == "defect" else {"cause": 60} if cause == "unknown" else {}
        if by in ("eva", "sam"):
            limits = {"incident": 25, "day": 30}
        used = self.used(case, by, without)
        return {kind: max(limit - used[kind], Decimal(0)) for kind, limit in limits.items()}

    def may(self, case: int, by: str, worth: Decimal, without: Round | None = None) -> bool:
        return all(worth <= left for left in self.room(case, by, without).values())

    @staticmethod
    def _sum(rounds: Any) -> Decimal:
        return sum((each.standing for each in rounds), Decimal(0))


def money(cents: int) -> Decimal:
    return Decimal(cents) / 2


def refund(desk: Desk, amount: Decimal) -> Offer:
    return Offer("refund", desk.clock() + timedelta(days=9), amount)


def offer(account: Account, case: int, by: str, amounts: list[int]) -> None:
    """Somebody offers one or two alternatives."""
    worths = [money(each) for each in amounts]
    allowed = account.may(case, by, max(worths))
    desk = account.desk
    try:
        known = desk.incidents.offer(account.cases[case], [refund(desk, worth) for worth in worths], by=by)
    except AuthorityExceeded:
        assert not allowed
        return
    except RuleViolation:
        return  # more than the money that is left, or the case is elsewhere: no question of authority
    assert allowed
    made = {o.id: w for o, w in zip(known.offers[-len(worths) :], worths, strict=True)}
    account.rounds.append(Round(case, by, desk.clock(), made))


def answer(account: Account, case: int, number: int, how: str) -> None:
    """The customer answers one of the open offers."""
    rounds = [r for r in account.rounds if r.case == case and r.open]
    if not rounds:
        return
    of = rounds[number % len(rounds)]
    chosen = sorted(of.open)[number % len(of.open)]
    incidents = account.desk.incidents
    try:
        if how == "accept":
            incidents.accept(account.cases[case], chosen, by="customer")
        elif how == "decline":
            incidents.decline(account.cases[case], chosen, by="customer")
        else:
            _counter(account, of, chosen, case, number)
            return
    except TransitionRefused:
        return
    if how == "accept":
        of.agreed, of.open = of.open[chosen], {}
    else:
        del of.open[chosen]


def _counter(account: Account, of: Round, chosen: OfferId, case: int, number: int) -> None:
    """They ask for something else, which an agent agrees to if they may."""
    incidents, worth, by = account.desk.incidents, money(1 + number % 24), AGENTS[number % 2]
    try:
        known = incidents.counter(account.cases[case], chosen, refund(account.desk, worth))
    except RuleViolation:
        return
    of.open.pop(chosen)
    allowed = account.may(case, by, worth, without=of)
    try:
        incidents.agree(account.cases[case], known.offers[-1].id, by=by)
    except AuthorityExceeded:
        assert not allowed
        return
    except RuleViolation:
        return
    assert allowed
    of.agreed, of.open, of.by, of.at = worth, {}, by, account.desk.clock()


def end(account: Account, case: int, number: int) -> None:
    """What was agreed is dropped, or done."""
    known = account.desk.incidents.get(account.cases[case])
    for remedy in known.remedies[:1]:
        try:
            if number % 2:
                account.desk.incidents.drop(known.id, remedy.id, reason="not needed", by="ana")
            else:
                account.desk.incidents.carry_out(known.id, remedy.id, reference=f"R-{number}", by="ana")
        except RuleViolation:
            return
        dropped = account.desk.incidents.get(known.id).remedies[0].dropped_at is not None
        offers = {each.id: each for each in known.offers}
        if dropped and offers[remedy.offer].state is OfferState.ACCEPTED:
            # The first remedy is of the first round of that case that was agreed.
            first = _of_remedy(account, known, case)
            first.agreed = Decimal(0)


def _of_remedy(account: Account, known: Incident, case: int) -> Round:
    """The round that the first remedy came of: it is the one with that number."""
    wanted = known.offer(known.remedies[0].offer)
    assert wanted is not None
    rounds = [r for r in account.rounds if r.case == case]
    return rounds[wanted.round - 1]


def approve(account: Account, number: int) -> None:
    """A supervisor answers the request that has waited longest."""
    waiting = list(account.desk.approvals.find())
    if not waiting:
        return
    asked, by = waiting[0], ("eva", "sam")[number % 2]
    case = account.cases.index(asked.incident) if asked.incident in account.cases else -1
    if case < 0 or asked.agrees is not None:
        account.desk.incidents.refuse_approval(asked.incident, asked.id, reason="no", by=_other(asked))
        return
    assert asked.worth is not None
    allowed, incidents = account.may(case, by, asked.worth.amount), account.desk.incidents
    try:
        known = incidents.approve(asked.incident, asked.id, by=by)
    except AuthorityExceeded:
        assert not allowed
    except RuleViolation:
        incidents.refuse_approval(asked.incident, asked.id, reason="no", by=_other(asked))
    else:
        assert allowed
        assert by not in asked.asked_by
        made = {o.id: o.worth.amount for o in known.offers[-len(asked.offers) :] if o.worth is not None}
        account.rounds.append(Round(case, by, account.desk.clock(), made))


def _other(asked: Approval) -> str:
    """A supervisor who did not ask."""
    return "sam" if asked.asked_by == "agent:eva" else "eva"


def amend(account: Account, case: int, number: int) -> None:
    """Somebody finds out what it was."""
    cause = CAUSES[number % 2]
    try:
        account.desk.incidents.amend(account.cases[case], cause=cause, reason="looked", by="ana")
    except RuleViolation:
        return
    account.causes[case] = cause


def merge(account: Account, case: int, number: int) -> None:
    """Two cases of one order turn out to be one."""
    into = (case + 1) % 2
    if case > 1 or case in account.merged:
        return
    try:
        account.desk.incidents.merge(account.cases[case], into=account.cases[into], by="ana")
    except RuleViolation:
        return
    account.merged[case] = into


def take(account: Account, step: Step, clock: ManualClock) -> None:
    """One step of the interleaving."""
    what, case, number, amounts = step
    if what == "offer":
        offer(account, case, AGENTS[number % 3], amounts)
    elif what in ("accept", "decline", "counter"):
        answer(account, case, number, what)
    elif what == "wait":
        clock.advance(hours=5 + number)
    elif what == "approve":
        approve(account, number)
    else:
        {"end": end, "amend": amend, "merge": merge}[what](account, case, number)


Step = tuple[str, int, int, list[int]]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("offer",) * 4 + ("accept", "decline", "counter", "end", "approve", "approve", "amend", "merge", "wait")
        ),
        st.integers(0, CASES - 1),
        st.integers(0, 30),
        st.lists(st.integers(1, 24), min_size=1, max_size=2),
    ),
    min_size=4,
    max_size=24,
)


# Without shrinking, which takes minutes on a store: a life is short as it is.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=(Phase.generate,))
@given(steps=STEPS)
def test_nobody_ever_grants_more_than_an_account_kept_by_hand_allows(desk: Desk, clock: ManualClock, steps: list[Step]) -> None:
    """Nor less: after every step all that is left of every limit is what the account says, for everybody."""
    account = begun(desk, clock)
    for step in steps:
        take(account, step, clock)
        for case, by in product(sorted(set(range(CASES)) - account.merged.keys()), AGENTS):
            known = {b.kind: b.remaining.amount for b in desk.incidents.budgets(account.cases[case], by=by)}
            assert account.room(case, by) == known


def begun(desk: Desk, clock: ManualClock) -> Account:
    """Two cases of one order and one of another, of customers of whom nothing is known."""
    clock.advance(days=4)  # nothing of the example before counts any more
    for waiting in desk.approvals.find():
        desk.incidents.refuse_approval(waiting.incident, waiting.id, reason="no", by=_other(waiting))
    name = f"c-{clock().timestamp():.0f}"
    order, other = placed(desk, customer=name), placed(desk, customer=f"{name}-2")
    cases = [told(desk, order=about).id for about in (order, order, other)]
    return Account(desk, cases, [str(desk.incidents.get(case).customer) for case in cases])
