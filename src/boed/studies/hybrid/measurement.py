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
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.quantities import common_unit
from boed.systems.system import Moment, System

Designs = Float[AnyArray, "replicate coordinates"]


@dataclass(frozen=True, eq=False)
class Measurement:
    """One datum of every replicate: its sensor stands at the design."""

    problem: System

    def __call__(
        self, moment: Moment, designs: Designs, noise: Float[AnyArray, "replicate *outputs"]
    ) -> tuple[Measurements, Float[AnyArray, "replicate *outputs"]]:
        """Measurements, without a data axis, and true values; noise: standard normal."""
        return self._of_all(moment, designs, noise)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, noise):
        truth = self.problem.truth(moment)
        observed = inverse_problem.measure(self.problem, truth, design, noise)
        deviation = self.problem.noise.deviation(observed)
        datum = Measurements(
            design=design, observed=observed, deviation=deviation, used=jnp.ones(())
        )
        return datum, self.problem.observe(truth, design)


@dataclass(frozen=True, eq=False)
class ArrayMeasurement:
    """The data of every replicate's array of sensors, which stands about the design."""

    problem: System

    def __call__(
        self,
        moment: Moment,
        designs: Designs,
        noise: Float[AnyArray, "replicate *sensors_and_outputs"],
    ) -> Measurements:
        """Measurements whose data axis is the sensors; noise: standard normal."""
        return self._of_all(moment, designs, noise)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, design, noise):
        truth = self.problem.truth(moment)
        places = design + jnp.asarray(self.problem.offsets)
        observed = jax.vmap(
            lambda place, standard: inverse_problem.measure(self.problem, truth, place, standard)
        )(places, noise)
        return Measurements(
            design=places,
            observed=observed,
            deviation=self.problem.noise.deviation(observed),
            used=jnp.ones(len(places)),
        )


def measurement_dataset(
    system: System, time: float, datum: Measurements, true: Float[AnyArray, "replicate *outputs"]
) -> xr.Dataset:
    """A measurement of all replicates at a time, and what it is without noise."""
    quantities = system.quantities
    dims = ("replicate", "output")[: 1 + len(system.outputs)]
    unit, single = common_unit(quantities.outputs), quantities.outputs[0].name
    what = single if not system.outputs else "outputs"
    return xr.Dataset(
        {
            "design": variable(
                ("replicate", "coordinate"),
                system.in_units(datum.design),
                common_unit(quantities.designs),
                "measured design",
            ),
            "time": variable((), time, "time", "time of the measurement"),
            "observation": variable(
                dims, system.noise.in_units(datum.observed), unit, f"measured {what}"
            ),
            "noise_free": variable(dims, system.noise.in_units(true), unit, f"true {what}"),
            "deviation": variable(
                dims,
                system.noise.deviation_in_units(datum.deviation),
                unit,
                "assumed deviation of the noise",
            ),
        }
    )
