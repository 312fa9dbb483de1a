"""Field errors and their window, by hand."""

import jax.numpy as jnp
import numpy as np
import pytest

from boed.systems.plume.field_errors import field_errors, window_start


def test_errors_by_hand():
    errors = field_errors(jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([[1.0, 1.0], [1.0, 2.0]]))
    assert errors.mean_squared == pytest.approx((0 + 1 + 4 + 4) / 4)
    assert errors.relative == pytest.approx(5 / 5)


@pytest.mark.parametrize(
    ("design", "first"), [((0.5, 0.33), (23, 14)), ((0.0, 0.999), (0, 47)), ((0.06, 0.06), (1, 1))]
)
def test_window_is_the_released_one_and_stays_inside(design, first):
    np.testing.assert_array_equal(window_start(jnp.array(design), 0.02, 4, 51), first)
