"""Black boxes: commands and functions that JAX cannot see into, and how their runs fail."""

import shlex
import sys
import time

import jax
import pytest

from boed.systems.black_box import check
from boed.systems.black_box.command import of_words
from boed.systems.black_box.outputs import RunFailed, checked
from boed.systems.black_box.served import Served
from boed.systems.black_box.solver import solver_of

GIVEN = {"parameters": {"theta": 2.0}, "design": {"d": 3.0}}
PRODUCT = """
import json, sys
given = json.load(open(sys.argv[1]))
print("working")
json.dump({"y": given["parameters"]["theta"] * given["design"]["d"]}, open(sys.argv[2], "w"))
"""
MODEL = """
import math
import os
import time

import numpy as np


def simulate(parameters, design):
    print("working")
    if design["d"] == 0.0:
        raise ValueError("no design")
    if design["d"] == 4.0:
        time.sleep(60)
    if design["d"] == 5.0:
        os._exit(3)
    if design["d"] == 6.0:
        return {"y": np.nan, "z": 1.0}
    return {"y": np.float32(math.prod([parameters["theta"], design["d"]])), "z": np.array(1)}
"""


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ({"y": 1, "z": 2.5, "more": "text"}, {"y": 1.0, "z": 2.5}),
        ([1.0, 2.0], {"y": 1.0, "z": 2.0}),
    ],
)
def test_outputs_are_numbers_by_name_or_in_order(returned, expected):
    assert checked(returned, ("y", "z")) == expected
    assert checked(3.0, ("y",)) == {"y": 3.0}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ({"y": 1.0}, "gave no output z: there is y"),
        ({"y": 1.0, "z": float("nan")}, "output z is nan, not finite"),
        ({"y": 1.0, "z": "2"}, "output z is '2', no number"),
        ({"y": True, "z": 1.0}, "output y is True, no number"),
        ({"y": None, "z": 1.0}, "output y is None, no number"),
        ([1.0], "1 numbers for 2 outputs, y, z"),
        ("text", "gave str, where the outputs y, z by name are needed"),
    ],
)
def test_malformed_outputs_are_named(returned, said):
    with pytest.raises(RunFailed, match=said):
        checked(returned, ("y", "z"))


def command(line, limit=10.0):
    return of_words(line, ("y",), limit)


def test_a_command_reads_and_writes_json(tmp_path):
    (tmp_path / "a solver.py").write_text(PRODUCT)
    line = f"{sys.executable} '{tmp_path}/a solver.py' {{input}} {{output}}"
    assert command(line)(GIVEN) == {"y": 6.0}


@pytest.mark.parametrize(
    ("script", "said", "log"),
    [
        ("echo no licence >&2; exit 3", "exit status 3", "no licence"),
        ("kill -9 $$", "ended by signal 9", ""),
        ("true", "wrote no file {output}", ""),
        ("echo y: 1 > $1", "what it wrote to {output} is no JSON", ""),
        ("echo '{\"x\": 1}' > $1; echo done", "gave no output y: there is x", "done"),
    ],
)
def test_a_command_that_fails_says_why_with_the_end_of_what_it_wrote(script, said, log):
    with pytest.raises(RunFailed) as failure:
        command(f"sh -c {shlex.quote(script)} {{input}} {{output}}")(GIVEN)
    assert said in failure.value.reason
    assert log in failure.value.log


def test_a_run_ends_at_its_time_limit_with_all_that_it_started():
    began = time.perf_counter()
    with pytest.raises(RunFailed, match="ended after its time limit of 0.2 s"):
        command("sh -c 'sleep 60 | cat' {input} {output}", limit=0.2)(GIVEN)
    assert time.perf_counter() - began < 5


def test_a_command_that_is_not_there_ends_all():
    with pytest.raises(ValueError, match="command: './no_such' cannot be started: No such file"):
        command("./no_such {input} {output}")(GIVEN)


def test_a_function_is_called_with_numbers_and_may_fail_or_hang(tmp_path):
    (tmp_path / "model.py").write_text(MODEL)
    served = Served(str(tmp_path / "model.py"), "simulate", ("y", "z"), time_limit=0.5)
    designs = {
        0.0: r"model.py, line 12 .*simulate: ValueError: no design",
        4.0: "ended after its time limit of 0.5 s",
        5.0: "its process ended with status 3",
        6.0: "output y is nan",
    }
    try:
        assert served(GIVEN) == {"y": 6.0, "z": 1.0}
        for design, said in designs.items():
            with pytest.raises(RunFailed, match=said) as failure:
                served({"parameters": {"theta": 2.0}, "design": {"d": design}})
            if design in (0.0, 6.0):
                assert failure.value.log == "working"
        assert served(GIVEN) == {"y": 6.0, "z": 1.0}
    finally:
        served.close()


def test_a_function_that_is_not_there_ends_all(tmp_path):
    (tmp_path / "model.py").write_text(MODEL)
    served = Served(str(tmp_path / "model.py"), "simulated", ("y",), time_limit=1.0)
    with pytest.raises(ValueError, match="no function `simulated` .functions there: simulate"):
        served(GIVEN)
    served.close()


def settings(line):
    return {
        "command": line,
        "time_limit": 10.0,
        "parameters": {"theta": {"normal": {"mean": 0.0, "deviation": 1.0}}},
        "designs": {"d": {"candidates": [1.0, 2.0]}},
        "outputs": {"y": {}},
        "noise": {"constant": 0.5},
    }


def test_the_check_runs_a_black_box_a_few_times(tmp_path):
    (tmp_path / "solver.py").write_text(PRODUCT)
    line = f"{sys.executable} {tmp_path}/solver.py {{input}} {{output}}"
    found = check.findings(settings(line), jax.random.key(0))
    assert [finding.what for finding in found] == ["description", "run", "run", "run", "noise"]
    assert all(finding.good for finding in found)
    assert "theta = " in found[1].text
    assert " gives y = " in found[1].text
    broken = check.findings(settings("sh -c 'echo oh; exit 2' {input} {output}"), jax.random.key(0))
    assert not broken[-1].good
    assert "exit status 2; it wrote: oh" in broken[-1].text
    assert type(solver_of(settings(line))).__name__ == "Command"
