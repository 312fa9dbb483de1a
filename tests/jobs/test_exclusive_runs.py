"""Processes that prepare together and run one at a time; in fresh interpreters: one that ran JAX
must not fork.
"""

import json
import os
import subprocess
import sys
from itertools import pairwise

import pytest

PRELUDE = """
import os, time
from pathlib import Path
from boed.jobs.exclusive_runs import together
"""
NUMBERED = """
def work(folder, number, alone):
    (Path(folder) / f"prepared_{number}").touch()
    with alone():
        prepared = len(list(Path(folder).glob("prepared_*")))
        began = time.monotonic()
        time.sleep(0.2)
        return number, os.getpid(), prepared, began, time.monotonic()
"""


def output(code: str, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", PRELUDE + code, *arguments],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_all_prepare_before_any_runs_and_no_two_run_at_once(tmp_path):
    code = (
        NUMBERED + "import json, sys\nprint(json.dumps(list(together(work, [(sys.argv[1], n) "
        "for n in range(5)], 2))))\n"
    )
    found = json.loads(output(code, str(tmp_path)))
    assert [number for number, *_ in found] == list(range(5)), (
        "results come in the order of the arguments"
    )
    assert len({pid for _, pid, *_ in found}) == 5, "each has a process of its own"
    assert [prepared for _, _, prepared, *_ in found] == [2, 2, 4, 4, 5]
    ends = sorted((began, ended) for *_, began, ended in found)
    assert all(ended <= began for (_, ended), (began, _) in pairwise(ends))


@pytest.mark.parametrize(
    ("failing", "error"),
    [("raise ValueError(number)", "ValueError"), ("os._exit(9)", "RuntimeError")],
)
def test_one_that_fails_does_not_leave_the_others_waiting(failing, error):
    code = f"""
def work(number, alone):
    if number == 1:
        {failing}
    with alone():
        return number
try:
    list(together(work, [(0,), (1,), (2,)], 3))
except Exception as error:
    print(type(error).__name__)
"""
    assert output(code).strip() == error
