"""The file of a comparison of designs, designs.nc: what they teach, what the indicator says, and
the models that learned from a good and from a poor one.
"""

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from boed.arrays import AnyArray
from boed.jobs.store import variable
from boed.numerics.field_errors import FieldErrors
from boed.studies.active.design_comparison import Comparison, Judgement, Lessons, Stage
from boed.studies.active.design_ranking import ranked_right
from boed.studies.active.ensemble_history import EnsembleHistory
from boed.studies.assessment.model_error import Assessment, modelled_system, nodes, true_system
from boed.studies.assessment.system_history import in_the_middle
from boed.systems.plume.plume_system import PlumeSystem
from boed.systems.plume.sources import Source

BY_DESIGN = ("replicate", "design")
ROLES = ["good", "poor"]
MODELS = [*ROLES, "baseline"]
ERRORS = {"mean_squared": "concentration^2", "relative": "1"}
SOURCE = "concentration/time"
# over which a source that need not be round is averaged
DIRECTIONS = 16
LAYOUT = {
    "candidate": (
        (*BY_DESIGN, "coordinate"),
        "length",
        "the stage's design, the shifted one, then random ones",
    ),
    "centre": (("replicate", "coordinate"), "length", "where the source is held"),
    "gain": (("form", *BY_DESIGN), "nat", "information gain of the design's data"),
    "effective_samples": (BY_DESIGN, "1", "samples the importance weights leave"),
    "relative_error": (BY_DESIGN, "1", "relative error of the field after learning from it"),
    "mean_squared_error": (BY_DESIGN, "concentration^2", "mean squared error of that"),
    "learned_weights": ((*BY_DESIGN, "weight"), "1", "weights calibrated with its data"),
    "named": (("replicate", "role"), "1", "design of greatest and of least indicator"),
    "pair": (("pair_number", "member"), "1", "replicate and the two designs of a random pair"),
    "form": ("form", "1", "form of the indicator"),
    "role": ("role", "1", "what the indicator calls the design"),
    "member": ("member", "1", "parts of a pair"),
}
Named = Int[np.ndarray, "replicate 2"]


def designs_dataset(study: PlumeSystem, comparison: Comparison) -> xr.Dataset:
    """All that is known of the designs of a stage."""
    stage, named, main = comparison.stage, comparison.named, comparison.judgements["estimate"]
    plain = Assessment(study)(stage.moment, stage.time, stage.weights, stage.design).field
    return what_each_teaches(comparison, main).assign(
        rankings(comparison.judgements, comparison.pairs)
        | of_named(main.histories["tempered"], named)
        | errors_of_models(main.lessons, named, plain)
        | maps(study, stage, main.lessons, named)
        | ensemble_models(study, comparison, main.histories["released"])
    )


def what_each_teaches(comparison: Comparison, judgement: Judgement) -> xr.Dataset:
    """What designs teach and what the indicators say."""
    lessons = judgement.lessons
    values = {
        "candidate": comparison.designs,
        "centre": judgement.centre,
        "gain": gains_of(judgement),
        "effective_samples": judgement.histories["tempered"].effective,
        "relative_error": lessons.relative,
        "mean_squared_error": lessons.mean_squared,
        "learned_weights": lessons.weights,
        "named": comparison.named,
        "pair": comparison.pairs,
        "form": [*judgement.histories, "non_gaussian"],
        "role": ROLES,
        "member": ["replicate", "one", "other"],
    }
    return xr.Dataset(
        {name: variable(dims, values[name], *words) for name, (dims, *words) in LAYOUT.items()}
    )


def gains_of(judgement: Judgement) -> Float[np.ndarray, "form replicate design"]:
    """Gains by every form, the tempered ensemble's importance weights as the last."""
    histories = judgement.histories
    gains = [np.asarray(history.gain)[..., -1] for history in histories.values()]
    return np.stack([*gains, np.asarray(histories["tempered"].non_gaussian)])


def rankings(
    judgements: dict[str, Judgement], pairs: Int[np.ndarray, "pairs 3"]
) -> dict[str, xr.Variable]:
    """How often the forms rank a pair of designs as their lessons do, the source held at its
    estimate or its place.
    """
    right = np.stack(
        [
            [
                ranked_right(pairs, gains, np.asarray(judgement.lessons.relative))
                for gains in gains_of(judgement)
            ]
            for judgement in judgements.values()
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
            "held",
            list(judgements),
            "1",
            "where the source is held: at the estimate, or where it is",
        ),
    }


def of_named(history: EnsembleHistory, named: Named) -> dict[str, xr.Variable]:
    """How the ensemble learns from the good and from the poor design, and their errors."""
    rows = np.arange(len(named))[:, None]
    gain, mean, variance = (
        np.asarray(leaf)[rows, named] for leaf in (history.gain, history.mean, history.variance)
    )
    dims = ("replicate", "role")
    return {
        "gain_history": variable(
            (*dims, "iteration"), gain, "nat", "information gain after each EKI iteration"
        ),
        "ensemble_mean": variable(
            (*dims, "step", "weight"), mean, "1", "mean of the ensemble, first the prior's"
        ),
        "ensemble_variance": variable(
            (*dims, "step", "weight"), variance, "1", "variance of the ensemble"
        ),
    }


def errors_of_models(lessons: Lessons, named: Named, plain: FieldErrors) -> dict[str, xr.Variable]:
    """Errors of the models that learned from the good and from the poor design, and of the one that
    did not learn.
    """
    rows, errors = np.arange(len(named))[:, None], {}
    for name, units in ERRORS.items():
        learned = np.asarray(getattr(lessons, name))[rows, named]
        errors[f"model_{name}_error"] = variable(
            ("replicate", "learned_from"),
            np.column_stack([learned, np.asarray(getattr(plain, name))]),
            units,
            f"{name.replace('_', ' ')} error of the field",
        )
    words = "design that the model learned from, baseline: none"
    return errors | {"learned_from": variable("learned_from", MODELS, "1", words)}


def ensemble_models(
    study: PlumeSystem, comparison: Comparison, history: EnsembleHistory
) -> dict[str, xr.Variable]:
    """Errors of the field by the ensembles' means, the models that the authors' code draws as
    calibrated.
    """
    stage, designs, assess = comparison.stage, comparison.designs, Assessment(study)
    means = np.asarray(history.mean)[:, :, -1]
    fields = [
        assess(stage.moment, stage.time, jnp.asarray(means[:, n]), designs[:, n]).field
        for n in range(2)
    ]
    return {
        f"ensemble_{name}_error": variable(
            ("replicate", "first_designs"),
            np.stack([np.asarray(getattr(errors, name)) for errors in fields], axis=1),
            units,
            f"{name.replace('_', ' ')} error of the field by the mean of the "
            "released form's ensemble",
        )
        for name, units in ERRORS.items()
    }


def maps(
    study: PlumeSystem, stage: Stage, lessons: Lessons, named: Named
) -> dict[str, xr.Variable]:
    """Fields and sources of those models in the replicate whose good design leaves the median
    error.
    """
    good = np.asarray(lessons.relative)[np.arange(len(named)), named[:, 0]]
    shown = in_the_middle(good)
    weights = jnp.concatenate([lessons.weights[shown, named[shown]], stage.weights[shown][None]])
    fields = jax.jit(
        jax.vmap(lambda network: modelled_system(study, stage.moment, stage.time, network).field)
    )(weights)
    # half the domain: beyond, no source matters
    radii = nodes() / 2
    sources = np.stack([radial(study.source(network), radii, DIRECTIONS) for network in weights])
    true = true_system(study, stage.moment, stage.time).field
    true_source = radial(study.true.source, radii, DIRECTIONS)
    words = "replicate whose good design leaves the median error"
    model, space = "learned_from", ("node_x", "node_y")
    return {
        "shown_replicate": variable((), shown, "1", words),
        "true_field": variable(space, true, "concentration", "true field"),
        "model_field": variable((model, *space), fields, "concentration", "field of the model"),
        "true_source": variable("radius", true_source, SOURCE, "true source"),
        "model_source": variable(
            (model, "radius"), sources, SOURCE, "source of the model, mean over directions"
        ),
        "radius": variable("radius", radii, "length", "distance from the source"),
        "node_x": variable("node_x", nodes(), "length", "x of the field"),
        "node_y": variable("node_y", nodes(), "length", "y of the field"),
    }


def radial(
    source: Source, radii: Float[AnyArray, " radii"], directions: int
) -> Float[AnyArray, " radii"]:
    """A source at distances from its centre, averaged over evenly spaced directions."""
    angles = 2 * jnp.pi * jnp.arange(directions) / directions
    rays = jnp.stack([jnp.cos(angles), jnp.sin(angles)], axis=-1)
    return jnp.mean(source(radii[:, None, None] * rays), axis=1)
