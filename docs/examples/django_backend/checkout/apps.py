"""The app, as Django finds it."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import AppConfig

log = logging.getLogger(__name__)


class CheckoutConfig(AppConfig):
    """Hears of whatever is written to the record."""

    name = "checkout"

    def ready(self) -> None:
        """Listen."""
        from incidentkit_django import recorded

        recorded.connect(_log_cases, dispatch_uid="checkout")


def _log_cases(*, events: tuple[Any, ...], **_: object) -> None:
    """After the commit, and only then."""
    for event in events:
        if event.type == "incident.reported":
            log.info("a case was opened: %s", event.stream)
