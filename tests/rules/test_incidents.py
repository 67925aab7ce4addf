"""Decisions about cases: what each step needs, what follows, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.effects import Receipt
from incidentkit.domain.events import Event
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, MoneyError, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.rules import incidents as rules
from incidentkit.rules import orders, ownership
from incidentkit.rules.clocks import clocks
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.messages import incident_step
from incidentkit.rules.receipts import receive

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse"), Agent("eva", "after-sales", "supervisor")),
)
CONFIRMS = {"local": True, "mail": False}


def now(hours: float = 0, by: str = "ana", **more: Any) -> Circumstances:
    """Circumstances so many hours after the start."""
    kind = "agent" if SHOP.agent(by) else "host"
    return Circumstances(SHOP, START + timedelta(hours=hours), Actor(kind, by), confirms=CONFIRMS, **more)  # type: ignore[arg-type]


def after(state: Any, decision: Decision, at: Circumstances) -> Any:
    """The state once a decision's events have happened."""
    for number, data in enumerate(decision.events, 1):
        state = evolve(state, Event("i-1", number, data, at.at, at.at, str(at.actor), "test"))
    return state


def an_order(promised: date | None = None) -> Order:
    """An order over 35 euros."""
    new = orders.Placement(OrderId("o-1"), (Line("A", 3, "10.00"), Line("B", 1, "5.00")), CustomerId("c-1"), promised=promised)
    state: Order = after(None, orders.place(new, now()), now())
    return state


ORDER = an_order()


def reported(**given: Any) -> Incident:
    """A case just reported on that order."""
    of = given.pop("orders", (ORDER,))
    new = rules.Report(IncidentId("i-1"), given.pop("type", "damaged"), Text("t", "crushed"), of, **given)
    state: Incident = after(None, rules.report(new, now()), now())
    return state


def told() -> Incident:
    """A case whose customer was spoken to."""
    case = reported()
    state: Incident = after(case, rules.log_conversation(case, "phone", Text("t2", "said so"), now(1)), now(1))
    return state


def offered(case: Incident, offers: list[Offer], at: Circumstances) -> Decision:
    """What comes of offering that about the order."""
    return rules.offer(case, rules.priced(case, offers, (ORDER,), at), ORDER, at)


def agreed(amount: str = "5.00") -> Incident:
    """A case with an agreed refund."""
    case = told()
    case = after(case, offered(case, [Offer("refund", date(2026, 3, 9), amount)], now(2)), now(2))
    state: Incident = after(case, rules.accept(case, "offer-1", (ORDER,), now(3)), now(3))
    return state


def resolved() -> Incident:
    """A case whose refund was paid."""
    case = agreed()
    case = after(case, rules.carry_out(case, "remedy-1", "RF-1", (ORDER,), now(4)), now(4))
    state: Incident = after(case, rules.resolve(case, None, ORDER, now(5)), now(5))
    return state


def answered(score: int, hours: float = 6) -> Incident:
    """A resolved case with a survey answer."""
    at = now(hours)
    state: Incident = after(resolved(), Decision((ev.SurveyAnswerReceived(AskId("ask-1"), "csat", score),)), at)
    return state


def satisfied() -> Incident:
    """A resolved case with evidence."""
    case = answered(5)
    state: Incident = after(case, rules.confirm_satisfaction(case, Evidence.answer("ask-1"), now(7)), now(7))
    return state


def closed() -> Incident:
    """A closed case."""
    state: Incident = after(satisfied(), rules.close(satisfied(), ORDER, now(8)), now(8))
    return state


def withdrawn() -> Incident:
    """A case that was none."""
    case = reported()
    state: Incident = after(case, rules.withdraw(case, Text("t", "a mistake"), (ORDER,), now(1)), now(1))
    return state


# --- Registration ------------------------------------------------------------------------------------------------


def test_there_is_an_owner_from_the_first_instant() -> None:
    """The protocol's team, else the default one, is accountable, and asked to take it."""
    case = reported()

    assert (Owner("after-sales", "", START), "after-sales") == (case.owner, case.handover and case.handover.to)


def test_the_protocol_gives_severity_and_deadlines() -> None:
    """Damaged is critical: told within four working hours, resolved within sixteen."""
    case = reported()

    assert ("critical", START + timedelta(hours=4), START + timedelta(days=1, hours=7)) == (
        case.severity,
        case.deadlines.communicate_by,
        case.deadlines.resolve_by,
    )


def test_the_customer_is_told_before_the_promised_delivery() -> None:
    """A delivery promised sooner than the protocol's time moves the deadline forward."""
    promised = START + timedelta(hours=1)
    order = after(ORDER, orders.amend(ORDER, None, promised, None, Text("t", "moved"), now()), now())
    new = rules.Report(IncidentId("i-1"), "damaged", Text("t", "crushed"), (order,))

    assert promised == rules.report(new, now()).events[0].deadlines.communicate_by  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"type": "alien"}, InvalidInput),
        ({"severity": "huge"}, InvalidInput),
        ({"cause": "gremlins"}, InvalidInput),
        ({"reported_by": "nobody"}, InvalidInput),
        ({"lines": ("9",)}, UnknownIdError),
        ({"lines": "12"}, InvalidInput),
        ({"lines": ("1",), "orders": ()}, InvalidInput),
        ({"lines": ("1",), "orders": (ORDER, ORDER)}, InvalidInput),
    ],
)
def test_what_the_shop_does_not_know_is_refused(given: dict[str, Any], error: type[Exception]) -> None:
    """Unknown types, severities, causes, reporters and lines are refused, and the known ones listed."""
    with pytest.raises(error):
        reported(**given)


def test_the_lines_of_its_order_are_named() -> None:
    """By their ids."""
    assert ("1", "2") == reported(lines=("1", "2")).lines


def test_a_case_is_told_to_its_need_and_to_the_case_it_follows() -> None:
    """Both name it, and its customer is theirs where nobody else is known."""
    need = Need(NeedId("n-1"), START, CustomerId("c-2"))
    followed = changed(reported(), id=IncidentId("i-0"), customer=CustomerId("c-3"))
    new = rules.Report(IncidentId("i-1"), "damaged", Text("t", "crushed"), need=need, follows=followed)
    decision = rules.report(new, now())

    heard = (("n-1", ev.NeedLinked(IncidentId("i-1"), "damaged", ())), ("i-0", ev.IncidentLinked(IncidentId("i-1"))))
    assert heard == decision.elsewhere
    assert "c-2" == decision.events[0].customer  # type: ignore[attr-defined]


def test_an_imported_case_has_no_deadline() -> None:
    """Nothing of a passive case is timed."""
    new = rules.Report(IncidentId("i-1"), "damaged", Text("t", "crushed"), (ORDER,))

    assert () == rules.report(new, now(passive=True)).timers


# --- Told --------------------------------------------------------------------------------------------------------


def noticed(channel: str = "local") -> tuple[Incident, Decision]:
    """A case with a notice on its way."""
    case = reported()
    decision = rules.notify(case, channel, ORDER, now(1))
    return after(case, decision, now(1)), decision


def heard(case: Incident, decision: Decision, *words: ReceiptKind) -> Incident:
    """The case after the channel's words about its notice."""
    for word in words:
        case = after(case, receive(case, decision.intents[0], Receipt(word), now(2)), now(2))
    return case


def test_a_planned_notice_tells_nobody() -> None:
    """Writing is not telling."""
    assert Phase.DETECTED is noticed()[0].phase


def test_a_delivered_notice_tells() -> None:
    """The case is communicated from the receipt on."""
    assert Phase.COMMUNICATED is heard(*noticed(), ReceiptKind.DELIVERED).phase


@pytest.mark.parametrize(("channel", "phase"), [("local", Phase.DETECTED), ("mail", Phase.COMMUNICATED)])
def test_accepted_tells_where_delivery_is_never_confirmed(channel: str, phase: Phase) -> None:
    """Where a channel can confirm, its acceptance alone is not enough."""
    assert phase is heard(*noticed(channel), ReceiptKind.ACCEPTED).phase


def test_a_bounce_takes_it_back() -> None:
    """With no other effective notice the case is detected again, and its deadline runs again."""
    case, decision = noticed("mail")
    case = heard(case, decision, ReceiptKind.ACCEPTED)

    back = after(case, receive(case, decision.intents[0], Receipt(ReceiptKind.BOUNCED), now(2)), now(2))
    clock = next(c for c in clocks(back, SHOP) if c.name == "communicate_by")

    assert (Phase.DETECTED, True, START + timedelta(hours=4)) == (back.phase, clock.running, clock.due)


def test_a_bounce_after_a_conversation_changes_no_phase() -> None:
    """Who was spoken to stays told."""
    case, decision = noticed("mail")
    case = heard(case, decision, ReceiptKind.ACCEPTED)
    case = after(case, rules.log_conversation(case, "phone", Text("t2", "said so"), now(2)), now(2))

    assert Phase.COMMUNICATED is heard(case, decision, ReceiptKind.BOUNCED).phase


def test_the_same_notice_is_sent_once() -> None:
    """Asking again while nothing has changed plans nothing."""
    case, _ = noticed()

    assert Decision() == rules.notify(case, "local", ORDER, now(2))


def test_an_unknown_channel_is_refused() -> None:
    """The error lists the channels that there are."""
    with pytest.raises(InvalidInput, match="Channels: local, mail"):
        rules.notify(reported(), "pigeon", ORDER, now())


def test_an_imported_case_is_silent() -> None:
    """A passive case writes to nobody."""
    with pytest.raises(TransitionRefused, match="silent until it is adopted"):
        rules.notify(changed(reported(), passive=True), None, ORDER, now())


def test_nobody_is_written_to_where_nobody_is_known() -> None:
    """A conversation, or a customer, is what helps."""
    with pytest.raises(TransitionRefused, match="needs a customer; got a case without one"):
        rules.notify(changed(reported(), customer=None), None, ORDER, now())


@pytest.mark.parametrize(
    ("step", "standing"),
    [
        ("incident.resolved", {"phase": Phase.LAPSED}),
        ("incident.resolved", {"phase": Phase.RESOLVED}),
        ("incident.closed", {"phase": Phase.CLOSED}),
        ("incident.withdrawn", {"phase": Phase.WITHDRAWN}),
        ("incident.reopened", {"reopened": 1}),
        ("incident.detected", {}),
    ],
)
def test_the_text_says_where_the_case_stands(step: str, standing: dict[str, Any]) -> None:
    """Silence after a resolution says no more than the resolution."""
    assert step == incident_step(changed(reported(), **standing))


def test_what_was_done_goes_before_what_was_agreed() -> None:
    """And that before what is offered."""
    case = agreed()
    done = after(case, rules.carry_out(case, "remedy-1", "RF-1", (ORDER,), now(4)), now(4))

    assert ("incident.accepted", "incident.carried_out") == (incident_step(case), incident_step(done))


# --- Offers and money --------------------------------------------------------------------------------------------


def test_an_offer_is_written_to_the_customer() -> None:
    """Making it plans its notice."""
    decision = offered(told(), [Offer("restock", date(2026, 3, 20))], now(2))

    assert ["incident.offered"] == [intent.step for intent in decision.intents]


def test_more_than_was_paid_is_not_offered() -> None:
    """An offer beyond what is left of the captured money is refused."""
    with pytest.raises(MoneyError, match="gives back no more than is left of the money captured"):
        offered(told(), [Offer("refund", date(2026, 3, 9), "35.01")], now(2))


def test_an_offer_needs_a_date_that_can_be_kept() -> None:
    """A date that has passed is refused."""
    with pytest.raises(InvalidInput, match="can still be kept"):
        offered(told(), [Offer("restock", date(2026, 3, 1))], now(2))


def test_an_offer_is_of_something() -> None:
    """None at all is refused."""
    with pytest.raises(InvalidInput, match="needs at least one Offer"):
        offered(told(), [], now(2))


@pytest.mark.parametrize("used", [{"id": "offer-1"}, {"state": OfferState.DECLINED}], ids=["numbered", "answered"])
def test_an_offer_is_made_once(used: dict[str, Any]) -> None:
    """One that was made before is not made again."""
    with pytest.raises(InvalidInput, match="an offer is made once"):
        offered(told(), [Offer("restock", date(2026, 3, 20), **used)], now(2))


@pytest.mark.parametrize("reference", ["", " ", "x" * 201, None], ids=["empty", "blank", "too long", "no text"])
def test_a_remedy_says_where_to_find_it(reference: Any) -> None:
    """In 200 characters at most."""
    with pytest.raises(InvalidInput, match="a remedy needs its reference"):
        rules.carry_out(agreed(), "remedy-1", reference, (ORDER,), now(4))


def test_money_without_an_order_is_noted_on_the_case_alone() -> None:
    """There is no order that holds a bound."""
    assert () == rules.carry_out(agreed(), "remedy-1", "RF-1", (), now(4)).elsewhere


def test_an_accepted_offer_is_the_agreed_remedy() -> None:
    """The remedy says which offer it came from, and what is owed."""
    case = agreed()

    assert [("offer-1", Money("5.00", "EUR"), None)] == [(r.offer, r.amount, r.carried_out_at) for r in case.remedies]


def test_an_offer_is_answered_once() -> None:
    """Neither accepted nor declined again."""
    with pytest.raises(TransitionRefused, match="offer-1 must be open; got accepted"):
        rules.decline(agreed(), "offer-1", now(4))


def test_a_declined_offer_is_no_remedy() -> None:
    """Nothing is owed by it."""
    case = told()
    case = after(case, offered(case, [Offer("restock", date(2026, 3, 20))], now(2)), now(2))

    case = after(case, rules.decline(case, "offer-1", now(3)), now(3))

    assert ((), [OfferState.DECLINED]) == (case.remedies, [o.state for o in case.offers])


def test_money_that_goes_out_is_noted_on_the_order() -> None:
    """Carrying out a refund tells the order, which holds the bound."""
    decision = rules.carry_out(agreed(), "remedy-1", "RF-1", (ORDER,), now(4))

    assert ((ORDER.id, ev.MoneyReturned(Money("5.00", "EUR"), IncidentId("i-1"), "remedy-1")),) == decision.elsewhere  # type: ignore[arg-type]


def test_a_remedy_is_carried_out_once() -> None:
    """The same reference again changes nothing, another is refused."""
    case = after(agreed(), rules.carry_out(agreed(), "remedy-1", "RF-1", (ORDER,), now(4)), now(4))

    assert Decision() == rules.carry_out(case, "remedy-1", "RF-1", (ORDER,), now(5))
    with pytest.raises(TransitionRefused, match="remedy-1 is carried out once"):
        rules.carry_out(case, "remedy-1", "RF-2", (ORDER,), now(5))


# --- Resolving and closing ---------------------------------------------------------------------------------------


def test_an_untold_case_is_not_resolved() -> None:
    """The refusal says to tell the customer first."""
    with pytest.raises(TransitionRefused, match="Tell the customer first"):
        rules.resolve(reported(), Text("t", "nothing due"), ORDER, now(1))


def test_a_remedy_that_is_owed_keeps_a_case_open() -> None:
    """What is missing is named."""
    with pytest.raises(TransitionRefused) as caught:
        rules.resolve(agreed(), None, ORDER, now(4))

    assert ("remedy-1 carried out or dropped",) == caught.value.missing


def test_without_a_remedy_resolving_needs_a_reason() -> None:
    """Why none was due must be said."""
    with pytest.raises(TransitionRefused, match="a reason why none was due"):
        rules.resolve(told(), None, ORDER, now(2))


def test_a_reason_resolves_where_nothing_was_due() -> None:
    """The case is resolved, and its clock stops."""
    decision = rules.resolve(told(), Text("t", "it was found"), ORDER, now(2))

    case = after(told(), decision, now(2))
    clock = next(c for c in clocks(case, SHOP) if c.name == "resolve_by")

    assert (Phase.RESOLVED, now(2).at) == (case.phase, clock.stopped_at)


def test_nothing_is_closed_without_evidence() -> None:
    """Silence closes nothing."""
    with pytest.raises(TransitionRefused, match="close needs evidence of satisfaction"):
        rules.close(resolved(), ORDER, now(9))


def test_nothing_is_closed_that_was_not_told() -> None:
    """A case that was only claimed to be resolved asks for the customer told, too."""
    case = changed(reported(), passive=True)
    case = after(case, rules.claim(case), now(2))

    with pytest.raises(TransitionRefused) as caught:
        rules.close(case, ORDER, now(3))

    assert ("the customer told", "evidence of satisfaction") == caught.value.missing


def test_evidence_alone_closes_nothing() -> None:
    """Confirming satisfaction leaves the case resolved."""
    assert Phase.RESOLVED is satisfied().phase


def test_a_closed_case_is_returned_as_it_is() -> None:
    """Closing again changes nothing."""
    assert Decision() == rules.close(closed(), ORDER, now(9))


@pytest.mark.parametrize("score", [1, 2, 3])
def test_an_answer_below_the_threshold_is_no_evidence(score: int) -> None:
    """The refusal says from which score on it would be."""
    with pytest.raises(RuleViolation, match=f"from 4 on; got {score}"):
        rules.confirm_satisfaction(answered(score), Evidence.answer("ask-1"), now(7))


def test_an_answer_from_before_the_resolution_is_no_evidence() -> None:
    """What the customer said before the fix says nothing about the fix."""
    with pytest.raises(RuleViolation, match="must come after the resolution"):
        rules.confirm_satisfaction(answered(5, hours=4.5), Evidence.answer("ask-1"), now(7))


def test_an_unknown_answer_is_no_evidence() -> None:
    """Evidence refers to the case's own answers."""
    with pytest.raises(RuleViolation, match="one of its own answers"):
        rules.confirm_satisfaction(answered(5), Evidence.answer("ask-9"), now(7))


def test_a_waiver_is_no_satisfaction() -> None:
    """It is a supervisor's decision, shown apart."""
    with pytest.raises(RuleViolation, match="a waiver is a supervisor's decision"):
        rules.confirm_satisfaction(answered(5), Evidence("waiver", "x"), now(7))


@pytest.mark.parametrize(("by", "counts"), [("ana", True), ("shop-bot", False)])
def test_a_conversation_counts_when_a_named_agent_logged_it(by: str, counts: bool) -> None:
    """Somebody of the shop stands for it by name."""
    at = now(6, by)
    case = after(resolved(), rules.log_conversation(resolved(), "phone", Text("t3", "all well"), at), at)
    evidence = Evidence.conversation("conversation-2")

    if counts:
        assert rules.confirm_satisfaction(case, evidence, now(7)).events
    else:
        with pytest.raises(RuleViolation, match="when a named agent logged it"):
            rules.confirm_satisfaction(case, evidence, now(7))


def test_reopening_asks_for_evidence_anew() -> None:
    """The case is communicated again, keeps its severity, and its old evidence is gone."""
    case = after(closed(), rules.reopen(closed(), Text("t", "broken again"), ORDER, now(20)), now(20))

    assert (Phase.COMMUNICATED, 1, None, None, "critical") == (
        case.phase,
        case.reopened,
        case.evidence,
        case.resolved_at,
        case.severity,
    )


def test_a_second_round_is_written_anew() -> None:
    """The customer hears of the second resolution, too: its message has another key."""
    case = after(closed(), rules.reopen(closed(), Text("t", "broken again"), ORDER, now(20)), now(20))
    first = {n.key for n in closed().notices}

    second = rules.resolve(case, Text("t", "glued"), ORDER, now(21)).intents

    assert [intent.step for intent in second] == ["incident.resolved"]
    assert not first & {intent.key for intent in second}


@pytest.mark.parametrize(
    "step",
    [
        lambda i: offered(i, [Offer("restock", date(2026, 3, 20))], now(9)),
        lambda i: rules.resolve(i, Text("t", "x"), ORDER, now(9)),
        lambda i: rules.close(i, ORDER, now(9)),
        lambda i: rules.reopen(i, Text("t", "x"), ORDER, now(9)),
        lambda i: rules.withdraw(i, Text("t", "x"), (ORDER,), now(9)),
        lambda i: rules.amend(i, Text("t", "x"), now(9), severity="minor"),
        lambda i: rules.log_conversation(i, "phone", Text("t", "x"), now(9)),
        lambda i: ownership.hand_over(i, "leo", now(9)),
        lambda i: ownership.accept_handover(i, now(9)),
    ],
)
def test_a_withdrawn_case_stays_as_it_is(step: Callable[[Incident], Decision]) -> None:
    """Nothing happens to a case that was none."""
    with pytest.raises(TransitionRefused):
        step(withdrawn())


def test_a_correction_keeps_the_old_value() -> None:
    """The event names what the field was."""
    decision = rules.amend(reported(), Text("t", "looked again"), now(1), severity="minor", cause="packaging")

    assert (ev.Change("severity", "critical", "minor"), ev.Change("cause", None, "packaging")) == decision.events[0].changes  # type: ignore[attr-defined]


def test_a_correction_of_type_and_words_keeps_both() -> None:
    """The words by their reference."""
    words = Text("t3", "torn, not crushed")
    (event,) = rules.amend(reported(), Text("t", "looked again"), now(1), type="other", description=words).events
    assert isinstance(event, ev.IncidentAmended)

    assert (ev.Change("type", "damaged", "other"), ev.Change("description", "t", "t3")) == event.changes
    assert words == event.description


def test_a_correction_changes_something() -> None:
    """A reason alone corrects nothing."""
    with pytest.raises(InvalidInput, match="a correction must change something"):
        rules.amend(reported(), Text("t", "looked again"), now(1))


# --- Ownership ---------------------------------------------------------------------------------------------------


def test_a_handover_changes_nothing_until_accepted() -> None:
    """The owner stays who they were."""
    case = after(reported(), ownership.hand_over(reported(), "leo", now(1)), now(1))

    assert Owner("after-sales", "", START) == case.owner


def test_an_accepted_handover_names_a_person() -> None:
    """The agent and their team are accountable from then on, and nothing waits any more."""
    case = after(reported(), ownership.accept_handover(reported(), now(1)), now(1))

    assert (Owner("after-sales", "ana", START + timedelta(hours=1)), None) == (case.owner, case.handover)


@pytest.mark.parametrize("by", ["leo", "shop-bot"])
def test_only_who_was_asked_can_accept(by: str) -> None:
    """Neither another team's agent nor somebody who is no agent takes a case."""
    with pytest.raises(InvalidInput):
        ownership.accept_handover(reported(), now(1, by))


def test_what_nobody_was_asked_to_take_is_not_taken() -> None:
    """Without a hand-over that waits, accepting is refused."""
    case = after(reported(), ownership.accept_handover(reported(), now(1)), now(1))

    with pytest.raises(TransitionRefused, match="needs a hand-over that waits"):
        ownership.accept_handover(case, now(2, "eva"))


def test_a_case_is_handed_to_somebody_known() -> None:
    """The error lists teams and agents."""
    with pytest.raises(InvalidInput, match="Known: after-sales, warehouse, ana, leo, eva"):
        ownership.hand_over(reported(), "zoe", now(1))


def test_a_claim_undone_before_anybody_was_told_is_detected_again() -> None:
    """Reopening says nothing that is not so: a customer who was never told is still to be told."""
    case = changed(reported(), passive=True)
    case = after(case, rules.claim(case), now(2))

    case = after(case, rules.reopen(case, Text("t", "not fixed"), ORDER, now(3)), now(3))

    assert (Phase.DETECTED, 1) == (case.phase, case.reopened)


@pytest.mark.parametrize("channel", ["", "eva@example.com", "the phone", "x" * 41])
def test_a_conversation_names_its_channel_in_one_word(channel: str) -> None:
    """It stands in the record, where nothing personal may: no address, no sentence."""
    with pytest.raises(InvalidInput, match="one word of letters"):
        rules.log_conversation(reported(), channel, Text("t", "said so"), now(1))
