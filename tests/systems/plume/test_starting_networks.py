"""Weights that a network starts from, against the network written out by hand."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml

from boed.keys import replicate_keys
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume import starting_networks
from boed.systems.plume.pretraining import pretrained

PUBLISHED = yaml.safe_load(Path("config/networks/released.yaml").read_text())
BLOCK = {
    "hidden": 4,
    "depth": 2,
    "first_layer_scale": 15.0,
    "pretraining": {
        "fraction": 0.5,
        "steps": 20,
        "rate": 0.01,
        "samples": 30,
        "near": 0.1,
        "far": 2.5,
    },
}


def by_hand(layers, offsets):
    values = np.asarray(offsets)
    for number, layer in enumerate(layers):
        values = values @ np.array(layer["kernel"]) + np.array(layer["bias"])
        values = values if number == len(layers) - 1 else np.tanh(values)
    return values[:, 0]


def test_the_published_weights_are_the_published_network(rng):
    offsets = rng.normal(size=(20, 2)) * 0.1
    weights = starting_networks.from_kernels(PUBLISHED["layers"])
    network = tanh_network(PUBLISHED["hidden"], PUBLISHED["depth"])
    found = network.apply(jnp.asarray(weights), jnp.asarray(offsets))
    np.testing.assert_allclose(found, by_hand(PUBLISHED["layers"], offsets), rtol=1e-12)


def test_the_published_network_corrects_in_part():
    """Its values along x at 0, 0.04, 0.10 and far away, as read in the authors' code."""
    found = by_hand(PUBLISHED["layers"], [[0.0, 0.0], [0.04, 0.0], [0.1, 0.0], [2.0, 0.0]])
    np.testing.assert_allclose(found, [-41, -40, -14, -0.3], atol=0.5)


def test_a_network_that_corrects_nothing_can_still_learn(key):
    weights = starting_networks.correcting_nothing(replicate_keys(key, 3), BLOCK)
    network, offsets = tanh_network(4, 2), jnp.array([[0.0, 0.0], [0.1, 0.2]])
    for own in weights:
        np.testing.assert_array_equal(network.apply(own, offsets), 0.0)
        slope = jax.grad(lambda w: network.apply(w, offsets).sum())(own)
        assert jnp.abs(slope[-5:]).max() > 0.1
    assert jnp.abs(weights[0] - weights[1]).max() > 0.1


def test_every_replicate_is_pretrained_as_it_would_be_alone(key):
    def missing(offsets):
        return jnp.exp(-jnp.sum(offsets**2, axis=-1))

    keys = replicate_keys(key, 2)
    weights, loss, wanted = starting_networks.pretrained_each(keys, BLOCK, missing)
    for number in range(2):
        _, alone, losses, fitted = pretrained(keys[number], BLOCK, missing)
        np.testing.assert_allclose(weights[number], alone, rtol=1e-8)
        np.testing.assert_allclose(loss[number], losses, rtol=1e-8)
        assert float(wanted[number]) == pytest.approx(float(jnp.sqrt(jnp.mean(fitted**2))))
    assert jnp.abs(weights[0] - weights[1]).max() > 0.1
