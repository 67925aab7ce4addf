"""The measures that one desk knows: those that ship, the shop's own, and those of plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from attrs import evolve, field, frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.measure import Measure

__all__ = ["BUILT_IN", "MeasureCatalogue"]


def _read_only(given: Mapping[str, Measure]) -> Mapping[str, Measure]:
    return MappingProxyType(dict(given))


@frozen
class MeasureCatalogue:
    """Measures by their names, each name once.

    Args:
        measures: in the order in which they are listed.
    """

    measures: Mapping[str, Measure] = field(converter=_read_only)

    @classmethod
    def of(cls, *groups: Iterable[Measure]) -> MeasureCatalogue:
        """All of these.

        Raises:
            InvalidInput: two of them have one name.
        """
        found: dict[str, Measure] = {}
        for measure in (measure for group in groups for measure in group):
            if measure.name in found:
                raise InvalidInput(f"Measure {measure.name}", "must be defined once", got="a second one", next="Rename one.")
            found[measure.name] = measure
        return cls(found)

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures.values())

    def __contains__(self, name: object) -> bool:
        return name in self.measures

    def __len__(self) -> int:
        return len(self.measures)

    @property
    def names(self) -> tuple[str, ...]:
        """What they are asked for by."""
        return tuple(self.measures)

    def named(self, name: str) -> Measure:
        """The measure of that name.

        Raises:
            InvalidInput: there is none; the error lists those that there are, and the likeliest one.
        """
        if name in self.measures:
            return self.measures[name]
        close = get_close_matches(str(name), self.measures, n=1)
        guess = f"Did you mean {close[0]}?" if close else "Give one of those."
        raise InvalidInput("A measure", f"must be one of {', '.join(self.measures)}", got=repr(name)[:40], next=guess)

    def on_clock(self, name: str, clock: str) -> Measure:
        """The measure with its durations counted by ``elapsed`` time or ``working`` time, the owning team's.

        Raises:
            InvalidInput: there is none, it is no such clock, or the measure has no working time; the error names those that
                have.
        """
        measure = self.named(name)
        if clock not in ("elapsed", "working"):
            raise InvalidInput("clock", "is elapsed or working", got=repr(clock)[:40])
        if clock == "elapsed":
            return measure
        if measure.working is None:
            able = ", ".join(m.name for m in self if m.working is not None)
            raise InvalidInput(
                f"Measure {measure.name}", "is not counted in working time", got=clock, next=f"Those that are: {able}."
            )
        return evolve(measure, column=measure.working, clock="working")


BUILT_IN = MeasureCatalogue.of(MEASURES.values())
"""The measures that ship."""
