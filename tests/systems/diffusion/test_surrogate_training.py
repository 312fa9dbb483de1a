"""The surrogate's training: gradient steps, when it stops, what it learns of a known function."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from smooth_field import drawn, smooth

from boed.systems.diffusion import layout, surrogate, surrogate_training
from boed.systems.diffusion.surrogate import PARTS, Surrogate
from boed.systems.diffusion.surrogate_training import EarlyStop, Trainer

TRAINER = Trainer(batch=128, steps=3000, check_every=1, rate=0.01, warm_up=0.1, weight_decay=0.0)
NONE = np.eye(2)[None]


def test_sizes_are_those_of_the_paper():
    """4 → 100 → 200 → 100 → 50 → 20 → 1, weights and biases."""
    layers = surrogate_training.initialise(jax.random.key(0), [100, 200, 100, 50, 20])
    assert sum(w.size + b.size for w, b in layers) == 500 + 20_200 + 20_100 + 5_050 + 1_020 + 21


@pytest.mark.slow
def test_it_learns_a_known_function_on_places_that_it_never_saw():
    learned, centre, scale = surrogate_training.normalised(drawn(0))
    trainer = TRAINER._replace(check_every=1000)
    state = surrogate_training.begin(
        surrogate_training.initialise(jax.random.key(2), [64, 64, 64]), TRAINER
    )
    advance = jax.jit(partial(surrogate_training.advance, symmetries=NONE, trainer=trainer))
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
    learned, _, _ = surrogate_training.normalised(drawn(0))
    trainer = TRAINER._replace(weight_decay=0.0)
    state = surrogate_training.begin(surrogate_training.initialise(jax.random.key(2), [8]), trainer)
    after, _ = surrogate_training.advance(state, jax.random.key(0), learned, NONE, trainer)
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


def test_folding_trains_the_network_that_it_predicts_with():
    """The loss of a step is that of the predictions before it."""
    turns, own = layout.symmetries([]), drawn(2, 1, 1)
    readings = own._replace(values=np.array([[0.7]]))
    layers = surrogate_training.initialise(jax.random.key(1), [9, 5])
    _, loss = surrogate_training.advance(
        surrogate_training.begin(layers, TRAINER), jax.random.key(0), readings, turns, TRAINER
    )
    predicted = surrogate.predict(Surrogate(layers, 0.0, 1.0, turns), own.sources, own.sensors)
    np.testing.assert_allclose(loss, (predicted[0, 0] - 0.7) ** 2, rtol=1e-4)


def test_readings_are_normalised_and_must_vary():
    learned, centre, scale = surrogate_training.normalised(drawn(0))
    assert np.mean(learned.values) == pytest.approx(0, abs=1e-12)
    assert np.std(learned.values) == pytest.approx(1)
    np.testing.assert_allclose(centre + scale * learned.values, drawn(0).values)
    with pytest.raises(ValueError, match="teach nothing"):
        surrogate_training.normalised(drawn(0)._replace(values=np.ones((400, 200))))


def test_parts_hold_every_source_once():
    parts = surrogate_training.split(jax.random.key(0), 100, [0.76, 0.04])
    assert [len(part) for part in parts] == [76, 4, 20]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(100))


def test_parts_are_by_source_and_numbered():
    block = {"training_share": 0.8, "validation_share": 0.1}
    readings = drawn(0, sources=50, sensors=7)
    parts, numbers = surrogate_training.parted(readings, jax.random.key(0), block)
    assert [len(parts[name].sources) for name in PARTS] == [36, 4, 10]
    for number, name in enumerate(PARTS):
        chosen = np.isin(readings.sources[:, 0], parts[name].sources[:, 0])
        np.testing.assert_array_equal(numbers == number, chosen)
        expected = smooth(np.asarray(parts[name].sources), readings.sensors)
        np.testing.assert_allclose(parts[name].values, expected)


def test_it_stops_when_nothing_better_came_for_so_many_checks():
    """Of losses 5, 3, 4, 3, 6 the second is kept, and with a patience of three the fifth is the
    last.
    """
    stop = EarlyStop(patience=3)
    networks = [Surrogate([], float(number), 1.0, NONE) for number in range(5)]
    ended = [
        stop.look(network, loss)
        for network, loss in zip(networks, [5.0, 3.0, 4.0, 3.0, 6.0], strict=True)
    ]
    assert ended == [False, False, False, False, True]
    assert stop.best.centre == 1.0


@pytest.mark.slow
def test_the_kept_network_is_that_of_the_least_validation_loss():
    parts = {"training": drawn(0), "validation": drawn(1, 40), "test": drawn(2, 40)}
    block = TRAINER._replace(steps=60, check_every=10)._asdict()
    trained = surrogate_training.train(
        parts, NONE, jax.random.key(0), block | {"hidden": [16], "patience": 10}
    )
    assert trained.losses.shape == (6, 2)
    error = np.asarray(surrogate.errors(trained.surrogate, parts["validation"]))
    least = np.mean(error**2) / np.var(parts["training"].values)
    assert trained.losses[:, 1].min() == pytest.approx(least, rel=1e-6)
