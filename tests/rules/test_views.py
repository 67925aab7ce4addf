"""What a customer may see, of any order and any case."""

from __future__ import annotations

from datetime import datetime

from attrs import asdict, evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.ids import CustomerId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.rules.answering import Put, answer_stands
from incidentkit.rules.views import case_view, status_view
from incidentkit.testing.strategies import incidents, instants, orders

SHOP = Shop(zone="Europe/Madrid")

cases = incidents().map(lambda case: evolve(case, description=Text("text:1", "SECRET"), passive=False))


def values(view: object) -> str:
    """Everything that stands in a view, its free texts among them."""
    return repr(asdict(view, value_serializer=lambda *given: str(given[2])))  # type: ignore[arg-type]


@given(orders(), st.lists(cases, max_size=3), instants())
def test_any_order_can_be_shown(order: Order, found: list[Incident], at: datetime) -> None:
    """Whatever happened to it: its promises, its parcels, and each case that counts; what happened is told in order."""
    view = status_view(order, found, SHOP, at)
    told = [entry.at for entry in view.history]

    assert view.order is not None
    assert len(order.shipments) == len(view.order.parcels)
    assert sorted(told) == told
    assert sorted(c.id for c in found if c.phase not in (Phase.WITHDRAWN, Phase.MERGED)) == sorted(c.id for c in view.cases)


@given(cases, instants())
def test_what_was_written_inside_is_not_in_it(case: Incident, at: datetime) -> None:
    """Neither what happened in an agent's words, nor who had it, nor where to find what was done."""
    marked = evolve(
        case,
        owner=evolve(case.owner, agent="HANDLE"),
        remedies=tuple(evolve(remedy, reference="REFERENCE") for remedy in case.remedies),
        customer=CustomerId("PERSON"),
    )
    shown = values(status_view(None, [marked], SHOP, at))

    assert [] == [word for word in ("SECRET", "HANDLE", "REFERENCE", "PERSON") if word in shown]


@given(cases)
def test_an_imported_case_is_not_shown(case: Incident) -> None:
    """It is a source's word, and nobody promised anything."""
    assert () == status_view(None, [evolve(case, passive=True)], SHOP, case.detected_at).cases


@given(cases.filter(lambda case: case.phase not in (Phase.WITHDRAWN, Phase.MERGED)), instants())
def test_an_answer_is_asked_for_only_where_one_can_be_given(case: Incident, at: datetime) -> None:
    """They are waited for where an offer stands, or a question was asked; and what is put to them can be answered then."""
    view = case_view(case, SHOP, at)
    asked = any(hold.until is None and hold.reason == "wait" for hold in case.holds)
    put = Put(tuple(offer.id for offer in case.offers if offer.state == "open"), len(case.offers))

    if view.stands == "waiting" and not asked:
        assert any(offer.possible for offer in view.offers)
        assert "open" == answer_stands(case, put, SHOP, at)
