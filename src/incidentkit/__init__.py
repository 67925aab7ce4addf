"""incidentkit: what a shop does when an order goes wrong, as a library.

Everything that a host needs is here, and is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from incidentkit.codec.profile import load_profile as load_profile
    from incidentkit.codec.settings import load_shop as load_shop
    from incidentkit.desk.desk import Desk as Desk
    from incidentkit.desk.importing import ImportReport as ImportReport
    from incidentkit.desk.opening import open_desk as open_desk
    from incidentkit.desk.queue import QueueItem as QueueItem
    from incidentkit.desk.sending import SendReport as SendReport
    from incidentkit.desk.timeline import TimelineEntry as TimelineEntry
    from incidentkit.domain.actors import Actor as Actor
    from incidentkit.domain.evidence import Evidence as Evidence
    from incidentkit.domain.incidents import Incident as Incident
    from incidentkit.domain.incidents import Phase as Phase
    from incidentkit.domain.money import Money as Money
    from incidentkit.domain.orders import Line as Line
    from incidentkit.domain.orders import Order as Order
    from incidentkit.domain.orders import OrderStatus as OrderStatus
    from incidentkit.domain.people import Customer as Customer
    from incidentkit.domain.profile import Profile as Profile
    from incidentkit.domain.remedies import Offer as Offer
    from incidentkit.domain.remedies import OfferKind as OfferKind
    from incidentkit.domain.shop import Agent as Agent
    from incidentkit.domain.shop import Protocol as Protocol
    from incidentkit.domain.shop import ScoreboardLine as ScoreboardLine
    from incidentkit.domain.shop import Shop as Shop
    from incidentkit.domain.shop import Survey as Survey
    from incidentkit.domain.shop import Team as Team
    from incidentkit.domain.surveys import Ask as Ask
    from incidentkit.domain.surveys import Scale as Scale
    from incidentkit.errors import ChannelError as ChannelError
    from incidentkit.errors import ConfigurationError as ConfigurationError
    from incidentkit.errors import ConflictError as ConflictError
    from incidentkit.errors import ImportRefused as ImportRefused
    from incidentkit.errors import IncidentkitError as IncidentkitError
    from incidentkit.errors import InvalidInput as InvalidInput
    from incidentkit.errors import KeyReusedError as KeyReusedError
    from incidentkit.errors import MissingExtra as MissingExtra
    from incidentkit.errors import MoneyError as MoneyError
    from incidentkit.errors import PluginError as PluginError
    from incidentkit.errors import QuantityError as QuantityError
    from incidentkit.errors import RuleViolation as RuleViolation
    from incidentkit.errors import SetupError as SetupError
    from incidentkit.errors import StoreError as StoreError
    from incidentkit.errors import TimeError as TimeError
    from incidentkit.errors import TransitionRefused as TransitionRefused
    from incidentkit.errors import UnknownIdError as UnknownIdError
    from incidentkit.version import __version__ as __version__

_HOMES = {
    "codec.profile": ("load_profile",),
    "codec.settings": ("load_shop",),
    "desk.desk": ("Desk",),
    "desk.importing": ("ImportReport",),
    "desk.opening": ("open_desk",),
    "desk.queue": ("QueueItem",),
    "desk.sending": ("SendReport",),
    "desk.timeline": ("TimelineEntry",),
    "domain.actors": ("Actor",),
    "domain.evidence": ("Evidence",),
    "domain.incidents": ("Incident", "Phase"),
    "domain.money": ("Money",),
    "domain.orders": ("Line", "Order", "OrderStatus"),
    "domain.people": ("Customer",),
    "domain.profile": ("Profile",),
    "domain.remedies": ("Offer", "OfferKind"),
    "domain.shop": ("Agent", "Protocol", "ScoreboardLine", "Shop", "Survey", "Team"),
    "domain.surveys": ("Ask", "Scale"),
    "errors": (
        "ChannelError",
        "ConfigurationError",
        "ConflictError",
        "ImportRefused",
        "IncidentkitError",
        "InvalidInput",
        "KeyReusedError",
        "MissingExtra",
        "MoneyError",
        "PluginError",
        "QuantityError",
        "RuleViolation",
        "SetupError",
        "StoreError",
        "TimeError",
        "TransitionRefused",
        "UnknownIdError",
    ),
    "version": ("__version__",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Actor",
    "Agent",
    "Ask",
    "ChannelError",
    "ConfigurationError",
    "ConflictError",
    "Customer",
    "Desk",
    "Evidence",
    "ImportRefused",
    "ImportReport",
    "Incident",
    "IncidentkitError",
    "InvalidInput",
    "KeyReusedError",
    "Line",
    "MissingExtra",
    "Money",
    "MoneyError",
    "Offer",
    "OfferKind",
    "Order",
    "OrderStatus",
    "Phase",
    "PluginError",
    "Profile",
    "Protocol",
    "QuantityError",
    "QueueItem",
    "RuleViolation",
    "Scale",
    "ScoreboardLine",
    "SendReport",
    "SetupError",
    "Shop",
    "StoreError",
    "Survey",
    "Team",
    "TimeError",
    "TimelineEntry",
    "TransitionRefused",
    "UnknownIdError",
    "__version__",
    "load_profile",
    "load_shop",
    "open_desk",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
