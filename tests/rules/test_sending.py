"""The decision just before sending: one verdict with one reason, and what may never go out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.effects import Intent
from incidentkit.domain.ids import CustomerId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Choice, Consent, FailedAddress, Preferences, Scope
from incidentkit.domain.rotas import Absence, Rota, Swap
from incidentkit.domain.sending import FrequencyCap, QuietHours, SendPolicy, Sent, Standing
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.texts import Text
from incidentkit.domain.verdicts import Because, Defer, Matter, Send, SendReason, Suppress, Switch, Verdict
from incidentkit.rules.quiet import is_quiet, zone_of
from incidentkit.rules.sending import decide
from incidentkit.rules.wanted import unwanted
from incidentkit.testing.strategies import incidents, intents, orders, preferences, send_policies

NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)  # a Monday; noon in Madrid
NIGHT = datetime(2026, 5, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHANNELS = {"email": "email", "sms": "phone", "chat": "phone"}
MARTA = Customer("m", name="Marta", email="marta@example.com", phone="+34600000001")
ORDER = Order(OrderId("o-1"), NOON, Money("5", "EUR"), (Line("tea", 1, Money("5", "EUR")),))
INTENT = Intent("message/default/o-1/order.placed/c/sms/1", "message", "sms", "o-1", "order.placed", NOON, CustomerId("c"))


def shop(fallback: tuple[str, ...] = (), **policy: Any) -> Shop:
    return Shop(zone="Europe/Madrid", fallback=fallback, sending=SendPolicy(**policy))


def verdict(
    *,
    at: datetime = NOON,
    of: Shop | None = None,
    person: Customer | None = MARTA,
    wishes: Preferences | None = None,
    **given: Any,
) -> Verdict:
    sent = given.pop("sent", ())
    channels = given.pop("channels", CHANNELS)
    return decide(evolve(INTENT, **given), Standing(person, wishes, sent), Matter(ORDER), at, of or shop(), channels)


def wanting(*scopes: Scope) -> Preferences:
    return Preferences(CustomerId("c"), choices=tuple(Choice(scope, False, NOON) for scope in scopes))


def reason(found: Verdict) -> SendReason | None:
    return None if isinstance(found, Send) else found.reason


# --- Whether it may reach them -----------------------------------------------------------------------------------


def test_what_nothing_is_against_goes_out() -> None:
    """On the channel that it was planned for."""
    assert Send("sms", (Because("free", (("purpose", "service"), ("channel", "sms"))),)) == verdict()


@pytest.mark.parametrize("person", [None, evolve(MARTA, phone="")])
def test_nobody_without_an_address_is_written_to(person: Customer | None) -> None:
    """Neither somebody forgotten nor somebody without a phone, whatever the duty."""
    assert SendReason.NO_ADDRESS is reason(verdict(person=person))
    assert SendReason.NO_ADDRESS is reason(verdict(person=person, purpose="legal"))


def test_an_address_that_failed_is_left_alone() -> None:
    """Until it is restored; another address of theirs is not meant."""
    wishes = Preferences(CustomerId("c"), failed=(FailedAddress("phone", Text("text:1", MARTA.phone), NOON, "21610"),))
    found = verdict(wishes=wishes)

    assert isinstance(found, Suppress)
    assert (SendReason.ADDRESS_FAILED, "21610") == (found.reason, dict(found.because[0].values)["code"])
    assert isinstance(verdict(wishes=wishes, person=evolve(MARTA, phone="+34600000002")), Send)


@pytest.mark.parametrize(
    ("expected", "scope"),
    [
        (True, Scope()),
        (True, Scope("service")),
        (True, Scope("", "sms")),
        (True, Scope("service", "sms", Text("text:1", "+34 600 000 001"))),
        (False, Scope("survey")),
        (False, Scope("", "chat")),
        (False, Scope("", "", Text("text:1", "+34600000009"))),
    ],
)
def test_an_opt_out_counts_as_far_as_it_goes(expected: bool, scope: Scope) -> None:
    """For its purpose, its channel, its address; no further."""
    assert expected is (SendReason.OPTED_OUT is reason(verdict(wishes=wanting(scope))))


@pytest.mark.parametrize(
    ("expected", "consents"),
    [
        (SendReason.NO_CONSENT, ()),
        (None, (Consent("marketing", "", True, NOON),)),
        (None, (Consent("marketing", "sms", True, NOON),)),
        (SendReason.NO_CONSENT, (Consent("marketing", "email", True, NOON),)),
        (SendReason.NO_CONSENT, (Consent("marketing", "sms", False, NOON),)),
    ],
)
def test_advertising_needs_consent(expected: SendReason | None, consents: tuple[Consent, ...]) -> None:
    """For that purpose, on that channel; taken back counts as never given."""
    assert expected is reason(verdict(purpose="marketing", wishes=Preferences(CustomerId("c"), consents)))


def test_without_any_word_nobody_has_agreed() -> None:
    """Where nothing is known of a person's wishes."""
    assert SendReason.NO_CONSENT is reason(verdict(purpose="marketing"))


def test_a_legal_duty_goes_past_opt_outs_as_the_settings_say() -> None:
    """By default past an opt-out; not where the shop says no."""
    assert isinstance(verdict(purpose="legal", wishes=wanting(Scope())), Send)
    assert SendReason.OPTED_OUT is reason(verdict(purpose="legal", wishes=wanting(Scope()), of=shop(legal_passes=())))


def test_a_channel_that_is_not_loaded_is_handed_to() -> None:
    """Which fails, and can be repaired by a person; suppressed would be final."""
    assert isinstance(verdict(channel="pigeon"), Send)


# --- Another way -------------------------------------------------------------------------------------------------


def test_another_channel_of_the_person_carries_it() -> None:
    """The first of the shop's ways that can and may; what is no channel is passed over."""
    ways = ("chat", "email", "call")
    found = verdict(of=shop(ways), wishes=wanting(Scope("", "sms")))

    assert ("chat", SendReason.OPTED_OUT) == (found.channel, found.reason) if isinstance(found, Switch) else found is None


@pytest.mark.parametrize(
    ("expected", "person"), [("email", evolve(MARTA, phone="")), (None, evolve(MARTA, phone="", email=""))]
)
def test_a_way_needs_an_address_too(expected: str | None, person: Customer) -> None:
    """Where none has one, it is suppressed for the reason that the planned channel has."""
    found = verdict(of=shop(("chat", "email")), person=person)

    assert expected == (found.channel if isinstance(found, Switch) else None)
    assert SendReason.NO_ADDRESS is reason(found)


@pytest.mark.parametrize("purpose", ["survey", "marketing"])
def test_only_what_people_must_be_told_goes_another_way(purpose: str) -> None:
    """Nobody who wants no more of it by SMS is asked by mail how they like the shop."""
    agreed = Preferences(CustomerId("c"), (Consent(purpose, "", True, NOON),), (Choice(Scope("", "sms"), False, NOON),))

    assert Suppress is type(verdict(of=shop(("email",)), wishes=agreed, purpose=purpose))


def test_an_opt_out_of_the_purpose_leaves_no_other_way() -> None:
    """Nobody is written to by mail what they opted out of altogether."""
    assert Suppress is type(verdict(of=shop(("email",)), wishes=wanting(Scope("service"))))


def test_another_way_waits_for_its_own_hours() -> None:
    """At night the other phone channel is put off; it is decided anew in the morning."""
    found = verdict(of=shop(("chat",)), wishes=wanting(Scope("", "sms")), at=NIGHT)

    assert isinstance(found, Defer)
    assert (SendReason.QUIET_HOURS, NIGHT + 6 * HOUR) == (found.reason, found.until)
    assert Switch is type(verdict(of=shop(("chat",)), wishes=wanting(Scope("", "sms")), at=found.until))


def test_another_way_may_come_too_late() -> None:
    """Where its hours begin after the message's time."""
    found = verdict(of=shop(("chat",)), wishes=wanting(Scope("", "sms")), at=NIGHT, not_after=NIGHT + HOUR)

    assert SendReason.NO_TIME_LEFT is reason(found)


def test_what_would_come_too_late_goes_another_way_now() -> None:
    """Mail may come at night, where a phone's morning is after the message's time."""
    found = verdict(of=shop(("chat", "email")), at=NIGHT, not_after=NIGHT + HOUR)

    assert ("email", SendReason.QUIET_HOURS) == (found.channel, found.reason) if isinstance(found, Switch) else found is None


# --- When --------------------------------------------------------------------------------------------------------


def test_nobodys_phone_rings_at_night() -> None:
    """By default a phone is quiet from nine to nine, where the person lives; mail comes at any hour."""
    here, far = verdict(at=NIGHT), verdict(at=NOON, person=evolve(MARTA, zone="America/Los_Angeles"))

    assert isinstance(here, Defer)
    assert isinstance(far, Defer)
    assert (NIGHT + 6 * HOUR, NOON + 6 * HOUR) == (here.until, far.until)
    assert isinstance(verdict(at=NIGHT, channel="email"), Send)


def test_a_channels_own_quiet_hours_go_before_those_of_its_kind() -> None:
    """One that is said to have none has none."""
    quiet = {"phone": QuietHours("21:00-09:00"), "sms": QuietHours()}

    assert isinstance(verdict(at=NIGHT, of=shop(quiet_hours=quiet)), Send)


def test_a_legal_duty_keeps_quiet_unless_the_settings_say_otherwise() -> None:
    """Not by default; where ``legal_passes`` names quiet hours, it goes."""
    assert isinstance(verdict(at=NIGHT, purpose="legal"), Defer)
    assert isinstance(verdict(at=NIGHT, purpose="legal", of=shop(legal_passes=("quiet_hours",))), Send)


def test_a_cap_counts_over_every_channel() -> None:
    """Two a day, by whichever channel: the third waits until the first of them is a day old."""
    capped = shop(caps=(FrequencyCap(2, timedelta(days=1)),))
    sent = (Sent(NOON - 9 * HOUR, "survey", "email"), Sent(NOON - HOUR, "service", "sms"))
    found = verdict(of=capped, sent=sent, channel="email")

    assert isinstance(found, Defer)
    assert (SendReason.TOO_MANY, NOON + 15 * HOUR) == (found.reason, found.until)
    assert isinstance(verdict(of=capped, sent=sent[1:], channel="email"), Send)
    assert isinstance(verdict(of=capped, sent=sent, channel="email", purpose="legal"), Send)


def test_a_cap_counts_its_purposes_and_channels_only() -> None:
    """Surveys by SMS: other purposes and channels neither count nor wait."""
    capped = shop(caps=(FrequencyCap(1, timedelta(days=1), ("survey",), ("sms",)),))
    sent = (Sent(NOON - HOUR, "survey", "sms"),)

    assert isinstance(verdict(of=capped, sent=sent), Send)
    assert isinstance(verdict(of=capped, sent=sent, purpose="survey", channel="email"), Send)
    assert isinstance(verdict(of=capped, sent=sent, purpose="survey"), Defer)


def test_a_cap_that_ends_at_night_lasts_until_the_morning() -> None:
    """The deferral ends where both allow it; its reason is the cap."""
    capped = shop(caps=(FrequencyCap(1, timedelta(hours=12)),))
    found = verdict(of=capped, sent=(Sent(NOON - HOUR, "service", "sms"),))

    assert isinstance(found, Defer)
    assert (SendReason.TOO_MANY, NOON + 21 * HOUR) == (found.reason, found.until)


def test_what_is_noted_as_sent_counts() -> None:
    """A batch counts what it has sent itself."""
    standing = Standing(MARTA).noting("service", "sms", NOON)
    capped = shop(caps=(FrequencyCap(1, timedelta(days=1)),))

    assert isinstance(decide(INTENT, standing, Matter(ORDER), NOON, capped, CHANNELS), Defer)


def test_what_is_too_late_is_suppressed() -> None:
    """After the last instant; at that instant it still goes."""
    assert SendReason.EXPIRED is reason(verdict(not_after=NOON - timedelta(microseconds=1)))
    assert isinstance(verdict(not_after=NOON), Send)


def test_what_can_not_go_in_time_is_suppressed() -> None:
    """Where quiet hours outlast its time, and there is no other way."""
    found = verdict(at=NIGHT, not_after=NIGHT + HOUR)

    assert isinstance(found, Suppress)
    assert SendReason.NO_TIME_LEFT is found.reason
    assert ["quiet", "not_after"] == [fact.code for fact in found.because]


def test_what_is_not_wanted_has_that_reason_alone() -> None:
    """Whatever else is against it: without the thing that it is about, the address is not looked at."""
    found = decide(INTENT, Standing(), Matter(), NIGHT, shop(), CHANNELS)

    assert SendReason.NOT_IN_RECORD is reason(found)


# --- Staff -------------------------------------------------------------------------------------------------------

ANA = Customer("ana", name="ana", email="ana@example.com")
OFFICE = {"office": Calendar("office", Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]}))}
ALWAYS = {"day": Calendar("day", Schedule.always("Europe/Madrid"))}


def to_ana(at: datetime, **given: Any) -> Verdict:
    of = Shop(**{"zone": "Europe/Madrid", "agents": (Agent("ana", "after-sales", email=ANA.email),), **given})
    case = _case_of(of)
    notice = Intent(
        "k", "message", "email", "i-1", "staff.assigned", at, values=(("agent", "ana"),), purpose="staff", cause="x"
    )
    return decide(notice, Standing(ANA), Matter(case), at, of, CHANNELS)


def _case_of(of: Shop) -> Any:
    from incidentkit.domain.ids import IncidentId
    from incidentkit.domain.incidents import Incident, Owner

    return Incident(IncidentId("i-1"), "late", "minor", Text("text:1"), NOON, Owner("after-sales", "ana"))


def test_an_agent_is_told_at_work() -> None:
    """In the hours of the team, where it has no rota."""
    found = to_ana(NIGHT, calendar="office", calendars=OFFICE)

    assert isinstance(found, Defer)
    assert (SendReason.OFF_DUTY, NIGHT + 6 * HOUR) == (found.reason, found.until)
    assert isinstance(to_ana(NOON, calendar="office", calendars=OFFICE), Send)


def test_an_absent_agent_is_told_when_they_are_back() -> None:
    """And back at work."""
    away = Absence("ana", NOON.date(), NOON.date())
    found = to_ana(NOON, calendar="office", calendars=OFFICE, absences=(away,))

    assert isinstance(found, Defer)
    assert NOON + 21 * HOUR == found.until


def test_an_agent_with_a_rota_is_told_on_their_shift() -> None:
    """Whatever the hours of the team."""
    rota = Rota(("ana",), Schedule("Europe/Madrid", {"mon-fri": ["14:00-22:00"]}))
    found = to_ana(NOON, calendar="office", calendars=OFFICE, rotas=(rota,))

    assert isinstance(found, Defer)
    assert NOON + 2 * HOUR == found.until


def test_an_agent_without_shifts_is_told_in_the_teams_hours() -> None:
    """A supervisor beside a team that works in shifts; whoever does somebody's shift is told on that."""
    rota = Rota(("luis",), Schedule("Europe/Madrid", {"mon-fri": ["14:00-22:00"]}))
    agents = (Agent("ana", "after-sales", email=ANA.email), Agent("luis", "after-sales"))
    beside = to_ana(NOON, calendar="office", calendars=OFFICE, rotas=(rota,), agents=agents)
    swap = Swap(NOON.date(), "luis", "ana")
    instead = to_ana(NOON, calendar="office", calendars=OFFICE, rotas=(rota,), swaps=(swap,), agents=agents)

    assert isinstance(beside, Send)
    assert isinstance(instead, Defer)
    assert NOON + 2 * HOUR == instead.until


def test_an_agent_who_never_comes_back_is_not_told() -> None:
    """Nothing is put off for ever."""
    first = NOON.date()
    away = tuple(Absence("ana", day, day) for day in (first + timedelta(days=n) for n in range(60)))
    rota = Rota(("ana",), Schedule("Europe/Madrid", {}, {datetime(2020, 1, 1, tzinfo=UTC).date(): ["09:00-10:00"]}))

    assert SendReason.NO_TIME_LEFT is reason(to_ana(NOON, rotas=(rota,)))
    assert SendReason.NO_TIME_LEFT is reason(to_ana(NOON, absences=away, calendar="day", calendars=ALWAYS))


def test_staff_are_asked_for_no_consent() -> None:
    """Nor does an agent's notice go another way."""
    of = Shop(agents=(Agent("ana", "after-sales"),), fallback=("sms",))
    notice = Intent("k", "message", "email", "i-1", "staff.assigned", NOON, values=(("agent", "ana"),), purpose="staff")
    found = decide(notice, Standing(evolve(ANA, email="", phone="+34600000001")), Matter(_case_of(of)), NOON, of, CHANNELS)

    assert Suppress is type(found)
    assert SendReason.NO_ADDRESS is reason(found)


def test_a_notice_to_nobody_of_the_shop_is_not_theirs() -> None:
    """An agent whom the settings no longer have."""
    notice = Intent("k", "message", "email", "i-1", "staff.assigned", NOON, values=(("agent", "gone"),), purpose="staff")
    found = decide(notice, Standing(), Matter(_case_of(shop())), NOON, shop(), CHANNELS)

    assert SendReason.NOT_THEIRS is reason(found)


# --- The laws ----------------------------------------------------------------------------------------------------

ZONES = ("", "Europe/Madrid", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia")


WAYS = ((), ("email",), ("chat", "sms", "email"))


def people() -> st.SearchStrategy[Customer | None]:
    """Marta, anywhere, as a rule with both of her addresses; now and then nobody."""
    often = st.sampled_from((True, True, True, False))
    known = st.builds(
        lambda zone, mail, phone: evolve(
            MARTA, zone=zone, email=MARTA.email if mail else "", phone=MARTA.phone if phone else ""
        ),
        st.sampled_from(ZONES),
        often,
        often,
    )
    return st.integers(0, 9).flatmap(lambda n: known if n else st.none())


@st.composite
def decisions(draw: st.DrawFn, *, about: int | None = None) -> tuple[Intent, Standing, Matter, datetime, Shop]:
    """Everything that a decision looks at, with what was sent lately and addresses that are spoken of.

    Args:
        about: 0 for any message about anything, else a welcome one about an order.
    """
    at = NIGHT + timedelta(minutes=draw(st.integers(0, 20_000)))
    addresses = st.sampled_from((Text("text:1", MARTA.phone), Text("text:2", MARTA.email)))
    ago = st.integers(0, 3_000).map(lambda minutes: at - timedelta(minutes=minutes))
    purposes, channels = st.sampled_from(("service", "survey", "legal")), st.sampled_from(list(CHANNELS))
    sent = sorted(draw(st.lists(st.builds(Sent, ago, purposes, channels), max_size=5)), key=lambda s: s.at)
    wishes = draw(st.none() | st.none() | preferences(addresses))
    of = Shop(zone=draw(st.sampled_from(ZONES[1:])), fallback=draw(st.sampled_from(WAYS)), sending=draw(send_policies()))
    later = st.integers(0, 5_000).map(lambda minutes: at + timedelta(minutes=minutes))
    about = draw(st.integers(0, 3)) if about is None else about
    intent = evolve(
        INTENT if about else draw(intents()),
        channel=draw(st.sampled_from((*CHANNELS, *CHANNELS, "pigeon"))),
        purpose=draw(st.sampled_from(("service", "legal", "survey", "marketing"))),
        not_after=draw(st.none() | st.none() | later),
    )
    matter = Matter(ORDER if about else draw(orders() | incidents()))
    return intent, Standing(draw(people()), wishes, tuple(sent)), matter, at, of


SOME = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


Decided = tuple[Intent, Standing, Matter, datetime, Shop]


def decided(case: Decided, at: datetime | None = None) -> Verdict:
    intent, standing, matter, now, of = case
    return decide(intent, standing, matter, at or now, of, CHANNELS)


@given(decisions())
def test_each_verdict_that_is_not_to_send_has_exactly_one_reason(case: Decided) -> None:
    """One of the closed list, with the facts that led there."""
    found = decided(case)

    assert isinstance(found, (Send, Defer, Suppress, Switch))
    assert isinstance(found, Send) or isinstance(found.reason, SendReason)
    assert found.because


@SOME
@given(decisions(about=1) | decisions())
def test_nothing_goes_out_that_may_not(case: Decided) -> None:
    """No address, an objection, no consent, quiet hours, a cap, a reason that is gone, a time that is over: never."""
    intent, standing, matter, at, of = case
    found = decided(case)
    assume(isinstance(found, (Send, Switch)) and found.channel in CHANNELS)
    assert isinstance(found, (Send, Switch))
    kind, passes = CHANNELS[found.channel], of.sending.legal_passes if intent.purpose == "legal" else ()
    person, wishes = standing.person, standing.preferences or Preferences(CustomerId("c"))
    address = "" if person is None else person.email if kind == "email" else person.phone
    assert address
    assert person is not None
    assert wishes.failure(kind, address) is None
    assert "opt_outs" in passes or wishes.objection(intent.purpose, found.channel, address) is None
    if intent.purpose in of.sending.consent:
        consent = wishes.consent(intent.purpose, found.channel)
        assert consent is not None
        assert consent.given
    quiet = of.sending.quiet(found.channel, kind)
    assert "quiet_hours" in passes or not is_quiet(quiet, zone_of(person.zone, of.zone), at)
    for cap in of.sending.caps if "caps" not in passes else ():
        counted = [s for s in standing.sent if cap.counts(s.purpose, s.channel) and s.at > at - cap.per]
        assert not cap.counts(intent.purpose, found.channel) or len(counted) < cap.most
    assert unwanted(intent, matter, at, of) is None
    assert intent.not_after is None or at <= intent.not_after


@SOME
@given(decisions(about=1), st.lists(st.integers(0, 999), max_size=5))
def test_a_deferral_ends_at_the_first_instant_that_is_allowed(case: Decided, shares: list[int]) -> None:
    """As things stand, nothing goes out before its end, and nothing is in the way at its end."""
    of_the_day = ((case[3] + n * HOUR, decided(case, case[3] + n * HOUR)) for n in range(0, 24, 3))
    found = next(((at, made) for at, made in of_the_day if isinstance(made, Defer)), None)
    assume(found is not None)
    assert found is not None
    at, deferral = found

    assert deferral.until > at
    assert not isinstance(decided(case, deferral.until), Defer)
    for instant in (
        deferral.until - timedelta(microseconds=1),
        *(at + (deferral.until - at) * share / 1000 for share in shares),
    ):
        assert not isinstance(decided(case, instant), (Send, Switch))


@given(decisions())
def test_a_legal_duty_never_goes_where_there_is_no_address(case: Decided) -> None:
    """Whatever the settings let it pass."""
    intent, standing, matter, at, of = case
    nowhere = evolve(standing, person=None)
    found = decide(evolve(intent, purpose="legal"), nowhere, matter, at, of, CHANNELS)

    assert isinstance(found, Suppress) or (isinstance(found, Send) and found.channel not in CHANNELS)
