"""The surrogate: its prediction by hand, its gradient steps, what it learns of a known function."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.systems.diffusion import layout, surrogate
from boed.systems.diffusion.surrogate import Readings, Surrogate, Trainer

TRAINER = Trainer(batch=128, steps=3000, rate=0.01, warm_up=0.1, weight_decay=0.0)
NONE = np.eye(2)[None]


def smooth(sources, sensors):
    """A symmetric function of both places, as a field is."""
    distance = np.sum((sources[:, None] - sensors[None]) ** 2, axis=2)
    return 3.0 + np.exp(-3 * distance)


def drawn(seed, sources=400, sensors=200):
    rng = np.random.default_rng(seed)
    places = rng.uniform(size=(sources, 2)), rng.uniform(size=(sensors, 2))
    return Readings(*places, smooth(*places))


def test_prediction_is_layer_by_layer_by_hand():
    layers = surrogate.initialise(jax.random.key(1), [5, 3])
    layers = [(w, jnp.asarray(np.linspace(-0.5, 0.5, len(b)), jnp.float32)) for w, b in layers]
    own = drawn(0, 4, 6)
    found = surrogate.predict(Surrogate(layers, 2.0, 0.5, NONE), own.sources, own.sensors)
    assert found.shape == (6, 4)
    values = np.concatenate([2 * own.sources[3] - 1, 2 * own.sensors[2] - 1])
    for number, (weights, biases) in enumerate(layers):
        values = values @ np.asarray(weights) + np.asarray(biases)
        values = np.maximum(values, 0) if number < 2 else values
    np.testing.assert_allclose(found[2, 3], 2.0 + 0.5 * values[0], rtol=1e-5)


def test_sizes_are_those_of_the_paper():
    """4 → 100 → 200 → 100 → 50 → 20 → 1, weights and biases."""
    layers = surrogate.initialise(jax.random.key(0), [100, 200, 100, 50, 20])
    assert sum(w.size + b.size for w, b in layers) == 500 + 20_200 + 20_100 + 5_050 + 1_020 + 21


@pytest.mark.slow
def test_it_learns_a_known_function_on_places_that_it_never_saw():
    learned, centre, scale = surrogate.normalised(drawn(0))
    state = surrogate.begin(surrogate.initialise(jax.random.key(2), [64, 64, 64]), TRAINER)
    advance = jax.jit(partial(surrogate.advance, steps=1000, symmetries=NONE, trainer=TRAINER))
    losses = []
    for number in range(3):
        state, loss = advance(state, jax.random.key(number), readings=learned)
        losses.append(float(loss))
    assert losses[0] > losses[1] > losses[2]
    unseen = drawn(9)
    error = surrogate.errors(Surrogate(state.layers, centre, scale, NONE), unseen)
    assert error.shape == unseen.values.shape
    assert float(jnp.mean(error**2)) < 1e-3 * unseen.values.var()


def test_the_first_step_moves_matrices_alike_in_every_direction_and_biases_by_the_rate():
    """Muon: a matrix's singular values are near the rate, whatever the gradient's are; Adam: so is
    each bias.
    """
    learned, _, _ = surrogate.normalised(drawn(0))
    trainer = TRAINER._replace(weight_decay=0.0)
    state = surrogate.begin(surrogate.initialise(jax.random.key(2), [8]), trainer)
    after, _ = surrogate.advance(state, jax.random.key(0), 1, learned, NONE, trainer)
    weights, biases = jax.tree.map(
        lambda new, old: np.asarray(new - old), after.layers[0], state.layers[0]
    )
    first_rate = trainer.rate / 25  # optax: the rate begins at a 25th of its peak
    singular = np.linalg.svd(weights / first_rate, compute_uv=False)
    # four inputs, eight units: optax multiplies by the root of their ratio, and five iterations end
    # within 0.3 of 1
    assert np.all(np.abs(singular / np.sqrt(2) - 1) < 0.35), singular
    moved = np.abs(biases[np.abs(biases) > 1e-7])
    assert len(moved) >= 4
    # Nesterov's momentum of 0.9 looks ahead: 0.9·0.1/(1 − 0.9²) + 1 times the rate in the first
    # step
    np.testing.assert_allclose(moved, first_rate * (0.09 / 0.19 + 1), rtol=0.01)


def test_folding_makes_a_network_as_symmetric_as_its_layout():
    """Source and sensor moved together read the same; without folding a random network does not."""
    house = [layout.Building(0.45, 0.55, 0.1, 0.9)]
    turns, layers, own = (
        layout.symmetries(house),
        surrogate.initialise(jax.random.key(1), [9, 5]),
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


def test_folding_trains_the_network_that_it_predicts_with():
    """The loss of a step is that of the predictions before it."""
    turns, own = layout.symmetries([]), drawn(2, 1, 1)
    readings = own._replace(values=np.array([[0.7]]))
    layers = surrogate.initialise(jax.random.key(1), [9, 5])
    _, loss = surrogate.advance(
        surrogate.begin(layers, TRAINER), jax.random.key(0), 1, readings, turns, TRAINER
    )
    predicted = surrogate.predict(Surrogate(layers, 0.0, 1.0, turns), own.sources, own.sensors)
    np.testing.assert_allclose(loss, (predicted[0, 0] - 0.7) ** 2, rtol=1e-4)


def test_readings_are_normalised_and_must_vary():
    learned, centre, scale = surrogate.normalised(drawn(0))
    assert np.mean(learned.values) == pytest.approx(0, abs=1e-12)
    assert np.std(learned.values) == pytest.approx(1)
    np.testing.assert_allclose(centre + scale * learned.values, drawn(0).values)
    with pytest.raises(ValueError, match="teach nothing"):
        surrogate.normalised(drawn(0)._replace(values=np.ones((400, 200))))


def test_parts_hold_every_source_once():
    parts = surrogate.split(jax.random.key(0), 100, [0.76, 0.04])
    assert [len(part) for part in parts] == [76, 4, 20]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(100))
