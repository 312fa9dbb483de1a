"""How the estimate of the utility's variance converges with the number of samples, at
one design.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import estimators
from boed.design.nested_monte_carlo import moments
from boed.jobs import job
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem

ESTIMATORS = estimators.Estimates._fields
DIMS = ("estimator", "samples")


def estimates(problem, settings: dict, design, seed: int, study: str) -> np.ndarray:
    """V̂ of every (estimator, samples, run)."""
    block, found = settings["convergence"], []
    for samples in in_turn(block["samples"], "number of samples"):
        evaluate = estimators.estimator(problem, settings["way"], samples, design[None])
        keys = jax.random.split(key_for(seed, "measure_convergence", study, samples), block["runs"])
        every = jax.jit(lambda keys, run=evaluate: jax.lax.map(lambda key: run(key, design), keys))(
            keys
        )
        found.append([np.asarray(own.utility_variance) for own in every])
    return np.moveaxis(np.array(found), 0, 1)


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block, problem = settings["convergence"], risk_problem.problem(settings)
    design, samples = jnp.array([block["design"]]), np.array(block["samples"], dtype=float)
    gains = estimators.quadrature(problem, settings["quadrature_nodes"], design[None])
    exact = jax.jit(lambda design: moments(gains(design)))(design)
    found = estimates(problem, settings, design, params.seed, snakemake.wildcards.study)
    bias = found.mean(axis=2) - float(exact.utility_variance)
    variance = found.var(axis=2, ddof=1)
    error = np.sqrt(variance / block["runs"])
    # the published form, bias = c/N, with c by least squares in units of the errors
    coefficient = np.sum(bias / samples / error**2, axis=1) / np.sum(
        1 / samples**2 / error**2, axis=1
    )
    slope = np.array([np.polyfit(np.log(samples), np.log(own), 1)[0] for own in variance])
    bias_slope = np.array([np.polyfit(np.log(samples), np.log(np.abs(own)), 1)[0] for own in bias])
    data = {
        "utility_variance": variable(
            (*DIMS, "run"), found, "nat2", "estimate of the utility's variance"
        ),
        "exact_utility_variance": variable(
            (), exact.utility_variance, "nat2", "the same without sampling"
        ),
        "bias": variable(DIMS, bias, "nat2", "mean of the estimates minus the exact value"),
        "bias_error": variable(DIMS, error, "nat2", "standard error of that bias"),
        "bias_from_fit": variable(
            DIMS,
            np.abs(bias - coefficient[:, None] / samples) / error,
            "1",
            "distance from c/N in standard errors",
        ),
        "bias_coefficient": variable("estimator", coefficient, "nat2", "c of the fitted bias c/N"),
        "bias_slope": variable(
            "estimator", bias_slope, "1", "slope of that bias over N, both in logarithms"
        ),
        "variance": variable(DIMS, variance, "nat4", "variance of the estimates"),
        "variance_slope": variable(
            "estimator", slope, "1", "slope of that variance over N, both in logarithms"
        ),
        "samples": variable("samples", block["samples"], "1", "number of samples"),
        "estimator": variable("estimator", list(ESTIMATORS), "1", "estimator of the moments"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
