"""Which platforms come first, among social media and among social network sites?

Question: In which order do platforms stand by time and by reach, and how sure is each place?

Method: Social media are content that users make and publish (Kaplan and Haenlein 2010), social network sites those with
profiles, listed connections and lists that can be traversed (boyd and Ellison 2007); the taxonomy of media judges each
platform and says for which year. The two sets are ranked apart, by minutes a person where minutes were asked, and by
reach otherwise. Every pair is compared within persons, adjusted by Holm over the pairs: the interval of the place holds
for all platforms at once. With minutes also Gini, the share of the heaviest fifth, and light, medium and heavy users.
"""

from __future__ import annotations

import pandas as pd

from survey_stats.analysis import Block, Note, Section, Table
from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.errors import InputError
from survey_stats.statistics.design import Design
from survey_stats.study import Study
from survey_stats.taxonomy import Medium
from survey_stats.time_use.audience import person_design
from survey_stats.time_use.comparisons import ranking
from survey_stats.time_use.concentration import UserClasses, concentration
from survey_stats.time_use.person_time import PersonTime, person_time
from survey_stats.time_use.records import use_records, used_media

id = "platform_ranking"  # noqa: A001 - the contract of an analysis names it so
needs = ()
uses_design = True
SETS = ("social_media", "social_network_site")


def analyze(study: Study) -> Section:
    """A ranking a set and figure."""
    media = {medium.id: medium for medium in bundled().taxonomy.media}
    persons = pd.DataFrame(index=study.measures.index)
    design = person_design(study.survey_design(), persons.index)
    blocks: list[Block] = []
    for quantity, time in _sources(study, persons):
        for name in SETS:
            entries = tuple(entry for entry in time.entries if entry in media and _belongs(media[entry], name))
            if len(entries) > 1:
                blocks += _ranked(time.of(entries), design, quantity, name)
    if not blocks:
        return Section(id, f"{id}.title", (Note(f"{id}.too_few"),))
    labels = {name: in_language(medium.label, "en") for name, medium in media.items()}
    return Section(id, f"{id}.title", (Note(f"{id}.sets"), *blocks, Note("caveat.self_report")), labels=labels)


def _sources(study: Study, persons: pd.DataFrame) -> list[tuple[str, PersonTime]]:
    """Minutes by platform, and use of platforms, as far as the study has them."""
    found: list[tuple[str, PersonTime]] = []
    if len(study.records):
        found.append(("time_per_capita", person_time(study.records, persons=persons)))
    used = used_media(study.answers, study.instruments.values())
    if used.notna().any(axis=None):
        records = use_records(used, reference_period="as asked")
        found.append(("reach", person_time(records, persons=persons)))
    return found


def _belongs(medium: Medium, name: str) -> bool:
    if name == "social_media":
        return medium.social_media
    return medium.social_network_site is not None and medium.social_network_site.met


def _ranked(time: PersonTime, design: Design, quantity: str, name: str) -> list[Block]:
    context = {"level": "between", "measure_type": time.measure_type, "status": "exploratory"}
    try:
        found = ranking(time, design, quantity=quantity)
    except InputError as error:
        return [Note("analysis.cannot_run", {"reason": str(error)})]
    heading = Note(f"{id}.{name}", {"n": int(found.table["n"].iloc[0]), "platforms": len(found.table)})
    blocks: list[Block] = [heading, Table(f"{name}_{quantity}", found, context)]
    if quantity == "time_per_capita" and name == "social_media":
        unequal = concentration(time, design)
        blocks.append(Table("concentration", unequal, context))
        if len(unequal.classes):
            blocks.append(Table("users", UserClasses(method="user_classes", table=unequal.classes), context))
    return blocks
