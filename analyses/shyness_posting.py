"""Do shy people post less and have fewer contacts on social media?

Question: How does shyness go with active use (posting), passive use (reading), the number of contacts and the time
spent on social media?

Hypotheses (after Appel and Gnambs 2019): less active use and fewer contacts with more shyness; for passive use and
time no more than a small association.

Method: Correlations between persons. Scale scores by Pearson with the interval of Fisher's z; counts and minutes,
which are skewed, by Spearman with the interval of Bonett and Wright (2000), with Pearson of the raw values and of
log(1 + x) beside it. Holm's adjustment over the outcomes of one method. Every measure of shyness in the study is
used; where there is none, sociability may stand in, is named as a proxy, and the opposite sign is expected (Cheek and
Buss 1981: low sociability is not shyness). The published pooled values stand beside ours; no difference is tested.
If any respondent is flagged by a check of data quality, everything is computed with and without the flagged ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from survey_stats.analysis import Block, Figure, Note, Section, Table
from survey_stats.literature.comparison import compare_with_published
from survey_stats.literature.findings import findings_about
from survey_stats.statistics.correlations import Correlations, correlate
from survey_stats.study import Study

id = "shyness_posting"  # noqa: A001 - the contract of an analysis names it so
needs = ("shyness",)
OUTCOMES = ("active_use", "passive_use", "contacts", "time_on_social_media")
needs_any = OUTCOMES
SKEWED = ("contacts", "time_on_social_media")
PUBLISHED_AS = {"time_on_social_media": "general_use"}
"""The literature pools general use (logins a day and the like), not minutes: the nearest published neighbour."""
CONTEXT = {"level": "between", "measure_type": "self_report", "status": "exploratory"}


def analyze(study: Study) -> Section:
    """Correlate every measure of shyness with every measure of the outcomes."""
    shyness, is_proxy = study.measures_of("shyness")
    outcomes = [name for construct in OUTCOMES for name in study.select(construct)]
    result = correlations(study, shyness, outcomes)
    blocks: list[Block] = [Note("shyness_posting.proxy", {"measures": shyness})] if is_proxy else []
    blocks.append(Table("correlations", result, CONTEXT))
    blocks += _beside_published(study, result)
    blocks += _without_flagged(study, shyness, outcomes)
    return Section(id, f"{id}.title", (*blocks, Note("caveat.correlation"), Note("caveat.self_report")))


def correlations(study: Study, shyness: list[str], outcomes: list[str]) -> Correlations:
    """Pearson for all outcomes; Spearman and Pearson of log(1 + x) too where the outcome is a count or minutes."""
    skewed = [name for name in outcomes if study.variable(name)["construct"] in SKEWED]
    parts = [correlate(study.measures, shyness, outcomes, method=("pearson", "spearman"))]
    if skewed:
        logged = study.measures.assign(**{name: np.log1p(study.measures[name].clip(lower=0)) for name in skewed})
        logs = correlate(logged, shyness, skewed)
        parts.append(replace(logs, table=logs.table.assign(method="pearson_log1p")))
    table = pd.concat([part.table for part in parts], ignore_index=True)
    order = [table["x"].map(shyness.index), table["y"].map(outcomes.index)]
    table = table.iloc[np.lexsort(order[::-1])].reset_index(drop=True)
    return replace(parts[0], table=table, warnings=tuple(dict.fromkeys(w for part in parts for w in part.warnings)))


def _beside_published(study: Study, result: Correlations) -> list[Block]:
    """The published values beside the method that fits the outcome: Spearman where it is skewed."""
    constructs = dict(zip(study.variables["id"], study.variables["construct"], strict=True))
    labels = dict(zip(study.variables["id"], study.variables["label"], strict=True))
    skewed = result.table["y"].map(constructs).isin(SKEWED)
    shown = np.where(skewed, result.table["method"] == "spearman", result.table["method"] == "pearson")
    chosen = replace(result, table=result.table[shown.astype(bool)])
    nearest = PUBLISHED_AS | {constructs[name]: "shyness" for name in result.table["x"]}
    published = findings_about("shyness", [PUBLISHED_AS.get(construct, construct) for construct in OUTCOMES])
    comparison = compare_with_published(chosen, published, constructs=constructs, labels=labels,
                                        published_as=nearest)  # fmt: skip
    general = "time_on_social_media" in set(comparison.table["pair_y"])
    return [
        Table("published", comparison, CONTEXT),
        Figure("forest", (comparison,)),
        *([Note(f"{id}.general_use")] if general else []),
    ]


def _without_flagged(study: Study, shyness: list[str], outcomes: list[str]) -> list[Block]:
    flagged = study.flags.any(axis=1).to_numpy() if study.flags.shape[1] else np.zeros(study.n, dtype=bool)
    if not flagged.any():
        return []
    rest = study.subset(~flagged)
    context = CONTEXT | {"exclusions": "flagged respondents left out"}
    return [
        Note("analysis.without_flagged", {"n": int(flagged.sum())}),
        Table("correlations_without_flagged", correlations(rest, shyness, outcomes), context),
    ]
