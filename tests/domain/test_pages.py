"""A page: a tuple that knows where its list goes on."""

from __future__ import annotations

import copy
import pickle

from incidentkit.domain.pages import Page


def test_a_page_is_the_tuple_of_its_things() -> None:
    """It is equal to it, and counted and taken apart like it."""
    first, *rest = page = Page("abc", "next")

    assert ("a", "b", "c") == page
    assert ("a", ["b", "c"], 3) == (first, rest, len(page))


def test_a_page_says_where_its_list_goes_on() -> None:
    """Or that it does not; also in its repr."""
    assert ("there", None) == (Page("ab", "there").next, Page("ab").next)
    assert "Page(('a',), next='there')" == repr(Page("a", "there"))


def test_a_page_is_made_of_another() -> None:
    """Of something else for each thing, and going on where it did."""
    made = Page((1, 2), "there").map(str)

    assert (("1", "2"), "there") == (made, made.next)


def test_a_page_is_copied_whole() -> None:
    """By pickle and by copy."""
    page = Page((1, 2), "there")

    assert ["there"] * 2 == [pickle.loads(pickle.dumps(page)).next, copy.copy(page).next]
