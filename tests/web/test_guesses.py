"""How often wrong tokens are answered."""

from __future__ import annotations

from incidentkit.web.guesses import Guesses


class Seconds:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_stretch_ends_and_begins_anew() -> None:
    """After so many in a minute the next are too many, until the minute is over."""
    clock = Seconds()
    guesses = Guesses(2, 60.0, clock)
    first = [guesses.too_many("a") for _ in range(4)]
    clock.now = 60.0
    then = [guesses.too_many("a") for _ in range(3)]

    assert ([False, False, True, True], [False, False, True]) == (first, then)


def test_each_address_is_counted_alone() -> None:
    """One that asks for many takes nothing from another."""
    guesses = Guesses(1)
    [guesses.too_many("a") for _ in range(5)]

    assert [False, True] == [guesses.too_many("b"), guesses.too_many("a")]


def test_the_count_does_not_grow_without_end() -> None:
    """Of very many addresses those that asked last are remembered."""
    guesses = Guesses(1)
    found = [guesses.too_many(str(place)) for place in range(10_050)]

    assert not any(found)
    assert (False, True) == (guesses.too_many("0"), guesses.too_many("10049"))
