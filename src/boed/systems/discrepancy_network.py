"""The discrepancy network: what it is given, of a plume the offset from the source → the part that
the model misses.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero
from jax.flatten_util import ravel_pytree
from jaxtyping import Float, PRNGKeyArray, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Weights = Float[AnyArray, " weights"]
Offsets = Float[AnyArray, "*points inputs"]
Values = Float[AnyArray, "*points"]
PRECISIONS = {"single": jnp.float32, "double": jnp.float64}


class Layout(NamedTuple):
    """How a flat weight vector lies in a network: leaves' shapes and ends, tree, all else of it."""

    shapes: list[tuple[int, ...]]
    ends: Any
    structure: Any
    static: Any


@dataclass(frozen=True)
class Discrepancy:
    """inputs → hidden (× depth) → 1, tanh, linear output, as functions of its flat weight vector.

    inside: type of the numbers in the arithmetic inside; weights and values are double in any case.
    """

    hidden: int
    depth: int
    inside: type
    inputs: int = 2

    @property
    def count(self) -> int:
        """Number of weights."""
        return int(self._layout.ends[-1])

    def initialise(self, key: PRNGKeyArray, first_layer_scale: float) -> Weights:
        """Equinox's initial weights, those of the first layer scaled.

        The scale sets the length, about 1/scale, over which the untrained network varies.
        """
        network = self._build(key)
        first = first_layer_scale * network.layers[0].weight
        network = eqx.tree_at(lambda mlp: mlp.layers[0].weight, network, first)
        return ravel_pytree(eqx.filter(network, eqx.is_array))[0]

    def apply(self, weights: Weights, offsets: Offsets) -> Values:
        """The network's value at offsets (..., inputs)."""
        values, last = self._last_units(weights, offsets)
        return (last.weight @ values + last.bias[:, None]).reshape(offsets.shape[:-1]).astype(float)

    def integrate(
        self, weights: Weights, offsets: Offsets, quadrature: Values
    ) -> Float[AnyArray, ""]:
        """Σ quadrature·value, the derivative taken beside it.

        Differentiating in the offsets raises TypeError.
        """
        return _integral(self, weights, offsets, quadrature)

    def weighted_sum(
        self, weights: Weights, offsets: Offsets, quadrature: Values
    ) -> Float[AnyArray, ""]:
        """The same with JAX's own derivative.

        The sum taken before the last layer, which is linear, has the fewest products.
        """
        values, last = self._last_units(weights, offsets)
        quadrature = quadrature.ravel().astype(self.inside)
        summed = last.weight @ (values @ quadrature) + last.bias * jnp.sum(quadrature)
        return summed[0].astype(float)

    def _build(self, key: PRNGKeyArray) -> eqx.nn.MLP:
        return eqx.nn.MLP(self.inputs, 1, self.hidden, self.depth, activation=jnp.tanh, key=key)

    @cached_property
    def _layout(self) -> Layout:
        # shapes only: building a network to look at it would cost a second of small compilations
        abstract = eqx.filter_eval_shape(lambda: self._build(jax.random.key(0)))
        shapes, static = eqx.partition(
            abstract, lambda leaf: isinstance(leaf, jax.ShapeDtypeStruct)
        )
        leaves, structure = jax.tree.flatten(shapes)
        ends = np.cumsum([leaf.size for leaf in leaves])
        return Layout([leaf.shape for leaf in leaves], ends, structure, static)

    def _last_units(self, weights: Weights, offsets: Offsets) -> tuple[PyTree, eqx.nn.Linear]:
        """The last hidden layer's values (hidden, points), and the layer that follows it."""
        layout = self._layout
        parts = jnp.split(weights.astype(self.inside), layout.ends[:-1])
        arrays = [part.reshape(shape) for part, shape in zip(parts, layout.shapes, strict=True)]
        network = eqx.combine(jax.tree.unflatten(layout.structure, arrays), layout.static)
        # the whole batch at once: (units, points) products instead of one small product a point
        values = offsets.reshape(-1, self.inputs).T.astype(self.inside)
        for layer in network.layers[:-1]:
            values = jnp.tanh(layer.weight @ values + layer.bias[:, None])
        return values, network.layers[-1]


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def _integral(
    network: Discrepancy, weights: Weights, offsets: Offsets, quadrature: Values
) -> Float[AnyArray, ""]:
    """Σ quadrature·value; one gradient in the weights is kept in place of every unit at every
    point.
    """
    return network.weighted_sum(weights, offsets, quadrature)


@partial(_integral.defjvp, symbolic_zeros=True)
def _integral_and_change(network: Discrepancy, primals: tuple, tangents: tuple) -> tuple:
    """The sum and its change."""
    weights, offsets, _ = primals
    changes = [not isinstance(tangent, SymbolicZero) for tangent in tangents]
    if changes[1]:
        raise TypeError(
            "a network's sum over offsets is differentiated in weights and quadrature only"
        )
    tangent = jnp.zeros(())
    if changes[2]:
        tangent += jnp.sum(network.apply(weights, offsets) * tangents[2])
    if not changes[0]:
        return network.weighted_sum(*primals), tangent
    value, gradient = jax.value_and_grad(network.weighted_sum)(*primals)
    return value, tangent + gradient @ tangents[0]


def tanh_network(
    hidden: int, depth: int, precision: str = "double", inputs: int = 2
) -> Discrepancy:
    """The network of this size: 37 weights for hidden = 4, depth = 2 and two inputs.

    precision: `single` or `double`, of the arithmetic inside.
    """
    return Discrepancy(hidden, depth, PRECISIONS[precision], inputs)
