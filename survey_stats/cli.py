"""The command line: parses, calls, prints."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survey_stats import __version__
from survey_stats.errors import SurveyError
from survey_stats.messages import text

if TYPE_CHECKING:
    from survey_stats.reporting.report import Report

app = typer.Typer(
    name="survey-stats",
    help="From a survey export to a statistical report, for research on social media use and personality.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the report.", show_default=True)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Language = Annotated[str, typer.Option("--language", help="Language of the report.")]
Simulated = Annotated[int, typer.Option("--n", min=10, max=100_000, help="Number of simulated respondents.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"survey-stats {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options that hold for every command."""
    del version  # its callback has answered


@app.command()
def report(
    path: Annotated[Path, typer.Argument(help="An Excel or CSV export, or a study folder with plan.toml.")],
    out: Out = Path("report"),
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    language: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Read an export, score it, run every analysis it has the constructs for, and write the report."""
    with _steps(quiet) as tell:
        written = _report(path, out, sheet, language, tell)
    _closing(written, quiet)


@app.command()
def demo(
    out: Out = Path("demo"),
    n: Simulated = 300,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    language: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Write an export with simulated answers, as messy as real ones, and report on it."""
    from survey_stats.fielding.demo import write_demo_export

    with _steps(quiet) as tell:
        tell("simulating")
        out.mkdir(parents=True, exist_ok=True)
        export = out / "simulated_export.xlsx"
        write_demo_export(export, n=n, seed=seed)
        written = _report(export, out, None, language, tell)
    _closing(written, quiet)


@app.command()
def instruments() -> None:
    """List the bundled instruments."""
    from survey_stats.catalogue import bundled
    from survey_stats.content import in_language

    for one in bundled().instruments.values():
        typer.echo(f"{one.id:18} {len(one.all_items):3} items  {in_language(one.title, 'en')}")


@app.command()
def analyses() -> None:
    """List the bundled analyses and the constructs they need."""
    from importlib import import_module

    from survey_stats.catalogue import bundled

    for name in bundled().analysis_files:
        module = import_module(f"survey_stats.analyses.{name}")
        question = (module.__doc__ or "").strip().splitlines()[0]
        typer.echo(f"{name:18} needs {', '.join(module.needs)}: {question}")


def _report(path: Path, out: Path, sheet: str | None, language: str, tell: Callable[[str], None]) -> Report:
    from survey_stats.reading import read_survey
    from survey_stats.reporting.report import report as write

    study = read_survey(path, sheet=sheet, language=language, progress=tell)
    return write(study, out, language=language, progress=tell)


class _steps:  # noqa: N801 - used as a function
    """Shows the steps: a moving line in a terminal, a line a step elsewhere, nothing if quiet."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, quiet=quiet)
        self._status = self._console.status("") if self._console.is_terminal else None

    def __enter__(self) -> Callable[[str], None]:
        if self._status:
            self._status.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def _tell(self, step: str) -> None:
        words = text(f"step.{step}")
        if self._status:
            self._status.update(words)
        self._console.print(words, style="dim", highlight=False)


def _closing(written: Report, quiet: bool) -> None:
    if quiet:
        return
    for headline in written.headlines:
        typer.echo(headline)
    for file in written.files:
        typer.echo(f"{file}")


def main() -> None:
    """Run the command line; our errors become a sentence on standard error and an exit code."""
    try:
        app()
    except SurveyError as error:
        typer.echo(f"survey-stats: {error}", err=True)
        sys.exit(error.exit_code)
