"""Bayesian optimisation of a design by the library bayesian-optimization, with forbidden designs that are known."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from bayes_opt import BayesianOptimization
from bayes_opt.acquisition import UpperConfidenceBound

FORBIDDEN = 1e9
TRIES = 1000


class History(NamedTuple):
    """Every evaluation in turn: designs (evaluations, coordinates) and their objective (evaluations,)."""

    designs: np.ndarray
    objective: np.ndarray


class KnownConstraint(UpperConfidenceBound):
    """The upper confidence bound, over allowed designs alone; allowed: designs (n, coordinates) → (n,) bool."""

    def __init__(self, allowed: Callable[[np.ndarray], np.ndarray], exploration: float):
        super().__init__(kappa=exploration)
        self.allowed = allowed

    def _get_acq(self, gp, constraint=None):
        """The function to minimise, beyond all that an allowed design can have where a design is forbidden."""
        free = super()._get_acq(gp, constraint)

        def acquisition(designs):
            designs = np.reshape(designs, (-1, gp.X_train_.shape[1]))
            return np.where(self.allowed(designs), free(designs), FORBIDDEN)

        return acquisition


def everywhere(designs: np.ndarray) -> np.ndarray:
    """No design is forbidden."""
    return np.ones(len(designs), dtype=bool)


def maximise(
    objective: Callable[[np.ndarray], float],
    bounds: tuple[np.ndarray, np.ndarray],
    seed: int,
    initial: int,
    iterations: int,
    exploration: float,
    noise_level: float,
    allowed: Callable[[np.ndarray], np.ndarray] = everywhere,
) -> History:
    """`initial` random allowed designs, then `iterations` that a Gaussian process (Matérn 5/2) suggests.

    noise_level: variance of the objective's noise, in units of its own variance. Raises ValueError where no allowed
    design can be found at random, or where the process suggests a forbidden one.
    """
    lower, upper = (np.asarray(bound, dtype=float) for bound in bounds)
    names = [f"coordinate_{index}" for index in range(len(lower))]
    optimiser = BayesianOptimization(
        f=None,
        pbounds=dict(zip(names, zip(lower, upper, strict=True), strict=True)),
        acquisition_function=KnownConstraint(allowed, exploration),
        random_state=seed,
        verbose=0,
        allow_duplicate_points=True,
    )
    optimiser.set_gp_params(alpha=noise_level)
    proposals = _random_designs(np.random.default_rng(seed), lower, upper, initial, allowed)
    designs, values = [], []
    for count in range(initial + iterations):
        suggested = optimiser.suggest() if count >= initial else None
        design = proposals[count] if suggested is None else np.array([suggested[name] for name in names])
        if not allowed(design[None])[0]:
            raise ValueError(f"no allowed design was found beside the forbidden one {design.tolist()}")
        designs.append(design)
        values.append(float(objective(design)))
        optimiser.register(params=dict(zip(names, design, strict=True)), target=values[-1])
    return History(np.array(designs), np.array(values))


def _random_designs(rng, lower, upper, count: int, allowed: Callable) -> np.ndarray:
    """The first `count` allowed ones of a uniform sequence."""
    tried = rng.uniform(lower, upper, (TRIES * count, len(lower)))
    found = tried[allowed(tried)][:count]
    if len(found) < count:
        raise ValueError(f"of {len(tried)} random designs within {lower} … {upper} only {len(found)} are allowed")
    return found
