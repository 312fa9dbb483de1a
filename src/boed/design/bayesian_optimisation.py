"""Bayesian optimisation of a design by the library bayesian-optimization, with forbidden designs
that are known.
"""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from bayes_opt import BayesianOptimization
from bayes_opt.acquisition import UpperConfidenceBound
from sklearn.exceptions import ConvergenceWarning

FORBIDDEN = 1e9
TRIES = 1000
# where the acquisition function is maximised from: random designs, and ascents from the best of
# them; enough for four coordinates, where the library's own 10,000 and 10 take most of a search's
# time
RANDOM_TRIES, ASCENTS = 2000, 3


class History(NamedTuple):
    """Every evaluation in turn: designs (evaluations, coordinates) and their objective
    (evaluations,).
    """

    designs: np.ndarray
    objective: np.ndarray


class KnownConstraint(UpperConfidenceBound):
    """The upper confidence bound, over allowed designs alone; allowed: designs (n, coordinates) →
    (n,) bool.

    alike: designs (n, coordinates) → (copies, n, coordinates), all that are the same experiment,
    themselves among them.
    """

    def __init__(
        self,
        allowed: Callable[[np.ndarray], np.ndarray],
        exploration: float,
        alike: Callable[[np.ndarray], np.ndarray],
    ):
        super().__init__(kappa=exploration)
        self.allowed, self.alike = allowed, alike

    def _fit_gp(self, gp, target_space):
        """What is known of a design is known of all that are the same experiment."""
        copies = self.alike(target_space.params)
        with warnings.catch_warnings():
            # few points, far apart: where the likelihood is flat, the length scale ends at a bound
            warnings.simplefilter("ignore", ConvergenceWarning)
            gp.fit(copies.reshape(-1, copies.shape[2]), np.tile(target_space.target, len(copies)))

    def suggest(
        self,
        gp,
        target_space,
        n_random=RANDOM_TRIES,
        n_smart=ASCENTS,
        fit_gp=True,
        random_state=None,
    ):
        """The allowed design of the largest bound."""
        return super().suggest(gp, target_space, n_random, n_smart, fit_gp, random_state)

    def _get_acq(self, gp, constraint=None):
        """The function to minimise, beyond all that an allowed design can have where a design is
        forbidden.
        """
        free = super()._get_acq(gp, constraint)

        def acquisition(designs):
            designs = np.reshape(designs, (-1, gp.X_train_.shape[1]))
            return np.where(self.allowed(designs), free(designs), FORBIDDEN)

        return acquisition


def everywhere(designs: np.ndarray) -> np.ndarray:
    """No design is forbidden."""
    return np.ones(len(designs), dtype=bool)


def itself(designs: np.ndarray) -> np.ndarray:
    """Every design is an experiment of its own."""
    return designs[None]


def maximise(
    objective: Callable[[np.ndarray], float],
    bounds: tuple[np.ndarray, np.ndarray],
    seed: int,
    initial: int,
    iterations: int,
    exploration: float,
    noise_level: float,
    allowed: Callable[[np.ndarray], np.ndarray] = everywhere,
    alike: Callable[[np.ndarray], np.ndarray] = itself,
) -> History:
    """`initial` random allowed designs, then `iterations` that a Gaussian process (Matérn 5/2)
    suggests.

    alike: designs → all that are the same experiment, as two sensors in either order: the process
    learns of all. noise_level: variance of the objective's noise, in units of its own variance.
    Raises ValueError where no allowed design can be found at random, or where the process suggests
    a forbidden one.
    """
    lower, upper = (np.asarray(bound, dtype=float) for bound in bounds)
    names = [f"coordinate_{index}" for index in range(len(lower))]
    optimiser = BayesianOptimization(
        f=None,
        pbounds=dict(zip(names, zip(lower, upper, strict=True), strict=True)),
        acquisition_function=KnownConstraint(allowed, exploration, alike),
        random_state=seed,
        verbose=0,
        allow_duplicate_points=True,
    )
    optimiser.set_gp_params(alpha=noise_level)
    proposals = _random_designs(np.random.default_rng(seed), lower, upper, initial, allowed)
    designs, values = [], []
    for count in range(initial + iterations):
        suggested = optimiser.suggest() if count >= initial else None
        design = (
            proposals[count] if suggested is None else np.array([suggested[name] for name in names])
        )
        if not allowed(design[None])[0]:
            raise ValueError(
                f"no allowed design was found beside the forbidden one {design.tolist()}"
            )
        designs.append(design)
        values.append(float(objective(design)))
        optimiser.register(params=dict(zip(names, design, strict=True)), target=values[-1])
    return History(np.array(designs), np.array(values))


def _random_designs(rng, lower, upper, count: int, allowed: Callable) -> np.ndarray:
    """The first `count` allowed ones of a uniform sequence."""
    tried = rng.uniform(lower, upper, (TRIES * count, len(lower)))
    found = tried[allowed(tried)][:count]
    if len(found) < count:
        raise ValueError(
            f"of {len(tried)} random designs within {lower} … {upper} only {len(found)} are allowed"
        )
    return found
