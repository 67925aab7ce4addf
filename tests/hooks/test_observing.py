"""Looking on: every observer sees what was committed, and none can disturb."""

from __future__ import annotations

import inspect
import logging
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from incidentkit.delivery import journal
from incidentkit.domain.events import Event, OrderConfirmed, StatusPublished
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.hooks import hookimpl, specs
from incidentkit.hooks.manager import load_plugins
from incidentkit.hooks.plugins import Plugins

AT = datetime(2026, 5, 1, tzinfo=UTC)
EVENTS = (
    Event("order-1", 1, OrderConfirmed(), AT, AT, "agent:ana", "confirm", seq=7),
    Event("order-1", 2, StatusPublished(Text("text-1", "Zuzanna's parcel")), AT, AT, "agent:ana", "publish_status", seq=8),
)


class Notebook:
    """Writes down what it sees."""

    def __init__(self) -> None:
        self.seen: list[tuple[Event, ...]] = []

    @hookimpl
    def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
        self.seen.append(events)


def _failing(name: str) -> ModuleType:
    module = ModuleType(name)

    @hookimpl
    def incidentkit_on_events(events: tuple[Event, ...]) -> None:
        raise RuntimeError("could not write to zuzanna@example.com")

    module.incidentkit_on_events = incidentkit_on_events  # type: ignore[attr-defined]
    return module


def _load(*extra: object) -> Plugins:
    return load_plugins(Shop(), extra=extra, host_version="1", directory=None, discover=False)


def test_an_observer_sees_what_was_committed() -> None:
    """It is called once, with the events in their order."""
    notebook = Notebook()

    _load(notebook).observe(EVENTS)

    assert [EVENTS] == notebook.seen


def test_nothing_committed_calls_nobody() -> None:
    """No events, no call."""
    notebook = Notebook()

    _load(notebook).observe(())

    assert [] == notebook.seen


def test_an_observer_that_fails_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The others are called, whichever was registered first, and the caller learns nothing of it."""
    notebook = Notebook()

    _load(_failing("before"), notebook, _failing("after")).observe(EVENTS)

    assert [EVENTS] == notebook.seen
    assert ["before", "after"] == [record.args[0] for record in caplog.records if isinstance(record.args, tuple)]


def test_a_failure_is_logged_without_what_it_said(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the plugin, the kind of failure and its place; the text may be personal and stays out."""
    _load(_failing("failing")).observe(EVENTS)

    assert ["ERROR"] == [record.levelname for record in caplog.records]
    assert "plugin failing failed in incidentkit_on_events: RuntimeError at" in caplog.text
    assert "test_observing.py" in caplog.text
    assert "zuzanna" not in caplog.text


def test_the_journal_logs_each_event_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    """The built-in observer logs type, stream and place of each event."""
    with caplog.at_level(logging.INFO, logger="incidentkit"):
        _load(journal).observe(EVENTS)

    assert ["order.confirmed order-1 #7", "order.status_published order-1 #8"] == caplog.messages


def test_the_journal_is_silent_unless_asked(caplog: pytest.LogCaptureFixture) -> None:
    """Above INFO nothing is logged."""
    with caplog.at_level(logging.WARNING, logger="incidentkit"):
        _load(journal).observe(EVENTS)

    assert [] == caplog.messages


@pytest.mark.parametrize("name", specs.__all__)
def test_a_hook_keeps_to_what_pluggy_can_pass(name: str) -> None:
    """Every argument is plain and without a default, every hook is documented and belongs to one of the two families."""
    hook: Any = getattr(specs, name)
    parameters = inspect.signature(hook).parameters.values()

    assert {(inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty)} == {(p.kind, p.default) for p in parameters}
    assert name.startswith(("incidentkit_register_", "incidentkit_on_"))
    assert (hook.__doc__ or "").startswith("Called ")


@pytest.mark.parametrize("name", specs.__all__)
def test_a_hook_has_a_plugin_of_ours(name: str) -> None:
    """No hook is there that nothing uses."""
    from incidentkit.delivery import local
    from incidentkit.delivery.inbound import plugin as mail

    warehouse = pytest.importorskip("incidentkit_warehouse")
    ours = (journal, local, mail, warehouse, pytest.importorskip("incidentkit_opentelemetry").plugin)

    assert any(hasattr(plugin, name) for plugin in ours)
