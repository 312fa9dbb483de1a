"""Runs of a black box: recorded so that none is made twice, and what is estimated from them."""

import json
import logging
import time

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest

from boed.design.risk_measures import RISK_MEASURES
from boed.figures import estimator_curves, style
from boed.jobs import store
from boed.studies.black_box import chunk, plan, stored
from boed.studies.risk import comparisons, designs_looked_at, utility_curves
from boed.systems.black_box.command import Command
from boed.systems.black_box.outputs import RunFailed

SETTINGS = {
    "command": "solver {input} {output}",
    "time_limit": 10.0,
    "parameters": {"theta": {"normal": {"mean": 0.0, "deviation": 3.0}}},
    "designs": {"d": {"lower": 0.0, "upper": 1.0, "unit": "m"}},
    "outputs": {"y": {"unit": "K"}},
    "noise": {"constant": 1.0},
    "experiments": 1,
    "nodes": 3,
    "way": "automatic",
    "samples": [200, 2000],
    "runs": 1,
    "aversions": [0.0, 0.5],
    "risk": {"mean_variance": 0.5, "conditional_value_at_risk": 1.0},
}


class Product:
    """A solver that counts its calls; it fails where `broken` says so."""

    def __init__(self, broken=lambda number: False):
        self.calls, self.broken = 0, broken

    def __call__(self, given):
        self.calls += 1
        if self.broken(self.calls):
            raise RunFailed("exit status 1", "oh")
        return {"y": given["parameters"]["theta"] * given["design"]["d"]}

    def close(self):
        pass


def planned(samples=4):
    return plan.plan(SETTINGS | {"samples": [samples]}, jax.random.key(1))


def test_more_samples_begin_with_the_same_ones():
    few, many = planned(4), planned(9)
    np.testing.assert_array_equal(few.parameters, many.parameters[:4])
    assert many.designs.values.tolist() == [[0.0], [0.5], [1.0]]


def made(tmp_path, solver, **changes):
    records = chunk.records_of(SETTINGS | changes, tmp_path)
    return chunk.made(list(chunk.givens(planned())), lambda: solver, records, 2)


def test_no_run_is_made_twice_and_failed_ones_only_on_request(tmp_path, caplog):
    caplog.set_level(logging.INFO, "boed")
    solver = Product(lambda number: number in (3, 8))
    first = made(tmp_path, solver)
    assert solver.calls == 12
    assert sum(one.outputs is None for one in first) == 2
    assert "failed: exit status 1; it wrote: oh; its record is" in caplog.text
    assert "theta = " in caplog.text
    again = made(tmp_path, solver)
    assert solver.calls == 12
    assert [one.outputs for one in again] == [one.outputs for one in first]
    assert "earlier, the run with theta" in caplog.text
    for path in (tmp_path / "failed").rglob("*.json"):
        path.unlink()
    assert all(one.outputs for one in made(tmp_path, solver))
    assert solver.calls == 14
    # another program, or another file of it
    made(tmp_path, solver, files={"solver": "an edit"})
    assert solver.calls == 26


def test_a_record_that_is_torn_or_lacks_an_output_is_made_again(tmp_path):
    solver = Product()
    made(tmp_path, solver)
    torn, lacking, *_ = sorted((tmp_path / "done").rglob("*.json"))
    torn.write_text(torn.read_text()[:20])
    record = json.loads(lacking.read_text())
    lacking.write_text(json.dumps(record | {"outputs": {"x": 1.0}}))
    made(tmp_path, solver)
    assert solver.calls == 14


def test_samples_that_are_the_same_are_run_once(tmp_path):
    solver, records = Product(), chunk.records_of(SETTINGS, tmp_path)
    runs = [*chunk.givens(planned())] * 2
    outcomes = chunk.made(runs, lambda: solver, records, 2)
    assert solver.calls == 12
    assert outcomes[:12] == outcomes[12:]


class Stopping(Command):
    """Of the first run it finds that it cannot be started, while others are under way."""

    def __call__(self, given):
        if given["design"]["d"] == 0.0:
            time.sleep(0.5)
            raise ValueError("cannot be started")
        return super().__call__(given)


def test_runs_that_end_with_their_job_have_not_failed(tmp_path):
    began, words = time.perf_counter(), ("sh", "-c", "sleep 60")
    records, runs = chunk.records_of(SETTINGS, tmp_path), list(chunk.givens(planned()))
    with pytest.raises(ValueError, match="cannot be started"):
        chunk.made(runs, lambda: Stopping(words, ("y",), 30.0), records, 2)
    assert time.perf_counter() - began < 10
    assert not list(tmp_path.rglob("*.json"))


def test_what_reached_its_time_limit_is_made_again_with_a_longer_one(tmp_path):
    made(tmp_path, Product(lambda number: number == 1), time_limit=0.0)
    solver = Product()
    made(tmp_path, solver, time_limit=0.0)
    assert solver.calls == 0
    made(tmp_path, solver, time_limit=1.0)
    assert solver.calls == 1


def runs(monkeypatch, tmp_path, broken=lambda number: False, samples=2000):
    """All runs of the study, in two chunks, as a file."""
    solver = Product(broken)
    monkeypatch.setattr(chunk, "solver_of", lambda _: solver)
    monkeypatch.setattr(chunk.Records, "write", lambda self, given, outcome: "nowhere")
    whole = planned(samples)
    parts = [whole.isel(sample=slice(0, 50)), whole.isel(sample=slice(50, None))]
    chunks = [chunk.chunk(SETTINGS, part, tmp_path, 1) for part in parts]
    dataset = stored.gathered(whole, chunks)
    store.write(dataset, tmp_path / "runs.nc", {})
    return str(tmp_path / "runs.nc")


@pytest.mark.parametrize("every", [None, 20])
def test_estimates_are_the_closed_form_and_say_how_many_runs_they_rest_on(
    every, monkeypatch, tmp_path, caplog
):
    """U = ½ log(1 + 9d²), V = ½ (1 − 1/(1 + 9d²))², with a twentieth of the runs failed or none."""
    caplog.set_level(logging.INFO, "boed")
    file = runs(monkeypatch, tmp_path, lambda number: bool(every) and number % every == 0)
    problem, looked = stored.problem(SETTINGS, [file]), designs_looked_at.looked_at(SETTINGS)
    keys = jax.random.split(jax.random.key(0), 1)
    curves = utility_curves.curves(problem, SETTINGS, looked.designs, keys)
    data = utility_curves.dataset(curves, SETTINGS, looked).assign(stored.counted(problem))
    store.write(data, tmp_path / "utility.nc", {})
    total = 1 + 9 * looked.designs[:, 0] ** 2
    exact = {
        "expected_utility": 0.5 * np.log(total),
        "utility_variance": 0.5 * (1 - 1 / total) ** 2,
    }
    for name, values in exact.items():
        off = np.abs(data[name].values - values)
        assert (off <= 3.5 * data[f"{name}_error"].values + 1e-9).all(), name
        assert (data[f"{name}_error"].values[1:] < 0.1).all()
    failed = 300 if every else 0
    assert int(data.failed_runs.sum()) == failed
    assert int(data.runs.sum()) == 6000 - failed
    assert f"rest on {6000 - failed} runs of the black box" in caplog.text
    style.use()
    panels = estimator_curves.figure(store.read(tmp_path / "utility.nc")).axes
    assert len(panels) == 6
    assert panels[-1].get_xlabel() == "design d [m]"
    assert f"{6000 - failed:,} runs" in panels[0].get_title()
    plt.close("all")
    worths = comparisons.by_measures(problem, SETTINGS, looked.designs, keys[0])
    assert list(SETTINGS["risk"]) == [name for name in RISK_MEASURES if name in SETTINGS["risk"]]
    mean, variance = exact.values()
    np.testing.assert_allclose(worths[:, 0, 0], mean - 0.5 * variance, atol=0.1)
    np.testing.assert_allclose(worths[:, 0, 1], mean, atol=0.1)
    moments = comparisons.by_utilities(problem, SETTINGS, looked.designs, keys[0])
    np.testing.assert_allclose(moments[0, :, 0], [mean, mean], atol=0.15)


def test_failed_runs_count_nothing_whatever_stands_in_their_place(monkeypatch, tmp_path):
    file = runs(monkeypatch, tmp_path, lambda number: number % 7 == 0, samples=60)
    whole = stored.problem(SETTINGS, [file])
    predictions, ended = np.array(whole.runs.predictions), np.array(whole.runs.ended)[..., None]
    one, two = (
        whole._replace(runs=whole.runs._replace(predictions=np.where(ended, predictions, other)))
        for other in (9.9, -7.0)
    )
    keys = jax.random.split(jax.random.key(0), 1)
    designs = designs_looked_at.looked_at(SETTINGS).designs
    settings = SETTINGS | {"samples": [60]}
    one, two = (utility_curves.curves(problem, settings, designs, keys) for problem in (one, two))
    for name in one.runs:
        np.testing.assert_array_equal(one.runs[name], two.runs[name])
    np.testing.assert_array_equal(one.errors, two.errors)
    assert predictions.shape == (3, 60, 1)


def test_a_design_without_runs_is_named(monkeypatch, tmp_path):
    """Design 0.5 of every sample fails."""
    with pytest.raises(ValueError, match=r"0 of 60 runs at the design \{'d': 0.5\} gave outputs"):
        runs(monkeypatch, tmp_path, lambda number: number % 3 == 2, samples=60)
