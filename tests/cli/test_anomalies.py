"""What a source got wrong is said in words, whatever it was."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest
from attrs import fields

import incidentkit.rules.orders
from incidentkit.cli.anomalies import anomaly_words, rejection_words
from incidentkit.cli.words import load_words
from incidentkit.domain.import_dealings import AccountRule, ContactRule, PromiseRule
from incidentkit.domain.import_rules import ORDER_EVENTS, AnswerRule, CustomerRule, IncidentRule, LineRule, OrderRule
from incidentkit.phrases.words import LANGUAGES


def out_of_order() -> Iterator[str]:
    """The anomalies that the rules for orders set: each step before each that it follows."""
    for call in ast.walk(ast.parse(inspect.getsource(incidentkit.rules.orders))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_out_of_order":
            what = ast.literal_eval(call.args[1])
            yield from (f"{what}_before_{word.arg}" for word in call.keywords)


def columns() -> list[str]:
    """The fields that an import reads."""
    rules = (OrderRule, CustomerRule, LineRule, IncidentRule, AnswerRule, AccountRule, PromiseRule, ContactRule)
    return sorted({f.name for rule in rules for f in fields(rule) if "Pick" in str(f.type) and f.name not in ("at", "key")})


MARKS = [
    *sorted(out_of_order()),
    *(f"{event}_dropped" for event in ORDER_EVENTS),
    "shipped_missing",
    "answered_before_asked",
    *(f"unusable:{name}" for name in [*columns(), *ORDER_EVENTS, "customer"]),
]


def test_the_marks_are_those_that_the_rules_set() -> None:
    """What is looked at here is what can happen."""
    assert {"confirmed_before_placed", "shipped_before_confirmed", "delivered_before_shipped"} <= set(MARKS)
    assert {"unusable:paid", "unusable:price", "unusable:score", "unusable:email"} <= set(MARKS)


@pytest.mark.parametrize("code", MARKS)
def test_every_anomaly_has_words_in_both_languages(code: str) -> None:
    """None is shown as a code, and none in the wrong language."""
    english, spanish = (anomaly_words(load_words(language), code) for language in LANGUAGES)

    assert english != spanish
    assert [] == [said for said in (english, spanish) if "_" in said or ":" in said or said == code.replace("_", " ")]


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ("shipped before it was confirmed", "shipped_before_confirmed"),
        ("the time of “delivered” can't be true and was left out", "delivered_dropped"),
        ("the value for paid can't be read", "unusable:paid"),
        ("nothing says when it was “shipped”", "shipped_missing"),
        ("something else", "something_else"),
    ],
)
def test_an_anomaly_is_said_in_words(expected: str, code: str) -> None:
    """Each of their forms, and one that a later version may bring."""
    assert expected == anomaly_words(load_words("en"), code)


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ("no value for placed", "missing:placed"),
        ("an order that is not known", "unknown:order"),
        ("more or fewer values than the table has columns", "ragged_row"),
        ("odd:reason", "odd:reason"),
    ],
)
def test_a_rejection_is_said_in_words(expected: str, code: str) -> None:
    """Each of their forms; an unknown one as it is."""
    assert expected == rejection_words(load_words("en"), code)
