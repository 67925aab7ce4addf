"""What changes of states do to the facts: only what changed is written, and what is no longer so is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.evolve import evolve as happen
from incidentkit.domain.ids import ConversationId, CustomerId, IncidentId, LineId, OrderId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.messages import Conversation
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.measures.facts import facts_of, lasting_facts
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.projection import Projection
from incidentkit.testing import strategies

AT = datetime(2024, 3, 30, 10, tzinfo=UTC)
SHOP = Shop()
SIGNED = "facts_incident_signatures"
"""Rows that are put anew for an incident, in place of all that it had."""
ORDER = Order(OrderId("o-1"), AT, Money("5", "EUR"), (Line("cup", 1, Money("5", "EUR"), LineId("1")),))
SPOKEN = Conversation(ConversationId("c-1"), "phone", "ana", AT, Text("t-1"))
INCIDENT = Incident(
    IncidentId("i-1"), "late", "minor", Text("t-1"), AT, Owner("t"), orders=(ORDER.id,), conversations=(SPOKEN,)
)


def projected(before: State | None, after: State) -> Projection:
    """What a change comes to."""
    made = Projection(SHOP, lambda _: ORDER)
    made.project(before, after)
    return made


def test_a_new_state_writes_all_of_its_facts() -> None:
    """Also those that never change afterwards."""
    assert {"facts_orders", "facts_order_products"} == set(projected(None, ORDER).puts)


def test_what_did_not_change_is_not_written() -> None:
    """Words that no fact has change no row and mark no day."""
    made = projected(ORDER, evolve(ORDER, status_text=Text("t-2")))

    assert ({}, {}, {}, set()) == (made.puts, made.touches, made.drops, made.marks)


def test_a_row_that_stays_in_its_place_is_only_touched() -> None:
    """While no column of an index changes, none of the indexes has to be written anew."""
    owner = evolve(INCIDENT, owner=Owner("after-sales", "ana"))
    other = evolve(INCIDENT, customer=CustomerId("c-2"))

    assert [{"facts_incidents"}, {"facts_incidents"}] == [
        set(projected(INCIDENT, owner).touches),
        set(projected(INCIDENT, other).puts),
    ]


def test_what_is_no_longer_so_is_taken_away() -> None:
    """A row whose key is not there any more is dropped by that key."""
    made = projected(INCIDENT, evolve(INCIDENT, conversations=()))

    assert ({}, {"facts_incident_channels": [{"incident_id": "i-1", "channel": "phone"}]}) == (made.puts, made.drops)


def test_an_order_of_another_account_draws_along_what_is_about_it() -> None:
    """A correction of the account moves the order's incidents and answers to other segments too."""
    assert ["o-1"] == projected(ORDER, evolve(ORDER, account="acme")).redirected
    assert [] == projected(ORDER, evolve(ORDER, confirmed_at=AT + timedelta(hours=1))).redirected


@given(strategies.histories(), st.data())
def test_step_by_step_the_facts_are_those_of_the_last_state(events: Sequence[Event], data: st.DataObject) -> None:
    """Wherever a history is written in between, the tables end up with exactly what its last state says."""
    tables: dict[str, dict[tuple[object, ...], dict[str, object]]] = {name: {} for name in FACT_TABLES}
    written: State | None = None
    state: State | None = None
    for event in events:
        state = happen(state, event)
        if event is events[-1] or data.draw(st.booleans()):
            made = projected(written, state)
            written = state
            for name, rows in made.drops.items():
                for row in rows:
                    del tables[name][tuple(row.values())]
            for name, rows in (*made.puts.items(), *made.touches.items()):
                tables[name] |= {
                    tuple(row[c.name] for c in FACT_TABLES[name].primary_key if c.name != "tenant"): row for row in rows
                }
    assert state is not None
    expected = facts_of(state, SHOP) | lasting_facts(state, lambda _: ORDER)

    assert {name: sorted(rows, key=repr) for name, rows in expected.items() if rows} == {
        name: sorted(rows.values(), key=repr) for name, rows in tables.items() if rows and name != SIGNED
    }
