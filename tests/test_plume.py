"""Both solvers behind one protocol give one plume."""

import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import PLUME

from boed import plume
from boed.network import tanh_network
from boed.sources import Source


def solver(name):
    return plume.solver(PLUME | {"solver": name})


@pytest.mark.slow
def test_solvers_agree_on_field_cells_and_observations():
    source = Source(plume.sharp_source({"source": "gaussian", "strength": 2.0, "width": 0.15}))
    centre, point, axis = jnp.array([0.3, 0.4]), jnp.array([0.45, 0.5]), jnp.linspace(0.1, 0.9, 7)
    results = []
    for name in ("propagator", "rollout"):
        model = solver(name)
        moment = model.moment(0.05)
        field = model.field(source, moment, centre, axis, axis)
        cells = model.over_centres(source, moment, point, axis, axis)
        observed = model.observer(moment, centre, point)(source)
        results.append(np.concatenate([np.ravel(field), np.ravel(cells), [observed]]))
    np.testing.assert_allclose(results[0], results[1], atol=0.01 * results[0].max())


def test_unknown_solver_says_what_there_is():
    with pytest.raises(ValueError, match="unknown plume solver 'spectral'"):
        solver("spectral")


def test_the_model_adds_the_network_only_where_asked():
    network, weights = tanh_network(4, 2), jnp.linspace(-1, 1, 37)
    block = {"source": "reciprocal_released", "strength": 2.0, "width": 0.05}
    offsets = jnp.array([[0.1, 0.2]])
    alone = plume.modelled_source(block | {"discrepancy": "none"}, network)(weights)
    joint = plume.modelled_source(block | {"discrepancy": "network"}, network)(weights)
    np.testing.assert_allclose(joint(offsets) - alone(offsets), network.apply(weights, offsets), rtol=1e-12)
