"""The indicator against closed forms of a linear model, and where Algorithm 1 stops."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import ad_eki
from boed.design.projected_adam import SearchInfo
from boed.inference import eki
from boed.studies.active import indicator
from boed.studies.hybrid.inverse_problem import Inversion


def linear(deviation):
    """An experiment that reads d·w₀ of two weights with a constant noise; the data are those of w =
    (1, 0).
    """
    return ad_eki.Experiment(
        forward=lambda design: lambda ensemble: ensemble[:, :1] * design[0],
        observe=lambda design: design[:1],
        noise_factor=lambda design, data: jnp.full((1, 1), deviation),
    )


def told(design, schedule, iterations=8, members=20000, deviation=0.5):
    keys = jax.random.split(jax.random.key(3))
    ensemble = jax.random.normal(keys[0], (members, 2))
    noise = jax.random.normal(keys[1], (iterations, members, 1))
    return indicator.history(
        linear(deviation),
        jnp.array([design, 0.0]),
        ensemble,
        noise,
        eki.schedule(schedule, iterations),
    )


def gain_of(design, deviation=0.5):
    """D_KL of the exact posterior of w₀ ~ N(0, 1) after reading d from d·w₀ + noise."""
    ratio = deviation**2 / (deviation**2 + design**2)
    mean = design**2 / (deviation**2 + design**2)
    return 0.5 * (ratio - 1 - np.log(ratio) + mean**2)


@pytest.mark.parametrize("design", [0.3, 1.5])
def test_both_gains_of_a_linear_model_are_the_closed_form(design):
    found = told(design, "tempered")
    assert float(found.gain[-1]) == pytest.approx(gain_of(design), rel=0.05)
    assert float(found.non_gaussian) == pytest.approx(gain_of(design), rel=0.05)


def test_the_ensemble_learns_what_the_datum_tells_and_no_more():
    found = told(1.5, "tempered")
    ratio = 0.25 / (0.25 + 1.5**2)
    np.testing.assert_allclose(found.variance[0], 1.0, rtol=0.1)
    np.testing.assert_allclose(found.variance[-1], [ratio, 1.0], rtol=0.1)
    np.testing.assert_allclose(found.mean[-1], [1 - ratio, 0.0], atol=0.06)


def test_only_the_tempered_form_does_not_grow_with_the_iterations():
    few, many = (float(told(0.3, "tempered", k).gain[-1]) for k in (4, 16))
    assert many == pytest.approx(few, rel=0.1)
    few, many = (float(told(0.3, "repeated", k).gain[-1]) for k in (4, 16))
    assert many > 1.5 * few


def steps(gains, finite=None):
    """A search with these gains, (replicate, step), designs numbered along it."""
    gains = jnp.asarray(gains)
    design = jnp.stack(
        [jnp.broadcast_to(jnp.arange(gains.shape[1]), gains.shape)] * 2, axis=-1
    ).astype(float)
    true = jnp.ones(gains.shape, dtype=bool)
    return SearchInfo(
        design, gains, design, true if finite is None else jnp.asarray(finite), true, ~true
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
    monkeypatch.setattr(indicator, "discrepancy_experiment", lambda *_: linear(0.5))
    study = Inversion(*[None] * len(Inversion._fields))
    factor = (
        indicator.Form(0.04, None)
        .experiment(study, None, None, None)
        .noise_factor(None, jnp.zeros(3))
    )
    np.testing.assert_allclose(factor @ factor.T, 0.04 * np.eye(3))
