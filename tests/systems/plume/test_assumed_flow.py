"""A model's flow: known, assumed or learned; what is interpolated between growths against solvers
made for them.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import STUDY

from boed.config.overlays import merged
from boed.systems.plume import assumed_flow
from boed.systems.plume.assumed_flow import Growth
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

WRONG = merged(STUDY, {"model": {"velocity": {"x": [0.0, 30.0], "y": [0.0, 20.0]}}})
LEARNED = merged(
    WRONG, {"model": {"growth": {"lower": 10.0, "upper": 70.0, "values": 8, "precision": 1.0}}}
)
TIME, CENTRE, POINT = 0.1, jnp.array([0.3, 0.25]), jnp.array([0.5, 0.35])
GROWTH = Growth(10.0, 70.0, 8, 1.0)


def study_with(growth):
    """The study whose model assumes this growth of the velocity along x."""
    return plume_system(
        merged(WRONG, {"model": {"velocity": {"x": [0.0, growth], "y": [0.0, 20.0]}}})
    )


def network_and(key, growth):
    return jnp.append(0.1 * jax.random.normal(key, (37,)), GROWTH.weight(growth))


def moment_of(study):
    return jax.tree.map(lambda leaf: jnp.asarray(leaf[0]), study.flow.moments([TIME]))


@pytest.mark.parametrize("settings", [STUDY, WRONG, LEARNED], ids=["known", "assumed", "learned"])
def test_every_flow_is_one(settings):
    study = plume_system(settings)
    assert isinstance(study.flow, assumed_flow.Flow)
    moment = study.flow.actual(moment_of(study))
    jax.tree.map(np.testing.assert_array_equal, moment, study.plume.moment(TIME))


def test_a_growth_and_its_weight_are_inverse():
    for growth in (12.0, 30.0, 66.0):
        assert GROWTH.value(GROWTH.weight(growth)) == pytest.approx(growth)
    np.testing.assert_allclose(jnp.sum(GROWTH.shares(jnp.array([0.3]))), 1.0)


@pytest.mark.parametrize("growth", [17.0, 30.0, 58.0])
def test_an_interpolated_reading_is_that_of_a_solver_for_the_growth(key, growth):
    weights, own, learned = (
        network_and(key, growth),
        study_with(growth),
        plume_system(LEARNED),
    )
    found, expected = (
        study.read_members(study.prepare(moment_of(study), CENTRE, POINT), weights[None])
        for study in (learned, own)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    plumes = [study.modelled(weights, moment_of(study)) for study in (learned, own)]
    fields = [own.plume.over_centres(plume, POINT, *own.cells) for plume in plumes]
    np.testing.assert_allclose(fields[0], fields[1], atol=1e-5 * float(jnp.max(fields[1])))


@pytest.mark.slow
def test_its_derivative_by_the_growth_agrees_with_differences(key):
    learned, weights = plume_system(LEARNED), network_and(key, 40.0)
    reading = learned.prepare(moment_of(learned), CENTRE, POINT)

    def value(growth):
        return learned.read_members(reading, weights.at[-1].set(growth)[None])[0]

    slope, step = jax.grad(value)(weights[-1]), 1e-4
    change = (value(weights[-1] + step) - value(weights[-1] - step)) / (2 * step)
    assert float(slope) == pytest.approx(float(change), rel=1e-6)


def test_only_the_model_takes_the_flow_for_another():
    study = study_with(30.0)
    true = study.truth(moment_of(study))
    found = study.plume.over_centres(true, POINT, CENTRE[:1], CENTRE[1:])[0, 0]
    exact = GaussianPlume(np.asarray(CENTRE), 2.0, 0.05, study.plume.velocity).at(
        np.asarray(POINT), TIME
    )
    assert found == pytest.approx(float(exact), rel=1e-4)
    np.testing.assert_allclose(study.flow.velocity(jnp.zeros(37), TIME), [3.0, 2.0])
    np.testing.assert_allclose(
        plume_system(LEARNED).flow.velocity(network_and(jax.random.key(0), 40.0), TIME),
        [4, 2],
    )


def test_starting_weights_carry_the_assumed_growth():
    first = assumed_flow.first_weights(LEARNED["model"], np.zeros((2, 37)))
    assert first.shape == (2, 38)
    np.testing.assert_allclose(GROWTH.value(first[:, -1]), 30.0)
    assert assumed_flow.first_weights(STUDY["model"], np.zeros((2, 37))).shape == (2, 37)
