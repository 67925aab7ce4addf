"""One case as it stands, in five seconds: where it is, who has it, what is due, what was agreed, what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from incidentkit.cli.clocks import clock_as_dict, clock_line
from incidentkit.cli.deals import deal
from incidentkit.cli.plain import plain
from incidentkit.cli.screen import Screen
from incidentkit.cli.values import Values
from incidentkit.domain.incidents import Phase
from incidentkit.rules.extensions import lifecycle_of, place

if TYPE_CHECKING:
    from incidentkit.delivery.templates.language import Language
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident
    from incidentkit.domain.remedies import Remedy
    from incidentkit.rules.lifecycle import Move

__all__ = ["case_as_dict", "show_case"]

_AWAITS_WORD = (Phase.RESOLVED, Phase.LAPSED, Phase.CLOSED)

Line = tuple[str, str]
"""A line, and its style."""


def show_case(screen: Screen, desk: Desk, case: Incident) -> None:
    """The case as the desk has it now."""
    _Page(desk, case, screen, Values(screen.words, desk.shop.tzinfo), desk.catalogue.language(screen.words.language)).show()


def case_as_dict(desk: Desk, case: Incident) -> dict[str, Any]:
    """All of it, with its clocks, and the steps that the lifecycle has from there."""
    return {
        "as_of": desk.clock().isoformat(),
        "incident": plain(case),
        "clocks": [clock_as_dict(reading) for reading in desk.incidents.clocks(case.id)],
        "possible": [{"step": move.name, "needs": list(move.needs)} for move in _possible(desk, case)],
    }


def _possible(desk: Desk, case: Incident) -> Sequence[Move]:
    return lifecycle_of(desk.shop).possible(place(case))


@frozen
class _Page:
    _desk: Desk
    _case: Incident
    _screen: Screen
    _values: Values
    _labels: Language

    def show(self) -> None:
        self._head()
        for name in ("clocks", "agreed", "evidence", "others", "next"):
            self._screen.section(self._say(name), list(getattr(self, f"_{name}")()))

    def _say(self, key: str, **values: object) -> str:
        """A text of the page; of several lines, those that have a value."""
        return " · ".join(line for line in self._screen.words.say(f"incident.{key}", **values).split("\n") if line)

    def _head(self) -> None:
        words, case = self._screen.words, self._case
        kind = f"{words.named('types', case.type)} · {words.named('severities', case.severity)}"
        at = self._labels.label("phases", case.phase.value) + (f" ({case.substate.replace('_', ' ')})" if case.substate else "")
        self._screen.line((kind, "bold"), f" · {at} · ", (case.id, "dim"))
        self._screen.hanging("", self._about(), "dim")
        described = " ".join(str(case.description).split())
        if described:
            self._screen.hanging("", words.say("things.quoted", text=described))
        self._screen.hanging("", self._owner())
        for line in self._marks():
            self._screen.hanging("", line)

    def _about(self) -> str:
        numbers = [self._desk.orders.get(order).label for order in self._case.orders]
        return self._say("about", orders=", ".join(numbers), moment=self._values.moment(self._case.detected_at))

    def _owner(self) -> str:
        owner, asked = self._case.owner, self._case.handover
        until = self._values.moment(asked.until) if asked and asked.until else ""
        return self._say("owner", owner=owner.label, team=owner.team if owner.agent else "", to=asked.to if asked else "") + (
            f" {self._say('until', moment=until)}" if until else ""
        )

    def _marks(self) -> Iterator[str]:
        """What is out of the ordinary."""
        case = self._case
        counts = (("level", case.level), ("reopened", case.reopened), ("false_resolutions", case.false_resolutions))
        yield from (self._say(name, count=count) for name, count in counts if count)
        if case.passive:
            yield self._screen.words.say("timeline.imported")

    # --- Sections ---

    def _clocks(self) -> Iterator[Line]:
        """Those that run, the next due first; the others are over."""
        running = [reading for reading in self._desk.incidents.clocks(self._case.id) if reading.clock.running]
        for reading in sorted(running, key=lambda reading: reading.clock.due):
            yield clock_line(self._values, reading), "red" if reading.late else ""

    def _agreed(self) -> Iterator[Line]:
        taken = {remedy.offer for remedy in self._case.remedies}
        for offer in self._case.offers:
            if offer.id not in taken:
                yield self._say(f"offer.{offer.state.value}", what=deal(offer, self._values, self._labels), id=offer.id), ""
        yield from ((self._remedy(remedy), "") for remedy in self._case.remedies)

    def _remedy(self, remedy: Remedy) -> str:
        what = deal(remedy, self._values, self._labels)
        if remedy.carried_out_at is None:
            return self._say("remedy" if remedy.owed else "dropped", what=what, id=remedy.id)
        return self._say(
            "carried_out", what=what, moment=self._values.moment(remedy.carried_out_at), reference=remedy.reference
        )

    def _evidence(self) -> Iterator[Line]:
        case, shown = self._case, self._case.evidence
        if shown is not None:
            kind = self._screen.words.named("evidence", shown.kind)
            who = shown.by.partition(":")[2]
            yield self._say("shown", kind=kind, by=who, moment=self._values.moment(shown.at) if shown.at else ""), ""
        elif case.phase in _AWAITS_WORD:
            yield self._say("not_shown"), ""
        if case.attempts:
            yield self._say("asked", count=case.attempts), ""
        if case.unreached:
            yield self._say("unreached"), "red"

    def _others(self) -> Iterator[Line]:
        case = self._case
        links = [("merged_into", case.merged_into), *(("took_in", joined.incident) for joined in case.took_in)]
        links += [("follows", case.follows), *(("followed_by", later) for later in case.followed_by)]
        yield from ((self._say(name, incident=other), "") for name, other in links if other)

    def _next(self) -> Iterator[Line]:
        for move in _possible(self._desk, self._case):
            asked = ", ".join(self._screen.words.named("guards", need) for need in move.needs)
            yield self._say("step", step=move.name, needs=asked), ""
