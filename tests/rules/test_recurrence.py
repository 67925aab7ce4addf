"""The same again: which of two cases repeats the other, and what follows for whoever has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST
from incidentkit.domain.ids import CustomerId, IncidentId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.recurrence import Recurrence
from incidentkit.domain.rotas import Absence
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.recurrence import Alike, repeated, supervisor_of, tried_again

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CREW = (Agent("ana", "after-sales"), Agent("eva", "after-sales", "supervisor"), Agent("max", "warehouse", "supervisor"))
SHOP = Shop(teams=(Team("after-sales"), Team("warehouse")), agents=CREW, severities=("critical", "serious", "minor"))
SIGNATURE = "defect/product/A"


def case(number: int, *, days: int = 0, **given: Any) -> Incident:
    """A case of Marta's, so many days after the start."""
    said = {"severity": "minor", "customer": CustomerId("marta"), "cause": "defect", **given}
    began = START + timedelta(days=days)
    owner = given.pop("owner", Owner("after-sales", since=began))
    return Incident(
        **{
            "id": IncidentId(f"case-{number}"),
            "type": "damaged",
            "description": Text("text:0", "x"),
            "detected_at": began,
            **said,
        }
        | {"owner": owner}
    )


def now(at: datetime = START, shop: Shop = SHOP) -> Circumstances:
    """What a decision looks at."""
    return Circumstances(shop, at, HOST)


def like(*cases: Incident) -> list[Alike]:
    """Those cases, as having the same signature."""
    return [Alike(each, SIGNATURE) for each in cases]


def noted(decision: Decision) -> list[ev.IncidentRecurred]:
    """The recurrences of the case that was asked about."""
    return [event for event in decision.events if isinstance(event, ev.IncidentRecurred)]


# --- What repeats what -------------------------------------------------------------------------------------------


def test_a_case_repeats_the_earlier_ones_and_both_know() -> None:
    """The later one names them, each of them is told, and it is said which time it is."""
    first, second, third = case(1), case(2, days=10), case(3, days=20)
    found = repeated(third, like(second, first), now())

    assert [(("case-1", "case-2"), 3, SIGNATURE)] == [(e.earlier, e.count, e.subject) for e in noted(found)]
    assert (("case-1", ev.IncidentRepeated(third.id)), ("case-2", ev.IncidentRepeated(third.id))) == found.elsewhere


def test_what_becomes_known_of_an_earlier_case_makes_the_later_ones_repeats() -> None:
    """The cause of the first is found last: the second is the repeat, and is raised."""
    first, second = case(1), case(2, days=10)
    found = repeated(first, like(second), now())

    assert () == found.events
    assert {"case-2", "case-1"} == {stream for stream, _ in found.elsewhere}
    assert ["incident.recurred", "incident.escalated", "incident.appointed"] == [
        event.type for stream, event in found.elsewhere if stream == "case-2"
    ]


def test_of_two_at_one_instant_the_one_that_came_up_last_is_the_repeat() -> None:
    """Clocks may say the same twice; that one of them is a repeat can't depend on it."""
    assert [("case-1",)] == [event.earlier for event in noted(repeated(case(2), like(case(1)), now()))]


def test_a_pair_is_noted_once() -> None:
    """What one already repeats, and what repeats it already, is passed over."""
    known = Recurrence("signature", SIGNATURE, 2, START, (IncidentId("case-1"),))

    assert Decision() == repeated(case(2, days=1, recurrences=(known,)), like(case(1)), now())
    assert Decision() == repeated(case(1, repeated_by=("case-2",)), like(case(2, days=1, recurrences=(known,))), now())
    assert Decision() == repeated(case(2, repeated_by=("case-1",)), like(case(1)), now())


@pytest.mark.parametrize("phase", [Phase.WITHDRAWN, Phase.MERGED])
def test_what_was_none_or_lives_elsewhere_counts_on_neither_side(phase: Phase) -> None:
    """Neither as a repeat, nor as what is repeated."""
    gone = case(1, phase=phase)

    assert Decision() == repeated(case(2, days=1), like(gone), now())
    assert Decision() == repeated(evolve(gone, detected_at=START + timedelta(days=5)), like(case(2)), now())


def test_what_is_imported_is_silent_and_can_be_repeated() -> None:
    """It is raised never; a live case that repeats it is."""
    imported = case(1, passive=True)

    assert Decision() == repeated(evolve(imported, detected_at=START + timedelta(days=5)), like(case(2)), now())
    assert [("case-1",)] == [event.earlier for event in noted(repeated(case(2, days=1), like(imported), now()))]


# --- What follows ------------------------------------------------------------------------------------------------


def test_it_becomes_one_more_severe_and_a_supervisor_has_it_at_once() -> None:
    """Of its own team, without being asked to accept; and the rule that did it is named."""
    recurred, escalated, appointed = repeated(case(2, days=1), like(case(1)), now()).events

    assert isinstance(recurred, ev.IncidentRecurred)
    assert "serious" == recurred.severity
    assert ev.IncidentEscalated(1, "eva", None, "recurrence") == escalated
    assert ev.IncidentAppointed(Owner("after-sales", "eva"), "recurrence") == appointed


def test_the_most_severe_case_stays_as_severe() -> None:
    """There is nothing above; a supervisor has it all the same."""
    found = repeated(case(2, days=1, severity="critical"), like(case(1)), now())

    assert [""] == [event.severity for event in noted(found)]
    assert "incident.appointed" == found.events[-1].type


def test_a_severity_that_the_shop_has_no_more_is_left_as_it_is() -> None:
    """Nobody knows what would be one higher."""
    assert [""] == [e.severity for e in noted(repeated(case(2, days=1, severity="odd"), like(case(1)), now()))]


def test_a_case_becomes_more_severe_once() -> None:
    """The next time that it turns out to be the same again it is noted, and stays with the supervisor who has it."""
    before = Recurrence("signature", SIGNATURE, 2, START, (IncidentId("case-1"),))
    mine = case(3, days=2, recurrences=(before,), owner=Owner("after-sales", "eva", START), level=1)
    found = repeated(mine, like(case(1), case(2, days=1)), now())

    assert [(("case-2",), 3, "")] == [(event.earlier, event.count, event.severity) for event in noted(found)]
    assert 1 == len(found.events)


def test_a_supervisor_who_has_it_already_keeps_it() -> None:
    """It is raised by a level, and nobody else is asked."""
    found = repeated(case(2, days=1, owner=Owner("warehouse", "max", START)), like(case(1)), now())

    assert ["incident.recurred", "incident.escalated"] == [event.type for event in found.events]


def test_without_a_supervisor_it_is_raised_as_any_other_case() -> None:
    """To whom the shop's settings say, who is asked to accept."""
    shop = evolve(
        SHOP, agents=(Agent("ana", "after-sales"),), teams=(Team("after-sales", escalation=("ana",)), Team("warehouse"))
    )
    found = repeated(case(2, days=1), like(case(1)), now(shop=shop))

    assert ["incident.recurred", "incident.escalated", "incident.handover_asked"] == [event.type for event in found.events]


def test_a_case_that_is_over_is_noted_and_left_in_peace() -> None:
    """It changes neither its severity nor its owner."""
    over = case(2, days=1, phase=Phase.CLOSED, closed_at=START + timedelta(days=2))

    assert [""] == [event.severity for event in noted(repeated(over, like(case(1)), now()))]
    assert 1 == len(repeated(over, like(case(1)), now()).events)


def test_a_further_attempt_is_noted_once_for_each_count() -> None:
    """The same news again changes nothing; the fourth attempt is news."""
    third = Recurrence("attempts", "order-1/1", 3, START)
    mine = case(1, recurrences=(third,), owner=Owner("after-sales", "eva", START))

    assert Decision() == tried_again(mine, "order-1/1", 3, now())
    assert [4] == [event.count for event in noted(tried_again(mine, "order-1/1", 4, now()))]
    assert Decision() == tried_again(evolve(mine, passive=True), "order-1/1", 4, now())


# --- Who ---------------------------------------------------------------------------------------------------------


def test_whoever_is_there_comes_before_whoever_is_absent() -> None:
    """A supervisor of another team who is there, before one of the own team who is not; any of them before nobody."""
    away = Absence("eva", START.date(), START.date() + timedelta(days=3))
    absent = evolve(SHOP, absences=(away,))
    nobody = evolve(absent, absences=(away, evolve(away, agent="max")))
    chosen = [supervisor_of(case(1), now(shop=shop)) for shop in (SHOP, absent, nobody)]

    assert ["eva", "max", "eva"] == [agent.name for agent in chosen if agent is not None]


# --- In any order ------------------------------------------------------------------------------------------------


@given(st.permutations(range(5)), st.lists(st.integers(0, 200), min_size=5, max_size=5, unique=True))
def test_in_whatever_order_cases_become_known_the_same_pairs_are_noted(order: list[int], days: list[int]) -> None:
    """Each later one repeats each earlier one that is near enough: what is noted does not depend on who came first."""
    within = timedelta(days=90)
    cases = {f"case-{place}": case(place, days=day) for place, day in enumerate(days)}
    known: dict[str, Incident] = {}
    pairs: list[tuple[str, str]] = []
    for place in order:
        mine = cases[f"case-{place}"]
        near = [each for each in known.values() if abs(each.detected_at - mine.detected_at) <= within]
        found = repeated(mine, like(*near), now())
        for stream, event in (*((str(mine.id), event) for event in found.events), *found.elsewhere):
            pairs += [(stream, earlier) for earlier in event.earlier] if isinstance(event, ev.IncidentRecurred) else []
        known[mine.id] = mine
        for later, earlier in pairs:
            if later in known and earlier not in known[later].repeats:
                more = Recurrence("signature", SIGNATURE, 2, START, (IncidentId(earlier),))
                known[later] = evolve(known[later], recurrences=(*known[later].recurrences, more))
    expected = {
        (later, earlier)
        for later in cases
        for earlier in cases
        if timedelta(0) < cases[later].detected_at - cases[earlier].detected_at <= within
    }

    assert expected == set(pairs)
    assert len(expected) == len(pairs)
