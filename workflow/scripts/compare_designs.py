"""Designs of one stage: what each would teach, and whether the indicator, asked beforehand, ranks
them right.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from boed.jobs import job, store
from boed.jobs.store import variable
from boed.keys import key_for
from boed.studies.active import design_comparison
from boed.studies.active.design_comparison import Stage, radial
from boed.studies.assessment.system_history import in_the_middle
from boed.studies.hybrid import inverse_problem
from boed.studies.hybrid.model_error import Assessment, modelled_system, nodes, true_system

EACH = ("replicate", "design")
ROLES = ["good", "poor"]
MODELS = [*ROLES, "baseline"]
SOURCE = "concentration/time"
# over which a source that need not be round is averaged
DIRECTIONS = 16


def stage_of(study, settings: dict, history: xr.Dataset) -> Stage:
    """Where the stage stands before it learns, from the variant's history."""
    number = settings["designs"]["stage"]
    before = history.sel(stage=number - 1)
    moment = jax.tree.map(
        lambda leaf: jnp.asarray(leaf[0]), study.flow.moments([settings["times"][number - 1]])
    )
    return Stage(
        moment,
        jnp.asarray(settings["times"][number - 1]),
        jnp.asarray(history.design.sel(stage=number).values),
        jnp.asarray(before.weights.values),
        jnp.asarray(before.log_probability.values),
    )


def main(snakemake) -> xr.Dataset:
    params, settings, name = snakemake.params, snakemake.params.settings, snakemake.wildcards.study
    study, block, history = (
        inverse_problem.setup(settings),
        settings["designs"],
        store.read(snakemake.input.history),
    )
    stage, first = stage_of(study, settings, history), jnp.asarray(history.first_weights.values)
    keys = jax.random.split(key_for(params.seed, "compare_designs", name), 3)
    designs = design_comparison.proposed(keys[0], stage.design, block, settings["experiment"])
    rng = np.random.default_rng(np.asarray(jax.random.key_data(keys[0])).tolist())
    pairs = design_comparison.random_pairs(rng, *designs.shape[:2], block["pairs"])
    held = {
        "estimate": design_comparison.centres(study, settings, stage),
        "truth": jnp.broadcast_to(jnp.asarray(settings["truth"]["location"]), stage.design.shape),
    }
    parts = {
        name: compared(study, settings, stage, designs, centre, first, keys)
        for name, centre in held.items()
    }
    told, lessons = parts["estimate"]
    # the datum at hand is the first design; the others are those that the indicator may name good
    # or poor
    ends = np.asarray(told["tempered"].gain[:, 1:, -1])
    named = np.stack([1 + ends.argmax(axis=1), 1 + ends.argmin(axis=1)], axis=1)
    plain = Assessment(study)(stage.moment, stage.time, stage.weights, stage.design).field
    job.LOG.info(
        "designs of %d replicates: %d calibrations", len(designs), 2 * lessons.relative.size
    )
    return dataset(designs, held["estimate"], told, lessons, named, pairs).assign(
        rankings(parts, pairs)
        | of_named(told["tempered"], named)
        | errors_of_models(lessons, named, plain)
        | maps(study, stage, lessons, named)
        | ensemble_models(study, stage, told["released"], designs)
    )


def compared(study, settings: dict, stage: Stage, designs, centre, first, keys):
    """What the forms of the indicator say of designs beforehand, and what each of them teaches."""
    told = {
        form: design_comparison.told(study, settings, own, stage, designs, centre, keys[1])
        for form, own in forms_of(settings["designs"]).items()
    }
    rate = settings["calibration"]["rates"][settings["designs"]["stage"] - 2]
    return told, design_comparison.lessons(study, settings, rate)(
        stage, designs, centre, first, keys[2]
    )


def forms_of(block: dict) -> dict[str, dict]:
    """The forms of the indicator: with the noise model, sharing the data among its iterations, and
    the authors'.
    """
    return {
        "tempered": {"variance": None, "array": None, "schedule": "tempered"},
        "released": {
            "variance": block["variance"],
            "array": block["array"],
            "schedule": "unperturbed",
        },
    }


def gains_of(told: dict) -> np.ndarray:
    """Gains by every form, the tempered ensemble's importance weights as the last."""
    gains = [np.asarray(own.gain)[..., -1] for own in told.values()]
    return np.stack([*gains, np.asarray(told["tempered"].non_gaussian)])


def rankings(parts: dict, pairs) -> dict[str, xr.Variable]:
    """How often the forms rank a pair of designs as their lessons do, the source held at its
    estimate or its place.
    """
    right = np.stack(
        [
            [
                design_comparison.ranked_right(pairs, own, np.asarray(lessons.relative))
                for own in gains_of(told)
            ]
            for told, lessons in parts.values()
        ]
    )
    return {
        "ranked_right": variable(
            ("held", "form", "pair_number"), right, "1", "1 where more gain went with less error"
        ),
        "ranking_rate": variable(
            ("held", "form"), right.mean(axis=2), "1", "part of the pairs that are ranked right"
        ),
        "held": variable(
            "held", list(parts), "1", "where the source is held: at the estimate, or where it is"
        ),
    }


def errors_of_models(lessons, named, plain) -> dict[str, xr.Variable]:
    """Errors of the models that learned from the good and from the poor design, and of the one that
    did not learn.
    """
    rows = np.arange(len(named))[:, None]
    learned = {
        "mean_squared": np.asarray(lessons.mean_squared),
        "relative": np.asarray(lessons.relative),
    }
    units = {"mean_squared": "concentration^2", "relative": "1"}
    return {
        f"model_{name}_error": variable(
            ("replicate", "learned_from"),
            np.column_stack([values[rows, named], np.asarray(getattr(plain, name))]),
            units[name],
            f"{name.replace('_', ' ')} error of the field",
        )
        for name, values in learned.items()
    } | {
        "learned_from": variable(
            "learned_from", MODELS, "1", "design that the model learned from, baseline: none"
        )
    }


def ensemble_models(study, stage: Stage, told, designs) -> dict[str, xr.Variable]:
    """Errors of the field by the ensembles' means, the models that the authors' code draws as
    calibrated.
    """
    means = np.asarray(told.mean)[:, :, -1]
    assess = Assessment(study)
    found = [
        assess(stage.moment, stage.time, jnp.asarray(means[:, n]), designs[:, n]).field
        for n in range(2)
    ]
    words = {"mean_squared": "concentration^2", "relative": "1"}
    return {
        f"ensemble_{name}_error": variable(
            ("replicate", "first_designs"),
            np.stack([np.asarray(getattr(own, name)) for own in found], axis=1),
            units,
            f"{name.replace('_', ' ')} error of the field by the mean of the "
            "released form's ensemble",
        )
        for name, units in words.items()
    }


def maps(study, stage: Stage, lessons, named) -> dict[str, xr.Variable]:
    """Fields and sources of those models in the replicate whose good design leaves the median
    error.
    """
    good = np.asarray(lessons.relative)[np.arange(len(named)), named[:, 0]]
    shown = in_the_middle(good)
    weights = jnp.concatenate([lessons.weights[shown, named[shown]], stage.weights[shown][None]])
    fields = jax.jit(
        jax.vmap(lambda own: modelled_system(study, stage.moment, stage.time, own).field)
    )(weights)
    # half the domain: beyond, no source matters
    radii = nodes() / 2
    sources = np.stack([radial(study.source(own), radii, DIRECTIONS) for own in weights])
    true = true_system(study, stage.moment, stage.time).field
    model, space = "learned_from", ("node_x", "node_y")
    return {
        "shown_replicate": variable(
            (), shown, "1", "replicate whose good design leaves the median error"
        ),
        "true_field": variable(space, true, "concentration", "true field"),
        "model_field": variable((model, *space), fields, "concentration", "field of the model"),
        "true_source": variable(
            "radius", radial(study.truth.source, radii, DIRECTIONS), SOURCE, "true source"
        ),
        "model_source": variable(
            (model, "radius"), sources, SOURCE, "source of the model, mean over directions"
        ),
        "radius": variable("radius", radii, "length", "distance from the source"),
        "node_x": variable("node_x", nodes(), "length", "x of the field"),
        "node_y": variable("node_y", nodes(), "length", "y of the field"),
    }


def dataset(designs, centre, told: dict, lessons, named, pairs) -> xr.Dataset:
    """What designs teach and what the indicators say, and how often these rank a pair as the
    lessons do.
    """
    relative = np.asarray(lessons.relative)
    gains = gains_of(told)
    forms = [*told, "non_gaussian"]
    return xr.Dataset(
        {
            "candidate": variable(
                (*EACH, "coordinate"),
                designs,
                "length",
                "the stage's design, the shifted one, then random ones",
            ),
            "centre": variable(
                ("replicate", "coordinate"), centre, "length", "where the source is held"
            ),
            "gain": variable(
                ("form", *EACH), gains, "nat", "information gain of the design's data"
            ),
            "effective_samples": variable(
                EACH, told["tempered"].effective, "1", "samples the importance weights leave"
            ),
            "relative_error": variable(
                EACH, relative, "1", "relative error of the field after learning from it"
            ),
            "mean_squared_error": variable(
                EACH, lessons.mean_squared, "concentration^2", "mean squared error of that"
            ),
            "learned_weights": variable(
                (*EACH, "weight"), lessons.weights, "1", "weights calibrated with its data"
            ),
            "named": variable(
                ("replicate", "role"), named, "1", "design of greatest and of least indicator"
            ),
            "pair": variable(
                ("pair_number", "member"),
                pairs,
                "1",
                "replicate and the two designs of a random pair",
            ),
            "form": variable("form", forms, "1", "form of the indicator"),
            "role": variable("role", ROLES, "1", "what the indicator calls the design"),
            "member": variable("member", ["replicate", "one", "other"], "1", "parts of a pair"),
        }
    )


def of_named(history, named) -> dict[str, xr.Variable]:
    """How the ensemble learns from the good and from the poor design, and their errors."""
    rows = np.arange(len(named))[:, None]
    gain, mean, variance = (
        np.asarray(leaf)[rows, named] for leaf in (history.gain, history.mean, history.variance)
    )
    each = ("replicate", "role")
    return {
        "gain_history": variable(
            (*each, "iteration"), gain, "nat", "information gain after each EKI iteration"
        ),
        "ensemble_mean": variable(
            (*each, "step", "weight"), mean, "1", "mean of the ensemble, first the prior's"
        ),
        "ensemble_variance": variable(
            (*each, "step", "weight"), variance, "1", "variance of the ensemble"
        ),
    }


if __name__ == "__main__":
    job.run(main, snakemake)
