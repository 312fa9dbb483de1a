"""The steps of a stage for all replicates, and all stages in a row."""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config import overlays
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.measurement import Measurement
from boed.studies.sweeps import campaign
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
ROBUST = overlays.resolve(SMOKE, "structural_error", "robust")
LOCATION = (0.25, 0.25)


def first_weights(key, replicates=2):
    """A network that adds little, the same for every replicate."""
    return np.broadcast_to(
        0.1 * np.asarray(tanh_network(4, 2).initialise(key, 15.0)), (replicates, 37)
    )


def test_mapping_over_replicates_is_a_loop(rng):
    shared, own = jnp.asarray(rng.normal(size=3)), jnp.asarray(rng.normal(size=(5, 3)))

    def function(common, each, pair):
        return common @ each, {"sum": pair[0] + pair[1]}

    pairs = (jnp.arange(5.0), jnp.arange(10.0).reshape(5, 2))
    product, rest = over_replicates(function, shared=1)(shared, own, pairs)
    np.testing.assert_allclose(product, [float(np.dot(shared, each)) for each in own])
    np.testing.assert_array_equal(rest["sum"], [[r + 2.0 * r, r + 2.0 * r + 1] for r in range(5)])


def test_the_measurements_of_a_stage_are_the_exact_plume_plus_their_noise():
    study = plume_system(ROBUST)
    designs, noise = jnp.array([[0.3, 0.4], [0.2, 0.25]]), jnp.array([0.0, 2.0])
    datum, true = Measurement(study)(study.plume.moment(0.061), designs, noise)
    exact = GaussianPlume(LOCATION, 2.0, 0.05, study.plume.velocity).at(np.asarray(designs), 0.061)
    np.testing.assert_allclose(true, exact, rtol=1e-4)
    observed = exact + np.asarray(noise) * (0.05 + 0.05 * exact)
    np.testing.assert_allclose(datum.observed, observed, rtol=1e-4)
    np.testing.assert_allclose(datum.deviation, 0.05 + 0.05 * observed, rtol=1e-4)
    np.testing.assert_array_equal(datum.design, designs)


def test_a_field_error_is_that_of_the_strengths():
    """A Gaussian believed to be three halves as strong as it is: half of the field, wherever one
    looks.
    """
    strong = overlays.resolve(SMOKE, "parametric_error", "robust")
    study = plume_system(strong)
    errors = campaign.FieldError(study)(study.plume.moment(0.03), jnp.array([[3.0], [2.0], [1.0]]))
    np.testing.assert_allclose(errors, [0.5, 0.0, 0.5], atol=1e-6)


def run(chosen, seed, first):
    """All stages with kernels made for these settings."""
    return campaign.run(campaign.kernels(chosen), chosen, seed, "study", first)


@pytest.fixture(scope="module")
def first():
    return first_weights(jax.random.key(7))


@pytest.fixture(scope="module")
def robust(first):
    return run(ROBUST, 5, first)


@pytest.mark.slow
def test_a_sequence_has_every_stage_and_replicate_and_learns(robust, first):
    assert robust.location_error.shape == (3, 2)
    assert robust.weights.shape == (3, 2, 37)
    assert all(np.isfinite(values).all() for values in robust)
    errors = np.linalg.norm(robust.physical_design[0] - [0.5, 0.5], axis=-1)
    assert (errors <= 0.2 * np.sqrt(2) + 1e-9).all()
    np.testing.assert_array_equal(robust.weights[0], first)
    assert (abs(robust.weights[1] - robust.weights[0]).max(axis=-1) > 1e-3).all()


@pytest.mark.slow
def test_a_sequence_is_reproducible_and_its_replicates_differ(robust, first):
    again = run(ROBUST, 5, first)
    for name, values in robust._asdict().items():
        np.testing.assert_array_equal(getattr(again, name), values)
    assert (robust.discrepancy_design[1, 0] != robust.discrepancy_design[1, 1]).any()
    assert (robust.weights[1, 0] != robust.weights[1, 1]).any()
    other = run(ROBUST, 6, first)
    assert (other.weights[1] != robust.weights[1]).any()


@pytest.mark.slow
def test_the_first_stage_calibrates_nothing_whatever_the_recipe(robust, first):
    """It differs by what the recipes say of the physical search alone."""
    drawn = {"centres": "belief", "draws": 2, "data": "discrepancy"}
    for change in ({"reupdate": "replace"}, {"correct": False}, {"calibration": drawn}):
        other = run(overlays.merged(ROBUST, change), 5, first)
        for name in ("location_error", "physical_design", "weights"):
            ours, theirs = getattr(robust, name), getattr(other, name)
            np.testing.assert_allclose(theirs[0], ours[0], rtol=1e-12)
        assert (other.posterior_spread[2] != robust.posterior_spread[2]).any()


def test_settings_that_kernels_take_as_arguments_are_not_part_of_the_program():
    program = campaign.program(ROBUST)
    arguments = {
        "times": [0.02, 0.03, 0.05],
        "plume": {"velocity": {"x": [0.0, 50.0], "y": [0.0, 10.0]}},
        "noise": {"observation_noise": "sampled"},
        "experiment": {"steps": [2, 2, 2]},
        "calibration": {"rates": [0.1, 0.1]},
    }
    for key, value in arguments.items():
        assert campaign.program(overlays.merged(ROBUST, {key: value})) == program, key
    for change in (
        {"experiment": {"rate": 0.5}},
        {"noise": {"constant": 0.1}},
        {"reupdate": "replace"},
    ):
        assert campaign.program(overlays.merged(ROBUST, change)) != program


@pytest.mark.slow
def test_kernels_made_for_one_plume_serve_all_with_the_same_program(first):
    other = {
        "plume": {"velocity": {"x": [0.0, 50.0], "y": [0.0, 50.0]}},
        "times": [0.03, 0.04, 0.05],
    }
    chosen = overlays.merged(ROBUST, other | {"noise": {"observation_noise": "sampled"}})
    shared = campaign.run(campaign.kernels(ROBUST), chosen, 5, "study", first)
    for name, values in run(chosen, 5, first)._asdict().items():
        np.testing.assert_allclose(
            getattr(shared, name), values, rtol=1e-9, atol=1e-12, err_msg=name
        )
