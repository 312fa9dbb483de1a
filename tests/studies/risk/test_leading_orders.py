"""Leading orders of bias and variance against closed forms, brute force and deterministic estimates
of their own.
"""

import numpy as np
import pytest

from boed.studies.risk.leading_orders import (
    CONSTANTS,
    exact,
    exists,
    greatest_moment,
    marginals,
    predicted,
    table,
)

SIGNALS = (0.3, 1.5, 9.0)


def sampled(signal, noise, count=400_000):
    """Predictions and data of the prior."""
    generator = np.random.default_rng(3)
    prediction = signal * generator.normal(size=count)
    return prediction, prediction + noise * generator.normal(size=count)


def density(observed, prediction, noise):
    return np.exp(-0.5 * ((observed - prediction) / noise) ** 2) / np.sqrt(2 * np.pi) / noise


@pytest.mark.parametrize("signal", SIGNALS)
def test_expected_utility_in_closed_form(signal):
    """E ρ = v − 1, Var u(θ, y) = 1 − 1/v, and all that scales with 1/(N·N₁) is v(v − 1), v = 1 +
    signal².
    """
    found, total = CONSTANTS["expected_utility"](signal, 1.0), 1 + signal**2
    np.testing.assert_allclose(found.bias, (0, (total - 1) / 2, 0), rtol=1e-10)
    np.testing.assert_allclose(found.variance, (1 - 1 / total, total * (total - 1), 0), rtol=1e-9)
    np.testing.assert_allclose(found.inner, (0, total - 1, 0), rtol=1e-10)


@pytest.mark.parametrize("noise", [1.0, 0.2])
def test_the_tables_expectations_are_those_of_samples(noise):
    """Data, log-likelihoods and both spreads; at a small signal, where the spreads' own means are
    easily sampled.
    """
    signal = 0.4 * noise
    each = table(signal, noise)
    prediction, observed = sampled(signal, noise)
    evidence, mean = marginals(exact(signal, noise), observed)
    likelihood = np.log(density(observed, prediction, noise))
    values = each.log_likelihood**2, each.log_evidence, each.mean_log_likelihood**2
    expected = [np.mean(own) for own in (likelihood**2, evidence, mean**2)]
    np.testing.assert_allclose([each.probability @ own for own in values], expected, rtol=0.01)
    # a grid of data, and of parameters for each
    data = np.linspace(-14, 14, 1401) * noise
    nodes = np.linspace(-9, 9, 4001)
    weights = np.exp(-0.5 * nodes**2)
    weights /= weights.sum()
    pairs = density(data[:, None], signal * nodes, noise)
    marginal = pairs @ weights
    logarithm = np.log(np.maximum(pairs, 1e-300))
    spread = (pairs**2 @ weights - marginal**2) / marginal**2
    numerator = (pairs * logarithm) @ weights
    second = ((pairs * logarithm) ** 2 @ weights - numerator**2) / marginal**2
    share = marginal / marginal.sum()
    assert each.evidence_spread.sum() == pytest.approx(share @ spread, rel=1e-6)
    assert each.numerator_spread.sum() == pytest.approx(share @ second, rel=1e-6)
    moment = numerator / marginal
    np.testing.assert_allclose(
        each.evidence_spread @ each.mean_log_likelihood**2, share @ (spread * moment**2), rtol=1e-6
    )
    np.testing.assert_allclose(
        each.numerator_spread @ each.log_likelihood, share @ (second * moment), rtol=1e-6
    )
    # what is exactly known of a datum
    found, expected = marginals(exact(signal, noise), data), (np.log(marginal), moment)
    inner = slice(300, 1100)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one[inner], other[inner], rtol=1e-8)


def estimates(signal, evidence, numerator):
    """Û and V̂ without outer noise, by joint quadrature, with evidence and numerator off by so much
    at every y.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    data = signal * nodes[:, None] + nodes
    joint = weights[:, None] * weights
    likelihood = -0.5 * nodes**2 - 0.5 * np.log(2 * np.pi) + 0 * data
    log_evidence, mean = marginals(exact(signal, 1.0), data)
    biased = log_evidence + np.log1p(evidence)
    ratio = (mean + numerator) / (1 + evidence)
    expected = np.sum(joint * (likelihood - biased))
    second = np.sum(joint * (biased**2 - 2 * likelihood * biased + ratio**2))
    return expected, second - expected**2


def test_bias_of_the_variance_is_its_curvature_in_the_inner_means():
    """Independent relative errors ±s of p̂ at every y with s² = ρ/N₁, ±t of ĝ/p with t² = τ/N₂:
    second differences.

    With ρ and τ put to 1 for all y: the table's formula then is E over (y, θ) alone.
    """
    signal, step = 0.8, 1e-3
    middle = estimates(signal, 0.0, 0.0)[1]
    utility = exact(signal, 1.0).utility
    each = table(signal, 1.0)
    gain = each.log_likelihood - each.log_evidence
    # errors of one sign at all y at once also move U², of which independent ones leave the mean:
    # 2·(dU)² = 2·s²
    both = sum(estimates(signal, sign * step, 0.0)[1] - middle for sign in (1, -1)) / 2 / step**2
    formula = each.probability @ (1 + gain + 3 * each.mean_log_likelihood**2 - utility)
    assert both + 1 == pytest.approx(formula, rel=1e-4)
    third = sum(estimates(signal, 0.0, sign * step)[1] - middle for sign in (1, -1)) / 2 / step**2
    assert third == pytest.approx(1.0, rel=1e-4)


def by_hand(generator, signal, numbers, inner, runs):
    """Û and V̂ of many runs, as the sums of Eq. 13, 14 and 20–28 in numpy; and to first order with
    exact marginals.
    """
    outer, *sizes = numbers
    utility, found, first_order = exact(signal, 1.0).utility, [], []
    for _ in range(runs):
        prediction, noise = signal * generator.normal(size=outer), generator.normal(size=outer)
        observed, likelihood = prediction + noise, np.log(density(noise, 0.0, 1.0))
        shape = [(outer if inner == "own" else 1, size) for size in sizes]
        first, second = (
            density(observed[:, None], signal * generator.normal(size=own), 1.0) for own in shape
        )
        evidence = first.mean(axis=1)
        third = (second * np.log(second)).mean(axis=1) / evidence
        gain = np.mean(likelihood - np.log(evidence))
        squares = np.log(evidence) ** 2 - 2 * likelihood * np.log(evidence) + third**2
        found.append((gain, squares.mean() - gain**2))
        known, mean = marginals(exact(signal, 1.0), observed)
        gain = likelihood - known
        part = known**2 - 2 * likelihood * known + mean**2 - 2 * utility * gain
        first_order.append((gain.mean(), part.mean() + utility**2))
    return np.array(found), np.array(first_order)


@pytest.mark.slow
@pytest.mark.parametrize("inner", ["own", "shared"])
@pytest.mark.parametrize("numbers", [(100, 60, 120), (4, 100, 50)])
def test_leading_orders_are_those_of_many_runs(inner, numbers):
    """At a signal of 0.25, where all moments that matter exist: within 4 standard errors, none
    above a fifth.
    """
    found, first_order = by_hand(
        np.random.default_rng(5), 0.25, numbers, inner, 1000 if numbers[0] > 4 else 20_000
    )
    left = found - first_order
    for place, constants in enumerate(CONSTANTS.values()):
        bias, variance, given = predicted(constants(0.25, 1.0), numbers, inner)
        own, runs = left[:, place], len(left)
        assert abs(own.mean() - bias) < 4 * own.std() / np.sqrt(runs)
        for values, expected in ((found[:, place], variance), (own, given)):
            error = np.std((values - values.mean()) ** 2) / np.sqrt(runs)
            # of the next order, one part in N₁ of some tens
            assert abs(values.var() - expected) < 4 * error + 0.1 * expected
            assert error < 0.2 * expected


def test_one_set_of_inner_samples_leaves_variance_that_more_outer_ones_do_not_lower():
    found, _ = by_hand(np.random.default_rng(1), 0.25, (3000, 20, 20), "shared", 300)
    _, own, _ = predicted(CONSTANTS["utility_variance"](0.25, 1.0), (3000, 20, 20), "own")
    _, shared, _ = predicted(CONSTANTS["utility_variance"](0.25, 1.0), (3000, 20, 20), "shared")
    assert shared > 1.2 * own
    assert found[:, 1].var() > 0.5 * (own + shared)


def far(signal, power, log_weight):
    """Whether log p(y) + log_weight(y, quadrature over θ) falls between y = 100 and 200 in
    deviations of the noise.
    """

    def value(observed):
        theta = np.linspace(-400, 400, 80_001)
        log_prior = -0.5 * (theta / signal) ** 2
        log_likelihood = -0.5 * (observed - theta) ** 2
        return -0.5 * observed**2 / (1 + signal**2) + log_weight(log_prior, log_likelihood, power)

    return value(200.0) < value(100.0)


def log_mean(log_prior, exponent):
    """log E exp(exponent), up to a constant."""
    return np.logaddexp.reduce(log_prior + exponent)


@pytest.mark.parametrize("signal", [0.05, 0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("power", [2, 4])
def test_estimates_exist_where_their_integral_over_far_data_falls(signal, power):
    """With one inner sample for the evidence, E (ĝ/p̂)ᵏ is an integral over y of two integrals over
    θ.
    """

    def weight(log_prior, log_likelihood, power):
        return log_mean(log_prior, power * log_likelihood) + log_mean(
            log_prior, -power * log_likelihood
        )

    # an integral over θ that has no end of its own is cut by the grid, and is large all the same
    assert exists(signal, 1.0, 1, power) == far(signal, power, weight)


@pytest.mark.parametrize(("first", "power", "signal"), [(np.inf, 2, 0.5559), (np.inf, 4, 0.2751)])
def test_no_number_of_inner_samples_helps_beyond_a_signal(first, power, signal):
    """Roots of 4v² − 6v + 1 and of 16v² − 20v + 3, v = 1 + signal²."""
    root = {2: (6 + np.sqrt(20)) / 8, 4: (20 + np.sqrt(208)) / 32}[power]
    assert signal == pytest.approx(np.sqrt(root - 1), abs=1e-4)
    assert exists(signal - 1e-3, 1.0, first, power)
    assert not exists(signal + 1e-3, 1.0, first, power)
    assert not exists(signal + 1e-3, 1.0, 10**9, power)


@pytest.mark.parametrize("signal", [0.3, 1.5])
def test_moments_of_the_likelihood_end_where_they_grow_with_far_data(signal):
    limit = greatest_moment(signal, 1.0)
    for order, finite in ((0.95 * limit, True), (1.05 * limit, False)):

        def weight(log_prior, log_likelihood, power):
            return log_mean(log_prior, power * log_likelihood) - power * log_mean(
                log_prior, log_likelihood
            )

        assert far(signal, order, weight) == finite
    assert greatest_moment(1e3, 1.0) > 2
