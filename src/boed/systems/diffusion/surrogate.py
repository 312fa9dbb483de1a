"""A neural network in place of a solver: place of a source, place of a sensor → reading
(mean_variance §4.3.2).

Layers of ReLU units between (θ, d), four coordinates, and one output, all in single precision.
Where the layout has symmetries, source and sensor are first moved together so that the source lies
in one part of the domain, of which all others are images: the network has an eighth of the pairs to
learn in an empty square, and is as symmetric as the field.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib
from jaxtyping import Float, Float32, Int, PRNGKeyArray

import boed.runtime  # noqa: F401
from boed.arrays import AnyArray

Layers = list[tuple[Float32[AnyArray, "_ _"], Float32[AnyArray, " _"]]]


Symmetries = Float[AnyArray, "symmetries 2 2"]


class Surrogate(NamedTuple):
    """layers: weights and biases from the inputs on; centre, scale: mean and deviation of the
    readings it learned.

    symmetries: matrices about the middle of the square, as `layout.symmetries` gives them; the
    identity alone for none.
    """

    layers: Layers
    centre: float
    scale: float
    symmetries: Symmetries


class Readings(NamedTuple):
    """Readings (sources, sensors) of every source (sources, 2) at every sensor (sensors, 2)."""

    sources: Float[AnyArray, "sources 2"]
    sensors: Float[AnyArray, "sensors 2"]
    values: Float[AnyArray, "sources sensors"]


class TrainingState(NamedTuple):
    """Layers, the optimiser's state."""

    layers: Layers
    optimiser: optax.OptState


def initialise(key: PRNGKeyArray, hidden: list[int]) -> Layers:
    """He's random weights, zero biases, of 4 → hidden → 1 units."""
    sizes = [4, *hidden, 1]
    keys = jax.random.split(key, len(sizes) - 1)
    return [
        (
            jax.random.normal(own, (inputs, units), jnp.float32) * np.float32(np.sqrt(2 / inputs)),
            jnp.zeros(units, "f4"),
        )
        for own, inputs, units in zip(keys, sizes[:-1], sizes[1:], strict=True)
    ]


def _scaled(places) -> Float32[AnyArray, "places 2"]:
    return (2 * jnp.asarray(places) - 1).astype(jnp.float32)


# of all images of a source the one furthest against this direction is kept: no mirror of the square
# lies along it
TOWARDS = np.array([1.0, 0.6])


def folded(symmetries: Symmetries, sources: Float[AnyArray, "sources 2"]):
    """(sources moved into one part of the domain, scaled to ±1; number of the symmetry that moved
    each).
    """
    every = jnp.einsum("kij,sj->ski", jnp.asarray(symmetries), 2 * jnp.asarray(sources) - 1)
    chosen = jnp.argmin(every @ TOWARDS, axis=1)
    return jnp.take_along_axis(every, chosen[:, None, None], axis=1)[:, 0].astype(
        jnp.float32
    ), chosen


def _through(
    layers: Layers, values: Float32[AnyArray, "points units"]
) -> Float32[AnyArray, " points"]:
    """What follows the first layer, whose units have these values."""
    for weights, biases in layers[1:]:
        values = jax.nn.relu(values) @ weights + biases
    return values[:, 0]


def _applied(layers: Layers, inputs: Float32[AnyArray, "points 4"]) -> Float32[AnyArray, " points"]:
    weights, biases = layers[0]
    return _through(layers, inputs @ weights + biases)


@jax.jit
def predict(
    surrogate: Surrogate,
    sources: Float[AnyArray, "sources 2"],
    sensors: Float[AnyArray, "sensors 2"],
) -> Float[AnyArray, "sensors sources"]:
    """What every sensor reads of every source. The first layer, linear in both, is not done anew
    for each pair.
    """
    (weights, biases), *_ = surrogate.layers
    moved, chosen = folded(surrogate.symmetries, sources)
    of_sources = moved @ weights[:2] + biases
    # a sensor is moved as the source is: as many places of it as there are symmetries
    images = jnp.einsum(
        "kij,nj->nki", jnp.asarray(surrogate.symmetries, jnp.float32), _scaled(sensors)
    )
    values = jax.lax.map(
        lambda own: _through(surrogate.layers, of_sources + own[chosen]), images @ weights[2:]
    )
    return surrogate.centre + surrogate.scale * values.astype(float)


class Trainer(NamedTuple):
    """Settings of a training: batch, steps in all, rate at its highest, part of the steps over
    which it rises.

    weight_decay: part of the rate by which every weight shrinks in a step.
    """

    batch: int
    steps: int
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


def normalised(readings: Readings) -> tuple[Readings, float, float]:
    """(readings with mean 0 and deviation 1, their mean, their deviation); ValueError where they do
    not vary.
    """
    centre, scale = float(np.mean(readings.values)), float(np.std(readings.values))
    if not scale > 0:
        raise ValueError(f"readings that are all {centre} teach nothing")
    return readings._replace(values=(readings.values - centre) / scale), centre, scale


def begin(layers: Layers, trainer: Trainer) -> TrainingState:
    """The state before the first step."""
    return TrainingState(layers, trainer.optimiser.init(layers))


def advance(
    state: TrainingState,
    key: PRNGKeyArray,
    steps: int,
    readings: Readings,
    symmetries: Symmetries,
    trainer: Trainer,
):
    """(state, mean loss) after some steps, each on random pairs of a source and a sensor; readings
    normalised.
    """
    (sources, chosen), sensors = folded(symmetries, readings.sources), _scaled(readings.sensors)
    turns = jnp.asarray(symmetries, jnp.float32)[chosen]
    values, optimiser = jnp.asarray(readings.values, jnp.float32), trainer.optimiser
    bounds = jnp.array([[len(sources)], [len(sensors)]])

    def misfit(layers, inputs, wanted):
        return jnp.mean((_applied(layers, inputs) - wanted) ** 2)

    def step(state, key):
        """Weights and optimiser after one more batch."""
        source, sensor = jax.random.randint(key, (2, trainer.batch), 0, bounds)
        moved = jnp.sum(turns[source] * sensors[sensor][:, None], axis=2)
        inputs = jnp.concatenate([sources[source], moved], axis=1)
        loss, gradient = jax.value_and_grad(misfit)(state.layers, inputs, values[source, sensor])
        move, after = optimiser.update(gradient, state.optimiser, state.layers)
        return TrainingState(optax.apply_updates(state.layers, move), after), loss

    state, losses = jax.lax.scan(step, state, jax.random.split(key, steps))
    return state, jnp.mean(losses)


def errors(surrogate: Surrogate, readings: Readings) -> Float[AnyArray, "sources sensors"]:
    """Surrogate less truth."""
    return predict(surrogate, readings.sources, readings.sensors).T - jnp.asarray(readings.values)


def split(key: PRNGKeyArray, sources: int, shares: list[float]) -> list[Int[np.ndarray, " part"]]:
    """Indices of the sources, shuffled and parted: of each share in turn, and the rest."""
    ends = np.round(np.cumsum(shares) * sources).astype(int)
    return np.split(np.asarray(jax.random.permutation(key, sources)), ends)
