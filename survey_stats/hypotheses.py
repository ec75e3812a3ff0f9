"""What a researcher expected before the analysis: two constructs, a direction, and the smallest effect of interest."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from survey_stats.content import FileModel, Identifier

Direction = Literal["positive", "negative", "either", "negligible"]
CorrelationMethod = Literal["pearson", "spearman", "kendall", "pearson_log1p"]


class Hypothesis(FileModel):
    """A hypothesis about how two constructs go together between persons.

    Attributes:
        id: Short name (`h1`).
        x, y: A construct, for all measures of it, or the id of one measure.
        direction: Expected sign; `either` expects an association without saying its sign, `negligible` expects none
            as large as `smallest_effect`.
        smallest_effect: Smallest correlation of interest, without sign; the verdict then says whether the
            association is meaningful, trivial, opposite or inconclusive.
        method: The one method that decides.
        statement: The hypothesis in the researcher's words, for the report.
    """

    id: Identifier
    x: Identifier
    y: Identifier
    direction: Direction
    smallest_effect: Annotated[float, Field(gt=0, lt=1)] | None = None
    method: CorrelationMethod = "pearson"
    statement: str = ""

    @model_validator(mode="after")
    def _says_what_is_negligible(self) -> Hypothesis:
        if self.direction == "negligible" and self.smallest_effect is None:
            raise ValueError(
                'direction = "negligible" needs smallest_effect: an association is negligible below some size'
            )
        if self.x == self.y:
            raise ValueError("x and y are the same: a hypothesis is about two constructs")
        return self
