"""What becomes of messages, and why, as shown at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from incidentkit.cli.screen import Screen
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.people import SendExplanation
    from incidentkit.domain.effects import Intent

__all__ = ["as_dict", "messages_of", "show"]

_MOST = 1_000
_WAITING = ("planned", "claimed")
_MOMENTS = ("at", "until")


def messages_of(desk: Desk, case: str) -> Iterator[SendExplanation]:
    """Every message about a case, and about the surveys of its solution; the first due first."""
    streams = (case, *desk.incidents.get(case).asked)
    found = [message for stream in streams for message in desk.messages.find(stream=stream, limit=_MOST)]
    for message in sorted(found, key=lambda message: (message.due, message.key)):
        yield desk.people.explain_send(message.key)


def as_dict(told: SendExplanation) -> dict[str, Any]:
    """A message with its verdict, as JSON has it."""
    message = told.message
    return {
        "key": message.key,
        "step": message.step,
        "purpose": message.purpose,
        "channel": message.channel,
        "state": message.state.value,
        "reason": message.reason,
        "due": message.due.isoformat(),
        "verdict": {
            "outcome": told.outcome,
            "reason": told.reason,
            "channel": told.channel,
            "until": None if told.until is None else told.until.isoformat(),
            "because": [{"fact": code, **values} for code, values in told.because],
        },
    }


def show(screen: Screen, desk: Desk, values: Values, messages: Iterable[SendExplanation]) -> None:
    """Each message: where it stands; of one that is still to go, what would become of it now, and the facts."""
    shown = 0
    for shown, told in enumerate(messages, 1):
        if shown > 1:
            screen.line()
        for line, style in _lines(desk, values, told):
            screen.hanging("" if style == "bold" else "  ", line, style)
    if not shown:
        screen.say("sends.none")


def _lines(desk: Desk, values: Values, told: SendExplanation) -> Iterator[tuple[str, str]]:
    words, message = values.words, told.message
    yield f"{words.named('steps', message.step)} · {words.named('channels', message.channel)}", "bold"
    yield message.key, "dim"
    yield _standing(values, message), ""
    if message.state.value not in _WAITING:
        return
    said = {
        "channel": words.named("channels", told.channel),
        "reason": words.named("undelivered", told.reason),
        "moment": "" if told.until is None else values.moment(told.until),
    }
    yield words.say(f"sends.{told.outcome}", **said), "red" if told.outcome == "suppress" else ""
    for code, facts in told.because:
        for line in words.say(f"because.{code}", **_said(desk, values, facts)).split("\n"):
            yield f"  {line}", "dim"


def _standing(values: Values, message: Intent) -> str:
    words = values.words
    reason = words.named("undelivered", message.reason) if message.reason else ""
    state = words.say(f"message_states.{message.state.value}")
    return words.say("sends.standing", state=state, moment=values.moment(message.due), reason=reason)


def _said(desk: Desk, values: Values, facts: Mapping[str, str]) -> dict[str, str]:
    """The values of a fact in words; one that it has not is empty, and its line is left out."""
    usual = dict.fromkeys(("purpose", "channel", "kind", "code", "at", "until"), "")
    return {**usual, **{name: _word(desk, values, name, value) for name, value in facts.items()}}


def _word(desk: Desk, values: Values, name: str, value: str) -> str:
    words = values.words
    if name in _MOMENTS:
        return values.moment(datetime.fromisoformat(value))
    if name == "phase":
        return desk.catalogue.label("phases", value, words.language)
    groups = {"purpose": "purposes", "channel": "channels", "kind": "addresses", "status": "statuses", "clock": "clocks"}
    return words.named(groups[name], value) if name in groups and value else value
