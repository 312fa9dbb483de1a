"""Information gains without sampling: θ on quadrature nodes, data by the trapezoidal rule.

gains = gain_quadrature(problem, 2000, designs); moments(gains(design)).utility_variance
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.design.evidence import NOISE_REACH, EvidenceEstimator, Pairwise, widest_spread
from boed.design.nested_monte_carlo import UTILITIES, Gains
from boed.design.utility_problem import (
    Design,
    Designs,
    Problem,
    outputs_of,
    predictions,
    predictions_at,
    require_design,
)
from boed.inference.gaussian_noise import GaussianNoise, log_densities

# values of y a deviation: at two, the trapezoidal rule's error is below 1e-15
VALUES_A_DEVIATION = 2
REACH = 8.0
Predicted = Float[AnyArray, "nodes outputs"]
Probabilities = Float[AnyArray, " nodes"]


class Rule(NamedTuple):
    """Nodes of the parameters and their probabilities, which add up to one."""

    parameters: Float[AnyArray, "nodes parameters"]
    weights: Probabilities


@dataclass(frozen=True, eq=False)
class GainQuadrature:
    """Gains of a scalar datum of any design: no random numbers. values: points of y.

    utility: a name in UTILITIES; the pointwise one has a value for every θ and y. coordinates: how
    many a design has, ValueError for designs with others.
    """

    problem: Problem
    rule: Rule
    values: int
    utility: str
    coordinates: int = 1

    def __call__(self, design: Design) -> Gains:
        """The gains of this design's data and their probabilities."""
        require_design(design, self.coordinates)
        noise, weights = self.problem.noise, self.rule.weights
        predicted = predictions(self.problem, self.rule.parameters, design)
        if self.utility == "pointwise":
            return tabulated_pointwise(predicted, weights, noise, self.values)
        return tabulated(predicted, weights, noise, Pairwise(noise), self.values)


def gain_quadrature(
    problem: Problem, nodes: int, designs: Designs, utility: str = "divergence"
) -> GainQuadrature:
    """Quadrature with so many nodes of θ, and room for the data of all `designs`.

    Raises ValueError for a utility without a name in UTILITIES, for other than one parameter and
    scalar data, and for nodes whose predictions lie further apart than the noise reaches.
    """
    if utility not in UTILITIES:
        raise ValueError(f"no utility named {utility!r}: {' or '.join(UTILITIES)}")
    if problem.noise.constant is None or outputs_of(problem, designs) != 1:
        raise ValueError(
            "quadrature is for one output with noise that does not depend on the prediction"
        )
    values = int(np.ceil(VALUES_A_DEVIATION * (widest_spread(problem, designs) + 2 * NOISE_REACH)))
    rule = Rule(*problem.prior.nodes(nodes))
    gap = widest_gap(problem, rule.parameters, designs)
    if gap > 1:
        needed = int(np.ceil(1.2 * gap * nodes))
        raise ValueError(
            f"{nodes} quadrature nodes leave gaps of {gap:.1f} noise "
            f"deviations: take {needed} or more"
        )
    return GainQuadrature(
        problem=problem, rule=rule, values=values, utility=utility, coordinates=designs.shape[1]
    )


def widest_gap(
    problem: Problem, parameters: Float[AnyArray, "nodes parameters"], designs: Designs
) -> float:
    """Greatest distance between the predictions of neighbouring nodes at any design, in
    deviations.
    """

    @jax.jit
    def gaps(designs):
        predicted = predictions_at(problem, parameters, designs)
        return jnp.max(jnp.abs(jnp.diff(predicted[..., 0], axis=1)))

    return float(gaps(designs) / problem.noise.constant.ravel()[0])


def tabulated(
    predictions: Predicted,
    weights: Probabilities,
    noise: GaussianNoise,
    evidence: EvidenceEstimator,
    values: int,
) -> Gains:
    """Gains of data from predictions at nodes of θ with these probabilities.

    Of several outputs the data are values**outputs points of the product rule. For Gaussians its
    error falls like exp(−2π²σ²/h²): a spacing h of half the least deviation leaves nothing.
    """
    marginals = evidence(_data(predictions, noise, values), predictions, weights)
    probability = jnp.exp(marginals.log_evidence)
    return Gains(
        marginals.mean_log_likelihood - marginals.log_evidence, probability / jnp.sum(probability)
    )


def tabulated_pointwise(
    predictions: Predicted, weights: Probabilities, noise: GaussianNoise, values: int
) -> Gains:
    """u(θ, y) at every node and datum, (data × nodes,), by the same rule: the pointwise utility
    without sampling.
    """
    log_likelihood = jax.vmap(log_densities(noise, predictions))(_data(predictions, noise, values))
    joint = log_likelihood + jnp.log(weights)
    log_evidence = jax.nn.logsumexp(joint, axis=1, keepdims=True)
    probability = jnp.exp(joint)
    return Gains(
        (log_likelihood - log_evidence).ravel(), (probability / jnp.sum(probability)).ravel()
    )


def _data(predictions: Predicted, noise: GaussianNoise, values: int):
    """Points (data, outputs) of the product rule over all data that the predictions may give."""
    reach = REACH * jax.vmap(noise.deviation)(predictions)
    low, high = jnp.min(predictions - reach, axis=0), jnp.max(predictions + reach, axis=0)
    axes = jax.lax.stop_gradient(jnp.linspace(low, high, values, axis=1))
    return jnp.stack(jnp.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
