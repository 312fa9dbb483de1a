"""Measuring the true system at the designs of all replicates."""

from collections.abc import Callable

from boed import inversion
from boed.inversion import Inversion
from boed.replicates import over_replicates


def measurement(study: Inversion) -> Callable:
    """(moment, designs, standard normal noise) → (measured, true) concentrations."""

    def one(moment, design, noise):
        truth = study.plume.solve(study.truth.source, moment)
        return inversion.measure(study, truth, design, noise), inversion.true_value(study, truth, design)

    return over_replicates(one, shared=1)
