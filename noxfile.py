"""The checks of this project: ``nox`` runs the quick ones, ``nox -s long`` those that take minutes."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "typing", "tests"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13"]

PLUGINS = sorted(path.parent for path in Path("plugins").glob("*/pyproject.toml"))
ALL_PLUGINS = ("-r", "plugins/all.txt")

# Pinned: it becomes a part of the site.
MERMAID = "mermaid@11.17.2"

PEERS = [
    "businesstimedelta",
    "businesstime",
    "biztime",
    "business-duration",
    "transitions",
    "python-statemachine",
    "procrastinate",
    "celery[redis]",
    "duckdb",
    "polars",
]

SMOKE = [
    *("tests/packaging", "tests/contract", "tests/hooks", "tests/desk/test_orders.py", "tests/desk/test_incidents.py"),
    *map(str, sorted(Path("plugins").glob("*/tests/test_contract.py"))),
]
EVERY_BRANCH = "src/incidentkit/rules/*,src/incidentkit/worktime/*"
WHERE = "import sys, incidentkit; assert not incidentkit.__file__.startswith(sys.argv[1]), incidentkit.__file__"


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests, the architecture's and the plugins' among them. Arguments go to pytest."""
    session.install("-e", ".[all,dev]", *ALL_PLUGINS)
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def typing(session: nox.Session) -> None:
    """Types, strictly, of the package, its tests, and each plugin."""
    session.install("-e", ".[all,dev,lint]", *ALL_PLUGINS)
    session.run("mypy")
    for plugin in PLUGINS:
        session.run("mypy", str(plugin), env={"MYPYPATH": f"{plugin}/src:{plugin}/tests"})


@nox.session
def coverage(session: nox.Session) -> None:
    """The tests again, and which lines and branches they do not reach; those of the rules must all be reached."""
    session.install("-e", ".[all,dev]", *ALL_PLUGINS, "pytest-cov>=6")
    session.run("python", "-m", "pytest", "--cov", *session.posargs)
    session.run("python", "-m", "coverage", "report", f"--include={EVERY_BRANCH}", "--fail-under=100")


@nox.session
def long(session: nox.Session) -> None:
    """The tests that take minutes, with many more examples."""
    session.install("-e", ".[all,dev]", *ALL_PLUGINS)
    session.run("python", "-m", "pytest", "-m", "long", *session.posargs, env={"HYPOTHESIS_PROFILE": "long"})


@nox.session
def mutation(session: nox.Session) -> None:
    """What could be wrong in the rules about money, powers and time with no test failing. Arguments go to mutmut."""
    session.install("-e", ".[all,dev]", *ALL_PLUGINS, "mutmut>=3.8")
    session.run("mutmut", "run", *session.posargs, success_codes=range(256))
    session.run("mutmut", "results")


@nox.session
def packaging(session: nox.Session) -> None:
    """Build the wheels, the plugins' too, install them where no tree is in sight, and test that. Arguments go to pytest."""
    folder = Path(session.create_tmp()).resolve()
    session.install("hatchling")
    wheels = [_wheel(session, project, folder / project.name) for project in (Path(), *PLUGINS)]
    session.install("--force-reinstall", "--no-deps", *map(str, wheels))
    session.install(f"incidentkit[all,dev] @ {wheels[0].as_uri()}", *(f"{wheel}[test]" for wheel in wheels[1:]))
    session.run("python", "-c", WHERE, str(Path("src").resolve()))
    session.run("python", "-m", "pytest", *(session.posargs or SMOKE))


def _wheel(session: nox.Session, project: Path, folder: Path) -> Path:
    """The newest wheel of the project, built just now."""
    with session.chdir(project):
        session.run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    return max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)


@nox.session
def pyright(session: nox.Session) -> None:
    """The public surface as a second type checker sees it, installed as users have it."""
    session.install(".[all]", "pyright>=1.1.400")
    session.run("pyright", "tests/typing")
    session.run("pyright", "--verifytypes", "incidentkit", "--ignoreexternal", success_codes=[0, 1], silent=False)


@nox.session
def examples(session: nox.Session) -> None:
    """Every snippet of every page does what the page shows."""
    session.install("-e", ".[all,dev]", *ALL_PLUGINS)
    session.run("python", "-m", "pytest", "docs", "tests/docs", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation as a site, in build/docs; a warning is an error. Arguments go to Sphinx."""
    session.install("-e", ".[all,docs]")
    env = {}
    script = _mermaid(session)
    if script:
        env["INCIDENTKIT_MERMAID"] = str(script)
    session.run("sphinx-build", "-W", "--keep-going", "-E", "-b", "html", "docs", "build/docs", *session.posargs, env=env)


def _mermaid(session: nox.Session) -> Path | None:
    """The script that draws diagrams, from npm; without it, the site shows them as text."""
    folder = Path(session.create_tmp()) / "mermaid"
    script = folder / "package" / "dist" / "mermaid.min.js"
    if not script.exists():
        if shutil.which("npm") is None:
            session.warn("npm is not here: diagrams are shown as text")
            return None
        folder.mkdir(parents=True, exist_ok=True)
        session.run(
            "npm", "pack", "--silent", "--pack-destination", str(folder), MERMAID, external=True, success_codes=range(256)
        )
        for packed in folder.glob("*.tgz"):
            with tarfile.open(packed) as archive:
                archive.extract("package/dist/mermaid.min.js", folder, filter="data")
    return script.resolve() if script.exists() else None


@nox.session
def bench(session: nox.Session) -> None:
    """Measures, without a verdict: how quick ours is beside what it is compared with. Arguments go to the bench of commands."""
    session.install(".[locale,postgres,testing]", *ALL_PLUGINS, "eventsourcing>=9.5,<10", "psycopg_pool")
    for peer in PEERS:
        # One that can't be installed is left out, and the bench says so.
        session.run("python", "-m", "pip", "install", "--quiet", peer, success_codes=range(256))
    session.run("python", "-m", "tests.bench.import_time")
    session.run("python", "-m", "tests.bench.working_time")
    session.run("python", "-m", "tests.bench.moves")
    session.run("python", "-m", "tests.bench.sending")
    session.run("python", "-m", "tests.bench.email")
    session.run("python", "-m", "tests.bench.scoreboard")
    session.run("python", "-m", "tests.bench.folding")
    # A million orders take half an hour and 25 GB: python -m tests.bench.volume --folder DIR
    session.run("python", "-m", "tests.bench.volume", "--orders", "100000")
    session.run("python", "-m", "tests.bench.command", *session.posargs)


@nox.session(name="docs-generate")
def docs_generate(session: nox.Session) -> None:
    """Write the parts of the pages that are made from the code; with --outputs, also what the snippets print."""
    session.install("-e", ".[all,dev]")
    session.run("python", "-m", "docs.generate", *session.posargs)
