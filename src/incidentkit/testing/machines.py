"""A stateful machine that drives a whole desk through random histories, and looks the record over after every step.

::

    from incidentkit.testing.machines import DeskMachine

    class MyShop(DeskMachine):
        shop = ik.load_shop("shop.toml")

    TestMyShop = MyShop.TestCase
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, TypeVar

from attrs import frozen

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.surveys import Ask
from incidentkit.errors import KeyReusedError, MissingExtra, RuleViolation
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import MOODS, Post
from incidentkit.testing.clocks import ManualClock

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule
except ImportError as error:
    raise MissingExtra(
        "incidentkit.testing.machines", "needs hypothesis", next="Install incidentkit[testing].", extra="testing"
    ) from error

__all__ = ["DeskMachine"]

T = TypeVar("T")

PERSONAL = "zanzibar"
"""Stands in everything personal that the machine says; it may be found in the vault and nowhere else."""

# Files in memory, where there is such a folder: waiting for a disk would be most of the time.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it

_KEYS_LIVE = timedelta(days=90)
_SHOP = Shop(
    zone="Europe/Madrid",
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse"), Agent("eva", "after-sales", "supervisor")),
    channel="post",
    blocked_plugins=("local",),
)

_PRODUCTS = ("A", "B")
_WHO = (None, "ana", "leo", "customer", "web")
_TYPES = ("out_of_stock", "damaged", "late", "late", "other", "no_such_type")
_STEPS = ("log", "resolve", "close", "reopen", "withdraw")
_PAID = (None, None, "0", "3", "1000")
_POST_MOODS = ("delivered", "delivered", *MOODS)
_WIRE_MOODS = ("accepted", "accepted", *MOODS)


@frozen
class _Keyed:
    """A command that was given a key, and what it returned."""

    call: Callable[[], Any]
    result: Any
    key: str


def _who() -> st.SearchStrategy[str | None]:
    return st.sampled_from(_WHO)


def _words() -> st.SearchStrategy[str]:
    return st.sampled_from((f"{PERSONAL} said so", f"the door of {PERSONAL} is green", f"{PERSONAL}", f"¡{PERSONAL}!", "  "))


def _numbers() -> st.SearchStrategy[str | None]:
    return st.sampled_from((None, None, "", *"12345"))


def _units() -> st.SearchStrategy[dict[str, int] | None]:
    return st.none() | st.dictionaries(st.sampled_from((*_PRODUCTS, "1", "2", "whole", "9")), st.integers(0, 3), max_size=2)


def _person(number: int, *, mail: bool) -> Customer:
    return Customer(
        f"{PERSONAL}-{number}",
        name=f"{PERSONAL} the {number}.",
        email=f"{PERSONAL}{number}@example.com" if mail else "",
        language="es" if number else "en",
    )


def _customers() -> st.SearchStrategy[Customer | None]:
    return st.none() | st.builds(_person, st.integers(0, 2), mail=st.booleans())


class DeskMachine(RuleBasedStateMachine):
    """Places orders, lets them go wrong, and puts them right, at random, with refusals among it.

    Subclass it to drive a desk with settings or plugins of your own; ``DeskMachine.TestCase`` is a test as it is.
    After each step the store's file is read past the desk and looked over: units and money are conserved, every document
    is what its events add up to, hash chains hold, facts and queue say what the states say, nothing personal lies outside
    the vault. A refusal is an expected outcome, and must leave every table as it was.

    Attributes:
        shop: the settings; must have the agents ana, leo and eva, and the channel ``post``.
        plugins: further plugins.
    """

    shop: ClassVar[Shop] = _SHOP
    plugins: ClassVar[Sequence[object]] = ()

    orders: Bundle[str] = Bundle("orders")
    incidents: Bundle[str] = Bundle("incidents")
    asks: Bundle[str] = Bundle("asks")
    keyed: Bundle[_Keyed] = Bundle("keyed")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.post = Post()
        self._open = ExitStack()
        self._url = self._open.enter_context(self.store())
        self.desk: Desk = open_desk(
            self._url, self.shop, plugins=(self.post, *self.plugins), clock=self.clock, ids=_counted_ids()
        )
        self._before = Copy(self._url)
        self._keys: dict[str, datetime] = {}

    def teardown(self) -> None:
        """Close the desk and let go of its store."""
        self.desk.close()
        self._open.close()

    @contextmanager
    def store(self) -> Iterator[str]:
        """The URL of a store with nothing in it, for one history. Override it to drive a desk on another database."""
        with TemporaryDirectory(prefix="incidentkit-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
            yield f"sqlite:///{folder}/shop.db"

    # --- How commands are made ---------------------------------------------------------------------------------------

    def _try(self, command: Callable[[], T]) -> T | None:
        """What a command returns; None where it is refused, which must leave no trace."""
        try:
            return command()
        except RuleViolation as error:
            refusal = f"{error} {error!r} {error.context}"
        assert PERSONAL not in refusal, "an error shows personal data"
        self._nothing_changed(refusal)
        return None

    def _refusable(self, command: Callable[[], object]) -> None:
        """As `_try`, in the middle of a step."""
        self.the_record_holds()
        self._try(command)

    def _nothing_changed(self, what: str) -> None:
        differing = Copy(self._url).differing(self._before)
        assert not differing, f"{what} changed {', '.join(differing)}"

    def _id(self, state: Order | Incident | Ask | None) -> MultipleResults[str]:
        return multiple() if state is None else multiple(state.id)

    # --- How it begins -----------------------------------------------------------------------------------------------

    @initialize(target=orders)
    def a_first_order(self) -> MultipleResults[str]:
        """There is something to work on from the start."""
        lines = [Line("A", 3, "10"), Line("B", 1, "5")]
        promised = self.clock.now.date() + timedelta(days=5)
        return multiple(self.desk.orders.place(_person(0, mail=True), lines, promised, "1").id)

    @initialize(target=incidents)
    def a_first_incident(self) -> MultipleResults[str]:
        """An order of its own went wrong."""
        order = self.desk.orders.place(_person(1, mail=True), [Line("A", 2, "10")])
        return multiple(self.desk.incidents.report(order.id, "damaged", f"{PERSONAL} found it broken").id)

    # --- Orders ------------------------------------------------------------------------------------------------------

    @rule(
        target=orders,
        customer=_customers(),
        lines=st.lists(
            st.builds(Line, st.sampled_from(_PRODUCTS), st.integers(1, 3), st.sampled_from(("5", "9.90"))), max_size=2
        ),
        days=st.none() | st.integers(-1, 9),
        number=_numbers(),
        by=_who(),
    )
    def place(
        self, customer: Customer | None, lines: list[Line], days: int | None, number: str | None, by: str | None
    ) -> MultipleResults[str]:
        """A customer orders; the number may be taken, the promise over."""
        promised = None if days is None else self.clock.now.date() + timedelta(days=days)
        return self._id(self._try(lambda: self.desk.orders.place(customer, lines, promised, number, by=by)))

    @rule(order=orders, hours_ago=st.sampled_from((0, 0, 48)))
    def confirm(self, order: str, hours_ago: int) -> None:
        """The shop accepts an order, perhaps told late."""
        at = self.clock.now - timedelta(hours=hours_ago)
        self._try(lambda: self.desk.orders.confirm(order, at=at))

    @rule(order=orders, step=st.sampled_from(("ship", "deliver", "cancel", "take_back")), units=_units())
    def move(self, order: str, step: str, units: dict[str, int] | None) -> None:
        """Units leave, arrive, come back, or are not sent after all."""
        desk = self.desk.orders
        commands: dict[str, Callable[[], Order]] = {
            "ship": lambda: desk.ship(order, units, "SEUR", "T-1"),
            "deliver": lambda: desk.deliver(order, units),
            "cancel": lambda: desk.cancel(order, units, reason=f"{PERSONAL} moved away"),
            "take_back": lambda: desk.take_back(order, units or {"A": 1}, reason=f"{PERSONAL} does not like it"),
        }
        self._try(commands[step])

    @rule(order=orders, reason=_words(), number=_numbers(), days=st.none() | st.integers(-1, 9), paid=st.sampled_from(_PAID))
    def amend_order(self, order: str, reason: str, number: str | None, days: int | None, paid: str | None) -> None:
        """A correction, perhaps to less money than was given back; and a word that the customer can read."""
        promised = None if days is None else self.clock.now + timedelta(days=days)
        self._try(lambda: self.desk.orders.amend(order, reason=reason, number=number, promised=promised, paid=paid))
        self.the_record_holds()
        self._try(lambda: self.desk.orders.publish_status(order, reason))

    # --- Incidents ---------------------------------------------------------------------------------------------------

    @rule(
        target=incidents,
        about=st.lists(orders, max_size=2),
        type=st.sampled_from(_TYPES),
        words=_words(),
        cause=st.sampled_from((None, "oversold", "no_such_cause")),
        customer=_customers(),
        by=_who(),
    )
    def report(
        self, about: list[str], type: str, words: str, cause: str | None, customer: Customer | None, by: str | None
    ) -> MultipleResults[str]:
        """Something goes wrong, with no order, one or several."""
        return self._id(self._try(lambda: self.desk.incidents.report(about, type, words, cause, customer=customer, by=by)))

    @rule(incident=incidents, steps=st.integers(1, 6), then=st.none() | st.sampled_from(_STEPS))
    def go_on(self, incident: str, steps: int, then: str | None) -> None:
        """What a good agent would do next, and after that; then something else. Only that may be refused."""
        for _ in range(steps):
            self.clock.advance(hours=1)
            self._go_on(self.desk.incidents.get(incident))
        if then is not None:
            self.the_record_holds()
            self.step(incident, then, f"{PERSONAL} called", "ana")

    def _go_on(self, case: Incident) -> None:
        desk = self.desk.incidents
        owed = next((r for r in case.remedies if r.carried_out_at is None), None)
        if case.phase is Phase.DETECTED:
            desk.log_conversation(case.id, channel="phone", summary=f"told {PERSONAL}", by="ana")
        elif case.phase is Phase.COMMUNICATED and owed is None and not case.remedies:
            soon = self.clock.now + timedelta(days=2)
            refund = self._money_left(case) >= Decimal("0.50")
            offered = desk.offer(case.id, [Offer("refund", soon, "0.50") if refund else Offer("restock", soon)], by="ana")
            desk.accept(case.id, offered.offers[-1].id, by="customer")
        elif case.phase is Phase.COMMUNICATED and owed is not None:
            # Each refund was within what was left of the money then; it need not be now.
            self._refusable(lambda: desk.carry_out(case.id, owed.id, reference="RF-1"))
        elif case.phase is Phase.COMMUNICATED:
            desk.resolve(case.id)
        elif case.phase is Phase.RESOLVED and case.evidence is None:
            spoken = desk.log_conversation(case.id, channel="phone", summary=f"{PERSONAL} is happy", by="leo")
            desk.confirm_satisfaction(case.id, Evidence.conversation(spoken.conversations[-1].id), by="leo")
        elif case.phase is Phase.RESOLVED:
            assert desk.close(case.id).phase is Phase.CLOSED

    def _money_left(self, case: Incident) -> Decimal:
        """What the order of a case could still give back."""
        if not case.orders:
            return Decimal(0)
        order = self.desk.orders.get(case.orders[0])
        return order.captured.amount - order.refunded.amount

    @rule(incident=incidents, channel=st.sampled_from((None, "post", "wire", "wire", "wire", "pigeon")), at_once=st.booleans())
    def notify(self, incident: str, channel: str | None, at_once: bool) -> None:
        """Write to the customer, perhaps at once."""
        self._try(lambda: self.desk.incidents.notify(incident, channel))
        if at_once:
            self.the_record_holds()
            self.send_due(None, "delivered", "accepted")

    @rule(
        incident=incidents,
        kinds=st.lists(st.sampled_from(("substitution", "restock", "discount", "refund")), max_size=2),
        days=st.sampled_from((-2, 0, 3)),
        amount=st.sampled_from(("0", "2.50", "7", "1000")),
    )
    def offer(self, incident: str, kinds: list[str], days: int, amount: str) -> None:
        """Offers, perhaps too late or too dear."""
        by = self.clock.now.date() + timedelta(days=days)
        offers = [Offer(kind, by, amount if kind in ("discount", "refund") else None) for kind in kinds]
        self._try(lambda: self.desk.incidents.offer(incident, offers))

    @rule(incident=incidents, place=st.integers(0, 2), what=st.sampled_from(("accept", "accept", "decline", "carry_out")))
    def agree(self, incident: str, place: int, what: str) -> None:
        """The customer takes an offer, or does not; or what they took is done, perhaps again."""
        case, desk = self.desk.incidents.get(incident), self.desk.incidents
        open_: list[str] = [offer.id for offer in case.offers if offer.state is OfferState.OPEN] or ["offer-1"]
        offer = open_[place % len(open_)]
        commands: dict[str, Callable[[], Incident]] = {
            "accept": lambda: desk.accept(incident, offer, by="customer"),
            "decline": lambda: desk.decline(incident, offer, by="customer"),
            "carry_out": lambda: desk.carry_out(incident, f"remedy-{place}", reference=f"RF-{place}"),
        }
        self._try(commands[what])

    @rule(incident=incidents, what=st.sampled_from(_STEPS), words=_words(), by=_who())
    def step(self, incident: str, what: str, words: str, by: str | None) -> None:
        """A step of its life, wherever it stands."""
        desk = self.desk.incidents
        commands: dict[str, Callable[[], Incident]] = {
            "log": lambda: desk.log_conversation(incident, channel="phone", summary=words, by=by),
            "resolve": lambda: desk.resolve(incident, reason=words, by=by),
            "close": lambda: desk.close(incident, by=by),
            "reopen": lambda: desk.reopen(incident, reason=words, by=by),
            "withdraw": lambda: desk.withdraw(incident, reason=words, by=by),
        }
        self._try(commands[what])

    @rule(incident=incidents, ask=asks, spoken=st.booleans())
    def confirm_satisfaction(self, incident: str, ask: str, spoken: bool) -> None:
        """Evidence, perhaps of something else."""
        evidence = Evidence.conversation("conversation-1") if spoken else Evidence.answer(ask)
        self._try(lambda: self.desk.incidents.confirm_satisfaction(incident, evidence, by="ana"))

    @rule(incident=incidents, to=st.sampled_from(("ana", "leo", "warehouse", "nobody")), by=_who())
    def hand_over(self, incident: str, to: str, by: str | None) -> None:
        """Ask somebody to take it, and somebody takes it."""
        self._try(lambda: self.desk.incidents.hand_over(incident, to=to))
        self.the_record_holds()
        self._try(lambda: self.desk.incidents.accept_handover(incident, by=by))

    @rule(
        incident=incidents,
        reason=_words(),
        type=st.sampled_from((None, *_TYPES)),
        severity=st.sampled_from((None, "critical", "minor", "dire")),
        description=st.none() | _words(),
    )
    def amend_incident(
        self, incident: str, reason: str, type: str | None, severity: str | None, description: str | None
    ) -> None:
        """A correction."""
        desk = self.desk.incidents
        self._try(lambda: desk.amend(incident, reason=reason, type=type, severity=severity, description=description))

    # --- Surveys -----------------------------------------------------------------------------------------------------

    @rule(target=asks, incident=incidents, survey=st.sampled_from(("csat", "csat", "nps", "no_such_survey")))
    def ask(self, incident: str, survey: str) -> MultipleResults[str]:
        """Ask the customer of a case."""
        return self._id(self._try(lambda: self.desk.surveys.ask(survey, incident=incident)))

    @rule(ask=asks, score=st.integers(-1, 11), comment=st.none() | _words())
    def answer(self, ask: str, score: int, comment: str | None) -> None:
        """The customer answers, perhaps again, perhaps off the scale."""
        self._try(lambda: self.desk.surveys.answer(ask, score=score, comment=comment))

    @rule(target=asks, order=st.none() | orders, incident=st.none() | incidents, score=st.integers(0, 6), comment=_words())
    def answer_unasked(self, order: str | None, incident: str | None, score: int, comment: str) -> MultipleResults[str]:
        """An answer to a question that was put elsewhere."""
        desk = self.desk.surveys
        return self._id(self._try(lambda: desk.answer(order=order, incident=incident, score=score, comment=comment)))

    # --- Messages and time -------------------------------------------------------------------------------------------

    @rule(limit=st.none() | st.integers(1, 3), post=st.sampled_from(_POST_MOODS), wire=st.sampled_from(_WIRE_MOODS))
    def send_due(self, limit: int | None, post: str, wire: str) -> None:
        """Send what is due, by channels that do well or badly."""
        self.post.post.mood, self.post.wire.mood = post, wire
        report = self.desk.send_due(limit=limit)
        assert limit is None or report.total <= limit
        assert len(self.post.wire.sent) == len(set(self.post.wire.sent)), "a message went out twice"

    @rule(hours=st.sampled_from((0, 1, 5, 24, 72, 24 * 40)))
    def time_passes(self, hours: int) -> None:
        """Hours or days, or more than a month."""
        self.clock.advance(hours=hours)

    # --- Keys and batches --------------------------------------------------------------------------------------------

    @rule(
        target=keyed,
        order=orders,
        incident=incidents,
        what=st.sampled_from(("place", "confirm", "ship", "cancel", "report", "reopen", "answer")),
        number=_numbers(),
        units=_units(),
    )
    def with_a_key(
        self, order: str, incident: str, what: str, number: str | None, units: dict[str, int] | None
    ) -> MultipleResults[_Keyed]:
        """A command with a key, so that it may come again."""
        desk = self.desk
        commands: dict[str, Callable[[str], Any]] = {
            "place": lambda key: desk.orders.place(_person(2, mail=True), number=number, key=key),
            "confirm": lambda key: desk.orders.confirm(order, key=key),
            "ship": lambda key: desk.orders.ship(order, units, key=key),
            "cancel": lambda key: desk.orders.cancel(order, units, reason=PERSONAL, key=key),
            "report": lambda key: desk.incidents.report(order, "late", PERSONAL, key=key),
            "reopen": lambda key: desk.incidents.reopen(incident, reason=PERSONAL, key=key),
            "answer": lambda key: desk.surveys.answer(order=order, score=4, comment=PERSONAL, key=key),
        }
        key, command = f"key-{len(self._keys)}", commands[what]
        self._keys[key] = self.clock.now
        result = self._try(lambda: command(key))
        return multiple() if result is None else multiple(_Keyed(lambda: command(key), result, key))

    @rule(again=keyed)
    def same_key_again(self, again: _Keyed) -> None:
        """The same key and arguments give the first result, whatever has happened since, and change nothing."""
        if self.clock.now - self._keys[again.key] <= _KEYS_LIVE:
            assert again.result == again.call()
            self._nothing_changed("a command that was made before")

    @rule(again=keyed)
    def same_key_for_something_else(self, again: _Keyed) -> None:
        """The same key for another command is refused."""
        if self.clock.now - self._keys[again.key] <= _KEYS_LIVE:
            try:
                self.desk.orders.place(number="another", key=again.key)
            except KeyReusedError:
                self._nothing_changed("a key that was used before")
            else:
                raise AssertionError("a key was used twice")

    @rule(
        target=orders,
        mine=st.lists(orders, max_size=3),
        cases=st.lists(incidents, max_size=2),
        what=st.lists(
            st.sampled_from(("place", "ship", "cancel", "resolve", "reopen", "off_scale", "off_scale", "taken", "twice")),
            min_size=1,
            max_size=6,
        ),
        fails=st.booleans(),
    )
    def batch(self, mine: list[str], cases: list[str], what: list[str], fails: bool) -> MultipleResults[str]:
        """Several commands as one transaction, some of them refused inside; perhaps it all fails in the end."""
        placed: list[str] = []
        returned: dict[str, Order | Incident] = {}
        try:
            with self.desk.batch():
                for name in what:
                    self._inside(name, [*mine, *placed], cases, placed, returned)
                if fails:
                    raise _Abandoned
        except _Abandoned:
            self._nothing_changed("an abandoned batch")
            return multiple()
        if not returned:
            self._nothing_changed("a batch of refusals")
        for stream, state in returned.items():
            now = self.desk.orders.get(stream) if isinstance(state, Order) else self.desk.incidents.get(stream)
            assert state == now, "a batch returned what did not come to be"
        return multiple(*placed)

    def _inside(
        self, name: str, mine: list[str], cases: list[str], placed: list[str], returned: dict[str, Order | Incident]
    ) -> None:
        desk = self.desk
        commands: dict[str, Callable[[], Any]] = {"place": lambda: desk.orders.place(f"{PERSONAL}-9", [Line("A", 2, "4")])}
        if mine:
            order = mine[-1]
            commands |= {
                "ship": lambda: desk.orders.ship(order, {"A": 1}),
                "cancel": lambda: desk.orders.cancel(order, reason=PERSONAL),
                "off_scale": lambda: desk.surveys.answer(order=order, score=77, comment=PERSONAL),
                "taken": lambda: desk.orders.amend(order, reason=PERSONAL, number="1", paid="99"),
                "twice": lambda: desk.incidents.report([order, order], "late", PERSONAL),
            }
        if cases:
            case = cases[-1]
            commands |= {
                "resolve": lambda: desk.incidents.resolve(case, reason=PERSONAL),
                "reopen": lambda: desk.incidents.reopen(case, reason=PERSONAL),
            }
        if name not in commands:
            return
        before = self._told_of(mine)
        try:
            state = commands[name]()
        except RuleViolation:
            assert before == self._told_of(mine), f"{name} was refused in a batch, and left traces"
            return
        if name == "place":
            placed.append(state.id)
        self._note(state, returned)

    def _told_of(self, orders: Sequence[str]) -> int:
        """How much is in the record about some orders, seen from inside the batch."""
        return sum(len(self.desk.orders.timeline(order)) for order in orders)

    def _note(self, state: Order | Incident, returned: dict[str, Order | Incident]) -> None:
        """The last that was returned of each stream; what a later command did to another one, it is asked for again."""
        returned[state.id] = state
        for stream, earlier in list(returned.items()):
            if isinstance(earlier, Order):
                returned[stream] = self.desk.orders.get(stream)

    # --- What must hold after every step -----------------------------------------------------------------------------

    @invariant()
    def the_record_holds(self) -> None:
        """Looked over past the desk, wherever a step changed anything."""
        copy = Copy(self._url)
        if copy == self._before:
            return
        found = faults(copy, self.shop)
        assert not found, "; ".join(found)
        telling = copy.holding(PERSONAL)
        assert not telling, f"personal data in {', '.join(telling)}"
        assert self._all_seen(copy), "observers were not shown what is in the record"
        self._check_desk()
        # Once more: asking for figures may keep them.
        self._before = Copy(self._url)

    def _all_seen(self, copy: Copy) -> bool:
        """Whether observers were shown every event that is in the record, once and in order."""
        return [event.seq for event in self.post.seen] == sorted(row["seq"] for row in copy.of("events", "default"))

    def _check_desk(self) -> None:
        orders, cases = self.desk.orders.find(limit=10_000), self.desk.incidents.find(limit=10_000)
        affected = {order for case in cases if case.open for order in case.orders}
        assert {order.id for order in orders if order.in_incident} == affected
        assert {item.incident for item in self.desk.queue()} == {case.id for case in cases if case.open}
        self._check_figures(orders, cases)

    def _check_figures(self, orders: Sequence[Order], cases: Sequence[Incident]) -> None:
        received, rate = self.desk.measure("orders_received").rows[0], self.desk.measure("incident_rate").rows[0]
        hit = {order for case in cases if case.phase not in (Phase.WITHDRAWN, Phase.MERGED) for order in case.orders}
        assert received.n == received.value == len(orders)
        assert rate.value == (len(hit) / len(orders) if orders else None)


class _Abandoned(Exception):
    """The host changed its mind."""


def _counted_ids() -> Callable[[], str]:
    """UUIDs of version 7 that only count, so that a failing history is the same every time."""
    count = 0

    def make() -> str:
        nonlocal count
        count += 1
        return f"01900000-0000-7000-8000-{count:012x}"

    return make
