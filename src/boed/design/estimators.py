"""Expected utility and utility variance of designs for a model with additive Gaussian noise, from
samples.

utility = sampled_utility(problem, "automatic", samples=10_000, designs=designs)
utility.estimates(key, design).self_normalised.expected_utility
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.evidence import EvidenceEstimator, Pairwise, evidence_estimator
from boed.design.jackknife import uniform, with_standard_errors
from boed.design.nested_monte_carlo import (
    Moments,
    Outcomes,
    PerOutcome,
    Support,
    gains,
    moments,
    nested_moments,
    of_predictions,
    reused,
    support,
)
from boed.design.utility_problem import (
    Design,
    Designs,
    Problem,
    Samples,
    draw,
    outputs_of,
    require_design,
)
from boed.inference.ensembles import settled
from boed.inference.gaussian_noise import GaussianNoise

# samples that must carry the evidence of an outcome
FEWEST_SAMPLES = 20
# weight of a sample that counts nothing: not 0, of which there is no logarithm
NOTHING = 1e-200


class Estimates(NamedTuple):
    """U and V by the self-normalised weights and as published, from the same samples."""

    self_normalised: Moments
    nested: Moments


class Assessed(NamedTuple):
    """Estimates with standard errors, and how many samples carry each outcome's evidence: with few,
    estimates are wrong by more than their errors.
    """

    estimates: Estimates
    errors: Estimates
    support: Support


@dataclass(frozen=True, eq=False)
class SampledUtility:
    """Outcomes of N runs of the experiment at any design, each sample an inner one too; the same
    key at every design gives common random samples.

    weights: (N,), 1/N each; outputs: how many numbers the experiment gives; coordinates: how many
    a design has, ValueError for designs with others.
    """

    problem: Problem
    evidence: EvidenceEstimator
    weights: PerOutcome
    outputs: int
    coordinates: int

    def outcomes(self, key: PRNGKeyArray, design: Design) -> Outcomes:
        """The outcomes of this design."""
        return self._weighted(self._drawn(key), self.weights, design)

    def estimates(self, key: PRNGKeyArray, design: Design) -> Estimates:
        """U and V of this design by both estimators."""
        return _estimates(self.outcomes(key, design))

    def estimates_with_errors(
        self, key: PRNGKeyArray, design: Design
    ) -> tuple[Estimates, Estimates]:
        """U and V of this design by both estimators, and the standard error of each, which is a
        constant to derivatives.
        """
        assessed = self.assessed(key, design)
        return assessed.estimates, assessed.errors

    def assessed(self, key: PRNGKeyArray, design: Design) -> Assessed:
        """U and V of this design with their standard errors, and what these do not show."""
        drawn = self._drawn(key)
        return _assessed(lambda weights: self._weighted(drawn, weights, design), self.weights)

    def _drawn(self, key) -> Samples:
        return draw(self.problem, key, len(self.weights), self.outputs)

    def _weighted(self, drawn: Samples, weights, design) -> Outcomes:
        require_design(design, self.coordinates)
        return reused(self.problem, self.evidence, drawn, weights, design)


class StoredRuns(NamedTuple):
    """Predictions of N samples at one design, or at each of many, and which of the runs that should
    have made them did.
    """

    predictions: Float[AnyArray, "*designs samples outputs"]
    ended: Bool[AnyArray, "*designs samples"]

    def first(self, samples: int) -> "StoredRuns":
        """Those of the first samples."""
        return StoredRuns(self.predictions[..., :samples, :], self.ended[..., :samples])


@dataclass(frozen=True, eq=False)
class StoredUtility:
    """As `SampledUtility`, from the stored runs of a design in place of a model: those that failed
    stand neither for outcomes nor in the sums of the evidence. The same key at every design gives
    the same noise.
    """

    noise: GaussianNoise

    def outcomes(self, key: PRNGKeyArray, runs: StoredRuns) -> Outcomes:
        """The outcomes of the runs of a design."""
        return self._weighted(key, runs)(_of_ended(runs))

    def estimates(self, key: PRNGKeyArray, runs: StoredRuns) -> Estimates:
        """U and V by both estimators."""
        return _estimates(self.outcomes(key, runs))

    def assessed(self, key: PRNGKeyArray, runs: StoredRuns) -> Assessed:
        """U and V with their standard errors, and what these do not show."""
        return _assessed(self._weighted(key, runs), _of_ended(runs))

    def _weighted(self, key, runs: StoredRuns) -> Callable[[PerOutcome], Outcomes]:
        """Weights of the samples → the outcomes."""
        predictions = settled(runs.predictions, runs.ended)
        standard = jax.random.normal(key, predictions.shape)
        evidence = Pairwise(self.noise)
        return lambda weights: of_predictions(predictions, standard, self.noise, evidence, weights)


def _of_ended(runs: StoredRuns) -> PerOutcome:
    """Equal weights of the samples whose runs gave outputs."""
    return jnp.where(runs.ended, 1 / jnp.sum(runs.ended), NOTHING)


def trustworthy(support: Support) -> Bool[np.ndarray, "*designs"]:
    """Whether so many samples carry the evidence of an outcome that U's bias, about half of one
    over their number, is below 0.025 nat.
    """
    return np.asarray(np.asarray(support.effective_samples) >= FEWEST_SAMPLES)


def complaint(support: Support, samples: int, designs: Designs) -> str | None:
    """What must be said of estimates at these designs, whose support is (designs,) each; None where
    all can be trusted.
    """
    doubtful = ~trustworthy(support)
    if not doubtful.any():
        return None
    worst = int(np.argmin(support.effective_samples))
    few, alone = (float(np.asarray(each)[worst]) for each in support)
    needed = float(f"{samples * FEWEST_SAMPLES / few:.1g}")
    return (
        f"estimates from {samples} samples cannot be trusted at {doubtful.sum()} of "
        f"{len(doubtful)} designs, whatever their standard errors: at "
        f"{np.asarray(designs)[worst].tolist()} {few:.1f} samples carry the evidence of an "
        f"outcome, and of {alone:.0%} of the outcomes mostly the one that gave it, so that U is "
        f"too low by {0.5 / few:.2g} nat or more. No estimate of U can be above the logarithm of "
        f"the number of samples, {np.log(samples):.2f} nat. Take {needed:,.0f} samples or more, "
        "or quadrature"
    )


def _assessed(weighted: Callable[[PerOutcome], Outcomes], weights: PerOutcome) -> Assessed:
    """Estimates of outcomes under these weights, their errors and their support."""

    def statistics(weights):
        outcomes = weighted(weights)
        return _estimates(outcomes), support(outcomes)

    return Assessed(*with_standard_errors(statistics, weights, extra=True))


def _estimates(outcomes: Outcomes) -> Estimates:
    return Estimates(moments(gains(outcomes)), nested_moments(outcomes))


def sampled_utility(
    problem: Problem, evidence: str, samples: int, designs: Designs
) -> SampledUtility:
    """Utility from so many samples; evidence: how to sum over them, `pairwise`, `fast` or
    `automatic`, with room for the data of all `designs`.

    Raises ValueError for no samples and where `evidence.evidence_estimator` does.
    """
    return SampledUtility(
        problem=problem,
        weights=uniform(samples),
        evidence=evidence_estimator(problem, evidence, designs),
        outputs=outputs_of(problem, designs),
        coordinates=designs.shape[1],
    )


@dataclass(frozen=True, eq=False)
class Checked:
    """An objective for callers outside JAX: ValueError for a design out of bounds, or where a value
    is not finite.
    """

    objective: Callable
    lower: Float[AnyArray, " coordinates"]
    upper: Float[AnyArray, " coordinates"]

    def __call__(self, design: Float[np.ndarray, "..."], *arguments):
        """What the objective gives, as NumPy arrays, of a design that is within bounds."""
        design = np.asarray(design, dtype=float)
        require_design(design, len(self.lower))
        if not np.all((self.lower <= design) & (design <= self.upper)):
            raise ValueError(
                f"design {design.tolist()} is not within "
                f"{np.asarray(self.lower)} … {np.asarray(self.upper)}"
            )
        value = jax.tree.map(np.asarray, self.objective(design, *arguments))
        if not all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(value)):
            raise ValueError(
                f"the utility of design {design.tolist()} is not finite: does the model "
                "return NaN there, or have fast "
                "sums no room for its data?"
            )
        return value
