"""What the decision about each message looks at, gathered for many at once; and the decision, taken for the present instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import define, evolve, field, frozen

from incidentkit.delivery.links import links_of
from incidentkit.delivery.tokens import Tokens
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.effects import Intent
from incidentkit.domain.sending import Standing
from incidentkit.domain.verdicts import Matter, Send, Verdict
from incidentkit.rules.bundling import Bundle, bundles, patience
from incidentkit.rules.sending import decide
from incidentkit.store.standing import Gathered, companions, gather

__all__ = ["Facts", "Load", "going_along"]


@frozen
class Load:
    """What goes out as one message.

    Args:
        carried: messages that go as parts of it.
        step: the text of all together; empty for its own.
        values: what that is filled with.
    """

    intent: Intent
    carried: tuple[Intent, ...] = ()
    step: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def all(self) -> tuple[Intent, ...]:
        return (self.intent, *self.carried)

    @property
    def keys(self) -> list[str]:
        return [intent.key for intent in self.all]


@define
class Facts:
    """What was so at ``at``; what this worker sent since is added."""

    at: datetime
    _runtime: Runtime
    _gathered: Gathered
    _tokens: Tokens | None
    _kinds: Mapping[str, str] = field(init=False)
    _sent: dict[str, list[tuple[str, str, datetime]]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._kinds = {name: channel.address for name, channel in self._runtime.plugins.channels.items()}

    @classmethod
    def of(cls, runtime: Runtime, intents: Sequence[Intent], at: datetime, tokens: Tokens | None) -> Facts:
        """Gathered in one reading, in a bounded number of statements."""
        with runtime.store.reading() as unit:
            return cls(at, runtime, gather(unit, intents, at, runtime.shop), tokens)

    def about(self, intent: Intent) -> tuple[Standing, Matter]:
        """Whom a message goes to, and what it is about."""
        standing, matter = self._gathered.of(intent)
        for purpose, channel, at in self._sent.get(_whom(intent), ()):
            standing = standing.noting(purpose, channel, at)
        return standing, matter

    def verdict(self, intent: Intent, at: datetime) -> Verdict:
        """What becomes of it at that instant."""
        standing, matter = self.about(intent)
        return decide(intent, standing, matter, at, self._runtime.shop, self._kinds)

    def links(self, load: Load) -> Mapping[str, str]:
        """The links that it carries. One about several things has no page that shows them all."""
        intent = load.intent
        state = self._gathered.of(intent)[1].state
        links = {} if state is None or self._tokens is None else links_of(intent, state, self._tokens, self._runtime.shop)
        return {name: place for name, place in links.items() if name != "status_url"} if load.carried else links

    def note(self, intent: Intent, at: datetime) -> None:
        """It went out: it counts for what else goes to the same person."""
        self._sent.setdefault(_whom(intent), []).append((intent.purpose, intent.channel, at))

    def loads(self, intents: Sequence[Intent]) -> list[Load]:
        """These messages as they go out: several to one person may be one. In the order of the first of each."""
        alike: dict[tuple[str, str], list[Intent]] = {}
        for intent in intents:
            alike.setdefault((_whom(intent), intent.channel), []).append(intent)
        parts = {load.intent.key: load for some in alike.values() if len(some) > 1 for load in self._bundled(some)}
        gone = {intent.key for load in parts.values() for intent in load.carried}
        return [parts.get(intent.key) or _alone(intent) for intent in intents if intent.key not in gone]

    def _bundled(self, intents: Sequence[Intent]) -> list[Load]:
        """What went out as one before does so again, whatever would be decided now."""
        carriers = {intent.carrier for intent in intents}
        going = [i for i in intents if i.carrier or i.key in carriers or isinstance(self.verdict(i, self.at), Send)]
        return [_together(bundle) for bundle in bundles(going, self._runtime.shop) if bundle.carried]


def _alone(intent: Intent) -> Load:
    return Load(intent if intent.carrier is None else evolve(intent, carrier=None))


def _together(bundle: Bundle) -> Load:
    carrier = evolve(bundle.carrier, carrier=None)
    carried = tuple(evolve(intent, carrier=carrier.key) for intent in bundle.carried)
    return Load(carrier, carried, bundle.step, bundle.values)


def _whom(intent: Intent) -> str:
    return intent.customer or dict(intent.values).get("agent", "")


def going_along(runtime: Runtime, intents: Sequence[Intent], at: datetime) -> list[Intent]:
    """Messages that are not due, and would go out as parts of these."""
    if not any(patience(step, runtime.shop) for step in {intent.step for intent in intents}):
        return []
    with runtime.store.reading() as unit:
        return companions(unit, intents, at, runtime.shop)
