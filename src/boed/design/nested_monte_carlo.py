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
from boed.design.evidence import Way
from boed.inference.gaussian_noise import GaussianNoise, log_densities, log_density, perturbed

Forward = Callable[
    [Float[AnyArray, " parameters"], Float[AnyArray, " coordinates"]], Float[AnyArray, " outputs"]
]
Design = Float[AnyArray, " coordinates"]
PerOutcome = Float[AnyArray, " outcomes"]
REACH = 8.0


class Samples(NamedTuple):
    """Parameters (N, dim) drawn from the prior, and standard normal numbers (N, m) for the noise of
    their data.
    """

    parameters: Float[AnyArray, "samples parameters"]
    noise: Float[AnyArray, "samples outputs"]


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


class SecondMoment(NamedTuple):
    """The three parts of E[u²] in nats²: of the evidence alone, of both, of the likelihood over the
    posterior.
    """

    evidence: Float[AnyArray, ""]
    cross: Float[AnyArray, ""]
    likelihood: Float[AnyArray, ""]


def reused(
    forward: Forward,
    noise: GaussianNoise,
    way: Way,
    samples: Samples,
    weights: PerOutcome,
    design: Design,
) -> Outcomes:
    """Outcomes of N samples that serve as their own inner samples: N evaluations of the model
    (mean_variance §3.1.5).

    weights: (N,), 1/N each; arguments so that a standard error can differentiate in them.
    """
    return of_predictions(
        jax.vmap(forward, (0, None))(samples.parameters, design), samples.noise, noise, way, weights
    )


def of_predictions(
    predictions: Float[AnyArray, "samples outputs"],
    standard: Float[AnyArray, "samples outputs"],
    noise: GaussianNoise,
    way: Way,
    weights: PerOutcome,
) -> Outcomes:
    """The same from the samples' predictions and the standard normal numbers of their noise."""
    observed = perturbed(noise, predictions, standard)
    log_likelihood = jax.vmap(lambda y, g: log_density(noise, y, g))(observed, predictions)
    return Outcomes(log_likelihood, *way(observed, predictions, weights), weights)


def separate(
    forward: Forward,
    noise: GaussianNoise,
    way: Way,
    samples: Samples,
    inner: tuple[Float[AnyArray, "first parameters"], Float[AnyArray, "second parameters"]],
    weights: tuple[PerOutcome, Float[AnyArray, " first"], Float[AnyArray, " second"]],
    design: Design,
) -> Outcomes:
    """Outcomes with N₁ independent samples for the evidence and N₂ for the second moment
    (mean_variance Eq. 14, 27).
    """
    predicted = jax.vmap(forward, (0, None))
    predictions = predicted(samples.parameters, design)
    observed = perturbed(noise, predictions, samples.noise)
    log_likelihood = jax.vmap(lambda y, g: log_density(noise, y, g))(observed, predictions)
    first, second = (
        way(observed, predicted(own, design), w) for own, w in zip(inner, weights[1:], strict=True)
    )
    ratio = jnp.exp(second.log_evidence - first.log_evidence)
    return Outcomes(
        log_likelihood, first.log_evidence, ratio * second.mean_log_likelihood, weights[0]
    )


def gridded(
    forward: Forward,
    noise: GaussianNoise,
    way: Way,
    nodes: tuple[Float[AnyArray, "nodes parameters"], Float[AnyArray, " nodes"]],
    values: int,
    design: Design,
) -> Gains:
    """Gains of a scalar datum without sampling: θ on nodes with weights, y by the trapezoidal rule
    on `values` points.

    For Gaussians the rule's error falls like exp(−2π²σ²/h²): a spacing h of half the least
    deviation leaves nothing.
    """
    parameters, weights = nodes
    return tabulated(jax.vmap(forward, (0, None))(parameters, design), weights, noise, way, values)


def tabulated(
    predictions: Float[AnyArray, "nodes outputs"],
    weights: Float[AnyArray, " nodes"],
    noise: GaussianNoise,
    way: Way,
    values: int,
) -> Gains:
    """The same from predictions at the nodes, for models that are cheaper for all parameters at
    once.

    Of several outputs the data are values**outputs points of the product rule.
    """
    data = _data(predictions, noise, values)
    marginals = way(data, predictions, weights)
    probability = jnp.exp(marginals.log_evidence)
    return Gains(
        marginals.mean_log_likelihood - marginals.log_evidence, probability / jnp.sum(probability)
    )


def tabulated_pointwise(
    predictions: Float[AnyArray, "nodes outputs"],
    weights: Float[AnyArray, " nodes"],
    noise: GaussianNoise,
    values: int,
) -> Gains:
    """u(θ, y) at every node and datum, (data × nodes,), by the same rule: the pointwise utility
    without sampling.
    """
    log_likelihood = jax.vmap(log_densities(noise, predictions))(_data(predictions, noise, values))
    joint = log_likelihood + jnp.log(weights)
    log_evidence = jax.nn.logsumexp(joint, axis=1, keepdims=True)
    probability = jnp.exp(joint)
    return Gains(
        (log_likelihood - log_evidence).ravel(), (probability / jnp.sum(probability)).ravel()
    )


def _data(predictions, noise, values):
    """Points of the product rule over all data that the predictions may give."""
    reach = REACH * jnp.sqrt(
        jax.vmap(lambda own: jnp.sum(noise.factor(own) ** 2, axis=1))(predictions)
    )
    low, high = jnp.min(predictions - reach, axis=0), jnp.max(predictions + reach, axis=0)
    axes = jax.lax.stop_gradient(jnp.linspace(low, high, values, axis=1))
    return jnp.stack(jnp.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


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


def nested_moments(outcomes: Outcomes) -> Moments:
    """Û and V̂ = Ŝ₁ + Ŝ₂ + Ŝ₃ − Û² as published (mean_variance Eq. 13, 28, 32)."""
    expected = outcomes.weights @ (outcomes.log_likelihood - outcomes.log_evidence)
    return Moments(expected, sum(second_moment(outcomes)) - expected**2)
