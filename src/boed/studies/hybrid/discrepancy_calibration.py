"""Calibration of what is learned of the source, for all replicates."""

from collections.abc import Callable

import jax.numpy as jnp
import xarray as xr

from boed.inference import calibration, grid_belief
from boed.inference.calibration import CalibrationInfo
from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.inverse_problem import Inversion, Measurements
from boed.systems.plume import weight_prior


def network_calibration(study: Inversion, settings: dict) -> Callable:
    """(moments, rate, measurements, trained, weights, first weights, centres, keys) → (weights,
    info).

    trained: 1 for the measurements that the network is fitted to; the belief that centres are drawn
    from uses all. centres: estimated positions, which the papers' calibration jitters.
    """
    block, uniform = settings["calibration"], jnp.asarray(grid_belief.uniform(study.cells))

    def draws(moments, data: Measurements, centre):
        """How each round draws its source centres."""
        if block["centres"] == "belief":

            def under(weights):
                return inverse_problem.posterior(study, moments, data, weights, uniform)

            return calibration.believed(under, study.cells, block["draws"])
        return calibration.jittered(centre, block["jitter"], block["jitter_decay"])

    def one(moments, rate, data, trained, weights, first, centre, key):
        """One replicate's calibration."""

        def prepare(centres):
            readings = inverse_problem.readings(study, moments, data.design, trained, centres)
            return lambda weights: inverse_problem.predictions(study, readings, weights)

        deviation = (
            study.noise.deviation if block["deviation"] == "predicted" else lambda _: data.deviation
        )
        return calibration.calibrate(
            weights,
            draws(moments, data, centre),
            prepare,
            calibration.Data(data.observed, deviation, trained),
            weight_prior.penalty(
                block, study.source, first, settings["model"].get("growth", {}).get("precision")
            ),
            key,
            calibration.Descent(block["rounds"], block["steps"], rate),
        )

    return over_replicates(one, shared=2)


def calibration_dataset(weights, info: CalibrationInfo) -> xr.Dataset:
    """Calibrated weights of all replicates, and the loss and its gradient's norm by step."""
    return xr.Dataset(
        {
            "weights": variable(("replicate", "weight"), weights, "1", "weights"),
            "loss": variable(
                ("replicate", "step"),
                info.loss,
                "1",
                "−log likelihood − log prior before each step",
            ),
            "gradient_norm": variable(
                ("replicate", "step"), info.gradient_norm, "1", "norm of the loss gradient"
            ),
        }
    )
