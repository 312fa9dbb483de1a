"""Sums over samples: pairwise against NumPy term by term, fast against pairwise."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.scipy.stats import norm
from scipy.stats import multivariate_normal

from boed.design import evidence
from boed.inference import gaussian_noise
from boed.inference.noise import Noise

COVARIANCE = np.array([[0.5, 0.2], [0.2, 0.3]]) / 100
NOISES = {
    "one output": gaussian_noise.independent(0.1, 1),
    "two outputs": gaussian_noise.independent(0.1, 2),
    "correlated": gaussian_noise.correlated(COVARIANCE),
}


def drawn(noise, count, seed=0):
    """Observations of `count` predictions within a unit cube, and unequal weights."""
    rng = np.random.default_rng(seed)
    outputs = len(noise.constant)
    predictions = jnp.asarray(rng.uniform(size=(count, outputs)))
    observed = gaussian_noise.perturbed(
        noise, predictions, jnp.asarray(rng.normal(size=(count, outputs)))
    )
    weights = rng.uniform(size=count)
    return observed, predictions, jnp.asarray(weights / weights.sum())


def modes(noise, observed, predictions):
    return evidence.modes_needed(
        float(evidence.spread(noise, jnp.concatenate([observed, predictions])))
    )


def test_pairwise_is_the_sum_term_by_term():
    noise = NOISES["correlated"]
    observed, predictions, weights = drawn(noise, 40)
    found = evidence.Pairwise(noise, block=7)(observed, predictions, weights)
    for index, datum in enumerate(np.asarray(observed)):
        likelihood = np.array(
            [multivariate_normal.pdf(datum, mean, COVARIANCE) for mean in np.asarray(predictions)]
        )
        marginal = np.asarray(weights) @ likelihood
        assert float(found.log_evidence[index]) == pytest.approx(np.log(marginal), rel=1e-10)
        mean = np.asarray(weights) @ (likelihood * np.log(likelihood)) / marginal
        assert float(found.mean_log_likelihood[index]) == pytest.approx(mean, rel=1e-10)


def test_pairwise_does_not_underflow_far_from_every_sample():
    noise = NOISES["one output"]
    found = evidence.Pairwise(noise, block=2)(
        jnp.array([[100.0]]), jnp.zeros((3, 1)), jnp.full(3, 1 / 3)
    )
    expected = -0.5 * 1000**2 - np.log(0.1) - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(
        [found.log_evidence[0], found.mean_log_likelihood[0]], expected, rtol=1e-12
    )


@pytest.mark.parametrize("name", NOISES)
def test_fast_sums_are_those_of_pairs(name):
    noise = NOISES[name]
    arguments = drawn(noise, 2000)
    fast = evidence.FastSums(noise, modes(noise, *arguments[:2]))(*arguments)
    pairs = evidence.Pairwise(noise, block=16)(*arguments)
    np.testing.assert_allclose(fast.log_evidence, pairs.log_evidence, atol=1e-6)
    np.testing.assert_allclose(fast.mean_log_likelihood, pairs.mean_log_likelihood, atol=1e-6)
    assert float(jnp.mean(fast.log_evidence)) == pytest.approx(
        float(jnp.mean(pairs.log_evidence)), abs=1e-9
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NOISES)
def test_gradients_of_fast_sums_are_those_of_pairs(name):
    noise = NOISES[name]
    arguments = drawn(noise, 200)
    ways = (
        evidence.FastSums(noise, modes(noise, *arguments[:2])),
        evidence.Pairwise(noise, block=16),
    )
    for chosen in (0, 1):
        slopes = [
            jax.grad(
                lambda *a, way=way, chosen=chosen: jnp.mean(way(*a)[chosen]), argnums=(0, 1, 2)
            )(*arguments)
            for way in ways
        ]
        for fast, pairs in zip(*slopes, strict=True):
            np.testing.assert_allclose(fast, pairs, atol=1e-6 * np.abs(pairs).max())


@pytest.mark.parametrize("block", [1, 3, 29, 40])
def test_any_block_gives_the_same(block):
    noise = NOISES["one output"]
    arguments = drawn(noise, 30)
    whole, parts = (evidence.Pairwise(noise, size)(*arguments) for size in (30, block))
    np.testing.assert_allclose(whole.log_evidence, parts.log_evidence, rtol=1e-12)


def test_too_few_modes_give_no_number():
    noise = NOISES["one output"]
    arguments = drawn(noise, 20)
    found = evidence.FastSums(noise, modes(noise, *arguments[:2]) // 2)(*arguments)
    assert np.isnan(found.log_evidence).all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_prediction_that_is_no_number_gives_none(wrong):
    noise = NOISES["one output"]
    observed, predictions, weights = drawn(noise, 20)
    way = evidence.FastSums(noise, modes(noise, observed, predictions))
    found = way(observed.at[3].set(wrong), predictions.at[3].set(wrong), weights)
    assert np.isnan(found.log_evidence).all()
    assert np.isnan(found.mean_log_likelihood).all()


def test_fast_sums_are_for_one_or_two_outputs():
    with pytest.raises(ValueError, match="one or two outputs, not 3"):
        evidence.FastSums(gaussian_noise.independent(1.0, 3), 100)


def test_memory_of_pairs_grows_with_the_samples_not_with_the_pairs():
    """Forwards and backwards: little of that of all pairs, and twice as much for twice as many."""
    noise = gaussian_noise.varying(Noise(0.1, 0.1).deviation)

    def total(predictions, weights):
        return jnp.sum(evidence.Pairwise(noise)(predictions, predictions, weights).log_evidence)

    def planned(count):
        shapes = (jax.ShapeDtypeStruct(shape, float) for shape in ((count, 1), (count,)))
        compiled = jax.jit(jax.grad(total, argnums=(0, 1))).lower(*shapes).compile()
        return compiled.memory_analysis().temp_size_in_bytes

    some, more = planned(10_000), planned(20_000)
    assert some < 0.01 * 10_000**2 * 8
    assert more < 2.2 * some


def test_gradients_of_pairs_with_noise_that_varies_are_those_of_the_whole_matrix():
    """Of both sums in what is observed, predicted, and in the weights."""
    growing = Noise(0.1, 0.3)
    rng = np.random.default_rng(0)
    arguments = tuple(
        jnp.asarray(part)
        for part in (rng.normal(size=(15, 2)), rng.normal(size=(20, 2)), rng.dirichlet(np.ones(20)))
    )
    slopes = jnp.asarray(rng.normal(size=(2, 15)))

    def whole(observed, predictions, weights):
        deviation = growing.deviation(predictions)
        log_likelihood = jnp.sum(norm.logpdf(observed[:, None], predictions, deviation), axis=2)
        joint = log_likelihood + jnp.log(weights)
        share = jax.nn.softmax(joint, axis=1)
        return jax.nn.logsumexp(joint, axis=1), jnp.sum(share * log_likelihood, axis=1)

    pairs = evidence.Pairwise(gaussian_noise.varying(growing.deviation), block=4)
    found, expected = (
        jax.grad(lambda *a, way=way: jnp.sum(slopes * jnp.stack(way(*a))), argnums=(0, 1, 2))(
            *arguments
        )
        for way in (pairs, whole)
    )
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-10 * np.abs(theirs).max())
