"""The examples as a user runs them, in a copy of the repository and at toy size; a model that
cannot run is answered before a run.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from boed.jobs import store

ROOT = Path(__file__).parent.parent
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
EXAMPLE = Path("examples/pharmacokinetics")
STUDY = "pharmacokinetics"
TOY = {
    "nodes": 5,
    "samples": [20, 40],
    "runs": 2,
    "map": {"nodes": 3, "samples": 20},
    "optimisation": {
        "samples": 20,
        "initial": 2,
        "iterations": 1,
        "starts": 1,
        "evaluations": 2,
    },
}


def test_the_smallest_study_is_short():
    files = [path for path in (ROOT / EXAMPLE).iterdir() if path.is_file()]
    assert sorted(path.name for path in files) == ["config.yaml", "model.py"]
    assert sum(len(path.read_text().splitlines()) for path in files) <= 25


@pytest.fixture
def copy(tmp_path):
    """A copy of the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def snakemake(folder, *targets, **changes):
    """Exit status and text of a run of the example at toy size, with changes of its study."""
    return run(folder, EXAMPLE, {"studies": {STUDY: TOY | changes}}, *targets)


def run(folder, example, overlay, *targets):
    """The same of any example, with an overlay over its configuration."""
    (folder / "toy.yaml").write_text(yaml.safe_dump(overlay))
    command = [SNAKEMAKE, "-c2", *targets, "--configfile", example / "config.yaml", "toy.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_the_example_runs_with_its_check_and_with_units_of_the_configuration(copy):
    status, text = snakemake(copy, f"check_{STUDY}", STUDY)
    assert status == 0, text
    results = copy / "results" / STUDY
    page = (results / "check.txt").read_text()
    assert "predict       can be traced and gives concentration" in page
    assert "FAILS" not in page
    utility, pairs = (store.read(results / f"{name}.nc") for name in ("utility", "utility_map"))
    assert (utility.design.units, utility.design.long_name) == ("h", "t")
    assert (pairs["first"].units, pairs["first"].long_name) == ("h", "t of the first run")
    assert "exact_expected_utility" not in utility
    searched = store.read(results / "optimisation_2.nc")
    assert searched.coordinate.values.tolist() == ["t_1", "t_2"]
    figures = sorted(path.stem for path in (copy / "results/figures" / STUDY).glob("*.png"))
    expected = ["optimisation", "risk_measures", "utilities", "utility", "utility_map"]
    assert figures == expected
    assert not list((copy / EXAMPLE).glob("__pycache__"))


@pytest.mark.slow
def test_three_experiments_at_once_between_forbidden_times(copy):
    """Quasi-random designs and searches in place of curves and maps."""
    changes = {
        "experiments": 3,
        "nodes": 16,
        "map": None,
        "forbidden": [{"t": [8.0, 16.0]}],
        "optimisation": TOY["optimisation"] | {"experiments": [3]},
    }
    status, text = snakemake(copy, STUDY, **changes)
    assert status == 0, text
    results = copy / "results" / STUDY
    places = store.read(results / "utility.nc").place.values
    tried = store.read(results / "optimisation_3.nc").design.values
    assert places.shape == (16, 3)
    for times in (places, tried):
        assert ((times < 8.0) | (times > 16.0)).all()


@pytest.mark.slow
def test_a_model_that_cannot_run_fails_with_file_function_and_cure(copy):
    model = copy / EXAMPLE / "model.py"
    model.write_text(model.read_text().replace("jax.numpy as jnp", "numpy as jnp"))
    status, text = snakemake(copy, f"check_{STUDY}")
    assert status != 0
    assert f"{EXAMPLE}/model.py, line 6 (`return 400 * ka" in text
    assert "predict: NumPy and SciPy cannot compute with values that JAX traces" in text
    assert "use jax.numpy" in text
    assert "Traceback" not in text
    assert not (copy / "results" / STUDY / "check.txt").exists()


@pytest.mark.slow
def test_what_the_model_of_an_epidemic_misses_is_learned(copy):
    """With half the replicates, shorter searches and a stage less than the example: the model's
    error with the true parameters falls to a third at most, in the median.
    """
    search = {"grid": 9, "steps": 4}
    changes = {"replicates": 4, "stages": 4, "variants": {"uncorrected": None}}
    changes |= {"experiment": search, "discrepancy_experiment": search}
    example, overlay = Path("examples/epidemic"), {"studies": {"epidemic": changes}}
    status, text = run(copy, example, overlay, "epidemic")
    assert status == 0, text
    outputs = store.read(copy / "results/epidemic/corrected/outputs.nc")
    medians = outputs.error.median("replicate").values
    assert len(medians) == 5
    assert medians[-1] <= medians[0] / 3
    assert (copy / "results/figures/epidemic/outputs_corrected.png").exists()


LINE = """
def predict(parameters, design):
    return predict_with(parameters, design, {"bias": 0.0})


def predict_with(parameters, design, missing):
    return parameters["slope"] * design["x"] + missing["bias"]


def observe(design):
    return predict_with({"slope": 1.5}, design, {"bias": -0.5})
"""
JOINT = {
    "system": "line.py",
    "method": "hybrid",
    "replicates": 2,
    "stages": 2,
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.8}}},
    "missing": {"parameters": {"bias": {"normal": {"mean": 0.0, "deviation": 0.6}}}},
    "designs": {"x": {"lower": -1.0, "upper": 1.0}},
    "noise": {"constant": 0.3},
    "experiment": {"grid": 5, "steps": 2},
    "true_parameters": {"slope": 1.5, "bias": -0.5},
    "variants": {"alone": {"correct": False}, "joint": {"joint": True}},
}


@pytest.mark.slow
def test_a_variant_whose_belief_holds_what_is_missing_stands_beside_another(copy):
    """The spread is of the slope in both; where the bias is unknown it is the wider one."""
    (copy / "line.py").write_text(LINE)
    overlay = {"studies": {"epidemic": None, "line": JOINT}}
    status, text = run(copy, Path("examples/epidemic"), overlay, "line")
    assert status == 0, text
    results = copy / "results/line"
    metrics = store.read(results / "metrics.nc")
    alone, joint = (metrics.posterior_spread.sel(variant=name) for name in ("alone", "joint"))
    assert (joint.isel(stage=0) > 1.1 * alone.isel(stage=0)).all()
    belief = store.read(results / "joint/stage_2/belief.nc")
    assert belief.log_probability.dims == ("replicate", "slope", "bias")
    assert store.read(results / "alone/stage_2/belief.nc").log_probability.dims[1:] == ("slope",)
    outputs = store.read(results / "joint/outputs.nc")
    # all that is true is known
    assert float(outputs.error.max()) < 1e-12
    assert (copy / "results/figures/line/outputs_joint.png").exists()


@pytest.mark.slow
def test_a_town_that_is_tested_is_told_where_to_test_next(copy):
    """The first two tests of the table that comes with the example, at toy size."""
    example = Path("examples/epidemic/measured.yaml")
    table = (copy / "examples/epidemic/tests.csv").read_text().splitlines()
    assert len(table) == 6
    (copy / "two.csv").write_text("\n".join(table[:3]) + "\n")
    small = {"grid": 3, "steps": 2}
    changes = {
        "measurements": "two.csv",
        "experiment": small,
        "discrepancy_experiment": small | {"samples": 2, "members": 8},
    }
    (copy / "toy.yaml").write_text(yaml.safe_dump({"studies": {"town": changes}}))
    command = [SNAKEMAKE, "-c2", "town", "--configfile", example, "toy.yaml"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = (copy / "results/town/next.csv").read_text().splitlines()[1:]
    for row, choice in zip(rows, ("recommended", "most_expected", "risk_averse"), strict=True):
        assert row.startswith(f"{choice},2,discrepancy,")
    assert (copy / "results/figures/town/next.png").exists()


def test_the_black_box_is_short():
    files = [path for path in (ROOT / "examples/black_box").iterdir() if path.is_file()]
    assert sorted(path.name for path in files) == ["config.yaml", "solver.sh"]
    assert sum(len(path.read_text().splitlines()) for path in files) <= 40


@pytest.mark.slow
def test_a_program_that_is_run_as_it_is_has_utilities_and_risk_with_names_and_units(copy):
    example, toy = Path("examples/black_box"), {"nodes": 3, "samples": [10, 20]}
    overlay = {"studies": {"black_box": toy}}
    status, text = run(copy, example, overlay, "check_black_box", "black_box")
    assert status == 0, text
    results = copy / "results/black_box"
    page = (results / "check.txt").read_text()
    assert "sh examples/black_box/solver.sh" in page
    assert " gives temperature = " in page
    utility, runs = (store.read(results / f"{name}.nc") for name in ("utility", "runs"))
    assert (utility.design.units, utility.design.long_name) == ("min", "t")
    assert utility.runs.values.tolist() == [20, 20, 20]
    assert utility.failed_runs.values.tolist() == [0, 0, 0]
    rate, start = runs.parameters.values.T
    for place, time in enumerate(runs.designs.values[:, 0]):
        expected = 20 + (start - 20) * np.exp(-rate * time)
        np.testing.assert_allclose(runs.predictions.values[place, :, 0], expected, atol=1e-5)
    figures = sorted(path.stem for path in (copy / "results/figures/black_box").glob("*.png"))
    assert figures == ["risk_measures", "utilities", "utility"]
