"""How well do self-reported minutes agree with logged ones?

Question: What people say about their time with media differs from what devices log (Parry et al. 2021). By how much in
these data, for whom, and what does that leave of correlations with self-reported time?

Method: Persons with both kinds of record, minutes a day of each medium and of all media that both know; measures of the
same construct where one is a self-report and the other a log. Bias with limits of agreement, ratio of means,
correlation and concordance, shares of persons who come close, over- and under-report. The correlation of the two is
taken as the validity of the self-report: what a correlation of shyness with self-reported time leaves open about its
correlation with logged time is bounded, and nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from survey_stats.analysis import Block, Figure, Note, Section, Table
from survey_stats.errors import SurveyError
from survey_stats.messages import text
from survey_stats.statistics.agreement import Agreement, agreement
from survey_stats.statistics.attenuation import attenuation
from survey_stats.statistics.correlations import correlate
from survey_stats.study import Study
from survey_stats.time_use.records import DAYS_OF_WEEK, minutes_per_day
from survey_stats.time_use.totals import ONE_DAY

id = "self_report_against_log"  # noqa: A001 - the contract of an analysis names it so
needs = ()
CONTEXT = {"level": "between", "measure_type": "self_report_and_log", "status": "exploratory"}
SMALLEST_VALIDITY = 0.05


def analyze(study: Study) -> Section:
    """Compare every pair of a self-report and a log, the whole time in most detail."""
    title = f"{id}.title"
    pairs = {**media_pairs(study.records), **measure_pairs(study)}
    if not pairs:
        return Section(id, title, (Note(f"{id}.no_pairs"),))
    blocks: list[Block] = [Note(f"{id}.validity")]
    results: dict[str, Agreement] = {}
    for name, pair in pairs.items():
        try:
            results[name] = agreement(pair, *pair.columns, unit=_unit(study, pair))
        except SurveyError as error:
            blocks.append(Note(f"{id}.failed", {"name": name, "reason": str(error)}))
    for name, result in results.items():
        blocks.append(Table(f"agreement_{name}", result, CONTEXT))
        blocks.append(Figure("bland_altman", (result,)))
    if results:
        first = next(iter(results))
        blocks += _attenuated(study, pairs[first], results[first])
    labels = {column: label for name, pair in pairs.items() for column, label in _labels(name, pair, study).items()}
    return Section(id, title, tuple(blocks), labels=labels)


def media_pairs(records: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Medium → minutes a day as reported and as logged, a row a person; `all_media` first where there are several.

    Who has a log and no record of a medium in it spent no time with it; who said nothing about it is missing, and so is
    a record without minutes or with minutes that cannot be.
    """
    records = records.assign(minutes=records["minutes"].where(records["minutes"].between(0, np.inf, inclusive="left")))
    if records.empty or not {"self_report", "log"} <= set(records["measure_type"]):
        return {}
    said = minutes_per_day(records[records["measure_type"] == "self_report"])
    logged = logged_per_day(records[records["measure_type"] == "log"])
    media = [medium for medium in said if medium in logged]
    persons = said.index.intersection(logged.index)
    if logged.empty or not media or not len(persons):
        return {}
    pairs = {medium: pd.DataFrame({f"{medium}_self_report": said.loc[persons, medium],
                                   f"{medium}_log": logged.loc[persons, medium]}) for medium in media}  # fmt: skip
    if len(media) == 1:
        return pairs
    whole = pd.DataFrame({
        "all_media_self_report": said.loc[persons, media].sum(axis=1, min_count=len(media)),
        "all_media_log": logged.loc[persons, media].sum(axis=1, min_count=len(media)),
    })  # fmt: skip
    return {"all_media": whole, **pairs}


def logged_per_day(records: pd.DataFrame) -> pd.DataFrame:
    """Logged minutes of an average day, index person, a column a medium; 0 where the log shows none.

    The days of a log are those in its column `days`, else the different values of `day`; records of a habitual or
    diary day are of one day as they stand. A log that tells none of these has no minutes a day.
    """
    kinds = {*DAYS_OF_WEEK, "typical"}
    if set(records["reference_period"]) <= set(ONE_DAY) and set(records["day"]) <= kinds:
        return minutes_per_day(_with_zeros(records))
    sums = records.groupby(["person", "medium"])["minutes"].sum(min_count=1).unstack("medium", fill_value=0.0)  # noqa: PD010 - no aggregation
    if "days" in records:
        days = records.groupby("person")["days"].first().astype("float64")
        return sums.div(days.where(days > 0), axis=0)
    if records["day"].isna().any() or set(records["day"]) & kinds:
        return sums.iloc[:0]
    return sums.div(records.groupby("person")["day"].nunique(), axis=0)


def _with_zeros(records: pd.DataFrame) -> pd.DataFrame:
    """A record of every medium on each kind of day that a person's log holds: 0 minutes where it shows none."""
    every = records[["person", "day"]].drop_duplicates().merge(records[["medium"]].drop_duplicates(), how="cross")
    found = every.merge(records[["person", "medium", "day", "minutes"]], how="left", indicator="shown")
    return found.assign(minutes=found["minutes"].mask(found["shown"] == "left_only", 0.0))


def measure_pairs(study: Study) -> dict[str, pd.DataFrame]:
    """Construct → self-report and log of the same construct and unit, a row a person."""
    found = {}
    for construct, rows in study.variables.groupby("construct", sort=False):
        said, logged = (rows[rows["measure_type"] == kind] for kind in ("self_report", "log"))
        for place, (mine, theirs) in enumerate(_same_unit(said, logged)):
            name = str(construct) if not place else f"{construct}_{place + 1}"
            found[name] = study.measures[[mine, theirs]]
    return found


def _same_unit(said: pd.DataFrame, logged: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for mine in said.to_dict("records"):
        for theirs in logged.to_dict("records"):
            if mine["unit"] == theirs["unit"]:
                yield mine["id"], theirs["id"]


def _unit(study: Study, pair: pd.DataFrame) -> str:
    said = str(pair.columns[0])
    return str(study.variable(said)["unit"]) if said in study.measures else "minutes per day"


def _labels(name: str, pair: pd.DataFrame, study: Study) -> dict[str, str]:
    """Names of the columns of a pair that are no measures of the study."""
    kinds = ("self_report", "log")
    shown = text(f"{id}.all_media") if name == "all_media" else name.replace("_", " ").capitalize()
    return {
        str(column): text(f"{id}.{kind}", name=shown)
        for column, kind in zip(pair.columns, kinds, strict=True)
        if column not in study.measures
    }


def _attenuated(study: Study, pair: pd.DataFrame, result: Agreement) -> Iterator[Block]:
    """Bounds for each measure of shyness with the self-report, the validity being the interval of its correlation."""
    found = result.table.set_index("quantity").loc["pearson"]
    names, _ = study.measures_of("shyness")
    low, high = (float(found[end]) for end in ("ci_lower", "ci_upper"))
    if not names or np.isnan(low) or high <= SMALLEST_VALIDITY:
        return
    said = pair.columns[0]
    data = study.measures[names].assign(self_reported=pair[said].reindex(study.measures.index))
    for row in correlate(data, names, "self_reported").table.to_dict("records"):
        if not np.isnan(row["ci_lower"]):
            bounds = attenuation(row["estimate"], (max(low, SMALLEST_VALIDITY), high),
                                 interval=(row["ci_lower"], row["ci_upper"]))  # fmt: skip
            yield Note(f"{id}.attenuation", {"measure": row["x"], "n": int(row["n"])})
            yield Table(f"attenuation_{row['x']}", bounds, CONTEXT)
