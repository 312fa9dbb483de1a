"""What a black box cannot do is said before any job, by name; what it can has its own defaults."""

import configurations
import pytest
from described import SEQUENTIAL, write_model
from refusals import refusal

from boed.config import validate
from boed.config.overlays import merged, resolved
from boed.config.rules.narrowing import with_files
from boed.config.rules.rule_parameters import RuleParameters
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.studies import Studies
from boed.config.rules.targets import Targets, runs_at_once

MODEL = (
    "import numpy as np\n\n\ndef simulate(parameters, design):\n    return np.exp(design['t'])\n"
)
NORMAL = {"normal": {"mean": 0.0, "deviation": 1.0}}
SYSTEM = {
    "command": "sh solver.sh {input} {output}",
    "parameters": {"ka": NORMAL},
    "designs": {"t": {"lower": 0.0, "upper": 1.0}},
    "noise": {"constant": 1.0},
}
STUDY = {"system": "solver", "method": "risk"}


def layers(study, system):
    return {"systems": {"solver": merged(SYSTEM, system)}, "studies": {"mine": STUDY | study}}


def refused(study=None, system=None):
    """What the check says of a study of the command, with changes."""

    def change(config):
        for name, block in layers(study or {}, system or {}).items():
            config[name] |= block

    return refusal(change)


def checked(study=None, system=None):
    return validate.checked(configurations.paper(layers(study or {}, system or {})))


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        ({"optimisation": {}}, "optimisation", "got 'a block', accepts null of a black box: sear"),
        ({"map": {}}, "map", "null of a black box: it is run for one experiment"),
        ({"convergence": {"design": 0.5}}, "convergence", "null of a black box: it takes many"),
        (
            {"outcomes": {"designs": [0.5], "parameters": [0.0]}},
            "outcomes",
            "null of a black box: it takes quadrature",
        ),
        ({"quadrature_nodes": 100}, "quadrature_nodes", "got 100, accepts null of a black box"),
        ({"experiments": 2}, "experiments", "got 2, accepts 1 of a black box"),
        ({"runs": 3}, "runs", "got 3, accepts 1 of a black box: all estimates rest on the same"),
        ({"way": "fast"}, "way", "pairwise or automatic of a black box"),
        ({"time_limit": 0.0}, "time_limit", "got 0.0, accepts a number > 0"),
        ({"chunk": 0}, "chunk", "got 0, accepts a number ≥ 1"),
        ({"black_box": "simulate"}, "black_box", "null beside command"),
    ],
)
def test_what_a_black_box_cannot_do_is_named(changes, key, accepts):
    lines = refused(changes).splitlines()
    assert [line for line in lines if f"studies.mine.{key}: " in line and accepts in line], lines


@pytest.mark.parametrize(
    ("system", "key", "accepts"),
    [
        ({"command": "sh solver.sh {input}"}, "command", "a command with {output} among its words"),
        ({"command": "sh 'solver.sh {input} {output}"}, "command", "words as a shell has them"),
        ({"noise": {"constant": None, "function": "deviation"}}, "noise.function", "none without"),
        ({"function": "linear"}, "function", "got 'linear', accepts one of linear, nonlinear, or"),
        ({"missing": {"parameters": {"b": NORMAL}}}, "missing", "nothing can be learned inside"),
    ],
)
def test_what_a_system_with_a_command_cannot_be_is_named(system, key, accepts):
    lines = refused(system=system).splitlines()
    assert [line for line in lines if f".{key}: " in line and accepts in line], lines


def test_a_program_that_is_not_there_is_named():
    assert "systems.solver.command: got './no {input} {output}', accepts a program" in refused(
        system={"command": "./no {input} {output}"}
    )


@pytest.mark.parametrize("method", ["hybrid", "active"])
def test_methods_that_follow_gradients_refuse_it(method):
    several = SEQUENTIAL | {"method": method, "missing": None, "true_parameters": {"ka": 0.0}}
    said = refused(several)
    assert (
        "studies.mine.command: got 'sh solver.sh {input} {output}', accepts null in hybrid" in said
    )
    assert "method: risk needs none" in said


def test_keys_of_black_boxes_are_refused_without_one(tmp_path):
    path = write_model(tmp_path)
    study = {name: SYSTEM[name] for name in ("parameters", "designs", "noise")}
    study |= {"system": path, "method": "risk", "time_limit": 3.0}
    said = refusal(lambda config: config["studies"].update(mine=study))
    assert "mine.time_limit: got 3.0, accepts nothing without command or black_box" in said


def test_a_function_of_a_file_need_not_be_predict(tmp_path):
    path = write_model(tmp_path, MODEL)
    study = {name: SYSTEM[name] for name in ("parameters", "designs", "noise")}
    study |= {"system": path, "method": "risk", "black_box": "simulate"}
    validate.check(configurations.paper({"studies": {"mine": study}}))
    study["black_box"] = "predict"
    said = refusal(lambda config: config["studies"].update(mine=study))
    assert f"studies.mine.system: got {path!r}, accepts a file with a function predict(" in said


def test_a_black_box_has_fewer_samples_and_designs_and_jobs_for_them():
    config = checked()
    settings = resolved(config, "mine")
    assert (settings["samples"], settings["nodes"], settings["runs"]) == ([200], 13, 1)
    assert (settings["time_limit"], settings["chunk"]) == (600.0, 25)
    assert "quadrature_nodes" not in settings
    studies = Studies(config)
    targets = Targets(studies, SensorCases(config["source_inversion"]))
    assert studies.black_boxes() == ["mine"]
    assert targets.chunks("mine")[-1] == "<results>/mine/runs/chunk_7.nc"
    assert targets.runs("mine") == ["<results>/mine/runs.nc"]
    assert targets.runs("linear") == []
    few = resolved(checked({"samples": [10, 30], "time_limit": 2.0}), "mine")
    assert (few["samples"], few["time_limit"]) == ([10, 30], 2.0)


def test_runs_depend_on_what_makes_them_and_on_the_files_that_the_command_names(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "solver.sh").write_text("true\n")
    parameters = RuleParameters(Studies(checked()))
    solver = parameters.solver("mine")
    assert set(solver) == {"command", "files", "outputs", "time_limit"}
    assert list(solver["files"]) == ["solver.sh"]
    planned = parameters.planned_runs("mine")
    assert set(planned) == {"parameters", "designs", "experiments", "nodes", "samples"}
    assert with_files({"command": "no_file {input} {output}"}) == {
        "command": "no_file {input} {output}"
    }


@pytest.mark.parametrize(
    ("jobs", "cores", "at_once"), [(8, 2, 1), (4, 2, 1), (3, 2, 2), (1, 2, 2), (9, 2, 1), (5, 1, 1)]
)
def test_no_core_is_idle_for_long(jobs, cores, at_once):
    assert runs_at_once(jobs, cores) == at_once
