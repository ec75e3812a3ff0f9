"""Do people with more contacts post more?

Runs only if plan.toml lists it: analyses = ["my_question"].
"""

from __future__ import annotations

from survey_stats.analysis import Note, Section, Table
from survey_stats.statistics.correlations import correlate
from survey_stats.study import Study

title = "Contacts and posting"
needs = ("contacts", "active_use")


def analyze(study: Study) -> Section:
    """Spearman's correlation, for counts are skewed."""
    found = correlate(study.measures, study.select("contacts"), study.select("active_use"), method="spearman")
    return Section(
        "my_question",
        title,
        (Table("correlations", found, {"level": "between"}), Note("caveat.correlation")),
    )
