"""Searches for the best design: Bayesian optimisation with and without common samples, and ascent along the gradient."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import bayesian_optimisation, gradient_ascent, job, risk_study, utility
from boed.information_gains import gains
from boed.keys import key_for
from boed.progress import in_turn
from boed.risk_measures import mean_variance
from boed.store import variable

BAYESIAN = {"bayesian_common": True, "bayesian_independent": False}
SEARCHES = (*BAYESIAN, "gradient")


def objective(settings: dict, coordinates: int):
    """(key, design) → U − λV, compiled by itself and with its gradient."""
    block, problem = settings["optimisation"], risk_study.problem(settings, coordinates)
    outcomes = utility.outcomes(problem, settings["way"], block["samples"], risk_study.corners(coordinates, settings))
    risk = mean_variance(block["aversion"])

    def value(key, design):
        return risk(gains(outcomes(key, design)))

    return jax.jit(value), jax.jit(jax.value_and_grad(value, argnums=1))


def main(snakemake) -> xr.Dataset:
    settings, params, study = snakemake.params.settings, snakemake.params, snakemake.wildcards.study
    block, coordinates = settings["optimisation"], int(snakemake.wildcards.coordinates)
    value, with_gradient = objective(settings, coordinates)
    bounds = tuple(np.full(coordinates, float(settings["design"][end])) for end in ("lower", "upper"))
    options = {name: block[name] for name in ("initial", "iterations", "exploration", "noise_level")}
    histories = {name: [] for name in SEARCHES}
    for run in in_turn(range(block["runs"]), "searches of run"):
        key = key_for(params.seed, "optimise_design", study, coordinates, run)
        seed = int(jax.random.randint(key, (), 0, 2**31 - 1))
        for name, common in BAYESIAN.items():
            counter = iter(range(10**9))

            def own(design, common=common, key=key, counter=counter):
                return value(key if common else jax.random.fold_in(key, next(counter)), jnp.asarray(design))

            guarded = utility.checked(own, *bounds)
            histories[name].append(bayesian_optimisation.maximise(guarded, bounds, seed, **options))
        starts = np.random.default_rng(seed).uniform(*bounds, (block["starts"], coordinates))
        ascent = utility.checked(lambda design, key=key: with_gradient(key, jnp.asarray(design)), *bounds)
        histories["gradient"].append(gradient_ascent.maximise(ascent, bounds, starts, block["evaluations"]))
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
    dims = ("search", "replicate", "evaluation")
    return xr.Dataset(
        {
            "design": variable((*dims, "coordinate"), designs, "1", "design that is tried"),
            "objective": variable(dims, values, "nat", "mean − aversion × variance of the utility there"),
            "evaluations": variable(dims[:2], counts, "1", "evaluations until the search ended"),
            "best_objective": variable(dims[:2], values.max(axis=2), "nat", "best objective found"),
            # the order of the runs of the experiment does not matter: the lesser first
            "best_design": variable((*dims[:2], "coordinate"), np.sort(best, axis=2), "1", "where, lesser first"),
            "aversion": variable((), block["aversion"], "nat-1", "weight of the variance"),
            "search": variable("search", list(SEARCHES), "1", "way to search"),
            "replicate": variable("replicate", np.arange(values.shape[1]), "1", "independent search"),
            "evaluation": variable("evaluation", np.arange(1, length + 1), "1", "evaluation of the objective"),
            "coordinate": variable("coordinate", np.arange(1, coordinates + 1), "1", "run of the experiment"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
