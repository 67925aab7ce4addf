"""A check-in held in the terminal: the agenda is shown, three questions are asked, the answers are kept as they are given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime

from attrs import define, field

from incidentkit.cli.failing import told
from incidentkit.cli.screen import Screen
from incidentkit.desk.checkins import Praised, Standing
from incidentkit.desk.desk import Desk
from incidentkit.domain.actors import Actor
from incidentkit.domain.checkins import CheckIn, Progress
from incidentkit.domain.commitments import Commitment
from incidentkit.errors import RuleViolation
from incidentkit.goals.agenda import Agenda, AgendaItem, Question
from incidentkit.phrases.meetings import Meetings

__all__ = ["BrokenOff", "Meeting", "show_agenda"]


class BrokenOff(Exception):
    """Nobody answers any more."""


def show_agenda(screen: Screen, meetings: Meetings, agenda: Agenda) -> None:
    """The whole agenda, question by question."""
    _head(screen, meetings, agenda)
    for question in ("progress", "obstacles", "next_week"):
        screen.section(meetings.question(question), [(meetings.timed(item), _style(item)) for item in agenda.of(question)])
    _left(screen, meetings, agenda)


def _head(screen: Screen, meetings: Meetings, agenda: Agenda) -> None:
    screen.line((meetings.title(agenda.team), "bold"), (f" · {meetings.planned(agenda)}", "dim"))
    screen.line((meetings.tally(agenda.tally), "dim"))


def _left(screen: Screen, meetings: Meetings, agenda: Agenda) -> None:
    if left := meetings.left(agenda):
        screen.line()
        screen.hanging("", left, "yellow")


def _style(item: AgendaItem) -> str:
    if isinstance(item.about, Progress):
        return {"winning": "green", "losing": "red"}.get(item.about.verdict, "yellow")
    return "red" if item.kind == "missed" else "green" if item.kind in ("kept", "went_well") else ""


@define
class Meeting:
    """One check-in while it is held. What is said is kept at once; its minutes at the end."""

    _screen: Screen
    _desk: Desk
    _meetings: Meetings
    _agenda: Agenda
    _by: Actor | None
    _present: list[str] = field(factory=list, init=False)
    _reported: list[str] = field(factory=list, init=False)
    _made: list[str] = field(factory=list, init=False)
    _obstacles: list[Standing] = field(factory=list, init=False)
    _went_well: list[Praised] = field(factory=list, init=False)

    def hold(self) -> CheckIn:
        """Go through the agenda, and keep the minutes.

        Raises:
            BrokenOff: the answers end before the meeting does. What was reported and promised by then is kept.
        """
        began = self._desk.clock()
        _head(self._screen, self._meetings, self._agenda)
        self._who_is_here()
        self._progress()
        self._in_the_way()
        self._next_week()
        notes = self._ask("notes")
        _left(self._screen, self._meetings, self._agenda)
        return self._desk.checkins.hold(
            self._agenda.team,
            present=self._present,
            obstacles=self._obstacles,
            went_well=self._went_well,
            notes=notes or None,
            reported=self._reported,
            made=self._made,
            minutes=self._took(began),
            by=self._by,
        )

    def _took(self, began: datetime) -> float | None:
        return (self._desk.clock() - began).total_seconds() / 60 or None

    def _who_is_here(self) -> None:
        team = [agent.name for agent in self._desk.shop.agents if agent.team == self._agenda.team]
        self._present = self._handles(self._ask("present", people=", ".join(team))) or team

    # --- What progress -------------------------------------------------------------------------------------------

    def _progress(self) -> None:
        for item in self._shown("progress"):
            if isinstance(item.about, Commitment) and item.kind == "to_report":
                self._report(item.about)
        while what := self._ask("went_well"):
            self._went_well.append((what, self._handles(self._ask("went_well_who"))))

    def _report(self, commitment: Commitment) -> None:
        answer = self._ask("kept", asker=commitment.asked_by, person=commitment.person)
        if not answer:
            return
        kept = answer[:1].lower() in self._screen.words.say("checkin.yes").split()
        words = self._ask("evidence" if kept else "why")

        def report() -> Commitment:
            return self._desk.checkins.report(
                commitment.id, kept, evidence=words if kept else None, reason=None if kept else words, by=self._by
            )

        if self._done(report):
            self._reported.append(commitment.id)

    # --- What stands in the way ----------------------------------------------------------------------------------

    def _in_the_way(self) -> None:
        for _ in self._shown("obstacles"):
            pass
        while what := self._ask("obstacle"):
            who = self._ask("obstacle_who")
            self._obstacles.append((what, who) if who else what)

    # --- What next -----------------------------------------------------------------------------------------------

    def _next_week(self) -> None:
        self._screen.line()
        self._screen.line((self._meetings.question("next_week"), "bold"))
        if leads := self._leads():
            self._screen.hanging("  ", leads, "dim")
        for person in self._present:
            while what := self._ask("what", person=person):
                self._commit(person, what)

    def _leads(self) -> str:
        seen = [item.about for item in self._agenda.items if isinstance(item.about, Progress)]
        named = dict.fromkeys(lead for progress in seen for lead in progress.lead_measures)
        return self._screen.words.say("checkin.leads", measures=", ".join(named)) if named else ""

    def _commit(self, person: str, what: str) -> None:
        measure, asker = self._ask("measure"), self._ask("asker")

        def commit() -> Commitment:
            return self._desk.checkins.commit(person, what, measure=measure, asked_by=asker, by=self._by)

        made = self._done(commit)
        if made is not None:
            self._made.append(made.id)
            self._screen.line(("  " + self._meetings.commitment(made), "green"))

    # --- Asking --------------------------------------------------------------------------------------------------

    def _shown(self, question: Question) -> Iterator[AgendaItem]:
        """Each item of a question, once it has been shown."""
        self._screen.line()
        self._screen.line((self._meetings.question(question), "bold"))
        for item in self._agenda.of(question):
            self._screen.hanging("  ", self._meetings.timed(item), _style(item))
            yield item

    def _done(self, command: Callable[[], Commitment]) -> Commitment | None:
        """What a command came to; None where it was refused, which is said."""
        try:
            return command()
        except RuleViolation as error:
            self._screen.hanging("  ! ", told(error), "red")
            return None

    def _ask(self, key: str, **values: str) -> str:
        print(f"  {self._screen.words.say(f'checkin.ask.{key}', **values)} ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            print()
            raise BrokenOff
        if not sys.stdin.isatty():
            print()
        return " ".join(line.split())

    def _handles(self, said: str) -> list[str]:
        return [handle for handle in said.replace(",", " ").split() if handle]
