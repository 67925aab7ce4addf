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

__all__ = ["CHARTS", "HideTokens", "app", "board_app", "check_extra"]

CHARTS = ("altair", "vl_convert")
"""What draws the charts of the scoreboard."""


def app(desk: Desk, *, webhooks: Iterable[WebhookAdapter] = (), scoreboard: bool = True) -> Starlette:
    """The pages of one desk as an application that a host mounts under any path.

    Below that path: ``status/TOKEN``, ``answer/TOKEN``, ``survey/TOKEN``, ``preferences/TOKEN``, ``unsubscribe/TOKEN``,
    ``webhooks/NAME`` and ``scoreboard``. The shop's ``pages_url`` is the address of that path from outside. It closes no desk,
    keeps nothing in the process but a count of wrong tokens, and logs no address.

    Args:
        webhooks: who may deliver events, each at its own name.
        scoreboard: whether anybody may see the scoreboard, without cells of fewer than five cases.

    Raises:
        MissingExtra: starlette or itsdangerous is not installed; or, with a scoreboard, what draws its charts.
        InvalidInput: two adapters of one name, or a name that fits no address.
    """
    check_extra("starlette", "itsdangerous")
    if scoreboard:
        check_extra(*CHARTS, extra="report")
    from incidentkit.web.application import application

    return application(desk, tuple(webhooks), scoreboard=scoreboard)


def board_app(desk: Desk) -> Starlette:
    """The shop's own pages as an application: its whole scoreboard, and for each figure its definition and its rows.

    Mount it where only the shop's people come: it asks nobody who they are. Below that path: the scoreboard itself, and
    ``figures/NAME?by=week&statistic=value``.

    Raises:
        MissingExtra: starlette is not installed, or what draws the charts.
    """
    check_extra("starlette", "itsdangerous")
    check_extra(*CHARTS, extra="report")
    from incidentkit.web.application import board_application

    return board_application(desk)


def check_extra(*needed: str, extra: str = "web") -> None:
    """Refuse where a package is missing.

    Args:
        extra: the extra that brings it.

    Raises:
        MissingExtra: one is.
    """
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            "The pages" if extra == "web" else "The charts of the scoreboard",
            f"need {' and '.join(needed)}",
            got=f"no {' and no '.join(missing)}",
            next=f"Install them: pip install 'incidentkit[{extra}]'",
            extra=extra,
        )
