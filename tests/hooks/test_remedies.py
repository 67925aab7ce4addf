"""Plugins add kinds of remedies, each under a name of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from incidentkit.desk.opening import open_desk
from incidentkit.domain.shop import Shop
from incidentkit.errors import PluginError
from incidentkit.hooks import PluginContext, RemedyKind, hookimpl

PART = RemedyKind("spare_part", "goods", evidence="parcel", product="other", labels={"en": "spare part"})


class Parts:
    """A plugin that adds these."""

    def __init__(self, *kinds: Any) -> None:
        self.kinds = kinds

    @hookimpl
    def incidentkit_register_remedies(self, context: PluginContext) -> Iterable[Any]:
        """As a warehouse would."""
        return self.kinds


def test_a_kind_of_a_plugin_can_be_offered() -> None:
    """It is there beside those that come with every desk, and the listing names it."""
    with open_desk("sqlite://", Shop(blocked_plugins=("warehouse",)), plugins=(Parts(PART),)) as desk:
        (info,) = [plugin for plugin in desk.plugins.listing() if plugin.remedies]

        assert ("spare_part",) == info.remedies
        assert (PART, "refund") == (desk.plugins.kinds["spare_part"], desk.plugins.kinds["refund"].name)


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ((PART, PART), "spare_part again"),
        ((RemedyKind("refund", "money"),), "refund, which comes with every desk"),
        (("spare_part",), "a str that is no RemedyKind"),
    ],
)
def test_a_kind_is_named_once(kinds: tuple[Any, ...], problem: str) -> None:
    """A name that is taken, and what is no kind, stop the opening."""
    with pytest.raises(PluginError, match=problem):
        open_desk("sqlite://", Shop(blocked_plugins=("warehouse",)), plugins=(Parts(*kinds),))
