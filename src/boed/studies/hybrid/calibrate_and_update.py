"""What every method does with its data: calibrate what is learned of the source, make the belief
anew.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed.arrays import AnyArray, Scalar
from boed.inference import grid_belief
from boed.inference.calibration import CalibrationInfo
from boed.studies.hybrid.belief_update import belief_update
from boed.studies.hybrid.discrepancy_calibration import network_calibration
from boed.studies.hybrid.inverse_problem import Inversion, Measurements
from boed.systems.plume.plume_solver import Moment


class Again(NamedTuple):
    """Slots of a stage's data, and 1 for those with which a belief is updated under the new
    weights.
    """

    slots: Int[np.ndarray, " slots"]
    counts: Float[AnyArray, "replicate slots"]


class Taught(NamedTuple):
    """A finished calibration: weights, its steps, the belief under the new weights and
    its summary.
    """

    weights: Float[AnyArray, "replicate weight"]
    info: CalibrationInfo
    belief: dict


def learning(study: Inversion, settings: dict) -> Callable[..., Taught]:
    """(moments, data, again, trained, start, belief, centres, first weights, rate, keys) → weights,
    belief after them.

    moments: one a datum; again: the stage's data that `compound` and `replace` update the belief
    with; trained: 1 for data that are fitted; start: weights and belief before the stage; belief:
    what its first half found; centres: where the source is held.
    """
    calibrate, update = network_calibration(study, settings), belief_update(study, settings)
    uniform = jnp.asarray(grid_belief.uniform(study.cells))

    def remade(moments: Moment, data, again: Again, weights, located: dict, prior) -> dict:
        """The belief under the new weights: from all data, or from the newest on what `reupdate`
        says; or the old.
        """
        if settings["reupdate"] == "none":
            return located
        if settings["reupdate"] == "replay":
            return update(moments, data, weights, jnp.broadcast_to(uniform, prior.shape))
        before = prior if settings["reupdate"] == "replace" else located["log_probability"]
        own = jax.tree.map(lambda leaf: leaf[again.slots], moments)
        newest = Measurements(*(values[:, again.slots] for values in data))
        return update(own, newest._replace(used=newest.used * again.counts), weights, before)

    def run(
        moments, data, again, trained, start, located: dict, centres, first, rate: Scalar, keys
    ) -> Taught:
        """Calibrate, update again."""
        weights, info = calibrate(moments, rate, data, trained, start.weights, first, centres, keys)
        return Taught(weights, info, remade(moments, data, again, weights, located, start.prior))

    return run
