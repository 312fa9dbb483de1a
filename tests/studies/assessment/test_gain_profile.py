"""Gains along a search: without noise in the gain their covariance part is known in advance."""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config import overlays
from boed.studies.assessment.gain_datasets import profile_dataset
from boed.studies.assessment.gain_profile import GainProfile, ProfileInputs, designs_along
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
CHANGES = {"members": 20, "iterations": 3, "schedule": "released", "deviation": 0.8}
STRENGTH = overlays.merged(
    overlays.resolve(SMOKE, "parametric_error", "robust"), {"discrepancy_experiment": CHANGES}
)
DESIGNS = np.array([[[0.5, 0.31], [0.47, 0.27], [0.6, 0.3]]] * 2)


@pytest.fixture(scope="module")
def gains():
    study = plume_system(STRENGTH)
    inputs = ProfileInputs(
        designs=jnp.asarray(DESIGNS),
        weights=jnp.array([[3.0], [1.5]]),
        centre=jnp.array([[0.45, 0.25]] * 2),
        noise=jnp.array([0.0, 1.0]),
        key=jax.random.split(jax.random.key(2), 2),
    )
    profile = GainProfile(study, STRENGTH["discrepancy_experiment"], ensembles=2)
    return profile(study.plume.moment(0.035), inputs)


def test_each_iteration_quarters_the_variance_of_a_strength_at_every_design(gains):
    n = np.arange(1, 4)
    expected = 0.5 * (4.0**-n - 1 + n * np.log(4))
    assert gains.covariance.shape == (2, 3, 2, 3)
    np.testing.assert_allclose(
        gains.covariance, np.broadcast_to(expected, gains.covariance.shape), rtol=1e-8
    )


def test_designs_share_their_ensembles_and_ensembles_differ(gains):
    """The mean moves from the same ensemble's to the same datum's: by halves towards the strength
    that fits it, which is no other at another design where nothing disturbs the datum.
    """
    mean = np.asarray(gains.mean[0])
    np.testing.assert_allclose(mean, np.broadcast_to(mean[:1], mean.shape), rtol=2e-2)
    assert (abs(mean[:, 0] - mean[:, 1]) > 1e-3).all()


def test_its_file_names_designs_and_iterations(gains):
    found = profile_dataset(gains, DESIGNS, np.array([4, 5]))
    assert found.design.values.tolist() == ["initial", "intermediate", "final"]
    np.testing.assert_array_equal(found.iteration, [1, 2, 3])
    np.testing.assert_allclose(
        found.information_gain, found.covariance_part + found.mean_part, rtol=1e-12
    )


def test_designs_of_a_search_that_is_shorter_than_the_intermediate_step():
    path, last = np.arange(8.0).reshape(1, 4, 2), np.array([[9.0, 9.5]])
    np.testing.assert_array_equal(
        designs_along(path, last, 1), [[[0.0, 1.0], [2.0, 3.0], [9.0, 9.5]]]
    )
    np.testing.assert_array_equal(designs_along(path, last, 30)[:, 1], [[6.0, 7.0]])
