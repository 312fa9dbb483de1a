"""Bayesian optimisation finds a known maximum, from a seed, and never where it must not look."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from boed.design import bayesian_optimisation
from boed.design.bayesian_optimisation import DesignSpace, SearchOptions

UNIT = DesignSpace(np.zeros(2), np.ones(2))
OPTIONS = SearchOptions(initial=4, iterations=12, exploration=2.0, noise_level=1e-6)


def peak(design):
    return float(-np.sum((design - np.array([0.7, 0.3])) ** 2))


def disc(designs):
    """Forbids a disc around the maximum."""
    return np.linalg.norm(designs - np.array([0.7, 0.3]), axis=1) > 0.25


def test_it_finds_the_maximum_and_repeats_itself():
    first, second = (bayesian_optimisation.maximise(peak, UNIT, OPTIONS, seed=1) for _ in range(2))
    assert first.designs.shape == (16, 2)
    np.testing.assert_allclose(first.designs[first.objective.argmax()], [0.7, 0.3], atol=0.03)
    np.testing.assert_array_equal(first.designs, second.designs)
    np.testing.assert_array_equal(first.objective, [peak(design) for design in first.designs])


@pytest.mark.parametrize("seed", [1, 2])
def test_no_forbidden_design_is_ever_tried(seed):
    """The best allowed designs lie on the edge of what is forbidden, where a learned constraint
    would slip.
    """
    found = bayesian_optimisation.maximise(peak, replace(UNIT, allowed=disc), OPTIONS, seed=seed)
    assert disc(found.designs).all()
    assert found.objective.max() > -(0.3**2)


@pytest.mark.parametrize("widths", [(1.0, 100.0), (1.0, 1e4), (50.0, 50.0)])
def test_units_of_the_coordinates_do_not_matter(widths):
    """The search of a cube of any widths is that of the unit cube."""
    lower, widths = np.array([-3.0, 2.0]), np.array(widths)
    space = DesignSpace(lower, lower + widths)

    def same(design):
        return peak((design - lower) / widths)

    unit, wide = (
        bayesian_optimisation.maximise(objective, within, OPTIONS, seed=1)
        for objective, within in ((peak, UNIT), (same, space))
    )
    np.testing.assert_allclose((wide.designs[:4] - lower) / widths, unit.designs[:4], rtol=1e-9)
    # its last digits differ, and an optimiser makes more of them
    assert wide.objective.max() > -1e-3
    assert (space.lower <= wide.designs).all()
    assert (wide.designs <= space.upper).all()


def test_forbidden_and_alike_are_asked_in_the_units_of_the_design():
    lower, widths = np.array([10.0, 0.0]), np.array([1.0, 1000.0])

    def left(designs):
        assert (designs[:, 0] >= 10.0).all()
        assert (designs <= [11.0, 1000.0]).all()
        return designs[:, 1] < 300.0

    def itself(designs):
        assert (designs[:, 0] >= 10.0).all()
        return designs[None]

    space = DesignSpace(lower, lower + widths, left, itself)
    found = bayesian_optimisation.maximise(
        lambda design: peak((design - lower) / widths), space, OPTIONS, seed=1
    )
    assert (found.designs[:, 1] < 300.0).all()
    np.testing.assert_allclose(found.designs[found.objective.argmax()], [10.7, 300.0], atol=20.0)


def test_bounds_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match=r"lower bounds \[0.0, 1.0\] must be below"):
        DesignSpace(np.array([0.0, 1.0]), np.array([1.0, 1.0]))


@pytest.mark.parametrize("changed", [{"exploration": 0.0}, {"noise_level": 0.1}])
def test_exploration_and_noise_level_change_where_it_looks(changed):
    usual, other = (
        bayesian_optimisation.maximise(peak, UNIT, OPTIONS._replace(**options), seed=1)
        for options in ({}, changed)
    )
    np.testing.assert_array_equal(usual.designs[:4], other.designs[:4])
    assert not np.allclose(usual.designs[4:], other.designs[4:])


def test_what_is_known_of_a_design_is_known_of_its_copies():
    """Of a function that does not change when its coordinates do, half of the square says all."""

    def both(designs):
        return np.stack([designs, designs[:, ::-1]])

    known = bayesian_optimisation.KnownConstraint(replace(UNIT, alike=both), 1.0)
    process, rng = GaussianProcessRegressor(Matern(nu=2.5)), np.random.default_rng(0)
    params = rng.uniform(size=(6, 2))
    known._fit_gp(process, SimpleNamespace(params=params, target=params.sum(axis=1) ** 2))
    elsewhere = rng.uniform(size=(5, 2))
    np.testing.assert_allclose(
        process.predict(elsewhere), process.predict(elsewhere[:, ::-1]), rtol=1e-6
    )
    np.testing.assert_allclose(process.predict(params[:, ::-1]), params.sum(axis=1) ** 2, rtol=1e-4)


def test_nowhere_to_look_is_an_error():

    def nowhere(designs):
        return np.zeros(len(designs), dtype=bool)

    with pytest.raises(ValueError, match="only 0 are allowed"):
        bayesian_optimisation.maximise(peak, replace(UNIT, allowed=nowhere), OPTIONS, seed=1)


def test_only_designs_that_can_be_chosen_are_tried_and_the_best_of_them_is_found():
    """The second coordinate has candidates; random designs and suggestions move to the nearest."""
    candidates = np.array([10.0, 20.0, 70.0, 80.0])

    def nearest(designs):
        moved = designs.copy()
        apart = np.abs(designs[:, 1, None] - candidates)
        moved[:, 1] = candidates[apart.argmin(axis=1)]
        return moved

    def hill(design):
        return float(-((design[0] - 0.7) ** 2) - ((design[1] - 66.0) / 100) ** 2)

    space = DesignSpace(np.array([0.0, 10.0]), np.array([1.0, 80.0]), nearest=nearest)
    found = bayesian_optimisation.maximise(hill, space, OPTIONS, seed=3)
    assert set(found.designs[:, 1]) <= set(candidates)
    best = found.designs[found.objective.argmax()]
    np.testing.assert_allclose(best, [0.7, 70.0], atol=0.05)
