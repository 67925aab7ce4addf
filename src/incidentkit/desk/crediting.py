"""Who was behind what went well, from the figures of the last complete weeks."""

from __future__ import annotations

from collections.abc import Iterator

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.domain.shop import Shop
from incidentkit.learning.went_well import ALPHA, Behind, Counted, Credit, went_well
from incidentkit.measures.segments import segments_of

__all__ = ["WEEKS", "credits_of"]

WEEKS = 4
"""So many complete weeks are looked at: of one week, few people have enough to say anything."""

_GOOD = ("commitments_kept_rate", "first_contact_resolution_rate", "csat_top_share")
"""What counts as having gone well: promises to colleagues kept, needs solved at once, customers who give the top score."""

_KINDS: tuple[Behind, ...] = ("agent", "team")


def credits_of(reader: FigureReader, shop: Shop, team: str | None) -> tuple[Credit, ...]:
    """Agents and teams who stand out in the last four complete weeks, in the order of the alphabet.

    Args:
        team: only this team and its agents; they are compared with everybody all the same.
    """
    questions = [(name, kind) for name in _GOOD for kind in _KINDS if kind in segments_of(reader.measure(name))]
    found = (
        credit
        for name, kind in questions
        for credit in went_well(name, kind, list(_counted(reader, name, kind)), alpha=ALPHA / len(questions))
        if team is None or team in (credit.who, _team_of(credit, shop))
    )
    return tuple(sorted(found, key=lambda credit: (credit.kind, credit.who, credit.measure)))


def _counted(reader: FigureReader, name: str, kind: Behind) -> Iterator[Counted]:
    hits: dict[str, float] = {}
    n: dict[str, int] = {}
    for row in reader.recent(name, "week", WEEKS, segment=kind).rows:
        who = row.segment or ""
        hits[who] = hits.get(who, 0.0) + (row.value or 0.0) * row.n
        n[who] = n.get(who, 0) + row.n
    return (Counted(who, round(hits[who]), n[who]) for who in sorted(n))


def _team_of(credit: Credit, shop: Shop) -> str | None:
    agent = shop.agent(credit.who) if credit.kind == "agent" else None
    return agent.team if agent is not None else None
