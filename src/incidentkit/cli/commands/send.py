"""``incidentkit send``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.hosting import current_host
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.crew import Task
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.sending import SendReport

__all__ = ["send"]

_EVERY = 5
_BECAME = ("done", "retried", "deferred", "suppressed", "failed", "unknown")
_STYLES = {"failed": "red", "unknown": "red", "done": "green"}


def send(
    ctx: typer.Context,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64)] = 1,
    watch: Annotated[bool, typer.Option("--watch")] = False,
    every: Annotated[int, typer.Option("--every", metavar="SECONDS", min=1, max=86_400)] = _EVERY,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1)] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Perform what is due, once, or again and again with --watch."""
    from incidentkit.cli.crew import Task

    task = Task(store, shop, limit, every if watch else None, current_host())
    with desk_to_read(store, shop) as desk:
        if not _Sending(ctx, desk, task, as_json).run(workers):
            raise typer.Exit(1)


class _Sending:
    """One run of the command."""

    def __init__(self, ctx: typer.Context, desk: Desk, task: Task, as_json: bool) -> None:
        from incidentkit.cli.values import Values
        from incidentkit.desk.sending import SendReport

        self._words = words_of(ctx)
        self._screen = Screen.of(self._words)
        self._values = Values(self._words, desk.shop.tzinfo)
        self._desk, self._task, self._as_json = desk, task, as_json
        self._sum = SendReport()

    def run(self, workers: int) -> bool:
        """Whether all went well."""
        from incidentkit.cli.crew import Crew, Stop

        crew = Crew(self._task, workers)
        stop = Stop(crew.stop)
        with stop.heard():
            self._work(crew, stop, workers)
        self._show(stopped=stop())
        for failure in crew.failures:
            print(failure, file=sys.stderr)
        return not crew.failures

    def _work(self, crew: Any, stop: Any, workers: int) -> None:
        from incidentkit.cli.crew import Voice, work

        watching = self._task.every is not None
        due = 0 if watching else self._desk.count_due()
        total = due if self._task.limit is None else min(due, self._task.limit)
        with progress_of(self._words.say("progress.send"), self._words, quiet=self._as_json or watching) as show:
            voice = Voice(lambda done: show(done, max(done, total)), self._tell, _warn)
            if workers == 1:
                work(self._desk, self._task, stop, voice)
            else:
                crew.run(stop, voice)

    def _tell(self, report: SendReport) -> None:
        self._sum.add(report)
        if self._task.every is not None and report.total and not self._as_json:
            self._lines(report)

    def _show(self, *, stopped: bool) -> None:
        if self._as_json:
            counts = {name: getattr(self._sum, name) for name in (*_BECAME, "payments")}
            show_json({"as_of": self._desk.clock().isoformat(), "stopped": stopped, **counts})
        elif self._task.every is None:
            self._lines(self._sum)
        if stopped and not self._as_json:
            self._screen.line((self._words.say("send.stopped", count=self._values.number(self._sum.total)), "bold"))

    def _lines(self, report: SendReport) -> None:
        moment, count = self._values.moment(self._desk.clock()), self._values.number(report.total)
        self._screen.line((self._words.say("send.total", moment=moment, count=count), "bold"))
        for name in _BECAME:
            if getattr(report, name):
                said = f"  {self._values.number(getattr(report, name))} × {self._words.named('send.became', name)}"
                self._screen.line((said, _STYLES.get(name, "")))
        if report.payments:
            self._screen.line(f"  {self._words.say('send.payments', count=self._values.number(report.payments))}")


def _warn(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
