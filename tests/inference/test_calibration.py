"""Calibration against least squares, whose solution is known; draws of source centres against their
belief.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from boed.inference import calibration
from boed.inference.calibration import Data, Descent, Problem, calibrate
from boed.inference.grid_belief import Cells
from boed.systems.plume import weight_prior

STILL = calibration.JitteredCentre(jnp.zeros(2), 0.0, 0.0)


def free(weights):
    return jnp.array(0.0)


def everywhere(function):
    """A prediction that the centres do not change."""
    return lambda centres: (
        lambda weights: jnp.broadcast_to(
            function(weights), (len(centres), *function(weights).shape)
        )
    )


@pytest.fixture
def regression(rng):
    """Matrix, observations and deviations of a linear model of three weights."""
    return rng.normal(size=(6, 3)), rng.normal(size=6), rng.uniform(0.2, 1, size=6)


def fitted(regression, used, penalty, key):
    matrix, y, s = map(jnp.asarray, regression)
    data = Data(y, lambda _: s, jnp.asarray(used))
    problem = Problem(STILL, everywhere(lambda w: matrix @ w), data, penalty)
    return calibrate(jnp.zeros(3), problem, key, Descent(30, 100, 0.01))


def test_misfit_is_minus_the_log_likelihood_of_the_data_in_use_averaged_over_the_centres(rng):
    g, y, s = rng.normal(size=(3, 4)), rng.normal(size=4), rng.uniform(0.1, 1, size=4)
    used = np.array([1.0, 0.0, 1.0, 1.0])
    expected = -norm(g, s).logpdf(y)[:, used > 0].sum(axis=1).mean()
    data = Data(jnp.asarray(y), lambda _: jnp.asarray(s), jnp.asarray(used))
    assert calibration.misfit(jnp.asarray(g), data) == pytest.approx(expected, rel=1e-10)


def test_a_deviation_may_be_that_of_the_prediction(rng):
    g, y = rng.normal(size=(3, 4)), rng.normal(size=4)
    expected = -norm(g, 0.1 + 0.2 * np.abs(g)).logpdf(y).sum(axis=1).mean()
    data = Data(jnp.asarray(y), lambda g: 0.1 + 0.2 * jnp.abs(g), jnp.ones(4))
    assert calibration.misfit(jnp.asarray(g), data) == pytest.approx(expected, rel=1e-10)


def test_tends_to_weighted_least_squares(regression, key):
    matrix, y, s = regression
    weights, info = fitted(regression, np.ones(6), free, key)
    expected = np.linalg.lstsq(matrix / s[:, None], y / s, rcond=None)[0]
    np.testing.assert_allclose(weights, expected, atol=2e-3)
    assert info.loss.shape == (3000,)
    assert info.loss[-1] < info.loss[0]


def test_data_not_in_use_count_nothing(regression, key):
    matrix, y, s = regression
    used = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    spoilt = np.where(used > 0, y, 1e3)
    weights, _ = fitted((matrix, spoilt, s), used, free, key)
    kept = used > 0
    expected = np.linalg.lstsq((matrix / s[:, None])[kept], (y / s)[kept], rcond=None)[0]
    np.testing.assert_allclose(weights, expected, atol=2e-3)


def test_tends_to_ridge_regression_under_a_gaussian_prior(regression, key):
    matrix, y, s = regression
    mean = np.array([0.5, -0.5, 0.2])
    weights, _ = fitted(regression, np.ones(6), weight_prior.Gaussian(jnp.asarray(mean), 4.0), key)
    scaled = matrix / s[:, None]
    expected = np.linalg.solve(scaled.T @ scaled + 4 * np.eye(3), scaled.T @ (y / s) + 4 * mean)
    np.testing.assert_allclose(weights, expected, atol=2e-3)


def test_jitter_moves_the_centre_and_dies_away(key):
    """A prediction that is the centre itself: the loss is its squared shift, half of whose mean is
    known.
    """
    data = Data(jnp.zeros(2), jnp.ones_like, jnp.ones(2))
    draw = calibration.JitteredCentre(jnp.zeros(2), 0.05, 0.001)
    problem = Problem(draw, lambda c: lambda w: c, data, free)
    _, info = calibrate(jnp.zeros(1), problem, key, Descent(4000, 1, 0.1))
    squared = 2 * (np.asarray(info.loss) - np.log(2 * np.pi))
    expected = 2 * 0.05**2 * np.exp(-0.002 * np.arange(4000))
    assert squared[:1000].sum() == pytest.approx(expected[:1000].sum(), rel=0.15)
    assert squared[3000:].sum() == pytest.approx(expected[3000:].sum(), rel=0.15)


def test_centres_are_drawn_once_a_round_under_the_weights_of_the_round(key):
    """A draw that is the weights themselves: within a round the centre, which is the prediction,
    stays.
    """
    data = Data(jnp.zeros(2), jnp.ones_like, jnp.ones(2))
    problem = Problem(
        draw=lambda key, round_, weights: weights[None],
        prepare=lambda centres: lambda w: centres + 0 * w,
        data=data,
        penalty=lambda weights: jnp.sum(weights),
    )
    _, info = calibrate(jnp.array([1.0, 1.0]), problem, key, Descent(2, 3, 0.1))
    # the penalty's slope is 1, so that every step is one of Adam's −0.1
    weights = 1 - 0.1 * np.arange(6)
    centres = np.repeat(weights[[0, 3]], 3)
    np.testing.assert_allclose(info.loss, np.log(2 * np.pi) + centres**2 + 2 * weights, rtol=1e-6)


def test_one_step_is_one_adam_step(key):
    data = Data(jnp.zeros(2), jnp.ones_like, jnp.ones(2))
    problem = Problem(STILL, everywhere(lambda w: w), data, free)
    weights, info = calibrate(jnp.array([1.0, -1.0]), problem, key, Descent(1, 1, 0.01))
    np.testing.assert_allclose(weights, [0.99, -0.99], rtol=1e-6)
    assert info.gradient_norm[0] == pytest.approx(np.sqrt(2))


CELLS = Cells.spanning({"x": (0.0, 1.0, 3), "y": (0.0, 0.3, 4)})


def drawn(log_probability, count, key):
    draw = calibration.BelievedCentres(
        lambda weights: jnp.log(log_probability(weights)), CELLS, count
    )
    return np.asarray(draw(key, jnp.array(0), jnp.array([2.0])))


def test_centres_are_drawn_as_often_as_they_are_believed(key):
    probability = np.arange(1.0, 13.0).reshape(3, 4) / 78
    places = drawn(lambda weights: jnp.asarray(probability), 40000, key)
    i, j = (np.rint(places[:, k] / h).astype(int) for k, h in enumerate((0.5, 0.1)))
    counts = np.zeros((3, 4))
    np.add.at(counts, (i, j), 1)
    deviation = np.sqrt(probability * (1 - probability) / 40000)
    assert (abs(counts / 40000 - probability) < 4 * deviation).all()


def test_centres_are_spread_evenly_over_their_cell_and_no_further(key):
    """All probability in cell (2, 1): the second moment of a cell of sides 0.5 and 0.1, a twelfth
    of their squares.
    """
    places = drawn(lambda weights: jnp.zeros((3, 4)).at[2, 1].set(1.0), 20000, key) - [1.0, 0.1]
    assert (abs(places) <= [0.25, 0.05]).all()
    np.testing.assert_allclose((places**2).mean(axis=0), np.array([0.25, 0.01]) / 12, rtol=0.03)
    np.testing.assert_allclose(places.mean(axis=0) / [0.5, 0.1], 0, atol=0.01)


def test_the_belief_is_that_under_the_current_weights(key):
    places = drawn(
        lambda weights: jnp.zeros((3, 4)).at[weights[0].astype(int), 3].set(1.0), 10, key
    )
    np.testing.assert_array_equal(np.rint(places / [0.5, 0.1]), np.tile([2, 3], (10, 1)))


@pytest.mark.parametrize("broken", ["observed", "deviation", "predicted"])
@pytest.mark.parametrize("shape", [(4,), (4, 2)])
def test_what_is_not_in_use_may_be_nan_in_value_and_gradient(broken, shape, rng):
    g, y, s = rng.normal(size=(3, *shape)), rng.normal(size=shape), rng.uniform(0.1, 1, size=shape)
    used = np.ones(shape)
    used[2] = 0.0
    missing, nan = used == 0, np.nan

    def loss(g, y, s):
        data = Data(jnp.asarray(y), lambda g: jnp.asarray(s) + 0.1 * abs(g), jnp.asarray(used))
        return calibration.misfit(g, data)

    arrays = {"observed": y, "deviation": s, "predicted": g}
    arrays[broken] = np.where(missing, nan, arrays[broken])
    s_all = s + 0.1 * abs(g)
    expected = -np.where(missing, 0, norm(g, s_all).logpdf(y)).reshape(3, -1).sum(1).mean()
    given = jnp.asarray(arrays["predicted"])
    value, slopes = jax.value_and_grad(loss)(given, arrays["observed"], arrays["deviation"])
    assert value == pytest.approx(expected, rel=1e-10)
    whole = np.asarray(jax.grad(loss)(jnp.asarray(g), y, s))
    np.testing.assert_allclose(slopes, np.where(missing, 0, whole), rtol=1e-10)


def test_a_calibration_does_not_see_a_nan_that_is_not_in_use(regression, key):
    matrix, y, s = regression
    used = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    weights, info = fitted((matrix, np.where(used > 0, y, np.nan), s), used, free, key)
    expected, _ = fitted((matrix, np.where(used > 0, y, 0.0), s), used, free, key)
    np.testing.assert_array_equal(weights, expected)
    assert np.isfinite(info.gradient_norm).all()


def test_outputs_of_a_datum_are_fitted_together(rng, key):
    """Two outputs of each of four data are as eight data, some outputs missing."""
    matrix, y, s = rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 2)), rng.uniform(0.2, 1, (4, 2))
    used = np.ones((4, 2))
    used[1, 0] = used[3, 1] = 0.0
    data = Data(jnp.asarray(y), lambda _: jnp.asarray(s), jnp.asarray(used))
    problem = Problem(STILL, everywhere(lambda w: jnp.asarray(matrix) @ w), data, free)
    weights, _ = calibrate(jnp.zeros(3), problem, key, Descent(30, 100, 0.01))
    expected, _ = fitted((matrix.reshape(8, 3), y.ravel(), s.ravel()), used.ravel(), free, key)
    np.testing.assert_allclose(weights, expected, rtol=1e-10)


def test_used_of_a_datum_holds_for_all_of_its_outputs(rng):
    g, y, s = rng.normal(size=(3, 4, 2)), rng.normal(size=(4, 2)), rng.uniform(0.1, 1, size=(4, 2))
    used = np.array([1.0, 0.0, 1.0, 1.0])
    expected = -norm(g, s).logpdf(y)[:, used > 0].sum(axis=(1, 2)).mean()
    data = Data(jnp.asarray(y), lambda _: jnp.asarray(s), jnp.asarray(used))
    assert calibration.misfit(jnp.asarray(g), data) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("count", [1, 3])
def test_jitter_is_in_the_units_of_each_parameter(count, key):
    centre, jitter = jnp.arange(1.0, count + 1), 10.0 ** jnp.arange(-2, count - 2)
    draw = calibration.JitteredCentre(centre, jitter, 0.0)
    keys = jax.random.split(key, 4000)
    places = jax.vmap(lambda k: draw(k, jnp.array(0), jnp.zeros(1))[0])(keys)
    np.testing.assert_allclose(places.mean(axis=0), centre, atol=0.06 * np.max(jitter))
    np.testing.assert_allclose(places.std(axis=0), jitter, rtol=0.05)


@pytest.mark.parametrize("shape", [(4,), (2, 3, 4)])
def test_centres_of_other_than_two_parameters_are_drawn_as_believed(shape, key):
    names, sides = "abc"[: len(shape)], (10.0, 0.5, 0.1)[: len(shape)]
    ends = {
        name: (1.0, 1.0 + side * (count - 1), count)
        for name, side, count in zip(names, sides, shape, strict=True)
    }
    probability = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    probability /= probability.sum()
    draw = calibration.BelievedCentres(
        lambda weights: jnp.log(jnp.asarray(probability)), Cells.spanning(ends), 40000
    )
    places = np.asarray(draw(key, jnp.array(0), jnp.zeros(1)))
    index = np.rint((places - 1.0) / sides).astype(int)
    counts = np.zeros(shape)
    np.add.at(counts, tuple(index.T), 1)
    deviation = np.sqrt(probability * (1 - probability) / 40000)
    assert (abs(counts / 40000 - probability) < 4 * deviation).all()
    within = (places - 1.0) / sides - index
    assert (abs(within) <= 0.5).all()
    np.testing.assert_allclose((within**2).mean(axis=0), 1 / 12, rtol=0.03)
