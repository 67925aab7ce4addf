"""Money: an exact amount in one currency, never negative, never finer than its smallest coin."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from incidentkit.errors import MoneyError

__all__ = ["AMOUNT_UNIT", "NO_CURRENCY", "Money", "as_money", "digits", "is_currency"]

NO_CURRENCY = "XXX"
"""ISO 4217's code for "no currency": a bare number that takes the currency of the order it is given to."""

AMOUNT_UNIT = 10_000
"""Where amounts are counted in whole numbers, they are of this part of the currency's unit: no currency has finer coins."""

# ISO 4217's exceptions to two digits after the point.
_DIGITS = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
)
_DIGITS |= dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
_DIGITS[NO_CURRENCY] = 4

# Our own contexts: the host's, whatever it was set to, must not round our amounts.
_KEPT = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_WORKING = Context(prec=64, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])


def digits(currency: str) -> int:
    """Digits after the point in ``currency`` (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def is_currency(code: Any) -> bool:
    """Whether it has the form of a currency's code: three capital letters, and not `NO_CURRENCY`."""
    letters = isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
    return letters and code != NO_CURRENCY


def _exact(value: Decimal | int | str) -> Decimal:
    if isinstance(value, (float, bool)):
        raise MoneyError(
            "An amount", "must be exact", got=f"the {type(value).__name__} {value!r}", next='Give "12.50" or a Decimal.'
        )
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise MoneyError(
            "An amount", "must be a decimal number", got=repr(value)[:40], next='Give "12.50" or a Decimal.'
        ) from error
    if not amount.is_finite():
        raise MoneyError("An amount", "must be finite", got=str(amount), next='Give "12.50" or a Decimal.')
    return amount


def _currency(value: str) -> str:
    if value != NO_CURRENCY and not is_currency(value):
        raise MoneyError(
            "A currency", "must be three capital letters (ISO 4217)", got=repr(value)[:20], next='Give e.g. "EUR".'
        )
    return value


@frozen(order=False)
class Money:
    """An amount of at least zero in one currency, exact to the smallest coin.

    Args:
        amount: a Decimal, int or text; floats are refused, because 0.1 is not one tenth.
        currency: three capital letters (ISO 4217).

    Raises:
        MoneyError: negative, too fine for the currency, or not a number.
    """

    amount: Decimal = field(converter=_exact)
    currency: str = field(default=NO_CURRENCY, converter=_currency)

    def __attrs_post_init__(self) -> None:
        if self.amount < 0:
            raise MoneyError("An amount", "must not be negative", got=str(self.amount))
        try:
            coins = self.amount.quantize(Decimal((0, (1,), -digits(self.currency))), context=_KEPT)
        except InvalidOperation as error:
            raise MoneyError("An amount", "must have at most 28 digits", got=f"{self.amount:.3E}") from error
        if coins != self.amount:
            raise MoneyError(
                f"An amount in {self.currency}",
                f"has at most {digits(self.currency)} digits after the point",
                got=str(self.amount),
                next="Round it first.",
            )
        object.__setattr__(self, "amount", coins.copy_abs())  # "-0" is 0

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in ``currency``."""
        return cls(Decimal(0), currency)

    def in_currency(self, currency: str) -> Money:
        """Itself, or, for a bare number, the same number in ``currency``; another currency is refused."""
        if self.currency == currency:
            return self
        if self.currency != NO_CURRENCY:
            raise MoneyError(
                "Money", f"must be in {currency} here", got=self.currency, next="Convert it first; the desk never does."
            )
        return Money(self.amount, currency)

    def __add__(self, other: Money) -> Money:
        return Money(_WORKING.add(self.amount, self._same(other).amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(_WORKING.subtract(self.amount, self._same(other).amount), self.currency)

    def __mul__(self, count: int) -> Money:
        if not isinstance(count, int):
            raise MoneyError(
                "Money", "is multiplied by whole numbers only", got=type(count).__name__, next="Use scaled() for a ratio."
            )
        return Money(_WORKING.multiply(self.amount, count), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def scaled(self, ratio: Decimal) -> Money:
        """This amount times ``ratio``, rounded once, half to even."""
        return self._of_coins(round(self._coins() * Fraction(_exact(ratio))))

    def share(self, weights: Sequence[int | Decimal]) -> tuple[Money, ...]:
        """Parts in proportion to ``weights`` that sum to this amount to the coin.

        Remainders go one coin each to the parts that rounding down cut most, the earlier first (largest remainder method).

        Raises:
            MoneyError: no weight, a negative one, or all zero.
        """
        ratios = [Fraction(_exact(w)) for w in weights]
        total = sum(ratios)
        if not ratios or total <= 0 or min(ratios) < 0:
            raise MoneyError("Weights", "must be at least zero, and one above", got=f"{len(weights)} weights")
        coins = self._coins()
        exact = [coins * ratio / total for ratio in ratios]
        parts = [int(e) for e in exact]
        by_cut = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
        for i in by_cut[: coins - sum(parts)]:
            parts[i] += 1
        return tuple(self._of_coins(part) for part in parts)

    def _coins(self) -> int:
        return int(self.amount.scaleb(digits(self.currency), context=_WORKING))

    def _of_coins(self, coins: int) -> Money:
        return Money(Decimal(coins).scaleb(-digits(self.currency), context=_WORKING), self.currency)

    def _same(self, other: Money) -> Money:
        if not isinstance(other, Money):
            raise MoneyError("Money", "goes with money only", got=type(other).__name__)
        return other.in_currency(self.currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """The inverse of ``str()``."""
        amount, _, currency = text.partition(" ")
        return cls(amount, currency or NO_CURRENCY)


def as_money(value: Money | Decimal | int | str) -> Money:
    """Money as given, or a bare number as money without a currency."""
    return value if isinstance(value, Money) else Money(value)
