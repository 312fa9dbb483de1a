"""Information gain of a datum by importance sampling from the prior: no ensemble, no Gaussian
posterior assumed.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference import ensembles
from boed.inference.noise import log_density

Weights = Float[AnyArray, " parameters"]
# samples that are read side by side
SAMPLES_TOGETHER = 32


class WeightPrior(NamedTuple):
    """N(mean, deviation² I)."""

    mean: Weights
    deviation: float


class Data(NamedTuple):
    """One scalar datum a design, and the deviation of its noise, which is the datum's and not the
    predictions', as in the EKI.
    """

    observed: Float[AnyArray, " designs"]
    deviation: Float[AnyArray, " designs"]


class Estimate(NamedTuple):
    """D_KL(posterior ‖ prior) in nats, and how many samples of the posterior the prior's samples
    are worth.
    """

    gain: Float[AnyArray, ""]
    effective_samples: Float[AnyArray, ""]


def information_gain(log_likelihood: Float[AnyArray, " samples"]) -> Estimate:
    """D = Σ_i ŵ_i ln L_i − ln(mean L), ŵ_i = L_i/Σ L, from the likelihoods L_i of N samples of the
    prior.

    D is at most ln N, and low where the effective number of samples 1/Σ ŵ² (Kong's) is small.
    """
    normalised = jax.nn.log_softmax(log_likelihood)
    share = jnp.exp(normalised)
    # in terms of ŵ alone, D = Σ ŵ ln(N ŵ): a constant in ln L cannot cost digits; ŵ = 0 counts 0,
    # not 0·(−∞)
    gain = jnp.sum(jnp.where(share > 0, share * normalised, 0.0)) + jnp.log(log_likelihood.size)
    return Estimate(gain, 1 / jnp.sum(share**2))


def predictions(
    read: Callable[[Weights], Float[AnyArray, " designs"]],
    weights: Float[AnyArray, "samples parameters"],
    batch: int,
) -> Float[AnyArray, "samples designs"]:
    """What every sample predicts at every design, `batch` samples at a time, so that memory does
    not grow with them.
    """
    return jax.lax.map(read, weights, batch_size=batch)


def reference_gains(
    key: PRNGKeyArray,
    prior: WeightPrior,
    read: Callable[[Weights], Float[AnyArray, " designs"]],
    data: Data,
    samples: int,
) -> Estimate:
    """The gain of each design's own scalar datum, (designs,), all from the same samples of the
    prior.

    read: weights → predictions at the designs.
    """
    weights, _ = ensembles.draw_samples(key, *prior, samples, outputs=0)
    predicted = predictions(read, weights, SAMPLES_TOGETHER)
    log_likelihood = log_density(data.observed, predicted, data.deviation)
    return jax.vmap(information_gain, in_axes=1)(log_likelihood)
