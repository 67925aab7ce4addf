"""Surveys by rule: who is asked what, and when, and who is left alone.

Laws: an imported order asks nobody. Nobody is asked while a case of theirs is open, nor sooner after any other question than
the survey's rest, nor the same survey sooner than its ``every``, nor who can't or doesn't want to be written to. After a
delivery a survey is put once about each order; what could not be asked in its window is not asked at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from attrs import evolve

from incidentkit.domain.effects import Timer
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import AskId
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop, Survey
from incidentkit.domain.surveys import Ask, Asked, Respondent
from incidentkit.domain.verdicts import Matter, Suppress
from incidentkit.rules import surveys
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.sending import decide

__all__ = ["ASK", "ask_due", "asked_after", "may_ask_at"]

ASK = "ask"
"""The timer of an order at which it is looked at whether its customer is asked something."""

_LOOK_AGAIN = timedelta(days=1)
"""While a case is open: nobody knows when it ends."""


def asked_after(stream: str, before: State | None, after: State, shop: Shop) -> Iterator[Timer]:
    """When an order that has just arrived whole is first looked at; nothing in a shop that asks nothing by rule."""
    if not isinstance(after, Order) or after.delivered_at is None or after.passive or after.customer is None:
        return
    if isinstance(before, Order) and before.delivered_at is not None:
        return
    waits = [survey.asking.after for survey in shop.surveys if survey.asking is not None]
    if waits and shop.channel:
        yield Timer(stream, ASK, after.delivered_at + min(waits))


def ask_due(order: Order, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """The first survey that may be put now is; then it is looked again when another may, or the same once more."""
    person = around.respondent
    if person is None or order.delivered_at is None or order.customer is None or not now.shop.channel:
        return Decision()
    ready = next((s for s in _asking(now.shop) if _is_due(s, order, person, now.at)), None)
    if ready is None:
        return Decision(timers=_next(order, person.asked, person, now))
    asked = (*person.asked, Asked(ready.name, now.at, order.id))
    again = _next(order, asked, person, now)
    ask = AskId(around.ids[0])
    put = surveys.ask(ask, ready.name, None, order, now)
    if not _reaches(put, Ask(ask, ready.name, ready.scale, now.at, customer=order.customer), person, now):
        # It counts for when to look again, or every later look would find the same.
        return Decision(timers=again)
    return Decision((), tuple((ask, event) for event in put.events), put.intents, again)


def may_ask_at(survey: Survey, order: Order, person: Respondent, at: datetime) -> datetime | None:
    """Since when, or from when on, a rule may put that survey for that order, as things stand; None for never."""
    asking, delivered = survey.asking, order.delivered_at
    if asking is None or delivered is None:
        return None
    same = [asked for asked in person.asked if asked.survey == survey.name]
    if asking.moment == "after_delivery" and any(asked.order == order.id for asked in same):
        return None
    if asking.moment == "regularly" and person.ordered_since:
        return None  # the later order asks for both
    begins = delivered + asking.after
    earliest = max((begins, *(a.at + asking.rest for a in person.asked), *(a.at + asking.every for a in same)))
    if person.in_case:
        earliest = max(earliest, at + _LOOK_AGAIN)
    return earliest if max(earliest, at) <= begins + asking.window else None


def _reaches(put: Decision, ask: Ask, person: Respondent, now: Circumstances) -> bool:
    """Whether the message could and may go to them, now or a little later; what is sure to be suppressed asks nobody."""
    verdicts = [decide(m, person.standing, Matter(ask), now.at, now.shop, now.addresses) for m in put.intents]
    return bool(verdicts) and not any(isinstance(verdict, Suppress) for verdict in verdicts)


def _asking(shop: Shop) -> Sequence[Survey]:
    return [survey for survey in shop.surveys if survey.asking is not None]


def _is_due(survey: Survey, order: Order, person: Respondent, at: datetime) -> bool:
    first = may_ask_at(survey, order, person, at)
    return first is not None and first <= at


def _next(order: Order, asked: Sequence[Asked], person: Respondent, now: Circumstances) -> tuple[Timer, ...]:
    """When it is looked at again, if ever."""
    then = evolve(person, asked=tuple(asked))
    looks = [may_ask_at(survey, order, then, now.at) for survey in _asking(now.shop)]
    later = [max(look, now.at + timedelta(seconds=1)) for look in looks if look is not None]
    return (Timer(order.id, ASK, min(later)),) if later else ()
