"""Where Algorithm 1 stops, and what the indicator assumes of the noise."""

import jax.numpy as jnp
import numpy as np
import small_plume

from boed.design import ad_eki
from boed.design.projected_adam import SearchInfo
from boed.studies.active import indicator


def steps(gains, finite=None):
    """A search with these gains, (replicate, step), designs numbered along it."""
    gains = jnp.asarray(gains)
    design = jnp.stack(
        [jnp.broadcast_to(jnp.arange(gains.shape[1]), gains.shape)] * 2, axis=-1
    ).astype(float)
    true = jnp.ones(gains.shape, dtype=bool)
    return SearchInfo(
        design=design,
        utility=gains,
        gradient=design,
        finite=true if finite is None else jnp.asarray(finite),
        active=true,
        clipped=~true,
        left_out=jnp.zeros(gains.shape, dtype=int),
    )


def test_the_first_informative_design_is_taken_and_none_where_there_is_none():
    found = indicator.chosen(steps([[0.2, 0.7, 0.9], [0.8, 0.1, 0.2], [0.1, 0.2, 0.3]]), 0.6)
    np.testing.assert_array_equal(found.design[:, 0], [1, 0, 2])
    np.testing.assert_allclose(found.gain, [0.7, 0.8, 0.3])
    np.testing.assert_allclose(found.own_gain, [0.2, 0.8, 0.1])
    np.testing.assert_array_equal(found.informative, [True, True, False])
    np.testing.assert_array_equal(found.tried, [2, 1, 3])


def test_a_gain_that_is_not_finite_is_not_informative():
    found = indicator.chosen(steps([[np.inf, 0.7]], [[False, True]]), 0.6)
    assert found.tried[0] == 2


def test_a_constant_variance_takes_the_place_of_the_noise_model(monkeypatch):
    measured = ad_eki.Experiment(
        forward=None, observe=None, noise_factor=lambda design, data: jnp.full((1, 1), 0.5)
    )
    monkeypatch.setattr(indicator, "discrepancy_experiment", lambda *_: measured)
    study = small_plume.system()
    factor = (
        indicator.Form(0.04, None)
        .experiment(study, jnp.zeros(1), jnp.zeros(2), jnp.zeros(1))
        .noise_factor(jnp.zeros(2), jnp.zeros(3))
    )
    np.testing.assert_allclose(factor @ factor.T, 0.04 * np.eye(3))
