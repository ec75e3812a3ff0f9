"""The Bayes factor of a product-moment correlation."""

from __future__ import annotations

import numpy as np
from scipy import special

from survey_stats.statistics.correlations._found import Floats


def log_bayes_factor(r: Floats, size: Floats, kappa: float) -> Floats:
    """Natural logarithm of BF₁₀: how much better than 0 a correlation of some size predicts the data.

    The prior is a symmetric beta distribution stretched over -1 to 1, (1 - ρ²) to the power 1 / kappa - 1: flat for
    kappa = 1. The exact result of Ly, Verhagen and Wagenmakers (2016, Journal of Mathematical Psychology 72, 19-32),
    for normal data with flat priors on means and log standard deviations; the hypergeometric function is transformed
    (Euler) so that it stays near 1 for any sample size.

    Args:
        r: Correlations.
        size: Rows, less control variables.
        kappa: Width of the prior.
    """
    half = 1 / kappa
    share = np.minimum(r**2, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = (1 - 2 * half) * np.log(2) + np.log(np.pi) / 2 - special.betaln(half, half)
        gammas = special.gammaln((size - 1) / 2 + half) - special.gammaln(size / 2 + half)
        euler = (half + 1 - size / 2) * np.log1p(-share)
        return np.asarray(
            prior + gammas + euler + np.log(special.hyp2f1(half + 0.5, half + 0.5, size / 2 + half, share))
        )
