"""Reading a shop's files into the record, by a declarative profile."""

from __future__ import annotations

from incidentkit.desk.runtime import Runtime

__all__ = ["Imports"]


class Imports:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
