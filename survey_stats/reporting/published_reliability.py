"""What others found for the reliability of a scale, beside what was found here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from survey_stats.reporting.descriptives import Reliabilities
from survey_stats.results import Result
from survey_stats.study import Study


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PublishedReliability(Result):
    """Published alphas beside ours, one row a scale and sample; no difference is tested.

    Attributes:
        table: Columns `measure`, `sample`, `published` (alpha as printed), `published_n`, `estimate`, `ci_lower`,
            `ci_upper`, `n` (alpha here), `source`, `method`.
    """

    keys: ClassVar[tuple[str, ...]] = ("measure", "sample")
    numbers: ClassVar[tuple[str, ...]] = ("published", "published_n", "estimate", "ci_lower", "ci_upper")

    table: pd.DataFrame


def published_reliability(study: Study, ours: Reliabilities | None) -> PublishedReliability | None:
    """The alphas that the keys of the scales name; none where no scale in use has one."""
    if ours is None:
        return None
    frame = ours.to_frame()
    here = frame[frame["method"] == "alpha"].set_index("measure")
    rows = [
        {"measure": norm.scale, "sample": norm.sample, "published": norm.alpha, "published_n": norm.n,
         **{name: here.loc[norm.scale, name] for name in ("estimate", "ci_lower", "ci_upper", "n")},
         "source": norm.source, "method": "alpha"}
        for instrument in study.instruments.values()
        for norm in instrument.norms
        if norm.alpha is not None and norm.scale in here.index
    ]  # fmt: skip
    return PublishedReliability(method="alpha", table=pd.DataFrame(rows)) if rows else None
