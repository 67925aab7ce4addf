"""What people granted, in the order of time, in both worlds: within their authority, or only once somebody else is asked.

What a customer did about an offer, and who approved what, is kept. What the other settings would not have let somebody offer
does not count against any budget in that world; what they would have allowed at once, and nobody approved, counts from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import define, field, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.authority import Scope
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolved
from incidentkit.domain.ids import OfferId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Shop
from incidentkit.learning.what_if.values import GrantChange, GrantVerdict, NotComparable
from incidentkit.learning.what_if.worlds import Worlds
from incidentkit.rules import authority
from incidentkit.rules.decision import Circumstances

__all__ = ["Moment", "grant_changes", "moments"]


_GRANTED = (ApprovalState.APPROVED, ApprovalState.SUPERSEDED)


@frozen
class Moment:
    """A change of a case that grants something, asks for it, or changes what of it stands.

    Args:
        before, after: the case, as it was and became.
        offers: what somebody wants to grant now; none where something else changed.
        by: who wants to grant it.
        asked: the record says that somebody was asked first: the request's id. ``approved``: one that was granted by this.
    """

    seq: int
    at: datetime
    before: Incident | None
    after: Incident
    offers: tuple[Offer, ...] = ()
    by: str = ""
    asked: str = ""
    approved: bool = False


def moments(events: Iterable[Event]) -> Iterator[Moment]:
    """Those of one live case, by the events of its stream."""
    before: Incident | None = None
    for event, state in evolved(events):
        assert isinstance(state, Incident), "a stream keeps its kind"
        if not state.passive:
            moment = _moment(event, before, state)
            if moment.offers or before is None or _standing(before) != _standing(state):
                yield moment
        before = state


def _standing(case: Incident) -> object:
    return case.offers, case.remedies, case.approvals, case.customer, case.cause, case.merged_into, case.phase


def _moment(event: Event, before: Incident | None, after: Incident) -> Moment:
    data = event.data
    if isinstance(data, ev.OffersMade):
        made = tuple(offer for offer in after.offers if offer.id in {each.id for each in data.offers})
        approved = any(offer.approved_by for offer in made)
        return Moment(event.seq, event.occurred_at, before, after, made, event.actor, approved=approved)
    if isinstance(data, ev.ApprovalAsked):
        asked = data.approval
        return Moment(event.seq, event.occurred_at, before, after, _asked_for(asked, after), asked.asked_by, asked.id)
    if isinstance(data, ev.OfferAccepted) and before is not None:
        offer = before.offer(data.offer)
        if offer is not None and offer.state is OfferState.ASKED:
            # The customer's own offer is granted by whoever agrees to it.
            taken, approved = after.offer(data.offer) or offer, bool(offer.approved_by)
            return Moment(event.seq, event.occurred_at, before, after, (taken,), event.actor, approved=approved)
    return Moment(event.seq, event.occurred_at, before, after)


def _asked_for(approval: Approval, case: Incident) -> tuple[Offer, ...]:
    """What is to be granted, as one round: the request says what all of it is worth, not what each of its parts is."""
    agrees = None if approval.agrees is None else case.offer(approval.agrees)
    if agrees is not None:
        return (changed(agrees, worth=approval.worth),)
    return tuple(changed(offer, worth=approval.worth, round=0) for offer in approval.offers)


def grant_changes(
    every: Iterable[Moment], worlds: Worlds, since: datetime, until: datetime
) -> Iterator[tuple[GrantChange, Money, Money] | NotComparable | None]:
    """Every offer in a span that its maker might have made or not, with what would be gained and lost by it; None for the same.

    Args:
        every: the moments of all cases, by their place in the record.
    """
    was, would = _Books(worlds.was), _Books(worlds.would)
    for moment in every:
        if moment.offers and not moment.approved:
            then, instead = worlds.protocol(moment.before or moment.after)
            found = _compared(moment, was.verdict(moment, then), would.verdict(moment, instead), worlds.was.currency)
            if isinstance(found, tuple):
                would.depart(moment, found[0].would)
            if since <= moment.at < until:
                yield found
        was.note(moment)
        would.note(moment)


def _compared(
    moment: Moment, was: GrantVerdict, would: GrantVerdict, currency: str
) -> tuple[GrantChange, Money, Money] | NotComparable | None:
    recorded: GrantVerdict = "asked" if moment.asked else "allowed"
    if was != recorded:
        return NotComparable("grant", moment.after.id, f"was_{recorded}")
    if was == would:
        return None
    worth = _worth(moment.offers, currency)
    kinds = " ".join(dict.fromkeys(offer.kind for offer in moment.offers))
    change = GrantChange(moment.after.id, moment.asked or moment.offers[0].id, kinds, worth, was, would)
    nothing = Money(0, currency)
    more = _more(moment, worth or nothing)
    allowed = would == "allowed"
    return change, more if allowed else nothing, nothing if allowed or moment.asked else more


def _worth(offers: Sequence[Offer], currency: str) -> Money | None:
    """What they could come to: of each round the largest; None where that is not known in the shop's currency."""
    rounds: dict[int, Money] = {}
    for offer in offers:
        if offer.worth is None or offer.worth.currency != currency:
            return None
        rounds[offer.round] = max(rounds.get(offer.round, offer.worth), offer.worth, key=lambda worth: worth.amount)
    return sum(rounds.values(), Money(0, currency))


def _more(moment: Moment, worth: Money) -> Money:
    """What it gives away beyond what it takes the place of: the round that a counter-offer answers."""
    answered = {offer.answers for offer in moment.offers if offer.answers is not None}
    before = [offer for offer in (moment.before.offers if moment.before else ()) if offer.id in answered]
    instead = _worth(before, worth.currency) or Money(0, worth.currency)
    return worth - instead if worth > instead else Money(0, worth.currency)


@define
class _Books:
    """What stands granted in one world."""

    _shop: Shop
    _cases: dict[str, Incident] = field(factory=dict, init=False)
    _refused: dict[str, set[str]] = field(factory=lambda: defaultdict(set), init=False)
    _besides: dict[str, dict[str, tuple[Offer, ...]]] = field(factory=lambda: defaultdict(dict), init=False)
    _by: dict[tuple[str, str], set[str]] = field(factory=lambda: defaultdict(set), init=False)

    def verdict(self, moment: Moment, protocol: Protocol | None) -> GrantVerdict:
        """Whether somebody may grant something then."""
        case = self._in_this_world(moment.before or moment.after)
        kinds = {offer.kind for offer in moment.offers}
        if protocol is not None and protocol.remedies and not kinds <= set(protocol.remedies):
            return "refused"
        actor = Actor.parse(moment.by)
        now = Circumstances(self._shop, moment.at, actor)
        granted = authority.beside(case, moment.offers, self._granted, self._shop)
        return "allowed" if authority.verdict(actor, moment.offers, case, granted, now).allowed else "asked"

    def depart(self, moment: Moment, verdict: GrantVerdict) -> None:
        """From here on this world is another one than the record's."""
        if moment.asked and verdict == "allowed":
            self._besides[moment.after.id][moment.asked] = _made(moment)
        elif not moment.asked:
            self._refused[moment.after.id] |= {offer.id for offer in moment.offers}

    def note(self, moment: Moment) -> None:
        """What has become of a case."""
        case = moment.after
        # Granted after all: what would have been granted at once stands by itself now.
        ended = [approval.id for approval in case.approvals if approval.state in _GRANTED]
        for approval in ended if case.id in self._besides else ():
            self._besides[case.id].pop(approval, None)
        self._cases[case.id] = case
        self._by["customer", case.customer or ""].add(case.id)
        self._by["cause", authority.cause_of(case)].add(case.id)
        for offer in moment.offers:
            for name in (moment.by, offer.approved_by):
                self._by["day", name.partition(":")[2]].add(case.id)

    def _granted(self, scope: Scope) -> Decimal:
        cases = self._merged(scope.of) if scope.kind == "incident" else self._by[scope.kind, scope.of]
        known = [self._in_this_world(self._cases[case]) for case in sorted(cases) if case in self._cases]
        return authority.total(known, self._shop.currency)(scope)

    def _merged(self, case: str) -> Collection[str]:
        found = [case]
        for each in found:
            held = self._cases.get(each)
            found += [joined.incident for joined in held.took_in if joined.incident not in found] if held else []
        return found

    def _in_this_world(self, case: Incident) -> Incident:
        """Without the offers that could not be made here, and with those that could."""
        refused, besides = self._refused.get(case.id), self._besides.get(case.id)
        if not refused and not besides:
            return case
        gone = refused or set()
        offers = tuple(offer for offer in case.offers if offer.id not in gone)
        remedies = tuple(remedy for remedy in case.remedies if remedy.offer not in gone)
        further = tuple(offer for made in (besides or {}).values() for offer in made)
        return changed(case, offers=offers + further, remedies=remedies)


def _made(moment: Moment) -> tuple[Offer, ...]:
    """Offers that nobody made, as they would have been made: in a round of their own."""
    round_ = -len(moment.after.approvals)
    as_made = {"state": OfferState.OPEN, "made_by": moment.by, "made_at": moment.at, "round": round_}
    return tuple(changed(offer, id=OfferId(f"{moment.asked}/{place}"), **as_made) for place, offer in enumerate(moment.offers))
