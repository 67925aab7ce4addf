"""What a measure is called, and what it says."""

from __future__ import annotations

from incidentkit.phrases.words import Words

__all__ = ["measure_about", "measure_name"]


def measure_name(words: Words, measure: str, *, brief: bool = False, title: str = "") -> str:
    """Its name; a measure without words of its own is read as words.

    Args:
        brief: the shorter one, for where there is little room.
        title: what its shop or plugin calls it, where the texts have no words for it.
    """
    short = words.texts.get(f"measures.{measure}.brief") if brief else None
    return short or words.texts.get(f"measures.{measure}.name") or title or measure.replace("_", " ")


def measure_about(words: Words, measure: str, definition: str) -> str:
    """Its definition in the words' language; ``definition``, the measure's own, where they have none."""
    return words.texts.get(f"measures.{measure}.about", definition)
