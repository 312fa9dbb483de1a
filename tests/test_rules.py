"""The rule files as Snakemake reads them: what it refuses, and from where they can be used."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from described import smallest, write_model

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
CONFIGURATIONS = [ROOT / f"config/{name}.yaml" for name in ("config", "smoke")]


def dry_run(folder, *arguments):
    """Exit status and text of a dry run in a folder."""
    command = [SNAKEMAKE, "--dry-run", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def smoke(folder, *arguments, overlays=()):
    """A dry run of the smoke configuration with its results in another folder."""
    files = ["--snakefile", ROOT / "Snakefile", "--configfile", *CONFIGURATIONS, *overlays]
    return dry_run(folder, *arguments, *files)


def test_a_study_of_a_users_file_is_a_target(tmp_path):
    """Its path is seen from the folder that Snakemake runs in."""
    write_model(tmp_path)
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(yaml.safe_dump({"studies": {"drug": smallest("model.py")}}))
    status, text = smoke(tmp_path, "drug", overlays=[overlay])
    assert status == 0, text
    made = ("utility", "utilities", "risk_measures")
    assert all(f"output: results/smoke/drug/{name}.nc" in text for name in made)
    assert "optimise_design" not in text
    (tmp_path / "model.py").unlink()
    status, text = smoke(tmp_path, "drug", overlays=[overlay])
    assert status != 0
    assert "studies.drug.system: got 'model.py', accepts the path of a Python file" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("structural_error/nope/stage_1/belief.nc", "there are: robust, printed, uncorrected"),
        ("structural_error/robust/stage_7/belief.nc", "there are: 1, 2, 3"),
        ("surrogate/nope/training.nc", "there are: building_4"),
    ],
)
def test_a_target_that_is_not_there_is_answered_with_the_names_that_are(tmp_path, target, said):
    status, text = smoke(tmp_path, f"results/smoke/{target}")
    assert status != 0
    assert f"WorkflowError in file {str(ROOT / 'workflow/rules/common.smk')!r}" in text.replace(
        '"', "'"
    )
    assert f"results/smoke/{target}: '" in text
    assert said in text
    assert "KeyError" not in text


@pytest.mark.parametrize(
    ("results", "said"),
    [("out/", "accepts a plain path such as 'out'"), ("..", "accepts a folder")],
)
def test_a_folder_that_is_not_for_results_is_refused_before_any_job(tmp_path, results, said):
    status, text = smoke(tmp_path, "simulate_plume", "--config", f"pathvars={{results: {results}}}")
    assert status != 0
    assert f"pathvars.results: got {results!r}" in text
    assert said in text
    assert "Building DAG" not in text


def test_another_workflow_can_use_the_rules(tmp_path):
    """With rules of its own, which stay as they are, and a folder of its own."""
    (tmp_path / "Snakefile").write_text(
        "\n".join(
            [
                *(f"configfile: {str(path)!r}" for path in CONFIGURATIONS),
                f"module boed:\n    snakefile: {str(ROOT / 'Snakefile')!r}\n    config: config",
                "use rule * from boed as boed_*",
                "use rule simulate_plume from boed as again with:\n    output: 'again/plume.nc'",
                "rule mine:\n    output: 'mine.txt'\n    shell: 'touch {output}'",
            ]
        )
    )
    status, text = dry_run(tmp_path, "results/smoke/claims.csv", "again/plume.nc", "mine.txt")
    assert status == 0, text
    jobs = dict.fromkeys(text.split("\nrule ")[1:])
    (mine,) = (job for job in jobs if job.startswith("mine:"))
    assert "log:" not in mine
    (again,) = (job for job in jobs if job.startswith("again:"))
    assert "log: results/smoke/logs/again/plume.log" in again
    (claims,) = (job for job in jobs if job.startswith("boed_score_claims:"))
    assert str(ROOT / "config/claims/ad_eki.yaml") in claims


def test_every_job_has_log_timing_and_memory(tmp_path):
    status, text = smoke(tmp_path, "results/smoke/figures/plume.png")
    assert status == 0, text
    draw = text.split("\nrule draw_plume:")[1].split("\n\n")[0]
    assert "log: results/smoke/logs/figures/plume.log" in draw
    assert "benchmark: results/smoke/timings/figures/plume.tsv" in draw
    assert "mem_mb=1000" in draw
    assert "runtime=5" in draw
