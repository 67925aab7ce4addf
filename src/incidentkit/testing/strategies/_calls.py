"""Strategies for verification calls and their lists, each folded from its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.call_policy import OUTCOMES, CallMeaning, CallOutcome, CallPolicy, CallReason
from incidentkit.domain.calls import CallAttempt, CallList, VerificationCall
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import CallId, CallListId, CustomerId, IncidentId, OrderId
from incidentkit.testing.strategies._basics import codes, handles, ids, instants, money, one_liners, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = ["CALLED", "attempts", "call_histories", "call_lists", "call_outcomes", "call_policies", "verification_calls"]

_REASONS: tuple[CallReason, ...] = ("repeat", "carrier", "new", "random")
_MEANINGS: tuple[CallMeaning, ...] = ("well", "wrong", "no_answer", "unreachable", "refused")


@st.composite
def _listings(draw: st.DrawFn, call: str | None = None) -> ev.CallListed:
    at, reason = draw(instants()), draw(st.sampled_from(_REASONS))
    return ev.CallListed(
        call=CallId(call or draw(ids())),
        list=CallListId(draw(ids())),
        day=at.date(),
        order=OrderId(draw(ids())),
        customer=CustomerId(draw(ids())),
        delivered_at=draw(instants()),
        reason=reason,
        not_before=draw(instants()),
        due=draw(instants()),
        until=draw(instants()),
        allowed=draw(st.integers(1, 5)),
        carrier=draw(handles()) if reason == "carrier" else "",
    )


@st.composite
def _made(draw: st.DrawFn, means: CallMeaning | None = None, *, again: bool | None = None) -> ev.CallMade:
    meant: CallMeaning = draw(st.sampled_from(_MEANINGS)) if means is None else means
    tried = meant == "no_answer" and (draw(st.booleans()) if again is None else again)
    return ev.CallMade(
        outcome=draw(st.sampled_from([o.code for o in OUTCOMES if o.means == meant])),
        means=meant,
        agent=draw(st.just("") | handles()),
        team=draw(st.just("") | codes()),
        note=draw(st.none() | texts()),
        cost=draw(st.none() | money("EUR")),
        incident=IncidentId(draw(ids())) if meant == "wrong" else None,
        again_from=draw(instants()) if tried else None,
    )


@st.composite
def _lists(draw: st.DrawFn) -> ev.CallListMade:
    since, calls = draw(instants()), tuple(map(CallId, draw(st.lists(ids(), max_size=3, unique=True))))
    left = draw(st.dictionaries(st.sampled_from(("full", "no_phone", "objects", "rested")), st.integers(1, 9), max_size=3))
    return ev.CallListMade(
        list=CallListId(draw(ids())),
        day=since.date(),
        since=since,
        until=since + timedelta(days=draw(st.integers(1, 5))),
        calls=calls,
        deliveries=len(calls) + sum(left.values()),
        left_out=tuple(sorted(left.items())),
    )


CALLED: Mapping[str, Callable[[], st.SearchStrategy[ev.Happening]]] = {
    "call.lapsed": lambda: st.just(ev.CallLapsed()),
    "call.listed": _listings,
    "call.made": _made,
    "call_list.made": _lists,
}
"""Single events of verification calls, by their type."""


@st.composite
def call_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one call: listed, tried again and again, then answered, given up, or lapsed; or still open."""
    call = draw(ids())
    stream: Stream[VerificationCall] = Stream(draw, call, passive=False)
    stream.add("verification_calls.list", draw(_listings(call)))
    for _ in range(draw(st.integers(0, 2))):
        stream.later()
        stream.add("verification_calls.record", draw(_made("no_answer", again=True)))
    end = draw(st.sampled_from(("answered", "given up", "lapsed", "")))
    stream.later()
    if end == "answered":
        means = draw(st.sampled_from([meant for meant in _MEANINGS if meant != "no_answer"]))
        stream.add("verification_calls.record", draw(_made(means)))
    elif end == "given up":
        stream.add("verification_calls.record", draw(_made("no_answer", again=False)))
    elif end == "lapsed":
        stream.add("tick", ev.CallLapsed())
    return stream.events


def verification_calls() -> st.SearchStrategy[VerificationCall]:
    """Calls that are open, done, given up or lapsed."""
    return call_histories().map(_as_call)


@st.composite
def call_lists(draw: st.DrawFn) -> CallList:
    """Lists of a morning, empty ones too."""
    made = draw(_lists())
    stream: Stream[CallList] = Stream(draw, made.list, passive=False)
    stream.add("verification_calls.list", made)
    return stream.state


def attempts() -> st.SearchStrategy[CallAttempt]:
    """Single attempts, as calls remember them."""
    return st.builds(
        CallAttempt,
        instants(),
        st.sampled_from([outcome.code for outcome in OUTCOMES]),
        st.sampled_from(_MEANINGS),
        st.just("") | handles(),
        st.just("") | codes(),
        st.none() | texts(),
        st.none() | money("EUR"),
    )


@st.composite
def call_outcomes(draw: st.DrawFn) -> CallOutcome:
    """What can come of a call: what ships, or a shop's own."""
    means = draw(st.sampled_from(_MEANINGS))
    labels = draw(st.dictionaries(st.sampled_from(("en", "es")), one_liners(min_size=1), max_size=2))
    return CallOutcome(f"x{draw(codes())}", means, draw(codes()) if means == "wrong" else "", labels)


def call_policies() -> st.SearchStrategy[CallPolicy]:
    """Whom a shop rings; with the outcomes that ship."""
    spans = st.integers(1, 400).map(lambda days: timedelta(days=days))
    return st.builds(
        CallPolicy,
        each_morning=st.booleans(),
        daily=st.integers(1, 1_000),
        reasons=st.lists(st.sampled_from(_REASONS), unique=True).map(tuple),
        repeat_within=spans,
        carriers=st.lists(handles(), max_size=2, unique=True).map(tuple),
        carrier_window=spans,
        share=st.integers(0, 100).map(lambda percent: percent / 100),
        rest=spans,
        look_back=spans,
        attempts=st.integers(1, 20),
        again_after=spans,
        keep=spans,
        script=st.just({}) | st.just({"en": "All well with {order}, {name}?"}),
    )


def _as_call(events: tuple[Event, ...]) -> VerificationCall:
    state = replay(events)
    assert isinstance(state, VerificationCall)
    return state
