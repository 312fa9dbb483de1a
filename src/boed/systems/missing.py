"""What a model misses, as weights that data teach: a network of any inputs, or named parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import jax.numpy as jnp
from jax.scipy.stats import norm
from jaxtyping import Float, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray, Scalar
from boed.inference.priors import Prior
from boed.systems.discrepancy_network import Discrepancy, tanh_network
from boed.systems.weight_prior import Gaussian, Penalty, Weights


@runtime_checkable
class Missing(Protocol):
    """A part of the model that is learned, as a function of a flat vector of weights."""

    @property
    def count(self) -> int:
        """Number of weights."""

    def initialise(self, key: PRNGKeyArray) -> Weights:
        """Weights before any data."""

    def given(self, weights: Weights) -> Callable | dict[str, Scalar]:
        """What `predict_with` is given as `missing`."""

    def penalty(self, calibration: dict, first: Weights) -> Penalty:
        """−log prior of the weights; calibration: the settings, first: the weights before data."""


@dataclass(frozen=True, eq=False)
class MissingNetwork:
    """A tanh network of some inputs; scale: of its first layer, about one over the length over
    which the untrained network varies.
    """

    network: Discrepancy
    scale: float

    @property
    def count(self) -> int:
        """Number of weights."""
        return self.network.count

    def initialise(self, key: PRNGKeyArray) -> Weights:
        """A network whose last layer is zero, so that it adds nothing, its other layers random.

        With all weights zero no gradient would ever move the inner layers.
        """
        last = self.network.hidden + 1
        return self.network.initialise(key, self.scale).at[-last:].set(0.0)

    def given(self, weights: Weights) -> Callable:
        """A function of the inputs."""
        return NetworkValue(self.network, weights)

    def penalty(self, calibration: dict, first: Weights) -> Penalty:
        """Near the weights before any data."""
        return Gaussian(first, calibration["weight_precision"])


@dataclass(frozen=True, eq=False)
class NetworkValue:
    """The value of a network with its weights."""

    network: Discrepancy
    weights: Weights

    def __call__(self, *inputs: Scalar | Float[AnyArray, "..."]) -> Float[AnyArray, "..."]:
        """One number for each of the inputs, which broadcast against each other; TypeError for
        another number of them.
        """
        if len(inputs) != self.network.inputs:
            raise TypeError(
                f"missing is a network of {self.network.inputs} inputs, called with {len(inputs)}: "
                "`network.inputs` in the configuration says how many"
            )
        values = jnp.broadcast_arrays(*(jnp.asarray(value, dtype=float) for value in inputs))
        return self.network.apply(self.weights, jnp.stack(values, axis=-1))


@dataclass(frozen=True, eq=False)
class MissingParameters:
    """Parameters that only the corrected model has; weights: their normal scores, N(0, 1) before
    any data.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    prior: Prior

    @property
    def count(self) -> int:
        """Number of parameters."""
        return len(self.names)

    def initialise(self, key: PRNGKeyArray) -> Weights:
        """The medians."""
        return jnp.zeros(self.count)

    def given(self, weights: Weights) -> dict[str, Scalar]:
        """The parameters by their names."""
        values = self.prior.quantile(norm.cdf(weights))
        return {name: values[index] for index, name in enumerate(self.names)}

    def penalty(self, calibration: dict, first: Weights) -> Penalty:
        """Their prior."""
        return Gaussian(jnp.zeros(self.count), 1.0)


def missing_network(block: dict) -> MissingNetwork:
    """The network of the settings `missing.network`; inputs: their names, or how many there are."""
    inputs = block["inputs"] if isinstance(block["inputs"], int) else len(block["inputs"])
    network = tanh_network(block["hidden"], block["depth"], inputs=inputs)
    return MissingNetwork(network, block.get("scale", 1.0))
