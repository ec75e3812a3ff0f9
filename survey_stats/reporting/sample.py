"""Table 1: who answered, by age and by the answers to each demographic question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from survey_stats.content import in_language
from survey_stats.instrument import Item
from survey_stats.study import Study

DEMOGRAPHICS = ("age", "gender", "education", "country")
"""Constructs of Table 1, in its order."""
MOST_CATEGORIES = 12
COLUMNS = ("characteristic", "category", "n", "percent", "mean", "sd", "minimum", "maximum")


def sample_rows(study: Study, language: str = "en") -> pd.DataFrame:
    """The rows of Table 1.

    Args:
        study: The respondents who are analysed.
        language: Language of the labels.

    Returns:
        A row an answer of a choice, with its count and its share of those who answered the question; a row a number
        (age), with count, mean, standard deviation and range; and a row for those without an answer. Columns `COLUMNS`.
        Of a text with many different answers (countries) the most frequent ones, the rest together.
    """
    items = {
        item.construct or item.id: item for instrument in study.instruments.values() for item in instrument.all_items
    }
    rows: list[dict[str, Any]] = []
    for construct in DEMOGRAPHICS:
        item = items.get(construct)
        if item is not None and item.id in study.answers:
            rows += _rows(item, study.answers[item.id], language)
        else:
            rows += [
                _moments(str(study.variable(name)["label"]), study.measures[name]) for name in study.select(construct)
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(item: Item, answers: pd.Series, language: str) -> list[dict[str, Any]]:
    name = item.name(language)
    if item.format.kind in ("number", "duration"):
        rows = [_moments(name, pd.to_numeric(answers, errors="coerce"))]
    else:
        labels = {option.code: in_language(option.label, language) for option in item.format.options}
        rows = list(_categories(name, answers, labels))
    without = int(answers.isna().sum())
    if without:
        rows.append({"characteristic": name, "category": "no_answer", "n": without})
    return rows


def _moments(name: str, values: pd.Series) -> dict[str, Any]:
    known = values.dropna()
    return {"characteristic": name, "category": "", "n": len(known), "mean": known.mean(), "sd": known.std(),
            "minimum": known.min(), "maximum": known.max()}  # fmt: skip


def _categories(name: str, answers: pd.Series, labels: dict[Any, str]) -> Iterator[dict[str, Any]]:
    """Options in their order, with those nobody chose; other answers by how often they were given."""
    counts = answers.value_counts()
    order = [*labels, *(code for code in counts.index if code not in labels)]
    shown, rest = order[:MOST_CATEGORIES], order[MOST_CATEGORIES:]
    answered = max(int(counts.sum()), 1)
    for code in shown:
        count = int(counts.get(code, 0))
        yield {"characteristic": name, "category": labels.get(code, str(code)), "n": count, "percent": count / answered}
    if rest:
        count = int(counts.reindex(rest).sum())
        yield {"characteristic": name, "category": "others", "n": count, "percent": count / answered}
