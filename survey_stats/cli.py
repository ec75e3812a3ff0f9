"""The command line: parses, calls, prints."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from survey_stats import __version__, cli_instruments, cli_study
from survey_stats.errors import InputError, SurveyError
from survey_stats.messages import require_language, text

if TYPE_CHECKING:
    from survey_stats.plan import Outputs
    from survey_stats.reporting.report import Report

app = typer.Typer(
    name="survey-stats",
    help="From a survey export to a statistical report, for research on social media use and personality.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(cli_instruments.app, name="instruments")
app.add_typer(cli_study.plan, name="plan")
app.command()(cli_study.init)
app.command()(cli_study.verify)

Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the report.", show_default=True)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Formats = Annotated[str, typer.Option("--to", help="Formats of the report, with commas: html, docx, xlsx.")]
Language = Annotated[str, typer.Option("--language", help="Language of the report.")]
Export = Annotated[Path, typer.Argument(help="An Excel or CSV export, or a study folder with plan.toml.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.")]
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
    language: Annotated[str, typer.Option("--language", help="Language of the report; else that of the plan.")] = "",
    to: Formats = "",
    quiet: Quiet = False,
) -> None:
    """Read an export, score it, run every analysis it has the constructs for, and write the report."""
    with Steps(quiet) as tell:
        planned = _planned(path)
        formats = _formats(to) or planned.formats
        written = _report(path, out, sheet, language or planned.language, tell, to=formats)
    _closing(written, quiet)


@app.command()
def draft(
    path: Annotated[Path, typer.Argument(help="An export whose questionnaire is not bundled.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder for the study.", show_default=True)] = Path(
        "mystudy"
    ),
    sheet: Sheet = None,
    quiet: Quiet = False,
) -> None:
    """Draft an instrument and a plan from an unknown export, and note everything that is uncertain."""
    from survey_stats.intake.draft import draft as make

    with Steps(quiet) as tell:
        tell("drafting")
        drafted = make(path, sheet=sheet)
        written = drafted.write(out)
    if not quiet:
        typer.echo(text("draft.done", n=len(drafted.items), notes=len(drafted.notes)))
        typer.echo(text("draft.next", folder=out))
    _tell_files(written, quiet)


@app.command()
def demo(
    out: Out = Path("demo"),
    n: Simulated = 300,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    language: Language = "en",
    to: Formats = "",
    quiet: Quiet = False,
) -> None:
    """Write an export with simulated answers, as messy as real ones, and report on it."""
    from survey_stats.fielding.demo import write_demo_export

    with Steps(quiet) as tell:
        tell("simulating")
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{out} cannot be made a folder ({error.strerror}). Choose another with --out.") from error
        export = out / "simulated_export.xlsx"
        write_demo_export(export, n=n, seed=seed)
        written = _report(export, out, None, language, tell, rules={"seed": str(seed)}, to=_formats(to) or ("html",))
    _closing(written, quiet)
    _tell_files([export], quiet)


@app.command()
def check(
    path: Export,
    to: Annotated[
        str | None, typer.Option("--to", help="Also write a workbook to work through: xlsx, or the file's name.")
    ] = None,
    sheet: Sheet = None,
    language: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Show what was recognised, what matched and how, every problem, and what personal data was found."""
    from rich.console import Console

    from survey_stats.catalogue import Catalogue
    from survey_stats.reading import UnmatchedError, read_with_table
    from survey_stats.reporting.check_words import print_check
    from survey_stats.reporting.check_workbook import workbook_path, write_check_workbook
    from survey_stats.reporting.checking import check as inspect
    from survey_stats.reporting.checking import check_unmatched

    require_language("check", language)
    known = Catalogue(path if path.is_dir() else None).instruments.values()
    unmatched: UnmatchedError | None = None
    try:
        with Steps(quiet) as tell:
            study, table = read_with_table(path, sheet=sheet, progress=tell)
        found = inspect(study, known, table)
    except UnmatchedError as error:
        unmatched, found = error, check_unmatched(error.origin, known, error.table)
    if not quiet:
        print_check(found, Console(), language)
    if to is not None:
        file = write_check_workbook(found, workbook_path(to, found.origin.source), language)
        _tell_files([file], quiet)
    if unmatched is not None:
        raise unmatched


@app.command()
def score(
    path: Export,
    to: Annotated[Path, typer.Option("--to", help="File to write: .sav, .dta, .xlsx, .csv or .parquet.")],
    sheet: Sheet = None,
    respondent_ids: Annotated[
        str, typer.Option("--respondent-ids", help="number, or hash: a keyed hash of the tool's response ids.")
    ] = "number",
    key_file: Annotated[Path | None, typer.Option("--key-file", help="File with the key of the hash.")] = None,
    quiet: Quiet = False,
) -> None:
    """Save answers and scores with labels and missing values, and a codebook beside them."""
    from survey_stats.reading import read_survey
    from survey_stats.saving import save_scores
    from survey_stats.saving.respondents import read_key

    key = None if key_file is None else read_key(key_file)
    with Steps(quiet) as tell:
        study = read_survey(path, sheet=sheet, progress=tell)
    _tell_files(save_scores(study, to, respondent_ids=respondent_ids, key=key), quiet)


@app.command()
def analyses() -> None:
    """List the bundled analyses and the constructs they need."""
    from importlib import import_module

    from survey_stats.catalogue import bundled

    for name in bundled().analysis_files:
        module = import_module(f"survey_stats.analyses.{name}")
        question = (module.__doc__ or "").strip().splitlines()[0]
        typer.echo(f"{name:18} needs {', '.join(module.needs)}: {question}")


def _report(
    path: Path,
    out: Path,
    sheet: str | None,
    language: str,
    tell: Callable[[str], None],
    rules: Mapping[str, str] = MappingProxyType({}),
    to: Sequence[str] = ("html",),
) -> Report:
    from survey_stats.reading import read_survey
    from survey_stats.reporting.report import report as write

    study = read_survey(path, sheet=sheet, language=language, progress=tell)
    study = replace(study, provenance=replace(study.provenance, rules={**study.provenance.rules, **rules}))
    return write(study, out, to=to, language=language, progress=tell)


def _formats(named: str) -> tuple[str, ...]:
    """The formats of `--to html,docx`."""
    return tuple(part.strip() for part in named.split(",") if part.strip())


def _planned(path: Path) -> Outputs:
    """What the plan of a study folder says about the report."""
    from survey_stats.plan import Outputs, read_plan

    return read_plan(path).outputs if path.is_dir() else Outputs()


class Steps:
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
    _tell_files(written.files, quiet)


def _tell_files(files: Iterable[Path], quiet: bool) -> None:
    for file in () if quiet else files:
        typer.echo(f"{file}")


def main() -> None:
    """Run the command line; our errors and those of the system become a sentence on standard error and an exit code."""
    try:
        app()
    except SurveyError as error:
        _stop(str(error), error.exit_code)
    except OSError as error:
        _stop(text("cli.system", file=error.filename, reason=error.strerror or error), InputError.exit_code)


def _stop(sentence: str, exit_code: int) -> None:
    """Say why; what stands in a file must not steer the terminal."""
    from survey_stats.saving.text import visible

    typer.echo(f"survey-stats: {visible(sentence)}", err=True)
    sys.exit(exit_code)
