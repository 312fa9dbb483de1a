"""Simulated outcomes of the best sensors, and the worst of them with their posteriors
(mean_variance Figs 17 to 31).
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import sensor_samples, sensor_utility
from boed.systems.diffusion import placement
from boed.systems.diffusion.layout import Building

BATCH = 500
MIDDLE = 0.5


def simulated(settings: dict, design, models, standard):
    """(gain of every outcome, its datum, readings of the prior's places) of a design; models: of
    truths, of places.
    """
    truths, expected = (np.asarray(model(design)) for model in models)
    data = truths.T + settings["noise"] * np.asarray(standard)
    gains = jax.jit(
        lambda own: sensor_utility.gains_of(
            sensor_utility.posteriors(expected, own, settings["noise"])
        )
    )
    found = [
        np.asarray(gains(own))
        for own in in_turn(np.array_split(data, max(1, len(data) // BATCH)), "outcomes")
    ]
    return np.concatenate(found), data, expected


def main(snakemake) -> xr.Dataset:
    settings, case = snakemake.params.settings, snakemake.wildcards.case
    block, buildings = settings["outcomes"], [Building(*own) for own in settings["buildings"]]
    prior = sensor_utility.sources(buildings, settings["prior_nodes"])
    search = store.read(snakemake.input.search).sel(aversion=block["aversions"])
    designs = sensor_utility.apart(search.best_design.values)
    first, second = jax.random.split(
        key_for(snakemake.params.seed, "simulate_sensor_outcomes", case)
    )
    truths = placement.draw(first, buildings, block["samples"])
    standard = jax.random.normal(second, (block["samples"], designs.shape[1]))
    path = snakemake.input.get("surrogate")
    models = [
        sensor_samples.model_for(settings, buildings, own, path) for own in (truths, prior.places)
    ]
    gains, shown = [], []
    for design in designs:
        own, data, expected = simulated(settings, design, models, standard)
        worst = np.argsort(own)[: block["worst"]]
        posterior = np.asarray(
            sensor_utility.posteriors(
                jnp.asarray(expected), jnp.asarray(data[worst]), settings["noise"]
            )
        )
        gains.append(own)
        shown.append((worst, posterior))
    return dataset(np.array(gains), shown, truths, prior, designs, block["aversions"])


def dataset(gains, shown, truths, prior, designs, aversions) -> xr.Dataset:
    """Gains, and of the worst outcomes true place, posterior, and how much of it lies on the wrong
    side.
    """
    worst = np.array([own for own, _ in shown])
    posteriors = np.array([own for _, own in shown])
    true = truths[worst]
    # the side of the domain's middle on which the source is not
    other = (prior.places[:, 0] < MIDDLE) != (true[..., None, 0] < MIDDLE)
    full = np.zeros((*worst.shape, *prior.free.shape))
    full[..., prior.free] = posteriors
    dims = ("aversion", "worst")
    return xr.Dataset(
        {
            "information_gain": variable(
                ("aversion", "outcome"), gains, "nat", "information that an outcome gives"
            ),
            "mean_gain": variable("aversion", gains.mean(axis=1), "nat", "mean over outcomes"),
            "gain_deviation": variable(
                "aversion", gains.std(axis=1), "nat", "deviation over outcomes"
            ),
            "worst_gain": variable(
                dims, np.take_along_axis(gains, worst, axis=1), "nat", "gain of the worst outcomes"
            ),
            "worst_place": variable(
                (*dims, "axis"), true, "length", "true place of the source in them"
            ),
            "worst_posterior": variable(
                (*dims, "x", "y"), full, "1", "probability of the source's places after them"
            ),
            "wrong_side": variable(
                dims,
                (posteriors * other).sum(axis=-1),
                "1",
                "probability on the side of x = 1/2 where it is not",
            ),
            "sensor": variable(
                ("aversion", "number", "axis"), designs, "length", "places of the sensors"
            ),
            "aversion": variable(
                "aversion", aversions, "nat-1", "weight of the variance for which they are best"
            ),
            "axis": variable("axis", ["x", "y"], "1", "coordinate"),
            "x": variable("x", prior.axis, "length", "x of the source"),
            "y": variable("y", prior.axis, "length", "y of the source"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
