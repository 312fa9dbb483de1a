"""A belief that holds what a described system's model misses, in the configuration: what it needs,
what cannot be beside it, what nothing reads, and which files feed it.
"""

import pytest
from described import MODEL, checked, refusal, sequential, write_model

from boed.config import overlays
from boed.config.model_files import PREDICT_WITH
from boed.config.overlays import merged
from boed.config.rules.rule_parameters import RuleParameters
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.stage_files import StageFiles
from boed.config.rules.studies import Studies
from boed.config.rules.targets import Targets

NORMAL = {"normal": {"mean": 0.0, "deviation": 1.0}}
OWN = {"ka": 1.0, "V": 20.0}
TRUE = OWN | {"bias": 0.1}
VARIANTS = {"variants": {"robust": {}, "joint": {"joint": True}}}
# blocks that a change replaces
WHOLE = ("missing", "true_parameters", "parameters")


@pytest.fixture
def study(tmp_path):
    """The smallest study of several stages with a missing parameter, with changes."""
    path = write_model(tmp_path)

    def made(*changes, method="hybrid"):
        whole = sequential(path, method=method)
        whole["parameters"].pop("ke")
        whole |= {"missing": {"parameters": {"bias": NORMAL}}, "true_parameters": TRUE}
        for change in changes:
            whole = merged(whole, change) | {k: change[k] for k in WHOLE if k in change}
        return whole

    return made


@pytest.mark.parametrize("method", ["hybrid", "active"])
def test_a_joint_study_needs_one_key_and_the_true_values(study, method):
    found = overlays.resolved(checked(study({"joint": True}, method=method)), "mine")
    assert (found["joint"], found["correct"]) == (True, False)
    assert found["true_parameters"] == TRUE
    assert not {"starting_network", "particles"} & set(found)


def test_without_the_key_it_is_learned_by_calibration(study):
    found = overlays.resolved(checked(study({"true_parameters": OWN})), "mine")
    assert (found["joint"], found["correct"]) == (False, True)


def test_variants_may_differ_in_it(study):
    """Each has the true values of what it believes in, and no others."""
    config = checked(study(VARIANTS))
    robust, joint = (overlays.resolve(config, "mine", name) for name in ("robust", "joint"))
    assert (robust["correct"], joint["correct"]) == (True, False)
    assert list(robust["true_parameters"]) == ["ka", "V"]
    assert joint["true_parameters"] == TRUE
    changed = {"joint": True, "variants": {"robust": {"joint": False}, "joint": {}}}
    again = checked(study(changed))
    assert overlays.resolve(again, "mine", "robust") == robust
    assert overlays.resolve(again, "mine", "joint") == joint


def test_more_than_three_in_total_are_particles(study):
    """Those of a variant, whatever the others have; how they are made again, nothing asks."""
    prior = {"lognormal": {"median": 0.1, "log_variance": 0.05}}
    more = {"true_parameters": TRUE | {"ke": 0.1}, "reupdate": "replace"}
    more["parameters"] = study()["parameters"] | {"ke": prior}
    studies = Studies(checked(study(VARIANTS, more)))
    assert "particles" not in studies.settings("mine", "robust")
    assert studies.settings("mine", "joint")["particles"] == 2000
    files = StageFiles(studies)
    assert files.earlier_measurements("physical", "mine", "robust", 3) == []
    assert len(files.earlier_measurements("physical", "mine", "joint", 3)) == 2
    assert files.earlier_measurements("discrepancy", "mine", "joint", 3) == []


def test_priors_may_be_correlated_with_what_is_missing(study):
    pairs = {"correlations": [["ka", "bias", 0.5]]}
    checked(study({"joint": True}, pairs))
    accepted = "[name, name, coefficient] of two parameters of ka, V"
    message = refusal(study(pairs, {"true_parameters": OWN}))
    assert f"mine.correlations.0: got ['ka', 'bias', 0.5], accepts {accepted}" in message


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        ({"joint": "yes"}, "joint", "got 'yes', accepts a value of type boolean"),
        ({"joint": {"cells": 9}}, "joint", "accepts a value of type boolean"),
        (
            {"joint": True, "correct": True},
            "correct",
            "got True, accepts false with joint: true: the belief itself learns what is missing",
        ),
        (
            {"joint": True, "missing": None, "true_parameters": OWN},
            "joint",
            "got True, accepts false without missing.parameters",
        ),
        (
            {
                "joint": True,
                "missing": {"network": {"inputs": ["t"]}},
                "true_parameters": OWN,
            },
            "joint",
            "got True, accepts false with missing.network: a belief holds missing.parameters alone",
        ),
        (
            {"joint": True, "missing": {"parameters": {"ka": NORMAL}}, "true_parameters": OWN},
            "missing.parameters.ka",
            "accepts another name with joint: true: one of parameters has this one",
        ),
        (
            {"joint": True, "true_parameters": OWN},
            "true_parameters",
            "got ['V', 'ka'], accepts a number for each of ka, V, bias",
        ),
        (
            VARIANTS | {"true_parameters": OWN},
            "variants.joint.true_parameters",
            "got ['V', 'ka'], accepts a number for each of ka, V, bias",
        ),
        (
            {},
            "true_parameters",
            "got ['V', 'bias', 'ka'], accepts a number for each of ka, V",
        ),
        (
            VARIANTS | {"true_parameters": OWN | {"slope": 1.0}},
            "true_parameters",
            "got ['V', 'ka', 'slope'], accepts a number for each of ka, V",
        ),
        (
            {
                "joint": True,
                "missing": {"parameters": {"bias": {"uniform": {"lower": 1.0, "upper": 2.0}}}},
            },
            "true_parameters.bias",
            "got 0.1, accepts a number that its prior holds possible, 1.0 … 2.0",
        ),
        ({"joint": True, "particles": 99}, "particles", "null for up to 3 parameters"),
        (
            {"joint": True, "starting_network": "zero"},
            "starting_network",
            "nothing unless missing.network is there",
        ),
        (
            {"joint": True, "calibration": {"rounds": 3}},
            "calibration.rounds",
            "nothing with joint: true: a belief that holds what is missing calibrates nothing",
        ),
        (
            {"joint": True, "discrepancy_experiment": {"grid": 3}},
            "discrepancy_experiment.grid",
            "nothing with joint: true",
        ),
        (
            {"variants": {"joint": {"joint": True, "reupdate": "none"}}},
            "variants.joint.reupdate",
            "got 'none', accepts nothing with joint: true",
        ),
        (
            {"variants": {"joint": {"joint": True, "correct": True}}},
            "variants.joint.correct",
            "got True, accepts false with joint: true",
        ),
    ],
)
def test_what_cannot_be_beside_it_is_named(study, changes, key, accepts):
    message = refusal(study(changes))
    lines = [line for line in message.splitlines() if f"mine.{key}: " in line]
    assert lines, message
    assert accepts in lines[0]


def test_samples_of_the_prior_hold_nothing_that_is_missing(study, tmp_path):
    table = tmp_path / "draws.csv"
    table.write_text("ka,V\n1.0,20.0\n1.1,20.0\n")
    drawn = {"prior_samples": str(table), "parameters": {"ka": {}, "V": {}}}
    message = refusal(study({"joint": True}, drawn))
    assert "mine.joint: got True, accepts false with prior_samples, whose rows hold" in message


def test_its_model_file_has_predict_with(tmp_path, study):
    write_model(tmp_path, MODEL.replace("def predict_with(", "def with_it("))
    assert f"accepts a file with a function {PREDICT_WITH[1]}" in refusal(study({"joint": True}))


def test_what_its_jobs_are_given(study):
    """Each variant's own weights before any data, and one page of what any of them believes in."""
    studies = Studies(checked(study(VARIANTS)))
    files, parameters = StageFiles(studies), RuleParameters(studies)
    weights = {name: files.starting_weights("mine", name) for name in ("robust", "joint")}
    assert [path.rsplit("/", 1)[1] for path in weights.values()] == ["parameters.nc", "none.nc"]
    assert files.networks("mine", "joint") == [weights["joint"]] * 3
    assert files.described_discrepancy("mine", "joint") == []
    assert parameters.blocks(("plume",), "mine", "joint", 1)["joint"] is True
    assert parameters.described_system("mine")["joint"] is True
    assert parameters.described_system("mine")["true_parameters"] == TRUE
    targets = Targets(studies, SensorCases(studies.config["source_inversion"]))
    assert targets.can_make("mine/metrics.nc")
    # that of the papers' plume
    assert not targets.can_make("mine/joint.nc")
    assert targets.can_make("parametric_error/joint.nc")
