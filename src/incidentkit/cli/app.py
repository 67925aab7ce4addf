"""All commands together, and running one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated

import typer
from typer.main import get_command

from incidentkit.cli.commands.adopt import adopt
from incidentkit.cli.commands.advice import advice
from incidentkit.cli.commands.approvals import approvals
from incidentkit.cli.commands.blocks import blocks
from incidentkit.cli.commands.calls import calls
from incidentkit.cli.commands.causes import causes
from incidentkit.cli.commands.check import check
from incidentkit.cli.commands.checkin import checkin
from incidentkit.cli.commands.commitments import commitments
from incidentkit.cli.commands.contact import contact
from incidentkit.cli.commands.context import context
from incidentkit.cli.commands.copy import copy
from incidentkit.cli.commands.corrective import corrective
from incidentkit.cli.commands.cost import cost
from incidentkit.cli.commands.deadletters import deadletters
from incidentkit.cli.commands.delivery_failed import delivery_failed
from incidentkit.cli.commands.demo import demo
from incidentkit.cli.commands.doctor import doctor
from incidentkit.cli.commands.duty import duty
from incidentkit.cli.commands.explain import explain
from incidentkit.cli.commands.export import EXPORTS
from incidentkit.cli.commands.feed import feed
from incidentkit.cli.commands.find import find
from incidentkit.cli.commands.forget import forget
from incidentkit.cli.commands.import_ import import_
from incidentkit.cli.commands.incident import incident
from incidentkit.cli.commands.init import init
from incidentkit.cli.commands.leads import leads
from incidentkit.cli.commands.load import load
from incidentkit.cli.commands.mass import mass
from incidentkit.cli.commands.measure import measure
from incidentkit.cli.commands.objectives import objectives
from incidentkit.cli.commands.offers import offers
from incidentkit.cli.commands.payments import payments
from incidentkit.cli.commands.person import PERSON
from incidentkit.cli.commands.plugins import plugins
from incidentkit.cli.commands.preview import preview
from incidentkit.cli.commands.protocols import protocols
from incidentkit.cli.commands.queue import queue
from incidentkit.cli.commands.readings import readings
from incidentkit.cli.commands.rebuild import rebuild
from incidentkit.cli.commands.receive import receive
from incidentkit.cli.commands.retention import retention
from incidentkit.cli.commands.review import review
from incidentkit.cli.commands.scoreboard import scoreboard
from incidentkit.cli.commands.send import send
from incidentkit.cli.commands.serve import serve
from incidentkit.cli.commands.shortages import shortages
from incidentkit.cli.commands.surveys import surveys
from incidentkit.cli.commands.tasks import tasks
from incidentkit.cli.commands.tick import tick
from incidentkit.cli.commands.timeline import timeline
from incidentkit.cli.commands.vault import VAULT
from incidentkit.cli.commands.verify import verify
from incidentkit.cli.commands.what_if import what_if
from incidentkit.cli.faces import Face, Faces
from incidentkit.cli.options import Lang

__all__ = ["app", "run"]

_COMMANDS: Mapping[str, Callable[..., None]] = {
    "demo": demo,
    "init": init,
    "check": check,
    "import": import_,
    "adopt": adopt,
    "copy": copy,
    "load": load,
    "queue": queue,
    "find": find,
    "tasks": tasks,
    "protocols": protocols,
    "calls": calls,
    "approvals": approvals,
    "mass": mass,
    "offers": offers,
    "deadletters": deadletters,
    "payments": payments,
    "duty": duty,
    "doctor": doctor,
    "timeline": timeline,
    "context": context,
    "contact": contact,
    "incident": incident,
    "delivery-failed": delivery_failed,
    "explain": explain,
    "tick": tick,
    "forget": forget,
    "retention": retention,
    "send": send,
    "receive": receive,
    "measure": measure,
    "readings": readings,
    "review": review,
    "cost": cost,
    "what-if": what_if,
    "objectives": objectives,
    "leads": leads,
    "surveys": surveys,
    "advice": advice,
    "shortages": shortages,
    "blocks": blocks,
    "causes": causes,
    "corrective": corrective,
    "scoreboard": scoreboard,
    "checkin": checkin,
    "commitments": commitments,
    "serve": serve,
    "rebuild": rebuild,
    "verify": verify,
    "feed": feed,
    "preview": preview,
    "plugins": plugins,
}

_GROUPS: Mapping[str, Mapping[str, Callable[..., None]]] = {
    "export": EXPORTS,
    "person": PERSON,
    "vault": VAULT,
}
"""Commands that have a name in common, and each one of its own after it."""


@cache
def app() -> typer.Typer:
    """The whole command line."""
    made = _group("incidentkit", _COMMANDS)
    made.callback(cls=Faces)(_all)
    for name, commands in _GROUPS.items():
        group = _group(name, commands)
        group.callback(cls=Faces)(_each)
        made.add_typer(group)
    return made


def _group(name: str, commands: Mapping[str, Callable[..., None]]) -> typer.Typer:
    made = typer.Typer(
        name=name,
        cls=Faces,
        no_args_is_help=False,
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for of, command in commands.items():
        made.command(of, cls=Face)(command)
    return made


def run(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another, and nothing breaks
    try:
        get_command(app()).main(args=None if args is None else list(args), prog_name="incidentkit")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 1
    return 0


def _version(wanted: bool) -> None:
    if wanted:
        from incidentkit.version import __version__

        print(f"incidentkit {__version__}")
        raise typer.Exit


def _all(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
    lang: Lang = None,
) -> None:
    """Without a command: the page of all of them."""
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def _each(ctx: typer.Context, lang: Lang = None) -> None:
    """A group without a command: the page of its commands."""
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())
