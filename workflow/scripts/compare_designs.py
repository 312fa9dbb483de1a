"""Designs of one stage: what each would teach, and whether the indicator, asked beforehand, ranks them right."""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed import design_comparison, inversion, job, store
from boed.design_comparison import Stage
from boed.keys import key_for
from boed.store import variable

# the forms of the indicator that are held against each other: with the noise model, sharing the data among its
# iterations, and the authors'
FORMS = {
    "tempered": {"variance": None, "schedule": "tempered"},
    "released": {"variance": 0.005, "schedule": "repeated"},
}
EACH = ("replicate", "design")
ROLES = ["good", "poor"]


def stage_of(study, settings: dict, history: xr.Dataset) -> Stage:
    """Where the stage stands before it learns, from the variant's history."""
    number = settings["designs"]["stage"]
    before = history.sel(stage=number - 1)
    moment = jax.tree.map(lambda leaf: jnp.asarray(leaf[0]), study.flow.moments([settings["times"][number - 1]]))
    return Stage(
        moment,
        jnp.asarray(settings["times"][number - 1]),
        jnp.asarray(history.design.sel(stage=number).values),
        jnp.asarray(before.weights.values),
        jnp.asarray(before.log_probability.values),
    )


def main(snakemake) -> xr.Dataset:
    params, settings, name = snakemake.params, snakemake.params.settings, snakemake.wildcards.study
    study, block, history = inversion.setup(settings), settings["designs"], store.read(snakemake.input.history)
    stage, first = stage_of(study, settings, history), jnp.asarray(history.first_weights.values)
    keys = jax.random.split(key_for(params.seed, "compare_designs", name), 3)
    designs = design_comparison.proposed(
        keys[0], stage.design, block["reach"], block["candidates"], settings["experiment"]
    )
    centre = design_comparison.centres(study, settings, stage)
    told = {
        form: design_comparison.told(study, settings, own, stage, designs, centre, keys[1])
        for form, own in FORMS.items()
    }
    rate = settings["calibration"]["rates"][block["stage"] - 2]
    lessons = design_comparison.lessons(study, settings, rate)(stage, designs, centre, first, keys[2])
    # the datum at hand is the first design; the others are those that the indicator may name good or poor
    ends = np.asarray(told["tempered"].gain[:, 1:, -1])
    named = np.stack([1 + ends.argmax(axis=1), 1 + ends.argmin(axis=1)], axis=1)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(keys[0])).tolist())
    pairs = design_comparison.random_pairs(rng, len(designs), block["candidates"] + 1, block["pairs"])
    job.LOG.info("designs of %d replicates: %d calibrations", len(designs), lessons.relative.size)
    return dataset(designs, centre, told, lessons, named, pairs).assign(of_named(told["tempered"], named))


def dataset(designs, centre, told: dict, lessons, named, pairs) -> xr.Dataset:
    """What designs teach and what the indicators say, and how often these rank a pair as the lessons do."""
    relative = np.asarray(lessons.relative)
    gains = np.stack([np.asarray(own.gain)[..., -1] for own in told.values()])
    gains = np.concatenate([gains, np.asarray(told["tempered"].non_gaussian)[None]])
    right = np.stack([design_comparison.ranked_right(pairs, own, relative) for own in gains])
    forms = [*told, "non_gaussian"]
    return xr.Dataset(
        {
            "candidate": variable((*EACH, "coordinate"), designs, "length", "the stage's design, then random ones"),
            "centre": variable(("replicate", "coordinate"), centre, "length", "where the source is held"),
            "gain": variable(("form", *EACH), gains, "nat", "information gain of the design's data"),
            "effective_samples": variable(
                EACH, told["tempered"].effective, "1", "samples the importance weights leave"
            ),
            "relative_error": variable(EACH, relative, "1", "relative error of the field after learning from it"),
            "mean_squared_error": variable(EACH, lessons.mean_squared, "concentration^2", "mean squared error of that"),
            "learned_weights": variable((*EACH, "weight"), lessons.weights, "1", "weights calibrated with its data"),
            "named": variable(("replicate", "role"), named, "1", "design of greatest and of least indicator"),
            "pair": variable(("pair_number", "member"), pairs, "1", "replicate and the two designs of a random pair"),
            "ranked_right": variable(("form", "pair_number"), right, "1", "1 where more gain went with less error"),
            "ranking_rate": variable("form", right.mean(axis=1), "1", "part of the pairs that are ranked right"),
            "form": variable("form", forms, "1", "form of the indicator"),
            "role": variable("role", ROLES, "1", "what the indicator calls the design"),
            "member": variable("member", ["replicate", "one", "other"], "1", "parts of a pair"),
        }
    )


def of_named(history, named) -> dict[str, xr.Variable]:
    """How the ensemble learns from the good and from the poor design, and their errors."""
    rows = np.arange(len(named))[:, None]
    gain, mean, variance = (np.asarray(leaf)[rows, named] for leaf in (history.gain, history.mean, history.variance))
    each = ("replicate", "role")
    return {
        "gain_history": variable((*each, "iteration"), gain, "nat", "information gain after each EKI iteration"),
        "ensemble_mean": variable((*each, "step", "weight"), mean, "1", "mean of the ensemble, first the prior's"),
        "ensemble_variance": variable((*each, "step", "weight"), variance, "1", "variance of the ensemble"),
    }


if __name__ == "__main__":
    job.run(main, snakemake)
