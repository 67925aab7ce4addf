"""Kinds of remedies: what each gives, and what it is called."""

from __future__ import annotations

from typing import Any

import pytest

from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.errors import InvalidInput


def test_the_kinds_that_come_with_every_desk() -> None:
    """Each gives something of its own, and all but an apology leave something to do."""
    said = {kind.name: (kind.gives, kind.takes_units, kind.evidence, kind.product, kind.due) for kind in KINDS.values()}

    assert {
        "substitution": ("goods", True, "order", "other", True),
        "restock": ("nothing", True, "parcel", "same", True),
        "replacement": ("goods", True, "order", "same", True),
        "refund": ("money", True, "refund", "", True),
        "discount": ("money", False, "refund", "", True),
        "store_credit": ("credit", True, "coupon", "", True),
        "apology": ("nothing", False, "none", "", False),
    } == said


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_is_said_in_both_languages(kind: RemedyKind) -> None:
    """Its name, and what carrying it out means."""
    assert ({"en", "es"}, {"en", "es"}) == (set(kind.labels), set(kind.means))


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"name": "Spare part"}, "is a code of 1 to 40 small letters"),
        ({"gives": "love"}, "gives one of money, credit, goods, nothing"),
        ({"product": "any"}, "is of the same or of an other product, or of none"),
        ({"evidence": "A parcel"}, "is a code of 1 to 40 small letters"),
    ],
)
def test_a_bad_kind_is_refused(given: dict[str, Any], rule: str) -> None:
    """The error names what is wrong about it."""
    with pytest.raises(InvalidInput, match=rule):
        RemedyKind(**{"name": "spare_part", "gives": "goods", **given})


@pytest.mark.parametrize(
    ("labels", "said"), [({"de": "Ersatzteil"}, "Ersatzteil"), ({"en": "spare"}, "spare"), ({}, "spare part")]
)
def test_a_kind_is_called_something_in_any_language(labels: dict[str, str], said: str) -> None:
    """By its label in that language, else in English, else by its code in words."""
    assert said == RemedyKind("spare_part", "goods", labels=labels).label("de")


@pytest.mark.parametrize(("gives", "takes"), [("money", True), ("credit", True), ("goods", False), ("nothing", False)])
def test_money_and_credit_have_an_amount(gives: Any, takes: bool) -> None:
    """Nothing else does."""
    assert takes == RemedyKind("gift", gives).takes_amount
