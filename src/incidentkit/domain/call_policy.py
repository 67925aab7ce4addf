"""Verification calls as the shop's settings have them: whom to ask, how often, and what can come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal, get_args

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["OUTCOMES", "CallMeaning", "CallOutcome", "CallPolicy", "CallReason"]

CallReason = Literal["repeat", "carrier", "new", "random"]
"""Why a delivery is asked about: its customer had a case before, its carrier is a risky one, it is their first order, or chance
has it."""

CallMeaning = Literal["well", "wrong", "no_answer", "unreachable", "refused"]
"""What an outcome means: all is well; something is wrong, which opens a case; nobody answered, and it is tried again; nobody can
be reached there; or its customer does not want to be rung."""

_REASONS: tuple[CallReason, ...] = get_args(CallReason)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=3_653)
_PLACE = re.compile(r"\{(\w*)\}")
_PLACES = ("shop", "name", "order")


@frozen
class CallOutcome:
    """One thing that can come of a call.

    Args:
        code: a short code, e.g. ``damaged``.
        means: what follows from it.
        type: of the case that it opens, where something is wrong.
        labels: its words by language; where none are given, those that ship, else the code is read as words.

    Raises:
        InvalidInput: no code, no such meaning, or a type where nothing is wrong, or none where something is.
    """

    code: str
    means: CallMeaning = "wrong"
    type: str = ""
    labels: Mapping[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        subject = f"The outcome {self.code[:40]!r} of a call"
        if not _CODE.fullmatch(self.code):
            raise InvalidInput(subject, "is a short code of small letters, digits and _", got=repr(self.code)[:40])
        if self.means not in get_args(CallMeaning):
            raise InvalidInput(subject, f"means {', '.join(get_args(CallMeaning))}", got=repr(self.means)[:40])
        if (self.means == "wrong") != bool(self.type):
            raise InvalidInput(subject, "has a type of incident where something is wrong, and only there", got=repr(self.type))


OUTCOMES: tuple[CallOutcome, ...] = (
    CallOutcome("all_well", "well"),
    CallOutcome("not_received", "wrong", "not_received"),
    CallOutcome("damaged", "wrong", "damaged"),
    CallOutcome("wrong_product", "wrong", "wrong_product"),
    CallOutcome("missing_item", "wrong", "missing_item"),
    CallOutcome("late", "wrong", "late"),
    CallOutcome("quality", "wrong", "quality"),
    CallOutcome("no_answer", "no_answer"),
    CallOutcome("wrong_number", "unreachable"),
    CallOutcome("refused", "refused"),
)
"""The outcomes that ship. Those whose type of incident a shop has no protocol for can't be recorded there."""


@frozen
class CallPolicy:
    """Whom the shop rings to ask whether all is well with a delivery; the defaults run as they are.

    Args:
        each_morning: whether `Desk.tick` makes the list by itself, once the team's working day has begun.
        team: who rings; empty for the shop's default team. Its working days count.
        daily: how many calls a list has at the most.
        reasons: why a delivery is asked about, those that come first first; what is left out is no reason.
        repeat_within: for so long after a case, its customer's deliveries are asked about.
        carriers: those that are always risky. Others are while orders with them have had incidents more often than all
            orders, beyond what chance explains, in the last ``carrier_window``.
        share: of deliveries without another reason, the share that is asked about, from 0 to 1.
        rest: nobody is rung again sooner.
        look_back: a delivery that became known late, or found no room on its day's list, may still be listed for so long.
        attempts: how often somebody is rung who does not answer.
        again_after: no sooner than so long after an attempt that nobody answered.
        keep: for so long after the end of the next working day a call can still be made; then it lapses.
        outcomes: what can come of a call.
        script: by language, what to say; ``{shop}``, ``{name}`` and ``{order}`` are filled in. Default: the one that ships.

    Raises:
        InvalidInput: a number out of bounds, a reason or an outcome twice, or a place in a script that nothing fills.
    """

    each_morning: bool = False
    team: str = ""
    daily: int = 20
    reasons: tuple[CallReason, ...] = _REASONS
    repeat_within: timedelta = timedelta(days=180)
    carriers: tuple[str, ...] = ()
    carrier_window: timedelta = timedelta(days=90)
    share: float = 0.05
    rest: timedelta = timedelta(days=60)
    look_back: timedelta = timedelta(days=3)
    attempts: int = 3
    again_after: timedelta = timedelta(hours=3)
    keep: timedelta = timedelta(days=3)
    outcomes: tuple[CallOutcome, ...] = OUTCOMES
    script: Mapping[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for right, rule, got in self._rules():
            if not right:
                raise InvalidInput("Verification calls", rule, got=str(got)[:60])

    def _rules(self) -> Iterator[tuple[bool, str, object]]:
        yield 1 <= self.daily <= 1_000, "are 1 to 1,000 a day", self.daily
        yield 0 <= self.share <= 1, "have a share from 0 to 1", self.share
        yield 1 <= self.attempts <= 20, "have 1 to 20 attempts", self.attempts
        known = len(set(self.reasons)) == len(self.reasons) and set(self.reasons) <= set(_REASONS)
        yield known, f"have each of {', '.join(_REASONS)} as a reason at the most once", ", ".join(self.reasons)
        for name in ("repeat_within", "carrier_window", "rest", "look_back", "again_after", "keep"):
            span: timedelta = getattr(self, name)
            yield timedelta(0) <= span <= _LONGEST, f"have {name} from nothing to ten years", span
        yield self.look_back >= _DAY, "look back a day or more", self.look_back
        codes = [outcome.code for outcome in self.outcomes]
        yield len(set(codes)) == len(codes), "have each outcome once", ", ".join(codes)
        for language, script in self.script.items():
            odd = [place for place in _PLACE.findall(script) if place not in _PLACES]
            yield not odd, f"have {', '.join('{' + place + '}' for place in _PLACES)} in the script.{language}", ", ".join(odd)

    def outcome(self, code: str) -> CallOutcome | None:
        """The outcome with that code."""
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)

    def said(self, language: str, **values: str) -> str:
        """The shop's own script in a language, filled in; empty where it has none."""
        return _PLACE.sub(lambda found: values.get(found[1], ""), self.script.get(language, ""))
