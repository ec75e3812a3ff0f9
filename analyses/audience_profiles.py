"""Who uses social media and news sites: by age, gender, education, interests and activity?

Question: What share of each group uses them, for how long, and what is their audience made of?

Method: Reach and minutes per user in groups of persons, with intervals from the design; the composition of the audience
and its index, the reach in the group over that among all. Ages in classes of fifteen years; scores of active and
passive use in thirds of the respondents; each interest of a multiple choice by itself. Nothing is tested: a group that
differs may differ in much else.
"""

from __future__ import annotations

import pandas as pd

from survey_stats.analysis import Note, Section, Table
from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.messages import text
from survey_stats.study import Study
from survey_stats.time_use.audience import person_design
from survey_stats.time_use.person_time import person_time
from survey_stats.time_use.profiles import profiles

id = "audience_profiles"  # noqa: A001 - the contract of an analysis names it so
needs = ()
uses_design = True
ENTRIES = ("social_media", "news")
AGES = {"age_under_18": 0, "age_18_to_29": 18, "age_30_to_44": 30, "age_45_to_59": 45, "age_60_and_over": 60}
THIRDS = ("lowest_third", "middle_third", "highest_third")
CHOICES = ("gender", "education", "country")
SCORES = ("active_use", "passive_use")


def analyze(study: Study) -> Section:
    """A table of all groups."""
    persons = pd.DataFrame(index=study.measures.index)
    if study.records.empty:
        return _not_run("no_records")
    shown = [entry for entry in ENTRIES if entry in person_time(study.records, persons=persons, by="sector").entries]
    if not shown:
        return _not_run("no_records")
    groups = group_columns(study)
    if groups.empty:
        return _not_run("no_variables")
    design = person_design(study.survey_design(), persons.index)
    found = profiles(study.records, groups, design, shown)
    if found.table.empty:
        return _not_run("no_variables")
    kind = str(study.records["measure_type"].iloc[0])
    context = {"level": "between", "measure_type": kind, "status": "exploratory"}
    taxonomy = bundled().taxonomy
    labels = {name: in_language(taxonomy.by_id[name].label, "en") for name in shown}
    labels |= {name: text(f"{id}.{name}") for name in (*AGES, *THIRDS)}
    notes = [Note(f"{id}.thirds")] if set(found.table["category"]) & set(THIRDS) else []
    return Section(id, f"{id}.title", (Table("profiles", found, context), *notes, Note("caveat.self_report")),
                   labels=labels)  # fmt: skip


def group_columns(study: Study) -> pd.DataFrame:
    """Categories of the respondents by every variable that the study has."""
    columns: dict[str, pd.Series] = {}
    for name in study.select("age"):
        bounds = [*AGES.values(), 200]
        columns[name] = pd.cut(study.measures[name], bounds, right=False, labels=list(AGES))
    for name in (name for construct in CHOICES for name in study.select(construct)):
        columns[name] = _choices(study, name)
    for name in (name for construct in SCORES for name in study.select(construct)):
        values = study.measures[name]
        if values.nunique() >= len(THIRDS):
            columns[name] = pd.cut(values.rank(pct=True), [0, 1 / 3, 2 / 3, 1], labels=list(THIRDS))
    return pd.DataFrame({**columns, **_interests(study)}, index=study.measures.index)


def _choices(study: Study, name: str) -> pd.Series:
    """The answers by their labels, in the order of the question."""
    items = {item.id: item for instrument in study.instruments.values() for item in instrument.all_items}
    options = (
        {option.code: in_language(option.label, "en") for option in items[name].format.options} if name in items else {}
    )
    values = study.measures[name]
    return values.map(options) if options else values.map("{:g}".format, na_action="ignore")


def _interests(study: Study) -> dict[str, pd.Series]:
    """Each interest that a multiple choice offers: who has chosen it; others are in no group of it."""
    found = {}
    for instrument in study.instruments.values():
        for item in instrument.all_items:
            if item.construct == "interests" and item.format.kind == "multiple":
                for option in item.format.options:
                    column = f"{item.id}.{option.code}"
                    if column in study.answers and option.code not in item.format.exclusive:
                        label = in_language(option.label, "en")
                        answer = study.answers[column].reindex(study.measures.index)
                        found[label] = answer.map({1.0: "yes", 0.0: "no"})
    return found


def _not_run(reason: str) -> Section:
    return Section(id, f"{id}.title", (Note(f"{id}.{reason}"),))
