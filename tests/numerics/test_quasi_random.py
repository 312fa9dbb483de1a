"""Quasi-random points: evenly spread, and made without what only they need."""

import subprocess
import sys

import numpy as np

from boed.numerics.quasi_random import sobol


def test_every_box_of_a_grid_holds_as_many_points():
    """64 points of a (0, 6, 2)-net: one in each of 8 x 8 boxes, and in each of 64 x 1."""
    for points in (sobol(2).random(64), sobol(2, seed=0).random(64)):
        for sides in ((8, 8), (64, 1), (1, 64)):
            boxes = np.floor(points * sides).astype(int)
            assert len(np.unique(boxes, axis=0)) == 64


def test_the_same_seed_gives_the_same_points():
    assert (sobol(3, seed=1).random(8) == sobol(3, seed=1).random(8)).all()
    assert (sobol(3, seed=1).random(8) != sobol(3, seed=2).random(8)).any()


def test_a_job_of_a_plume_does_not_import_statistics():
    """They would be a quarter of what such a job imports."""
    found = "import sys, boed.studies.hybrid.discrepancy_stage; print('scipy.stats' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
