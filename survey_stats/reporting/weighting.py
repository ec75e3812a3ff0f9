"""What a report says about the weights of its sample: their spread and cost, the design, and the balance."""

from __future__ import annotations

from survey_stats.analysis import Block, Note, Section, Table
from survey_stats.statistics.weight_summary import WeightSummary, summarize_weights
from survey_stats.study import Study

WEIGHTS = "weights"
_CONTEXT = {"design": "weighted"}


def weights_section(study: Study) -> Section | None:
    """The weights of a study whose plan says what they are; none for any other.

    They are those of all respondents, also where the study is of some of them: they were raked and drawn together.
    """
    if study.design is None or study.sampling is None:
        return None
    raked, design = study.raked(), study.whole_design()
    assert design is not None
    given = summarize_weights(design)
    blocks: list[Block] = [_design_note(given), Table("weights", given if raked is None else raked, _CONTEXT)]
    if raked is not None:
        blocks.append(Table("balance", raked.balance, _CONTEXT))
    return Section(WEIGHTS, "reporting.weights.title", tuple(blocks))


def _design_note(found: WeightSummary) -> Note:
    """Strata, clusters and degrees of freedom, or the replicates."""
    if found.n_replicates:
        return Note("reporting.weights.replicates", {"replicates": found.n_replicates, "df": f"{found.df:g}"})
    values = {"clusters": found.n_clusters, "strata": found.n_strata, "df": f"{found.df:g}"}
    sampled = found.n_clusters < found.n + found.n_zero or found.n_strata > 1
    return Note("reporting.weights.clusters" if sampled else "reporting.weights.persons", values)
