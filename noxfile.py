"""The checks of this project: ``nox`` runs the quick ones, ``nox -s long`` those that take minutes."""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "typing", "tests"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests, the architecture's among them. Arguments go to pytest."""
    session.install("-e", ".[all,dev]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def typing(session: nox.Session) -> None:
    """Types, strictly, of the package and its tests."""
    session.install("-e", ".[all,dev,lint]")
    session.run("mypy")


@nox.session
def coverage(session: nox.Session) -> None:
    """The tests again, and which lines and branches they do not reach."""
    session.install("-e", ".[all,dev]", "pytest-cov>=6")
    session.run("python", "-m", "pytest", "--cov", *session.posargs)


@nox.session
def long(session: nox.Session) -> None:
    """The tests that take minutes, with many more examples."""
    session.install("-e", ".[all,dev]")
    session.run("python", "-m", "pytest", "-m", "long", *session.posargs, env={"HYPOTHESIS_PROFILE": "long"})


@nox.session
def bench(session: nox.Session) -> None:
    """Measures, without a verdict."""
    session.install(".")
    session.run("python", "tests/bench/import_time.py", *session.posargs)


@nox.session(name="docs-generate")
def docs_generate(session: nox.Session) -> None:
    """Write the parts of the pages that are made from the code; with --outputs, also what the snippets print."""
    session.install("-e", ".[all,dev]")
    session.run("python", "-m", "docs.generate", *session.posargs)
