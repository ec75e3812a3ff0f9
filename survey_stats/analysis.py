"""What an analysis is: a module with a docstring, `needs`, and `analyze(study) -> Section`."""

from __future__ import annotations

import importlib
import importlib.util
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from survey_stats.catalogue import bundled
from survey_stats.errors import CallError, InputError, SurveyError
from survey_stats.results import Result
from survey_stats.study import Study


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the report: a message id and its values."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by name; `reporting.figures` draws it from the results it is given."""

    name: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A result with an id of its own in `results.csv`, and what its rows have in common.

    Attributes:
        id: Id of the result within the analysis.
        result: The result.
        context: `level`, `measure_type`, `design`, `exclusions`, `status` for `results.csv`.
    """

    id: str
    result: Result
    context: Mapping[str, str] = field(default_factory=dict)


Block = Table | Note | Figure
PLANNED = "planned_hypotheses"
"""The analysis of the hypotheses in a plan; it runs wherever there are any."""
FIRST = (PLANNED, "shyness_posting")
"""Of all bundled analyses these come first: what was planned, then what most studies with these instruments ask."""
ALL_RESPONDENTS = "none"
AS_PLANNED = "planned"
"""Values of `exclusions` in `results.csv`: nobody left out, or those whom the plan excludes."""


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """What an analysis found, without words or drawing.

    Attributes:
        id: Id of the analysis.
        title: Message id of its title.
        blocks: In reading order.
        simulated: The answers it is about are simulated; `analyze` sets it.
        labels: Measure → its name; `analyze` adds those of the study.
        everyone: The tables of `blocks` again, computed with the respondents whom the plan excludes; ids end in
            `_all_respondents`. Empty where the plan excludes nobody.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    simulated: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    everyone: tuple[Table, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The blocks that are results."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def __repr__(self) -> str:
        return f"Section {self.id!r}: " + (", ".join(table.id for table in self.tables) or "not run")

    def _repr_html_(self) -> str:
        from survey_stats.reporting.notebook import section_html

        return section_html(self)


class Sections(list[Section]):
    """A list of sections that a notebook shows one after the other."""

    def _repr_html_(self) -> str:
        return "".join(section._repr_html_() for section in self)


def _all_bundled() -> list[str]:
    """Those of `FIRST`, then the others by their names."""
    return sorted(bundled().analysis_files, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))


def analyze(study: Study, names: Iterable[str] | str | None = None) -> Sections:
    """Run analyses on a study: without the respondents whom its plan excludes, and beside it with them.

    Args:
        study: The data.
        names: Ids of analyses; those the study's plan names, else all bundled ones, `FIRST` before the others. An
            analysis whose constructs the study lacks gives a section that says so.

    Returns:
        One section an analysis, in the order of `names`.

    Raises:
        CallError: There is no analysis of that name.
        InputError: The plan excludes every respondent.
    """
    files = {**bundled().analysis_files, **study.provenance.own_analyses}
    chosen = (study.provenance.analyses or _all_bundled()) if names is None else names
    wanted = [chosen] if isinstance(chosen, str) else list(chosen)
    if names is None and study.hypotheses and PLANNED not in wanted:
        wanted.insert(0, PLANNED)
    unknown = [name for name in wanted if name not in files]
    if unknown:
        raise CallError(f"There is no analysis {unknown[0]!r}. Allowed: {', '.join(files)}.")
    found = []
    for name in wanted:
        with _own_code(study.provenance.own_analyses.get(name)):
            found.append(with_and_without(partial(_run, _module(name, study), name), study))
    labels = dict(zip(study.variables["id"], study.variables["label"], strict=True))
    return Sections(
        replace(
            section,
            blocks=tuple(_exploratory(one) if isinstance(one, Table) else one for one in section.blocks),
            everyone=tuple(_exploratory(table) for table in section.everyone),
            simulated=study.provenance.simulated,
            labels={**labels, **section.labels},
        )
        for section in found
    )


@contextmanager
def _own_code(file: str | None) -> Iterator[None]:
    """A fault in the researcher's own file becomes a sentence with its line; one in ours raises as it is."""
    try:
        yield
    except SurveyError:
        raise
    except Exception as error:
        if file is None:
            raise
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        where = f"{_place(file)}, line {line}" if line else _place(file)
        raise InputError(
            f"{where}: {type(error).__name__}: {error}. Correct it; in a notebook, `analyze(study)` shows every step "
            "that led there."
        ) from error


def _place(file: str) -> str:
    return f"analyses/{Path(file).name}"


def _exploratory(table: Table) -> Table:
    """A result that does not say that it was planned is exploratory."""
    return replace(table, context={"status": "exploratory", **table.context})


def _module(name: str, study: Study) -> ModuleType:
    """A bundled analysis, or one of the study's folder that its plan lists: that is the researcher's own code."""
    own = study.provenance.own_analyses.get(name)
    if own is None:
        return importlib.import_module(f"survey_stats.analyses.{name}")
    described = importlib.util.spec_from_file_location(f"survey_stats_own.{name}", own)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    faults = [part for part in ("needs", "analyze") if not hasattr(module, part)]
    if faults:
        raise InputError(
            f"analyses/{name}.py: {faults[0]} is missing. An analysis has a docstring, `needs` (the ids of its "
            "constructs) and `analyze(study)`, which returns a Section."
        )
    return module


def with_and_without(run: Callable[[Study], Section], study: Study) -> Section:
    """A section on the respondents that the plan leaves in, and its tables again over all respondents.

    Args:
        run: Makes the section from a study.
        study: The study with `excluded`.
    """
    kept = study.analysed()
    if kept is study:
        return _stated(run(study), ALL_RESPONDENTS)
    everyone = _stated(run(study), ALL_RESPONDENTS).tables
    named = tuple(replace(table, id=f"{table.id}_all_respondents") for table in everyone)
    return replace(_stated(run(kept), AS_PLANNED), everyone=named)


def _stated(section: Section, exclusions: str) -> Section:
    """The section with `exclusions` in the context of each table that does not say it itself."""
    blocks = tuple(
        replace(block, context={"exclusions": exclusions, **block.context}) if isinstance(block, Table) else block
        for block in section.blocks
    )
    return replace(section, blocks=blocks)


def _run(module: ModuleType, name: str, study: Study) -> Section:
    title: str = getattr(module, "title", f"{name}.title")
    absent = [construct for construct in module.needs if not study.measures_of(construct)[0]]
    if absent:
        return Section(name, title, (Note("analysis.constructs_missing", {"constructs": ", ".join(absent)}),))
    any_of: tuple[str, ...] = getattr(module, "needs_any", ())
    if any_of and not any(study.select(construct) for construct in any_of):
        return Section(name, title, (Note("analysis.constructs_missing", {"constructs": " / ".join(any_of)}),))
    if study.design is not None and not getattr(module, "uses_design", False):
        return Section(name, title, (Note("analysis.weights_refused"),))
    if study.design is not None and study.sampling is None:
        return Section(name, title, (Note("analysis.weights_unnamed", {"columns": list(study.design)}),))
    try:
        section: Section = module.analyze(study)
    except SurveyError as error:  # what cannot run says why; a fault of ours still raises
        return Section(name, title, (Note("analysis.cannot_run", {"reason": str(error)}),))
    if not isinstance(section, Section) or not all(isinstance(one, (Table, Note, Figure)) for one in section.blocks):
        raise InputError(
            f"analyses/{name}.py: analyze(study) returned {str(section)[:80]!r}. It returns a Section whose blocks are "
            "Table, Note and Figure."
        )
    if section.id != name:
        raise InputError(
            f"analyses/{name}.py: analyze(study) returned a Section with the id {section.id!r}. Write "
            f'Section("{name}", …): the report and results.csv know an analysis by the name of its file.'
        )
    return section
