"""The right-hand side without diffusion against differences of the exact plume, and what is
attributed to the flow.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import STUDY

from boed.config.overlays import merged
from boed.studies.assessment import model_error
from boed.studies.assessment.model_error import System
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import PlumeSystem, plume_system

TIME = 0.08


def moment_of(study):
    return jax.tree.map(lambda leaf: jnp.asarray(leaf[0]), study.flow.moments([TIME]))


@pytest.fixture(scope="module")
def study():
    return plume_system(merged(STUDY, {"truth": {"width": 0.1}}))


def test_the_true_right_hand_side_is_what_diffusion_leaves_of_the_rate_of_change(study):
    """u_t − D∇²u of the exact plume, by central differences."""
    found = model_error.true_system(study, moment_of(study), TIME)
    axis = np.asarray(model_error.nodes())[8:40:8]
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)

    def exact(time=TIME, shift=(0.0, 0.0)):
        return GaussianPlume((0.25, 0.25), 2.0, 0.1, study.plume.velocity).at(
            points + np.array(shift), time
        )

    step = 1e-3
    rate = (exact(TIME + 1e-5) - exact(TIME - 1e-5)) / 2e-5
    sides = sum(exact(shift=own) for own in ((step, 0), (-step, 0), (0, step), (0, -step)))
    expected = rate - (sides - 4 * exact()) / step**2
    np.testing.assert_allclose(found.field[8:40:8, 8:40:8], exact(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        found.right_hand_side[8:40:8, 8:40:8],
        expected,
        atol=1e-3 * np.abs(found.right_hand_side).max(),
    )


def test_errors_near_a_design_are_those_of_the_nodes_around_it():
    true = System(jnp.ones((51, 51)), jnp.ones((51, 51)), jnp.zeros((51, 51)))
    field = true.field.at[20:27, 10:17].add(0.5)
    found = model_error.errors(System(field, 2 * field, field), true, jnp.array([23 / 50, 13 / 50]))
    assert found.near_field.relative == pytest.approx(0.5)
    assert found.near_right_hand_side.relative == pytest.approx(2.0)
    assert found.field.relative == pytest.approx(0.5 * 49 / 51**2)


@pytest.mark.parametrize("size", [1e-3, 5e-2])
def test_a_network_that_stands_for_a_faster_flow_is_attributed_to_it(monkeypatch, size):
    """A network of −δ·t·∂u/∂x is a growth larger by δ, and a part orthogonal to that is
    none of it.
    """
    chosen = merged(STUDY, {"model": {"velocity": {"x": [0.0, 20.0], "y": [0.0, 20.0]}}})
    study = plume_system(chosen)
    moment, weights = moment_of(study), jnp.zeros(37)
    slope = model_error.modelled_system(study, moment, TIME, weights).slope
    odd = np.random.default_rng(1).normal(size=slope.shape)
    odd -= np.sum(odd * slope) / np.sum(slope**2) * slope
    network = -7.0 * TIME * slope + size * odd
    source = study.source(weights)
    plain = study._replace(source=lambda weights: source._replace(smooth=lambda offsets: network))
    # the plume itself stays that of the known source: only the attribution is looked at
    monkeypatch.setattr(
        PlumeSystem,
        "modelled",
        lambda *_: study.plume.solve(source, study.flow.actual(moment)),
    )
    assert model_error.attributed_growth(plain, moment, TIME, weights) == pytest.approx(
        27.0, rel=1e-6
    )
