"""The search for the design that teaches most about the source position."""

from collections.abc import Callable

import jax

from boed import search
from boed.inversion import Inversion, measured_utility, predicted_utility
from boed.replicated_search import make_search
from boed.search import Problem


def measured_problem(inversion: Inversion, block: dict):
    """(moment, start, weights, prior, noise) → the search for the design whose true datum tells most (ad_eki Eq. 2).

    block: the settings `experiment`.
    """

    def problem(moment, start, weights, prior, noise) -> Problem:
        """The search of one replicate."""
        truth, solution = (
            inversion.plume.solve(source, moment) for source in (inversion.truth.source, inversion.source(weights))
        )
        return _problem(lambda design: measured_utility(inversion, truth, solution, design, prior, noise), start, block)

    return problem


def predicted_problem(inversion: Inversion, block: dict):
    """The same for the design that is expected to tell most, by what the model predicts (ad_eki Eq. 3)."""

    def problem(moment, start, weights, prior, noise) -> Problem:
        """The search of one replicate."""
        solution, nodes = inversion.plume.solve(inversion.source(weights), moment), block["quadrature_nodes"]
        return _problem(lambda design: predicted_utility(inversion, solution, design, prior, nodes), start, block)

    return problem


PROBLEMS = {"measured": measured_problem, "predicted": predicted_problem}


def _problem(utility, start, block: dict) -> Problem:
    box = search.window(start, block["move_limit"], block["lower"], block["upper"])
    return Problem(lambda design, _: utility(design), lambda design, _: jax.value_and_grad(utility)(design), box)


def physical_search(study: Inversion, settings: dict) -> Callable:
    """(moment, start, (weights, prior, noise), key, steps) → (state, info) of the search for a physical design."""
    block = settings["experiment"]
    problem = PROBLEMS[block["utility"]](study, block)
    return make_search(problem, search.ascent(block), block["grid"])
