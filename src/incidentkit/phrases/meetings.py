"""A check-in's agenda and minutes in words: one line for each thing, and both as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.checkins import CheckIn, Obstacle, Progress, WentWell
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.texts import Text
from incidentkit.goals.agenda import QUESTIONS, Agenda, AgendaItem
from incidentkit.goals.commitments import Tally
from incidentkit.learning.diagnosis import Place
from incidentkit.learning.patterns import Pattern
from incidentkit.learning.went_well import Credit
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.measures import measure_name
from incidentkit.phrases.words import Words

__all__ = ["Meetings"]

_MARKUP = re.compile(r"([\\`*_\[\]<>#|])")


@frozen(slots=False)
class Meetings:
    """How check-ins are told in one language, for a team in one zone."""

    words: Words
    zone: ZoneInfo

    # --- One line ------------------------------------------------------------------------------------------------

    def item(self, item: AgendaItem) -> str:
        """What is to be spoken about, in one line."""
        about = item.about
        if isinstance(about, Progress):
            return self.progress(about)
        if isinstance(about, Commitment):
            return self.commitment(about)
        if isinstance(about, Credit):
            return self.credit(about)
        if isinstance(about, Obstacle):
            return self._say("obstacle_again", what=self.text(about.what), who=about.who)
        if isinstance(about, Pattern):
            return self.pattern(about)
        if isinstance(about, Place):
            return self.place(about)
        return self._say(item.kind, who=item.who or self._say("everybody"))

    def progress(self, seen: Progress) -> str:
        """A Key Result: its figure, where it should be, where it is going."""
        target, day = self._figure(seen.target, seen), self._dates.day(seen.by_date) if seen.by_date else ""
        window = self._dates.window(seen.since, seen.until, None) if seen.since and seen.until else ""
        return self._say(
            "key_result",
            title=seen.title or measure_name(self.words, seen.measure),
            value=self._figure(seen.value, seen) or self.words.say("meetings.no_figure"),
            should_be=self._figure(seen.should_be, seen),
            target=self._say("by", target=target, day=day) if target and day else target,
            verdict=self._verdict(seen),
            low=self._figure(seen.low, seen),
            high=self._figure(seen.high, seen),
            chance=str(self._amounts.amount(seen.chance, "share")) if seen.chance is not None else "",
            n=self._amounts.number(seen.n),
            window=window,
        )

    def commitment(self, commitment: Commitment) -> str:
        """A commitment and what came of it."""
        ended = self.words.named("commitment_ends", commitment.ended_by) if commitment.ended_by else ""
        return self._say(
            commitment.state.value,
            person=commitment.person,
            what=self.text(commitment.what),
            measure=measure_name(self.words, commitment.measure),
            asker=commitment.asked_by,
            due=self._dates.day(self._dates.local(commitment.due)),
            evidence=self.text(commitment.evidence),
            reason=self.text(commitment.reason) or ended,
        )

    def credit(self, credit: Credit) -> str:
        """Who stands out, by how much, and against whom."""
        share, others = (str(self._amounts.amount(value, "share")) for value in (credit.share, credit.others))
        return self._say(
            "credit",
            who=credit.who,
            measure=measure_name(self.words, credit.measure),
            share=share,
            hits=self._amounts.number(credit.hits),
            n=self._amounts.number(credit.n),
            others=others,
        )

    def pattern(self, pattern: Pattern) -> str:
        """What happens more often than it did."""
        seen = pattern.seen
        named = (("steps", seen.step), ("causes", seen.cause), ("types", seen.segment if seen.kind == "type" else ""))
        where = [self.words.named(group, code) for group, code in named if code]
        if seen.kind in ("product", "carrier", "account"):
            where.append(seen.segment)
        return self._say(
            "pattern_new" if pattern.new else "pattern",
            where=" · ".join(where),
            incidents=self._amounts.subjects(seen.count, "incidents"),
            expected=self._amounts.number(pattern.expected, 1),
        )

    def place(self, place: Place) -> str:
        """The step of the process that most incidents come from."""
        whole = place.whole
        return self._say(
            "worst",
            step=self.words.named("steps", whole.step),
            incidents=self._amounts.subjects(whole.incidents, "incidents"),
            cost=self._amounts.money(whole.cost) if whole.cost else "",
        )

    def tally(self, tally: Tally) -> str:
        """How many commitments were kept."""
        if not tally.due:
            return self._say("none_due")
        number, share = self._amounts.number, str(self._amounts.amount(tally.share or 0.0, "share"))
        return self._say("tally", kept=number(tally.kept), due=number(tally.due), share=share)

    def left(self, agenda: Agenda) -> str:
        """What found no time; empty where everything did."""
        told = (f"{self._amounts.number(left.count)} × {self.words.named('meetings.kinds', left.kind)}" for left in agenda.left)
        return self._say("left", things=", ".join(told)) if agenda.left else ""

    def question(self, question: str) -> str:
        """One of the three questions."""
        return self.words.say(f"meetings.questions.{question}")

    def minutes(self, minutes: float) -> str:
        """``1.5 min``."""
        return f"{self._amounts.number(minutes, 2)} min"

    def text(self, text: Text | None) -> str:
        """Free words on one line."""
        return " ".join(str(text).split()) if text is not None else ""

    def title(self, team: str) -> str:
        """Whose check-in it is."""
        return self._say("title", team=team)

    def planned(self, agenda: Agenda) -> str:
        """When it is, and for how long."""
        return self._say("planned", moment=self._dates.moment(agenda.at), minutes=self.minutes(agenda.minutes))

    def timed(self, item: AgendaItem) -> str:
        """What is to be spoken about, and for how long."""
        return f"{self.item(item)} ({self.minutes(item.minutes)})"

    # --- Markdown ------------------------------------------------------------------------------------------------

    def agenda_page(self, agenda: Agenda) -> str:
        """The agenda as Markdown."""
        lines = [f"# {_plain(self.title(agenda.team))}", "", self.planned(agenda), "", self.tally(agenda.tally)]
        for question in QUESTIONS:
            lines += ["", f"## {self.question(question)}", ""]
            lines += [f"- {_plain(self.timed(item))}" for item in agenda.of(question)]
        left = self.left(agenda)
        return _page([*lines, *(("", left) if left else ())])

    def minutes_page(self, checkin: CheckIn, commitments: Mapping[str, Commitment]) -> str:
        """What was said, as Markdown.

        Args:
            commitments: those that the check-in names, by id.
        """
        lines = [f"# {_plain(self.title(checkin.team))}", "", *self._head(checkin)]
        progress = [self.progress(seen) for seen in checkin.progress]
        lines += self._section(self.question("progress"), progress or [self._say("no_goal", who="")])
        lines += self._section(self._say("reported"), self._told(checkin.reported, commitments))
        lines += self._section(self._say("went_well"), [self._praised(good) for good in checkin.went_well])
        obstacles = [self._obstacle(obstacle) for obstacle in checkin.obstacles]
        lines += self._section(self.question("obstacles"), obstacles or [self._say("no_obstacle")])
        made = self._made(checkin.made, commitments)
        lines += self._section(self.question("next_week"), made or [self._say("no_commitment")])
        lines += self._section(self._say("notes"), [self.text(notes) for notes in checkin.notes])
        return _page(lines)

    def _head(self, checkin: CheckIn) -> Iterator[str]:
        took = self.minutes(checkin.took.total_seconds() / 60) if checkin.took is not None else ""
        yield self._say(
            "held", moment=self._dates.moment(checkin.held_at), took=took, present=_plain(", ".join(checkin.present))
        )

    def _told(self, ids: Iterable[str], commitments: Mapping[str, Commitment]) -> list[str]:
        return [self.commitment(commitments[one]) for one in ids if one in commitments]

    def _made(self, ids: Iterable[str], commitments: Mapping[str, Commitment]) -> list[str]:
        # As they were made: what came of them stands in a later check-in's minutes.
        return [self._say(CommitmentState.OPEN.value, **self._promised(commitments[one])) for one in ids if one in commitments]

    def _promised(self, commitment: Commitment) -> dict[str, str]:
        return {
            "person": commitment.person,
            "what": self.text(commitment.what),
            "measure": measure_name(self.words, commitment.measure),
            "asker": commitment.asked_by,
            "due": self._dates.day(self._dates.local(commitment.due)),
        }

    def _obstacle(self, obstacle: Obstacle) -> str:
        return self._say("obstacle", what=self.text(obstacle.what), who=obstacle.who)

    def _praised(self, good: WentWell) -> str:
        return self._say("praise", what=self.text(good.what), who=", ".join(good.who))

    def _section(self, title: str, lines: Sequence[str]) -> list[str]:
        return ["", f"## {title}", "", *(f"- {_plain(line)}" for line in lines)] if lines else []

    # --- Parts ---------------------------------------------------------------------------------------------------

    @property
    def _amounts(self) -> Amounts:
        return Amounts(self.words)

    @property
    def _dates(self) -> Dates:
        return Dates(self.words, self.zone)

    def _figure(self, value: float | None, seen: Progress) -> str:
        return "" if value is None else str(self._amounts.amount(value, seen.unit))

    def _verdict(self, seen: Progress) -> str:
        reason = self.words.named("meetings.reasons", seen.reason) if seen.reason else ""
        verdict = self.words.named("meetings.verdicts", seen.verdict)
        return f"{verdict} ({reason})" if reason else verdict

    def _say(self, key: str, **values: str) -> str:
        """A text of check-ins; the lines of one whose values are not known are left out, and the others stand in one."""
        return " · ".join(line for line in self.words.say(f"meetings.{key}", **values).split("\n") if line)


def _plain(text: str) -> str:
    """Words that Markdown takes for words: some of them were typed by people."""
    return _MARKUP.sub(r"\\\1", text)


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
