"""Each promise of the channel kit can fail: for each there is a channel that breaks it, and the kit names it first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from incidentkit.ports import Channel, Message, ReceiptNews
from incidentkit.testing.contracts import PROMISES, ChannelContract, Fault
from incidentkit.testing.contracts._promises import registered, stage
from tests.saboteurs.channels import BAD_PLUGINS, GOOD_PLUGIN, SABOTEURS, SECRET, Honest

MESSAGE = Message(
    key="message/1",
    to="zuzanna@example.org",
    subject="About your order",
    text="It is on its way.\n",
    at=datetime(2026, 5, 1, tzinfo=UTC),
    sender="shop@example.com",
    name="Zuzanna",
)

PROCESS = ("registering_brings_the_channel", "importing_and_registering_leave_the_world_alone")


def _contract(channel: Callable[..., Any], plugin_: str = "", **settings_: Any) -> ChannelContract:
    class Contract(ChannelContract):
        api = (1, 1)
        plugin = plugin_
        settings: ClassVar[Mapping[str, Any]] = settings_
        secrets = (SECRET,)
        within = 2.0

        def make(self, directory: Path, fault: Fault | None = None) -> Channel:
            made: Channel = channel(directory, fault)
            return made

        def delivered_to(self, channel: Channel) -> int:
            assert isinstance(channel, Honest)
            return len(channel.sent())

        def reports(self, channel: Channel) -> Iterable[ReceiptNews]:
            assert isinstance(channel, Honest)
            return channel.reports()

    return Contract()


def _kept(contract: ChannelContract, promise: str) -> None:
    """The promise's test, as pytest would run it."""
    getattr(contract, f"test_{promise}")()


def _first_broken(contract: ChannelContract) -> str | None:
    """The first promise that does not hold, each tried on one message, without Hypothesis' search for a smaller one."""
    for name, promise in PROMISES.items():
        with stage(contract) as found:
            try:
                promise.check(found, *((MESSAGE,) if promise.drawn else ()))
            except (AssertionError, pytest.fail.Exception):
                return name
            except Exception:  # noqa: BLE001 - a test fails by any error
                return name
    return None


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes the text of a plugin; the kit's own process finds it by its name."""

    def write(text: str) -> str:
        (tmp_path / "saboteur.py").write_text(text)
        return "saboteur"

    monkeypatch.setattr(sys, "path", [str(tmp_path), str(Path(__file__).parents[2]), *sys.path])
    return write


@pytest.fixture
def well_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of its own finds an honest plugin: it is the channel that is at fault here."""
    found = {"channels": ["honest"], "touched": []}
    monkeypatch.setattr("incidentkit.testing.contracts._promises.registered", lambda contract, directory: found)


@pytest.mark.parametrize("promise", [name for name in PROMISES if name not in PROCESS])
def test_an_honest_channel_keeps_the_promise(promise: str) -> None:
    """The kit asks nothing that a channel can't keep."""
    _kept(_contract(Honest), promise)


@pytest.mark.parametrize("promise", PROCESS)
def test_an_honest_plugin_keeps_the_promise(promise: str, plugin: Callable[[str], str]) -> None:
    """The kit asks nothing that a plugin can't keep."""
    _kept(_contract(Honest, plugin(GOOD_PLUGIN)), promise)


def test_a_real_process_finds_what_is_assumed_of_it(plugin: Callable[[str], str], tmp_path: Path) -> None:
    """What the other tests take for an honest plugin's registration is what one brings."""
    found = registered(_contract(Honest, plugin(GOOD_PLUGIN)), tmp_path)

    assert {"channels": ["honest"], "touched": []} == found


@pytest.mark.usefixtures("well_registered")
@pytest.mark.parametrize(("promise", "saboteur"), SABOTEURS)
def test_a_channel_that_breaks_the_promise_is_caught_by_it(promise: str, saboteur: type[Any]) -> None:
    """Of all promises, in their order, the one that it breaks is the first that fails."""
    assert promise == _first_broken(_contract(saboteur))


@pytest.mark.parametrize(("promise", "fault", "text"), BAD_PLUGINS)
def test_a_plugin_that_breaks_the_promise_is_caught_by_it(
    promise: str, fault: str, text: str, plugin: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all promises, in their order, the one that it breaks is the first that fails."""
    monkeypatch.chdir(tmp_path)

    assert promise == _first_broken(_contract(Honest, plugin(text)))


@pytest.mark.usefixtures("well_registered")
def test_an_honest_channel_breaks_none() -> None:
    """The search for a broken promise can come back with nothing."""
    assert _first_broken(_contract(Honest)) is None


def test_the_collected_test_fails_too() -> None:
    """What pytest collects for a broken channel is the check on drawn messages, and fails like it."""
    dropping = dict(SABOTEURS)["a_message_arrives_once"]

    with pytest.raises(AssertionError):
        _kept(_contract(dropping), "a_message_arrives_once")


def test_each_promise_has_a_saboteur() -> None:
    """No promise is in the kit that has not been shown to fail."""
    assert set(PROMISES) == {promise for promise, *_ in [*SABOTEURS, *BAD_PLUGINS]}


def test_a_promise_known_to_be_broken_is_marked() -> None:
    """A reason in ``broken`` makes the test an expected failure, strictly: once it holds, the entry must go."""

    class Known(ChannelContract):
        broken: ClassVar[Mapping[str, str]] = {"the_same_key_arrives_once": "the vendor has no keys"}

    marks = Known.test_the_same_key_arrives_once.pytestmark  # type: ignore[attr-defined]

    assert [("xfail", {"reason": "the vendor has no keys", "strict": True})] == [(m.name, m.kwargs) for m in marks]


def test_a_fault_that_can_not_be_has_no_test() -> None:
    """A promise about a fault that the far side can't have is not collected."""
    spared = type("Spared", (ChannelContract,), {"api": (1, 1), "impossible": {"waiting_has_an_end": "it is a folder"}})

    assert {"test_waiting_has_an_end"} == {f"test_{name}" for name in PROMISES} - set(vars(spared))


@pytest.mark.parametrize("attribute", ["broken", "impossible"])
def test_a_promise_that_does_not_exist_is_refused(attribute: str) -> None:
    """A slip in its name is found when the class is defined."""
    with pytest.raises(TypeError, match="the_same_kee"):
        type("Slip", (ChannelContract,), {attribute: {"the_same_kee": "?"}})


def test_only_faults_can_be_impossible() -> None:
    """What needs no fault of the far side is every channel's to keep."""
    with pytest.raises(TypeError, match="a_message_arrives_once"):
        type("Excused", (ChannelContract,), {"impossible": {"a_message_arrives_once": "too hard"}})


def test_a_newer_promise_stays_off_until_asked_for() -> None:
    """A class that keeps an older contract gets none of the newer promises."""
    old = type("Old", (ChannelContract,), {"api": (0, 9)})

    assert [] == [name for name in vars(old) if name.startswith("test_")]
