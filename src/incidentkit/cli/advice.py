"""What a piece of advice says, in words."""

from __future__ import annotations

from incidentkit.domain.advice import Advice
from incidentkit.phrases.words import Words

__all__ = ["advice_words"]


def advice_words(words: Words, advice: Advice) -> str:
    """One sentence for whoever handles the order."""
    values = dict(advice.values)
    if values.get("type"):
        values["type"] = words.named("types", values["type"])
    return words.say(f"advice.{advice.code}", **values)
