"""Calibration of what is learned of the source, for all replicates."""

from collections.abc import Callable

import jax.numpy as jnp
import xarray as xr

from boed import belief, calibration, inversion, penalties
from boed.calibration import CalibrationInfo
from boed.inversion import Inversion, Measurements
from boed.replicates import over_replicates
from boed.store import variable


def network_calibration(study: Inversion, settings: dict) -> Callable:
    """(moments, rate, measurements, trained, weights, first weights, centres, keys) → (weights, info).

    trained: 1 for the measurements that the network is fitted to; the belief that centres are drawn from uses
    all. centres: estimated positions, which the papers' calibration jitters.
    """
    block, uniform = settings["calibration"], jnp.asarray(belief.uniform(study.cells))

    def draws(moments, data: Measurements, centre):
        """How each round draws its source centres."""
        if block["centres"] == "belief":
            under = lambda weights: inversion.posterior(study, moments, data, weights, uniform)  # noqa: E731
            return calibration.believed(under, study.cells, block["draws"])
        return calibration.jittered(centre, block["jitter"], block["jitter_decay"])

    def one(moments, rate, data, trained, weights, first, centre, key):
        """One replicate's calibration."""

        def prepare(centres):
            readings = inversion.readings(study, moments, data.design, trained, centres)
            return lambda weights: inversion.predictions(study, readings, weights)

        deviation = study.noise.deviation if block["deviation"] == "predicted" else lambda _: data.deviation
        return calibration.calibrate(
            weights,
            draws(moments, data, centre),
            prepare,
            calibration.Data(data.observed, deviation, trained),
            penalties.penalty(block, study.source, first, settings["model"].get("growth", {}).get("precision")),
            key,
            calibration.Descent(block["rounds"], block["steps"], rate),
        )

    return over_replicates(one, shared=2)


def calibration_dataset(weights, info: CalibrationInfo) -> xr.Dataset:
    """Calibrated weights of all replicates, and the loss and its gradient's norm by step."""
    return xr.Dataset(
        {
            "weights": variable(("replicate", "weight"), weights, "1", "weights"),
            "loss": variable(("replicate", "step"), info.loss, "1", "−log likelihood − log prior before each step"),
            "gradient_norm": variable(("replicate", "step"), info.gradient_norm, "1", "norm of the loss gradient"),
        }
    )
