"""Where damages are gathered: the first of them in the order of the record are kept, the others counted."""

from __future__ import annotations

from bisect import insort

from attrs import define, field

from incidentkit.domain.verification import DAMAGE_KINDS, Damage

__all__ = ["Findings"]

_RANK = {kind: place for place, kind in enumerate(DAMAGE_KINDS)}
_LAST = 2**63


def _place(damage: Damage) -> tuple[int, int, str, str]:
    return (_LAST if damage.seq is None else damage.seq, _RANK[damage.kind], damage.subject, damage.words)


@define
class Findings:
    """What was found so far.

    Args:
        limit: how many damages are kept.
    """

    limit: int
    count: int = field(default=0, init=False)
    _first: list[Damage] = field(factory=list, init=False)

    def add(self, kind: str, subject: str, words: str, seq: int | None = None, version: int | None = None) -> None:
        """Note a damage."""
        self.count += 1
        insort(self._first, Damage(kind, subject, words, seq, version), key=_place)
        del self._first[self.limit :]

    @property
    def first(self) -> tuple[Damage, ...]:
        """The first of them, in the order of the record."""
        return tuple(self._first)
