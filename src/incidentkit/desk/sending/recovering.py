"""What a worker had when it died: put down where its end is known, asked about, taken up again, or named as in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from incidentkit.delivery.perform import Outcome, look_up
from incidentkit.desk.sending.claiming import LEASE, Lessee
from incidentkit.desk.sending.ends import NO_ANSWER, End, read_kept, together
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.ports import Channel
from incidentkit.store import intents as stored
from incidentkit.store.intents import Leased
from incidentkit.store.unit import Unit

__all__ = ["Found", "recover"]


@frozen
class Found:
    """What was left behind, and is this worker's now.

    Args:
        ends: what became of messages that are out.
        again: to be sent; those that went out as parts of others, as parts of the same.
        doubtful: messages of which nobody can know; that is in the record.
    """

    ends: Sequence[End] = ()
    again: Sequence[Intent] = ()
    doubtful: int = 0


@frozen
class _Group:
    first: Leased
    others: tuple[Leased, ...]

    @property
    def all(self) -> tuple[Leased, ...]:
        return (self.first, *self.others)

    def end(self, outcome: Outcome) -> list[End]:
        intent = self.first.intent
        return together(End(intent, outcome, intent.sent_at), tuple(each.intent for each in self.others))

    def again(self) -> list[Intent]:
        """One more try. The reason says that it may have gone out before."""
        return [evolve(each.intent, attempts=each.intent.attempts + 1, reason=NO_ANSWER) for each in self.all]


@frozen
class _Sorted:
    known: list[_Group] = field(factory=list)
    free: list[_Group] = field(factory=list)
    again: list[_Group] = field(factory=list)
    asked: list[_Group] = field(factory=list)
    doubtful: list[_Group] = field(factory=list)


def recover(lessee: Lessee, channels: Mapping[str, Channel], limit: int | None) -> Found:
    """Take over what was leased until now at the latest: so many messages at the most, with those that they carry.

    Nothing that may have gone out goes out again, unless its channel is idempotent, or knows of no such message.
    """
    now = lessee.runtime.clock()
    if not lessee.any_over(now):
        return Found()
    until = now + LEASE
    found = lessee.runtime.transaction(lambda unit: _take_over(unit, lessee, channels, limit, now, until))
    ends = [end for group in found.known for end in group.end(_answer(group))]
    again = [evolve(each.intent, carrier=None) for group in found.free for each in group.all]
    again += [intent for group in found.again for intent in group.again()]
    for group in found.asked:
        told = _asked(group, channels[group.first.intent.channel])
        if told is None:
            again += group.again()
        else:
            ends += told
    return Found(ends, again, sum(len(group.all) for group in found.doubtful))


def _take_over(
    unit: Unit, lessee: Lessee, channels: Mapping[str, Channel], limit: int | None, now: datetime, until: datetime
) -> _Sorted:
    unit.wait_turn()
    found = _sorted(_groups(stored.expired(unit, now))[:limit], channels)
    for group in found.doubtful:
        for end, each in zip(group.end(_doubt(group.first.intent)), group.all, strict=True):
            unit.mark(end.after, IntentState.CLAIMED, each.worker)
    stored.retake(unit, lessee.name, _keys((*found.known, *found.asked, *found.again)), until)
    stored.free(unit, lessee.name, _keys(found.free), now, until, at_once=lessee.together)
    return found


def _groups(leased: Sequence[Leased]) -> list[_Group]:
    """Each message with those that it carried. One that lost its carrier stands for itself."""
    here = {each.intent.key for each in leased}
    carried: dict[str, list[Leased]] = {}
    for each in leased:
        if each.intent.carrier in here:
            carried.setdefault(each.intent.carrier or "", []).append(each)
    return [_Group(each, tuple(carried.get(each.intent.key, ()))) for each in leased if each.intent.carrier not in here]


def _sorted(groups: Iterable[_Group], channels: Mapping[str, Channel]) -> _Sorted:
    found = _Sorted()
    for group in groups:
        first, channel = group.first, channels.get(group.first.intent.channel)
        if first.answer is not None:
            found.known.append(group)
        elif not first.begun:
            found.free.append(group)
        elif channel is not None and channel.features.idempotent:
            found.again.append(group)
        elif channel is not None and channel.features.lookup:
            found.asked.append(group)
        else:
            found.doubtful.append(group)
    return found


def _keys(groups: Iterable[_Group]) -> list[str]:
    return [each.intent.key for group in groups for each in group.all]


def _answer(group: _Group) -> Outcome:
    assert group.first.answer is not None, "sorted by that"
    return read_kept(group.first.intent.key, group.first.answer)


def _asked(group: _Group, channel: Channel) -> list[End] | None:
    """What the channel knows of a message; None where it never got it."""
    intent = group.first.intent
    said = look_up(channel, intent.key)
    if said.receipt is not None:
        return group.end(Outcome(intent.key, IntentState.DONE, said.receipt))
    return None if said.answered else group.end(_doubt(intent))


def _doubt(intent: Intent) -> Outcome:
    return Outcome(intent.key, IntentState.UNKNOWN, reason=NO_ANSWER)
