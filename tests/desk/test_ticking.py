"""Acting on what has come due: once for each timer, whenever and by however many it is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Timer
from incidentkit.domain.shop import Team
from incidentkit.domain.times import from_micros
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules import due
from incidentkit.rules.decision import Decision
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, placed, reported, told


def history(desk: Desk, case: str) -> list[str]:
    """What has happened to a case, by type."""
    with desk._runtime.store.reading() as unit:
        return [event.type for event in unit.history(case)]


def timers(record: Callable[[], Copy]) -> dict[str, datetime]:
    """What is waited for of the one case that there is, by name."""
    return {row["name"]: from_micros(row["due"]) for row in record().of("timers", "default")}


def test_nothing_is_due_at_first(desk: Desk) -> None:
    """A new case waits."""
    reported(desk)

    assert (0, {}) == ((report := desk.tick()).total, report.done)


def test_an_owner_is_warned_before_a_clock_breaks(desk: Desk, clock: ManualClock) -> None:
    """Three quarters of the time are used."""
    case = reported(desk)
    clock.advance(hours=3)

    assert {"incident.clock_warned": 1} == desk.tick().done
    assert (("communicate_by", clock.now + timedelta(hours=1)),) == desk.incidents.get(case.id).warned


def test_a_broken_clock_raises_the_case(desk: Desk, clock: ManualClock) -> None:
    """To the first level: the team's supervisor is asked, the owner stays, and somebody is to call the customer."""
    case = reported(desk)
    clock.advance(hours=4, minutes=1)
    desk.tick()

    after = desk.incidents.get(case.id)

    assert (1, "after-sales", "eva") == (after.level, after.owner.label, after.handover and after.handover.to)
    assert [("call", "communicate_by")] == [(task.kind, task.rule) for task in desk.tasks.find(incident=case.id)]


def test_ticking_twice_is_ticking_once(desk: Desk, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """The second time finds nothing to do, and leaves the record as it was."""
    reported(desk)
    clock.advance(hours=5)
    desk.tick()
    before = record()

    assert {} == desk.tick().done
    assert [] == record().differing(before)


def test_a_longer_and_longer_broken_clock_goes_up_level_by_level(desk: Desk, clock: ManualClock, opened: Any) -> None:
    """Every four working hours one, none twice, and none above the last."""
    chain = (Team("after-sales", escalation=("eva", "warehouse")), Team("warehouse"))
    with opened(shop=evolve(SHOP, teams=chain)) as other:
        case = reported(other)
        levels = []
        for hours in (4.1, 3.8, 16, 24):
            clock.advance(hours=hours)
            other.tick()
            levels.append(other.incidents.get(case.id).level)

    assert [1, 1, 2, 2] == levels


def test_a_late_tick_acts_on_the_present_state_once(desk: Desk, clock: ManualClock) -> None:
    """After an outage of days there is one step to where the case belongs, and no storm of those on the way."""
    case = reported(desk)
    clock.advance(days=9)
    desk.tick()
    events = history(desk, case.id)

    assert 1 == events.count("incident.escalated")
    assert 2 == events.count("incident.clock_broken")
    assert 0 == events.count("incident.clock_warned")


def test_only_so_many_are_acted_on(desk: Desk, clock: ManualClock) -> None:
    """With a limit, the longest due first; the rest the next time."""
    for _ in range(3):
        reported(desk)
    clock.advance(hours=3)

    assert [2, 1, 0] == [desk.tick(limit=2).total for _ in range(3)]


def test_progress_is_told(desk: Desk, clock: ManualClock) -> None:
    """After each timer, of how many."""
    for _ in range(3):
        reported(desk)
    clock.advance(hours=3)
    seen: list[tuple[int, int]] = []
    desk.tick(progress=lambda done, total: seen.append((done, total)))

    assert [(1, 3), (2, 3), (3, 3)] == seen


def test_a_limit_is_above_zero(desk: Desk) -> None:
    """None at all is no limit."""
    with pytest.raises(InvalidInput, match="limit"):
        desk.tick(limit=0)


def test_not_inside_a_batch(desk: Desk) -> None:
    """Each timer has a transaction of its own."""
    with desk.batch(), pytest.raises(RuleViolation, match="an open batch"):
        desk.tick()


def test_timers_of_a_later_version_are_left_for_it(desk: Desk, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Nobody knows what they mean."""
    case = reported(desk)
    with desk._runtime.store.unit() as unit:
        unit.time((Timer(case.id, "moonrise", clock.now),))
    clock.advance(hours=1)

    assert (0, True) == (desk.tick().total, "moonrise" in timers(record))


def test_what_a_rule_refuses_is_looked_at_again(desk: Desk, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops nobody else, and its timer stays."""
    first, second = reported(desk), reported(desk)
    rule = due.DUE[type(first), "warn"]

    def refusing(case: Any, *rest: Any) -> Decision:
        if case.id == first.id:
            raise RuleViolation("A case", "is refused", got="it")
        return rule(case, *rest)

    monkeypatch.setitem(due.DUE, (type(first), "warn"), refusing)
    clock.advance(hours=3)

    assert (1, 1) == ((report := desk.tick()).refused, report.acted)
    assert ((), 1) == (desk.incidents.get(first.id).warned, len(desk.incidents.get(second.id).warned))


def test_one_stream_can_not_keep_it_busy(desk: Desk, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that sets its own timer anew in the past is acted on a bounded number of times."""
    case = reported(desk)

    def again(state: Any, timer: Timer, *rest: Any) -> Decision:
        assert timer.due is not None
        return Decision(timers=(Timer(state.id, "warn", timer.due + timedelta(microseconds=1)),))

    monkeypatch.setitem(due.DUE, (type(case), "warn"), again)
    clock.advance(hours=3, minutes=1)

    assert 1 < desk.tick().total <= 20


def test_several_tickers_act_once(desk: Desk, opened: Any, clock: ManualClock, store_url: str) -> None:
    """Two on one store share the work, and do none of it twice."""
    cases = [reported(desk).id for _ in range(12)]
    clock.advance(hours=5)
    tickers = [opened() for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda ticker: ticker.tick(), tickers))

    assert 12 == sum(report.done.get("incident.escalated", 0) for report in reports)
    assert [1] * 12 == [history(desk, case).count("incident.clock_broken") for case in cases]
    assert [] == faults(Copy(store_url), SHOP)


def test_the_record_is_whole_after_it(desk: Desk, clock: ManualClock, store_url: str) -> None:
    """Events, documents, facts and timers agree."""
    placed(desk, promised=clock.now.date())
    reported(desk)
    told(desk)
    for _ in range(8):
        clock.advance(hours=7)
        desk.tick()

        assert [] == faults(Copy(store_url), SHOP)


# --- Killed ------------------------------------------------------------------------------------------------------

DRIVER = """
import os, signal, sys
from datetime import datetime

from incidentkit.desk.opening import open_desk
from incidentkit.store.store import Store
from incidentkit.store.unit import Unit
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP

url, now, moment, left = sys.argv[1], datetime.fromisoformat(sys.argv[2]), sys.argv[3], int(sys.argv[4])
moments = {"before": (Unit, "_write", True), "within": (Unit, "_write", False), "after": (Store, "_tell", True)}
owner, name, before = moments[moment]
real = getattr(owner, name)

def mortal(*args, **kwargs):
    global left
    left -= 1
    if before and not left:
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    if not before and not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

desk = open_desk(url, SHOP, clock=ManualClock(now))
setattr(owner, name, mortal)
desk.tick()
"""


def killed_while_ticking(url: str, now: datetime, moment: str, past: int) -> None:
    """Tick in a process of its own that does not live to its end."""
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, url, now.isoformat(), moment, str(past)],
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": root},
    )

    assert -signal.SIGKILL == done.returncode, done.stderr.decode()


def cases_after_a_crash(url: str, moment: str, past: int) -> list[tuple[int, int, int]]:
    """Levels, breaks and calls of five cases, ticked through a crash and then to the end."""
    clock = ManualClock()
    with open_desk(url, SHOP, clock=clock) as desk:
        cases = [reported(desk).id for _ in range(5)]
        clock.advance(hours=5)
        killed_while_ticking(url, clock.now, moment, past)
        desk.tick()
        return [
            (desk.incidents.get(c).level, history(desk, c).count("incident.clock_broken"), len(desk.tasks.find(incident=c)))
            for c in cases
        ]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX systems kill with SIGKILL")
def test_a_ticker_killed_at_its_commit_does_its_work_once(store_url: str) -> None:
    """What was written is not done again, what was not is done."""
    assert [(1, 1, 1)] * 5 == cases_after_a_crash(store_url, "within", 3)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX systems kill with SIGKILL")
@pytest.mark.parametrize("past", [1, 2, 5])
@pytest.mark.parametrize("moment", ["before", "within", "after"])
def test_a_ticker_killed_at_any_moment_does_its_work_once(moment: str, past: int, store_url: str) -> None:
    """Before a commit, within it, and after it; at the first timer, in the middle and at the last."""
    assert [(1, 1, 1)] * 5 == cases_after_a_crash(store_url, moment, past)
