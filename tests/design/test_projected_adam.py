"""The start by grid and the projected ascent: known maxima, the stopping rule, numbers that are not
finite.
"""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boed.design import projected_adam

ASCENT = projected_adam.Ascent(rate=0.02, drift=0.0, stop_after_clips=0, jump=0.05)
unit = st.floats(0, 1)


def unused(design, key):
    raise AssertionError("an ascent asks for the gradient, a scan for the value alone")


def quadratic(peak):
    return lambda design, key: jax.value_and_grad(lambda d: -jnp.sum((d - peak) ** 2))(design)


def evaluating(utility):
    """The evaluation of a function that gives (value, gradient)."""
    return lambda design, key: projected_adam.Evaluation.exact(*utility(design, key))


def ascend(start, utility, box, ascent=ASCENT, steps=150):
    keys = jax.random.split(jax.random.key(0), steps)
    return projected_adam.ascend(
        projected_adam.init(start, ascent),
        SimpleNamespace(value=unused, evaluate=evaluating(utility), box=box),
        keys,
        ascent,
    )


def hills(design, key):
    """Several maxima, and none on the axes of symmetry."""
    x, y = design
    return jnp.sin(9 * x) * jnp.cos(7 * y) + 0.3 * x


def best_start(value, box, start, grid, key=None):
    key = jax.random.key(0) if key is None else key
    return projected_adam.best_start(
        SimpleNamespace(value=value, evaluate=unused, box=box),
        jnp.asarray(start),
        key,
        grid,
    )


BOX = projected_adam.Window(jnp.array([0.1, 0.2]), jnp.array([0.5, 0.9]))


def test_the_start_is_the_best_of_the_grid_and_the_point_given():
    x, y = np.linspace(0.1, 0.5, 6), np.linspace(0.2, 0.9, 6)
    values = np.sin(9 * x[:, None]) * np.cos(7 * y) + 0.3 * x[:, None]
    i, j = np.unravel_index(values.argmax(), values.shape)
    np.testing.assert_allclose(best_start(hills, BOX, [0.3, 0.5], 6), [x[i], y[j]], rtol=1e-12)
    peak = [0.5, np.pi / 7]  # better than every point of the grid
    assert np.sin(9 * peak[0]) * np.cos(7 * peak[1]) + 0.3 * peak[0] > values.max()
    np.testing.assert_array_equal(best_start(hills, BOX, peak, 6), peak)


def test_without_a_grid_the_start_is_the_point_given_and_nothing_is_evaluated():
    np.testing.assert_array_equal(best_start(unused, BOX, [0.3, 0.5], 0), [0.3, 0.5])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_start_whose_utility_is_not_finite_is_never_chosen(bad):
    def value(design, key):
        return jnp.where(design[0] > 0.2, bad, -jnp.sum(design))

    np.testing.assert_allclose(best_start(value, BOX, [0.3, 0.5], 3), [0.1, 0.2])


def test_all_candidates_for_the_start_are_compared_under_one_key():
    def value(design, key):
        return hills(design, key) + 100 * jax.random.normal(key)

    for seed in range(4):
        noisy = best_start(value, BOX, [0.3, 0.5], 4, jax.random.key(seed))
        np.testing.assert_array_equal(noisy, best_start(hills, BOX, [0.3, 0.5], 4))


def test_finds_a_maximum_inside_the_window():
    start = jnp.array([0.5, 0.5])
    state, info = ascend(
        start, quadratic(jnp.array([0.62, 0.41])), projected_adam.window(start, 0.2, 0.0, 1.0)
    )
    np.testing.assert_allclose(state.design, [0.62, 0.41], atol=5e-3)
    assert info.utility[-1] > info.utility[0]
    np.testing.assert_array_equal(info.design[0], start)


@jax.jit
def ascend_to(peak, start, limit):
    return ascend(start, quadratic(peak), projected_adam.window(start, limit, 0.0, 1.0), steps=40)


@given(unit, unit, st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 0.5))
def test_never_leaves_the_window_or_the_domain(x, y, px, py, limit):
    state, info = ascend_to(jnp.array([px, py]), jnp.array([x, y]), limit)
    path = np.vstack([info.design, state.design])
    assert (path >= 0).all()
    assert (path <= 1).all()
    assert (abs(path - np.array([x, y])) <= limit + 1e-12).all()


def test_stops_after_the_given_number_of_clippings_and_stays():
    start, far = jnp.array([0.5, 0.5]), jnp.array([5.0, 0.5])
    box = projected_adam.window(start, 0.1, 0.0, 1.0)
    state, info = ascend(start, quadratic(far), box, ASCENT._replace(stop_after_clips=5), steps=60)
    assert int(info.clipped.sum()) == 5
    assert not state.active
    last = int(info.active.sum())
    np.testing.assert_array_equal(
        info.design[last:], np.broadcast_to(state.design, info.design[last:].shape)
    )
    never, endless = ascend(start, quadratic(far), box, steps=60)
    assert never.active
    assert int(endless.clipped.sum()) > 5


def test_a_search_that_has_stopped_evaluates_nothing():
    """Its records hold zeros, which no utility of this problem is."""
    start = jnp.array([0.5, 0.5])
    evaluated = []

    def utility(design, key):
        jax.debug.callback(lambda value: evaluated.append(float(value)), design[0])
        return jnp.array(7.0), jnp.array([1.0, 0.0])

    ascent = ASCENT._replace(stop_after_clips=2)
    _, info = ascend(start, utility, projected_adam.window(start, 0.1, 0.0, 1.0), ascent, steps=30)
    jax.effects_barrier()
    active = int(info.active.sum())
    assert active < 30
    assert len(evaluated) == active
    np.testing.assert_array_equal(info.utility, [7.0] * active + [0.0] * (30 - active))


def test_a_gradient_that_is_not_finite_moves_the_design_at_random():
    start = jnp.array([0.5, 0.5])

    def broken(design, key):
        return (jnp.array(1.0), jnp.array([jnp.nan, 1.0]))

    state, info = ascend(start, broken, projected_adam.window(start, 0.2, 0.0, 1.0), steps=200)
    assert jnp.isfinite(info.design).all()
    moves = np.diff(np.vstack([info.design, state.design]), axis=0)
    assert abs(moves).max() > 0.01


def test_the_ascent_recovers_after_one_gradient_that_is_not_finite():
    """Adam's moments must not be poisoned."""
    start, peak = jnp.array([0.5, 0.5]), jnp.array([0.6, 0.6])

    def utility(design, key):
        value, gradient = quadratic(peak)(design, key)
        return value, jnp.where(jnp.all(design == start), jnp.nan, gradient)

    state, _ = ascend(start, utility, projected_adam.window(start, 0.3, 0.0, 1.0))
    np.testing.assert_allclose(state.design, peak, atol=0.01)


def test_drift_pushes_away_from_zero_by_its_fraction_of_the_design():
    start = jnp.array([0.5, 0.25])

    def flat(design, key):
        return (jnp.array(0.0), jnp.zeros(2))

    state, _ = ascend(
        start,
        flat,
        projected_adam.window(start, 0.2, 0.0, 1.0),
        ASCENT._replace(drift=1e-3),
        steps=10,
    )
    np.testing.assert_allclose(state.design, start * 1.001**10, rtol=1e-9)


def test_the_first_step_has_the_length_of_the_rate():
    start = jnp.array([0.5, 0.5])
    _, info = ascend(
        start,
        quadratic(jnp.array([0.7, 0.2])),
        projected_adam.window(start, 0.2, 0.0, 1.0),
        steps=2,
    )
    np.testing.assert_allclose(info.design[1] - start, [0.02, -0.02], rtol=1e-5)


@pytest.mark.slow
def test_chunks_of_an_ascent_are_the_whole_ascent():
    start, utility = jnp.array([0.5, 0.5]), quadratic(jnp.array([0.62, 0.41]))
    problem = SimpleNamespace(
        value=unused,
        evaluate=evaluating(utility),
        box=projected_adam.window(start, 0.2, 0.0, 1.0),
    )
    keys = jax.random.split(jax.random.key(0), 20)
    whole, _ = projected_adam.ascend(projected_adam.init(start, ASCENT), problem, keys, ASCENT)
    part, _ = projected_adam.ascend(projected_adam.init(start, ASCENT), problem, keys[:8], ASCENT)
    part, _ = projected_adam.ascend(part, problem, keys[8:], ASCENT)
    np.testing.assert_allclose(part.design, whole.design, rtol=1e-12)


@pytest.mark.parametrize("centre", [(0.05, 0.95), (0.5, 0.5)])
def test_window_is_cut_by_the_domain(centre):
    box = projected_adam.window(jnp.array(centre), 0.2, 0.0, 1.0)
    np.testing.assert_allclose(box.lower, np.maximum(np.array(centre) - 0.2, 0))
    np.testing.assert_allclose(box.upper, np.minimum(np.array(centre) + 0.2, 1))
