"""Money is exact, never negative, in one currency, and shared out to the coin."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, Inexact, localcontext
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incidentkit.domain.money import NO_CURRENCY, Money, as_money, digits, is_currency
from incidentkit.errors import MoneyError
from incidentkit.testing.strategies import currencies, money

weights = st.lists(st.integers(0, 10**6) | st.decimals(0, 1000, places=3), min_size=1, max_size=8).filter(any)
# As large as money can be: 28 digits.
LARGEST = Money("9" * 26 + ".99", "EUR")


def total(parts: tuple[Money, ...]) -> Money:
    return sum(parts[1:], parts[0])


@given(money())
def test_parse_is_the_inverse_of_str(amount: Money) -> None:
    """What is written out reads back as the same money."""
    assert amount == Money.parse(str(amount))


def test_text_without_a_currency_is_a_bare_number() -> None:
    """A number alone has no currency yet."""
    assert Money(5) == Money.parse("5")


@given(money("EUR"), money("EUR"), money("EUR"))
def test_adding_is_exact(a: Money, b: Money, c: Money) -> None:
    """Sums don't depend on order or grouping, and subtracting undoes adding."""
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a == (a + b) - b


@given(money("EUR"), st.integers(0, 50))
def test_multiplying_is_adding_many_times(amount: Money, count: int) -> None:
    """Times n is the sum of n."""
    assert sum([amount] * count, Money.zero("EUR")) == amount * count


@given(money("EUR"), money("EUR"))
def test_the_order_is_that_of_the_amounts(a: Money, b: Money) -> None:
    """All four comparisons agree with the amounts."""
    expected = (a.amount < b.amount, a.amount <= b.amount, a.amount > b.amount, a.amount >= b.amount)

    assert expected == (a < b, a <= b, a > b, a >= b)


@given(money("EUR"), money("USD"))
def test_two_currencies_never_meet(euros: Money, dollars: Money) -> None:
    """Adding, subtracting and comparing across currencies is refused; they are just not equal."""
    meetings: list[Callable[[], object]] = [
        lambda: euros + dollars,
        lambda: euros - dollars,
        lambda: euros < dollars,
        lambda: euros <= dollars,
        lambda: euros > dollars,
        lambda: euros >= dollars,
    ]

    assert euros != dollars
    for meet in meetings:
        with pytest.raises(MoneyError, match="must be in EUR here; got USD"):
            meet()


@pytest.mark.parametrize("other", [3, 3.0, Decimal(3), "3 EUR", None])
def test_money_goes_with_money_only(other: Any) -> None:
    """Adding and comparing with a bare Python number is refused, from either side of every sign."""
    amount = Money(3, "EUR")
    meetings: list[Callable[[], object]] = [
        lambda: amount + other,
        lambda: amount - other,
        lambda: amount < other,
        lambda: amount <= other,
        lambda: amount > other,
        lambda: amount >= other,
    ]

    for meet in meetings:
        with pytest.raises(MoneyError, match="goes with money only"):
            meet()


@given(money(), st.integers(1, 10**9))
def test_money_is_never_negative(amount: Money, coins: int) -> None:
    """No amount below zero can be made, directly or by subtracting."""
    less = Money(Decimal(coins).scaleb(-digits(amount.currency)), amount.currency)

    with pytest.raises(MoneyError, match="must not be negative"):
        Money(-less.amount, amount.currency)
    with pytest.raises(MoneyError, match="must not be negative"):
        amount - (amount + less)


def test_minus_nothing_is_nothing() -> None:
    """A zero with a sign is written as a plain zero."""
    assert "0.00 EUR" == str(Money("-0", "EUR"))


@pytest.mark.parametrize("value", [0.1, 1.0, float("nan"), True, "ten", "", "NaN", "Infinity", None, b"1", [1]])
def test_what_is_no_exact_number_is_refused(value: Any) -> None:
    """Floats, booleans, words, and what is not finite are no amounts."""
    with pytest.raises(MoneyError, match="An amount"):
        Money(value, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "EUR"), ("0.5", "JPY"), ("0.0001", "KWD"), ("0.00001", NO_CURRENCY)]
)
def test_finer_than_the_smallest_coin_is_refused(amount: str, currency: str) -> None:
    """An amount has no more digits after the point than its currency."""
    with pytest.raises(MoneyError, match="digits after the point"):
        Money(amount, currency)


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "E1R", "ÉUR", None, 5])
def test_a_currency_is_three_capital_letters(currency: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(MoneyError, match="three capital letters"):
        Money(1, currency)


@pytest.mark.parametrize("amount", ["1e40", "1" * 27])
def test_an_amount_too_long_to_be_kept_is_refused(amount: str) -> None:
    """More than 28 digits are refused, not rounded."""
    with pytest.raises(MoneyError, match="at most 28 digits"):
        Money(amount, "EUR")


def test_a_sum_too_long_to_be_kept_is_refused() -> None:
    """Two amounts whose sum has more than 28 digits don't add up to a rounded one."""
    with pytest.raises(MoneyError, match="at most 28 digits"):
        LARGEST + LARGEST


@pytest.mark.parametrize("context", [Context(prec=3), Context(prec=3, traps=[Inexact])])
def test_the_hosts_decimal_context_changes_nothing(context: Context) -> None:
    """A host that computes with three digits still gets exact money."""
    with localcontext(context):
        one, cent = Money("1234.56", "EUR"), Money("0.01", "EUR")
        results = (one + cent, one - cent, one * 3, one.scaled(Decimal("0.5")), one.share([1, 1]))

    half = Money("617.28", "EUR")
    assert (Money("1234.57", "EUR"), Money("1234.55", "EUR"), Money("3703.68", "EUR"), half, (half, half)) == results


@given(money(), weights)
@example(LARGEST, [2, 1])
@example(LARGEST, [1] * 7)
@example(LARGEST, [Decimal("0.3"), 1, 0])
def test_shares_sum_to_the_coin(amount: Money, by: list[int | Decimal]) -> None:
    """No coin is lost or made by sharing."""
    assert amount == total(amount.share(by))


@given(money(), weights)
@example(LARGEST, [2, 1])
def test_shares_are_proportional_within_one_coin(amount: Money, by: list[int | Decimal]) -> None:
    """No part is a whole coin away from its exact share, and a part of nothing is nothing."""
    coin = Decimal(1).scaleb(-digits(amount.currency))
    with localcontext(Context(prec=60)):
        exact = [amount.amount * weight / sum(by) for weight in by]
        cuts = [abs(part.amount - share) for part, share in zip(amount.share(by), exact, strict=True)]

    assert all(cut < coin for cut in cuts)
    assert all(not part for part, weight in zip(amount.share(by), by, strict=True) if not weight)


def test_coins_left_over_go_to_the_first_of_equals() -> None:
    """Ten cents in four: the first two get one more."""
    assert ("0.03 EUR", "0.03 EUR", "0.02 EUR", "0.02 EUR") == tuple(map(str, Money("0.10", "EUR").share([1, 1, 1, 1])))


@pytest.mark.parametrize("by", [[], [0], [0, 0], [2, -1], [0.5], [Decimal("NaN")]])
def test_what_can_not_be_shared_by_is_refused(by: Any) -> None:
    """No weight, none above zero, a negative one, and what is not exact."""
    with pytest.raises(MoneyError):
        Money(1, "EUR").share(by)


@pytest.mark.parametrize(
    ("amount", "ratio", "expected"),
    [("0.03", "0.5", "0.02"), ("0.01", "0.5", "0.00"), ("10.00", "0.333", "3.33"), ("0.03", "0.4" + "9" * 40, "0.01")],
)
def test_scaling_rounds_once_half_to_even(amount: str, ratio: str, expected: str) -> None:
    """The exact product is rounded once, however many digits the ratio has."""
    assert Money(expected, "EUR") == Money(amount, "EUR").scaled(Decimal(ratio))


@pytest.mark.parametrize("ratio", [0.5, Decimal("NaN"), Decimal(-1)])
def test_a_ratio_that_is_not_exact_is_refused(ratio: Any) -> None:
    """Floats, what is no number, and what would go below zero don't scale money."""
    with pytest.raises(MoneyError):
        Money(1, "EUR").scaled(ratio)


@pytest.mark.parametrize("code", ["", "EU", "EURO", "eur", "ÉUR", "E1R", NO_CURRENCY, None, 978])
def test_what_is_no_currency_is_told(code: object) -> None:
    """A currency has three capital letters, and the code for none is none."""
    assert [False, True] == [is_currency(code), is_currency("EUR")]


def test_money_is_multiplied_by_whole_numbers_only() -> None:
    """A ratio has its own method, which rounds."""
    with pytest.raises(MoneyError, match="whole numbers only"):
        Money(1, "EUR") * Decimal("0.5")  # type: ignore[operator]


@given(currencies(), st.integers(0, 10**6))
def test_a_bare_number_takes_a_currency_once(currency: str, number: int) -> None:
    """It takes any currency; what has one keeps it and refuses another."""
    taken = as_money(number).in_currency(currency)

    assert Money(number, currency) == taken
    assert taken is taken.in_currency(currency)
    with pytest.raises(MoneyError, match="Convert it first"):
        taken.in_currency("CHF")


@given(money())
def test_money_as_given_is_kept(amount: Money) -> None:
    """as_money leaves money alone."""
    assert amount is as_money(amount)


def test_only_nothing_is_falsy() -> None:
    """Zero is false, a coin is true."""
    assert (False, True) == (bool(Money.zero("EUR")), bool(Money("0.01", "EUR")))


@given(money())
def test_equal_money_has_one_hash(amount: Money) -> None:
    """The same amount written with more or fewer zeros is the same money."""
    assert {amount} == {amount, Money(amount.amount.normalize(), amount.currency)}
