"""Protocols as values: what contradicts itself in them, and the words of their steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.protocols import DONE_BY, DoneBy, Protocol, ProtocolStep
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.shop import Agent, Shop, Survey, Team
from incidentkit.domain.step_words import STEP_WORDS, step_words
from incidentkit.domain.texts import Text
from incidentkit.errors import ConfigurationError

TELL = ProtocolStep("tell", done_by="notify")
OFFER = ProtocolStep("offer", done_by="offer", after=("tell",))
HOUR = timedelta(hours=1)


def found(*steps: ProtocolStep, **given: Any) -> list[tuple[str, str, object]]:
    return list(evolve(Protocol("damaged"), steps=steps, **given).contradictions())


@pytest.mark.parametrize("protocol", DEFAULT_PROTOCOLS, ids=lambda p: p.type)
def test_a_built_in_protocol_contradicts_nothing(protocol: Protocol) -> None:
    """Each has steps, from telling the customer to their word, and words for every step in both languages."""
    words = [step_words(step, language) for step in protocol.steps for language in ("en", "es")]

    assert [] == list(protocol.contradictions())
    assert ("tell", "confirm") == (protocol.steps[0].name, protocol.steps[-1].name)
    assert all(words)
    assert {step.name for step in protocol.steps} <= set(STEP_WORDS)
    assert set(protocol.remedies) <= set(KINDS)


def test_every_word_of_a_step_is_of_one_that_there_is() -> None:
    """Nothing is called that no protocol has."""
    assert {step.name for protocol in DEFAULT_PROTOCOLS for step in protocol.steps} == set(STEP_WORDS)


@pytest.mark.parametrize("done_by", DONE_BY)
def test_a_step_may_be_shown_in_every_way(done_by: DoneBy) -> None:
    """That the list names."""
    assert [] == found(evolve(TELL, done_by=done_by))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((TELL, TELL), ("steps[1].name", "a name of small letters, digits and _, each once", "'tell'")),
        ((evolve(TELL, name="Tell us"),), ("steps[0].name", "a name of small letters, digits and _, each once", "'Tell us'")),
        ((OFFER,), ("steps[0].after", "steps that stand before it", "'tell'")),
        ((evolve(TELL, after=("tell",)),), ("steps[0].after", "steps that stand before it", "'tell'")),
        ((evolve(TELL, within=-HOUR),), ("steps[0].within", "more than nothing and at most ten years", -HOUR)),
        ((evolve(TELL, within=0 * HOUR),), ("steps[0].within", "more than nothing and at most ten years", 0 * HOUR)),
        ((evolve(TELL, who="ana"),), ("steps[0].who", "nobody, for a step that is done by notify", "'ana'")),
        (
            (ProtocolStep("happy", done_by="satisfy"), ProtocolStep("claim", after=("happy",))),
            ("steps[1].after", "nothing that follows the customer's satisfaction, with which a case ends", "claim"),
        ),
    ],
    ids=["twice", "no name", "after none", "after itself", "in the past", "at once", "not a task", "after the end"],
)
def test_steps_that_no_case_could_take_are_named(steps: tuple[ProtocolStep, ...], expected: tuple[str, str, object]) -> None:
    """With their place, and what is expected there; so no step waits for itself."""
    assert [expected] == found(*steps)


def test_an_unknown_way_of_showing_is_named() -> None:
    """Where it was given in Python."""
    (problem,) = found(ProtocolStep("tell", done_by="magic"))  # type: ignore[arg-type]

    assert ("steps[0].done_by", f"one of {', '.join(DONE_BY)}", "'magic'") == problem


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"version": 0}, "version"),
        ({"remedies": ("refund", "refund")}, "remedies"),
        ({"messages": {"begun": "a"}}, "messages.begun"),
        ({"messages": {"told": "../a"}}, "messages.told"),
        ({"attempts": 21}, "attempts"),
        ({"attempts": -1}, "attempts"),
        ({"attempt_every": timedelta(0)}, "attempt_every"),
    ],
)
def test_the_rest_of_a_protocol_is_looked_at_too(given: dict[str, object], place: str) -> None:
    """Its version, kinds, texts and patience."""
    assert [place] == [at for at, _, _ in found(**given)]


def test_the_ends_of_what_is_allowed_are_allowed() -> None:
    """Ten years, twenty questions, the first version."""
    longest = ProtocolStep("wait", within=timedelta(days=3_653))

    assert [] == found(longest, attempts=20, version=1)
    assert [] == found(attempts=0)


@pytest.mark.parametrize("who", ["after-sales", "ana", "supervisor"])
def test_a_task_is_a_teams_an_agents_or_a_supervisors(who: str) -> None:
    """Of the shop."""
    steps = (ProtocolStep("claim", who=who),)
    shop = Shop(agents=(Agent("ana", "after-sales"),), protocols=(Protocol("damaged", steps=steps),))

    assert who == shop.protocols[0].steps[0].who


def test_a_task_of_nobody_is_refused() -> None:
    """With its place in the settings."""
    steps = (ProtocolStep("tell", done_by="notify"), ProtocolStep("claim", who="pau"))

    with pytest.raises(
        ConfigurationError, match=r"protocols\.damaged\.steps\[1\]\.who: expected after-sales, supervisor, found"
    ):
        Shop(protocols=(Protocol("damaged", steps=steps),))


def test_a_step_says_its_own_words_first() -> None:
    """In the nearest language, else in English, else in any; then those that ship, then its name."""
    own = ProtocolStep("tell", {"es": "llamar", "en": "ring"})

    assert ["llamar", "llamar", "ring"] == [step_words(own, language) for language in ("es", "es-AR", "fr")]
    assert "llamar" == step_words(ProtocolStep("tell", {"es": "llamar"}), "fr")
    assert STEP_WORDS["tell"]["es"] == step_words(TELL, "es-MX")
    assert STEP_WORDS["tell"]["en"] == step_words(TELL, "fr")
    assert "call back" == step_words(ProtocolStep("call_back"), "es")


def test_a_step_is_found_by_its_name() -> None:
    """None where there is none."""
    protocol = Protocol("damaged", steps=(TELL, OFFER))

    assert (OFFER, None) == (protocol.step_named("offer"), protocol.step_named("claim"))


# --- Which one counts --------------------------------------------------------------------------------------------

TODAY = Protocol("damaged", threshold=5, version=2)
SHOP = Shop(protocols=(TODAY, Protocol("late")))


def case(**given: Any) -> Incident:
    began = datetime(2031, 5, 5, 9, tzinfo=UTC)
    return evolve(Incident(IncidentId("i-1"), "damaged", "minor", Text("text:1"), began, Owner("after-sales")), **given)


def test_a_case_goes_by_the_protocol_that_it_keeps() -> None:
    """Whatever its type's says today, and also where its type has none any more."""
    kept = Protocol("damaged", threshold=3)

    assert kept == SHOP.protocol_of(case(protocol=kept))
    assert kept == Shop(protocols=()).protocol_of(case(protocol=kept))


def test_a_case_that_keeps_none_goes_by_todays() -> None:
    """Imported, or of a record from before protocols were kept."""
    assert TODAY == SHOP.protocol_of(case())
    assert SHOP.protocol_of(evolve(case(), type="gone")) is None


def test_a_survey_that_is_gone_is_replaced_by_todays() -> None:
    """With its threshold; the rest of what the case keeps stays."""
    shop = Shop(
        surveys=(Survey("stars"),), teams=(Team("after-sales"),), protocols=(Protocol("damaged", survey="stars", threshold=2),)
    )
    found = shop.protocol_of(case(protocol=Protocol("damaged", threshold=3, attempts=9)))

    assert found is not None
    assert ("stars", 2, 9) == (found.survey, found.threshold, found.attempts)
