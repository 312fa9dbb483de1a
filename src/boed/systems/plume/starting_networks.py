"""Weights that a discrepancy network starts from, by name: the authors' own, pre-trained ones, none
at all.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key

from boed.arrays import AnyArray
from boed.systems.discrepancy_network import Weights, tanh_network
from boed.systems.plume.pretraining import pretrained
from boed.systems.plume.sources import Sharp


def from_kernels(layers: list[dict]) -> Weights:
    """The flat weights of a network given layer by layer, `kernel` (inputs, outputs) and `bias`
    (outputs,).
    """
    parts = [part for layer in layers for part in (np.transpose(layer["kernel"]), layer["bias"])]
    return np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in parts])


def correcting_nothing(
    keys: Key[AnyArray, " replicates"], block: dict
) -> Float[AnyArray, "replicates weights"]:
    """Networks whose last layer is zero, so that they add nothing, their other layers random.

    block: the settings `network`. With all weights zero no gradient would ever move the inner
    layers.
    """
    network = tanh_network(block["hidden"], block["depth"])
    weights = jnp.stack([network.initialise(key, block["first_layer_scale"]) for key in keys])
    return weights.at[:, -(block["hidden"] + 1) :].set(0.0)


class Starts(NamedTuple):
    """Of a network a replicate: weights, loss before each step, root mean square of what is
    fitted.
    """

    weights: Float[AnyArray, "replicates weights"]
    loss: Float[AnyArray, "replicates steps"]
    wanted: Float[AnyArray, " replicates"]


def pretrained_each(keys: Key[AnyArray, " replicates"], block: dict, missing: Sharp) -> Starts:
    """A network a replicate, fitted to a fraction of what is missing.

    block: the settings `network`; missing: offsets → the true discrepancy. Each has initial weights
    and points of its own: what a study starts from is part of what varies between replicates.
    """

    def one(key):
        fitted = pretrained(key, block, missing)
        return Starts(fitted.weights, fitted.loss, jnp.sqrt(jnp.mean(fitted.wanted**2)))

    return jax.jit(lambda keys: jax.lax.map(one, keys))(keys)
