"""The shop's own places and guards, at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.shop import Shop
from incidentkit.domain.substates import Substate
from incidentkit.errors import ConfigurationError, InvalidInput, LifecycleError, TransitionRefused
from incidentkit.testing._audit import Copy
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, reported, resolved, told

PHOTO = (
    Substate("waiting_for_photo", "communicated", holds=("resolve",)),
    Substate("photo_here", "communicated", ("waiting_for_photo",), ("photo received",)),
)
WITH_PHOTO = evolve(SHOP, substates=PHOTO, guards={"resolve": ("cause known",)}, host_guards=("photo received",))
TOML = """
host_guards = ["photo received"]

[substates.waiting_for_photo]
phase = "communicated"
holds = ["resolve"]

[substates.photo_here]
phase = "communicated"
after = ["waiting_for_photo"]
needs = ["photo received"]

[guards]
resolve = ["cause known"]
"""


@pytest.fixture
def photos() -> set[str]:
    """The cases whose photo has come, as the host knows it."""
    return set()


@pytest.fixture
def desk(opened: Opened, photos: set[str]) -> Desk:
    """A desk of a shop that waits for photos."""
    return opened(shop=WITH_PHOTO, guards={"photo received": lambda case: case.id in photos})


def test_a_case_goes_from_place_to_place(desk: Desk, photos: set[str]) -> None:
    """Each is entered from where the shop says, once its guards hold."""
    case = desk.incidents.enter(told(desk, cause="packaging").id, "waiting_for_photo")
    with pytest.raises(TransitionRefused, match="enter photo_here needs photo received") as caught:
        desk.incidents.enter(case.id, "photo_here")
    photos.add(case.id)
    there = desk.incidents.enter(case.id, "photo_here")

    assert ("photo received",) == caught.value.missing
    assert ("waiting_for_photo", "photo_here", Phase.COMMUNICATED) == (case.substate, there.substate, there.phase)


def test_a_place_holds_back_what_it_says(desk: Desk, photos: set[str]) -> None:
    """The refusal says where the case may go on."""
    case = desk.incidents.enter(told(desk, cause="packaging").id, "waiting_for_photo")
    with pytest.raises(TransitionRefused, match=r"got communicated/waiting_for_photo\..*enter photo_here"):
        desk.incidents.resolve(case.id, reason="sent another")
    photos.add(case.id)
    desk.incidents.enter(case.id, "photo_here")

    assert (Phase.RESOLVED, "") == ((done := desk.incidents.resolve(case.id, reason="sent another")).phase, done.substate)


def test_a_guard_asks_for_more(desk: Desk) -> None:
    """Beside what every case is asked."""
    case = told(desk)
    with pytest.raises(TransitionRefused, match="resolve needs cause known") as caught:
        desk.incidents.resolve(case.id, reason="sent another")
    desk.incidents.amend(case.id, reason="seen", cause="packaging")

    assert ("cause known",) == caught.value.missing
    assert Phase.RESOLVED is desk.incidents.resolve(case.id, reason="sent another").phase


def test_what_every_case_is_asked_comes_first(desk: Desk) -> None:
    """A shop's guard hides none of them."""
    with pytest.raises(TransitionRefused, match="an agreed remedy carried out, or a reason"):
        desk.incidents.resolve(told(desk).id)


def test_entering_again_changes_nothing(desk: Desk, record: Callable[[], Copy]) -> None:
    """It is there already."""
    case = desk.incidents.enter(told(desk).id, "waiting_for_photo")
    before = record()

    assert case == desk.incidents.enter(case.id, "waiting_for_photo")
    assert before == record()


@pytest.mark.parametrize("place", ["photo_here", "waiting_for_photo"])
def test_a_place_is_entered_from_its_phase(desk: Desk, place: str) -> None:
    """Not before the customer is told."""
    with pytest.raises(TransitionRefused, match=f"enter {place}"):
        desk.incidents.enter(reported(desk).id, place)


def test_a_place_must_be_there(desk: Desk) -> None:
    """The error lists those that are."""
    with pytest.raises(InvalidInput, match="Known: waiting_for_photo, photo_here"):
        desk.incidents.enter(told(desk).id, "on_the_moon")


def test_leaving_the_phase_leaves_the_place(desk: Desk, record: Callable[[], Copy]) -> None:
    """And merging keeps it for coming back."""
    case, other = desk.incidents.enter(told(desk).id, "waiting_for_photo"), told(desk)
    desk.incidents.merge(case.id, into=other.id)

    assert "waiting_for_photo" == desk.incidents.unmerge(case.id, reason="x").substate
    assert "waiting_for_photo" in [row["substate"] for row in record().tables["facts_incidents"]]


def test_a_guard_that_nobody_gave_holds_for_nothing(opened: Opened) -> None:
    """A desk that was opened without it says so."""
    desk = opened(shop=WITH_PHOTO)
    case = desk.incidents.enter(told(desk).id, "waiting_for_photo")
    with pytest.raises(TransitionRefused, match=r"photo received \(which this desk was opened without\)"):
        desk.incidents.enter(case.id, "photo_here")


def test_a_guard_that_the_settings_do_not_name_is_refused(opened: Opened) -> None:
    """A slip in its name would make it hold for nothing."""
    with pytest.raises(ConfigurationError, match="got foto received"):
        opened(shop=WITH_PHOTO, guards={"foto received": lambda case: True})


def test_an_unsound_shop_is_not_opened(opened: Opened) -> None:
    """The way that shows it is printed."""
    with pytest.raises(LifecycleError, match="communicated → enter waiting_for_photo → communicated/waiting_for_photo"):
        opened(shop=evolve(SHOP, substates=PHOTO[:1]))


def test_shop_toml_says_the_same() -> None:
    """What the file describes is the shop in Python, and comes back from the store as it was."""
    shop = parse_shop(TOML)
    mine = Shop(substates=PHOTO, guards={"resolve": ("cause known",)}, host_guards=("photo received",))

    assert (mine.substates, dict(mine.guards), mine.host_guards) == (shop.substates, dict(shop.guards), shop.host_guards)
    assert shop == shop_from_json(shop_to_json(shop))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[substates.a]\nphase = "communicated"\nholds = ["resolve"]', "substates: .*→ enter a → communicated/a"),
        ('[guards]\nreopen = ["cause known"]', "guards: .*reopen"),
        ("[substates.a]", r"substates\.a\.phase"),
    ],
    ids=["a trap", "a guard on reopening", "no phase"],
)
def test_an_unsound_file_is_refused(text: str, words: str) -> None:
    """At its place, with the way that shows it."""
    with pytest.raises(ConfigurationError, match=words):
        parse_shop(text)


def test_reopening_leaves_the_place(opened: Opened) -> None:
    """What was resolved and under review is worked on anew."""
    places = (
        Substate("in_doubt", "resolved", holds=("close",)),
        Substate("looked_at", "resolved", ("in_doubt",)),
    )
    desk = opened(shop=evolve(SHOP, substates=places))
    case: Incident = desk.incidents.enter(resolved(desk).id, "in_doubt")
    with pytest.raises(TransitionRefused, match="got resolved/in_doubt"):
        desk.incidents.close(case.id)

    assert "" == desk.incidents.reopen(case.id, reason="x").substate
