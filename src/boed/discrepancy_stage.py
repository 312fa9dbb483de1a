"""The second half of a stage: choose what teaches the model most, measure it, calibrate, make the belief anew."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import xarray as xr
from jaxtyping import Float, Key

from boed import belief, slots
from boed.arrays import AnyArray, Scalar
from boed.belief_update import belief_dataset, belief_update
from boed.calibration import CalibrationInfo
from boed.discrepancy_experiment import discrepancy_search
from boed.inversion import Inversion, Measurements
from boed.measurement import measurement, measurement_dataset
from boed.network_calibration import calibration_dataset, network_calibration
from boed.plume import Moment
from boed.replicated_search import search_dataset
from boed.search import SearchInfo, SearchState
from boed.slots import Start


class Campaign(NamedTuple):
    """All data that a second half may use: their moments, the data, 1 where a datum is of a discrepancy design.

    newest: slot of the stage's physical datum; free: slot that its discrepancy datum will take.
    """

    moments: Moment
    data: Measurements
    is_discrepancy: Float[AnyArray, " data"]
    newest: int
    free: int


class Randomness(NamedTuple):
    """Standard normal noise of the datum, the key of the search and those of the replicates' calibrations."""

    noise: Float[AnyArray, " replicate"]
    search: Key[AnyArray, ""]
    calibration: Key[AnyArray, " replicate"]


class Learned(NamedTuple):
    """A finished second half: the search, the datum and its true value, all data, weights, belief and its summary."""

    state: SearchState
    steps: SearchInfo
    datum: Measurements
    true: Float[AnyArray, " replicate"]
    data: Measurements
    weights: Float[AnyArray, "replicate weight"]
    info: CalibrationInfo
    belief: dict


def discrepancy_stage(study: Inversion, settings: dict) -> Callable[..., Learned]:
    """(campaign, start, belief, first weights, rate, randomness) → the second half of a stage, all replicates.

    start: the physical design, the weights and the belief before the stage; belief: what the first half found.
    """
    search, calibrate = discrepancy_search(study, settings), network_calibration(study, settings)
    measure, update = measurement(study), belief_update(study, settings)
    steps, to_all = settings["discrepancy_experiment"]["steps"], settings["calibration"]["data"] == "all"
    uniform = jnp.asarray(belief.uniform(study.cells))

    def remade(campaign: Campaign, data, weights, located: dict, prior) -> dict:
        """The belief under the new weights: from all data, or from the newest on what `reupdate` says."""
        if settings["reupdate"] == "replay":
            return update(campaign.moments, data, weights, jnp.broadcast_to(uniform, prior.shape))
        before = prior if settings["reupdate"] == "replace" else located["log_probability"]
        moments = jax.tree.map(lambda leaf: leaf[campaign.newest][None], campaign.moments)
        newest = Measurements(*(values[:, campaign.newest][:, None] for values in data))
        return update(moments, newest, weights, before)

    def run(campaign: Campaign, start: Start, located: dict, first, rate: Scalar, random: Randomness) -> Learned:
        """Search, measure, calibrate, update again."""
        centre = located["most_probable"]
        moment = slots.of_slot(campaign.moments, campaign.free)
        own = (start.weights, centre, random.noise)
        state, searched = search(moment, start.design, own, random.search, steps)
        datum, true = measure(moment, state.design, random.noise)
        data = slots.put(campaign.data, campaign.free, datum)
        trained = data.used if to_all else data.used * campaign.is_discrepancy
        weights, info = calibrate(
            campaign.moments, rate, data, trained, start.weights, first, centre, random.calibration
        )
        again = remade(campaign, data, weights, located, start.prior)
        return Learned(state, searched, datum, true, data, weights, info, again)

    return run


def datasets(study: Inversion, time: float, learned: Learned) -> dict[str, xr.Dataset]:
    """The files of a second half, by the names of its rule's outputs."""
    return {
        "experiment": search_dataset(learned.state, learned.steps),
        "measurement": measurement_dataset(time, learned.datum, learned.true),
        "network": calibration_dataset(learned.weights, learned.info),
        "belief": belief_dataset(study.cells, learned.belief),
    }
