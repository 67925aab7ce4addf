"""Metrics for OpenTelemetry: what incidentkit does, how long it takes, and what waits.

`plugin` is what the entry point names. It makes its instruments when it is first called, of the process's meter provider.
"""

from __future__ import annotations

from incidentkit_opentelemetry.telemetry import Telemetry, plugin

__all__ = ["Telemetry", "plugin"]
