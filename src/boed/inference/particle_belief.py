"""Beliefs about any number of parameters: weighted particles, and what is read off them.

`inference.particle_update` moves them when data arrive.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Parameters = Float[AnyArray, " parameters"]
Particles = Float[AnyArray, "particles parameters"]
PerParticle = Float[AnyArray, " particles"]
LogDensity = Callable[[Parameters], Float[AnyArray, ""]]


class ParticleBelief(NamedTuple):
    """Particles (n, dim) and the logarithms of their probabilities (n,), which add up to one."""

    particles: Particles
    log_weights: PerParticle


def equally_weighted(particles: Particles) -> ParticleBelief:
    """The belief that samples of a prior are: each of n has probability 1/n."""
    count = particles.shape[0]
    return ParticleBelief(particles, jnp.full(count, -jnp.log(count)))


def reweighted(belief: ParticleBelief, log_likelihood: PerParticle) -> ParticleBelief:
    """Bayes' theorem on the particles where they are, from the log-likelihood of each (n,).

    For a prior without a density; only as good as `effective_samples` of the result is large.
    """
    return ParticleBelief(belief.particles, jax.nn.log_softmax(belief.log_weights + log_likelihood))


def effective_samples(belief: ParticleBelief) -> Float[AnyArray, ""]:
    """1/Σ w²: how many equally weighted particles the weights are worth, 1 to n (Kong's)."""
    # importing blackjax takes half a second, which jobs that keep beliefs on grids are spared
    from blackjax.smc import ess

    return ess.ess(belief.log_weights)


def resampled(key: PRNGKeyArray, belief: ParticleBelief, count: int) -> Particles:
    """So many particles (count, dim), each as often as its weight says, by systematic resampling.

    A particle of weight w is taken ⌊count·w⌋ or ⌈count·w⌉ times; they come in the belief's order.
    """
    from blackjax.smc import resampling

    index = resampling.systematic(key, jnp.exp(belief.log_weights), count)
    return belief.particles[index]


def mean(belief: ParticleBelief) -> Parameters:
    """Expected parameters (dim,)."""
    return jnp.exp(belief.log_weights) @ belief.particles


def covariance(belief: ParticleBelief) -> Float[AnyArray, "parameters parameters"]:
    """Covariance of the parameters (dim, dim)."""
    offsets = belief.particles - mean(belief)
    return jnp.einsum("n,ni,nj->ij", jnp.exp(belief.log_weights), offsets, offsets)


def spread(belief: ParticleBelief, count: int | None = None) -> Float[AnyArray, ""]:
    """σ_eq = (λ₁⋯λ_dim)^{1/(2 dim)} of the covariance's eigenvalues: ad_eki Eq. 23 in any
    dimension; 0, but for rounding, where a direction has no spread; count: of the first parameters
    alone.
    """
    own = covariance(belief)[:count, :count]
    _, log_determinant = jnp.linalg.slogdet(own)
    return jnp.exp(log_determinant / (2 * len(own)))


def quantiles(
    belief: ParticleBelief, probabilities: Float[AnyArray, " quantiles"]
) -> Float[AnyArray, "quantiles parameters"]:
    """Quantiles of each parameter on its own (quantiles, dim), interpolated between particles.

    A particle stands in the middle of its step of the distribution function.
    """

    def of_one(values):
        order = jnp.argsort(values)
        weights = jnp.exp(belief.log_weights)[order]
        return jnp.interp(probabilities, jnp.cumsum(weights) - weights / 2, values[order])

    return jax.vmap(of_one, in_axes=1, out_axes=1)(belief.particles)


def credible_interval(
    belief: ParticleBelief, probability: float
) -> Float[AnyArray, "2 parameters"]:
    """Lower and upper ends (2, dim) of the interval of each parameter that holds this probability,
    with as much below it as above.
    """
    tail = (1 - probability) / 2
    return quantiles(belief, jnp.array([tail, 1 - tail]))


def credible_level(
    belief: ParticleBelief, log_density: PerParticle, at: Float[AnyArray, ""]
) -> Float[AnyArray, ""]:
    """Probability of the smallest credible region that reaches a point: it is inside the 90 %
    region below 0.9.

    log_density: of the posterior at each particle (n,), up to a constant; at: the same at the
    point.
    """
    return jnp.sum(jnp.where(log_density > at, jnp.exp(belief.log_weights), 0.0))


def information_gain(
    posterior: ParticleBelief, log_likelihood: PerParticle, log_evidence: Float[AnyArray, ""]
) -> Float[AnyArray, ""]:
    """D_KL(posterior ‖ prior) = E_posterior[log p(y|θ)] − log p(y) in nats (ad_eki Eq. 2).

    log_likelihood: of the posterior's particles (n,), for all data between prior and posterior;
    log_evidence: the sum of what their updates found.
    """
    probability = jnp.exp(posterior.log_weights)
    return jnp.sum(jnp.where(probability > 0, probability * log_likelihood, 0.0)) - log_evidence
