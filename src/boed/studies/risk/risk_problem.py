"""A risk study's settings as what the kernels take: the problem, its designs, estimates over many
of them.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key, PRNGKeyArray, PyTree

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.utility_problem import Design, Designs, Problem
from boed.inference import gaussian_noise
from boed.inference.priors import PRIORS
from boed.systems.analytic import FORWARD_MODELS


def problem(settings: dict, outputs: int = 1) -> Problem:
    """The study's forward map, noise of so many outputs, and prior."""
    prior = settings["parameters"]["theta"]
    (kind,) = prior.keys() & PRIORS.keys()
    noise = gaussian_noise.independent(settings["noise"]["constant"], outputs)
    return Problem(FORWARD_MODELS[settings["function"]], noise, PRIORS[kind](**prior[kind]))


def designs(settings: dict) -> Float[np.ndarray, " designs"]:
    """Designs of one run of the experiment, both bounds among them."""
    block = settings["designs"]["d"]
    # rounded, so that a claim or a user finds 0.2 and not 0.20000000000000001
    return np.linspace(block["lower"], block["upper"], settings["nodes"]).round(12)


def pairs(nodes: int, settings: dict) -> Float[np.ndarray, "nodes nodes 2"]:
    """Designs of two runs of the experiment, a grid within the study's bounds, `nodes` a side."""
    block = settings["designs"]["d"]
    axis = np.linspace(block["lower"], block["upper"], nodes).round(12)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)


def corners(coordinates: int, settings: dict, nodes: int = 11) -> Designs:
    """Designs all over the bounds, (·, coordinates): where fast sums must have room for the data.

    A map that is monotonous in each coordinate between these points needs no more.
    """
    block = settings["designs"]["d"]
    axis = jnp.linspace(block["lower"], block["upper"], nodes)
    return jnp.stack(jnp.meshgrid(*[axis] * coordinates, indexing="ij"), axis=-1).reshape(
        -1, coordinates
    )


def common(key: PRNGKeyArray, designs: int) -> Key[AnyArray, " designs"]:
    """A key a design, all the same: common random samples (mean_variance §3.2.1)."""
    return jnp.broadcast_to(key, (designs,))


def independent(key: PRNGKeyArray, designs: int) -> Key[AnyArray, " designs"]:
    """A key a design, all different."""
    return jax.random.split(key, designs)


SAMPLING = {"common": common, "independent": independent}


@partial(jax.jit, static_argnums=0)
def over_designs(
    evaluate: Callable[[PRNGKeyArray, Design], PyTree],
    keys: Key[AnyArray, " designs"],
    designs: Designs,
) -> PyTree:
    """evaluate(key, design) of every key and design, one after the other; compiled once for every
    `evaluate`.
    """
    return jax.lax.map(lambda pair: evaluate(*pair), (keys, designs))
