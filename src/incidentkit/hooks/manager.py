"""Loading plugins: found, imported, checked and asked for what they bring."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import pluggy
from attrs import frozen

from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError, PluginError, SetupError
from incidentkit.hooks import specs
from incidentkit.hooks.context import PluginContext
from incidentkit.hooks.markers import PROJECT
from incidentkit.hooks.plugins import PluginInfo, Plugins
from incidentkit.hooks.sources import Source, blocked_by_environment, given, installed
from incidentkit.measures.measure import Measure
from incidentkit.ports import AddressKind, ChannelFeatures, LookUp, PayerFeatures, PayerLookUp, PayerRefunds

__all__ = ["load_plugins"]

_ON = "_on_"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_MEASURE = re.compile(r"[a-z][a-z0-9_]{0,63}")


def load_plugins(
    shop: Shop,
    *,
    extra: Iterable[object] = (),
    host_version: str,
    directory: Path | None,
    discover: bool = True,
) -> Plugins:
    """Every plugin that is installed or given, without those that the shop or the environment blocks.

    Args:
        extra: modules or objects with hooks, besides the installed ones; one that is installed too counts once.
        host_version: ours, for errors.
        directory: the folder of the store; None where it has none.
        discover: False looks at ``extra`` only.

    Raises:
        PluginError: one can't be loaded, has an unknown hook, or brings a channel that is not one or not the only of its name.
        ConfigurationError: ``[plugins.NAME]`` for no plugin, or with wrong settings.
    """
    blocked = frozenset(shop.blocked_plugins) | blocked_by_environment()
    loader = _Loader(host_version)
    found = [*(installed() if discover else ()), *given(extra)]
    loader.register([source for source in found if source.name not in blocked])
    _check_settings(shop, {source.name for source in found} | blocked)
    contexts = {name: PluginContext(name, shop.plugins.get(name, {}), directory) for name in loader.sources}
    brought = {kind.things: {name: tuple(loader.things(kind, name, contexts[name])) for name in contexts} for kind in _KINDS}
    channels, inbound, mailboxes, measures, payers, remedies = (loader.by_name(kind, brought[kind.things]) for kind in _KINDS)
    loader.refuse_shared(inbound, mailboxes)
    _check_payer(shop, payers)
    return Plugins(
        channels=MappingProxyType(channels),
        observers=MappingProxyType({hook: tuple(loader.callers(hook)) for hook in specs.__all__ if _ON in hook}),
        inform=lambda: _listing(found, loader, brought),
        inbound=MappingProxyType(inbound),
        mailboxes=MappingProxyType(mailboxes),
        measures=MappingProxyType(measures),
        payers=MappingProxyType(payers),
        remedies=MappingProxyType(remedies),
    )


def _check_settings(shop: Shop, known: set[str]) -> None:
    problems = [
        f"plugins.{name}: expected one of {', '.join(sorted(known)) or 'none'}, found no such plugin"
        for name in shop.plugins
        if name not in known
    ]
    if problems:
        raise ConfigurationError(
            "The shop's settings",
            "must be for plugins that are there",
            got="; ".join(problems),
            next="Install the plugin or correct its name.",
            problems=tuple(problems),
        )


def _check_payer(shop: Shop, payers: Mapping[str, Any]) -> None:
    if shop.payer and shop.payer not in payers:
        known = f"expected one of {', '.join(sorted(payers)) or 'none'}, or nothing"
        raise ConfigurationError(
            "The shop's settings",
            "must name a payer that is there",
            got=shop.payer,
            next="Install its plugin, correct its name, or leave payer out: people pay then.",
            problems=(f"payer: {known}, found {shop.payer!r}",),
        )


def _listing(
    found: Iterable[Source], loader: _Loader, brought: Mapping[str, Mapping[str, tuple[Any, ...]]]
) -> tuple[PluginInfo, ...]:
    once: dict[str, Source] = {}
    for source in found:
        once.setdefault(source.name, source)
    return tuple(
        PluginInfo(
            name,
            source.distribution,
            source.version,
            hooks=loader.hooks(name),
            blocked=name not in loader.sources,
            **{things: tuple(thing.name for thing in by.get(name, ())) for things, by in brought.items()},
        )
        for name, source in once.items()
    )


class _Loader:
    """Plugins in the making, on one plugin manager."""

    def __init__(self, host_version: str) -> None:
        self.sources: dict[str, Source] = {}
        self._host_version = host_version
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(specs)

    def register(self, sources: Iterable[Source]) -> None:
        """Import and check each."""
        for source in sources:
            self._register(source, source.load(self._host_version))

    def _register(self, source: Source, plugin: object) -> None:
        earlier = self._manager.get_plugin(source.name)
        if earlier is plugin and plugin is not None:
            return
        if earlier is not None:
            raise self._error(source, "must have a name of its own", "another of that name", "Rename or block one of them.")
        try:
            self._manager.register(plugin, source.name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise self._error(source, "must implement hooks as they are specified", " ".join(str(error).split())) from error
        if not self._manager.get_hookcallers(plugin):
            raise self._error(source, "must implement a hook", "none", "Mark its functions with incidentkit.hooks.hookimpl.")
        self.sources[source.name] = source

    def hooks(self, name: str) -> tuple[str, ...]:
        """The hooks that a plugin implements."""
        plugin = self._manager.get_plugin(name)
        callers = self._manager.get_hookcallers(plugin) if plugin is not None else None
        return tuple(sorted(caller.name for caller in callers or ()))

    def callers(self, hook: str) -> Iterator[tuple[str, Callable[..., Any]]]:
        """For each plugin that implements ``hook``: a call that reaches this plugin alone."""
        plugins = self._manager.list_name_plugin()
        for name, plugin in plugins:
            if hook in self.hooks(name):
                yield name, self._manager.subset_hook_caller(hook, [other for _, other in plugins if other is not plugin])

    def things(self, kind: _Kind, name: str, context: PluginContext) -> Iterator[Any]:
        """The things of one kind that a plugin brings, each looked over."""
        caller = dict(self.callers(f"incidentkit_register_{kind.things}")).get(name)
        if caller is None:
            return
        source = self.sources[name]
        try:
            found = [thing for things in caller(context=context) for thing in things]
        except SetupError:
            raise
        except Exception as error:
            # The text of a foreign error may hold a secret of the settings.
            raise self._error(source, f"must register its {kind.nouns}", type(error).__name__) from error
        for thing in found:
            problem = kind.fault(thing)
            if problem:
                raise self._error(source, f"must bring {kind.nouns} that keep to incidentkit.hooks.{kind.port}", problem)
            yield thing

    def by_name(self, kind: _Kind, brought: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
        """All things of one kind by their names; a name may be given once."""
        named: dict[str, Any] = {}
        for plugin, some in brought.items():
            for thing in some:
                if thing.name in named:
                    got, step = f"{thing.name} again", "Block one of the plugins."
                    raise self._error(self.sources[plugin], f"must name its {kind.nouns} anew", got, step)
                named[thing.name] = thing
        return named

    def refuse_shared(self, inbound: Mapping[str, Any], mailboxes: Mapping[str, Any]) -> None:
        """The inbox tells sources apart by name alone."""
        shared = sorted(inbound.keys() & mailboxes.keys())
        if shared:
            raise PluginError(
                f"The mailbox {shared[0]}",
                "must not be called like an inbound adapter",
                got="the same name twice",
                next="Rename it in the plugin's settings.",
                plugin="",
                version="",
                host_version=self._host_version,
            )

    def _error(self, source: Source, rule: str, got: str, next: str = "") -> PluginError:
        return source.error(rule, self._host_version, got, next)


def _misnamed(thing: Any, *parts: str) -> str | None:
    lacking = [name for name in ("name", *parts) if not hasattr(thing, name)]
    if lacking:
        return f"a {type(thing).__name__} without {', '.join(lacking)}"
    if not isinstance(thing.name, str) or not _NAME.fullmatch(thing.name):
        return "a name that is not small letters, digits, - and _"
    return None


def _not_a_channel(channel: Any) -> str | None:
    """What keeps it from being a channel. Types are checked, for a plugin need not be."""
    problem = _misnamed(channel, "features", "address", "send")
    if problem:
        return problem
    if not isinstance(channel.features, ChannelFeatures):
        return f"features that are a {type(channel.features).__name__}"
    if channel.address not in get_args(AddressKind):
        return f"an address that is none of {', '.join(get_args(AddressKind))}"
    if channel.features.lookup and not isinstance(channel, LookUp):
        return "the feature lookup without look_up"
    return None


def _not_a_payer(payer: Any) -> str | None:
    problem = _misnamed(payer, "features", "pay")
    if problem:
        return problem
    if not isinstance(payer.features, PayerFeatures):
        return f"features that are a {type(payer.features).__name__}"
    if payer.features.lookup and not isinstance(payer, PayerLookUp):
        return "the feature lookup without look_up"
    if payer.features.refunds and not isinstance(payer, PayerRefunds):
        return "the feature refunds without refunds_of"
    return None


def _not_a_measure(measure: Any) -> str | None:
    if not isinstance(measure, Measure):
        return f"a {type(measure).__name__} that is no Measure"
    return None if _MEASURE.fullmatch(measure.name) else "a name that is not small letters, digits and _"


def _not_a_remedy(kind: Any) -> str | None:
    if not isinstance(kind, RemedyKind):
        return f"a {type(kind).__name__} that is no RemedyKind"
    return f"{kind.name}, which comes with every desk" if kind.name in KINDS else None


@frozen
class _Kind:
    """One kind of thing that plugins register: its hook and field are named by ``things``.

    Args:
        fault: what keeps a thing from being one.
    """

    things: str
    nouns: str
    port: str
    fault: Callable[[Any], str | None]


_KINDS = (
    _Kind("channels", "channels", "Channel", _not_a_channel),
    _Kind("inbound", "inbound adapters", "InboundAdapter", lambda thing: _misnamed(thing, "read")),
    _Kind("mailboxes", "mailboxes", "Mailbox", lambda thing: _misnamed(thing, "fetch")),
    _Kind("measures", "measures", "Measure", _not_a_measure),
    _Kind("payers", "payers", "Payer", _not_a_payer),
    _Kind("remedies", "kinds of remedies", "RemedyKind", _not_a_remedy),
)
