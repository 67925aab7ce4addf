"""Every event of the record in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, field

from incidentkit.cli.values import Values
from incidentkit.cli.words import Words
from incidentkit.delivery.language import Language
from incidentkit.desk.timeline import TimelineEntry
from incidentkit.domain import events as ev
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shipments import Units, add_units
from incidentkit.domain.texts import Text

__all__ = ["Teller", "anomaly_words", "rejection_words"]

Said = dict[str, str]


@define
class Teller:
    """Tells the events of one order's timeline, in their order: what it has told, later events refer to.

    Args:
        labels: the messages' own words for offers and causes.
    """

    order: Order
    values: Values
    labels: Language = field(repr=False)
    _offers: dict[tuple[str, str], str] = field(factory=dict, init=False)
    _incidents: list[str] = field(factory=list, init=False)

    def tell(self, entry: TimelineEntry) -> str:
        """What happened, in one line; details that are not known are left out."""
        data = entry.data
        key = f"events.{entry.type}{_variant(data)}"
        said = self.values.words.say(key, **_TELLERS[type(data)](self, data, entry.stream))
        return " · ".join(line for line in said.split("\n") if line)

    def who(self, entry: TimelineEntry) -> str:
        """Who did it: an agent's handle, a source's name, or a word for the rest."""
        kind, _, name = entry.by.partition(":")
        known = f"actors.{entry.by}"
        return self.values.words.texts.get(known) or (name if kind != "customer" else self.values.words.named("actors", kind))

    def case(self, entry: TimelineEntry) -> int:
        """Which of the order's incidents it is about, counted from 1; 0 for none."""
        if not entry.type.startswith("incident.") and entry.stream not in self._incidents:
            return 0
        if entry.stream not in self._incidents:
            self._incidents.append(entry.stream)
        return self._incidents.index(entry.stream) + 1

    # --- Words for the parts of events ---

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
        """``refund of 5.00 EUR by 3 Sep 2026``."""
        what = self.values.words.say(
            "things.deal",
            kind=self.labels.label("offers", thing.kind.value),
            what=thing.product or (self.values.money(thing.amount) if thing.amount else ""),
            day=self.values.due(thing.by),
        )
        return " ".join(what.split("\n"))

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


def anomaly_words(words: Words, code: str) -> str:
    """What a source got wrong about an order, or what of it was left out."""
    later, before, earlier = code.partition("_before_")
    if before:
        return words.say("anomalies.before", later=words.named("moments", later), earlier=words.named("moments", earlier))
    if code.endswith("_dropped"):
        return words.say("anomalies.dropped", what=words.named("moments", code.removesuffix("_dropped")))
    if code.startswith("unusable:"):
        return words.say("anomalies.unusable", field=words.named("moments", code.removeprefix("unusable:")))
    return code.replace("_", " ")


def rejection_words(words: Words, code: str) -> str:
    """Why a row or record of an import was left out."""
    reason, _, field = code.partition(":")
    key = f"rejections.{reason}"
    return words.say(key, field=words.named("moments", field) if field else "-") if key in words.texts else code


def _variant(data: ev.Happening) -> str:
    """Some events are told in two ways."""
    if isinstance(data, ev.PromiseMade) and data.replaces:
        return ".again"
    if isinstance(data, ev.IncidentResolved) and data.claimed:
        return ".claimed"
    if isinstance(data, ev.CustomerTold) and data.by.startswith("conversation"):
        return ".spoken"
    return ""


def _nothing(teller: Teller, data: Any, stream: str) -> Said:
    return {}


def _reason(teller: Teller, data: Any, stream: str) -> Said:
    return {"reason": teller.text(data.reason)}


def _placed(teller: Teller, data: ev.OrderPlaced, stream: str) -> Said:
    units = teller.values.units({line.id: line.quantity for line in data.lines}, {line.id: line.product for line in data.lines})
    return {"units": units, "paid": teller.values.money(data.captured), "account": data.account}


def _promise(teller: Teller, data: ev.PromiseMade, stream: str) -> Said:
    what = data.promise.what
    kind = teller.named("things", what) if what == "delivery" else teller.labels.label("offers", what)
    return {"what": kind, "day": teller.values.due(data.promise.due)}


def _shipped(teller: Teller, data: ev.OrderShipped, stream: str) -> Said:
    return {"units": teller.units(data.units), "carrier": data.carrier, "tracking": data.tracking}


def _delivered(teller: Teller, data: ev.OrderDelivered, stream: str) -> Said:
    units: Units = ()
    for portion in data.portions:
        units = add_units(units, portion.units)
    return {"units": teller.units(units)}


def _units(teller: Teller, data: ev.OrderCancelled | ev.OrderReturned, stream: str) -> Said:
    return {"units": teller.units(data.units), "reason": teller.text(data.reason)}


def _published(teller: Teller, data: ev.StatusPublished, stream: str) -> Said:
    return {"text": teller.quoted(data.text) or teller.named("things", "nothing")}


def _amended(teller: Teller, data: ev.OrderAmended | ev.IncidentAmended, stream: str) -> Said:
    changes = teller.changes(data.changes) or teller.named("fields", "promised")
    return {"changes": changes, "reason": teller.text(data.reason)}


def _anomaly(teller: Teller, data: ev.AnomalyNoted, stream: str) -> Said:
    return {"anomaly": anomaly_words(teller.values.words, data.anomaly)}


def _money(teller: Teller, data: ev.MoneyReturned, stream: str) -> Said:
    return {"amount": teller.values.money(data.amount)}


def _source(teller: Teller, data: ev.SourceStatusNoted, stream: str) -> Said:
    return {"status": data.status}


def _receipt(teller: Teller, data: ev.MessageReceipt, stream: str) -> Said:
    return {"step": teller.step(data.step), "receipt": teller.named("receipts", data.receipt.value), "channel": data.channel}


def _undelivered(teller: Teller, data: ev.MessageUndelivered, stream: str) -> Said:
    return {"step": teller.step(data.step), "reason": teller.named("undelivered", data.reason), "channel": data.channel}


def _reported(teller: Teller, data: ev.IncidentReported, stream: str) -> Said:
    lines = {line.id: line.product for line in teller.order.lines}
    return {
        "type": teller.named("types", data.kind),
        "severity": teller.named("severities", data.severity),
        "lines": ", ".join(lines.get(line, line) for line in data.lines),
        "description": teller.quoted(data.description),
        "cause": teller.labels.label("causes", data.cause) if data.cause else "",
        "customer": teller.named("things", "by_customer") if data.reported_by == "customer" else "",
        "owner": data.owner.label,
    }


def _notice(teller: Teller, data: ev.NoticePlanned, stream: str) -> Said:
    return {"step": teller.step(data.step), "channel": data.channel}


def _spoken(teller: Teller, data: ev.ConversationLogged, stream: str) -> Said:
    return {"agent": data.agent, "channel": teller.named("channels", data.channel), "summary": teller.quoted(data.summary)}


def _offered(teller: Teller, data: ev.OffersMade, stream: str) -> Said:
    return {"offers": "; ".join(teller.remember(stream, offer.id, teller.deal(offer)) for offer in data.offers)}


def _accepted(teller: Teller, data: ev.OfferAccepted, stream: str) -> Said:
    return {"offer": teller.remember(stream, data.remedy.id, teller.deal(data.remedy))}


def _declined(teller: Teller, data: ev.OfferDeclined, stream: str) -> Said:
    return {"offer": teller.recall(stream, data.offer)}


def _carried_out(teller: Teller, data: ev.RemedyCarriedOut, stream: str) -> Said:
    return {"remedy": teller.recall(stream, data.remedy), "reference": data.reference}


def _answer(teller: Teller, data: ev.SurveyAnswerReceived, stream: str) -> Said:
    return {"score": str(data.score), "survey": teller.named("surveys", data.survey)}


def _satisfied(teller: Teller, data: ev.SatisfactionConfirmed, stream: str) -> Said:
    return {"evidence": teller.named("evidence", data.evidence.kind)}


def _asked_over(teller: Teller, data: ev.HandoverAsked, stream: str) -> Said:
    return {"to": data.to}


def _taken_over(teller: Teller, data: ev.HandoverAccepted, stream: str) -> Said:
    return {"owner": data.owner.label, "team": data.owner.team}


def _asked(teller: Teller, data: ev.SurveyAsked, stream: str) -> Said:
    return {"survey": teller.named("surveys", data.survey), "low": str(data.scale.low), "high": str(data.scale.high)}


def _answered(teller: Teller, data: ev.SurveyAnswered, stream: str) -> Said:
    return {"score": str(data.score), "comment": teller.quoted(data.comment)}


_TELLERS: Mapping[type[ev.Happening], Callable[[Teller, Any, str], Said]] = {
    ev.OrderPlaced: _placed,
    ev.PromiseMade: _promise,
    ev.OrderConfirmed: _nothing,
    ev.OrderShipped: _shipped,
    ev.OrderDelivered: _delivered,
    ev.OrderCancelled: _units,
    ev.OrderReturned: _units,
    ev.StatusPublished: _published,
    ev.OrderAmended: _amended,
    ev.AnomalyNoted: _anomaly,
    ev.MoneyReturned: _money,
    ev.SourceStatusNoted: _source,
    ev.MessageReceipt: _receipt,
    ev.MessageUndelivered: _undelivered,
    ev.IncidentReported: _reported,
    ev.NoticePlanned: _notice,
    ev.CustomerTold: _nothing,
    ev.CustomerUntold: _nothing,
    ev.ConversationLogged: _spoken,
    ev.OffersMade: _offered,
    ev.OfferAccepted: _accepted,
    ev.OfferDeclined: _declined,
    ev.RemedyCarriedOut: _carried_out,
    ev.IncidentResolved: _reason,
    ev.SurveyAnswerReceived: _answer,
    ev.SatisfactionConfirmed: _satisfied,
    ev.IncidentClosed: _nothing,
    ev.IncidentReopened: _reason,
    ev.IncidentWithdrawn: _reason,
    ev.IncidentAmended: _amended,
    ev.HandoverAsked: _asked_over,
    ev.HandoverAccepted: _taken_over,
    ev.SurveyAsked: _asked,
    ev.SurveyAnswered: _answered,
}
