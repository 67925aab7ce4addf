"""What a source got wrong, and why a row of it was left out, in words."""

from __future__ import annotations

from incidentkit.phrases.words import Words

__all__ = ["anomaly_words", "rejection_words"]


def anomaly_words(words: Words, code: str) -> str:
    """What a source got wrong about an order, or what of it was left out."""
    later, before, earlier = code.partition("_before_")
    if before:
        return words.say("anomalies.before", later=words.named("moments", later), earlier=words.named("moments", earlier))
    for ending in ("dropped", "missing"):
        if code.endswith(f"_{ending}"):
            return words.say(f"anomalies.{ending}", what=words.named("moments", code.removesuffix(f"_{ending}")))
    if code.startswith("unusable:"):
        return words.say("anomalies.unusable", field=_field(words, code.removeprefix("unusable:")))
    return code.replace("_", " ")


def rejection_words(words: Words, code: str) -> str:
    """Why a row or record of an import was left out."""
    reason, _, field = code.partition(":")
    key = f"rejections.{reason}_{field}" if f"rejections.{reason}_{field}" in words.texts else f"rejections.{reason}"
    return words.say(key, field=_field(words, field) if field else "-") if key in words.texts else code


def _field(words: Words, name: str) -> str:
    """What a field of a record is called: a time by what happened then, anything else by its own words."""
    return words.texts.get(f"columns.{name}") or words.named("moments", name)
