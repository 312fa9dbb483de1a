"""The second half of a stage: choose what teaches the model most, measure it, learn from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int, Key

from boed.arrays import AnyArray, Scalar
from boed.design.projected_adam import SearchInfo, SearchState
from boed.design.replicated_search import ReplicatedSearch
from boed.inference.calibration import CalibrationInfo
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.belief_update import belief_dataset
from boed.studies.hybrid.beliefs import Estimate
from boed.studies.hybrid.calibrate_and_update import (
    Again,
    CalibrateAndUpdate,
    Knowledge,
    StageData,
    Taught,
)
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.discrepancy_calibration import calibration_dataset
from boed.studies.hybrid.discrepancy_experiment import (
    DiscrepancyInputs,
    SpreadAfter,
    first_spread,
)
from boed.studies.hybrid.discrepancy_search import discrepancy_search
from boed.studies.hybrid.inverse_problem import Measurements
from boed.studies.hybrid.measurement import Measurement, measurement_dataset
from boed.studies.hybrid.search_record import as_written, search_dataset
from boed.studies.hybrid.stage_files import observation_noise
from boed.systems.quantities import common_unit
from boed.systems.system import Moment, System

# data of several stages go into arrays of one size, for which a calibration is compiled once
SLOTS = 12


class Campaign(NamedTuple):
    """All data that a second half may use: their moments, the data, 1 where a datum is of a
    discrepancy design.

    newest: slots of the stage's physical data; free: slot that its discrepancy datum will take.
    """

    moments: Moment
    data: Measurements
    is_discrepancy: Float[AnyArray, " data"]
    newest: Int[np.ndarray, " slots"]
    free: int

    @classmethod
    def with_room(
        cls, system: System, times: Sequence[float], data: Measurements, physical: int
    ) -> "Campaign":
        """The data so far, the first `physical` of them of physical designs, the last of these the
        stage's, and free slots behind them, the first for the datum to come; times: one a datum,
        and that of the one to come.
        """
        return cls.of(system, times, data, physical, np.array([physical - 1]))

    @classmethod
    def of(
        cls,
        system: System,
        times: Sequence[float],
        data: Measurements,
        physical: int,
        newest: Int[np.ndarray, " slots"],
    ) -> "Campaign":
        """Data in arrays of a size that serves several stages; times: one a datum, and of those to
        come.
        """
        count, known = data.used.shape[1], len(times)
        size = SLOTS * math.ceil(known / SLOTS)
        room = data_buffer.empty(system, len(data.observed), size - count, data.own is not None)
        return cls(
            moments=system.moments([*times, *[times[-1]] * (size - known)]),
            data=jax.tree.map(lambda *both: jnp.concatenate(both, axis=1), data, room),
            is_discrepancy=jnp.asarray(np.arange(size) >= physical, dtype=float),
            newest=newest,
            free=count,
        )


class Halfway(NamedTuple):
    """Where a stage stands after its first half.

    start: the physical design, the weights and the belief before the stage; spread: of the ensemble
    around the weights, see `first_spread`; belief: what the first half says; first: weights before
    any calibration.
    """

    start: Start
    spread: Float[AnyArray, "replicate members weight"]
    belief: dict
    first: Float[AnyArray, "replicate weight"]


class Randomness(NamedTuple):
    """Standard normal noise of the datum, the key of the search, those of the replicates'
    calibrations and ensembles.

    ensemble: of what an ensemble that is carried on learns from its data.
    """

    noise: Float[AnyArray, "replicate *outputs"]
    search: Key[AnyArray, ""]
    calibration: Key[AnyArray, " replicate"]
    ensemble: Key[AnyArray, " replicate"]


def starting_spread(
    settings: dict, seed: int, study_name: str, first: Float[AnyArray, "replicate weight"]
) -> Float[AnyArray, "replicate members weight"]:
    """The spread of every replicate's ensemble before any data; first: the weights it is drawn
    around.
    """
    keys = replicate_keys(key_for(seed, "first_ensemble", study_name), settings["replicates"])
    return first_spread(settings, keys, first)


def randomness(
    settings: dict, seed: int, label: tuple[str, int], outputs: tuple[int, ...] = ()
) -> Randomness:
    """All random numbers of a stage's second half; label: the study and the stage, outputs: shape
    of what a design gives.
    """

    def keys(purpose):
        return replicate_keys(key_for(seed, purpose, *label), settings["replicates"])

    noise = observation_noise(settings, seed, (*label, "discrepancy"), outputs)
    return Randomness(
        noise=jnp.asarray(noise),
        search=key_for(seed, "choose_discrepancy_experiment", *label),
        calibration=keys("calibrate_network"),
        ensemble=keys("update_ensemble"),
    )


class Chosen(NamedTuple):
    """A finished search: where the parameters are held, what it went by, the design, its steps."""

    centre: Float[AnyArray, "replicate parameters"]
    inputs: DiscrepancyInputs
    state: SearchState
    steps: SearchInfo


class Learned(NamedTuple):
    """A finished second half: the search, the datum and its true value, all data, weights, belief
    and its summary.

    centre: where the parameters were held; spread: of the ensemble that the next stage starts from.
    """

    centre: Float[AnyArray, "replicate parameters"]
    spread: Float[AnyArray, "replicate members weight"]
    state: SearchState
    steps: SearchInfo
    datum: Measurements
    true: Float[AnyArray, "replicate *outputs"]
    data: Measurements
    weights: Float[AnyArray, "replicate weight"]
    info: CalibrationInfo
    belief: dict


@dataclass(frozen=True, eq=False)
class DiscrepancyStage:
    """The second half of a stage, of all replicates."""

    problem: System
    settings: dict

    def __call__(
        self, campaign: Campaign, halfway: Halfway, rate: Scalar, random: Randomness
    ) -> Learned:
        """Search, measure, calibrate, update again; rate: Adam's learning rate."""
        moment = data_buffer.of_slot(campaign.moments, campaign.free)
        chosen = self.choose(moment, halfway, random)
        design = chosen.state.design
        datum, true = self._measure(moment, design, random.noise)
        data = data_buffer.put(campaign.data, campaign.free, datum)
        whole = campaign._replace(data=data)
        taught = self.learn(whole, halfway, chosen.centre, rate, random.calibration)
        return Learned(
            centre=chosen.centre,
            spread=self._spread_after(moment, design, chosen.inputs, random.ensemble),
            state=chosen.state,
            steps=chosen.steps,
            datum=datum,
            true=true,
            data=data,
            weights=taught.weights,
            info=taught.info,
            belief=taught.belief,
        )

    def choose(self, moment: Moment, halfway: Halfway, random: Randomness) -> Chosen:
        """The design that teaches most, by the belief of the first half."""
        start, centre = halfway.start, self._centre(halfway.belief)
        inputs = DiscrepancyInputs(
            weights=start.weights, centre=centre, noise=random.noise, spread=halfway.spread
        )
        steps = self.settings["discrepancy_experiment"]["steps"]
        state, searched = self._search(moment, start.design, inputs, random.search, steps)
        state = state._replace(design=as_written(self.problem, state.design))
        return Chosen(centre, inputs, state, searched)

    def learn(
        self,
        campaign: Campaign,
        halfway: Halfway,
        centre: Float[AnyArray, "replicate parameters"],
        rate: Scalar,
        keys: Key[AnyArray, " replicate"],
    ) -> Taught:
        """Weights and belief after all data of the campaign, that of the stage's design among
        them.
        """
        known = Knowledge(
            start=halfway.start, belief=halfway.belief, centre=centre, first=halfway.first
        )
        return self._teach(self._stage_data(campaign), known, rate, keys)

    def _stage_data(self, campaign: Campaign) -> StageData:
        """All data, and those of them that are fitted and updated with."""
        data = campaign.data
        to_all = self.settings["calibration"]["data"] == "all"
        trained = data.used if to_all else data.used * campaign.is_discrepancy
        again = Again(campaign.newest, jnp.ones((len(data.used), len(campaign.newest))))
        return StageData(moments=campaign.moments, measurements=data, trained=trained, again=again)

    @cached_property
    def _centre(self) -> Estimate:
        return Estimate(self.problem, self.settings)

    @cached_property
    def _search(self) -> ReplicatedSearch:
        return discrepancy_search(self.problem, self.settings)

    @cached_property
    def _measure(self) -> Measurement:
        return Measurement(self.problem)

    @cached_property
    def _teach(self) -> CalibrateAndUpdate:
        return CalibrateAndUpdate(self.problem, self.settings)

    @cached_property
    def _spread_after(self) -> SpreadAfter:
        return SpreadAfter(self.problem, self.settings)


def carried(spread: Float[AnyArray, "replicate members weight"]) -> dict[str, xr.Variable]:
    """The stored spread of an ensemble that is carried on; nothing where each stage
    draws its own.
    """
    if spread.shape[1] == 0:
        return {}
    words = ("1", "distances of the ensemble's members from the weights, for the next stage")
    return {"spread": variable(("replicate", "member", "weight"), spread, *words)}


def experiment_dataset(problem: System, chosen: Chosen | Learned) -> xr.Dataset:
    """A finished search, and where the parameters are held."""
    return search_dataset(problem, chosen.state, chosen.steps).assign(
        centre=variable(
            ("replicate", problem.quantities.parameter_dimension),
            chosen.centre,
            common_unit(problem.quantities.parameters),
            "where the parameters are held",
        )
    )


def datasets(problem: System, time: float, learned: Learned) -> dict[str, xr.Dataset]:
    """The files of a second half, by the names of its rule's outputs."""
    return {
        "experiment": experiment_dataset(problem, learned),
        "measurement": measurement_dataset(problem, time, learned.datum, learned.true),
        "network": calibration_dataset(learned.weights, learned.info).assign(
            carried(learned.spread)
        ),
        "belief": belief_dataset(problem, learned.belief),
    }
