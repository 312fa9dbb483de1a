"""The search for the design that teaches most about the source position."""

from collections.abc import Callable

import jax
import numpy as np
from jaxtyping import Float

from boed.design import projected_adam
from boed.design.projected_adam import Problem, Window
from boed.design.replicated_search import make_search
from boed.numerics.replicates import over_replicates
from boed.studies.hybrid.inverse_problem import (
    Inversion,
    measured_utility,
    modelled_plume,
    predicted_utility,
    true_plume,
)
from boed.systems.plume.reading_table import read, tabulate


def measured_problem(inversion: Inversion, block: dict):
    """(moment, start, table, prior, noise) → the search for the design whose true datum tells most
    (ad_eki Eq. 2).

    block: the settings `experiment`; table: the modelled plume, made by `tables`.
    """

    def problem(moment, start, table, prior, noise) -> Problem:
        """The search of one replicate."""
        truth, box = true_plume(inversion, moment), _window(start, block)

        def predict(point):
            return read(
                inversion.plume, table, inversion.cells, box.lower + lowest(inversion), point
            )

        def utility(design):
            return measured_utility(inversion, truth, predict, design, prior, noise)

        return _problem(utility, box)

    return problem


def predicted_problem(inversion: Inversion, block: dict):
    """The same for the design that is expected to tell most, by what the model predicts (ad_eki Eq.
    3).
    """

    def problem(moment, start, table, prior, noise) -> Problem:
        """The search of one replicate."""
        box = _window(start, block)

        def utility(design):
            predicted = read(inversion.plume, table, inversion.cells, box.lower, design)
            return predicted_utility(inversion, predicted, prior, block["quadrature_nodes"])

        return _problem(utility, box)

    return problem


PROBLEMS = {"measured": measured_problem, "predicted": predicted_problem}


def _window(start, block: dict) -> Window:
    return projected_adam.window(start, block["move_limit"], *projected_adam.bounds(block))


def _problem(utility, box: Window) -> Problem:
    return Problem(
        lambda design, _: utility(design),
        lambda design, _: jax.value_and_grad(utility)(design),
        box,
    )


def lowest(study: Inversion) -> Float[np.ndarray, "2"]:
    """Least coordinates of the sensors of an array about its design."""
    return np.min(study.offsets, axis=0)


def tables(study: Inversion, block: dict) -> Callable:
    """(moment, starts, weights) → every replicate's modelled plume, for all designs in its search's
    window.
    """
    width = np.ptp(study.offsets, axis=0).max()

    def one(moment, start, weights):
        solution, lower = (
            modelled_plume(study, weights, moment),
            _window(start, block).lower + lowest(study),
        )
        return tabulate(
            study.plume, solution, study.cells, lower, 2 * block["move_limit"] + float(width)
        )

    return over_replicates(one, shared=1)


def physical_search(study: Inversion, settings: dict) -> Callable:
    """(moment, start, (weights, prior, noise), key, steps) → (state, info) of the search for a
    physical design.
    """
    block = settings["experiment"]
    tabulated = tables(study, block)
    ascend = make_search(
        PROBLEMS[block["utility"]](study, block), projected_adam.ascent(block), block["grid"]
    )

    def run(moment, start, own, key, steps):
        """Tabulate the plume of every replicate, then search."""
        weights, prior, noise = own
        return ascend(moment, start, (tabulated(moment, start, weights), prior, noise), key, steps)

    return run
