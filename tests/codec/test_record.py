"""Events and documents as text: what is written can be read, also when it was written by an older version."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve, frozen

from incidentkit.codec.record import (
    KINDS,
    canonical,
    decode_document,
    decode_event,
    encode_document,
    encode_event,
    kind_of,
    text_refs,
)
from incidentkit.codec.upcasting import UPCASTS
from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.events import EVENT_TYPES
from incidentkit.domain.goals import Objective
from incidentkit.domain.ids import IncidentId, OrderId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.mass import MassIncident
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.readings import Reading
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.texts import Text

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
REF = "text:01900000-0000-7000-8000-000000000001"
OTHER = "text:01900000-0000-7000-8000-000000000002"
WORDS = {REF: "crushed", OTHER: "dented"}


def an_order(**given: Any) -> Order:
    """A placed order."""
    return Order(OrderId("o-1"), AT, Money("5", "EUR"), (Line("A", 1, Money("5", "EUR")),), **given)


# --- Events ------------------------------------------------------------------------------------------------------


def test_an_event_is_plain_json() -> None:
    """Short and sorted by field; defaults are left out, money and times are text, words are a reference."""
    reported = ev.IncidentReported(IncidentId("i-1"), "late", "minor", Text(REF, "crushed"), Owner("after-sales"))
    expected = f'{{"incident":"i-1","kind":"late","severity":"minor","description":"{REF}","owner":{{"team":"after-sales"}}}}'

    assert expected == encode_event(reported)


def test_words_are_never_written() -> None:
    """Only their reference is, though the event in memory has them."""
    assert "crushed" not in encode_event(ev.StatusPublished(Text(REF, "crushed")))


def test_words_come_back_from_the_vault() -> None:
    """A reference that the vault has words for is a text with them."""
    event = decode_event("order.status_published", 1, f'{{"text":"{REF}"}}', WORDS)

    assert "crushed" == str(event.text)  # type: ignore[attr-defined]


def test_forgotten_words_are_an_empty_text() -> None:
    """The reference stays, and stands for nothing."""
    event = decode_event("order.status_published", 1, f'{{"text":"{REF}"}}', {})

    assert Text(REF) == event.text  # type: ignore[attr-defined]
    assert "" == str(event.text)  # type: ignore[attr-defined]


def test_words_come_back_only_where_a_text_stands() -> None:
    """A correction names references of words, which stay references; so does whatever else happens to look like one."""
    amended = ev.IncidentAmended((ev.Change("description", REF, OTHER),), Text("r", "misread"), Text(OTHER, "dented"))
    data = encode_event(amended)
    again = decode_event("incident.amended", 1, data, WORDS)

    assert amended == again
    assert "dented" == str(again.description)
    assert "crushed" not in repr(again)


def test_references_are_found() -> None:
    """Those in an encoded event, and nothing that only looks alike."""
    data = json.dumps({"a": REF, "b": [OTHER], "c": "text:nothing", "d": f"see {REF}"})

    assert (REF, OTHER) == text_refs(data)


def test_every_event_type_has_a_version() -> None:
    """From 1 on."""
    assert all(kind.version >= 1 for kind in EVENT_TYPES.values())


# --- Old versions ------------------------------------------------------------------------------------------------


def test_an_old_event_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each version's upcast is applied in turn, on reading, until the data is today's."""

    @frozen
    class Published(ev.Happening):
        type = "order.status_published"
        version = 3
        text: Text
        place: str
        loud: bool

    monkeypatch.setitem(EVENT_TYPES, "order.status_published", Published)
    monkeypatch.setitem(UPCASTS, ("order.status_published", 1), lambda data: {**data, "place": "page"})
    monkeypatch.setitem(UPCASTS, ("order.status_published", 2), lambda data: {**data, "loud": data["place"] == "page"})

    assert Published(Text(REF), "page", True) == decode_event("order.status_published", 1, f'{{"text":"{REF}"}}')
    assert Published(Text(REF), "door", False) == decode_event(
        "order.status_published", 2, f'{{"text":"{REF}","place":"door"}}'
    )


def test_every_old_version_has_its_upcast() -> None:
    """From each version before today's there is a way to the next."""
    missing = {(name, v) for name, kind in EVENT_TYPES.items() for v in range(1, kind.version)} - set(UPCASTS)

    assert set() == missing


def test_every_upcast_is_of_an_older_version() -> None:
    """None is left over."""
    assert all(version < EVENT_TYPES[name].version for name, version in UPCASTS)


def test_further_fields_of_a_document_are_passed_over() -> None:
    """What a later version of the same schema added does not stop an older one from reading."""
    order = an_order()
    more = json.dumps({**json.loads(encode_document(order)), "mood": "sunny"})

    assert order == decode_document("order", more)


# --- Documents ---------------------------------------------------------------------------------------------------


def test_a_document_leaves_out_what_is_derived() -> None:
    """Being in incident is not kept twice."""
    assert encode_document(an_order()) == encode_document(an_order(in_incident=True))


def test_each_kind_of_stream_has_its_state() -> None:
    """And each state its kind."""
    work = {"order": Order, "incident": Incident, "ask": Ask, "task": Task, "need": Need}
    work |= {"call": VerificationCall, "call_list": CallList}
    goals = {"objective": Objective, "commitment": Commitment, "checkin": CheckIn, "reading": Reading}
    causes = {"analysis": Analysis, "corrective_action": CorrectiveAction}
    kinds = {**work, **goals, **causes, "account": Account, "person": Preferences, "mass": MassIncident}

    assert kinds == dict(KINDS)
    assert "order" == kind_of(an_order())


def test_a_bare_number_stays_a_bare_number() -> None:
    """Money without a currency is read as it was written."""
    placed = ev.OrderPlaced(OrderId("o-1"), (Line("A", 1, "9.99"),), Money("9.99"))

    assert placed == decode_event("order.placed", 1, encode_event(placed))


# --- Arguments ---------------------------------------------------------------------------------------------------

SAME: list[tuple[Any, Any]] = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"a": [1, 2]}, {"a": (1, 2)}),
    ({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}),
    ({"a": AT}, {"a": AT.astimezone(timezone(timedelta(hours=9)))}),
    ({"a": Line("A", 1, "5")}, {"a": Line("A", 1, Money(5))}),
]
OTHERWISE: list[tuple[Any, Any]] = [
    ({"a": 1}, {"a": "1"}),
    ({"a": 1}, {"a": True}),
    ({"a": 1}, {"b": 1}),
    ({"a": 1}, {"a": Decimal(1)}),
    ({"a": AT}, {"a": AT.isoformat()}),
    ({"a": AT}, {"a": AT + timedelta(microseconds=1)}),
    ({"a": date(2026, 3, 2)}, {"a": AT}),
    ({"a": [1, 2]}, {"a": [2, 1]}),
    ({"a": "ñ"}, {"a": "n\u0303"}),
    ({"a": Line("A", 1, "5")}, {"a": Line("A", 2, "5")}),
    ({"a": Money("5", "EUR")}, {"a": Money("5", "USD")}),
    ({"a": Customer("c", name="Eva")}, {"a": Customer("c", name="Eve")}),
    ({"a": Customer("c")}, {"a": "c"}),
    ({"a": "b", "c": "d"}, {"a": 'b","c":"d'}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_arguments_are_the_same_bytes(one: Any, other: Any) -> None:
    """However they are ordered or written down."""
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), OTHERWISE)
def test_different_arguments_are_other_bytes(one: Any, other: Any) -> None:
    """Down to a microsecond, a type, an accent."""
    assert canonical(one) != canonical(other)


def test_half_a_surrogate_pair_has_no_bytes() -> None:
    """It can't be written down, so it is no argument."""
    with pytest.raises(UnicodeEncodeError):
        canonical({"a": "\ud800"})


def test_a_state_that_changed_is_another_document() -> None:
    """Each field counts."""
    assert encode_document(an_order()) != encode_document(evolve(an_order(), number="7"))
