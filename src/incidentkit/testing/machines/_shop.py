"""The shop that the machine drives by default, which has some of everything that settings can say; and a source to import."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from attrs import evolve

from incidentkit.codec.profile import parse_profile
from incidentkit.domain.authority import Authority
from incidentkit.domain.calendars import Calendar, CalendarChange, Schedule
from incidentkit.domain.call_policy import CallPolicy
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.profile import Profile
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rates import Rate
from incidentkit.domain.rotas import Absence, Rota, Swap
from incidentkit.domain.sending import FrequencyCap, QuietHours, SendPolicy
from incidentkit.domain.shop import Agent, Shop, Survey, Team
from incidentkit.domain.substates import Substate
from incidentkit.domain.surveys import Asking, Scale
from incidentkit.domain.targets import Targets

__all__ = ["SHOP", "profile"]

_ZONE = "Europe/Madrid"
_HOUR = timedelta(hours=1)

_DESK = Calendar(
    "desk",
    Schedule(_ZONE, {"mon-fri": ("09:00-14:00", "15:00-19:00"), "sat": ("10:00-13:00",)}, closed={date(2026, 3, 19): "Josep"}),
    changes=(CalendarChange(datetime(2026, 3, 30, tzinfo=UTC), Schedule(_ZONE, {"mon-fri": ("08:00-15:00",)})),),
)
_NIGHTS = Calendar("nights", Schedule(_ZONE, {"mon-sun": ("22:00-06:00",)}))


def _quick(protocol: Protocol) -> Protocol:
    """The same with little patience, so that what silence and delay lead to comes about."""
    return evolve(protocol, attempts=2, attempt_every=4 * _HOUR, reopen_within=timedelta(days=10))


SHOP = Shop(
    zone=_ZONE,
    severities=("critical", "major", "minor"),
    teams=(
        Team("after-sales", calendar="desk", escalation=("eva", "warehouse")),
        Team("warehouse", calendar="nights", accept_within=None),
    ),
    agents=(
        Agent("ana", "after-sales", email="ana@example.com"),
        Agent("ivo", "after-sales", email="ivo@example.com", language="es"),
        Agent("leo", "warehouse", "clerk"),
        Agent("eva", "after-sales", "supervisor", "eva@example.com"),
        Agent("sam", "warehouse", "supervisor"),
    ),
    protocols=(
        *(_quick(p) for p in DEFAULT_PROTOCOLS if p.type not in ("damaged", "out_of_stock", "late", "other")),
        evolve(
            _quick(Protocol("damaged", severity="major")),
            by_severity={"critical": Targets(_HOUR, _HOUR, 4 * _HOUR, 8 * _HOUR), "minor": Targets()},
        ),
        _quick(Protocol("out_of_stock", team="warehouse", clock="elapsed")),
        _quick(Protocol("late", severity="minor", group="logistics", reopenings=1)),
        _quick(Protocol("other", first_response=None, communicate_within=None, update_every=None, resolve_within=None)),
    ),
    surveys=(
        Survey("csat"),
        Survey("nps", Scale(0, 10), asking=Asking("after_delivery", after=6 * _HOUR, rest=timedelta(days=1))),
        Survey("mood", asking=Asking("regularly", after=_HOUR, every=timedelta(days=5), rest=timedelta(days=2))),
    ),
    authority={"clerk": Authority(per_incident=1, per_customer=2, per_day=3, approve_within=6 * _HOUR)},
    verification_calls=CallPolicy(
        each_morning=True,
        share=1.0,
        rest=timedelta(days=2),
        look_back=timedelta(days=10),
        attempts=2,
        keep=timedelta(days=1),
    ),
    channel="post",
    fallback=("post", "wire", "call"),
    sending=SendPolicy(
        quiet_hours={"wire": QuietHours("21:00-08:00")},
        caps=(FrequencyCap(2, timedelta(days=2), ("survey",)), FrequencyCap(12, timedelta(days=1))),
        purposes={"incident.merged": "legal", "order.cancelled": "marketing"},
        bundle_within=timedelta(minutes=30),
    ),
    rates=(
        Rate("phone", Decimal("3.50"), "in"),
        Rate("phone", Decimal(4), "in", date(2026, 3, 10)),
        Rate("email", Decimal(1)),
    ),
    blocked_plugins=("local",),
    calendar="desk",
    calendars={"desk": _DESK, "nights": _NIGHTS},
    substates=(
        Substate("waiting_for_photo", "communicated", holds=("resolve",)),
        Substate("photo_here", "communicated", ("waiting_for_photo",), ("photo received",)),
        Substate("in_review", "resolved", holds=("close",)),
        Substate("reviewed", "resolved", ("in_review",), ("spoken with",)),
    ),
    guards={"withdraw": ("cause known",)},
    host_guards=("photo received",),
    rotas=(
        Rota(("ana",), Schedule(_ZONE, {"mon-fri": ("09:00-14:00",)})),
        Rota(("ivo",), Schedule(_ZONE, {"mon-fri": ("14:00-19:00",), "sat": ("10:00-13:00",)})),
    ),
    swaps=(Swap(date(2026, 3, 9), "ana", "ivo"),),
    absences=(
        Absence("ana", date(2026, 3, 4), date(2026, 3, 5)),
        Absence("leo", datetime(2026, 3, 6, 12, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)),
    ),
    escalate_every=2 * _HOUR,
    longest_wait=timedelta(days=2),
)
"""Several teams, one by day with rotas, absences and a calendar that changes, one by night; places, guards, rates, and rules
about when whom may be written to, by which ways."""


@cache
def profile() -> Profile:
    """A source of orders and tickets about them."""
    return parse_profile(_PROFILE)


_PROFILE = """
name = "before"
missing = ["", "?"]
[sources.orders]
files = "orders.csv"
[sources.log]
files = "log.csv"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
promised = "promised"
[orders.customer]
key = "person"
[[incidents]]
name = "ticket"
source = "log"
rows = "many"
key = "number"
order = "order"
type = "type"
description = "text"
detected = { column = "opened", take = "min" }
status = "state"
at = "written"
[[incidents.events]]
event = "resolved"
when = [{ column = "state", any_of = "Resolved" }]
[[incidents.events]]
event = "reopened"
when = [{ column = "state", none_of = ["Resolved", "Closed"] }]
"""
