"""What a plugin is told when it registers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import field, frozen

__all__ = ["PluginContext"]

T = TypeVar("T")


@frozen
class PluginContext:
    """A plugin's own settings, and where its files may lie.

    Args:
        plugin: the name of the plugin, as in ``[plugins.NAME]``.
        raw: what stands there, as it was read; use `settings`.
        directory: the folder of the store, for files that belong beside it; None where the store has none.
    """

    plugin: str
    raw: Mapping[str, Any] = field(factory=dict, repr=False)
    directory: Path | None = None

    def settings(self, cls: type[T]) -> T:
        """The plugin's settings as ``cls``, an attrs class. A field of type `Secret` takes ``{ env = "NAME" }`` only.

        Raises:
            ConfigurationError: a setting is wrong or unknown, named with its path; or a secret is not in the environment.
        """
        # Slow to load, and needed only where there are settings.
        from incidentkit.codec.settings import structure_settings

        return structure_settings(cls, self.raw, f"plugins.{self.plugin}")
