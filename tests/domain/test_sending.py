"""The policy of sending: what it takes, and what it refuses."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from incidentkit.domain.calendars import Hours
from incidentkit.domain.sending import FrequencyCap, QuietHours, SendPolicy
from incidentkit.errors import InvalidInput

DAY = timedelta(days=1)
NIGHT = Hours(time(21), time(9))


def test_quiet_hours_are_said_for_every_day_or_by_weekday() -> None:
    """One text for all days, or a table; days that it leaves out have none."""
    assert ((NIGHT,),) * 7 == QuietHours("21:00-09:00").week
    assert ((),) * 5 + ((NIGHT,),) * 2 == QuietHours({"sat-sun": ["21:00-09:00"]}).week
    assert not QuietHours()


@pytest.mark.parametrize(
    "week",
    [
        "00:00-24:00",
        "10:00-10:00",
        {"mon-sun": ["00:00-12:00", "12:00-24:00"]},
        {"mon": ["12:00-12:00"], "tue-sat": ["12:00-24:00", "00:00-12:00"], "sun": ["00:00-12:00", "12:00-12:00"]},
    ],
)
def test_quiet_hours_leave_some_time(week: Any) -> None:
    """A week that is quiet from end to end would put everything off for ever."""
    with pytest.raises(InvalidInput, match="leave some time"):
        QuietHours(week)


@pytest.mark.parametrize(
    "week", ["23:59-23:58", {"mon-sun": ["00:00-12:00", "12:01-24:00"]}, {"mon-sat": ["00:00-24:00"], "sun": ["00:00-23:59"]}]
)
def test_one_minute_is_enough(week: Any) -> None:
    """Wherever in the week it lies."""
    assert QuietHours(week)


@pytest.mark.parametrize(
    "week",
    [{"mon-fri": ["21:00-09:00"], "fri": []}, {"someday": []}, {"mon": ["21:00-23:00", "22:00-09:00"]}, ((),) * 6, "9-5"],
)
def test_quiet_hours_are_a_week(week: Any) -> None:
    """Each day once, no hours that overlap, seven days."""
    with pytest.raises(InvalidInput):
        QuietHours(week)


@pytest.mark.parametrize(
    ("expected", "channel", "address"),
    [("phone", "sms", "phone"), ("chat", "chat", "phone"), ("none", "email", "email")],
)
def test_a_channel_has_its_own_quiet_hours_or_those_of_its_kind(expected: str, channel: str, address: str) -> None:
    """Its name goes before the kind of address that it writes to; without either there are none."""
    known = {"phone": QuietHours("21:00-09:00"), "chat": QuietHours("13:00-15:00"), "none": QuietHours()}
    policy = SendPolicy(quiet_hours={name: hours for name, hours in known.items() if name != "none"})

    assert known[expected] == policy.quiet(channel, address)


@pytest.mark.parametrize(
    ("expected", "purpose", "channel"),
    [(True, "survey", "sms"), (False, "survey", "email"), (False, "service", "sms"), (False, "legal", "sms")],
)
def test_a_cap_counts_what_it_names(expected: bool, purpose: str, channel: str) -> None:
    """Purposes and channels."""
    assert expected is FrequencyCap(1, DAY, ("survey",), ("sms",)).counts(purpose, channel)


@pytest.mark.parametrize(("expected", "purpose"), [(True, "marketing"), (True, "service"), (False, "legal"), (False, "staff")])
def test_a_cap_of_everything_leaves_duties_out(expected: bool, purpose: str) -> None:
    """What the law demands and what staff are told count only where a cap names them."""
    assert expected is FrequencyCap(1, DAY).counts(purpose, "sms")


@pytest.mark.parametrize(
    ("expected", "step"),
    [("service", "order.placed"), ("service", "incident.detected"), ("survey", "survey.nps"), ("staff", "staff.due")],
)
def test_a_text_has_the_purpose_of_its_kind(expected: str, step: str) -> None:
    """Unless the settings give it another; what staff are told stays that."""
    assert expected == SendPolicy().purpose_of(step)
    assert ("staff" if expected == "staff" else "legal") == SendPolicy(purposes={step: "legal"}).purpose_of(step)


@pytest.mark.parametrize(
    "given",
    [
        {"consent": ("legal",)},
        {"consent": ("newsletter",)},
        {"purposes": {"order.placed": "fun"}},
        {"purposes": {"order.placed": "staff"}},
        {"bundle_within": timedelta(days=2)},
        {"staff_bundle_within": timedelta(seconds=-1)},
        {"overtaken_after": timedelta(seconds=-1)},
    ],
)
def test_a_policy_makes_sense(given: dict[str, Any]) -> None:
    """No consent to a duty, no unknown purpose, no wait below nothing or beyond a day."""
    with pytest.raises(InvalidInput):
        SendPolicy(**given)


@pytest.mark.parametrize("given", [(0, DAY), (1, timedelta(0)), (1, timedelta(days=400)), (1, DAY, ("newsletter",))])
def test_a_cap_makes_sense(given: tuple[Any, ...]) -> None:
    """One message at least, a stretch of time, and purposes that there are."""
    with pytest.raises(InvalidInput):
        FrequencyCap(*given)
