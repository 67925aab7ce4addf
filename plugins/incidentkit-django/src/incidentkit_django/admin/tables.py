"""Tables that stand on several pages of the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import incidentkit as ik
from incidentkit_django.admin.showing import Cell, Section, Shower
from incidentkit_django.words import say

__all__ = ["every", "incident_row", "incidents_table", "message_row", "messages_table", "timeline_table"]


def every(find: Callable[..., Any], *arguments: Any, **asked: Any) -> Iterator[Any]:
    """All of a list, page by page."""
    page = find(*arguments, **asked)
    yield from page
    while page.next is not None:
        page = find(*arguments, **asked, after=page.next)
        yield from page


def incident_row(shower: Shower, incident: ik.Incident) -> Sequence[Cell]:
    """A case in a list."""
    return (
        shower.link("incident", incident.id, incident.type),
        shower.cell(incident.severity),
        shower.cell(incident.phase),
        shower.cell(incident.owner.label),
        shower.cell(incident.detected_at),
        shower.cell(len(incident.orders)),
    )


def incidents_table(shower: Shower, incidents: Iterable[ik.Incident]) -> Section:
    """Cases, each with a link."""
    columns = ("incident", "severity", "phase", "owner", "detected_at", "orders")
    return Section(say("incidents"), [incident_row(shower, each) for each in incidents], [say(name) for name in columns])


def message_row(shower: Shower, intent: ik.Intent) -> Sequence[Cell]:
    """A message in a list."""
    return (
        shower.link("message", intent.key, intent.step),
        shower.cell(intent.channel),
        shower.cell(intent.state),
        shower.cell(intent.reason),
        shower.cell(intent.due),
        shower.cell(intent.sent_at),
    )


def messages_table(shower: Shower, stream: str) -> Section:
    """The messages about an order or a case."""
    columns = ("message", "channel", "state", "reason", "due", "sent_at")
    rows = [message_row(shower, intent) for intent in every(shower.desk.messages.find, stream=stream)]
    return Section(say("messages"), rows, [say(name) for name in columns])


def timeline_table(shower: Shower, entries: Iterable[ik.TimelineEntry]) -> Section:
    """What happened, in the record's order; in full for those who may see what is about a person."""
    rows = [
        [
            shower.cell(entry.at),
            shower.cell(entry.known_at),
            shower.cell(entry.type),
            shower.cell(entry.by),
            Cell(shower.data(entry.data)),
        ]
        for entry in entries
    ]
    return Section(say("timeline"), rows, [say(name) for name in ("at", "known_at", "event", "by", "data")])
