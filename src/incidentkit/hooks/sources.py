"""Where plugins come from: what is installed, and what the host gives by hand."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Iterator
from importlib import metadata

from attrs import field, frozen

from incidentkit.errors import PluginError
from incidentkit.hooks.markers import PROJECT

__all__ = ["BLOCK_VARIABLE", "Source", "blocked_by_environment", "given", "installed"]

BLOCK_VARIABLE = "INCIDENTKIT_BLOCK_PLUGINS"
"""The environment variable with the names, separated by commas, of plugins that are not loaded."""


@frozen(eq=False)
class Source:
    """One plugin before it is loaded."""

    name: str
    entry_point: metadata.EntryPoint | None = None
    thing: object = field(default=None, repr=False)

    @property
    def distribution(self) -> str:
        """What was installed to get it; empty when given by hand."""
        return self.entry_point.dist.name if self.entry_point and self.entry_point.dist else ""

    # Read only when asked for: it means parsing the distribution's metadata.
    @property
    def version(self) -> str:
        """The version of that distribution; empty when given by hand."""
        return self.entry_point.dist.version if self.entry_point and self.entry_point.dist else ""

    def load(self, host_version: str) -> object:
        """The plugin itself; its module is imported here and not before.

        Raises:
            PluginError: it can't be imported.
        """
        if self.entry_point is None:
            return self.thing
        try:
            return self.entry_point.load()
        except Exception as error:
            got = f"{type(error).__name__}: {error}"
            raise self.error("must be importable", host_version, got, "Update it, or block it.") from error

    def error(self, rule: str, host_version: str, got: str | None = None, next: str = "") -> PluginError:
        """The error that names this plugin, its version and the host's."""
        version = f" {self.version}" if self.version else ""
        return PluginError(
            f"The plugin {self.name}{version} (incidentkit {host_version})",
            rule,
            got=got,
            next=next,
            plugin=self.name,
            version=self.version,
            host_version=host_version,
        )


def blocked_by_environment() -> frozenset[str]:
    """The names in `BLOCK_VARIABLE`."""
    return frozenset(name.strip() for name in os.environ.get(BLOCK_VARIABLE, "").split(",") if name.strip())


def installed() -> list[Source]:
    """The entry points of our group, by name; nothing is imported."""
    return [Source(point.name, point) for point in sorted(metadata.entry_points(group=PROJECT), key=lambda point: point.name)]


def given(things: Iterable[object]) -> Iterator[Source]:
    """Plugins that the host gives by hand, named like the last part of their module, or like their class."""
    for thing in things:
        if inspect.ismodule(thing) or inspect.isclass(thing):
            yield Source(thing.__name__.rpartition(".")[2], thing=thing)
        else:
            yield Source(type(thing).__name__, thing=thing)
