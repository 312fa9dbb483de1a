"""Risk measures and utilities of the linear-Gaussian problem against closed forms."""

import numpy as np
from model_files import linear

from boed.studies.risk import comparisons, designs_looked_at, risk_problem

SETTINGS = linear(upper=1.0) | {
    "nodes": 4,
    "way": "fast",
    "samples": [20_000],
    "quadrature_nodes": 600,
    "risk": {"mean_variance": 0.5, "conditional_value_at_risk": 1.0},
    "aversions": [0.0, 3.0],
}
PROBLEM = risk_problem.problem(SETTINGS)
LOOKED = designs_looked_at.looked_at(SETTINGS)
PLACES = LOOKED.designs[:, 0]
TOTAL = 1 + 9 * PLACES**2
MEAN, VARIANCE = 0.5 * np.log(TOTAL), 0.5 * (1 - 1 / TOTAL) ** 2


def test_worths_by_measures(key):
    worths = comparisons.by_measures(PROBLEM, SETTINGS, LOOKED.designs, key)
    expected = np.stack([MEAN - 0.5 * VARIANCE, MEAN], axis=1)
    np.testing.assert_allclose(worths[:, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(worths[:, 1], expected, atol=0.06)
    data = comparisons.measures_dataset(worths, SETTINGS, LOOKED)
    np.testing.assert_array_equal(data.best_design[0], PLACES[expected.argmax(axis=0)])


def test_moments_by_utilities(key):
    moments = comparisons.by_utilities(PROBLEM, SETTINGS, LOOKED.designs, key)
    # moment, utility, source, design
    np.testing.assert_allclose(moments[0, :, 0], [MEAN, MEAN], rtol=1e-5)
    np.testing.assert_allclose(moments[1, :, 0], [VARIANCE, 1 - 1 / TOTAL], rtol=1e-5)
    np.testing.assert_allclose(moments[:, :, 1], moments[:, :, 0], atol=0.06)
    data = comparisons.utilities_dataset(moments, SETTINGS, LOOKED)
    averse = MEAN - 3 * VARIANCE, MEAN - 3 * (1 - 1 / TOTAL)
    for row, objective in zip(data.best_design.values[:, 0], averse, strict=True):
        assert row.tolist() == [PLACES[-1], PLACES[objective.argmax()]]
    np.testing.assert_allclose(data.variance_ratio[0], (1 - 1 / TOTAL) / VARIANCE, rtol=1e-5)
