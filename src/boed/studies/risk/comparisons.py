"""Designs by other risk measures and by another utility, without sampling and from the study's
samples.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.design.estimators import sampled_utility
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import UTILITIES, gains, moments
from boed.design.risk_measures import RISK_MEASURES
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk import risk_problem
from boed.studies.risk.quantities import aversion_axis

SOURCES = variable("source", ["quadrature", "samples"], "1", "how outcomes are found")
DIMS = ("utility", "source", "design")
Places = Float[np.ndarray, " design"]


def by_measures(
    settings: dict, places: Places, key: PRNGKeyArray
) -> Float[np.ndarray, "design source measure"]:
    """What every design is worth by each of the settings' risk measures, nat."""
    problem, designs = risk_problem.problem(settings), jnp.asarray(places)[:, None]
    measures = [RISK_MEASURES[name](parameter) for name, parameter in settings["risk"].items()]
    exact = gain_quadrature(problem, settings["quadrature_nodes"], designs)
    sampled = sampled_utility(problem, settings["way"], settings["samples"][-1], designs)

    def worths(key, design):
        both = exact(design), gains(sampled.outcomes(key, design))
        return jnp.array([[measure(source) for measure in measures] for source in both])

    same = risk_problem.common(key, len(designs))
    return np.asarray(risk_problem.over_designs(worths, same, designs))


def measures_dataset(
    worths: Float[np.ndarray, "design source measure"], settings: dict, places: Places
) -> xr.Dataset:
    """The worths, and the best design of every measure."""
    worth = "gain that the design is worth by this measure"
    unit = "the measure's parameter, in the unit of its key in the configuration"
    best = places[worths.argmax(axis=0)]
    return xr.Dataset(
        {
            "certainty_equivalent": variable(("design", "source", "measure"), worths, "nat", worth),
            "best_design": variable(
                ("source", "measure"), best, "1", "best design of all looked at"
            ),
            "parameter": variable("measure", list(settings["risk"].values()), "1", unit),
            "measure": variable("measure", list(settings["risk"]), "1", "risk measure"),
            "source": SOURCES,
            "design": variable("design", places, "1", "design"),
        }
    )


def by_utilities(
    settings: dict, places: Places, key: PRNGKeyArray
) -> Float[np.ndarray, "moment utility source design"]:
    """U and V of every utility in UTILITIES, by quadrature and from samples."""
    problem, designs = risk_problem.problem(settings), jnp.asarray(places)[:, None]
    nodes, most = settings["quadrature_nodes"], settings["samples"][-1]
    exact = [gain_quadrature(problem, nodes, designs, name) for name in UTILITIES]
    sampled = sampled_utility(problem, settings["way"], most, designs)

    def every(key, design):
        outcomes = sampled.outcomes(key, design)
        pairs = zip(exact, UTILITIES.values(), strict=True)
        return jnp.array(
            [[moments(rule(design)), moments(utility(outcomes))] for rule, utility in pairs]
        )

    same = risk_problem.common(key, len(designs))
    values = np.asarray(risk_problem.over_designs(every, same, designs))
    return np.moveaxis(values, (0, 3), (3, 0))


def utilities_dataset(
    values: Float[np.ndarray, "moment utility source design"], settings: dict, places: Places
) -> xr.Dataset:
    """The moments, and the best and worst design of every aversion."""
    mean, variance = values
    objective = np.moveaxis(over_aversions(mean, variance, settings["aversions"]), 0, 2)
    preferred = ("utility", "source", "aversion")
    ratio = "variance of the pointwise utility over that of the divergence"
    best, worst = places[objective.argmax(axis=-1)], places[objective.argmin(axis=-1)]
    return xr.Dataset(
        {
            "expected_utility": variable(DIMS, mean, "nat", "expected utility"),
            "utility_variance": variable(DIMS, variance, "nat2", "variance of the utility"),
            "variance_ratio": variable(DIMS[1:], variance[1] / variance[0], "1", ratio),
            "best_design": variable(preferred, best, "1", "best design of all looked at"),
            "worst_design": variable(preferred, worst, "1", "worst design of all looked at"),
            "utility": variable("utility", list(UTILITIES), "1", "what is gained by an outcome"),
            "source": SOURCES,
            "aversion": aversion_axis(settings["aversions"]),
            "design": variable("design", places, "1", "design"),
        }
    )
