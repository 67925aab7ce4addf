"""Events in a file: written, read again, and what is wrong with a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.test_as_of import live, seen
from tests.desk.world import JOAN, MARTA, SHOP, closed, placed, reported

OWN = {"addresses", "figure_marks", "figures", "intents", "keys", "people", "receipts", "seals", "settings"}
"""What is of its own store: keyed hashes, figures that were worked out, effects, keys of calls, seals."""


@pytest.fixture
def filled(desk: Desk, clock: ManualClock) -> Desk:
    """A desk with some life behind it."""
    desk.accounts.describe("hotel-sol", manager="ana", name="Hotel Sol")
    reported(desk, placed(desk, customer=JOAN, number="1001"))
    closed(desk)
    live(desk, clock, Random(3), 12)
    return desk


@pytest.fixture
def empty(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A desk on another store, with nothing in it."""
    with open_desk(f"sqlite:///{tmp_path}/other.db", SHOP, clock=clock) as other:
        yield other


def tables(store: Path | str) -> dict[str, Any]:
    """What a store holds beside what is its own."""
    whole = Copy(store).tables
    return {name: sorted(map(repr, map(sorted, map(dict.items, rows)))) for name, rows in whole.items() if name not in OWN}


def lines_of(file: Path) -> list[str]:
    """The lines of a file."""
    return file.read_text("utf-8").splitlines()


def written(file: Path, lines: list[str]) -> Path:
    """A file of these lines."""
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


# --- There and back ----------------------------------------------------------------------------------------------


def test_a_store_made_of_a_file_is_equal(filled: Desk, empty: Desk, tmp_path: Path, store_url: str) -> None:
    """Events with their chains, documents, facts, names, timelines, timers and words; and so is everything that it says."""
    count = filled.export_events(tmp_path / "events.jsonl", personal=True)
    loaded = empty.load_events(tmp_path / "events.jsonl")

    assert (count, count) == (loaded.events, len(Copy(tmp_path / "other.db").tables["events"]))
    assert {} == differing(tables(store_url), tables(tmp_path / "other.db"))
    assert {} == differing(seen(filled), seen(empty))


def test_a_record_of_many_pages_is_equal_too(
    filled: Desk, empty: Desk, tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is written a few rows at a time loses none of them."""
    monkeypatch.setattr("incidentkit.store.loading._AT_ONCE", 2)
    filled.export_events(tmp_path / "events.jsonl", personal=True)
    empty.load_events(tmp_path / "events.jsonl")

    assert {} == differing(tables(store_url), tables(tmp_path / "other.db"))
    assert empty.verify().ok


def differing(expected: dict[str, Any], actual: dict[str, Any]) -> dict[str, Any]:
    """What is not the same in both; a database may have tables of its own."""
    return {name: (said, actual[name]) for name, said in expected.items() if name in actual and said != actual[name]}


def test_lines_come_in_any_order_and_again(filled: Desk, empty: Desk, tmp_path: Path, store_url: str) -> None:
    """However they come, the store is the same."""
    filled.export_events(tmp_path / "events.jsonl", personal=True)
    lines = lines_of(tmp_path / "events.jsonl")
    mixed = lines + lines[::3]
    Random(5).shuffle(mixed)
    empty.load_events(written(tmp_path / "mixed.jsonl", mixed))

    assert {} == differing(tables(store_url), tables(tmp_path / "other.db"))


def test_a_file_holds_nothing_personal_unless_it_is_asked_for(filled: Desk, empty: Desk, tmp_path: Path) -> None:
    """Neither words nor people; in the store made of it they read as forgotten, and every figure is the same."""
    filled.export_events(tmp_path / "events.jsonl")
    text = (tmp_path / "events.jsonl").read_text("utf-8")
    empty.load_events(tmp_path / "events.jsonl")
    case = filled.incidents.find(limit=1)[0]

    assert [] == [t for t in ("crushed", "Marta", "joan@", "marta@", "34600", "c-joan", "Hotel Sol") if t in text]
    assert (True, None) == (bool(case.description and case.description.value), described(empty, case.id))
    assert [filled.measure(m) for m in filled.measures.names] == [empty.measure(m) for m in filled.measures.names]


def described(desk: Desk, incident: str) -> str | None:
    """The words of a case."""
    text = desk.incidents.get(incident).description
    return None if text is None else text.value


def test_another_tenant_loads_it_and_goes_on(filled: Desk, opened: Callable[..., Desk], tmp_path: Path, store_url: str) -> None:
    """Its chains are its own and hold; people are found again by their keys, and numbers are taken."""
    filled.export_events(tmp_path / "events.jsonl", personal=True)
    other = opened(tenant="other")
    other.load_events(tmp_path / "events.jsonl")
    other.orders.confirm(placed(other, customer=MARTA).id)
    people = {order.customer for order in other.orders.find(person=MARTA)}

    assert people == {order.customer for order in filled.orders.find(person=MARTA)}

    with pytest.raises(ik.RuleViolation, match="is in the record once"):
        placed(other, number="1001")
    broken = [
        fault for fault in faults(Copy(store_url), SHOP, "other") if not fault.startswith("intents") and "notice" not in fault
    ]
    assert [] == broken


def test_the_past_can_be_written_too(filled: Desk, empty: Desk, clock: ManualClock, tmp_path: Path) -> None:
    """A view of the record makes a file of what was known then."""
    known_at = clock()
    expected = filled.export_events(tmp_path / "now.jsonl")
    clock.advance(hours=1)
    placed(filled)
    with filled.as_of(known_at) as then:
        then.export_events(tmp_path / "then.jsonl")
    loaded = empty.load_events(tmp_path / "then.jsonl")

    assert expected == loaded.events


# --- What is refused ---------------------------------------------------------------------------------------------


def broken(lines: list[str], place: int, **changed: Any) -> list[str]:
    """The lines with an event's fields changed; None takes one away."""
    line = json.loads(lines[place])
    line["event"] = {name: value for name, value in (line["event"] | changed).items() if value is not None}
    return [*lines[:place], json.dumps(line), *lines[place + 1 :]]


WRONG: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "no JSON": (lambda lines: [*lines[:2], "{oops", *lines[2:]], "line 3: is no JSON object"),
    "a list": (lambda lines: [*lines[:2], "[1]", *lines[2:]], "line 3: is no JSON object"),
    "two things": (lambda lines: [*lines[:2], '{"a":1,"b":2}', *lines[2:]], "line 3: says neither"),
    "an unknown thing": (lambda lines: [*lines[:2], '{"cake":{}}', *lines[2:]], "line 3: does not say"),
    "no beginning": (lambda lines: lines[1:], "no first line"),
    "no end": (lambda lines: lines[:-1], "no last line"),
    "an event is missing": (lambda lines: [*lines[:3], *lines[4:]], "events should be in it"),
    "a line is missing": (lambda lines: [line for line in lines if not line.startswith('{"timer"')], "lines should be in it"),
    "another format": (lambda lines: [lines[0].replace('"version":1', '"version":9'), *lines[1:]], "line 1: must begin"),
    "a field is missing": (lambda lines: broken(lines, 2, actor=None), "line 3: does not say"),
    "a wrong type": (lambda lines: broken(lines, 2, version="2"), "line 3: does not say"),
    "no instant": (lambda lines: broken(lines, 2, known_at="yesterday"), "line 3: does not say"),
    "no zone": (lambda lines: broken(lines, 2, known_at="2026-03-01T10:00:00"), "line 3: does not say"),
    "half a letter": (lambda lines: broken(lines, 2, actor="\ud800"), "line 3: does not say"),
    "a NUL": (lambda lines: broken(lines, 2, actor="a\0b"), "line 3: does not say"),
    "two in one place": (lambda lines: [*lines, *broken(lines, 2, stream="another")[2:3]], "a place in the record"),
    "another one again": (lambda lines: [*lines, *broken(lines, 2, actor="agent:eva")[2:3]], "says another thing than line 3"),
    "changed words": (lambda lines: broken(lines, 2, actor="agent:eva"), "or they were changed"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_is_wrong_is_refused_whole(filled: Desk, empty: Desk, tmp_path: Path, wrong: str) -> None:
    """It says in which line, nothing of what stands there, and leaves nothing behind."""
    spoil, said = WRONG[wrong]
    before = Copy(tmp_path / "other.db")
    filled.export_events(tmp_path / "events.jsonl")
    file = written(tmp_path / "wrong.jsonl", spoil(lines_of(tmp_path / "events.jsonl")))

    with pytest.raises(ik.ImportRefused) as refused:
        empty.load_events(file)
    assert said in str(refused.value)
    assert before == Copy(tmp_path / "other.db")


SENSELESS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown type": ({"type": "cake.baked"}, "line 2:"),
    "a later version": ({"type_version": 99}, "line 2:"),
    "a version is missing": ({"version": 7}, "and there is no"),
    "data of another": ({"data": {"cake": 1}}, "line 2:"),
    "none that may be first": ({"type": "order.confirmed", "data": {}}, "line 2:"),
}


@pytest.mark.parametrize("senseless", SENSELESS)
def test_events_that_make_no_sense_are_refused(desk: Desk, empty: Desk, tmp_path: Path, senseless: str) -> None:
    """Even where the file was made to look whole."""
    changed, said = SENSELESS[senseless]
    order = placed(desk)
    desk.orders.confirm(order.id)
    desk.export_events(tmp_path / "events.jsonl")
    file = written(tmp_path / "wrong.jsonl", whole(broken(lines_of(tmp_path / "events.jsonl"), 1, **changed)))

    with pytest.raises(ik.ImportRefused) as refused:
        empty.load_events(file)
    assert said in str(refused.value)
    assert 0 == empty.queue_size()


def test_events_that_were_changed_are_refused_where_their_chains_are_known(desk: Desk, empty: Desk, tmp_path: Path) -> None:
    """The same tenant's chains must end where the file says they did."""
    placed(desk)
    desk.export_events(tmp_path / "events.jsonl")
    changed = broken(lines_of(tmp_path / "events.jsonl"), 1, actor="agent:eva")
    with pytest.raises(ik.ImportRefused, match="as they were recorded"):
        empty.load_events(written(tmp_path / "wrong.jsonl", whole(changed)))


def whole(lines: list[str]) -> list[str]:
    """The lines, with a last one that goes with them."""
    from incidentkit.store.transfer import Sum, digest_of

    said, end = Sum(), json.loads(lines[-1])
    for line in lines[1:-1]:
        said.add(digest_of(json.loads(line)))
    return [*lines[:-1], json.dumps({"end": end["end"] | {"lines": said.lines, "sum": said.hex}})]


def test_a_store_with_something_in_it_is_refused(filled: Desk, empty: Desk, tmp_path: Path) -> None:
    """It is as it was."""
    filled.export_events(tmp_path / "events.jsonl")
    placed(empty)
    before = Copy(tmp_path / "other.db")

    with pytest.raises(ik.RuleViolation, match="must have nothing in it"):
        empty.load_events(tmp_path / "events.jsonl")
    assert before == Copy(tmp_path / "other.db")


def test_a_file_that_is_there_is_not_written_over(desk: Desk, tmp_path: Path) -> None:
    """It is as it was."""
    written(tmp_path / "mine.txt", ["mine"])
    with pytest.raises(ik.InvalidInput, match="must not be there yet"):
        desk.export_events(tmp_path / "mine.txt")

    assert ["mine"] == lines_of(tmp_path / "mine.txt")


def test_progress_is_told(filled: Desk, empty: Desk, tmp_path: Path) -> None:
    """Of both, up to the end."""
    told: list[tuple[int, int]] = []
    count = filled.export_events(tmp_path / "events.jsonl", progress=lambda *said: told.append(said))
    empty.load_events(tmp_path / "events.jsonl", progress=lambda *said: told.append(said))

    assert ((count, count), (2 * count, 2 * count)) == (told[0] if len(told) == 1 else told[-2], told[-1])


def test_what_was_recorded_out_of_order_is_known_once_all_before_it_was(desk: Desk, tmp_path: Path, clock: ManualClock) -> None:
    """A record of an earlier version, whose clock had stepped back, has the same views; beside counting them off."""
    for _ in range(12):
        placed(desk)
        clock.advance(hours=1)
    desk.export_events(tmp_path / "events.jsonl")
    lines = lines_of(tmp_path / "events.jsonl")
    for place in (3, 4, 8):
        early = datetime.fromisoformat(json.loads(lines[place])["event"]["known_at"]) - timedelta(hours=2.5)
        lines = broken(lines, place, known_at=early.isoformat(), occurred_at=early.isoformat())
    known = [datetime.fromisoformat(json.loads(line)["event"]["known_at"]) for line in lines[1:-1]]
    with open_desk("sqlite://", SHOP, clock=clock, tenant="other") as other:
        other.load_events(written(tmp_path / "old.jsonl", whole(lines)))
        instants = sorted({*known, *(at - timedelta(minutes=1) for at in known)})
        expected = [next((seq for seq, k in enumerate(known) if k > at), len(known)) for at in instants]

        assert expected == [other.as_of(at).seq for at in instants]
