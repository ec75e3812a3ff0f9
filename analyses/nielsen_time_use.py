"""Do internet users spend more time on social media than on any other kind of site?

Question: Nielsen reported for 2009 to 2012 that social networks and blogs take the largest share of internet time.
Do they in these data?

Hypothesis: In minutes a day per internet user, and in share of all online minutes, social media come before every other
sector of sites.

Method: Internet users are the persons with more than 0 minutes online. Minutes per capita and shares of time (ratio of
totals) by sector, with intervals from the design. The claim is an intersection-union claim: its p is the largest of
the one-sided p of the comparisons with each other sector (Berger 1982); each comparison also stands by itself with
Holm's adjustment. What counts as one kind of site decides who leads, so the claim is repeated with video and messaging
counted to social media and with other sectors merged. Beside our shares stand those that Nielsen published, measured by
meters on personal computers in the USA: no difference is tested. Where Nielsen printed audience and time per user, all
minutes are recomputed from them; which is first depends on whether audience, minutes or minutes per user are compared.
"""

from __future__ import annotations

import pandas as pd

from survey_stats.analysis import Figure, Note, Section, Table
from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.literature.audience_tables import beside_published_shares, recomputed_minutes
from survey_stats.messages import text
from survey_stats.study import Study
from survey_stats.time_use.audience import audience, by_entry, person_design
from survey_stats.time_use.leading import lead, lead_by_taxonomy
from survey_stats.time_use.person_time import internet_users, online_records

id = "nielsen_time_use"  # noqa: A001 - the contract of an analysis names it so
needs = ()
uses_design = True
SOCIAL = "social_media"
SHOWN = ("reach", "time_per_user", "time_per_capita", "share_of_time")
TAXONOMIES: dict[str, dict[str, tuple[str, ...]]] = {
    "sectors_as_asked": {},
    "video_in_social_media": {SOCIAL: (SOCIAL, "video")},
    "messaging_in_social_media": {SOCIAL: (SOCIAL, "messaging")},
    "video_and_messaging_in_social_media": {SOCIAL: (SOCIAL, "video", "messaging")},
    "entertainment_merged": {"entertainment": ("games", "video", "audio")},
    "correspondence_merged": {"correspondence": ("email", "messaging")},
    "information_merged": {"information": ("news", "search", "portals", "reference_works")},
    "all_others_merged": {
        "all_others": ("news", "search", "email", "games", "shopping", "video", "messaging", "audio", "portals",
                       "classifieds", "reference_works", "dating"),
    },
}  # fmt: skip
"""What counts as one kind of site, in several ways."""


def analyze(study: Study) -> Section:
    """Minutes and shares by sector, the claim, its sensitivity to the taxonomy, and the published shares."""
    records = online_records(study.records, bundled().taxonomy)
    if records.empty:
        return _not_run("no_records")
    persons = pd.DataFrame(index=study.measures.index)
    design = person_design(study.survey_design(), persons.index)
    found = audience(records, persons=persons, weights=design, by="sector", denominator="internet_users")
    if SOCIAL not in found.time.entries or len(found.time.entries) < 2:
        return _not_run("too_few_sectors")
    users = internet_users(found.time)
    context = {"level": "between", "measure_type": found.time.measure_type, "status": "exploratory"}
    shares = found.select(quantity="share_of_time")
    counts = {"n": int(users.known.all(axis=1).sum()), "sectors": len(users.entries)}
    taxonomies = lead_by_taxonomy(users, design, SOCIAL, TAXONOMIES)
    return Section(id, f"{id}.title", (
        Note(f"{id}.denominator", counts),
        Table("claim", lead(users, design, SOCIAL), context),
        Table("audience", by_entry(found, SHOWN), context),
        Figure("share_of_time", (shares,)),
        Figure("reach_and_time", (found,)),
        Table("taxonomies", taxonomies, context),
        Note(f"{id}.taxonomies"),
        Table("published", beside_published_shares(shares.table), context),
        Note(f"{id}.published"),
        Table("published_minutes", recomputed_minutes(), context | {"measure_type": "log"}),
        Note(f"{id}.published_minutes"),
        Note("caveat.self_report" if found.time.measure_type == "self_report" else f"{id}.observed"),
    ), labels=_labels())  # fmt: skip


def _labels() -> dict[str, str]:
    """Names of the sectors, and of those that a taxonomy of this analysis makes of several."""
    named = {sector.id: in_language(sector.label, "en") for sector in bundled().taxonomy.sectors}
    made = (name for groups in TAXONOMIES.values() for name in groups if name not in named)
    return named | {name: text(f"{id}.{name}") for name in made}


def _not_run(reason: str) -> Section:
    return Section(id, f"{id}.title", (Note(f"{id}.{reason}"),))
