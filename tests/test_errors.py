"""Every error says its subject, the rule, what was got and what to do, and carries the same."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit import errors
from incidentkit.errors import ConfigurationError, IncidentkitError, MissingExtra, RuleViolation, SetupError, UnknownIdError

KINDS: list[Any] = [getattr(errors, name) for name in errors.__all__]

BUILTINS = {
    "RuleViolation": ValueError,
    "InvalidInput": ValueError,
    "MoneyError": ValueError,
    "QuantityError": ValueError,
    "TimeError": ValueError,
    "UnknownIdError": (ValueError, LookupError),
    "TransitionRefused": ValueError,
    "AuthorityExceeded": ValueError,
    "KeyReusedError": ValueError,
    "LegalHold": ValueError,
    "ConfigurationError": ValueError,
    "LifecycleError": ValueError,
    "MissingExtra": ImportError,
}

words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_stand_in_order(kind: Any) -> None:
    """Subject, rule, got and next follow each other in the text of every error."""
    text = str(kind("Order 1001", "must be known", got=7, next="Place it first."))

    assert text.index("Order 1001") < text.index("must be known") < text.index("got 7") < text.index("Place it first.")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({}, "Order 1: must be known."),
        ({"got": 0}, "Order 1: must be known; got 0."),
        ({"got": None}, "Order 1: must be known."),
        ({"next": "Place it."}, "Order 1: must be known. Place it."),
        ({"got": "nothing", "next": "Place it."}, "Order 1: must be known; got nothing. Place it."),
    ],
)
def test_a_part_that_is_not_there_leaves_no_gap(parts: dict[str, Any], text: str) -> None:
    """The text is a clean sentence with or without what was got and what to do."""
    assert text == str(RuleViolation("Order 1", "must be known", **parts))


@pytest.mark.parametrize("kind", KINDS)
def test_the_context_reads_as_attributes(kind: Any) -> None:
    """The four parts, and whatever else was given."""
    error = kind("s", "r", got="g", next="n", phase="closed", missing=("evidence",))

    assert ("s", "r", "g", "n") == (error.subject, error.rule, error.got, error.next)
    assert ("closed", ("evidence",)) == (error.phase, error.missing)
    assert {"phase": "closed", "missing": ("evidence",)} == error.context


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_not_given_is_no_attribute(kind: Any) -> None:
    """A wrong name is an AttributeError that names the class, never None."""
    error = kind("s", "r")

    assert not hasattr(error, "phase")
    with pytest.raises(AttributeError, match=f"{kind.__name__} has no attribute 'phase'"):
        _ = error.phase


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_the_way_to_another_process(kind: Any, again: Any) -> None:
    """Pickled or copied it is the same kind, with the same text, parts and context."""
    error = kind("s", "r", got=("g", 1), next="n", missing=("evidence",))
    other = again(error)

    assert (kind, str(error), error.got, error.missing) == (type(other), str(other), other.got, other.missing)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_also_the_builtin_that_a_caller_would_catch(kind: Any) -> None:
    """Bad values are ValueErrors, unknown ids LookupErrors, missing packages ImportErrors; the others are none of these."""
    expected = BUILTINS.get(kind.__name__, ())
    wanted = expected if isinstance(expected, tuple) else (expected,)

    assert set(wanted) == {b for b in (ValueError, LookupError, ImportError) if issubclass(kind, b)}


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_two_roots(kind: Any) -> None:
    """What goes wrong while a desk works and what is wrong before it can are never caught by one another's name."""
    assert [True] == [issubclass(kind, root) for root in (IncidentkitError, SetupError) if issubclass(kind, root)]


def test_an_unknown_id_is_shown_as_a_sentence() -> None:
    """Being a LookupError too does not put its text in quotes."""
    assert "Order: is not in this record." == str(UnknownIdError("Order", "is not in this record"))


def test_a_missing_extra_is_named() -> None:
    """The package to install is an attribute."""
    assert "cli" == MissingExtra("The command line", "needs typer", extra="cli").extra


def test_settings_list_every_problem() -> None:
    """Each stands by itself."""
    error = ConfigurationError("shop.toml", "must fit together", got="a; b", problems=("a", "b"))

    assert ("a", "b") == error.problems


@given(words, words, words, words)
def test_no_part_is_lost(subject: str, rule: str, got: str, next_: str) -> None:
    """Whatever the parts say, the text holds them all in that order."""
    assert f"{subject}: {rule}; got {got}. {next_}" == str(RuleViolation(subject, rule, got=got, next=next_))
