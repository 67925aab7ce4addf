"""What an incident is a case of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.causes import CAUSES, Cause
from incidentkit.domain.ids import IncidentId, LineId, OrderId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.money import Money
from incidentkit.domain.orders import WHOLE, Line, Order
from incidentkit.domain.shipments import Shipment
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.rules.signatures import Signature, signatures_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop()
LINES = (Line("cup", 1, "5", id=LineId("1")), Line("tea", 1, "5", id=LineId("2")))
PARCELS = (Shipment("s-1", (("1", 1),), AT, "blue"), Shipment("s-2", (("2", 1),), AT, "red"), Shipment("s-3", (), AT))
ORDER = Order(OrderId("o-1"), AT, Money.parse("10 EUR"), LINES, shipments=PARCELS)
CASE = Incident(IncidentId("i-1"), "late", "minor", Text(""), AT, Owner("after-sales"), orders=(ORDER.id,))


def keys(case: Incident, order: Order = ORDER, shop: Shop = SHOP) -> list[tuple[str, bool]]:
    """What it is a case of, and whether that is all that is known."""
    return [(s.key, s.narrow) for s in signatures_of(case, (order,), shop)]


@pytest.mark.parametrize("cause", [None, "unknown", "gone_from_the_settings"])
def test_a_cause_that_is_not_known_is_nothing(cause: str | None) -> None:
    """Two incidents of unknown causes are never the same."""
    assert [] == keys(evolve(CASE, cause=cause))


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("oversold", [("oversold/product/cup", True), ("oversold/product/tea", True), ("oversold/step/stock", False)]),
        ("carrier_damage", [("carrier_damage/carrier/blue", True), ("carrier_damage/carrier/red", True)]),
        ("wrong_description", [("wrong_description/product/cup", True), ("wrong_description/product/tea", True)]),
        ("picking", [("picking/step/picking", True)]),
        ("wrong_charge", [("wrong_charge/step/payment", True)]),
    ],
)
def test_each_cause_is_about_its_own_kind(cause: str, expected: list[tuple[str, bool]]) -> None:
    """Stock and goods are about products, carriage about carriers, all else about a step, which is always there too."""
    found = keys(evolve(CASE, cause=cause))

    assert expected == found[: len(expected)]
    assert [f"{cause}/step/{CAUSES[cause].step}"] == [key for key, _ in found if "/step/" in key]


def test_only_affected_lines_count() -> None:
    """A case that names its lines is about their products alone."""
    found = keys(evolve(CASE, cause="oversold", lines=(LineId("2"),)))

    assert [("oversold/product/tea", True), ("oversold/step/stock", False)] == found


def test_an_order_without_lines_is_its_own_line() -> None:
    """Where products are not known, the same trouble of the same order is the same again."""
    whole = evolve(ORDER, lines=(Line("*", 1, "10", id=WHOLE),), shipments=())

    assert ("oversold/line/o-1/whole", True) == keys(evolve(CASE, cause="oversold"), whole)[0]


def test_without_a_carrier_the_step_is_all() -> None:
    """What has nothing closer is about its step."""
    assert [("carrier_delay/step/transit", True)] == keys(evolve(CASE, cause="carrier_delay"), evolve(ORDER, shipments=()))


def test_a_cause_of_the_shops_own_goes_by_its_step() -> None:
    """A shop's cause is about what its category or its step says."""
    shop = Shop(causes={**CAUSES, "mislabelled": Cause("mislabelled", "own", "stock")})

    assert ("mislabelled/product/cup", True) == keys(evolve(CASE, cause="mislabelled"), shop=shop)[0]


@given(cause=st.text(min_size=1), kind=st.sampled_from(["product", "line", "carrier", "step"]), subject=st.text())
def test_a_key_says_it_all(cause: str, kind: str, subject: str) -> None:
    """A signature can be read back from its key, so two have one key only if they are the same."""
    signature = Signature(cause, kind, subject)  # type: ignore[arg-type]

    assert signature == Signature.of_key(signature.key)


def test_another_key_is_refused() -> None:
    """A text that is no key is not taken for one."""
    with pytest.raises(ValueError, match="no kind of subject"):
        Signature.of_key("a/b/c")
