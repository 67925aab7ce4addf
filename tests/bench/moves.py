"""Prints what a checked move of a case costs, what ten commands cost by the pure rules, and what a case weighs.

Run it as ``python -m tests.bench.moves [--rounds N] [--size N]``. The packages `transitions` and `python-statemachine` are
measured in the same run where they are installed, and named where they are not. It judges nothing.

A checked move is one look at the table and one guard: a case goes to and fro between two states. Ours is the look-up that every
command goes through; theirs is one trigger of a machine whose model is the case. A ratio is theirs ÷ ours, the median of the
rounds, which take turns. A life is ten commands on one case by the rules alone, with every event folded: reported, spoken
with, offered, accepted, carried out, resolved, answered, confirmed, closed, reopened. A case's weight is what is allocated for
so many freshly detected ones, each with an id and a customer of its own; theirs is one object with its machine, as each
package's documentation has it.
"""

from __future__ import annotations

import argparse
import gc
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.events import Event
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.texts import Text
from incidentkit.rules import incidents as rules
from incidentkit.rules import orders
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import INCIDENT

Act = Callable[[int], object]

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(agents=(Agent("ana", "after-sales"),))
ANA = Actor("agent", "ana")
WORDS = Text("text:0", "The box was crushed.")
STEP_HOURS = 0.1


# --- The checked move --------------------------------------------------------------------------------------------


def ours(n: int) -> None:
    """To and fro, ``n`` times, with the customer told as the guard."""
    state, told = Phase.COMMUNICATED, True
    for _ in range(n // 2):
        state = INCIDENT.check("A case", state, "resolve", () if told else ("told",))  # type: ignore[assignment]
        state = INCIDENT.check("A case", state, "reopen", () if told else ("told",))  # type: ignore[assignment]


def of_transitions() -> Act:
    """The same with `transitions`."""
    machine = import_module("transitions").Machine

    class Case:
        def told(self) -> bool:
            return True

    case: Any = Case()
    moves = [
        {"trigger": "resolve", "source": "communicated", "dest": "resolved", "conditions": "told"},
        {"trigger": "reopen", "source": "resolved", "dest": "communicated", "conditions": "told"},
    ]
    machine(case, states=["communicated", "resolved"], transitions=moves, initial="communicated", auto_transitions=False)

    def act(n: int) -> None:
        for _ in range(n // 2):
            case.resolve()
            case.reopen()

    return act


def of_statemachine() -> Act:
    """The same with `python-statemachine`."""
    case = _statemachine()()

    def act(n: int) -> None:
        for _ in range(n // 2):
            case.resolve()
            case.reopen()

    return act


def _statemachine() -> Any:
    package = import_module("statemachine")

    class Case(package.StateMachine):  # type: ignore[misc, name-defined]
        communicated = package.State(initial=True)
        resolved = package.State()
        resolve = communicated.to(resolved, cond="told")
        reopen = resolved.to(communicated, cond="told")

        def told(self) -> bool:
            return True

    return Case


# --- A life ------------------------------------------------------------------------------------------------------


def at(hours: float, by: Actor = ANA) -> Circumstances:
    """Circumstances so many hours after the start."""
    return Circumstances(SHOP, START + timedelta(hours=hours), by, confirms={"local": True})


def an_order() -> Order:
    """An order over 30 euros."""
    now, state = at(0), None
    new = orders.Placement(OrderId("o-1"), (Line("A", 3, "10.00"),), CustomerId("c-1"))
    for number, data in enumerate(orders.place(new, now).events, 1):
        state = evolve(state, Event("o-1", number, data, now.at, now.at, str(now.actor), "bench"))
    assert isinstance(state, Order)
    return state


def live(order: Order) -> Incident:
    """Ten commands on one case."""
    new = rules.Report(IncidentId("i-1"), "damaged", WORDS, (order,))
    case: Any = None
    by = START.date() + timedelta(days=5)
    commands: tuple[Callable[[Any, Circumstances], Decision], ...] = (
        lambda i, now: rules.report(new, now),
        lambda i, now: rules.log_conversation(i, "phone", WORDS, now),
        lambda i, now: rules.offer(i, rules.priced(i, [Offer("refund", by, "5.00")], [order], now), order, now),
        lambda i, now: rules.accept(i, "offer-1", [order], now),
        lambda i, now: rules.carry_out(i, "remedy-1", "RF-1", [order], now),
        lambda i, now: rules.resolve(i, None, order, now),
        lambda i, now: Decision((ev.SurveyAnswerReceived(AskId("ask-1"), "csat", 5),)),
        lambda i, now: rules.confirm_satisfaction(i, Evidence.answer("ask-1"), now),
        lambda i, now: rules.close(i, order, now),
        lambda i, now: rules.reopen(i, WORDS, order, now),
    )
    for place, command in enumerate(commands):
        now = at(place * STEP_HOURS)
        for data in command(case, now).events:
            case = evolve(case, Event("i-1", 1, data, now.at, now.at, str(now.actor), "bench"))
    assert isinstance(case, Incident)
    return case


# --- What a case weighs ------------------------------------------------------------------------------------------


def detected(count: int) -> list[Any]:
    """Freshly detected cases of ours."""
    cases = []
    for n in range(count):
        now = START + timedelta(seconds=n)
        reported = rules.report(
            rules.Report(
                IncidentId(str(UUID(int=n))), "damaged", Text(f"text:{UUID(int=n)}", WORDS.value), customer=CustomerId(f"c-{n}")
            ),
            Circumstances(SHOP, now, ANA),
        ).events[0]
        cases.append(evolve(None, Event(str(n), 1, reported, now, now, "agent:ana", "bench")))
    return cases


def with_transitions(count: int) -> list[Any]:
    """As many objects, each with a machine of `transitions`."""
    machine = import_module("transitions").Machine
    states = [phase.value for phase in Phase]
    moves = [{"trigger": m.name, "source": list(m.sources), "dest": m.target} for m in INCIDENT.moves if not m.undoes]

    class Case:
        def __init__(self, n: int) -> None:
            self.id, self.customer, self.at = str(UUID(int=n)), f"c-{n}", START + timedelta(seconds=n)
            self.machine = machine(self, states=states, transitions=moves, initial="detected", auto_transitions=False)

    return [Case(n) for n in range(count)]


def with_statemachine(count: int) -> list[Any]:
    """As many objects, each a machine of `python-statemachine`."""
    kind = _statemachine()
    cases = []
    for n in range(count):
        case = kind()
        case.id, case.customer, case.at = str(UUID(int=n)), f"c-{n}", START + timedelta(seconds=n)
        cases.append(case)
    return cases


def weighed(make: Callable[[int], list[Any]], count: int) -> tuple[float, float]:
    """Bytes and microseconds for each of ``count``."""
    make(10)
    gc.collect()
    begun = perf_counter()
    make(count)
    took = perf_counter() - begun
    gc.collect()
    tracemalloc.start()
    kept = make(count)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / len(kept), took / count * 1e6


# --- Showing it --------------------------------------------------------------------------------------------------


def each(act: Act, n: int) -> float:
    """Microseconds for each of ``n``."""
    begun = perf_counter()
    act(n)
    return (perf_counter() - begun) / n * 1e6


def there(**peers: str) -> Iterator[str]:
    """Which packages are installed; the others are named."""
    for name, module in peers.items():
        try:
            import_module(module)
        except ImportError:
            print(f"{name} is not installed, and left out")
        else:
            yield name


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    wanted.add_argument("--rounds", type=int, default=7)
    wanted.add_argument("--size", type=int, default=100_000)
    given = wanted.parse_args()
    peers = list(there(transitions="transitions", statemachine="statemachine"))
    acts: dict[str, Act] = {"ours": ours}
    acts |= {n: a() for n, a in (("transitions", of_transitions), ("statemachine", of_statemachine)) if n in peers}
    rounds: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(given.rounds):
        for name, act in acts.items():
            rounds[name].append(each(act, 20_000 if name == "ours" else 2_000))
    print("a checked move, microseconds; the median of the rounds, and theirs ÷ ours")
    for name, took in rounds.items():
        ratio = median(a / b for a, b in zip(took, rounds["ours"], strict=True))
        print(f"  {name:14}{median(took):8.2f}{ratio:8.1f}")
    order = an_order()
    lives = [each(lambda n: [live(order) for _ in range(n)], 200) for _ in range(given.rounds)]
    print(f"a life of ten commands, microseconds: {median(lives):.0f}, from {min(lives):.0f} to {max(lives):.0f}")
    print("freshly detected cases: bytes and microseconds each")
    for count in (given.size // 10, given.size):
        print("  {:14}{:8,}{:10.0f}{:8.1f}".format("ours", count, *weighed(detected, count)))
    makers = {"transitions": with_transitions, "statemachine": with_statemachine}
    for name in peers:
        few = max(given.size // 50, 1)
        print("  {:14}{:8,}{:10.0f}{:8.1f}".format(name, few, *weighed(makers[name], few)))


if __name__ == "__main__":
    main()
