"""The class that a channel's author subclasses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.ports import Channel, ReceiptNews
from incidentkit.testing.contracts._messages import messages
from incidentkit.testing.contracts._promises import PROMISES, Fault, Promise, stage

__all__ = ["ChannelContract"]


class ChannelContract:
    """Subclass it and write `make` and `delivered_to`: pytest collects one test per promise.

    Attributes:
        api: the version of the contract that the channel keeps. From (1, 1) on, `make` is asked for far sides with a fault.
        plugin: the module that registers the channel, by its dotted name.
        settings: what stands under ``[plugins.NAME]`` for it; secrets as ``{"env": "NAME"}``.
        environment: the variables that ``settings`` refers to.
        secrets: texts given to `make` that must never be shown.
        examples: how many messages each promise about any message is tried with.
        within: seconds in which a channel that was made with `Fault.HANGING` must have given up.
        broken: a reason by promise, where the channel is known to break it; once it holds, the entry must go.
        impossible: a reason by promise about a fault that the channel's far side can't have; there is no such test then.
    """

    api: ClassVar[tuple[int, int]] = (1, 0)
    plugin: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, Any]] = {}
    environment: ClassVar[Mapping[str, str]] = {}
    secrets: ClassVar[tuple[str, ...]] = ()
    examples: ClassVar[int] = 25
    within: ClassVar[float] = 10.0
    broken: ClassVar[Mapping[str, str]] = {}
    impossible: ClassVar[Mapping[str, str]] = {}

    def make(self, directory: Path, fault: Fault | None = None) -> Channel:
        """A new channel. Called again with the same empty folder, it is the same channel after a restart.

        Args:
            fault: what is wrong with its far side; never given under ``api`` (1, 0).
        """
        raise NotImplementedError(f"{type(self).__name__}.make(directory, fault) must return your channel")

    def delivered_to(self, channel: Channel) -> int:
        """How many messages the far side of ``channel`` holds now."""
        raise NotImplementedError(f"{type(self).__name__}.delivered_to(channel) must count what arrived")

    def reports(self, channel: Channel) -> Iterable[ReceiptNews]:
        """What the far side of ``channel`` has reported of its messages, as your inbound adapter reads it."""
        raise NotImplementedError(f"{type(self).__name__}.reports(channel) must return what was reported")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for attribute in ("broken", "impossible"):
            unknown = set(getattr(cls, attribute)) - set(PROMISES)
            if unknown:
                raise TypeError(f"{cls.__name__}.{attribute} names no promise: {', '.join(sorted(unknown))}")
        due = [name for name in cls.impossible if PROMISES[name].fault is None]
        if due:
            raise TypeError(f"{cls.__name__}.impossible names promises that every channel can keep: {', '.join(sorted(due))}")
        for name, promise in PROMISES.items():
            if promise.since <= cls.api and name not in cls.impossible:
                setattr(cls, f"test_{name}", _as_test(promise, cls.examples, cls.broken.get(name)))


def _as_test(promise: Promise, examples: int, reason: str | None) -> Callable[..., None]:
    """A test of its own for each subclass: Hypothesis refuses one that is shared by two classes."""
    test = _drawn_test(promise.check, examples) if promise.drawn else _plain_test(promise.check)
    test.__doc__ = promise.check.__doc__
    return pytest.mark.xfail(reason=reason, strict=True)(test) if reason else test


def _plain_test(check: Callable[..., None]) -> Callable[..., None]:
    def test(self: ChannelContract) -> None:
        with stage(self) as found:
            check(found)

    return test


def _drawn_test(check: Callable[..., None], examples: int) -> Callable[..., None]:
    # The kind of address is known once a channel is made, so it is drawn inside.
    @settings(max_examples=examples, deadline=None)
    @given(data=st.data())
    def test(self: ChannelContract, data: st.DataObject) -> None:
        with stage(self) as found:
            check(found, data.draw(messages(found.channel().address), label="message"))

    return test
