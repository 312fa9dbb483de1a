"""A network that learns the fields of one layout: 80 % of the sources to learn from, 20 % to be
tested on.
"""

import logging
import time
from functools import partial

import jax
import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import surrogate_files
from boed.systems.diffusion import layout, surrogate
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.surrogate import Surrogate, Trainer

LOG = logging.getLogger("boed")
PARTS = ("training", "validation", "test")


def parts_of(readings, key, block: dict):
    """({part: readings}, part of each source) by source: of those to learn from, some only say when
    to stop.
    """
    held = block["validation_share"] * block["training_share"]
    chosen = surrogate.split(key, len(readings.sources), [block["training_share"] - held, held])
    part = np.zeros(len(readings.sources), np.int8)
    for number, own in enumerate(chosen):
        part[own] = number
    each = (
        readings._replace(sources=readings.sources[own], values=readings.values[own])
        for own in chosen
    )
    return dict(zip(PARTS, each, strict=True)), part


def trained(parts: dict, symmetries, key, block: dict):
    """(surrogate of the least validation loss, mean training loss and validation loss at every
    check).
    """
    learned, centre, scale = surrogate.normalised(parts["training"])
    trainer = Trainer(
        *(block[name] for name in ("batch", "steps", "rate", "warm_up", "weight_decay"))
    )
    first, second = jax.random.split(key)
    state = surrogate.begin(surrogate.initialise(first, block["hidden"]), trainer)
    advance = jax.jit(
        partial(
            surrogate.advance, steps=block["check_every"], symmetries=symmetries, trainer=trainer
        )
    )
    misfit = jax.jit(
        lambda own: (surrogate.errors(own, parts["validation"]) ** 2).mean() / scale**2
    )
    best, losses, began = None, [], time.perf_counter()
    checks = block["steps"] // block["check_every"]
    for check in range(checks):
        state, loss = advance(state, jax.random.fold_in(second, check), readings=learned)
        own = Surrogate(state.layers, centre, scale, symmetries)
        losses.append((float(loss), float(misfit(own))))
        if best is None or losses[-1][1] < min(value for _, value in losses[:-1]):
            best, at = own, check
        rate = (time.perf_counter() - began) / (check + 1)
        LOG.info(
            "check %d/%d, validation %.2e, %.0f s left",
            check + 1,
            checks,
            losses[-1][1],
            rate * (checks - check - 1),
        )
        if check - at >= block["patience"]:
            LOG.info("no better for %d checks: stopped", block["patience"])
            break
    return best, np.array(losses)


def main(snakemake) -> xr.Dataset:
    settings, block = snakemake.params.settings, snakemake.params.settings["surrogate"]
    readings = surrogate_files.read_training(snakemake.input[0], settings)
    first, second = jax.random.split(
        key_for(snakemake.params.seed, "train_surrogate", snakemake.wildcards.layout)
    )
    parts, part = parts_of(readings, first, block)
    symmetries = layout.symmetries([Building(*own) for own in settings["buildings"]])
    # the identity comes first
    symmetries = {"fold": symmetries, "none": symmetries[:1]}[block["symmetry"]]
    best, losses = trained(parts, symmetries, second, block)
    steps = block["check_every"] * np.arange(1, len(losses) + 1)
    data = surrogate_files.surrogate_variables(best) | {
        "training_loss": variable(
            "step", losses[:, 0], "1", "mean squared error since the last check, of the variance"
        ),
        "validation_loss": variable(
            "step", losses[:, 1], "1", "mean squared error, of the variance"
        ),
        "step": variable("step", steps, "1", "steps of the training"),
        "part": variable("source", part, "1", "0 learned from, 1 for stopping, 2 for the test"),
    }
    return xr.Dataset(data)


if __name__ == "__main__":
    job.run(main, snakemake)
