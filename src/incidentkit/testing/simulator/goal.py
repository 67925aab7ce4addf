"""The demo's one goal, which its shop sets after the first week."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from incidentkit.desk.desk import Desk
from incidentkit.goals.objectives import InitiativeDraft, KeyResultDraft, ObjectiveDraft
from incidentkit.testing.simulator.days import SLICE, START, ZONE

__all__ = ["SET_AFTER", "set_goal"]

_SINCE, _UNTIL = date(2026, 9, 8), date(2026, 10, 31)
_SET_AT = datetime(2026, 9, 8, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

SET_AFTER = (_SET_AT - START) // SLICE
"""So many slices are over when the goal is set."""

_WORDS = {
    "en": (
        "Nobody has to ask us where their order is",
        "People who hear nothing call us, and do not come back",
        "Parcels come when we said",
        "One message to us is enough",
        "More customers give the top score",
        "Give dates by carrier and region",
    ),
    "es": (
        "Que nadie tenga que preguntarnos dónde está su pedido",
        "Quien no sabe nada nos llama, y no vuelve",
        "Los paquetes llegan cuando dijimos",
        "Basta un mensaje para resolverlo",
        "Más clientes dan la nota máxima",
        "Dar fechas por transportista y región",
    ),
}


def set_goal(desk: Desk, language: str) -> None:
    """Set the goal; done again, it is the same one."""
    desk.objectives.set(_draft(language), by="ana", at=_SET_AT, key="goal")


def _draft(language: str) -> ObjectiveDraft:
    title, why, kept, once, praised, dates = _WORDS[language]
    return ObjectiveDraft(
        title=title,
        importance="wildly_important",
        owner="ana",
        since=_SINCE,
        until=_UNTIL,
        why=why,
        key_results=(
            _by_day(
                measure="promise_kept_rate",
                id="kept",
                title=kept,
                start=0.88,
                target=0.95,
                lead_measures=("handover_time",),
                team="warehouse",
                owner="marta",
            ),
            _by_day(
                measure="contacts_per_need",
                id="once",
                title=once,
                start=1.3,
                target=1.0,
                lead_measures=("first_response_time",),
                team="after-sales",
                owner="sara",
            ),
            _by_day(
                measure="csat_top_share",
                id="praised",
                title=praised,
                start=0.4,
                target=0.6,
                lead_measures=("first_response_time",),
                team="after-sales",
                owner="luis",
            ),
        ),
        initiatives=(InitiativeDraft(dates, "kept"),),
    )


def _by_day(**given: object) -> KeyResultDraft:
    """A month has four weeks, and thirty days."""
    return KeyResultDraft(window="day", least_n=5, **given)  # type: ignore[arg-type]
