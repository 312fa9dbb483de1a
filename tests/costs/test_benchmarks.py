"""The benchmarks compare like with like: both ways give the same number."""

import time

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import STUDY

from boed.costs import benchmarks
from boed.costs.side_by_side import FromNumber, OfPart, Pair, Way, relative, side_by_side
from boed.costs.utility_benchmarks import UTILITY_KERNELS

SETTINGS = STUDY | {
    "plume": STUDY["plume"]
    | {"rollout": {"lower": -2.0, "upper": 3.0, "cells": 150, "time_step": 0.0005}},
    "network": STUDY["network"] | {"first_layer_scale": 15.0},
    "discrepancy_experiment": {
        "members": 8,
        "iterations": 2,
        "deviation": 0.3,
        "schedule": "tempered",
        "inflation": 1.0,
        "localisation": "none",
    },
    "replicates": 3,
    "coarse": {"cells": 50, "time_step": 0.005},
    "divergence": {"members": 10, "parameters": 40},
    "time": 0.061,
    "design": [0.41, 0.33],
    "centre": [0.27, 0.22],
    "utility": {
        "function": "nonlinear",
        "parameters": {"theta": {"uniform": {"lower": 0.0, "upper": 1.0}}},
        "noise": {"constant": 0.01},
        "designs": {"d": {"lower": 0.0, "upper": 1.0}},
        "quadrature_nodes": 1000,
        "place": 0.55,
        "count": 3000,
    },
    "repeats": 1,
    "seed": 1,
}
# what each row's error may be: of the solver, of time stepping on a coarse grid, of few nodes, of
# interpolation
ERRORS = {
    "reading": 1e-5,
    "gradient_by_solver": 0.2,
    "gradient_by_nodes": 0.05,
    "belief_update": 1e-9,
    "search_step": 1e-3,
    "ensemble_space": 1e-9,
    "replicates": 1e-9,
    "replicates_in_turn": 1e-6,
    "utility_fast": 1e-6,
    "utility_pairwise": 1e-9,
    "utility_gradients": 1e-6,
    "utility_by_quadrature": 0.5,  # of V from 3,000 samples
    "utility_varying": 1e-9,
    "utility_errors": 1e-9,
}
ROWS = benchmarks.KERNELS | UTILITY_KERNELS


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_both_ways_give_the_same_number(name):
    row = ROWS[name](SETTINGS)
    assert row.error <= ERRORS[name]
    assert row.seconds > 0
    assert row.ratio == pytest.approx(row.baseline_seconds / row.seconds)


def sleeping(seconds):
    def wait(x):
        time.sleep(seconds)
        return x

    return lambda x: jax.pure_callback(wait, x, x)


def test_ratio_is_that_of_the_times():
    ours, other = (
        Way(name, sleeping(wait), (jnp.ones(1),)) for name, wait in (("a", 0.02), ("b", 0.1))
    )
    row = side_by_side(Pair("kernel", "setting", ours, other), repeats=3)
    assert 3 < row.ratio < 7
    assert (row.baseline, row.error) == ("b", 0.0)


def test_relative_error_by_hand():
    assert relative(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5


def test_the_error_of_a_part_and_from_a_number_by_hand():
    first, second = (np.array([1.0, 2.0]), np.array([3.0])), (np.array([1.0, 4.0]), np.array([4.0]))
    assert OfPart(0)(first, second) == 0.5
    assert OfPart(1)(first, second) == 0.25
    assert FromNumber(4.0)(np.array(3.0), None) == 0.25
