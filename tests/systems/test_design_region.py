"""Regions of designs: what is allowed, candidates, experiments at once, boxes without what is
forbidden.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boed.systems import design_region

SETTINGS = {
    "x": {"lower": 0.0, "upper": 10.0, "unit": "m"},
    "T": {"candidates": [300.0, 280.0, 320.0], "unit": "K"},
}
FORBIDDEN = [{"x": [2.0, 4.0]}, {"x": [6.0, 8.0], "T": [300.0, 330.0]}]


def test_what_is_allowed_by_hand():
    region = design_region.of_settings(SETTINGS, FORBIDDEN)
    assert (region.names, region.units) == (("x", "T"), ("m", "K"))
    np.testing.assert_array_equal(region.lower, [0.0, 280.0])
    np.testing.assert_array_equal(region.upper, [10.0, 320.0])
    designs = np.array(
        [[1, 280], [3, 280], [2, 300], [4.1, 300], [7, 300], [7, 280], [11, 280], [5, 330]], float
    )
    expected = [True, False, False, True, False, True, False, False]
    assert region.allowed(designs).tolist() == expected
    assert bool(region.allowed(designs[0]))


def test_designs_that_are_clear_of_the_boxes_are_so_by_more_than_rounding():
    region = design_region.of_settings(SETTINGS, FORBIDDEN)
    designs = np.array([[1, 280], [3, 280], [2, 300], [4.1, 300], [7, 300], [7, 280]], float)
    found = jax.jit(region.clear)(jnp.asarray(designs))
    np.testing.assert_array_equal(found, region.allowed(designs))
    beside = np.array([[4.0 + 1e-9, 280.0], [4.0 + 1e-7, 280.0]])
    assert region.allowed(beside).all()
    np.testing.assert_array_equal(region.clear(beside), [False, True])
    assert np.asarray(design_region.of_settings(SETTINGS).clear(designs)).all()


def test_designs_all_over_are_the_allowed_ones():
    every = design_region.all_over(1, None)
    np.testing.assert_allclose(np.diff(every[:, 0]), 0.01)
    half = design_region.all_over(1, lambda designs: designs[:, 0] > 0.5)
    np.testing.assert_array_equal(half, every[51:])
    few = design_region.all_over(2, lambda designs: designs[:, 0] > 0.9)
    assert (few.shape, few[:, 0].min() > 0.9) == ((256, 2), True)
    with pytest.raises(ValueError, match="forbidden: leaves none of 101 designs"):
        design_region.all_over(1, lambda designs: designs[:, 0] > 2.0)


def test_coordinates_with_candidates_move_to_the_nearest():
    region = design_region.of_settings(SETTINGS)
    moved = region.nearest(np.array([[1.5, 291.0], [2.5, 289.0]]))
    np.testing.assert_array_equal(moved, [[1.5, 300.0], [2.5, 280.0]])


def test_experiments_at_once_have_a_design_each_and_each_must_be_allowed():
    region = design_region.of_settings(SETTINGS, FORBIDDEN).repeated(2)
    assert region.names == ("x_1", "T_1", "x_2", "T_2")
    designs = np.array([[1, 280, 7, 280], [1, 280, 7, 300], [3, 280, 1, 280]], float)
    assert region.allowed(designs).tolist() == [True, False, False]


@given(
    st.lists(st.tuples(*[st.floats(0, 1)] * 4), max_size=5),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_free_box_holds_its_design_and_nothing_that_is_forbidden(boxes, design):
    forbidden = [{"a": sorted(box[:2]), "b": sorted(box[2:])} for box in boxes]
    bounds = {name: {"lower": 0.0, "upper": 1.0} for name in "ab"}
    region, design = design_region.of_settings(bounds, forbidden), np.array(design)
    if not region.allowed(design):
        return
    shares = np.stack(np.meshgrid(*[np.linspace(0, 1, 9)] * 2), axis=-1).reshape(-1, 2)
    for lower, upper in region.free_boxes(design):
        assert ((lower <= design) & (design <= upper)).all()
        assert region.allowed(np.clip(lower + (upper - lower) * shares, lower, upper)).all()


def test_a_free_box_leaves_no_room_between_candidates():
    region = design_region.of_settings(SETTINGS, FORBIDDEN)
    ((lower, upper),) = region.free_boxes(np.array([5.0, 280.0]))
    np.testing.assert_allclose(lower, [4.0, 280.0])
    np.testing.assert_allclose(upper, [10.0, 280.0])
    ((_, upper),) = region.free_boxes(np.array([5.0, 300.0]))
    np.testing.assert_allclose(upper, [6.0, 300.0])


def test_free_boxes_leave_the_larger_side_first_then_that_beside_the_forbidden_box():
    bounds = {name: {"lower": 0.0, "upper": 1.0} for name in "xy"}
    region = design_region.of_settings(bounds, [{"x": [0.4, 0.6], "y": [0.3, 0.7]}])
    first, second = region.free_boxes(np.array([0.2, 0.9]))
    np.testing.assert_allclose(first, [[0.0, 0.0], [0.4, 1.0]])
    np.testing.assert_allclose(second, [[0.0, 0.7], [1.0, 1.0]])
    ((lower, upper),) = design_region.of_settings(bounds).free_boxes(np.array([0.2, 0.9]))
    assert (lower.tolist(), upper.tolist()) == ([0.0, 0.0], [1.0, 1.0])


def test_a_box_of_a_design_that_is_not_there():
    with pytest.raises(ValueError, match="no design named y; there are x, T"):
        design_region.of_settings(SETTINGS, [{"y": [0.0, 1.0]}])
