"""Beliefs of all replicates after measurements, and what they say about the parameters."""

from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.inference import grid_belief
from boed.inference.map_estimate import PointEstimate, map_estimate
from boed.inference.particle_belief import ParticleBelief
from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.beliefs import Belief
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.particle_update import ParticleUpdate
from boed.systems.quantities import Quantities, common_unit
from boed.systems.system import Moment, System

# what an update says, and in words; the first three have an axis of cells or of parameters besides
STORED = {
    "log_probability": "log probability of the cell",
    "most_probable": "most probable parameters (MAP)",
    "mean": "mean of the parameters",
    "spread": "equivalent deviation",
    "location_error": "distance of the MAP from the true parameters",
    "credible_level": "probability of the credible region that just reaches the true parameters",
    "information_gain": "gain over the prior of this update",
}


# of these what only a known truth tells
OF_TRUTH = ("location_error", "credible_level")


@dataclass(frozen=True, eq=False)
class BeliefUpdate:
    """The belief after all of some measurements, and what it says, of every replicate."""

    problem: System
    settings: dict

    def __call__(
        self,
        moments: Moment,
        data: Measurements,
        weights: Float[AnyArray, "replicate weight"],
        priors: Belief,
    ) -> dict:
        """Arrays called as in STORED, leading axis replicate; moments: one a datum.

        Particles are made anew from the belief before any data: `data` are then all so far. Raises
        ValueError where they come to nothing.
        """
        updated = self._of_all(moments, data, weights, priors)
        return checked(updated) if "particles" in updated else updated

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    @cached_property
    def _estimate(self) -> PointEstimate:
        return map_estimate(self.settings.get("belief", {}), self.problem.cells)

    def _of_one(self, moments, data, weights, prior):
        if isinstance(prior, ParticleBelief):
            return ParticleUpdate(self.problem)(moments, data, weights)
        cells = self.problem.cells
        posterior = inverse_problem.posterior(self.problem, moments, data, weights, prior)
        estimate = self._estimate(posterior)
        return {
            "log_probability": posterior,
            "most_probable": estimate,
            "mean": grid_belief.mean(posterior, cells),
            "spread": grid_belief.spread(posterior, cells, len(self.problem.quantities.sought)),
            "information_gain": grid_belief.information_gain(posterior, prior),
            "location_error": self.problem.distance(estimate),
            "credible_level": grid_belief.credible_level(
                posterior, cells, self.problem.true_parameters
            ),
        }


def checked(updated: dict) -> dict:
    """An update by particles without how it went; ValueError where it came to nothing."""
    from boed.inference import particle_update

    particle_update.check(updated["update"])
    return {name: value for name, value in updated.items() if name != "update"}


def belief_dataset(system: System, updated: dict) -> xr.Dataset:
    """Beliefs of all replicates and what they say, with the parameters of the cells."""
    quantities = system.quantities
    names, unit = [q.name for q in quantities.parameters], common_unit(quantities.parameters)
    dims = {
        "log_probability": ("replicate", *names),
        "most_probable": ("replicate", quantities.parameter_dimension),
        "mean": ("replicate", quantities.parameter_dimension),
    }
    units = {
        "log_probability": "1",
        "credible_level": "1",
        "information_gain": "nat",
        "location_error": system.distance_unit,
    }
    points = "particles" in updated
    if points:
        dims["log_probability"] = ("replicate", "particle")
    else:
        grid_belief.warn_where_coarse(updated["log_probability"], system.cells.names)
    dataset = xr.Dataset(
        {
            name: variable(dims.get(name, "replicate"), updated[name], units.get(name, unit), words)
            for name, words in stored(system).items()
        }
    )
    if points:
        words = "parameters of every particle"
        place = ("replicate", "particle", quantities.parameter_dimension)
        return dataset.assign(particles=variable(place, updated["particles"], unit, words))
    return dataset.assign(
        {
            quantity.name: variable(quantity.name, axis, quantity.unit, quantity.words)
            for quantity, axis in zip(quantities.parameters, system.cells, strict=True)
        }
    )


def stored(system: System) -> dict[str, str]:
    """What a file holds of an update, and in words: STORED with the parameters that some of it is
    of, where the belief holds others too, without what only a known truth tells where there is
    none.
    """
    known = bool(np.isfinite(np.asarray(system.true_parameters)).all())
    words = STORED | _of_sought(system.quantities)
    return {name: text for name, text in words.items() if known or name not in OF_TRUTH}


def read_update(system: System, dataset: xr.Dataset) -> dict[str, Float[AnyArray, "..."]]:
    """What a file says of an update, as `BeliefUpdate` does."""
    names = [*stored(system), *(["particles"] if "particles" in dataset else [])]
    return {name: jnp.asarray(dataset[name].values) for name in names}


def _of_sought(quantities: Quantities) -> dict[str, str]:
    """Words of what is of some parameters alone."""
    if not quantities.missing:
        return {}
    names = ", ".join(quantity.name for quantity in quantities.sought)
    return {name: f"{STORED[name]}, of {names} alone" for name in ("spread", "location_error")}
