"""What is told of orders."""

from __future__ import annotations

from incidentkit.cli.advice import advice_words
from incidentkit.cli.anomalies import anomaly_words
from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, amended, nothing
from incidentkit.domain import events as ev
from incidentkit.domain.shipments import Units, add_units

__all__ = ["TELLS"]


def _placed(phrases: Phrases, data: ev.OrderPlaced, stream: str) -> Said:
    units = phrases.values.units(
        {line.id: line.quantity for line in data.lines}, {line.id: line.product for line in data.lines}
    )
    return {"units": units, "paid": phrases.values.money(data.captured), "account": data.account}


def _shipped(phrases: Phrases, data: ev.OrderShipped, stream: str) -> Said:
    return {"units": phrases.units(data.units), "carrier": data.carrier, "tracking": data.tracking}


def _delivered(phrases: Phrases, data: ev.OrderDelivered, stream: str) -> Said:
    units: Units = ()
    for portion in data.portions:
        units = add_units(units, portion.units)
    return {"units": phrases.units(units)}


def _units(phrases: Phrases, data: ev.OrderCancelled | ev.OrderReturned, stream: str) -> Said:
    return {"units": phrases.units(data.units), "reason": phrases.text(data.reason)}


def _published(phrases: Phrases, data: ev.StatusPublished, stream: str) -> Said:
    return {"text": phrases.quoted(data.text) or phrases.named("things", "nothing")}


def _anomaly(phrases: Phrases, data: ev.AnomalyNoted, stream: str) -> Said:
    return {"anomaly": anomaly_words(phrases.values.words, data.anomaly)}


def _advised(phrases: Phrases, data: ev.OrderAdvised, stream: str) -> Said:
    return {"advice": "; ".join(advice_words(phrases.values.words, advice) for advice in data.advice)}


def _money(phrases: Phrases, data: ev.MoneyReturned, stream: str) -> Said:
    return {"amount": phrases.values.money(data.amount)}


def _source(phrases: Phrases, data: ev.SourceStatusNoted, stream: str) -> Said:
    return {"status": data.status}


TELLS: Tells = {
    ev.OrderPlaced: _placed,
    ev.OrderConfirmed: nothing,
    ev.OrderShipped: _shipped,
    ev.OrderDelivered: _delivered,
    ev.OrderCancelled: _units,
    ev.OrderReturned: _units,
    ev.StatusPublished: _published,
    ev.OrderAdopted: nothing,
    ev.OrderAdvised: _advised,
    ev.OrderAmended: amended,
    ev.AnomalyNoted: _anomaly,
    ev.MoneyReturned: _money,
    ev.SourceStatusNoted: _source,
}
