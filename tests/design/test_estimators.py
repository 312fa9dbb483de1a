"""Utility of designs: the test problems' values, ways against each other, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import estimators, evidence
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import moments
from boed.design.utility_problem import Problem, outputs_of
from boed.inference import gaussian_noise, priors
from boed.inference.noise import Noise
from boed.systems import analytic

NONLINEAR = Problem(
    analytic.nonlinear, gaussian_noise.independent(0.01, 1), priors.uniform(0.0, 1.0)
)
VARYING = NONLINEAR._replace(noise=gaussian_noise.varying(Noise(0.01, 0.1).deviation))
DESIGNS = jnp.linspace(0.0, 1.0, 11)[:, None]
WAYS = ("fast", "pairwise")
PUBLISHED = {0.2: (3.2420, 0.0120), 1.0: (3.3773, 0.4037)}


@pytest.mark.parametrize("design", PUBLISHED)
def test_quadrature_of_the_nonlinear_problem(design):
    gains = gain_quadrature(NONLINEAR, 2000, DESIGNS)
    np.testing.assert_allclose(moments(gains(jnp.array([design]))), PUBLISHED[design], atol=6e-5)


@pytest.mark.parametrize("design", PUBLISHED)
def test_pointwise_utility_varies_by_half_a_nat_squared_more_where_data_say_much(design):
    """Narrow posteriors are normal: ε² over them varies by two, its half by one half; the mean is
    the same.
    """
    found = moments(gain_quadrature(NONLINEAR, 1000, DESIGNS, "pointwise")(jnp.array([design])))
    mean, variance = PUBLISHED[design]
    assert float(found.expected_utility) == pytest.approx(mean, abs=6e-5)
    assert float(found.utility_variance) == pytest.approx(variance + 0.5, abs=0.02)


def test_an_unknown_utility_is_named():
    with pytest.raises(ValueError, match="no utility named 'gain': divergence or pointwise"):
        gain_quadrature(NONLINEAR, 1000, DESIGNS, "gain")


@pytest.mark.slow
@pytest.mark.parametrize("design", PUBLISHED)
def test_many_samples_agree_with_quadrature(design):
    utility = estimators.sampled_utility(NONLINEAR, "automatic", 100_000, DESIGNS)
    found, errors = utility.estimates_with_errors(jax.random.key(4), jnp.array([design]))
    for estimate, error in zip(found, errors, strict=True):
        for value, own, expected in zip(estimate, error, PUBLISHED[design], strict=True):
            # the bias of V, one part in N, is below its standard error at this N
            assert abs(float(value) - expected) <= max(0.01 * expected, 3 * float(own))
    # and these errors are small, but for V as published, which scatters as much as V(0.2) itself
    assert float(errors.self_normalised.expected_utility) < 0.001 * PUBLISHED[design][0]
    assert float(errors.self_normalised.utility_variance) < 0.04 * PUBLISHED[design][1]


def test_fast_sums_within_a_millionth_of_pairs():
    ways = {
        name: estimators.sampled_utility(NONLINEAR, name, 2000, DESIGNS)
        for name in ("fast", "pairwise", "automatic")
    }
    found = {
        name: jax.tree.leaves(utility.estimates(jax.random.key(0), jnp.array([0.55])))
        for name, utility in ways.items()
    }
    np.testing.assert_allclose(found["fast"], found["pairwise"], rtol=0, atol=1e-6)
    np.testing.assert_array_equal(found["automatic"], found["fast"])


@pytest.mark.slow
def test_noise_that_grows_with_the_prediction_goes_pair_by_pair():
    found = estimators.sampled_utility(VARYING, "automatic", 200, DESIGNS).estimates(
        jax.random.key(0), jnp.array([0.5])
    )
    assert np.isfinite(jax.tree.leaves(found)).all()
    with pytest.raises(ValueError, match="does not depend on the prediction"):
        estimators.sampled_utility(VARYING, "fast", 200, DESIGNS)


@pytest.mark.slow
def test_two_coordinates_are_two_runs_of_the_experiment():
    """The gain about θ of the same datum twice is that of one with noise smaller by √2."""
    twice = NONLINEAR._replace(noise=gaussian_noise.independent(0.01, 2))
    once = NONLINEAR._replace(noise=gaussian_noise.independent(0.01 / np.sqrt(2), 1))
    found = estimators.sampled_utility(twice, "fast", 20_000, jnp.full((1, 2), 0.4)).estimates(
        jax.random.key(0), jnp.array([0.4, 0.4])
    )
    expected = moments(gain_quadrature(once, 2000, DESIGNS)(jnp.array([0.4])))
    assert float(found.self_normalised.expected_utility) == pytest.approx(
        float(expected.expected_utility), rel=0.01
    )
    variance = float(expected.utility_variance)
    assert float(found.self_normalised.utility_variance) == pytest.approx(variance, rel=0.15)


def test_same_key_is_common_random_samples_and_another_is_not():
    evaluate = jax.jit(estimators.sampled_utility(NONLINEAR, "fast", 1000, DESIGNS).estimates)
    near = [
        evaluate(jax.random.key(0), jnp.array([d])).self_normalised.expected_utility
        for d in (0.5, 0.5001)
    ]
    other = evaluate(jax.random.key(1), jnp.array([0.5])).self_normalised.expected_utility
    assert abs(float(near[0] - near[1])) < 0.01 * abs(float(near[0] - other))


@pytest.mark.slow
def test_a_place_in_the_plane_may_have_one_reading():
    """Two coordinates, one output: what counts is the noise's size, not the design's."""
    problem = NONLINEAR._replace(forward=lambda theta, place: theta * (place[:1] + place[1:]))
    places = jnp.array([[0.0, 0.0], [1.0, 1.0]])
    found = {
        name: estimators.sampled_utility(problem, name, 500, places).estimates(
            jax.random.key(0), places[1]
        )
        for name in WAYS
    }
    np.testing.assert_allclose(
        jax.tree.leaves(found["fast"]), jax.tree.leaves(found["pairwise"]), atol=1e-6
    )
    varying = problem._replace(noise=VARYING.noise)
    assert outputs_of(varying, places) == 1


def test_data_that_spread_too_far_for_transforms_go_pair_by_pair():
    twice = NONLINEAR._replace(noise=gaussian_noise.independent(1e-4, 2))
    pairs = jnp.array([[1.0, 1.0]])
    with pytest.raises(ValueError, match="fast sums would need 3.* modes an output"):
        evidence.evidence_estimator(twice, "fast", pairs)
    evidence.evidence_estimator(twice, "automatic", pairs)


def test_quadrature_with_gaps_between_its_nodes_is_refused():
    with pytest.raises(ValueError, match="100 quadrature nodes leave gaps of .* take .* or more"):
        gain_quadrature(NONLINEAR, 100, DESIGNS)


@pytest.mark.parametrize("name", ["exact", ""])
def test_an_unknown_way_is_named(name):
    with pytest.raises(ValueError, match="pairwise, fast or automatic"):
        estimators.sampled_utility(NONLINEAR, name, 10, DESIGNS)


def test_quadrature_is_for_one_output():
    with pytest.raises(ValueError, match="one output"):
        gain_quadrature(NONLINEAR._replace(noise=gaussian_noise.independent(0.01, 2)), 100, DESIGNS)


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="at least one sample"):
        estimators.sampled_utility(NONLINEAR, "fast", 0, DESIGNS)


def broken(parameters, design):
    return jnp.log(-1.0 - design) * parameters


@pytest.mark.parametrize(
    ("problem", "design", "message"),
    [
        (NONLINEAR, [1.2], "not within"),
        (NONLINEAR, [0.1, 0.2], "not within"),
        (NONLINEAR._replace(forward=broken), [0.5], "does the model return NaN"),
    ],
)
def test_bad_designs_and_models_end_with_a_message(problem, design, message):
    utility = estimators.sampled_utility(problem, "pairwise", 50, DESIGNS)
    guarded = estimators.Checked(
        lambda design: utility.estimates(jax.random.key(0), design), np.zeros(1), np.ones(1)
    )
    with pytest.raises(ValueError, match=message):
        guarded(np.array(design))


def test_a_model_that_returns_nan_is_named_before_anything_is_summed():
    with pytest.raises(ValueError, match=r"predictions at design \[0.0\] are not all finite"):
        estimators.sampled_utility(NONLINEAR._replace(forward=broken), "automatic", 50, DESIGNS)
