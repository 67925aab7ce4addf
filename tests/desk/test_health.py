"""What a desk says of how well it runs, and what observers are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.health import CommandSeen, Health, MessageSeen
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.hooks import hookimpl
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import placed, reported


class Watcher:
    """A plugin that keeps what it is shown."""

    def __init__(self) -> None:
        self.commands: list[CommandSeen] = []
        self.messages: list[MessageSeen] = []
        self.healths: list[Health] = []

    @hookimpl
    def incidentkit_on_command(self, command: CommandSeen) -> None:
        """Kept for later."""
        self.commands.append(command)

    @hookimpl
    def incidentkit_on_messages(self, messages: tuple[MessageSeen, ...]) -> None:
        """Kept for later."""
        self.messages += messages

    @hookimpl
    def incidentkit_on_health(self, health: Health) -> None:
        """Kept for later."""
        self.healths.append(health)


@pytest.fixture
def watcher() -> Watcher:
    """Has seen nothing yet."""
    return Watcher()


@pytest.fixture
def watched(opened: Opened, watcher: Watcher, post: Post) -> Desk:
    """A desk that is looked at."""
    return opened(plugins=(post, watcher))


# --- Health ------------------------------------------------------------------------------------------------------


def test_a_new_desk_is_well(desk: Desk) -> None:
    """Nothing waits and nothing is wrong."""
    found = desk.health()

    assert (True, (), 0) == (found.healthy, found.problems, found.events)


def test_messages_that_nobody_sends_are_a_problem(desk: Desk, clock: ManualClock) -> None:
    """After a quarter of an hour the check fails, and says since when."""
    placed(desk)
    began = clock.now
    clock.advance(minutes=16)
    found = desk.health()

    assert (False, [("messages_late", 1, began)]) == (
        found.healthy,
        [(problem.code, problem.count, problem.since) for problem in found.problems],
    )


def test_what_was_sent_waits_no_more(desk: Desk, clock: ManualClock) -> None:
    """The worker has done its work."""
    placed(desk)
    clock.advance(minutes=16)
    desk.send_due()

    assert desk.health().healthy


def test_timers_on_which_nobody_acts_are_a_problem(desk: Desk, clock: ManualClock) -> None:
    """Cases are watched by a tick."""
    case = reported(desk)
    desk.send_due()
    assert case.deadlines.resolve_by is not None
    clock.advance(days=10)
    late = [problem.code for problem in desk.health().problems]
    desk.tick()
    desk.send_due()

    assert (["timers_late"], True) == (late, desk.health().healthy)


def test_a_dead_letter_is_named(desk: Desk, post: Post) -> None:
    """It waits for a person, and the check goes through."""
    placed(desk)
    post.post.mood = "permanent"
    desk.send_due()
    found = desk.health()

    assert (True, ["dead_letters"], 1) == (found.healthy, [p.code for p in found.problems], found.dead)


def test_a_message_in_doubt_is_named(opened: Opened, post: Post) -> None:
    """Nobody knows whether it went out."""
    desk = opened()
    desk.incidents.notify(reported(desk).id, channel="wire")
    post.wire.mood = "broken"
    desk.send_due()

    assert "messages_unknown" in [problem.code for problem in desk.health().problems]


def test_a_patience_below_nothing_is_refused(desk: Desk) -> None:
    """It must be a time."""
    with pytest.raises(InvalidInput):
        desk.health(late=timedelta(seconds=-1))


# --- Observers ---------------------------------------------------------------------------------------------------


def test_a_command_is_shown_with_its_outcome(watched: Desk, watcher: Watcher) -> None:
    """Done or refused, with the code of the error."""
    order = placed(watched)
    with pytest.raises(RuleViolation) as refused:
        watched.orders.deliver(order.id)

    assert [("orders.place", "done", ""), ("orders.deliver", "refused", refused.value.code)] == [
        (seen.command, seen.outcome, seen.code) for seen in watcher.commands
    ]
    assert all(seen.took > timedelta(0) and not seen.conflicts for seen in watcher.commands)


def test_messages_are_shown_with_what_became_of_them(watched: Desk, watcher: Watcher, clock: ManualClock) -> None:
    """Their channel, their text and how late they were."""
    placed(watched)
    clock.advance(minutes=2)
    watched.send_due()

    assert [("post", "order.placed", "done", timedelta(minutes=2))] == [
        (seen.channel, seen.step, seen.state, seen.late) for seen in watcher.messages
    ]


def test_health_is_shown_after_each_round(watched: Desk, watcher: Watcher) -> None:
    """After sending and after a tick."""
    watched.send_due()
    watched.tick()

    assert [True, True] == [health.healthy for health in watcher.healths]


def test_an_observer_that_fails_disturbs_nobody(opened: Opened, post: Post) -> None:
    """The command is done."""

    class Broken:
        """Fails at everything."""

        @hookimpl
        def incidentkit_on_command(self, command: CommandSeen) -> None:
            """Says nothing of use."""
            raise RuntimeError(command.command)

    desk = opened(plugins=(post, Broken()))

    assert placed(desk).id
