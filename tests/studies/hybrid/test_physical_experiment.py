"""The search for a physical design against gains computed from exact plumes, design by design."""

import configurations
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from boed.config import overlays
from boed.studies.hybrid.data_buffer import Start
from boed.studies.hybrid.physical_experiment import PhysicalSearch
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
# model and truth are the same Gaussian: weights of 2 are the true strength
KNOWN = overlays.merged(
    overlays.resolve(SMOKE, "parametric_error", "robust"),
    {"belief": {"cells": 9}, "experiment": {"grid": 3}},
)
STUDY, TIME, UNIFORM = plume_system(KNOWN), 0.035, -np.log(81.0)


def plumes(design):
    """The exact plume at a design for a source in every cell, and the noise's deviation."""
    cells = np.stack(np.meshgrid(*STUDY.cells, indexing="ij"), axis=-1).reshape(-1, 2)
    u = GaussianPlume((0.0, 0.0), 2.0, 0.05, STUDY.plume.velocity).at(
        np.asarray(design) - cells, TIME
    )
    return u, 0.05 + 0.05 * u


def measured(design):
    true = GaussianPlume((0.45, 0.25), 2.0, 0.05, STUDY.plume.velocity).at(np.asarray(design), TIME)
    posterior = norm(*plumes(design)).logpdf(true)
    posterior -= np.logaddexp.reduce(posterior)
    return np.sum(np.exp(posterior) * (posterior - UNIFORM))


def predicted(design):
    u, deviation = plumes(design)
    y = np.linspace(-0.5, (u + 8 * deviation).max(), 3000)
    each = norm(u, deviation).logpdf(y[:, None])
    marginal = np.logaddexp.reduce(each + UNIFORM, axis=1)
    return np.trapezoid((np.exp(each + UNIFORM) * (each - marginal[:, None])).sum(axis=1), y)


@pytest.mark.slow
@pytest.mark.parametrize(("utility", "exact"), [("measured", measured), ("predicted", predicted)])
def test_the_search_begins_at_the_best_of_its_grid_and_climbs(utility, exact, key):
    experiment = KNOWN["experiment"] | {"utility": utility, "rate": 0.005}
    search = PhysicalSearch(STUDY, KNOWN | {"experiment": experiment})
    start, prior = jnp.array([[0.5, 0.5], [0.6, 0.3]]), jnp.full((2, 9, 9), UNIFORM)
    begun = Start(start, jnp.array([[2.0], [2.0]]), prior)
    state, info = search(STUDY.plume.moment(TIME), begun, jnp.zeros(2), key, 5)
    climbed = []
    for replicate, centre in enumerate(np.asarray(start)):
        axes = [np.linspace(max(c - 0.2, 0), min(c + 0.2, 1), 3) for c in centre]
        best = max(exact((x, y)) for x in axes[0] for y in axes[1])
        np.testing.assert_allclose(info.utility[replicate, 0], best, rtol=1e-3)
        np.testing.assert_allclose(exact(info.design[replicate, 0]), best, rtol=1e-3)
        climbed.append(exact(state.design[replicate]) / best)
    assert min(climbed) > 1 - 1e-6
    assert max(climbed) > 1.001
