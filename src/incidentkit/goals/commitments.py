"""How many commitments were kept: of a team, or of each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import frozen

from incidentkit.domain.commitments import Commitment, CommitmentState

__all__ = ["Tally", "tally", "tally_by_person"]


@frozen
class Tally:
    """What became of commitments, as known at one instant.

    Args:
        kept: with evidence, reported in time; missed: called missed by somebody; unreported: nobody has said anything.
        early: reported on before their due time has come; they are not yet in ``due``.
        open: to be reported on.
    """

    kept: int = 0
    missed: int = 0
    unreported: int = 0
    early: int = 0
    open: int = 0

    @property
    def due(self) -> int:
        """Those whose due time has come."""
        return self.kept + self.missed + self.unreported

    @property
    def share(self) -> float | None:
        """Kept ÷ due, as `commitments_kept_rate` has it; None where nothing was due."""
        return self.kept / self.due if self.due else None


def tally(commitments: Iterable[Commitment], as_of: datetime) -> Tally:
    """Count them. What is due and open counts as unreported, whether or not somebody has noticed yet."""
    counts = dict.fromkeys(("kept", "missed", "unreported", "early", "open"), 0)
    for commitment in commitments:
        counts[_where(commitment, as_of)] += 1
    return Tally(**counts)


def tally_by_person(commitments: Iterable[Commitment], as_of: datetime) -> Mapping[str, Tally]:
    """The same for each person, by handle in the order of the alphabet: a list of facts, not a ranking."""
    of: dict[str, list[Commitment]] = {}
    for commitment in commitments:
        of.setdefault(commitment.person, []).append(commitment)
    return {person: tally(of[person], as_of) for person in sorted(of)}


def _where(commitment: Commitment, as_of: datetime) -> str:
    if commitment.due > as_of:
        return "open" if commitment.open else "early"
    if commitment.state is CommitmentState.KEPT:
        return "kept"
    return "missed" if commitment.reported_at is not None else "unreported"
