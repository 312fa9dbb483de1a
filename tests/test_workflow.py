"""The workflow as a user runs it, in a copy of the repository: smoke run, reruns, failures,
recovery.

One long file on purpose: all its tests share the one smoke run of a fixture, and the tests of a
file stay in one process.
"""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr
import yaml

from boed.claims import published_runs, scorecard
from boed.jobs import store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
RESULTS = Path("results/smoke")
STUDY = RESULTS / "structural_error"


def snakemake(folder, *arguments, overlay=None):
    """Run Snakemake in a folder, with changes to the smoke configuration; its exit status and all
    it printed.
    """
    files = ["config/smoke.yaml"]
    if overlay is not None:
        (folder / "mine.yaml").write_text(yaml.safe_dump(overlay, sort_keys=False))
        files.append("mine.yaml")
    command = [SNAKEMAKE, *arguments, "--configfile", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def planned(folder, overlay=None):
    """(rules, outputs) that a dry run would run again."""
    status, text = snakemake(folder, "--dry-run", overlay=overlay)
    assert status == 0, text
    rules = set(re.findall(r"^(?:local)?rule (\w+):", text, re.MULTILINE))
    outputs = re.findall(r"^    output: (.*)$", text, re.MULTILINE)
    return rules, [name for line in outputs for name in line.split(", ")]


def tree(folder, pattern="**/*"):
    """{path: bytes} of results, without logs and timings."""
    files = (p for p in (folder / RESULTS).glob(pattern) if p.is_file())
    return {
        p.relative_to(folder): p.read_bytes()
        for p in files
        if not {"logs", "timings"} & set(p.parts)
    }


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A copy of the repository in which the smoke workflow has run."""
    folder = tmp_path_factory.mktemp("workflow") / "boed"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    began = time.monotonic()
    status, text = snakemake(folder)
    print(f"smoke workflow: {time.monotonic() - began:.0f} s")
    assert status == 0, text[-5000:]
    return folder


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the finished folder that a test may spoil."""
    return shutil.copytree(finished, tmp_path / "boed")


def structural(**changes):
    """An overlay that changes the study of structural error."""
    return {"studies": {"structural_error": changes}}


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_every_file_is_finite_described_and_tells_where_it_came_from(finished):
    files = sorted((finished / RESULTS).rglob("*.nc"))
    assert len(files) > 40
    for path in files:
        dataset = store.read(path)
        store.require_finite(dataset)
        store.require_described(dataset)
        parameters = json.loads(dataset.attrs["parameters"])
        assert f"scripts/{parameters['rule']}.py" in json.loads(dataset.attrs["code_digests"])


def test_metrics_have_the_promised_variables_and_dimensions(finished):
    metrics = store.read(finished / STUDY / "metrics.nc")
    for name in ("location_error", "posterior_spread"):
        assert metrics[name].dims == ("variant", "replicate", "stage")
        assert metrics[name].shape == (3, 2, 3)
        assert (metrics[name] > 0).all()
    belief = store.read(finished / STUDY / "robust/stage_3/corrected_belief.nc")
    np.testing.assert_array_equal(
        metrics.location_error.sel(variant="robust", stage=3), belief.location_error
    )


def test_every_claim_has_its_row_and_a_verdict(finished):
    with open(finished / RESULTS / "claims.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    papers = ("ad_eki", "active_learning", "mean_variance")
    listed = scorecard.read([ROOT / f"config/claims/{paper}.yaml" for paper in papers])
    assert tuple(rows[0]) == scorecard.COLUMNS
    assert [row["id"] for row in rows] == [claim.id for claim in listed]
    for claim, row in zip(listed, rows, strict=True):
        for name in scorecard.JUDGED:
            verdict = row[f"verdict_{name}"]
            assert (verdict in scorecard.VERDICTS) == (name in claim.columns)
            assert bool(row[name]) == (verdict in ("holds", "partly", "fails"))
    # the smoke run has few stages, variants and layouts, but some claims it can tell
    judged = {row["id"] for row in rows if row["ours"]}
    assert {"ad_eki-fields-local-falls", "active_learning-source-indicator"} <= judged
    assert "ad_eki-source-converges" not in judged


def test_published_runs_stand_beside_ours(finished):
    with open(finished / RESULTS / "published_runs.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == published_runs.COLUMNS
    assert len(rows) == len(published_runs.read(ROOT / "config/claims/published_runs.yaml"))
    metrics = store.read(finished / STUDY / "metrics.nc").location_error.sel(
        variant="robust", stage=2
    )
    own = next(
        r
        for r in rows
        if (r["id"], r["recipe"], r["at"]) == ("ad_eki-fig7-distance", "robust", "stage 2")
    )
    assert float(own["median"]) == pytest.approx(float(metrics.median()), rel=0.005)
    assert own["replicates"] == "2"


def test_the_page_of_claims_shows_every_claim(finished):
    page = (finished / RESULTS / "claims.html").read_text()
    with open(finished / RESULTS / "claims.csv", newline="") as stream:
        for row in csv.DictReader(stream):
            assert f'id="{row["id"]}"' in page


def test_figures_are_there_twice_and_not_empty(finished):
    images = sorted((finished / RESULTS / "figures").rglob("*.png"))
    assert len(images) == 55
    for image in images:
        assert image.stat().st_size > 10_000
        assert image.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_replicates_differ_and_share_what_is_not_random(finished):
    design = store.read(finished / STUDY / "robust/stage_2/discrepancy_experiment.nc").design.values
    assert not np.allclose(design[0], design[1])
    first = store.read(finished / STUDY / "robust/stage_1/physical_experiment.nc").design.values
    np.testing.assert_array_equal(first[0], first[1])


@pytest.mark.parametrize("recipe", ["robust", "printed"])
def test_a_sweep_case_is_the_study_that_the_rules_run(finished, recipe):
    """One process for all stages gives what two jobs a stage give, from the same random numbers."""
    metrics = store.read(finished / STUDY / "metrics.nc").sel(variant=recipe)
    case = store.read(finished / RESULTS / f"sweeps/recipes/{recipe}.nc").sel(
        case=f"{recipe}-released-none"
    )
    for name in ("location_error", "posterior_spread", "credible_level"):
        np.testing.assert_allclose(
            case[name].values.T, metrics[name].values, rtol=1e-6, err_msg=name
        )
    network = store.read(finished / STUDY / recipe / "stage_3/network.nc").weights.values
    np.testing.assert_allclose(case.weights.values[-1], network, rtol=1e-6)
    gathered = store.read(finished / RESULTS / "sweeps/recipes.nc")
    own = gathered.sel(recipe=recipe, problem="released", noise="none")
    np.testing.assert_array_equal(own.location_error, case.location_error)


def test_the_targets_that_are_not_part_of_all_run_too(copy):
    status, text = snakemake(copy, "networks", "benchmarks")
    assert status == 0, text[-5000:]
    size = store.read(copy / RESULTS / "networks/weights_37.nc")
    store.require_finite(size)
    assert size.weights == 37
    assert size.location_error.dims == ("stage", "replicate")
    with open(copy / RESULTS / "benchmarks/kernels.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == (
        "kernel",
        "setting",
        "seconds",
        "baseline",
        "baseline_seconds",
        "ratio",
        "peak_mb",
        "error",
    )
    assert all(float(row["seconds"]) > 0 for row in rows)
    with open(copy / RESULTS / "benchmarks/startup.csv", newline="") as stream:
        assert {row["rule"] for row in csv.DictReader(stream)} == {
            "locate_source",
            "learn_discrepancy",
        }
    assert float(store.read(copy / RESULTS / "benchmarks/adjoint.nc").difference.max()) < 1e-6
    for name in ("networks", "benchmarks", "adjoint"):
        assert (copy / RESULTS / f"figures/{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize("model", ["adjoint", "solver"])
def test_another_forward_model_needs_no_surrogate(copy, model):
    mine = {"source_inversion": {"model": model}}
    case = RESULTS / "source_inversion/two_sensors/building_4"
    shutil.rmtree(copy / RESULTS / "surrogate")
    status, text = snakemake(copy, str(case / "outcomes.nc"), overlay=mine)
    assert status == 0, text[-3000:]
    assert not (copy / RESULTS / "surrogate").exists()
    parameters = json.loads(store.read(copy / case / "pairs.nc").attrs["parameters"])
    assert parameters["settings"]["model"] == model


def test_a_surrogate_for_another_layout_is_refused(copy):
    """The layout changes; what the surrogate was trained on is not allowed to be made again."""
    mine = {"source_inversion": {"layouts": {"building_4": [[0.4, 0.6, 0.2, 0.8]]}}}
    target = str(RESULTS / "source_inversion/two_sensors/building_4/pairs.nc")
    status, text = snakemake(copy, target, "--allowed-rules", "sample_sensor_pairs", overlay=mine)
    assert status != 0
    assert (
        "surrogate.nc: made for buildings = [[0.45, 0.55, 0.1, 0.9]], not for "
        "[[0.4, 0.6, 0.2, 0.8]]" in text
    )


def test_compound_counts_the_datum_twice_and_replace_once(copy):
    variants = {name: {"recipe": "released", "reupdate": name} for name in ("compound", "replace")}
    targets = [f"{STUDY}/{name}/stage_2/corrected_belief.nc" for name in variants]
    status, text = snakemake(copy, *targets, overlay=structural(variants=variants))
    assert status == 0, text[-3000:]
    prior = store.read(copy / STUDY / "compound/stage_1/belief.nc").log_probability.values
    first = store.read(copy / STUDY / "compound/stage_2/belief.nc").log_probability.values
    twice, once = (store.read(copy / target).log_probability.values for target in targets)
    # the same network and datum in both: their likelihood, up to its constant, is the difference
    # from each start
    ratio = (twice - first) - (once - prior)
    assert ratio.std(axis=(1, 2)).max() < 1e-9
    assert np.abs(twice - once).max() > 0.1


def test_a_second_run_has_nothing_to_do(finished):
    status, text = snakemake(finished, "--dry-run")
    assert status == 0
    assert "Nothing to be done" in text


def test_words_rerun_nothing(copy):
    edit(copy / "src/boed/inference/eki.py", '"""One iteration w_j', '"""One single iteration w_j')
    edit(
        copy / "src/boed/inference/eki.py",
        "    innovation = ",
        "    # a comment\n    innovation = ",
    )
    for path in copy.rglob("*.py"):
        os.utime(path)
    assert planned(copy) == (set(), [])


def test_the_kernel_of_the_inversion_reruns_the_discrepancy_design_and_what_follows(copy):
    edit(
        copy / "src/boed/inference/eki.py",
        "anomalies.T) / (members - 1)",
        "anomalies.T) / members",
    )
    rules, outputs = planned(copy)
    assert rules == {
        "learn_discrepancy",
        "locate_source",
        "assess_fields",
        "profile_gain",
        "collect_metrics",
        "draw_posteriors",
        "draw_location_error",
        "draw_information_gain",
        "draw_field_errors",
        "tabulate_field_errors",
        "score_claims",
        "compose_claims_page",
        "all",
        "run_cases",
        "gather_sweep",
        "tabulate_sweep",
        "draw_sweep",
        "draw_sweep_stages",
        "compare_gains",
        "draw_gain_comparison",
        "compare_costs",
        "draw_joint",
        "measure_scaling",
        "gather_scaling",
        "draw_scaling",
        "run_method",
        "gather_methods",
        "draw_methods",
        "learn_actively",
        "compare_designs",
        "draw_beliefs",
        "draw_active_learning",
        "draw_designs",
        "draw_fields",
        "draw_models",
        "tabulate_learning",
        "tabulate_models",
    }
    again = [name for name in outputs if "/stage_" in name]
    assert again
    assert not [name for name in again if "stage_1/" in name or "/uncorrected/" in name]
    assert not [
        name
        for name in again
        if name.endswith(("stage_2/belief.nc", "stage_2/physical_experiment.nc"))
    ]
    assert not [name for name in outputs if "starting_weights" in name or "plume" in name]


def test_a_number_reruns_what_it_touches(copy):
    mine = {"recipes": {"robust": {"calibration": {"draws": 3}}}}
    rules, outputs = planned(copy, overlay=mine)
    assert "learn_discrepancy" in rules
    assert not rules & {"pretrain_network", "simulate_plume", "draw_plume"}
    assert f"{STUDY}/robust/stage_2/physical_experiment.nc" not in outputs
    assert f"{STUDY}/robust/stage_2/network.nc" in outputs


def test_a_number_of_an_active_study_reruns_that_study_alone(copy):
    mine = {"studies": {"active_ill_posed": {"array": {"spacing": 0.05}}}}
    rules, outputs = planned(copy, overlay=mine)
    drawn = {"draw_beliefs", "draw_active_learning", "draw_fields", "tabulate_learning"}
    assert rules == {"learn_actively", *drawn, "score_claims", "compose_claims_page", "all"}
    assert not [
        name for name in outputs if "active_structural" in name or "active_parametric" in name
    ]


def test_the_last_stages_number_reruns_the_last_stage_only(copy):
    changed = {"robust": {"calibration": {"rates": [0.005, 0.0049]}}}
    mine = structural(variants=changed, plume={"rollout": {"cells": 61}})
    _, outputs = planned(copy, overlay=mine)
    again = {name for name in outputs if "/stage_" in name}
    half = ("discrepancy_experiment", "discrepancy_measurement", "network", "corrected_belief")
    assert again == {f"{STUDY}/robust/stage_3/{name}.nc" for name in half}


def test_a_figure_reruns_itself_alone(copy):
    edit(copy / "workflow/scripts/draw_plume.py", "2.1 * count", "2.2 * count")
    rules, _ = planned(copy)
    assert rules == {"draw_plume", "all"}


def test_a_rerun_gives_the_same_bytes(copy):
    before = tree(copy)
    for name in (
        "robust/stage_2",
        "robust/stage_3",
        "metrics.nc",
        "starting_weights/pretrained.nc",
    ):
        path = copy / STUDY / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(copy / RESULTS / "figures/structural_error")
    status, text = snakemake(copy)
    assert status == 0, text[-3000:]
    after = tree(copy)
    assert before.keys() == after.keys()
    assert [str(name) for name in before if before[name] != after[name]] == []


@pytest.mark.parametrize("moment", [2.5, 6.0])
def test_a_killed_run_is_completed_by_the_next_with_the_same_bytes(copy, moment):
    before = tree(copy, "structural_error/robust/stage_[23]/*")
    shutil.rmtree(copy / STUDY / "robust/stage_2")
    shutil.rmtree(copy / STUDY / "robust/stage_3")
    target = f"{STUDY}/robust/stage_2/corrected_belief.nc"
    command = [SNAKEMAKE, target, "--configfile", "config/smoke.yaml"]
    run = subprocess.Popen(
        command,
        cwd=copy,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(moment)
    assert run.poll() is None, "the run was over before it could be killed"
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    for path in (copy / STUDY).rglob("[!.]*.nc"):
        store.read(path)
    status, text = snakemake(copy, target)
    assert status == 0, text[-3000:]
    after = tree(copy, "structural_error/robust/stage_2/*")
    assert {name: before[name] for name in after} == after
    assert len(after) == 7


def test_a_truncated_input_is_named_and_deleting_it_mends_the_run(copy):
    stage = copy / STUDY / "robust/stage_2"
    before, target = (stage / "network.nc").read_bytes(), f"{STUDY}/robust/stage_2/network.nc"
    belief = stage / "belief.nc"
    belief.write_bytes(belief.read_bytes()[:3000])
    (stage / "network.nc").unlink()
    status, text = snakemake(copy, target)
    assert status != 0
    assert "belief.nc: not a complete netCDF file" in text
    assert not list(stage.glob(".*partial"))
    belief.unlink()
    status, text = snakemake(copy, target)
    assert status == 0, text[-3000:]
    assert (stage / "network.nc").read_bytes() == before


def test_a_failing_import_leaves_its_traceback_in_the_log(copy):
    edit(
        copy / "src/boed/studies/assessment/field_assessment.py",
        "from typing import NamedTuple",
        "from typing import NoSuchThing, NamedTuple",
    )
    target = f"{STUDY}/robust/field_errors.nc"
    status, _ = snakemake(copy, target)
    assert status != 0
    log = (copy / RESULTS / "logs/structural_error/robust/field_errors.log").read_text()
    assert "Traceback" in log
    assert "NoSuchThing" in log


@pytest.mark.parametrize("vouched", [True, False])
def test_a_poisoned_input_stops_the_job_with_its_name_and_no_output(copy, vouched):
    """Whether or not the file holds a checksum, which a number changed later contradicts."""
    network = copy / STUDY / "starting_weights/pretrained.nc"
    with netCDF4.Dataset(network, "a") as dataset:
        dataset["weights"][0] = np.nan
        if not vouched:
            dataset.delncattr("content_sha256")
    target = copy / STUDY / "robust/stage_1/belief.nc"
    target.unlink()
    status, _ = snakemake(copy, str(target.relative_to(copy)), "--allowed-rules", "locate_source")
    assert status != 0
    log = (
        copy / RESULTS / "logs/structural_error/robust/stage_1/physical_experiment.log"
    ).read_text()
    complaint = "damaged" if vouched else "this input holds numbers that are not finite: weights"
    assert f"pretrained.nc: {complaint}" in log
    assert not target.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"plume": {"rollout": {"cels": 10}}},
            "studies.structural_error.plume.rollout.cels: unknown key",
        ),
        (
            {"discrepancy_experiment": {"members": 1}},
            "discrepancy_experiment.members: got 1, accepts a number ≥ 2",
        ),
        (
            {"times": [0.1, 0.05, 0.2]},
            "structural_error.times: got [0.1, 0.05, 0.2], accepts strictly increasing",
        ),
        (
            {"experiment": {"initial": [1.5, 0.5]}},
            "experiment.initial: got [1.5, 0.5], accepts coordinates in [0.0",
        ),
    ],
)
def test_a_wrong_configuration_ends_before_any_job(finished, changes, message):
    status, text = snakemake(finished, overlay=structural(**changes))
    assert status != 0
    assert message in text
    assert "Traceback" not in text
    assert "Building DAG" not in text


def test_the_rollout_runs_the_same_study(copy):
    """The papers' solver, by one word of the configuration, gives about the
    propagator's posterior.
    """
    # one cell a width of the source at least
    solver = {"solver": "rollout", "rollout": {"cells": 120}}
    mine = structural(plume=solver) | {"pathvars": {"results": "results/rollout"}}
    target = "results/rollout/structural_error/uncorrected/stage_1/belief.nc"
    status, text = snakemake(copy, target, overlay=mine)
    assert status == 0, text[-3000:]
    with xr.open_dataset(copy / target) as ours:
        spectral = store.read(copy / STUDY / "uncorrected/stage_1/belief.nc")
        assert abs(ours.spread - spectral.spread).max() < 0.2 * spectral.spread.max()


def test_predicted_utilities_run_the_same_study(copy):
    """By two words of the configuration; what is expected differs from what the true
    system gives.
    """
    predicted = {"utility": "predicted"}
    both = {"experiment": predicted, "discrepancy_experiment": predicted}
    mine = structural(variants={"predicted": both})
    stage = f"{STUDY}/predicted/stage_2"
    status, text = snakemake(copy, f"{stage}/discrepancy_experiment.nc", overlay=mine)
    assert status == 0, text[-3000:]
    for name in ("physical_experiment", "discrepancy_experiment"):
        search = store.read(copy / f"{stage}/{name}.nc")
        measured = store.read(copy / f"{STUDY}/robust/stage_2/{name}.nc")
        assert (search.utility.values > 0).all()
        assert not np.allclose(search.utility, measured.utility, rtol=0.05)
        assert (search.finite.values == 1).all()
