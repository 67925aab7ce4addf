"""The built-in protocols as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.protocols import DONE_BY, POINTS, Protocol, ProtocolStep
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.shop import Shop
from incidentkit.domain.step_words import step_words
from incidentkit.phrases.words import words_in

__all__ = ["protocols_part", "steps_part"]

_CLI = words_in("en", "incidentkit.cli")


def protocols_part() -> str:
    """Every built-in protocol: whose it is, its times, steps, remedies, texts and evidence."""
    return "\n\n".join("\n".join(_protocol(protocol)) for protocol in DEFAULT_PROTOCOLS)


def steps_part() -> str:
    """What may show that a step is done."""
    rows = [f"| `{done_by}` | {_CLI.named('done_by', done_by)} |" for done_by in DONE_BY]
    return "\n".join(["| `done_by` | done when |", "|---|---|", *rows])


def _protocol(protocol: Protocol) -> Iterator[str]:
    label = _CLI.named("types", protocol.type)
    yield f"### `{protocol.type}`" if label == protocol.type else f"### `{protocol.type}`: {label}"
    yield ""
    team = protocol.team or f"the default team, `{Shop().default_team}`"
    yield f"- accountable from the first instant: {team}; severity: {protocol.severity}"
    told, solved = _span(protocol.communicate_within), _span(protocol.resolve_within)
    yield f"- times: the customer is told within {told}, it is put right within {solved}, in the hours of the team"
    yield f"- may be offered: {_kinds(protocol)}"
    yield f"- texts: {', '.join(f'`{_text(protocol, point)}`' for point in POINTS)}"
    shown = f"{protocol.threshold} or more in the survey `{protocol.survey}`"
    yield f"- satisfied: {shown}, or a conversation that a named agent logs"
    asked = f"asked {protocol.attempts} times, every {_span(protocol.attempt_every)}, before the case lapses"
    yield f"- a silent customer is {asked}; reopened within {protocol.reopen_within.days} days"
    yield ""
    yield "| step | what is done | shown by | after | due |"
    yield "|---|---|---|---|---|"
    yield from (_step(step) for step in protocol.steps)


def _step(step: ProtocolStep) -> str:
    after = ", ".join(f"`{name}`" for name in step.after) or "–"
    clock = {"notify": "as the case", "resolve": "as the case"}.get(step.done_by, "–")
    due = clock if step.within is None else f"{_span(step.within)} after its turn"
    return f"| `{step.name}` | {step_words(step, 'en')} | {_CLI.named('done_by', step.done_by)} | {after} | {due} |"


def _kinds(protocol: Protocol) -> str:
    named = ", ".join(KINDS[kind].label("en") for kind in protocol.remedies)
    return named or "every kind of remedy, also those of plugins"


def _text(protocol: Protocol, point: str) -> str:
    own = protocol.messages.get(point)
    return f"{POINTS[point]}.{own}" if own else POINTS[point]


def _span(span: timedelta | None) -> str:
    return "no limit" if span is None else f"{span // timedelta(hours=1)} hours"
