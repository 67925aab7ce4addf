"""When a rule asks: settings that mean something, and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidentkit.domain.shop import Shop, Survey
from incidentkit.domain.surveys import Asking, Scale
from incidentkit.errors import ConfigurationError, InvalidInput

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "given",
    [
        {"moment": "never"},
        {"after": -DAY},
        {"rest": -DAY},
        {"within": -DAY},
        {"within": 5000 * DAY},
        {"every": timedelta(hours=23)},
        {"every": 5000 * DAY},
    ],
    ids=str,
)
def test_settings_that_mean_nothing_are_refused(given: dict[str, Any]) -> None:
    """A moment that there is not, and spans below nothing or without end; the same is not asked twice a day."""
    with pytest.raises(InvalidInput):
        Asking(**{"moment": "after_delivery", **given})


def test_a_window_that_is_not_given_is_that_of_the_moment() -> None:
    """A week after a delivery; a year in which somebody is a customer; else what was given."""
    found = [Asking("after_delivery"), Asking("regularly"), Asking("regularly", within=2 * DAY)]

    assert [7 * DAY, 365 * DAY, 2 * DAY] == [asking.window for asking in found]


def test_an_nps_goes_from_0_to_10() -> None:
    """Another scale has no promoters and detractors."""
    with pytest.raises(ConfigurationError, match=r"surveys\.mood\.kind"):
        Shop(surveys=(Survey("csat"), Survey("mood", Scale(1, 5), "nps")))
