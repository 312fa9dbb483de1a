"""Studies of measurements as a laboratory runs them: asked, told, corrected, moved, killed; in a
copy of the repository and at toy size.
"""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from boed.jobs import store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
LINE = """
import jax.numpy as jnp


def predict(parameters, design):
    return predict_with(parameters, design, {"bias": 0.0})


def predict_with(parameters, design, missing):
    return parameters["slope"] * design["x"] + missing["bias"] * jnp.cos(design["x"])
"""
TRUTH = """

def observe(design):
    return predict_with({"slope": 1.5}, design, {"bias": -0.5})
"""
MEASURED = {
    "system": "line.py",
    "method": "hybrid",
    "recipe": "general",
    "stages": 2,
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.8}, "unit": "V/m"}},
    "missing": {"parameters": {"bias": {"normal": {"mean": 0.0, "deviation": 0.6}}}},
    "designs": {"x": {"lower": -1.0, "upper": 1.0, "unit": "m"}},
    "outputs": {"y": {"unit": "V"}},
    "noise": {"constant": 0.3, "relative": 0.05},
    "experiment": {"grid": 5, "steps": 2},
    "discrepancy_experiment": {"grid": 3, "steps": 2, "members": 10, "samples": 8},
    "calibration": {"rounds": 5},
    "measurements": "data.csv",
    "variants": {"corrected": {}},
}
PREDICTED = {"utility": "predicted"}
SIMULATED = {key: value for key, value in MEASURED.items() if key != "measurements"} | {
    "true_parameters": {"slope": 1.5},
    "replicates": 1,
    "experiment": MEASURED["experiment"] | PREDICTED,
    "discrepancy_experiment": MEASURED["discrepancy_experiment"] | PREDICTED,
}
STEPS = [(1, "physical"), (2, "physical"), (2, "discrepancy")]
HEAD = ["stage", "kind", "x", "y"]


def command(folder, *arguments, results="results"):
    return [
        SNAKEMAKE,
        "-c2",
        *arguments,
        "line",
        "--configfile",
        "line.yaml" if results == "results" else "simulated.yaml",
    ]


def run(folder, *arguments, results="results"):
    """Exit status, names of the rules that ran or would, and all that was printed."""
    done = subprocess.run(
        command(folder, *arguments, results=results),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    text = done.stdout + done.stderr
    return done.returncode, re.findall(r"^(?:local)?rule (\w+):", text, re.MULTILINE), text


def write(folder, rows, head=HEAD):
    with (folder / "data.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


def told(folder):
    """The rows of next.csv, by choice."""
    with (folder / "results/line/next.csv").open(newline="") as stream:
        return {row["choice"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A copy of the repository with a study of measurements, and the same study simulated."""
    folder = tmp_path_factory.mktemp("laboratory") / "boed"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "line.py").write_text(LINE)
    (folder / "line.yaml").write_text(yaml.safe_dump({"studies": {"line": MEASURED}}))
    simulated = {"pathvars": {"results": "simulated"}, "studies": {"line": SIMULATED}}
    (folder / "simulated.yaml").write_text(yaml.safe_dump(simulated))
    return folder


@pytest.fixture(scope="module")
def rows(home):
    """The data of the simulated study as another program writes them."""
    (home / "line.py").write_text(LINE + TRUTH)
    status, _, text = run(home, results="simulated")
    assert status == 0, text
    (home / "line.py").write_text(LINE)
    found = []
    for stage, kind in STEPS:
        data = store.read(
            home / f"simulated/line/corrected/stage_{stage}/{kind}_measurement.nc"
        ).isel(replicate=0)
        found.append([stage, kind, repr(float(data.design[0])), repr(float(data.observation[0]))])
    return found


@pytest.fixture(scope="module")
def finished(home, rows):
    """The folder after all stages, told row by row; which rules ran after each."""
    ran = []
    for count in range(len(rows) + 1):
        write(home, rows[:count])
        status, rules, text = run(home)
        assert status == 0, text
        ran.append(rules)
        if count < len(rows):
            stage, kind, place, _ = rows[count]
            row = told(home)["recommended"]
            assert (row["stage"], row["kind"], row["x [m]"]) == (str(stage), kind, place)
            assert 0 < float(row["tenth_percentile [nat]"]) < float(row["expected_gain [nat]"])
            averse = told(home)["risk_averse"]
            assert float(averse["tenth_percentile [nat]"]) >= float(row["tenth_percentile [nat]"])
    return home, ran


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the finished folder that a test may spoil."""
    return shutil.copytree(finished[0], tmp_path / "boed")


def test_from_the_same_data_a_laboratory_believes_and_chooses_as_a_simulated_study(finished):
    folder, _ = finished
    compared = 0
    for stage, names in (
        (1, ("physical_experiment", "belief")),
        (2, ("physical_experiment", "belief", "discrepancy_experiment", "network")),
        (2, ("corrected_belief",)),
    ):
        for name in names:
            ours, theirs = (
                store.read(folder / f"{results}/line/corrected/stage_{stage}/{name}.nc")
                for results in ("results", "simulated")
            )
            for variable in ours.data_vars:
                compared += 1
                assert ours[variable].values.tobytes() == theirs[variable].values.tobytes()
    assert compared > 40


def test_only_what_a_new_row_touches_runs(finished):
    _, ran = finished
    after = ["state_measurement", "update_belief", "choose_physical"]
    assert sorted(ran[1]) == sorted([*after, "state_next", "draw_next", "line"])
    after = ["state_measurement", "learn_from_data"]
    assert sorted(ran[3]) == sorted([*after, "state_next", "draw_next", "line"])


def test_at_the_end_the_table_says_what_is_believed(finished):
    folder, _ = finished
    (row,) = told(folder).values()
    belief = store.read(folder / "results/line/corrected/stage_2/corrected_belief.nc")
    assert row["choice"] == "none"
    assert float(row["slope_mean [V/m]"]) == pytest.approx(float(belief["mean"][0, 0]), rel=1e-12)
    assert float(row["slope_deviation [V/m]"]) == pytest.approx(float(belief.spread[0]), rel=1e-6)
    assert (folder / "results/figures/line/next.png").stat().st_size > 5000


def test_a_bad_row_is_refused_by_its_line_and_nothing_is_lost(copy, rows):
    before = {p: p.read_bytes() for p in (copy / "results/line").rglob("*") if p.is_file()}
    write(copy, [*rows, [2, "discrepancy", 7.0, 0.1]])
    status, rules, text = run(copy)
    assert status != 0
    assert "data.csv, line 5: x: got 7.0, accepts a number from -1 to 1" in text
    assert not rules
    assert {p: p.read_bytes() for p in before} == before
    write(copy, rows)
    status, rules, text = run(copy)
    assert status == 0, text
    assert "Nothing to be done" in text


def test_a_corrected_row_runs_again_from_there(copy, rows):
    corrected = [rows[0], [*rows[1][:3], "1.0"], rows[2]]
    write(copy, corrected)
    status, rules, text = run(copy, "--dry-run")
    assert status == 0, text
    assert set(rules) == {
        "state_measurement",
        "update_belief",
        "choose_discrepancy",
        "learn_from_data",
        "state_next",
        "draw_next",
        "line",
    }
    assert "stage=1" not in text


def test_moved_with_its_results_and_its_table_a_study_goes_on(copy, rows):
    """Nothing else remembers what was made of which row."""
    shutil.rmtree(copy / ".snakemake")
    status, _, text = run(copy, "--dry-run")
    assert "Nothing to be done" in text
    write(copy, [rows[0], [*rows[1][:3], "1.0"], rows[2]])
    status, rules, text = run(copy, "--dry-run")
    assert status == 0, text
    assert {"state_measurement", "update_belief", "learn_from_data"} <= set(rules)


def test_killed_while_it_learns_the_next_run_gives_the_same(copy, rows):
    belief = copy / "results/line/corrected/stage_2/corrected_belief.nc"
    expected = store.read(belief)
    after = [copy / "results/line/next.csv", copy / "results/figures/line/next.png"]
    for path in (belief, belief.with_name("network.nc"), *after):
        path.unlink()
    log = copy / "results/logs/line/corrected/stage_2/network.log"
    log.unlink()
    arguments = command(copy)
    started = subprocess.Popen(
        arguments,
        cwd=copy,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not log.exists() and started.poll() is None:
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    assert not belief.exists()
    status, _, text = run(copy)
    assert status == 0, text
    found = store.read(belief)
    for variable in expected.data_vars:
        np.testing.assert_array_equal(found[variable], expected[variable])
