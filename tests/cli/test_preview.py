"""Looking at messages before anybody gets one."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.delivery.templates.steps import STEPS
from incidentkit.phrases.words import LANGUAGES
from tests.cli.running import run

TEXT = "---\nsubject: Ours: {{ order }}\nbrief: Ours.\n---\nOur own words.\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("step", STEPS)
def test_every_text_can_be_looked_at(step: str) -> None:
    """Its subject, an empty line, and the words."""
    shown = run("preview", step)
    lines = shown.out.splitlines()

    assert (0, "") == (shown.code, lines[1])
    assert lines[0]
    assert "My shop" in lines


def test_the_language_of_the_message_is_not_that_of_the_terminal() -> None:
    """``--language`` says whose message it is; ``--lang`` only what the command itself says."""
    shown = run("preview", "order.placed", "--language", "es-AR", "--lang", "en")

    assert "Hemos recibido tu pedido S-1001" == shown.out.splitlines()[0]


def test_the_shops_language_is_the_default(here: Path) -> None:
    """Without one given, whatever the terminal speaks."""
    (here / "shop.toml").write_text('[shop]\nname = "Luz"\nlanguage = "es"\n')
    shown = run("preview", "order.placed", "--lang", "en")

    assert "Hemos recibido tu pedido S-1001" == shown.out.splitlines()[0]
    assert "Luz" in shown.out


def test_a_page_is_written(here: Path) -> None:
    """``--html`` writes it whole, and says so."""
    shown = run("preview", "order.placed", "--html", "message.html")

    assert "Wrote the message to message.html." == shown.out.strip()
    assert (here / "message.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_json_has_all_three_parts() -> None:
    """Subject, text and page, with the step and the language that was found."""
    found = run("preview", "order.placed", "--language", "en-GB", "--json").json

    assert ["step", "language", "subject", "text", "html"] == list(found)
    assert ("order.placed", "en") == (found["step"], found["language"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("args", [(), ("--list",)])
def test_the_list_has_every_text(args: tuple[str, ...], language: str) -> None:
    """Each with its subject and the file that it comes from."""
    listed = run("preview", *args, "--language", language, "--json").json["texts"]

    assert set(STEPS) == {text["step"] for text in listed}
    assert {f"incidentkit/{language}/{step}.md" for step in STEPS} == {text["file"] for text in listed}
    assert set(STEPS) == {line.split()[0] for line in run("preview", *args, "--language", language).out.splitlines()[1:]}


def test_a_step_that_is_none_is_refused_with_the_nearest() -> None:
    """It ends with 1, and the reason on stderr."""
    shown = run("preview", "order.shiped")

    assert (1, "") == (shown.code, shown.out)
    assert "did you mean order.shipped?" in shown.err


def test_a_shops_own_texts_are_shown_and_checked(here: Path) -> None:
    """Preview shows them with their file; check names what is wrong with them, with file and line."""
    (here / "shop.toml").write_text('[shop]\ntemplates = "texts"\n')
    (here / "texts" / "en").mkdir(parents=True)
    text = here / "texts" / "en" / "order.placed.md"
    text.write_text(TEXT)
    good, origin = run("check"), run("preview", "order.placed", "--list", "--json").json["texts"][0]["file"]
    text.write_text(TEXT + "{{ courier }}")
    bad = run("check", "--json")

    assert origin.endswith("texts/en/order.placed.md")
    assert (0, 1) == (good.code, bad.code)
    assert ["en/order.placed.md:6"] == [problem["path"] for problem in bad.json["problems"]]
    assert 1 == run("preview", "order.placed").code
