"""What a verdict looks like in the terminal, and why there is none."""

from __future__ import annotations

from incidentkit.cli.values import Values
from incidentkit.measures.scoreboard import Reason, Verdict

__all__ = ["SHAPES", "STYLES", "why"]

SHAPES = {Verdict.WINNING: "▲", Verdict.LOSING: "▼", Verdict.UNKNOWN: "●"}
STYLES = {Verdict.WINNING: "bold green", Verdict.LOSING: "bold red", Verdict.UNKNOWN: "yellow"}


def why(values: Values, reason: Reason, n: int, least_n: int) -> str:
    """Why nothing is claimed."""
    if reason is Reason.TOO_FEW:
        return values.words.say("reasons.too_few", n=values.number(n), least=values.number(least_n))
    return values.words.say(f"reasons.{reason.value}")
