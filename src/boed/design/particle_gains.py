"""What an experiment is expected to tell about parameters that are known as weighted particles.

All take what the particles predict of the experiment (n, outputs), so that a search over designs
evaluates the model n times a design and differentiates through it.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design import gain_quadrature, nested_monte_carlo
from boed.design.evidence import BLOCK, Pairwise
from boed.design.nested_monte_carlo import Gains
from boed.inference.gaussian_noise import GaussianNoise
from boed.inference.particle_belief import ParticleBelief

Predictions = Float[AnyArray, "particles outputs"]


def sampled(
    key: PRNGKeyArray, belief: ParticleBelief, predictions: Predictions, noise: GaussianNoise
) -> Gains:
    """Gains in nats of one random datum a particle, its probability the particle's (mean_variance
    Eq. 14): nested sums for any number of outputs, n² likelihoods.

    No gain can exceed log n: near it, the sums see only the particle that gave the datum. The same
    key at every design gives common random numbers.
    """
    standard = jax.random.normal(key, predictions.shape)
    outcomes = nested_monte_carlo.of_predictions(
        predictions, standard, noise, Pairwise(noise, BLOCK), jnp.exp(belief.log_weights)
    )
    return nested_monte_carlo.gains(outcomes)


def tabulated(
    belief: ParticleBelief, predictions: Predictions, noise: GaussianNoise, values: int
) -> Gains:
    """Gains in nats of values**outputs possible data and their probabilities, without random
    numbers: for one output or two.

    Exact for these particles where neighbouring values are no further apart than half the least
    deviation of the noise; `values_needed` says how many that takes.
    """
    return gain_quadrature.tabulated(
        predictions, jnp.exp(belief.log_weights), noise, Pairwise(noise, BLOCK), values
    )


def expected(gains: Gains) -> Float[AnyArray, ""]:
    """The expected information gain in nats (ad_eki Eq. 3)."""
    return nested_monte_carlo.moments(gains).expected_utility


def values_needed(
    predictions: Float[AnyArray, "designs particles outputs"], deviation: float
) -> int:
    """How many values an output `tabulated` needs at any of the designs; deviation: the noise's
    least.
    """
    spread = np.max(np.max(predictions, axis=1) - np.min(predictions, axis=1))
    reach = spread / deviation + 2 * gain_quadrature.REACH
    return int(np.ceil(gain_quadrature.VALUES_A_DEVIATION * reach))
