"""The first half of a stage against its parts called one by one, and against the exact plume."""

import configurations
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config import overlays
from boed.inference import grid_belief
from boed.keys import key_for
from boed.studies.hybrid import physical_stage
from boed.studies.hybrid.data_buffer import Start
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
ROBUST = overlays.resolve(SMOKE, "parametric_error", "robust")
TIME = 0.04


@pytest.fixture(scope="module")
def study():
    return plume_system(ROBUST)


@pytest.fixture(scope="module")
def located(study):
    uniform = jnp.broadcast_to(
        grid_belief.uniform(study.cells), (2, study.cells.x.size, study.cells.y.size)
    )
    start = Start(jnp.array([[0.5, 0.5], [0.4, 0.3]]), jnp.array([[2.0], [3.0]]), uniform)
    locate = physical_stage.PhysicalStage(study, ROBUST)
    return locate(study.plume.moment(TIME), start, jnp.array([0.0, 1.0]), key_for(1, "a"), 5)


@pytest.mark.slow
def test_what_is_measured_is_the_plume_at_the_chosen_design(study, located):
    designs = np.asarray(located.state.design)
    assert (abs(designs - [[0.5, 0.5], [0.4, 0.3]]) <= 0.2 + 1e-12).all()
    exact = GaussianPlume(ROBUST["truth"]["location"], 2.0, 0.05, study.plume.velocity).at(
        designs, TIME
    )
    np.testing.assert_allclose(located.true, exact, rtol=1e-3)
    noise = np.array([0.0, 1.0]) * (0.05 + 0.05 * exact)
    np.testing.assert_allclose(located.datum.observed, exact + noise, rtol=1e-3)
    np.testing.assert_array_equal(located.datum.design, designs)


@pytest.mark.slow
@pytest.mark.parametrize("replicate", [0, 1])
def test_the_belief_is_the_normalised_likelihood_of_the_datum_under_the_weights(
    study, located, replicate
):
    """Exact plumes of the believed strength, 2 or 3, from every cell."""
    datum, strength = located.datum, (2.0, 3.0)[replicate]
    cells = np.stack(np.meshgrid(*study.cells, indexing="ij"), axis=-1)
    offsets = np.asarray(datum.design[replicate]) - cells
    predicted = GaussianPlume((0.0, 0.0), strength, 0.05, study.plume.velocity).at(offsets, TIME)
    deviation = 0.05 + 0.05 * predicted
    log = -0.5 * ((float(datum.observed[replicate]) - predicted) / deviation) ** 2 - np.log(
        deviation
    )
    probability = np.exp(log - log.max())
    computed = np.exp(np.asarray(located.belief["log_probability"][replicate]))
    np.testing.assert_allclose(
        computed, probability / probability.sum(), atol=1e-4 * computed.max()
    )


@pytest.mark.slow
def test_its_files_hold_what_was_found(study, located):
    files = physical_stage.datasets(study, TIME, located)
    assert set(files) == {"experiment", "measurement", "belief"}
    np.testing.assert_array_equal(files["measurement"].observation, located.datum.observed)
    np.testing.assert_array_equal(files["experiment"].design, located.state.design)
    np.testing.assert_array_equal(files["belief"].most_probable, located.belief["most_probable"])
    assert float(files["measurement"].time) == TIME
