"""The diffusion solver against the cosine series, its orders, mass, reciprocity and a refined grid
with buildings.
"""

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from cosine_series import field

from boed.systems.diffusion import layout, time_stepping
from boed.systems.diffusion.layout import Building
from boed.systems.gaussian_source import GaussianSource

SOURCE, TIME = (0.3, 0.6), 0.2
BUMP, UNIT = GaussianSource(2.0, 0.05), GaussianSource(1.0, 0.05)
HOUSE = [Building(0.4, 0.6, 0.2, 0.8)]


def centres(cells):
    axis = layout.cell_centres(cells)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)


def solved(cells, steps, buildings=(), source=SOURCE, time=TIME):
    free = layout.open_cells(list(buildings), cells)
    sources = time_stepping.gaussian_sources(cells, jnp.array([source]), BUMP)
    return np.asarray(time_stepping.evolve(free, sources, time, steps))[..., 0]


def error(cells, steps):
    exact = field(centres(cells).reshape(-1, 2), SOURCE, TIME).reshape(cells, cells)
    return np.linalg.norm(solved(cells, steps) - exact) / np.linalg.norm(exact)


def test_the_default_grid_is_within_1e_4_of_the_series():
    block = yaml.safe_load(Path("config/config.yaml").read_text())["source_inversion"]["solver"]
    assert error(block["cells"], block["steps"]) < 1e-4


def test_second_order_in_space():
    coarse, fine = error(40, 400), error(80, 400)
    assert np.log2(coarse / fine) >= 1.9


def test_second_order_in_time():
    fields = {steps: solved(40, steps) for steps in (20, 40, 640)}
    coarse, fine = (np.linalg.norm(fields[steps] - fields[640]) for steps in (20, 40))
    assert np.log2(coarse / fine) >= 1.9


def test_buildings_keep_mass_and_stay_empty():
    free, sources = (
        layout.open_cells(HOUSE, 40),
        time_stepping.gaussian_sources(40, jnp.array([SOURCE]), BUMP),
    )
    found = solved(40, 20, HOUSE)
    released = TIME * np.asarray(sources)[..., 0][free].sum()
    assert found.sum() == pytest.approx(released, rel=1e-10)
    assert (found[~free] == 0).all()


def test_source_and_sensor_may_change_places():
    """Reciprocity, up to the splitting's error, which falls with the square of the step."""
    here, there = (0.2, 0.3), (0.8, 0.55)

    def gap(steps):
        return abs(
            spread(solved(40, steps, HOUSE, here), there)
            - spread(solved(40, steps, HOUSE, there), here)
        )

    # what a source at one place gives at the other, weighted as the source itself is
    def spread(values, place):
        weights = np.asarray(time_stepping.gaussian_sources(40, jnp.array([place]), UNIT))[..., 0]
        return np.sum(weights * values) / 40**2

    assert gap(40) < 3e-4 * spread(solved(40, 40, HOUSE, here), there)
    assert np.log2(gap(20) / gap(40)) >= 1.8


@pytest.mark.slow
def test_refining_a_grid_with_buildings_converges():
    """Corners of buildings make the field less smooth: the order is above one, between
    one and two.
    """
    fine = {
        cells: solved(cells, 80, HOUSE).reshape(20, cells // 20, 20, cells // 20).mean(axis=(1, 3))
        for cells in (20, 40, 80, 160)
    }
    gaps = [np.linalg.norm(fine[cells] - fine[2 * cells]) for cells in (20, 40, 80)]
    assert np.log2(gaps[1] / gaps[2]) > 1.2


def test_many_sources_at_once_are_each_by_itself():
    both = jnp.array([SOURCE, (0.7, 0.1)])
    free = layout.open_cells(HOUSE, 20)
    together = time_stepping.evolve(free, time_stepping.gaussian_sources(20, both, BUMP), TIME, 10)
    np.testing.assert_allclose(together[..., 0], solved(20, 10, HOUSE), rtol=1e-12)
