"""Priors: moments of their samples, densities beside SciPy's, rules that integrate what they
should.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from boed.inference import priors

LOG_DEVIATION = np.sqrt(0.3)
# of one parameter each, beside SciPy's
CASES = {
    "normal": (priors.normal(1.0, 2.0), stats.norm(1.0, 2.0)),
    "uniform": (priors.uniform(-1.0, 2.0), stats.uniform(-1.0, 3.0)),
    "lognormal": (priors.lognormal(2.0, 0.3), stats.lognorm(LOG_DEVIATION, scale=2.0)),
    "truncated": (
        priors.truncated(1.0, 2.0, 0.0, 6.0),
        stats.truncnorm(-0.5, 2.5, loc=1.0, scale=2.0),
    ),
    "truncated in a tail": (
        priors.truncated(0.0, 1.0, 10.0, 12.0),
        stats.truncnorm(10.0, 12.0),
    ),
    "truncated in the other tail": (
        priors.truncated(0.0, 1.0, -12.0, -10.0),
        stats.truncnorm(-12.0, -10.0),
    ),
}
# a family, and the constants of its component of each number
FAMILIES = {
    "normal": (priors.normal, lambda i: (float(i), 1.0 + i)),
    "uniform": (priors.uniform, lambda i: (-1.0 - i, 2.0)),
    "lognormal": (priors.lognormal, lambda i: (1.0 + i, 0.2)),
    "truncated": (priors.truncated, lambda i: (float(i), 1.0, -1.0, 3.0 + i)),
}


@pytest.mark.parametrize("name", CASES)
def test_samples_have_the_moments(name):
    prior, theirs = CASES[name]
    drawn = np.asarray(prior.sample(jax.random.key(1), 100_000))
    assert drawn.shape == (100_000, 1)
    assert drawn.mean() == pytest.approx(theirs.mean(), abs=0.01 * theirs.std())
    assert drawn.std() == pytest.approx(theirs.std(), rel=0.015)
    assert stats.kstest(drawn[:1000, 0], theirs.cdf).pvalue > 0.01


@pytest.mark.parametrize("name", CASES)
def test_mean_and_deviation_are_scipys(name):
    prior, theirs = CASES[name]
    np.testing.assert_allclose(prior.mean, [theirs.mean()], rtol=1e-9)
    np.testing.assert_allclose(prior.deviation, [theirs.std()], rtol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_densities_and_quantiles_are_scipys(name):
    prior, theirs = CASES[name]
    probability = np.array([0.001, 0.2, 0.5, 0.9, 0.999])
    points = theirs.ppf(probability)
    np.testing.assert_allclose(prior.quantile(probability[:, None])[:, 0], points, rtol=1e-9)
    np.testing.assert_allclose(
        prior.log_density(points[:, None]), theirs.logpdf(points), rtol=1e-9, atol=1e-9
    )
    scores = prior.score(points[:, None])[:, 0]
    np.testing.assert_allclose(scores, stats.norm.ppf(probability), atol=1e-9)


@pytest.mark.parametrize("name", ["uniform", "lognormal", "truncated"])
def test_there_is_no_density_outside(name):
    prior, _ = CASES[name]
    outside = np.array([[-2.0], [-1.5]])
    np.testing.assert_array_equal(prior.log_density(outside), -np.inf)
    slope = jax.grad(lambda value: jnp.exp(prior.log_density(value)))(jnp.array([-2.0]))
    np.testing.assert_array_equal(slope, 0.0)


@pytest.mark.parametrize("name", CASES)
def test_nodes_integrate_powers(name):
    prior, theirs = CASES[name]
    nodes, weights = (np.asarray(part) for part in prior.nodes(200))
    assert nodes.shape == (len(weights), 1)
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    assert weights @ nodes[:, 0] == pytest.approx(theirs.mean(), rel=1e-10)
    spread = weights @ (nodes[:, 0] - theirs.mean()) ** 2
    assert spread == pytest.approx(theirs.var(), rel=1e-6 if "tail" in name else 1e-10)


def test_one_parameter_is_drawn_as_ever(key):
    """The random numbers of the published studies."""
    np.testing.assert_array_equal(
        priors.normal(1.0, 3.0).sample(key, 5), 1.0 + 3.0 * jax.random.normal(key, (5, 1))
    )
    np.testing.assert_array_equal(
        priors.uniform(0.0, 1.0).sample(key, 5), jax.random.uniform(key, (5, 1))
    )


@settings(max_examples=10)
@given(name=st.sampled_from(list(FAMILIES)), count=st.integers(1, 6))
def test_vectors_are_independent_components(name, count):
    """Of any number: each has its own moments, none tells of another, and densities multiply."""
    make, constants = FAMILIES[name]
    alone = [make(*constants(index)) for index in range(count)]
    prior = make(*map(np.array, zip(*map(constants, range(count)), strict=True)))
    drawn = np.asarray(prior.sample(jax.random.key(count), 4000))
    assert drawn.shape == (4000, count)
    distance = (drawn.mean(axis=0) - prior.mean) / prior.deviation
    assert np.abs(distance).max() < 0.08
    correlation = np.corrcoef(drawn.T).reshape(count, count) - np.eye(count)
    assert np.abs(correlation).max() < 0.08
    rows = drawn[:8].reshape(2, 4, count)
    expected = sum(part.log_density(rows[..., [n]]) for n, part in enumerate(alone))
    np.testing.assert_allclose(prior.log_density(rows), expected, rtol=1e-12)
    middle = [part.quantile(np.array([0.3]))[0] for part in alone]
    np.testing.assert_allclose(prior.quantile(np.full(count, 0.3)), middle, rtol=1e-12)


def test_density_of_independent_components_is_their_product():
    prior = priors.normal([0.0, 1.0], [2.0, 3.0])
    expected = stats.norm(0.0, 2.0).logpdf(0.4) + stats.norm(1.0, 3.0).logpdf(-0.7)
    assert float(prior.log_density(np.array([0.4, -0.7]))) == pytest.approx(expected, rel=1e-14)


def test_different_priors_side_by_side(key):
    prior = priors.independent(
        [priors.normal([0.0, 1.0], 2.0), priors.uniform(0.0, 1.0), priors.lognormal(3.0, 0.2)]
    )
    drawn = np.asarray(prior.sample(key, 20_000))
    np.testing.assert_allclose(drawn.mean(axis=0), prior.mean, atol=0.05)
    np.testing.assert_allclose(drawn.std(axis=0), prior.deviation, rtol=0.03)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 0.03
    point = np.array([0.3, 0.7, 0.2, 2.0])
    expected = (
        stats.norm(0.0, 2.0).logpdf(0.3)
        + stats.norm(1.0, 2.0).logpdf(0.7)
        + stats.lognorm(np.sqrt(0.2), scale=3.0).logpdf(2.0)
    )
    assert float(prior.log_density(point)) == pytest.approx(expected, rel=1e-12)
    assert float(prior.log_density(point * [1, 1, 9, 1])) == -np.inf
    np.testing.assert_allclose(prior.quantile(np.full(4, 0.5)), [0.0, 1.0, 0.5, 3.0], atol=1e-12)


CORRELATION = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.0], [-0.3, 0.0, 1.0]])
MIXED = [
    priors.lognormal(2.0, 0.3),
    priors.uniform(-1.0, 2.0),
    priors.truncated(1.0, 2.0, 0.0, 6.0),
]


def test_rank_correlation_of_a_copula_is_its_closed_form(key):
    """Spearman's of a Gaussian copula is 6/π·arcsin(ρ/2), whatever the distributions."""
    drawn = np.asarray(priors.correlated(MIXED, CORRELATION).sample(key, 100_000))
    found = stats.spearmanr(drawn).statistic
    np.testing.assert_allclose(found, 6 / np.pi * np.arcsin(CORRELATION / 2), atol=0.01)
    for column, prior in zip(drawn.T, MIXED, strict=True):
        assert column.mean() == pytest.approx(float(prior.mean[0]), rel=0.02)
        assert column.std() == pytest.approx(float(prior.deviation[0]), rel=0.02)


def test_correlated_normals_are_scipys_multivariate_normal(rng):
    prior = priors.correlated(
        [priors.normal([1.0, 2.0], [2.0, 0.5]), priors.normal(0.0, 1.0)], CORRELATION
    )
    scale = np.array([2.0, 0.5, 1.0])
    theirs = stats.multivariate_normal([1.0, 2.0, 0.0], CORRELATION * scale[:, None] * scale)
    points = rng.normal(size=(2, 4, 3))
    np.testing.assert_allclose(prior.log_density(points), theirs.logpdf(points), rtol=1e-12)


def test_density_of_a_copula_is_that_of_what_it_draws(key):
    """Importance: E[1/(p·area)] over a box's draws is the box's share of the uniform measure."""
    prior = priors.correlated(MIXED[:2], CORRELATION[:2, :2])
    low, high = np.array([1.0, 0.0]), np.array([3.0, 1.5])
    drawn = np.asarray(prior.sample(key, 200_000))
    inside = np.all((drawn > low) & (drawn < high), axis=1)
    inverse = np.where(inside, np.exp(-np.asarray(prior.log_density(drawn))), 0.0)
    assert inverse.mean() == pytest.approx(np.prod(high - low), rel=0.01)
    assert float(prior.log_density(np.array([1.0, 2.5]))) == -np.inf


def test_quantiles_of_a_copula_take_the_cube_to_it(key):
    prior = priors.correlated(MIXED, CORRELATION)
    cube = np.asarray(jax.random.uniform(key, (50_000, 3)))
    found = stats.spearmanr(prior.quantile(cube)).statistic
    np.testing.assert_allclose(found, 6 / np.pi * np.arcsin(CORRELATION / 2), atol=0.015)


def test_samples_are_drawn_as_rows(key):
    rows = np.array([[0.0, 10.0], [1.0, 11.0], [4.0, 14.0]])
    prior = priors.empirical(rows)
    drawn = np.asarray(prior.sample(key, 3000))
    np.testing.assert_array_equal(drawn[:, 1] - drawn[:, 0], 10.0)
    np.testing.assert_allclose(np.unique(drawn[:, 0], return_counts=True)[1], 1000, atol=100)
    np.testing.assert_allclose(prior.mean, rows.mean(axis=0))
    np.testing.assert_allclose(prior.deviation, rows.std(axis=0))
    one = priors.empirical(rows[:, :1])
    np.testing.assert_array_equal(
        one.quantile(np.array([[0.0], [0.5], [1.0]])), [[0.0], [1.0], [4.0]]
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: priors.normal(0.0, 0.0), "deviation must be positive, not"),
        (lambda: priors.normal(np.nan, 1.0), "mean must be finite"),
        (lambda: priors.normal([0.0, 1.0], [1.0, 2.0, 3.0]), "2 of mean, 3 of deviation"),
        (lambda: priors.uniform(1.0, 1.0), "below the upper"),
        (lambda: priors.lognormal(-1.0, 0.1), "median must be positive"),
        (lambda: priors.lognormal(1.0, 0.0), "log_variance must be positive"),
        (lambda: priors.truncated(0.0, 1.0, 60.0, 70.0), "some of the normal's probability"),
        (lambda: priors.independent([]), "at least one parameter"),
        (lambda: priors.correlated(MIXED, np.eye(2)), "3 parameters need 3 × 3"),
        (lambda: priors.correlated(MIXED[:2], [[1.0, 1.0], [1.0, 1.0]]), "positive definite"),
        (lambda: priors.correlated([priors.empirical(np.ones((3, 2)))], np.eye(2)), "not samples"),
        (lambda: priors.empirical(np.array([[1.0], [np.nan]])), "finite numbers, a row a draw"),
        (lambda: priors.empirical(np.ones((3, 1))).log_density(np.ones(1)), "has no density"),
        (lambda: priors.empirical(np.ones((3, 1))).nodes(10), "no quadrature nodes"),
        (lambda: priors.empirical(np.ones((3, 2))).quantile(np.ones(2)), "several parameters"),
        (lambda: priors.normal([0.0, 1.0], 1.0).nodes(10), "one parameter, not of 2"),
        (lambda: priors.correlated(MIXED, np.eye(3)).nodes(10), "one parameter, not of 3"),
        (lambda: priors.independent(MIXED).nodes(10), "one parameter, not of 3"),
    ],
)
def test_what_is_no_prior_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
