"""Beliefs of more than three parameters in the hybrid method: particles against the closed form of
a linear model with Gaussian noise.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.beliefs import of_replicates, of_update
from boed.studies.hybrid.inverse_problem import Measurements
from boed.systems.sequential import sequential_system

MODEL = """
import jax.numpy as jnp


def predict(parameters, design):
    return sum(parameters[f"c{n}"] * jnp.cos(n * design["t"]) for n in range(5))


def observe(design):
    return predict({f"c{n}": 0.5 for n in range(5)}, design)
"""
NAMES, DEVIATION = [f"c{n}" for n in range(5)], 0.3
SETTINGS = {
    "parameters": {name: {"normal": {"mean": 0.2, "deviation": 1.0}} for name in NAMES},
    "designs": {"t": {"lower": 0.0, "upper": 3.0}},
    "noise": {"constant": DEVIATION},
    "true_parameters": dict.fromkeys(NAMES, 0.5),
    "particles": 2000,
}
PLACES = jnp.array([0.1, 0.3, 0.5, 0.7, 0.9, 0.0, 0.0])
USED = jnp.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0])


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return sequential_system(SETTINGS | {"file": str(path)})


@pytest.fixture(scope="module")
def observed():
    """Data of two replicates; those that are not in use are NaN."""
    rng = np.random.default_rng(5)
    values = rng.normal(0.5, 1.0, size=(2, 7))
    values[:, 5:] = np.nan
    return values


@pytest.fixture(scope="module")
def updated(system, observed):
    data = Measurements(
        design=jnp.broadcast_to(PLACES[:, None], (2, 7, 1)),
        observed=jnp.asarray(observed)[..., None],
        deviation=jnp.full((2, 7, 1), DEVIATION),
        used=jnp.broadcast_to(USED, (2, 7)),
    )
    update = BeliefUpdate(system, {"belief": {}})
    prior = of_replicates(system.prior, 2)
    return update(jnp.zeros(7), data, jnp.zeros((2, 1)), prior)


def exact(observed):
    """Mean and covariance of the posterior, by the normal equations."""
    matrix = np.cos(np.outer(3.0 * np.asarray(PLACES[:5]), np.arange(5)))
    precision = np.eye(5) + matrix.T @ matrix / DEVIATION**2
    covariance = np.linalg.inv(precision)
    return covariance @ (0.2 + matrix.T @ observed[:5] / DEVIATION**2), covariance


@pytest.mark.parametrize("replicate", [0, 1])
def test_its_moments_are_those_of_the_closed_form(updated, observed, replicate):
    """Within four Monte Carlo errors of 2,000 independent particles, doubled for their moves."""
    mean, covariance = exact(observed[replicate])
    deviations = np.sqrt(np.diag(covariance))
    found = np.asarray(updated["mean"][replicate])
    assert np.all(np.abs(found - mean) < 8 * deviations / np.sqrt(2000))
    particles = np.asarray(updated["particles"][replicate])
    np.testing.assert_allclose(particles.std(axis=0), deviations, rtol=0.13)
    determinant = np.linalg.det(covariance) ** 0.1
    assert float(updated["spread"][replicate]) == pytest.approx(determinant, rel=0.05)


def test_its_gain_is_that_of_the_closed_form(updated, observed):
    mean, covariance = exact(observed[0])
    gain = 0.5 * (
        np.trace(covariance) - 5 - np.linalg.slogdet(covariance)[1] + np.sum((mean - 0.2) ** 2)
    )
    assert float(updated["information_gain"][0]) == pytest.approx(gain, rel=0.03)


def test_what_it_found_is_the_next_stages_belief(system, updated):
    belief = of_update(updated)
    one = jax.tree.map(lambda leaf: leaf[0], belief)
    predicted = system.holding(one.particles).over_cells(
        jnp.zeros(1), jnp.zeros(()), jnp.array([0.5])
    )
    assert predicted.shape == (2000, 1)
    assert "update" not in updated


def test_data_that_no_particle_can_give_are_refused(system):
    data = Measurements(
        design=jnp.full((1, 1, 1), 0.5),
        observed=jnp.full((1, 1, 1), 1e200),
        deviation=jnp.full((1, 1, 1), DEVIATION),
        used=jnp.ones((1, 1)),
    )
    update = BeliefUpdate(system, {"belief": {}})
    with pytest.raises(ValueError, match="no particle gives the data a likelihood"):
        update(jnp.zeros(1), data, jnp.zeros((1, 1)), of_replicates(system.prior, 1))


def test_draws_without_a_density_are_weighted_where_they_are(tmp_path, observed):
    """Against the weights by NumPy; one datum alone, of which many draws have something to say."""
    path, table = tmp_path / "model.py", tmp_path / "draws.csv"
    path.write_text(MODEL, encoding="utf-8")
    draws = np.random.default_rng(1).normal(size=(300, 5))
    np.savetxt(table, draws, delimiter=",", header=",".join(NAMES), comments="")
    given = {"file": str(path), "prior_samples": str(table)}
    system = sequential_system(SETTINGS | given | {"parameters": {name: {} for name in NAMES}})
    data = Measurements(
        design=jnp.broadcast_to(PLACES[:, None], (1, 7, 1)),
        observed=jnp.asarray(observed[:1])[..., None],
        deviation=jnp.full((1, 7, 1), DEVIATION),
        used=jnp.zeros((1, 7)).at[0, 1].set(1.0),
    )
    update = BeliefUpdate(system, {"belief": {}})
    found = update(jnp.zeros(7), data, jnp.zeros((1, 1)), of_replicates(system.prior, 1))
    row = np.cos(0.9 * np.arange(5))
    likelihood = np.exp(-0.5 * ((draws @ row - observed[0, 1]) / DEVIATION) ** 2)
    weights = likelihood / likelihood.sum()
    np.testing.assert_allclose(found["mean"][0], weights @ draws, rtol=1e-6)
    entropy = np.sum(weights * np.log(weights * 300))
    assert float(found["information_gain"][0]) == pytest.approx(entropy, rel=1e-6)
