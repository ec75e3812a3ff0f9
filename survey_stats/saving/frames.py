"""Answers, scores and flags of a study as one list of variables, each with its labels and reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.instrument import AnswerFormat, Item, Option
from survey_stats.messages import text
from survey_stats.saving.missing import APART, CODED
from survey_stats.study import Study

SIMULATED = "SIMULATED"
Level = Literal["nominal", "ordinal", "scale"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Variable:
    """One column of a saved file.

    Attributes:
        id: Its name in the study.
        data: The values: numbers (missing as NaN) or text (dtype `str`); one a row of the file.
        label: A short name.
        kind: How it came about: `respondent`, `simulated`, `flag`, `reason`, the kind of answer format (`single`,
            `multiple`, …) or of measure (`scale`, `time`, …).
        level: Level of measurement as SPSS names it.
        question: What was asked.
        reasons: Why a value is missing, for each row; none where that is not known. Where several codes of the export
            have one reason, the reason and the code (`refused=-8`).
        code_labels: Code → label of the codes that have one reason, as far as the questionnaire names them.
        reasons_in: Id of the variable that tells the reasons, where the values cannot.
        labels: Code → label.
        minimum, maximum: Allowed range; NaN where there is none.
        construct, unit, reference_period, rule, items, reversed, instrument: As in `study.variables`.
        note: What else a reader should know.
    """

    id: str
    data: pd.Series
    label: str = ""
    kind: str = "measure"
    level: Level = "scale"
    question: str = ""
    reasons: pd.Series | None = None
    code_labels: Mapping[str, str] = field(default_factory=dict)
    reasons_in: str = ""
    labels: Mapping[float | str, str] = field(default_factory=dict)
    minimum: float = np.nan
    maximum: float = np.nan
    construct: str = ""
    unit: str = ""
    reference_period: str = ""
    rule: str = ""
    items: str = ""
    reversed: str = ""
    instrument: str = ""
    note: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return pd.api.types.is_numeric_dtype(self.data)

    @property
    def whole(self) -> bool:
        """Whether every value is a whole number."""
        return self.numeric and bool((self.data.dropna() % 1 == 0).all())

    @property
    def coded_reasons(self) -> list[str]:
        """Reasons with a code that occur; codes of the export that share a reason after them."""
        found = set() if self.reasons is None else set(self.reasons.dropna().unique())
        return [*(reason for reason in CODED if reason in found), *self.apart]

    @property
    def apart(self) -> list[str]:
        """Codes of the export that share a reason."""
        found = () if self.reasons is None else self.reasons.dropna().unique()
        return sorted(key for key in found if APART in key)

    def reason_label(self, key: str, language: str) -> str:
        """A reason in words; with the code of the export where several share it."""
        reason, _, code = key.partition(APART)
        words = self.code_labels.get(code) or text(f"reporting.reason.{reason}", language)
        return f"{words} ({code})" if code else words


def study_variables(study: Study, respondents: pd.Series) -> list[Variable]:
    """Every variable of a study in the order in which it is saved: respondent, answers, measures, flags.

    A study whose answers have several occasions a person is laid out by occasion: the measures of a person stand in
    each of the person's rows.

    Args:
        study: The study.
        respondents: What stands for each respondent; index as in `study.measures`.
    """
    index = _rows(study)
    rows: list[dict[Any, Any]] = study.variables.to_dict("records")
    described = {row["id"]: row for row in rows}
    answers = [_with_construct(one, described) for one in _answer_variables(study, index)]
    known = {variable.id for variable in answers if variable.id in study.measures}
    known = {name for name in known if study.measures[name].equals(study.answers[name])}
    measures = [_measure_variable(row, study, index) for name, row in described.items() if name not in known]
    return [
        *_identity(study, respondents, index),
        *answers,
        *measures,
        *_flag_variables(study, index),
    ]


def _rows(study: Study) -> pd.Index:
    """Index of the file's rows: the respondents, or their occasions and the respondents without any."""
    occasions = study.answers.index
    if occasions.nlevels == 1:
        return study.measures.index
    absent = study.measures.index.difference(occasions.unique(0))
    without = pd.MultiIndex.from_product([absent, *[[np.nan]] * (occasions.nlevels - 1)], names=occasions.names)
    return occasions.append(without) if len(absent) else occasions


def _of_person(values: pd.Series, index: pd.Index) -> pd.Series:
    """A person's value in each of the person's rows."""
    if index.nlevels == 1:
        return values.reindex(index)
    return pd.Series(values.reindex(index.get_level_values(0)).to_numpy(), index=index)


def _identity(study: Study, respondents: pd.Series, index: pd.Index) -> Iterator[Variable]:
    language = study.provenance.language
    yield Variable(
        id="respondent", kind="respondent", label=text("saving.label.respondent", language), level="nominal",
        data=_of_person(respondents, index),
    )  # fmt: skip
    for number, name in enumerate(index.names[1:], start=1):
        occasion = pd.Series(index.get_level_values(number), index=index)
        yield Variable(id=str(name or f"occasion_{number}"), kind="occasion", data=_typed(occasion))
    if study.provenance.simulated:
        yield Variable(
            id=SIMULATED, kind="simulated", label=text("saving.label.simulated", language), level="nominal",
            data=pd.Series(1.0, index=index), labels={1.0: text("saving.value.simulated", language)},
        )  # fmt: skip


def _typed(values: pd.Series) -> pd.Series:
    """Numbers as floats, everything else as text with missing values kept."""
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    written = [None if pd.isna(value) else str(value) for value in values]
    return pd.Series(written, index=values.index, dtype="str")


# ---- answers --------------------------------------------------------------------------------------------------------


def _answer_variables(study: Study, index: pd.Index) -> Iterator[Variable]:
    items = {item.id: item for instrument in study.instruments.values() for item in instrument.all_items}
    in_scales = {name for one in study.instruments.values() for scale in one.scales for name in scale.items}
    language = study.provenance.language
    for name in map(str, study.answers):
        stem, _, code = name.partition(".")
        item = items.get(stem)
        plain = Variable(
            id=name, label=name, data=_typed(study.answers[name].reindex(index)), reasons=_reasons(study, name, index),
            code_labels={} if item is None else {str(one.code): in_language(one.label, language)
                                                 for one in item.format.missing if one.label},
        )  # fmt: skip
        if item is None:
            yield replace(plain, kind="answer")
        elif item.format.kind == "multiple":
            yield _indicator(plain, item, code, language)
        else:
            yield _answer(plain, item, language, ordinal=name in in_scales)


def _reasons(study: Study, name: str, index: pd.Index) -> pd.Series | None:
    if name not in study.missing:
        return None
    reasons = study.missing[name].astype("str").reindex(index)
    if name not in study.missing_codes:
        return reasons
    codes = study.missing_codes[name].reindex(index)
    return reasons.where(codes.isna(), reasons + APART + codes.astype("str"))


def _answer(plain: Variable, item: Item, language: str, *, ordinal: bool) -> Variable:
    form = item.format
    low, high = _bounds(form)
    return replace(
        plain, kind=form.kind, label=in_language(item.text, language) or item.name(language),
        question=_question(item, language), level=_level(plain, form, ordinal), instrument=item.instrument,
        labels={_code(option.code, plain): in_language(option.label, language) for option in form.options
                if option.label},
        minimum=low, maximum=high, unit=_unit(form, language),
    )  # fmt: skip


def _bounds(form: AnswerFormat) -> tuple[float, float]:
    if form.range is not None:
        return form.range
    return tuple(np.nan if bound is None else bound for bound in (form.minimum, form.maximum))  # type: ignore[return-value]


def _unit(form: AnswerFormat, language: str) -> str:
    """What is stored: a duration is kept in minutes, whatever unit the question asked for."""
    if form.kind != "duration":
        return form.unit or ""
    return text(f"saving.unit.minutes_per_{form.per}" if form.per else "saving.unit.minutes", language)


def _level(plain: Variable, form: AnswerFormat, ordinal: bool) -> Level:
    if form.kind != "single":
        return "scale" if plain.numeric else "nominal"
    return "ordinal" if ordinal else "nominal"


def _code(code: float | str, variable: Variable) -> float | str:
    """A code as the column holds it; a column of text holds the text of its codes."""
    return float(code) if variable.numeric and not isinstance(code, str) else str(code)


def _question(item: Item, language: str) -> str:
    return " ".join(part for part in (in_language(item.stem, language), in_language(item.text, language)) if part)


def _indicator(plain: Variable, item: Item, code: str, language: str) -> Variable:
    option = next((one for one in item.format.options if str(one.code) == code), Option(code=code))
    chosen = in_language(option.label, language) or code
    asked = in_language(item.text, language) or item.name(language)
    return replace(
        plain, kind="multiple", label=f"{chosen} – {asked}", question=_question(item, language), level="nominal",
        instrument=item.instrument, **_two_values("chosen", language),
    )  # fmt: skip


# ---- measures and flags ---------------------------------------------------------------------------------------------

_DESCRIBED = ("construct", "unit", "reference_period", "rule", "items", "reversed", "instrument")


def _with_construct(answer: Variable, described: Mapping[str, Mapping[str, Any]]) -> Variable:
    """An item that is a measure by itself is saved once, as an answer that has a construct."""
    row = described.get(answer.id)
    return answer if row is None else replace(answer, construct=str(row["construct"] or ""))


def _measure_variable(row: Mapping[str, Any], study: Study, index: pd.Index) -> Variable:
    described: dict[str, Any] = {name: str(row[name] or "") for name in _DESCRIBED}
    return Variable(
        id=row["id"], label=row["label"] or row["id"], kind=row["kind"] or "measure",
        data=_of_person(study.measures[row["id"]], index),
        minimum=_number(row["minimum"]), maximum=_number(row["maximum"]), **described,
    )  # fmt: skip


def _number(value: Any) -> float:
    return float(value) if pd.notna(value) else np.nan


def _flag_variables(study: Study, index: pd.Index) -> Iterator[Variable]:
    language = study.provenance.language
    for name in study.flags:
        yield Variable(
            id=f"flag_{name}", kind="flag", label=text(f"reporting.flag.{name}", language), level="nominal",
            data=_of_person(study.flags[name], index).astype("float64"), **_two_values("flagged", language),
        )  # fmt: skip
    if study.excluded.any():
        yield Variable(
            id="excluded", kind="flag", label=text("saving.label.excluded", language), level="nominal",
            data=_of_person(study.excluded, index).astype("float64"), **_two_values("excluded", language),
        )  # fmt: skip


def _two_values(name: str, language: str) -> dict[str, Any]:
    labels = {0.0: text(f"saving.value.not_{name}", language), 1.0: text(f"saving.value.{name}", language)}
    return {"labels": labels, "minimum": 0.0, "maximum": 1.0}


def reason_variable(variable: Variable, stem: str, language: str) -> Variable:
    """The variable `stem_missing`, which says why another has no value, where the value itself cannot say it."""
    assert variable.reasons is not None
    told = variable.coded_reasons
    return Variable(
        id=f"{stem}_missing", kind="reason", level="nominal", instrument=variable.instrument,
        label=text("saving.label.reason", language, label=variable.question or variable.label),
        data=variable.reasons.where(variable.reasons.isin(told)).astype("str"),
        labels={reason: variable.reason_label(reason, language) for reason in told},
    )  # fmt: skip
