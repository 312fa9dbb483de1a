"""Errors of fields, by hand."""

import jax.numpy as jnp
import pytest

from boed.numerics.field_errors import field_errors


def test_errors_by_hand():
    errors = field_errors(jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([[1.0, 1.0], [1.0, 2.0]]))
    assert errors.mean_squared == pytest.approx((0 + 1 + 4 + 4) / 4)
    assert errors.relative == pytest.approx(5 / 5)
