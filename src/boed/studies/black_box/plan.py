"""Which runs of a black box a study needs: samples of the prior, and designs to look at."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.priors import Prior
from boed.jobs.store import variable
from boed.studies.risk.designs_looked_at import coordinate_axis, looked_at, unit_of
from boed.systems.described_priors import parameters_of


def drawn(prior: Prior, key: PRNGKeyArray, samples: int) -> Float[AnyArray, "samples parameters"]:
    """Samples of the prior, each of a key of its own: the first of more are the same."""
    return jax.vmap(lambda number: prior.sample(jax.random.fold_in(key, number), 1)[0])(
        jnp.arange(samples)
    )


def plan(settings: dict, key: PRNGKeyArray) -> xr.Dataset:
    """Parameters and designs of all runs: each sample is run at each design."""
    correlations, table = settings.get("correlations"), settings.get("prior_samples")
    names, units, prior = parameters_of(settings["parameters"], correlations, table)
    values, looked = drawn(prior, key, settings["samples"][-1]), looked_at(settings)
    of_parameters, of_designs = unit_of(units), unit_of(looked.units)
    data = {
        "parameters": variable(
            ("sample", "parameter"), np.asarray(values), of_parameters, "sample of the prior"
        ),
        "designs": variable(
            ("design", "coordinate"), looked.designs, of_designs, "design that is looked at"
        ),
        "parameter": variable("parameter", list(names), "1", "parameter"),
        "parameter_unit": variable("parameter", list(units), "1", "unit of the parameter"),
    }
    return xr.Dataset(data | coordinate_axis(looked.names, looked.units))
