"""Study and analyses → a folder with the report, the table of all numbers and the manifest."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from survey_stats.analysis import Section, analyze
from survey_stats.errors import CallError, InputError
from survey_stats.literature.references import bibtex
from survey_stats.messages import require_language
from survey_stats.reporting.html import render_html
from survey_stats.reporting.manifest import manifest, write_manifest
from survey_stats.reporting.page import Page, compose
from survey_stats.reporting.results_csv import write_results
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.words import plain, study_labels
from survey_stats.study import Study

RESULTS, REFERENCES, MANIFEST = "results.csv", "references.bib", "manifest.json"
Progress = Callable[[str], None]


def _write_html(page: Page, path: Path) -> None:
    path.write_text(render_html(page), encoding="utf-8", newline="\n")


def _write_word(page: Page, path: Path) -> None:
    from survey_stats.reporting.word import write_word

    write_word(page, path)


def _write_workbook(page: Page, path: Path) -> None:
    from survey_stats.reporting.workbook import write_report_workbook

    write_report_workbook(page, path)


FORMATS: dict[str, Callable[[Page, Path], None]] = {"html": _write_html, "docx": _write_word, "xlsx": _write_workbook}
"""Format → what writes the page into a file. `results.csv` and `manifest.json` are always written."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was written.

    Attributes:
        folder: Where.
        files: The files, the manifest last.
        headlines: The report in short, in plain sentences.
    """

    folder: Path
    files: tuple[Path, ...]
    headlines: tuple[str, ...]


def report(
    study: Study,
    folder: str | Path,
    *,
    to: str | Iterable[str] = ("html",),
    language: str = "en",
    sections: Iterable[Section] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Write the report of a study: `report.html`, `results.csv`, `references.bib`, `manifest.json`.

    All files are made beside the folder and moved into it at the end, the manifest last. Other files in the folder
    stay as they are.

    Args:
        study: The data.
        folder: Where to write; it is made if it is not there.
        to: Formats of the report: `html` (a page), `docx` (Word), `xlsx` (Excel).
        language: Language of the report.
        sections: Results of `analyze`; all analyses are run where none are given.
        progress: Called with each step as it begins: `analyzing`, `summarizing`, `rendering`, `writing`.

    Raises:
        CallError: A format or language is not known, `folder` is a file, or the export would be overwritten.
        InputError: The folder cannot be written.
    """
    formats, target = _checked_formats(to), Path(folder)
    require_language("report", language)
    _check_target(target, formats, study.provenance.data_sha256)
    tell = progress or (lambda _step: None)
    tell("analyzing")
    found = analyze(study) if sections is None else list(sections)
    tell("summarizing")
    summary = summarize(study, found)
    page = compose(summary, study_labels(study, language), language)
    with _staging(target) as staged:
        tell("rendering")
        files = [staged / f"report.{name}" for name in formats]
        for name, file in zip(formats, files, strict=True):
            FORMATS[name](page, file)
        tell("writing")
        write_results(page.numbers, staged / RESULTS)
        (staged / REFERENCES).write_text(bibtex(page.references), encoding="utf-8", newline="\n")
        files += [staged / RESULTS, staged / REFERENCES]
        write_manifest(manifest(summary, files, language), staged / MANIFEST)
        names = [*(path.name for path in files), MANIFEST]
        _install(staged, target, names)
    return Report(target, tuple(target / name for name in names), tuple(map(plain, page.headlines)))


def _checked_formats(to: str | Iterable[str]) -> list[str]:
    formats = list(dict.fromkeys([to] if isinstance(to, str) else to))
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise CallError(f"report: there is no format {unknown[0]!r}. Allowed: {', '.join(FORMATS)}.")
    return formats


def _check_target(target: Path, formats: Sequence[str], data_sha256: str) -> None:
    if target.exists() and not target.is_dir():
        raise CallError(f"report: {target} is a file. Name a folder for the report, new or existing.")
    names = [*(f"report.{name}" for name in formats), RESULTS, REFERENCES, MANIFEST]
    blocked = next((name for name in names if (target / name).is_dir()), None)
    if blocked is not None:
        raise CallError(f"report: {target / blocked} is a folder, where a file has to go. Name another folder.")
    export = next((target / name for name in names if _is_export(target / name, data_sha256)), None)
    if export is not None:
        raise CallError(f"report: {export} is the export itself, which is not overwritten. Name another folder.")


def _is_export(file: Path, data_sha256: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == data_sha256


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A temporary sibling of the folder, gone afterwards; an error of the file system becomes a sentence."""
    staged: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        yield staged
    except OSError as error:
        raise InputError(
            f"report: {target} cannot be written ({error.strerror or error}). Close the files that other programs "
            "have open, or name another folder."
        ) from error
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)


def _install(staged: Path, target: Path, names: Sequence[str]) -> None:
    """Move the files into the folder, the last one last; if one cannot be moved, the folder is as it was."""
    earlier, moved = staged / "earlier", []
    earlier.mkdir()
    target.mkdir(exist_ok=True)
    try:
        for name in names:
            if (target / name).exists():
                (target / name).replace(earlier / name)
            moved.append(name)
            (staged / name).replace(target / name)
    except OSError:
        for name in moved:
            (target / name).unlink(missing_ok=True)
        for path in earlier.iterdir():
            path.replace(target / path.name)
        raise
