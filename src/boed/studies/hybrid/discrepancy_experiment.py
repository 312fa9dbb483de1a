"""The experiment that teaches the discrepancy's weights, as AD-EKI sees it, and the search for its
design.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Float

from boed.arrays import AnyArray
from boed.design import ad_eki, projected_adam
from boed.design.projected_adam import Problem
from boed.design.replicated_search import make_search
from boed.inference import eki, ensembles
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.inverse_problem import (
    Inversion,
    measure,
    prepare,
    read_members,
    true_plume,
)
from boed.systems.plume.plume_solver import Moment


def discrepancy_experiment(
    inversion: Inversion, moment: Moment, centre: Float[AnyArray, "2"], noise
) -> ad_eki.Experiment:
    """Measuring at a design to learn the discrepancy's weights, the source held at `centre` (ad_eki
    Eq. 19).
    """
    truth, sensors = (
        true_plume(inversion, moment),
        list(zip(inversion.offsets, jnp.atleast_1d(noise), strict=True)),
    )

    def forward(design):
        each = [prepare(inversion, moment, centre, design + offset) for offset, _ in sensors]
        return lambda ensemble: jnp.stack(
            [read_members(inversion, own, ensemble) for own in each], axis=1
        )

    def observe(design):
        return jnp.stack(
            [measure(inversion, truth, design + offset, own) for offset, own in sensors]
        )

    return ad_eki.Experiment(
        forward, observe, lambda design, data: jnp.diag(inversion.noise.deviation(data))
    )


def measured_problem(
    inversion: Inversion,
    block: dict,
    domain: dict,
    experiment_for=discrepancy_experiment,
    sensors: int | None = None,
):
    """(moment, start, weights, centre, noise, spread) → the search for the design whose true data
    teach most.

    block: the settings `discrepancy_experiment`; domain: its bounds, `lower` and `upper`;
    experiment_for: (inversion, moment, centre, noise) → what is measured, by `sensors` sensors,
    without a number the study's own.
    """
    sensors = len(inversion.offsets) if sensors is None else sensors

    def problem(moment, start, weights, centre, noise, spread) -> Problem:
        """The search of one replicate."""
        experiment = experiment_for(inversion, moment, centre, noise)
        value, plan = _scan(block, weights, spread, sensors)

        def value_and_gradient(design, key):
            """The gain of the true datum and its gradient, for an ensemble drawn with the key."""
            ensemble, perturbations = drawn(
                block, key, weights, spread, block["iterations"], sensors
            )
            return ad_eki.value_and_gradient(design, experiment, ensemble, perturbations, plan)

        return Problem(
            lambda design, key: value(design, key, experiment),
            value_and_gradient,
            _box(start, block, domain),
        )

    return problem


def predicted_problem(inversion: Inversion, block: dict, domain: dict):
    """The same for the design that is expected to teach most, by what the weights themselves
    predict.

    With `risk_aversion` λ the utility is E[D] − λ·Var[D] over the predicted data.
    """
    sensors = len(inversion.offsets)

    def problem(moment, start, weights, centre, noise, spread) -> Problem:
        """The search of one replicate."""
        experiment = discrepancy_experiment(inversion, moment, centre, noise)
        value, plan = _scan(block, weights, spread, sensors)

        def samples(key):
            return ensembles.draw_samples(
                key, weights, block["deviation"], block["samples"], outputs=sensors
            )

        def scanned(design, key):
            own, others = jax.random.split(key)
            gains = jax.lax.map(
                lambda s: value(design, own, ad_eki.predicted(experiment, *s)), samples(others)
            )
            return ad_eki.risk_averse(gains, block["risk_aversion"])

        def value_and_gradient(design, key):
            """The utility over predicted data and its gradient, for an ensemble and samples drawn
            with the key.
            """
            own, others = jax.random.split(key)
            ensemble, perturbations = drawn(
                block, own, weights, spread, block["iterations"], sensors
            )
            return ad_eki.expected_value_and_gradient(
                design,
                experiment,
                ensemble,
                perturbations,
                plan,
                samples(others),
                block["risk_aversion"],
            )

        return Problem(scanned, value_and_gradient, _box(start, block, domain))

    return problem


PROBLEMS = {"measured": measured_problem, "predicted": predicted_problem}


def plan_of(block: dict, iterations: int) -> eki.Schedule:
    """How so many EKI iterations use a datum, by the settings `discrepancy_experiment`."""
    return eki.schedule(block["schedule"], iterations, block["inflation"], block["localisation"])


def drawn(block: dict, key, weights, spread, iterations: int, sensors: int):
    """(ensemble around the weights, perturbations of its observations) as the settings `ensembles`
    say.

    spread: the members' distances from the weights, (members, weights), where stages carry them on;
    of no member where each draws its own.
    """
    own = ensembles.draw(key, weights, block["deviation"], block["members"], iterations, sensors)
    return own if block["ensembles"] == "fresh" else (weights + spread, own[1])


def first_spread(settings: dict, keys, weights) -> Float[AnyArray, "replicate members weight"]:
    """The spread of every replicate's ensemble before any data: none where each stage draws its
    own.
    """
    block = settings["discrepancy_experiment"]
    if block["ensembles"] == "fresh":
        return jnp.zeros((len(weights), 0, weights.shape[1]))
    shape = (block["members"], weights.shape[1])
    return block["deviation"] * jax.vmap(lambda key: jax.random.normal(key, shape))(keys)


def _scan(block: dict, weights, spread, sensors: int):
    """((design, key, experiment) → gain after a single EKI iteration, cheap enough for a grid; the
    full schedule).
    """
    once = plan_of(block, 1)

    def value(design, key, experiment):
        ensemble, perturbations = drawn(block, key, weights, spread, 1, sensors)
        return ad_eki.information_gain(design, experiment, ensemble, perturbations, once)

    return value, plan_of(block, block["iterations"])


def _shape(block: dict, sensors: int) -> tuple:
    return block["deviation"], block["members"], block["iterations"], sensors


def _box(start, block: dict, domain: dict) -> projected_adam.Window:
    return projected_adam.window(
        jnp.asarray(start), block["move_limit"], *projected_adam.bounds(domain)
    )


def discrepancy_search(study: Inversion, settings: dict) -> Callable:
    """(moment, start, (weights, centre, noise, spread), key, steps) → (state, info) of the search
    for a design.
    """
    block = settings["discrepancy_experiment"]
    problem = PROBLEMS[block["utility"]](study, block, settings["experiment"])
    return make_search(problem, projected_adam.ascent(block), block["grid"])


def spread_after(study: Inversion, settings: dict) -> Callable:
    """(moment, designs, weights, centres, noise, spread, keys) → the spread of the ensemble after
    its data.

    What the posterior of the weights leaves to the next stage as its prior, around the calibrated
    weights (ad_eki §2.5); of no member where each stage draws its own.
    """
    block, sensors = settings["discrepancy_experiment"], len(study.offsets)
    plan = plan_of(block, block["iterations"])

    def one(moment, design, weights, centre, noise, spread, key):
        """The spread of one replicate's ensemble."""
        if block["ensembles"] == "fresh":
            return spread
        experiment = discrepancy_experiment(study, moment, centre, noise)
        ensemble, perturbations = drawn(block, key, weights, spread, block["iterations"], sensors)
        learned = ad_eki.posterior_ensemble(design, experiment, ensemble, perturbations, plan)
        return learned - jnp.mean(learned, axis=0)

    return over_replicates(one, shared=1)


def realised_gain(study: Inversion, settings: dict) -> Callable:
    """(moment, designs, weights, centres, noise, keys) → information gain of the data that the
    designs do give.

    By AD-EKI with its iterations sharing the data, whatever schedule the search went by, and an
    ensemble of its own.
    """
    block, sensors = settings["discrepancy_experiment"], len(study.offsets)
    plan = plan_of(block | {"schedule": "tempered"}, block["iterations"])

    def one(moment, design, weights, centre, noise, key):
        """The gain of one replicate's datum."""
        ensemble, perturbations = ensembles.draw(key, weights, *_shape(block, sensors))
        experiment = discrepancy_experiment(study, moment, centre, noise)
        return ad_eki.information_gain(design, experiment, ensemble, perturbations, plan)

    return over_replicates(one, shared=1)
