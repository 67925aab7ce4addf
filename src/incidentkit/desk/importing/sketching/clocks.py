"""In which format a column's times are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Literal

from attrs import evolve, frozen

from incidentkit.desk.importing import values

__all__ = ["Times", "times_of"]

_SHAPE = re.compile(
    r"""
    (?: (?P<y>\d{4}) (?P<s>[-/.]) \d{1,2} (?P=s) \d{1,2} | (?P<a>\d{1,2}) (?P<t>[-/.]) (?P<b>\d{1,2}) (?P=t) (?P<z>\d{4}|\d\d) )
    (?: (?P<sep>T|,?[ ]) (?P<h>\d{1,2}) :\d\d (?P<sec>:\d\d)? (?P<frac>\.\d{1,6})?
        (?P<half>[ ]?[AaPp][Mm])? (?P<off>[ ]?(?:Z|[+-]\d\d:?\d\d))? )?
    """,
    re.VERBOSE | re.ASCII,
)
_MOST_SHAPES = 4
_ENOUGH = 0.8

Order = Literal["", "day", "month", "either", "mixed"]


@frozen
class Times:
    """How times are written.

    Args:
        shapes: patterns, the commonest first, in which ``%1`` and ``%2`` stand for day and month or the other way round.
        order: which of them comes first: ``day``, ``month``; ``either`` where nothing shows it, ``mixed`` where some show the
            one and some the other; empty where the year comes first.
        days: there is no time of day, or it is midnight everywhere.
        zoned: each has its offset.
        misfits: different values that are no times.
    """

    shapes: tuple[str, ...]
    order: Order
    days: bool
    zoned: bool
    misfits: int = 0

    @property
    def formats(self) -> tuple[str, ...]:
        """For a profile. What nothing shows is read day first."""
        first, second = ("%m", "%d") if self.order == "month" else ("%d", "%m")
        return tuple(dict.fromkeys(s.replace("%1", first).replace("%2", second) for s in self.shapes))

    def settled(self, order: Order) -> Times:
        """As elsewhere, where nothing here shows it."""
        return evolve(self, order=order) if self.order == "either" else self


def times_of(texts: Iterable[str]) -> Times | None:
    """How the values of a column are written as times; None where they are none."""
    found = list(dict.fromkeys(texts))
    shapes: Counter[str] = Counter()
    firsts, seconds, clocks, offsets = 0, 0, False, True
    for text in found:
        match = _SHAPE.fullmatch(text)
        if match is None:
            continue
        shapes[_shape(match)] += 1
        firsts += match["a"] is not None and int(match["a"]) > 12
        seconds += match["b"] is not None and int(match["b"]) > 12
        clocks = clocks or (match["h"] is not None and re.search(r" 0?0:00(:00)?(\.0+)?$", text.replace("T", " ")) is None)
        offsets = offsets and match["off"] is not None
    if not shapes or sum(shapes.values()) < _ENOUGH * len(found):
        return None
    common = tuple(shape for shape, _ in shapes.most_common(_MOST_SHAPES))
    guess = Times(common, _order(common, firsts, seconds), not clocks, offsets, len(found) - sum(shapes.values()))
    return guess if _reads(found, guess) else None


def _order(shapes: tuple[str, ...], firsts: int, seconds: int) -> Order:
    if not any("%1" in shape for shape in shapes):
        return ""
    if firsts and seconds:
        return "mixed"
    return "day" if firsts else "month" if seconds else "either"


def _shape(match: re.Match[str]) -> str:
    """The pattern of one text."""
    if match["y"] and match["s"] == "-" and not match["half"] and _is_iso(match[0]):
        return "iso"
    sign = match["s"] or match["t"]
    date = f"%Y{sign}%m{sign}%d" if match["y"] else f"%1{sign}%2{sign}{'%Y' if len(match['z']) == 4 else '%y'}"
    if match["h"] is None:
        return date
    half = match["half"] or ""
    clock = f"{'%I' if half else '%H'}:%M{':%S' if match['sec'] else ''}{'.%f' if match['frac'] else ''}"
    offset = (" %z" if match["off"].startswith(" ") else "%z") if match["off"] else ""
    return f"{date}{match['sep']}{clock}{' %p' if half.startswith(' ') else '%p' if half else ''}{offset}"


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _reads(found: list[str], guess: Times) -> bool:
    read = values.time(guess.formats, UTC)
    return sum(_usable(read, text) for text in found) >= 0.5 * len(found)


def _usable(read: Callable[[str], datetime], text: str) -> bool:
    try:
        return 1970 <= read(text).year <= 2100
    except ValueError:
        return False
