"""Buildings: which points are free, and layouts that are refused by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.ndimage import label

from boed.systems.diffusion import layout
from boed.systems.diffusion.layout import Building, LayoutError

HOUSE = Building(0.4, 0.6, 0.2, 0.8)


def test_points_in_a_building_are_not_accessible():
    points = np.array([[0.5, 0.5], [0.4, 0.5], [0.39, 0.5], [0.5, 0.81], [1.1, 0.5]])
    np.testing.assert_array_equal(
        layout.accessible([HOUSE], points), [False, False, True, True, False]
    )


def test_open_cells_are_those_outside():
    free = layout.open_cells([HOUSE], 10)
    assert free.sum() == 100 - 2 * 6
    assert not free[4:6, 2:8].any()


@pytest.mark.parametrize(
    ("buildings", "message"),
    [
        ([Building(0.6, 0.4, 0.2, 0.8)], "building 1, .* is inverted"),
        ([Building(0.4, 0.6, 0.8, 0.2)], "building 1, .* is inverted"),
        ([HOUSE, Building(0.5, 1.2, 0.0, 0.1)], "building 2, .* reaches out of the unit square"),
        ([HOUSE, Building(0.5, 0.7, 0.7, 0.9)], "buildings 1, .* and 2, .* overlap"),
        ([Building(0.0, 1.0, 0.0, 1.0)], "no accessible region"),
    ],
)
def test_impossible_buildings_are_named(buildings, message):
    with pytest.raises(LayoutError, match=message):
        layout.check(buildings)


def test_buildings_that_touch_do_not_overlap():
    layout.check([HOUSE, Building(0.6, 0.8, 0.2, 0.3)])


@pytest.mark.parametrize(
    ("buildings", "message"),
    [
        ([Building(0.41, 0.6, 0.2, 0.8)], "walls must lie on a grid of 10 cells"),
        ([Building(0.4, 0.6, 0.0, 1.0)], "fall into 2 parts"),
    ],
)
def test_domains_that_no_grid_holds_are_refused(buildings, message):
    with pytest.raises(LayoutError, match=message):
        layout.open_cells(buildings, 10)


@given(st.lists(st.integers(0, 10), min_size=4, max_size=4))
def test_any_single_rectangle_is_a_domain_or_a_named_error(edges):
    building = Building(*(edge / 10 for edge in edges))
    left, right, bottom, top = edges
    parts = (right - left == 10 and bottom > 0 and top < 10) or (
        top - bottom == 10 and left > 0 and right < 10
    )
    if not (left < right and bottom < top) or parts or edges == [0, 10, 0, 10]:
        with pytest.raises(LayoutError, match="building|parts"):
            layout.open_cells([building], 10) if parts else layout.check([building])
        return
    layout.check([building])
    assert layout.open_cells([building], 10).sum() == 100 - (right - left) * (top - bottom)


@pytest.mark.parametrize(
    ("buildings", "count"),
    [
        ([], 8),
        ([Building(0.4, 0.6, 0.4, 0.6)], 8),
        ([HOUSE], 4),
        ([Building(0.0, 0.7, 0.45, 0.55)], 2),
        ([Building(0.3, 0.4, 0.3, 0.7), Building(0.4, 0.7, 0.3, 0.4)], 2),
        ([Building(0.1, 0.2, 0.3, 0.7)], 2),
        ([Building(0.1, 0.2, 0.3, 0.6)], 1),
    ],
)
def test_symmetries_take_a_layout_to_itself(buildings, count):
    found = layout.symmetries(buildings)
    assert len(found) == count
    np.testing.assert_array_equal(found[0], np.eye(2))
    points = np.random.default_rng(0).uniform(size=(200, 2))
    for own in found:
        free = layout.accessible(buildings, layout.moved(own, points))
        np.testing.assert_array_equal(free, layout.accessible(buildings, points))


@pytest.mark.parametrize(
    ("buildings", "count"),
    [([], 21), ([HOUSE], 36), ([Building(0.1, 0.2, 0.3, 0.6)], 121)],
    ids=["eight", "four", "one"],
)
def test_every_point_is_an_image_of_a_distinct_one(buildings, count):
    """Of 11 x 11 nodes an eighth of the square has 21, its edges included, and a
    quarter of it 36.
    """
    axis = np.linspace(0, 1, 11)
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    symmetries = layout.symmetries(buildings)
    chosen, image_of = layout.distinct(symmetries, points)
    assert len(chosen) == count
    images = np.stack([layout.moved(own, points[chosen][image_of]) for own in symmetries])
    np.testing.assert_allclose(np.linalg.norm(images - points, axis=2).min(axis=0), 0, atol=1e-9)


def test_one_point_is_accessible_or_not():
    assert layout.accessible([], np.array([0.5, 0.5])).shape == ()
    assert not layout.accessible(
        [HOUSE], np.array([(HOUSE.left + HOUSE.right) / 2, (HOUSE.bottom + HOUSE.top) / 2])
    )


@given(arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_parts_are_counted_as_scipy_counts_them(free):
    assert layout.count_parts(free) == label(free)[1]
