"""Runs the snippets of a Markdown page, and says what they print.

A page is a session: its Python blocks share one namespace, its commands one empty folder. What a snippet prints is shown

- for ``python``: in a ``text`` block right below it; without one, it must print nothing;
- for ``console``: under each line that begins with ``$``; where nothing is shown, anything may be printed.

A ``csv``, ``toml`` or ``markdown`` block with a name behind it (``csv orders.csv``) becomes the file of that name, and so does
a ``python`` block (``python sms.py``), which the blocks below it can import.

``data=NAME`` behind ``python`` or ``console`` says that the block reads a folder of real data, which then lies in the session's
folder under that name. Where it is not there, the block can't be run.

Ids differ from run to run, so any id equals any other. A line ``...`` stands for lines that are left out. ``exit=N`` behind
``console`` says with which code its last command ends.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from attrs import define, field, frozen

__all__ = ["Page", "Session", "Snippet", "matches", "snippets"]

_KINDS = r"(?P<kind>python|console|(?:csv|toml|markdown)(?= \w))(?P<info>(?: [^\n]*)?)"
_FENCE = re.compile(rf"^```{_KINDS}\n(?P<source>.*?)^```$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"\s*^```text\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_DATA = re.compile(r"\bdata=(\w+)")
_REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_EXIT = re.compile(r"\bexit=(\d+)")


@frozen
class Snippet:
    """One block of a page.

    Args:
        source: what stands in the block.
        expected: the ``text`` block below; None for none.
        name: the file that it becomes.
        data: the folder of real data that it reads; empty for none.
        start, end: where both stand in the page; ``output``: where the text does, or would.
    """

    kind: str
    source: str
    line: int
    start: int
    end: int
    output: tuple[int, int]
    name: str = ""
    expected: str | None = None
    exit: int = 0
    data: str = ""

    @property
    def runs(self) -> bool:
        """Whether all that it reads is there."""
        return not self.data or (_REAL_DATA / self.data).is_dir()


def snippets(page: str) -> list[Snippet]:
    """The snippets of a page, in order."""
    return [_snippet(page, found) for found in _FENCE.finditer(page)]


def _snippet(page: str, found: re.Match[str]) -> Snippet:
    below = _OUTPUT.match(page, found.end()) if found["kind"] == "python" else None
    code, data = _EXIT.search(found["info"]), _DATA.search(found["info"])
    return Snippet(
        kind=found["kind"],
        source=found["source"],
        line=page.count("\n", 0, found.start("source")),
        start=found.start(),
        end=below.end() if below else found.end(),
        output=below.span("text") if below else found.span("source"),
        name=_DATA.sub("", found["info"]).strip(),
        expected=below["text"] if below else None,
        exit=int(code[1]) if code else 0,
        data=data[1] if data else "",
    )


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed: any id for any id, and ``...`` for any lines."""
    return re.fullmatch(_pattern(_even(shown)), _even(printed)) is not None


def _even(text: str) -> str:
    lines = [line.rstrip() for line in _ID.sub("<id>", text).strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _pattern(shown: str) -> str:
    return "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line + "\n") for line in shown.splitlines())


@define
class Session:
    """What the snippets of one page share: names, and a folder of their own that is the current one."""

    path: str
    names: dict[str, Any] = field(factory=lambda: {"__name__": "__page__"})
    _folder: Any = field(factory=lambda: tempfile.TemporaryDirectory(prefix="page-"), repr=False)
    _before: Path = field(factory=Path.cwd)

    def __enter__(self) -> Self:
        os.chdir(self._folder.name)
        sys.path.insert(0, self._folder.name)
        return self

    def __exit__(self, *_: object) -> None:
        os.chdir(self._before)
        self.names.clear()
        sys.path.remove(self._folder.name)
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(self._folder.name + os.sep):
                del sys.modules[name]
        self._folder.cleanup()

    def run(self, snippet: Snippet) -> str:
        """Run one snippet; what the page should show for it.

        Raises:
            AssertionError: a command ended with another code than the page says.
        """
        if snippet.data and not Path(snippet.data).exists():
            Path(snippet.data).symlink_to(_REAL_DATA / snippet.data, target_is_directory=True)
        if snippet.kind in ("csv", "toml", "markdown") or snippet.name.endswith(".py"):
            Path(snippet.name).parent.mkdir(parents=True, exist_ok=True)
            Path(snippet.name).write_text(snippet.source, "utf-8")
            return ""
        return self._python(snippet) if snippet.kind == "python" else self._console(snippet)

    def _python(self, snippet: Snippet) -> str:
        source = "\n" * snippet.line + snippet.source  # so that errors name the page's own lines
        code = compile(source, self.path, "exec", dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, self.names)  # noqa: S102 - the project's own pages
        return printed.getvalue()

    def _console(self, snippet: Snippet) -> str:
        told = []
        entries = _commands(snippet.source)
        for place, (command, shown) in enumerate(entries):
            printed, code = _ran(command)
            expected = snippet.exit if place == len(entries) - 1 else 0
            assert code == expected, f"{command} ended with {code}, not {expected}:\n{printed}"
            kept = not shown.strip() or matches(shown, printed)
            told.append(f"$ {command}\n{shown if kept else printed}")
        return "".join(told)


def _commands(source: str) -> list[tuple[str, str]]:
    """Each command with what is shown below it."""
    entries: list[tuple[str, str]] = []
    for line in source.splitlines():
        if line.startswith("$ "):
            entries.append((line[2:], ""))
        elif entries:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]}{line}\n")
    return entries


def _ran(command: str) -> tuple[str, int]:
    """What a command prints, with what it complains about where it fails, and the code that it ends with."""
    words = shlex.split(command, comments=True)
    if words[0] == "incidentkit":
        words = [sys.executable, "-c", "from incidentkit.cli import main; raise SystemExit(main())", *words[1:]]
    elif words[0] == "python":
        words[0] = sys.executable
    env = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "INCIDENTKIT_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(words, capture_output=True, env=env, check=False, timeout=300)  # noqa: S603 - the project's own pages
    told = done.stdout + (done.stderr if done.returncode else b"")
    return told.decode("utf-8").replace("\r\n", "\n"), done.returncode


@frozen
class Page:
    """A page, and what becomes of it when its snippets are run."""

    path: Path

    def __iter__(self) -> Iterator[tuple[Snippet, str]]:
        """Each snippet that can be run with what it printed, in a fresh session."""
        with Session(str(self.path)) as session:
            for snippet in snippets(self.path.read_text("utf-8")):
                if snippet.runs:
                    yield snippet, session.run(snippet)

    def refreshed(self) -> str:
        """The page's text with every output as it is now."""
        text, whole = self.path.read_text("utf-8"), list(self)
        for snippet, printed in reversed(whole):
            shown = snippet.source if snippet.kind == "console" else snippet.expected
            if shown is not None and not matches(shown, printed):
                tidy = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())
                text = text[: snippet.output[0]] + tidy + text[snippet.output[1] :]
        return text
