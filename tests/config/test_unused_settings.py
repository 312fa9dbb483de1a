"""Every setting of a study is read by what runs, or refused by name."""

from copy import deepcopy
from pathlib import Path

import configurations
import numpy as np
import pytest

from boed.config import overlays, unused_settings, validate
from boed.config.overlays import reserved_names
from boed.config.validate import SettingsError
from boed.studies.active import campaign as active_campaign
from boed.studies.sweeps import campaign as hybrid_campaign
from boed.systems.plume import assumed_flow

RULES = [path.read_text() for path in sorted(Path("workflow/rules").glob("*.smk"))]
SMOKE = configurations.smoke()
STUDY, ACTIVE = "studies.structural_error", "studies.active_structural"
# read by the jobs around a sequence (files, pre-training), and by the checks alone
ELSEWHERE = (
    "replicates",
    "starting_network",
    "network.first_layer_scale",
    "network.pretraining",
    "designs",
)
ELSEWHERE += ("gain_profile", "gain_comparison", "experiment.lower", "experiment.upper", "correct")


class Recorder(dict):
    """A mapping that notes which of its leaves are read, by their dotted keys."""

    def __init__(self, values, seen, path=""):
        super().__init__(values)
        self.seen, self.path = seen, path

    def __getitem__(self, key):
        value, own = super().__getitem__(key), f"{self.path}.{key}" if self.path else str(key)
        if isinstance(value, dict):
            return Recorder(value, self.seen, own)
        self.seen.add(own)
        return value

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

    def items(self):
        return [(key, self[key]) for key in self]

    def __iter__(self):
        # ** and dict() read through __getitem__ only where a mapping iterates in its own way
        yield from super().__iter__()

    def __or__(self, other):
        return Recorder(dict.__or__(self, other), self.seen, self.path)


def toy(study, *changes):
    """A study of the smoke configuration with two stages, one replicate, and changes on top."""
    small = {"replicates": 1, "times": [0.05, 0.06], "belief": {"cells": 9}}
    small |= {"experiment": {"steps": [1, 1]}, "calibration": {"rates": [0.005], "rounds": 2}}
    small["discrepancy_experiment"] = {"members": 4, "steps": 1}
    whole = overlays.resolved(overlays.without_nulls(SMOKE), study, *changes, small)
    solver = whole["plume"]["solver"]
    kept = {key: value for key, value in whole["plume"].items() if key in (solver, "solver")}
    return whole | {
        "plume": kept | {key: whole["plume"][key] for key in ("diffusivity", "velocity")}
    }


def not_read(study, method, *changes):
    """Settings that a run of all stages does not read and that are not said to be unused."""
    plain, seen = toy(study, *changes), set()
    own, first = Recorder(plain, seen), np.zeros((1, 37)) + 0.01
    if method == "hybrid":
        hybrid_campaign.run(hybrid_campaign.kernels(own), own, 1, study, first)
    else:
        active_campaign.run(own, 1, study, assumed_flow.first_weights(plain["model"], first))
    known = unused_settings.unused(plain, method)
    left = [
        path
        for path in unused_settings.leaves(plain)
        if not any(read_from(path, one) for one in seen)
    ]
    return [p for p in left if not unused_settings.reason(p, known) and not p.startswith(ELSEWHERE)]


def read_from(path, seen):
    """Whether a leaf is one that was read: an empty mapping is read where it is asked for."""
    return path == seen or path.startswith(f"{seen}.")


PREDICTED = {
    "experiment": {"utility": "predicted"},
    "discrepancy_experiment": {"utility": "predicted"},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        [{"recipe": "released"}],
        [{"recipe": "printed"}],
        [{"recipe": "robust"}, PREDICTED],
        [{"recipe": "robust", "calibration": {"centres": "belief", "data": "discrepancy"}}],
        [{"recipe": "robust", "calibration": {"centres": "local_maxima", "decay_precision": 0.0}}],
        [{"recipe": "robust", "correct": False}],
    ],
)
def test_every_setting_of_a_plume_study_is_read_or_said_to_be_unused(changes):
    assert not_read("structural_error", "hybrid", *changes) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        [{"recipe": "active_released", "indicator": {"shift": {"stage": 2, "by": [0.05, -0.05]}}}],
        [{"recipe": "active_robust", "indicator": {"budget": 2, "threshold": 0.5}}],
        [{"recipe": "active_robust", "correct": False}],
    ],
)
def test_every_setting_of_an_active_study_is_read_or_said_to_be_unused(changes):
    assert not_read("active_structural", "active", *changes) == []


def refusal(*puts):
    config = deepcopy(SMOKE)
    for key, value in puts:
        *path, last = key.split(".")
        node = config
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value
    with pytest.raises(SettingsError) as error:
        validate.check(config, reserved_names(RULES))
    return str(error.value)


VARIANT, OTHER = f"{STUDY}.variants.robust", f"{ACTIVE}.variants.informed"
ARRAY, AXIS = {"side": 3, "spacing": 0.06}, "sweeps.recipes.axes.recipe.robust"
DESIGNS = SMOKE["studies"]["active_structural"]["designs"]
PROFILE = SMOKE["studies"]["structural_error"]["gain_profile"]
FLOW = {"x": [0.0, 30.0], "y": [0.0, 50.0]}


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        (f"{VARIANT}.calibration.data", "newest", "accepts discrepancy or all"),
        (f"{VARIANT}.array", ARRAY, "none in hybrid studies"),
        (f"{STUDY}.array", ARRAY, "none in hybrid studies"),
        (f"{AXIS}.array", ARRAY, "none in hybrid studies"),
        (f"{VARIANT}.indicator", {"budget": 2}, "none in hybrid studies"),
        (f"{STUDY}.designs", DESIGNS, "none in hybrid studies"),
        (f"{VARIANT}.model.velocity", FLOW, "none in hybrid studies"),
        (f"{VARIANT}.model.discrepancy", "strength", "a variant cannot change this key"),
        (f"{AXIS}.model.discrepancy", "strength", "a variant cannot change this key"),
        (
            f"{STUDY}.variants.printed.calibration.draws",
            4,
            "nothing unless calibration.centres is belief",
        ),
        (
            f"{VARIANT}.calibration.least_share",
            0.1,
            "nothing unless calibration.centres is local_maxima",
        ),
        (
            f"{AXIS}.calibration.peaks",
            3,
            "nothing unless calibration.centres is refined_top_cells or",
        ),
        (
            f"{VARIANT}.experiment.quadrature_nodes",
            99,
            "nothing unless experiment.utility is predicted",
        ),
        (
            f"{VARIANT}.discrepancy_experiment.samples",
            9,
            "nothing unless discrepancy_experiment.utility is",
        ),
        (
            f"{STUDY}.variants.uncorrected.calibration.rates",
            [0.1, 0.1],
            "nothing unless correct is true",
        ),
        (f"{OTHER}.calibration.data", "discrepancy", "accepts newest or all"),
        (f"{OTHER}.discrepancy_experiment.utility", "predicted", "measured in active studies"),
        (f"{OTHER}.discrepancy_experiment.ensembles", "carried", "fresh in active studies"),
        (f"{OTHER}.discrepancy_experiment.grid", 3, "none in active studies"),
        (f"{OTHER}.indicator.shift", {"stage": 9, "by": [0.1, 0.0]}, "a stage from 2 to 3"),
        (f"{ACTIVE}.gain_profile", PROFILE, "none in active studies"),
        ("studies.parametric_error.network", {"hidden": 4}, "network"),
        (
            "studies.parametric_error.starting_network",
            "zero",
            "nothing unless model.discrepancy is network",
        ),
    ],
)
def test_a_setting_that_nothing_reads_is_refused_by_name(key, value, named):
    message = refusal((key, value))
    assert key.removeprefix(f"{AXIS}.") in message
    assert named in message


def test_the_released_weights_are_of_one_shape_of_network():
    message = refusal((f"{STUDY}.network.hidden", 5))
    assert "starting_network: got 'released', accepts pretrained or zero" in message


@pytest.mark.parametrize(
    "name", ["surrogate", "locate_source", "figures", "logs", "source_inversion", "timings"]
)
@pytest.mark.parametrize("base", ["structural_error", "active_structural", "linear"])
def test_a_study_cannot_have_the_name_of_a_rule_a_target_or_a_folder(name, base):
    assert name in refusal((f"studies.{name}", SMOKE["studies"][base]))


def test_a_key_used_in_some_case_of_an_axis_is_not_refused():
    """Draws are read where another axis holds the source by the belief, in every second case."""
    config = deepcopy(SMOKE)
    held = {
        "by_map": {"calibration": {"centres": "map"}},
        "by_belief": {"calibration": {"centres": "belief"}},
    }
    axes = {"held": held, "draws": {"few": {"calibration": {"draws": 2}}}}
    config["sweeps"]["ablation"] = {"study": "structural_error", "replicates": 1, "axes": axes}
    validate.check(config, reserved_names(RULES))
