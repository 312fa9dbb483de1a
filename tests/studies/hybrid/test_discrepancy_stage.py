"""The second half of a stage: what it fits, and from what it makes the belief anew."""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config import overlays
from boed.inference import grid_belief
from boed.keys import key_for, replicate_keys
from boed.studies.hybrid import data_buffer, discrepancy_stage
from boed.studies.hybrid.belief_update import BeliefUpdate
from boed.studies.hybrid.discrepancy_stage import Campaign, DiscrepancyStage, Halfway, Randomness
from boed.studies.hybrid.measurement import Measurement
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
# the source held near one place: draws from a belief would follow all data, whichever are fitted
HELD = {"calibration": {"centres": "map", "jitter_decay": 0.16}}
ROBUST = overlays.merged(overlays.resolve(SMOKE, "parametric_error", "robust"), HELD)
TIMES, DESIGNS = (0.03, 0.04, 0.04), ((0.5, 0.4), (0.4, 0.3))


@pytest.fixture(scope="module")
def study():
    return plume_system(ROBUST)


@pytest.fixture(scope="module")
def beliefs(study):
    """A uniform belief and one that is not, of two replicates."""
    uniform = jnp.broadcast_to(
        grid_belief.uniform(study.cells), (2, study.cells.x.size, study.cells.y.size)
    )
    x, y = jnp.meshgrid(*(jnp.asarray(axis) for axis in study.cells), indexing="ij")
    return uniform, jax.vmap(grid_belief.update, (0, None))(
        uniform, -20 * ((x - 0.4) ** 2 + (y - 0.3) ** 2)
    )


@pytest.fixture(scope="module")
def campaign(study):
    """The physical data of two stages, and room for the discrepancy datum of the second."""
    moments, data, slots = (
        study.plume.moments(TIMES),
        data_buffer.empty(study, 2, 3),
        data_buffer.Slots(2),
    )
    for slot, design in enumerate(DESIGNS):
        datum, _ = Measurement(study)(
            data_buffer.of_slot(moments, slot), jnp.array([design] * 2), jnp.zeros(2)
        )
        data = data_buffer.put(data, slot, datum)
    return Campaign(
        moments,
        data,
        slots.is_discrepancy,
        newest=np.array([slots.physical(2)]),
        free=slots.discrepancy(2),
    )


def test_room_for_a_datum_stands_behind_those_that_there_are(study):
    """Two physical data and one discrepancy datum: the fourth slot is free, the second newest."""
    data = data_buffer.empty(study, 2, 3)._replace(used=jnp.ones((2, 3)))
    campaign = Campaign.with_room(study, [0.03, 0.04, 0.04, 0.05], data, physical=2)
    assert (campaign.newest.tolist(), campaign.free) == ([1], 3)
    np.testing.assert_array_equal(campaign.is_discrepancy[:4], [0, 0, 1, 1])
    np.testing.assert_array_equal(campaign.data.used[:, :4], [[1, 1, 1, 0]] * 2)
    assert not campaign.data.used[:, 4:].any()
    for known in jax.tree.leaves(campaign.moments):
        assert len(known) == campaign.data.used.shape[1]


@pytest.mark.parametrize("count", [3, 5, 11, 13])
def test_there_is_always_room_for_one_more(study, count):
    """Of one size for the stages of a study of the papers, and larger beyond them."""
    data = data_buffer.empty(study, 1, count)._replace(used=jnp.ones((1, count)))
    campaign = Campaign.with_room(study, [0.03] * (count + 1), data, physical=2)
    assert campaign.free == count
    assert campaign.data.used.shape[1] == (12 if count < 12 else 24)


def stage(study, **change):
    """The second half with a change of the settings."""
    return DiscrepancyStage(study, overlays.merged(ROBUST, change))


def learned(stage, campaign, beliefs):
    """The second half from strength 3."""
    prior, found = beliefs
    start = data_buffer.Start(jnp.array([DESIGNS[1]] * 2), jnp.full((2, 1), 3.0), prior)
    located = {"most_probable": jnp.array([[0.45, 0.25]] * 2), "log_probability": found}
    keys = (replicate_keys(key_for(1, label), 2) for label in "bc")
    random = Randomness(jnp.zeros(2), key_for(1, "a"), *keys)
    halfway = Halfway(
        start=start, spread=jnp.zeros((2, 0, 1)), belief=located, first=jnp.full((2, 1), 3.0)
    )
    return stage(campaign, halfway, jnp.asarray(0.05), random)


@pytest.mark.slow
@pytest.mark.parametrize("again", ["replay", "compound", "replace"])
def test_the_belief_is_made_anew_from_what_is_asked_for(study, campaign, beliefs, again):
    result = learned(stage(study, reupdate=again), campaign, beliefs)
    uniform, found = beliefs
    update = BeliefUpdate(study, ROBUST)
    newest = jax.tree.map(lambda values: values[:, 1:2], campaign.data)
    own = jax.tree.map(lambda leaf: leaf[1:2], campaign.moments)
    expected = {
        "replay": lambda: update(campaign.moments, result.data, result.weights, uniform),
        "compound": lambda: update(own, newest, result.weights, found),
        "replace": lambda: update(own, newest, result.weights, uniform),
    }[again]()
    np.testing.assert_allclose(
        result.belief["log_probability"], expected["log_probability"], atol=1e-9
    )
    assert abs(result.weights - 3.0).min() > 0.05
    np.testing.assert_array_equal(result.data.used, np.ones((2, 3)))
    np.testing.assert_array_equal(result.data.design[:, 2], result.state.design)


@pytest.mark.slow
def test_physical_data_count_in_the_calibration_only_where_all_do(study, campaign, beliefs):
    """Another physical datum of the first stage: the weights follow it with all data, and only
    then.
    """
    wrong = campaign.data._replace(observed=campaign.data.observed.at[:, 0].add(0.5))
    for data, follows in (("all", True), ("discrepancy", False)):
        half = stage(study, calibration={"data": data})
        ours, theirs = (
            learned(half, campaign._replace(data=own), beliefs).weights
            for own in (campaign.data, wrong)
        )
        assert (abs(ours - theirs).min() > 1e-3) == follows


@pytest.mark.slow
def test_its_files_hold_what_was_learned(study, campaign, beliefs):
    result = learned(stage(study), campaign, beliefs)
    files = discrepancy_stage.datasets(study, 0.04, result)
    assert set(files) == {"experiment", "measurement", "network", "belief"}
    np.testing.assert_array_equal(files["network"].weights, result.weights)
    np.testing.assert_array_equal(files["measurement"].observation, result.datum.observed)
    np.testing.assert_array_equal(files["belief"].log_probability, result.belief["log_probability"])
