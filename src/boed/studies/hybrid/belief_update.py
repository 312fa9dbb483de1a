"""Beliefs of all replicates after measurements, and what they say about the source."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.inference import grid_belief
from boed.inference.grid_belief import Cells
from boed.inference.map_estimate import map_estimate
from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Inversion

POINT, CELLS = ("replicate", "coordinate"), ("replicate", "x", "y")
STORED = {
    "log_probability": (CELLS, "1", "log probability of the cell"),
    "most_probable": (POINT, "length", "MAP source position"),
    "mean": (POINT, "length", "mean source position"),
    "spread": ("replicate", "length", "equivalent deviation"),
    "location_error": ("replicate", "length", "distance of the MAP from the true source"),
    "credible_level": (
        "replicate",
        "1",
        "probability of the credible region that just reaches the true source",
    ),
    "information_gain": ("replicate", "nat", "gain over the prior of this update"),
}


def belief_update(study: Inversion, settings: dict) -> Callable:
    """(moments, measurements, weights, priors) → the belief after all of the measurements, and what
    it says.
    """
    estimated = map_estimate(settings["belief"], study.cells)
    location = np.asarray(settings["truth"]["location"])

    def one(moments, data, weights, prior):
        """One replicate's belief and its summary."""
        posterior = inverse_problem.posterior(study, moments, data, weights, prior)
        estimate = estimated(posterior)
        return {
            "log_probability": posterior,
            "most_probable": estimate,
            "mean": grid_belief.mean(posterior, study.cells),
            "spread": grid_belief.spread(posterior, study.cells),
            "information_gain": grid_belief.information_gain(posterior, prior),
            "location_error": jnp.linalg.norm(estimate - location),
            "credible_level": grid_belief.credible_level(posterior, study.cells, location),
        }

    return over_replicates(one, shared=1)


def belief_dataset(cells: Cells, updated: dict) -> xr.Dataset:
    """Beliefs of all replicates and what they say, with the positions of the cells."""
    dataset = xr.Dataset(
        {name: variable(dims, updated[name], *words) for name, (dims, *words) in STORED.items()}
    )
    return dataset.assign(
        x=variable("x", cells.x, "length", "source position x"),
        y=variable("y", cells.y, "length", "source position y"),
    )
