"""Does the answer depend on what counts as active use? Experience sampling, prompt by prompt.

Question: Do shy people post less when they use a platform, and does that hold however active use is defined?

Data: Occasions in `study.answers` (index respondent and occasion) with 0/1 columns `used` (the platform was used),
`posted`, `shared` (someone else's post passed on) and `replied`; shyness, or sociability as its proxy, per person.
On an occasion without use nothing was posted, whether or not the question was asked. With use, an occasion counts as
active if any of the three is 1, as inactive if all are 0, and else its activity is unknown.

Method: For each person the share of occasions that count as active, under five definitions side by side: active
(posted, shared or replied) among the occasions with use; the same for persons with at least five such occasions;
active among all occasions; posting alone among occasions with use; posting alone among all occasions. Pearson and
Spearman over persons, with the n of each. Beside it a logistic regression over the occasions with use, standard
errors clustered by person. Published pooled values stand beside ours; no difference is tested. The definitions are
looks at one question and no family of hypotheses: p values are not adjusted, and none is picked.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from survey_stats.analysis import Block, Figure, Note, Section, Table
from survey_stats.errors import InputError, SurveyError
from survey_stats.literature.comparison import compare_with_published
from survey_stats.literature.findings import findings_about
from survey_stats.messages import text
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.regression import regress
from survey_stats.study import Study

id = "active_use_by_occasion"  # noqa: A001 - the contract of an analysis names it so
needs = ("shyness",)
OCCASION_COLUMNS = ("used", "posted", "shared", "replied")
BEHAVIOURS = OCCASION_COLUMNS[1:]
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
    labels = {name: text(f"{id}.{name}") for name in shares}
    constructs = dict(zip(study.variables["id"], study.variables["construct"], strict=True))
    comparison = compare_with_published(
        result,
        findings_about("shyness", ["active_use"]),
        constructs=constructs | dict.fromkeys(shares, "active_use"),
        labels=labels,
        published_as={constructs[name]: "shyness" for name in shyness},
    )
    blocks += [Table("published", comparison, CONTEXT), Figure("forest", (comparison,))]
    blocks += [_model(study, name) for name in shyness]
    return Section(id, f"{id}.title", (*blocks, Note("caveat.correlation")), labels=labels)


def _model(study: Study, name: str) -> Block:
    """Active or not on the occasions with use, on the person's score; a model that fails leaves the rest standing."""
    data = used_occasions(study, name).rename(columns={name: "person_score"})
    try:
        model = regress("active ~ person_score", data, family="binomial", cluster="respondent")
    except SurveyError as error:
        return Note(f"{id}.model_failed", {"reason": str(error)})
    named = replace(model, table=model.table.replace({"term": {"person_score": name}}))
    return Table(f"occasions_{name}", named, CONTEXT | {"level": "occasions, clustered by person"})


def occasions(answers: pd.DataFrame) -> pd.DataFrame:
    """The occasions whose use is known: columns `used`, `posted`, `shared`, `replied`, `active`; 0, 1 or missing.

    Raises:
        InputError: A column holds something else.
    """
    flags = answers[list(OCCASION_COLUMNS)].astype("float64")
    stray = {name: flags.loc[flags[name].notna() & ~flags[name].isin([0, 1]), name] for name in flags}
    for name in (name for name, values in stray.items() if len(values)):
        raise InputError(
            f"Occasions: found {stray[name].iloc[0]:g} in column {name!r}. "
            f"{', '.join(OCCASION_COLUMNS)} are 1 (yes), 0 (no) or missing: recode them."
        )
    known = flags[flags["used"].notna()].copy()
    unused = known["used"] == 0
    known.loc[unused, list(BEHAVIOURS)] = known.loc[unused, list(BEHAVIOURS)].fillna(0)
    done = known[list(BEHAVIOURS)]
    known["active"] = done.max(axis=1).where((done == 1).any(axis=1) | done.notna().all(axis=1))
    return known


def shares_of_occasions(answers: pd.DataFrame) -> pd.DataFrame:
    """Share of each person's occasions that count as active, a column a definition.

    Args:
        answers: Index (respondent, occasion); 0/1 columns `used`, `posted`, `shared`, `replied`.

    Returns:
        Index respondent; shares from 0 to 1, missing for a person without an occasion of the kind.
    """
    flags = occasions(answers)
    by_all, by_used = flags.groupby(level=0), flags[flags["used"] == 1].groupby(level=0)
    enough = by_used["active"].count() >= FEWEST_OCCASIONS
    return pd.DataFrame(
        {
            "active_when_used": by_used["active"].mean(),
            "active_when_used_often": by_used["active"].mean()[enough],
            "active_at_all": by_all["active"].mean(),
            "posted_when_used": by_used["posted"].mean(),
            "posted_at_all": by_all["posted"].mean(),
        },
        index=answers.index.get_level_values(0).unique(),
    )


def used_occasions(study: Study, measure: str) -> pd.DataFrame:
    """The occasions with use: columns `active`, the measure of the person, and `respondent`."""
    flags = occasions(study.answers)
    used = flags[flags["used"] == 1]
    person = used.index.get_level_values(0)
    return pd.DataFrame(
        {
            "active": used["active"].to_numpy(),
            measure: study.measures[measure].reindex(person).to_numpy(),
            "respondent": person.to_numpy(),
        }
    )
