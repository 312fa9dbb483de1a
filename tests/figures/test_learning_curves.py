"""What is drawn of a history: before and after calibrations, what it has learned, distributions."""

import numpy as np
import xarray as xr

from boed.figures import learning_curves


def test_a_quantity_before_and_after_its_calibrations():
    error = xr.DataArray(
        [[1.0, 0.5]], dims=("stage", "calibration"), coords={"calibration": ["before", "after"]}
    )
    before, after = learning_curves.before_and_after(error)
    assert (float(before[0]), float(after[0])) == (1.0, 0.5)
    once = error.sel(calibration="after")
    assert learning_curves.before_and_after(once) == (None, once)


def test_a_history_that_learned_no_growth_has_none():
    history = xr.Dataset({"weights": (("stage", "weight"), [[1.0, 2.0], [3.0, 4.0]])})
    np.testing.assert_array_equal(learning_curves.learned(history, "strength"), [2.0, 4.0])
    assert learning_curves.learned(history, "growth") is None
    grown = history.assign(growth=("stage", [20.0, 30.0]))
    np.testing.assert_array_equal(learning_curves.learned(grown, "growth"), [20.0, 30.0])


def test_an_empirical_distribution_ends_at_one():
    values, shares = learning_curves.share([0.3, 0.1, 0.2])
    np.testing.assert_allclose(values, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(shares, [1 / 3, 2 / 3, 1.0])
