"""A small joint study and what its tests share."""

import jax
import jax.numpy as jnp
import pytest
from toy_study import STUDY, TRUTH

from boed.studies.joint import belief, search

TIME, DESIGN = 0.061, (0.37, 0.33)


@pytest.fixture(scope="package")
def settings():
    ascent = {"rate": 0.003, "drift": 0.0, "stop_after_clips": 0, "jump": 0.05}
    domain = {"domain": "box", "lower": 0.0, "upper": 1.0}
    return STUDY | {
        "replicates": 2,
        "times": [0.051, TIME],
        "model": TRUTH | {"strength": 3.0, "discrepancy": "strength"},
        "noise": {"constant": 0.05, "relative": 0.1, "observation_noise": "sampled"},
        "belief": {
            **{"lower": 0.0, "upper": 1.0, "cells": 11},
            **{"map_window": 5, "map_refinement": 10, "map_interpolation": "log_cubic"},
        },
        "joint": {"lower": 1.0, "upper": 4.0, "cells": 7, "data": 2, "prior": "normal"},
        "experiment": {
            **{"initial": [0.5, 0.5], "move_limit": 0.2, "grid": 2, "steps": [2, 2]},
            **domain,
            **ascent,
        },
        "discrepancy_experiment": {"deviation": 1.0, "move_limit": 0.1},
    }


@pytest.fixture(scope="package")
def study(settings):
    return search.setup(settings)


@pytest.fixture(scope="package")
def plumes(study):
    """The true plume, and the modelled one at unit strength."""
    moment = study.inversion.plume.moment(TIME)
    return jax.jit(lambda moment: search.solutions(study, moment))(moment)


@pytest.fixture(scope="package")
def design():
    return jnp.array(DESIGN)


@pytest.fixture(scope="package")
def likelihood(study, plumes, design):
    """An observation at the design → log likelihood of every cell."""
    return jax.jit(lambda observed: search.log_likelihood(study, plumes.unit, design, observed))


@pytest.fixture(scope="package")
def prior(study):
    return belief.normal_prior(study.cells, 3.0, 1.0)
