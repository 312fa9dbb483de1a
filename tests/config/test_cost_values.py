"""Impossible values of scaling, network sizes, method comparison and benchmarks are named."""

import pytest
from refusals import put, refusal


@pytest.mark.parametrize(
    ("key", "value", "accepts"),
    [
        (
            "scaling.study",
            "parametric_error",
            "accepts a study that learns a network: structural_error",
        ),
        (
            "networks.study",
            "other",
            "networks.study: got 'other', accepts a study that learns a network",
        ),
        (
            "scaling.members.values",
            [8, 8],
            "scaling.members.values: got [8, 8], accepts strictly increasing values",
        ),
        ("scaling.members.values", [1, 8], "scaling.members.values.0: got 1, accepts a number ≥ 2"),
        (
            "method_comparison.study",
            "structural_error",
            "accepts a hybrid study that learns the strength: parametric",
        ),
        (
            "method_comparison.methods.ad_eki_robust.correct",
            False,
            "ad_eki_robust.correct: got False, accepts true",
        ),
        (
            "method_comparison.methods.ad_eki_robust.recipe",
            "best",
            "ad_eki_robust.recipe: got 'best', accepts one of",
        ),
        (
            "scaling.samples.members",
            [8, 4],
            "scaling.samples.members: got [8, 4], accepts strictly increasing values",
        ),
        (
            "scaling.modes",
            ["backward"],
            "scaling.modes.0: got 'backward', accepts one of forward, reverse",
        ),
        (
            "scaling.time",
            0.2,
            "scaling.time: got 0.2, accepts a time up to the study's last, 0.101",
        ),
        (
            "scaling.design",
            [0.5, 1.2],
            "scaling.design: got [0.5, 1.2], accepts coordinates between 0.0 and 1.0",
        ),
        (
            "scaling.solvers",
            {"rollout": None, "propagator": None},
            "scaling.solvers: got {}, accepts at least one",
        ),
        (
            "scaling.solvers.rollout.plume.rollout.time_step",
            0.5,
            "scaling.solvers.rollout.plume.rollout.time_step",
        ),
        ("scaling.solvers.rollout.plume.solver", "propagator", "got 'propagator', accepts rollout"),
        ("networks.sizes.weights_37.members", 3, "networks.sizes.weights_37.members: unknown key"),
        (
            "networks.sizes.weights_37.network",
            {"hidden": 0},
            "network.hidden: got 0, accepts a number ≥ 1",
        ),
        (
            "benchmarks.adjoint.domain.upper",
            -2.0,
            "benchmarks.adjoint.domain.upper: got -2.0, accepts a number > -2.0",
        ),
        (
            "benchmarks.adjoint.datum.place",
            [3.5, 0.0],
            "adjoint.datum.place: got [3.5, 0.0], accepts coordinates in",
        ),
        (
            "benchmarks.adjoint.growths",
            [30.0, 5000.0],
            "benchmarks.adjoint.steps: got 25, accepts at least",
        ),
        ("benchmarks.repeats", 0, "benchmarks.repeats: got 0, accepts a number ≥ 1"),
        (
            "benchmarks.utility.study",
            "other",
            "got 'other', accepts a study of one parameter, one design, one output: linear, nonl",
        ),
        (
            "benchmarks.utility.place",
            2.0,
            "benchmarks.utility.place: got 2.0, accepts a design: a number between 0.0 and 1.0",
        ),
    ],
)
def test_an_impossible_value_is_named_with_what_is_accepted(key, value, accepts):
    assert accepts in refusal(lambda config: put(config, key, value))
