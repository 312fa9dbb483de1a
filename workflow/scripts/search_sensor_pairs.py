"""Where to put two sensors: utilities of random pairs, and Bayesian optimisation for every weight of the variance."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import adjoint_diffusion, bayesian_optimisation, job, layout, source_inversion, utility
from boed.keys import key_for
from boed.layout import Building
from boed.progress import in_turn
from boed.store import variable

CORNERS = (np.zeros(4), np.ones(4))
COORDINATES = ["x1", "y1", "x2", "y2"]


def random_pairs(seed: int, count: int, allowed) -> np.ndarray:
    """So many pairs of accessible places, uniform."""
    tried = np.random.default_rng(seed).uniform(*CORNERS, (100 * count, 4))
    return tried[allowed(tried)][:count]


def evaluator(settings: dict, buildings: list[Building], pairs, key):
    """(read: design → readings, moments: readings → U and V from common samples)."""
    respond = adjoint_diffusion.response(layout.open_cells(buildings, settings["cells"]), settings["time"])
    prior = source_inversion.sources(buildings, settings["prior_nodes"])

    def read(design):
        return source_inversion.readings(respond, source_inversion.apart(design[None])[0], prior, settings["source"])

    places, count, noise = int(prior.free.sum()), settings["pairs"]["samples"], settings["noise"]
    few = source_inversion.apart(pairs[:50]).reshape(-1, 2)
    modes = source_inversion.modes_for(source_inversion.readings(respond, few, prior, settings["source"]), noise)
    first, second = jax.random.split(key)
    truths, standard = jax.random.randint(first, (count,), 0, places), jax.random.normal(second, (count, 2))
    evaluate = source_inversion.sampled_moments(noise, places, modes)
    return lambda design: evaluate(jnp.asarray(read(np.asarray(design))), truths, standard)


def searches(settings: dict, moments, allowed, study_key) -> dict[str, np.ndarray]:
    """Designs and objectives of every search: (aversion, replicate, evaluation, …)."""
    block, found = settings["pairs"], []
    options = {name: block[name] for name in ("initial", "iterations", "exploration", "noise_level")}
    for aversion in settings["aversions"]:

        def objective(design, aversion=aversion):
            mean, variance = moments(design)
            return mean - aversion * variance

        guarded, own = utility.checked(objective, *CORNERS), []
        for run in in_turn(range(block["searches"]), f"aversion {aversion:g}: search"):
            seed = int(jax.random.randint(jax.random.fold_in(study_key, run), (), 0, 2**31 - 1))
            own.append(bayesian_optimisation.maximise(guarded, CORNERS, seed, allowed=allowed, **options))
        found.append(own)
    return {name: np.array([[getattr(h, name) for h in own] for own in found]) for name in ("designs", "objective")}


def main(snakemake) -> xr.Dataset:
    settings, seed = snakemake.params.settings, snakemake.params.seed
    buildings = [Building(*own) for own in settings["buildings"]]
    layout.check(buildings)
    allowed = source_inversion.allowed(buildings)
    key = key_for(seed, "search_sensor_pairs")
    pairs = random_pairs(seed, settings["pairs"]["random"], allowed)
    moments = evaluator(settings, buildings, pairs, key)
    mean, variance = np.array([moments(pair) for pair in in_turn(pairs, "random pair")]).T
    history = searches(settings, moments, allowed, key)
    aversions = np.array(settings["aversions"])
    objective = mean - aversions[:, None] * variance
    best = objective.argmax(axis=1)
    searched = np.maximum.accumulate(history["objective"], axis=2)
    # the first evaluation that comes within 2 % of the best random pair; one more than all where none does
    near = searched >= (objective.max(axis=1) - 0.02 * np.abs(objective.max(axis=1)))[:, None, None]
    reached = np.where(near.any(axis=2), near.argmax(axis=2) + 1, near.shape[2] + 1)
    dims = ("aversion", "replicate", "evaluation")
    return xr.Dataset(
        {
            "pair": variable(("random", "coordinate"), pairs, "length", "places of a random pair of sensors"),
            "expected_utility": variable("random", mean, "nat", "expected utility"),
            "utility_variance": variable("random", variance, "nat2", "variance of the utility"),
            "best_pair": variable(("aversion", "coordinate"), pairs[best], "length", "best of the random pairs"),
            "best_expected_utility": variable("aversion", mean[best], "nat", "its expected utility"),
            "best_utility_variance": variable("aversion", variance[best], "nat2", "variance of it"),
            "design": variable((*dims, "coordinate"), history["designs"], "length", "pair that a search tries"),
            "objective": variable(dims, history["objective"], "nat", "mean − aversion × variance there"),
            "evaluations_needed": variable(
                dims[:2], reached, "1", "evaluations until a search is within 2 % of the best random pair"
            ),
            "aversion": variable("aversion", aversions, "nat-1", "weight of the variance"),
            "coordinate": variable("coordinate", COORDINATES, "1", "x and y of both sensors"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
