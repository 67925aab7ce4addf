"""Whoever is forgotten, and whenever: no figure changes, and the record is sound."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.times import micros
from incidentkit.measures.segments import segments_of
from tests.agreement.scenario import BEGIN, Scenario, Step, open_scenario, steps
from tests.services.postgresql import empty


def everything(desk: Desk) -> dict[str, Any]:
    """Every figure: of every measure by week, and by a segment that it has; the review and the board."""
    shown: dict[str, Any] = {}
    for measure in desk.measures:
        for by in ("week", *segments_of(measure)[:1]):
            shown[f"{measure.name} by {by}"] = desk.measure(measure.name, by=by).rows
    return {**shown, "review": repr(desk.review()), "board": repr(desk.scoreboard())}


def people_of(world: Scenario) -> list[str]:
    """Everybody who ordered, or had a case or a need."""
    things: list[Order | Incident | Need] = [*world.orders(), *world.incidents(), *world.needs()]
    return sorted({thing.customer for thing in things if thing.customer is not None})


def forgotten(world: Scenario, chosen: st.DataObject) -> None:
    """Some of them are forgotten; every figure is as it was, also when it is computed anew."""
    people = people_of(world)
    some = chosen.draw(st.lists(st.sampled_from(people), min_size=1, max_size=3, unique=True)) if people else []
    before = everything(world.desk)
    for person in some:
        world.desk.people.forget(person)

    assert before == everything(world.desk)
    assert () == world.desk.verify().damages
    world.desk.rebuild()
    assert before == everything(world.desk)


@settings(max_examples=max(4, settings().max_examples // 10))
@given(steps(15, 40), st.data())
def test_no_figure_changes(life: list[Step], chosen: st.DataObject) -> None:
    """After any life of a shop, in SQLite."""
    with open_scenario() as world:
        for step in life:
            world.do(step)
        forgotten(world, chosen)


@settings(max_examples=max(2, settings().max_examples // 25))
@given(life=steps(15, 30), chosen=st.data())
def test_no_figure_changes_on_postgresql(postgresql_store: str, life: list[Step], chosen: st.DataObject) -> None:
    """The same on a server."""
    empty(postgresql_store)
    with open_scenario(url=postgresql_store) as world:
        for step in life:
            world.do(step)
        forgotten(world, chosen)


def test_the_look_can_fail() -> None:
    """A shop that has done something has figures that are not nothing, and people to forget."""
    with open_scenario() as world:
        for which in range(5):
            world.do(("place", which, micros(BEGIN), 1))
        rows = [row for shown in everything(world.desk).values() if isinstance(shown, tuple) for row in shown]

        assert any(row.n for row in rows)
        assert 2 == len(people_of(world))
