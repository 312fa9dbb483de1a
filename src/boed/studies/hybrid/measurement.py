"""Measuring the true system at the designs of all replicates."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import xarray as xr

from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Inversion, Measurements


def measurement(study: Inversion) -> Callable:
    """(moment, designs, standard normal noise) → (measurement, true concentrations), without a data
    axis.
    """

    def one(moment, design, noise):
        """One replicate's measurement and its true value."""
        truth = inverse_problem.true_plume(study, moment)
        observed = inverse_problem.measure(study, truth, design, noise)
        datum = Measurements(design, observed, study.noise.deviation(observed), jnp.ones(()))
        return datum, inverse_problem.true_value(study, truth, design)

    return over_replicates(one, shared=1)


def array_measurement(study: Inversion) -> Callable:
    """(moment, designs, standard normal noise (replicates, sensors)) → measurements of an array,
    data axis sensors.
    """

    def one(moment, design, noise):
        """What the sensors of one replicate's array read."""
        truth = inverse_problem.true_plume(study, moment)
        places = design + jnp.asarray(study.offsets)
        observed = jax.vmap(lambda place, own: inverse_problem.measure(study, truth, place, own))(
            places, noise
        )
        return Measurements(
            places, observed, study.noise.deviation(observed), jnp.ones_like(observed)
        )

    return over_replicates(one, shared=1)


def measurement_dataset(time: float, datum: Measurements, true) -> xr.Dataset:
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
