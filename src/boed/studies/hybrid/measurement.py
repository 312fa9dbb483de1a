"""Measuring the true system at the designs of all replicates."""

from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
import xarray as xr
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import InverseProblem, Measurements
from boed.systems.plume.plume_solver import Moment

Designs = Float[AnyArray, "replicate 2"]


@dataclass(frozen=True, eq=False)
class Measurement:
    """One datum of every replicate: its sensor stands at the design."""

    problem: InverseProblem

    def __call__(
        self, moment: Moment, designs: Designs, noise: Float[AnyArray, " replicate"]
    ) -> tuple[Measurements, Float[AnyArray, " replicate"]]:
        """Measurements, without a data axis, and true concentrations; noise: standard normal."""
        return self._of_all(moment, designs, noise)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, noise):
        truth = inverse_problem.true_plume(self.problem, moment)
        observed = inverse_problem.measure(self.problem, truth, design, noise)
        deviation = self.problem.noise.deviation(observed)
        datum = Measurements(
            design=design, observed=observed, deviation=deviation, used=jnp.ones(())
        )
        return datum, inverse_problem.true_value(self.problem, truth, design)


@dataclass(frozen=True, eq=False)
class ArrayMeasurement:
    """The data of every replicate's array of sensors, which stands about the design."""

    problem: InverseProblem

    def __call__(
        self, moment: Moment, designs: Designs, noise: Float[AnyArray, "replicate sensors"]
    ) -> Measurements:
        """Measurements whose data axis is the sensors; noise: standard normal."""
        return self._of_all(moment, designs, noise)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, noise):
        truth = inverse_problem.true_plume(self.problem, moment)
        places = design + jnp.asarray(self.problem.offsets)
        observed = jax.vmap(
            lambda place, standard: inverse_problem.measure(self.problem, truth, place, standard)
        )(places, noise)
        return Measurements(
            design=places,
            observed=observed,
            deviation=self.problem.noise.deviation(observed),
            used=jnp.ones_like(observed),
        )


def measurement_dataset(
    time: float, datum: Measurements, true: Float[AnyArray, " replicate"]
) -> xr.Dataset:
    """A measurement of all replicates at a time, and the concentrations without its noise."""
    return xr.Dataset(
        {
            "design": variable(
                ("replicate", "coordinate"), datum.design, "length", "measured position"
            ),
            "time": variable((), time, "time", "time of the measurement"),
            "observation": variable(
                "replicate", datum.observed, "concentration", "measured concentration"
            ),
            "noise_free": variable("replicate", true, "concentration", "true concentration"),
            "deviation": variable(
                "replicate", datum.deviation, "concentration", "assumed deviation of the noise"
            ),
        }
    )
