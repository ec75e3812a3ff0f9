"""Direct quartimin rotation (oblimin with γ = 0), for many loading matrices at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ITERATIONS = 3_000
_HALVINGS = 12
_ROUNDING = 1e-12
_SMALLEST = 1e-18
_VARIMAX_ITERATIONS = 60


@dataclass(frozen=True, eq=False, slots=True)
class Oblique:
    """Rotated loadings.

    Attributes:
        loadings: Pattern, matrices × items × factors.
        correlations: Of the factors, matrices × factors × factors.
        turn: T with pattern = unrotated loadings × T'⁻¹ and correlations = T'T.
        converged: Whether the projected gradient is zero there.
    """

    loadings: Floats
    correlations: Floats
    turn: Floats
    converged: NDArray[np.bool_]


def oblimin(loadings: Floats, start: Floats | None = None, tolerance: float = 1e-10) -> Oblique:
    """Gradient projection (Jennrich 2002, Psychometrika 67, 7-19; Bernaards and Jennrich 2005), begun at varimax.

    Minimises ¼ Σ_i Σ_{k≠l} λ_ik² λ_il², as `GPArotation::oblimin` and psych do, without Kaiser's normalisation.

    Args:
        loadings: Unrotated, matrices × items × factors.
        start: T to begin with.
        tolerance: Length of the projected gradient that counts as zero.
    """
    turn = varimax(loadings) if start is None else start.copy()
    length = np.ones(len(loadings))
    converged = np.zeros(len(loadings), dtype=bool)
    active = np.arange(len(loadings))
    height, uphill = _criterion(loadings, turn)
    for _ in range(_ITERATIONS):
        own = turn[active]
        inward = uphill[active]
        projected = inward - own * (own * inward).sum(axis=1, keepdims=True)
        steepness = np.sqrt((projected**2).sum(axis=(1, 2)))
        converged[active] = steepness < tolerance
        going = steepness >= tolerance
        active = active[going]
        if not len(active):
            break
        moved = _line(
            loadings[active], turn[active], projected[going], steepness[going], height[active], length[active]
        )
        turn[active], height[active], uphill[active], length[active] = moved
    inverse = np.linalg.inv(turn)
    pattern = loadings @ inverse.transpose(0, 2, 1)
    return Oblique(pattern, turn.transpose(0, 2, 1) @ turn, turn, converged)


def _criterion(loadings: Floats, turn: Floats) -> tuple[Floats, Floats]:
    """Height, and its derivative by T."""
    inverse = np.linalg.inv(turn)
    pattern = loadings @ inverse.transpose(0, 2, 1)
    square = pattern**2
    others = square @ (1 - np.eye(square.shape[2]))  # not the sum less the own one: near 0 that is rounding error
    by_pattern = pattern * others
    uphill = -(pattern.transpose(0, 2, 1) @ by_pattern @ inverse).transpose(0, 2, 1)
    return (square * others).sum(axis=(1, 2)) / 4, uphill


def _line(
    loadings: Floats, turn: Floats, downhill: Floats, steepness: Floats, height: Floats, length: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Steps twice as long as the last, halved until the criterion falls enough (Armijo).

    Where the fall is smaller than what rounding leaves of the criterion, the last length is kept and not looked at.
    """
    fine = steepness**2 * length < _ROUNDING * height + _SMALLEST
    length = np.where(fine, length, 2 * length)
    there, reached, uphill = turn.copy(), height.copy(), np.empty_like(turn)
    check = np.arange(len(turn))
    for last in range(_HALVINGS + 1):
        moved = turn[check] - length[check, None, None] * downhill[check]
        moved /= np.sqrt((moved**2).sum(axis=1, keepdims=True))
        there[check] = moved
        reached[check], uphill[check] = _criterion(loadings[check], moved)
        fell = fine[check]
        fell |= height[check] - reached[check] > 0.5 * steepness[check] ** 2 * length[check]
        check = check[~fell]
        if not len(check) or last == _HALVINGS:
            break
        length[check] /= 2
    return there, reached, uphill, length


def varimax(loadings: Floats) -> Floats:
    """Orthogonal rotations towards simple structure, matrices × factors × factors: where the oblique one begins."""
    n_matrices, n_items, n_factors = loadings.shape
    turn = np.tile(np.eye(n_factors), (n_matrices, 1, 1))
    for _ in range(_VARIMAX_ITERATIONS):
        turned = loadings @ turn
        mean_square = (turned**2).sum(axis=1, keepdims=True) / n_items
        target = loadings.transpose(0, 2, 1) @ (turned**3 - turned * mean_square)
        left, _, right = np.linalg.svd(target)
        turn = left @ right
    return np.asarray(turn)
