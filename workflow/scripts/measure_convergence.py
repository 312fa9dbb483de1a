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
    design = jnp.atleast_1d(jnp.asarray(block["design"], dtype=float))
    nodes = risk_problem.exact_nodes(settings)
    exact = None if nodes is None else convergence.exact_variance(problem, nodes, design)
    values = convergence.estimates(
        problem, settings, design, (params.seed, snakemake.wildcards.study)
    )
    return convergence.dataset(values, exact, block["samples"])


if __name__ == "__main__":
    job.run(main, snakemake)
