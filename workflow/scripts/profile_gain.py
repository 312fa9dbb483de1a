"""Information gain after each EKI iteration at a search's first, an intermediate and its last
design.
"""

import jax
import numpy as np
import xarray as xr

from boed.design import ad_eki
from boed.inference import ensembles
from boed.jobs import job, store
from boed.jobs.store import variable
from boed.keys import key_for, replicate_keys
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment, plan_of
from boed.studies.hybrid.stage_files import observation_noise, read_weights


def main(snakemake) -> xr.Dataset:
    params, stage = snakemake.params, int(snakemake.wildcards.stage)
    settings, block, profile = (
        params.settings,
        params.settings["discrepancy_experiment"],
        params.settings["gain_profile"],
    )
    study = inverse_problem.setup(settings)
    weights = read_weights(snakemake.input.network, settings["replicates"])
    search = store.read(snakemake.input.experiment)
    centre = search.centre.values
    middle = min(profile["intermediate"], search.sizes["step"] - 1)
    path = search.path.values
    designs = np.stack([path[:, 0], path[:, middle], search.design.values], axis=1)
    noise = observation_noise(
        params.seed, snakemake.wildcards.study, stage, "discrepancy", settings
    )
    plan = plan_of(block, block["iterations"])

    def gains(moment, designs, weights, centre, noise, key):
        """Gains by design and ensemble, after every iteration."""
        experiment = discrepancy_experiment(study, moment, centre, noise)

        def one(design, key):
            ensemble, perturbations = ensembles.draw(
                key, weights, block["deviation"], block["members"], block["iterations"], outputs=1
            )
            return ad_eki.gain_history(design, experiment, ensemble, perturbations, plan)

        keys = jax.random.split(key, profile["ensembles"])
        return jax.lax.map(lambda design: jax.lax.map(lambda key: one(design, key), keys), designs)

    key = key_for(params.seed, "profile_gain", snakemake.wildcards.study, stage)
    keys = replicate_keys(key, settings["replicates"])
    moment = study.plume.moment(settings["time"])
    every = jax.jit(jax.vmap(gains, in_axes=(None, 0, 0, 0, 0, 0)))
    history = every(moment, designs, weights, centre, noise, keys)
    dims = ("replicate", "design", "ensemble", "iteration")
    updates = search.active.values.sum(axis=1)
    return xr.Dataset(
        {
            "design": (
                "design",
                ["initial", "intermediate", "final"],
                {"units": "1", "long_name": "design"},
            ),
            "iteration": variable(
                "iteration", np.arange(1, block["iterations"] + 1), "1", "EKI iteration"
            ),
            "position": variable(
                ("replicate", "design", "coordinate"), designs, "length", "position of the design"
            ),
            "updates": variable(
                "replicate", updates, "1", "design updates until the search stopped"
            ),
            "information_gain": variable(dims, history.total, "nat", "information gain"),
            "covariance_part": variable(
                dims, history.covariance, "nat", "its part from the covariances"
            ),
            "mean_part": variable(dims, history.mean, "nat", "its part from the shift of the mean"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
