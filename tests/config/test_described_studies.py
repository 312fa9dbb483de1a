"""Studies of described systems: what the smallest needs, what it resolves to, in any form."""

from copy import deepcopy

import configurations
import pytest
from described import SEQUENTIAL, sequential, smallest, write_model

from boed.config import overlays, validate
from boed.config.overlays import merged
from boed.config.validate import SettingsError

# what is left out of the smallest study, with its default
RISK_DEFAULTS = {
    "experiments": 1,
    "outputs": {"y": {"unit": "1"}},
    "way": "automatic",
    "samples": [1000, 10000],
    "runs": 3,
    "aversions": [0.0, 0.5, 2.0],
}


@pytest.fixture
def path(tmp_path):
    return write_model(tmp_path)


def checked(study, **others):
    """The paper-scale configuration with a study `mine`, as what runs is given it."""
    return validate.checked(configurations.paper({"studies": {"mine": study}}, others))


def settings(study, **others):
    return overlays.resolved(checked(study, **others), "mine")


def test_the_smallest_risk_study_is_system_method_parameters_designs_and_noise(path):
    found = settings(smallest(path))
    assert {key: found[key] for key in RISK_DEFAULTS} == RISK_DEFAULTS
    assert found["file"] == path
    assert list(found["parameters"]) == ["ka", "ke", "V"]
    assert found["parameters"]["ka"] == {
        "lognormal": {"median": 1.0, "log_variance": 0.05},
        "unit": "1/h",
        "cells": 31,
    }
    assert found["designs"] == {"t": {"lower": 0.0, "upper": 24.0, "unit": "1"}}
    assert found["noise"] == {"constant": 0.316, "relative": 0.1}
    assert not {"system", "method", "quadrature_nodes", "nodes", "function"} & set(found)


CONSTANT = {"noise": {"constant": 0.1, "relative": None}}
ONE = CONSTANT | {"parameters": {"ke": None, "V": None}}


@pytest.mark.parametrize(
    ("changes", "nodes"),
    [
        (ONE, 1000),
        (ONE | {"quadrature_nodes": 77}, 77),
        (ONE | {"noise": {"covariance": [[0.1]], "constant": None, "relative": None}}, 1000),
        (ONE | {"noise": {"relative": 0.1}}, None),
        (ONE | {"experiments": 2}, None),
        (ONE | {"outputs": {"blood": {}, "liver": {}}}, None),
        (CONSTANT, None),
    ],
)
def test_quadrature_is_for_one_parameter_and_one_number_with_constant_noise(path, changes, nodes):
    found = settings(merged(smallest(path), changes))
    assert found.get("quadrature_nodes") == nodes


def test_searches_are_for_the_experiments_of_the_study_unless_it_says_otherwise(path):
    study = smallest(path) | {"experiments": 2, "optimisation": {}}
    searches = settings(study)["optimisation"]
    assert searches["experiments"] == [2]
    assert (searches["starts"], searches["noise_levels"]["common"]) == (3, 1e-6)
    more = merged(study, {"optimisation": {"experiments": [1, 3], "starts": 7}})
    assert settings(more)["optimisation"] | {"starts": 3, "experiments": [2]} == searches


def test_a_system_of_its_own_and_one_in_the_study_are_the_same(path):
    study, own = smallest(path), ("parameters", "designs", "noise")
    system = {"file": path} | {key: study[key] for key in own}
    apart = {"system": "drug", "method": "risk"}
    assert settings(apart, systems={"drug": system}) == settings(study)
    like = {"like": "drug", "noise": {"relative": 0.2}}
    noisy = settings({"system": "noisy", "method": "risk"}, systems={"drug": system, "noisy": like})
    assert noisy == settings(merged(study, {"noise": {"relative": 0.2}}))


def test_a_study_changes_its_system_and_null_takes_a_prior_away(path):
    prior = {"normal": {"mean": 0.0, "deviation": 1.0}, "uniform": None}
    study = {"system": "nonlinear", "method": "risk", "parameters": {"theta": prior}}
    found = settings(study)
    assert found["parameters"]["theta"] == {
        "normal": prior["normal"],
        "unit": "1",
        "cells": 31,
    }


def test_a_study_of_several_stages_has_the_general_recipe_and_one_variant(path):
    config = checked(sequential(path))
    assert config["studies"]["mine"]["variants"] == {"general": {}}
    found = overlays.resolve(config, "mine", "general")
    assert found["experiment"] | {"steps": 1} == found["experiment"] | {
        "steps": 1,
        "lower": 0.0,
        "upper": 1.0,
        "initial": [0.5],
        "move_limit": 1.0,
        "domain": "box",
    }
    assert (len(found["experiment"]["steps"]), len(found["calibration"]["rates"])) == (3, 2)
    assert (found["correct"], found["starting_network"]) == (True, "zero")
    assert found["calibration"]["decay_precision"] == 0.0
    assert (found["replicates"], found["observation_noise"]) == (8, "sampled")
    network = {"inputs": ["t"], "hidden": 4, "depth": 2, "scale": 1.0}
    assert found["missing"] == {"network": network}
    assert not {"particles", "belief", "times", "indicator"} & set(found)


@pytest.mark.parametrize(
    "changes",
    [
        {"outputs": {"blood": {}, "liver": {}}},
        {"experiments": 2},
        {
            "outputs": {"blood": {}, "liver": {}},
            "parameters": {"F": {"uniform": {"lower": 0.5, "upper": 1.0}}},
            "true_parameters": {"F": 0.7},
        },
    ],
)
@pytest.mark.parametrize("method", ["hybrid", "active"])
def test_several_numbers_may_be_predicted(path, changes, method):
    study = merged(sequential(path, method=method), changes)
    found = settings(merged(study, {"experiment": {"utility": "predicted"}}))
    assert (found["experiment"]["utility"], found["experiment"]["outcomes"]) == ("predicted", 512)
    more = merged(study, {"experiment": {"utility": "predicted", "outcomes": 4096}})
    assert settings(more)["experiment"]["outcomes"] == 4096


def test_where_nothing_is_missing_nothing_is_calibrated(path):
    study = sequential(path)
    del study["missing"]
    found = settings(study)
    assert found["correct"] is False
    assert "starting_network" not in found


def test_parameters_that_are_missing_need_no_network(path):
    block = {"parameters": {"bias": {"normal": {"mean": 0.0, "deviation": 1.0}}}}
    found = settings(sequential(path, missing=block))
    assert found["correct"] is True
    assert "starting_network" not in found
    assert found["missing"]["parameters"]["bias"]["unit"] == "1"


def test_an_active_study_judges_by_an_indicator_without_being_told(path):
    found = settings(sequential(path, method="active"))
    assert found["indicator"] == {
        "variance": None,
        "array": None,
        "threshold": 0.0,
        "budget": 1,
        "shift": None,
    }


def test_a_belief_beyond_three_parameters_has_particles(path):
    more = {"F": {"uniform": {"lower": 0.5, "upper": 1.0}}}
    study = merged(sequential(path), {"parameters": more, "true_parameters": {"F": 0.7}})
    assert settings(study)["particles"] == 2000
    assert settings(study | {"particles": 500})["particles"] == 500


def test_several_experiments_start_in_the_middle_of_each(path):
    designs = {"dose": {"candidates": [100.0, 400.0]}}
    found = settings(merged(sequential(path, experiments=2), {"designs": designs}))
    assert found["experiment"]["initial"] == [0.5] * 4


def test_a_risk_study_of_a_system_reads_nothing_that_only_learning_needs(path):
    """One system serves both methods."""
    study, own = sequential(path), ("parameters", "designs", "noise", "missing", "true_parameters")
    system = {"file": path} | {key: study[key] for key in own}
    risk = {"system": "drug", "method": "risk"}
    assert settings(risk, systems={"drug": system})["noise"] == study["noise"]
    message = refusal(smallest(path) | {"missing": SEQUENTIAL["missing"]})
    assert "studies.mine.missing: unknown key; known here: parameters, correlations" in message


def refusal(study, **others):
    with pytest.raises(SettingsError) as error:
        checked(deepcopy(study), **others)
    return str(error.value)


@pytest.mark.parametrize(
    ("study", "line"),
    [
        (
            {"system": "plume_structural", "method": "risk"},
            "studies.mine.method: got 'risk', accepts hybrid or active: the system is a plume",
        ),
        (
            {"system": "linear", "method": "hybrid", "stages": 2},
            "studies.mine.function: got 'linear', accepts a system with a key file",
        ),
        (
            {"system": "nowhere", "method": "risk"},
            "studies.mine.system: got 'nowhere', accepts one of plume_structural, plume_parametric",
        ),
        (
            {"system": "nowhere/model.py", "method": "risk"},
            "studies.mine: missing parameters, designs, noise",
        ),
    ],
)
def test_a_method_that_a_system_does_not_serve_is_refused(study, line):
    assert line in refusal(study)


def test_blocks_that_vary_studies_vary_those_of_plumes(path):
    for key in ("scaling", "networks", "benchmarks", "method_comparison"):
        message = refusal(sequential(path), **{key: {"study": "mine"}})
        assert f"{key}.study: got 'mine', accepts" in message
    message = refusal(sequential(path), sweeps={"risk": {"study": "mine"}})
    assert "sweeps.risk.study: got 'mine', accepts one of structural_error, para" in message
