"""The demo's shop: its teams, agents, protocols and scoreboard."""

from __future__ import annotations

from attrs import evolve

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.rates import Rate
from incidentkit.domain.shop import Agent, ScoreboardLine, Shop, Team
from incidentkit.testing.simulator.days import CLOSES, OPENS, ZONE
from incidentkit.testing.simulator.queries import RATES

__all__ = ["CARRIERS", "PRODUCTS", "TEAM_OF", "demo_shop"]

TEAM_OF = {
    "out_of_stock": "warehouse",
    "wrong_product": "warehouse",
    "missing_item": "warehouse",
    "billing": "billing",
}
"""Who is accountable for a type; after-sales for every other."""

PRODUCTS = {
    "LAMP-OAK": "64.90",
    "LAMP-PAPER": "29.95",
    "CHAIR-ASH": "119.00",
    "STOOL-PINE": "45.50",
    "SHELF-2": "79.00",
    "SHELF-4": "138.00",
    "RUG-JUTE": "89.90",
    "RUG-WOOL": "210.00",
    "CUSHION-BLUE": "18.50",
    "CUSHION-SAND": "18.50",
    "BLANKET": "39.90",
    "MUG-SET": "24.00",
    "BOWL-LARGE": "16.75",
    "PLATES-6": "48.00",
    "VASE-TALL": "32.20",
    "MIRROR-60": "74.95",
    "CLOCK-WALL": "41.00",
    "HOOKS-5": "12.90",
    "CANDLE-3": "9.80",
    "BASKET": "21.40",
}
"""What it sells, with prices in euros."""

CARRIERS = ("Rayo", "Cartero", "Norte Express")

_HOUR, _DAY = 3600.0, 86_400.0


def demo_shop(language: str = "en") -> Shop:
    """The settings that the demo runs with.

    Args:
        language: ``en`` or ``es``: of messages to customers whose own is not known.
    """
    return Shop(
        name="Casa Lumbre",
        zone=ZONE,
        language=language,
        sender="hola@casa-lumbre.example",
        teams=(Team("after-sales"), Team("warehouse"), Team("billing", escalation=("ana",))),
        agents=(
            Agent("ana", "after-sales", "supervisor"),
            Agent("luis", "after-sales"),
            Agent("sara", "after-sales"),
            Agent("marta", "warehouse", "supervisor"),
            Agent("ivan", "warehouse"),
            Agent("jon", "billing"),
        ),
        protocols=tuple(evolve(p, team=TEAM_OF.get(p.type, "after-sales"), update_every=None) for p in DEFAULT_PROTOCOLS),
        calendar="shop",
        calendars={"shop": Calendar("shop", Schedule(ZONE, {"mon-sun": (f"{OPENS:02}:00-{CLOSES:02}:00",)}))},
        rates=tuple(Rate(channel, amount) for channel, amount in RATES.items()),
        scoreboard=_scoreboard(),
    )


def _scoreboard() -> tuple[ScoreboardLine, ...]:
    return (
        ScoreboardLine("order_confirmation_time", _HOUR, "down", statistic="p50"),
        ScoreboardLine("delivery_time", 5 * _DAY, "down", statistic="p90"),
        ScoreboardLine("on_time_delivery_rate", 0.9, "up"),
        ScoreboardLine("incident_rate", 0.1, "down"),
        ScoreboardLine("incident_resolution_time", 2 * _DAY, "down", least_n=10, statistic="p50"),
        ScoreboardLine("csat_top_share", 0.5, "up", least_n=10),
    )
