"""The texts of the command line: complete, the same in both languages, chosen as documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from incidentkit.cli.app import app
from incidentkit.cli.words import language_of_arguments, language_of_environment, load_words
from incidentkit.delivery.catalogue import load_catalogue
from incidentkit.delivery.templates.steps import STEPS
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.effects import IntentState
from incidentkit.domain.events import EVENT_TYPES
from incidentkit.domain.incidents import Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.orders import OrderStatus
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.shop import Shop
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.measures.windows import WINDOWS
from incidentkit.phrases.words import LANGUAGES

PLACEHOLDER = re.compile(r"\$(\w+)")

CODES = {
    "events": list(EVENT_TYPES),
    "verdicts": [v.value for v in Verdict],
    "reasons": [r.value for r in Reason],
    "statistics": ["value", "p50", "p90"],
    "types": [p.type for p in DEFAULT_PROTOCOLS],
    "severities": list(Shop().severities),
    "statuses": [s.value for s in OrderStatus],
    "receipts": [r.value for r in ReceiptKind],
    "steps": list(STEPS),
    "board.last": list(WINDOWS),
    "surveys": [s.name for s in Shop().surveys],
}


def placeholders(language: str) -> dict[str, list[str]]:
    """Each key with the placeholders of its text."""
    return {key: sorted(set(PLACEHOLDER.findall(text))) for key, text in load_words(language).texts.items()}


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    """No text is missing in one language, and none says more than the other."""
    english, spanish = (placeholders(language) for language in LANGUAGES)

    assert english == spanish


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", CODES)
def test_every_code_has_words(group: str, language: str) -> None:
    """Each event type, measure, reason and so on is said in words."""
    texts = load_words(language).texts

    assert [] == [code for code in CODES[group] if not texts.get(f"{group}.{code}")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_and_offer_has_words(language: str) -> None:
    """They are the messages' own."""
    labels = load_catalogue(Shop()).language(language).labels

    assert {phase.value for phase in Phase} <= set(labels["phases"])
    assert set(KINDS) <= set(labels["offers"])


def _commands(group: Any, topic: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        yield topic + name, command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{topic}{name}_")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_argument_and_option_is_explained(language: str) -> None:
    """Each has its line on the page of its command."""
    texts = load_words(language).texts
    missing = []
    for name, command in _commands(get_command(app())):
        missing += [] if f"help.{name}" in texts else [name]
        given = [param.name for param in command.params]
        missing += [f"{name} {p}" for p in given if f"options.{p}" not in texts and f"options.{name}.{p}" not in texts]

    assert [] == missing


def test_why_a_message_did_not_go_out_is_said_in_words() -> None:
    """Each code that delivery gives has its words."""
    codes = {"no_address", "no_channel", "no_text", "bad_values", "permanent", "unsupported", "transient", "unexpected"}
    texts = load_words("es").texts

    assert set() == {code for code in codes if f"undelivered.{code}" not in texts}
    assert "suppressed" == IntentState.SUPPRESSED.value


@pytest.mark.parametrize(
    ("expected", "env"),
    [
        ("en", {}),
        ("es", {"LANG": "es_ES.UTF-8"}),
        ("es", {"LANG": "es"}),
        ("en", {"LANG": "est_EE.UTF-8"}),
        ("en", {"LANG": "de_DE.UTF-8"}),
        ("en", {"LANG": "es_ES.UTF-8", "LC_ALL": "C"}),
        ("es", {"LANG": "en_GB", "LC_ALL": "es_AR"}),
        ("es", {"LANG": "en_GB", "INCIDENTKIT_LANG": "es"}),
        ("es", {"LANG": "es_ES", "INCIDENTKIT_LANG": "klingon"}),
    ],
)
def test_the_environment_chooses_the_language(expected: str, env: dict[str, str]) -> None:
    """INCIDENTKIT_LANG first, then the system's own order; any other language becomes English."""
    assert expected == language_of_environment(env)


@pytest.mark.parametrize(
    ("expected", "args"),
    [
        (None, ["queue"]),
        ("es", ["queue", "--lang", "es"]),
        ("es", ["--lang=es", "queue"]),
        ("en", ["--lang", "es", "queue", "--lang", "en"]),
        (None, ["--lang", "fr"]),
        (None, ["--lang"]),
    ],
)
def test_the_last_usable_lang_option_counts(expected: str | None, args: list[str]) -> None:
    """It is found before the arguments are parsed, so that help speaks it too."""
    assert expected == language_of_arguments(args)
