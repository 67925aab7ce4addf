"""Strategies for surveys: scales, asks and answers; and histories of anything that has one."""

from __future__ import annotations

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.surveys import Answer, Ask, Respondent, Scale
from incidentkit.testing.strategies._accounts import account_histories
from incidentkit.testing.strategies._advice import asked
from incidentkit.testing.strategies._basics import ids, instants, texts
from incidentkit.testing.strategies._causes import analysis_histories, corrective_action_histories
from incidentkit.testing.strategies._checkins import checkin_histories, commitment_histories
from incidentkit.testing.strategies._goals import objective_histories
from incidentkit.testing.strategies._incident_histories import incident_histories
from incidentkit.testing.strategies._mass import mass_histories
from incidentkit.testing.strategies._needs import need_histories
from incidentkit.testing.strategies._order_histories import order_histories
from incidentkit.testing.strategies._preferences import person_histories, standings
from incidentkit.testing.strategies._readings import reading_histories
from incidentkit.testing.strategies._stream import Stream
from incidentkit.testing.strategies._tasks import task_histories

__all__ = ["answers", "ask_histories", "asks", "histories", "questions", "respondents", "scales"]


def scales() -> st.SearchStrategy[Scale]:
    """Survey scales: 1 to 5, 0 to 10, and any other that goes up."""
    other = st.builds(lambda low, span: Scale(low, low + span), st.integers(-5, 5), st.integers(1, 10))
    return st.sampled_from((Scale(1, 5), Scale(0, 10))) | other


@st.composite
def answers(draw: st.DrawFn, scale: Scale | None = None) -> Answer:
    """Answers on ``scale``, or on any, with and without a comment."""
    on = scale or draw(scales())
    return Answer(draw(st.integers(on.low, on.high)), draw(instants()), draw(st.none() | texts()))


@st.composite
def questions(draw: st.DrawFn, ask: str | None = None, *, passive: bool | None = None) -> ev.SurveyAsked:
    """First events of survey asks, about an order or an incident."""
    order = draw(st.booleans())
    return ev.SurveyAsked(
        ask=AskId(ask or draw(ids())),
        survey=draw(st.sampled_from(("csat", "nps", "delivery"))),
        scale=draw(scales()),
        order=OrderId(draw(ids())) if order else None,
        incident=None if order else IncidentId(draw(ids())),
        customer=draw(st.none() | ids().map(CustomerId)),
        passive=draw(st.booleans()) if passive is None else passive,
        elsewhere=draw(st.booleans()),
    )


@st.composite
def ask_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one survey ask, from the question to its last answer."""
    ask, passive = draw(ids()), draw(st.booleans())
    stream: Stream[Ask] = Stream(draw, ask, passive)
    stream.add("surveys.ask", draw(questions(ask, passive=passive)))
    scale = stream.state.scale
    if not passive and draw(st.booleans()):
        stream.later()
        stream.add("send", ev.MessageReceipt(f"{ask}:asked", "survey.csat", "local", draw(st.sampled_from(ReceiptKind))))
    for _ in range(draw(st.integers(0, 2))):
        stream.later()
        score = draw(st.integers(scale.low, scale.high))
        stream.add("surveys.answer", ev.SurveyAnswered(score, draw(st.none() | texts())))
        if draw(st.booleans()):
            stream.later()
            stream.add("surveys.code", ev.SurveyCoded(draw(st.sampled_from(("transit", "packing")))))
    return stream.events


def respondents() -> st.SearchStrategy[Respondent]:
    """Whom a rule is about to ask."""
    return st.builds(Respondent, standings(), st.booleans(), st.booleans(), st.lists(asked(), max_size=3).map(tuple))


def asks() -> st.SearchStrategy[Ask]:
    """Survey asks, unanswered, answered once or answered again, each folded from its history."""
    return ask_histories().map(_as_ask)


def _as_ask(events: tuple[Event, ...]) -> Ask:
    state = replay(events)
    assert isinstance(state, Ask)
    return state


def histories() -> st.SearchStrategy[tuple[Event, ...]]:
    """Valid streams of one thing, such as an order, a case, a survey ask or a corrective action, from their first event on."""
    # Most of what can happen happens to cases: they are drawn more often.
    cases = st.one_of(*(incident_histories() for _ in range(8)))
    return (
        cases
        | order_histories()
        | ask_histories()
        | task_histories()
        | analysis_histories()
        | corrective_action_histories()
        | need_histories()
        | account_histories()
        | commitment_histories()
        | checkin_histories()
        | objective_histories()
        | reading_histories()
        | mass_histories()
        | person_histories(forgotten=True)
    )
