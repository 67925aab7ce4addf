"""Commands as observers are shown them: by name, by how they ended, and by how long they took."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from types import TracebackType
from typing import Self

from incidentkit.domain.health import CommandSeen
from incidentkit.errors import IncidentkitError, RuleViolation
from incidentkit.hooks.plugins import Plugins

__all__ = ["ON_COMMAND", "Watch"]

ON_COMMAND = "incidentkit_on_command"


class Watch:
    """A command under way; at its end observers are shown it."""

    def __init__(self, plugins: Plugins, command: str) -> None:
        self._plugins = plugins
        self._command = command
        self._conflicts = 0

    def conflict(self) -> None:
        """Somebody else was quicker."""
        self._conflicts += 1

    def __enter__(self) -> Self:
        self._began = perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        took = timedelta(seconds=perf_counter() - self._began)
        outcome, code = _ended(error)
        self._plugins.show(ON_COMMAND, command=CommandSeen(self._command, outcome, code, self._conflicts, took))


def _ended(error: BaseException | None) -> tuple[str, str]:
    if error is None:
        return "done", ""
    if not isinstance(error, IncidentkitError):
        return "failed", type(error).__name__
    return ("refused" if isinstance(error, RuleViolation) else "failed"), error.code
