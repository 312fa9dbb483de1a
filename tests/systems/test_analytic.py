"""The test problems' forward maps at a point worked out by hand."""

import numpy as np

from boed.systems.analytic import linear, nonlinear


def test_by_hand():
    assert linear({"theta": 2.0}, {"d": 3.0}) == 6.0
    for d, expected in ((0.2, 0.125 * 0.04 + 0.5), (1.0, 0.125 + 0.5 * np.exp(-0.8))):
        np.testing.assert_allclose(nonlinear({"theta": 0.5}, {"d": d}), expected)
