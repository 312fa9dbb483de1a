"""How the estimate of the utility's variance converges with the number of samples, at
one design.
"""

import jax.numpy as jnp
import xarray as xr

from boed.jobs import job
from boed.studies.risk import convergence, risk_problem


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block, problem = settings["convergence"], risk_problem.problem(settings)
    design, labels = jnp.array([block["design"]]), (params.seed, snakemake.wildcards.study)
    exact = convergence.exact_variance(problem, settings["quadrature_nodes"], design)
    values = convergence.estimates(problem, settings, design, labels)
    return convergence.dataset(values, exact, block["samples"])


if __name__ == "__main__":
    job.run(main, snakemake)
