"""Calibration of what is learned, for all replicates."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import xarray as xr
from jaxtyping import Float, Int, Key, PRNGKeyArray

from boed.arrays import AnyArray, Scalar
from boed.inference import calibration
from boed.inference.calibration import CalibrationInfo, CentreDraw
from boed.inference.particle_belief import ParticleBelief
from boed.jobs.store import variable
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.beliefs import Belief, held
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.system import Moment, System

Weights = Float[AnyArray, "replicate weight"]


class CalibrationInputs(NamedTuple):
    """What every replicate's calibration starts from and is fitted to, leading axis replicate.

    trained: 1 for the data that the weights are fitted to; the belief that centres are drawn from
    uses all. weights: where the descent begins; first: those before any calibration, around which
    their prior is; centre: estimated parameters, which the papers' calibration jitters; belief:
    under the weights where the descent begins.
    """

    data: Measurements
    trained: Float[AnyArray, "replicate data"]
    weights: Weights
    first: Weights
    centre: Float[AnyArray, "replicate parameters"]
    belief: Belief
    key: Key[AnyArray, " replicate"]


class BelievedParticles(NamedTuple):
    """`count` of the particles of a belief, by their probability under the current weights."""

    particles: Float[AnyArray, "particles parameters"]
    log_weights: Callable[[Float[AnyArray, " weights"]], Float[AnyArray, " particles"]]
    count: int

    def __call__(
        self, key: PRNGKeyArray, round_: Int[AnyArray, ""], weights: Float[AnyArray, " weights"]
    ) -> Float[AnyArray, "count parameters"]:
        """The centres of one round."""
        drawn = jax.random.categorical(key, self.log_weights(weights), shape=(self.count,))
        return self.particles[drawn]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Calibrates what is learned, in every replicate."""

    problem: System
    settings: dict

    def __call__(
        self, moments: Moment, rate: Scalar, inputs: CalibrationInputs
    ) -> tuple[Weights, CalibrationInfo]:
        """Weights, and every step's info; moments: one a datum; rate: Adam's learning rate."""
        return self._of_all(moments, rate, inputs)

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=2)

    def _of_one(self, moments, rate, inputs: CalibrationInputs):
        data, block = inputs.data, self.settings["calibration"]

        def prepare(centres):
            """(weights) → predictions of all data with the parameters at the centres."""
            readings = inverse_problem.readings(
                self.problem, moments, data.design, inputs.trained, centres
            )
            return lambda weights: self.problem.read_all(readings, weights)

        fitted = calibration.Problem(
            draw=self._centres(moments, inputs),
            prepare=prepare,
            data=self._fitted(data, inputs.trained),
            penalty=self.problem.penalty(block, inputs.first),
        )
        descent = calibration.Descent(block["rounds"], block["steps"], rate)
        return calibration.calibrate(inputs.weights, fitted, inputs.key, descent)

    def _fitted(self, data: Measurements, trained: Float[AnyArray, " data"]) -> calibration.Data:
        """The data with the deviations that the settings name, or those that they say
        themselves.
        """
        predicted = self.settings["calibration"]["deviation"] == "predicted"
        deviation = self.problem.noise.deviation if predicted else lambda _: data.deviation
        if data.own is None:
            return calibration.Data(data.observed, deviation, trained)
        own = data.own

        def of_each(predictions):
            """Deviations at predictions."""
            return jnp.where(jnp.isnan(own), deviation(predictions), own)

        # an output that was not measured is not fitted
        used = jnp.reshape(trained, (-1, *[1] * (own.ndim - 1))) * ~jnp.isnan(data.observed)
        return calibration.Data(data.observed, of_each, used)

    def _centres(self, moments, inputs: CalibrationInputs) -> CentreDraw:
        block = self.settings["calibration"]
        if block["centres"] != "belief":
            return calibration.JitteredCentre(inputs.centre, block["jitter"], block["jitter_decay"])
        if isinstance(inputs.belief, ParticleBelief):
            return self._believed_particles(moments, inputs)
        prior = jnp.asarray(self.problem.prior)

        def belief(weights):
            return inverse_problem.posterior(self.problem, moments, inputs.data, weights, prior)

        return calibration.BelievedCentres(belief, self.problem.cells, block["draws"])

    def _believed_particles(self, moments, inputs: CalibrationInputs) -> BelievedParticles:
        """Draws of the particles, by what their likelihood becomes under other weights."""
        system, log_weights = held(self.problem, inputs.belief)
        likelihood = partial(inverse_problem.log_likelihoods, system, moments, inputs.data)
        before = log_weights - likelihood(inputs.weights)
        return BelievedParticles(
            particles=inputs.belief.particles,
            log_weights=lambda weights: before + likelihood(weights),
            count=self.settings["calibration"]["draws"],
        )


def calibration_dataset(weights: Weights, info: CalibrationInfo) -> xr.Dataset:
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
