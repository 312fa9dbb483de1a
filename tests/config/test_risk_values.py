"""Impossible values of the studies of risk are named."""

import pytest
from refusals import CONFIG, put, refusal

RISK = "studies.linear"


@pytest.mark.parametrize(
    ("key", "value", "accepts"),
    [
        (
            f"{RISK}.samples",
            [100, 100],
            f"{RISK}.samples: got [100, 100], accepts strictly increasing",
        ),
        (f"{RISK}.samples", [1], f"{RISK}.samples.0: got 1, accepts a number ≥ 2"),
        (f"{RISK}.samples", [0], f"{RISK}.samples.0: got 0, accepts a number ≥ 2"),
        (f"{RISK}.noise", 1.0, f"{RISK}.noise: got 1.0, accepts a block of keys"),
        (
            f"{RISK}.noise",
            {"constant": -1.0},
            f"{RISK}.noise.constant: got -1.0, accepts a number ≥ 0",
        ),
        (
            "systems.linear.function",
            "cubic",
            "systems.linear.function: got 'cubic', accepts one of linear, nonlinear",
        ),
        (
            f"{RISK}.way",
            "exact",
            f"{RISK}.way: got 'exact', accepts one of pairwise, fast, automatic",
        ),
        (
            f"{RISK}.aversions",
            [float("nan")],
            f"{RISK}.aversions.0: got nan, accepts a finite number",
        ),
        (
            f"{RISK}.aversions",
            ["two"],
            f"{RISK}.aversions.0: got 'two', accepts a value of type number",
        ),
        (f"{RISK}.nodes", 2, f"{RISK}.nodes: got 2, accepts a number ≥ 3"),
        (
            f"{RISK}.designs",
            {"d": {"lower": 3.0}},
            f"{RISK}.designs.d.upper: got 3.0, accepts a number > 3.0",
        ),
        (
            f"{RISK}.parameters",
            {"theta": {"uniform": {"lower": 0.0, "upper": 1.0}}},
            f"{RISK}.parameters.theta: got ['uniform', 'normal'], accepts one of uniform, normal,",
        ),
        (
            "studies.nonlinear.parameters",
            {"theta": {"uniform": {"lower": 1.0, "upper": 0.0}}},
            "studies.nonlinear.parameters.theta.uniform.upper: got 0.0, accepts a number > 1.0",
        ),
        (
            f"{RISK}.convergence.design",
            4.0,
            f"{RISK}.convergence.design: got 4.0, accepts of d a number between 0.1 and 3.0",
        ),
        (
            f"{RISK}.convergence.design",
            [1.0, 2.0],
            f"{RISK}.convergence.design: got [1.0, 2.0], accepts 1 number: d",
        ),
        (
            f"{RISK}.convergence.samples",
            [100, 50],
            f"{RISK}.convergence.samples: got [100, 50], accepts strictly",
        ),
        (
            f"{RISK}.sample_sizes.designs",
            [0.0],
            f"{RISK}.sample_sizes.designs.0: got 0.0, accepts a number > 0",
        ),
        (
            f"{RISK}.sample_sizes.numbers",
            [[100, 4]],
            f"{RISK}.sample_sizes.numbers.0: got [100, 4], accepts a list of at least 3",
        ),
        (
            "studies.nonlinear.sample_sizes",
            CONFIG["studies"]["linear"]["sample_sizes"],
            "accepts null without a linear model and a normal prior",
        ),
        (
            f"{RISK}.risk.conditional_value_at_risk",
            0.0,
            "conditional_value_at_risk: got 0.0, accepts a number > 0",
        ),
        (f"{RISK}.risk.worst_of", 0, "worst_of: got 0, accepts a number ≥ 1"),
        (
            "studies.nonlinear.outcomes.designs",
            [0.2, 1.5],
            "designs: got 1.5, accepts a design: a number between 0.0 and 1.0",
        ),
        (
            "studies.nonlinear.outcomes.parameters",
            [0.2, 1.5],
            "outcomes.parameters: got 1.5, accepts a parameter between 0.0 and 1.0",
        ),
        (
            "studies.nonlinear.optimisation.experiments",
            [2, 2],
            "optimisation.experiments: got [2, 2], accepts a list without repetitions",
        ),
    ],
)
def test_an_impossible_value_is_named_with_what_is_accepted(key, value, accepts):
    assert accepts in refusal(lambda config: put(config, key, value))
