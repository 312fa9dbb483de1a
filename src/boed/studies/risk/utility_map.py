"""Expected utility and its variance of two runs of the experiment, over a map of both designs."""

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.design.estimators import sampled_utility
from boed.design.utility_problem import Problem
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.objectives import over_aversions
from boed.studies.risk import designs_looked_at, risk_problem
from boed.studies.risk.quantities import QUANTITIES, aversion_axis
from boed.studies.risk.risk_problem import SAMPLING

DIMS = ("sampling", "first", "second")
Maps = dict[str, Float[np.ndarray, "sampling first second"]]
Pairs = Float[np.ndarray, "first second 2"]


def maps(problem: Problem, settings: dict, pairs: Pairs, key: PRNGKeyArray) -> Maps:
    """{quantity: of every way of sampling and pair of designs}, of a problem of two experiments."""
    room = designs_looked_at.room(designs_looked_at.region(settings, 2))
    utility = sampled_utility(problem, settings["way"], settings["map"]["samples"], room)
    values = {name: np.empty((len(SAMPLING), *pairs.shape[:2])) for name in QUANTITIES}
    for index, (sampling, keys_of) in enumerate(SAMPLING.items()):
        keys = keys_of(key, pairs[..., 0].size).reshape(pairs.shape[:2])
        for row in in_turn(range(len(pairs)), f"{sampling} samples: row"):
            estimates = risk_problem.over_designs(
                utility.estimates, keys[row], jnp.asarray(pairs[row])
            ).self_normalised
            for name, target in values.items():
                target[index, row] = getattr(estimates, name)
    return values


def turning(maps: Maps) -> Float[np.ndarray, " sampling"]:
    """The least aversion, of each way of sampling, at which another design is as good as the best
    without aversion.
    """
    aversions = []
    for mean, variance in zip(*(maps[name] for name in QUANTITIES), strict=True):
        best = np.unravel_index(mean.argmax(), mean.shape)
        calmer = variance < variance[best]
        ratios = (mean[best] - mean[calmer]) / (variance[best] - variance[calmer])
        aversions.append(np.min(ratios, initial=np.inf))
    return np.array(aversions)


def roughness(variance: Float[np.ndarray, "sampling first second"]):
    """Root mean square of second differences over neighbouring first designs, of each way."""
    return np.sqrt(np.mean(np.diff(variance, n=2, axis=1) ** 2, axis=(1, 2)))


def dataset(maps: Maps, pairs: Pairs, settings: dict) -> xr.Dataset:
    """The maps, and the best pair of designs of every aversion and way of sampling."""
    aversions, one = settings["aversions"], designs_looked_at.region(settings, 1)
    (name,), (unit,) = one.names, one.units
    mean, variance = (maps[name] for name in QUANTITIES)
    objective = over_aversions(mean, variance, aversions)
    best = pairs.reshape(-1, 2)[objective.reshape(*objective.shape[:2], -1).argmax(axis=2)]
    data = {name: variable(DIMS, values, *QUANTITIES[name]) for name, values in maps.items()}
    data |= {
        "turning_aversion": variable(
            "sampling", turning(maps), "nat-1", "where the best pair changes for the first time"
        ),
        "roughness": variable(
            "sampling",
            roughness(variance),
            "nat2",
            "second difference of the variance over neighbouring designs",
        ),
        "objective": variable(("aversion", *DIMS), objective, "nat", "mean − aversion × variance"),
        # the order of the two runs does not matter: the lesser first
        "best_design": variable(
            ("aversion", "sampling", "coordinate"),
            np.sort(best, axis=2),
            unit,
            "best designs on the map, lesser first",
        ),
        "aversion": aversion_axis(aversions),
        "sampling": variable(
            "sampling", list(SAMPLING), "1", "random numbers of different designs"
        ),
        "coordinate": variable("coordinate", ["first", "second"], "1", "run of the experiment"),
        "first": variable("first", pairs[:, 0, 0], unit, f"{name} of the first run"),
        "second": variable("second", pairs[0, :, 1], unit, f"{name} of the second run"),
    }
    return xr.Dataset(data)
