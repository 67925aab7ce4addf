"""Requests for approval at the command line: shown, not answered."""

from __future__ import annotations

import contextlib
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(
    zone="Europe/Madrid",
    agents=(ik.Agent("ana", "after-sales"), ik.Agent("eva", "after-sales", "supervisor")),
    authority={"agent": ik.Authority(per_incident=10)},
)
NOW = datetime.fromisoformat("2026-03-02T09:00+01:00")
CELLS = {
    "en": ["approval-1", "refund (12.00 EUR) by 9 Mar 2026", "12.00 EUR", "ana", "eva", "waits until 2 Mar 2026 17:00"],
    "es": [
        "approval-1",
        "reembolso (12,00 EUR) para el 9 mar 2026",
        "12,00 EUR",
        "ana",
        "eva",
        "espera hasta 2 mar 2026 17:00",
    ],
}


@frozen
class Store:
    """A store with one case, of which something is asked for."""

    file: Path
    case: str

    def run(self, *args: str, lang: str = "en", now: str = "2026-03-02T11:00+01:00") -> Answer:
        return run("approvals", *args, "--store", self.file, "--lang", lang, "--now", now)


@pytest.fixture
def store(here: Path) -> Store:
    """Two euros less are offered already."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer="c-1", lines=[ik.Line("mug", 3, "19.00")], number="1001")
        case = desk.incidents.report(order.id, type="damaged", description="the handle is off").id
        desk.incidents.offer(case, [ik.Offer("refund", date(2026, 3, 9), "4.00")], by="ana")
        with contextlib.suppress(ik.AuthorityExceeded):
            desk.incidents.offer(case, [ik.Offer("refund", date(2026, 3, 9), "12.00")], by="ana")
    return Store(file, case)


def answered(store: Store) -> None:
    """Eva says no."""
    with ik.open_desk(f"sqlite:///{store.file}", SHOP, clock=ManualClock(NOW)) as desk:
        desk.incidents.refuse_approval(store.case, "approval-1", reason="Half is enough", by="eva")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_waits_is_listed(store: Store, lang: str) -> None:
    """With what it is, who wants it, whom it was asked of, and until when."""
    row = next(line for line in store.run(lang=lang).out.splitlines() if "approval-1" in line)

    assert [store.case[-8:], *CELLS[lang]] == [cell.strip() for cell in row.split("  ") if cell.strip()]


def test_it_says_where_requests_are_answered(store: Store) -> None:
    """Not at a terminal, where nobody is known by more than their word."""
    assert "desk.incidents.approve" in store.run().out


def test_what_was_answered_is_shown_of_a_case_or_on_demand(store: Store) -> None:
    """Else only what waits."""
    answered(store)
    listed = [store.run(), store.run("--all"), store.run("1001")]

    assert [False, True, True] == ["refused" in each.out for each in listed]
    assert "Nothing waits for an approval." in listed[0].out


def test_those_of_one_agent_are_listed(store: Store) -> None:
    """What she was asked to approve."""
    assert [True, False] == ["approval-1" in store.run("--asked-of", name).out for name in ("eva", "ana")]


@pytest.mark.parametrize(
    ("name", "line"), [("ana", "ana may still grant, per case: 6.00 EUR of 10.00 EUR"), ("eva", "eva may grant anything.")]
)
def test_it_says_what_is_left_to_somebody(store: Store, name: str, line: str) -> None:
    """In one case."""
    assert line in store.run("1001", "--left-to", name).out.splitlines()


def test_the_same_as_json(store: Store) -> None:
    """With every limit that it goes beyond."""
    said = json.loads(store.run("1001", "--left-to", "ana", "--json").out)
    (asked,) = said["approvals"]
    limit = {
        "kind": "incident",
        "limit": "10.00 EUR",
        "used": "4.00 EUR",
        "remaining": "6.00 EUR",
        "since": None,
        "of": store.case,
    }

    assert [limit] == asked["exceeded"] == said["left"]
    assert ("pending", "12.00 EUR", "agent:ana", ["eva"], ["eva"], None) == (
        asked["state"],
        asked["worth"],
        asked["asked_by"],
        asked["may"],
        asked["asked_of"],
        asked["reason"],
    )


def test_an_answer_is_told_as_json(store: Store) -> None:
    """Who gave it, and why."""
    answered(store)
    (asked,) = json.loads(store.run("--all", "--json").out)["approvals"]

    assert ("refused", "agent:eva", "Half is enough") == (asked["state"], asked["answered_by"], asked["reason"])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--left-to", "ana"), "--left-to: goes with a case"),
        (("1001", "--left-to", "zoe"), "names an agent of the shop; got 'zoe'"),
        (("9999",), "must be in this record"),
    ],
)
def test_a_slip_is_told(store: Store, args: tuple[str, ...], said: str) -> None:
    """With what to do."""
    answer = store.run(*args)

    assert answer.code != 0
    assert said in answer.err + answer.out


def test_nobody_approves_at_a_terminal(store: Store) -> None:
    """There is no such action, and a name that is only said there is refused by the rules."""
    assert 2 == store.run("approve", "1001").code
    with (
        ik.open_desk(f"sqlite:///{store.file}", SHOP, clock=ManualClock(NOW)) as desk,
        pytest.raises(ik.RuleViolation, match="got cli:eva"),
    ):
        desk.incidents.approve(store.case, "approval-1", by=ik.Actor("cli", "eva"))


def test_the_queue_says_that_something_waits(store: Store) -> None:
    """At its foot, with where it is listed."""
    said = run("queue", "--store", store.file, "--lang", "en", "--now", "2026-03-02T11:00+01:00").out

    assert "Waiting for an approval: 1 · incidentkit approvals" in said


def test_the_context_of_an_order_names_what_waits(store: Store) -> None:
    """Among what is owed: what is wanted, until when, and whose it is to answer."""
    said = run("context", "1001", "--store", store.file, "--lang", "en", "--now", "2026-03-02T11:00+01:00").out

    assert "wanted beyond an authority, waits for approval: refund · by 2 Mar 2026 17:00 · eva" in " ".join(said.split())


def test_a_kind_that_nobody_can_grant_is_a_slip(here: Path) -> None:
    """Kinds are known once every plugin has been asked."""
    (here / "shop.toml").write_text('[authority.agent]\nkinds = ["discount", "refnd"]\n', "utf-8")
    answer = run("check", here / "shop.toml", lang="en")

    assert answer.code != 0
    assert "authority.agent.kinds[1]" in answer.out + answer.err
    assert "did you mean refund?" in answer.out + answer.err
