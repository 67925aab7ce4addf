"""Where a message belongs, by what is known of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.rules.placing import Clues, Placement, answered, place

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
