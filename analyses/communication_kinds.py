"""Does communication of many with many take more time than that of one with many and of one with one?

Question: Forums, weblogs, wikis and networks let many speak to many; newspapers, radio and television let one speak to
many; mail and telephone one to one. Which kind takes most time?

Hypothesis: Many-to-many takes more minutes than each of the others.

Method: Each medium has one main kind in the taxonomy, and so has each sector that was asked as a whole; media that the
taxonomy does not know are left out and named. All persons and all media, online or not. The claim is an
intersection-union claim: its p is the largest of the one-sided p of the comparisons (Berger 1982); each comparison also
stands by itself with Holm's adjustment.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from survey_stats.analysis import Figure, Note, Section, Table
from survey_stats.catalogue import bundled
from survey_stats.messages import text
from survey_stats.study import Study
from survey_stats.time_use.audience import audience, by_entry, person_design
from survey_stats.time_use.leading import CommunicationLead, lead
from survey_stats.time_use.person_time import person_time

id = "communication_kinds"  # noqa: A001 - the contract of an analysis names it so
needs = ()
uses_design = True
KINDS = ("many_to_many", "one_to_many", "one_to_one")
SHOWN = ("reach", "time_per_user", "time_per_capita", "share_of_time")


def analyze(study: Study) -> Section:
    """The claim and the figures of each kind."""
    if study.records.empty:
        return Section(id, f"{id}.title", (Note(f"{id}.no_kinds", {"left_out": ""}),))
    persons = pd.DataFrame(index=study.measures.index)
    unknown = _without_kind(study.records)
    records = study.records[~study.records["medium"].isin(unknown)]
    left_out = ", ".join(unknown)
    kinds = person_time(records, persons=persons, by="communication").entries if len(records) else ()
    if KINDS[0] not in kinds or len(kinds) < 2:
        return Section(id, f"{id}.title", (Note(f"{id}.no_kinds", {"left_out": left_out}),))
    design = person_design(study.survey_design(), persons.index)
    found = audience(records, persons=persons, weights=design, by="communication", quantities=SHOWN)
    claim = lead(found.time, design, KINDS[0])
    context = {"level": "between", "measure_type": found.time.measure_type, "status": "exploratory"}
    shares = replace(found, table=found.select(quantity="share_of_time").table)
    return Section(id, f"{id}.title", (
        *([Note(f"{id}.left_out", {"left_out": left_out})] if unknown else []),
        Table("claim", CommunicationLead(method=claim.method, table=claim.table), context),
        Table("audience", by_entry(found, SHOWN), context),
        Figure("share_of_time", (shares,)),
        Note(f"{id}.kinds"),
        Note("caveat.self_report" if found.time.measure_type == "self_report" else "nielsen_time_use.observed"),
    ), labels={kind: text(f"{id}.{kind}") for kind in KINDS})  # fmt: skip


def _without_kind(records: pd.DataFrame) -> list[str]:
    """Media whose kind of communication is not known."""
    return sorted(set(map(str, records["medium"].dropna())) - set(bundled().taxonomy.by_id))
