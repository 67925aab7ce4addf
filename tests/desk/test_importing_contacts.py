"""What an import makes of rows about contacts: they find their needs as if they had been taken down one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing import ImportReport
from incidentkit.domain.contacts import Contact
from incidentkit.domain.needs import Need
from incidentkit.testing._audit import Copy, faults
from tests.desk.importing import NOW, asked, count, last_seq, opened, order, text_of, write

PROFILE = """
name = "desk"
[sources.orders]
files = "orders.csv"
optional = true
[sources.tickets]
files = "tickets*.csv"
optional = true
[sources.messages]
files = "messages*.csv"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
[orders.customer]
key = "person"
[[incidents]]
name = "ticket"
source = "tickets"
rows = "many"
key = "number"
order = "order"
type = "type"
team = { column = "group", map = { Depot = "warehouse" } }
detected = { column = "opened", take = "min" }
at = "written"
status = "state"
[[incidents.events]]
event = "resolved"
when = [{ column = "state", any_of = "Solved" }]
[[incidents.events]]
event = "reopened"
when = [{ column = "state", none_of = "Solved" }]
[[contacts]]
name = "message"
source = "messages"
key = "id"
order = "order"
incident = "ticket"
at = "sent"
channel = "via"
direction = "way"
automatic = "machine"
live = "live"
expects_answer = "asks"
agent = "agent"
answered = "answered"
summary = "text"
ticket = "case"
[contacts.customer]
key = "person"
"""
READ = parse_profile(PROFILE)
TICKETS = ["number", "order", "type", "group", "opened", "state", "written"]
MESSAGES = [
    "id",
    "ticket",
    "order",
    "person",
    "sent",
    "via",
    "way",
    "machine",
    "live",
    "asks",
    "agent",
    "answered",
    "text",
    "case",
]
SHOP = ik.Shop(
    teams=(ik.Team("after-sales"), ik.Team("warehouse")), agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "warehouse"))
)
START = datetime(2024, 1, 1, tzinfo=UTC)

Row = dict[str, str]


def at(hours: float) -> str:
    """An hour of January 2024, as the tables write it."""
    return (START + timedelta(hours=hours)).isoformat()


def message(id_: str, sent: float, **values: str) -> Row:
    """A mail of a customer."""
    return {"id": id_, "sent": at(sent), "via": "email", "person": "eva", **values}


def ticket(number: str, written: float, state: str = "New", **values: str) -> Row:
    """A row of a ticket's log."""
    return {"number": number, "type": "late", "opened": at(0), "written": at(written), "state": state, **values}


def folder_with(folder: Path, messages: Iterable[Row], tickets: Iterable[Row] = (), orders: Iterable[Row] = ()) -> Path:
    """A folder with those tables."""
    write(folder)
    (folder / "messages.csv").write_text(text_of(MESSAGES, list(messages)))
    (folder / "tickets.csv").write_text(text_of(TICKETS, list(tickets)))
    (folder / "orders.csv").write_text(text_of(["id", "person", "placed"], list(orders)))
    return folder


def desk_at(url: str = "sqlite://") -> Any:
    """A desk of the shop."""
    return opened(READ, url, SHOP)


def needs_after(folder: Path, *rounds: tuple[Iterable[Row], Iterable[Row]]) -> tuple[list[Need], list[ImportReport]]:
    """The needs, the earliest first, after imports of messages and tickets."""
    with desk_at() as desk:
        reports = [desk.imports.run(READ, [folder_with(folder, *tables)]) for tables in rounds]
        return sorted(desk.needs.find(), key=lambda need: need.opened_at), reports


def said(contact: Contact) -> tuple[str, str, float]:
    """A contact in short: direction, reason, hour."""
    return contact.direction, contact.because, (contact.at - START) / timedelta(hours=1)


# --- Fields ------------------------------------------------------------------------------------------------------


def test_a_contact_with_everything(tmp_path: Path, store_url: str) -> None:
    """Channel, direction, customer, order, agent and words are kept; nothing is sent, timed or asked."""
    rows = [
        message("1", 1, order="A", text="Where is it?"),
        message("2", 2, order="A", way="out", agent="leo", machine="No", text="On its way."),
        message("3", 3, order="A", via="phone", live="yes", agent="ana"),
        message("4", 4, order="A", machine="TRUE", live="yes", text="I am away"),
        message("5", 5, order="A", asks="no", text="Thanks"),
    ]
    with desk_at(store_url) as desk:
        report = desk.imports.run(READ, [folder_with(tmp_path, rows, orders=[order(person="eva")])])
        (need,) = desk.needs.find()
        waiting = count(desk, "timers"), count(desk, "intents"), count(desk, "facts_tasks")

    assert (5, (0, 0, 0)) == (report.contacts, waiting)
    assert need.passive
    assert (need.contacts[0].orders, need.contacts[0].customer) == (need.orders, need.customer)
    assert [("in", "new", 1), ("out", "order", 2), ("in", "order", 3), ("in", "order", 4), ("in", "order", 5)] == [
        said(contact) for contact in need.contacts
    ]
    assert [("", ""), ("leo", "warehouse"), ("ana", "after-sales"), ("", ""), ("", "")] == [
        (contact.agent, contact.team) for contact in need.contacts
    ]
    assert [(False, False), (False, False), (False, True), (True, False), (False, False)] == [
        (contact.automatic, contact.live) for contact in need.contacts
    ]
    assert [True, False, True, True, False] == [contact.expects_answer for contact in need.contacts]
    assert ["Where is it?", "On its way.", "None", "I am away", "Thanks"] == [str(contact.summary) for contact in need.contacts]


def test_an_answer_in_the_same_row_is_a_second_contact(tmp_path: Path) -> None:
    """It goes out on the same channel, to the same need, even where another one of the customer's is open; once."""
    rows = [message("1", 1, order="A"), message("2", 2, agent="ana", answered=at(30)), message("3", 3, order="B")]
    with desk_at() as desk:
        orders = [order(id=key, person="eva") for key in "AB"]
        reports = [desk.imports.run(READ, [folder_with(tmp_path, rows, orders=orders)]) for _ in range(2)]
        of_first = next(need for need in desk.needs.find() if len(need.contacts) == 3)

    assert [4, 0] == [report.contacts for report in reports]
    assert [("in", "new", 1), ("in", "only", 2), ("out", "named", 30)] == [said(contact) for contact in of_first.contacts]
    assert ["", "", "ana"] == [contact.agent for contact in of_first.contacts]


def test_an_answer_that_comes_with_a_later_export(tmp_path: Path) -> None:
    """It joins the need of its question, wherever that has gone since."""
    asked, answered = message("1", 1), message("1", 1, answered=at(9))
    with desk_at() as desk:
        desk.imports.run(READ, [folder_with(tmp_path, [asked])])
        (first,) = desk.needs.find()
        other = desk.contacts.log(channel="phone", customer="eva", need=None, order=None)
        desk.needs.split(first.id, [other.id])
        other_need = next(need for need in desk.needs.find() if need.id != first.id)
        desk.needs.join(first.id, into=other_need.id)
        report = desk.imports.run(READ, [folder_with(tmp_path, [answered])])
        (need,) = desk.needs.find()

    assert (1, other_need.id) == (report.contacts, need.id)
    assert ("out", "named", 9) == said(need.contacts[-1])


def test_an_answer_before_its_question_is_kept_as_given(tmp_path: Path) -> None:
    """It is listed, and marks the order, on every run; the question comes first nevertheless."""
    rows, listing = [message("1", 10, order="A", answered=at(4))], tmp_path / "rejects.out"
    with desk_at() as desk:
        folder = folder_with(tmp_path / "files", rows, orders=[order(person="eva")])
        reports = [desk.imports.run(READ, [folder], rejects=listing) for _ in range(2)]
        (need,), (found,) = desk.needs.find(), desk.orders.find()

    assert [("in", "new", 10), ("out", "named", 4)] == [said(contact) for contact in need.contacts]
    assert ("answered_before_asked",) == found.anomalies
    assert [1, 1] == [report.listed for report in reports]
    assert f"messages.csv,2,answered,{at(4)},answered_before_asked" in listing.read_text()


def test_what_is_missing_or_unusable(tmp_path: Path) -> None:
    """A row is rejected without its time, its key or anybody it is about; any other field is dropped and listed."""
    rows = [
        message("1", 1, via="by pigeon", way="across", agent="nobody", machine="perhaps", asks="?", answered="never"),
        {**message("2", 1), "sent": ""},
        {**message("3", 1), "sent": "soon"},
        message("", 1),
        message("5", 1, person=""),
        message("6", 1, order="Z"),
        message("7", 1, ticket="Z", answered=at(2)),
        {**message("8", 1), "sent": (NOW + timedelta(days=1)).isoformat()},
    ]
    (need,), (report,) = needs_after(tmp_path, (rows, []))

    assert ("other", "in", "", False, True) == (
        need.contacts[0].channel,
        need.contacts[0].direction,
        need.contacts[0].agent,
        need.contacts[0].automatic,
        need.contacts[0].expects_answer,
    )
    fields = ("answered", "channel", "direction", "automatic", "expects_answer", "agent")
    assert {f"unusable:{name}": 1 for name in fields} == report.dropped
    assert {
        "missing:at": 1,
        "unusable:at": 2,
        "missing:key": 1,
        "missing:subject": 1,
        "unknown:order": 1,
        "unknown:incident": 1,
    } == report.rejected


# --- Needs -------------------------------------------------------------------------------------------------------


def test_a_need_follows_its_incident_at_the_times_of_the_source(tmp_path: Path, store_url: str) -> None:
    """It is resolved and reopened when the incident was, between the contacts; what came later finds it as it was then."""
    log = [ticket("7", 0), ticket("7", 10, "Solved"), ticket("7", 13, "Open"), ticket("7", 20, "Solved")]
    rows = [message(str(hour), hour, ticket="7") for hour in (1, 5, 12, 15, 25)]
    with desk_at(store_url) as desk:
        desk.imports.run(READ, [folder_with(tmp_path, rows, log)])
        (need,), (case,) = desk.needs.find(), desk.incidents.find(open=None)
        turned = asked(desk, "SELECT type FROM events WHERE type IN ('need.resolved', 'need.reopened') ORDER BY seq")

    assert [("new", 1), ("incident", 5), ("repeat_incident", 12), ("incident", 15), ("repeat_incident", 25)] == [
        (contact.because, (contact.at - START) / timedelta(hours=1)) for contact in need.contacts
    ]
    assert [case.id] == list(need.incidents)
    assert (2, True, START + timedelta(hours=10)) == (need.reopened, need.open, need.first_resolved_at)
    assert 5 == len(case.contacts)
    assert ["resolved", "reopened"] * 2 == [kind.removeprefix("need.") for (kind,) in turned]


def test_a_need_with_two_incidents_is_resolved_with_the_last(tmp_path: Path) -> None:
    """However early the other was solved."""
    log = [ticket(number, 0, order="A") for number in "78"] + [ticket("7", 10, "Solved"), ticket("8", 20, "Solved")]
    rows = [message("1", 1, ticket="7"), message("2", 5, ticket="8"), message("3", 15, ticket="7")]
    with desk_at() as desk:
        desk.imports.run(READ, [folder_with(tmp_path, rows, log, [order(person="eva", placed=at(0))])])
        (need,) = desk.needs.find()

    assert (START + timedelta(hours=20), 0) == (need.resolved_at, need.reopened)
    assert ["new", "order", "incident"] == [contact.because for contact in need.contacts]


def test_a_contact_without_a_subject_concerns_what_was_open_then(tmp_path: Path) -> None:
    """An incident that was solved before, or found later, hears nothing of it."""
    log = [ticket("7", 0), ticket("7", 10, "Solved")]
    rows = [message("1", 1, ticket="7"), message("2", 2), message("3", 30)]
    (need,), _ = needs_after(tmp_path, (rows, log))

    assert [1, 1, 0] == [len(contact.incidents) for contact in need.contacts]


def test_steps_that_come_with_a_later_export(tmp_path: Path) -> None:
    """A need hears once of what became of its incident, also when that is known later."""
    log = [ticket("7", 0), ticket("7", 10, "Solved"), ticket("7", 13, "Open"), ticket("7", 20, "Solved")]
    rows = [message("1", 1, ticket="7"), message("2", 5, ticket="7"), message("3", 25, ticket="7", asks="no")]
    at_once, _ = needs_after(tmp_path / "once", (rows, log))
    in_parts, reports = needs_after(tmp_path / "parts", (rows[:1], log[:1]), (rows[:2], log[:2]), (rows, log), (rows, log))

    assert [story(need) for need in at_once] == [story(need) for need in in_parts]
    assert 0 == reports[-1].events


def story(need: Need) -> tuple[Any, ...]:
    """A need without its ids, to compare by."""
    contacts = [(c.at, c.direction, c.channel, c.because, len(c.orders), len(c.incidents)) for c in need.contacts]
    return need.opened_at, need.resolved_at, need.first_resolved_at, need.reopened, len(need.orders), need.type, contacts


# --- Any order ---------------------------------------------------------------------------------------------------

_hours = st.integers(0, 400)
_messages = st.lists(
    st.builds(
        lambda id_, sent, person, to, ticket, way, answered: message(
            str(id_), sent, person=person, order=to, ticket=ticket, way=way, answered=answered and at(sent + answered)
        ),
        st.integers(1, 30),
        _hours,
        st.sampled_from(("eva", "eva", "jon")),
        st.sampled_from(("", "", "A", "B")),
        st.sampled_from(("", "", "7", "8")),
        st.sampled_from(("in", "in", "out")),
        st.just("") | st.integers(1, 60),
    ),
    max_size=12,
    unique_by=lambda row: row["id"],
)
_logs = st.lists(
    st.tuples(st.sampled_from("78"), _hours, st.sampled_from(("Solved", "Open"))), max_size=8, unique_by=lambda row: row[:2]
).map(lambda rows: [ticket(number, hour, state, order="A" * (number == "7")) for number, hour, state in sorted(rows)])

ORDERS = [order(id=key, person="eva", placed=at(0)) for key in "AB"]


def _stories(*rounds: tuple[list[Row], list[Row]]) -> tuple[list[Any], int, list[str]]:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        with desk_at(f"sqlite:///{path / 'shop.db'}") as desk:
            for rows, log in rounds:
                desk.imports.run(READ, [folder_with(path / "files", rows, log, ORDERS)])
            found = sorted((story(need) for need in desk.needs.find(limit=1000)), key=repr)
            last = last_seq(desk)
        return found, last, faults(Copy(path / "shop.db"), SHOP)


@settings(max_examples=20)
@given(rows=_messages, log=_logs, data=st.data())
def test_rows_in_any_order_and_twice(rows: list[Row], log: list[Row], data: st.DataObject) -> None:
    """The same messages in any order, and once more in another, come to the same needs, and the record is sound."""
    log = [ticket(number, 0) for number in "78"] + log
    shuffled = [(data.draw(st.permutations(rows)), log) for _ in range(2)]
    once, twice = _stories((rows, log)), _stories(*shuffled)

    assert (once[:2], []) == (twice[:2], once[2] + twice[2])


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_files_in_any_order(tmp_path: Path, parts: int) -> None:
    """Several files of one table are sorted by time, whatever they are called."""
    rows = [message(str(n), 10 + 7 * n % 50, order="AB"[n % 2] if n % 3 else "") for n in range(12)]
    with desk_at() as desk:
        folder = folder_with(tmp_path, [], orders=ORDERS)
        for part in range(parts):
            (folder / f"messages{parts - part}.csv").write_text(text_of(MESSAGES, rows[part::parts]))
        desk.imports.run(READ, [folder])
        found = sorted((story(need) for need in desk.needs.find()), key=repr)
    with desk_at() as desk:
        desk.imports.run(READ, [folder_with(tmp_path / "whole", rows, orders=ORDERS)])

        assert sorted((story(need) for need in desk.needs.find()), key=repr) == found


def test_a_dry_run_counts_contacts(tmp_path: Path) -> None:
    """It says what would be entered, and enters nothing."""
    rows, log = [message("1", 1, ticket="7"), message("2", 2)], [ticket("7", 0), ticket("7", 9, "Solved")]
    with desk_at() as desk:
        folder = folder_with(tmp_path, rows, log)
        would = desk.imports.run(READ, [folder], dry_run=True)
        empty = last_seq(desk)

        assert evolve(would, listed=0) == desk.imports.run(READ, [folder])
    assert (0, 2) == (empty, would.contacts)


# --- Teams -------------------------------------------------------------------------------------------------------


def test_an_imported_case_belongs_to_the_team_that_the_source_says(tmp_path: Path, store_url: str) -> None:
    """Through the map; without one, and where the shop has no such team, the type's own, which is listed."""
    log = [ticket("1", 0, group="Depot"), ticket("2", 0), ticket("3", 0, group="Moon")]
    listing = tmp_path / "rejects.out"
    with desk_at(store_url) as desk:
        report = desk.imports.run(READ, [folder_with(tmp_path / "files", [], log)], rejects=listing)
        teams = sorted(case.owner.team for case in desk.incidents.find())

        assert ["after-sales", "after-sales", "warehouse"] == teams
        assert 1 == len(desk.queue("warehouse"))
    assert {"unusable:team": 1} == report.dropped
    assert "tickets.csv,4,group,Moon,unusable:team" in listing.read_text()
