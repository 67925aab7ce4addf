"""Incidents in the admin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import incidentkit as ik
from incidentkit_django.admin.pages import DeskAdmin, Field, Found
from incidentkit_django.admin.showing import Cell, Section, Shower, facts
from incidentkit_django.admin.tables import every, incident_row, messages_table, timeline_table
from incidentkit_django.words import say

__all__ = ["IncidentAdmin"]


class IncidentAdmin(DeskAdmin):
    """The latest first."""

    columns = ("incident", "severity", "phase", "owner", "detected_at", "orders")
    asked_by = (Field("open", ("yes", "no")), Field("type"), Field("order"))

    def found(self, shower: Shower, asked: Mapping[str, str], after: str | None) -> Found:
        """A page of incidents."""
        page = shower.desk.incidents.find(
            open=asked["open"] == "yes" if "open" in asked else None,
            type=asked.get("type"),
            order=asked.get("order"),
            limit=50,
            after=after,
        )
        return Found([incident_row(shower, incident) for incident in page], page.next)

    def shown(self, shower: Shower, thing: str) -> tuple[str, Sequence[Section]]:
        """The case, what was said, offered and agreed, its messages, and what happened to it."""
        incident = shower.desk.incidents.get(thing)
        sections = [
            facts(say("incident"), _facts(shower, incident)),
            _orders(shower, incident),
            _said(shower, incident),
            _offers(shower, incident),
            _remedies(shower, incident),
            messages_table(shower, incident.id),
            timeline_table(shower, _own_timeline(shower.desk, incident)),
        ]
        return f"{incident.type} · {shower.text(incident.detected_at)}", [section for section in sections if section.rows]


def _own_timeline(desk: ik.Desk, incident: ik.Incident) -> list[ik.TimelineEntry]:
    """What happened to it; a timeline belongs to an order, so a case without one has none."""
    seen = {entry.seq: entry for order in incident.orders for entry in every(desk.orders.timeline, order)}
    return [seen[seq] for seq in sorted(seen) if seen[seq].stream == incident.id]


def _facts(shower: Shower, incident: ik.Incident) -> Iterator[tuple[str, Cell]]:
    for name in ("id", "type", "severity", "phase", "substate", "cause", "reported_by"):
        yield name, shower.cell(getattr(incident, name))
    yield "description", shower.private(incident.description)
    yield "team", shower.cell(incident.owner.team)
    yield "agent", shower.cell(incident.owner.agent)
    for name in ("detected_at", "communicated_at", "resolved_at", "closed_at", "reopened", "passive"):
        yield name, shower.cell(getattr(incident, name))


def _orders(shower: Shower, incident: ik.Incident) -> Section:
    rows = [[shower.link("order", order.id, order.label), shower.cell(order.status)] for order in _loaded(shower, incident)]
    return Section(say("orders"), rows, [say("order"), say("status")])


def _loaded(shower: Shower, incident: ik.Incident) -> list[ik.Order]:
    return [shower.desk.orders.get(order) for order in incident.orders]


def _said(shower: Shower, incident: ik.Incident) -> Section:
    rows = [
        [shower.cell(each.at), shower.cell(each.channel), shower.cell(each.agent), shower.private(each.summary)]
        for each in incident.conversations
    ]
    return Section(say("conversations"), rows, [say(name) for name in ("at", "channel", "agent", "summary")])


def _offers(shower: Shower, incident: ik.Incident) -> Section:
    names = ("kind", "by", "amount", "product", "state")
    rows = [[shower.cell(getattr(offer, name)) for name in names] for offer in incident.offers]
    return Section(say("offers"), rows, [say(name) for name in ("kind", "due", "amount", "product", "state")])


def _remedies(shower: Shower, incident: ik.Incident) -> Section:
    names = ("kind", "by", "amount", "carried_out_at", "reference")
    rows = [[shower.cell(getattr(remedy, name)) for name in names] for remedy in incident.remedies]
    return Section(say("remedies"), rows, [say(name) for name in ("kind", "due", "amount", "carried_out_at", "reference")])
