"""Commands and questions about verification calls: asking whether all is well before somebody complains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from attrs import field, frozen

from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.found_by_call import case_of, taken_as_word
from incidentkit.desk.paging import wanted
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE
from incidentkit.domain.call_policy import CallOutcome
from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.ids import CallId, CallListId
from incidentkit.domain.orders import Order
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput
from incidentkit.learning.risky_carriers import risky_carriers
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.rules import calls as rules
from incidentkit.store.called import carriers_counted, count_waiting, deliveries_between, find_calls, last_list, list_of
from incidentkit.store.reading import people
from incidentkit.store.standing import standings_of
from incidentkit.store.unit import Held, Unit

__all__ = ["CallToMake", "VerificationCalls", "list_this_morning"]

_AT_ONCE = 200
"""Customers that are looked at together, until the list is full."""

_DRAWS = 16**8


@frozen
class CallToMake:
    """A call with all that whoever rings must have in front of them. It holds personal data: show it, and log nothing of it.

    Args:
        customer: whom to ring; None where they were forgotten since. Not in the repr.
        script: what to say, in their language as far as we speak it.
    """

    call: VerificationCall
    order: Order
    customer: Customer | None = field(repr=False)
    script: str = field(repr=False)


class VerificationCalls(Commands[VerificationCall]):
    """Verification calls of one desk: each morning the deliveries to ask about, and what came of asking.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result).
    """

    _noun = VerificationCall
    _kind = "call"

    def list(self, day: date | None = None, *, by: By = None, at: datetime | None = None, key: str | None = None) -> CallList:
        """The list of a day: the deliveries since the last one that are to be asked about, chosen by the settings' rule.

        Made once a day, however often and by however many it is asked for; afterwards it is the same list. `Desk.tick` makes
        it each morning where ``[verification_calls]`` says so.

        Args:
            day: default: today, in the shop's zone. Of an earlier day only a list that was made.

        Raises:
            InvalidInput: a day to come, or an earlier one without a list.
        """

        def body(work: Work) -> Held:
            today = work.now.at.astimezone(work.now.shop.tzinfo).date()
            return _listed(work, today if day is None else day, today)

        found = self._runtime.run(Call("verification_calls.list", given(day=day), by, at, key), body)
        assert isinstance(found, CallList), "its stream holds a list"
        return found

    def record(
        self,
        call_id: str,
        outcome: str,
        *,
        note: str | None = None,
        told: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> VerificationCall:
        """What came of ringing.

        Where something is wrong, there is a case from now on: one on that order that is open and of that type, or a new one.
        The shop has found it, for it asked; it has told its customer nothing by that, unless ``told`` says what. That all is
        well goes to the resolved cases on the order as a conversation, and as evidence where a named agent had it; it closes
        none. Where nobody answered it is tried again, as often as the settings say.

        Args:
            outcome: the code of one of the shop's outcomes, e.g. ``all_well``.
            note: what they said, in words; kept in the vault.
            told: what they were told that happens next about what is wrong, in words: the case is communicated by that.

        Raises:
            UnknownIdError: no such call.
            InvalidInput: no such outcome, or ``told`` where nothing is wrong.
            RuleViolation: it has an outcome already, or is not tried any more.
        """
        found = rules.outcome_named(outcome, self._runtime.shop)
        if told is not None and found.means != "wrong":
            raise InvalidInput("told", "goes with an outcome that says what is wrong", got=found.code, next="Give note=.")
        arguments = given(call=call_id, outcome=outcome, note=note, told=told)
        return self._run(
            "verification_calls.record", arguments, lambda work: _recorded(work, call_id, found, note, told), by, at, key
        )

    def get(self, call_id: str) -> VerificationCall:
        """The call with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(call_id)

    def find(
        self,
        *,
        open: bool | None = True,
        order: str | None = None,
        customer: Customer | str | None = None,
        day: date | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[VerificationCall]:
        """Calls: those that wait, as soon as they may be made; of all, the latest first.

        Args:
            open: whether it is still to be made; None for all.
            order, customer: those about one order, or of one person.
            day: those of one day's list.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"open": open, "order": order, "customer": customer, "day": day}
        page = wanted(self._runtime, "verification_calls.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            person = None if customer is None else self._runtime.person(unit, customer)
            of = None if day is None else list_of(unit, day)
            if (customer is not None and person is None) or (day is not None and of is None):
                return Page()
            return self._seen_all(unit, find_calls(unit, page, open_=open, order=order, customer=person, list_id=of))

    def to_make(self, *, language: str | None = None, limit: int = 100, after: str | None = None) -> Page[CallToMake]:
        """The calls that wait, as soon as they may be made, each with whom to ring and what to say.

        Args:
            language: of the script, ``en`` or ``es``; default: the customer's, else the shop's.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "verification_calls.to_make", {"language": language}, limit, after)
        with self._runtime.store.reading() as unit:
            ids = find_calls(unit, page, open_=True, order=None, customer=None, list_id=None)
            calls = self._seen_all(unit, ids)
            unit.load_all(call.order for call in calls)
            known = people(unit, sorted({call.customer for call in calls}))
            return calls.map(lambda call: _to_make(unit, call, known.get(call.customer), self._runtime.shop, language))

    def waiting(self) -> int:
        """How many calls are still to be made."""
        with self._runtime.store.reading() as unit:
            return count_waiting(unit)

    def entry(self, call_id: str, *, language: str | None = None) -> CallToMake:
        """One call with whom to ring and what to say, however it stands.

        Args:
            language: of the script, ``en`` or ``es``; default: the customer's, else the shop's.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            call = self._seen(unit, call_id)
            known = people(unit, [call.customer])
            return _to_make(unit, call, known.get(call.customer), self._runtime.shop, language)

    def outcomes(self) -> tuple[CallOutcome, ...]:
        """What can come of a call, by the settings."""
        return rules.outcomes_of(self._runtime.shop)


def list_this_morning(runtime: Runtime) -> int:
    """Make today's list where the settings ask for it, the working day has begun, and there is none; how many calls it has."""
    shop, now = runtime.shop, instant(runtime.clock(), "The desk's clock")
    if not shop.verification_calls.each_morning or not rules.working_day_begun(shop, now):
        return 0
    today = now.astimezone(shop.tzinfo).date()
    with runtime.store.reading() as unit:
        last = last_list(unit)
    if last is not None and last[0] >= today.isoformat():
        return 0
    made = VerificationCalls(runtime).list(today, by=RULE)
    return len(made.calls)


# --- Listing -----------------------------------------------------------------------------------------------------


def _listed(work: Work, day: date, today: date) -> Held:
    work.unit.flush()  # what a batch did before counts too
    known = list_of(work.unit, day)
    if known is not None:
        return work.unit.load("call_list", known)
    if day != today:
        raise InvalidInput(
            "day", "is today, or an earlier day with a list", got=day.isoformat(), next="Leave it out for today."
        )
    list_id = CallListId(work.new_id())
    # Whoever is quicker makes it; the other decides again, and finds it.
    work.unit.name("call_list", day.isoformat(), list_id, free=True)
    last = last_list(work.unit, day)
    since = rules.listed_from(day, None if last is None else last[1], work.now.shop)
    chosen, left_out = _choose(work, since, rules.begins(day, work.now.shop))
    held = work.apply(list_id, rules.make_list(list_id, day, since, chosen, left_out, work.now))
    for one in chosen:
        work.unit.link(one.looked.delivery.order, one.call)
    return held


def _choose(work: Work, since: datetime, until: datetime) -> tuple[Sequence[rules.Chosen], dict[str, int]]:
    """Those that there is most reason to ask about and whose customers may be rung, until the list is full."""
    policy = work.now.shop.verification_calls
    looked, left = rules.ranked(_deliveries(work, since, until), _risky(work, until), policy)
    chosen: dict[str, rules.Chosen] = {}
    for start in range(0, len(looked), _AT_ONCE):
        some = looked[start : start + _AT_ONCE]
        if len(chosen) == policy.daily:
            left["full"] = left.get("full", 0) + len(some)
            continue
        standings = standings_of(work.unit, sorted({one.delivery.customer for one in some}))
        for one in some:
            customer = one.delivery.customer
            against = "rested" if customer in chosen else rules.rings_not(standings[customer], work.now.shop)
            against = against or ("full" if len(chosen) == policy.daily else "")
            if against:
                left[against] = left.get(against, 0) + 1
            else:
                person = standings[customer].person
                zone = person.zone if person is not None else ""
                chosen[customer] = rules.Chosen(CallId(work.new_id()), one, zone)
    return tuple(chosen.values()), left


def _deliveries(work: Work, since: datetime, until: datetime) -> Iterator[rules.Delivery]:
    policy, now = work.now.shop.verification_calls, work.now.at
    found = deliveries_between(work.unit, since, until, troubled_since=now - policy.repeat_within, rung_since=now - policy.rest)
    return (rules.drawn(one, int(work.keyed("call", one.order)[:8], 16) / _DRAWS) for one in found)


def _risky(work: Work, until: datetime) -> frozenset[str]:
    policy = work.now.shop.verification_calls
    if "carrier" not in policy.reasons:
        return frozenset()
    return risky_carriers(carriers_counted(work.unit, until - policy.carrier_window, until))


# --- Recording ---------------------------------------------------------------------------------------------------


def _recorded(work: Work, call_id: str, outcome: CallOutcome, note: str | None, told: str | None) -> Held:
    call = _call(work.unit, call_id)
    rules.check_recorded(call, outcome)
    case, counted = None, False
    if outcome.means == "wrong":
        case, counted = case_of(work, call, outcome, note, told)
    elif outcome.means == "well":
        counted = taken_as_word(work, call, outcome, note)
    standing = standings_of(work.unit, [call.customer])[call.customer]
    zone = standing.person.zone if standing.person is not None else ""
    decision = rules.record(
        call,
        outcome,
        work.now,
        zone=zone,
        note=work.text(note or None, customer=call.customer),
        incident=case,
        counted=counted,
    )
    return work.apply(call.id, decision)


def _call(unit: Unit, call_id: str) -> VerificationCall:
    state = unit.load("call", call_id).state
    assert isinstance(state, VerificationCall), "a call's stream holds one"
    return state


# --- Making ------------------------------------------------------------------------------------------------------


def _to_make(unit: Unit, call: VerificationCall, customer: Customer | None, shop: Shop, language: str | None) -> CallToMake:
    order = unit.view(unit.load("order", call.order))
    assert isinstance(order, Order), "an order's stream holds one"
    theirs = (customer.language if customer is not None else "").partition("-")[0]
    known = (one for one in (theirs, shop.language) if one in LANGUAGES)
    spoken = language or next(known, LANGUAGES[0])
    values = {"shop": shop.name, "name": customer.name if customer is not None else "", "order": order.label}
    script = shop.verification_calls.said(spoken, **values) or words_in(spoken).say("calls.script", **values)
    return CallToMake(call, order, customer, script)
