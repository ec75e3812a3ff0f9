"""An export → a study: the whole way, in the order privacy, matching, coding, scoring, flags."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from survey_stats.adapting import read_wordings, with_codes, with_wordings
from survey_stats.catalogue import Catalogue, bundled
from survey_stats.errors import CallError, InputError
from survey_stats.freezing import frozen
from survey_stats.instrument import Instrument
from survey_stats.intake.coding import CodedTable, code_table, reason_names
from survey_stats.intake.column_maps import mentioned
from survey_stats.intake.matching import Matching, header_below, match_columns, suggestions
from survey_stats.intake.opening import Opened, open_export
from survey_stats.intake.page_times import page_seconds
from survey_stats.intake.paradata import paradata
from survey_stats.intake.privacy import Screened, screen
from survey_stats.intake.repeated_ids import repeated_ids
from survey_stats.intake.sampling import sampling_design, sampling_rules
from survey_stats.intake.scale_suggestions import suggest_scales
from survey_stats.intake.table import ExportTable
from survey_stats.intake.weights import survey_weights
from survey_stats.measures.classes import Choices
from survey_stats.measures.quality import assess_quality
from survey_stats.measures.quality_material import Material
from survey_stats.measures.scoring import score
from survey_stats.plan import Data, Plan, read_plan
from survey_stats.quality_rules import exclusion_rules
from survey_stats.study import Provenance, Study
from survey_stats.time_use.records import questionnaire_records, time_measures

Progress = Callable[[str], None]


class UnmatchedError(InputError):
    """No column of an export matches an item.

    Attributes:
        origin: What was recognised all the same: tool, header rows, columns, personal data left out.
        table: The export without personal columns.
    """

    def __init__(self, sentence: str, origin: Provenance, table: ExportTable) -> None:
        super().__init__(sentence)
        self.origin = origin
        self.table = table


def read_survey(
    path: str | Path,
    *,
    plan: Plan | str | Path | None = None,
    instruments: Iterable[Instrument | str | Path] | None = None,
    language: str | None = None,
    sheet: str | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Study:
    """Read an export and score it.

    Args:
        path: An Excel, CSV, SPSS or Stata export, or a study folder that holds `plan.toml`.
        plan: A plan or its file; the one in the folder where `path` is a folder.
        instruments: Instruments to look for, by id, file or as objects; where none are given, our own
            and those of the study's folder (a bundled published scale is used only where it is named).
        language: Language of labels in the study; answers are recognised in every language of the instrument.
        sheet: Sheet of a workbook; the one with the data where it is not given.
        strict: Raise if any answer could not be used.
        progress: Called with the id of each step as it begins.

    Returns:
        The study, with every cell that could not be used in `problems`.

    Raises:
        UnmatchedError: No column matches an instrument; it carries what was recognised.
        InputError: The file cannot be read; with `strict`, an answer failed.
        CallError: An instrument, sheet, item or column is named that does not exist.

    >>> import survey_stats as ss
    >>> study = ss.read_survey("export.xlsx")  # doctest: +SKIP
    >>> study.measures  # doctest: +SKIP
    """
    study, _ = read_with_table(
        path, plan=plan, instruments=instruments, language=language, sheet=sheet, progress=progress
    )
    failed = study.problems[study.problems["state"] == "failed"]
    if strict and len(failed):
        raise InputError(_strict_sentence(failed))
    return study


def read_with_table(
    path: str | Path,
    *,
    plan: Plan | str | Path | None = None,
    instruments: Iterable[Instrument | str | Path] | None = None,
    language: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> tuple[Study, ExportTable]:
    """As `read_survey`, with the export's table (personal columns left out) beside the study."""
    tell = progress or (lambda _step: None)
    file, chosen_plan, catalogue = _located(Path(path), plan)
    data = chosen_plan.data or Data(file=str(file))
    wanted = _instruments(catalogue, instruments if instruments is not None else chosen_plan.instruments)
    wanted = _as_planned(wanted, chosen_plan, catalogue, _beside(Path(path), plan))
    tell("reading")
    opened = open_export(file, sheet=sheet or data.sheet, dictionary=_dictionary(Path(path), plan, data))
    tell("privacy")
    screened = screen(opened.table, keep=data.keep)
    tell("matching")
    matching = match_columns(screened.table, wanted, chosen_plan.columns)
    if not matching.matches:
        origin = _provenance(opened, screened, _columns(screened.table, matching, None), language or "en")
        raise UnmatchedError(_nothing_matches(file, screened.table, matching, wanted), origin, screened.table)
    tell("coding")
    coded = code_table(screened.table, matching, wanted, time_rule=chosen_plan.time_range)
    tell("scoring")
    study = _assemble(opened, screened, matching, coded, wanted, chosen_plan, language or "en")
    return _with_plan(study, chosen_plan, catalogue, _plan_folder(Path(path), plan)), screened.table


def _located(path: Path, plan: Plan | str | Path | None) -> tuple[Path, Plan, Catalogue]:
    """The export, the plan and the catalogue that belong to `path`."""
    if path.is_dir():
        read = plan if isinstance(plan, Plan) else read_plan(Path(plan) if plan else path)
        if read.data is None:
            raise InputError(f'plan.toml in {path.name} names no data. Add the section [data] with file = "…".')
        return path / read.data.file, read, Catalogue(path)
    read = plan if isinstance(plan, Plan) else read_plan(Path(plan)) if plan else Plan()
    return path, read, Catalogue(Path(plan).parent) if isinstance(plan, (str, Path)) else bundled()


def _beside(path: Path, plan: Plan | str | Path | None) -> Path:
    """The folder of the plan, to which its files are relative; that of the export for a plan made in code."""
    return path if path.is_dir() else Path(plan).parent if isinstance(plan, (str, Path)) else path.parent


def _plan_folder(path: Path, plan: Plan | str | Path | None) -> Path | None:
    """The folder in which `plan.toml` lies, for a plan that was read from there."""
    given = Path(plan) if isinstance(plan, (str, Path)) else None
    file = path / "plan.toml" if path.is_dir() and plan is None else given
    return None if file is None else file if file.is_dir() else file.parent


def _with_plan(study: Study, plan: Plan, catalogue: Catalogue, folder: Path | None) -> Study:
    """The study with what the plan expected, the analyses of its folder that the plan names, and its freeze."""
    own = {name: str(path) for name, path in catalogue.own_analysis_files.items() if name in plan.analyses}
    held = None if folder is None else frozen(folder)
    origin = replace(study.provenance, own_analyses=own, frozen={} if held is None else asdict(held))
    return replace(study, hypotheses=plan.hypotheses, provenance=origin)


def _dictionary(path: Path, plan: Plan | str | Path | None, data: Data) -> Path | None:
    """The dictionary that the plan names, in the plan's folder."""
    return None if data.dictionary is None else _beside(path, plan) / data.dictionary


def _as_planned(wanted: list[Instrument], plan: Plan, catalogue: Catalogue, folder: Path) -> list[Instrument]:
    """The instruments with those that the plan's columns and wordings name, its wordings and its codes."""
    wordings = read_wordings(folder / plan.wordings) if plan.wordings else {}
    used = [*wanted, *mentioned([*plan.columns, *wordings], wanted, catalogue.instruments.values())]
    stray = [name for name in plan.codes if name not in {one.id for one in used}]
    if stray:
        raise CallError(
            f"plan: codes: there is no instrument {stray[0]!r} in use. Allowed: {', '.join(one.id for one in used)}."
        )
    coded = [with_codes(one, plan.codes[one.id]) if one.id in plan.codes else one for one in used]
    return with_wordings(coded, wordings)


def _instruments(catalogue: Catalogue, named: Iterable[Instrument | str | Path]) -> list[Instrument]:
    given = list(named)
    if not given:
        return list(catalogue.self_matching.values())
    loaded = [entry if isinstance(entry, Instrument) else catalogue.load_instrument(entry) for entry in given]
    owners: dict[str, str] = {}
    for instrument in loaded:
        for item in instrument.all_items:
            if item.id in owners:
                raise CallError(
                    f"Item {item.id!r} belongs to both {owners[item.id]} and {instrument.id}. "
                    "Item ids must be unique over the instruments of a study; rename one or leave one out."
                )
            owners[item.id] = instrument.id
    return loaded


def _assemble(
    opened: Opened,
    screened: Screened,
    matching: Matching,
    coded: CodedTable,
    wanted: Sequence[Instrument],
    plan: Plan,
    language: str,
) -> Study:
    matched = {match.item for match in matching.matches}
    used = [instrument for instrument in wanted if matched & set(instrument.by_id)]
    scored = score(coded.answers, used, language, Choices(plan.cutoffs, plan.norms))
    records = questionnaire_records(coded.answers, coded.intervals, used)
    totals, total_rows = time_measures(records, used, coded.answers.index, language)
    table = screened.table
    design, rules = _design(table, coded, used, plan)
    named_ids = None if plan.exclusions is None else plan.exclusions.respondent_id
    material = Material(
        answers=coded.answers, missing=reason_names(coded.reasons), records=records, instruments=used,
        paradata=paradata(table, coded.answers.index), pages=page_seconds(opened.table, coded.answers.index),
        repeated=repeated_ids(opened.table, named_ids, coded.answers.index),
    )  # fmt: skip
    quality = assess_quality(material, plan.exclusions)
    rules |= exclusion_rules(plan.exclusions)
    study = Study(
        answers=coded.answers,
        missing=material.missing,
        missing_codes=coded.missing_codes,
        measures=scored.measures.join(totals),
        variables=pd.concat([frame for frame in (scored.variables, total_rows) if len(frame)] or [total_rows],
                            ignore_index=True),
        records=records,
        paradata=material.paradata,
        problems=coded.problems,
        flags=quality.flags,
        indices=quality.indices,
        quality=quality.rules,
        excluded=quality.excluded,
        exclusion_flags=1 if plan.exclusions is None else plan.exclusions.at_least,
        design=design,
        sampling=None if plan.design is None else plan.design.options,
        instruments={instrument.id: instrument for instrument in used},
        provenance=replace(
            _provenance(opened, screened, _columns(table, matching, coded), _worded_in(used, language)),
            instruments={one.id: {"version": one.version, "sha256": one.sha256} for one in used},
            unscored=scored.unscored, warnings=scored.warnings, title=plan.title or "", analyses=plan.analyses,
            rules=rules,
        ),
    )  # fmt: skip
    if plan.design is not None:
        study.survey_design()  # a faulty design is refused before anything is computed
    return study


def _worded_in(used: Sequence[Instrument], language: str) -> str:
    """`language` if an instrument has it, else the first language of the first one."""
    spoken = [one.languages for one in used if one.languages]
    return language if not spoken or any(language in known for known in spoken) else spoken[0][0]


def _design(
    table: ExportTable, coded: CodedTable, used: Sequence[Instrument], plan: Plan
) -> tuple[pd.DataFrame | None, dict[str, str]]:
    """The columns of the design, planned or found, and the choices about them and about times that change numbers."""
    rules = {"time_range": plan.time_range} if coded.intervals else {}
    weights = survey_weights(table)
    if weights is not None and plan.data is not None and plan.data.weights == "ignore":
        rules["weights"] = f"column {weights.name!r}, ignored as the plan says"
        weights = None
    if plan.design is not None:
        return sampling_design(table, plan.design, coded.answers, used), rules | sampling_rules(plan.design)
    return None if weights is None else weights.set_axis(coded.answers.index).to_frame(), rules


def _provenance(opened: Opened, screened: Screened, columns: pd.DataFrame, language: str) -> Provenance:
    """What is known of the export whether or not anything in it matches."""
    table = screened.table
    return Provenance(
        source=opened.source, sheet=opened.sheet, tool=table.tool, header_rows=table.header_rows,
        rows_read=len(table.row_numbers) + len(table.dropped), rows_kept=len(table.row_numbers),
        rows_dropped=dict(Counter(table.dropped.values())), columns=columns, left_out=dict(screened.left_out),
        masked=dict(Counter(column for column, _, _ in screened.masked)), data_sha256=opened.sha256,
        simulated=any(column.role == "simulated" for column in table.columns), language=language,
        notes=dict(opened.notes),
    )  # fmt: skip


def _columns(table: ExportTable, matching: Matching, coded: CodedTable | None) -> pd.DataFrame:
    items = {match.column: match.item for match in matching.matches}
    frame = pd.DataFrame(
        {
            "column": [column.code for column in table.columns],
            "text": [column.text for column in table.columns],
            "item": [items.get(index, "") for index in range(len(table.columns))],
            "how": list(matching.how),
        }
    )
    names = ["cells", "kept", "missing", "failed"]
    counts = pd.DataFrame(0, index=frame.index, columns=names) if coded is None else (
        coded.counts.set_index("column").reindex(frame.index)
    )  # fmt: skip
    counts["cells"] = len(table.row_numbers)
    return frame.join(counts.fillna(0).astype("int64"))


def _nothing_matches(file: Path, table: ExportTable, matching: Matching, wanted: Sequence[Instrument]) -> str:
    questions = [column.code for column in table.columns if column.role is None]
    shown = ", ".join(repr(name[:40]) for name in questions[:3]) + (" …" if len(questions) > 3 else "")
    near = suggestions(table, matching, wanted).head(3)
    below = header_below(table, wanted)
    scales = suggest_scales(questions, bundled().instruments.values())
    if below is not None:
        hint = f"Row {below[0]} holds {below[1]} of its questions: delete the rows above it"
    elif scales:
        hint = " ".join(str(one.message) for one in scales[:3])
    elif len(near):
        hint = "Nearest: " + ", ".join(
            f"{column[:40]!r} ~ {item} ({score:.2f})" for column, _, item, score in near.to_numpy()
        )
    else:
        hint = "Instruments looked for: " + ", ".join(instrument.id for instrument in wanted)
    return (
        f"{file.name}: none of its {len(questions)} question columns matches an instrument; found {shown}. "
        f"{hint}. "
        f"`survey-stats draft {shlex.quote(str(file))} --out mystudy` makes an instrument and a plan from this export."
    )


def _strict_sentence(failed: pd.DataFrame) -> str:
    first = failed.iloc[0]
    return (
        f"Answers that cannot be used: {len(failed)}. The first is {first['cell']!r} in column {first['column']!r}, "
        f"row {first['row']} (rule {first['rule']}). Read without strict to see all of them in study.problems."
    )
