"""A small made study with every kind of trouble, and results written by hand: reporting computes none of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Figure, Note, Section, Table
from survey_stats.messages import Message
from survey_stats.reporting.words import study_labels
from survey_stats.results import Result
from survey_stats.statistics.regression import Regression
from survey_stats.study import Provenance, Study

HOSTILE = "<script>alert(1)</script>\u202e\x00 =1+1 🙂 " + "x" * 32_767


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Correlations(Result):
    """Same name and columns as the real one, so that these tests do not depend on how it computes."""

    keys: ClassVar[tuple[str, ...]] = ("x", "y")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate",
        "ci_lower",
        "ci_upper",
        "statistic",
        "df",
        "p_value",
        "p_adjusted",
    )
    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparison(Result):
    keys: ClassVar[tuple[str, ...]] = ("pair_x", "pair_y", "label")
    table: pd.DataFrame


def correlation(x, y, method, estimate, lower, upper, p, adjusted, n, **more):
    return {
        "x": x, "y": y, "method": method, "estimate": estimate, "ci_lower": lower, "ci_upper": upper,
        "standard_error": 0.05, "statistic": -2.0, "df": n - 2.0, "p_value": p,
        "p_adjusted": adjusted, "adjust": "holm", "n": n,
        "interval": "bonett_wright" if method == "spearman" else "fisher_z",
        "confidence": 0.95, "warning": "", "error": "",
    } | more  # fmt: skip


@pytest.fixture
def correlations():
    return Correlations(
        method="pearson",
        table=pd.DataFrame([
            correlation("shyness", "active_use", "pearson", -0.1423, -0.2512, -0.0296, 0.01364, 0.02728, 300),
            correlation("shyness", "active_use", "spearman", -0.1204, -0.231, -0.006, 0.0371, 0.0742, 300),
            correlation("shyness", "contacts", "pearson", -0.3141, -0.4137, -0.2071, 3.2e-8, 1.28e-7, 298),
            correlation("shyness", "contacts", "spearman", -0.2804, -0.39, -0.171, 8.1e-7, 2.43e-6, 298,
                        warning="Ties in 41% of the values."),
            correlation("shyness", "minutes", "pearson", 0.0331, -0.0805, 0.1459, 0.568, 0.568, 300),
            correlation("shyness", "constant", "pearson", np.nan, np.nan, np.nan, np.nan, np.nan, 300,
                        error="The values of constant are all the same."),
        ]),
        warnings=(Message("comparison.not_tested"),),
    )  # fmt: skip


@pytest.fixture
def designated():
    """Spearman is designated for contacts and minutes, and only designated tests are adjusted."""
    nothing = np.nan
    return Correlations(
        method="correlations",
        table=pd.DataFrame([
            correlation("shyness", "contacts", "pearson", -0.1412, -0.2511, -0.0296, 0.0144, nothing, 300,
                        adjust="none", designated=False),
            correlation("shyness", "contacts", "spearman", -0.1131, -0.22, -0.0003, 0.0496, 0.0992, 298,
                        designated=True),
            correlation("shyness", "contacts", "pearson_log1p", -0.11, -0.221, 0.004, 0.058, nothing, 300,
                        adjust="none", designated=False),
            correlation("shyness", "active_use", "pearson", -0.2, -0.31, -0.09, 0.0005, 0.001, 300, designated=True),
            correlation("shyness", "active_use", "spearman", -0.19, -0.3, -0.08, 0.0009, nothing, 300,
                        adjust="none", designated=False),
        ]),
    )  # fmt: skip


@pytest.fixture
def logistic():
    return Regression(
        method="logit_cr1", formula="active ~ shyness", family="binomial", confidence=0.95, n=1610, n_clusters=234,
        table=pd.DataFrame({
            "outcome": "active", "term": ["Intercept", "shyness"], "estimate": [-1.9792, -0.002305],
            "ci_lower": [-2.7, -0.0041], "ci_upper": [-1.2, -0.0005], "standard_error": [0.38, 0.0009],
            "statistic": [-5.21, -2.531], "df": 233.0, "p_value": [4e-7, 0.01203], "n": 1610, "n_clusters": 234,
            "method": "logit_cr1", "odds_ratio": [0.13818, 0.9976977], "odds_ratio_ci_lower": [0.0672, 0.9959084],
            "odds_ratio_ci_upper": [0.3012, 0.9995001],
        }),
    )  # fmt: skip


@pytest.fixture
def linear(logistic):
    names = [name for name in logistic.table.columns if not name.startswith("odds_ratio")]
    table = logistic.table[names].assign(method="ols_hc3", n_clusters=0, df=1608.0)
    return replace(logistic, method="ols_hc3", family="gaussian", n_clusters=0, table=table)


@pytest.fixture
def comparison():
    columns = (
        "pair_x", "pair_y", "role", "label", "measure", "method", "estimate", "ci_lower", "ci_upper", "n", "k",
        "corrected", "citation", "doi",
    )  # fmt: skip
    reference = "Author, A. (2001). A made reference. Journal of Tests, 1(2), 3–4.", "10.1000/made"
    rows = [
        ("shyness", "active_use", "ours", "", "r", "pearson", -0.1423, -0.2512, -0.0296, 300, None,
         "no", "", ""),
        ("shyness", "active_use", "published", "Author (2001)", "rho", "random-effects meta-analysis", -0.11, -0.2,
         -0.03, 7004, 15, "unknown", *reference),
        ("shyness", "contacts", "ours", "", "r", "pearson", -0.3141, -0.4137, -0.2071, 298, None,
         "no", "", ""),
        ("shyness", "contacts", "published", "Author (2001)", "rho", "random-effects meta-analysis", -0.26, -0.34,
         -0.17, 6503, 19, "unknown", *reference),
    ]  # fmt: skip
    return Comparison(method="side_by_side", table=pd.DataFrame(rows, columns=list(columns)))


@pytest.fixture
def section(correlations, comparison):
    context = {"level": "between", "measure_type": "self_report", "status": "exploratory"}
    return Section(
        "shyness_posting",
        "shyness_posting.title",
        (
            Note("caveat.correlation"),
            Table("correlations", correlations, context),
            Table("published", comparison, context),
            Figure("forest", (comparison,)),
        ),
    )


@pytest.fixture
def study():
    rng = np.random.default_rng(7)
    n = 300
    shyness = np.clip(np.round(rng.normal(2.9, 0.7, n) * 13) / 13, 1, 5)
    measures = pd.DataFrame(
        {
            "shyness": shyness,
            "active_use": np.clip(np.round(rng.normal(2.4, 0.8, n) * 6) / 6, 1, 5),
            "contacts": np.round(np.exp(rng.normal(4.6, 0.9, n))),
            "minutes": np.round(rng.gamma(1.4, 80, n)),
            "age": rng.integers(18, 71, n),
        },
        index=pd.RangeIndex(1, n + 1),
    )
    variables = pd.DataFrame(
        [
            (
                "shyness",
                "shyness",
                "Shyness",
                "points",
                " ".join(f"sh_{i}" for i in range(1, 14)),
                "sh_3 sh_6 sh_9 sh_12",
            ),
            ("active_use", "active_use", "Active use", "points", " ".join(f"au_{i}" for i in range(1, 7)), ""),
            ("contacts", "contacts", "Number of contacts", "", "", ""),
            ("minutes", "time_on_social_media", "Time on social media", "minutes", "", ""),
            ("age", "age", "Age", "", "", ""),
        ],
        columns=["id", "construct", "label", "unit", "items", "reversed"],
    )
    made = Study.from_frames(measures, variables)
    columns = [
        ("Q1", "I feel tense when I am with people I do not know well", "sh_1", "code", 1.0, 300, 298, 2, 0),
        ("Q2", "How many minutes a day do you spend on social media?", "minutes", "text", 0.97, 300, 281, 12, 7),
        ("Email", "Your e-mail address", None, "personal", np.nan, 300, 0, 0, 0),
        ("StartDate", "Start Date", None, "metadata", np.nan, 300, 0, 0, 0),
        (HOSTILE, HOSTILE, None, "ignored", np.nan, 300, 0, 0, 0),
    ]
    names = ["column", "text", "item", "how", "score", "cells", "kept", "missing", "failed"]
    problems = [
        (row, row, "Q2", "minutes", "SECRET CELL", "duration_unparsed", "missing", "failed") for row in range(7)
    ]
    problems += [(9, 9, HOSTILE, "x", "SECRET CELL", "out_of_range", "missing", "failed")]
    missing = pd.DataFrame("answered", index=measures.index, columns=["sh_1", "minutes"])
    missing.iloc[:12, 1], missing.iloc[12:19, 1], missing.iloc[:2, 0] = "blank", "failed", "refused"
    return replace(
        made,
        missing=missing,
        problems=pd.DataFrame(
            problems, columns=["row", "respondent", "column", "item", "cell", "rule", "action", "state"]
        ),
        flags=pd.DataFrame({"identical_answers": np.arange(n) < 3}, index=measures.index),
        paradata=pd.DataFrame(
            {
                "duration_seconds": np.linspace(200, 900, n),
                "start": pd.date_range("2024-03-04 08:00", periods=n, freq="h"),
            },
            index=measures.index,
        ),
        provenance=Provenance(
            source="survey_2024.xlsx", sheet="Form responses 1", tool="google_forms", header_rows=1, rows_read=1312,
            rows_kept=300, rows_dropped={"no consent": 1000, "preview": 12},
            columns=pd.DataFrame(columns, columns=names), left_out={"Email": "e-mail address"},
            instruments={"shyness": {"version": "1.0", "sha256": "ab" * 32}}, data_sha256="cd" * 32,
            rules={"time_range": "midpoint"},
        ),
    )  # fmt: skip


@pytest.fixture
def simulated(study):
    return replace(study, provenance=replace(study.provenance, simulated=True))


@pytest.fixture
def labels(study):
    return study_labels(study, "en")


@pytest.fixture
def hostile():
    return HOSTILE
