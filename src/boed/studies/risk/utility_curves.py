"""Expected utility and its variance over the designs of a study: every estimate, how rough and how
far off the curves over one coordinate are, and which design each aversion prefers.
"""

import logging
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Key

from boed.arrays import AnyArray
from boed.design.estimators import Estimates, complaint, trustworthy
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import Moments, Support, moments
from boed.design.utility_problem import Designs, Problem
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk import risk_problem
from boed.studies.risk.designs_looked_at import LookedAt
from boed.studies.risk.quantities import QUANTITIES, aversion_axis
from boed.studies.risk.risk_problem import SAMPLING, StoredProblem

LOG = logging.getLogger("boed")
ESTIMATORS = Estimates._fields
AXES = ("samples", "sampling", "run", "estimator", "design")
PerEstimate = Float[np.ndarray, "samples sampling run estimator design"]


class Curves(NamedTuple):
    """{quantity: every estimate}, the moments of every design by quadrature where there are some;
    of one run with most samples, standard errors and how many samples carry them.
    """

    runs: dict[str, PerEstimate]
    exact: Moments | None
    errors: Moments
    support: Support


def curves(
    problem: Problem | StoredProblem,
    settings: dict,
    designs: Designs,
    keys: Key[AnyArray, " run"],
) -> Curves:
    """All of a study's estimates at its designs, a run for each key."""
    designs, most = jnp.asarray(designs), settings["samples"][-1]
    runs = every_estimate(problem, settings, designs, keys)
    same, nodes = SAMPLING["common"](keys[0], len(designs)), risk_problem.exact_nodes(settings)
    exact = None if nodes is None else exact_moments(problem, nodes, designs)
    utility, places = risk_problem.estimator(problem, settings["way"], most, designs)
    assessed = risk_problem.over_designs(utility.assessed, same, places)
    doubt = complaint(assessed.support, most, designs)
    if doubt:
        LOG.warning("%s", doubt)
    return Curves(
        runs=runs, exact=exact, errors=assessed.errors.self_normalised, support=assessed.support
    )


def exact_moments(problem: Problem, nodes: int, designs: Designs) -> Moments:
    """The moments of every design by quadrature with so many nodes, (designs,) each."""
    gains = gain_quadrature(problem, nodes, designs)
    # no key plays a part
    keys = SAMPLING["common"](jax.random.key(0), len(designs))
    return risk_problem.over_designs(lambda _, design: moments(gains(design)), keys, designs)


def every_estimate(
    problem: Problem | StoredProblem, settings: dict, designs: Designs, keys: Key[AnyArray, " run"]
) -> dict[str, PerEstimate]:
    """{quantity: values over AXES}."""
    values, ways = {name: [] for name in QUANTITIES}, risk_problem.samplings(problem)
    for samples in settings["samples"]:
        utility, places = risk_problem.estimator(problem, settings["way"], samples, designs)
        for sampling, keys_of in ways.items():
            for key in in_turn(list(keys), f"{samples} {sampling} samples: run"):
                estimates = risk_problem.over_designs(
                    utility.estimates, keys_of(key, len(designs)), places
                )
                for name, parts in values.items():
                    parts.append([np.asarray(getattr(both, name)) for both in estimates])
    shape = (len(settings["samples"]), len(ways), len(keys), len(ESTIMATORS), len(designs))
    return {name: np.reshape(parts, shape) for name, parts in values.items()}


def smoothness(runs: dict[str, PerEstimate]) -> dict[str, xr.Variable]:
    """How rough the curves of the published estimates are over designs in a row, and what common
    samples change.
    """
    variance = runs["utility_variance"][..., ESTIMATORS.index("nested"), :]
    rough = np.sqrt(np.mean(np.diff(variance, n=2) ** 2, axis=(2, 3)))
    shift = np.mean(np.abs(np.diff(variance.mean(axis=2), axis=1)[:, 0]), axis=1)
    return {
        "roughness": variable(
            ("samples", "sampling"),
            rough,
            "nat2",
            "second difference of the variance over neighbouring designs",
        ),
        "shift": variable(
            "samples",
            shift,
            "nat2",
            "distance of the runs' mean variance between both ways of sampling",
        ),
    }


def deviation(runs: dict[str, PerEstimate], exact: Float[np.ndarray, " design"]) -> xr.Variable:
    """How far the published estimates of the variance are off, in the mean over designs."""
    variance = runs["utility_variance"][..., ESTIMATORS.index("nested"), :]
    off = np.mean(np.abs(variance.mean(axis=2) - exact), axis=2)
    words = "distance of the runs' mean variance from the exact one"
    return variable(("samples", "sampling"), off, "nat2", words)


def scatter(runs: dict[str, PerEstimate]) -> xr.Variable:
    """How the published estimates scatter over runs, in the mean over designs."""
    nested = [values[-1, 0, :, ESTIMATORS.index("nested")] for values in runs.values()]
    parts = [np.mean(values.std(axis=0)) / np.mean(values) for values in nested]
    words = "deviation over runs with most samples, part of the mean"
    return variable("quantity", parts, "1", words)


def dataset(curves: Curves, settings: dict, looked: LookedAt) -> xr.Dataset:
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
        if curves.exact is not None:
            exact = getattr(curves.exact, name)
            data[f"exact_{name}"] = variable("design", exact, unit, f"{words} by quadrature")
        data[f"{name}_runs"] = variable(AXES, curves.runs[name], unit, f"{words}, every estimate")
    data |= carried(curves.support)
    ways = curves.runs["expected_utility"].shape[1]
    if ways > 1:
        data["relative_scatter"] = scatter(curves.runs)
    if ways > 1 and len(looked.names) == 1:
        data |= smoothness(curves.runs)
    if curves.exact is not None:
        data["deviation"] = deviation(curves.runs, np.asarray(curves.exact.utility_variance))
    riskiest = np.asarray(data["utility_variance"].values.argmax())
    data["riskiest_design"] = looked.chosen((), riskiest, "greatest variance")
    for prefix in ("", "exact_")[: 1 if curves.exact is None else 2]:
        pair = [data[prefix + name].values for name in QUANTITIES]
        data |= preferred(prefix, *pair, settings["aversions"], looked)
    return xr.Dataset(data | axes(settings, looked, list(SAMPLING)[:ways]))


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


def preferred(prefix: str, mean, variance, aversions, looked: LookedAt) -> dict[str, xr.Variable]:
    """The objective of every aversion, and its best and worst designs."""
    objective = over_aversions(mean, variance, aversions)
    chosen = {"best": objective.argmax(axis=1), "worst": objective.argmin(axis=1)}
    return {
        f"{prefix}objective": variable(
            ("aversion", "design"), objective, "nat", "mean − aversion × variance"
        )
    } | {
        f"{prefix}{which}_design": looked.chosen(
            ("aversion",), numbers, f"{which} design of all looked at"
        )
        for which, numbers in chosen.items()
    }


def axes(settings: dict, looked: LookedAt, ways: list[str]) -> dict[str, xr.Variable]:
    """What the axes of the curves mean; ways: how samples are drawn."""
    return looked.axis() | {
        "aversion": aversion_axis(settings["aversions"]),
        "samples": variable("samples", settings["samples"], "1", "number of samples"),
        "sampling": variable("sampling", ways, "1", "random numbers of different designs"),
        "estimator": variable("estimator", list(ESTIMATORS), "1", "estimator of the moments"),
        "quantity": variable("quantity", list(QUANTITIES), "1", "what is estimated"),
    }
