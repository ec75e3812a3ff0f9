"""What the families differ in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of outcome.

    Attributes:
        model: First part of the id of the method.
        problem: Key of `_problems.PROBLEMS`.
        errors: Standard errors where none are named. Those of the model only where the distribution of the outcome
            follows from its mean (two or a few categories) or has a parameter of its own for the spread.
        ordered: The outcome has ordered categories.
        exposure: An exposure can be given.
    """

    model: str
    problem: str
    errors: str
    ordered: bool = False
    exposure: bool = False


FAMILIES: Mapping[str, Family] = {
    "gaussian": Family("ols", "gaussian", "HC3"),
    "binomial": Family("logit", "binomial", "model"),
    "ordinal": Family("ordinal_logit", "ordinal", "model", ordered=True),
    "poisson": Family("poisson", "poisson", "HC3", exposure=True),
    "negative_binomial": Family("negative_binomial", "negative_binomial", "model", exposure=True),
    "two_part": Family("two_part_gamma", "two_part_gamma", "HC3"),
    "two_part_lognormal": Family("two_part_lognormal", "two_part_lognormal", "HC3"),
}
ERRORS_OF_ROWS = ("model", "HC0", "HC1", "HC3")
ERRORS_OF_CLUSTERS = ("CR1", "CR2", "CR3")


def method_id(model: str, errors: str) -> str:
    """Id of a model and its standard errors, such as `ols_hc3`."""
    own = {"model": "classical" if model == "ols" else "ml"}
    return f"{model}_{own.get(errors, errors.lower())}"
