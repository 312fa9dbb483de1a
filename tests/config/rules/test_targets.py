"""What targets make, which claims' files can be made, names and folders that are refused."""

import json
import re
from pathlib import Path

import pytest
import yaml

from boed.claims import scorecard
from boed.config.overlays import merged, without_nulls
from boed.config.rules.known_names import KnownNames
from boed.config.rules.results_folder import folder_problem
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.studies import Studies
from boed.config.rules.targets import Targets

PAPER = yaml.safe_load(Path("config/config.yaml").read_text())
SMOKE = without_nulls(merged(PAPER, yaml.safe_load(Path("config/smoke.yaml").read_text())))


def of(config):
    return Targets(Studies(config), SensorCases(config["source_inversion"]))


TARGETS = of(SMOKE)
NAMES = KnownNames(TARGETS)


def names(paths, folder="figures"):
    return [path.split("/")[-1] for path in paths if folder in path]


def test_a_study_makes_a_figure_a_variant_and_what_its_blocks_ask_for():
    files = TARGETS.study("structural_error")
    assert files[:2] == [
        f"<results>/structural_error/{name}" for name in ("metrics.nc", "table_1.csv")
    ]
    drawn = names(files)
    assert {f"posteriors_{v}.png" for v in ("robust", "printed", "uncorrected")} <= set(drawn)
    assert [name for name in drawn if "field_errors" in name] == [
        "field_errors_robust.png",
        "field_errors_printed.png",
    ]
    assert "gain_comparison_robust.png" in drawn


@pytest.mark.parametrize("block", ["gain_profile", "gain_comparison"])
def test_a_block_that_a_study_leaves_out_is_a_figure_less(block):
    config = json.loads(json.dumps(SMOKE))
    del config["studies"]["structural_error"][block]
    left = set(TARGETS.study("structural_error")) - set(of(config).study("structural_error"))
    figure = {"gain_profile": "information_gain", "gain_comparison": "gain_comparison"}[block]
    assert left == {f"<results>/figures/structural_error/{figure}_robust.png"}


def test_a_study_of_the_strength_has_costs_and_no_field():
    assert "costs.csv" in names(TARGETS.study("parametric_error"), "parametric_error")
    assert "table_1.csv" not in names(TARGETS.study("parametric_error"), "parametric_error")
    drawn = names(TARGETS.study("active_parametric"))
    assert {"marginals.png", "agreement.png", "designs.png", "models.png"} <= set(drawn)
    assert not [name for name in drawn if name.startswith("fields_")]
    assert names(TARGETS.study("active_ill_posed")) == [
        "beliefs.png",
        "learning.png",
        "fields_learned.png",
    ]


def test_a_risk_study_makes_the_parts_that_it_has():
    assert "sample_sizes.png" in names(TARGETS.study("linear"))
    assert "optimisation.png" not in names(TARGETS.study("linear"))
    numbers = TARGETS.risk_study_numbers("nonlinear")
    assert {"optimisation_1.nc", "optimisation_2.nc", "utility_map.nc"} <= set(numbers)
    assert "sample_sizes.nc" not in numbers


def test_every_file_of_every_target_is_made_once_and_every_figure_is_one_of_them():
    files = TARGETS.everything()
    assert len(files) == len(set(files))
    assert set(TARGETS.figures()) == {file for file in files if file.endswith(".png")}
    assert len(TARGETS.figures()) == 55


def test_every_number_of_the_scorecard_can_be_made_at_paper_scale():
    listed = scorecard.read(sorted(Path("config/claims").glob("*_*.yaml"))[:1])
    files = {file for claim in listed for file in claim.files()}
    targets = of(without_nulls(PAPER))
    assert files
    assert [file for file in files if not targets.can_make(file)] == []


@pytest.mark.parametrize(
    ("file", "made"),
    [
        ("structural_error/metrics.nc", True),
        ("structural_error/joint.nc", False),
        ("structural_error/robust/field_errors.nc", True),
        ("structural_error/uncorrected/field_errors.nc", False),
        ("structural_error/uncorrected/stage_1/physical_experiment.nc", True),
        ("structural_error/uncorrected/stage_2/discrepancy_experiment.nc", False),
        ("structural_error/robust/stage_1/discrepancy_experiment.nc", False),
        ("structural_error/robust/stage_4/physical_experiment.nc", False),
        ("structural_error/robust/stage_2/gain_profile.nc", True),
        ("structural_error/printed/stage_2/gain_profile.nc", False),
        ("structural_error/robust/stage_2/gain_comparison.nc", True),
        ("structural_error/released/stage_1/physical_experiment.nc", False),
        ("active_structural/designs.nc", True),
        ("active_ill_posed/designs.nc", False),
        ("active_structural/informed/history.nc", True),
        ("active_structural/poor/history.nc", False),
        ("sweeps/recipes.nc", True),
        ("sweeps/ablation.nc", False),
        ("linear/sample_sizes.nc", True),
        ("linear/outcomes.nc", False),
        ("scaling/scaling.nc", True),
        ("scaling/rollout.nc", False),
        ("method_comparison/strength.nc", True),
        ("source_inversion/two_sensors/building_4/pairs.nc", True),
        ("source_inversion/one_sensor/utility.nc", False),
        ("surrogate/building_4/validation.nc", True),
        ("surrogate/open/validation.nc", False),
        ("no_such_study/metrics.nc", False),
    ],
)
def test_files_of_the_scorecard_belong_to_the_configuration_or_not(file, made):
    assert TARGETS.can_make(file) is made


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("structural_error/nope/stage_1/belief.nc", ["'nope'", "robust, printed, uncorrected"]),
        ("structural_error/released/history.nc", ["'released'", "robust"]),
        ("structural_error/robust/stage_4/belief.nc", ["'4'", "1, 2, 3"]),
        ("structural_error/robust/stage_1/network.nc", ["'1'", "2, 3"]),
        ("logs/structural_error/nope/stage_1/physical_experiment.log", ["'nope'", "robust"]),
        ("figures/structural_error/posteriors_nope.png", ["'nope'", "robust"]),
        ("no_such_study/metrics.nc", ["'no_such_study'", "structural_error", "linear"]),
        ("figures/no_such_study/utility.png", ["'no_such_study'", "linear"]),
        ("sweeps/nope.nc", ["'nope'", "recipes"]),
        ("figures/sweeps/nope_stages.png", ["'nope'", "recipes"]),
        ("sweeps/recipes/nope.nc", ["'nope'", "axis recipe", "robust, printed"]),
        ("source_inversion/two_sensors/yard/pairs.nc", ["yard", "two_sensors/building_4"]),
        ("source_inversion/fronts/yard.nc", ["yard", "building_4"]),
        ("figures/surrogate/yard.png", ["yard", "building_4"]),
        ("surrogate/yard/training.nc", ["yard", "building_4"]),
        ("networks/weights_2.nc", ["weights_2", "weights_37"]),
        ("method_comparison/nope.nc", ["nope", "ad_eki"]),
        ("scaling/nope.nc", ["nope", "propagator"]),
    ],
)
def test_a_path_to_what_is_not_there_is_answered_with_the_names_that_are(path, said):
    problem = NAMES.problem(path)
    assert all(words in problem for words in said), problem


def test_every_file_that_targets_make_has_known_names():
    files = [*TARGETS.everything(), *TARGETS.network_sizes(), *TARGETS.scaling_parts()]
    files += [f"<results>/{name}" for name in ("figures/networks.png", "benchmarks/kernels.csv")]
    files += ["<results>/structural_error/starting_weights/zero.nc", "<results>/claims.csv"]
    files += ["<results>/structural_error/robust/uncalibrated_experiments.nc"]
    for path in files:
        name = path.removeprefix("<results>/")
        for other in (name, f"logs/{name}", f"logs/{name}.log", f"timings/{name}.tsv"):
            assert NAMES.problem(other) is None, path


def test_wildcards_match_the_names_of_the_configuration_alone():
    patterns = NAMES.patterns()
    for wildcard, known, other in [
        ("study", "linear", "lin"),
        ("variant", "informed", "informed_not"),
        ("stage", "3", "4"),
        ("sweep", "recipes", "recipes_stages"),
        ("size", "weights_37", "weights_38"),
        ("layout", "building_4", "open"),
    ]:
        assert re.fullmatch(patterns[wildcard], known)
        assert not re.fullmatch(patterns[wildcard], other)


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ("results/", "'results'"),
        ("./results", "'results'"),
        ("results//mine", "'results/mine'"),
        ("", "'results'"),
        ("..", "below the one that Snakemake runs in"),
        ("../elsewhere", "below the one that Snakemake runs in"),
        (".", "of their own"),
        ("src", "apart from"),
        ("src/results", "apart from"),
        (".snakemake", "apart from"),
        ("config", "apart from"),
        ("/", "system"),
        ("/usr/results", "system"),
        ("/etc", "system"),
        ("/home", "system"),
    ],
)
def test_a_folder_that_is_not_for_results_is_refused(tmp_path, results, said):
    problem = folder_problem(results, tmp_path, tmp_path)
    assert problem.startswith(f"pathvars.results: got {results!r}")
    assert said in problem


def test_folders_that_hold_the_workflow_or_lead_out_by_a_link_are_refused(tmp_path):
    checkout = tmp_path / "checkout"
    (checkout / "src").mkdir(parents=True)
    (checkout / "out").symlink_to("src")
    (checkout / "away").symlink_to(tmp_path)
    assert "of their own" in folder_problem(str(tmp_path), checkout, checkout)
    assert "apart from" in folder_problem(str(checkout / "src"), checkout, tmp_path / "run")
    assert "apart from" in folder_problem("out", checkout, checkout)
    assert "below the one" in folder_problem("away", checkout, checkout)


@pytest.mark.parametrize("results", ["results", "results/smoke", "out", "srcs", "/scratch/me/boed"])
def test_a_folder_for_results_is_taken(tmp_path, results):
    assert folder_problem(results, tmp_path, tmp_path) is None
