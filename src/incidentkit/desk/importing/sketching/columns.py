"""What a column holds, as far as its values show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from attrs import field, frozen

from incidentkit.desk.importing.sketching.amounts import Written, written
from incidentkit.desk.importing.sketching.clocks import Times, times_of
from incidentkit.desk.importing.sketching.names import is_personal

__all__ = ["MISSING", "Column", "Kind"]

MISSING = frozenset({"?", "-", "--", "n/a", "N/A", "#N/A", "NULL", "null", "None", "NaN", "nan"})
"""How tables write that there is no value."""

_FEW = 12
_SHORT = 40
_ENOUGH = 0.95
_WHOLE = re.compile(r"-?[0-9]+")
_POINT = re.compile(r"-?[0-9]*\.[0-9]+")
_COMMA = re.compile(r"-?[0-9]*,[0-9]+")
_REVEALING = re.compile(r"@|[0-9]{6}|[0-9](?:[ .-]?[0-9]){7}")

Kind = Literal["empty", "time", "whole", "number", "text"]


@frozen(slots=False)
class Column:
    """One column of a sample.

    Args:
        values: those that are there; they may be personal.
        rows: how many rows there are.
    """

    name: str
    values: Sequence[str] = field(repr=False)
    rows: int

    @cached_property
    def distinct(self) -> Counter[str]:
        """Each value with how often it is there, in the order of the rows."""
        return Counter(self.values)

    @property
    def unique(self) -> bool:
        """Whether every row has a value, and no two the same."""
        return 0 < self.rows == len(self.values) == len(self.distinct)

    @cached_property
    def times(self) -> Times | None:
        """How it writes times; None where it holds none."""
        return times_of(self.distinct)

    @cached_property
    def kind(self) -> Kind:
        """What its values are."""
        if not self.values:
            return "empty"
        if self.times is not None:
            return "time"
        if all(_WHOLE.fullmatch(value) for value in self.distinct):
            return "whole"
        return "number" if self.point else "text"

    @cached_property
    def point(self) -> str:
        """The point of its numbers; empty where it has none, or no numbers."""
        for point, shape in ((".", _POINT), (",", _COMMA)):
            pointed = sum(shape.fullmatch(value) is not None for value in self.distinct)
            numbers = pointed + sum(_WHOLE.fullmatch(value) is not None for value in self.distinct)
            if pointed and numbers >= _ENOUGH * len(self.distinct):
                return point
        return ""

    @cached_property
    def written(self) -> Written | None:
        """How it writes numbers; None where it holds none."""
        return written(self.distinct) if self.kind in ("whole", "number", "text") else None

    @property
    def dressed(self) -> bool:
        """Whether its numbers stand beside signs: between thousands, or of a currency."""
        return self.kind == "text" and self.written is not None

    @property
    def counts(self) -> bool:
        """Whether it may hold whole numbers."""
        return self.kind == "whole" or (self.written is not None and self.written.whole)

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest of its whole numbers."""
        numbers = [int(value) for value in self.distinct if len(value) < 10]
        return (min(numbers), max(numbers)) if numbers else (0, 0)

    @property
    def personal(self) -> bool:
        """Whether its name says that it may hold something about a person."""
        return is_personal(self.name)

    def shown(self, *, repeated: bool = False) -> dict[str, int]:
        """Its values with how often each is there, where they are few, short, and none could be about a person; else nothing.

        Args:
            repeated: only where they recur, as names of kinds do and free words do not.
        """
        few = 0 < len(self.distinct) <= _FEW and all(len(v) <= _SHORT and v.isprintable() for v in self.distinct)
        recur = not repeated or 2 * len(self.distinct) <= len(self.values)
        open_ = not self.personal and not any(_REVEALING.search(value) for value in self.distinct)
        return dict(self.distinct.most_common()) if few and recur and open_ and self.kind != "time" else {}
