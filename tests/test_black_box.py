"""Runs of a black box through the rules: killed half-way, with runs that fail, and again."""

import os
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
# θ·d, and one run in twenty fails, whatever its θ
SOLVER = """
echo run >> calls.log
sleep 0.1
awk -F'[:,]' '
/"theta"/ { theta = $2 }
/"d"/ { d = $2 }
END {
    if (int(1000000 * (theta < 0 ? -theta : theta)) % 20 == 0) {
        print "diverged" > "/dev/stderr"
        exit 3
    }
    printf "{\\"y\\": %.12f}", theta * d
}' "$1" > "$2"
"""
SYSTEM = {
    "command": "sh solver.sh {input} {output}",
    "parameters": {"theta": {"normal": {"mean": 0.0, "deviation": 3.0}}},
    "designs": {"d": {"lower": 0.0, "upper": 1.0, "unit": "m"}},
    "noise": {"constant": 1.0},
}
STUDY = {"system": "line", "method": "risk", "nodes": 3, "samples": [40], "chunk": 20}
RUNS = 120


@pytest.fixture
def folder(tmp_path):
    """A folder with the solver and the configuration of a study of it."""
    (tmp_path / "solver.sh").write_text(SOLVER)
    overlay = {"systems": {"line": SYSTEM}, "studies": {"line_study": STUDY}}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(overlay))
    return tmp_path


def start(folder, *targets):
    """Snakemake as a session of its own, to be killed whole."""
    configs = [ROOT / "config/config.yaml", "mine.yaml"]
    command = [SNAKEMAKE, "--snakefile", ROOT / "Snakefile", "-c2", *targets]
    return subprocess.Popen(
        [*command, "--configfile", *configs],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(folder, *targets):
    """Run Snakemake to its end, which must be a good one."""
    process = start(folder, *targets)
    text, _ = process.communicate()
    assert process.returncode == 0, text


def records(folder, kind="*"):
    """Files of runs that have ended."""
    return list((folder / "results/line_study/runs").glob(f"{kind}/*/*.json"))


def calls(folder):
    """How often the solver has been started."""
    log = folder / "calls.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_after_a_kill_the_missing_runs_alone_are_made_and_failed_ones_on_request(folder):
    process = start(folder, "results/line_study/utility.nc")
    for _ in range(600):
        if len(records(folder)) > 30:
            break
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept, began = len(records(folder)), calls(folder)
    assert 30 < kept < RUNS
    assert began - kept <= 2
    finish(folder, "results/line_study/utility.nc")
    assert calls(folder) - began == RUNS - kept
    utility, failed = (
        store.read(folder / "results/line_study/utility.nc"),
        records(folder, "failed"),
    )
    assert 0 < len(failed) < 20
    assert int(utility.failed_runs.sum()) == len(failed)
    assert int(utility.runs.sum()) == RUNS - len(failed)
    exact = 0.5 * np.log(1 + 9 * utility.design.values**2)
    off = np.abs(utility.expected_utility.values - exact)
    # too low by half of one over the samples that carry an outcome
    bias = 0.5 / utility.effective_samples.values
    assert (off <= 3.5 * utility.expected_utility_error.values + bias).all()
    said = (folder / "results/logs/line_study/utility.log").read_text()
    assert f"rest on {RUNS - len(failed)} runs of the black box" in said
    logs = [path.read_text() for path in (folder / "results/logs/line_study/runs").glob("ch*.log")]
    assert sum(text.count("exit status 3; it wrote: diverged") for text in logs) == len(failed)
    before = calls(folder)
    finish(folder, "results/line_study/utility.nc", "--forcerun", "run_black_box")
    assert calls(folder) == before
    for path in failed:
        path.unlink()
    finish(folder, "results/line_study/utility.nc", "--forcerun", "run_black_box")
    assert calls(folder) - before == len(failed)


def test_more_samples_and_other_chunks_make_what_is_missing(folder):
    finish(folder, "results/line_study/runs.nc")
    before = calls(folder)
    overlay = yaml.safe_load((folder / "mine.yaml").read_text())
    overlay["studies"]["line_study"] |= {"samples": [50], "chunk": 30}
    (folder / "mine.yaml").write_text(yaml.safe_dump(overlay))
    finish(folder, "results/line_study/runs.nc")
    assert calls(folder) - before == 30
    runs = store.read(folder / "results/line_study/runs.nc")
    assert runs.predictions.shape == (3, 50, 1)
    (folder / "solver.sh").write_text(SOLVER.replace("theta * d", "2 * theta * d"))
    finish(folder, "results/line_study/runs.nc")
    twice = store.read(folder / "results/line_study/runs.nc")
    assert calls(folder) - before == 180
    np.testing.assert_allclose(twice.predictions, 2 * runs.predictions, atol=1e-9)
