"""Gradient ascent reaches the maximum near each start and stays within bounds and free boxes."""

import numpy as np

from boed.design import gradient_ascent
from boed.design.bayesian_optimisation import DesignSpace

UNIT = DesignSpace(np.zeros(1), np.ones(1))


def everywhere(design):
    """Nothing is forbidden."""
    return [(UNIT.lower, UNIT.upper)]


def two_hills(design):
    """Maxima near 0.2 and, higher, at the bound 1."""
    (x,) = design
    return 0.3 * np.cos(2 * np.pi * x) * x**2, np.array(
        [0.6 * x * np.cos(2 * np.pi * x) - 0.6 * np.pi * x**2 * np.sin(2 * np.pi * x)]
    )


def test_every_start_climbs_its_own_hill():
    starts = np.array([[0.1], [0.9]])
    found = gradient_ascent.maximise(two_hills, UNIT, everywhere, starts, evaluations=30)
    assert ((found.designs >= 0) & (found.designs <= 1)).all()
    second = int(np.flatnonzero(found.designs[:, 0] == 0.9)[0])
    tops = found.designs[
        [found.objective[:second].argmax(), second + found.objective[second:].argmax()], 0
    ]
    slope = two_hills(tops[:1])[1]
    np.testing.assert_allclose(slope, 0.0, atol=1e-4)
    np.testing.assert_allclose(tops, [0.1715, 1.0], atol=1e-3)
    np.testing.assert_array_equal(
        found.objective, [two_hills(design)[0] for design in found.designs]
    )


def test_coordinates_of_very_different_sizes_are_climbed_alike():

    def bowl(design):
        distance = (design - np.array([0.3, 7e4])) / np.array([1.0, 1e5])
        return -np.sum(distance**2), -2 * distance / np.array([1.0, 1e5])

    space = DesignSpace(np.zeros(2), np.array([1.0, 1e5]))
    found = gradient_ascent.maximise(
        bowl, space, lambda _: [(space.lower, space.upper)], np.array([[0.9, 1e3]]), evaluations=30
    )
    np.testing.assert_allclose(found.designs[found.objective.argmax()], [0.3, 7e4], rtol=1e-4)


def test_an_ascent_goes_around_what_is_forbidden_without_a_step_into_it():
    """From left of a box in the middle up beside it, then to a maximum on its right, above it."""
    space = DesignSpace(np.zeros(2), np.ones(2))
    low, high, top = np.array([0.4, 0.3]), np.array([0.6, 0.7]), np.array([0.8, 0.9])

    def free_boxes(design):
        left = (space.lower, np.array([np.nextafter(low[0], 0), 1.0]))
        above = (np.array([0.0, np.nextafter(high[1], 1)]), space.upper)
        return [box for box in (left, above) if ((box[0] <= design) & (design <= box[1])).all()]

    def hill(design):
        return -np.sum((design - top) ** 2), -2 * (design - top)

    found = gradient_ascent.maximise(hill, space, free_boxes, np.array([[0.1, 0.1]]), 40)
    assert not ((found.designs >= low) & (found.designs <= high)).all(axis=1).any()
    np.testing.assert_allclose(found.designs[found.objective.argmax()], top, atol=1e-4)


def test_it_goes_on_in_the_box_around_where_it_ends():
    """Boxes of a tenth each around where an ascent begins: it climbs from one to the next."""

    def tenth(design):
        return [(np.maximum(design - 0.1, 0.0), np.minimum(design + 0.1, 1.0))]

    def rising(design):
        return float(design[0]), np.ones(1)

    found = gradient_ascent.maximise(rising, UNIT, tenth, np.array([[0.0]]), evaluations=100)
    np.testing.assert_allclose(found.designs.max(), 1.0)
    few = gradient_ascent.maximise(rising, UNIT, tenth, np.array([[0.0]]), evaluations=6)
    assert few.designs.max() < 0.5
