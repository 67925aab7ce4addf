"""Wrong usage is said in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run

CASES = [
    ("there is no command quueue. Did you mean queue?", "no existe el comando quueue. ¿Quería decir queue?", ["quueue"]),
    ("there is no command x.", "no existe el comando x.", ["x"]),
    ("there is no option --nonsense.", "no existe la opción --nonsense.", ["check", "--nonsense"]),
    ("there is no option --ownr. Near it:", "no existe la opción --ownr. Parecidas:", ["queue", "--ownr", "x"]),
    ("the option --out is missing.", "falta la opción --out.", ["demo"]),
    ("ORDER is missing.", "falta ORDER.", ["timeline"]),
    ("NAME is missing.", "falta NAME.", ["measure"]),
    ("too many arguments: one two", "sobran argumentos: one two", ["queue", "one", "two"]),
    ("the option --limit needs a value.", "la opción --limit necesita un valor.", ["queue", "--limit"]),
    ("the option --json takes no value.", "la opción --json no lleva valor.", ["queue", "--json=3"]),
    ("--lang: fr is not one of en, es.", "--lang: fr no es ninguno de estos: en, es.", ["queue", "--lang", "fr"]),
    ("--limit: must be a whole number.", "--limit: debe ser un número entero.", ["queue", "--limit", "many"]),
    ("--limit: must be at least 1.", "--limit: debe ser al menos 1.", ["queue", "--limit", "0"]),
    ("--limit: must be at most 100000.", "--limit: debe ser como mucho 100000.", ["queue", "--limit", "100001"]),
    ("--now: soon is no day such as", "--now: soon no es un día como", ["queue", "--now", "soon"]),
    (
        "--by: takes at most one window of time and one segment; got week, month.",
        "--by: admite como mucho un periodo y un segmento; son week, month.",
        ["measure", "csat_mean", "--by", "week", "--by", "month"],
    ),
]


@pytest.mark.parametrize(("english", "spanish", "args"), CASES, ids=[" ".join(args) for *_, args in CASES])
def test_wrong_usage_is_said_in_both_languages(here: Path, english: str, spanish: str, args: list[str]) -> None:
    """One line says what is wrong, the lines before it how the command is called and where to read more."""
    told = {
        "en": (english, "Usage: incidentkit", "Try: incidentkit"),
        "es": (spanish, "Uso: incidentkit", "Pruebe: incidentkit"),
    }
    for language, (what, usage, more) in told.items():
        answer = run(*args, INCIDENTKIT_LANG=language)
        first, second, _, last = answer.err.splitlines()

        assert (2, "") == (answer.code, answer.out)
        assert last.startswith(f"Error: {what}")
        assert (True, True) == (first.startswith(usage), second.startswith(more))


def test_the_language_may_be_chosen_anywhere(here: Path) -> None:
    """--lang before or after the command speaks for what is wrong in it too."""
    before, after = run("--lang", "es", "queue", "--nope"), run("queue", "--nope", "--lang", "es")

    assert before == after
    assert "no existe la opción --nope" in before.err


def test_what_was_typed_moves_no_cursor(here: Path) -> None:
    """Signs that a terminal would act on are shown as marks, and a value without end is cut."""
    answer = run("queue", "--now", "\x1b[2J" + "x" * 1000)

    assert "\x1b" not in answer.err
    assert len(answer.err) < 400
