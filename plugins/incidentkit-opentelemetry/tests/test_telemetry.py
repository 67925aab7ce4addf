"""What a collector gets of a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from incidentkit_opentelemetry import Telemetry, plugin

LINES = [ik.Line("mug", 1, "9.50")]
EVA = ik.Customer("eva-7", name="Eva Sol", email="eva@example.com")


@pytest.fixture
def reader() -> Iterator[InMemoryMetricReader]:
    """Collects when it is asked."""
    collected = InMemoryMetricReader()
    yield collected
    collected.shutdown()


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def desk(reader: InMemoryMetricReader, clock: ManualClock) -> Iterator[ik.Desk]:
    """A desk that is measured."""
    meter = MeterProvider([reader]).get_meter("test")
    # The installed one measures for the whole process; this desk has one of its own.
    shop = ik.Shop(blocked_plugins=("opentelemetry",))
    with ik.open_desk("sqlite://", shop, plugins=[Telemetry(meter)], clock=clock) as opened:
        yield opened


def points(reader: InMemoryMetricReader, name: str) -> dict[tuple[tuple[str, Any], ...], Any]:
    """The data points of a metric by their attributes, as values or, of a histogram, as counts."""
    data = reader.get_metrics_data()
    found = [
        metric
        for resource in (data.resource_metrics if data is not None else ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == f"incidentkit.{name}"
    ]
    each: list[Any] = [point for metric in found for point in metric.data.data_points]
    return {tuple(sorted((point.attributes or {}).items())): _amount(point) for point in each}


def _amount(point: Any) -> Any:
    return point.value if hasattr(point, "value") else point.count


def test_commands_are_counted_by_outcome(desk: ik.Desk, reader: InMemoryMetricReader) -> None:
    """One that was done, and one that was refused with its code."""
    order = desk.orders.place(customer=EVA, lines=LINES)
    with pytest.raises(ik.RuleViolation) as refused:
        desk.orders.deliver(order.id)
    found = points(reader, "commands")

    assert {
        (("code", ""), ("command", "orders.place"), ("outcome", "done")): 1,
        (("code", refused.value.code), ("command", "orders.deliver"), ("outcome", "refused")): 1,
    } == found


def test_commands_are_timed(desk: ik.Desk, reader: InMemoryMetricReader) -> None:
    """Each once, by its name and outcome."""
    desk.orders.place(customer=EVA, lines=LINES)

    assert {(("command", "orders.place"), ("outcome", "done")): 1} == points(reader, "command.duration")


def test_events_are_counted_by_type(desk: ik.Desk, reader: InMemoryMetricReader) -> None:
    """What was written."""
    with desk.batch():
        for _ in range(3):
            desk.orders.place(customer=EVA, lines=LINES)

    assert 3 == points(reader, "events")[(("type", "order.placed"),)]


def test_messages_are_counted_and_timed(desk: ik.Desk, reader: InMemoryMetricReader, clock: ManualClock) -> None:
    """By their channel, purpose and what became of them."""
    desk.orders.place(customer=EVA, lines=LINES)
    clock.advance(minutes=2)
    desk.send_due()
    kind = (("channel", "local"), ("purpose", "service"))

    assert {(*kind, ("reason", ""), ("state", "done")): 1} == points(reader, "messages")
    desk.orders.place(customer=EVA, lines=LINES)
    desk.send_due()
    assert 2 == points(reader, "message.delay")[kind]


def test_what_waits_is_measured_after_a_round(desk: ik.Desk, reader: InMemoryMetricReader, clock: ManualClock) -> None:
    """How much, for how long, and whether that is well."""
    desk.orders.place(customer=EVA, lines=LINES)
    clock.advance(minutes=20)
    desk.tick()
    late = points(reader, "waiting.age")[(("kind", "messages"), ("tenant", "default"))]
    ill = points(reader, "healthy")[(("tenant", "default"),)]
    desk.send_due()

    assert (timedelta(minutes=20).total_seconds(), 0) == (late, ill)
    assert 1 == points(reader, "healthy")[(("tenant", "default"),)]
    assert 0 == points(reader, "waiting")[(("kind", "messages"), ("tenant", "default"))]


def test_nothing_personal_is_measured(desk: ik.Desk, reader: InMemoryMetricReader) -> None:
    """No name, address or key of a person is in what a collector gets."""
    case = desk.incidents.report(desk.orders.place(customer=EVA, lines=LINES).id, "damaged", "Broken, says Eva Sol.")
    desk.incidents.notify(case.id)
    desk.send_due()
    data = reader.get_metrics_data()
    told = "" if data is None else data.to_json()

    assert "incidentkit.commands" in told
    assert [] == [word for word in ("Eva", "eva-7", "eva@example.com", "Broken") if word in told]


def test_the_entry_point_names_the_plugin() -> None:
    """It is found by a desk that looks for plugins."""
    with ik.open_desk("sqlite://") as desk:
        found = {info.name: info for info in desk.plugins.listing()}

    assert "incidentkit-opentelemetry" == found["opentelemetry"].distribution
    assert isinstance(plugin, Telemetry)
    assert "incidentkit_on_health" in found["opentelemetry"].hooks
