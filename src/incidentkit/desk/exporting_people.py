"""Everything that is kept of one person, as plain values: for the person, who has a right to it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field

from incidentkit.codec.record import encode_document, kind_of, text_refs
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.needs import Need
from incidentkit.domain.times import from_micros
from incidentkit.store.forgetting import (
    FILE,
    Mail,
    events_of,
    file_refs,
    files_under,
    mails_of,
    messages_to,
    owned,
    receipts_about,
    streams_about,
)
from incidentkit.store.inbox import kept_of
from incidentkit.store.unit import Unit

__all__ = ["exported"]

FORMAT = "incidentkit.person/1"

_GROUPS = {
    "order": "orders",
    "incident": "cases",
    "need": "needs",
    "ask": "questions",
    "task": "tasks",
    "call": "calls",
    "person": "wishes",
}

_OF_OTHERS = frozenset(
    {
        "counted",
        "follows",
        "followed_by",
        "incident",
        "incidents",
        "into",
        "joined",
        "merged_into",
        "need",
        "needs",
        "of",
        "order",
        "orders",
        "pushed_down",
        "took_in",
    }
)
"""Fields that name orders, cases and needs, which may be other customers'."""


def exported(unit: Unit, person: CustomerId, runtime: Runtime) -> dict[str, Any]:
    """All of it, under the name of what it is."""
    about = streams_about(unit, person)
    export = _Export(unit, person, about, {agent.name for agent in runtime.shop.agents})
    return export.made(runtime)


@define
class _Export:
    """One person's export on its way.

    Args:
        about: what is about them.
        staff: names of people of the shop, whom it leaves out.
    """

    unit: Unit
    person: CustomerId
    about: Mapping[str, State]
    staff: set[str]
    words: dict[str, str] = field(factory=dict)

    def made(self, runtime: Runtime) -> dict[str, Any]:
        histories = events_of(self.unit, self.about)
        self.staff |= {name for rows in histories.values() for row in rows if (name := _staff(row.actor))}
        documents = {stream: encode_document(state) for stream, state in self.about.items()}
        data = [row.data for rows in histories.values() for row in rows]
        self.words = self.unit.words(*documents.values(), *data)
        mails = mails_of(self.unit, self.person, [stream for stream, state in self.about.items() if isinstance(state, Need)])
        mine = owned(self.unit, self.person)
        files = files_under(self.unit, mine, mails)
        details = json.loads(self.unit.bodies([self.person]).get(self.person, "{}"))
        messages = messages_to(self.unit, self.person)
        receipts = receipts_about(self.unit, [row.key for row in messages])
        told = {receipt.raw for some in receipts.values() for receipt in some if receipt.raw}
        told |= {
            self.person,
            *file_refs(files),
            *(mail.raw for mail in mails),
            *text_refs(" ".join((*data, *documents.values()))),
        }
        return {
            "format": FORMAT,
            "made_at": runtime.clock().isoformat(),
            "person": {"id": self.person, **details},
            **{group: [] for group in _GROUPS.values()},
            **self._groups(histories, documents),
            "messages": [self._message(row, receipts.get(row.key, ())) for row in messages],
            "mails": [self._mail(mail) for mail in mails],
            "files": [
                {"name": f.name, "media_type": f.media_type, "size": f.size, "reference": f.ref, "left_out": f.left_out}
                for f in files.values()
            ],
            "other_words": self._others({ref for ref in mine - told if not ref.startswith((FILE, "filekey:"))}),
        }

    def _groups(self, histories: Mapping[str, list[Any]], documents: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for stream, state in self.about.items():
            history = [self._event(row) for row in histories[stream]]
            thing = {"id": stream, "as_it_stands": self._said(json.loads(documents[stream])), "history": history}
            found.setdefault(_GROUPS[kind_of(state)], []).append(thing)
        return found

    def _event(self, row: Any) -> dict[str, Any]:
        return {
            "what": row.type,
            "at": from_micros(row.occurred_at).isoformat(),
            "known_at": from_micros(row.known_at).isoformat(),
            "by": row.actor.partition(":")[0],
            "said": self._said(json.loads(row.data)),
        }

    def _said(self, value: Any, name: str = "") -> Any:
        """Plain values with words in place of references, and nothing about others."""
        if isinstance(value, dict):
            return {key: self._said(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [self._said(part, name) for part in value if not (isinstance(part, str) and self._is_others(name, part))]
        if not isinstance(value, str):
            return value
        if text_refs(f'"{value}"'):
            return self.words.get(value, "")
        if value in self.staff or _staff(value):
            return "agent"
        return None if self._is_others(name, value) else value

    def _is_others(self, name: str, value: str) -> bool:
        if name == "customer":
            return value != self.person
        return name in _OF_OTHERS and _is_id(value) and value not in self.about

    def _message(self, row: Any, receipts: Iterable[Any]) -> dict[str, Any]:
        return {
            "about": row.stream,
            "step": row.step,
            "purpose": row.purpose,
            "channel": row.channel,
            "due": from_micros(row.due).isoformat(),
            "state": row.state,
            "sent_at": None if row.sent_at is None else from_micros(row.sent_at).isoformat(),
            "values": json.loads(row.vals),
            "receipts": [self._receipt(receipt) for receipt in receipts],
        }

    def _receipt(self, row: Any) -> dict[str, Any]:
        words = self.unit.bodies([row.raw]).get(row.raw, "") if row.raw else ""
        return {"kind": row.kind, "at": from_micros(row.at).isoformat(), "channel_said": words}

    def _mail(self, mail: Mail) -> dict[str, Any]:
        body = self.unit.bodies([mail.raw]).get(mail.raw)
        raw = None if body is None else kept_of(body)
        return {
            "source": mail.source,
            "id": mail.event_id,
            "received_at": mail.received_at.isoformat(),
            "need": mail.need,
            "headers": [] if raw is None else [list(pair) for pair in raw.headers],
            "content_base64": "" if raw is None else base64.b64encode(raw.content).decode(),
        }

    def _others(self, refs: Iterable[str]) -> list[str]:
        """What else the vault has of them: what they were quoted with elsewhere."""
        return [body for _, body in sorted(self.unit.bodies(refs).items())]


def _staff(actor: str) -> str:
    kind, _, name = actor.partition(":")
    return name if kind in ("agent", "cli") else ""


def _is_id(value: str) -> bool:
    return len(value) == 36 and value.count("-") == 4
