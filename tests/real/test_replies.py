"""The corpus of real answers: what is new in each, as its source's own tests state it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from incidentkit.delivery.inbound.replies import reply_of
from tests.real.mails import files_in


@pytest.fixture(scope="module")
def stated(real_data: Path) -> dict[str, Any]:
    """What the source states, and what its parser gives."""
    found: dict[str, Any] = json.loads((real_data / "email/replies/expected.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def answers(real_data: Path) -> dict[str, str]:
    """Every answer by its name."""
    files = files_in(real_data / "email/replies/replies.tar.gz")
    return {name: content.decode("utf-8") for name, content in files.items()}


def test_every_answer_that_is_stated_is_read_so(stated: dict[str, Any], answers: dict[str, str]) -> None:
    """The text is the stated one for each file that states it, and for the answer beside them."""
    expected = {
        name: file["stated"]["visible_text"] for name, file in stated["files"].items() if "visible_text" in file["stated"]
    }

    assert 8 == len(expected)
    assert expected == {name: reply_of(answers[name]) for name in expected}
    assert [e["visible_text"] for e in stated["extra"]] == [reply_of(e["text"]) for e in stated["extra"]]


def test_every_other_answer_is_read_as_its_source_reads_it(stated: dict[str, Any], answers: dict[str, str]) -> None:
    """Where only fragments are stated, the text is that of the fragments that are not hidden; for all 22 files."""
    expected = {name: file["computed"]["visible_text"].rstrip() for name, file in stated["files"].items()}
    expected |= {n: f["stated"]["visible_text"] for n, f in stated["files"].items() if "visible_text" in f["stated"]}

    assert 22 == len(expected)
    assert expected == {name: reply_of(answers[name]) for name in expected}


def test_the_stated_beginnings_are_kept(stated: dict[str, Any], answers: dict[str, str]) -> None:
    """A first fragment that is stated word by word, and not hidden, begins the answer."""
    exact = {n: f["stated"]["exact"]["0"] for n, f in stated["files"].items() if "0" in f["stated"].get("exact", {})}

    assert exact
    assert [] == [name for name, text in exact.items() if not reply_of(answers[name]).startswith(text.rstrip())]
