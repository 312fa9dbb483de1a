"""What every method does with its data: calibrate what is learned of the source, make the belief
anew.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, Int, Key

from boed.arrays import AnyArray, Scalar
from boed.inference.calibration import CalibrationInfo
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.beliefs import of_replicates, of_update
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.discrepancy_calibration import Calibration, CalibrationInputs
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.system import Moment, System


class Again(NamedTuple):
    """Slots of a stage's data, and 1 for those with which `compound` and `replace` update a belief
    under the new weights.
    """

    slots: Int[np.ndarray, " slots"]
    counts: Float[AnyArray, "replicate slots"]


class StageData(NamedTuple):
    """All data so far, and how a stage uses them.

    moments: one a datum; trained: 1 for data that are fitted; again: those of the stage itself.
    """

    moments: Moment
    measurements: Measurements
    trained: Float[AnyArray, "replicate data"]
    again: Again


class Knowledge(NamedTuple):
    """What is known before a stage calibrates.

    start: weights and belief before the stage; belief: what its first half says; centre: where the
    source is held; first: weights before any calibration.
    """

    start: Start
    belief: dict
    centre: Float[AnyArray, "replicate parameters"]
    first: Float[AnyArray, "replicate weight"]


class Taught(NamedTuple):
    """A finished calibration: weights, its steps, the belief under the new weights and
    its summary.
    """

    weights: Float[AnyArray, "replicate weight"]
    info: CalibrationInfo
    belief: dict


@dataclass(frozen=True, eq=False)
class CalibrateAndUpdate:
    """Fits the weights to a stage's data, and makes the belief anew under them."""

    problem: System
    settings: dict

    def __call__(
        self, data: StageData, known: Knowledge, rate: Scalar, keys: Key[AnyArray, " replicate"]
    ) -> Taught:
        """Calibrate, update again; rate: Adam's learning rate."""
        inputs = CalibrationInputs(
            data=data.measurements,
            trained=data.trained,
            weights=known.start.weights,
            first=known.first,
            centre=known.centre,
            belief=of_update(known.belief),
            key=keys,
        )
        weights, info = self._calibrate(data.moments, rate, inputs)
        return Taught(weights, info, self._remade(data, known, weights))

    @cached_property
    def _calibrate(self) -> Calibration:
        return Calibration(self.problem, self.settings)

    @cached_property
    def _update(self) -> BeliefUpdate:
        return BeliefUpdate(self.problem, self.settings)

    def _remade(self, data: StageData, known: Knowledge, weights) -> dict:
        """The belief under the new weights: from all data, or from the newest on what `reupdate`
        says; or the old.
        """
        again, prior, measurements = data.again, known.start.prior, data.measurements
        if self.settings["reupdate"] == "none":
            return known.belief
        if self.settings["reupdate"] == "replay":
            before = of_replicates(self.problem.prior, len(weights))
            return self._update(data.moments, measurements, weights, before)
        replaced = self.settings["reupdate"] == "replace"
        before = prior if replaced else of_update(known.belief)
        moments = jax.tree.map(lambda leaf: leaf[again.slots], data.moments)
        newest = jax.tree.map(lambda values: values[:, again.slots], measurements)
        newest = newest._replace(used=newest.used * again.counts)
        return self._update(moments, newest, weights, before)
