"""What came of the hypotheses that the plan states?

Question: For each hypothesis of `plan.toml`: is the association between the two constructs on the side that was
expected, and, where a smallest effect of interest was stated, is it at least that large?

Method: One method decides, the one the plan names. Every measure of the two constructs is used and each pair is
reported. The verdict about the smallest effect of interest rests on the interval of level 2 × confidence - 1 (two
one-sided tests; Lakens, Scheel and Isager 2018). Holm's adjustment over all planned tests. These results are
confirmatory; all other results of a report are exploratory, as are those of hypotheses that were changed or added after
the plan was frozen: they have a table of their own, and are adjusted among themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from survey_stats.analysis import Block, Note, Section, Table
from survey_stats.errors import CallError, InputError, SurveyError
from survey_stats.hypotheses import Hypothesis
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.outcomes import judge
from survey_stats.study import Study

id = "planned_hypotheses"  # noqa: A001 - the contract of an analysis names it so
needs = ()
uses_design = True
LOGGED = "pearson_log1p"
RANKS = ("spearman", "kendall")


def analyze(study: Study) -> Section:
    """Test each hypothesis by the method it names."""
    title = f"{id}.title"
    if not study.hypotheses:
        return Section(id, title, (Note(f"{id}.none"),))
    frozen = study.provenance.frozen
    later = set(frozen.get("hypotheses_changed", ()))
    planned = [one for one in study.hypotheses if one.id not in later]
    changed = [one for one in study.hypotheses if one.id in later]
    standing = "not_frozen" if not frozen else "partly_frozen" if changed else "frozen"
    blocks: list[Block] = [Note(f"{id}.{standing}", {"at": frozen.get("at", "")})]
    if planned:
        blocks.append(_outcomes(study, planned, "outcomes", "confirmatory"))
    if changed:
        told = ", ".join(one.id.upper() for one in changed)
        blocks.append(Note(f"{id}.changed", {"hypotheses": told}))
        blocks.append(_outcomes(study, changed, "changed_outcomes", "exploratory"))
    return Section(id, title, (*blocks, Note("caveat.correlation")))


def _outcomes(study: Study, hypotheses: Sequence[Hypothesis], name: str, status: str) -> Table:
    context = {"level": "between", "status": status} | ({} if study.design is None else {"design": "weighted"})
    rows = pd.concat([_tested(study, one) for one in hypotheses], ignore_index=True)
    return Table(name, judge(rows), context)


def _tested(study: Study, hypothesis: Hypothesis) -> pd.DataFrame:
    """Rows of a hypothesis, one a pair of measures; a pair that cannot be tested says why."""
    told = {"hypothesis": hypothesis.id, "statement": hypothesis.statement, "direction": hypothesis.direction}
    try:
        rows = _correlated(study, hypothesis)
    except SurveyError as error:
        rows = pd.DataFrame([{"x": hypothesis.x, "y": hypothesis.y, "method": hypothesis.method,
                              "estimate": np.nan, "ci_lower": np.nan, "ci_upper": np.nan, "statistic": np.nan,
                              "df": np.nan, "p_value": np.nan, "n": 0, "confidence": 0.95, "interval": "none",
                              "warning": "", "error": str(error)}])  # fmt: skip
    return rows.assign(**told)


def _correlated(study: Study, hypothesis: Hypothesis) -> pd.DataFrame:
    design = study.survey_design()
    if design is not None and hypothesis.method in RANKS:
        raise CallError(
            f'method = "{hypothesis.method}" has no standard error in a sample with a design. Write '
            'method = "pearson_log1p" (counts, minutes) or "pearson" for this hypothesis in the plan'
        )
    x, y = _measures(study, hypothesis.x), _measures(study, hypothesis.y)
    method = "pearson" if hypothesis.method == LOGGED else hypothesis.method
    values = study.measures if hypothesis.method != LOGGED else _logged(study, hypothesis.y, y)
    found = correlate(values, x, y, method=method, design=design, adjust="none",
                      sesoi=_sesoi(hypothesis))  # fmt: skip
    return found.table.assign(method=hypothesis.method)


def _measures(study: Study, name: str) -> list[str]:
    """The measure of that id, or every measure of that construct."""
    if name in study.measures:
        return [name]
    found = list(study.select(name))
    if not found:
        raise CallError(
            f"{name!r} is neither a measure nor a construct of these data. "
            f"Allowed: {', '.join(dict.fromkeys([*study.variables['construct'], *study.variables['id']]))}."
        )
    return found


def _logged(study: Study, name: str, measures: list[str]) -> pd.DataFrame:
    """log(1 + y); the log of a negative value would hide that it is a missing code."""
    if (study.measures[measures] < 0).any(axis=None):
        raise InputError(f"{name}: found negative values, of which log(1 + x) cannot be taken. Code them as missing.")
    return study.measures.assign(**{one: np.log1p(study.measures[one]) for one in measures})


def _sesoi(hypothesis: Hypothesis) -> float | tuple[float, float] | None:
    """The smallest effect of interest with the sign that was expected; both signs where none was."""
    size = hypothesis.smallest_effect
    if size is None:
        return None
    return {"positive": size, "negative": -size}.get(hypothesis.direction, (-size, size))
