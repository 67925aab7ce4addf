"""How tables write amounts and counts, as far as their values show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice

from attrs import field, frozen

from incidentkit.domain.numbers import SIGNS, Writing, reader

__all__ = ["WRITINGS", "Written", "currencies_of", "settled", "written"]

WRITINGS = (
    Writing("."),
    Writing(","),
    Writing(".", ","),
    Writing(",", "."),
    Writing(".", " "),
    Writing(",", " "),
    Writing(".", "'"),
    Writing(",", "'"),
)
"""Those that are tried. Of two that fit alike the earlier is taken: what nothing shows is not assumed."""

_ENOUGH = 0.95
_TASTED = 40
_BESIDE = (*SIGNS, *dict.fromkeys(sign for found in SIGNS.values() for sign in found))
_NO_SIGN = re.compile(r"[0-9.,'()\s\N{RIGHT SINGLE QUOTATION MARK}\N{MINUS SIGN}-]")


@frozen
class Written:
    """How some values are written.

    Args:
        writings: all by which most of them can be read, the likeliest first.
        misfits: values that can't be read so.
    """

    writings: tuple[Writing, ...]
    misfits: int = 0
    _values: Sequence[str] = field(default=(), repr=False)

    @property
    def whole(self) -> bool:
        """Whether there is a writing by which they are whole numbers."""
        return any(_all_whole(self._values, writing) for writing in self.writings)

    def other(self, writings: Sequence[Writing]) -> Writing | None:
        """The first of some writings by which a value is another number than by the first of them; None where none is."""
        for writing in writings[1:]:
            pairs = ((_read(value, writings[0]), _read(value, writing)) for value in self._values)
            if any(one is not None and two is not None and one != two for one, two in pairs):
                return writing
        return None


def written(values: Iterable[str], enough: float = _ENOUGH) -> Written | None:
    """How values are written; None where they are no numbers.

    Args:
        enough: the share of them that can be read in one way.
    """
    known = tuple(dict.fromkeys(values))
    if not known or not _tastes(known):
        return None
    fits = [sum(_read(value, writing) is not None for value in known) for writing in WRITINGS]
    most = max(fits)
    if most < enough * len(known):
        return None
    best = tuple(writing for writing, count in zip(WRITINGS, fits, strict=True) if count == most)
    return Written(best, len(known) - most, known)


def settled(found: Iterable[Written]) -> list[Writing]:
    """The writings that suit the most of several tables, the likeliest first."""
    votes = Counter(writing for one in found for writing in one.writings)
    most = max(votes.values(), default=0)
    return [writing for writing in WRITINGS if votes[writing] == most]


def currencies_of(values: Iterable[str]) -> tuple[str, ...]:
    """The currencies whose sign or code stands beside the most of some amounts; nothing where none has one."""
    beside = Counter(sign for value in values if (sign := _NO_SIGN.sub("", value)))
    if not beside:
        return ()
    ((sign, _),) = beside.most_common(1)
    return tuple(code for code, own in SIGNS.items() if sign in (code, *(_NO_SIGN.sub("", each) for each in own)))


def _tastes(values: Sequence[str]) -> bool:
    """Whether the first values look like numbers, so that a column of words is not read eight times."""
    tasted = list(islice(values, _TASTED))
    return sum(any(_read(value, writing) is not None for writing in WRITINGS) for value in tasted) * 2 > len(tasted)


def _all_whole(values: Sequence[str], writing: Writing) -> bool:
    numbers: Iterator[Decimal | None] = (_read(value, writing) for value in values)
    return all(number is None or number == number.to_integral_value() for number in numbers)


def _read(value: str, writing: Writing) -> Decimal | None:
    try:
        return _reader(writing)(value)
    except ValueError:
        return None


@cache
def _reader(writing: Writing) -> Callable[[str], Decimal]:
    return reader(writing, _BESIDE)
