"""A shop's own places and guards: what is unsound is refused with the way that shows it, what is sound is obeyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.incidents import Phase
from incidentkit.domain.shop import Shop
from incidentkit.domain.substates import HELD, Substate
from incidentkit.errors import LifecycleError
from incidentkit.rules import extensions
from incidentkit.rules.lifecycle import Lifecycle
from incidentkit.rules.lifecycles import INCIDENT


def shop(*substates: Substate, guards: Mapping[str, tuple[str, ...]] | None = None, **more: Any) -> Shop:
    """A shop with its own places and guards."""
    return Shop(substates=substates, guards=guards or {}, **more)


def at(name: str, phase: str = "communicated", **more: Any) -> Substate:
    """A place in a phase."""
    return Substate(name, phase, **more)


PHOTO = at("waiting_for_photo", holds=("resolve",))
HERE = at("photo_here", after=("waiting_for_photo",), needs=("order named",))

BAD: dict[str, tuple[Shop, str]] = {
    # Traps: one gets in, and on no way but back or out.
    "a trap": (shop(PHOTO), "detected → communicate → communicated → enter waiting_for_photo → communicated/waiting_for_photo"),
    "a trap after another place": (
        shop(at("a"), at("b", after=("a",), holds=("resolve",))),
        "detected → communicate → communicated → enter a → communicated/a → enter b → communicated/b",
    ),
    "two places that lead to each other only": (
        shop(at("a", after=("communicated", "b"), holds=("resolve",)), at("b", after=("a",), holds=("resolve",))),
        "detected → communicate → communicated → enter a → communicated/a",
    ),
    "a place of rest that can't be closed": (
        shop(at("in_doubt", "resolved", holds=("close",))),
        "resolved → enter in_doubt → resolved/in_doubt",
    ),
    "a trap for what has lapsed": (
        shop(at("archived", "lapsed", holds=("close",))),
        "lapsed → enter archived → lapsed/archived",
    ),
    # Places that nothing leads to.
    "after itself": (shop(at("a", after=("a",))), "communicated/a"),
    "after each other": (shop(at("a", after=("b",)), at("b", after=("a",))), "communicated/a"),
    # Ways to closed that miss the customer told, or evidence.
    "closed at once": (shop(at("fast", "closed", after=("detected",))), "detected → enter fast → closed/fast"),
    "closed when told": (
        shop(at("fast", "closed", after=("communicated",))),
        "detected → communicate → communicated → enter fast → closed/fast",
    ),
    "closed when resolved": (shop(at("fast", "closed", after=("resolved",))), "→ enter fast → closed/fast"),
    "closed by silence": (shop(at("fast", "closed", after=("lapsed",))), "→ enter fast → closed/fast"),
    "closed by way of another place": (
        shop(at("a", "resolved"), at("fast", "closed", after=("a",))),
        "→ enter a → resolved/a → enter fast → closed/fast",
    ),
    # Ways between phases, which are the desk's.
    "told without telling": (shop(at("a", after=("detected",))), "detected → enter a → communicated/a"),
    "resolved without a remedy": (shop(at("a", "resolved", after=("communicated",))), "communicated → enter a → resolved/a"),
    "lapsed without asking": (shop(at("a", "lapsed", after=("resolved",))), "resolved → enter a → lapsed/a"),
    "back to detected": (shop(at("a", "detected", after=("communicated",))), "communicated → enter a → detected/a"),
    "reopened from a closed place": (shop(at("a", "resolved", after=("closed",))), "closed → enter a → resolved/a"),
    # What is final.
    "out of a withdrawn case": (shop(at("a", "withdrawn")), "withdrawn → enter a → withdrawn/a"),
    "out of a merged case": (shop(at("a", "merged")), "merged → enter a → merged/a"),
    "from a withdrawn case": (shop(at("a", after=("withdrawn",))), "withdrawn → enter a → communicated/a"),
    # What can't be asked.
    "a phase of its own": (shop(at("a", "in_review")), "a → in_review"),
    "a name twice": (shop(at("a"), at("a", "resolved")), "communicated/a"),
    "a phase's name": (shop(at("resolved")), "communicated/resolved"),
    "after nothing that there is": (shop(at("a", after=("b",))), "b → communicated/a"),
    "holding back what can't be": (shop(at("a", "resolved", holds=("reopen",))), "resolved/a → reopen"),
    "holding back what is elsewhere": (shop(at("a", holds=("close",))), "communicated/a → close"),
    "a guard on reopening": (shop(guards={"reopen": ("cause known",)}), "reopen"),
    "a guard on what a customer does": (shop(guards={"communicate": ("cause known",)}), "communicate"),
    "a guard on silence": (shop(guards={"lapse": ("cause known",)}), "lapse"),
    "a guard that nobody knows": (shop(guards={"resolve": ("moon full",)}), "resolve → moon full"),
    "a place's guard that nobody knows": (shop(at("a", needs=("moon full",))), "communicated/a → moon full"),
}

OPEN_OR_OVER = ("detected", "communicated", "resolved", "closed", "lapsed")
GOOD: dict[str, Shop] = {
    "nothing": shop(),
    "a place to wait and one to go on from": shop(PHOTO, HERE),
    "a place one can leave": shop(at("a")),
    "a place in every phase that is not final": shop(*(at(f"in_{phase}", phase) for phase in OPEN_OR_OVER)),
    "a review before closing": shop(
        at("in_doubt", "resolved", holds=("close",)), at("looked_at", "resolved", after=("in_doubt",))
    ),
    "there and back": shop(at("a", after=("communicated", "b"), holds=("resolve",)), at("b", after=("a",))),
    "guards": shop(guards={"resolve": ("cause known",), "close": ("taken by a person",), "withdraw": ("order named",)}),
    "a guard of the host": shop(
        at("a", needs=("photo received",)), guards={"resolve": ("photo received",)}, host_guards=("photo received",)
    ),
}


@pytest.mark.parametrize(("bad", "path"), BAD.values(), ids=BAD)
def test_an_unsound_extension_is_refused_with_its_path(bad: Shop, path: str) -> None:
    """The way that proves it is printed, and stands in the error."""
    with pytest.raises(LifecycleError) as caught:
        extensions.check_extension(bad)

    assert path in str(caught.value)
    assert " → ".join(caught.value.path).endswith(path)
    assert "incident" == caught.value.lifecycle


@pytest.mark.parametrize("good", GOOD.values(), ids=GOOD)
def test_a_sound_extension_is_accepted(good: Shop) -> None:
    """And every way of the table that it extends is still there."""
    extensions.check_extension(good)
    life = extensions.lifecycle_of(good)

    assert {(s, m.name, t) for s, m, t in INCIDENT.arrows()} <= {(s, m.name, t) for s, m, t in life.arrows()}


def test_a_shop_without_places_has_the_table_itself() -> None:
    """Nothing is looked up twice where nothing was added."""
    assert INCIDENT is extensions.lifecycle_of(shop())


def test_a_shops_guards_stand_in_its_table() -> None:
    """After those that every case asks for, so that whoever draws the table sees them."""
    life = extensions.lifecycle_of(shop(guards={"resolve": ("cause known",)}))

    assert (*INCIDENT.move("resolve").needs, "cause known") == life.move("resolve").needs
    assert INCIDENT.name == life.name


@pytest.mark.parametrize(("possible", "phase"), [("resolve", "communicated"), ("close", "resolved")])
def test_what_can_be_held_back_is_named(possible: str, phase: str) -> None:
    """Only steps that leave from the sub-state's phase."""
    with pytest.raises(LifecycleError, match=f"holds back {possible}(;| or withdraw;)"):
        extensions.check_extension(shop(at("a", phase, holds=("dance",))))


def names() -> st.SearchStrategy[str]:
    return st.sampled_from(("a", "b", "c"))


def substates() -> st.SearchStrategy[Substate]:
    """Places, sound or not."""
    phases = st.sampled_from([p.value for p in Phase])
    return st.builds(
        Substate,
        names(),
        phases,
        st.lists(names() | phases, max_size=2, unique=True).map(tuple),
        st.just(()),
        st.lists(st.sampled_from(HELD), max_size=1).map(tuple),
    )


def reached(life: Lifecycle) -> set[tuple[str, frozenset[str]]]:
    """Every state with what was passed on some way to it, by taking every step from everywhere until nothing is new."""
    marks = {"communicated", "evidence"}
    found: set[tuple[str, frozenset[str]]] = {(life.initial, frozenset())}
    while True:
        more = {
            (target, passed | (marks & {target.partition("/")[0], *move.needs}))
            for state, passed in found
            for source, move, target in life.arrows()
            if source == state and not move.undoes
        }
        if more <= found:
            return found
        found |= more


@given(st.lists(substates(), max_size=3))
def test_law_no_extension_opens_a_way_to_closed(places: list[Substate]) -> None:
    """Whatever is accepted: every way into `closed`, or a place in it, passes the customer told and evidence."""
    try:
        life = extensions.lifecycle_of(shop(*places))
    except LifecycleError:
        return

    assert all({"communicated", "evidence"} <= passed for state, passed in reached(life) if state.partition("/")[0] == "closed")


@given(st.lists(substates(), max_size=3))
def test_law_no_extension_makes_a_trap(places: list[Substate]) -> None:
    """Whatever is accepted: from each of its places `closed` is reached by getting on alone."""
    try:
        life = extensions.lifecycle_of(shop(*places))
    except LifecycleError:
        return
    on = {(source, target) for source, move, target in life.arrows() if not move.aside}
    good = {state for state in life.states if state.partition("/")[0] == "closed"}
    while more := {source for source, target in on if target in good} - good:
        good |= more

    assert {f"{p.phase}/{p.name}" for p in places} <= good
