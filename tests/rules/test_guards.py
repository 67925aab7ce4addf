"""Sub-states and guards by the rules alone."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.actors import Actor
from incidentkit.domain.ids import CustomerId, LineId, OrderId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shop import Shop
from incidentkit.domain.substates import Substate
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.extensions import check_step, enter, place
from incidentkit.rules.guards import GUARDS, unmet
from tests.rules.lives import START
from tests.rules.test_evidence import answer, case, hours, spoken

PLACES = (
    Substate("waiting", "communicated", holds=("resolve",)),
    Substate("there", "communicated", ("waiting",), ("cause known",)),
)
SHOP = Shop(substates=PLACES, guards={"resolve": ("taken by a person", "photo received")}, host_guards=("photo received",))
BARE = case(phase=Phase.COMMUNICATED, owner=Owner("after-sales", "", START))


def now(shop: Shop = SHOP, **guards: Any) -> Circumstances:
    """Circumstances with the host's guards."""
    given = {name.replace("_", " "): guard for name, guard in guards.items()}
    return Circumstances(shop, hours(3), Actor("agent", "ana"), guards=given)


HOLDING: dict[str, dict[str, Any]] = {
    "cause known": {"cause": "packaging"},
    "order named": {"orders": (OrderId("o-1"),)},
    "lines named": {"lines": (LineId("1"),)},
    "customer named": {"customer": CustomerId("c-1")},
    "taken by a person": {"owner": Owner("after-sales", "ana", START)},
    "spoken with": {"conversations": (spoken(),)},
    "offer made": {"offers": (Offer("restock", hours(9).date()),)},
    "remedy agreed": {"remedies": (Remedy("remedy-1", "offer-1", "restock", hours(9).date()),)},  # type: ignore[arg-type]
    "answer given": {"answers": (answer(),)},
}


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_holds_exactly_where_it_says(name: str) -> None:
    """Each looks at its own fact of the case, and at no other's."""
    holding = {other: unmet((name,), evolve(BARE, **given), now()) == () for other, given in HOLDING.items()}

    assert {other: other == name for other in GUARDS} == holding
    assert (name,) == unmet((name,), BARE, now())


def test_the_hosts_guards_look_at_the_case() -> None:
    """One that is not there holds for nothing; those that come with every desk can't be replaced."""
    photo = now(photo_received=lambda i: i.id == "i-1", cause_known=lambda i: True)

    assert () == unmet(("photo received",), BARE, photo)
    assert ("photo received",) == unmet(("photo received",), evolve(BARE, id="other"), photo)  # type: ignore[arg-type]
    assert ("photo received (which this desk was opened without)",) == unmet(("photo received",), BARE, now())
    assert ("cause known",) == unmet(("cause known",), BARE, photo)


def test_a_step_asks_for_the_shops_guards_after_its_own() -> None:
    """All that are missing are named."""
    photo = now(photo_received=lambda i: False)
    with pytest.raises(TransitionRefused, match=r"resolve needs a reason; .*Say so") as own:
        check_step(BARE, "resolve", photo, ("a reason",), "Say so.")
    with pytest.raises(TransitionRefused) as extra:
        check_step(BARE, "resolve", photo)

    assert ("a reason",) == own.value.missing
    assert ("taken by a person", "photo received") == extra.value.missing
    assert "resolved" == check_step(BARE, "resolve", now(Shop()))


def test_a_step_from_where_it_is_held_back_names_where_to_go() -> None:
    """In place of the hint that would help elsewhere; where the sub-state does not hold it back, the hint stands."""
    waiting = evolve(BARE, substate="waiting")
    with pytest.raises(TransitionRefused, match=r"got communicated/waiting\. Possible now: .*enter there"):
        check_step(waiting, "resolve", now(), ("a reason",), "Say so.")
    with pytest.raises(TransitionRefused, match=r"Say so\.$"):
        check_step(evolve(waiting, substate="there"), "resolve", now(), ("a reason",), "Say so.")
    with pytest.raises(TransitionRefused, match=r"got detected\. Tell them\.$"):
        check_step(evolve(BARE, phase=Phase.DETECTED), "resolve", now(), (), "Tell them.")


def entered(incident: Incident, name: str) -> list[str]:
    """Where it goes."""
    return [event.substate for event in enter(incident, name, now()).events]  # type: ignore[attr-defined]


def test_a_sub_state_is_entered_from_where_the_shop_says() -> None:
    """Once its guards hold; again, it changes nothing."""
    waiting = evolve(BARE, substate="waiting")
    with pytest.raises(TransitionRefused, match="enter there needs cause known"):
        enter(waiting, "there", now())
    with pytest.raises(TransitionRefused, match=r"enter there is possible from communicated/waiting only; got communicated"):
        enter(evolve(BARE, cause="packaging"), "there", now())

    assert (["waiting"], ["there"], []) == (
        entered(BARE, "waiting"),
        entered(evolve(waiting, cause="packaging"), "there"),
        entered(waiting, "waiting"),
    )


@pytest.mark.parametrize(("known", "shop"), [("waiting, there", SHOP), ("none; shop.toml may add some", Shop())])
def test_a_sub_state_must_be_the_shops(known: str, shop: Shop) -> None:
    """The error lists those that are."""
    with pytest.raises(InvalidInput, match=f"got 'on_the_moon'. Known: {known}"):
        enter(BARE, "on_the_moon", now(shop))


def test_a_sub_state_is_quoted_briefly() -> None:
    """Forty characters of it, with its quotation mark."""
    with pytest.raises(InvalidInput, match=f"got '{'x' * 39}\\. Known"):
        enter(BARE, "x" * 60, now())


def test_where_a_case_stands_is_its_phase_or_a_place_in_it() -> None:
    """As the table names it."""
    assert ("communicated", "communicated/waiting") == (place(BARE), place(evolve(BARE, substate="waiting")))
