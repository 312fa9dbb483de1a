"""The frame around every script: tracebacks in the log, results whole or absent, progress."""

import logging
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from boed.figures import style
from boed.jobs import job
from boed.jobs.store import variable
from boed.numerics.chunks import in_chunks


class Named(dict):
    __getattr__ = dict.__getitem__


@pytest.fixture
def snakemake(tmp_path):
    fake = SimpleNamespace(
        rule="measure", params=Named(seed=1, code={"eki": "01"}), wildcards=Named(stage="2")
    )
    fake.log, fake.output = [str(tmp_path / "job.log")], [str(tmp_path / "out.nc")]
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield fake
    # a job is a process of its own: what it sets would stay with the tests that follow
    logging.captureWarnings(False)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_result_and_provenance_are_written(snakemake):
    job.run(lambda s: xr.Dataset({"u": variable("x", [1.0], "1", "u")}), snakemake)
    with xr.open_dataset(snakemake.output[0]) as dataset:
        assert '"rule": "measure"' in dataset.attrs["parameters"]
        assert '"stage": "2"' in dataset.attrs["parameters"]
        assert dataset.attrs["code_digests"] == '{"eki": "01"}'


def test_several_results_go_to_the_outputs_of_their_names(snakemake, tmp_path):
    snakemake.output = Named(first=str(tmp_path / "a.nc"), second=str(tmp_path / "b.nc"))
    results = {
        name: xr.Dataset({name: variable("x", [1.0], "1", name)}) for name in ("second", "first")
    }
    job.run(lambda s: results, snakemake, save=job.save_datasets)
    for name, path in snakemake.output.items():
        with xr.open_dataset(path) as dataset:
            assert list(dataset) == [name]
            assert dataset.attrs["code_digests"] == '{"eki": "01"}'


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_nan_ends_with_a_message_in_the_log_and_no_file(snakemake, tmp_path, value):
    with pytest.raises(SystemExit) as end:
        job.run(lambda s: xr.Dataset({"u": variable("x", [1.0, value], "1", "u")}), snakemake)
    assert end.value.code == 1
    log = (tmp_path / "job.log").read_text()
    assert "u: 1 of 2 values not finite" in log
    assert "Traceback" in log
    assert [p.name for p in tmp_path.iterdir()] == ["job.log"]


def test_a_traceback_is_in_the_log(snakemake, tmp_path):
    def main(s):
        raise KeyError("nothing here")

    with pytest.raises(SystemExit):
        job.run(main, snakemake)
    assert "KeyError: 'nothing here'" in (tmp_path / "job.log").read_text()


def test_figures_and_tables_are_the_same_bytes_twice(snakemake, tmp_path):
    style.use()
    figure, axes = style.new(1, 1, 2.0, 2.0)
    style.median_band(axes[0, 0], np.arange(3), np.arange(6.0).reshape(2, 3), "corrected")
    saved = []
    for run in ("a", "b"):
        snakemake.output = [str(tmp_path / f"{run}.png"), str(tmp_path / f"{run}.pdf")]
        job.save_figure(figure, snakemake)
        snakemake.output = [str(tmp_path / f"{run}.csv")]
        job.save_table((("x", "y"), [[1, "a,b"]]), snakemake)
        saved.append([(tmp_path / f"{run}.{kind}").read_bytes() for kind in ("png", "pdf", "csv")])
    plt.close(figure)
    assert saved[0] == saved[1]
    assert saved[0][2] == b'x,y\n1,"a,b"\n'


def test_tables_go_to_the_outputs_of_their_names_and_a_text_to_the_first(snakemake, tmp_path):
    snakemake.output = Named(first=str(tmp_path / "a.csv"), second=str(tmp_path / "b.csv"))
    job.save_tables({"second": (("x",), [["1,5"]]), "first": (("y",), [])}, snakemake)
    assert [(tmp_path / name).read_text() for name in ("a.csv", "b.csv")] == ["y\n", 'x\n"1,5"\n']
    snakemake.output = [str(tmp_path / "page.html")]
    job.save_text("≥ 1", snakemake)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "≥ 1"


@pytest.mark.parametrize("steps", [1, 5, 7, 12])
def test_chunks_give_every_step_once_and_say_how_long_it_takes(steps, caplog):
    keys = jax.random.split(jax.random.key(0), (2, steps))

    def advance(state, part):
        draws = jax.vmap(jax.vmap(jax.random.uniform))(part)
        return state + draws.sum(axis=1), draws

    with caplog.at_level(logging.INFO, logger="boed"):
        state, draws = in_chunks(advance, jnp.zeros(2), keys, "update")
    np.testing.assert_allclose(draws, jax.vmap(jax.vmap(jax.random.uniform))(keys))
    np.testing.assert_allclose(state, draws.sum(axis=1))
    assert f"update {steps}/{steps}" in caplog.text
    assert "s left" in caplog.text
