"""Arrays read back from files that hold what was written."""

import jax.numpy as jnp
import numpy as np
import small_plume
import xarray as xr

from boed.inference import grid_belief
from boed.jobs import store
from boed.jobs.store import variable
from boed.studies.hybrid import stage_files

SYSTEM = small_plume.system()
CELLS = SYSTEM.cells


def write(path, values, dims, name):
    store.write(xr.Dataset({name: variable(dims, values, "1", "something")}), path, {})
    return str(path)


def test_weights_without_replicates_are_those_of_every_replicate(tmp_path, rng):
    shared = write(tmp_path / "shared.nc", np.array([1.0, 2.0]), ("weight",), "weights")
    np.testing.assert_array_equal(stage_files.read_weights(shared, 3), [[1, 2], [1, 2], [1, 2]])
    each = rng.normal(size=(3, 2))
    own = write(tmp_path / "own.nc", each, ("replicate", "weight"), "weights")
    np.testing.assert_array_equal(stage_files.read_weights(own, 3), each)


def test_without_a_file_every_replicates_prior_is_uniform(tmp_path, rng):
    np.testing.assert_allclose(
        stage_files.read_prior(None, SYSTEM, 2), np.full((2, 3, 3), -np.log(9))
    )
    stored = np.array(
        [
            grid_belief.update(grid_belief.uniform(CELLS), jnp.asarray(own))
            for own in rng.normal(size=(2, 3, 3))
        ]
    )
    path = write(tmp_path / "prior.nc", stored, ("replicate", "x", "y"), "log_probability")
    np.testing.assert_array_equal(stage_files.read_prior(path, SYSTEM, 2), stored)


def test_measurements_of_several_files_stand_side_by_side_for_every_replicate(tmp_path, rng):
    designs, observed, deviation = (
        rng.normal(size=(2, 4, 2)),
        rng.normal(size=(2, 4)),
        rng.uniform(size=(2, 4)),
    )
    paths = []
    for k, time in enumerate((0.05, 0.07)):
        dataset = xr.Dataset(
            {
                "time": variable((), time, "time", "time of the measurement"),
                "design": variable(("replicate", "coordinate"), designs[k], "length", "position"),
                "observation": variable(("replicate",), observed[k], "concentration", "measured"),
                "deviation": variable(
                    ("replicate",), deviation[k], "concentration", "of the noise"
                ),
            }
        )
        paths.append(str(tmp_path / f"{k}.nc"))
        store.write(dataset, paths[-1], {})
    times, data = stage_files.read_measurements(SYSTEM, paths)
    assert times == [0.05, 0.07]
    for replicate, slot in ((0, 0), (3, 1)):
        np.testing.assert_array_equal(data.design[replicate, slot], designs[slot, replicate])
        assert data.observed[replicate, slot] == observed[slot, replicate]
        assert data.deviation[replicate, slot] == deviation[slot, replicate]
    np.testing.assert_array_equal(data.used, np.ones((4, 2)))


def test_a_stage_starts_from_files_or_from_the_first_design_and_a_uniform_belief(tmp_path, rng):
    settings = {"replicates": 2, "experiment": {"initial": [0.5, 0.4]}}
    network = write(
        tmp_path / "network.nc", rng.normal(size=(2, 3)), ("replicate", "weight"), "weights"
    )
    first = stage_files.read_start(network, None, None, settings, SYSTEM)
    np.testing.assert_array_equal(first.design, [[0.5, 0.4]] * 2)
    np.testing.assert_allclose(first.prior, np.full((2, 3, 3), -np.log(9)))
    designs = rng.uniform(size=(2, 2))
    experiment = write(tmp_path / "experiment.nc", designs, ("replicate", "coordinate"), "design")
    later = stage_files.read_start(network, None, experiment, settings, SYSTEM)
    np.testing.assert_array_equal(later.design, designs)
    np.testing.assert_array_equal(later.weights, stage_files.read_weights(network, 2))
