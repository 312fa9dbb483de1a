"""Expected utility and utility variance of two runs of the experiment, over a map of
both designs.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import estimators
from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem
from boed.studies.risk.risk_problem import SAMPLING

QUANTITIES = {
    "expected_utility": ("nat", "expected utility"),
    "utility_variance": ("nat2", "variance of the utility"),
}
DIMS = ("sampling", "first", "second")


def turning(found: dict[str, np.ndarray]) -> np.ndarray:
    """The least aversion, of each way of sampling, at which another design is as good as the best
    without aversion.
    """
    aversions = []
    for mean, variance in zip(*found.values(), strict=True):
        best = np.unravel_index(mean.argmax(), mean.shape)
        calmer = variance < variance[best]
        aversions.append(
            np.min(
                (mean[best] - mean[calmer]) / (variance[best] - variance[calmer]), initial=np.inf
            )
        )
    return np.array(aversions)


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block, problem = settings["map"], risk_problem.problem(settings, outputs=2)
    pairs = risk_problem.pairs(block["nodes"], settings)
    room = risk_problem.corners(2, settings)
    every = risk_problem.over_designs(
        estimators.estimator(problem, settings["way"], block["samples"], room)
    )
    key = key_for(params.seed, "map_utility", snakemake.wildcards.study)
    found = {name: np.empty((len(SAMPLING), *pairs.shape[:2])) for name in QUANTITIES}
    for index, (sampling, numbers) in enumerate(SAMPLING.items()):
        keys = numbers(key, pairs[..., 0].size).reshape(pairs.shape[:2])
        for row in in_turn(range(len(pairs)), f"{sampling} samples: row"):
            estimates = every(keys[row], jnp.asarray(pairs[row])).self_normalised
            for name, values in found.items():
                values[index, row] = getattr(estimates, name)
    data = {name: variable(DIMS, values, *QUANTITIES[name]) for name, values in found.items()}
    aversions = np.array(settings["aversions"])
    objective = (
        found["expected_utility"] - aversions[:, None, None, None] * found["utility_variance"]
    )
    flat = objective.reshape(len(aversions), len(SAMPLING), -1)
    best = pairs.reshape(-1, 2)[flat.argmax(axis=2)]
    data["turning_aversion"] = variable(
        "sampling", turning(found), "nat-1", "where the best pair changes for the first time"
    )
    rough = np.sqrt(np.mean(np.diff(found["utility_variance"], n=2, axis=1) ** 2, axis=(1, 2)))
    data["roughness"] = variable(
        "sampling", rough, "nat2", "second difference of the variance over neighbouring designs"
    )
    data |= {
        "objective": variable(("aversion", *DIMS), objective, "nat", "mean − aversion × variance"),
        # the order of the two runs does not matter: the lesser first
        "best_design": variable(
            ("aversion", "sampling", "coordinate"),
            np.sort(best, axis=2),
            "1",
            "best designs on the map, lesser first",
        ),
        "aversion": variable("aversion", aversions, "nat-1", "weight of the variance"),
        "sampling": variable(
            "sampling", list(SAMPLING), "1", "random numbers of different designs"
        ),
        "coordinate": variable("coordinate", ["first", "second"], "1", "run of the experiment"),
        "first": variable("first", pairs[:, 0, 0], "1", "design of the first run"),
        "second": variable("second", pairs[0, :, 1], "1", "design of the second run"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
