"""What a network of another size starts from."""

import jax
import numpy as np
import pytest
from toy_study import STUDY

from boed.keys import replicate_keys
from boed.studies.assessment.network_size import starting_weights
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume import plume_solver
from boed.systems.plume.pretraining import sample_offsets

PRETRAINING = {
    "fraction": 0.5,
    "steps": 1,
    "rate": 0.01,
    "samples": 30,
    "near": 0.1,
    "far": 2.5,
}
NETWORK = {"hidden": 3, "depth": 2, "first_layer_scale": 15.0, "pretraining": PRETRAINING}


def test_the_misfit_is_the_part_of_what_is_missing_that_the_network_has_not(key):
    """One step of pre-training: the loss before it is that of the initial network, at the points
    and for the half of what is missing that it is fitted to.
    """
    settings = STUDY | {"network": STUDY["network"] | NETWORK, "replicates": 2}
    weights, misfit = starting_weights(settings, key)
    assert weights.shape == (2, tanh_network(3, 2).count)
    truth, model = (plume_solver.sharp_source(STUDY[name]) for name in ("truth", "model"))
    for number, replicate_key in enumerate(replicate_keys(key, 2)):
        first, second = jax.random.split(replicate_key)
        offsets = sample_offsets(second, 30, 0.1, 2.5)
        wanted = 0.5 * np.asarray(truth(offsets) - model(offsets))
        network = tanh_network(3, 2)
        values = np.asarray(network.apply(network.initialise(first, 15.0), offsets))
        expected = np.sqrt(np.mean((values - wanted) ** 2) / np.mean(wanted**2))
        assert misfit[number] == pytest.approx(expected, rel=1e-6)
