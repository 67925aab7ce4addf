"""Tasks and owners at the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(zone="Europe/Madrid", agents=(ik.Agent("ana", "after-sales"), ik.Agent("luis", "after-sales")))
NOW = datetime.fromisoformat("2026-03-02T09:00+01:00")


@frozen
class Store:
    """A store with one order, its case, and a task about it."""

    file: Path
    order: str
    incident: str
    task: str

    def run(self, *args: str, lang: str = "en") -> Answer:
        return run(*args, "--store", self.file, "--lang", lang)


@pytest.fixture
def store(here: Path) -> Store:
    """Made in the morning of a Monday."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer="c-1", lines=[ik.Line("mug", 1, "9.00")], number="1001")
        case = desk.incidents.report(order.id, type="damaged", description="the handle is off")
        task = desk.tasks.open(kind="call", what="Ring her", incident=case.id, due=NOW + timedelta(hours=5))
    return Store(file, order.id, case.id, task.id)


@pytest.mark.parametrize(
    ("lang", "kind", "left"), [("en", "call the customer", "in 3 h"), ("es", "llamar al cliente", "en 3 h")]
)
def test_tasks_are_listed(store: Store, lang: str, kind: str, left: str) -> None:
    """With what is to be done, for whom, and how much time is left."""
    lines = store.run("tasks", "--now", "2026-03-02T11:00+01:00", lang=lang).out.splitlines()

    assert [store.task[-8:], kind, "Ring her", "1001", "after-sales", left] == [
        cell.strip() for cell in lines[3].split("  ") if cell.strip()
    ]


def test_a_task_that_is_late_says_so(store: Store) -> None:
    """By how much."""
    assert "2 d late" in store.run("tasks", "--now", "2026-03-05").out


@pytest.mark.parametrize("name", [lambda task: task, lambda task: task[-8:]], ids=["id", "end of it"])
def test_a_task_is_taken_and_done(store: Store, name: Callable[[str], str]) -> None:
    """By its id or the end of it, by somebody said at the terminal."""
    taken = store.run("tasks", "take", name(store.task), "--as", "ana")
    done = store.run("tasks", "done", name(store.task), "--outcome", "all well", "--as", "luis")
    with ik.open_desk(f"sqlite:///{store.file}") as desk:
        task = desk.tasks.get(store.task)
        who = [entry.by for entry in desk.orders.timeline(store.order) if entry.stream == store.task]

    assert [f"Task {store.task[-8:]} is now ana's.\n", f"Task {store.task[-8:]} is done.\n"] == [taken.out, done.out]
    assert (ik.TaskState.DONE, "all well", "ana") == (task.state, str(task.outcome), task.owner.agent)
    assert ["host:host", "cli:ana", "cli:luis"] == who
    assert "Nothing is to be done." in store.run("tasks").out


def test_a_task_is_cancelled(store: Store) -> None:
    """With a reason; as JSON it is told in full."""
    told = store.run("tasks", "cancel", store.task, "--reason", "she came by", "--json").json

    assert (store.task, "cancelled", "she came by", "Ring her") == (told["id"], told["state"], told["reason"], told["what"])
    assert {"team": "after-sales", "agent": None} == {key: told["owner"][key] for key in ("team", "agent")}
    assert {"as_of", "next", "open", "tasks"} == set(store.run("tasks", "--json").json)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("take", "nosuch"), "0 open ones that end in 'nosuch'"),
        (("take",), "names the task"),
        (("done", "", "--outcome", "x"), "names the task"),
        (("--owner", "nobody-here"), ""),
    ],
)
def test_what_is_not_there_is_refused(store: Store, args: tuple[str, ...], said: str) -> None:
    """In one plain line."""
    answer = store.run("tasks", *args)

    assert said in answer.err
    assert answer.code == (1 if said else 0)


def test_a_task_without_an_outcome_is_not_done(store: Store) -> None:
    """Nor one that nobody of the shop does."""
    assert "needs its outcome in words" in store.run("tasks", "done", store.task, "--as", "ana").err
    assert "named in the shop's settings" in store.run("tasks", "take", store.task).err


@pytest.mark.parametrize(("lang", "said"), [("en", "Who had it: after-sales"), ("es", "Quién la tuvo: after-sales")])
def test_a_timeline_says_who_had_the_case(store: Store, lang: str, said: str) -> None:
    """In words, and as JSON."""
    with ik.open_desk(f"sqlite:///{store.file}", clock=ManualClock(NOW + timedelta(hours=1))) as desk:
        desk.incidents.accept_handover(store.incident, by="ana")
    (last,) = (line for line in store.run("timeline", "1001", lang=lang).out.splitlines() if line.startswith(said))
    owners = store.run("timeline", "1001", "--json").json["owners"][store.incident]

    assert " → ana" in last
    assert [("after-sales", None), ("after-sales", "ana")] == [(owner["team"], owner["agent"]) for owner in owners]
    assert owners[0]["until"] == owners[1]["since"]
    assert None is owners[1]["until"]


@pytest.mark.parametrize(("lang", "why"), [("en", "in a shift"), ("es", "en su turno")])
def test_who_is_on_duty_is_shown_with_the_reason(here: Path, lang: str, why: str) -> None:
    """By the settings in the file, at any time."""
    settings = """
        [shop]
        zone = "Europe/Madrid"
        [[teams]]
        name = "after-sales"
        [[agents]]
        name = "ana"
        team = "after-sales"
        [[agents]]
        name = "luis"
        team = "after-sales"
        [[rotas]]
        agents = ["ana"]
        week = { mon-fri = ["08:00-15:00"] }
    """
    (here / "shop.toml").write_text(settings)
    ik.open_desk("sqlite:///shop.db", SHOP).close()
    at = "2026-03-02T09:00+01:00"
    lines = run("duty", "after-sales", "--now", at, "--lang", lang).out.splitlines()
    told = run("duty", "--now", at, "--json").json["agents"]

    assert lines[3].startswith("● ana ")
    assert f"after-sales  {why}" in lines[3]
    assert lines[4].startswith("· luis ")
    assert [("ana", True, "on_shift", "2026-03-02T14:00:00+00:00"), ("luis", False, "no_shift", None)] == [
        (one["agent"], one["on"], one["why"], one["until"]) for one in told
    ]


def test_the_duty_of_nobody(here: Path) -> None:
    """A shop without agents, and a team that is not there."""
    ik.open_desk("sqlite:///shop.db", ik.Shop()).close()

    assert "No agents." in run("duty").out
    assert "must be a team of the shop" in run("duty", "nosuch").err
