"""The second half of a stage: choose what teaches the model most, measure it, learn from it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float, Key

from boed import slots
from boed.arrays import AnyArray, Scalar
from boed.belief_update import belief_dataset
from boed.calibration import CalibrationInfo
from boed.discrepancy_experiment import discrepancy_search
from boed.inversion import Inversion, Measurements
from boed.learning import learning
from boed.measurement import measurement, measurement_dataset
from boed.network_calibration import calibration_dataset
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
    search, measure, teach = discrepancy_search(study, settings), measurement(study), learning(study, settings)
    steps, to_all = settings["discrepancy_experiment"]["steps"], settings["calibration"]["data"] == "all"

    def run(campaign: Campaign, start: Start, located: dict, first, rate: Scalar, random: Randomness) -> Learned:
        """Search, measure, calibrate, update again."""
        centre = located["most_probable"]
        moment = slots.of_slot(campaign.moments, campaign.free)
        own = (start.weights, centre, random.noise)
        state, searched = search(moment, start.design, own, random.search, steps)
        datum, true = measure(moment, state.design, random.noise)
        data = slots.put(campaign.data, campaign.free, datum)
        trained = data.used if to_all else data.used * campaign.is_discrepancy
        newest, keys = np.array([campaign.newest]), random.calibration
        taught = teach(campaign.moments, data, newest, trained, start, located, centre, first, rate, keys)
        return Learned(state, searched, datum, true, data, *taught)

    return run


def datasets(study: Inversion, time: float, learned: Learned) -> dict[str, xr.Dataset]:
    """The files of a second half, by the names of its rule's outputs."""
    return {
        "experiment": search_dataset(learned.state, learned.steps),
        "measurement": measurement_dataset(time, learned.datum, learned.true),
        "network": calibration_dataset(learned.weights, learned.info),
        "belief": belief_dataset(study.cells, learned.belief),
    }
