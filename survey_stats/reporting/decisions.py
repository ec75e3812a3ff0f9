"""The log of decisions: everything that was done to the answers before they became numbers, in one table."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from survey_stats.measures.flow import participant_flow
from survey_stats.study import Study


def decisions(study: Study) -> pd.DataFrame:
    """What was recoded, left out, masked, excluded, reversed or transformed, by which rule, and how often.

    Args:
        study: The study as read, with those whom the plan excludes.

    Returns:
        Columns `decision` (a word of the family `decision`), `rule` (an id or a text), `family` of the rule's words,
        `count`.
    """
    rows = [*_import_decisions(study), *_scoring_decisions(study)]
    return pd.DataFrame(rows, columns=["decision", "rule", "family", "count"])


def _import_decisions(study: Study) -> Iterator[tuple[str, str, str, float]]:
    origin = study.provenance
    for reason, count in origin.rows_dropped.items():
        yield "rows_dropped", reason, "drop_reason", count
    for kind, count in pd.Series(list(origin.left_out.values()), dtype=object).value_counts().items():
        yield "columns_left_out", str(kind), "personal", count
    if origin.masked:
        yield "cells_masked", "personal_data", "decision_rule", sum(origin.masked.values())
    counts = study.problems.groupby(["action", "rule"], sort=True).size().reset_index(name="count")
    for row in counts.to_dict("records"):
        yield f"cells_{row['action']}", str(row["rule"]), "rule", row["count"]


def _scoring_decisions(study: Study) -> Iterator[tuple[str, str, str, float]]:
    for row in study.variables.to_dict("records"):
        reversed_ = str(row["reversed"]).split()
        if reversed_:
            yield "items_reversed", str(row["label"]), "text", len(reversed_)
    for name, rule in study.provenance.rules.items():
        yield "choice", f"{name}: {rule}", "choice", float("nan")
    flow = participant_flow(study).table
    for row in flow[flow["step"] == "excluded_by"].to_dict("records"):
        yield "excluded", str(row["detail"]), "flag", float(row["respondents"])
