"""What a line of the scoreboard may ask of its measure."""

from __future__ import annotations

from collections.abc import Iterator

from incidentkit.domain.shop import ScoreboardLine
from incidentkit.measures.measure import Measure

__all__ = ["bad_line"]


def bad_line(line: ScoreboardLine, measure: Measure) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a line about that measure: the key, what is expected there, and what stands there instead."""
    if measure.kind == "share" and line.target is not None and not 0 <= line.target <= 1:
        yield "target", "a share from 0 to 1", f"{line.target:g}"
    elif measure.kind == "nps" and line.target is not None and not -100 <= line.target <= 100:
        yield "target", "points from -100 to 100", f"{line.target:g}"
    elif measure.kind not in ("nps", "score") and line.target is not None and line.target < 0:
        yield "target", "at least 0", f"{line.target:g}"
    if line.statistic != "value" and measure.kind not in ("duration", "score"):
        yield "statistic", f"value, since {line.measure} has no quantiles", line.statistic
