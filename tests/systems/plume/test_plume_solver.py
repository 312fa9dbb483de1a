"""Both solvers behind one protocol give one plume."""

import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import PLUME

from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume import plume_solver
from boed.systems.plume.sources import Source


def solver(name):
    return plume_solver.solver(PLUME | {"solver": name})


@pytest.mark.slow
def test_solvers_agree_on_field_cells_and_readings():
    source = Source(
        plume_solver.sharp_source({"source": "gaussian", "strength": 2.0, "width": 0.15})
    )
    centre, point, axis = jnp.array([0.3, 0.4]), jnp.array([0.45, 0.5]), jnp.linspace(0.1, 0.9, 7)
    results = []
    for name in ("propagator", "rollout"):
        model = solver(name)
        moment = model.moment(0.05)
        field = model.field(source, moment, centre, axis, axis)
        cells = model.over_centres(model.solve(source, moment), point, axis, axis)
        value = model.read(model.prepare(source.sharp, moment, centre, point), source)
        results.append(np.concatenate([np.ravel(field), np.ravel(cells), [value]]))
    np.testing.assert_allclose(results[0], results[1], atol=0.01 * results[0].max())


def test_unknown_solver_says_what_there_is():
    with pytest.raises(ValueError, match="unknown plume solver 'spectral'"):
        solver("spectral")


BLOCK = {"source": "reciprocal_released", "strength": 2.0, "width": 0.05}
OFFSETS = jnp.array([[0.1, 0.2], [0.0, 0.03]])


def reciprocal(strength):
    """The released reciprocal form at the offsets, written out again."""
    scaled = np.sum(np.asarray(OFFSETS) ** 2, axis=-1) / (2 * 0.05**2)
    return 1.5 * strength / (2 * np.pi * 0.05**2) / (scaled**2 + 1)


def test_a_network_is_added_to_the_form():
    weights = jnp.linspace(-1, 1, 37)
    shape = {"hidden": 4, "depth": 2, "precision": "double"}
    joint = plume_solver.modelled_source(BLOCK | {"discrepancy": "network"}, shape)(weights)
    added = tanh_network(4, 2).apply(weights, OFFSETS)
    np.testing.assert_allclose(joint(OFFSETS), reciprocal(2.0) + added, rtol=1e-12)


def test_a_strength_is_the_only_weight_and_the_whole_strength():
    source = plume_solver.modelled_source(BLOCK | {"discrepancy": "strength"}, None)(
        jnp.array([7.0])
    )
    np.testing.assert_allclose(source(OFFSETS), reciprocal(7.0), rtol=1e-12)


def test_without_a_discrepancy_no_weights_matter():
    source = plume_solver.modelled_source(BLOCK | {"discrepancy": "none"}, None)(jnp.array([7.0]))
    np.testing.assert_allclose(source(OFFSETS), reciprocal(2.0), rtol=1e-12)


def test_unknown_discrepancy_says_what_there_is():
    with pytest.raises(
        ValueError, match="unknown discrepancy 'width': choose one of network, strength, none"
    ):
        plume_solver.modelled_source(BLOCK | {"discrepancy": "width"}, None)
