"""Analyses and corrective actions as the terminal shows them, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values, span
from incidentkit.domain.corrective_actions import ActionState, CorrectiveAction, Counted, Effect, Effectiveness
from incidentkit.domain.texts import Text

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.analyses import Analysis, Why

__all__ = ["CauseView", "action_as_dict", "analysis_as_dict", "effect_as_dict", "short_id"]

_SHOWN_OF_ID = 8
_STYLES = {
    ActionState.EFFECTIVE: "green",
    ActionState.INEFFECTIVE: "red",
    ActionState.INCONCLUSIVE: "yellow",
    ActionState.DONE: "yellow",
}


@frozen
class CauseView:
    """Says what a desk knows of causes and actions."""

    screen: Screen
    desk: Desk

    @property
    def _values(self) -> Values:
        return Values(self.screen.words, self.desk.shop.tzinfo)

    # --- Analyses ------------------------------------------------------------------------------------------------

    def analyses(self, found: Sequence[Analysis]) -> None:
        """A table of them."""
        self._title("causes_list", len(found))
        if not found:
            self.screen.say("causes_list.empty")
            return
        titles = [self._say(f"causes_list.{name}") for name in ("id", "problem", "state", "cause", "cases", "whys")]
        columns = (
            Column(titles[0]),
            Column(titles[1], flexible=True),
            Column(titles[2]),
            Column(titles[3], spare=1),
            Column(titles[4], right=True, spare=3),
            Column(titles[5], right=True, spare=2),
        )
        self.screen.line()
        show_table(self.screen, columns, [self._analysis_row(analysis) for analysis in found])

    def _analysis_row(self, analysis: Analysis) -> Sequence[Piece]:
        found = f"{self._cause(analysis.cause)} · {self._step(analysis.step)}" if analysis.cause else ""
        return (
            short_id(analysis.id),
            _words(analysis.problem),
            self._named("analysis_states", analysis.state),
            found,
            str(len(analysis.incidents)),
            str(len(analysis.whys)),
        )

    def analysis(self, analysis: Analysis) -> None:
        """One in full: the chain from the problem to its root."""
        self.screen.line((_words(analysis.problem), "bold"))
        self.screen.say(
            "causes_page.head",
            id=analysis.id,
            state=self._named("analysis_states", analysis.state),
            team=analysis.team,
            day=self._values.moment(analysis.begun_at),
            cause=f"{self._cause(analysis.cause)} · {self._step(analysis.step)}" if analysis.cause else "",
            signature=self.signature(analysis.signature) if analysis.signature else "",
            cases=str(len(analysis.incidents)) if analysis.incidents else "",
        )
        self.screen.section(self._say("causes_page.whys"), [line for why in analysis.whys for line in self._why(why, analysis)])
        voices = [(self._say("causes_page.voice", words=_words(voice.words)), "") for voice in analysis.voices]
        self.screen.section(self._say("causes_page.voices"), voices)

    def _why(self, why: Why, analysis: Analysis) -> Iterator[tuple[str, str]]:
        root = why.place == analysis.root
        key = "causes_page.root" if root else "causes_page.why"
        yield (
            self._say(key, place=why.place, step=self._step(why.step), because=_words(why.because)),
            "bold" if root else "",
        )
        yield self._say("causes_page.evidence", evidence=_words(why.evidence)), "dim"

    # --- Corrective actions --------------------------------------------------------------------------------------

    def actions(self, found: Sequence[CorrectiveAction], now: datetime) -> None:
        """A table of them."""
        self._title("corrective_list", len(found))
        if not found:
            self.screen.say("corrective_list.empty")
            return
        titles = [self._say(f"corrective_list.{name}") for name in ("id", "what", "against", "doer", "sponsor", "state", "due")]
        columns = (
            Column(titles[0]),
            Column(titles[1], flexible=True),
            Column(titles[2], spare=1),
            Column(titles[3], spare=2),
            Column(titles[4], spare=3),
            Column(titles[5]),
            Column(titles[6], right=True),
        )
        self.screen.line()
        show_table(self.screen, columns, [self._action_row(action, now) for action in found])

    def _action_row(self, action: CorrectiveAction, now: datetime) -> Sequence[Piece]:
        return (
            short_id(action.id),
            _words(action.what),
            self.signature(action.signature),
            action.owner.agent or action.asked,
            action.sponsor,
            (self._named("action_states", action.state), _STYLES.get(action.state, "")),
            self._next_date(action, now),
        )

    def _next_date(self, action: CorrectiveAction, now: datetime) -> Piece:
        """When it is due, or when it is judged."""
        when = action.due if action.to_do else action.judged_from if action.state is ActionState.DONE else None
        if when is None:
            return ""
        seconds = (when - now).total_seconds()
        if seconds < 0:
            return (self._say("queue.late", span=span(-seconds)), "red") if action.to_do else ""
        return self._say("queue.ahead", span=span(seconds))

    def action(self, action: CorrectiveAction, effect: Effect) -> None:
        """One in full, with what the record shows of it now."""
        values, shown = self._values, action.effect if not action.open and action.effect else effect
        self.screen.line((_words(action.what), "bold"))
        self.screen.say(
            "corrective_page.head",
            id=action.id,
            state=self._named("action_states", action.state),
            signature=self.signature(action.signature),
            doer=action.owner.agent or action.asked,
            sponsor=action.sponsor,
            due=values.moment(action.due) if action.to_do else "",
            done=values.moment(action.done_at) if action.done_at else "",
            outcome=_words(action.outcome),
            judged=values.moment(action.judged_from) if action.state is ActionState.DONE and action.judged_from else "",
            reopened=action.reopened or "",
            again=len(action.recurrences) or "",
            reason=_words(action.reason),
        )
        self.screen.section(self._say("corrective_page.shows"), list(self._effect(shown, done=action.done_at is not None)))

    def _effect(self, effect: Effect, *, done: bool) -> Iterator[tuple[str, str]]:
        yield self._say("corrective_page.before", **self._rate(effect.before)), ""
        if not done:
            return
        yield self._say("corrective_page.after", **self._rate(effect.after)), ""
        if effect.limit is not None:
            yield self._say("corrective_page.limit", rate=self._share(effect.limit), allowed=effect.allowed), ""
        if effect.low is not None:
            high = self._times(effect.high) if effect.high is not None else self._say("corrective_page.unbounded")
            yield (
                self._say("corrective_page.ratio", ratio=self._times(effect.ratio), low=self._times(effect.low), high=high),
                "",
            )
        style = {Effectiveness.EFFECTIVE: "green", Effectiveness.INEFFECTIVE: "red"}.get(effect.verdict, "yellow")
        verdict = self._named("effects", effect.verdict), self._named("effect_reasons", effect.reason)
        yield f"{verdict[0]}: {verdict[1]}", style

    def _rate(self, counted: Counted) -> dict[str, object]:
        number = self._values.number
        return {
            "hits": number(counted.hits),
            "orders": number(counted.exposed),
            "rate": self._share(counted.rate),
        }

    # --- Words ---------------------------------------------------------------------------------------------------

    def signature(self, key: str) -> str:
        """What kind of incident it is, in words."""
        from incidentkit.rules.signatures import Signature

        found = Signature.of_key(key)
        subject = self._step(found.subject) if found.subject_kind == "step" else found.subject
        return f"{self._cause(found.cause)} · {subject}"

    def _cause(self, code: str) -> str:
        return self.desk.catalogue.label("causes", code, self.screen.words.language)

    def _step(self, code: str) -> str:
        return self.desk.shop.step_title(code) or self._named("steps", code)

    def _share(self, rate: float | None) -> str:
        return self._values.figure(rate, "share")

    def _times(self, ratio: float | None) -> str:
        return self._say("numbers.none") if ratio is None else self._values.number(ratio, 2)

    def _title(self, key: str, count: int) -> None:
        title = f"{self.desk.shop.name} · {self._say(f'{key}.title')}"
        self.screen.line((title, "bold"), (f" · {self._values.number(count)}", "dim"))

    def _named(self, group: str, code: str) -> str:
        return self.screen.words.named(group, code)

    def _say(self, key: str, **values: object) -> str:
        return self.screen.words.say(key, **values)


def short_id(id: str) -> str:
    """The end of an id, which stands for it."""
    return id[-_SHOWN_OF_ID:]


def _words(text: Text | None) -> str:
    return " ".join(str(text or "").split())


# --- JSON --------------------------------------------------------------------------------------------------------


def analysis_as_dict(analysis: Analysis) -> dict[str, Any]:
    """All of an analysis."""
    return _plain_all(analysis) | {"steps": list(analysis.steps)}


def action_as_dict(action: CorrectiveAction) -> dict[str, Any]:
    """All of a corrective action."""
    return _plain_all(action) | {"open": action.open, "judged_from": _plain(action.judged_from)}


def effect_as_dict(effect: Effect) -> dict[str, Any]:
    """All of a judgement."""
    return _plain_all(effect)


def _plain_all(value: Any) -> dict[str, Any]:
    return {name: _plain(part) for name, part in asdict(value, recurse=False).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return _plain_all(value) if hasattr(type(value), "__attrs_attrs__") else value if value != "" else None
