"""The built-in observer: a line in the host's log for everything that is written. It names ids, never people."""

from __future__ import annotations

import logging

from incidentkit.hooks import Event, hookimpl

__all__ = ["incidentkit_on_events"]

_log = logging.getLogger("incidentkit")


@hookimpl
def incidentkit_on_events(events: tuple[Event, ...]) -> None:
    """Log each event's type, stream and place in the record, at INFO."""
    if _log.isEnabledFor(logging.INFO):
        for event in events:
            _log.info("%s %s #%d", event.type, event.stream, event.seq)
