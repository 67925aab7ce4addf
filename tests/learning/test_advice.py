"""Advice from history: what speaks for more care, and what came of it."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.ids import IncidentId
from incidentkit.learning.advice import CarrierHistory, CustomerCase, History, ProductHistory, advice_from, score_of

SHORT = ProductHistory("tea", "out_of_stock", 3, 10, 3, 200)
BROKEN = ProductHistory("cup", "damaged", 12, 60, 20, 1000)
SLOW = CarrierHistory("Ox", 28, 12, 60, 10, 900)


def case(n: int, type: str = "damaged", *, open: bool = False) -> CustomerCase:
    """One earlier case."""
    return CustomerCase(IncidentId(f"i-{n}"), type, open)


def codes(
    *cases: CustomerCase, products: tuple[ProductHistory, ...] = (), carriers: tuple[CarrierHistory, ...] = ()
) -> list[str]:
    """What is advised."""
    return [advice.code for advice in advice_from(History(cases, products, carriers))]


def test_no_history_is_no_advice() -> None:
    """Nor is one ended case."""
    assert [[], []] == [codes(), codes(case(1))]


def test_two_cases_of_one_type_are_told_with_their_ids() -> None:
    """This customer had two damaged deliveries."""
    (advice,) = advice_from(History((case(2), case(1), case(3, "late"))))

    assert ("customer_repeat", "damaged", "2", ("i-2", "i-1")) == (
        advice.code,
        advice.subject,
        advice.values["count"],
        advice.incidents,
    )


def test_an_open_case_comes_first() -> None:
    """Whoever packs the next order should know."""
    assert ["customer_in_case", "customer_repeat"] == codes(case(1, open=True), case(2))


def test_a_product_that_was_short_three_times_is_told() -> None:
    """Not one that was twice, nor one that sells so much that three are few."""
    few, popular = evolve(SHORT, cases=2), evolve(SHORT, orders=150, all_cases=9)

    assert [["product_short"], [], []] == [codes(products=(p,)) for p in (SHORT, few, popular)]


def test_a_product_that_goes_wrong_more_often_than_the_rest_is_told() -> None:
    """Not one that only sells more, nor one that is all there is."""
    usual, alone = evolve(BROKEN, orders=600), evolve(BROKEN, all_orders=60, all_cases=12)

    assert [["product_trouble"], [], []] == [codes(products=(p,)) for p in (BROKEN, usual, alone)]


def test_a_product_is_named_once_for_its_worst_type() -> None:
    """However many types stand out."""
    assert ["product_trouble"] == codes(products=(BROKEN, evolve(BROKEN, type="quality", cases=9, all_cases=10)))


def test_a_carrier_is_told_beside_the_others() -> None:
    """Not one that is like them, nor one beside whom there is none."""
    usual, alone = evolve(SLOW, other_cases=180), evolve(SLOW, other_orders=0, other_cases=0)

    assert [["carrier_trouble"], [], []] == [codes(carriers=(c,)) for c in (SLOW, usual, alone)]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_few_orders_say_nothing_of_what_came_of_it(judged: int, trouble: int, comparable: int, theirs: int) -> None:
    """With fewer than twenty on either side it can't be said; else the interval decides."""
    score = score_of("product_short", judged, judged, min(trouble, judged), comparable, min(theirs, comparable))

    assert (min(judged, comparable) < 20) == (score.verdict == "cannot_say")


def test_less_trouble_is_said_where_it_is_shown() -> None:
    """And more, and neither."""
    found = [score_of("product_short", 200, 200, hits, 200, theirs).verdict for hits, theirs in ((5, 40), (40, 5), (20, 22))]

    assert ["fewer", "more", "no_difference"] == found


def test_orders_that_are_too_young_wait() -> None:
    """They are given, and not yet judged."""
    assert 7 == score_of("product_short", 10, 3, 1, 0, 0).waiting
