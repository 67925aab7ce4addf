"""Who is on duty, through the desk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from incidentkit.domain.calendars import Schedule
from incidentkit.domain.rotas import Rota
from incidentkit.errors import InvalidInput, TimeError
from tests.desk.conftest import Opened
from tests.desk.world import SHOP

MADRID = ZoneInfo("Europe/Madrid")


def test_the_desk_tells_who_is_on_duty_and_why(opened: Opened) -> None:
    """Of a team or of all, now or at any time."""
    desk = opened(shop=evolve(SHOP, rotas=(Rota(("ana",), Schedule("Europe/Madrid", {"mon-fri": ("08:00-15:00",)})),)))
    at = datetime(2026, 3, 3, 16, tzinfo=MADRID)

    assert [("ana", "on_shift"), ("eva", "no_shift")] == [(one.agent, one.why) for one in desk.duty("after-sales")]
    assert [("ana", "off_shift"), ("leo", "always"), ("eva", "no_shift")] == [(one.agent, one.why) for one in desk.duty(at=at)]


def test_what_is_not_a_team_or_a_time_is_refused(opened: Opened) -> None:
    """With those that are there."""
    with pytest.raises(InvalidInput, match="after-sales, warehouse"):
        opened().duty("nosuch")
    with pytest.raises(TimeError):
        opened().duty(at=datetime(2026, 3, 3))  # noqa: DTZ001 - on purpose
