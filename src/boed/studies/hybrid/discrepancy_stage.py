"""The second half of a stage: choose what teaches the model most, measure it, learn from it."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Key

from boed.arrays import AnyArray, Scalar
from boed.design.projected_adam import SearchInfo, SearchState
from boed.inference.calibration import CalibrationInfo
from boed.inference.point_estimates import estimate
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import belief_dataset
from boed.studies.hybrid.calibrate_and_update import Again, learning
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.discrepancy_calibration import calibration_dataset
from boed.studies.hybrid.discrepancy_experiment import (
    discrepancy_search,
    first_spread,
    spread_after,
)
from boed.studies.hybrid.inverse_problem import Inversion, Measurements
from boed.studies.hybrid.measurement import measurement, measurement_dataset
from boed.studies.hybrid.search_record import search_dataset
from boed.studies.hybrid.stage_files import observation_noise
from boed.systems.plume.plume_solver import Moment


class Campaign(NamedTuple):
    """All data that a second half may use: their moments, the data, 1 where a datum is of a
    discrepancy design.

    newest: slot of the stage's physical datum; free: slot that its discrepancy datum will take.
    """

    moments: Moment
    data: Measurements
    is_discrepancy: Float[AnyArray, " data"]
    newest: int
    free: int


class Randomness(NamedTuple):
    """Standard normal noise of the datum, the key of the search, those of the replicates'
    calibrations and ensembles.

    ensemble: of what an ensemble that is carried on learns from its data.
    """

    noise: Float[AnyArray, " replicate"]
    search: Key[AnyArray, ""]
    calibration: Key[AnyArray, " replicate"]
    ensemble: Key[AnyArray, " replicate"]


def starting_spread(settings: dict, seed: int, study_name: str, first):
    """The spread of every replicate's ensemble before any data; first: the weights it is drawn
    around.
    """
    keys = replicate_keys(key_for(seed, "first_ensemble", study_name), settings["replicates"])
    return first_spread(settings, keys, first)


def randomness(settings: dict, seed: int, study_name: str, stage: int) -> Randomness:
    """All random numbers of a stage's second half."""

    def keys(rule):
        return replicate_keys(key_for(seed, rule, study_name, stage), settings["replicates"])

    return Randomness(
        noise=jnp.asarray(observation_noise(seed, study_name, stage, "discrepancy", settings)),
        search=key_for(seed, "choose_discrepancy_experiment", study_name, stage),
        calibration=keys("calibrate_network"),
        ensemble=keys("update_ensemble"),
    )


class Learned(NamedTuple):
    """A finished second half: the search, the datum and its true value, all data, weights, belief
    and its summary.

    centre: where the source was held; spread: of the ensemble that the next stage starts from.
    """

    centre: Float[AnyArray, "replicate coordinate"]
    spread: Float[AnyArray, "replicate members weight"]
    state: SearchState
    steps: SearchInfo
    datum: Measurements
    true: Float[AnyArray, " replicate"]
    data: Measurements
    weights: Float[AnyArray, "replicate weight"]
    info: CalibrationInfo
    belief: dict


def discrepancy_stage(study: Inversion, settings: dict) -> Callable[..., Learned]:
    """(campaign, start, spread, belief, first weights, rate, randomness) → the second half of a
    stage, all replicates.

    start: the physical design, the weights and the belief before the stage; spread: of the ensemble
    around the weights, see `first_spread`; belief: what the first half found.
    """
    search, measure, teach = (
        discrepancy_search(study, settings),
        measurement(study),
        learning(study, settings),
    )
    held, carry = (
        over_replicates(estimate(settings, study.cells), shared=0),
        spread_after(study, settings),
    )
    steps, to_all = (
        settings["discrepancy_experiment"]["steps"],
        settings["calibration"]["data"] == "all",
    )

    def run(
        campaign: Campaign, start: Start, spread, located: dict, first, rate: Scalar, random
    ) -> Learned:
        """Search, measure, calibrate, update again."""
        centre = held(located["log_probability"])
        moment = data_buffer.of_slot(campaign.moments, campaign.free)
        own = (start.weights, centre, random.noise, spread)
        state, searched = search(moment, start.design, own, random.search, steps)
        datum, true = measure(moment, state.design, random.noise)
        data = data_buffer.put(campaign.data, campaign.free, datum)
        trained = data.used if to_all else data.used * campaign.is_discrepancy
        again = Again(np.array([campaign.newest]), jnp.ones((len(centre), 1)))
        keys = random.calibration
        taught = teach(
            campaign.moments, data, again, trained, start, located, centre, first, rate, keys
        )
        spread = carry(moment, state.design, *own, random.ensemble)
        return Learned(centre, spread, state, searched, datum, true, data, *taught)

    return run


def carried(spread: Float[AnyArray, "replicate members weight"]) -> dict[str, xr.Variable]:
    """The stored spread of an ensemble that is carried on; nothing where each stage
    draws its own.
    """
    if spread.shape[1] == 0:
        return {}
    words = ("1", "distances of the ensemble's members from the weights, for the next stage")
    return {"spread": variable(("replicate", "member", "weight"), spread, *words)}


def datasets(study: Inversion, time: float, learned: Learned) -> dict[str, xr.Dataset]:
    """The files of a second half, by the names of its rule's outputs."""
    return {
        "experiment": search_dataset(learned.state, learned.steps).assign(
            centre=variable(
                ("replicate", "coordinate"), learned.centre, "length", "where the source is held"
            )
        ),
        "measurement": measurement_dataset(time, learned.datum, learned.true),
        "network": calibration_dataset(learned.weights, learned.info).assign(
            carried(learned.spread)
        ),
        "belief": belief_dataset(study.cells, learned.belief),
    }
