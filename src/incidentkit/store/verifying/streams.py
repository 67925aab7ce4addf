"""Whether each stream stands where its events end: version, hash, document and timers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from incidentkit.codec.record import encode_document, kind_of
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.rules.timers import FOLLOWING, timers_of
from incidentkit.store import tables as t
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded
from incidentkit.store.verifying.histories import Page, within

__all__ = ["judge_streams", "judge_timers"]


def judge_streams(connection: Connection, tenant: str, page: Page, found: Mapping[str, Folded], findings: Findings) -> None:
    """Compare where the streams of a page stand with what their events come to.

    Args:
        found: those whose events follow from each other; of the others something worse is known.
    """
    s = t.streams.c
    query = select(t.streams).where(s.tenant == tenant, *within(s.stream, page))
    rows = {row.stream: row for row in connection.execute(query)}
    for stream in rows.keys() - page.events.keys():
        findings.add("stream", stream, "it has no events", None, rows[stream].version)
    for stream, events in page.events.items():
        last = events[-1]
        if stream not in rows:
            findings.add("stream", stream, "it has events, and is not among the streams", last.seq, last.version)
        elif stream in found:
            _judge(rows[stream], found[stream], findings)


def _judge(row: Any, stream: Folded, findings: Findings) -> None:
    last, state = stream.last, stream.state
    at = (last.seq, last.version)
    if row.version != last.version:
        findings.add("stream", row.stream, f"it stands at version {row.version}, its events end at {last.version}", *at)
    if row.head != stream.head:
        findings.add("stream", row.stream, "its head is not the hash of its last event", *at)
    if row.kind != kind_of(state):
        findings.add("stream", row.stream, f"it is said to be of the kind {row.kind}, and is a {kind_of(state)}", *at)
    if row.document != encode_document(state):
        findings.add("document", row.stream, "it is not what the events add up to", *at)


def judge_timers(
    connection: Connection, tenant: str, page: Page, found: Mapping[str, Folded], shop: Shop, findings: Findings
) -> None:
    """Compare the timers of a page's streams with those that follow from how these stand."""
    c = t.timers.c
    query = select(c.stream, c.name, c.due).where(c.tenant == tenant, *within(c.stream, page))
    rows = {(row.stream, row.name): row.due for row in connection.execute(query)}
    for stream, name in rows:
        if stream not in page.events:
            findings.add("timers", f"{stream} {name}", "it is about nothing that is in the record")
    for stream, folded in found.items():
        at = (folded.last.seq, folded.last.version)
        following = {name: micros(due) for name, due in timers_of(folded.state, shop).items()}
        waiting = {name for of, name in rows if of == stream and name in FOLLOWING}
        for name in following.keys() | waiting:
            subject = f"{stream} {name}"
            if name not in following:
                findings.add("timers", subject, "nothing is to be waited for", *at)
            elif name not in waiting:
                findings.add("timers", subject, "it is missing", *at)
            # One that could not be acted on yet was put off until somebody is there.
            elif rows[stream, name] < following[name]:
                findings.add("timers", subject, "it is due too early", *at)
