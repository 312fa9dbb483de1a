"""Simulated outcomes of some designs with the information that each gives, and posteriors of chosen
data.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, PRNGKeyArray

from boed.arrays import AnyArray
from boed.design.evidence import Pairwise
from boed.design.utility_problem import Problem, draw, predictions
from boed.inference import gaussian_noise
from boed.jobs.store import variable

# quadrature nodes of the prior, whose ends are those of the grid of posteriors
NODES = 200


class Simulated(NamedTuple):
    """Parameters that gave the outcomes, data, and information gains in nats."""

    parameters: Float[AnyArray, " outcome"]
    data: Float[AnyArray, "design outcome"]
    gains: Float[AnyArray, "design outcome"]


class Posteriors(NamedTuple):
    """Predictions on a grid of the parameter, noise-free data of some truths, and the density after
    each of these data.
    """

    grid: Float[AnyArray, " parameter"]
    predictions: Float[AnyArray, "design parameter"]
    data: Float[AnyArray, "design shown"]
    densities: Float[AnyArray, "design shown parameter"]


def simulated(problem: Problem, settings: dict, key: PRNGKeyArray) -> Simulated:
    """Outcomes from common random samples. The gain of a datum is by quadrature over θ in place of
    the samples themselves: no scatter of its own.
    """
    block = settings["outcomes"]
    nodes, weights = problem.prior.nodes(settings["quadrature_nodes"])
    designs = jnp.asarray(block["designs"])[:, None]
    samples = draw(problem, key, block["samples"], 1)
    evidence = Pairwise(problem.noise)

    def at(design):
        """Data and gains of a design's outcomes."""
        predicted = predictions(problem, samples.parameters, design)
        observed = gaussian_noise.perturbed(problem.noise, predicted, samples.noise)
        marginals = evidence(observed, predictions(problem, nodes, design), weights)
        return observed[:, 0], marginals.mean_log_likelihood - marginals.log_evidence

    observed, gains = jax.jit(lambda: jax.lax.map(at, designs))()
    return Simulated(samples.parameters[:, 0], observed, gains)


def posteriors(problem: Problem, block: dict) -> Posteriors:
    """Of the block's designs and true parameters, on a fine grid."""
    nodes, _ = problem.prior.nodes(NODES)
    grid = jnp.linspace(jnp.min(nodes), jnp.max(nodes), block["nodes"])
    truths = jnp.asarray(block["parameters"])[:, None]
    designs = jnp.asarray(block["designs"])[:, None]

    def at(design):
        """Predictions on the grid, the data of the truths and their posteriors."""
        curve = predictions(problem, grid[:, None], design)
        data = predictions(problem, truths, design)
        log_likelihood = jax.vmap(gaussian_noise.log_densities(problem.noise, curve))(data)
        joint = log_likelihood + problem.prior.log_density(grid[:, None])
        density = jnp.exp(joint - jnp.max(joint, axis=1, keepdims=True))
        return curve[:, 0], data[:, 0], density / jnp.trapezoid(density, grid, axis=1)[:, None]

    return Posteriors(grid, *jax.jit(lambda: jax.lax.map(at, designs))())


def spreads(
    grid: Float[np.ndarray, " parameter"], densities: Float[AnyArray, "design shown parameter"]
) -> Float[np.ndarray, "design shown"]:
    """Deviation of every density on the grid."""
    mean = np.trapezoid(densities * grid, grid, axis=2)
    return np.sqrt(np.trapezoid(densities * (grid - mean[..., None]) ** 2, grid, axis=2))


def contrast(values: Float[np.ndarray, "design values"]) -> Float[np.ndarray, " design"]:
    """Greatest over least."""
    return values.max(axis=1) / values.min(axis=1)


def units_of(settings: dict) -> tuple[str, str, str]:
    """Units of the one parameter, design and output."""
    blocks = (settings["parameters"], settings["designs"], settings.get("outputs") or {"y": {}})
    return tuple(next(iter(block.values())).get("unit", "1") for block in blocks)


def dataset(outcomes: Simulated, shown: Posteriors, settings: dict) -> xr.Dataset:
    """Outcomes and posteriors, and how much posteriors and slopes differ within a design."""
    grid, block = np.asarray(shown.grid), settings["outcomes"]
    of_parameter, of_design, of_output = units_of(settings)
    (parameter,), (design,) = settings["parameters"], settings["designs"]
    slope = np.gradient(np.asarray(shown.predictions), grid, axis=1)
    spread = spreads(grid, np.asarray(shown.densities))
    per_outcome, per_shown = ("design", "outcome"), ("design", "shown")
    variables = {
        "true_parameter": ("outcome", outcomes.parameters, of_parameter, "parameter that gave it"),
        "datum": (per_outcome, outcomes.data, of_output, "observed value"),
        "information_gain": (per_outcome, outcomes.gains, "nat", "information that it gives"),
        "prediction": (
            ("design", "parameter"),
            shown.predictions,
            of_output,
            "noise-free data over the parameter",
        ),
        "shown_datum": (
            per_shown,
            shown.data,
            of_output,
            "noise-free datum whose posterior is shown",
        ),
        "posterior": (
            (*per_shown, "parameter"),
            shown.densities,
            of_parameter if of_parameter == "1" else f"1/({of_parameter})",
            "posterior density",
        ),
        "gain_deviation": (
            "design",
            np.std(outcomes.gains, axis=1),
            "nat",
            "deviation of the information gain",
        ),
        "posterior_deviation": (per_shown, spread, of_parameter, "deviation of the posterior"),
        "posterior_contrast": ("design", contrast(spread), "1", "greatest over least"),
        "slope_contrast": (
            "design",
            contrast(slope),
            "1",
            "greatest slope of the prediction over its least",
        ),
        "shown": ("shown", block["parameters"], of_parameter, "parameter that gives the datum"),
        "parameter": ("parameter", grid, of_parameter, parameter),
        "design": ("design", block["designs"], of_design, design),
    }
    return xr.Dataset({name: variable(*parts) for name, parts in variables.items()})
