"""Pre-training of the discrepancy network: a least-squares fit to given values."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.plume.discrepancy_network import Discrepancy, Weights, tanh_network


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


def pretrained(key: PRNGKeyArray, block: dict, missing: Callable, precision: str = "double"):
    """(network, weights, loss before each step, values fitted) of a network fitted to a fraction of
    what is missing.

    block: the settings `network`; missing: offsets → the true discrepancy; precision: of the
    network in the fit.
    """
    first, second = jax.random.split(key)
    recipe, network = block["pretraining"], tanh_network(block["hidden"], block["depth"], precision)
    initial = network.initialise(first, block["first_layer_scale"])
    offsets = sample_offsets(second, recipe["samples"], recipe["near"], recipe["far"])
    wanted = recipe["fraction"] * missing(offsets)
    fitted = jax.jit(fit, static_argnums=(0, 4, 5))(
        network, initial, offsets, wanted, recipe["steps"], recipe["rate"]
    )
    return network, *fitted, wanted


def fit(
    network: Discrepancy,
    weights: Weights,
    offsets: Float[AnyArray, "points 2"],
    wanted: Float[AnyArray, " points"],
    steps: int,
    rate: float,
):
    """(weights, loss before each step) of Adam on the mean squared misfit, its rate falling by a
    cosine.
    """
    optimiser = optax.adam(optax.cosine_decay_schedule(rate, steps))

    def loss(weights):
        return jnp.mean((network.apply(weights, offsets) - wanted) ** 2)

    def adam_step(carry, _):
        """(weights, Adam's state) after one step, and the loss before it."""
        weights, adam = carry
        value, gradient = jax.value_and_grad(loss)(weights)
        move, adam = optimiser.update(gradient, adam, weights)
        return (optax.apply_updates(weights, move), adam), value

    (weights, _), losses = jax.lax.scan(
        adam_step, (weights, optimiser.init(weights)), None, length=steps
    )
    return weights, losses
