"""The strategies reach everything that there is, and load nothing before it is named."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from enum import Enum
from importlib import import_module
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from incidentkit import domain
from incidentkit.domain.effects import IntentState
from incidentkit.domain.events import EVENT_TYPES, Happening
from incidentkit.domain.incidents import Incident
from incidentkit.domain.incidents import Phase as IncidentPhase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.money import Money, digits
from incidentkit.domain.orders import WHOLE, Order, OrderStatus
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.times import due_instant
from incidentkit.errors import MissingExtra
from incidentkit.testing import strategies
from incidentkit.testing.strategies import _HOME_OF
from incidentkit.testing.strategies._registration import REGISTERED


def seen(
    strategy: st.SearchStrategy[Any],
    keys: Callable[[Any], Iterable[Any]],
    expected: Collection[Any],
    most: int = 4_000,
) -> set[Any]:
    """What is met until all of ``expected`` is, always in the same examples."""
    met: set[Any] = set()

    def enough(value: Any) -> bool:
        met.update(keys(value))
        return met.issuperset(expected)

    effort = settings(max_examples=most, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    with suppress(NoSuchExample):
        find(strategy, enough, settings=effort, random=Random(0))
    return met


def always(strategy: st.SearchStrategy[Any], keys: Callable[[Any], Iterable[Any]], examples: int = 20) -> set[Any]:
    """What is met in so many examples."""
    return seen(strategy, keys, [object()], examples)


# How somebody else's tables are read is written down in files, and drawn by the tests of what reads them.
PROFILES = {"import_dealings", "import_rules", "numbers", "picks", "profile"}


def nouns() -> list[type]:
    """Every frozen class that the domain has, but those of import profiles."""
    names = {found.name for found in pkgutil.walk_packages(domain.__path__, "incidentkit.domain.")}
    modules = [import_module(name) for name in names if name.rpartition(".")[2] not in PROFILES]
    classes = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and attrs.has(kind) and kind.__module__ == module.__name__
    }
    return sorted(classes, key=lambda kind: kind.__name__)


# --- What is reached ---------------------------------------------------------------------------------------------


def test_orders_are_drawn_in_every_status() -> None:
    """Each status is reached by some history."""
    assert set(OrderStatus) == seen(strategies.orders(), lambda order: [order.status], list(OrderStatus))


def test_orders_are_drawn_of_every_sort() -> None:
    """Imported and our own, with and without known lines, promised or not, partly refunded and wholly."""

    def sorts(order: Order) -> list[str]:
        return [
            "passive" if order.passive else "ours",
            "whole" if order.line(WHOLE) else "lines",
            "promised" if order.promise else "unpromised",
            "kept" if not order.refunded else "refunded" if order.refunded == order.captured else "partly refunded",
        ]

    expected = {"passive", "ours", "whole", "lines", "promised", "unpromised", "kept", "refunded", "partly refunded"}
    assert expected == seen(strategies.orders(), sorts, expected)


def test_incidents_are_drawn_in_every_phase() -> None:
    """None is left out."""
    assert set(IncidentPhase) == seen(strategies.incidents(), lambda incident: [incident.phase], list(IncidentPhase))


@pytest.mark.parametrize("phase", list(IncidentPhase))
def test_incidents_are_drawn_in_the_phase_asked_for(phase: IncidentPhase) -> None:
    """And in no other."""
    assert {phase} == always(strategies.incidents(phase), lambda incident: [incident.phase])


def test_what_is_imported_has_no_history_of_silence() -> None:
    """Nobody was asked."""
    with pytest.raises(ValueError, match="what is imported never lapses"):
        always(strategies.incident_histories(IncidentPhase.LAPSED, passive=True), lambda _: [])


def test_incidents_are_drawn_of_every_sort() -> None:
    """Reopened, claimed, told and untold again, with every state of an offer, with a remedy done and one owed."""

    def sorts(incident: Incident) -> set[str]:
        return {
            *(["reopened"] if incident.reopened else []),
            *(["claimed"] if incident.claimed else []),
            *(["untold"] if any(n.lost for n in incident.notices) and not incident.told else []),
            *(["told by message"] if incident.communicated_at and not incident.conversations else []),
            *(f"offer {offer.state}" for offer in incident.offers),
            *("done" if remedy.reference else "owed" for remedy in incident.remedies),
            *(f"proved by {proof.kind}" for proof in [incident.evidence] if proof),
        }

    proofs = {f"proved by {kind}" for kind in ("answer", "conversation", "waiver")}
    expected = {
        "reopened",
        "claimed",
        "untold",
        "told by message",
        "done",
        "owed",
        *proofs,
        *(f"offer {state}" for state in OfferState),
    }
    assert expected == seen(strategies.incidents(), sorts, expected)


BY_THEMSELVES = frozenset(
    {
        *("call.lapsed", "call.listed", "call.made", "call_list.made"),
        *(f"incident.payment_{what}" for what in ("doubted", "failed", "retried", "settled")),
        *("incident.remedy_received", "order.remedy_done", "order.remedy_received", "order.replaced", "order.sent_instead"),
    }
)
"""What follows from several streams at once: drawn as an event, and come by in machines, but in no history of one stream."""


def test_histories_are_made_of_every_event() -> None:
    """Each type of event comes about in some history, but for those that follow from several streams."""
    every, wanted = strategies.histories(), set(EVENT_TYPES) - BY_THEMSELVES

    assert wanted == seen(every, lambda history: [event.type for event in history], wanted, 20_000) - BY_THEMSELVES


def test_events_are_drawn_of_every_type() -> None:
    """By themselves, too."""
    assert set(EVENT_TYPES) == seen(strategies.events(), lambda event: [event.type], EVENT_TYPES, 20_000)


@pytest.mark.parametrize("name", list(EVENT_TYPES))
def test_events_are_drawn_of_the_type_asked_for(name: str) -> None:
    """And of no other."""
    assert {name} == always(strategies.events(name), lambda event: [event.type], 10)


def test_an_unknown_type_of_event_is_refused() -> None:
    """The refusal names those that there are."""
    with pytest.raises(ValueError, match=r"'order.lost' is no type of event; there are .*order.placed"):
        strategies.happenings("order.lost")


@pytest.mark.parametrize(
    ("strategy", "attribute", "values"),
    [
        (strategies.intents(), "state", list(IntentState)),
        (strategies.receipts(), "kind", list(ReceiptKind)),
        (strategies.notices(), "receipt", [None, *ReceiptKind]),
        (strategies.offers(), "kind", list(KINDS)),
        (strategies.remedies(), "kind", list(KINDS)),
        (strategies.evidence(), "kind", ["answer", "conversation", "waiver"]),
        (strategies.actors(), "kind", ["agent", "customer", "host", "rule", "source", "cli"]),
        (strategies.agents(), "role", ["agent", "supervisor"]),
        (strategies.contacts(), "direction", ["in", "out"]),
        (strategies.contacts(), "automatic", [True, False]),
    ],
)
def test_every_word_is_drawn(strategy: st.SearchStrategy[Any], attribute: str, values: Collection[Enum | str | None]) -> None:
    """No kind or state of a noun is left out."""
    assert set(values) == seen(strategy, lambda value: [getattr(value, attribute)], values)


def test_money_is_drawn_with_every_number_of_digits() -> None:
    """None, two and three after the point, and nothing at all."""
    expected = {"0 digits", "2 digits", "3 digits", "something", "nothing"}

    def sorts(amount: Money) -> list[str]:
        return [f"{digits(amount.currency)} digits", "something" if amount else "nothing"]

    assert expected == seen(strategies.money(), sorts, expected)


@given(st.data())
def test_money_keeps_to_what_is_asked(data: st.DataObject) -> None:
    """The currency, the highest amount, and never nothing."""
    top = data.draw(strategies.money(above_zero=True))
    drawn = data.draw(strategies.money(at_most=top, above_zero=True))

    assert drawn
    assert drawn <= top


@given(strategies.orders(currency="JPY", passive=True), strategies.incidents(passive=False))
def test_histories_keep_to_what_is_asked(order: Order, incident: Incident) -> None:
    """The currency, and whether it is imported."""
    assert ("JPY", True, False) == (order.currency, order.passive, incident.passive)


@given(strategies.incidents(passive=True))
def test_imported_incidents_are_silent(incident: Incident) -> None:
    """No deadline is set and no message is planned for them."""
    assert (None, None, ()) == (incident.deadlines.communicate_by, incident.deadlines.resolve_by, incident.notices)


@given(strategies.shops(), strategies.dues())
def test_a_shops_zone_can_be_reckoned_in(shop: Any, due: Any) -> None:
    """Every drawn due time ends at some instant in every drawn shop."""
    assert due_instant(due, shop.zone).utcoffset() is not None


# --- from_type ---------------------------------------------------------------------------------------------------


def test_every_noun_is_registered() -> None:
    """No class of the domain is left to be guessed field by field."""
    assert set() == set(nouns()) - set(REGISTERED)


@pytest.mark.parametrize("kind", [*nouns(), Happening], ids=lambda kind: kind.__name__)
def test_from_type_draws_a_noun(kind: type) -> None:
    """from_type gives values of that class, made by our strategies."""
    strategies.register()

    assert {True} == always(st.from_type(kind), lambda value: [isinstance(value, kind)], 5)


def test_from_type_draws_only_states_that_can_be_reached() -> None:
    """An order by its type comes from a history: its parcels carry what its lines say."""
    strategies.register()

    def agrees(order: Order) -> list[bool]:
        carried = sum(count for parcel in order.shipments for _, count in parcel.units)
        return [carried == sum(line.shipped for line in order.lines)]

    assert {True} == always(st.from_type(Order), agrees)


# --- Loading -----------------------------------------------------------------------------------------------------


def test_each_public_name_has_one_home() -> None:
    """What __all__ lists is what the modules give, each with its documentation."""
    functions = {name: getattr(strategies, name) for name in strategies.__all__}

    assert set(strategies.__all__) == {*_HOME_OF, "register"}
    assert sorted(strategies.__all__) == strategies.__all__ == dir(strategies)
    assert [] == [name for name, function in functions.items() if not function.__doc__]
    with pytest.raises(AttributeError, match="no_such"):
        strategies.no_such  # noqa: B018 - naming it is the point


def test_without_hypothesis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A strategy that can't be loaded says what to install."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)

    with pytest.raises(MissingExtra, match=r"incidentkit\[testing\]") as missing:
        strategies.orders  # noqa: B018 - naming it is the point
    assert "testing" == missing.value.extra


@pytest.mark.parametrize(
    ("module", "unloaded"),
    [
        ("incidentkit.testing", ("hypothesis", "pytest", "incidentkit.domain", "attrs")),
        ("incidentkit.testing.strategies", ("hypothesis", "pytest", "incidentkit.domain", "attrs")),
    ],
)
def test_importing_loads_nothing_heavy(module: str, unloaded: tuple[str, ...]) -> None:
    """The simulator's floor works without Hypothesis, and whoever has Hypothesis pays for our nouns when they are used."""
    code = f"import sys, {module}; print([name for name in {unloaded!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
