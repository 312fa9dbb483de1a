"""Pre-training of the discrepancy network: a least-squares fit to given values."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.discrepancy_network import Discrepancy, Weights, tanh_network
from boed.systems.plume.sources import Sharp


class Targets(NamedTuple):
    """Values that a network is fitted to, at offsets from the source."""

    offsets: Float[AnyArray, "points 2"]
    values: Float[AnyArray, " points"]


class Descent(NamedTuple):
    """So many Adam steps, their rate falling from `rate` to 0 by a cosine."""

    steps: int
    rate: float


class Pretrained(NamedTuple):
    """A network, its fitted weights, the loss before each step, and the values fitted."""

    network: Discrepancy
    weights: Weights
    loss: Float[AnyArray, " steps"]
    wanted: Float[AnyArray, " points"]


def sample_offsets(
    key: PRNGKeyArray, samples: int, near: float, far: float
) -> Float[AnyArray, "points 2"]:
    """`samples` offsets from N(0, near² I) and as many from the square of half side
    `far`; lengths.
    """
    first, second = jax.random.split(key)
    close = near * jax.random.normal(first, (samples, 2))
    return jnp.concatenate(
        [close, jax.random.uniform(second, (samples, 2), minval=-far, maxval=far)]
    )


def pretrained(
    key: PRNGKeyArray, block: dict, missing: Sharp, precision: str = "double"
) -> Pretrained:
    """A network fitted to a fraction of what is missing.

    block: the settings `network`; missing: offsets → the true discrepancy; precision: of the
    network in the fit.
    """
    first, second = jax.random.split(key)
    recipe, network = block["pretraining"], tanh_network(block["hidden"], block["depth"], precision)
    initial = network.initialise(first, block["first_layer_scale"])
    offsets = sample_offsets(second, recipe["samples"], recipe["near"], recipe["far"])
    wanted = recipe["fraction"] * missing(offsets)
    descent = Descent(recipe["steps"], recipe["rate"])
    weights, loss = jax.jit(fit, static_argnums=(0, 3))(
        network, initial, Targets(offsets, wanted), descent
    )
    return Pretrained(network, weights, loss, wanted)


def fit(
    network: Discrepancy, weights: Weights, targets: Targets, descent: Descent
) -> tuple[Weights, Float[AnyArray, " steps"]]:
    """(weights, loss before each step) of Adam on the mean squared misfit."""
    optimiser = optax.adam(optax.cosine_decay_schedule(descent.rate, descent.steps))

    def loss(weights):
        return jnp.mean((network.apply(weights, targets.offsets) - targets.values) ** 2)

    def adam_step(carry, _):
        """(weights, Adam's state) after one step, and the loss before it."""
        weights, adam = carry
        value, gradient = jax.value_and_grad(loss)(weights)
        move, adam = optimiser.update(gradient, adam, weights)
        return (optax.apply_updates(weights, move), adam), value

    (weights, _), losses = jax.lax.scan(
        adam_step, (weights, optimiser.init(weights)), None, length=descent.steps
    )
    return weights, losses
