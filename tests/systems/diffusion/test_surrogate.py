"""The surrogate: its prediction by hand, and the symmetry of its layout."""

import jax
import jax.numpy as jnp
import numpy as np
from smooth_field import drawn

from boed.systems.diffusion import layout, surrogate
from boed.systems.diffusion.surrogate import Surrogate
from boed.systems.diffusion.surrogate_training import initialise

NONE = np.eye(2)[None]


def test_prediction_is_layer_by_layer_by_hand():
    layers = initialise(jax.random.key(1), [5, 3])
    layers = [(w, jnp.asarray(np.linspace(-0.5, 0.5, len(b)), jnp.float32)) for w, b in layers]
    own = drawn(0, 4, 6)
    found = surrogate.predict(Surrogate(layers, 2.0, 0.5, NONE), own.sources, own.sensors)
    assert found.shape == (6, 4)
    values = np.concatenate([2 * own.sources[3] - 1, 2 * own.sensors[2] - 1])
    for number, (weights, biases) in enumerate(layers):
        values = values @ np.asarray(weights) + np.asarray(biases)
        values = np.maximum(values, 0) if number < 2 else values
    np.testing.assert_allclose(found[2, 3], 2.0 + 0.5 * values[0], rtol=1e-5)


def test_folding_makes_a_network_as_symmetric_as_its_layout():
    """Source and sensor moved together read the same; without folding a random network does not."""
    house = [layout.Building(0.45, 0.55, 0.1, 0.9)]
    turns, layers, own = (
        layout.symmetries(house),
        initialise(jax.random.key(1), [9, 5]),
        drawn(1, 30, 10),
    )
    assert len(turns) == 4
    for symmetries, same in ((turns, True), (NONE, False)):
        network = Surrogate(layers, 0.0, 1.0, symmetries)
        before = surrogate.predict(network, own.sources, own.sensors)
        for turn in turns[1:]:
            after = surrogate.predict(
                network, layout.moved(turn, own.sources), layout.moved(turn, own.sensors)
            )
            assert np.allclose(before, after, atol=1e-5) == same
