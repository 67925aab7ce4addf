"""What counts as evidence, and what does not: by the rules alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.actors import Actor
from incidentkit.domain.evidence import Evidence, IncidentAnswer
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.messages import Conversation
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation, TransitionRefused
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.evidence import check_evidence, contradiction, disproved_by, waive
from tests.rules.lives import START, WORDS

SHOP = Shop(
    teams=(Team("after-sales"),),
    agents=(
        Agent("ana", "after-sales"),
        Agent("eva", "after-sales", "supervisor"),
        Agent("zoe", "after-sales", "supervisor"),
    ),
    protocols=(Protocol("damaged", threshold=4),),
)


def hours(n: float) -> Any:
    """So long after the start."""
    return START + timedelta(hours=n)


def case(**given: Any) -> Incident:
    """A case that was resolved an hour after the start."""
    base = Incident(
        "i-1",  # type: ignore[arg-type]
        "damaged",
        "critical",
        WORDS,
        START,
        Owner("after-sales", "ana", START),
        phase=Phase.RESOLVED,
        communicated_at=START,
        resolved_at=hours(1),
    )
    return evolve(base, **given)


def answer(score: int = 5, at: float = 2, by: str = "customer:customer", survey: str = "csat", ask: str = "ask-1") -> Any:
    """An answer so many hours after the start."""
    return IncidentAnswer(ask, survey, score, hours(at), by, at >= 1)


def spoken(at: float = 2, agent: str = "ana") -> Conversation:
    """A conversation so many hours after the start."""
    return Conversation("conversation-1", "phone", agent, hours(at), Text("t"))  # type: ignore[arg-type]


def refusal(incident: Incident, evidence: Evidence) -> str:
    """Why it shows nothing."""
    with pytest.raises(RuleViolation) as caught:
        check_evidence(incident, evidence, SHOP)
    return str(caught.value)


ANSWER, TALK = Evidence.answer("ask-1"), Evidence.conversation("conversation-1")


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("score", [4, 5])
def test_an_answer_from_the_threshold_on_counts(score: int, at: float) -> None:
    """From the very instant of the resolution."""
    check_evidence(case(answers=(answer(score, at),)), ANSWER, SHOP)


@pytest.mark.parametrize("at", [1, 2])
def test_a_conversation_from_the_resolution_on_counts(at: float) -> None:
    """From its very instant, too."""
    check_evidence(case(conversations=(spoken(at),)), TALK, SHOP)


def test_a_later_word_stands_in_the_error() -> None:
    """With its score."""
    with pytest.raises(RuleViolation) as caught:
        check_evidence(case(answers=(answer(), answer(1, 3, ask="ask-2"))), ANSWER, SHOP)

    assert 1 == caught.value.score


@pytest.mark.parametrize("by", ["customer:customer", "host:web", "agent:ana"])
def test_who_speaks_for_the_customer_brings_it(by: str) -> None:
    """They themselves, the backend that vouches for them, a named agent."""
    check_evidence(case(answers=(answer(by=by),)), ANSWER, SHOP)


@pytest.mark.parametrize("by", ["rule:desk", "source:file", "cli:me", ""])
def test_nobody_else_does(by: str) -> None:
    """A rule, an import and a terminal write down what shows nothing."""
    assert "when the customer gave it; got one that a" in refusal(case(answers=(answer(by=by),)), ANSWER)


@pytest.mark.parametrize(
    ("words", "incident", "evidence"),
    [
        ("one of its own answers; got another. Its answers: none yet.", case(), ANSWER),
        ("one of its own answers; got another. Its answers: ask-1.", case(answers=(answer(),)), Evidence.answer("x")),
        ("the answer must come after the resolution", case(answers=(answer(at=0.9),)), ANSWER),
        ("the answer must come after the resolution", case(answers=(answer(),), resolved_at=None), ANSWER),
        ("from 4 on; got 3", case(answers=(answer(3),)), ANSWER),
        ("by an answer to csat; got one to nps", case(answers=(answer(9, survey="nps"),)), ANSWER),
        ("one of its own conversations; got another. Its conversations: none yet.", case(), TALK),
        ("when a named agent logged it", case(conversations=(spoken(agent=""),)), TALK),
        ("the conversation must come after the resolution", case(conversations=(spoken(0.9),)), TALK),
        ("the conversation must come after the resolution", case(conversations=(spoken(),), resolved_at=None), TALK),
        ("a waiver is a supervisor's decision", case(), Evidence("waiver", "x")),
    ],
)
def test_what_shows_nothing_is_refused(words: str, incident: Incident, evidence: Evidence) -> None:
    """And the error says why."""
    assert words in refusal(incident, evidence)


def test_a_refused_score_stands_in_the_error() -> None:
    """With the threshold."""
    with pytest.raises(RuleViolation) as caught:
        check_evidence(case(answers=(answer(3),)), ANSWER, SHOP)

    assert (4, 3) == (caught.value.threshold, caught.value.score)


def test_without_its_protocol_any_score_counts() -> None:
    """A type that the settings no longer have has no threshold, and no survey of its own."""
    old = case(type="gone", answers=(answer(0, survey="nps"),))
    check_evidence(old, ANSWER, SHOP)

    assert (None, None) == (contradiction(old, ANSWER, SHOP), disproved_by(old, SHOP))


@pytest.mark.parametrize(
    ("expected", "later"),
    [
        (True, answer(1, 3, ask="ask-2")),
        (True, answer(3, 3, ask="ask-2")),
        (False, answer(4, 3, ask="ask-2")),
        (False, answer(1, 2, ask="ask-2")),
        (False, answer(1, 1.5, ask="ask-2")),
        (False, answer(1, 3, survey="nps", ask="ask-2")),
    ],
    ids=["low", "just below", "at the threshold", "at the same instant", "earlier", "of another survey"],
)
@pytest.mark.parametrize("evidence", [ANSWER, TALK, Evidence("waiver", "", "agent:eva", hours(2))])
def test_the_last_word_counts(evidence: Evidence, expected: bool, later: IncidentAnswer) -> None:
    """Only a later answer below the threshold, to the protocol's survey, speaks against it."""
    incident = case(answers=(answer(), later), conversations=(spoken(),))

    assert expected == (contradiction(incident, evidence, SHOP) is not None)
    if evidence.kind != "waiver":
        if expected:
            assert f"last word counts; got a later answer of {later.score}" in refusal(incident, evidence)
        else:
            check_evidence(incident, evidence, SHOP)


def test_evidence_that_is_not_there_is_spoken_against_by_nothing() -> None:
    """What it rests on must be known."""
    incident = case(answers=(answer(1, 3),))

    assert None is contradiction(incident, Evidence.answer("x"), SHOP)
    assert None is contradiction(incident, Evidence.conversation("x"), SHOP)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (True, {"answers": (answer(1),)}),
        (True, {"answers": (answer(1, 1),)}),
        (False, {"answers": (answer(5),)}),
        (False, {"answers": (answer(1, 0.5),)}),
        (False, {"answers": (evolve(answer(1), since=False),)}),
        (False, {"answers": (evolve(answer(1, 0.5), since=True),)}),
        (False, {"answers": (answer(1),), "resolved_at": None}),
        (False, {}),
    ],
)
def test_an_answer_since_the_resolution_disproves_it(expected: bool, given: dict[str, Any]) -> None:
    """One below the threshold, that came while it counted as solved."""
    assert expected == (disproved_by(case(**given), SHOP) is not None)


# --- Waivers -----------------------------------------------------------------------------------------------------


def at(by: str, kind: str = "agent") -> Circumstances:
    """Circumstances of somebody."""
    return Circumstances(SHOP, hours(3), Actor(kind, by))  # type: ignore[arg-type]


@pytest.mark.parametrize("phase", [Phase.RESOLVED, Phase.LAPSED])
def test_a_supervisor_waives_what_is_resolved_or_lapsed(phase: Phase) -> None:
    """With a reason."""
    (event,) = waive(case(phase=phase), WORDS, at("eva")).events

    assert ("incident.waived", WORDS) == (event.type, event.reason)  # type: ignore[attr-defined]


@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.RESOLVED, Phase.LAPSED)])
def test_nothing_else_is_waived(phase: Phase) -> None:
    """Whoever asks for it."""
    with pytest.raises(TransitionRefused, match=r"resolved or lapsed; got .*resolve\(\) it first") as caught:
        waive(case(phase=phase), WORDS, at("eva"))

    assert (phase, "waive") == (caught.value.phase, caught.value.attempted)


def test_a_waiver_says_why() -> None:
    """In words."""
    with pytest.raises(InvalidInput, match="needs a reason in words"):
        waive(case(), Text("t", ""), at("eva"))


@pytest.mark.parametrize(("by", "kind"), [("ana", "agent"), ("eva", "host"), ("eva", "cli"), ("nobody", "agent")])
def test_only_a_supervisor_waives(by: str, kind: str) -> None:
    """One whom the host names as an agent; the error names those who may."""
    with pytest.raises(RuleViolation, match=rf"by a supervisor; got {kind}:{by}\. Ask eva or zoe\.$"):
        waive(case(), WORDS, at(by, kind))


def test_the_owner_does_not_waive() -> None:
    """The error names the others, or says what to do where there are none."""
    mine = case(owner=Owner("after-sales", "eva", START))
    with pytest.raises(RuleViolation, match=r"does not own the case; got its owner eva\. Ask zoe\.$"):
        waive(mine, WORDS, at("eva"))
    alone = evolve(SHOP, agents=SHOP.agents[:2])
    with pytest.raises(RuleViolation, match=r"Name another supervisor in shop\.toml\.$"):
        waive(mine, WORDS, evolve(at("eva"), shop=alone))


def test_a_waiver_stands_once_and_never_over_the_customers_word() -> None:
    """A second one changes nothing; the customer's own word needs none."""
    waived = case(evidence=Evidence("waiver", "", "agent:eva", hours(2)))
    with pytest.raises(RuleViolation, match=r"in for the customer's word; got a case that has it\. close\(\) it\.$"):
        waive(case(evidence=ANSWER), WORDS, at("eva"))

    assert () == waive(waived, WORDS, at("zoe")).events
