"""Information gain after each EKI iteration at some designs of a search, by fresh ensembles."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, Key

from boed.arrays import AnyArray
from boed.design import ad_eki
from boed.inference.divergence import Divergence
from boed.studies.hybrid.discrepancy_experiment import (
    discrepancy_experiment,
    fresh_ensemble,
    plan_of,
)
from boed.systems.system import Moment, System

DESIGNS = ("initial", "intermediate", "final")


class ProfileInputs(NamedTuple):
    """What every replicate's profile goes by, leading axis replicate.

    centre: where the source is held; noise: standard normal or 0.
    """

    designs: Float[AnyArray, "replicate design 2"]
    weights: Float[AnyArray, "replicate weight"]
    centre: Float[AnyArray, "replicate 2"]
    noise: Float[AnyArray, " replicate"]
    key: Key[AnyArray, " replicate"]


@dataclass(frozen=True, eq=False)
class GainProfile:
    """Gains by replicate, design, ensemble and iteration; all designs share their ensembles.

    block: the settings `discrepancy_experiment`; ensembles: number of them.
    """

    problem: System
    block: dict
    ensembles: int

    def __call__(self, moment: Moment, inputs: ProfileInputs) -> Divergence:
        """The gains at one moment, leading axes (replicate, design, ensemble, iteration), nat."""
        return self._of_all(moment, inputs)

    @cached_property
    def _of_all(self):
        return jax.jit(jax.vmap(self._of_one, in_axes=(None, 0)))

    def _of_one(self, moment, inputs: ProfileInputs) -> Divergence:
        experiment = discrepancy_experiment(self.problem, moment, inputs.centre, inputs.noise)
        iterations = self.block["iterations"]
        plan = plan_of(self.block, iterations)

        def history(design, key):
            draw = fresh_ensemble(self.block, key, inputs.weights, iterations, sensors=1)
            return ad_eki.gain_history(design, experiment, draw, plan)

        keys = jax.random.split(inputs.key, self.ensembles)
        return jax.lax.map(
            lambda design: jax.lax.map(lambda key: history(design, key), keys), inputs.designs
        )


def designs_along(
    path: Float[np.ndarray, "replicate step 2"],
    last: Float[np.ndarray, "replicate 2"],
    intermediate: int,
) -> Float[np.ndarray, "replicate 3 2"]:
    """A search's DESIGNS: before its first step, before the step `intermediate` or its last one,
    and chosen.
    """
    middle = min(intermediate, path.shape[1] - 1)
    return np.stack([path[:, 0], path[:, middle], last], axis=1)
