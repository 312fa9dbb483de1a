"""What once slipped through the check and then failed, or misled, in a job."""

import subprocess
import sys
from pathlib import Path

import configurations
import pytest

from boed.config import overlays, validate
from boed.config.overlays import reserved_names
from boed.config.validate import SettingsError

RULES = [path.read_text() for path in sorted(Path("workflow/rules").glob("*.smk"))]
STUDY, LEARNED = "studies.structural_error", "studies.parametric_error"
ACTIVE = "studies.active_structural"
NO_PRIOR = {"model": {"discrepancy": "strength"}, "calibration": {"decay_precision": 0.0}}
FLOW = {"x": [0.0, 30.0], "y": [0.0, 50.0]}
ARRAY = {"side": 3, "spacing": 0.06}
# a building in every corner of the square
CORNERS = [[x, x + 0.2, y, y + 0.2] for x in (0.0, 0.8) for y in (0.0, 0.8)]
CORNERS = [[round(edge, 9) for edge in building] for building in CORNERS]


def overlay(key, value):
    """{first: {second: … value}} of a dotted key."""
    for part in reversed(key.split(".")):
        value = {part: value}
    return value


def refusal(changes, base=configurations.paper):
    layers = [overlay(key, value) for key, value in changes.items()]
    with pytest.raises(SettingsError) as error:
        validate.check(base(*layers), reserved_names(RULES))
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {f"{STUDY}.variants.other": NO_PRIOR},
            f"{STUDY}.variants.other.model.discrepancy: a variant cannot change this key",
        ),
        (
            {"sweeps.risk.axes.noise.other": NO_PRIOR},
            "sweeps.risk.model.discrepancy: a variant cannot change this key",
        ),
        (
            {"networks.sizes.weights_37": NO_PRIOR},
            "networks.sizes.weights_37.model.discrepancy: a variant cannot change this key",
        ),
        (
            {f"{STUDY}.model.velocity": FLOW},
            f"{STUDY}.model.velocity: got {FLOW}, accepts none in hybrid studies",
        ),
        (
            {"sweeps.risk.axes.noise.sampled.array": ARRAY},
            "sweeps.risk.array: got 'a block', accepts none in hybrid studies",
        ),
        (
            {f"{STUDY}.variants.robust.recipe": "active_robust"},
            f"{STUDY}.variants.robust.indicator: got 'a block', accepts none in hybrid studies",
        ),
        (
            {"sweeps.recipes.axes.recipe.robust.recipe": "active_robust"},
            "sweeps.recipes.indicator: got 'a block', accepts none in hybrid studies",
        ),
        (
            {f"{ACTIVE}.recipe": "robust"},
            f"{ACTIVE}.indicator: got None, accepts a block in active studies",
        ),
        (
            {f"{STUDY}.times": [0.05]},
            f"{STUDY}.times: got [0.05], accepts at least two times: a sequential study learns",
        ),
        ({f"{ACTIVE}.times": [0.05]}, f"{ACTIVE}.times: got [0.05], accepts at least two times"),
        (
            {f"{STUDY}.variants.robust.agreement": {"turns": 3}},
            f"{STUDY}.variants.robust.agreement: only the study itself holds this key",
        ),
        (
            {f"{STUDY}.variants.starting_weights": {}},
            f"{STUDY}.variants.starting_weights: got 'starting_weights', accepts another name",
        ),
        (
            {"method_comparison.methods.strength": {"recipe": "robust"}},
            "method_comparison.methods.strength: got 'strength', accepts another name",
        ),
        (
            {"scaling.changes.calibration.rounds": 3},
            "scaling.changes.calibration.rounds: got 3, accepts nothing: the scaling study reads",
        ),
        (
            {"method_comparison.changes.experiment.quadrature_nodes": 99},
            "method_comparison.changes.experiment.quadrature_nodes: got 99, accepts nothing unless",
        ),
        (
            {f"{STUDY}.variants.robust.variants": {}},
            f"{STUDY}.variants.robust.variants: only the study itself holds this key",
        ),
        (
            {"studies.linear.replicates": 3},
            "studies.linear.replicates: unknown key; known here: parameters, correlations, prior",
        ),
        (
            {f"{STUDY}.experiment.times": [0.1]},
            f"{STUDY}.experiment.times: unknown key; known here: initial, domain, lower, upper",
        ),
        ({"scaling.changes": "none"}, "scaling.changes: got 'none', accepts a block of keys"),
        ({"seed": 1e3}, "seed: got 1000.0, accepts a value of type integer"),
        ({"studies": None}, "studies: got None, accepts a block of keys"),
        (
            {"recipes.robust.calibration": None},
            "recipes.robust.calibration: got None, accepts a",
        ),
    ],
)
def test_what_no_job_could_obey_is_refused(changes, line):
    assert line in refusal(changes)


@pytest.mark.parametrize("changes", [None, {}])
@pytest.mark.parametrize("block", ["scaling", "method_comparison"])
def test_no_common_changes_are_none(block, changes):
    config = validate.checked(configurations.paper(overlay(f"{block}.changes", changes)))
    assert isinstance(config[block]["changes"], dict)
    assert overlays.resolve_scaling(config, "propagator")["replicates"] == 20


def without(block, name):
    config = configurations.paper()
    del config[block][name]
    return config


def test_common_changes_may_be_left_out():
    assert validate.checked(without("scaling", "changes"))["scaling"]["changes"] == {}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        *(
            ({f"{STUDY}.truth.width": width}, "structural_error.plume.propagator.points: got 128")
            for width in (0.005, 0.008, 0.01, 0.03)
        ),
        ({f"{STUDY}.model.width": 0.01}, "points: got 128, accepts at least 454, or a model.width"),
        ({f"{LEARNED}.truth.width": 0.01}, "parametric_error.plume.propagator.points: got 128"),
        ({f"{ACTIVE}.truth.width": 0.01}, "active_structural.plume.propagator.points: got 192"),
        ({"plume_figure.truth.width": 0.01}, "plume_figure.plume.propagator.points: got 250"),
        ({f"{STUDY}.plume.propagator.points": 32}, "points: got 32, accepts at least 92, or a tr"),
        ({f"{STUDY}.plume.propagator.points": 8}, "points: got 8, accepts at least 92"),
        (
            {f"{STUDY}.variants.robust.plume.propagator.points": 32},
            f"{STUDY}.variants.robust.plume.propagator.points: got 32, accepts at least 92",
        ),
        (
            {"sweeps.risk.axes.noise.sampled.plume.propagator.points": 32},
            "sweeps.risk.plume.propagator.points: got 32, accepts at least 92",
        ),
        (
            {
                f"{STUDY}.plume.solver": "rollout",
                f"{STUDY}.plume.rollout": {"cells": 60, "time_step": 0.001},
            },
            f"{STUDY}.plume.rollout.cells: got 60, accepts at least 100, or a wider source in tr",
        ),
        (
            {
                f"{STUDY}.plume.solver": "rollout",
                f"{STUDY}.model.source": "reciprocal_printed",
            },
            f"{STUDY}.plume.rollout.cells: got 250, accepts at least 1000, or a wider source in mo",
        ),
        ({"source_inversion.source.width": 0.005}, "source_inversion.cells: got 160, accepts at l"),
        ({"source_inversion.solver.cells": 10}, "source_inversion.solver.cells: got 10, accepts "),
    ],
)
def test_a_grid_needs_the_width_of_its_source(changes, line):
    assert line in refusal(changes)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"sensors": 2}, "source_inversion.sensors: got 2, accepts so many that two places at le"),
        ({"validation.sensors": 2}, "source_inversion.validation.sensors: got 2, accepts so many"),
        ({"training.nodes": 2}, "source_inversion.training.nodes: got 2, accepts so many that two"),
    ],
)
def test_a_grid_needs_places_outside_the_buildings(changes, line):
    built = {"source_inversion.layouts.building_5": CORNERS}
    changes = {f"source_inversion.{key}": value for key, value in changes.items()}
    assert line in refusal(built | changes)


def test_a_prior_needs_places_outside_the_buildings():
    built = {"source_inversion.layouts.building_5": [[0.05, 0.95, 0.05, 0.95]]}
    message = refusal(built | {"source_inversion.prior_nodes": 10})
    assert "source_inversion.prior_nodes: got 10, accepts so many" in message


@pytest.mark.parametrize("base", ["structural_error", "active_structural", "linear"])
@pytest.mark.parametrize(
    "name",
    ["surrogate", "locate_source", "draw_plume", "figures", "logs", "timings", "all", "claims"],
)
def test_a_study_cannot_be_named_like_a_rule_a_target_or_a_folder(base, name):
    message = refusal({f"studies.{name}": {"like": base}})
    assert f"studies.{name}: got '{name}', accepts a name that no rule, target or folder" in message


def test_a_study_cannot_be_named_like_the_check_of_another():
    message = refusal({"studies.check_linear": {"like": "linear"}})
    assert "studies.check_linear: got 'check_linear', accepts another name: a study's" in message


def test_names_of_rules_are_found_however_they_are_written():
    text = "rule plain:\n    input: 1\nuse rule plain as other with:\ncheckpoint third:\n"
    assert {"plain", "other", "third"} <= reserved_names([text])
    assert "folder" in reserved_names(['"<results>/folder/file.nc"'])
    assert {"all", "logs", "timings", "figures"} <= reserved_names([])


def test_every_wrong_key_is_named_at_once():
    wrong = {
        "seed": "one",
        f"{STUDY}.correkt": True,
        f"{STUDY}.plume.propagator.points": 7,
        "source_inversion.front.strides": [],
        "studies.linear.noise.constant": -1.0,
        "benchmarks.adjoint.datum.place": [1.0],
    }
    lines = refusal(wrong).splitlines()[1:]
    assert len(lines) == len(wrong)
    assert all(any(line.strip().startswith(f"{key}: ") for line in lines) for key in wrong)


def test_every_contradiction_of_whole_blocks_is_named_at_once():
    wrong = {
        "plume_figure.times": [0.1, 0.05],
        f"{STUDY}.belief.upper": -1.0,
        "studies.linear.samples": [100, 100],
        "scaling.members.values": [8, 8],
        "source_inversion.outcomes.worst": 4000,
    }
    message = refusal(wrong)
    assert all(f"{key}: got" in message for key in wrong)


START = """
import time
import snakemake.cli
began = time.process_time()
import yaml
from boed.config import overlays, validate
config = yaml.load(open("config/config.yaml", encoding="utf-8"), Loader=yaml.CSafeLoader)
validate.checked(config, overlays.reserved_names([]))
print(time.process_time() - began)
"""


def test_reading_and_checking_the_configuration_is_quick():
    """What every start of Snakemake takes longer by: 0.4 s, but a busy machine is slower."""
    ran = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert float(ran.stdout) < 2.0
