"""Risk measures by hand, against the closed forms of a normal variable, and what all of
them share.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from boed.design.nested_monte_carlo import Gains
from boed.design.risk_measures import (
    RISK_MEASURES,
    ConditionalValueAtRisk,
    Entropic,
    MeanDeviation,
    MeanVariance,
    WorstOf,
)

FOUR = Gains(jnp.array([4.0, 1.0, 3.0, 2.0]), jnp.full(4, 0.25))
PARAMETERS = {
    "mean_variance": 0.5,
    "mean_deviation": 0.5,
    "conditional_value_at_risk": 0.4,
    "entropic": 0.5,
    "worst_of": 3,
}


def standard_normal(mean=2.0, deviation=0.5, count=20_001):
    """A normal variable on a fine grid."""
    points = np.linspace(-8, 8, count)
    weights = norm.pdf(points)
    return Gains(jnp.asarray(mean + deviation * points), jnp.asarray(weights / weights.sum()))


def test_by_hand():
    assert float(MeanVariance(2.0)(FOUR)) == pytest.approx(2.5 - 2 * 1.25)
    assert float(MeanDeviation(2.0)(FOUR)) == pytest.approx(2.5 - 2 * np.sqrt(1.25))
    assert float(ConditionalValueAtRisk(0.5)(FOUR)) == pytest.approx(1.5)
    assert float(ConditionalValueAtRisk(0.375)(FOUR)) == pytest.approx((1 + 0.5 * 2) / 1.5)
    assert float(WorstOf(2)(FOUR)) == pytest.approx((7 * 1 + 5 * 2 + 3 * 3 + 1 * 4) / 16)
    assert float(Entropic(1.0)(FOUR)) == pytest.approx(
        -np.log(np.mean(np.exp([-4.0, -1.0, -3.0, -2.0])))
    )


def test_closed_forms_of_a_normal_variable():
    gains, level = standard_normal(), 0.2
    expected = 2.0 - 0.5 * norm.pdf(norm.ppf(level)) / level
    assert float(ConditionalValueAtRisk(level)(gains)) == pytest.approx(expected, abs=1e-5)
    assert float(Entropic(0.8)(gains)) == pytest.approx(2.0 - 0.8 / 2 * 0.25, abs=1e-9)
    assert float(WorstOf(2)(gains)) == pytest.approx(2.0 - 0.5 / np.sqrt(np.pi), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("conditional_value_at_risk", 1.0), ("worst_of", 1), ("mean_variance", 0.0)],
)
def test_without_aversion_all_are_the_mean(name, parameter):
    assert float(RISK_MEASURES[name](parameter)(FOUR)) == pytest.approx(2.5)


@pytest.mark.slow
@given(
    values=st.lists(st.floats(-5, 5), min_size=2, max_size=30),
    shift=st.floats(-3, 3),
    name=st.sampled_from(list(RISK_MEASURES)),
)
def test_shift_order_and_ceiling(values, shift, name):
    """A constant gain more is worth itself; the order of outcomes does not matter; none is worth
    more than the mean.
    """
    measure, weights = RISK_MEASURES[name](PARAMETERS[name]), jnp.full(len(values), 1 / len(values))
    found = float(measure(Gains(jnp.array(values), weights)))
    assert float(measure(Gains(jnp.array(values) + shift, weights))) == pytest.approx(
        found + shift, abs=1e-9
    )
    assert float(measure(Gains(jnp.array(values[::-1]), weights))) == pytest.approx(found, abs=1e-9)
    assert found <= np.mean(values) + 1e-9


@pytest.mark.parametrize("name", RISK_MEASURES)
def test_gradient_in_the_values_is_differences(name, rng):
    measure, values = RISK_MEASURES[name](PARAMETERS[name]), rng.normal(size=12)
    weights = jnp.asarray(rng.dirichlet(np.ones(12)))
    slope = jax.grad(lambda values: measure(Gains(values, weights)))(jnp.asarray(values))
    for index in range(12):
        step = 1e-6 * np.eye(12)[index]
        high, low = (measure(Gains(jnp.asarray(values + sign * step), weights)) for sign in (1, -1))
        assert float(slope[index]) == pytest.approx(float(high - low) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("gain", [0.0, 1.3])
@pytest.mark.parametrize("name", RISK_MEASURES)
def test_equal_gains_are_worth_themselves_and_have_a_gradient(name, gain):
    """As of an experiment that says nothing, where all are 0."""
    measure, equal = RISK_MEASURES[name](PARAMETERS[name]), jnp.full(5, gain)
    value, slope = jax.value_and_grad(lambda values: measure(Gains(values, jnp.full(5, 0.2))))(
        equal
    )
    assert float(value) == pytest.approx(gain, abs=1e-7)
    assert np.isfinite(slope).all()
    assert float(jnp.sum(slope)) == pytest.approx(1.0, abs=1e-6)


def test_deviation_of_equal_gains_has_no_slope():
    slope = jax.grad(lambda values: MeanDeviation(0.7)(Gains(values, jnp.full(4, 0.25))))(
        jnp.zeros(4)
    )
    np.testing.assert_allclose(slope, 0.25, rtol=1e-12)


@pytest.mark.parametrize(
    ("measure", "parameter"),
    [
        (MeanVariance, float("nan")),
        (MeanDeviation, float("inf")),
        (ConditionalValueAtRisk, 0.0),
        (ConditionalValueAtRisk, 1.5),
        (Entropic, 0.0),
        (Entropic, float("nan")),
        (WorstOf, 0),
    ],
)
def test_impossible_parameters_are_refused(measure, parameter):
    with pytest.raises(ValueError, match="must be|level"):
        measure(parameter)
