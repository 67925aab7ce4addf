"""Goals at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve, frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run
from tests.desk.goals_world import SINCE, UNTIL, live, monday, move
from tests.desk.world import SHOP

GOAL = f"""
title = "Nobody waits to hear that we have their order"
importance = "wildly_important"
owner = "eva"
since = {SINCE}
until = {UNTIL}
why = "People who hear nothing call us"

[[key_results]]
ready = "order_confirmation"
baseline = {{ since = 2026-03-09, until = {SINCE} }}
team = "warehouse"
owner = "leo"
least_n = 3

[[initiatives]]
title = "Confirm at the counter"
key_result = "order_confirmation"
"""


@frozen
class Store:
    """A store with eight weeks behind it, and a file with a goal."""

    file: Path
    goal: Path
    now: str

    def run(self, *args: object, lang: str = "en") -> Answer:
        return run(*args, "--store", self.file, "--now", self.now, "--lang", lang)

    def json(self, *args: object) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.run(*args, "--json").out)
        return found


@pytest.fixture
def store(here: Path) -> Store:
    """Made over eight weeks."""
    file, goal, clock = here / "shop.db", here / "goal.toml", ManualClock()
    with ik.open_desk(f"sqlite:///{file}", evolve(SHOP, channel="local", blocked_plugins=()), clock=clock) as desk:
        live(desk, clock, range(8), (4.0, 4.3, 3.8, 4.1, 3.9, 4.2, 4.0, 3.9))
    goal.write_text(GOAL, "utf-8")
    return Store(file, goal, clock().isoformat())


def test_a_goal_without_grave_lacks_is_set_and_listed(store: Store) -> None:
    """And found again by its title."""
    said = store.run("objectives", "set", store.goal)
    listed = store.run("objectives").out

    assert 0 == said.code
    assert "Nobody waits to hear" in said.out
    assert "wildly important" in listed


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "a goal says in words what is to be reached"), ("es", "un objetivo dice con palabras qué se quiere alcanzar")],
)
def test_what_a_goal_lacks_is_said_in_words(store: Store, lang: str, said: str) -> None:
    """Each with the Key Result that it is about; grave ones end in 1."""
    store.goal.write_text(GOAL.replace("Nobody waits", "90 % do not wait"), "utf-8")
    answer = store.run("objectives", "check", store.goal, lang=lang)

    assert (1, True) == (answer.code, said in answer.out)


def test_what_a_goal_lacks_is_read_by_machines(store: Store) -> None:
    """Code, subject and whether it is grave."""
    found = store.json("objectives", "check", store.goal)

    assert (True, ["beyond_best_window"]) == (found["ok"], [lack["code"] for lack in found["lacks"]])  # type: ignore[attr-defined]


def test_a_goal_shows_how_it_stands(store: Store) -> None:
    """Its start with the days that it was read off."""
    store.run("objectives", "set", store.goal)
    shown = store.run("objectives", "show").out

    assert "over 48 cases" in shown
    assert "it has not begun" in shown or "no window is complete yet" in shown


def test_how_a_goal_stands_is_read_by_machines(store: Store) -> None:
    """Figure, pace, forecast, verdict and reason of each Key Result."""
    store.run("objectives", "set", store.goal)
    found = store.json("objectives", "show")
    one = found["key_results"][0]  # type: ignore[index]

    assert ("unknown", "unknown", "no_complete_window") == (found["verdict"], one["verdict"], one["reason"])


def test_this_monday_is_told(store: Store) -> None:
    """An initiative without a step is stuck."""
    store.run("objectives", "set", store.goal)

    assert "Confirm at the counter → order_confirmation · warehouse · leo" in store.run("objectives", "monday").out
    assert ["Confirm at the counter"] == [step["what"] for step in store.json("objectives", "monday")["stuck"]]  # type: ignore[attr-defined]


def test_no_forecast_is_said(store: Store) -> None:
    """And when there will be one."""
    store.run("objectives", "set", store.goal)

    assert "each Monday" in store.run("objectives", "forecasts").out


def test_forecasts_are_shown_with_what_came(store: Store) -> None:
    """Inside or outside of the range, and how many of them."""
    store.run("objectives", "set", store.goal)
    clock = ManualClock()
    move(clock, monday(8))
    with ik.open_desk(f"sqlite:///{store.file}", clock=clock) as desk:
        live(desk, clock, range(8, 11), (3.8, 3.5, 3.4), tick=True)
    later = evolve(store, now=clock().isoformat())

    assert "of 2 lay in their range" in later.run("objectives", "forecasts").out
    assert 2 == later.json("objectives", "forecasts")["n"]


def test_a_goal_is_ended_with_what_came_of_it(store: Store) -> None:
    """And is listed only when asked."""
    store.run("objectives", "set", store.goal)
    ended = store.run("objectives", "end", "--state", "dropped", "--outcome", "we chose another", "--as", "eva")

    assert (0, True) == (ended.code, "dropped" in ended.out)
    assert [] == store.json("objectives", "list")["objectives"]
    assert 1 == len(store.json("objectives", "list", "--all")["objectives"])  # type: ignore[arg-type]


def test_a_goal_is_set_anew_with_a_reason(store: Store) -> None:
    """Without one it is refused."""
    store.run("objectives", "set", store.goal)
    goal = store.json("objectives", "list")["objectives"][0]["id"]  # type: ignore[index]

    assert 1 == store.run("objectives", "set", store.goal, "--again", goal).code
    assert 0 == store.run("objectives", "set", store.goal, "--again", goal, "--reason", "new dates").code


def test_an_action_without_its_file_is_wrong_usage(store: Store) -> None:
    """Which ends in 2."""
    assert 2 == store.run("objectives", "set").code
