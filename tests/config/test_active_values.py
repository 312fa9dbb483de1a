"""Impossible values of a study that learns from its own designs are named."""

import pytest
from refusals import put, refusal

ACTIVE = "studies.active_ill_posed"


@pytest.mark.parametrize(
    ("key", "value", "accepts"),
    [
        (
            "studies.active_parametric.agreement.data",
            [20, 5],
            "agreement.data: got [20, 5], accepts strictly",
        ),
        (
            "studies.active_parametric.agreement.wrong",
            [0.5, 1.5],
            "agreement.wrong: got [0.5, 1.5], accepts",
        ),
        (
            f"{ACTIVE}.array",
            {"side": 0, "spacing": 0.06},
            f"{ACTIVE}.array.side: got 0, accepts a number ≥ 1",
        ),
        (
            f"{ACTIVE}.indicator",
            {"variance": 0.0},
            "indicator.variance: got 0.0, accepts a number > 0",
        ),
        (
            f"{ACTIVE}.indicator",
            {"variance": "none"},
            "indicator.variance: got 'none', accepts a value of type",
        ),
        (f"{ACTIVE}.indicator", {"budget": 0}, "indicator.budget: got 0, accepts a number ≥ 1"),
        (
            f"{ACTIVE}.calibration.data",
            "discrepancy",
            "calibration.data: got 'discrepancy', accepts newest or all",
        ),
        (
            f"{ACTIVE}.experiment.utility",
            "predicted",
            "experiment.utility: got 'predicted', accepts measured for an",
        ),
        (
            f"{ACTIVE}.model.velocity.x",
            [1.0, 30.0],
            "model.velocity.x: got [1.0, 30.0], accepts [0, a] with 10.0 < a < 70.0",
        ),
        (
            f"{ACTIVE}.model.velocity.x",
            [0.0, 5.0],
            "model.velocity.x: got [0.0, 5.0], accepts [0, a] with",
        ),
        (
            f"{ACTIVE}.discrepancy_experiment",
            {"schedule": "released", "members": 9},
            f"{ACTIVE}.array.side: got 3, accepts fewer sensors (side²) than the 9 members of",
        ),
        (f"{ACTIVE}.plume.propagator.length", 6.5, "propagator.length: got 6.5, accepts at least"),
        (
            "studies.active_structural.designs.stage",
            6,
            "designs.stage: got 6, accepts a stage from 2 to 5",
        ),
        (
            "studies.active_structural.designs.variant",
            "best",
            "designs.variant: got 'best', accepts variants with correct: true, of robust",
        ),
    ],
)
def test_an_impossible_value_is_named_with_what_is_accepted(key, value, accepts):
    assert accepts in refusal(lambda config: put(config, key, value))


def test_the_array_of_the_indicator_has_fewer_sensors_than_members_without_noise():
    def change(config):
        put(config, f"{ACTIVE}.discrepancy_experiment", {"schedule": "released", "members": 16})
        put(config, f"{ACTIVE}.indicator", {"array": {"side": 4, "spacing": 0.02}})

    expected = f"{ACTIVE}.indicator.array.side: got 4, accepts fewer sensors (side²) than the 16"
    assert expected in refusal(change)
