"""The two worlds that are compared: the settings in force then, and the changed ones, as they apply to a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from attrs import field, frozen

from incidentkit.domain.actors import Actor
from incidentkit.domain.copying import changed
from incidentkit.domain.incidents import Incident
from incidentkit.domain.messages import Notice, ReceiptKind
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.demands import demanded_by

__all__ = ["Told", "Worlds"]

_RULE = Actor("rule", "what-if")
_END = datetime.max.replace(tzinfo=UTC)


@frozen
class Worlds:
    """Both settings.

    A case follows its protocol as it was when it began, in both worlds, as long as the two settings agree about that type of
    case; only where they differ does it follow the changed one in the other world. So equal settings make equal worlds,
    whatever protocols cases began under.

    Args:
        was: the settings of the desk. ``would``: the changed ones.
    """

    was: Shop
    would: Shop

    def protocol(self, case: Incident) -> tuple[Protocol | None, Protocol | None]:
        """How a case is answered in either world."""
        was = self.was.protocol_of(case)
        now, then = self.was.protocol(case.type), self.would.protocol(case.type)
        return was, was if now == then else then

    def owners(self, case: Incident) -> tuple[str, str]:
        """The team that is accountable from the first instant in either world; one that a person named stays."""
        first = case.earlier_teams[0].team if case.earlier_teams else case.owner.team
        was, would = self.protocol(case)
        by_rule = self.was.default_team if was is None else was.team or self.was.default_team
        instead = self.would.default_team if would is None else would.team or self.would.default_team
        return first, instead if first == by_rule else first

    def case(self, case: Incident) -> tuple[Incident, Incident]:
        """A live case as it stands in either world: with its protocol, its deadlines and the team that it began with."""
        (was, would), (first, instead) = self.protocol(case), self.owners(case)
        return _under(case, was, first, self.was), _under(case, would, instead, self.would)


def _under(case: Incident, protocol: Protocol | None, first: str, shop: Shop) -> Incident:
    if case.earlier_teams:
        begun, *later = case.earlier_teams
        case = changed(case, earlier_teams=(changed(begun, team=first), *later))
    elif case.owner.team != first:
        case = changed(case, owner=changed(case.owner, team=first))
    if protocol is None:
        return changed(case, protocol=None)
    case = changed(case, protocol=protocol)
    now = Circumstances(shop, _END, _RULE)
    return changed(case, deadlines=demanded_by(protocol, case, case.severity, now))


@frozen
class Told:
    """What another sending of messages does to what customers were told, and when.

    Args:
        moved: by the key of a message when it went out in the one world and in the other; None where it did not.
    """

    moved: Mapping[str, tuple[datetime | None, datetime | None]] = field(factory=dict)

    def to(self, case: Incident) -> Incident:
        """The case as its customer would have been told of it: what channels did took as long as it did."""
        if not any(notice.key in self.moved for notice in case.notices):
            return case
        notices = tuple(kept for notice in case.notices if (kept := self._notice(notice)) is not None)
        told = [n.told_at for n in notices if n.effective and n.told_at is not None]
        first = min([*told, *(spoken.at for spoken in case.conversations)], default=None)
        return changed(case, notices=notices, communicated_at=first)

    def _notice(self, notice: Notice) -> Notice | None:
        was, would = self.moved.get(notice.key, (None, None))
        if notice.key not in self.moved or (was is not None and would is not None and notice.told_at is None):
            return notice
        if would is None:
            return None
        if was is None or notice.told_at is None:
            return changed(notice, receipt=ReceiptKind.DELIVERED, receipt_at=would, told_at=would)
        return changed(notice, told_at=notice.told_at + (would - was))
