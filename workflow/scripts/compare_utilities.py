"""The divergence and the pointwise utility over the designs, without sampling and from the study's
samples.
"""

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import estimators
from boed.design.nested_monte_carlo import UTILITIES, moments
from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem

DIMS = ("utility", "source", "design")


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    problem, places = risk_problem.problem(settings), risk_problem.designs(settings)
    designs, most = jnp.asarray(places)[:, None], settings["samples"][-1]
    exact = [
        estimators.quadrature(problem, settings["quadrature_nodes"], designs, name)
        for name in UTILITIES
    ]
    sampled = estimators.outcomes(problem, settings["way"], most, designs)
    key = key_for(params.seed, "compare_utilities", snakemake.wildcards.study)

    def every(key, design):
        outcomes = sampled(key, design)
        pairs = zip(exact, UTILITIES.values(), strict=True)
        return jnp.array([[moments(own(design)), moments(named(outcomes))] for own, named in pairs])

    found = np.asarray(
        risk_problem.over_designs(every)(risk_problem.common(key, len(designs)), designs)
    )
    mean, variance = np.moveaxis(found, (0, 3), (3, 0))
    objective = (
        mean[..., None, :] - np.array(settings["aversions"])[:, None] * variance[..., None, :]
    )
    preferred = ("utility", "source", "aversion")
    data = {
        "expected_utility": variable(DIMS, mean, "nat", "expected utility"),
        "utility_variance": variable(DIMS, variance, "nat2", "variance of the utility"),
        "variance_ratio": variable(
            DIMS[1:],
            variance[1] / variance[0],
            "1",
            "variance of the pointwise utility over that of the divergence",
        ),
        "best_design": variable(
            preferred, places[objective.argmax(axis=-1)], "1", "best design of all looked at"
        ),
        "worst_design": variable(
            preferred, places[objective.argmin(axis=-1)], "1", "worst design of all looked at"
        ),
        "utility": variable("utility", list(UTILITIES), "1", "what is gained by an outcome"),
        "source": variable("source", ["quadrature", "samples"], "1", "how outcomes are found"),
        "aversion": variable("aversion", settings["aversions"], "nat-1", "weight of the variance"),
        "design": variable("design", places, "1", "design"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
