"""A shop to which anything may happen, in any order, also things that happened long ago and are said only now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import select

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.call_policy import CallPolicy
from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.contacts import Direction
from incidentkit.domain.events import Event
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.rates import Rate
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import from_micros, micros
from incidentkit.errors import IncidentkitError
from incidentkit.store.tables import streams
from incidentkit.testing._post import MOODS, Post
from incidentkit.testing.clocks import ManualClock

__all__ = ["BEGIN", "Scenario", "Step", "open_scenario", "steps"]

FIRST, LAST = datetime(2024, 2, 10, tzinfo=UTC), datetime(2024, 4, 8, tzinfo=UTC)
"""Everything happens between the two, Madrid's change of clocks included."""

BEGIN = LAST - timedelta(days=5)
"""Where the desk's clock begins."""

_PRODUCTS, _CARRIERS, _TYPES, _CAUSES = (
    ("cup", "tea"),
    ("", "blue", "red"),
    ("late", "damaged"),
    (None, "picking", "oversold", "carrier_damage", "wrong_product"),
)

_CHANNELS = ("phone", "email", "counter")

Step = tuple[str, int, int, int]
"""What to do, to which of the things that there are, when, and in which variant."""


def steps(least: int, most: int, *, late: bool = False, of: Sequence[str] = ()) -> st.SearchStrategy[list[Step]]:
    """Any steps. Many will be refused, which is fine: a refusal changes nothing.

    Args:
        least, most: how many.
        late: such as change what is there already.
        of: these alone; default: all but merging.
    """
    times = st.integers(micros(FIRST), micros(BEGIN)) | st.just(micros(LAST))
    kinds = st.sampled_from(of or (_LATE if late else _LIKELY))
    return st.lists(st.tuples(kinds, st.integers(0, 5), times, st.integers(0, 11)), min_size=least, max_size=most)


class Scenario:
    """The desk, and what it was told to do so far."""

    def __init__(self, desk: Desk, clock: ManualClock, post: Post) -> None:
        self.desk = desk
        self.clock = clock
        self.post = post
        self.ids: dict[type[Any], list[str]] = {
            Order: [],
            Incident: [],
            Ask: [],
            Need: [],
            Commitment: [],
            VerificationCall: [],
        }

    def do(self, step: Step) -> None:
        """One step, if the rules let it."""
        name, which, at, variant = step
        try:
            _STEPS[name](self, which, min(from_micros(at), self.clock.now), variant)
        except IncidentkitError:
            return

    # --- What there is now ---

    def history(self, stream: str) -> list[Event]:
        """The events of a stream."""
        with self.desk._runtime.store.reading() as unit:
            return unit.history(stream)

    def orders(self) -> list[Order]:
        """Every order as it stands."""
        return [self.desk.orders.get(key) for key in self.ids[Order]]

    def incidents(self) -> list[Incident]:
        """Every incident as it stands."""
        return [self.desk.incidents.get(key) for key in self.ids[Incident]]

    def asks(self) -> list[Ask]:
        """Every ask as it stands."""
        return [self.desk.surveys.get(key) for key in self.ids[Ask]]

    def needs(self) -> list[Need]:
        """Every need as it stands, those of conversations and those that were joined too."""
        return [self.desk.needs.get(key) for key in self._all("need")]

    def tasks(self) -> list[Task]:
        """Every task as it stands: those that rules opened."""
        return [self.desk.tasks.get(key) for key in self._all("task")]

    def commitments(self) -> list[Commitment]:
        """Every commitment as it stands."""
        return [self.desk.checkins.commitment(key) for key in self.ids[Commitment]]

    def calls(self) -> list[VerificationCall]:
        """Every verification call as it stands."""
        return [self.desk.verification_calls.get(key) for key in self.ids[VerificationCall]]

    def _all(self, kind: str) -> Sequence[str]:
        with self.desk._runtime.store.reading() as unit:
            return unit.connection.execute(select(streams.c.stream).where(streams.c.kind == kind)).scalars().all()

    # --- Steps ---

    def one(self, kind: type[Any], which: int) -> str:
        """One of the things of a kind."""
        there = self.ids[kind]
        if not there:
            raise IncidentkitError("A step", "needs something to be about", got="nothing")
        return there[which % len(there)]

    def keep(self, state: Any) -> None:
        """Remember what was made."""
        if state.id not in self.ids[type(state)]:
            self.ids[type(state)].append(state.id)

    def place(self, which: int, at: datetime, variant: int) -> None:
        lines = [Line(product, 1, "5") for product in _PRODUCTS[: variant % 3]]
        promised = at + timedelta(days=which + 1)
        due = (None, promised, promised.date())[variant % 3]
        account = (None, "acme", "umbrella")[which % 3]
        who = Customer(f"c-{1 + which // 4}", phone=f"+3460000000{1 + which // 4}")
        self.keep(self.desk.orders.place(who, lines, due, account=account, by=_who(variant), at=at))

    def ship(self, which: int, at: datetime, variant: int) -> None:
        units = {"1": 1} if variant % 4 == 0 else None
        self.desk.orders.ship(self.one(Order, which), units, carrier=_CARRIERS[variant % 3] or None, by=_who(variant), at=at)

    def fail(self, which: int, at: datetime, variant: int) -> None:
        """A carrier comes back; the third time that opens a case where there is none."""
        order = self.one(Order, which)
        self.desk.orders.delivery_failed(order, reason="nobody there", by=_who(variant), at=at)
        for case in self.desk.incidents.find(order=order):
            self.keep(case)

    def block(self, which: int, at: datetime, variant: int) -> None:
        """A rule stands in the way, or somebody finds a way around."""
        case = self.one(Incident, which)
        if variant % 2:
            self.desk.incidents.blocked(case, rule=("returns", "vouchers")[which % 2], wanted="a refund", by="ana", at=at)
        else:
            cost = (None, "1.50")[which % 2]
            self.desk.incidents.work_around(case, "block-1", how="a voucher", allowed_by="sam", cost=cost, by="ana", at=at)

    def promise(self, which: int, at: datetime, variant: int) -> None:
        due = (at + timedelta(days=variant)).date() if variant % 2 else at + timedelta(days=variant)
        self.desk.orders.amend(self.one(Order, which), reason="later", promised=due, by=_who(variant), at=at)

    def report(self, which: int, at: datetime, variant: int) -> None:
        about = [] if variant % 6 == 5 else [self.one(Order, which)]
        about += [self.one(Order, which + 1)] if variant % 4 == 3 else []
        lines = ["1"] if variant % 4 == 1 else []
        self.keep(
            self.desk.incidents.report(
                list(dict.fromkeys(about)),
                type=_TYPES[variant % 2],
                description="it went wrong",
                cause=_CAUSES[(variant + which) % 5],
                lines=lines,
                by=_who(variant),
                at=at,
            )
        )

    def resolve(self, which: int, at: datetime, variant: int) -> None:
        case = self.one(Incident, which)
        if variant % 2:
            self.talk(which, at, variant)
        self.desk.incidents.resolve(case, reason="nothing was due", by=_who(variant), at=at)

    def close(self, which: int, at: datetime, variant: int) -> None:
        """All the way to the end."""
        case = self.one(Incident, which)
        self.desk.incidents.log_conversation(case, channel="phone", summary="well?", by="ana", at=at)
        incident = self.desk.incidents.get(case)
        if incident.resolved_at is None:
            incident = self.desk.incidents.resolve(case, reason="nothing was due", by="ana", at=at)
        spoken = self.desk.incidents.log_conversation(case, channel="phone", summary="all is well", by="ana", at=at)
        self.desk.incidents.confirm_satisfaction(
            case, Evidence.conversation(spoken.conversations[-1].id), by=_who(variant), at=at
        )
        self.desk.incidents.close(case, by=_who(variant), at=at)

    def waive(self, which: int, at: datetime, variant: int) -> None:
        """To the end without the customer's word, or nearly."""
        case = self.one(Incident, which)
        self.desk.incidents.log_conversation(case, channel="phone", summary="well?", by="ana", at=at)
        if self.desk.incidents.get(case).resolved_at is None:
            self.desk.incidents.resolve(case, reason="nothing was due", by="ana", at=at)
        self.desk.incidents.waive(case, reason="nobody answers", by="sam", at=at)
        if variant % 4:
            self.desk.incidents.close(case, by=_who(variant), at=at)

    def escalate(self, which: int, at: datetime, variant: int) -> None:
        to = (None, "leo", "warehouse")[variant % 3]
        self.desk.incidents.escalate(self.one(Incident, which), reason="it takes long", to=to, by=_who(variant), at=at)

    def talk(self, which: int, at: datetime, variant: int) -> None:
        channel = ("phone", "counter")[variant % 2]
        self.desk.incidents.log_conversation(self.one(Incident, which), channel=channel, summary="so", by=_who(variant), at=at)

    def contact(self, which: int, at: datetime, variant: int) -> None:
        about: dict[str, Any] = ({"order": self.one(Order, which)}, {"customer": "c-1"}, {})[variant % 3]
        if variant % 5 == 4:
            about = {"incident": self.one(Incident, which)}
        direction: Direction = ("in", "in", "out")[which % 3]
        live, automatic = variant % 4 == 1, variant % 8 == 6
        channel = _CHANNELS[(which + variant) % 3]
        logged = self.desk.contacts.log(
            channel=channel, direction=direction, live=live, automatic=automatic, by=_who(variant), at=at, **about
        )
        self.keep(self.desk.needs.get(logged.need))

    def meet(self, which: int, at: datetime, variant: int) -> None:
        need = self.one(Need, which)
        if variant % 3:
            self.desk.needs.resolve(need, by=_who(variant), at=at)
        else:
            self.desk.needs.reopen(need, reason="not so", by=_who(variant), at=at)

    def sort(self, which: int, at: datetime, variant: int) -> None:
        """Needs joined, or split."""
        need = self.desk.needs.get(self.one(Need, which))
        if variant % 2:
            self.desk.needs.join(need.id, into=self.one(Need, which + 1), at=at)
        else:
            self.keep(self.desk.needs.split(need.id, [c.id for c in need.contacts[:1]], at=at))

    def pay(self, which: int, at: datetime, variant: int) -> None:
        """An offer made, taken and carried out."""
        case = self.one(Incident, which)
        made = self.desk.incidents.offer(case, [Offer("refund", self.clock.now + timedelta(days=60), "0.50")], at=at)
        taken = self.desk.incidents.accept(case, made.offers[-1].id, at=at)
        self.desk.incidents.carry_out(case, taken.remedies[-1].id, reference="RF", by=_who(variant), at=at)

    def amend(self, which: int, at: datetime, variant: int) -> None:
        case, what = self.one(Incident, which), variant % 3
        changes = (
            {"type": _TYPES[which % 2]},
            {"severity": ("minor", "critical")[which % 2]},
            {"cause": _CAUSES[1 + which % 4]},
        )
        self.desk.incidents.amend(case, reason="it was not so", by=_who(variant), at=at, **changes[what])

    def merge(self, which: int, at: datetime, variant: int) -> None:
        """Two cases become one, or are told apart again."""
        case = self.one(Incident, which)
        if variant % 3:
            self.desk.incidents.merge(case, into=self.one(Incident, which + variant), by="ana", at=at)
        else:
            self.desk.incidents.unmerge(case, reason="not the same", by="ana", at=at)

    def hand_over(self, which: int, at: datetime, variant: int) -> None:
        case, to = self.one(Incident, which), ("ana", "leo", "warehouse")[variant % 3]
        if variant % 2:
            self.desk.incidents.hand_over(case, to=to, at=at)
        self.desk.incidents.accept_handover(case, by=("ana", "leo")[which % 2], at=at)

    def answer(self, which: int, at: datetime, variant: int) -> None:
        score = 1 + (which + variant) % 5
        if variant % 6 == 4:
            about, score = self.one(Incident, which), (which * 5 + variant) % 11
            self.keep(self.desk.surveys.answer(survey="nps", score=score, incident=about, by="customer", at=at))
        elif variant % 3 == 0:
            self.keep(self.desk.surveys.answer(self.one(Ask, which), score=score, by="customer", at=at))
        elif variant % 3 == 1:
            self.keep(self.desk.surveys.answer(score=score, order=self.one(Order, which), by="customer", at=at))
        else:
            self.keep(self.desk.surveys.answer(score=score, incident=self.one(Incident, which), by="customer", at=at))

    def commit(self, which: int, at: datetime, variant: int) -> None:
        """Somebody commits themselves to something, or says what came of it."""
        if variant % 2 and self.ids[Commitment]:
            kept = variant % 4 == 1
            of = self.one(Commitment, which)
            self.desk.checkins.report(of, kept, evidence="seen" if kept else None, by="leo", at=at)
            return
        person, other = ("ana", "leo") if which % 2 else ("leo", "ana")
        due = at + timedelta(days=1 + variant)
        self.keep(self.desk.checkins.commit(person, "do it", measure="unowned_time", asked_by=other, due=due, by=other, at=at))

    def ring(self, which: int, at: datetime, variant: int) -> None:
        """A list of deliveries to ask about, or what came of one of them."""
        waiting = self.desk.verification_calls.find()
        if variant % 3 == 0 or not waiting:
            for call in self.desk.verification_calls.list(at=at).calls:
                self.keep(self.desk.verification_calls.get(call))
            return
        outcome = ("all_well", "no_answer", "damaged", "refused")[(which + variant) % 4]
        done = self.desk.verification_calls.record(self.one(VerificationCall, which), outcome, by=_who(variant), at=at)
        if done.incident is not None:
            self.keep(self.desk.incidents.get(done.incident))

    def notify(self, which: int, at: datetime, variant: int) -> None:
        channel = ("post", "wire")[variant % 2]
        self.desk.incidents.notify(self.one(Incident, which), channel=channel, by=_who(variant), at=at)

    def send(self, which: int, at: datetime, variant: int) -> None:
        self.post.post.mood = MOODS[which % 4]
        self.desk.send_due(limit=3)


def _who(variant: int) -> str | None:
    return (None, "ana", "leo", "customer")[variant % 4]


Act = Callable[[Scenario, int, datetime, int], object]

_STEPS: dict[str, Act] = {
    "place": Scenario.place,
    "confirm": lambda s, which, at, v: s.desk.orders.confirm(s.one(Order, which), by=_who(v), at=at),
    "ship": Scenario.ship,
    "deliver": lambda s, which, at, v: s.desk.orders.deliver(s.one(Order, which), by=_who(v), at=at),
    "cancel": lambda s, which, at, v: s.desk.orders.cancel(s.one(Order, which), by=_who(v), at=at),
    "fail": Scenario.fail,
    "block": Scenario.block,
    "promise": Scenario.promise,
    "publish": lambda s, which, at, v: s.desk.orders.publish_status(s.one(Order, which), "on its way", by=_who(v), at=at),
    "report": Scenario.report,
    "talk": Scenario.talk,
    "notify": Scenario.notify,
    "send": Scenario.send,
    "contact": Scenario.contact,
    "meet": Scenario.meet,
    "sort": Scenario.sort,
    "pay": Scenario.pay,
    "resolve": Scenario.resolve,
    "close": Scenario.close,
    "waive": Scenario.waive,
    "escalate": Scenario.escalate,
    "reopen": lambda s, which, at, v: s.desk.incidents.reopen(s.one(Incident, which), reason="again", by=_who(v), at=at),
    "withdraw": lambda s, which, at, v: s.desk.incidents.withdraw(s.one(Incident, which), reason="no", by=_who(v), at=at),
    "amend": Scenario.amend,
    "merge": Scenario.merge,
    "hand_over": Scenario.hand_over,
    "ask": lambda s, which, at, v: s.keep(s.desk.surveys.ask(incident=s.one(Incident, which), by=_who(v), at=at)),
    "answer": Scenario.answer,
    "commit": Scenario.commit,
    "ring": Scenario.ring,
    "later": lambda s, which, at, v: s.clock.advance(hours=7 * v),
}
_LIKELY: Sequence[str] = [
    *(name for name in _STEPS if name != "merge"),
    *["place", "report", "answer"] * 3,
    "contact",
    "contact",
    "meet",
    "confirm",
    "ship",
    "deliver",
    "hand_over",
    "close",
]
_LATE: Sequence[str] = [name for name in _STEPS if name not in ("place", "confirm", "later", "merge")]


@contextmanager
def open_scenario(zone: str = "Europe/Madrid", url: str = "sqlite://") -> Iterator[Scenario]:
    """A new shop."""
    shop = Shop(
        zone=zone,
        teams=(Team("after-sales"), Team("warehouse")),
        agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse"), Agent("sam", "after-sales", "supervisor")),
        channel="post",
        rates=(
            Rate("phone", "2.50"),
            Rate("email", "1", "in"),
            Rate("email", "3", "out"),
            Rate("email", 2, since=BEGIN.date()),
        ),
        blocked_plugins=("local",),
        verification_calls=CallPolicy(share=1.0, rest=timedelta(0), look_back=timedelta(days=60)),
    )
    clock, post, made = ManualClock(BEGIN), Post(), iter(range(1, 1_000_000))
    with open_desk(url, shop, clock=clock, plugins=(post,), ids=lambda: str(UUID(int=next(made)))) as desk:
        yield Scenario(desk, clock, post)
