"""Standard errors against the textbook's and against the scatter of many runs."""

import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from boed.design import estimators
from boed.design.jackknife import uniform, with_standard_errors
from boed.inference import gaussian_noise, priors

PROBLEM = estimators.Problem(
    problems.linear, gaussian_noise.independent(1.0, 1), priors.normal(0.0, 3.0)
)


def test_error_of_a_mean_and_of_a_variance(rng):
    values = rng.normal(size=500)

    def statistics(weights):
        mean = weights @ values
        return mean, weights @ (values - mean) ** 2

    found, errors = with_standard_errors(statistics, uniform(500))
    assert float(found[0]) == pytest.approx(np.mean(values))
    assert float(errors[0]) == pytest.approx(np.std(values) / np.sqrt(500), rel=1e-9)
    assert float(errors[1]) == pytest.approx(
        np.std((values - np.mean(values)) ** 2) / np.sqrt(500), rel=1e-9
    )


def test_independent_samples_add_their_variances(rng):
    first, second = (jnp.asarray(rng.normal(size=size)) for size in (50, 80))
    _, error = with_standard_errors(
        lambda w: w[0] @ first - w[1] @ second, (uniform(50), uniform(80))
    )
    assert float(error) == pytest.approx(
        np.hypot(np.std(first) / np.sqrt(50), np.std(second) / np.sqrt(80)), rel=1e-9
    )


@pytest.mark.slow
def test_errors_of_utility_are_the_scatter_of_many_runs():
    """Samples play two roles, and both count; at N = 3,000 the linear influence leaves a tenth of
    V's error out.
    """
    design, runs = jnp.array([3.0]), 400
    utility = estimators.sampled_utility(PROBLEM, "fast", 3000, design[None])
    keys = jax.random.split(jax.random.key(3), runs)
    found, errors = jax.jit(
        lambda: jax.lax.map(lambda key: utility.estimates_with_errors(key, design), keys)
    )()
    for name in ("expected_utility", "utility_variance"):
        for estimator in ("self_normalised", "nested"):
            values = np.asarray(getattr(getattr(found, estimator), name))
            typical = np.sqrt(np.mean(getattr(getattr(errors, estimator), name) ** 2))
            assert typical == pytest.approx(np.std(values), rel=0.15), (name, estimator)


def test_no_sample_is_refused():
    with pytest.raises(ValueError, match="at least one sample, not 0"):
        uniform(0)
