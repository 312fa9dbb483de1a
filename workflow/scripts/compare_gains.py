"""Does an EKI schedule measure information? Its gain, design by design, against the true gain about
the weights.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from boed.design import ad_eki, projected_adam
from boed.inference import eki, ensembles, importance
from boed.jobs import job, store
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment
from boed.studies.hybrid.stage_files import observation_noise, read_weights

SCHEDULES = ("repeated", "released", "tempered")


def comparison(study, block: dict, sizes: dict):
    """(moment, designs, weights, centre, noise, key) → (gains of the ensembles, reference) of every
    replicate.

    All designs and schedules share their ensembles, and all designs the samples of the reference:
    what differs between designs is not chance.
    """
    each_plan = [eki.schedule(name, block["iterations"]) for name in SCHEDULES]
    plans = tuple(
        jnp.array([getattr(plan, part) for plan in each_plan])
        for part in ("noise_scale", "step_size", "perturbation")
    )

    def one(moment, designs, weights, centre, noise, key):
        """Of one replicate: gains by design and schedule, and the reference by
        importance weights.
        """
        experiment = discrepancy_experiment(study, moment, centre, noise)
        first, second = jax.random.split(key)
        keys = jax.random.split(first, sizes["ensembles"])

        def mean_gain(design):
            """The last gain of a design by schedule, averaged over ensembles."""
            # what only the design needs, once for all ensembles and schedules
            forward, data = experiment.forward(design), experiment.observe(design)
            own = experiment._replace(forward=lambda _: forward, observe=lambda _: data)

            def gain(key, plan):
                ensemble, perturbations = ensembles.draw(
                    key,
                    weights,
                    block["deviation"],
                    block["members"],
                    block["iterations"],
                    outputs=1,
                )
                history = ad_eki.gain_history(
                    design, own, ensemble, perturbations, eki.Schedule(*plan)
                )
                return jax.tree.map(lambda values: values[-1], history)

            each = jax.lax.map(lambda plan: jax.lax.map(lambda key: gain(key, plan), keys), plans)
            return jax.tree.map(lambda values: jnp.mean(values, axis=1), each)

        readings = jax.lax.map(
            lambda design: study.plume.prepare(study.sharp, moment, centre, design), designs
        )
        data = jax.lax.map(lambda design: experiment.observe(design)[0], designs)

        def read(weights):
            source = study.source(weights)
            return jax.vmap(lambda reading: study.plume.read(reading, source))(readings)

        reference = importance.reference_gains(
            second,
            (weights, block["deviation"]),
            read,
            (data, study.noise.deviation(data)),
            sizes["samples"],
        )
        return jax.lax.map(mean_gain, designs), reference

    return over_replicates(one, shared=1)


def window_grid(start, settings: dict, points: int) -> np.ndarray:
    """A grid over each replicate's move window, (replicates, points², 2): x slow, y
    fast, length.
    """
    limit, domain = settings["discrepancy_experiment"]["move_limit"], settings["experiment"]
    lower, upper = (
        np.asarray(edge)
        for edge in projected_adam.window(start, limit, *projected_adam.bounds(domain))
    )
    axes = np.linspace(lower, upper, points, axis=1)
    grids = [np.stack(np.meshgrid(*own.T, indexing="ij"), axis=-1).reshape(-1, 2) for own in axes]
    return np.stack(grids)


def thinned_path(chosen: xr.Dataset, points: int) -> tuple[np.ndarray, np.ndarray]:
    """(numbers of design updates, positions (replicates, points, 2)) along the searches, both ends
    included.
    """
    path = np.concatenate([chosen.path.values, chosen.design.values[:, None]], axis=1)
    updates = np.unique(np.linspace(0, path.shape[1] - 1, points).round().astype(int))
    return updates, path[:, updates]


def described(designs, gains, reference, prefix: str, along: str) -> dict:
    """The variables of the designs along one dimension."""
    each, every = ("replicate", along), ("replicate", "schedule", along)
    own = {
        "position": variable((*each, "coordinate"), designs, "length", "position of the design"),
        "information_gain": variable(
            every, gains.total, "nat", "information gain, mean of the ensembles"
        ),
        "covariance_part": variable(
            every, gains.covariance, "nat", "its part from the covariances"
        ),
        "mean_part": variable(every, gains.mean, "nat", "its part from the shift of the mean"),
        "reference_gain": variable(
            each, reference.gain, "nat", "information gain by importance sampling"
        ),
        "effective_samples": variable(
            each, reference.effective_samples, "1", "its effective number of samples"
        ),
    }
    return {prefix + name: values for name, values in own.items()}


def summaries(gains, reference) -> dict:
    """How a schedule ranks the designs of the window, and how much its covariance part tells them
    apart.
    """
    dims = ("replicate", "schedule")
    order = [
        [spearmanr(own, true).statistic for own in schedules]
        for schedules, true in zip(gains.total, reference.gain, strict=True)
    ]
    spread = gains.covariance.std(axis=-1) / gains.covariance.mean(axis=-1)
    return {
        "rank_correlation": variable(
            dims, order, "1", "Spearman correlation of gain and reference over the window"
        ),
        "relative_spread": variable(
            dims, spread, "1", "deviation over mean of the covariance part over the window"
        ),
    }


def main(snakemake) -> xr.Dataset:
    params, study_name, stage = (
        snakemake.params,
        snakemake.wildcards.study,
        int(snakemake.wildcards.stage),
    )
    settings, sizes = params.settings, params.settings["gain_comparison"]
    block, shown = (
        settings["discrepancy_experiment"],
        slice(min(sizes["shown"], settings["replicates"])),
    )
    study = inverse_problem.setup(settings)
    weights = read_weights(snakemake.input.network, settings["replicates"])
    centre = store.read(snakemake.input.experiment).centre.values
    start = store.read(snakemake.input.physical).design.values
    noise = observation_noise(params.seed, study_name, stage, "discrepancy", settings)
    keys = replicate_keys(
        key_for(params.seed, "compare_gains", study_name, stage), settings["replicates"]
    )
    window = window_grid(start[shown], settings, sizes["grid"])
    chosen = store.read(snakemake.input.experiment).isel(replicate=shown)
    updates, path = thinned_path(chosen, sizes["path_points"])
    compare = comparison(study, block, sizes)
    gains, reference = compare(
        study.plume.moment(settings["time"]),
        np.concatenate([window, path], axis=1),
        *(np.asarray(array)[shown] for array in (weights, centre, noise)),
        keys[shown],
    )
    # (replicate, design, schedule) → (replicate, schedule, design), as the reference has its
    # designs last
    gains = jax.tree.map(lambda values: np.asarray(values).swapaxes(1, 2), gains)
    on_grid, on_path = (
        jax.tree.map(lambda values, part=part: np.asarray(values)[..., part], (gains, reference))
        for part in (slice(window.shape[1]), slice(window.shape[1], None))
    )
    return xr.Dataset(
        {
            "schedule": ("schedule", list(SCHEDULES), {"units": "1", "long_name": "EKI schedule"}),
            "updates": variable(
                "updates", updates, "1", "design updates before the design of the path"
            ),
            "start": variable(
                ("replicate", "coordinate"), start[shown], "length", "physical design"
            ),
            **described(window, *on_grid, prefix="", along="design"),
            **described(path, *on_path, prefix="path_", along="updates"),
            **summaries(*on_grid),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
