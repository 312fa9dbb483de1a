"""The frame around every script: its log, its progress, its result written whole or not at all."""

import csv
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

import xarray as xr

from boed.jobs import store
from boed.jobs.store import replacing

LOG = logging.getLogger("boed")


def _open_log(path: str) -> None:
    """Every message, Python's warnings too, to the job's log and to the terminal."""
    handlers = [
        logging.FileHandler(path, mode="w", encoding="utf-8"),
        logging.StreamHandler(sys.stderr),
    ]
    handlers[1].setLevel(logging.ERROR)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        handlers=handlers,
        force=True,
    )
    logging.captureWarnings(True)
    for chatty in ("jax", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def run(main: Callable, snakemake, save: Callable | None = None) -> None:
    """Call main(snakemake) and save what it returns; a failure ends in the log with its traceback,
    exit status 1.

    main returns a dataset, which goes to the job's first output with its provenance, or anything
    that `save` takes as (result, snakemake).
    """
    _open_log(snakemake.log[0])
    began = time.perf_counter()
    try:
        result = main(snakemake)
        (save or save_dataset)(result, snakemake)
    except Exception as error:
        LOG.exception("%s failed: %s", snakemake.rule, error)
        sys.exit(1)
    LOG.info("%s done in %.1f s", snakemake.rule, time.perf_counter() - began)


def save_dataset(dataset: xr.Dataset, snakemake) -> None:
    """Write a job's dataset with its parameters and the digests of its code."""
    store.write(dataset, snakemake.output[0], provenance(snakemake))


def provenance(snakemake) -> dict[str, str]:
    """What a job's files say of how they were made."""
    parameters = {key: value for key, value in snakemake.params.items() if key != "code"}
    parameters |= {"rule": snakemake.rule, "wildcards": dict(snakemake.wildcards.items())}
    return store.provenance(parameters, snakemake.params.code)


def save_datasets(datasets: dict[str, xr.Dataset], snakemake) -> None:
    """Write a job's datasets to the outputs of the same names, each with its provenance."""
    for name, dataset in datasets.items():
        store.write(dataset, snakemake.output[name], provenance(snakemake))


def save_figure(figure, snakemake) -> None:
    """Write a Matplotlib figure to every output, in the format of its suffix; same figure, same
    bytes.
    """
    undated = {".png": {"Software": None}, ".pdf": {"CreationDate": None}}
    for output in map(Path, snakemake.output):
        with replacing(output) as temporary:
            figure.savefig(temporary, format=output.suffix[1:], metadata=undated[output.suffix])
        # the first format has laid the figure out, a third of the time that a format takes: the
        # others look the same
        figure.set_layout_engine("none")


def save_table(table: tuple, snakemake) -> None:
    """Write (column names, rows) as CSV to the first output, complete or not at all."""
    write_table(table, snakemake.output[0])


def save_tables(tables: dict[str, tuple], snakemake) -> None:
    """Write tables to the outputs of the same names."""
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


def write_table(table: tuple, path: str) -> None:
    """Write (column names, rows) as CSV, complete or not at all."""
    columns, rows = table
    with (
        replacing(Path(path)) as temporary,
        temporary.open("w", newline="", encoding="utf-8") as stream,
    ):
        csv.writer(stream, lineterminator="\n").writerows([columns, *rows])


def save_text(text: str, snakemake) -> None:
    """Write a text to the first output, complete or not at all."""
    with replacing(Path(snakemake.output[0])) as temporary:
        temporary.write_text(text, encoding="utf-8")
