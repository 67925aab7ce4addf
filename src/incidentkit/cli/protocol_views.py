"""Protocols and the steps of cases on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from incidentkit.cli.plain import plain
from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values
from incidentkit.codec.durations import duration_text
from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.protocols import Protocol, ProtocolStep
from incidentkit.domain.step_words import step_words
from incidentkit.rules.protocols import StepReading

__all__ = ["ProtocolView", "protocol_as_dict", "reading_as_dict"]

_STYLES = {"done": "green", "late": "red", "open": "bold", "waiting": "dim", "not_needed": "dim"}


class ProtocolView:
    """How incidents are answered, on a terminal."""

    def __init__(self, screen: Screen, desk: Desk) -> None:
        self._screen, self._desk = screen, desk
        self._words, self._values = screen.words, Values(screen.words, desk.shop.tzinfo)
        self._labels = desk.catalogue.language(screen.words.language)

    def all(self, behind: Sequence[str]) -> None:
        """Every protocol in one line.

        Args:
            behind: the type of each open case that goes by another version.
        """
        titles = [self._words.say(f"protocols.{name}") for name in ("type", "version", "severity", "team", "tell", "solve")]
        columns = [Column(titles[0], flexible=True), Column(titles[1], right=True), *map(Column, titles[2:4])]
        columns += [Column(titles[4], right=True), Column(titles[5], right=True)]
        columns += [
            Column(self._words.say("protocols.steps"), right=True),
            Column(self._words.say("protocols.behind"), right=True),
        ]
        show_table(self._screen, columns, [self._row(protocol, behind) for protocol in self._desk.shop.protocols])

    def _row(self, protocol: Protocol, behind: Sequence[str]) -> Sequence[Piece]:
        targets, old = protocol.targets(protocol.severity), behind.count(protocol.type)
        return (
            protocol.type,
            str(protocol.version),
            self._words.named("severities", protocol.severity),
            protocol.team or self._desk.shop.default_team,
            _span(targets.communicate_within),
            _span(targets.resolve_within),
            str(len(protocol.steps)),
            (str(old), "red") if old else "",
        )

    def one(self, protocol: Protocol) -> None:
        """All that one protocol says."""
        kind = self._words.named("types", protocol.type)
        self._screen.line((kind, "bold"), f" · {self._words.say('protocols.numbered', version=protocol.version)}")
        for line in self._about(protocol):
            self._screen.hanging("  ", line)
        self._screen.section(self._words.say("protocols.what"), [(self._step(step), "") for step in protocol.steps])

    def _about(self, protocol: Protocol) -> Iterator[str]:
        say, targets = self._words.say, protocol.targets(protocol.severity)
        team = protocol.team or self._desk.shop.default_team
        yield say("protocols.owner", team=team, severity=self._words.named("severities", protocol.severity))
        tell, solve = _span(targets.communicate_within), _span(targets.resolve_within)
        if tell or solve:
            yield say("protocols.times", tell=tell, solve=solve).replace("\n", " · ")
        kinds = ", ".join(self._labels.label("offers", kind) for kind in protocol.remedies)
        yield say("protocols.remedies", kinds=kinds or say("protocols.all"))
        yield say("protocols.evidence", survey=protocol.survey, threshold=protocol.threshold)
        yield say("protocols.asked", count=protocol.attempts, every=_span(protocol.attempt_every))
        for point, name in protocol.messages.items():
            yield say("protocols.text", point=self._words.named("protocol_points", point), name=name)

    def _step(self, step: ProtocolStep) -> str:
        say = self._words.say
        parts = [step_words(step, self._words.language), say("protocols.shown", how=self._words.named("done_by", step.done_by))]
        if step.within is not None:
            parts.append(say("protocols.within", span=_span(step.within)))
        if step.who:
            parts.append(self._words.named("protocol_who", step.who))
        return f"{step.name}: {' · '.join(parts)}"

    def case(self, case: Incident, steps: Sequence[StepReading]) -> None:
        """How far a case is."""
        protocol = self._desk.shop.protocol_of(case)
        kind = self._words.named("types", case.type)
        version = self._words.say("protocols.numbered", version=protocol.version) if protocol is not None else ""
        self._screen.line((kind, "bold"), f" · {version} · ", (case.id, "dim"))
        if not steps:
            self._screen.say("protocols.no_steps")
        columns = [
            Column(self._words.say(f"protocols.{name}"), flexible=name == "step") for name in ("step", "state", "due", "done")
        ]
        show_table(self._screen, columns, [self._reading(reading) for reading in steps])

    def _reading(self, reading: StepReading) -> Sequence[Piece]:
        state = (self._words.named("step_states", reading.state), _STYLES[reading.state])
        due = self._values.moment(reading.due) if reading.due is not None else ""
        done = self._values.moment(reading.done_at) if reading.done_at is not None else ""
        return step_words(reading.step, self._words.language), state, due, " · ".join(filter(None, (done, reading.by)))


def protocol_as_dict(protocol: Protocol) -> dict[str, Any]:
    """A protocol as JSON has it: durations as in shop.toml."""
    steps = [{**plain(step), "within": _span(step.within) or None} for step in protocol.steps]
    spans = {name: _span(value) for name, value in _fields(protocol) if isinstance(value, timedelta)}
    return {**plain(protocol), **spans, "steps": steps}


def reading_as_dict(reading: StepReading) -> dict[str, Any]:
    """A step of a case as JSON has it."""
    found: dict[str, Any] = plain(reading)
    return {**found, "step": reading.name, "done_by": reading.step.done_by, "what": plain(dict(reading.step.what))}


def _fields(protocol: Protocol) -> Iterator[tuple[str, object]]:
    from attrs import fields

    return ((each.name, getattr(protocol, each.name)) for each in fields(type(protocol)))


def _span(span: timedelta | None) -> str:
    return "" if span is None else duration_text(span)
