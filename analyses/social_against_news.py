"""Do people spend more time on social media than on news sites?

Question: Which takes more time of internet users, social media or news sites, and how many of the users of one also
use the other?

Hypothesis: More minutes a day on social media, per internet user and in share of the time with both.

Method: Internet users are the persons with more than 0 minutes online. The difference within persons whose minutes with
both are known, one-sided, with the standard error of the design (a single comparison: nothing is adjusted); reach and
minutes of each; the share of the users of one who also use the other. News read on social media counts to social media.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from survey_stats.analysis import Figure, Note, Section, Table
from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.study import Study
from survey_stats.time_use.audience import audience, by_entry, person_design
from survey_stats.time_use.comparisons import duplication
from survey_stats.time_use.leading import PairLead, lead
from survey_stats.time_use.person_time import internet_users, online_records

id = "social_against_news"  # noqa: A001 - the contract of an analysis names it so
needs = ()
uses_design = True
PAIR = ("social_media", "news")
SHOWN = ("reach", "time_per_user", "time_per_capita")


def analyze(study: Study) -> Section:
    """The claim, the figures of both, and their common users."""
    taxonomy = bundled().taxonomy
    records = online_records(study.records, taxonomy)
    if records.empty:
        return _not_run()
    persons = pd.DataFrame(index=study.measures.index)
    design = person_design(study.survey_design(), persons.index)
    found = audience(
        records, persons=persons, weights=design, by="sector", denominator="internet_users", quantities=SHOWN
    )
    if not set(PAIR) <= set(found.time.entries):
        return _not_run()
    time = internet_users(found.time).of(PAIR)
    claim = lead(time, design, PAIR[0])
    context = {"level": "between", "measure_type": time.measure_type, "status": "exploratory"}
    figures = by_entry(replace(found, table=found.table[found.table["entry"].isin(PAIR)]), SHOWN)
    labels = {name: in_language(taxonomy.by_id[name].label, "en") for name in PAIR}
    return Section(id, f"{id}.title", (
        Note(f"{id}.denominator", {"n": int(time.known.all(axis=1).sum())}),
        Table("claim", PairLead(method=claim.method, table=claim.table), context),
        Table("audience", figures, context),
        Figure("reach_and_time", (figures,)),
        Table("common_users", duplication(time, design), context),
        Note("caveat.self_report" if time.measure_type == "self_report" else "nielsen_time_use.observed"),
    ), labels=labels)  # fmt: skip


def _not_run() -> Section:
    return Section(id, f"{id}.title", (Note(f"{id}.not_both"),))
