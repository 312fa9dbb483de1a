"""An ensemble's history against closed forms of a linear model."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import ad_eki
from boed.inference import eki
from boed.studies.active.ensemble_history import ensemble_history


def linear(deviation):
    """An experiment that reads d·w₀ of two weights with a constant noise; the data are those of w =
    (1, 0).
    """
    return ad_eki.Experiment(
        forward=lambda design: lambda ensemble: ensemble[:, :1] * design[0],
        observe=lambda design: design[:1],
        noise_factor=lambda design, data: jnp.full((1, 1), deviation),
    )


def learned(design, schedule, iterations=8, members=20000, deviation=0.5):
    keys = jax.random.split(jax.random.key(3))
    ensemble = jax.random.normal(keys[0], (members, 2))
    noise = jax.random.normal(keys[1], (iterations, members, 1))
    return ensemble_history(
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
    history = learned(design, "tempered")
    assert float(history.gain[-1]) == pytest.approx(gain_of(design), rel=0.05)
    assert float(history.non_gaussian) == pytest.approx(gain_of(design), rel=0.05)


def test_the_ensemble_learns_what_the_datum_tells_and_no_more():
    history = learned(1.5, "tempered")
    ratio = 0.25 / (0.25 + 1.5**2)
    np.testing.assert_allclose(history.variance[0], 1.0, rtol=0.1)
    np.testing.assert_allclose(history.variance[-1], [ratio, 1.0], rtol=0.1)
    np.testing.assert_allclose(history.mean[-1], [1 - ratio, 0.0], atol=0.06)


def test_only_the_tempered_form_does_not_grow_with_the_iterations():
    few, many = (float(learned(0.3, "tempered", k).gain[-1]) for k in (4, 16))
    assert many == pytest.approx(few, rel=0.1)
    few, many = (float(learned(0.3, "repeated", k).gain[-1]) for k in (4, 16))
    assert many > 1.5 * few
