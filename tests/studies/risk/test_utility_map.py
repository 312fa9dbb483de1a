"""Maps of two designs: turning points, roughness and best pairs by hand, values by closed form."""

import jax
import numpy as np
import pytest
from model_files import linear

from boed.studies.risk import designs_looked_at, risk_problem, utility_map


def test_turning_point_of_two_designs():
    """2 − λ·1 = 1.5 − λ·0.25 at λ = 2/3; the third, calmer but far lower, comes later."""
    maps = {
        "expected_utility": np.array([[[2.0, 1.5, 0.1]]]),
        "utility_variance": np.array([[[1.0, 0.25, 0.0]]]),
    }
    np.testing.assert_allclose(utility_map.turning(maps), [2 / 3])


def test_roughness_is_that_of_second_differences():
    variance = np.array([[[0.0], [1.0], [0.0], [1.0]], [[0.0], [1.0], [2.0], [3.0]]])
    np.testing.assert_allclose(utility_map.roughness(variance), [2.0, 0.0])


def test_best_pairs_are_ordered_and_follow_the_aversion():
    pairs = np.stack(np.meshgrid([0.1, 0.5, 0.9], [0.1, 0.9], indexing="ij"), axis=-1)
    mean = np.array([[[1.0, 2.0], [0, 0], [3.0, 0]], [[4.0, 2.0], [0.5, 0.5], [3.0, 0]]])
    maps = {"expected_utility": mean, "utility_variance": mean**2}
    data = utility_map.dataset(maps, pairs, linear() | {"aversions": [0.0, 1.0]})
    assert data.best_design.values[0].tolist() == [[0.1, 0.9], [0.1, 0.1]]
    # with aversion 1 the first way has a tie of 1 − 1 and 0 − 0, of which the first is taken
    assert data.best_design.values[1].tolist() == [[0.1, 0.1], [0.1, 0.5]]
    np.testing.assert_allclose(
        data.objective.values, mean - np.array([0, 1])[:, None, None, None] * mean**2
    )


@pytest.mark.slow
def test_two_runs_of_the_linear_problem():
    """The information of two runs at d₁ and d₂ is that of one at √(d₁² + d₂²)."""
    settings = linear(lower=0.0, upper=1.0) | {
        "way": "fast",
        "map": {"samples": 2000},
    }
    pairs = designs_looked_at.pairs(settings, 2)
    maps = utility_map.maps(
        risk_problem.problem(settings, experiments=2), settings, pairs, jax.random.key(0)
    )
    expected = 0.5 * np.log(1 + 9 * np.sum(pairs**2, axis=-1))
    np.testing.assert_allclose(maps["expected_utility"], np.stack([expected] * 2), atol=0.06)
