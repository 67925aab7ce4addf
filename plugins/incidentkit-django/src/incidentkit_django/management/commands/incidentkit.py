"""``manage.py incidentkit COMMAND``: incidentkit's command line with the project's settings."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from incidentkit.cli import main
from incidentkit_django.hosting import Project

__all__ = ["Command"]

_DJANGOS_OWN = ("--settings", "--pythonpath")


class Command(BaseCommand):
    """Everything behind its name is incidentkit's own."""

    help = "incidentkit's command line on the project's database and settings: send, tick, queue, doctor, ..."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Its exit codes are incidentkit's too: 0 done, 1 refused or failed, 2 wrong usage."""
        try:
            code = main(_without_djangos(argv[2:]), host=Project())
        finally:
            connections.close_all()
        sys.exit(code)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """For ``call_command``."""
        parser.add_argument("args", nargs=argparse.REMAINDER)

    def handle(self, *args: str, **options: Any) -> None:
        """As ``call_command`` has it.

        Raises:
            CommandError: with the exit code, where that is not 0; the reason stands on stderr.
        """
        with ExitStack() as stack:
            for name, redirect in (("stdout", redirect_stdout), ("stderr", redirect_stderr)):
                if options.get(name) is not None:
                    stack.enter_context(redirect(options[name]))
            code = main(list(args), host=Project())
        if code:
            raise CommandError(f"incidentkit ended with code {code}", returncode=code)


def _without_djangos(args: list[str]) -> list[str]:
    """Without what Django has heard of already."""
    kept: list[str] = []
    waiting = iter(args)
    for arg in waiting:
        if arg in _DJANGOS_OWN:
            next(waiting, None)
        elif arg.partition("=")[0] not in _DJANGOS_OWN:
            kept.append(arg)
    return kept
