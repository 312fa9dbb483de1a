"""Information gains of simulated outcomes at some designs, posteriors of chosen data, and the
model's curves.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design.estimators import draw, way
from boed.inference import gaussian_noise
from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import risk_problem


def simulated(settings: dict, key):
    """(parameters (outcome,), data and gains (design, outcome)), from common random samples."""
    block, problem = settings["outcomes"], risk_problem.problem(settings)
    # the gain of a datum by quadrature over θ in place of the samples themselves: no scatter of its
    # own
    nodes, weights = problem.prior.nodes(settings["quadrature_nodes"])
    designs = jnp.asarray(block["designs"])[:, None]
    samples, sums = draw(problem, key, block["samples"], 1), way(problem, "pairwise", designs)

    def at(design):
        """Data and gains of a design's outcomes."""
        predicted = jax.vmap(problem.forward, (0, None))
        observed = gaussian_noise.perturbed(
            problem.noise, predicted(samples.parameters, design), samples.noise
        )
        marginals = sums(observed, predicted(nodes, design), weights)
        return observed[:, 0], marginals.mean_log_likelihood - marginals.log_evidence

    observed, gained = jax.jit(lambda: jax.lax.map(at, designs))()
    return samples.parameters[:, 0], observed, gained


def posteriors(settings: dict):
    """(θ, prediction (design, θ), noise-free data (design, true θ), density (design, true θ, θ)) on
    a fine grid.
    """
    block, problem = settings["outcomes"], risk_problem.problem(settings)
    nodes, _ = problem.prior.nodes(200)
    grid = jnp.linspace(jnp.min(nodes), jnp.max(nodes), block["nodes"])
    truths, designs = (
        jnp.asarray(block["parameters"])[:, None],
        jnp.asarray(block["designs"])[:, None],
    )

    def at(design):
        """Predictions on the grid, the data of the truths and their posteriors."""
        predicted = jax.vmap(problem.forward, (0, None))
        curve, data = predicted(grid[:, None], design), predicted(truths, design)
        log_likelihood = jax.vmap(gaussian_noise.log_densities(problem.noise, curve))(data)
        joint = log_likelihood + problem.prior.log_density(grid)
        density = jnp.exp(joint - jnp.max(joint, axis=1, keepdims=True))
        return curve[:, 0], data[:, 0], density / jnp.trapezoid(density, grid, axis=1)[:, None]

    return grid, *jax.jit(lambda: jax.lax.map(at, designs))()


def main(snakemake) -> xr.Dataset:
    settings, params = snakemake.params.settings, snakemake.params
    block = settings["outcomes"]
    parameters, observed, gained = simulated(
        settings, key_for(params.seed, "simulate_outcomes", snakemake.wildcards.study)
    )
    grid, curve, data, density = posteriors(settings)
    slope = np.gradient(np.asarray(curve), np.asarray(grid), axis=1)
    mean = np.trapezoid(density * grid, grid, axis=2)
    spread = np.sqrt(
        np.trapezoid(density * (np.asarray(grid) - mean[..., None]) ** 2, grid, axis=2)
    )
    return xr.Dataset(
        {
            "true_parameter": variable(
                "outcome", parameters, "1", "parameter that gave the outcome"
            ),
            "datum": variable(("design", "outcome"), observed, "1", "observed value"),
            "information_gain": variable(
                ("design", "outcome"), gained, "nat", "information that it gives"
            ),
            "prediction": variable(
                ("design", "parameter"), curve, "1", "noise-free data over the parameter"
            ),
            "shown_datum": variable(
                ("design", "shown"), data, "1", "noise-free datum whose posterior is shown"
            ),
            "posterior": variable(
                ("design", "shown", "parameter"), density, "1", "posterior density"
            ),
            "gain_deviation": variable(
                "design", np.std(gained, axis=1), "nat", "deviation of the information gain"
            ),
            "posterior_deviation": variable(
                ("design", "shown"), spread, "1", "deviation of the posterior"
            ),
            "posterior_contrast": variable(
                "design", spread.max(axis=1) / spread.min(axis=1), "1", "greatest over least"
            ),
            "slope_contrast": variable(
                "design",
                slope.max(axis=1) / slope.min(axis=1),
                "1",
                "greatest slope of the prediction over its least",
            ),
            "shown": variable(
                "shown", block["parameters"], "1", "parameter that gives the shown datum"
            ),
            "parameter": variable("parameter", grid, "1", "parameter"),
            "design": variable("design", block["designs"], "1", "design"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
