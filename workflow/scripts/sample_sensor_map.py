"""Utilities of one sensor over the domain from samples, by a named forward model, beside the exact
ones.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import nested_monte_carlo
from boed.jobs import job, store
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.studies.risk import sensor_samples, sensor_utility
from boed.systems.diffusion import layout
from boed.systems.diffusion.layout import Building


def sampled(settings: dict, model, standard, places) -> np.ndarray:
    """(U and V, of every place) of a sensor: each sample is an outcome and an inner sample of all
    others.
    """
    batches = np.array_split(places, int(np.ceil(len(places) / settings["batch"])))
    # single precision: 51 x 51 sensors times 10,000 samples fill 100 MB
    read = [np.asarray(model(own), np.float32) for own in in_turn(batches, "batch of readings")]
    modes = max(sensor_utility.modes_for(own, settings["noise"]) for own in read)
    gains = sensor_utility.sampled_gains(settings["noise"], modes)

    @jax.jit
    def evaluate(readings):
        return jax.lax.map(
            lambda own: nested_monte_carlo.moments(gains(own[None], standard)), readings
        )

    found = []
    for own in in_turn(read, "batch of utilities"):
        # all batches of one shape, so that one compiled function serves them
        same = np.resize(own, (settings["batch"], own.shape[1])).astype(float)
        found.append(np.array(evaluate(jnp.asarray(same)))[:, : len(own)])
    return np.concatenate(found, axis=1)


def main(snakemake) -> xr.Dataset:
    settings, exact = snakemake.params.settings, store.read(snakemake.input.exact)
    buildings = [Building(*own) for own in settings["buildings"]]
    free = exact.accessible.values.astype(bool)
    nodes = np.stack(np.meshgrid(exact.x, exact.y, indexing="ij"), axis=-1)[free]
    case = snakemake.wildcards.case
    places, standard = sensor_samples.common_samples(
        snakemake.params.seed, case, buildings, settings["samples"], 1
    )
    surrogate = snakemake.input.get("surrogate")
    model = sensor_samples.model_for(settings, buildings, places, surrogate)
    # sensors that are images of each other share one estimate: each of them would be one, with the
    # samples moved too
    chosen, image_of = layout.distinct(
        sensor_samples.symmetries_for(settings, buildings, surrogate), nodes
    )
    mean, variance = sampled(settings, model, standard, nodes[chosen])[:, image_of]
    return exact.assign(compared(exact, free, nodes, mean, variance))


def compared(exact: xr.Dataset, free, nodes, mean, variance) -> dict[str, xr.Variable]:
    """Sampled maps, their best places, and how far both are from the exact ones."""
    true = [exact[name].values[free] for name in ("expected_utility", "utility_variance")]
    aversions = exact.aversion.values[:, None]
    objective, known = mean - aversions * variance, true[0] - aversions * true[1]
    best = objective.argmax(axis=1)
    loss = known.max(axis=1) - known[np.arange(len(best)), best]
    error = [
        np.median(np.abs(own / truth - 1))
        for own, truth in zip((mean, variance), true, strict=True)
    ]

    def mapped(values):
        full = np.zeros(free.shape)
        full[free] = values
        return full

    return {
        "sampled_expected_utility": variable(
            ("x", "y"), mapped(mean), "nat", "expected utility from samples"
        ),
        "sampled_utility_variance": variable(
            ("x", "y"), mapped(variance), "nat2", "variance of it from samples"
        ),
        "sampled_best_x": variable(
            "aversion", nodes[best, 0], "length", "x of the best sensor by samples"
        ),
        "sampled_best_y": variable(
            "aversion", nodes[best, 1], "length", "y of the best sensor by samples"
        ),
        "reference_objective": variable(
            "aversion", objective.max(axis=1), "nat", "mean − aversion × variance there, by samples"
        ),
        "regret": variable(
            "aversion", loss, "nat", "what that place falls short of the best, both exact"
        ),
        "relative_regret": variable(
            "aversion", loss / np.abs(known.max(axis=1)), "1", "that, of the best"
        ),
        "sampling_error": variable(
            "quantity", error, "1", "median relative difference of samples from exact values"
        ),
        "quantity": variable("quantity", ["expected_utility", "utility_variance"], "1", "quantity"),
    }


if __name__ == "__main__":
    job.run(main, snakemake)
