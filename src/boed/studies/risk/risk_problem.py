"""A risk study's settings as what the kernels take: the problem of some experiments at once, and
estimates over many designs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key, PRNGKeyArray, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.estimators import SampledUtility, StoredRuns, StoredUtility, sampled_utility
from boed.design.utility_problem import Design, Designs, Problem
from boed.inference import gaussian_noise
from boed.inference.gaussian_noise import GaussianNoise
from boed.systems.check import require_finite
from boed.systems.described import DescribedSystem, described


@dataclass(frozen=True, eq=False)
class Experiments:
    """The forward map of so many experiments at once, each with a design of its own: parameters
    (dim,) and their designs one after the other (experiments·k,) → their outputs, likewise.
    """

    system: DescribedSystem
    number: int

    def __call__(
        self, parameters: Float[AnyArray, " parameters"], design: Design
    ) -> Float[AnyArray, " outputs"]:
        """Noise-free data of all experiments; ValueError for a design of another length."""
        expected = self.number * len(self.system.designs)
        if len(design) != expected:
            raise ValueError(
                f"a design of {len(design)} numbers, where {self.number} experiments of "
                f"{', '.join(self.system.designs.names)} have {expected}"
            )
        if self.number == 1:
            return self.system.predict(parameters, design)
        each = design.reshape(self.number, -1)
        return jax.vmap(self.system.predict, (None, 0))(parameters, each).ravel()


class StoredProblem(NamedTuple):
    """What utilities are estimated from where there is no model but stored runs of a black box: of
    the samples at each of the designs that are looked at.
    """

    runs: StoredRuns
    noise: GaussianNoise


def problem_of(system: DescribedSystem, experiments: int) -> Problem:
    """The forward map, noise and prior of so many experiments of a system at once."""
    noise = gaussian_noise.repeated(system.noise, experiments)
    return Problem(Experiments(system, experiments), noise, system.parameters.prior)


def experiments_of(settings: dict) -> int:
    """How many experiments the study's designs are for."""
    return settings.get("experiments", 1)


def problem(settings: dict, experiments: int | None = None) -> Problem:
    """The problem of a study, of so many experiments at once, else of its own number.

    Raises ModelFileError where predictions of a user's file are not finite.
    """
    system = described(settings)
    if "file" in settings:
        require_finite(system)
    return problem_of(system, experiments or experiments_of(settings))


def exact_nodes(settings: dict) -> int | None:
    """Quadrature nodes for values without sampling, None where there can be none: those are for one
    parameter that is no table, and one output with constant noise.
    """
    outputs = len(settings.get("outputs") or "y") * experiments_of(settings)
    noise = settings["noise"]
    varies = "function" in noise or np.any(noise.get("relative", 0.0))
    one = len(settings["parameters"]) == 1 and "prior_samples" not in settings
    return settings.get("quadrature_nodes") if one and not varies and outputs == 1 else None


def common(key: PRNGKeyArray, designs: int) -> Key[AnyArray, " designs"]:
    """A key a design, all the same: common random samples (mean_variance §3.2.1)."""
    return jnp.broadcast_to(key, (designs,))


def independent(key: PRNGKeyArray, designs: int) -> Key[AnyArray, " designs"]:
    """A key a design, all different."""
    return jax.random.split(key, designs)


SAMPLING = {"common": common, "independent": independent}


def samplings(problem: Problem | StoredProblem) -> dict[str, Callable]:
    """Ways to give keys to designs: stored runs are of the same samples at all of them."""
    return {"common": common} if isinstance(problem, StoredProblem) else SAMPLING


def estimator(
    problem: Problem | StoredProblem, way: str, samples: int, designs: Designs
) -> tuple[SampledUtility | StoredUtility, PyTree]:
    """What estimates utilities from so many samples, and what it is to be asked for at each of the
    designs: the design itself, or the runs there.
    """
    if isinstance(problem, StoredProblem):
        return StoredUtility(problem.noise), problem.runs.first(samples)
    return sampled_utility(problem, way, samples, designs), designs


@partial(jax.jit, static_argnums=0)
def over_designs(
    evaluate: Callable[[PRNGKeyArray, PyTree], PyTree],
    keys: Key[AnyArray, " designs"],
    designs: PyTree,
) -> PyTree:
    """evaluate(key, design) of every key and design, or what stands for one, one after the other;
    compiled once for every `evaluate`.
    """
    return jax.lax.map(lambda pair: evaluate(*pair), (keys, designs))
