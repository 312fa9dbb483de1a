"""Maps of one replicate's systems: what stands before and after a stage's calibration, and whose
replicate it is.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_study import STUDY

from boed.config.overlays import merged
from boed.studies.assessment import system_history
from boed.studies.assessment.model_error import modelled_system, nodes
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

TIMES = [0.05, 0.08]


@pytest.fixture(scope="module")
def study():
    return plume_system(merged(STUDY, {"truth": {"width": 0.1}}))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=31, unique=True))
def test_as_many_replicates_lie_above_the_one_in_the_middle_as_below(values):
    values = np.array(values)
    shown = values[system_history.in_the_middle(values)]
    assert abs(np.sum(values > shown) - np.sum(values < shown)) <= 1


def test_true_systems_are_the_exact_plume_at_every_time(study):
    found = system_history.true_systems(study, TIMES)
    points = np.stack(np.meshgrid(nodes(), nodes(), indexing="ij"), axis=-1)
    for number, time in enumerate(TIMES):
        exact = GaussianPlume((0.25, 0.25), 2.0, 0.1, study.plume.velocity).at(points, time)
        np.testing.assert_allclose(found.field[number], exact, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_before_a_stage_the_weights_are_those_at_the_end_of_the_last_one(study):
    weights = np.stack(
        [np.asarray(tanh_network(4, 2).initialise(jax.random.key(k), 5.0)) for k in range(3)]
    )
    found = system_history.modelled_systems(study, TIMES, weights[0], weights[1:])
    for number, time in enumerate(TIMES):
        moment = jax.tree.map(
            lambda leaf, own=number: jnp.asarray(leaf[own]), study.flow.moments(TIMES)
        )
        for when in (0, 1):
            expected = modelled_system(
                study, moment, time, jnp.asarray(weights[number + when])
            ).field
            np.testing.assert_allclose(found.field[number, when], expected, rtol=1e-9, atol=1e-12)
    assert np.ptp(found.field, axis=(0, 1)).max() > 1e-6
