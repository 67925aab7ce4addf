"""One language of the catalogue: its texts and labels, checked when they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from attrs import field, frozen

from incidentkit.errors import ConfigurationError
from incidentkit.phrases.template import Template

__all__ = ["STEPS", "Language", "read_language"]

_ORDER = frozenset({"order", "shop", "date"})
_INCIDENT = frozenset({"order", "shop", "type", "cause", "responsible"})
_SURVEY = frozenset({"order", "shop", "survey", "low", "high"})

STEPS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("order.placed", "order.confirmed", "order.delivered", "order.cancelled"), _ORDER),
    "order.shipped": _ORDER | {"carrier", "tracking"},
    "incident.detected": _INCIDENT | {"date"},
    "incident.offered": _INCIDENT | {"offers"},
    "incident.accepted": _INCIDENT | {"offers"},
    "incident.carried_out": _INCIDENT | {"offers", "reference"},
    **dict.fromkeys(("incident.resolved", "incident.reopened", "incident.closed", "incident.withdrawn"), _INCIDENT),
    **dict.fromkeys(("incident.waived", "incident.merged", "incident.unmerged"), _INCIDENT),
    **dict.fromkeys(("survey.csat", "survey.nps", "survey.other"), _SURVEY),
}
"""Every text there is, with the placeholders that it may use."""

_FRAME = {"greeting": {"name"}, "greeting_unnamed": set[str](), "closing": {"shop"}}
_WORDS = {"order": {"order"}, "order_unknown": set[str](), "product_unknown": set[str]()}
_OFFERS = {
    "substitution": {"product", "date"},
    "restock": {"date"},
    "discount": {"amount", "date"},
    "refund": {"amount", "date"},
}
_LABELS = ("types", "causes", "offers", "phases")


@frozen
class Language:
    """What the shop says in one language.

    Args:
        labels: for ``types``, ``causes``, ``offers`` and ``phases``: words by code.
        texts: subject and text by step.
    """

    code: str
    frame: Mapping[str, Template] = field(repr=False)
    words: Mapping[str, Template] = field(repr=False)
    offers: Mapping[str, Template] = field(repr=False)
    labels: Mapping[str, Mapping[str, str]] = field(repr=False)
    texts: Mapping[str, tuple[Template, Template]] = field(repr=False)

    def label(self, group: str, code: str) -> str:
        """The words for a code; one that a shop added itself is read as words."""
        return self.labels[group].get(code) or code.replace("_", " ")


def read_language(code: str, source: str | None = None) -> Language:
    """The language, from its TOML: the package's own, or ``source``.

    Raises:
        ConfigurationError: a text is missing, or has a placeholder that its step has no value for. All are named.
    """
    if source is None:
        source = (resources.files("incidentkit") / "catalogue" / f"{code}.toml").read_text("utf-8")
    raw = tomllib.loads(source)
    problems = tuple(_problems(raw))
    if problems:
        raise ConfigurationError(
            f"The catalogue of texts {code}",
            "must have every text, with the placeholders of its step only",
            got="; ".join(problems),
            next="Correct it.",
            problems=problems,
        )
    return _language(code, raw)


def _language(code: str, raw: Mapping[str, Any]) -> Language:
    return Language(
        code=code,
        frame=_templates(raw["frame"]),
        words=_templates(raw["words"]),
        offers=_templates(raw["offers"]),
        labels=raw["labels"],
        texts={step: (Template(text["subject"]), Template(text["text"])) for step, text in raw["texts"].items()},
    )


def _templates(raw: Mapping[str, str]) -> dict[str, Template]:
    return {name: Template(text) for name, text in raw.items()}


def _problems(raw: Mapping[str, Any]) -> Iterator[str]:
    for table, allowed in (("frame", _FRAME), ("words", _WORDS), ("offers", _OFFERS)):
        yield from _missing(table, raw, allowed)
        for name, text in raw.get(table, {}).items():
            yield from _foreign(f"{table}.{name}", text, allowed.get(name, set()))
    yield from _missing("texts", raw, STEPS)
    for step, text in raw.get("texts", {}).items():
        yield from _missing(f"texts.{step}", {f"texts.{step}": text}, ("subject", "text"))
        for part, words in text.items():
            yield from _foreign(f"texts.{step}.{part}", words, STEPS.get(step, frozenset()))
    yield from _missing("labels", raw, _LABELS)


def _missing(table: str, raw: Mapping[str, Any], names: Any) -> Iterator[str]:
    there = raw.get(table, {})
    yield from (f"{table}.{name}: expected, but not there" for name in names if name not in there)
    yield from (f"{table}.{name}: not expected" for name in there if name not in names)


def _foreign(path: str, text: str, allowed: Any) -> Iterator[str]:
    template = Template(text)
    yield from (f"{path}: expected no ${name}" for name in sorted(template.placeholders - set(allowed)))
    if template.stray:
        yield f"{path}: expected a name after each $"
