"""A channel's gate: its rate is never exceeded, and a breaker that is open lets nothing through but one to try it out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from incidentkit.domain.channels import ChannelState
from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy
from incidentkit.domain.shop import ChannelSettings
from incidentkit.rules.admission import admit, note, open_until

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def limited(count: int, per: timedelta) -> ChannelSettings:
    """A channel that takes so many in that time."""
    return ChannelSettings("sms", rate=RateLimit(count=count, per=per))


# --- The rate ----------------------------------------------------------------------------------------------------


def let_through(settings_: ChannelSettings, asked: list[timedelta]) -> list[datetime]:
    """When messages went through that ask one after the other, each again when it is told to."""
    state, now, through = ChannelState(), AT, []
    for wait in asked:
        now += wait
        state, later = admit(state, settings_, now)
        for _ in range(3):
            if later is None:
                break
            now = later
            state, later = admit(state, settings_, now)
        assert later is None, "who comes back when told is let through"
        through.append(now)
    return through


@given(
    st.integers(1, 200),
    st.integers(1, 10**6).map(lambda milli: timedelta(milliseconds=milli)),
    st.lists(st.integers(0, 2 * 10**6).map(lambda milli: timedelta(milliseconds=milli)) | st.just(timedelta(0)), max_size=400),
)
@settings(max_examples=60)
def test_the_rate_is_never_exceeded_over_any_window(count: int, per: timedelta, asked: list[timedelta]) -> None:
    """Wherever a window of that length is laid, there are at most so many in it."""
    through = let_through(limited(count, per), asked)

    assert all(through[i + count] - through[i] >= per for i in range(len(through) - count))


@given(st.integers(1, 64), st.integers(0, 50))
def test_what_is_allowed_goes_through_at_once(count: int, more: int) -> None:
    """As many as the rate allows need not wait; the next waits until the first of them is out of the window."""
    state = ChannelState()
    untils = []
    for _ in range(count + more):
        state, until = admit(state, limited(count, MINUTE), AT)
        untils.append(until)

    assert [None] * count + [AT + MINUTE] * more == untils


def test_much_is_remembered_shortly() -> None:
    """Ten thousand a day need no ten thousand instants, and lose little of the rate by that."""
    settings_, state, now, through = limited(10_000, timedelta(days=1)), ChannelState(), AT, 0
    while now < AT + timedelta(days=3):
        state, until = admit(state, settings_, now)
        through += until is None
        now = until or now + timedelta(seconds=4)

    assert len(state.recent) <= 66
    assert 0.95 * 30_000 < through <= 30_000


# --- The breaker -------------------------------------------------------------------------------------------------

POLICY = BreakerPolicy(failures=3, rest=MINUTE, max_rest=10 * MINUTE)
SETTINGS = ChannelSettings("sms", breaker=POLICY, retry=RetryPolicy(retry_after_max=timedelta(hours=1)))


def failed(times: int, now: datetime = AT, state: ChannelState | None = None) -> ChannelState:
    """A channel after so many failures in a row."""
    state = state or ChannelState()
    for _ in range(times):
        state = note(state, SETTINGS, False, now)
    return state


def test_it_opens_after_failures_in_a_row() -> None:
    """Not before, and a success in between begins the count anew."""
    between = failed(2, state=note(failed(2), SETTINGS, True, AT))

    assert [None, None, AT + MINUTE] == [open_until(state, AT) for state in (failed(2), between, failed(3))]


def test_half_open_lets_one_through() -> None:
    """After the rest the first who asks may try; the others wait for what comes of it."""
    later = AT + MINUTE
    state, first = admit(failed(3), SETTINGS, later)
    _, second = admit(state, SETTINGS, later)

    assert (None, later + MINUTE) == (first, second)


def test_a_try_that_fails_opens_it_for_longer() -> None:
    """Twice as long each time, up to the longest rest; a try that works closes it."""
    state, now, rests = failed(3), AT, []
    for _ in range(6):
        until = open_until(state, now)
        assert until is not None
        rests.append(until - now)
        now = until
        state, _ = admit(state, SETTINGS, now)
        state = note(state, SETTINGS, False, now)

    assert [MINUTE * n for n in (1, 2, 4, 8, 10, 10)] == rests
    now = open_until(state, now) or now
    state, _ = admit(state, SETTINGS, now)
    assert ChannelState() == note(state, SETTINGS, True, now)


def test_a_try_whose_worker_died_is_made_again() -> None:
    """Nobody waits for ever for an answer that does not come."""
    later = AT + MINUTE
    state, _ = admit(failed(3), SETTINGS, later)
    _, again = admit(state, SETTINGS, later + MINUTE)

    assert again is None


def test_what_was_under_way_when_it_opened_changes_nothing() -> None:
    """A late success does not close it, a late failure does not lengthen its rest."""
    opened = failed(3)

    assert open_until(opened, AT) == open_until(note(opened, SETTINGS, True, AT + SECOND), AT)
    assert open_until(opened, AT) == open_until(note(opened, SETTINGS, False, AT + SECOND), AT)


def test_a_time_that_the_channel_names_is_kept() -> None:
    """From the first failure on, for as long as it says, up to what the policy allows."""
    said = note(ChannelState(), SETTINGS, False, AT, 10 * MINUTE)
    much = note(ChannelState(), SETTINGS, False, AT, timedelta(days=30))

    assert [AT + 10 * MINUTE, AT + timedelta(hours=1)] == [open_until(said, AT), open_until(much, AT)]


class Breaker(RuleBasedStateMachine):
    """A breaker beside its three states told a second time: closed, open, half open."""

    @initialize()
    def begin(self) -> None:
        self.state, self.now = ChannelState(), AT
        self.model, self.row, self.rests = "closed", 0, 0
        self.until = self.probing_until = AT

    @rule(seconds=st.integers(0, 900))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        if self.model == "open" and self.now >= self.until:
            self.model = "half open"
            self.probing_until = self.now

    @rule()
    def ask(self) -> None:
        self.state, later = admit(self.state, SETTINGS, self.now)
        free = self.model == "closed" or (self.model == "half open" and self.now >= self.probing_until)
        assert (later is None) == free
        if self.model == "half open" and free:
            self.probing_until = self.now + MINUTE

    @rule()
    def works(self) -> None:
        self.state = note(self.state, SETTINGS, True, self.now)
        if self.model != "open":
            self.model, self.row, self.rests = "closed", 0, 0

    @rule()
    def fails(self) -> None:
        self.state = note(self.state, SETTINGS, False, self.now)
        self.row += 1
        if self.model == "half open" or (self.model == "closed" and self.row >= POLICY.failures):
            self.until = self.now + min(POLICY.rest * 2**self.rests, POLICY.max_rest)
            self.model, self.rests = "open", self.rests + 1

    @precondition(lambda self: self.model == "open")
    @invariant()
    def rests_until(self) -> None:
        assert self.until == open_until(self.state, self.now)

    @invariant()
    def closed_means_free(self) -> None:
        assert (self.model == "closed") == (self.state.open_until is None)


TestBreaker = Breaker.TestCase
