"""Training of the network that takes the solver's place: batches of random pairs of a source and a
sensor, and an early stop.
"""

import logging
import time
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib
from jaxtyping import Float, Int, Int8, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray
from boed.systems.diffusion.surrogate import (
    PARTS,
    Layers,
    Readings,
    Surrogate,
    Symmetries,
    applied,
    errors,
    folded,
    of_sources,
    scaled,
)

LOG = logging.getLogger("boed")


class TrainingState(NamedTuple):
    """Layers, the optimiser's state."""

    layers: Layers
    optimiser: optax.OptState


class Trainer(NamedTuple):
    """Settings of a training: pairs in a batch, steps in all and between two checks, the rate at
    its highest, part of the steps over which it rises.

    weight_decay: part of the rate by which every weight shrinks in a step.
    """

    batch: int
    steps: int
    check_every: int
    rate: float
    warm_up: float
    weight_decay: float

    @property
    def optimiser(self) -> optax.GradientTransformation:
        """Muon on the matrices and Adam on the biases, with decoupled weight decay, the rate in one
        cycle of cosines.

        A step turns each matrix's momentum into the nearest orthogonal matrix: a third of Adam's
        steps reach its error.
        """
        rate, decay = (
            optax.cosine_onecycle_schedule(self.steps, self.rate, self.warm_up),
            self.weight_decay,
        )
        return optax.contrib.muon(rate, weight_decay=decay, adam_weight_decay=decay)


class Trained(NamedTuple):
    """The network of the least validation loss; mean training loss since the last check, and
    validation loss, at every check, as parts of the readings' variance.
    """

    surrogate: Surrogate
    losses: Float[np.ndarray, "checks 2"]


def normalised(readings: Readings) -> tuple[Readings, float, float]:
    """(readings with mean 0 and deviation 1, their mean, their deviation); ValueError where they do
    not vary.
    """
    centre, scale = float(np.mean(readings.values)), float(np.std(readings.values))
    if not scale > 0:
        raise ValueError(f"readings that are all {centre} teach nothing")
    return readings._replace(values=(readings.values - centre) / scale), centre, scale


def initialise(key: PRNGKeyArray, hidden: list[int]) -> Layers:
    """He's random weights, zero biases, of 4 → hidden → 1 units."""
    sizes = [4, *hidden, 1]
    keys = jax.random.split(key, len(sizes) - 1)
    return [
        (
            jax.random.normal(layer_key, (inputs, units), jnp.float32)
            * np.float32(np.sqrt(2 / inputs)),
            jnp.zeros(units, "f4"),
        )
        for layer_key, inputs, units in zip(keys, sizes[:-1], sizes[1:], strict=True)
    ]


def begin(layers: Layers, trainer: Trainer) -> TrainingState:
    """The state before the first step."""
    return TrainingState(layers, trainer.optimiser.init(layers))


def advance(
    state: TrainingState,
    key: PRNGKeyArray,
    readings: Readings,
    symmetries: Symmetries,
    trainer: Trainer,
) -> tuple[TrainingState, Float[AnyArray, ""]]:
    """(state, mean loss) after the steps to the next check, each on random pairs of a source and a
    sensor; readings normalised.
    """
    (sources, chosen), sensors = folded(symmetries, readings.sources), scaled(readings.sensors)
    turns = jnp.asarray(symmetries, jnp.float32)[chosen]
    values, optimiser = jnp.asarray(readings.values, jnp.float32), trainer.optimiser
    bounds = jnp.array([[len(sources)], [len(sensors)]])

    def misfit(layers, inputs, wanted):
        return jnp.mean((applied(layers, inputs) - wanted) ** 2)

    def step(state, key):
        """Weights and optimiser after one more batch."""
        source, sensor = jax.random.randint(key, (2, trainer.batch), 0, bounds)
        moved = jnp.sum(turns[source] * sensors[sensor][:, None], axis=2)
        inputs = jnp.concatenate([sources[source], moved], axis=1)
        loss, gradient = jax.value_and_grad(misfit)(state.layers, inputs, values[source, sensor])
        move, after = optimiser.update(gradient, state.optimiser, state.layers)
        return TrainingState(optax.apply_updates(state.layers, move), after), loss

    state, losses = jax.lax.scan(step, state, jax.random.split(key, trainer.check_every))
    return state, jnp.mean(losses)


def split(key: PRNGKeyArray, sources: int, shares: list[float]) -> list[Int[np.ndarray, " _"]]:
    """Indices of the sources, shuffled and parted: of each share in turn, and the rest."""
    ends = np.round(np.cumsum(shares) * sources).astype(int)
    return np.split(np.asarray(jax.random.permutation(key, sources)), ends)


def parted(
    readings: Readings, key: PRNGKeyArray, block: dict
) -> tuple[dict[str, Readings], Int8[np.ndarray, " sources"]]:
    """({part: readings}, number in PARTS of each source) by source: of those to learn from, some
    only say when to stop; block: training_share of all, validation_share of these.
    """
    held = block["validation_share"] * block["training_share"]
    chosen = split(key, len(readings.sources), [block["training_share"] - held, held])
    part = np.zeros(len(readings.sources), np.int8)
    for number, indices in enumerate(chosen):
        part[indices] = number
    parts = [of_sources(readings, indices) for indices in chosen]
    return dict(zip(PARTS, parts, strict=True)), part


def trainer_of(block: dict) -> Trainer:
    """The settings `surrogate` as what a training takes."""
    return Trainer(**{name: block[name] for name in Trainer._fields})


class EarlyStop:
    """The best of the networks that are looked at, and whether it is time to stop: after so many
    checks without a better one.
    """

    def __init__(self, patience: int):
        self.patience = patience
        self.best, self.least, self.waited = None, np.inf, 0

    def look(self, candidate: Surrogate, loss: float) -> bool:
        """Keep the candidate if it is the first or of the least loss so far; whether to stop."""
        if self.best is None or loss < self.least:
            self.best, self.least, self.waited = candidate, loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def train(
    parts: dict[str, Readings], symmetries: Symmetries, key: PRNGKeyArray, block: dict
) -> Trained:
    """A network trained on the first part, stopped by the second; block: hidden, patience and what
    `Trainer` holds.
    """
    learned, centre, scale = normalised(parts["training"])
    trainer, stop = trainer_of(block), EarlyStop(block["patience"])
    first, second = jax.random.split(key)
    state = begin(initialise(first, block["hidden"]), trainer)
    move = jax.jit(partial(advance, symmetries=symmetries, trainer=trainer))
    misfit = jax.jit(
        lambda candidate: (errors(candidate, parts["validation"]) ** 2).mean() / scale**2
    )
    losses, began, checks = [], time.perf_counter(), block["steps"] // block["check_every"]
    for check in range(checks):
        state, loss = move(state, jax.random.fold_in(second, check), readings=learned)
        candidate = Surrogate(state.layers, centre, scale, symmetries)
        losses.append((float(loss), float(misfit(candidate))))
        ended = stop.look(candidate, losses[-1][1])
        left = (time.perf_counter() - began) / (check + 1) * (checks - check - 1)
        LOG.info(
            "check %d/%d, validation %.2e, %.0f s left", check + 1, checks, losses[-1][1], left
        )
        if ended:
            LOG.info("no better for %d checks: stopped", block["patience"])
            break
    return Trained(stop.best, np.array(losses))
