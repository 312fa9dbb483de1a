"""The Pareto front of expected utility against its variance, for one sensor and for two, from
adjoint solutions.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.design import nested_monte_carlo, pareto
from boed.jobs import job, store
from boed.jobs.progress import in_turn
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.risk import sensor_utility
from boed.systems.diffusion import forward_models, placement
from boed.systems.diffusion.layout import Building


def pair_moments(settings: dict, read, key):
    """Nodes of two sensors → U and V, each place an outcome several times; read: node of one → its
    readings.
    """
    count, draws = read(next(iter(read.nodes))).size, settings["front"]["draws"]
    truths = jnp.tile(jnp.arange(count), draws)
    standard = jax.random.normal(key, (len(truths), 2))
    every = np.stack([read(node) for node in read.nodes])
    gains = sensor_utility.gridded_gains(
        settings["noise"], sensor_utility.modes_for(every, settings["noise"])
    )
    evaluate = jax.jit(
        lambda readings: nested_monte_carlo.moments(gains(readings, truths, standard))
    )
    return lambda node: tuple(map(float, evaluate(jnp.stack([read(node[:2]), read(node[2:])]))))


class Table:
    """Readings of all places of the prior by the sensors of a grid, from one adjoint
    solution each.
    """

    def __init__(self, model, axis, allowed, batch: int):
        indices = np.argwhere(allowed)
        parts = np.array_split(indices, int(np.ceil(len(indices) / batch)))
        rows = np.concatenate([model(axis[own]) for own in in_turn(parts, "adjoint batch")])
        self.nodes = {tuple(map(int, own)): row for own, row in zip(indices, rows, strict=True)}

    def __call__(self, node):
        return self.nodes[tuple(node)]


def traced(settings: dict, evaluate, allowed, rng) -> tuple[np.ndarray, np.ndarray]:
    """(nodes (n, 4), U and V (n, 2)) of all pairs that the search evaluates."""
    block, free = settings["front"], np.argwhere(allowed)
    starts = [
        tuple(map(int, free[rng.integers(len(free), size=2)].ravel()))
        for _ in range(block["random"])
    ]
    found = pareto.search(
        evaluate,
        list(dict.fromkeys(starts)),
        pareto.moves(allowed),
        block["strides"],
        block["evaluations"],
        rng,
    )
    return np.array(list(found)), np.array(list(found.values()))


def main(snakemake) -> xr.Dataset:
    settings, layout = snakemake.params.settings, snakemake.wildcards.layout
    buildings = [Building(*own) for own in settings["buildings"]]
    prior = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    axis, allowed = placement.sensors(buildings, settings["sensors"])
    model = forward_models.adjoint(buildings, settings, prior)
    first, second = jax.random.split(key_for(snakemake.params.seed, "trace_front", layout))
    evaluate = pair_moments(settings, Table(model, axis, allowed, settings["batch"]), first)
    rng = np.random.default_rng(int(jax.random.randint(second, (), 0, 2**31 - 1)))
    nodes, moments = traced(settings, evaluate, allowed, rng)
    one, search = store.read(snakemake.input.exact), store.read(snakemake.input.search)
    maps = [one[name].values[allowed] for name in ("expected_utility", "utility_variance")]
    data = front("one_sensor", axis[np.argwhere(allowed)], *maps, "exact")
    data |= front("two_sensors", axis[nodes], *moments.T, "from outcomes of every place")
    aversions = search.aversion.values
    best = (moments[:, 0] - aversions[:, None] * moments[:, 1]).argmax(axis=1)
    mean, variance = sensor_utility.exact_utilities(
        model, axis[nodes[best]].reshape(-1, 2, 2), settings["noise"]
    )
    ours = mean - aversions * variance
    theirs = (
        search.exact_expected_utility - search.aversion * search.exact_utility_variance
    ).values
    data |= {
        "best_objective": variable(
            "aversion",
            ours,
            "nat",
            "mean − aversion × variance of the best pair on the front, exact",
        ),
        "search_objective": variable(
            "aversion", theirs, "nat", "that of the best pair of the searches, exact"
        ),
        "relative_regret": variable(
            "aversion",
            (ours - theirs) / np.abs(ours),
            "1",
            "what the searches fall short, of that; negative: better",
        ),
        "aversion": variable("aversion", aversions, "nat-1", "weight of the variance"),
    }
    return xr.Dataset(data)


def front(name: str, designs, mean, variance, way: str) -> dict[str, xr.Variable]:
    """The undominated designs from the largest mean on, and the utilities of all."""
    kept = np.flatnonzero(pareto.undominated(mean, variance))
    kept = kept[np.argsort(-mean[kept], kind="stable")]
    flat, own = designs.reshape(len(designs), -1), f"{name}_front"
    return {
        f"{own}_design": variable(
            (own, f"{name}_coordinate"), flat[kept], "length", "places on the front"
        ),
        f"{own}_expected_utility": variable(
            own, mean[kept], "nat", f"expected utility on the front, {way}"
        ),
        f"{own}_utility_variance": variable(
            own, variance[kept], "nat2", f"variance of it on the front, {way}"
        ),
        f"{name}_expected_utility": variable(
            f"{name}_design", mean, "nat", f"expected utility of all looked at, {way}"
        ),
        f"{name}_utility_variance": variable(
            f"{name}_design", variance, "nat2", f"variance of it, {way}"
        ),
    }


if __name__ == "__main__":
    job.run(main, snakemake)
