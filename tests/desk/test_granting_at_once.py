"""Many who grant at the same moment never overspend a budget: threads and processes, on each store."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.approvals import ApprovalState
from incidentkit.domain.remedies import Offer
from incidentkit.errors import AuthorityExceeded, TransitionRefused
from incidentkit.testing._audit import Copy, faults
from tests.desk.conftest import Opened
from tests.desk.granting_worker import LIMITED
from tests.desk.test_concurrency import MANY, at_once
from tests.desk.world import SOON, told

ROOT = Path(__file__).parents[2]
Record = Callable[[], Copy]


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """One of four whose agents are limited."""
    return opened(shop=LIMITED)


@pytest.fixture
def desks(desk: Desk, opened: Opened) -> list[Desk]:
    """Four desks, each in four threads."""
    return [desk, *(opened(shop=LIMITED) for _ in range(3))] * (MANY // 4)


def offer(desk: Desk, case: str, amount: str, by: str) -> bool:
    """Whether it was granted."""
    try:
        desk.incidents.offer(case, [Offer("refund", SOON, amount)], by=by)
    except AuthorityExceeded:
        return False
    return True


def spent(desk: Desk) -> Decimal:
    """What stands offered in all cases."""
    worths = [offer.worth for case in desk.incidents.find() for offer in case.offers]
    return sum((worth.amount for worth in worths if worth is not None), Decimal(0))


def test_sixteen_at_once_grant_a_customer_no_more_than_one_could(desks: list[Desk], record: Record) -> None:
    """Each in a case of its own: to the cent what the budget is; all others ask for it."""
    cases = [told(desks[0]).id for _ in range(MANY)]
    granted = at_once(desks, lambda each, n: offer(each, cases[n], "2.00", ("ana", "leo")[n % 2]))

    assert (10, Decimal("20.00")) == (sum(granted), spent(desks[0]))
    assert 6 == len(desks[0].approvals.find())
    assert [] == faults(record(), LIMITED)


def test_sixteen_at_once_grant_a_case_no_more_than_one_could(desks: list[Desk], record: Record) -> None:
    """In the same case, in small slices."""
    case = told(desks[0]).id
    granted = at_once(desks, lambda each, n: offer(each, case, f"0.{50 + n}", ("ana", "leo")[n % 2]))

    assert sum(granted) >= 7
    assert Decimal("4.35") <= spent(desks[0]) <= Decimal("5.00")
    assert MANY - sum(granted) == len(desks[0].approvals.find())
    assert [] == faults(record(), LIMITED)


def test_an_approver_s_day_is_not_overspent(desks: list[Desk], record: Record) -> None:
    """Who approves sixteen requests at once has enough for ten of them."""
    cases = [told(desks[0]).id for _ in range(MANY)]
    for number, case in enumerate(cases):
        offer(desks[0], case, f"5.{number + 1:02}", "ana")

    def approve(desk: Desk, number: int) -> bool:
        try:
            desk.incidents.approve(cases[number], "approval-1", by="eva")
        except AuthorityExceeded:
            return False
        return True

    approved = at_once(desks, approve)

    assert (3, MANY - 3) == (sum(approved), len(desks[0].approvals.find()))
    assert spent(desks[0]) <= Decimal("20.00")
    assert [] == faults(record(), LIMITED)


def test_a_request_is_granted_once(desks: list[Desk], record: Record) -> None:
    """However many approve and refuse it at the same moment, one of them is heard."""
    case = told(desks[0]).id
    offer(desks[0], case, "6.00", "ana")

    def answer(desk: Desk, number: int) -> bool:
        try:
            if number % 2:
                desk.incidents.refuse_approval(case, "approval-1", reason="no", by="eva")
            else:
                desk.incidents.approve(case, "approval-1", by="eva")
        except TransitionRefused:
            return False
        return True

    answers = at_once(desks, answer)
    known = desks[0].incidents.get(case)
    state = known.approvals[0].state

    assert 1 == sum(answers)
    assert {ApprovalState.APPROVED: 1, ApprovalState.REFUSED: 0}[state] == len(known.offers)
    assert [] == faults(record(), LIMITED)


def test_four_processes_grant_no_more_than_one_could(desk: Desk, store_url: str, record: Record) -> None:
    """In slices, over several cases, as fast as they can: together the budget to the cent."""
    cases = [told(desk).id for _ in range(5)]
    command = [sys.executable, "-m", "tests.desk.granting_worker", store_url]
    crew = [
        subprocess.Popen([*command, agent, "1.00", "2", *cases], stdout=subprocess.PIPE, cwd=ROOT)
        for agent in ("ana", "leo", "ana", "leo")
    ]
    granted = [len(worker.communicate()[0]) for worker in crew]
    by_case = Counter({case.id: len(case.offers) for case in desk.incidents.find()})

    assert [0] * 4 == [worker.returncode for worker in crew]
    assert (20, Decimal("20.00")) == (sum(granted), spent(desk))
    assert max(by_case.values()) <= 5
    assert [] == faults(record(), LIMITED)
