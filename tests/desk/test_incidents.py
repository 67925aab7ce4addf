"""Incidents at the desk: a whole life, its owner, its evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Phase
from incidentkit.domain.orders import Line
from incidentkit.errors import RuleViolation, TransitionRefused
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, SHOP, agreed, closed, placed, reported, resolved, told

Record = Callable[[], Copy]


def test_a_case_has_an_owner_from_its_first_instant(desk: Desk, clock: ManualClock) -> None:
    """The team of its protocol, else the shop's."""
    damaged, gone = reported(desk), reported(desk, type="out_of_stock")

    assert ("after-sales", "", clock.now) == (damaged.owner.team, damaged.owner.agent, damaged.owner.since)
    assert "warehouse" == gone.owner.team


def test_a_case_has_its_deadlines_from_its_first_instant(desk: Desk, clock: ManualClock, record: Record) -> None:
    """As its protocol says, and as timers."""
    case = reported(desk)

    assert clock.now + timedelta(hours=4) == case.deadlines.communicate_by
    assert clock.now + timedelta(days=2, hours=6) == case.deadlines.resolve_by  # twenty-four hours of nine a day
    assert ["communicate_by", "resolve_by", "warn"] == sorted(row["name"] for row in record().tables["timers"])


def test_the_promise_ends_the_time_to_tell(desk: Desk, clock: ManualClock) -> None:
    """Where the promised delivery comes before the protocol's deadline, the customer is told by then."""
    order = placed(desk, promised=clock.now + timedelta(hours=1))

    assert clock.now + timedelta(hours=1) == reported(desk, order).deadlines.communicate_by


def test_a_case_that_ends_well(desk: Desk) -> None:
    """Told, agreed, carried out, resolved, shown to be well, closed; the money is off the order."""
    case = closed(desk)
    order = desk.orders.get(case.orders[0])

    assert (Phase.CLOSED, False) == (case.phase, order.in_incident)
    assert "5.00 EUR" == str(order.refunded)
    assert case.evidence is not None
    assert "agent:ana" == case.evidence.by


def test_closing_again_returns_the_case(desk: Desk, record: Record) -> None:
    """A closed case is returned as it is, and nothing is written."""
    case = closed(desk)
    before = record()

    assert case == desk.incidents.close(case.id)
    assert before == record()


def test_a_refusal_says_what_is_missing_and_how_to_go_on(desk: Desk) -> None:
    """In its text and in its attributes."""
    case = agreed(desk)
    with pytest.raises(TransitionRefused, match=r"remedy-1 carried out.*carry_out\(\)") as caught:
        desk.incidents.resolve(case.id)

    assert ("communicated", "resolve", ("remedy-1 carried out or dropped",)) == (
        caught.value.phase,
        caught.value.attempted,
        caught.value.missing,
    )


def test_a_case_may_have_several_orders(desk: Desk) -> None:
    """Each of them is in incident, and has it on its timeline; its money comes from the first."""
    first, second = placed(desk), placed(desk)
    case = desk.incidents.report([first.id, second.id], "late", "one van, two parcels")

    assert (first.id, second.id) == case.orders
    assert all(desk.orders.get(order.id).in_incident for order in (first, second))
    assert all(case.id in {e.stream for e in desk.orders.timeline(order.id)} for order in (first, second))


def test_a_case_may_have_no_order(desk: Desk) -> None:
    """Something that went wrong with a customer and no order; a refund then has no order to come from."""
    case = desk.incidents.report(type="damaged", description="the shop window fell on him", customer=JOAN)

    assert ((), "EUR") == (case.orders, case.currency)
    assert case.customer is not None


def test_the_customer_is_the_orders(desk: Desk) -> None:
    """Unless another is named."""
    order = placed(desk)

    assert order.customer == reported(desk, order).customer
    assert order.customer != reported(desk, order, customer=JOAN).customer


def test_words_are_given_back(desk: Desk) -> None:
    """Description, summary and reason come back as they were said."""
    case = told(desk, description="crushed")
    case = desk.incidents.resolve(case.id, reason="they kept it")
    kept = desk.incidents.get(case.id)

    assert ("crushed", "said so", "they kept it") == (
        str(kept.description),
        str(kept.conversations[0].summary),
        str(kept.no_remedy_reason),
    )


def test_money_is_returned_once(desk: Desk) -> None:
    """Carrying out the same remedy again with the same reference changes nothing."""
    case = agreed(desk)
    once = desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")

    assert once == desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    assert "5.00 EUR" == str(desk.orders.get(case.orders[0]).refunded)


# --- Ownership ---------------------------------------------------------------------------------------------------


def test_a_hand_over_counts_when_it_is_accepted(desk: Desk) -> None:
    """Until then the owner stays."""
    case = desk.incidents.hand_over(reported(desk).id, to="leo")
    waiting = case.owner.label
    taken = desk.incidents.accept_handover(case.id, by="leo")

    assert ("after-sales", "leo", "warehouse") == (waiting, taken.owner.agent, taken.owner.team)
    assert taken.handover is None


def test_one_of_the_team_takes_what_the_team_was_asked(desk: Desk) -> None:
    """From the first instant on the team was asked."""
    assert "eva" == desk.incidents.accept_handover(reported(desk).id, by="eva").owner.agent


def test_nobody_else_takes_it(desk: Desk) -> None:
    """An agent of another team is refused."""
    with pytest.raises(RuleViolation, match="was handed over to after-sales"):
        desk.incidents.accept_handover(reported(desk).id, by="leo")


# --- Evidence ----------------------------------------------------------------------------------------------------


def test_an_answer_at_the_threshold_closes(desk: Desk) -> None:
    """From the protocol's threshold on."""
    case = resolved(desk)
    ask = desk.surveys.answer(desk.surveys.ask(incident=case.id).id, score=4)
    desk.incidents.confirm_satisfaction(case.id, Evidence.answer(ask.id))

    assert Phase.CLOSED is desk.incidents.close(case.id).phase


def test_an_answer_below_the_threshold_does_not(desk: Desk) -> None:
    """The refusal says to ask what is still wrong."""
    case = resolved(desk)
    ask = desk.surveys.answer(desk.surveys.ask(incident=case.id).id, score=3)
    with pytest.raises(RuleViolation, match="from 4 on"):
        desk.incidents.confirm_satisfaction(case.id, Evidence.answer(ask.id))


def test_an_answer_to_another_survey_does_not(desk: Desk) -> None:
    """Four of ten is no satisfied customer: only the protocol's survey has the scale of its threshold."""
    case = resolved(desk)
    ask = desk.surveys.answer(desk.surveys.ask("nps", incident=case.id).id, score=4)
    with pytest.raises(RuleViolation, match="an answer to csat"):
        desk.incidents.confirm_satisfaction(case.id, Evidence.answer(ask.id))


def test_another_cases_answer_does_not(desk: Desk) -> None:
    """Evidence is one of its own."""
    one, other = resolved(desk), resolved(desk)
    ask = desk.surveys.answer(desk.surveys.ask(incident=other.id).id, score=5)
    with pytest.raises(RuleViolation, match="one of its own answers"):
        desk.incidents.confirm_satisfaction(one.id, Evidence.answer(ask.id))


def test_a_later_answer_takes_the_place_of_the_first(desk: Desk) -> None:
    """A customer who changed their mind is not satisfied."""
    case = resolved(desk)
    ask = desk.surveys.answer(desk.surveys.ask(incident=case.id).id, score=5)
    desk.surveys.answer(ask.id, score=1)
    with pytest.raises(RuleViolation, match="from 4 on"):
        desk.incidents.confirm_satisfaction(case.id, Evidence.answer(ask.id))


def test_what_was_said_before_the_resolution_does_not(desk: Desk, clock: ManualClock) -> None:
    """Being told of a problem is no sign that it is solved."""
    case = agreed(desk)
    clock.advance(hours=1)
    desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    desk.incidents.resolve(case.id)
    with pytest.raises(RuleViolation, match="after the resolution"):
        desk.incidents.confirm_satisfaction(case.id, Evidence.conversation("conversation-1"))


def test_who_showed_it_is_the_desks_to_say(desk: Desk, record: Record) -> None:
    """Whatever a caller writes into the evidence, the record has the actor and the time of the command."""
    case = resolved(desk)
    desk.incidents.log_conversation(case.id, channel="phone", summary="all is well", by="ana")
    forged = Evidence("conversation", "conversation-2", by="eva@example.com")
    case = desk.incidents.confirm_satisfaction(case.id, forged, by="leo")

    assert case.evidence is not None
    assert "agent:leo" == case.evidence.by
    assert [] == record().holding("eva@example.com")


def test_a_case_that_is_reopened_needs_new_evidence(desk: Desk) -> None:
    """What showed satisfaction then shows nothing now."""
    case = desk.incidents.reopen(closed(desk).id, reason="broken again")

    assert (Phase.COMMUNICATED, None, 1) == (case.phase, case.evidence, case.reopened)
    assert desk.orders.get(case.orders[0]).in_incident


# --- Corrections and finding -------------------------------------------------------------------------------------


def test_a_correction_keeps_what_was(desk: Desk) -> None:
    """Old and new values stand in the event; old words are still in the vault, and in no repr."""
    case = reported(desk, description="crushed")
    desk.incidents.amend(case.id, reason="misread", severity="minor", description="only dented")
    entry = desk.orders.timeline(case.orders[0])[-1]
    changes = {change.field: change for change in entry.data.changes}  # type: ignore[attr-defined]

    assert ("critical", "minor") == (changes["severity"].old, changes["severity"].new)
    assert case.description.ref == changes["description"].old
    assert "dented" not in repr(entry)
    assert "crushed" not in repr(entry)
    assert "only dented" == str(desk.incidents.get(case.id).description)


def test_a_withdrawn_case_counts_nowhere(desk: Desk) -> None:
    """It is in no rate, on no queue, and can't be taken up again."""
    case = desk.incidents.withdraw(reported(desk).id, reason="it was another order")

    assert 0 == desk.measure("incident_rate").rows[0].value
    assert () == desk.queue()
    with pytest.raises(TransitionRefused):
        desk.incidents.reopen(case.id, reason="after all")


def test_incidents_are_found(desk: Desk, clock: ManualClock) -> None:
    """By order, by being open, by type; the latest first."""
    order = placed(desk)
    first = reported(desk, order, type="late")
    clock.advance(hours=1)
    second = reported(desk)
    over = desk.incidents.withdraw(reported(desk, order).id, reason="none")

    assert {first.id, over.id} == {case.id for case in desk.incidents.find(order=order.id)}
    assert [second.id, first.id] == [case.id for case in desk.incidents.find(open=True)]
    assert [first.id] == [case.id for case in desk.incidents.find(type="late")]
    assert 1 == len(desk.incidents.find(limit=1))


def test_a_type_that_the_settings_no_longer_have_still_works(opened: Opened) -> None:
    """A case of a type that was taken out of the settings can be worked on to its end."""
    case = reported(opened(), type="late")
    fewer = opened(shop=evolve(SHOP, protocols=SHOP.protocols[:1]))
    fewer.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")

    assert Phase.RESOLVED is fewer.incidents.resolve(case.id, reason="arrived").phase
    assert () != fewer.queue()


def test_receipts_come_back_to_their_case(desk: Desk, post: Post) -> None:
    """Each notice keeps the last word about its arrival."""
    case = desk.incidents.notify(reported(desk, placed(desk, lines=(Line("A", 1, "5"),))).id)
    post.post.mood = "deferred"
    desk.send_due()

    assert ["deferred"] == [notice.receipt for notice in desk.incidents.get(case.id).notices]
