"""Beliefs of all replicates after measurements, and what they say about the source."""

from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.inference import grid_belief
from boed.inference.grid_belief import Cells
from boed.inference.map_estimate import PointEstimate, map_estimate
from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import InverseProblem, Measurements
from boed.systems.plume.plume_solver import Moment

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


@dataclass(frozen=True, eq=False)
class BeliefUpdate:
    """The belief after all of some measurements, and what it says, of every replicate."""

    problem: InverseProblem
    settings: dict

    def __call__(
        self,
        moments: Moment,
        data: Measurements,
        weights: Float[AnyArray, "replicate weight"],
        priors: Float[AnyArray, "replicate x y"],
    ) -> dict:
        """Arrays called as in STORED, leading axis replicate; moments: one a datum."""
        return self._of_all(moments, data, weights, priors)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    @cached_property
    def _estimate(self) -> PointEstimate:
        return map_estimate(self.settings["belief"], self.problem.cells)

    def _of_one(self, moments, data, weights, prior):
        cells, location = self.problem.cells, np.asarray(self.settings["truth"]["location"])
        posterior = inverse_problem.posterior(self.problem, moments, data, weights, prior)
        estimate = self._estimate(posterior)
        return {
            "log_probability": posterior,
            "most_probable": estimate,
            "mean": grid_belief.mean(posterior, cells),
            "spread": grid_belief.spread(posterior, cells),
            "information_gain": grid_belief.information_gain(posterior, prior),
            "location_error": jnp.linalg.norm(estimate - location),
            "credible_level": grid_belief.credible_level(posterior, cells, location),
        }


def belief_dataset(cells: Cells, updated: dict) -> xr.Dataset:
    """Beliefs of all replicates and what they say, with the positions of the cells."""
    dataset = xr.Dataset(
        {name: variable(dims, updated[name], *words) for name, (dims, *words) in STORED.items()}
    )
    return dataset.assign(
        x=variable("x", cells.x, "length", "source position x"),
        y=variable("y", cells.y, "length", "source position y"),
    )
