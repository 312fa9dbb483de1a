"""Information gain of every outcome of an experiment, and its mean and variance over outcomes
(mean_variance §3.1).

An outcome is a datum y that the experiment may give; its gain is u(y) = D_KL(p(θ|y) ‖ p(θ)), in
nats.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.evidence import EvidenceEstimator
from boed.design.utility_problem import Design, Problem, Samples, predictions
from boed.inference.gaussian_noise import GaussianNoise, log_density, perturbed

PerOutcome = Float[AnyArray, " outcomes"]


class Outcomes(NamedTuple):
    """What the estimators need of each outcome, (N,) each, and its probability.

    log_likelihood: of the parameters that gave it; log_evidence: log p̂(y); mean_log_likelihood:
    over the posterior.
    """

    log_likelihood: PerOutcome
    log_evidence: PerOutcome
    mean_log_likelihood: PerOutcome
    weights: PerOutcome


class Gains(NamedTuple):
    """Information gain of each outcome in nats, and its probability; the probabilities add up to
    one.
    """

    values: PerOutcome
    weights: PerOutcome


class Moments(NamedTuple):
    """Mean and variance of the information gain over outcomes, U in nats and V in nats²."""

    expected_utility: Float[AnyArray, ""]
    utility_variance: Float[AnyArray, ""]


class Support(NamedTuple):
    """How many samples carry the evidence of an outcome: 1 over Σ_k r_k² of their shares r_k of its
    sum, the harmonic mean over outcomes; and the probability of outcomes of which one sample, their
    own, carries more than half.
    """

    effective_samples: Float[AnyArray, ""]
    alone: Float[AnyArray, ""]


class SecondMoment(NamedTuple):
    """The three parts of E[u²] in nats²: of the evidence alone, of both, of the likelihood over the
    posterior.
    """

    evidence: Float[AnyArray, ""]
    cross: Float[AnyArray, ""]
    likelihood: Float[AnyArray, ""]


def reused(
    problem: Problem,
    evidence: EvidenceEstimator,
    samples: Samples,
    weights: PerOutcome,
    design: Design,
) -> Outcomes:
    """Outcomes of N samples that serve as their own inner samples: N evaluations of the model
    (mean_variance §3.1.5).

    weights: (N,), 1/N each; arguments so that a standard error can differentiate in them.
    """
    predicted = predictions(problem, samples.parameters, design)
    return of_predictions(predicted, samples.noise, problem.noise, evidence, weights)


def of_predictions(
    predictions: Float[AnyArray, "outcomes outputs"],
    standard: Float[AnyArray, "outcomes outputs"],
    noise: GaussianNoise,
    evidence: EvidenceEstimator,
    weights: PerOutcome,
) -> Outcomes:
    """The same from the samples' predictions and the standard normal numbers of their noise."""
    observed = perturbed(noise, predictions, standard)
    log_likelihood = jax.vmap(lambda y, g: log_density(noise, y, g))(observed, predictions)
    return Outcomes(log_likelihood, *evidence(observed, predictions, weights), weights)


def gains(outcomes: Outcomes) -> Gains:
    """u_i = E[log p(y_i|θ) | y_i] − log p̂(y_i); the expectation by self-normalised weights if
    samples are reused.
    """
    return Gains(outcomes.mean_log_likelihood - outcomes.log_evidence, outcomes.weights)


def pointwise(outcomes: Outcomes) -> Gains:
    """u(θ_i, y_i) = log p(y_i|θ_i) − log p̂(y_i): of the true parameter too (mean_variance Eq.
    6–7).

    Its mean is that of the divergence; its variance is greater by that of log p(y|θ) over the
    posterior.
    """
    return Gains(outcomes.log_likelihood - outcomes.log_evidence, outcomes.weights)


UTILITIES: dict[str, Callable[[Outcomes], Gains]] = {"divergence": gains, "pointwise": pointwise}


def moments(gains: Gains) -> Moments:
    """Mean and variance of the gains: the estimate with the lower variance."""
    mean = gains.weights @ gains.values
    return Moments(mean, gains.weights @ (gains.values - mean) ** 2)


def second_moment(outcomes: Outcomes) -> SecondMoment:
    """Ŝ₁, Ŝ₂ and Ŝ₃, whose sum estimates E[u²] without samples of the posterior (mean_variance Eq.
    20–28).
    """
    log_likelihood, log_evidence, mean_log_likelihood, weights = outcomes
    return SecondMoment(
        evidence=weights @ log_evidence**2,
        cross=-2 * weights @ (log_likelihood * log_evidence),
        likelihood=weights @ mean_log_likelihood**2,
    )


def support(outcomes: Outcomes) -> Support:
    """How far the evidence of outcomes rests on the samples that gave them, which are inner samples
    too.

    Given the data, an outcome's own sample k is one of the N with probability r_k, its share of the
    sum Σ w p(y|θ); so the mean of own shares is that of Σ_k r_k² over outcomes.
    """
    log_share = outcomes.log_likelihood - outcomes.log_evidence + jnp.log(outcomes.weights)
    share = jnp.exp(log_share)
    return Support(
        effective_samples=1 / (outcomes.weights @ share),
        alone=outcomes.weights @ jnp.where(share > 0.5, 1.0, 0.0),
    )


def nested_moments(outcomes: Outcomes) -> Moments:
    """Û and V̂ = Ŝ₁ + Ŝ₂ + Ŝ₃ − Û² as published (mean_variance Eq. 13, 28, 32)."""
    expected = outcomes.weights @ (outcomes.log_likelihood - outcomes.log_evidence)
    return Moments(expected, sum(second_moment(outcomes)) - expected**2)
