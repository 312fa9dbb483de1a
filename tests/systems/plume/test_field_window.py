"""The window in which errors of a field are told, by hand."""

import jax.numpy as jnp
import numpy as np
import pytest

from boed.systems.plume.field_window import window_start


@pytest.mark.parametrize(
    ("design", "first"), [((0.5, 0.33), (23, 14)), ((0.0, 0.999), (0, 47)), ((0.06, 0.06), (1, 1))]
)
def test_window_is_the_released_one_and_stays_inside(design, first):
    np.testing.assert_array_equal(window_start(jnp.array(design), 0.02, 4, 51), first)
