"""What a piece of advice says, in words."""

from __future__ import annotations

from incidentkit.domain.advice import Advice
from incidentkit.phrases.words import Words

__all__ = ["advice_words"]


def advice_words(words: Words, advice: Advice) -> str:
    """One sentence for whoever handles the order."""
    values = dict.fromkeys(("count", "days", "orders", "type"), "") | dict(advice.values)
    if values["type"]:
        values["type"] = words.named("types", values["type"])
    # A figure that is not there leaves nothing of the sentence: what it is about is said all the same.
    return words.say(f"advice.{advice.code}", **values) or words.named("advice_codes", advice.code)
