"""All stages of studies whose own data teach the model: who learns, from what, and what is left as
it was.
"""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import small_plume

from boed.config import overlays
from boed.studies.active import campaign, stage
from boed.studies.active.active_slots import ActiveSlots
from boed.studies.active.indicator import Informed
from boed.studies.active.record import Record, StageErrors
from boed.studies.hybrid import data_buffer
from boed.studies.hybrid.calibrate_and_update import Taught
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume import assumed_flow
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import array_offsets, plume_system

SMOKE = configurations.smoke()
CONFIG = configurations.paper()
LOCATION = np.array([0.25, 0.25])


def first_of(settings):
    weights = 0.1 * np.asarray(tanh_network(4, 2).initialise(jax.random.key(1), 15.0))
    return assumed_flow.first_weights(
        settings["model"], np.broadcast_to(weights, (settings["replicates"], 37))
    )


def settings_with(study, variant, **changes):
    return overlays.merged(overlays.resolve(SMOKE, study, variant), changes)


@pytest.fixture(scope="module")
def informed():
    settings = settings_with("active_structural", "informed", indicator={"threshold": 0.3})
    return settings, campaign.run(settings, 3, "a", first_of(settings))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_record_and_another_one_another(informed):
    settings, found = informed
    again = campaign.run(settings, 3, "a", first_of(settings))
    for one, other in zip(found, again, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (
        np.abs(campaign.run(settings, 4, "a", first_of(settings)).weights - found.weights).max() > 0
    )


@pytest.mark.slow
def test_an_early_stage_does_not_depend_on_the_later_ones(informed):
    settings, found = informed
    changes = {"times": settings["times"][:2]}
    short = overlays.merged(settings, changes)
    short["experiment"]["steps"], short["calibration"]["rates"] = [5, 5], [0.005]
    record = campaign.run(short, 3, "a", first_of(short))
    np.testing.assert_allclose(record.location_error, found.location_error[:2], rtol=1e-9)
    np.testing.assert_allclose(record.weights, found.weights[:2], rtol=1e-7, atol=1e-9)


@pytest.mark.slow
def test_nothing_is_learned_from_data_that_are_not_informative():
    settings = settings_with(
        "active_structural", "informed", indicator={"threshold": 1e6, "budget": 2}
    )
    found = campaign.run(settings, 3, "a", first_of(settings))
    np.testing.assert_array_equal(found.informative, 0)
    np.testing.assert_array_equal(found.tried[1:], 2)
    np.testing.assert_allclose(
        found.weights, np.broadcast_to(first_of(settings), found.weights.shape)
    )
    np.testing.assert_allclose(found.field_relative_error[:, 0], found.field_relative_error[:, 1])


@pytest.mark.slow
def test_without_an_update_after_it_a_calibration_serves_from_the_next_stage_on():
    settings = settings_with(
        "active_structural", "informed", reupdate="none", indicator={"threshold": 0, "budget": 1}
    )
    learned, plain = (
        campaign.run(settings | {"correct": correct}, 3, "a", first_of(settings))
        for correct in (True, False)
    )
    np.testing.assert_allclose(
        learned.log_probability[:2], plain.log_probability[:2], rtol=1e-9, atol=1e-9
    )
    assert np.abs(learned.weights[1] - plain.weights[1]).max() > 0
    assert np.abs(learned.log_probability[2] - plain.log_probability[2]).max() > 0


@pytest.mark.slow
def test_an_array_measures_the_exact_plume_around_its_design_and_learns_the_flow():
    settings = settings_with("active_ill_posed", "learned", plume={"propagator": {"points": 200}})
    found = campaign.run(settings, 3, "a", first_of(settings))
    study = plume_system(settings)
    places = found.design[1, 0] + array_offsets(settings["array"])
    exact = GaussianPlume(LOCATION, 2.0, 0.05, study.plume.velocity).at(
        places, settings["times"][1]
    )
    np.testing.assert_allclose(found.observation[1, 0], exact, rtol=2e-3)
    growth = assumed_flow.growth_of(settings["model"]).value(found.weights[..., -1])
    np.testing.assert_allclose(growth[0], 30.0)
    assert np.abs(growth[2] - 30.0).min() > 1e-6


def test_slots_of_stages_are_apart_and_those_of_proposals_behind_all():
    places = ActiveSlots(3, 2, proposals=True)
    every = [places.physical(n) for n in (1, 2, 3)] + [places.improved(n) for n in (1, 2, 3)]
    np.testing.assert_array_equal(np.concatenate(every), np.arange(places.count))
    assert ActiveSlots(3, 2, proposals=False).count == 6
    np.testing.assert_array_equal(places.moments(np.array([5.0, 6.0, 7.0])), [5, 5, 6, 6, 7, 7] * 2)


@pytest.mark.slow
def test_only_replicates_that_moved_learn_from_elsewhere(informed):
    """A design that is informative at once teaches itself; another one stands where the ascent
    found it.
    """
    _, found = informed
    moved = found.tried[1:] > 1
    apart = np.abs(found.teaching_design - found.design).max(axis=-1)[1:]
    np.testing.assert_array_equal(apart > 0, moved)


def test_data_of_replicates_that_did_not_move_are_not_used():
    new = data_buffer.empty(small_plume.system(), 2, 1)._replace(
        observed=jnp.array([[0.4], [0.6]]), used=jnp.ones((2, 1))
    )
    found = data_buffer.put(
        data_buffer.empty(small_plume.system(), 2, 4),
        np.array([3]),
        stage.used_where(jnp.array([True, False]), new),
    )
    np.testing.assert_array_equal(found.used, [[0, 0, 0, 1], [0, 0, 0, 0]])
    np.testing.assert_array_equal(found.observed[:, 3], [0.4, 0.6])


def test_what_is_kept_goes_by_the_replicate():
    old, new = jnp.zeros((2, 3)), jnp.ones((2, 3))
    taught = Taught(new, None, {"log_probability": jnp.ones((2, 2, 2)), "spread": jnp.ones(2)})
    belief = {"log_probability": jnp.zeros((2, 2, 2)), "spread": jnp.zeros(2)}
    found = stage.kept(jnp.array([True, False]), taught, old, belief)
    np.testing.assert_array_equal(found.weights[:, 0], [1, 0])
    np.testing.assert_array_equal(found.belief["spread"], [1, 0])
    np.testing.assert_array_equal(found.belief["log_probability"][:, 0, 0], [1, 0])


@pytest.mark.slow
@pytest.mark.parametrize("study", ["active_parametric", "active_structural", "active_ill_posed"])
def test_the_domain_holds_the_plume_until_the_last_stage(study):
    """On the unit square, to 1e-6 of the plume's greatest value; on a finer grid, so that only the
    domain counts.
    """
    settings = overlays.resolved(CONFIG, study)
    finer = {"propagator": {"points": 2 * settings["plume"]["propagator"]["points"]}}
    own = plume_system(overlays.merged(settings, {"plume": finer}))
    axis = np.linspace(0.0, 1.0, 11)
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    for time in settings["times"]:
        moment = own.flow.actual(
            jax.tree.map(lambda leaf: jnp.asarray(leaf[0]), own.flow.moments([time]))
        )
        found = own.plume.field(own.true.source, moment, own.true.location, axis, axis)
        exact = GaussianPlume(settings["truth"]["location"], 2.0, 0.05, own.plume.velocity).at(
            points, time
        )
        assert np.abs(found - exact).max() < 1e-6 * exact.max()


def test_all_that_algorithm_1_says_and_all_errors_are_kept_under_their_names():
    assert set(Informed._fields[1:]) | set(StageErrors._fields) <= set(Record._fields)


def test_designs_elsewhere_count_as_one_more_and_keep_the_gain_of_the_data_at_hand():
    at_hand, elsewhere = (
        Informed(
            design=jnp.full((1, 2), place),
            gain=jnp.array([place]),
            own_gain=jnp.array([place]),
            informative=jnp.array([True]),
            tried=jnp.array([tried]),
        )
        for place, tried in ((0.3, 1), (0.4, 3))
    )
    found = stage.shifted(at_hand, elsewhere)
    assert (float(found.gain[0]), float(found.own_gain[0]), int(found.tried[0])) == (0.4, 0.3, 2)


@pytest.mark.slow
def test_one_replicate_stands_for_all_where_nothing_is_learned_without_noise():
    settings = overlays.resolved(
        SMOKE, "active_structural", {"recipe": "active_released", "correct": False}
    )
    first = first_of(settings)
    found, each = campaign.run(settings, 3, "a", first), campaign._run_each(settings, 3, "a", first)
    for name, one, other in zip(found._fields, found, each, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9, err_msg=name)
    apart = np.stack([first[0], 1.1 * first[1]])
    assert np.ptp(campaign.run(settings, 3, "a", apart).log_probability, axis=1).max() > 0
