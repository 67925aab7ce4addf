"""Keys: the same command again gives what it gave, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, multiple, rule

from incidentkit.errors import KeyReusedError
from incidentkit.testing.machines._base import INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, numbers, person, units

__all__ = ["KeyRules"]

_LIVE = timedelta(days=90)


@frozen
class _Keyed:
    """A command that was given a key, when, and what it returned."""

    call: Callable[[], Any]
    result: Any
    key: str
    at: datetime


_KEYED: Bundle[_Keyed] = Bundle("keyed")
_COMMANDS = ("place", "confirm", "ship", "cancel", "report", "reopen", "answer", "contact", "task", "wait")


class KeyRules(Driven):
    """Commands with keys."""

    _keys = 0

    @rule(
        target=_KEYED,
        order=ORDERS,
        incident=INCIDENTS,
        what=st.sampled_from(_COMMANDS),
        number=numbers(),
        units=units(),
    )
    def with_a_key(
        self, order: str, incident: str, what: str, number: str | None, units: dict[str, int] | None
    ) -> MultipleResults[_Keyed]:
        """A command with a key, so that it may come again."""
        desk, cases = self.desk, self.desk.incidents
        commands: dict[str, Callable[[str], Any]] = {
            "place": lambda key: desk.orders.place(person(2, mail=True), number=number, key=key),
            "confirm": lambda key: desk.orders.confirm(order, key=key),
            "ship": lambda key: desk.orders.ship(order, units, key=key),
            "cancel": lambda key: desk.orders.cancel(order, units, reason=PERSONAL, key=key),
            "report": lambda key: cases.report(order, "late", PERSONAL, key=key),
            "reopen": lambda key: cases.reopen(incident, reason=PERSONAL, key=key),
            "answer": lambda key: desk.surveys.answer(order=order, score=4, comment=PERSONAL, key=key),
            "contact": lambda key: desk.contacts.log(channel="phone", incident=incident, summary=PERSONAL, key=key),
            "task": lambda key: desk.tasks.open(kind="call", what=PERSONAL, incident=incident, key=key),
            "wait": lambda key: cases.wait(incident, reason=PERSONAL, key=key),
        }
        self._keys += 1
        key, command = f"key-{self._keys}", commands[what]
        result = self._try(lambda: command(key))
        return multiple() if result is None else multiple(_Keyed(lambda: command(key), result, key, self.clock.now))

    @rule(again=_KEYED)
    def same_key_again(self, again: _Keyed) -> None:
        """The same key and arguments give the first result, whatever has happened since, and change nothing."""
        if self.clock.now - again.at <= _LIVE:
            assert again.result == again.call()
            self._nothing_changed("a command that was made before")

    @rule(again=_KEYED)
    def same_key_for_something_else(self, again: _Keyed) -> None:
        """The same key for another command is refused."""
        if self.clock.now - again.at <= _LIVE:
            try:
                self.desk.orders.place(number="another", key=again.key)
            except KeyReusedError:
                self._nothing_changed("a key that was used before")
            else:
                raise AssertionError("a key was used twice")
