"""Expected information gain about parameters on a grid, or about particles: of a scalar observation
without Monte Carlo, of several outputs over outcomes that are enumerated or drawn.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.inference.grid_belief import LogBelief
from boed.inference.noise import log_density
from boed.numerics.quasi_random import sobol

# the tails beyond hold 1e-12 of the probability
REACH = 7.0
# nodes of the noise of each output: fewer miss its shape, more than the most add nothing
FEWEST_NODES, MOST_NODES = 4, 32
# numbers of outcomes, cells and outputs that are held at once: half a megabyte
HELD = 2**16
# a uniform number this near to an end is taken for that near: the normal one stays finite
NEAREST = 1e-15


def expected_information_gain(
    prior: LogBelief,
    predicted: Float[AnyArray, "*cells"],
    deviation: Float[AnyArray, "*cells"],
    nodes: int,
) -> Float[AnyArray, ""]:
    """EIG = H[p(y)] − Σ_θ π(θ) H[N(g(θ), σ(θ)²)] in nats, p(y) = Σ_θ π(θ) N(y; g(θ), σ(θ)²) (ad_eki
    Eq. 3).

    One trapezoidal rule over all y that any cell can give: for Gaussians its error falls like
    exp(−2π²σ²/h²) with the spacing h, so that a spacing of the least deviation leaves 1e-8.
    Deterministic and differentiable.
    """
    low = jnp.min(predicted - REACH * deviation)
    high = jnp.max(predicted + REACH * deviation)
    values = jax.lax.stop_gradient(jnp.linspace(low, high, nodes))

    def log_mixture(value):
        return jax.nn.logsumexp(prior + log_density(value, predicted, deviation))

    log_probability = jax.lax.map(log_mixture, values)
    marginal = -jnp.trapezoid(jnp.exp(log_probability) * log_probability, values)
    conditional = jnp.sum(jnp.exp(prior) * (0.5 * jnp.log(2 * jnp.pi * jnp.e) + jnp.log(deviation)))
    return marginal - conditional


class Outcomes(NamedTuple):
    """What several outputs may turn out to be, without the design: the true cell, counted along a
    raveled belief, standard normal noise of each output, and the outcome's weight.
    """

    cell: Int[AnyArray, " outcomes"]
    noise: Float[AnyArray, "outcomes outputs"]
    weight: Float[AnyArray, " outcomes"]


def enumerated_outcomes(prior: LogBelief, outputs: int, nodes: int) -> Outcomes:
    """Every cell with `nodes`^outputs Gauss–Hermite nodes of the noise: for few cells.

    The mixture of the outcomes is as smooth as the noise is wide, so that few nodes are enough.
    """
    abscissae, weights = np.polynomial.hermite_e.hermegauss(nodes)
    noise = np.stack(np.meshgrid(*[abscissae] * outputs), axis=-1).reshape(-1, outputs)
    shares = np.stack(np.meshgrid(*[weights / weights.sum()] * outputs), axis=-1)
    shares = shares.reshape(-1, outputs).prod(axis=1)
    return Outcomes(
        cell=np.repeat(np.arange(prior.size), len(noise)),
        noise=np.tile(noise, (prior.size, 1)),
        weight=(jnp.exp(prior).ravel()[:, None] * shares).ravel(),
    )


def drawn_outcomes(key: PRNGKeyArray, prior: LogBelief, outputs: int, count: int) -> Outcomes:
    """`count` outcomes drawn from the belief, for many cells; designs are compared on the same.

    count: a power of two. Evenly spread, by Sobol's points that the key shifts around the unit
    cube: each outcome by itself is distributed as an independent one, and the error of a mean is a
    half to a third of that of so many independent ones.
    """
    coordinates = prior.ndim + outputs
    points = jnp.asarray(sobol(coordinates).random(count))
    points = (points + jax.random.uniform(key, (coordinates,))) % 1.0
    cells, noise = points[:, : prior.ndim], points[:, prior.ndim :]
    return Outcomes(
        cell=_cells_at(prior, cells),
        noise=jax.scipy.special.ndtri(jnp.clip(noise, NEAREST, 1 - NEAREST)),
        weight=jnp.full(count, 1 / count),
    )


def _cells_at(
    prior: LogBelief, points: Float[AnyArray, "outcomes axes"]
) -> Int[AnyArray, " outcomes"]:
    """Cells, counted along the raveled belief, whose distribution is the belief if the points are
    uniform: axis after axis, each given those before it.
    """
    probability, index = jnp.exp(prior), ()
    for axis in range(prior.ndim):
        rest = tuple(range(axis + 1, prior.ndim))
        reached = jnp.cumsum(jnp.sum(probability, axis=rest)[index], axis=-1)

        def found(reached, point):
            return jnp.searchsorted(reached, point * reached[-1], side="right")

        index += (jax.vmap(found, (0 if axis else None, 0))(reached, points[:, axis]),)
    return jnp.ravel_multi_index(index, prior.shape, mode="clip")


def outcomes_of(key: PRNGKeyArray, prior: LogBelief, outputs: int, most: int) -> Outcomes:
    """At most so many outcomes: all cells with at least 4 nodes of every output's noise, if these
    are not more, in which there is no chance; else a power of two of them, drawn with the key.
    """
    for nodes in range(MOST_NODES, FEWEST_NODES - 1, -1):
        if prior.size * nodes**outputs <= most:
            return enumerated_outcomes(prior, outputs, nodes)
    return drawn_outcomes(key, prior, outputs, 2 ** (most.bit_length() - 1))


def expected_information_gain_of_outputs(
    prior: LogBelief,
    predicted: Float[AnyArray, "*cells outputs"],
    deviation: Float[AnyArray, "*cells outputs"],
    outcomes: Outcomes,
) -> Float[AnyArray, ""]:
    """EIG = Σ_o w_o [log p(y_o | θ_o) − log Σ_θ π(θ) p(y_o | θ)] in nats of outputs whose noise is
    independent, y_o = g(θ_o) + σ(θ_o)·noise_o (ad_eki Eq. 3).

    Outcomes one block after the other, of which reverse mode keeps nothing: memory grows with the
    cells only. Differentiable in predictions and deviations.
    """
    means, deviations, factors = _cell_by_cell(predicted, deviation)
    weighted = factors + prior.ravel()

    @jax.checkpoint
    def log_ratio(outcome):
        """log p(y | θ) − log p(y) of one outcome."""
        cell, noise, weight = outcome
        value = means[cell] + deviations[cell] * noise
        exponents = -0.5 * jnp.sum(((value - means) / deviations) ** 2, axis=1)
        own = factors[cell] - 0.5 * jnp.sum(noise**2)
        ratio = own - jax.nn.logsumexp(weighted + exponents)
        return jnp.where(weight > 0, weight * ratio, 0.0)

    return jnp.sum(jax.lax.map(log_ratio, outcomes, batch_size=_block(means)))


def gains_of_outcomes(
    prior: LogBelief,
    predicted: Float[AnyArray, "*cells outputs"],
    deviation: Float[AnyArray, "*cells outputs"],
    outcomes: Outcomes,
) -> Float[AnyArray, " outcomes"]:
    """Information gain D_KL(posterior ‖ prior) of every outcome, nats; their mean with the
    outcomes' weights is the expected one (ad_eki Eq. 2, 3).
    """
    means, deviations, factors = _cell_by_cell(predicted, deviation)
    before = prior.ravel()

    def gain(outcome):
        """Of one outcome."""
        cell, noise, _ = outcome
        value = means[cell] + deviations[cell] * noise
        likelihood = factors - 0.5 * jnp.sum(((value - means) / deviations) ** 2, axis=1)
        evidence = jax.nn.logsumexp(before + likelihood)
        probability = jnp.exp(before + likelihood - evidence)
        gained = jnp.where(probability > 0, likelihood - evidence, 0.0)
        return jnp.sum(probability * gained)

    return jax.lax.map(gain, outcomes, batch_size=_block(means))


def _cell_by_cell(
    predicted: Float[AnyArray, "*cells outputs"], deviation: Float[AnyArray, "*cells outputs"]
) -> tuple[
    Float[AnyArray, "cells outputs"], Float[AnyArray, "cells outputs"], Float[AnyArray, " cells"]
]:
    """Predictions and deviations of the cells in a row, and what p(y | θ) of each has but its
    exponent, in logarithms; the power of 2π is the same for all.
    """
    outputs = predicted.shape[-1]
    means, deviations = (values.reshape(-1, outputs) for values in (predicted, deviation))
    return means, deviations, -jnp.sum(jnp.log(deviations), axis=1)


def _block(means: Float[AnyArray, "cells outputs"]) -> int:
    """Outcomes that are looked at together: a power of two, as many drawn ones are, so that no
    block is left that is smaller.
    """
    return 2 ** (max(1, HELD // means.size).bit_length() - 1)
