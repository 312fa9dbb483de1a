"""Risk measures and utilities of the linear-Gaussian problem against closed forms."""

import numpy as np

from boed.studies.risk import comparisons, risk_problem

SETTINGS = {
    "function": "linear",
    "parameters": {"theta": {"normal": {"mean": 0.0, "deviation": 3.0}}},
    "noise": {"constant": 1.0},
    "designs": {"d": {"lower": 0.1, "upper": 1.0}},
    "nodes": 4,
    "way": "fast",
    "samples": [20_000],
    "quadrature_nodes": 600,
    "risk": {"mean_variance": 0.5, "conditional_value_at_risk": 1.0},
    "aversions": [0.0, 3.0],
}
PLACES = risk_problem.designs(SETTINGS)
TOTAL = 1 + 9 * PLACES**2
MEAN, VARIANCE = 0.5 * np.log(TOTAL), 0.5 * (1 - 1 / TOTAL) ** 2


def test_worths_by_measures(key):
    worths = comparisons.by_measures(SETTINGS, PLACES, key)
    expected = np.stack([MEAN - 0.5 * VARIANCE, MEAN], axis=1)
    np.testing.assert_allclose(worths[:, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(worths[:, 1], expected, atol=0.06)
    data = comparisons.measures_dataset(worths, SETTINGS, PLACES)
    np.testing.assert_array_equal(data.best_design[0], PLACES[expected.argmax(axis=0)])


def test_moments_by_utilities(key):
    moments = comparisons.by_utilities(SETTINGS, PLACES, key)
    # moment, utility, source, design
    np.testing.assert_allclose(moments[0, :, 0], [MEAN, MEAN], rtol=1e-5)
    np.testing.assert_allclose(moments[1, :, 0], [VARIANCE, 1 - 1 / TOTAL], rtol=1e-5)
    np.testing.assert_allclose(moments[:, :, 1], moments[:, :, 0], atol=0.06)
    data = comparisons.utilities_dataset(moments, SETTINGS, PLACES)
    averse = MEAN - 3 * VARIANCE, MEAN - 3 * (1 - 1 / TOTAL)
    for row, objective in zip(data.best_design.values[:, 0], averse, strict=True):
        assert row.tolist() == [PLACES[-1], PLACES[objective.argmax()]]
    np.testing.assert_allclose(data.variance_ratio[0], (1 - 1 / TOTAL) / VARIANCE, rtol=1e-5)
