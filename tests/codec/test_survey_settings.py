"""Surveys in shop.toml: their kind, when a rule asks, and words of open answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.shop import Survey
from incidentkit.domain.surveys import Asking, Scale
from incidentkit.errors import ConfigurationError

WHOLE = """
[surveys.nps]
low = 0
high = 10
[surveys.nps.asking]
moment = "regularly"
after = "2d"
within = "200d"
every = "90d"
rest = "10d"
[surveys.loyalty]
low = 0
high = 10
kind = "nps"
[step_words.es]
transit = ["furgoneta"]
"""


def test_a_survey_says_when_a_rule_asks() -> None:
    """Every key is read."""
    days = [timedelta(days=n) for n in (2, 200, 90, 10)]

    assert Survey("nps", Scale(0, 10), "nps", Asking("regularly", *days)) == parse_shop(WHOLE).survey("nps")


def test_by_default_no_rule_asks() -> None:
    """Neither in a shop without a file, nor by naming a scale."""
    assert {None} == {s.asking for text in ("", "[surveys.nps]\nlow = 0\nhigh = 10\n") for s in parse_shop(text).surveys}


def test_an_nps_is_known_by_its_name_or_its_kind() -> None:
    """On a scale of 0 to 10; any other survey is a score."""
    shop = parse_shop(WHOLE + "[surveys.mood]\nhigh = 7\n")

    assert {"csat": "csat", "nps": "nps", "loyalty": "nps", "mood": "csat"} == {s.name: s.kind for s in shop.surveys}


def test_the_settings_are_kept_as_they_are() -> None:
    """Through the store and back."""
    shop = parse_shop(WHOLE)

    assert shop == shop_from_json(shop_to_json(shop))
    assert {"es": {"transit": ("furgoneta",)}} == shop.step_words


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('[surveys.x]\nkind = "nps"', "surveys.x.kind"),
        ('[surveys.x.asking]\nmoment = "never"', "surveys.x.asking.moment"),
        ('[surveys.x.asking]\nafter = "1d"', "surveys.x.asking.moment"),
        ('[surveys.x.asking]\nmoment = "regularly"\nafter = "soon"', "surveys.x.asking.after"),
        ('[surveys.x.asking]\nmoment = "regularly"\nevery = "1h"', "surveys.x.asking"),
        ('[surveys.x.asking]\nmoment = "regularly"\nwithin = "9999d"', "surveys.x.asking"),
        ('[step_words.es]\nmars = ["x"]', "step_words.es"),
    ],
)
def test_a_mistake_is_named_at_its_place(text: str, path: str) -> None:
    """With all others."""
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(text)

    assert [path] == [getattr(problem, "path", problem) for problem in caught.value.problems]
