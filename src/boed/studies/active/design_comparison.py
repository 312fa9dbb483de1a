"""What a model would learn from each of several designs of one stage, and what an indicator says of
them beforehand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design import projected_adam
from boed.jobs.progress import in_turn
from boed.keys import key_for
from boed.studies.active.design_ranking import good_and_poor, random_pairs
from boed.studies.active.ensemble_history import EnsembleHistory, histories
from boed.studies.active.indicator import Held, form_of
from boed.studies.assessment.model_error import Assessment
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.beliefs import Estimate
from boed.studies.hybrid.discrepancy_calibration import Calibration, CalibrationInputs
from boed.studies.hybrid.measurement import ArrayMeasurement
from boed.systems.plume.plume_system import PlumeSystem, plume_system
from boed.systems.system import Moment

Designs = Float[AnyArray, "replicate design 2"]
Centres = Float[AnyArray, "replicate parameters"]


class Stage(NamedTuple):
    """Where a stage stands before it learns: its moment and time, design, weights and belief before
    it.
    """

    moment: Moment
    time: Float[AnyArray, ""]
    design: Float[AnyArray, "replicate coordinates"]
    weights: Float[AnyArray, "replicate weight"]
    prior: Float[AnyArray, "replicate x y"]


class Lessons(NamedTuple):
    """Of every replicate and design: weights calibrated with its data, and the errors of the field
    with them.
    """

    weights: Float[AnyArray, "replicate design weight"]
    mean_squared: Float[AnyArray, "replicate design"]
    relative: Float[AnyArray, "replicate design"]


class Judgement(NamedTuple):
    """What is said of all designs with the source held at one centre a replicate.

    histories: of the indicator, by its form (`forms_of`); lessons: what the designs do teach.
    """

    centre: Centres
    histories: dict[str, EnsembleHistory]
    lessons: Lessons


class Comparison(NamedTuple):
    """Designs of a stage, judged with the source held at its estimate and at its true place.

    named: the good and the poor design of every replicate; pairs: of designs, to be ranked.
    """

    stage: Stage
    designs: Designs
    judgements: dict[str, Judgement]
    named: Int[np.ndarray, "replicate 2"]
    pairs: Int[np.ndarray, "pairs 3"]


def stage_of(study: PlumeSystem, settings: dict, history: xr.Dataset) -> Stage:
    """Where the stage `designs.stage` stands before it learns, from the history of a variant."""
    number = settings["designs"]["stage"]
    time, before = settings["times"][number - 1], history.sel(stage=number - 1)
    return Stage(
        moment=jax.tree.map(jnp.asarray, study.moment(time)),
        time=jnp.asarray(time),
        design=jnp.asarray(history.design.sel(stage=number).values),
        weights=jnp.asarray(before.weights.values),
        prior=jnp.asarray(before.log_probability.values),
    )


def proposed(
    key: PRNGKeyArray, design: Float[AnyArray, "replicate coordinates"], block: dict, domain: dict
) -> Designs:
    """Each replicate's own design, the shifted one, and random ones within reach of it, in the
    domain.

    block: the settings `designs`; domain: `experiment`.
    """
    reach, shape = block["reach"], (len(design), block["candidates"], 2)
    shift = jax.random.uniform(key, shape, minval=-reach, maxval=reach)
    beside = jnp.broadcast_to(jnp.asarray(block["shift"]), (len(design), 1, 2))
    others = jnp.concatenate([beside, shift], axis=1)
    allowed = jnp.clip(design[:, None] + others, *projected_adam.bounds(domain))
    return jnp.concatenate([design[:, None], allowed], axis=1)


def repeated(moment: Moment, count: int) -> Moment:
    """One moment for each of so many data."""
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (count, *leaf.shape)), moment)


def estimated_centres(study: PlumeSystem, settings: dict, stage: Stage) -> Centres:
    """Where the source is held while a stage learns: estimated after its own datum."""
    sensors = len(study.offsets)
    data = ArrayMeasurement(study)(
        stage.moment, stage.design, jnp.zeros((len(stage.design), sensors))
    )
    moments = repeated(stage.moment, sensors)
    belief = BeliefUpdate(study, settings)(moments, data, stage.weights, stage.prior)
    return Estimate(study, settings)(belief)


@dataclass(frozen=True)
class LearnFromEach:
    """What each design alone teaches by its noise-free data: one calibration a replicate and
    design.
    """

    measure: ArrayMeasurement
    calibrate: Calibration
    assess: Assessment
    sensors: int
    rate: float

    @classmethod
    def of(cls, study: PlumeSystem, settings: dict) -> "LearnFromEach":
        """At the stage that the settings `designs` name, with its learning rate."""
        return cls(
            measure=ArrayMeasurement(study),
            calibrate=Calibration(study, settings),
            assess=Assessment(study),
            sensors=len(study.offsets),
            rate=float(settings["calibration"]["rates"][settings["designs"]["stage"] - 2]),
        )

    def __call__(
        self,
        stage: Stage,
        designs: Designs,
        centre: Centres,
        first: Float[AnyArray, "replicate weight"],
        key: PRNGKeyArray,
    ) -> Lessons:
        """centre: where the source is held; first: weights before any calibration."""
        replicates, count = designs.shape[:2]

        def by_design(values):
            return jnp.repeat(values, count, axis=0)

        flat = designs.reshape(-1, 2)
        data = self.measure(stage.moment, flat, jnp.zeros((len(flat), self.sensors)))
        keys = by_design(jax.random.split(key, replicates))
        weights, _ = self.calibrate(
            repeated(stage.moment, self.sensors),
            jnp.asarray(self.rate),
            CalibrationInputs(
                data=data,
                trained=data.used,
                weights=by_design(stage.weights),
                first=by_design(first),
                centre=by_design(centre),
                belief=by_design(stage.prior),
                key=keys,
            ),
        )
        errors = self.assess(stage.moment, stage.time, weights, flat).field
        return Lessons(
            weights=weights.reshape(replicates, count, -1),
            mean_squared=errors.mean_squared.reshape(replicates, count),
            relative=errors.relative.reshape(replicates, count),
        )


@dataclass(frozen=True)
class AskIndicator:
    """What one form of the indicator says of the designs of all replicates, whose data are free of
    noise.

    histories: the compiled `ensemble_history.histories`; sensors: of the study.
    """

    histories: Callable
    sensors: int

    @classmethod
    def of(cls, study: PlumeSystem, settings: dict, form: dict) -> "AskIndicator":
        """form: its variance, array and schedule."""
        compiled = histories(study, settings, form_of(form), form["schedule"])
        return cls(compiled, len(study.offsets))

    def __call__(
        self, stage: Stage, designs: Designs, centre: Centres, key: PRNGKeyArray
    ) -> EnsembleHistory:
        """Leading axes (replicate, design); centre: where the source is held."""
        keys, noise = jax.random.split(key, len(designs)), jnp.zeros((1, self.sensors))
        # one call a replicate: a minute's work that says how far it is
        parts = []
        for number in in_turn(range(len(designs)), "indicator of replicate"):
            this = slice(number, number + 1)
            held = Held(stage.weights[this], centre[this], noise)
            history = self.histories(stage.moment, designs[this], held, keys[this])
            parts.append(jax.block_until_ready(history))
        return jax.tree.map(lambda *values: jnp.concatenate(values), *parts)


def forms_of(block: dict) -> dict[str, dict]:
    """The forms of the indicator: with the noise model, sharing the data among its iterations, and
    the authors'.
    """
    return {
        "tempered": {"variance": None, "array": None, "schedule": "tempered"},
        "released": {
            "variance": block["variance"],
            "array": block["array"],
            "schedule": "unperturbed",
        },
    }


def run(settings: dict, seed: int, study_name: str, history: xr.Dataset) -> Comparison:
    """The designs of the stage that the settings `designs` name, judged in every way.

    history: of the variant whose stage it is.
    """
    study, block = plume_system(settings), settings["designs"]
    stage, first = stage_of(study, settings, history), jnp.asarray(history.first_weights.values)
    keys = jax.random.split(key_for(seed, "compare_designs", study_name), 3)
    designs = proposed(keys[0], stage.design, block, settings["experiment"])
    rng = np.random.default_rng(np.asarray(jax.random.key_data(keys[0])).tolist())
    pairs = random_pairs(rng, *designs.shape[:2], block["pairs"])
    ask = {name: AskIndicator.of(study, settings, form) for name, form in forms_of(block).items()}
    learn = LearnFromEach.of(study, settings)
    location = jnp.asarray(settings["truth"]["location"])
    centres = {
        "estimate": estimated_centres(study, settings, stage),
        "truth": jnp.broadcast_to(location, stage.design.shape),
    }
    judgements = {
        held: Judgement(
            centre=centre,
            histories={name: form(stage, designs, centre, keys[1]) for name, form in ask.items()},
            lessons=learn(stage, designs, centre, first, keys[2]),
        )
        for held, centre in centres.items()
    }
    named = good_and_poor(judgements["estimate"].histories["tempered"].gain[..., -1])
    return Comparison(stage, designs, judgements, named, pairs)
