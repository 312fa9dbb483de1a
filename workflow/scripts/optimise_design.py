"""Searches for the best design: Bayesian optimisation with and without common samples, ascent along
the gradient.
"""

from itertools import count

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import bayesian_optimisation, estimators, gradient_ascent
from boed.design.nested_monte_carlo import gains
from boed.design.risk_measures import mean_variance
from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem

BAYESIAN = {"bayesian_common": "common", "bayesian_independent": "independent"}
SEARCHES = (*BAYESIAN, "gradient")


def objective(settings: dict, coordinates: int):
    """(key, design) → U − λV, compiled by itself and with its gradient."""
    block, problem = settings["optimisation"], risk_problem.problem(settings, coordinates)
    outcomes = estimators.outcomes(
        problem, settings["way"], block["samples"], risk_problem.corners(coordinates, settings)
    )
    risk = mean_variance(block["aversion"])

    def value(key, design):
        return risk(gains(outcomes(key, design)))

    return jax.jit(value), jax.jit(jax.value_and_grad(value, argnums=1))


def sampled(value, key, sampling: str):
    """The objective as a function of the design alone: with one key, or with a new one for every
    evaluation.
    """
    numbers = count()

    def evaluate(design):
        own = key if sampling == "common" else jax.random.fold_in(key, next(numbers))
        return value(own, jnp.asarray(design))

    return evaluate


def main(snakemake) -> xr.Dataset:
    settings, params, study = snakemake.params.settings, snakemake.params, snakemake.wildcards.study
    block, coordinates = settings["optimisation"], int(snakemake.wildcards.coordinates)
    value, with_gradient = objective(settings, coordinates)
    bounds = tuple(
        np.full(coordinates, float(settings["design"][end])) for end in ("lower", "upper")
    )
    options = {name: block[name] for name in ("initial", "iterations", "exploration")}
    histories = {name: [] for name in SEARCHES}
    for run in in_turn(range(block["runs"]), "searches of run"):
        key = key_for(params.seed, "optimise_design", study, coordinates, run)
        seed = int(jax.random.randint(key, (), 0, 2**31 - 1))
        for name, sampling in BAYESIAN.items():
            level = block["noise_levels"][sampling]
            guarded = estimators.checked(sampled(value, key, sampling), *bounds)
            found = bayesian_optimisation.maximise(
                guarded, bounds, seed, noise_level=level, **options
            )
            histories[name].append(found)
        starts = np.random.default_rng(seed).uniform(*bounds, (block["starts"], coordinates))
        ascent = estimators.checked(
            lambda design, key=key: with_gradient(key, jnp.asarray(design)), *bounds
        )
        histories["gradient"].append(
            gradient_ascent.maximise(ascent, bounds, starts, block["evaluations"])
        )
    return dataset(histories, block, coordinates)


def dataset(histories: dict, block: dict, coordinates: int) -> xr.Dataset:
    """Every search's history, filled up with its last evaluation to the same length."""
    length = max(len(own.objective) for each in histories.values() for own in each)

    def filled(values):
        return np.concatenate([values, np.repeat(values[-1:], length - len(values), axis=0)])

    designs = np.array([[filled(own.designs) for own in each] for each in histories.values()])
    values = np.array([[filled(own.objective) for own in each] for each in histories.values()])
    counts = [[len(own.objective) for own in each] for each in histories.values()]
    best = np.take_along_axis(designs, values.argmax(axis=2)[..., None, None], axis=2)[:, :, 0]
    # what fills a history up is no evaluation
    real = np.arange(length) < np.array(counts)[..., None]
    near = (np.linalg.norm(designs - best[:, :, None], axis=3) < block["near"]) & real
    dims = ("search", "replicate", "evaluation")
    return xr.Dataset(
        {
            "design": variable((*dims, "coordinate"), designs, "1", "design that is tried"),
            "objective": variable(
                dims, values, "nat", "mean − aversion × variance of the utility there"
            ),
            "evaluations": variable(dims[:2], counts, "1", "evaluations until the search ended"),
            "best_objective": variable(
                dims[:2],
                values.max(axis=2),
                "nat",
                "largest estimate, of independent samples the luckiest",
            ),
            # the order of the runs of the experiment does not matter: the lesser first
            "best_design": variable(
                (*dims[:2], "coordinate"), np.sort(best, axis=2), "1", "where, lesser first"
            ),
            "concentration": variable(
                dims[:2], near.sum(axis=2) / counts, "1", "part of the evaluations near the best"
            ),
            "aversion": variable((), block["aversion"], "nat-1", "weight of the variance"),
            "search": variable("search", list(SEARCHES), "1", "way to search"),
            "replicate": variable(
                "replicate", np.arange(values.shape[1]), "1", "independent search"
            ),
            "evaluation": variable(
                "evaluation", np.arange(1, length + 1), "1", "evaluation of the objective"
            ),
            "coordinate": variable(
                "coordinate", np.arange(1, coordinates + 1), "1", "run of the experiment"
            ),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
