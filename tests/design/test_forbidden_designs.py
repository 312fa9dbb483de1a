"""Searches beside forbidden designs: they end at the best allowed ones, known in closed form, and
never step on a forbidden one.
"""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.design import projected_adam
from boed.design.projected_adam import DeterministicProblem, Evaluation
from boed.design.replicated_search import ReplicatedSearch

ASCENT = projected_adam.Ascent(rate=0.02, drift=0.0, stop_after_clips=0, jump=0.05)
INF = np.inf


def unused(design, key):
    raise AssertionError("an ascent asks for the gradient, a scan for the value alone")


def outside(*boxes):
    """Whether designs lie outside of all boxes, each [least, greatest] of every coordinate."""

    def allowed(designs):
        inside = [
            jnp.all((designs >= jnp.array(box)[:, 0]) & (designs <= jnp.array(box)[:, 1]), axis=-1)
            for box in boxes
        ]
        return ~jnp.any(jnp.stack(inside), axis=0)

    return allowed


def hill(peak, start, allowed, limit=1.0):
    """The search for a peak from a start, in the unit cube."""
    box = projected_adam.window(jnp.asarray(start), limit, 0.0, 1.0, allowed)
    return DeterministicProblem(lambda design: -jnp.sum((design - jnp.asarray(peak)) ** 2), box)


def ascended(problem, start, ascent=ASCENT, steps=200):
    """All designs of an ascent, and its record."""
    keys = jax.random.split(jax.random.key(0), steps)
    begun = projected_adam.init(jnp.asarray(start), ascent)
    state, info = projected_adam.ascend(begun, problem, keys, ascent)
    return np.vstack([info.design, state.design]), info


@pytest.mark.parametrize(
    ("boxes", "peak", "start", "best"),
    [
        ([[(0.4, 0.7)]], [0.5], [0.1], [0.4]),
        ([[(0.4, 0.7)]], [0.5], [0.9], [0.7]),
        # along a wall, until beside the peak
        ([[(0.3, 0.7), (-INF, INF)]], [0.5, 0.8], [0.1, 0.2], [0.3, 0.8]),
        ([[(-INF, INF), (0.3, 0.7)]], [0.2, 0.4], [0.9, 0.95], [0.2, 0.7]),
        # along a wall and past its end
        ([[(0.3, 0.7), (-INF, 0.5)]], [0.5, 0.8], [0.1, 0.2], [0.5, 0.8]),
        # into the corner of two of them
        (
            [[(0.6, INF), (-INF, INF)], [(-INF, INF), (0.5, INF)]],
            [0.9, 0.9],
            [0.2, 0.1],
            [0.6, 0.5],
        ),
    ],
)
def test_an_ascent_ends_at_the_best_allowed_design_without_a_step_on_another(
    boxes, peak, start, best
):
    allowed = outside(*boxes)
    path, info = ascended(hill(peak, start, allowed), start)
    np.testing.assert_allclose(path[-1], best, atol=2e-3)
    assert np.asarray(allowed(path)).all()
    if not allowed(jnp.asarray(peak)):
        assert info.clipped[-1]


def test_a_cut_by_a_forbidden_box_counts_as_one_by_the_window():
    ascent = ASCENT._replace(stop_after_clips=3)
    path, info = ascended(hill([0.5], [0.1], outside([(0.4, 0.7)])), [0.1], ascent)
    assert int(info.clipped.sum()) == 3
    assert not info.active[-1]
    assert path[-1, 0] == pytest.approx(0.4, abs=ASCENT.rate)


def test_random_moves_end_at_allowed_designs():
    """The gradient is never finite; the boxes leave 0.1 about the start in both coordinates."""
    start, allowed = jnp.array([0.5, 0.5]), outside([(0.6, 1), (0, 1)], [(0, 0.4), (0, 1)])
    problem = SimpleNamespace(
        value=unused,
        evaluate=lambda design, key: Evaluation.exact(jnp.array(1.0), jnp.full(2, jnp.nan)),
        box=projected_adam.window(start, 1.0, 0.0, 1.0, allowed),
    )
    path, info = ascended(problem, start)
    assert np.asarray(allowed(path)).all()
    assert info.clipped.any()
    assert np.ptp(path, axis=0).min() > 0.1


def test_where_all_is_allowed_every_step_is_that_of_a_search_without_boxes():
    start, peak = [0.5, 0.1], [0.62, -0.3]
    free, _ = ascended(hill(peak, start, None), start)
    same, _ = ascended(hill(peak, start, lambda designs: jnp.ones(designs.shape[:-1], bool)), start)
    np.testing.assert_array_equal(same, free)


def best_start(boxes, start, grid):
    """The start beside boxes of a search whose best design is the middle, and what it evaluated."""
    seen, problem = [], hill([0.5, 0.5], start, outside(*boxes))

    def value(design, key):
        jax.debug.callback(lambda place: seen.append(np.asarray(place)), design)
        return problem.utility(design)

    looked = SimpleNamespace(value=value, evaluate=unused, box=problem.box)
    found = projected_adam.best_start(looked, jnp.asarray(start), jax.random.key(0), grid)
    jax.effects_barrier()
    return found, np.array(seen)


def test_a_search_begins_at_the_best_allowed_candidate_and_evaluates_no_other():
    boxes = [[(0.4, 0.6), (0.1, 1.0)]]
    found, seen = best_start(boxes, [0.9, 0.9], 5)
    np.testing.assert_allclose(found, [0.25, 0.5])
    # 25 of the grid, 4 of them in the box, and the start
    assert len(seen) == 22
    assert np.asarray(outside(*boxes)(seen)).all()


def test_a_forbidden_start_is_no_candidate():
    boxes = [[(0.3, 0.7), (0.3, 0.7)]]
    found, _ = best_start(boxes, [0.5, 0.5], 2)
    np.testing.assert_array_equal(found, [0.0, 0.0])
    found, _ = best_start(boxes, [0.5, 0.5], 0)
    assert np.isnan(found).all()
    found, seen = best_start([[(-INF, INF), (-INF, INF)]], [0.5, 0.5], 3)
    assert np.isnan(found).all()
    assert not len(seen)


@pytest.mark.parametrize("grid", [0, 3])
def test_searches_that_have_nowhere_to_begin_stop_the_job(key, grid):
    """The second replicate's window lies within the box."""
    allowed = outside([(0.3, 0.7), (0.3, 0.7)])

    def problem(moment, start, peak):
        return hill(peak, start, allowed, limit=0.1)

    run = ReplicatedSearch(problem, ASCENT, grid)
    starts, peaks = np.array([[0.1, 0.1], [0.5, 0.45]]), np.full((2, 2), 0.5)
    words = r"allowed .* in 1 of 2 .* replicate 1, about \(0.5, 0.45\)"
    with pytest.raises(ValueError, match=words):
        run(jnp.zeros(()), starts, peaks, key, 3)
