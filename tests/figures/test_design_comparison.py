"""Which error belongs to which design, and what is said of a ranking."""

import numpy as np
import xarray as xr

from boed.figures import design_comparison

COMPARISON = xr.Dataset(
    {
        "relative_error": (("replicate", "candidate"), [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]),
        "named": (("role", "replicate"), [[2, 0], [1, 2]]),
        "ranking_rate": (("form", "held"), [[0.857, 0.412]]),
    },
    coords={"role": ["good", "poor"], "form": ["tempered"], "held": ["estimate", "truth"]},
)


def test_errors_are_those_of_the_named_designs():
    np.testing.assert_allclose(design_comparison.errors_of(COMPARISON, "good"), [0.3, 0.4])
    np.testing.assert_allclose(design_comparison.errors_of(COMPARISON, "poor"), [0.2, 0.6])


def test_of_a_strength_nothing_is_said_at_its_true_place():
    network = design_comparison.ranking(COMPARISON, "tempered", "network")
    assert network == "tempered: ranks 86 % of pairs right, 41 % at the true source"
    strength = design_comparison.ranking(COMPARISON, "tempered", "strength")
    assert strength == "tempered: ranks 86 % of pairs right"
