"""Utility of designs: the test problems' values, ways against each other, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from boed.design import estimators, evidence
from boed.design.gain_quadrature import gain_quadrature
from boed.design.nested_monte_carlo import moments, support
from boed.design.utility_problem import Problem, draw, outputs_of
from boed.inference import gaussian_noise, priors
from boed.inference.noise import Noise

NONLINEAR = Problem(
    problems.nonlinear, gaussian_noise.independent(0.01, 1), priors.uniform(0.0, 1.0)
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


@pytest.mark.parametrize("samples", [3000, 100])
def test_fast_sums_with_noise_that_grows_are_those_of_pairs(samples):
    """From a table, or, where it would be longer than the samples, pair by pair."""
    key, design = jax.random.key(0), jnp.array([0.5])
    found, pairs = (
        estimators.sampled_utility(VARYING, way, samples, DESIGNS).estimates(key, design)
        for way in ("automatic", "pairwise")
    )
    np.testing.assert_allclose(jax.tree.leaves(found), jax.tree.leaves(pairs), rtol=0, atol=1e-11)


@pytest.mark.parametrize(("outputs", "noise"), [(2, VARYING.noise), (3, None)])
def test_fast_sums_of_other_outputs_are_refused(outputs, noise):
    problem = NONLINEAR._replace(noise=noise or gaussian_noise.independent(0.01, outputs))
    with pytest.raises(ValueError, match=f"does not depend on the prediction, not {outputs}"):
        estimators.sampled_utility(problem, "fast", 200, jnp.ones((1, outputs)))


def test_a_table_that_would_be_too_long_is_refused():
    """Noise of a part of predictions that come close to 0."""
    noise = gaussian_noise.varying(Noise(1e-6, 1e-3).deviation)
    problem = NONLINEAR._replace(noise=noise)
    with pytest.raises(ValueError, match="a table of more than 500 panels: use pairwise"):
        estimators.sampled_utility(problem, "fast", 200, DESIGNS)
    found = estimators.sampled_utility(problem, "automatic", 200, DESIGNS).evidence
    assert isinstance(found, evidence.Pairwise)


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
    twice = NONLINEAR._replace(noise=gaussian_noise.independent(0.01, 2))
    with pytest.raises(ValueError, match="quadrature is for one output"):
        gain_quadrature(twice, 100, jnp.ones((1, 2)))


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="at least one sample"):
        estimators.sampled_utility(NONLINEAR, "fast", 0, DESIGNS)


def broken(parameters, design):
    return jnp.log(-1.0 - design) * parameters


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ([1.2], r"design \[1.2\] is not within"),
        ([0.1, 0.2], r"the design has shape \(2,\), but .* have 1 coordinate each: shape \(1,\)"),
        ([0.5], "does the model return NaN"),
    ],
)
def test_bad_designs_and_models_end_with_a_message(design, message):
    """The model is none between the designs at which it was looked at before."""
    problem = NONLINEAR._replace(forward=broken_between)
    utility = estimators.sampled_utility(problem, "pairwise", 50, DESIGNS[::10])
    guarded = estimators.Checked(
        lambda design: utility.estimates(jax.random.key(0), design), np.zeros(1), np.ones(1)
    )
    with pytest.raises(ValueError, match=message):
        guarded(np.array(design))


def broken_between(parameters, design):
    return parameters * jnp.log((design - 0.5) ** 2 - 0.1)


@pytest.mark.parametrize("way", ["automatic", "pairwise"])
@pytest.mark.parametrize("problem", [NONLINEAR, VARYING], ids=["constant", "varying"])
def test_a_model_that_returns_nan_is_named_before_anything_is_summed(problem, way):
    with pytest.raises(ValueError, match=r"predictions at design \[0.0\] are not all finite"):
        estimators.sampled_utility(problem._replace(forward=broken), way, 50, DESIGNS)


def test_noise_without_a_deviation_is_named_before_anything_is_summed():
    """As relative noise alone, where the model can give 0."""
    none = gaussian_noise.varying(lambda prediction: 0.1 * prediction)
    with pytest.raises(ValueError, match=r"noise's deviations at design \[0.0\] are not all pos"):
        estimators.sampled_utility(
            NONLINEAR._replace(noise=none, forward=lambda theta, d: theta * d),
            "automatic",
            50,
            DESIGNS,
        )


@pytest.mark.parametrize(
    ("forward", "message"),
    [
        (lambda theta, design: theta[0] * design[0], "a single number, where a vector"),
        (lambda theta, design: (theta[0] * design[0],), "returns tuple, where a vector"),
        (lambda theta, design: theta[:, None] * design, r"an array of shape \(1, 1\)"),
        (lambda theta, design: jnp.ones(2) * theta, "returns 2 outputs, but its noise is for 1"),
    ],
)
def test_what_a_model_returns_is_told_in_its_own_words(forward, message):
    with pytest.raises(ValueError, match=message):
        estimators.sampled_utility(NONLINEAR._replace(forward=forward), "automatic", 50, DESIGNS)


def test_a_design_of_another_length_is_no_other_experiment():
    """The nonlinear model would take two coordinates for two runs."""
    two = jnp.array([0.1, 0.2])
    utility = estimators.sampled_utility(NONLINEAR, "automatic", 50, DESIGNS)
    for call in (
        lambda: utility.estimates(jax.random.key(0), two),
        lambda: gain_quadrature(NONLINEAR, 1000, DESIGNS)(two),
    ):
        with pytest.raises(ValueError, match=r"shape \(2,\), but the experiment's designs have 1"):
            call()


def test_quadrature_of_several_parameters_is_refused():
    problem = NONLINEAR._replace(prior=priors.uniform([0.0, 0.0], 1.0))
    with pytest.raises(ValueError, match="a prior of one parameter, not of 2"):
        gain_quadrature(problem, 1000, DESIGNS)


LINEAR_DESIGNS = jnp.array([[1.0]])


def linear(deviation):
    """A prior that is a thousand times wider than the noise or so."""
    noise = gaussian_noise.independent(deviation, 1)
    return Problem(problems.linear, noise, priors.normal(0.0, 1.0))


def assessed(deviation, samples):
    utility = estimators.sampled_utility(linear(deviation), "pairwise", samples, LINEAR_DESIGNS)
    return jax.jit(utility.assessed)(jax.random.key(0), LINEAR_DESIGNS[0])


def test_estimates_near_the_logarithm_of_the_number_of_samples_say_so():
    """The truth is beyond 3 nat of ln N: U is far off, by many standard errors, and V too."""
    found, exact = assessed(5e-4, 1000), 0.5 * np.log(1 + 4e6)
    utility, error = found.estimates.nested.expected_utility, found.errors.nested.expected_utility
    assert float(utility) < np.log(1000) < exact
    assert exact - float(utility) > 20 * float(error)
    assert not estimators.trustworthy(found.support)
    everywhere = jax.tree.map(lambda value: jnp.array([50.0, value]), found.support)
    words = estimators.complaint(everywhere, 1000, jnp.array([[0.0], [1.0]]))
    assert "from 1000 samples cannot be trusted at 1 of 2 designs" in words
    assert "at [1.0]" in words
    assert "6.91 nat" in words
    assert "too low by 0.3" in words


def test_estimates_that_many_samples_carry_are_trusted():
    found, exact = assessed(0.1, 1000), 0.5 * np.log(1 + 100.0)
    assert estimators.trustworthy(found.support)
    assert float(found.support.alone) < 0.01
    error = float(found.errors.nested.expected_utility)
    assert abs(float(found.estimates.nested.expected_utility) - exact) < 3 * error
    everywhere = jax.tree.map(lambda value: value[None], found.support)
    assert estimators.complaint(everywhere, 1000, LINEAR_DESIGNS) is None


@pytest.mark.parametrize("deviation", [1e-3, 0.03, 0.3])
def test_effective_samples_are_those_of_the_shares_of_all_pairs(deviation):
    """Own shares have the mean of Σ_k r_k², which is written out here, over outcomes and runs."""
    count, keys = 200, jax.random.split(jax.random.key(0), 50)
    problem = linear(deviation)
    utility = estimators.sampled_utility(problem, "pairwise", count, LINEAR_DESIGNS)
    found = jax.vmap(lambda key: support(utility.outcomes(key, LINEAR_DESIGNS[0])))(keys)
    expected = []
    for key in keys:
        drawn = draw(problem, key, count, 1)
        predicted = np.asarray(drawn.parameters)[:, 0]
        observed = predicted + deviation * np.asarray(drawn.noise)[:, 0]
        likelihood = np.exp(-0.5 * ((observed[:, None] - predicted) / deviation) ** 2)
        shares = likelihood / likelihood.sum(axis=1, keepdims=True)
        expected.append(np.mean(np.sum(shares**2, axis=1)))
    left = 1 / np.asarray(found.effective_samples) - expected
    error = left.std() / np.sqrt(len(keys))
    assert abs(left.mean()) < 3 * error
    assert error < 0.02 * np.mean(expected)
