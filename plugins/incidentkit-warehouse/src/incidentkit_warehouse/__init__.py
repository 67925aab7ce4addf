"""Lead measures of a warehouse, over numbers that its people enter by hand, and spare parts as a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incidentkit.errors import ConfigurationError
from incidentkit.hooks import Measure, PluginContext, RemedyKind, hookimpl, reading_measure
from incidentkit_warehouse.settings import Settings

__all__ = ["Settings", "incidentkit_register_measures", "incidentkit_register_remedies"]


@hookimpl
def incidentkit_register_measures(context: PluginContext) -> Iterable[Measure]:
    """Those that the shop wants."""
    settings = context.settings(Settings)
    made = {measure.name: measure for measure in _measures(settings)}
    unknown = [name for name in settings.measures if name not in made]
    if unknown:
        where = f"plugins.{context.plugin}"
        problem = f"{where}.measures: expected some of {', '.join(made)}, found {', '.join(unknown)}"
        rule, step = "must name measures that it has", "Correct the names."
        raise ConfigurationError(where, rule, got=problem, next=step, problems=(problem,))
    return [made[name] for name in dict.fromkeys(settings.measures or made)]


@hookimpl
def incidentkit_register_remedies(context: PluginContext) -> Iterable[RemedyKind]:
    """A part of a product is sent, and the product stays where it is."""
    return [
        RemedyKind(
            "spare_part",
            "goods",
            takes_units=False,
            evidence="parcel",
            product="other",
            labels={"en": "spare part", "es": "pieza de recambio"},
            means={"en": "a part of the product is sent", "es": "se envía una pieza del producto"},
        )
    ]


def _measures(settings: Settings) -> Iterator[Measure]:
    yield reading_measure(
        "packaging_checks_passed_rate",
        "share",
        "parcels packed as they should be ÷ parcels that were looked at before they left",
        title="Packaging checks passed",
        maturity=settings.late_entries,
    )
    yield reading_measure(
        "goods_received_in_order_rate",
        "share",
        "deliveries that came whole, undamaged and as ordered ÷ deliveries received",
        title="Goods received in order",
        maturity=settings.late_entries,
    )
    yield reading_measure(
        "calls_made",
        "count",
        "customers whom somebody rang of their own accord",
        unit="calls",
        title="Calls made",
        maturity=settings.late_entries,
    )
