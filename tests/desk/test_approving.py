"""Granting within an authority on each store: what is beyond it is asked of those who may, and answered by one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.authority import Authority
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Agent
from incidentkit.errors import AuthorityExceeded, KeyReusedError, RuleViolation, TimeError, TransitionRefused
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, SHOP, SOON, placed, resolved, told

Record = Callable[[], Copy]

LIMITED = evolve(
    SHOP,
    agents=(
        Agent("ana", "after-sales", email="ana@example.com"),
        Agent("leo", "warehouse"),
        Agent("eva", "after-sales", "supervisor", "eva@example.com"),
        Agent("sam", "warehouse", "supervisor"),
    ),
    authority={
        "agent": Authority(
            per_incident=Decimal(10),
            per_customer=Decimal(25),
            customer_days=30,
            per_day=Decimal(18),
            per_cause={"defect": Decimal(12)},
        )
    },
)


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A desk whose agents are limited."""
    return opened(shop=LIMITED)


@pytest.fixture
def case(desk: Desk) -> Incident:
    """A case of Marta's, of 35 euros, who knows of it."""
    return told(desk)


def refund(amount: str, **given: object) -> Offer:
    return Offer("refund", SOON, amount, **given)  # type: ignore[arg-type]


def beyond(desk: Desk, case: Incident, amount: str, by: object = "ana", **given: object) -> AuthorityExceeded:
    """The refusal of an offer."""
    with pytest.raises(AuthorityExceeded) as refused:
        desk.incidents.offer(case.id, [refund(amount)], by=by, **given)  # type: ignore[arg-type]
    return refused.value


def left(desk: Desk, case: Incident, by: str = "ana") -> dict[str, str]:
    """What somebody may still grant, by limit."""
    return {budget.kind: str(budget.remaining.amount) for budget in desk.incidents.budgets(case.id, by=by)}


def waiting(desk: Desk, **given: str) -> list[str]:
    """The requests that wait for an answer."""
    return [approval.id for approval in desk.approvals.find(**given)]  # type: ignore[arg-type]


# --- Within one's authority --------------------------------------------------------------------------------------


def test_what_is_within_an_authority_is_offered(desk: Desk, case: Incident) -> None:
    """To the cent; and used up by that."""
    offered = desk.incidents.offer(case.id, [refund("10.00")], by="ana")

    assert [("offer-1", "agent:ana", "")] == [(o.id, o.made_by, o.approved_by) for o in offered.offers]
    assert {"incident": "0.00", "customer": "15.00", "day": "8.00"} == left(desk, case)


def test_a_role_without_a_table_is_not_limited(desk: Desk, case: Incident) -> None:
    """Nor is the host, who vouches for whom it names."""
    for by in ("eva", None):
        desk.incidents.offer(case.id, [refund("11.00")], by=by)

    assert () == desk.incidents.budgets(case.id, by="eva")


@pytest.mark.parametrize("answer", ["decline", "drop", "expire"])
def test_what_is_not_taken_is_given_back(desk: Desk, case: Incident, clock: ManualClock, answer: str) -> None:
    """An offer that is declined or expires, and a remedy that is dropped."""
    until = desk.clock() + timedelta(hours=1)
    desk.incidents.offer(case.id, [refund("8.00", until=until)], by="ana")
    if answer == "decline":
        desk.incidents.decline(case.id, "offer-1", by="customer")
    elif answer == "drop":
        desk.incidents.accept(case.id, "offer-1", by="customer")
        desk.incidents.drop(case.id, "remedy-1", reason="She keeps it", by="ana")
    else:
        clock.advance(hours=2)
        desk.tick()

    assert "10.00" == left(desk, case)["incident"]


def test_of_alternatives_only_the_largest_is_used_up(desk: Desk, case: Incident) -> None:
    """And once one is taken, that one."""
    desk.incidents.offer(case.id, [refund("4.00"), refund("9.00")], by="ana")
    before = left(desk, case)["incident"]
    desk.incidents.accept(case.id, "offer-1", by="customer")

    assert ("1.00", "6.00") == (before, left(desk, case)["incident"])


# --- Beyond it ---------------------------------------------------------------------------------------------------


def test_what_is_beyond_an_authority_is_asked_for(desk: Desk, case: Incident) -> None:
    """Nothing is offered; the request is in the record, and whoever may is written to."""
    error = beyond(desk, case, "12.00")
    known = desk.incidents.get(case.id)

    assert (Money("10.00", "EUR"), Money("10.00", "EUR"), ("eva", "sam"), "approval-1") == (
        error.limit,
        error.remaining,
        error.may,
        error.approval,
    )
    assert ((), [("approval-1", "agent:ana", ("eva",), True)]) == (
        known.offers,
        [(a.id, a.asked_by, a.asked_of, a.pending) for a in known.approvals],
    )
    assert [("staff.approval", "eva")] == [
        (m.step, dict(m.values)["agent"]) for m in desk.messages.find() if m.step.startswith("staff.")
    ]


def test_the_same_key_asks_nobody_twice(desk: Desk, case: Incident, record: Record) -> None:
    """The same error comes again, also after the request was answered; other arguments are refused."""
    first = beyond(desk, case, "12.00", key="k")
    before = record()
    again = beyond(desk, case, "12.00", key="k")
    same = before == record()
    desk.incidents.approve(case.id, "approval-1", by="eva")
    later = beyond(desk, case, "12.00", key="k")

    assert same
    assert str(first) == str(again) == str(later)
    with pytest.raises(KeyReusedError):
        desk.incidents.offer(case.id, [refund("12.01")], by="ana", key="k")


def test_the_same_again_asks_nobody_twice(desk: Desk, case: Incident) -> None:
    """While it waits, whoever wants it, and however the amount is written."""
    first, second = beyond(desk, case, "12.00"), beyond(desk, case, "12", by="leo")

    assert ("approval-1", "approval-1") == (first.approval, second.approval)
    assert ["approval-1"] == waiting(desk)


def test_what_cannot_be_offered_is_not_asked_for(desk: Desk, case: Incident, record: Record) -> None:
    """More than was captured stays refused as before, and leaves nothing."""
    before = record()
    with pytest.raises(RuleViolation, match=r"35\.00") as refused:
        desk.incidents.offer(case.id, [refund("36.00")], by="ana")

    assert not isinstance(refused.value, AuthorityExceeded)
    assert before == record()


def test_slices_are_stopped_where_one_large_sum_is(desk: Desk, case: Incident) -> None:
    """Whoever cuts them, and however small they are."""
    for number in range(5):
        desk.incidents.offer(case.id, [refund("2.00")], by=("ana", "leo")[number % 2])
    errors = [beyond(desk, case, "0.01", by=by) for by in ("ana", "leo")]

    assert [["incident"], ["incident"]] == [[budget.kind for budget in error.exceeded] for error in errors]


def test_a_customer_s_budget_runs_over_all_their_cases(desk: Desk, clock: ManualClock) -> None:
    """And rolls on: what was granted long enough ago counts no more."""
    for _ in range(3):
        desk.incidents.offer(told(desk).id, [refund("8.00")], by="ana")
        clock.advance(days=1)
    fourth, other = told(desk), told(desk, order=placed(desk, customer=JOAN))
    stopped = beyond(desk, fourth, "2.00")
    clock.advance(days=28)

    assert ["customer"] == [budget.kind for budget in stopped.exceeded]
    assert ("9.00", "25.00") == (left(desk, fourth)["customer"], left(desk, other)["customer"])


def test_an_agent_s_day_ends_at_midnight_in_the_shop(desk: Desk, clock: ManualClock) -> None:
    """Over all cases; another agent has a day of their own."""
    for name in ("c-1", "c-2"):
        desk.incidents.offer(told(desk, order=placed(desk, customer=name)).id, [refund("9.00")], by="ana")
    third = told(desk, order=placed(desk, customer="c-3"))
    today = left(desk, third)["day"], left(desk, third, by="leo")["day"]
    clock.advance(hours=13, minutes=59)  # ten o'clock in Madrid, a minute before midnight
    late = left(desk, third)["day"]
    clock.advance(minutes=2)

    assert (("0.00", "18.00"), "0.00", "18.00") == (today, late, left(desk, third)["day"])


def test_a_cause_has_a_budget_over_all_cases(desk: Desk) -> None:
    """Which a case moves to with its cause."""
    first, second = told(desk, cause="defect"), told(desk, order=placed(desk, customer=JOAN))
    desk.incidents.offer(first.id, [refund("7.00")], by="ana")
    desk.incidents.offer(second.id, [refund("4.00")], by="leo")
    before = left(desk, first)["cause"]
    desk.incidents.amend(second.id, cause="defect", reason="It was not crushed", by="ana")

    assert ("5.00", "1.00") == (before, left(desk, first)["cause"])


def test_merged_cases_have_one_budget(desk: Desk) -> None:
    """As long as they are merged."""
    order = placed(desk)
    first, second = told(desk, order=order), told(desk, order=order)
    desk.incidents.offer(first.id, [refund("4.00")], by="ana")
    desk.incidents.accept(first.id, "offer-1", by="customer")
    desk.incidents.carry_out(first.id, "remedy-1", reference="RF-1", by="ana")
    desk.incidents.offer(second.id, [refund("5.00")], by="ana")
    desk.incidents.merge(first.id, into=second.id, by="ana")
    merged = left(desk, second)["incident"], left(desk, first)["incident"]
    desk.incidents.unmerge(first.id, reason="Two things", by="ana")

    assert (("1.00", "1.00"), "5.00") == (merged, left(desk, second)["incident"])


def test_another_currency_is_within_no_budget(desk: Desk) -> None:
    """The desk does not convert; who is not limited may."""
    order = placed(desk, lines=(Line("A", 1, Money("10.00", "USD")),))
    foreign = told(desk, order=order)
    error = beyond(desk, foreign, "1.00")

    assert ([("currency", "USD")], ("eva", "sam")) == ([(b.kind, b.of) for b in error.exceeded], error.may)


def test_a_limited_role_grants_on_the_day_itself(desk: Desk, case: Incident, clock: ManualClock) -> None:
    """Each day has a budget: nobody draws on those that are over."""
    earlier = desk.clock()
    clock.advance(days=1)
    with pytest.raises(TimeError, match="is the day on which something is granted"):
        desk.incidents.offer(case.id, [refund("1.00")], by="ana", at=earlier)
    desk.incidents.offer(case.id, [refund("1.00")], by="eva", at=earlier)
    desk.incidents.offer(case.id, [refund("2.00")], by="ana", at=desk.clock() - timedelta(hours=1))

    assert ["eva", "ana"] == [offer.made_by.partition(":")[2] for offer in desk.incidents.get(case.id).offers]


def test_the_host_can_be_limited(opened: Opened) -> None:
    """By a table of its own."""
    desk = opened(shop=evolve(LIMITED, authority={"host": Authority(per_incident=Decimal(5))}))
    case = told(desk)
    error = beyond(desk, case, "6.00", by=None)

    assert (("eva", "sam"), "host:host") == (error.may, desk.incidents.get(case.id).approvals[0].asked_by)


def test_in_a_batch_a_request_stays_where_the_refusal_was_caught(desk: Desk, case: Incident) -> None:
    """And what was granted before in it counts."""
    with desk.batch():
        desk.incidents.offer(case.id, [refund("6.00")], by="ana")
        beyond(desk, case, "6.00")

    assert (["approval-1"], "4.00") == (waiting(desk), left(desk, case)["incident"])


# --- Approved ----------------------------------------------------------------------------------------------------


def test_what_is_approved_is_offered(desk: Desk, case: Incident) -> None:
    """In the name of whoever wanted it, on the authority of whoever approved; the customer is told, and so is who asked."""
    beyond(desk, case, "12.00")
    approved = desk.incidents.approve(case.id, "approval-1", by="eva")
    (offer,) = approved.offers

    assert ("agent:ana", "agent:eva", OfferState.OPEN, Money("12.00", "EUR")) == (
        offer.made_by,
        offer.approved_by,
        offer.state,
        offer.worth,
    )
    assert (ApprovalState.APPROVED, "agent:eva") == (approved.approvals[0].state, approved.approvals[0].by)
    assert {"incident.offered", "staff.approval_ended"} <= {message.step for message in desk.messages.find()}
    assert ("0.00", "18.00") == (left(desk, case)["incident"], left(desk, case)["day"])


def test_b56_nobody_approves_what_they_asked_for(opened: Opened) -> None:
    """The domain refuses it, not a page: not a supervisor beyond their own limit, nor anybody in their name."""
    desk = opened(shop=evolve(LIMITED, authority={"supervisor": Authority(per_incident=Decimal(5), may_approve=True)}))
    case = told(desk)
    beyond(desk, case, "6.00", by="eva")
    for by in ("eva", Actor("cli", "eva"), Actor("host", "eva"), Actor("cli", "sam"), None, "ana"):
        with pytest.raises(RuleViolation):
            desk.incidents.approve(case.id, "approval-1", by=by)

    assert ((), ["approval-1"]) == (desk.incidents.get(case.id).offers, waiting(desk))


def test_an_approver_s_own_limits_hold_at_that_instant(opened: Opened) -> None:
    """Who had enough when it was asked may have none left; the request goes on waiting for another."""
    limits = {"agent": Authority(per_incident=Decimal(5)), "supervisor": Authority(per_day=Decimal(20))}
    desk = opened(shop=evolve(LIMITED, authority=limits))
    case = told(desk)
    beyond(desk, case, "12.00")
    desk.incidents.offer(told(desk).id, [refund("9.00")], by="eva")
    with pytest.raises(AuthorityExceeded) as refused:
        desk.incidents.approve(case.id, "approval-1", by="eva")
    waits = waiting(desk)
    desk.incidents.approve(case.id, "approval-1", by="sam")

    assert (("sam",), "approval-1", ["approval-1"]) == (refused.value.may, refused.value.approval, waits)
    assert "8.00" == left(desk, case, by="sam")["day"]


def test_a_request_is_answered_once(desk: Desk, case: Incident) -> None:
    """A second answer is refused, and the same key returns the first."""
    beyond(desk, case, "12.00")
    first = desk.incidents.approve(case.id, "approval-1", by="eva", key="k")

    assert first == desk.incidents.approve(case.id, "approval-1", by="eva", key="k")
    with pytest.raises(TransitionRefused, match="approval-1 must be pending; got approved"):
        desk.incidents.approve(case.id, "approval-1", by="sam")


def test_what_is_approved_is_priced_as_things_are_then(desk: Desk, case: Incident) -> None:
    """More than what is left of the money can't be approved."""
    beyond(desk, case, "30.00")
    desk.incidents.accept(case.id, desk.incidents.offer(case.id, [refund("10.00")], by="ana").offers[0].id)
    with pytest.raises(RuleViolation, match=r"30\.00|25\.00"):
        desk.incidents.approve(case.id, "approval-1", by="eva")

    assert ["approval-1"] == waiting(desk)


def test_a_counter_offer_is_agreed_to_within_an_authority(desk: Desk, case: Incident) -> None:
    """In place of the round that it answers, not on top of it."""
    desk.incidents.offer(case.id, [refund("8.00")], by="ana")
    desk.incidents.counter(case.id, "offer-1", refund("10.00"))
    agreed = desk.incidents.agree(case.id, "offer-2", by="ana")

    assert ([Money("10.00", "EUR")], "0.00") == ([r.worth for r in agreed.remedies], left(desk, case)["incident"])


def test_a_counter_offer_beyond_an_authority_is_asked_for(desk: Desk, case: Incident) -> None:
    """And agreed to by whoever approves; the same again asks nobody twice."""
    desk.incidents.offer(case.id, [refund("8.00")], by="ana")
    desk.incidents.counter(case.id, "offer-1", refund("12.00"))
    for _ in range(2):
        with pytest.raises(AuthorityExceeded, match="approval-1"):
            desk.incidents.agree(case.id, "offer-2", by="ana")
    agreed = desk.incidents.approve(case.id, "approval-1", by="eva")

    assert [("offer-2", "agent:eva", Money("12.00", "EUR"))] == [(r.offer, r.agreed_by, r.worth) for r in agreed.remedies]
    assert ("0.00", "18.00") == (left(desk, case)["incident"], left(desk, case)["day"])


# --- Not approved ------------------------------------------------------------------------------------------------


def test_what_is_refused_is_not_offered(desk: Desk, case: Incident) -> None:
    """It says why, and can be asked for anew."""
    beyond(desk, case, "12.00")
    refused = desk.incidents.refuse_approval(case.id, "approval-1", reason="Half is enough", by="eva")
    again = beyond(desk, case, "12.00")

    assert ("Half is enough", (), "approval-2") == (str(refused.approvals[0].reason), refused.offers, again.approval)


def test_what_nobody_answers_expires(desk: Desk, case: Incident, clock: ManualClock) -> None:
    """After the working time that the settings give; then it can't be approved any more."""
    beyond(desk, case, "12.00")
    clock.advance(hours=8)
    with pytest.raises(TransitionRefused, match="got expired"):
        desk.incidents.approve(case.id, "approval-1", by="eva")
    done = desk.tick().done

    assert (1, []) == (done["incident.approval_ended"], waiting(desk))
    assert ApprovalState.EXPIRED is desk.incidents.get(case.id).approvals[0].state


def test_what_becomes_allowed_needs_no_answer(desk: Desk, case: Incident) -> None:
    """The same offers, once a budget allows them, are made; the request is over."""
    desk.incidents.offer(case.id, [refund("6.00")], by="ana")
    beyond(desk, case, "5.00")
    desk.incidents.decline(case.id, "offer-1", by="customer")
    offered = desk.incidents.offer(case.id, [refund("5.00")], by="ana")

    assert [ApprovalState.SUPERSEDED] == [approval.state for approval in offered.approvals]


def test_a_case_that_ends_needs_no_answer(desk: Desk, case: Incident) -> None:
    """What was asked for in it is over."""
    beyond(desk, case, "12.00")
    ended = desk.incidents.withdraw(case.id, reason="It was none", by="ana")

    assert ([ApprovalState.SUPERSEDED], []) == ([approval.state for approval in ended.approvals], waiting(desk))


# --- What there is to see ----------------------------------------------------------------------------------------


def test_requests_are_found_by_whom_they_were_asked_of(desk: Desk, clock: ManualClock) -> None:
    """The longest waiting first, a page at a time; answered ones where they are asked for."""
    cases = [told(desk) for _ in range(3)]
    for number, case in enumerate(cases):
        beyond(desk, case, f"1{number}.50")
        clock.advance(minutes=1)
    desk.incidents.refuse_approval(cases[1].id, "approval-1", reason="no", by="sam")
    first = desk.approvals.find(asked_of="eva", limit=1)
    second = desk.approvals.find(asked_of="eva", limit=1, after=first.next)

    def about(found: object) -> list[str]:
        return [approval.incident for approval in found if isinstance(approval, Approval)]  # type: ignore[attr-defined]

    assert [[cases[0].id], [cases[2].id], None] == [about(first), about(second), second.next]
    assert [[], [c.id for c in cases], [cases[1].id]] == [
        about(desk.approvals.find(asked_of="sam")),
        about(desk.approvals.find(open=None)),
        about(desk.approvals.find(incident=cases[1].id, open=None)),
    ]


def test_everything_that_follows_from_it_can_be_made_anew(desk: Desk, case: Incident, record: Record) -> None:
    """Grants and requests are the same after a rebuild, and the record is sound."""
    desk.incidents.offer(case.id, [refund("4.00"), refund("6.00")], by="ana")
    beyond(desk, case, "12.00")
    desk.incidents.approve(case.id, "approval-1", by="eva")
    beyond(desk, case, "13.00")
    before = record()
    desk.rebuild()

    assert [] == before.differing(record()) or {"figures", "figure_marks"} >= set(before.differing(record()))
    assert [] == faults(record(), LIMITED)


def test_earlier_offers_count_against_limits_set_later(opened: Opened) -> None:
    """Also those of a time without any."""
    case = told(opened())
    opened().incidents.offer(case.id, [refund("9.00")], by="ana")
    desk = opened(shop=LIMITED)

    assert "1.00" == left(desk, case)["incident"]


@pytest.mark.parametrize("supervises", [True, False])
def test_a_further_role_supervises_where_the_settings_say_so(opened: Opened, *, supervises: bool) -> None:
    """A lead then waives a customer's word, and cases are raised to them."""
    crew = (*LIMITED.agents[:2], Agent("lea", "after-sales", "lead"))
    shop = evolve(LIMITED, agents=crew, authority={"lead": Authority(supervises=supervises)})
    desk = opened(shop=shop)
    case = resolved(desk)
    if supervises:
        desk.incidents.waive(case.id, reason="She can't be reached", by="lea")
    else:
        with pytest.raises(RuleViolation, match="waived by a supervisor"):
            desk.incidents.waive(case.id, reason="She can't be reached", by="lea")

    assert (("lea",) if supervises else (), supervises) == (shop.escalation("after-sales"), desk.incidents.get(case.id).waived)


def test_what_waits_is_counted(desk: Desk) -> None:
    """For everybody, and for each who was asked."""
    for _ in range(2):
        beyond(desk, told(desk), "12.00")

    assert [2, 2, 0] == [desk.approvals.waiting(name) for name in (None, "eva", "sam")]


def test_the_context_of_an_order_names_what_waits(desk: Desk, case: Incident) -> None:
    """Offers and counter-offers by their kind, with whom they wait for."""
    desk.incidents.offer(case.id, [refund("8.00")], by="ana")
    desk.incidents.counter(case.id, "offer-1", Offer("discount", SOON, "12.00"))
    with pytest.raises(AuthorityExceeded):
        desk.incidents.agree(case.id, "offer-2", by="ana")
    beyond(desk, case, "12.00")
    owed = [each for each in desk.context(case.orders[0]).owed if each.kind == "approval"]

    assert [("discount", "approval-1", "eva"), ("refund", "approval-2", "eva")] == [
        (o.what, o.reference, o.whose) for o in owed
    ]
