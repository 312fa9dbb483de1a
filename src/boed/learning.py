"""What every method does with its data: calibrate what is learned of the source, make the belief anew."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from boed import belief
from boed.arrays import AnyArray, Scalar
from boed.belief_update import belief_update
from boed.calibration import CalibrationInfo
from boed.inversion import Inversion, Measurements
from boed.network_calibration import network_calibration
from boed.plume import Moment


class Campaign(NamedTuple):
    """All data that a second half may use: their moments, the data, 1 where a datum is of a discrepancy design.

    newest: slots of the stage's physical data; free: slots that its discrepancy data will take.
    """

    moments: Moment
    data: Measurements
    is_discrepancy: Float[AnyArray, " data"]
    newest: int | Int[np.ndarray, " sensors"]
    free: int | Int[np.ndarray, " sensors"]


class Taught(NamedTuple):
    """A finished calibration: weights, its steps, the belief under the new weights and its summary."""

    weights: Float[AnyArray, "replicate weight"]
    info: CalibrationInfo
    belief: dict


def learning(study: Inversion, settings: dict) -> Callable[..., Taught]:
    """(campaign, data, trained, start, belief, centres, first weights, rate, keys) → weights and belief after them.

    data: the campaign's with those that the stage added; trained: 1 for those that are fitted; start: weights and
    belief before the stage; belief: what its first half found; centres: where the source is held.
    """
    calibrate, update = network_calibration(study, settings), belief_update(study, settings)
    uniform = jnp.asarray(belief.uniform(study.cells))

    def remade(campaign: Campaign, data, weights, located: dict, prior) -> dict:
        """The belief under the new weights: from all data, or from the newest on what `reupdate` says; or the old."""
        if settings["reupdate"] == "none":
            return located
        if settings["reupdate"] == "replay":
            return update(campaign.moments, data, weights, jnp.broadcast_to(uniform, prior.shape))
        before = prior if settings["reupdate"] == "replace" else located["log_probability"]
        slots = np.atleast_1d(campaign.newest)
        moments = jax.tree.map(lambda leaf: leaf[slots], campaign.moments)
        return update(moments, Measurements(*(values[:, slots] for values in data)), weights, before)

    def run(campaign: Campaign, data, trained, start, located: dict, centres, first, rate: Scalar, keys) -> Taught:
        """Calibrate, update again."""
        weights, info = calibrate(campaign.moments, rate, data, trained, start.weights, first, centres, keys)
        return Taught(weights, info, remade(campaign, data, weights, located, start.prior))

    return run
