"""What is kept of every stage of a study that learns from its own designs, and how wrong its model
is.
"""

from dataclasses import dataclass
from typing import NamedTuple

from jaxtyping import Float

from boed.arrays import AnyArray
from boed.studies.hybrid.model_error import Assessment, SimulatedAssessment
from boed.systems.plume.plume_solver import Moment
from boed.systems.plume.plume_system import PlumeSystem

PER_STAGE = Float[AnyArray, "stage replicate"]
PER_NETWORK = Float[AnyArray, "stage 2 replicate"]
PER_REPLICATE = Float[AnyArray, " replicate"]


class Record(NamedTuple):
    """What is kept of every stage, leading axes (stage, replicate).

    Errors: (stage, before or after the calibration, replicate), simulated ones with the source
    where the calibration holds it, the others with it where the true source is; gains and tries are
    of stages that calibrate, 0 of others; attributed growth: 0 where the model's flow is the true
    one.
    """

    log_probability: Float[AnyArray, "stage replicate x y"]
    most_probable: Float[AnyArray, "stage replicate 2"]
    location_error: PER_STAGE
    estimate_error: PER_STAGE
    held_error: PER_STAGE
    posterior_spread: PER_STAGE
    credible_level: PER_STAGE
    design: Float[AnyArray, "stage replicate 2"]
    observation: Float[AnyArray, "stage replicate sensor"]
    teaching_design: Float[AnyArray, "stage replicate 2"]
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


@dataclass(frozen=True)
class Assess:
    """How wrong the models of all replicates are at one instant."""

    assess: Assessment
    simulate: SimulatedAssessment

    @classmethod
    def of(cls, study: PlumeSystem) -> "Assess":
        """That of a study."""
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
