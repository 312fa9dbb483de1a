"""Expected utility and its variance over the designs of one coordinate: every estimate, how rough
and how far off the curves are, and which design each aversion prefers.
"""

import logging
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Key

from boed.arrays import AnyArray
from boed.design.estimators import Estimates, complaint, sampled_utility, trustworthy
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import Moments, Support, moments
from boed.design.utility_problem import Designs, Problem
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk import risk_problem
from boed.studies.risk.quantities import QUANTITIES, aversion_axis
from boed.studies.risk.risk_problem import SAMPLING

LOG = logging.getLogger("boed")
ESTIMATORS = Estimates._fields
AXES = ("samples", "sampling", "run", "estimator", "design")
PerEstimate = Float[np.ndarray, "samples sampling run estimator design"]


class Curves(NamedTuple):
    """{quantity: every estimate}, the moments of every design by quadrature; of one run with most
    samples, standard errors and how many samples carry them.
    """

    runs: dict[str, PerEstimate]
    exact: Moments
    errors: Moments
    support: Support


def curves(
    problem: Problem,
    settings: dict,
    places: Float[np.ndarray, " design"],
    keys: Key[AnyArray, " run"],
) -> Curves:
    """All of a study's estimates at its designs, a run for each key."""
    designs, most = jnp.asarray(places)[:, None], settings["samples"][-1]
    runs = every_estimate(problem, settings, designs, keys)
    gains = gain_quadrature(problem, settings["quadrature_nodes"], designs)
    same = SAMPLING["common"](keys[0], len(designs))

    def exact_moments(_, design):
        return moments(gains(design))

    exact = risk_problem.over_designs(exact_moments, same, designs)
    utility = sampled_utility(problem, settings["way"], most, designs)
    assessed = risk_problem.over_designs(utility.assessed, same, designs)
    doubt = complaint(assessed.support, most, designs)
    if doubt:
        LOG.warning("%s", doubt)
    return Curves(
        runs=runs, exact=exact, errors=assessed.errors.self_normalised, support=assessed.support
    )


def every_estimate(
    problem: Problem, settings: dict, designs: Designs, keys: Key[AnyArray, " run"]
) -> dict[str, PerEstimate]:
    """{quantity: values over AXES}."""
    values = {name: [] for name in QUANTITIES}
    for samples in settings["samples"]:
        utility = sampled_utility(problem, settings["way"], samples, designs)
        for sampling, keys_of in SAMPLING.items():
            for key in in_turn(list(keys), f"{samples} {sampling} samples: run"):
                estimates = risk_problem.over_designs(
                    utility.estimates, keys_of(key, len(designs)), designs
                )
                for name, parts in values.items():
                    parts.append([np.asarray(getattr(both, name)) for both in estimates])
    shape = (len(settings["samples"]), len(SAMPLING), len(keys), len(ESTIMATORS), len(designs))
    return {name: np.reshape(parts, shape) for name, parts in values.items()}


def smoothness(
    runs: dict[str, PerEstimate], exact: Float[np.ndarray, " design"]
) -> dict[str, xr.Variable]:
    """How rough the curves of the published estimates are over the designs, how far off, and how
    they scatter.
    """
    nested = {name: values[..., ESTIMATORS.index("nested"), :] for name, values in runs.items()}
    variance = nested["utility_variance"]
    rough = np.sqrt(np.mean(np.diff(variance, n=2) ** 2, axis=(2, 3)))
    off = np.mean(np.abs(variance.mean(axis=2) - exact), axis=2)
    shift = np.mean(np.abs(np.diff(variance.mean(axis=2), axis=1)[:, 0]), axis=1)
    scatter = [np.mean(v[-1, 0].std(axis=0)) / np.mean(v[-1, 0]) for v in nested.values()]
    dims = ("samples", "sampling")
    return {
        "roughness": variable(
            dims, rough, "nat2", "second difference of the variance over neighbouring designs"
        ),
        "deviation": variable(
            dims, off, "nat2", "distance of the runs' mean variance from the exact one"
        ),
        "shift": variable(
            "samples",
            shift,
            "nat2",
            "distance of the runs' mean variance between both ways of sampling",
        ),
        "relative_scatter": variable(
            "quantity", scatter, "1", "deviation over runs with most samples, part of the mean"
        ),
    }


def dataset(curves: Curves, settings: dict, places: Float[np.ndarray, " design"]) -> xr.Dataset:
    """The curves, their smoothness, and the best and worst designs of every aversion."""
    data = {}
    for name, (unit, words) in QUANTITIES.items():
        best = curves.runs[name][-1, 0, :, 0].mean(axis=0)
        data[name] = variable(
            "design", best, unit, f"{words}: mean of the runs with most, common samples"
        )
        data[f"{name}_error"] = variable(
            "design", getattr(curves.errors, name), unit, f"standard error of one run's {words}"
        )
        data[f"exact_{name}"] = variable(
            "design", getattr(curves.exact, name), unit, f"{words} by quadrature"
        )
        data[f"{name}_runs"] = variable(AXES, curves.runs[name], unit, f"{words}, every estimate")
    data |= carried(curves.support)
    data |= smoothness(curves.runs, data["exact_utility_variance"].values)
    data["riskiest_design"] = variable(
        (), places[np.argmax(data["utility_variance"].values)], "1", "greatest variance"
    )
    for prefix in ("", "exact_"):
        pair = [data[prefix + name].values for name in QUANTITIES]
        data |= preferred(prefix, *pair, settings["aversions"], places)
    return xr.Dataset(data | coordinates(settings, places))


def carried(support: Support) -> dict[str, xr.Variable]:
    """How many samples carry the estimates of one run with most samples, and whether they are
    enough.
    """
    few = "1 where so many samples carry an outcome's evidence that errors tell what is wrong"
    of_one = "outcomes of which the sample that gave it carries more than half of the evidence"
    return {
        "effective_samples": variable(
            "design", support.effective_samples, "1", "samples that carry an outcome's evidence"
        ),
        "lonely_outcomes": variable("design", support.alone, "1", of_one),
        "trustworthy": variable("design", trustworthy(support).astype(float), "1", few),
    }


def preferred(prefix: str, mean, variance, aversions, places) -> dict[str, xr.Variable]:
    """The objective of every aversion, and its best and worst designs."""
    objective = over_aversions(mean, variance, aversions)
    chosen = {"best": places[objective.argmax(axis=1)], "worst": places[objective.argmin(axis=1)]}
    return {
        f"{prefix}objective": variable(
            ("aversion", "design"), objective, "nat", "mean − aversion × variance"
        )
    } | {
        f"{prefix}{which}_design": variable(
            "aversion", designs, "1", f"{which} design of all looked at"
        )
        for which, designs in chosen.items()
    }


def coordinates(settings: dict, places) -> dict[str, xr.Variable]:
    """What the axes of the curves mean."""
    return {
        "design": variable("design", places, "1", "design"),
        "aversion": aversion_axis(settings["aversions"]),
        "samples": variable("samples", settings["samples"], "1", "number of samples"),
        "sampling": variable(
            "sampling", list(SAMPLING), "1", "random numbers of different designs"
        ),
        "estimator": variable("estimator", list(ESTIMATORS), "1", "estimator of the moments"),
        "quantity": variable("quantity", list(QUANTITIES), "1", "what is estimated"),
    }
