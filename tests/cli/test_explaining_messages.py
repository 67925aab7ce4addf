"""Why messages go out or don't, at a terminal: in both languages and as JSON."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from attrs import evolve

import incidentkit as ik
from incidentkit.cli.words import load_words
from incidentkit.domain.verdicts import SendReason
from incidentkit.phrases.words import LANGUAGES
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import run

NOON, NIGHT = "2026-09-07T10:00:00+00:00", "2026-09-08T01:00:00+00:00"
QUIET = ik.SendPolicy(quiet_hours={"local": ik.QuietHours("21:00-09:00")})
SHOP = ik.Shop(zone="Europe/Madrid", sending=QUIET, agents=(ik.Agent("ana", "after-sales"),))
MARTA = ik.Customer("c-1", name="Marta", email="marta@example.com")


@pytest.fixture
def told(tmp_path: Path) -> tuple[str, str, str]:
    """A store with a case of which its customer was told by two messages, one of them sent: its path, the case, a key."""
    store = tmp_path / "shop.db"
    with ik.open_desk(f"sqlite:///{store}", SHOP, clock=ManualClock(datetime.fromisoformat(NOON))) as desk:
        order = desk.orders.place(customer=MARTA, lines=[ik.Line("lamp", 1, "9.00")], number="7")
        case = desk.incidents.notify(desk.incidents.report(order.id, type="damaged", description="cracked").id)
        desk.send_due()
        case = desk.incidents.offer(case.id, [ik.Offer("restock", datetime(2026, 9, 30, tzinfo=UTC))])
        desk.surveys.ask(incident=case.id, survey="csat")
    return str(store), case.id, case.notices[-1].key


def test_the_messages_of_a_case(told: tuple[str, str, str]) -> None:
    """Each as it stands; one that is to go, with what would become of it now."""
    store, case, key = told
    out = run("explain", case, "--messages", "--store", store, "--now", NOON).out

    assert "there is a problem" in out
    assert "Sent, due" in out
    assert "Now: it would go out, by local" in out
    assert key in out


def test_one_message_at_night(told: tuple[str, str, str]) -> None:
    """By its key: put off, until when, and which facts say so, in Spanish."""
    store, _, key = told
    out = run("explain", key, "--store", store, "--now", NIGHT, "--lang", "es").out

    assert "se aplazaría hasta" in out
    assert "horas de silencio" in out
    assert "Horas de silencio en Europe/Madrid" in out


def test_messages_as_json(told: tuple[str, str, str]) -> None:
    """The verdict with its codes."""
    store, _, key = told
    answer = run("explain", key, "--store", store, "--now", NIGHT, "--json").json
    (message,) = answer["messages"]

    assert ("incident.offered", "service", "planned") == (message["step"], message["purpose"], message["state"])
    assert ("defer", "quiet_hours", "2026-09-08T07:00:00+00:00") == tuple(
        message["verdict"][name] for name in ("outcome", "reason", "until")
    )
    assert "quiet" == message["verdict"]["because"][0]["fact"]


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ("the customer wants no more of it", "out"),
        ("The case is: withdrawn", "withdrawn"),
        ("No address of the kind: e-mail", "nowhere"),
    ],
)
def test_why_it_would_not_go(told: tuple[str, str, str], expected: str, what: str) -> None:
    """The one reason, with its fact."""
    store, case, key = told
    with ik.open_desk(f"sqlite:///{store}", clock=ManualClock(datetime.fromisoformat(NOON))) as desk:
        if what == "out":
            desk.people.opt_out(MARTA, purpose="service")
        elif what == "withdrawn":
            desk.incidents.withdraw(case, reason="a mistake")
        else:
            desk.people.address_failed(MARTA, kind="email", address=MARTA.email)
            desk.orders.place(customer=evolve(MARTA, key="c-2"), lines=[ik.Line("lamp", 1, "9.00")])
    out = run("explain", key, "--store", store, "--now", NOON).out

    assert (expected in out) or ("Nothing arrives there since" in out and what == "nowhere")
    assert "it would not go out" in out


def test_a_case_without_messages(tmp_path: Path) -> None:
    """Says so."""
    store = tmp_path / "shop.db"
    with ik.open_desk(f"sqlite:///{store}", SHOP, clock=ManualClock(datetime.fromisoformat(NOON))) as desk:
        case = desk.incidents.report(type="damaged", description="cracked")

    assert "There are no messages" in run("explain", case.id, "--messages", "--store", store, "--now", NOON).out


def test_an_unknown_message_is_an_error(told: tuple[str, str, str]) -> None:
    """With the next step."""
    answer = run("explain", "message/none", "--store", told[0], "--now", NOON)

    assert 1 == answer.code
    assert "must be in this record" in answer.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_fact_has_words(language: str) -> None:
    """In both languages; each text of a fact asks only for what the fact has."""
    texts = load_words(language).texts
    other = tomllib.loads((files("incidentkit.cli") / "texts" / "en.toml").read_text("utf-8"))

    assert [] == [reason for reason in SendReason if f"undelivered.{reason.value}" not in texts]
    assert [] == [code for code in other["because"] if f"because.{code}" not in texts]
