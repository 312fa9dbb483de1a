"""What is kept of every stage of a study that learns from its own designs, and how wrong its model
is.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.numerics.replicates import over_replicates
from boed.studies.assessment.model_error import Assessment, SimulatedAssessment
from boed.systems.plume.plume_system import PlumeSystem
from boed.systems.sequential import SequentialSystem
from boed.systems.system import Moment, System

PER_STAGE = Float[AnyArray, "stage replicate"]
PER_NETWORK = Float[AnyArray, "stage 2 replicate"]
PER_REPLICATE = Float[AnyArray, " replicate"]


class Record(NamedTuple):
    """What is kept of every stage, leading axes (stage, replicate).

    Errors: (stage, before or after the calibration, replicate), simulated ones with the source
    where the calibration holds it, the others with it where the true source is; gains and tries are
    of stages that calibrate, 0 of others; attributed growth: 0 where the model's flow is the true
    one; particles: none of a belief on a grid.
    """

    log_probability: Float[AnyArray, "stage replicate *cells_or_particles"]
    particles: Float[AnyArray, "stage replicate particles parameters"]
    most_probable: Float[AnyArray, "stage replicate parameters"]
    location_error: PER_STAGE
    estimate_error: PER_STAGE
    held_error: PER_STAGE
    posterior_spread: PER_STAGE
    credible_level: PER_STAGE
    design: Float[AnyArray, "stage replicate coordinates"]
    observation: Float[AnyArray, "stage replicate *sensor_and_outputs"]
    teaching_design: Float[AnyArray, "stage replicate coordinates"]
    gain: PER_STAGE
    own_gain: PER_STAGE
    informative: PER_STAGE
    tried: PER_STAGE
    weights: Float[AnyArray, "stage replicate weight"]
    field_mean_squared_error: PER_NETWORK
    field_relative_error: PER_NETWORK
    near_field_relative_error: PER_NETWORK
    right_hand_side_error: PER_NETWORK
    near_right_hand_side_error: PER_NETWORK
    simulated_field_relative_error: PER_NETWORK
    near_simulated_field_relative_error: PER_NETWORK
    attributed_growth: PER_STAGE


# errors that only a field has: of its neighbourhood of a design, and of its right-hand side
OF_A_FIELD = (
    "near_field_relative_error",
    "right_hand_side_error",
    "near_right_hand_side_error",
    "near_simulated_field_relative_error",
)


class StageErrors(NamedTuple):
    """Errors of every replicate's model at one instant, by the names that the record has for them.

    The last two with the source where the calibration holds it, the others where the true one is.
    """

    field_mean_squared_error: PER_REPLICATE
    field_relative_error: PER_REPLICATE
    near_field_relative_error: PER_REPLICATE
    right_hand_side_error: PER_REPLICATE
    near_right_hand_side_error: PER_REPLICATE
    simulated_field_relative_error: PER_REPLICATE
    near_simulated_field_relative_error: PER_REPLICATE


@runtime_checkable
class Assess(Protocol):
    """How wrong the models of all replicates are at one instant."""

    def __call__(
        self,
        moment: Moment,
        time: Float[AnyArray, ""],
        weights: Float[AnyArray, "replicate weight"],
        designs: Float[AnyArray, "replicate coordinates"],
        centres: Float[AnyArray, "replicate parameters"],
    ) -> StageErrors:
        """centres: where the calibration holds the parameters."""


@dataclass(frozen=True)
class AssessFields:
    """How wrong the plumes of all replicates are at one instant."""

    assess: Assessment
    simulate: SimulatedAssessment

    @classmethod
    def of(cls, study: PlumeSystem) -> "AssessFields":
        """That of a plume."""
        return cls(assess=Assessment(study), simulate=SimulatedAssessment(study))

    def __call__(
        self,
        moment: Moment,
        time: Float[AnyArray, ""],
        weights: Float[AnyArray, "replicate weight"],
        designs: Float[AnyArray, "replicate 2"],
        centres: Float[AnyArray, "replicate 2"],
    ) -> StageErrors:
        """centres: where the calibration holds the source."""
        true = self.assess(moment, time, weights, designs)
        simulated = self.simulate(moment, time, weights, designs, centres)
        return StageErrors(
            field_mean_squared_error=true.field.mean_squared,
            field_relative_error=true.field.relative,
            near_field_relative_error=true.near_field.relative,
            right_hand_side_error=true.right_hand_side.relative,
            near_right_hand_side_error=true.near_right_hand_side.relative,
            simulated_field_relative_error=simulated.field.relative,
            near_simulated_field_relative_error=simulated.near_field.relative,
        )


@dataclass(frozen=True, eq=False)
class AssessOutputs:
    """How wrong the outputs of all replicates' models are over all designs; those OF_A_FIELD are
    NaN.
    """

    system: SequentialSystem

    def __call__(
        self,
        moment: Moment,
        time: Float[AnyArray, ""],
        weights: Float[AnyArray, "replicate weight"],
        designs: Float[AnyArray, "replicate coordinates"],
        centres: Float[AnyArray, "replicate parameters"],
    ) -> StageErrors:
        """centres: where the calibration holds the parameters."""
        true, held = self._of_all(moment, weights, centres)
        return StageErrors(
            **dict.fromkeys(OF_A_FIELD, jnp.full(len(weights), jnp.nan)),
            field_mean_squared_error=true.mean_squared,
            field_relative_error=true.relative,
            simulated_field_relative_error=held.relative,
        )

    @cached_property
    def _of_all(self):
        return over_replicates(self._of_one, shared=1)

    def _of_one(self, moment, weights, centre):
        places = self.system.true_parameters, centre
        return tuple(self.system.errors(place, weights, moment) for place in places)


def assessment(system: System) -> Assess:
    """How a study's models are assessed: a plume by its field, other systems by their outputs."""
    if isinstance(system, PlumeSystem):
        return AssessFields.of(system)
    return AssessOutputs(system)
