"""`survey-stats instruments`: list, show, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="List the bundled instruments, show one, or check a file of your own.", add_completion=False)


@app.callback(invoke_without_command=True)
def instruments(context: typer.Context) -> None:
    """List the bundled instruments, show one, or check a file of your own."""
    if context.invoked_subcommand is None:
        _list()


@app.command("list")
def list_() -> None:
    """List the bundled instruments."""
    _list()


@app.command()
def show(
    instrument: Annotated[str, typer.Argument(help="Id of an instrument, or a TOML file.")],
    language: Annotated[str, typer.Option("--language", help="Language of the words.")] = "en",
) -> None:
    """Show items, codes, scales, cut-offs, norms, licence and the status of each fact."""
    from survey_stats.catalogue import load_instrument
    from survey_stats.reporting.instrument_page import instrument_page

    for line in instrument_page(load_instrument(instrument), language):
        typer.echo(line)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="An instrument file (TOML).")],
    language: Annotated[str, typer.Option("--language", help="Language of the words.")] = "en",
) -> None:
    """Check an instrument file of your own: OK with a summary, or what is wrong and where."""
    from survey_stats.catalogue import Catalogue
    from survey_stats.reporting.instrument_page import instrument_summary

    folder = file.resolve().parent
    study = folder.parent if folder.name == "instruments" else None
    typer.echo(instrument_summary(Catalogue(study).read(file), language))


def _list() -> None:
    from survey_stats.catalogue import bundled
    from survey_stats.content import in_language

    for one in bundled().instruments.values():
        typer.echo(f"{one.id:18} {len(one.all_items):3} items  {in_language(one.title, 'en')}")
