"""The desk's scoreboard: the goal, each team's lead measures, commitments kept; unknown where the record is stale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.shop import Agent, ScoreboardLine, Shop, Team
from incidentkit.errors import UnknownIdError
from incidentkit.goals.board import Scoreboard
from incidentkit.goals.objectives import KeyResultDraft, ObjectiveDraft
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.testing.clocks import ManualClock

SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales", "supervisor"), Agent("ivan", "warehouse")),
    scoreboard=(
        ScoreboardLine("orders_received", 5, "up", "day", least_n=1),
        ScoreboardLine("order_confirmation_time", 3600, "down", "day", least_n=1, team="warehouse"),
        ScoreboardLine("handover_time", 86_400, "down", "day", least_n=1),
    ),
)


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def desk(new_store_url: str, clock: ManualClock) -> Iterator[Desk]:
    """A desk with six orders of yesterday."""
    with open_desk(new_store_url, SHOP, clock=clock) as opened:
        for _ in range(6):
            opened.orders.confirm(opened.orders.place(lines=[Line("mug", 1, "9.90")]).id)
        clock.advance(days=1)
        yield opened


def goal(desk: Desk, importance: str = "wildly_important", title: str = "Nothing goes wrong") -> str:
    """A goal of the warehouse with one Key Result and two lead measures."""
    today = desk.clock().date()
    result = KeyResultDraft(
        "incident_rate",
        title="Fewer orders go wrong",
        start=0.2,
        target=0.1,
        lead_measures=("order_confirmation_time", "handover_time"),
        team="warehouse",
    )
    draft = ObjectiveDraft(
        title,
        importance,  # type: ignore[arg-type] # one of two words
        "warehouse",
        "ivan",
        today,
        today + timedelta(days=90),
        "it costs us customers",
        (result,),
    )
    return str(desk.objectives.set(draft, by="ana").id)


def stands(board: Scoreboard) -> dict[str, list[str]]:
    """Which measures stand where."""
    teams = {team.team: [line.measure for line in team.lines] for team in board.teams}
    return {**teams, "others": [line.measure for line in board.lines]}


def test_lines_stand_with_their_team(desk: Desk) -> None:
    """Without a goal, a team's lines stand with it, and the others by themselves."""
    board = desk.scoreboard()

    assert ((), False) == (board.goals, board.stale)
    assert {"warehouse": ["order_confirmation_time"], "others": ["orders_received", "handover_time"]} == stands(board)


def test_a_goal_brings_its_lead_measures(desk: Desk) -> None:
    """The lead measures of its Key Results stand with their team, by the shop's own targets, and each line only once."""
    about = goal(desk)
    board = desk.scoreboard()

    assert [about] == [each.objective.id for each in board.goals]
    assert {"warehouse": ["order_confirmation_time", "handover_time"], "others": ["orders_received"]} == stands(board)
    assert [3600, 86_400] == [line.target for team in board.teams for line in team.lines]


def test_what_is_wildly_important_comes_alone(desk: Desk) -> None:
    """Beside a wildly important goal no other stands on the board, unless it is asked for by its id."""
    first = goal(desk, "important", "Nothing is late")
    second = goal(desk)

    assert [second] == [each.objective.id for each in desk.scoreboard().goals]
    assert [first] == [each.objective.id for each in desk.scoreboard(first).goals]
    with pytest.raises(UnknownIdError):
        desk.scoreboard("no-such-goal")


def test_commitments_stand_with_their_team(desk: Desk, clock: ManualClock) -> None:
    """Those that fell due in the last complete week are counted, kept ones only with evidence, each with its person's team."""
    goal(desk)
    due = (desk.clock() + timedelta(days=2)).date()
    made = [
        desk.checkins.commit("ivan", f"count the shelf {place}", measure="handover_time", asked_by="ana", due=due)
        for place in range(2)
    ]
    desk.checkins.report(made[0].id, kept=True, evidence="the list is signed", by="ivan")
    clock.advance(days=9)
    kept = {team.team: team.commitments for team in desk.scoreboard().teams}

    assert kept["warehouse"] is not None
    assert (2, 1) == (kept["warehouse"].due, kept["warehouse"].kept)


def test_a_stale_record_judges_nothing(desk: Desk, clock: ManualClock) -> None:
    """With no news for longer than the shop allows every verdict turns to unknown, also on the board for anybody."""
    goal(desk)
    fresh = desk.scoreboard()
    clock.advance(days=2, hours=23)
    still = desk.scoreboard()
    clock.advance(hours=2)
    stale, public = desk.scoreboard(), desk.public_scoreboard()

    assert Verdict.WINNING in {line.verdict for line in fresh.lines}
    assert [False, True, True] == [still.stale, stale.stale, public.stale]
    assert {Verdict.UNKNOWN} == {line.verdict for board in (stale, public) for line in board.lines}
    assert Reason.TOO_OLD in {line.reason for line in stale.lines}
    assert {Verdict.UNKNOWN} == {each.verdict for board in (stale, public) for each in board.goals}


def test_what_the_desk_notes_by_itself_is_no_news(desk: Desk, clock: ManualClock) -> None:
    """A tick that acts leaves the record as stale as it was."""
    desk.orders.place(lines=[Line("mug", 1, "9.90")], promised=(desk.clock() + timedelta(days=1)).date())
    desk.incidents.report(desk.orders.find()[0].id, "damaged", "x")
    clock.advance(days=5)
    known = desk.scoreboard().known_until
    report = desk.tick()

    assert report.acted > 0
    assert (known, True) == (desk.scoreboard().known_until, desk.scoreboard().stale)


def test_an_empty_record_is_not_stale(new_store_url: str, clock: ManualClock) -> None:
    """Where nothing ever happened there is nothing to judge, and no news to miss."""
    with open_desk(new_store_url, SHOP, clock=clock) as desk:
        clock.advance(days=30)
        board = desk.scoreboard()

    assert (None, False) == (board.known_until, board.stale)


def test_the_public_board_is_the_same_without_few(desk: Desk) -> None:
    """Six orders are told as five or more; goal and teams are there, nobody's name is."""
    goal(desk)
    public = desk.public_scoreboard()

    assert ["Nothing goes wrong"] == [each.title for each in public.goals]
    assert [5, 5.0] == [public.lines[0].n, public.lines[0].value]
    assert "ivan" not in repr(public)


def test_the_board_as_json(desk: Desk) -> None:
    """It turns into plain values: goals, teams, lines, and since when the record has been silent."""
    goal(desk)
    found = desk.scoreboard().as_dict()

    assert {"as_of", "shop", "known_until", "stale", "goals", "teams", "lines"} == found.keys()
    assert "Nothing goes wrong" == found["goals"][0]["title"]
    assert ["warehouse"] == [team["team"] for team in found["teams"]]
