"""Runs with N, N₁ and N₂ apart: what is counted, and that the first order takes the outer noise
away.
"""

import jax
import numpy as np
import pytest
from model_files import linear

from boed.studies.risk import risk_problem, sample_sizes

SETTINGS = linear(mean=2.0, noise=0.5)


@pytest.mark.parametrize("numbers", [(100, 4, 4), (3, 5, 7), (100, 9000, 9000)])
@pytest.mark.parametrize("likelihoods", [1, 1e5, 1e8])
def test_runs_take_about_so_many_likelihoods(numbers, likelihoods):
    times, together = sample_sizes.runs_of(numbers, likelihoods)
    size = numbers[0] * (numbers[1] + numbers[2])
    assert times * together >= 2
    assert together == 1 or together * size <= max(sample_sizes.TOGETHER, 2 * size)
    assert likelihoods < 2 * size or times * together * size == pytest.approx(likelihoods, rel=0.5)


@pytest.mark.parametrize("inner", ["own", "shared"])
def test_many_inner_samples_leave_nothing_but_the_first_order(inner, key):
    """A prior with a mean and noise unlike one: U and V come out, and exact marginals explain each
    run.
    """
    settings = SETTINGS | {"sample_sizes": {"designs": [0.1], "likelihoods": 2e7}}
    numbers = (50, 3000, 3000)
    (found,) = sample_sizes.measured(risk_problem.problem(settings), settings, numbers, inner, key)
    (predicted,) = sample_sizes.expected(settings, numbers, inner)
    for own, orders in zip(found, predicted, strict=True):
        assert abs(own["bias"] - orders["bias"]) < 4 * own["bias_error"]
        assert own["bias_error"] < 0.3 * np.sqrt(own["variance"] / 66)
        assert own["inner_variance"] < 0.1 * own["variance"]
        assert abs(own["median_error"]) < 4 * np.sqrt(own["variance"] / 66)


def test_statistics_of_numbers_by_hand():
    found, first_order = np.array([1.0, 3.0, 8.0]), np.array([1.0, 2.0, 3.0])
    own = sample_sizes.statistics(found, first_order, 2.5)
    assert own["bias"] == pytest.approx(2.0)
    assert own["bias_error"] == pytest.approx(np.sqrt(7 / 3))
    assert own["variance"] == pytest.approx(13.0)
    assert own["inner_variance"] == pytest.approx(7.0)
    assert own["variance_error"] == pytest.approx(np.std([9.0, 1.0, 16.0], ddof=1) / np.sqrt(3))
    assert own["median_error"] == pytest.approx(0.5)


def test_estimates_beyond_a_double_are_counted_as_large():
    own = sample_sizes.statistics(np.array([1.0, np.inf, np.nan]), np.zeros(3), 0.0)
    assert own["bias"] == pytest.approx(2 / 3 * sample_sizes.LARGEST)
    assert np.isfinite(list(own.values())).all()


def test_common_random_numbers_over_designs(key):
    settings = SETTINGS | {"sample_sizes": {"designs": [0.1, 0.1001], "likelihoods": 1e4}}
    first, second = sample_sizes.measured(
        risk_problem.problem(settings), settings, (20, 5, 5), "own", key
    )
    (other, _) = sample_sizes.measured(
        risk_problem.problem(settings), settings, (20, 5, 5), "own", jax.random.key(9)
    )
    near, far = (abs(own[0]["bias"] - first[0]["bias"]) for own in (second, other))
    assert near < 0.05 * far
