"""The exponential beside NumPy's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.numerics.exponential import decaying


@pytest.mark.parametrize("compiled", [True, False])
def test_every_value_is_numpys_to_the_last_digits(compiled):
    values = np.concatenate([np.linspace(-700, 5, 100_001), -np.logspace(-300, 2, 1000), [0.0]])
    found = (jax.jit(decaying) if compiled else decaying)(jnp.asarray(values))
    np.testing.assert_allclose(found, np.exp(values), rtol=8e-16)


def test_what_is_too_little_to_count_is_next_to_nothing():
    np.testing.assert_array_less(decaying(jnp.array([-701.0, -1e300, -np.inf])), 1e-303)


def test_no_number_stays_none():
    assert np.isnan(decaying(jnp.array([np.nan]))).all()
