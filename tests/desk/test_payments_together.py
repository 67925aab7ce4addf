"""Payments under many hands at once: sixteen threads, four processes, workers that are killed. Money goes out once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.incidents import Incident
from incidentkit.errors import ConflictError, StoreBusy, TransitionRefused
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.bank import PAYING, Bank
from tests.desk.world import agreed, placed

ROOT = Path(__file__).parents[2]

POSTGRESQL = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def owed(url: str, bank: Bank, count: int, clock: Callable[[], object] | None = None) -> list[Incident]:
    """So many cases that owe five euros each."""
    given = {} if clock is None else {"clock": clock}
    with open_desk(url, PAYING, plugins=(bank,), **given) as desk:  # type: ignore[arg-type]
        return [agreed(desk, "5.00", order=placed(desk)) for _ in range(count)]


def check(url: str, bank: Bank, cases: list[Incident], doubtful: int = 0) -> None:
    """Each was paid once, by the payer or by hand; the record and its payer agree, but for those in doubt."""
    paid = Counter(line[0] for line in bank.lines())
    with open_desk(url, PAYING, plugins=(bank,)) as desk:
        records = {record.incident: record for record in desk.payments.find(limit=1000)}
        left = [case.id for case in cases if records[case.id].state.value != "done"]
        by_payer = [record for record in records.values() if record.reference.startswith("RF-")]
        others = [record for record in records.values() if record.state.value == "done" and record not in by_payer]
        damaged = desk.verify().damages

    assert [] == [key for key, times in paid.items() if times > 1]
    assert doubtful >= len(left)
    assert {"unknown"} >= {records[case].state.value for case in left}
    assert [] == [record for record in by_payer if paid[record.key] != 1]
    assert [] == [record for record in others if paid[record.key]]
    assert () == damaged
    assert [] == faults(Copy(url), PAYING, "default")


@POSTGRESQL
def test_sixteen_at_once_pay_each_once(store_url: str, clock: ManualClock, tmp_path: Path) -> None:
    """Workers, people who pay by hand, and finds on the platform's page, all at the same moment: each remedy is paid once."""
    bank = Bank(tmp_path / "ledger.tsv")
    cases = owed(store_url, bank, 8, clock)
    barrier = Barrier(16)

    def act(number: int) -> None:
        with open_desk(store_url, PAYING, plugins=(bank,), clock=clock) as desk:
            barrier.wait(timeout=60)
            if number % 2:
                desk.send_due()
                return
            for case in cases:
                with suppress(TransitionRefused, ConflictError, StoreBusy):
                    desk.incidents.carry_out(case.id, "remedy-1", reference=f"hand-{number}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(act, range(16)))

    check(store_url, bank, cases)


def _workers(url: str, file: Path, kind: str, minutes: int, count: int, kills: int, chance: Random) -> int:
    """Let some processes work, and kill some of them right after they have paid; how many were killed."""
    command = [sys.executable, "-m", "tests.desk.bank", url, str(file), kind, str(minutes)]
    life, end = os.pipe()
    crew = [subprocess.Popen(command, stdout=end, cwd=ROOT) for _ in range(count)]
    os.close(end)
    killed = 0
    with os.fdopen(life, "rb", buffering=0) as signs:
        while signs.read(1):
            alive = [worker for worker in crew if worker.poll() is None]
            if killed < kills and alive:
                one = chance.choice(alive)
                one.kill()
                one.wait()
                killed += 1
    for worker in crew:
        worker.wait()
    return killed


@SQLITE
def test_four_processes_pay_each_once(store_url: str, tmp_path: Path) -> None:
    """Four workers, each a process, share what is due."""
    file = tmp_path / "ledger.tsv"
    cases = owed(store_url, Bank(file), 12)
    _workers(store_url, file, "once-only", 0, 4, 0, Random(1))

    check(store_url, Bank(file), cases)
    assert 12 == len(Bank(file).lines())


@pytest.mark.parametrize("kind", ["once-only", "idempotent", "look-up"])
def test_killed_workers_pay_nothing_twice(store_url: str, tmp_path: Path, kind: str) -> None:
    """Whoever is killed with a payment in hand leaves it in doubt, or to a payer that can tell or remembers its key."""
    _killed(store_url, tmp_path / "ledger.tsv", kind, count=4, rounds=1)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["once-only", "idempotent", "look-up"])
@pytest.mark.parametrize("seed", range(10))
def test_many_killed_workers_pay_nothing_twice(store_url: str, tmp_path: Path, kind: str, seed: int) -> None:
    """The same with more of them, over and over."""
    _killed(store_url, tmp_path / "ledger.tsv", kind, count=40, rounds=6, seed=seed)


def _killed(url: str, file: Path, kind: str, *, count: int, rounds: int, seed: int = 1) -> None:
    chance, bank = Random(seed), Bank(file, kind)
    cases = owed(url, bank, count)
    killed = 0
    for minutes in range(0, 4 * rounds, 4):
        killed += _workers(url, file, kind, minutes, 2, 1, chance)
    for minutes in (4 * rounds, 4 * rounds + 10):
        _workers(url, file, kind, minutes, 1, 0, chance)
    check(url, bank, cases, doubtful=killed if kind == "once-only" else 0)


def test_joined_doors_agree(store_url: str, clock: ManualClock, tmp_path: Path) -> None:
    """Whatever order the doors are tried in, the money of an order goes out once, and what is left is what was captured."""
    bank, chance = Bank(tmp_path / "ledger.tsv"), Random(7)
    cases = owed(store_url, bank, 4, clock)
    with ExitStack() as stack:
        desks: list[Desk] = [stack.enter_context(open_desk(store_url, PAYING, plugins=(bank,), clock=clock)) for _ in range(2)]
        for case in cases:
            doors: list[Callable[[Desk], object]] = [
                lambda desk: desk.send_due(),
                lambda desk, case=case: desk.incidents.carry_out(case.id, "remedy-1", reference="hand"),  # type: ignore[misc]
                lambda desk, case=case: desk.payments.found(case.orders[0], "5.00", f"page-{case.id}"),  # type: ignore[misc]
            ]
            chance.shuffle(doors)
            for door in doors:
                with suppress(TransitionRefused):
                    door(chance.choice(desks))
        refunded = [str(desks[0].orders.get(case.orders[0]).refunded) for case in cases]

    assert ["5.00 EUR"] * 4 == refunded
    check(store_url, bank, cases)
