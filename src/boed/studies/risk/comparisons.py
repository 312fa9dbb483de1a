"""Designs by other risk measures and by another utility, from the study's samples, and without
sampling where that can be.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import UTILITIES, gains, moments
from boed.design.risk_measures import RISK_MEASURES
from boed.design.utility_problem import Designs, Problem
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk import risk_problem
from boed.studies.risk.designs_looked_at import LookedAt
from boed.studies.risk.quantities import aversion_axis
from boed.studies.risk.risk_problem import StoredProblem

DIMS = ("utility", "source", "design")
# rounding errors of gains that are all alike leave less, nat²
ZERO = 1e-20


def sources(settings: dict) -> list[str]:
    """How outcomes are found."""
    exact = risk_problem.exact_nodes(settings) is not None
    return ["quadrature", "samples"] if exact else ["samples"]


def source_axis(settings: dict) -> xr.Variable:
    """How outcomes are found, as the coordinate of what is made of them."""
    return variable("source", sources(settings), "1", "how outcomes are found")


def by_measures(
    problem: Problem | StoredProblem, settings: dict, designs: Designs, key: PRNGKeyArray
) -> Float[np.ndarray, "design source measure"]:
    """What every design is worth by each of the settings' risk measures, nat."""
    designs = jnp.asarray(designs)
    measures = [RISK_MEASURES[name](parameter) for name, parameter in settings["risk"].items()]
    nodes = risk_problem.exact_nodes(settings)
    exact = [] if nodes is None else [gain_quadrature(problem, nodes, designs)]
    most = settings["samples"][-1]
    sampled, places = risk_problem.estimator(problem, settings["way"], most, designs)

    def worths(key, place):
        every = [*(rule(place) for rule in exact), gains(sampled.outcomes(key, place))]
        return jnp.array([[measure(source) for measure in measures] for source in every])

    same = risk_problem.common(key, len(designs))
    return np.asarray(risk_problem.over_designs(worths, same, places))


def measures_dataset(
    worths: Float[np.ndarray, "design source measure"], settings: dict, looked: LookedAt
) -> xr.Dataset:
    """The worths, and the best design of every measure."""
    worth = "gain that the design is worth by this measure"
    unit = "the measure's parameter, in the unit of its key in the configuration"
    best = worths.argmax(axis=0)
    data = {
        "certainty_equivalent": variable(("design", "source", "measure"), worths, "nat", worth),
        "best_design": looked.chosen(("source", "measure"), best, "best design of all looked at"),
        "parameter": variable("measure", list(settings["risk"].values()), "1", unit),
        "measure": variable("measure", list(settings["risk"]), "1", "risk measure"),
        "source": source_axis(settings),
    }
    return xr.Dataset(data | looked.axis())


def by_utilities(
    problem: Problem | StoredProblem, settings: dict, designs: Designs, key: PRNGKeyArray
) -> Float[np.ndarray, "moment utility source design"]:
    """U and V of every utility in UTILITIES, from samples and by quadrature where there is one."""
    designs = jnp.asarray(designs)
    nodes, most = risk_problem.exact_nodes(settings), settings["samples"][-1]
    exact = {
        name: [] if nodes is None else [gain_quadrature(problem, nodes, designs, name)]
        for name in UTILITIES
    }
    sampled, places = risk_problem.estimator(problem, settings["way"], most, designs)

    def every(key, place):
        """The moments of every utility and source at one design."""
        outcomes = sampled.outcomes(key, place)
        return jnp.array(
            [
                [*(moments(rule(place)) for rule in exact[name]), moments(utility(outcomes))]
                for name, utility in UTILITIES.items()
            ]
        )

    same = risk_problem.common(key, len(designs))
    values = np.asarray(risk_problem.over_designs(every, same, places))
    return np.moveaxis(values, (0, 3), (3, 0))


def utilities_dataset(
    values: Float[np.ndarray, "moment utility source design"], settings: dict, looked: LookedAt
) -> xr.Dataset:
    """The moments, and the best and worst design of every aversion."""
    mean, variance = values
    objective = np.moveaxis(over_aversions(mean, variance, settings["aversions"]), 0, 2)
    preferred = ("utility", "source", "aversion")
    ratio = "variance of the pointwise utility over that of the divergence, 1 where that is zero"
    certain = variance[0] < ZERO
    ratios = np.where(certain, 1.0, variance[1] / np.where(certain, 1.0, variance[0]))
    best, worst = objective.argmax(axis=-1), objective.argmin(axis=-1)
    data = {
        "expected_utility": variable(DIMS, mean, "nat", "expected utility"),
        "utility_variance": variable(DIMS, variance, "nat2", "variance of the utility"),
        "variance_ratio": variable(DIMS[1:], ratios, "1", ratio),
        "best_design": looked.chosen(preferred, best, "best design of all looked at"),
        "worst_design": looked.chosen(preferred, worst, "worst design of all looked at"),
        "utility": variable("utility", list(UTILITIES), "1", "what is gained by an outcome"),
        "source": source_axis(settings),
        "aversion": aversion_axis(settings["aversions"]),
    }
    return xr.Dataset(data | looked.axis())
