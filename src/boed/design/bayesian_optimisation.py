"""Bayesian optimisation of a design by the library bayesian-optimization, with forbidden designs
that are known.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from bayes_opt import BayesianOptimization
from bayes_opt.acquisition import UpperConfidenceBound
from jaxtyping import Bool, Float
from sklearn.exceptions import ConvergenceWarning

FORBIDDEN = 1e9
TRIES = 1000
# where the acquisition function is maximised from: random designs, and ascents from the best of
# them; enough for four coordinates, where the library's own 10,000 and 10 take most of a search's
# time
RANDOM_TRIES, ASCENTS = 2000, 3
Designs = Float[np.ndarray, "designs coordinates"]
Copies = Float[np.ndarray, "copies designs coordinates"]
Point = Float[np.ndarray, " coordinates"]


class History(NamedTuple):
    """Every evaluation in turn: designs and their objective."""

    designs: Float[np.ndarray, "evaluations coordinates"]
    objective: Float[np.ndarray, " evaluations"]


class SearchOptions(NamedTuple):
    """How a search goes: random designs at first, designs that the process suggests, how many
    deviations its bound lies above its mean.

    noise_level: variance of the objective's noise, in units of its own variance.
    """

    initial: int
    iterations: int
    exploration: float
    noise_level: float


def everywhere(designs: Designs) -> Bool[np.ndarray, " designs"]:
    """No design is forbidden."""
    return np.ones(len(designs), dtype=bool)


def itself(designs: Designs) -> Copies:
    """Every design is an experiment of its own."""
    return designs[None]


def as_they_are(designs: Designs) -> Designs:
    """Every value can be chosen."""
    return designs


@dataclass(frozen=True, eq=False)
class DesignSpace:
    """Designs within bounds; which of them are allowed; which are alike; which can be chosen.

    alike: designs → all that are the same experiment, themselves among them, as two sensors in
    either order. nearest: designs → the nearest that can be chosen, as candidates of a coordinate.
    """

    lower: Point
    upper: Point
    allowed: Callable[[Designs], Bool[np.ndarray, " designs"]] = everywhere
    alike: Callable[[Designs], Copies] = itself
    nearest: Callable[[Designs], Designs] = as_they_are

    @property
    def names(self) -> list[str]:
        """Names of the coordinates."""
        return [f"coordinate_{index}" for index in range(len(self.lower))]

    def __post_init__(self):
        """Raises ValueError unless every coordinate's lower bound is below its upper one."""
        if not np.all(np.asarray(self.lower) < np.asarray(self.upper)):
            raise ValueError(
                f"a design's lower bounds {np.asarray(self.lower).tolist()} must be below its "
                f"upper ones {np.asarray(self.upper).tolist()}"
            )

    def scaled(self, designs: Float[np.ndarray, "*shape coordinates"]):
        """Designs in the unit cube, where one length scale serves all coordinates."""
        return (designs - self.lower) / (self.upper - self.lower)

    def unscaled(self, designs: Float[np.ndarray, "*shape coordinates"]):
        """Designs of the unit cube within the bounds."""
        within = self.lower + (self.upper - self.lower) * designs
        # rounding may leave them by a last digit
        return np.clip(within, self.lower, self.upper)

    def random(self, rng: np.random.Generator, count: int) -> Designs:
        """The first `count` allowed ones of a uniform sequence; ValueError where there are fewer
        among TRIES times as many.
        """
        tried = self.nearest(rng.uniform(self.lower, self.upper, (TRIES * count, len(self.lower))))
        kept = tried[self.allowed(tried)][:count]
        if len(kept) < count:
            raise ValueError(
                f"of {len(tried)} random designs within {self.lower} … {self.upper} only "
                f"{len(kept)} are allowed"
            )
        return kept


class KnownConstraint(UpperConfidenceBound):
    """The upper confidence bound over the allowed designs of a space alone, in the unit cube; what
    is known of a design is known of all that are alike.
    """

    def __init__(self, space: DesignSpace, exploration: float):
        super().__init__(kappa=exploration)
        self.space = space

    def _fit_gp(self, gp, target_space):
        """What is known of a design is known of all that are the same experiment."""
        copies = self.space.scaled(self.space.alike(self.space.unscaled(target_space.params)))
        with warnings.catch_warnings():
            # few points, far apart: where the likelihood is flat, the length scale ends at a bound
            warnings.simplefilter("ignore", ConvergenceWarning)
            gp.fit(copies.reshape(-1, copies.shape[2]), np.tile(target_space.target, len(copies)))

    def suggest(self, gp, target_space, **options):
        """The allowed design of the largest bound; options: those of the library."""
        tries = {"n_random": RANDOM_TRIES, "n_smart": ASCENTS}
        return super().suggest(gp, target_space, **(tries | options))

    def _get_acq(self, gp, constraint=None):
        """The function to minimise, beyond all that an allowed design can have where a design is
        forbidden.
        """
        free = super()._get_acq(gp, constraint)

        def acquisition(designs):
            """What the search wants least: FORBIDDEN, or the bound's negative."""
            designs = np.reshape(designs, (-1, gp.X_train_.shape[1]))
            chosen = self.space.nearest(self.space.unscaled(designs))
            bound = free(self.space.scaled(chosen))
            return np.where(self.space.allowed(chosen), bound, FORBIDDEN)

        return acquisition


def maximise(
    objective: Callable[[Point], float], space: DesignSpace, options: SearchOptions, seed: int
) -> History:
    """Random allowed designs, then those that a Gaussian process (Matérn 5/2) over the unit cube
    suggests.

    Raises ValueError where no allowed design can be found at random, or where the process suggests
    a forbidden one.
    """
    optimiser = _optimiser(space, options, seed)
    proposals = space.random(np.random.default_rng(seed), options.initial)
    designs, values = [], []
    for count in range(options.initial + options.iterations):
        if count < options.initial:
            design = proposals[count]
        else:
            suggested = optimiser.suggest()
            within = space.unscaled(np.array([[suggested[name] for name in space.names]]))
            design = space.nearest(within)[0]
        if not space.allowed(design[None])[0]:
            raise ValueError(
                f"no allowed design was found beside the forbidden one {design.tolist()}"
            )
        designs.append(design)
        values.append(float(objective(design)))
        cube = dict(zip(space.names, space.scaled(design), strict=True))
        optimiser.register(params=cube, target=values[-1])
    return History(np.array(designs), np.array(values))


def _optimiser(space: DesignSpace, options: SearchOptions, seed: int) -> BayesianOptimization:
    """The library's optimiser, before the first evaluation."""
    optimiser = BayesianOptimization(
        f=None,
        pbounds=dict.fromkeys(space.names, (0.0, 1.0)),
        acquisition_function=KnownConstraint(space, options.exploration),
        random_state=seed,
        verbose=0,
        allow_duplicate_points=True,
    )
    optimiser.set_gp_params(alpha=options.noise_level)
    return optimiser
