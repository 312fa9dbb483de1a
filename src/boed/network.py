"""The discrepancy network: offset from the source → missing part of the source term."""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Weights = Float[AnyArray, " weights"]


class Discrepancy(NamedTuple):
    """A network's shape, as functions of its flat weight vector.

    initialise: (key, first_layer_scale) → weights, where the scale multiplies the first layer's weights and so
    sets the length, about 1/scale, over which the untrained network varies; apply: (weights, offsets (..., 2))
    → values (...).
    """

    initialise: Callable[[PRNGKeyArray, float], Weights]
    apply: Callable[[Weights, Float[AnyArray, "*points 2"]], Float[AnyArray, "*points"]]

    def at(self, weights):
        """The network with these weights, a function of offsets."""
        return lambda offsets: self.apply(weights, offsets)


def tanh_network(hidden: int, depth: int) -> Discrepancy:
    """2 → hidden (× depth) → 1, tanh, linear output: 37 weights for hidden = 4, depth = 2."""

    def build(key):
        return eqx.nn.MLP(2, 1, hidden, depth, activation=jnp.tanh, key=key)

    # shapes only: building a network to look at it would cost a second of small compilations
    abstract = eqx.filter_eval_shape(lambda: build(jax.random.key(0)))
    shapes, static = eqx.partition(abstract, lambda leaf: isinstance(leaf, jax.ShapeDtypeStruct))
    leaves, structure = jax.tree.flatten(shapes)
    ends = np.cumsum([leaf.size for leaf in leaves])

    def unravel(weights):
        parts = jnp.split(weights, ends[:-1])
        return jax.tree.unflatten(structure, [p.reshape(leaf.shape) for p, leaf in zip(parts, leaves, strict=True)])

    def initialise(key, first_layer_scale):
        """Equinox's initial weights, those of the first layer scaled, as a flat vector."""
        network = build(key)
        first = first_layer_scale * network.layers[0].weight
        network = eqx.tree_at(lambda mlp: mlp.layers[0].weight, network, first)
        return ravel_pytree(eqx.filter(network, eqx.is_array))[0]

    def apply(weights, offsets):
        """The network's value at offsets (..., 2)."""
        network = eqx.combine(unravel(weights), static)
        # the whole batch at once: (units, points) products instead of one small product a point
        values = offsets.reshape(-1, 2).T
        for layer in network.layers[:-1]:
            values = jnp.tanh(layer.weight @ values + layer.bias[:, None])
        last = network.layers[-1]
        return (last.weight @ values + last.bias[:, None]).reshape(offsets.shape[:-1])

    return Discrepancy(initialise, apply)
