"""Are these data worth learning from? The ensemble indicator of active_learning §2.3, and its
Algorithm 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Bool, Float, Int, PRNGKeyArray

from boed.arrays import AnyArray, Scalar
from boed.design import ad_eki, projected_adam
from boed.design.projected_adam import SearchInfo
from boed.design.replicated_search import ReplicatedSearch
from boed.inference import ensembles
from boed.keys import replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.discrepancy_experiment import (
    DiscrepancyInputs,
    data_a_design,
    discrepancy_experiment,
    plan_of,
)
from boed.studies.hybrid.discrepancy_search import MeasuredProblem
from boed.systems.plume.plume_system import array_offsets
from boed.systems.system import Design, Moment, System


class Held(NamedTuple):
    """What is held fixed while a design is judged: weights, parameters, the data's noise.

    Of one replicate here; kernels of all replicates take it with a leading replicate axis. noise:
    of every sensor, standard normal or 0.
    """

    weights: Float[AnyArray, "*replicate weight"]
    centre: Float[AnyArray, "*replicate parameters"]
    noise: Float[AnyArray, "*replicate_and_sensors"]


class Informed(NamedTuple):
    """Where each replicate's data come from after Algorithm 1.

    design: the first on the ascent whose gain exceeds the threshold; gain: of its data, nat;
    own_gain: of the data at hand; informative: whether any design's did; tried: designs that were
    measured until then, the physical one first.
    """

    design: Float[AnyArray, "replicate coordinates"]
    gain: Float[AnyArray, " replicate"]
    own_gain: Float[AnyArray, " replicate"]
    informative: Bool[AnyArray, " replicate"]
    tried: Int[AnyArray, " replicate"]


@runtime_checkable
class Inform(Protocol):
    """Algorithm 1 for all replicates, from the data of their physical designs on."""

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate coordinates"],
        held: Held,
        key: PRNGKeyArray,
    ) -> Informed:
        """The designs whose data are informative, or the last ones where none are."""


@dataclass(frozen=True)
class ConstantNoise:
    """Noise of one variance, concentration², whatever is measured where."""

    variance: float

    def __call__(
        self, design: Design, data: Float[AnyArray, " outputs"]
    ) -> Float[AnyArray, "outputs outputs"]:
        """A square root of its covariance."""
        return jnp.sqrt(self.variance) * jnp.eye(data.size)


class Form(NamedTuple):
    """What the indicator assumes is measured at a design.

    variance: of every datum, concentration², whatever the noise model says, as in the authors'
    code; None for the model's. array: side and spacing of the sensors about the design, read
    without noise; None for the study's own.
    """

    variance: float | None
    array: dict | None

    def sensors(self, study: System) -> int:
        """Number of data of a design."""
        return data_a_design(study) if self.array is None else self.array["side"] ** 2

    def experiment(
        self,
        study: System,
        moment: Moment,
        centre: Float[AnyArray, " parameters"],
        noise: Float[AnyArray, "*sensors"],
    ) -> ad_eki.Experiment:
        """Measuring at a design, as this form assumes it; noise: of the study's own sensors."""
        if self.array is not None:
            study = study._replace(offsets=array_offsets(self.array))
            noise = jnp.zeros(len(study.offsets))
        experiment = discrepancy_experiment(study, moment, centre, noise)
        if self.variance is None:
            return experiment
        return experiment._replace(noise_factor=ConstantNoise(float(self.variance)))


def form_of(block: dict) -> Form:
    """The form that settings with the keys `variance` and `array` ask for."""
    return Form(block["variance"], block["array"])


@dataclass(frozen=True)
class DataGain:
    """The indicator of one replicate's data: what an ensemble gains by them, nat.

    block: the settings `discrepancy_experiment`.
    """

    study: System
    block: dict
    form: Form

    def __call__(self, moment: Moment, design: Design, held: Held, key: PRNGKeyArray) -> Scalar:
        """The gain of a design's data, for an ensemble drawn with the key."""
        block = self.block
        shape = ensembles.Shape(
            block["members"], block["iterations"], self.form.sensors(self.study)
        )
        draw = ensembles.draw(key, held.weights, block["deviation"], shape)
        experiment = self.form.experiment(self.study, moment, held.centre, held.noise)
        plan = plan_of(block, block["iterations"])
        return ad_eki.information_gain(design, experiment, draw, plan)


@dataclass(frozen=True)
class DataAtHand:
    """Algorithm 1 where the budget is the data at hand: are they informative, or not? No gradient
    is needed.

    gains: a DataGain over all replicates; threshold: nat.
    """

    gains: Callable
    threshold: float

    @classmethod
    def of(cls, study: System, settings: dict) -> "DataAtHand":
        """That of a study with the settings `indicator`."""
        block, indicator = settings["discrepancy_experiment"], settings["indicator"]
        gain = DataGain(study, block, form_of(indicator))
        return cls(over_replicates(gain, shared=1), float(indicator["threshold"]))

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate coordinates"],
        held: Held,
        key: PRNGKeyArray,
    ) -> Informed:
        """The gain of every replicate's own data."""
        gain = self.gains(moment, designs, held, replicate_keys(key, len(designs)))
        return Informed(
            design=designs,
            gain=gain,
            own_gain=gain,
            informative=jnp.isfinite(gain) & (gain >= self.threshold),
            tried=jnp.ones(len(designs), dtype=int),
        )


@dataclass(frozen=True)
class InformedSearch:
    """Algorithm 1: from the data at hand on, new designs are proposed along the ascent of the
    indicator until it exceeds a threshold or the budget of designs ends.

    ascend: the compiled search; budget: designs; threshold: nat.
    """

    ascend: ReplicatedSearch
    budget: int
    threshold: float

    @classmethod
    def of(cls, study: System, settings: dict) -> "InformedSearch":
        """That of a study with the settings `indicator`."""
        block, indicator = settings["discrepancy_experiment"], settings["indicator"]
        form = form_of(indicator)
        problem = MeasuredProblem(
            study, block, settings["experiment"], form.experiment, form.sensors(study)
        )
        ascend = ReplicatedSearch(problem, projected_adam.ascent(block), grid=0)
        return cls(ascend, indicator["budget"], float(indicator["threshold"]))

    def __call__(
        self,
        moment: Moment,
        designs: Float[AnyArray, "replicate coordinates"],
        held: Held,
        key: PRNGKeyArray,
    ) -> Informed:
        """The ascent with its whole budget; what is beyond the first informative design is not
        used.
        """
        no_spread = jnp.zeros((len(designs), 0, held.weights.shape[1]))
        _, steps = self.ascend(
            moment, designs, DiscrepancyInputs(*held, no_spread), key, self.budget
        )
        return chosen(steps, self.threshold)


def chosen(steps: SearchInfo, threshold: float) -> Informed:
    """The first designs of searches, (replicate, step), whose gain exceeds the threshold; the last
    ones where none.
    """
    enough = steps.finite & (steps.utility >= threshold)
    informative = jnp.any(enough, axis=1)
    place = jnp.where(informative, jnp.argmax(enough, axis=1), enough.shape[1] - 1)
    rows = jnp.arange(len(place))
    return Informed(
        design=steps.design[rows, place],
        gain=steps.utility[rows, place],
        own_gain=steps.utility[:, 0],
        informative=informative,
        tried=place + 1,
    )


def informing(study: System, settings: dict) -> Inform:
    """Algorithm 1 with the budget that the settings give it."""
    kind = DataAtHand if settings["indicator"]["budget"] == 1 else InformedSearch
    return kind.of(study, settings)
