"""The discrepancy network: offset from the source → missing part of the source term."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero
from jax.flatten_util import ravel_pytree
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Weights = Float[AnyArray, " weights"]
Offsets = Float[AnyArray, "*points 2"]
PRECISIONS = {"single": jnp.float32, "double": jnp.float64}


class Discrepancy(NamedTuple):
    """A network's shape, as functions of its flat weight vector.

    initialise: (key, first_layer_scale) → weights, where the scale multiplies the first layer's
    weights and so sets the length, about 1/scale, over which the untrained network varies; apply:
    (weights, offsets (..., 2)) → values (...); integrate: (weights, offsets (..., 2), q (...)) → Σ
    q·value, the derivative taken beside it; count: number of its weights.
    """

    initialise: Callable[[PRNGKeyArray, float], Weights]
    apply: Callable[[Weights, Offsets], Float[AnyArray, "*points"]]
    integrate: Callable[[Weights, Offsets, Float[AnyArray, "*points"]], Float[AnyArray, ""]]
    count: int


def with_derivative(weighted_sum: Callable, apply: Callable) -> Callable:
    """weighted_sum, (weights, offsets, q) → Σ q·apply(weights, offsets), its derivative taken
    beside its value.

    One gradient in the weights is kept in place of every unit at every point. Differentiating in
    the offsets raises TypeError.
    """
    integrate = jax.custom_jvp(weighted_sum)

    @partial(integrate.defjvp, symbolic_zeros=True)
    def derivative(primals, tangents):
        """The sum and its change."""
        weights, offsets, _ = primals
        changes = [not isinstance(tangent, SymbolicZero) for tangent in tangents]
        if changes[1]:
            raise TypeError(
                "a network's sum over offsets is differentiated in weights and quadrature only"
            )
        tangent = jnp.zeros(())
        if changes[2]:
            tangent += jnp.sum(apply(weights, offsets) * tangents[2])
        if not changes[0]:
            return weighted_sum(*primals), tangent
        value, gradient = jax.value_and_grad(weighted_sum)(*primals)
        return value, tangent + gradient @ tangents[0]

    return integrate


def tanh_network(hidden: int, depth: int, precision: str = "double") -> Discrepancy:
    """2 → hidden (× depth) → 1, tanh, linear output: 37 weights for hidden = 4, depth = 2.

    precision: `single` or `double`, of the arithmetic inside; weights and values are double in
    either.
    """
    inside = PRECISIONS[precision]

    def build(key):
        return eqx.nn.MLP(2, 1, hidden, depth, activation=jnp.tanh, key=key)

    # shapes only: building a network to look at it would cost a second of small compilations
    abstract = eqx.filter_eval_shape(lambda: build(jax.random.key(0)))
    shapes, static = eqx.partition(abstract, lambda leaf: isinstance(leaf, jax.ShapeDtypeStruct))
    leaves, structure = jax.tree.flatten(shapes)
    ends = np.cumsum([leaf.size for leaf in leaves])

    def unravel(weights):
        parts = jnp.split(weights, ends[:-1])
        return jax.tree.unflatten(
            structure, [p.reshape(leaf.shape) for p, leaf in zip(parts, leaves, strict=True)]
        )

    def initialise(key, first_layer_scale):
        """Equinox's initial weights, those of the first layer scaled, as a flat vector."""
        network = build(key)
        first = first_layer_scale * network.layers[0].weight
        network = eqx.tree_at(lambda mlp: mlp.layers[0].weight, network, first)
        return ravel_pytree(eqx.filter(network, eqx.is_array))[0]

    def last_units(weights, offsets):
        """The last hidden layer's values (hidden, points), and the layer that follows it."""
        network = eqx.combine(unravel(weights.astype(inside)), static)
        # the whole batch at once: (units, points) products instead of one small product a point
        values = offsets.reshape(-1, 2).T.astype(inside)
        for layer in network.layers[:-1]:
            values = jnp.tanh(layer.weight @ values + layer.bias[:, None])
        return values, network.layers[-1]

    def apply(weights, offsets):
        """The network's value at offsets (..., 2)."""
        values, last = last_units(weights, offsets)
        return (last.weight @ values + last.bias[:, None]).reshape(offsets.shape[:-1]).astype(float)

    def weighted_sum(weights, offsets, quadrature):
        """Σ quadrature·value: the sum taken before the last layer, which is linear, has the fewest
        products.
        """
        values, last = last_units(weights, offsets)
        quadrature = quadrature.ravel().astype(inside)
        return (last.weight @ (values @ quadrature) + last.bias * jnp.sum(quadrature))[0].astype(
            float
        )

    return Discrepancy(initialise, apply, with_derivative(weighted_sum, apply), int(ends[-1]))
