"""A belief over the source's position and its strength together, on a grid of cells."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference import grid_belief
from boed.inference.grid_belief import Cells, LogBelief

LogJoint = Float[AnyArray, "x y strength"]


class JointCells(NamedTuple):
    """Positions of the cells along x and y and their strengths, each evenly spaced."""

    x: Float[AnyArray, " x"]
    y: Float[AnyArray, " y"]
    strength: Float[AnyArray, " strength"]

    @property
    def position(self) -> Cells:
        """The cells of the position alone."""
        return Cells({"x": self.x, "y": self.y})


def uniform_prior(cells: JointCells) -> LogJoint:
    """Every cell is as probable as any other: the papers' reference (active_learning §3.1.1)."""
    return prior_of(cells, np.zeros(cells.strength.size))


def normal_prior(cells: JointCells, mean: float, deviation: float) -> LogJoint:
    """Uniform in position; in strength N(mean, deviation²) restricted to the cells: the hybrid
    method's ensemble.
    """
    return prior_of(cells, -0.5 * ((cells.strength - mean) / deviation) ** 2)


def prior_of(cells: JointCells, log_strength: Float[AnyArray, " strength"]) -> LogJoint:
    """Uniform in position; log_strength: log density at the strengths' cells, up to a constant."""
    normalised = log_strength - np.logaddexp.reduce(log_strength)
    return grid_belief.uniform(cells.position)[:, :, None] + normalised


def first_belief(cells: JointCells, settings: dict) -> LogJoint:
    """The belief before any data that `joint.prior` names: `uniform` or `normal`."""
    if settings["joint"]["prior"] == "uniform":
        return uniform_prior(cells)
    mean, deviation = settings["model"]["strength"], settings["discrepancy_experiment"]["deviation"]
    return normal_prior(cells, mean, deviation)


def update(before: LogJoint, likelihood: LogJoint) -> LogJoint:
    """Bayes' theorem in log space; the result sums to one."""
    product = before + likelihood
    return product - jax.nn.logsumexp(product)


def information_gain(before: LogJoint, likelihood: LogJoint) -> Float[AnyArray, ""]:
    """D_KL(posterior ‖ prior) = E_posterior[log likelihood] − log evidence, in nats
    (ad_eki Eq. 2).
    """
    product = before + likelihood
    # normalised only once summed: one exponential a cell instead of three
    top = jax.lax.stop_gradient(jnp.max(product))
    mass = jnp.exp(product - top)
    total = jnp.sum(mass)
    return jnp.sum(mass * likelihood) / total - jnp.log(total) - top


def position_belief(joint: LogJoint) -> LogBelief:
    """The belief about the position, whatever the strength."""
    return jax.nn.logsumexp(joint, axis=2)


def strength_belief(joint: LogJoint) -> Float[AnyArray, " strength"]:
    """Log probabilities of the strengths, wherever the source is."""
    return jax.nn.logsumexp(joint, axis=(0, 1))


def strength_moments(joint: LogJoint, cells: JointCells) -> tuple[Scalar, Scalar]:
    """Mean and standard deviation of the strength."""
    probability = jnp.exp(strength_belief(joint))
    mean = probability @ cells.strength
    return mean, jnp.sqrt(probability @ (cells.strength - mean) ** 2)


def strength_mode(joint: LogJoint, cells: JointCells) -> Scalar:
    """Most probable strength wherever the source is: the top of the parabola through the best
    cell's neighbours.
    """
    log_strength = strength_belief(joint)
    top = jnp.clip(jnp.argmax(log_strength), 1, cells.strength.size - 2)
    low, middle, high = jax.lax.dynamic_slice(log_strength, (top - 1,), (3,))
    shift = jnp.clip(0.5 * (low - high) / (low - 2 * middle + high), -1.0, 1.0)
    return jnp.asarray(cells.strength)[top] + shift * (cells.strength[1] - cells.strength[0])
