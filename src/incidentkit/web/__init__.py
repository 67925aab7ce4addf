"""Faces for a browser. Pages are made from values; serving them needs the extra ``web``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from incidentkit.errors import MissingExtra
from incidentkit.web.logs import HideTokens

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from incidentkit.desk.desk import Desk
    from incidentkit.ports import WebhookAdapter

__all__ = ["HideTokens", "app", "check_extra"]


def app(desk: Desk, *, webhooks: Iterable[WebhookAdapter] = (), scoreboard: bool = True) -> Starlette:
    """The pages of one desk as an application that a host mounts under any path.

    Below that path: ``status/TOKEN``, ``answer/TOKEN``, ``survey/TOKEN``, ``preferences/TOKEN``, ``unsubscribe/TOKEN``,
    ``webhooks/NAME`` and ``scoreboard``. The shop's ``pages_url`` is the address of that path from outside. It closes no desk,
    keeps nothing in the process but a count of wrong tokens, and logs no address.

    Args:
        webhooks: who may deliver events, each at its own name.
        scoreboard: whether anybody may see the scoreboard, without cells of fewer than five cases.

    Raises:
        MissingExtra: starlette or itsdangerous is not installed.
        InvalidInput: two adapters of one name, or a name that fits no address.
    """
    check_extra("starlette", "itsdangerous")
    from incidentkit.web.application import application

    return application(desk, tuple(webhooks), scoreboard=scoreboard)


def check_extra(*needed: str) -> None:
    """Refuse where a package is missing.

    Raises:
        MissingExtra: one is.
    """
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            "The pages",
            f"need {' and '.join(needed)}",
            got=f"no {' and no '.join(missing)}",
            next="Install them: pip install 'incidentkit[web]'",
            extra="web",
        )
