"""Strategies for accounts, and histories of them."""

from __future__ import annotations

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import AccountId
from incidentkit.testing.strategies._basics import codes, handles, ids, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = ["account_histories", "accounts", "descriptions"]


def descriptions(account: str | None = None, key: str | None = None) -> st.SearchStrategy[ev.AccountDescribed]:
    """What is said of companies, with and without somebody who looks after them."""
    return st.builds(
        ev.AccountDescribed,
        (ids() if account is None else st.just(account)).map(AccountId),
        codes() if key is None else st.just(key),
        st.just("") | handles(),
        st.none() | texts(),
    )


@st.composite
def account_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one account: described once or several times, each time in full."""
    account, key = draw(ids()), draw(codes())
    stream: Stream[Account] = Stream(draw, account, passive=False)
    for _ in range(draw(st.integers(1, 3))):
        stream.add("accounts.describe", draw(descriptions(account, key)))
        stream.later()
    return stream.events


def accounts() -> st.SearchStrategy[Account]:
    """Companies, with and without a name and somebody who looks after them."""
    return account_histories().map(_as_account)


def _as_account(events: tuple[Event, ...]) -> Account:
    state = replay(events)
    assert isinstance(state, Account)
    return state
