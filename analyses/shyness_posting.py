"""Do shy people post less and have fewer contacts on social media?

Question: How does shyness go with active use (posting), passive use (reading), the number of contacts and the time
spent on social media?

Hypotheses (after Appel and Gnambs 2019): less active use and fewer contacts with more shyness; for passive use and
time no more than a small association.

Method: Correlations between persons. Scale scores by Pearson with the interval of Fisher's z; counts and minutes,
which are skewed, by Spearman with the interval of Bonett and Wright (2000). In a sample with weights or another
design, correlations are of weighted moments with the standard error of the design, skewed outcomes as log(1 + x).
This designated method decides; the others,
and Pearson of log(1 + x), stand beside it. Holm's adjustment over the designated tests. Every measure of shyness in
the study is used; where there is none, sociability may stand in, is named as a proxy, and the opposite sign is
expected (Cheek and Buss 1981: low sociability is not shyness). The published pooled values stand beside ours; no
difference is tested. Respondents whom the plan excludes are left out, and everything stands beside it with them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_stats.analysis import Block, Figure, Note, Section, Table
from survey_stats.errors import InputError
from survey_stats.literature.comparison import compare_with_published
from survey_stats.literature.findings import findings_about
from survey_stats.statistics.correlations import Correlations, correlate
from survey_stats.statistics.multiplicity import adjust_p_values
from survey_stats.study import Study

id = "shyness_posting"  # noqa: A001 - the contract of an analysis names it so
needs = ("shyness",)
OUTCOMES = ("active_use", "passive_use", "contacts", "time_on_social_media")
needs_any = OUTCOMES
uses_design = True
SKEWED = ("contacts", "time_on_social_media")
PUBLISHED_AS = {"time_on_social_media": "general_use"}
"""The literature pools general use (logins a day and the like), not minutes: the nearest published neighbour."""
CONTEXT = {"level": "between", "measure_type": "self_report", "status": "exploratory"}


def analyze(study: Study) -> Section:
    """Correlate every measure of shyness with every measure of the outcomes."""
    shyness, is_proxy = study.measures_of("shyness")
    outcomes = [name for construct in OUTCOMES for name in study.select(construct)]
    context = CONTEXT | ({} if study.design is None else {"design": "weighted"})
    result = correlations(study, shyness, outcomes)
    blocks: list[Block] = [Note("shyness_posting.proxy", {"measures": shyness})] if is_proxy else []
    blocks.append(Table("correlations", result, context))
    blocks += _not_asked(study, outcomes)
    blocks += _beside_published(study, result, context)
    return Section(id, f"{id}.title", (*blocks, Note("caveat.correlation"), Note("caveat.self_report")))


def correlations(study: Study, shyness: list[str], outcomes: list[str]) -> Correlations:
    """Every pair by its designated method and the others; only designated tests are adjusted."""
    skewed = [name for name in outcomes if study.variable(name)["construct"] in SKEWED]
    design = study.survey_design()
    methods = ("pearson", "spearman") if design is None else ("pearson",)
    parts = [correlate(study.measures, shyness, outcomes, method=methods, design=design, adjust="none").table]
    if skewed:
        logged = study.measures.assign(**{name: np.log1p(_counts(study, name)) for name in skewed})
        logs = correlate(logged, shyness, skewed, design=design, adjust="none").table
        parts.append(logs.assign(method="pearson_log1p"))
    table = pd.concat(parts, ignore_index=True)
    of_skewed = "spearman" if design is None else "pearson_log1p"
    table["designated"] = table["method"] == np.where(table["y"].isin(skewed), of_skewed, "pearson")
    order = (~table["designated"], table["y"].map(outcomes.index), table["x"].map(shyness.index))
    table = table.iloc[np.lexsort(order)].reset_index(drop=True)
    chosen = table["designated"]
    adjusted = adjust_p_values(table.loc[chosen, "p_value"].to_numpy(), "holm")
    table["p_adjusted"] = pd.Series(adjusted, index=table.index[chosen])
    table["adjust"] = np.where(chosen, "holm", "none")
    return Correlations(method="correlations", table=table)


def _counts(study: Study, name: str) -> pd.Series:
    """A count or minutes; log(1 + x) of a negative one would hide that it is a missing code."""
    values = study.measures[name]
    if (values < 0).any():
        raise InputError(
            f"{name}: found {int((values < 0).sum())} negative values, such as {values.min():g}. "
            "A count or a time is 0 or more: code missing answers as missing."
        )
    return values


def _not_asked(study: Study, outcomes: list[str]) -> list[Block]:
    """Who was not asked has no score: the pairs are then about the people who were."""
    notes: list[Block] = []
    for name in outcomes:
        items = [item for item in str(study.variable(name)["items"]).split() if item in study.missing]
        skipped = int((study.missing[items] == "not_asked").all(axis=1).sum()) if items else 0
        if skipped:
            notes.append(Note(f"{id}.not_asked", {"measure": name, "n": skipped}))
    return notes


def _beside_published(study: Study, result: Correlations, context: dict[str, str]) -> list[Block]:
    """The published values beside the method that fits the outcome: Spearman where it is skewed."""
    constructs = dict(zip(study.variables["id"], study.variables["construct"], strict=True))
    labels = dict(zip(study.variables["id"], study.variables["label"], strict=True))
    chosen = result.select(designated=True)
    nearest = PUBLISHED_AS | {constructs[name]: "shyness" for name in result.table["x"]}
    published = findings_about("shyness", [PUBLISHED_AS.get(construct, construct) for construct in OUTCOMES])
    comparison = compare_with_published(chosen, published, constructs=constructs, labels=labels,
                                        published_as=nearest)  # fmt: skip
    general = "time_on_social_media" in set(comparison.table["pair_y"])
    return [
        Table("published", comparison, context),
        Figure("forest", (comparison,)),
        *([Note(f"{id}.general_use")] if general else []),
    ]
