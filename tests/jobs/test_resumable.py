"""Batches that are done are not done again, unless they were made from something else or are
damaged.
"""

import numpy as np
import pytest
import xarray as xr

from boed.jobs import resumable
from boed.jobs.store import variable


def computer(done):
    def compute(number):
        done.append(number)
        if len(done) > 3:
            raise KeyboardInterrupt
        return xr.Dataset({"value": variable("x", np.arange(3.0) + number, "1", "value")})

    return compute


@pytest.fixture
def interrupted(tmp_path):
    """An output of which three batches of five were done when the job was killed."""
    output, done = tmp_path / "training.nc", []
    with pytest.raises(KeyboardInterrupt):
        resumable.resumed(5, computer(done), output, {"parameters": "a"})
    assert done == [0, 1, 2, 3]
    return output


def test_what_is_done_is_read(interrupted):
    done = []
    found = resumable.resumed(5, computer(done), interrupted, {"parameters": "a"})
    assert done == [3, 4]
    assert [float(own.value[0]) for own in found] == [0, 1, 2, 3, 4]
    resumable.remove(interrupted)
    assert not resumable.folder_for(interrupted).exists()


def test_what_was_made_from_other_settings_is_made_again(interrupted):
    done = []
    resumable.resumed(3, computer(done), interrupted, {"parameters": "b"})
    assert done == [0, 1, 2]


def test_a_damaged_batch_is_made_again(interrupted):
    path = resumable.folder_for(interrupted) / "batch_0001.nc"
    path.write_bytes(path.read_bytes()[:100])
    done = []
    resumable.resumed(3, computer(done), interrupted, {"parameters": "a"})
    assert done == [1]
