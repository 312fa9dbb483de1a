"""Impossible values of the source inversion, its walls among them, are named."""

import pytest
from refusals import put, refusal


@pytest.mark.parametrize(
    ("key", "value", "accepts"),
    [
        (
            "source_inversion.layouts.open",
            [[0.6, 0.4, 0.2, 0.8]],
            "open: building 1, (0.6, 0.4, 0.2, 0.8), is inverted",
        ),
        (
            "source_inversion.layouts.open",
            [[0.4, 1.4, 0.2, 0.8]],
            "open: building 1, (0.4, 1.4, 0.2, 0.8), reaches",
        ),
        (
            "source_inversion.layouts.open",
            [[0.4, 0.6, 0.2, 0.8], [0.5, 0.7, 0.2, 0.8]],
            "open: buildings 1, ",
        ),
        (
            "source_inversion.layouts.open",
            [[0.0, 1.0, 0.0, 1.0]],
            "open: the buildings cover the whole square",
        ),
        (
            "source_inversion.layouts.open",
            [[0.4, 0.6, 0.0, 1.0]],
            "open: the accessible cells fall into 2 parts",
        ),
        (
            "source_inversion.layouts.open",
            [[0.4, 0.6, 0.2]],
            "open.0: got [0.4, 0.6, 0.2], accepts a list of at",
        ),
        ("source_inversion.time", 0.0, "source_inversion.time: got 0.0, accepts a number > 0"),
        ("source_inversion.cells", 30, "walls must lie on a grid of 30 cells"),
        ("source_inversion.solver.cells", 30, "walls must lie on a grid of 30 cells"),
        (
            "source_inversion.model",
            "network",
            "source_inversion.model: got 'network', accepts one of surrogate, solver",
        ),
        (
            "source_inversion.searches.two_sensors",
            ["nowhere"],
            "two_sensors: got 'nowhere', accepts one of open, b",
        ),
        (
            "source_inversion.outcomes.aversions",
            [0.0, 9.0],
            "outcomes.aversions: got 9.0, accepts one of",
        ),
        (
            "source_inversion.outcomes.worst",
            4000,
            "outcomes.worst: got 4000, accepts at most samples = 3000",
        ),
        (
            "source_inversion.surrogate.validation_share",
            1e-4,
            "leaves at least one of 1000 sources",
        ),
        (
            "source_inversion.surrogate.check_every",
            10**6,
            "check_every: got 1000000, accepts a number that div",
        ),
    ],
)
def test_an_impossible_value_is_named_with_what_is_accepted(key, value, accepts):
    assert accepts in refusal(lambda config: put(config, key, value))
