"""Gains of schedules for a strength, in which the plume is linear: every gain has a closed form."""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config import overlays
from boed.inference.divergence import Divergence
from boed.inference.importance import Estimate
from boed.studies.assessment import gain_comparison
from boed.studies.assessment.gain_comparison import SCHEDULES, Comparison
from boed.studies.assessment.gain_datasets import comparison_dataset
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
STRENGTH = overlays.merged(
    overlays.resolve(SMOKE, "parametric_error", "robust"),
    {
        "noise": {"constant": 0.1, "relative": 0.0},
        "discrepancy_experiment": {"members": 1500, "iterations": 2, "deviation": 0.8},
    },
)
DESIGNS = np.array([[0.5, 0.31], [0.47, 0.27], [0.62, 0.4], [0.7, 0.2]])
CENTRE, TIME, GUESS = (0.45, 0.25), 0.035, 3.0


@pytest.fixture(scope="module")
def study():
    return plume_system(STRENGTH)


@pytest.fixture(scope="module")
def closed_form(study):
    """D_KL of the posterior of the strength from N(3, 0.8²), the noise-free datum being that of
    strength 2.
    """
    unit = GaussianPlume(CENTRE, 1.0, 0.05, study.plume.velocity).at(DESIGNS, TIME)
    ratio = (0.8 * unit / 0.1) ** 2
    shift = 0.8 * unit / (0.8**2 * unit**2 + 0.1**2) * (2 - GUESS) * unit
    return 0.5 * (np.log1p(ratio) - ratio / (1 + ratio) + shift**2)


@pytest.fixture(scope="module")
def compared(study):
    compare = gain_comparison.GainComparison(
        problem=study, block=STRENGTH["discrepancy_experiment"], ensembles=4, samples=40000
    )
    inputs = gain_comparison.ComparisonInputs(
        designs=jnp.asarray(DESIGNS)[None],
        weights=jnp.array([[GUESS]]),
        centre=jnp.array([CENTRE]),
        noise=jnp.zeros(1),
        key=jax.random.key(3)[None],
    )
    return compare(study.plume.moment(TIME), inputs).of_designs(slice(None))


@pytest.mark.slow
def test_reference_and_shared_data_give_the_closed_form(compared, closed_form):
    assert np.ptp(closed_form) > 0.5
    np.testing.assert_allclose(compared.reference.gain[0], closed_form, atol=0.03)
    tempered = compared.gains.total[0, SCHEDULES.index("tempered")]
    np.testing.assert_allclose(tempered, closed_form, rtol=0.06, atol=0.02)


@pytest.mark.slow
def test_a_gain_without_noise_tells_designs_apart_by_its_mean_alone(compared):
    """`released` quarters the variance an iteration whatever the design, `tempered` does not."""
    spread = dict(zip(SCHEDULES, gain_comparison.relative_spread(compared)[0], strict=True))
    assert spread["released"] == pytest.approx(0, abs=1e-9)
    assert spread["tempered"] > 0.2
    part = compared.gains.covariance[0, SCHEDULES.index("released")]
    np.testing.assert_allclose(part, 0.5 * (4.0**-2 - 1 + 2 * np.log(4)), rtol=1e-9)
    order = dict(zip(SCHEDULES, gain_comparison.rank_correlation(compared)[0], strict=True))
    assert order["tempered"] == 1.0


def by_hand():
    """One replicate, five designs, the last on a path; gains fall, rise, and rise but for two."""
    reference = np.array([[1.0, 2.0, 3.0, 4.0, 0.0]])
    total = np.array([[[4.0, 3.0, 2.0, 1.0, 9.0], [1, 2, 3, 4, 9], [2, 1, 3, 4, 9]]])
    gains = Divergence(covariance=total, mean=0 * total)
    return Comparison(gains, Estimate(reference, np.full((1, 5), 7.0)))


def test_orders_and_spreads_by_hand():
    """Spearman: 1 − 6·Σd²/(n(n² − 1)), Σd² = 2 for a pair in the wrong order."""
    window = by_hand().of_designs(slice(4))
    expected = [[-1.0, 1.0, 1 - 12 / 60]]
    np.testing.assert_allclose(gain_comparison.rank_correlation(window), expected)
    np.testing.assert_allclose(
        gain_comparison.relative_spread(window), np.full((1, 3), np.sqrt(1.25) / 2.5)
    )


def test_the_file_tells_window_and_path_apart():
    places = np.arange(10.0).reshape(1, 5, 2)
    found = comparison_dataset(
        by_hand(), np.zeros((1, 2)), places[:, :4], np.array([6]), places[:, 4:]
    )
    np.testing.assert_array_equal(found.position, places[:, :4])
    np.testing.assert_array_equal(found.path_position, places[:, 4:])
    np.testing.assert_array_equal(found.path_reference_gain, [[0.0]])
    np.testing.assert_array_equal(found.information_gain[0, :, 0], [4.0, 1.0, 2.0])
    np.testing.assert_array_equal(found.path_information_gain[0, :, 0], [9.0, 9.0, 9.0])


def test_the_grid_covers_the_part_of_the_window_that_the_domain_allows():
    settings = {
        "discrepancy_experiment": {"move_limit": 0.2},
        "experiment": {"domain": "square", "lower": 0.0, "upper": 1.0},
    }
    grid = gain_comparison.window_grid(np.array([[0.5, 0.9], [0.1, 0.5]]), settings, 2)
    corners = [[0.3, 0.7], [0.3, 1.0], [0.7, 0.7], [0.7, 1.0]]
    np.testing.assert_allclose(grid[0], corners)
    np.testing.assert_allclose(grid[1], [[0.0, 0.3], [0.0, 0.7], [0.3, 0.3], [0.3, 0.7]])


def test_a_thinned_path_keeps_both_its_ends():
    path = np.arange(20.0).reshape(1, 10, 2)
    updates, places = gain_comparison.thinned_path(path, np.array([[-1.0, -2.0]]), 3)
    np.testing.assert_array_equal(updates, [0, 5, 10])
    np.testing.assert_array_equal(places, [[[0.0, 1.0], [10.0, 11.0], [-1.0, -2.0]]])
    every, _ = gain_comparison.thinned_path(path[:, :2], np.zeros((1, 2)), 50)
    np.testing.assert_array_equal(every, [0, 1, 2])
