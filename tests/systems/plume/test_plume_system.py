"""The plume as a system: its shortcuts give what its predictions give, and only a plume that says
so is read as a function of the distance from its source.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import small_plume

from boed.systems.plume.plume_solver import Plume
from boed.systems.plume.propagator import Propagator
from boed.systems.system import FromPredictions, System

WEIGHTS, DESIGN, LOWER = jnp.array([2.5]), jnp.array([0.37, 0.46]), jnp.array([0.2, 0.3])
TIME, PLACE = 0.035, jnp.array([0.31, 0.22])


@pytest.fixture(scope="module")
def system():
    return small_plume.system(cells=9)


@pytest.fixture(scope="module")
def moment(system):
    return jax.tree.map(jnp.asarray, system.moment(TIME))


class Wall:
    """A plume that the source's own place makes stronger: no function of d − θ alone."""

    translation_invariant = False

    def __init__(self, plume):
        self.plume = plume

    def __getattr__(self, name):
        return getattr(self.plume, name)

    def over_centres(self, solution, point, xs, ys):
        return self.plume.over_centres(solution, point, xs, ys) * (1 + xs[:, None])


def test_the_plume_is_a_system(system):
    assert isinstance(system, System)


def test_every_shortcut_gives_what_a_prediction_gives(system, moment):
    """For all cells, from a table of a window, and from prepared readings: each its own way."""
    plain = FromPredictions.over_cells(system, WEIGHTS, moment, DESIGN)
    np.testing.assert_allclose(system.over_cells(WEIGHTS, moment, DESIGN), plain, rtol=1e-10)
    table = system.tabulate(WEIGHTS, moment, LOWER, 0.4)
    found = system.in_window(table, LOWER, DESIGN)
    np.testing.assert_allclose(found, plain, atol=1e-6 * float(jnp.max(plain)))
    reading = system.prepare(moment, PLACE, DESIGN)
    ensemble = jnp.array([[2.5], [1.0]])
    expected = [system.predict(PLACE, weights, DESIGN, moment) for weights in ensemble]
    np.testing.assert_allclose(system.read_members(reading, ensemble), expected, rtol=1e-7)
    stacked = jax.tree.map(lambda leaf: jnp.asarray(leaf)[None, None], reading)
    np.testing.assert_allclose(system.read_all(stacked, WEIGHTS), expected[0], rtol=1e-7)


def test_a_plume_that_does_not_move_with_its_source_is_never_read_from_a_table(system, moment):
    walled = system._replace(plume=Wall(system.plume))
    table = walled.tabulate(WEIGHTS, moment, LOWER, 0.4)
    plain = walled.over_cells(WEIGHTS, moment, DESIGN)
    np.testing.assert_allclose(walled.in_window(table, LOWER, DESIGN), plain, rtol=1e-12)
    # as a table it would have been wrong: it knows nothing of where the source is
    wrong = system.in_window(system.tabulate(WEIGHTS, moment, LOWER, 0.4), LOWER, DESIGN)
    assert np.max(np.abs(wrong - plain)) > 0.1 * np.max(plain)


def test_a_solver_that_does_not_say_whether_it_moves_is_no_plume(system):
    @dataclass(frozen=True)
    class Silent:
        plume: Propagator

    for name in set(dir(Plume)) - set(dir(object)) - {"translation_invariant"}:
        if not name.startswith("_"):
            setattr(Silent, name, getattr(Propagator, name))
    assert isinstance(system.plume, Plume)
    assert not isinstance(Silent(system.plume), Plume)
