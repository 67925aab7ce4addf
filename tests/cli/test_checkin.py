"""Check-ins and commitments at the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from attrs import frozen
from typer.testing import CliRunner

import incidentkit as ik
from incidentkit.cli.app import app
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import CLEAN, Answer

SHOP = ik.Shop(
    zone="Europe/Madrid",
    agents=(ik.Agent("ana", "after-sales", email="ana@example.com"), ik.Agent("luis", "after-sales")),
)
MADE = datetime.fromisoformat("2026-03-02T09:00+01:00")
MEETING = ("--now", "2026-03-09T09:00+01:00")


@frozen
class Store:
    """A store in which somebody has committed themselves to something, a week before the meeting."""

    file: Path
    commitment: str

    def run(self, *args: object, said: str = "", lang: str = "en") -> Answer:
        given = [*map(str, args), "--store", str(self.file), "--lang", lang]
        result = CliRunner().invoke(app(), given, input=said, env=dict(CLEAN), catch_exceptions=False)
        return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def store(here: Path) -> Store:
    """Made in the morning of a Monday."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(MADE)) as desk:
        one = desk.checkins.commit("luis", "ring ten customers", measure="told_first_rate", asked_by="ana")
    return Store(file, one.id)


ANSWERS = (
    "",  # everybody is here
    "y",
    "the list of calls",
    "the late parcels",
    "luis",
    "",
    "no boxes",
    "ana",
    "",
    "look at the stock",  # ana
    "told_first_rate",
    "luis",
    "",
    "",  # luis
    "next time at ten",
)


def said(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def test_a_check_in_is_held_in_the_terminal(store: Store) -> None:
    """Three questions; what was answered is in the record, and the minutes in a file."""
    held = store.run("checkin", *MEETING, "--markdown", "minutes.md", "--as", "ana", said=said(*ANSWERS))
    made = store.run("commitments", *MEETING, "--json").json["commitments"]
    minutes = Path("minutes.md").read_text("utf-8")

    assert (0, "") == (held.code, held.err)
    questions = ("What progress in each Key Result?", "What stands in the way?", "What will each of us do next?")
    assert sorted(held.out.index(question) for question in questions) == [held.out.index(q) for q in questions]
    assert "1 reported, 1 promised" in held.out
    assert [("ana", "look at the stock", "luis")] == [(one["person"], one["what"], one["asked_by"]) for one in made]
    for line in (
        "- luis kept it: ring ten customers · seen by: the list of calls",
        "- the late parcels · luis",
        "- no boxes · ana sees to it",
        "- ana: look at the stock · for: Told before they asked · luis asks · due 16 March 2026",
        "- next time at ten",
    ):
        assert line in minutes


def test_what_is_refused_is_said_and_asked_for_no_more(store: Store) -> None:
    """The meeting goes on: no evidence, a lag measure, nobody who asks."""
    answers = ("ana", "y", "", "", "", "raise the score", "nps", "luis", "ring more", "told_first_rate", "ana", "", "")
    held = store.run("checkin", *MEETING, said=said(*answers))

    assert 0 == held.code
    assert ["evidence", "lead measure", "colleague"] == [
        word for word in ("evidence", "lead measure", "colleague") if f"{word}" in held.out
    ]
    assert "0 reported, 0 promised" in held.out


def test_a_miss_is_kept_with_its_reason(store: Store) -> None:
    """In Spanish the answer is no as well."""
    held = store.run("checkin", *MEETING, said=said("", "n", "me puse mala", "", "", "", "", ""), lang="es")
    (one,) = store.run("commitments", "--all", *MEETING, "--json").json["commitments"]

    assert 0 == held.code
    assert ("missed", "me puse mala") == (one["state"], one["reason"])


def test_a_check_in_that_is_broken_off_keeps_what_was_reported(store: Store) -> None:
    """But no minutes; and it says so."""
    broken = store.run("checkin", *MEETING, said=said("", "y", "the list of calls"))
    (one,) = store.run("commitments", "--all", *MEETING, "--json").json["commitments"]

    assert 1 == broken.code
    assert "Broken off" in broken.out
    assert "kept" == one["state"]
    assert store.run("checkin", *MEETING, "--json").json["last_held"] is None


def test_an_agenda_is_shown_without_holding_anything(store: Store) -> None:
    """In words, as Markdown and as JSON: the same."""
    words = store.run("checkin", "--agenda", *MEETING).out
    store.run("checkin", "--agenda", *MEETING, "--markdown", "agenda.md")
    shown = store.run("checkin", *MEETING, "--minutes", "10", "--json").json
    line = "luis: ring ten customers · for: Told before they asked · ana asks · due 9 March 2026 (1 min)"

    assert line in words
    assert f"- {line}\n" in Path("agenda.md").read_text("utf-8")
    assert ["no_goal", "to_report", "ask", "commit", "commit"] == [item["kind"] for item in shown["items"]]
    assert sum(item["minutes"] for item in shown["items"]) == shown["planned"] <= 10 == shown["minutes"]


def test_an_invitation_is_written_for_any_calendar(store: Store) -> None:
    """With the lines that the format asks for."""
    done = store.run("checkin", *MEETING, "--ics", "team.ics", lang="es")
    written = Path("team.ics").read_bytes()

    assert (0, True) == (done.code, "team.ics" in done.out)
    assert written.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"mailto:ana@example.com" in written.replace(b"\r\n ", b"")


def test_a_team_that_is_none_is_refused(store: Store) -> None:
    """With those that there are."""
    refused = store.run("checkin", "--agenda", "--team", "nobody")

    assert (1, True) == (refused.code, "after-sales" in refused.err)


# --- Commitments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "state", "empty"), [("en", "open", "None."), ("es", "abierto", "Ninguno.")])
def test_commitments_are_listed(store: Store, lang: str, state: str, empty: str) -> None:
    """Those that are open, or all; of a person."""
    listed = store.run("commitments", *MEETING, lang=lang).out

    assert all(
        word in listed for word in (store.commitment[-8:], "luis", "ring ten customers", "told_first_rate", "ana", state)
    )
    assert empty in store.run("commitments", "--person", "ana", *MEETING, lang=lang).out


def test_a_commitment_is_made_and_reported_on(store: Store) -> None:
    """By the end of its id."""
    given = ("--person", "ana", "--what", "look", "--for", "told_first_rate", "--asked-by", "luis", "--due", "2026-03-12")
    made = store.run("commitments", "make", *given, *MEETING, "--json").json
    kept = store.run("commitments", "report", made["id"][-8:], "--kept", "--evidence", "a list", *MEETING)
    all_ = store.run("commitments", "--all", "--now", "2026-03-20").out

    assert "ana kept it: look · seen by: a list" in kept.out
    assert "Kept: 1 of 2 that were due" in all_


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("report",), "names the commitment"),
        (("report", "nobody", "--missed"), "of this record"),
        (("make", "--person", "ana"), "measure"),
    ],
)
def test_what_is_not_said_is_asked_for(store: Store, args: tuple[str, ...], words: str) -> None:
    """In one plain line."""
    refused = store.run("commitments", *args, *MEETING)

    assert 1 == refused.code
    assert words.lower() in refused.err.lower()


def test_a_report_says_whether_it_was_kept(store: Store) -> None:
    """Nothing is taken for granted."""
    assert "--kept or --missed" in store.run("commitments", "report", store.commitment, *MEETING).err


def test_nothing_is_kept_without_evidence(store: Store) -> None:
    """At the command line neither."""
    refused = store.run("commitments", "report", store.commitment, "--kept", *MEETING)

    assert (1, True) == (refused.code, "evidence" in refused.err)
