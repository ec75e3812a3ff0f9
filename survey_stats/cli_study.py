"""The command line for a study's folder: `init` makes one, `plan freeze` keeps what was planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from survey_stats.messages import text

plan = typer.Typer(help="The plan of a study.", no_args_is_help=True)


@plan.callback()
def _plan() -> None:
    """The plan of a study."""


@plan.command()
def freeze(
    folder: Annotated[Path, typer.Argument(help="A study folder that holds plan.toml.")] = Path(),
    again: Annotated[bool, typer.Option("--again", help="Freeze a plan that was frozen before.")] = False,
) -> None:
    """Write the hash of the plan with the time; a report says what changed since."""
    from survey_stats.freezing import freeze as write
    from survey_stats.freezing import frozen

    file = write(folder, again=again)
    held = frozen(folder)
    assert held is not None
    typer.echo(text("cli.frozen_with_data" if held.with_data else "cli.frozen", at=held.at, file=file))


def verify(folder: Annotated[Path, typer.Argument(help="Folder of a report.")]) -> None:
    """Read a finished report: is every number in results.csv, and does every p follow from its test?"""
    from survey_stats.errors import InputError
    from survey_stats.reporting.self_check import self_check

    found = self_check(folder)
    for one in found:
        typer.echo(text(f"cli.verify.{one.kind}", where=one.where, found=one.found, expected=one.expected))
    if found:
        raise InputError(text("cli.verify.failed", count=len(found), folder=folder))
    typer.echo(text("cli.verify.done", folder=folder))


def init(folder: Annotated[Path, typer.Argument(help="New folder for the study.")] = Path("mystudy")) -> None:
    """Make a folder for a study: a plan to fill in, places for your own questionnaires and analyses, a notebook."""
    from survey_stats.starting import start_study

    for file in start_study(folder):
        typer.echo(str(file))
    typer.echo(text("cli.started", folder=folder))
