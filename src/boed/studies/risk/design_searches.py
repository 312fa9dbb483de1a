"""Searches for the best design: Bayesian optimisation with and without common samples, ascent along
the gradient.
"""

from dataclasses import dataclass, field
from functools import partial
from itertools import count

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import bayesian_optimisation, gradient_ascent
from boed.design.bayesian_optimisation import DesignSpace, History, SearchOptions
from boed.design.estimators import Checked, SampledUtility, sampled_utility
from boed.design.nested_monte_carlo import gains
from boed.design.risk_measures import MeanVariance, RiskMeasure
from boed.design.utility_problem import Design
from boed.jobs.store import variable
from boed.studies.risk import designs_looked_at, risk_problem
from boed.studies.risk.designs_looked_at import coordinate_axis, unit_of

BAYESIAN = {"bayesian_common": "common", "bayesian_independent": "independent"}
SEARCHES = (*BAYESIAN, "gradient")


@dataclass(frozen=True, eq=False)
class Objective:
    """What a design is worth by a risk measure of the gains of its outcomes; compiled by itself and
    with its gradient.
    """

    utility: SampledUtility
    risk: RiskMeasure

    @partial(jax.jit, static_argnums=0)
    def value(self, key: PRNGKeyArray, design: Design) -> Float[AnyArray, ""]:
        """The worth of a design, nat."""
        return self._value(key, design)

    @partial(jax.jit, static_argnums=0)
    def value_and_gradient(self, key: PRNGKeyArray, design: Design):
        """(the worth of a design, its gradient in the design)."""
        return jax.value_and_grad(self._value, argnums=1)(key, design)

    def _value(self, key, design):
        return self.risk(gains(self.utility.outcomes(key, design)))


def objective(settings: dict, experiments: int) -> Objective:
    """U − λV of the designs of so many experiments, by the settings' `optimisation`."""
    block, problem = settings["optimisation"], risk_problem.problem(settings, experiments)
    room = designs_looked_at.room(designs_looked_at.region(settings, experiments))
    utility = sampled_utility(problem, settings["way"], block["samples"], room)
    return Objective(utility, MeanVariance(block["aversion"]))


@dataclass(frozen=True, eq=False)
class Sampled:
    """The objective as a function of the design alone: with one key, or with a new one for every
    evaluation.
    """

    objective: Objective
    key: PRNGKeyArray
    sampling: str
    evaluations: count = field(default_factory=count)

    def __call__(self, design: Float[np.ndarray, " coordinates"]) -> Float[AnyArray, ""]:
        """The worth of a design, nat."""
        key = self.key
        if self.sampling == "independent":
            key = jax.random.fold_in(key, next(self.evaluations))
        return self.objective.value(key, jnp.asarray(design))


def searched(
    objective: Objective, settings: dict, experiments: int, key: PRNGKeyArray
) -> dict[str, History]:
    """{search: its evaluations}, all of one key; none of them at a forbidden design."""
    block, there = settings["optimisation"], designs_looked_at.region(settings, experiments)
    space = DesignSpace(there.lower, there.upper, there.allowed, nearest=there.nearest)
    seed = int(jax.random.randint(key, (), 0, 2**31 - 1))
    histories = {}
    for name, sampling in BAYESIAN.items():
        histories[name] = bayesian_optimisation.maximise(
            Checked(Sampled(objective, key, sampling), there.lower, there.upper),
            space,
            options(block, sampling),
            seed,
        )
    ascent = Checked(
        lambda design: objective.value_and_gradient(key, jnp.asarray(design)),
        there.lower,
        there.upper,
    )
    starts = space.random(np.random.default_rng(seed), block["starts"])
    histories["gradient"] = gradient_ascent.maximise(
        ascent, space, there.free_boxes, starts, block["evaluations"]
    )
    return histories


def options(block: dict, sampling: str) -> SearchOptions:
    """How Bayesian optimisation goes with this way of sampling."""
    return SearchOptions(
        initial=block["initial"],
        iterations=block["iterations"],
        exploration=block["exploration"],
        noise_level=block["noise_levels"][sampling],
    )


def filled(values: Float[np.ndarray, "evaluations ..."], length: int):
    """Values followed by the last of them up to this length."""
    return np.concatenate([values, np.repeat(values[-1:], length - len(values), axis=0)])


def best_of(
    designs: Float[np.ndarray, "search replicate evaluation coordinates"],
    values: Float[np.ndarray, "search replicate evaluation"],
) -> Float[np.ndarray, "search replicate coordinates"]:
    """Where the largest value of every search is."""
    return np.take_along_axis(designs, values.argmax(axis=2)[..., None, None], axis=2)[:, :, 0]


def in_order(
    designs: Float[np.ndarray, "*searches coordinates"], experiments: int
) -> Float[np.ndarray, "*searches coordinates"]:
    """The same with the designs of the experiments, whose order does not matter, the lesser first:
    by their first coordinates.
    """
    each = designs.reshape(*designs.shape[:-1], experiments, -1)
    order = np.argsort(each[..., 0], axis=-1, kind="stable")
    return np.take_along_axis(each, order[..., None], axis=-2).reshape(designs.shape)


def dataset(histories: dict[str, list[History]], settings: dict, experiments: int) -> xr.Dataset:
    """Every search's history, filled up with its last evaluation to the same length."""
    block, there = settings["optimisation"], designs_looked_at.region(settings, experiments)
    counts = np.array([[len(run.objective) for run in runs] for runs in histories.values()])
    length = int(counts.max())
    designs, values = (
        np.array(
            [[filled(getattr(run, name), length) for run in runs] for runs in histories.values()]
        )
        for name in History._fields
    )
    best, unit = best_of(designs, values), unit_of(there.units)
    # what fills a history up is no evaluation
    real = np.arange(length) < counts[..., None]
    apart = (designs - best[:, :, None]) / np.where(
        there.upper > there.lower, there.upper - there.lower, 1.0
    )
    near = (np.linalg.norm(apart, axis=3) < block["near"]) & real
    dims = ("search", "replicate", "evaluation")
    worth = "mean − aversion × variance of the utility there"
    largest = "largest estimate, of independent samples the luckiest"
    share = near.sum(axis=2) / counts
    ordered = in_order(best, experiments)
    variables = {
        "design": ((*dims, "coordinate"), designs, unit, "design that is tried"),
        "objective": (dims, values, "nat", worth),
        "evaluations": (dims[:2], counts, "1", "evaluations until the search ended"),
        "best_objective": (dims[:2], values.max(axis=2), "nat", largest),
        "best_design": ((*dims[:2], "coordinate"), ordered, unit, "where, lesser first"),
        "concentration": (dims[:2], share, "1", "part of the evaluations near the best"),
        "aversion": ((), block["aversion"], "nat-1", "weight of the variance"),
        "search": ("search", list(SEARCHES), "1", "way to search"),
        "replicate": ("replicate", np.arange(len(counts[0])), "1", "independent search"),
        "evaluation": ("evaluation", np.arange(1, length + 1), "1", "evaluation of the objective"),
    }
    named = {name: variable(*parts) for name, parts in variables.items()}
    return xr.Dataset(named | coordinate_axis(there.names, there.units))
