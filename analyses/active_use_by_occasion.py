"""Does the answer depend on what counts as active use? Experience sampling, prompt by prompt.

Question: Do shy people post less when they use a platform, and does that hold however active use is defined?

Data: Occasions in `study.answers` (index respondent and occasion) with 0/1 columns `used` (the platform was used),
`posted`, `shared` (someone else's post passed on) and `replied`; shyness, or sociability as its proxy, per person.

Method: For each person the share of occasions that count as active, under five definitions side by side: active
(posted, shared or replied) among the occasions with use; the same for persons with at least five such occasions;
active among all occasions; posting alone among occasions with use; posting alone among all occasions. Pearson and
Spearman over persons, with the n of each. Beside it a logistic regression over the occasions with use, standard
errors clustered by person. Published pooled values stand beside ours; no difference is tested. The definitions are
looks at one question and no family of hypotheses: p values are not adjusted, and none is picked.
"""

from __future__ import annotations

import pandas as pd

from survey_stats.analysis import Block, Figure, Note, Section, Table
from survey_stats.literature.comparison import compare_with_published
from survey_stats.literature.findings import findings_about
from survey_stats.messages import text
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.models import regress
from survey_stats.study import Study

id = "active_use_by_occasion"  # noqa: A001 - the contract of an analysis names it so
needs = ("shyness",)
OCCASION_COLUMNS = ("used", "posted", "shared", "replied")
FEWEST_OCCASIONS = 5
CONTEXT = {"level": "between", "measure_type": "experience_sampling", "status": "exploratory"}


def analyze(study: Study) -> Section:
    """Correlate shyness with every definition of active use, and model the occasions."""
    absent = [name for name in OCCASION_COLUMNS if name not in study.answers]
    if absent or study.answers.index.nlevels != 2:
        note = Note("active_use_by_occasion.no_occasions", {"columns": ", ".join(OCCASION_COLUMNS)})
        return Section(id, f"{id}.title", (note,))
    shyness, is_proxy = study.measures_of("shyness")
    shares = shares_of_occasions(study.answers)
    data = study.measures[shyness].join(shares)
    result = correlate(data, shyness, list(shares), method=("pearson", "spearman"), adjust="none")
    blocks: list[Block] = [Note("shyness_posting.proxy", {"measures": shyness})] if is_proxy else []
    blocks += [Note(f"{id}.definitions", {"fewest": FEWEST_OCCASIONS}), Table("definitions", result, CONTEXT)]
    pearson = result.select(method="pearson")
    labels = {name: text(f"{id}.{name}") for name in shares}
    constructs = dict(zip(study.variables["id"], study.variables["construct"], strict=True))
    comparison = compare_with_published(
        pearson,
        findings_about("shyness", ["active_use"]),
        constructs=constructs | dict.fromkeys(shares, "active_use"),
        labels=labels,
        published_as={constructs[name]: "shyness" for name in shyness},
    )
    blocks += [Table("published", comparison, CONTEXT), Figure("forest", (comparison,))]
    for name in shyness:
        model = regress(f"active ~ {name}", used_occasions(study, name), family="binomial", cluster="respondent")
        blocks.append(Table(f"occasions_{name}", model, CONTEXT | {"level": "occasions, clustered by person"}))
    return Section(id, f"{id}.title", (*blocks, Note("caveat.correlation")), labels=labels)


def _active(answers: pd.DataFrame) -> pd.Series:
    return answers[["posted", "shared", "replied"]].astype("float64").max(axis=1, skipna=False)


def shares_of_occasions(answers: pd.DataFrame) -> pd.DataFrame:
    """Share of each person's occasions that count as active, a column a definition.

    Args:
        answers: Index (respondent, occasion); 0/1 columns `used`, `posted`, `shared`, `replied`.

    Returns:
        Index respondent; shares from 0 to 1, missing for a person without an occasion of the kind.
    """
    flags = answers.assign(active=_active(answers))
    used = flags[flags["used"] == 1]
    by_all, by_used = flags.groupby(level=0), used.groupby(level=0)
    enough = by_used.size() >= FEWEST_OCCASIONS
    return pd.DataFrame(
        {
            "active_when_used": by_used["active"].mean(),
            "active_when_used_often": by_used["active"].mean()[enough],
            "active_at_all": by_all["active"].mean(),
            "posted_when_used": by_used["posted"].mean(),
            "posted_at_all": by_all["posted"].mean(),
        },
        index=flags.index.get_level_values(0).unique(),
    )


def used_occasions(study: Study, measure: str) -> pd.DataFrame:
    """The occasions with use: columns `active`, the measure of the person, and `respondent`."""
    used = study.answers[study.answers["used"] == 1]
    person = used.index.get_level_values(0)
    return pd.DataFrame(
        {
            "active": _active(used).to_numpy(),
            measure: study.measures[measure].reindex(person).to_numpy(),
            "respondent": person.to_numpy(),
        }
    )
