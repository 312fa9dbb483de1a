"""Designs that a study looks at: grids, candidates, quasi-random ones, and how they are stored."""

import numpy as np
import pytest
from model_files import linear

from boed.jobs import store
from boed.studies.risk import designs_looked_at
from boed.studies.risk.designs_looked_at import looked_at, region, room

UNIT = linear(lower=0.0, upper=1.0) | {"nodes": 101}
BOUNDS = {"lower": 0.0, "upper": 1.0}


def of(nodes=None, **changes):
    """The designs of changed settings."""
    return looked_at(UNIT | {"nodes": nodes} | changes)


def test_designs_are_the_numbers_that_a_user_types():
    assert {0.0, 0.2, 0.3, 0.7, 1.0} <= set(looked_at(UNIT).designs[:, 0].tolist())
    small = of(11, designs={"d": {"lower": 0.0, "upper": 1e-9}}).designs[:, 0]
    np.testing.assert_allclose(small, np.arange(11) * 1e-10, rtol=1e-9)
    pairs = designs_looked_at.pairs(UNIT, 31)
    assert pairs.shape == (31, 31, 2)
    np.testing.assert_array_equal(pairs[6, 30], [0.2, 1.0])


def test_two_coordinates_or_two_experiments_have_a_grid():
    both = of(5, designs={"x": BOUNDS, "y": {"lower": 0.0, "upper": 2.0}})
    assert both.names == ("x", "y")
    assert both.designs.shape == (25, 2)
    assert set(both.designs[:, 1]) == {0.0, 0.5, 1.0, 1.5, 2.0}
    twice = of(5, experiments=2)
    assert (twice.names, twice.designs.shape) == (("d_1", "d_2"), (25, 2))


def test_candidates_are_all_looked_at_however_many_nodes_there_are():
    found = of(3, designs={"x": BOUNDS, "T": {"candidates": [4.0, 1.0, 2.0, 9.0]}})
    assert found.designs.shape == (12, 2)
    assert set(found.designs[:, 1]) == {1.0, 2.0, 4.0, 9.0}
    three = {name: {"candidates": [1.0, 2.0, 3.0]} for name in "abc"}
    assert len(of(designs=three).designs) == 27


MANY = {"designs": dict.fromkeys("abcd", BOUNDS)}


@pytest.mark.parametrize("changes", [{"experiments": 3}, MANY])
def test_more_coordinates_have_quasi_random_designs_all_over_the_bounds(changes):
    first, second = of(64, **changes).designs, of(64, **changes).designs
    np.testing.assert_array_equal(first, second)
    assert len(first) == 64
    # of a Sobol sequence every half of every coordinate holds half of the designs
    assert (np.sum(first < 0.5, axis=0) == 32).all()


def test_forbidden_designs_are_not_looked_at():
    inside = of(11, forbidden=[{"d": [0.35, 0.65]}]).designs[:, 0]
    np.testing.assert_allclose(inside, [0.0, 0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 1.0])
    several = {"experiments": 3, "forbidden": [{"d": [0.2, 0.8]}]}
    designs = of(40, **several).designs
    assert len(designs) == 40
    assert ((designs < 0.2) | (designs > 0.8)).all()
    everywhere = room(region(UNIT | several))
    assert ((everywhere < 0.2) | (everywhere > 0.8)).all()
    pairs = designs_looked_at.pairs(UNIT | {"forbidden": [{"d": [0.35, 0.65]}]}, 11)
    assert pairs.shape == (8, 8, 2)
    with pytest.raises(ValueError, match="leaves no design of d"):
        of(11, forbidden=[{"d": [0.0, 1.0]}])
    with pytest.raises(ValueError, match="of 40 designs were found outside"):
        of(40, experiments=3, forbidden=[{"d": [0.001, 1.0]}])


def test_room_reaches_all_corners():
    assert room(region(UNIT, 2), nodes=3).shape == (9, 2)
    designs = room(region(UNIT, 3))
    corners = {tuple(design) for design in designs if set(design) <= {0.0, 1.0}}
    assert len(corners) == 8


def test_designs_of_one_coordinate_are_stored_with_name_unit_and_what_is_forbidden():
    designs = {"t": {"lower": 0.0, "upper": 1.0, "unit": "h"}}
    axis = of(5, designs=designs, forbidden=[{"t": [0.9, 2.0]}]).axis()
    assert axis["design"].attrs == {"units": "h", "long_name": "t"}
    np.testing.assert_array_equal(axis["forbidden"], [[0.9, 1.0]])


def test_designs_of_several_coordinates_are_stored_by_number(tmp_path):
    import xarray as xr

    looked = of(3, designs={"x": {**BOUNDS, "unit": "m"}, "T": {**BOUNDS, "unit": "K"}})
    best = looked.chosen(("aversion",), np.array([8, 0]), "best")
    store.write(xr.Dataset(looked.axis() | {"best": best}), tmp_path / "designs.nc", {})
    found = store.read(tmp_path / "designs.nc")
    assert found.place.dims == ("design", "coordinate")
    assert found.coordinate.values.tolist() == ["x", "T"]
    assert found.coordinate_unit.values.tolist() == ["m", "K"]
    assert found.best.sel(coordinate="T").values.tolist() == [1.0, 0.0]
    assert found.best.units == "that of its coordinate"
