"""Loading plugins: what is found, what is refused, and what is said of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import frozen

from incidentkit.delivery import journal, local
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError, PluginError
from incidentkit.hooks import AddressKind, ChannelFeatures, Message, PluginContext, Secret, hookimpl
from incidentkit.hooks.manager import load_plugins
from incidentkit.hooks.plugins import PluginInfo, Plugins

Install = Callable[..., None]

HOOK = "from incidentkit.hooks import hookimpl\n@hookimpl\ndef incidentkit_on_events(events): pass\n"


class Paper:
    """A channel that does nothing."""

    features = ChannelFeatures(confirms=False, idempotent=False)
    address: AddressKind = "email"

    def __init__(self, name: str = "paper") -> None:
        self.name = name

    def send(self, message: Message) -> Receipt:
        return Receipt(ReceiptKind.ACCEPTED)


def _plugin(name: str, bring: Callable[[PluginContext], Any]) -> ModuleType:
    """A module that brings channels."""
    module = ModuleType(name)

    def incidentkit_register_channels(context: PluginContext) -> Any:
        return bring(context)

    module.incidentkit_register_channels = hookimpl(incidentkit_register_channels)  # type: ignore[attr-defined]
    return module


def _load(*extra: object, shop: Shop | None = None, discover: bool = False, directory: Path | None = None) -> Plugins:
    return load_plugins(shop or Shop(), extra=extra, host_version="9.8.7", directory=directory, discover=discover)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with one plugin, found by its entry point; what was imported is forgotten afterwards."""
    before = set(sys.modules)

    def put(name: str, text: str, version: str = "1.2.3", module: str = "") -> None:
        module = module or f"installed_{name}"
        (tmp_path / f"{module}.py").write_text(text)
        info = tmp_path / f"incidentkit_{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: incidentkit-{module}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[incidentkit]\n{name} = {module}\n")

    monkeypatch.syspath_prepend(str(tmp_path))
    yield put
    for name in set(sys.modules) - before:
        if name.startswith("installed_"):
            del sys.modules[name]


def _named(plugins: Plugins, name: str) -> PluginInfo:
    return next(info for info in plugins.listing() if info.name == name)


# --- Found -------------------------------------------------------------------------------------------------------


def test_an_installed_plugin_is_found(install: Install) -> None:
    """A distribution with our entry point is loaded, and listed with its name, version and hooks."""
    install("looker", HOOK)

    info = _named(_load(discover=True), "looker")

    assert PluginInfo("looker", "incidentkit-installed_looker", "1.2.3", ("incidentkit_on_events",)) == info


def test_a_plugin_given_by_hand_is_loaded(tmp_path: Path) -> None:
    """A module brings its channels under the last part of its name."""
    plugins = _load(local, directory=tmp_path)

    hooks = ("incidentkit_register_channels", "incidentkit_register_mailboxes", "incidentkit_register_payers")
    assert (
        PluginInfo("local", "", "", hooks, channels=("local",), mailboxes=("local",), payers=("local",)),
    ) == plugins.listing()
    assert ["local"] == list(plugins.channels) == list(plugins.mailboxes)


def test_an_object_can_be_a_plugin() -> None:
    """An object whose method is marked is a plugin, named by its class."""

    class Stationery:
        @hookimpl
        def incidentkit_register_channels(self, context: PluginContext) -> list[Paper]:
            return [Paper(context.plugin.lower())]

    assert ["stationery"] == list(_load(Stationery()).channels)


def test_a_plugin_that_is_installed_and_given_counts_once(install: Install) -> None:
    """The same module found twice is one plugin."""
    install("installed_twice", HOOK, module="installed_twice")
    import installed_twice  # type: ignore[import-not-found]

    plugins = _load(installed_twice, discover=True)

    assert 1 == sum(info.name == "installed_twice" for info in plugins.listing())
    assert 1 == sum(name == "installed_twice" for name, _ in plugins.observers["incidentkit_on_events"])


def test_the_channels_can_not_be_changed() -> None:
    """What was loaded is read-only."""
    plugins = _load(_plugin("a", lambda _: [Paper()]))

    with pytest.raises(TypeError):
        plugins.channels["other"] = Paper()  # type: ignore[index]


# --- Blocked -----------------------------------------------------------------------------------------------------


def test_a_plugin_that_the_shop_blocks_is_not_imported(install: Install) -> None:
    """A blocked plugin may even be broken: it is listed, and nothing of it runs."""
    install("broken", "raise SystemExit")

    info = _named(_load(shop=Shop(blocked_plugins=("broken",)), discover=True), "broken")

    assert (True, (), ()) == (info.blocked, info.hooks, info.channels)
    assert "installed_broken" not in sys.modules


def test_the_environment_blocks_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """INCIDENTKIT_BLOCK_PLUGINS names plugins, separated by commas."""
    monkeypatch.setenv("INCIDENTKIT_BLOCK_PLUGINS", "paper, local")

    assert {} == dict(_load(local, directory=tmp_path).channels)


# --- Refused -----------------------------------------------------------------------------------------------------


def _refused(*extra: object, discover: bool = False) -> PluginError:
    with pytest.raises(PluginError) as caught:
        _load(*extra, discover=discover)
    return caught.value


@pytest.mark.parametrize("text", ["import nothing_of_that_name", "1 / 0", "def ("])
def test_a_plugin_that_can_not_be_imported_is_named(install: Install, text: str) -> None:
    """The error names the plugin, its version and ours, and keeps its cause."""
    install("broken", text, version="4.5")

    error = _refused(discover=True)

    assert ("broken", "4.5", "9.8.7") == (error.plugin, error.version, error.host_version)
    assert "broken 4.5 (incidentkit 9.8.7)" in str(error)
    assert error.__cause__ is not None


@pytest.mark.parametrize("slip", ["incidentkit_on_event", "incidentkit_register_channel"])
def test_an_unknown_hook_is_refused(slip: str) -> None:
    """A slip in a hook's name is an error, not a hook that is never called."""
    module = ModuleType("slip")
    setattr(module, slip, hookimpl(lambda: None))

    assert slip in str(_refused(module))


def test_an_unknown_argument_is_refused() -> None:
    """A hook that asks for what it is never given is an error."""
    module = ModuleType("slip")
    module.incidentkit_on_events = hookimpl(lambda events, desk: None)  # type: ignore[attr-defined]

    assert "desk" in str(_refused(module))


@pytest.mark.parametrize("thing", [ModuleType("empty"), Paper(), "incidentkit.delivery.local"])
def test_what_has_no_hook_is_no_plugin(thing: object) -> None:
    """A channel itself, a module without hooks or a name in its place is an error that says how to mark hooks."""
    assert "hookimpl" in str(_refused(thing))


def test_two_plugins_of_one_name_are_refused() -> None:
    """Settings and blocking go by name, so a name belongs to one plugin."""
    assert "a name of its own" in str(_refused(_plugin("one", lambda _: []), _plugin("one", lambda _: [])))


def test_two_channels_of_one_name_are_refused() -> None:
    """A channel's name belongs to one channel, and the second plugin is named."""
    error = _refused(_plugin("first", lambda _: [Paper()]), _plugin("second", lambda _: [Paper()]))

    assert ("second", True) == (error.plugin, "paper" in str(error))


@pytest.mark.parametrize("change", [{"name": "Two Words"}, {"name": 3}, {"features": {}}, {"address": "fax"}, {"send": None}])
def test_what_is_no_channel_is_refused(change: dict[str, Any]) -> None:
    """Each part of a channel is looked at while the desk opens, not when the first message goes out."""
    channel = Paper()
    vars(channel).update(change)
    if "send" in change:
        channel = object()  # type: ignore[assignment]

    assert "incidentkit.hooks.Channel" in str(_refused(_plugin("odd", lambda _: [channel])))


def test_a_channel_must_have_what_it_declares() -> None:
    """Declaring lookup without look_up is refused."""
    channel = Paper()
    channel.features = ChannelFeatures(confirms=False, idempotent=False, lookup=True)

    assert "look_up" in str(_refused(_plugin("odd", lambda _: [channel])))


@pytest.mark.parametrize("bring", [lambda _: Paper(), lambda _: 1 / 0, lambda _: (x for x in [1 / 0])])
def test_a_plugin_that_fails_to_register_is_named(bring: Callable[[PluginContext], Any]) -> None:
    """Whatever is raised while registering becomes an error that names the plugin, and shows only the kind of failure."""
    error = _refused(_plugin("failing", bring))

    assert "failing" == error.plugin
    assert error.got in ("TypeError", "ZeroDivisionError")


def test_nothing_at_all_is_brought() -> None:
    """A plugin may return no channels, or None."""
    assert {} == dict(_load(_plugin("none", lambda _: None)).channels)


# --- Settings ----------------------------------------------------------------------------------------------------


@frozen
class Settings:
    """What the plugin under test takes."""

    sender: str
    token: Secret
    retries: int = 3


def _settings(raw: dict[str, Any]) -> Settings:
    seen: list[Settings] = []

    def bring(context: PluginContext) -> list[Paper]:
        seen.append(context.settings(Settings))
        return []

    _load(_plugin("sms", bring), shop=Shop(plugins={"sms": raw}))
    return seen[0]


def test_a_plugin_gets_its_settings_as_its_own_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is read into the plugin's class, and a secret from the environment."""
    monkeypatch.setenv("SMS_TOKEN", "hunter2hunter2")

    settings = _settings({"sender": "Shop", "token": {"env": "SMS_TOKEN"}})

    assert ("Shop", 3, "hunter2hunter2") == (settings.sender, settings.retries, settings.token.reveal())
    assert "hunter2hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"token": {"env": "SMS_TOKEN"}}, "plugins.sms.sender"),
        ({"sender": "Shop", "token": {"env": "SMS_TOKEN"}, "retries": "many"}, "plugins.sms.retries"),
        ({"sender": "Shop", "token": {"env": "SMS_TOKEN"}, "retires": 3}, "plugins.sms.retires"),
        ({"sender": "Shop", "token": "hunter2hunter2"}, "plugins.sms.token"),
        ({"sender": "Shop", "token": {"env": "NOT_SET_ANYWHERE"}}, "plugins.sms.token"),
    ],
)
def test_a_wrong_setting_is_named_by_its_path(monkeypatch: pytest.MonkeyPatch, raw: dict[str, Any], path: str) -> None:
    """Each mistake is a ConfigurationError with its path, and no secret in it."""
    monkeypatch.setenv("SMS_TOKEN", "hunter2hunter2")

    with pytest.raises(ConfigurationError) as caught:
        _settings(raw)

    assert [path] == [str(problem).partition(":")[0] for problem in caught.value.problems]
    assert "hunter2hunter2" not in str(caught.value)


def test_settings_for_no_plugin_are_refused() -> None:
    """``[plugins.NAME]`` for a plugin that is not there is a mistake, above all a misspelt one."""
    with pytest.raises(ConfigurationError, match=r"plugins\.lokal"):
        _load(journal, shop=Shop(plugins={"lokal": {}}))


def test_settings_for_a_blocked_plugin_may_stay() -> None:
    """Blocking a plugin does not ask for its settings to be taken out."""
    shop = Shop(plugins={"sms": {"sender": "Shop"}}, blocked_plugins=("sms",))

    assert {} == dict(_load(journal, shop=shop).channels)


def test_a_plugin_is_told_where_the_store_lies(tmp_path: Path) -> None:
    """The context carries the plugin's name and the store's folder."""
    seen: list[PluginContext] = []

    def bring(context: PluginContext) -> list[Paper]:
        seen.append(context)
        return []

    _load(_plugin("one", bring), directory=tmp_path)

    assert [("one", tmp_path)] == [(context.plugin, context.directory) for context in seen]


def test_a_context_shows_no_settings() -> None:
    """The repr of a context leaves out what may be secret."""
    assert "hunter2" not in repr(PluginContext("sms", {"token": "hunter2"}))
