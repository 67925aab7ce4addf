"""The words that tellers of every kind of event use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, field

from incidentkit.cli.deals import deal
from incidentkit.cli.values import Values
from incidentkit.delivery.templates.language import Language
from incidentkit.domain import events as ev
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shipments import Units
from incidentkit.domain.texts import Text

__all__ = ["Phrases", "Said", "Tells", "amended", "nothing", "reason"]

Said = dict[str, str]
"""What the text of an event is filled with."""


@define
class Phrases:
    """Words for the parts of events; what was said of an offer is kept, for later events refer to it.

    Args:
        labels: the messages' own words for offers and causes.
    """

    order: Order
    values: Values
    labels: Language = field(repr=False)
    _offers: dict[tuple[str, str], str] = field(factory=dict, init=False)

    def units(self, units: Units) -> str:
        return self.values.units(dict(units), {line.id: line.product for line in self.order.lines})

    def text(self, text: Text | None) -> str:
        """Free words on one line."""
        if text is None:
            return ""
        return " ".join(str(text).split()) or (self.named("things", "forgotten") if text.value is None and text.ref else "")

    def quoted(self, text: Text | None) -> str:
        words = self.text(text)
        return words if not words or text is None or not text.value else self.values.words.say("things.quoted", text=words)

    def named(self, group: str, code: str) -> str:
        return self.values.words.named(group, code)

    def step(self, step: str) -> str:
        known = self.values.words.texts.get(f"steps.{step}")
        return known or self.values.words.say("steps.survey.other", survey=step.removeprefix("survey."))

    def deal(self, thing: Offer | Remedy) -> str:
        return deal(thing, self.values, self.labels)

    def remember(self, stream: str, id: str, words: str) -> str:
        self._offers[stream, id] = words
        return words

    def recall(self, stream: str, id: str) -> str:
        return self._offers.get((stream, id), id)

    def changes(self, changes: Iterable[ev.Change]) -> str:
        return "; ".join(self._change(change) for change in changes)

    def _change(self, change: ev.Change) -> str:
        name = self.named("fields", change.field)
        if change.field == "description":
            return name
        old, new = (self._value(change.field, value) for value in (change.old, change.new))
        return f"{name}: {old} → {new}"

    def _value(self, field: str, value: str | None) -> str:
        if not value:
            return self.named("things", "nothing")
        groups = {"type": "types", "severity": "severities"}
        if field == "cause":
            return self.labels.label("causes", value)
        return self.named(groups[field], value) if field in groups else value


Tells = Mapping[type[ev.Happening], Callable[[Phrases, Any, str], Said]]
"""By the type of event, what its text is filled with: of the event's data, and of its stream."""


def nothing(phrases: Phrases, data: Any, stream: str) -> Said:
    """It needs no more words."""
    return {}


def reason(phrases: Phrases, data: Any, stream: str) -> Said:
    """Only why."""
    return {"reason": phrases.text(data.reason)}


def amended(phrases: Phrases, data: ev.OrderAmended | ev.IncidentAmended, stream: str) -> Said:
    """What was corrected, and why."""
    changes = phrases.changes(data.changes) or phrases.named("fields", "promised")
    behind = len(data.pushed_down) if isinstance(data, ev.IncidentAmended) else 0
    return {"changes": changes, "reason": phrases.text(data.reason), "behind": str(behind) if behind else ""}
