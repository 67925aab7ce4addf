"""Where a message belongs, by what is known of it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.ids import NeedId, OrderId
from incidentkit.errors import RuleViolation
from incidentkit.rules.placing import Clues, Placement, answered, assign, place
from tests.rules.needs_world import MARTA, a_case, logged, now, said

ALL: dict[str, Any] = {
    "answers": ("<a>", "<b>", "<c>"),
    "sent": {"<b>": ("case-1", "order-1")},
    "received": {"<c>": "need-1"},
    "token": "order-2",
    "customers": ("marta",),
    "cases": ("case-2",),
}


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ((), Placement("reference", ("case-1", "order-1"))),
        (("sent",), Placement("thread", need="need-1")),
        (("sent", "received"), Placement("token", ("order-2",))),
        (("answers", "token"), Placement("sender", ("case-2",), customer="marta")),
        (("answers", "token", "cases"), Placement("none", customer="marta")),
        (("answers", "token", "cases", "customers"), Placement("none")),
    ],
)
def test_each_clue_counts_where_those_before_it_are_missing(without: tuple[str, ...], expected: Placement) -> None:
    """What it answers, then the address it was sent to, then its sender."""
    assert expected == place(Clues(**{name: value for name, value in ALL.items() if name not in without}))


def test_the_nearest_message_that_is_known_counts() -> None:
    """Whether we sent it or got it."""
    clues = Clues(answers=("<x>", "<theirs>", "<ours>"), sent={"<ours>": ("case",)}, received={"<theirs>": "need"})

    assert Placement("thread", need="need") == place(clues)


@pytest.mark.parametrize("cases", [(), ("a", "b")])
def test_a_sender_without_exactly_one_case_is_not_guessed(cases: tuple[str, ...]) -> None:
    """None is none, and two are one too many."""
    assert Placement("none", customer="marta") == place(Clues(customers=("marta",), cases=cases))


def test_an_address_that_two_people_share_names_neither() -> None:
    """Their one open case is still the one that is meant."""
    assert Placement("sender", ("case",)) == place(Clues(customers=("ana", "leo"), cases=("case",)))
    assert Placement("none") == place(Clues(customers=("ana", "leo")))


def test_what_is_answered_comes_before_what_came_before_it() -> None:
    """In-Reply-To, then References from their end, each once."""
    assert ("<c>", "<b>", "<a>") == answered(("<c>",), ("<a>", "<b>", "<c>"))


IDS = st.lists(st.sampled_from(["<a>", "<b>", "<c>", "<d>"]), unique=True).map(tuple)
STREAMS = st.lists(st.sampled_from(["s", "t"]), max_size=2).map(tuple)


@given(
    st.builds(
        Clues,
        answers=IDS,
        sent=st.dictionaries(st.sampled_from(["<a>", "<b>"]), STREAMS),
        received=st.dictionaries(st.sampled_from(["<c>"]), st.just("need")),
        token=st.none() | st.just("order"),
        customers=st.lists(st.sampled_from(["m", "n"]), unique=True).map(tuple),
        cases=st.lists(st.sampled_from(["k", "l"]), unique=True).map(tuple),
    )
)
def test_a_message_is_placed_only_where_a_clue_leads(clues: Clues) -> None:
    """Every stream and need that it is placed on is one of its clues, and says which."""
    found = place(clues)
    allowed: dict[str, list[str | None]] = {
        "reference": [stream for name in clues.answers for stream in clues.sent.get(name, ())],
        "thread": [],
        "token": [clues.token],
        "sender": [*clues.cases] if len(clues.cases) == 1 else [],
        "none": [],
    }

    assert set(found.streams) <= set(allowed[found.because])
    assert (found.need is not None) == (found.because == "thread")
    assert found.customer is None or (found.customer,) == clues.customers


# --- By a person -------------------------------------------------------------------------------------------------

STRAY = logged([], said("k-1"), now())


def test_what_is_placed_by_a_person_is_about_what_they_say() -> None:
    """Its contacts go into a need of that order, which begins with them where there is none."""
    stream, decision = assign(STRAY, None, NeedId("n-9"), (OrderId("o-1"),), None, MARTA, now(1))
    told = [data for _, data in decision.elsewhere]

    assert "n-9" == stream
    assert isinstance(told[0], ev.NeedOpened)
    assert [("o-1",)] == [contact.orders for data in told if isinstance(data, ev.NeedTookIn) for contact in data.contacts]


@pytest.mark.parametrize("known", [False, True], ids=["a need that did not know it", "a need that is about it"])
def test_the_case_that_is_meant_hears_of_every_contact(known: bool) -> None:
    """And is linked with the need once."""
    case = a_case()
    other = logged([], said("k-2"), now())
    into = evolve(other, incidents=(case.id,)) if known else other
    stream, decision = assign(STRAY, into, NeedId("n-9"), (), case, None, now(1))
    heard = [data for where, data in decision.elsewhere if where == case.id]
    linked = [data for where, data in decision.elsewhere if where == into.id and isinstance(data, ev.NeedLinked)]

    assert into.id == stream
    assert [True] == [isinstance(data, ev.IncidentContactNoted) for data in heard]
    assert [] == linked if known else 1 == len(linked)


def test_what_is_about_something_is_not_placed_again() -> None:
    """It is split off or joined instead."""
    about = logged([], said("k-1", orders=("o-1",)), now())

    with pytest.raises(RuleViolation, match="is placed once"):
        assign(about, None, NeedId("n-9"), (OrderId("o-2"),), None, MARTA, now(1))
