"""What people say about being written to: consents, opt-outs and their scope, addresses that fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from attrs import evolve as changed
from hypothesis import given

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.preferences import PURPOSES, Preferences, Scope
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules import people as rules
from incidentkit.rules.decision import Decision
from incidentkit.testing.strategies import person_histories

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOME, WORK = Text("text:1", "marta@example.com"), Text("text:2", "marta@work.example")
NOTHING = Preferences(CustomerId("p-1"))


def after(known: Preferences, *happenings: Happening | Decision) -> Preferences:
    """Once all of that was said, a minute apart."""
    state: Preferences = known
    at = AT
    for happening in happenings:
        for data in happening.events if isinstance(happening, Decision) else (happening,):
            state = cast("Preferences", evolve(state, Event("p-1", 1, data, at, at, "customer:customer", "people")))
        at += timedelta(minutes=1)
    return state


def free(known: Preferences, purpose: str = "service", channel: str = "sms", address: str = "+34600000001") -> bool:
    return known.objection(purpose, channel, address) is None


def out(purpose: str = "", channel: str = "", address: Text | None = None) -> ev.PersonOptedOut:
    return ev.PersonOptedOut(purpose, channel, address)


def back(purpose: str = "", channel: str = "", address: Text | None = None) -> ev.PersonOptedIn:
    return ev.PersonOptedIn(purpose, channel, address)


# --- The scope of an opt-out -------------------------------------------------------------------------------------


def test_a_stop_to_one_number_is_about_that_channel_only() -> None:
    """STOP to the number of one SMS channel leaves another number, and e-mail, as they are."""
    known = after(NOTHING, out(channel="sms-shop"))

    assert not free(known, channel="sms-shop")
    assert free(known, channel="sms-courier")
    assert free(known, channel="email", address="marta@example.com")


def test_an_opt_out_of_an_address_is_about_that_address_only() -> None:
    """Who writes from another address is not meant; blanks and capitals make no difference."""
    known = after(NOTHING, out(channel="email", address=HOME))

    assert not free(known, channel="email", address=" Marta@Example.com")
    assert free(known, channel="email", address="marta@work.example")


def test_an_opt_out_of_a_purpose_is_about_every_channel() -> None:
    """No more surveys, wherever; everything else goes on."""
    known = after(NOTHING, out(purpose="survey"))

    assert not any(free(known, "survey", channel) for channel in ("sms", "email"))
    assert free(known, "service")


def test_an_opt_out_of_everything_is_about_everything() -> None:
    """Every purpose, every channel, every address."""
    known = after(NOTHING, out())

    assert not any(free(known, purpose, channel) for purpose in PURPOSES for channel in ("sms", "email"))


def test_the_last_word_counts() -> None:
    """Out of everything, and surveys by e-mail again: those, and nothing else."""
    known = after(NOTHING, out(), back("survey", "email"))

    assert free(known, "survey", "email")
    assert not free(known, "survey", "sms")
    assert not free(known, "service", "email")


@given(person_histories())
def test_the_last_word_on_a_message_decides(history: tuple[Event, ...]) -> None:
    """Whatever was said in whatever order: what is kept answers as all of it does, where one word is within the other."""
    known = after(NOTHING, *(event.data for event in history))
    said = [event.data for event in history if isinstance(event.data, (ev.PersonOptedOut, ev.PersonOptedIn))]
    addresses = [str(data.address) for data in said if data.address is not None] + ["nobody@example.com"]
    for purpose in PURPOSES:
        for channel in ("local", "sms"):
            for address in addresses:
                scopes = [(Scope(d.purpose, d.channel, d.address), isinstance(d, ev.PersonOptedIn)) for d in said]
                meant = [each for each in scopes if each[0].covers(purpose, channel, address)]
                stands = [
                    scope
                    for place, (scope, wanted) in enumerate(meant)
                    if not wanted and not any(w and (s.within(scope) or scope.within(s)) for s, w in meant[place + 1 :])
                ]

                assert free(known, purpose, channel, address) == (not stands)


@given(person_histories())
def test_consents_are_the_last_word_too(history: tuple[Event, ...]) -> None:
    """Of what was said about a purpose on a channel, or on every channel, the last counts."""
    known = after(NOTHING, *(event.data for event in history))
    said = [event.data for event in history if isinstance(event.data, ev.PersonConsented)]
    for purpose in PURPOSES:
        for channel in ("local", "email"):
            covering = [data.given for data in said if data.purpose == purpose and data.channel in ("", channel)]
            last = known.consent(purpose, channel)

            assert covering[-1:] == ([] if last is None else [last.given])


# --- Saying it ---------------------------------------------------------------------------------------------------


def test_saying_the_same_again_changes_nothing() -> None:
    """An opt-out that is the last word already, a consent that was given, a failure that is known."""
    known = after(NOTHING, out("survey"), ev.PersonConsented("marketing"), ev.AddressFailed("email", HOME))

    assert Decision() == rules.opt_out(known, Scope("survey"), "")
    assert Decision() == rules.consent(known, "marketing", "", True, "")
    assert Decision() == rules.address_failed(known, "email", HOME, "5.1.1")
    assert Decision() == rules.opt_in(known, Scope("service"), "", False)
    assert Decision() == rules.address_restored(known, "phone", None, False)


def test_wanting_a_purpose_again_takes_back_no_stop() -> None:
    """Surveys again, on every channel: but not to the number that was told to stop, and to that one by its own word."""
    known = after(NOTHING, out(channel="sms"), back("survey"))

    assert not free(known, "survey", "sms")
    assert free(after(known, back(channel="sms")), "survey", "sms")


def test_what_was_wanted_in_between_can_be_refused_again() -> None:
    """Out of everything, surveys again, and out of surveys once more."""
    known = after(NOTHING, out(), back("survey"))

    assert (out("survey"),) == rules.opt_out(known, Scope("survey"), "").events
    assert (back("survey", "sms"),) == rules.opt_in(after(known, out("survey")), Scope("survey", "sms"), "", False).events
    assert Decision() == rules.opt_in(known, Scope("survey"), "", False)


def test_the_first_word_is_always_kept() -> None:
    """Wanting what nobody had refused, or mending what had not failed, is kept where it is all that is known."""
    assert (back("survey"),) == rules.opt_in(NOTHING, Scope("survey"), "", True).events
    assert (ev.AddressRestored("email"),) == rules.address_restored(NOTHING, "email", None, True).events


def test_agreeing_to_a_purpose_takes_back_its_opt_out() -> None:
    """Who agrees to advertising after opting out of advertising wants it again; a STOP to a number stays."""
    known = after(NOTHING, out("marketing", "email"), out(channel="sms"))
    agreed = after(known, rules.consent(known, "marketing", "", True, "checkout"))

    assert free(agreed, "marketing", "email")
    assert not free(agreed, "marketing", "sms")


def test_taking_a_consent_back_is_no_opt_out() -> None:
    """It says only that nothing is agreed to."""
    known = after(NOTHING, ev.PersonConsented("marketing"))

    assert (ev.PersonConsented("marketing", "", False),) == rules.consent(known, "marketing", "", False, "").events


@pytest.mark.parametrize("purpose", ["legal", "staff", "fun"])
def test_nobody_is_asked_for_a_duty(purpose: str) -> None:
    """What the law demands and what staff are told need no consent, and there is no other purpose."""
    with pytest.raises(InvalidInput, match="service, survey, marketing"):
        rules.consent(NOTHING, purpose, "", True, "")


def test_a_failure_is_kept_with_what_was_said() -> None:
    """The address as a text of the vault, and the code of its server."""
    assert (ev.AddressFailed("email", HOME, "5.1.1"),) == rules.address_failed(NOTHING, "email", HOME, "5.1.1").events


# --- Addresses ---------------------------------------------------------------------------------------------------


def test_a_failed_address_is_that_address() -> None:
    """Another one of the same kind is not meant, nor the same text as another kind."""
    known = after(NOTHING, ev.AddressFailed("email", HOME, "5.1.1"))

    assert known.failure("email", "marta@example.com") is not None
    assert known.failure("email", "marta@work.example") is None
    assert known.failure("phone", "marta@example.com") is None


def test_addresses_are_restored_one_by_one_or_all() -> None:
    """One by its text, or every one of a kind."""
    known = after(NOTHING, ev.AddressFailed("email", HOME), ev.AddressFailed("email", WORK), ev.AddressFailed("phone", WORK))
    one = after(known, rules.address_restored(known, "email", HOME, False))
    every = after(known, rules.address_restored(known, "email", None, False))

    assert [("email", WORK), ("phone", WORK)] == [(f.kind, f.address) for f in one.failed]
    assert [("phone", WORK)] == [(f.kind, f.address) for f in every.failed]


def test_the_text_of_a_known_address_is_found() -> None:
    """So that one address is one text in all that is known of a person."""
    known = after(NOTHING, out(address=WORK), ev.AddressFailed("email", HOME))

    assert (WORK, HOME, None) == tuple(map(known.known_address, ("marta@WORK.example", "marta@example.com", "x@example.com")))


@pytest.mark.parametrize("decide", [rules.address_failed, rules.address_restored])
def test_there_are_two_kinds_of_addresses(decide: object) -> None:
    """E-mail and phone."""
    with pytest.raises(InvalidInput, match="email or phone"):
        decide(NOTHING, "pigeon", HOME, "")  # type: ignore[operator]


@given(person_histories())
def test_nothing_hangs_on_words_that_may_be_forgotten(history: tuple[Event, ...]) -> None:
    """Preferences are the same, whether or not the vault still knows the addresses."""
    whole = after(NOTHING, *(event.data for event in history))
    blank = after(NOTHING, *(_forgotten(event.data) for event in history))

    assert whole == blank


def _forgotten(data: Happening) -> Happening:
    address = getattr(data, "address", None)
    return cast("Happening", changed(cast("Any", data), address=Text(address.ref))) if address is not None else data
