"""Duplicates at the desk: merged and taken back by people; what the customer says follows, what is decided is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.actors import RULE
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.remedies import Offer
from incidentkit.errors import IncidentkitError, RuleViolation, TransitionRefused
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, MARTA, SHOP, SOON, agreed, closed, placed, reported, resolved, told

Record = Callable[[], Copy]


def pair(desk: Desk) -> tuple[Incident, Incident]:
    """Two cases of one customer, each on an order of its own."""
    return reported(desk), reported(desk, type="late")


def test_a_merged_case_counts_nowhere_and_the_other_goes_on_for_both(desk: Desk, record: Record) -> None:
    """Its order stays in incident, through the other case, until that is over."""
    gone, stays = pair(desk)
    merged = desk.incidents.merge(gone.id, into=stays.id, by="ana")
    after = desk.incidents.get(stays.id)

    assert (Phase.MERGED, stays.id, Phase.DETECTED) == (merged.phase, merged.merged_into, merged.merged_from)
    assert {*gone.orders, *stays.orders} == set(after.orders)
    assert desk.orders.get(gone.orders[0]).in_incident
    assert [stays.id] == [item.incident for item in desk.queue() if item.incident]
    assert [] == faults(record(), SHOP)


def test_the_other_case_is_at_least_as_severe(desk: Desk) -> None:
    """Duplicates never make trouble smaller."""
    gone, stays = pair(desk)
    desk.incidents.merge(gone.id, into=stays.id)

    assert "critical" == desk.incidents.get(stays.id).severity


def test_what_was_merged_waits_for_nothing(desk: Desk, record: Record) -> None:
    """No timer of its own is left; taking it back sets them again."""
    gone, stays = pair(desk)
    before = [row for row in record().tables["timers"] if row["stream"] == gone.id]
    desk.incidents.merge(gone.id, into=stays.id)
    while_merged = [row for row in record().tables["timers"] if row["stream"] == gone.id]
    desk.incidents.unmerge(gone.id, reason="not the same")

    assert [] == while_merged
    assert before == [row for row in record().tables["timers"] if row["stream"] == gone.id]


def test_what_the_customer_says_goes_to_the_case_that_goes_on(desk: Desk) -> None:
    """Conversations, answers and contacts, along the whole chain."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    ask = desk.surveys.ask(incident=first.id)
    desk.incidents.merge(first.id, into=second.id)
    desk.incidents.merge(second.id, into=third.id)
    spoken = desk.incidents.log_conversation(first.id, channel="phone", summary="hello", by="ana")
    desk.surveys.answer(ask.id, score=2)
    desk.surveys.answer(incident=second.id, score=3)
    desk.contacts.log(channel="email", incident=first.id, summary="any news?")
    after = desk.incidents.get(third.id)

    assert (third.id, Phase.COMMUNICATED) == (spoken.id, spoken.phase)
    assert [2, 3] == [answer.score for answer in after.answers]
    assert ["email"] == [contact.channel for contact in after.contacts if contact.direction == "in"]


@pytest.mark.parametrize(
    "decide",
    [
        lambda i, case: i.resolve(case, reason="x"),
        lambda i, case: i.close(case),
        lambda i, case: i.reopen(case, reason="x"),
        lambda i, case: i.withdraw(case, reason="x"),
        lambda i, case: i.offer(case, [Offer("restock", SOON)]),
        lambda i, case: i.amend(case, reason="x", severity="minor"),
        lambda i, case: i.hand_over(case, to="leo"),
        lambda i, case: i.waive(case, reason="x", by="eva"),
        lambda i, case: i.confirm_satisfaction(case, Evidence.conversation("conversation-1")),
        lambda i, case: i.notify(case),
        lambda i, case: i.escalate(case, reason="x"),
    ],
    ids=["resolve", "close", "reopen", "withdraw", "offer", "amend", "hand_over", "waive", "confirm", "notify", "escalate"],
)
def test_what_is_decided_is_refused_and_names_the_other_case(desk: Desk, decide: Callable[..., object]) -> None:
    """Along the whole chain, to the one that goes on."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    desk.incidents.merge(first.id, into=second.id)
    desk.incidents.merge(second.id, into=third.id)
    with pytest.raises(TransitionRefused, match=rf"merged into {third.id}\. Ask for {third.id}\.$"):
        decide(desk.incidents, first.id)


def test_merging_into_a_merged_case_follows_it(desk: Desk) -> None:
    """To the one that goes on for that."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    desk.incidents.merge(first.id, into=second.id)

    assert second.id == desk.incidents.merge(third.id, into=first.id).merged_into


def test_a_circle_is_refused_with_its_path(desk: Desk, record: Record) -> None:
    """However long the way round, and nothing is written."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    desk.incidents.merge(first.id, into=second.id)
    desk.incidents.merge(second.id, into=third.id)
    before = record()
    with pytest.raises(RuleViolation, match=f"{third.id} → {first.id} → {second.id} → {third.id}"):
        desk.incidents.merge(third.id, into=first.id)
    with pytest.raises(RuleViolation, match=f"{third.id} → {third.id}"):
        desk.incidents.merge(third.id, into=third.id)

    assert before == record()


def test_each_customer_keeps_their_own_closing(desk: Desk) -> None:
    """Cases of two customers are two, whatever their cause."""
    marta, joan = reported(desk), reported(desk, placed(desk, customer=JOAN))
    with pytest.raises(RuleViolation, match=r"own closing; .*Leave both cases, and give them the same cause\.$"):
        desk.incidents.merge(joan.id, into=marta.id)


def test_a_case_of_nobody_known_gets_its_customer_by_merging(desk: Desk) -> None:
    """And gives them back when it is taken back."""
    nobody = desk.incidents.report(type="damaged", description="a box in the yard")
    marta = reported(desk)
    desk.incidents.merge(marta.id, into=nobody.id)
    joined = desk.incidents.get(nobody.id)
    desk.incidents.unmerge(marta.id, reason="not hers")
    after = desk.incidents.get(nobody.id)

    assert (marta.customer, None) == (joined.customer, after.customer)
    assert (marta.orders, ()) == (joined.orders, after.orders)


def test_a_case_that_owes_something_goes_on_by_itself(desk: Desk) -> None:
    """An open offer or an agreed remedy was put to the customer in writing; the other case can be merged into this."""
    owing, other = agreed(desk), told(desk)
    with pytest.raises(TransitionRefused, match=r"got remedy-1\. carry_out\(\), drop\(\) or decline\(\) first"):
        desk.incidents.merge(owing.id, into=other.id)

    assert Phase.MERGED is desk.incidents.merge(other.id, into=owing.id).phase


@pytest.mark.parametrize("over", [closed, lambda desk: desk.incidents.withdraw(reported(desk).id, reason="x")])
def test_only_an_open_case_takes_in_another(desk: Desk, over: Callable[[Desk], Incident]) -> None:
    """A closed case would close what nobody has looked at."""
    done = over(desk)
    with pytest.raises(TransitionRefused, match="that takes in another must be open"):
        desk.incidents.merge(reported(desk).id, into=done.id)


def test_a_customer_who_was_told_hears_of_the_case_that_goes_on(desk: Desk) -> None:
    """By a message of that case; one who was never told hears nothing."""
    heard, unheard, stays = told(desk), reported(desk), reported(desk)
    desk.incidents.merge(unheard.id, into=stays.id)
    quiet = desk.incidents.get(stays.id).notices
    desk.incidents.merge(heard.id, into=stays.id)
    notices = desk.incidents.get(stays.id).notices

    assert ((), ["incident.merged"]) == (quiet, [notice.step for notice in notices])


@pytest.mark.parametrize("by", [RULE, "customer"])
def test_people_merge_and_take_back(desk: Desk, by: object) -> None:
    """No rule and no customer does."""
    gone, stays = pair(desk)
    with pytest.raises(RuleViolation, match="for people to decide"):
        desk.incidents.merge(gone.id, into=stays.id, by=by)  # type: ignore[arg-type]
    desk.incidents.merge(gone.id, into=stays.id)
    with pytest.raises(RuleViolation, match="for people to decide"):
        desk.incidents.unmerge(gone.id, reason="x", by=by)  # type: ignore[arg-type]


@pytest.mark.parametrize("stand", [reported, told, resolved])
def test_taking_it_back_leaves_it_as_it_stood(desk: Desk, record: Record, stand: Callable[[Desk], Incident]) -> None:
    """In the phase it had, with its own orders; the other case has only its own again."""
    gone, stays = stand(desk), reported(desk)
    desk.incidents.merge(gone.id, into=stays.id)
    back = desk.incidents.unmerge(gone.id, reason="not the same")

    assert evolve(gone, notices=()) == evolve(back, notices=())
    assert (stays.orders, ()) == ((other := desk.incidents.get(stays.id)).orders, other.took_in)
    assert [] == faults(record(), SHOP)


def test_a_remedy_is_counted_once_however_its_case_is_merged(desk: Desk, record: Record) -> None:
    """With the need of a case that was merged, and taken back, and of whoever asks about it afterwards."""
    stays = reported(desk)
    for amount in ("5.00", "2.00"):
        stays = desk.incidents.offer(stays.id, [Offer("refund", SOON, amount)])
    stays = desk.incidents.accept(stays.id, "offer-1", by="customer")
    desk.incidents.carry_out(stays.id, "remedy-1", reference="RF-1")
    gone = told(desk)
    seen = [_costs(desk)]
    desk.incidents.merge(gone.id, into=stays.id)
    seen.append(_costs(desk))
    desk.incidents.unmerge(gone.id, reason="not the same")
    desk.contacts.log(channel="email", incident=stays.id)
    seen.append(_costs(desk))
    desk.incidents.merge(gone.id, into=stays.id)
    desk.incidents.accept(stays.id, "offer-2", by="customer")
    desk.incidents.carry_out(stays.id, "remedy-2", reference="RF-2")
    seen.append(_costs(desk))
    desk.incidents.unmerge(gone.id, reason="not the same")
    desk.contacts.log(channel="email", incident=stays.id)

    assert [[], ["5.00"], ["5.00"], ["2.00", "5.00"]] == seen
    assert ["2.00", "5.00"] == _costs(desk)
    assert [] == faults(record(), SHOP)


def test_who_works_on_a_case_handles_the_orders_of_all_that_were_merged(desk: Desk, clock: ManualClock, record: Record) -> None:
    """On the days on which they were; not before, and not after it was taken back."""
    gone, stays = pair(desk)
    days = []
    for step in (
        lambda: None,
        lambda: desk.incidents.merge(gone.id, into=stays.id),
        lambda: desk.incidents.unmerge(gone.id, reason="no"),
    ):
        clock.advance(days=1)
        step()
        clock.advance(days=1)
        desk.incidents.log_conversation(stays.id, channel="phone", summary="hello", by="ana")
        days.append(clock().date())
    rows = desk.measure("orders_handled", by="day").rows
    handled = {row.from_.astimezone(SHOP.tzinfo).date(): row.n for row in rows if row.from_ is not None}

    assert [1, 2, 1] == [handled[day] for day in days]
    assert [] == faults(record(), SHOP)


def _costs(desk: Desk) -> list[str]:
    """What every need counts of remedies."""
    return sorted(str(paid.amount.amount) for need in desk.needs.find() for paid in need.remedied)


def test_orders_stay_while_another_merged_case_has_them(desk: Desk) -> None:
    """Two duplicates on one order: with one taken back, the other's order is still the case's."""
    order = placed(desk)
    one, two, stays = reported(desk, order), reported(desk, order, type="late"), reported(desk)
    for case in (one, two):
        desk.incidents.merge(case.id, into=stays.id)
    desk.incidents.unmerge(one.id, reason="not the same")
    desk.incidents.withdraw(one.id, reason="nothing at all")

    assert order.id in desk.incidents.get(stays.id).orders
    assert desk.orders.get(order.id).in_incident


def test_an_order_given_back_is_not_in_incident_any_more(desk: Desk, record: Record) -> None:
    """Within one transaction too."""
    gone, stays = pair(desk)
    desk.incidents.merge(gone.id, into=stays.id)
    with desk.batch():
        desk.incidents.unmerge(gone.id, reason="not the same")
        desk.incidents.withdraw(gone.id, reason="nothing at all")
        inside = desk.orders.get(gone.orders[0]).in_incident

    assert (False, False) == (inside, desk.orders.get(gone.orders[0]).in_incident)
    assert [] == faults(record(), SHOP)


def test_the_inner_case_is_taken_back_after_the_outer_one(desk: Desk) -> None:
    """What lies in a merged case comes back when that has come back."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    desk.incidents.merge(first.id, into=second.id)
    desk.incidents.merge(second.id, into=third.id)
    with pytest.raises(RuleViolation, match=rf"unmerge\(\) {second.id} first"):
        desk.incidents.unmerge(first.id, reason="x")
    desk.incidents.unmerge(second.id, reason="x")

    assert Phase.DETECTED is desk.incidents.unmerge(first.id, reason="x").phase


def test_only_what_is_merged_is_taken_back(desk: Desk) -> None:
    """There is nothing to undo elsewhere."""
    with pytest.raises(TransitionRefused, match="unmerge is possible from merged only"):
        desk.incidents.unmerge(reported(desk).id, reason="x")


def test_it_can_be_merged_again(desk: Desk, post: Post) -> None:
    """After second and third thoughts; each time the customer hears."""
    gone, stays = told(desk), reported(desk)
    for _ in range(2):
        desk.incidents.merge(gone.id, into=stays.id)
        desk.incidents.unmerge(gone.id, reason="x")
    desk.incidents.merge(gone.id, into=stays.id)

    assert 3 == sum(n.step == "incident.merged" for n in desk.incidents.get(stays.id).notices)


def test_both_timelines_tell_it(desk: Desk) -> None:
    """The order of each case tells what became of both."""
    gone, stays = pair(desk)
    desk.incidents.merge(gone.id, into=stays.id)
    told_by = {order: {e.type for e in desk.orders.timeline(order)} for order in (gone.orders[0], stays.orders[0])}

    assert {"incident.merged", "incident.took_in"} <= told_by[gone.orders[0]]
    assert "incident.took_in" in told_by[stays.orders[0]]


def test_a_refused_merger_leaves_nothing(desk: Desk, record: Record) -> None:
    """Neither events nor links."""
    joan, marta = reported(desk, placed(desk, customer=JOAN)), reported(desk, placed(desk, customer=MARTA))
    before = record()
    with pytest.raises(IncidentkitError):
        desk.incidents.merge(joan.id, into=marta.id)

    assert before == record()
