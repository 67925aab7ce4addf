"""Verification calls as the shop's settings have them: whom to ask, how often, and what can come of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Literal, get_args

from attrs import Attribute, field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["OUTCOMES", "CallMeaning", "CallOutcome", "CallPolicy", "CallReason"]

CallReason = Literal["repeat", "carrier", "new", "random"]
"""Why a delivery is asked about: its customer had a case before, its carrier is a risky one, it is their first order, or chance
has it."""

CallMeaning = Literal["well", "wrong", "no_answer", "unreachable", "refused"]
"""What an outcome means: all is well; something is wrong, which opens a case; nobody answered, and it is tried again; nobody
can be reached there; or its customer does not want to be rung."""

_REASONS: tuple[CallReason, ...] = get_args(CallReason)
_MEANINGS: tuple[CallMeaning, ...] = get_args(CallMeaning)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=3_653)
_PLACE = re.compile(r"\{(\w*)\}")
_PLACES = ("shop", "name", "order")


def _within(low: float, high: float) -> Callable[[object, Attribute[Any], Any], None]:
    def check(policy: object, attribute: Attribute[Any], value: float) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise InvalidInput(f"{attribute.name} of verification calls", f"must be {low:,} to {high:,}", got=repr(value)[:20])

    return check


def _span(policy: object, attribute: Attribute[Any], value: timedelta) -> None:
    least = _DAY if attribute.name == "look_back" else timedelta(0)
    if not least <= value <= _LONGEST:
        start = "a day" if least else "nothing"
        raise InvalidInput(f"{attribute.name} of verification calls", f"must be from {start} to ten years", got=str(value))


def _reasons(policy: object, attribute: Attribute[Any], value: tuple[str, ...]) -> None:
    if len(set(value)) < len(value) or not set(value) <= set(_REASONS):
        rule = f"must be {', '.join(_REASONS)}, each at the most once"
        raise InvalidInput("The reasons of verification calls", rule, got=", ".join(map(str, value))[:60])


def _once(policy: object, attribute: Attribute[Any], value: tuple[CallOutcome, ...]) -> None:
    codes = [outcome.code for outcome in value]
    if len(set(codes)) < len(codes):
        raise InvalidInput("The outcomes of verification calls", "must stand there once each", got=", ".join(codes)[:60])


def _fillable(policy: object, attribute: Attribute[Any], value: Mapping[str, str]) -> None:
    for language, script in value.items():
        odd = [place for place in _PLACE.findall(script) if place not in _PLACES]
        if odd:
            rule = f"must have no other places than {', '.join('{' + place + '}' for place in _PLACES)}"
            raise InvalidInput(f"The script in {language[:10]}", rule, got=", ".join(odd)[:60])


def _is_code(outcome: CallOutcome, attribute: Attribute[Any], value: str) -> None:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise InvalidInput("The outcome of a call", "is a short code of small letters, digits and _", got=repr(value)[:40])


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

    code: str = field(validator=_is_code)
    means: CallMeaning = "wrong"
    type: str = ""
    labels: Mapping[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        subject = f"The outcome {self.code} of a call"
        if self.means not in _MEANINGS:
            raise InvalidInput(subject, f"means {', '.join(_MEANINGS)}", got=repr(self.means)[:40])
        if (self.means == "wrong") != bool(self.type):
            rule = "has a type of incident where something is wrong, and only there"
            raise InvalidInput(subject, rule, got=repr(self.type)[:40])


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
    daily: int = field(default=20, validator=_within(1, 1_000))
    reasons: tuple[CallReason, ...] = field(default=_REASONS, validator=_reasons)
    repeat_within: timedelta = field(default=timedelta(days=180), validator=_span)
    carriers: tuple[str, ...] = ()
    carrier_window: timedelta = field(default=timedelta(days=90), validator=_span)
    share: float = field(default=0.05, validator=_within(0, 1))
    rest: timedelta = field(default=timedelta(days=60), validator=_span)
    look_back: timedelta = field(default=timedelta(days=3), validator=_span)
    attempts: int = field(default=3, validator=_within(1, 20))
    again_after: timedelta = field(default=timedelta(hours=3), validator=_span)
    keep: timedelta = field(default=timedelta(days=3), validator=_span)
    outcomes: tuple[CallOutcome, ...] = field(default=OUTCOMES, validator=_once)
    script: Mapping[str, str] = field(factory=dict, validator=_fillable)

    def outcome(self, code: str) -> CallOutcome | None:
        """The outcome with that code."""
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)

    def said(self, language: str, **values: str) -> str:
        """The shop's own script in a language, filled in; empty where it has none."""
        return _PLACE.sub(lambda found: values.get(found[1], ""), self.script.get(language, ""))
