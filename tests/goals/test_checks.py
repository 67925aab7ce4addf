"""What a badly written goal lacks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from incidentkit.domain.goals import Baseline, Objective, Segment
from incidentkit.domain.ids import ObjectiveId
from incidentkit.goals.checks import Grounds, Surroundings, lacks_of
from incidentkit.goals.objectives import InitiativeDraft, KeyResultDraft, ObjectiveDraft
from incidentkit.goals.ready import READY, ready_key_result
from incidentkit.measures.catalogue import BUILT_IN

TODAY = date(2026, 1, 5)
AROUND = Surroundings(TODAY, ("after-sales", "warehouse"), ("ana", "leo"))
ONE = KeyResultDraft(
    measure="first_contact_resolution_rate",
    id="first",
    start=0.4,
    target=0.75,
    lead_measures=("first_response_time",),
)
GOAL = ObjectiveDraft(
    title="Nobody has to ask twice",
    importance="wildly_important",
    owner="ana",
    since=TODAY,
    until=TODAY + timedelta(days=180),
    key_results=(ONE,),
)
GROUNDS = Grounds(
    measure=BUILT_IN.named("first_contact_resolution_rate"),
    measured=True,
    leads=(BUILT_IN.named("first_response_time"),),
    recent=((0.4, 50), (0.8, 50)),
    open_share=0.25,
)


def codes(draft: ObjectiveDraft = GOAL, grounds: Grounds = GROUNDS, around: Surroundings = AROUND) -> set[str]:
    """The codes of all lacks."""
    whole = draft.complete()
    return {lack.code for lack in lacks_of(whole, [grounds] * len(whole.key_results), around)}


def with_(**changes: object) -> ObjectiveDraft:
    """The goal with another Key Result."""
    changed = evolve(ONE, **changes)  # type: ignore[arg-type]
    return evolve(GOAL, key_results=(changed,))


def other(team: str = "", *, since: date = TODAY, days: int = 100) -> Objective:
    """Another goal that is worked for."""
    until = since + timedelta(days=days)
    return Objective(ObjectiveId(team), "x", "important", team, "ana", since, until, "", (), datetime(2026, 1, 1, tzinfo=UTC))


def test_a_well_written_goal_lacks_nothing() -> None:
    """Nothing is said of it."""
    assert set() == codes()


@pytest.mark.parametrize(
    "title", ["Cut claims by 50 %", "Answer in 4 hours", "Ninety per cent on time", "Reducir un 20 por ciento", "1.5 days less"]
)
def test_a_goal_says_no_figure(title: str) -> None:
    """Figures belong in Key Results."""
    assert {"figure_in_objective"} == codes(evolve(GOAL, title=title))


@pytest.mark.parametrize("title", ["Open 24/7", "The best B2B shop", "Version2 of us", "Nobody asks twice"])
def test_a_number_that_is_a_name_is_no_figure(title: str) -> None:
    """It may stand in a goal."""
    assert set() == codes(evolve(GOAL, title=title))


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (evolve(GOAL, owner=""), "no_owner"),
        (evolve(GOAL, owner="nobody"), "unknown_person"),
        (evolve(GOAL, team="cellar"), "unknown_person"),
        (evolve(GOAL, key_results=()), "no_key_result"),
        (evolve(GOAL, key_results=(ONE, ONE)), "same_name"),
        (evolve(GOAL, key_results=tuple(evolve(ONE, id=f"k{n}") for n in range(6))), "too_many_key_results"),
        (evolve(GOAL, lead_measures=("unowned_time",)), "lead_untied"),
        (evolve(GOAL, initiatives=(InitiativeDraft("x", "second"),)), "lead_untied"),
        (evolve(GOAL, initiatives=(InitiativeDraft("x", "first", lead_measure="csat_mean"),)), "lead_untied"),
        (evolve(GOAL, until=None), "no_date"),
        (evolve(GOAL, until=TODAY - timedelta(days=1)), "date_past"),
        (with_(by_date=TODAY + timedelta(days=200)), "beyond_objective"),
        (with_(by_date=TODAY + timedelta(days=20)), "too_short"),
        (with_(start=None), "no_baseline"),
        (with_(target=None), "no_target"),
        (with_(target=0.3), "wrong_side"),
        (with_(target=0.4), "wrong_side"),
        (with_(target=1.2), "out_of_range"),
        (with_(target=0.9), "beyond_best_window"),
        (with_(least_n=60), "too_few_cases"),
        (with_(statistic="p90"), "not_measurable"),
        (with_(segment=Segment("carrier_pigeon", "x")), "not_measurable"),
        (with_(kind="relative", target=None), "no_change"),
        (with_(kind="relative", target=None, change=0.5), "no_baseline"),
    ],
)
def test_each_lack_is_named(draft: ObjectiveDraft, code: str) -> None:
    """By its code, among others."""
    assert code in codes(draft)


@pytest.mark.parametrize(
    ("grounds", "code"),
    [
        (evolve(GROUNDS, measure=None, measured=False), "not_measurable"),
        (evolve(GROUNDS, measure=None), "clock_unknown"),
        (evolve(GROUNDS, leads=(None,)), "lead_unknown"),
        (evolve(GROUNDS, leads=(BUILT_IN.named("nps"),)), "lag_as_lead"),
        (evolve(GROUNDS, measure=BUILT_IN.named("told_first_rate")), "lead_untied"),
    ],
)
def test_what_shop_and_record_say_is_checked(grounds: Grounds, code: str) -> None:
    """A measure or a lead that is not there, a lag passed off as lead, a lead that leads to no result."""
    assert {code} == codes(grounds=grounds)


def test_a_result_without_a_lead_measure_is_asked_for_one() -> None:
    """It does not keep the goal from being set."""
    lacks = lacks_of(with_(lead_measures=()).complete(), [evolve(GROUNDS, leads=())], AROUND)

    assert [("no_lead_measure", False)] == [(lack.code, lack.grave) for lack in lacks]


def test_a_baseline_that_can_still_change_is_none() -> None:
    """It says by when its days should have ended."""
    days = Baseline(date(2025, 10, 1), TODAY)
    draft = with_(start=None, baseline=days)

    assert {"baseline_open"} == codes(draft, evolve(GROUNDS, baseline=0.4, baseline_n=90, baseline_open=True))
    assert set() == codes(draft, evolve(GROUNDS, baseline=0.4, baseline_n=90))
    assert {"no_baseline"} == codes(draft, GROUNDS)


def test_the_best_window_is_shown_with_its_figure() -> None:
    """And only a warning."""
    (lack,) = lacks_of(with_(target=0.95).complete(), [GROUNDS], AROUND)

    assert ("beyond_best_window", False, 0.8) == (lack.code, lack.grave, lack.figure)


@pytest.mark.parametrize(
    ("team", "others", "many"),
    [
        ("", (other(), other("warehouse")), True),
        ("warehouse", (other(), other("warehouse")), True),
        ("warehouse", (other("after-sales"), other("after-sales")), False),
        ("", (other("after-sales"), other("warehouse")), False),
        ("", (other(), other(since=date(2027, 1, 1))), False),
    ],
)
def test_nobody_has_more_than_two_goals_at_once(team: str, others: tuple[Objective, ...], many: bool) -> None:
    """A team's own and those of the whole shop count, while they are worked for at the same time."""
    found = codes(evolve(GOAL, team=team), around=evolve(AROUND, others=others))

    assert many == ("too_many_goals" in found)


@pytest.mark.parametrize("name", READY)
def test_what_is_ready_lacks_nothing_grave(name: str) -> None:
    """On a record that knows its baseline."""
    one = ready_key_result(name, TODAY)
    measure = BUILT_IN.on_clock(one.measure, one.clock)
    start = {"up": 0.3, "down": 50_000.0 if measure.kind == "duration" else 0.3}[measure.better]
    leads = tuple(BUILT_IN.named(lead) for lead in one.lead_measures)
    grounds = Grounds(measure, True, leads, start, baseline_n=90, open_share=0.27)
    draft = evolve(GOAL, key_results=(one,)).complete()

    assert [] == [lack.code for lack in lacks_of(draft, [grounds], AROUND) if lack.grave]
