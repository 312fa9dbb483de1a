"""What methods cost, counted by hand, and the table of it."""

import pytest

from boed.costs import method_costs
from boed.costs.method_costs import Part

# three stages, four cells: searches of 10 candidates and 5 steps each; 7 steps of 4 members and 3
# iterations teach
SETTINGS = {
    "times": [0.1, 0.2, 0.3],
    "belief": {"cells": 2},
    "experiment": {"grid": 3, "steps": [5, 5, 5]},
    "discrepancy_experiment": {"grid": 0, "steps": 7, "members": 4, "iterations": 3},
    "calibration": {"centres": "belief", "rounds": 2},
    "reupdate": "replay",
    "joint": {"cells": 5, "data": 2},
}


def test_costs_of_a_hybrid_design_by_hand():
    assert method_costs.physical_part(SETTINGS) == (4, 45, 3, 4 * 48)
    assert method_costs.discrepancy_part(SETTINGS) == (12, 14, 0, 14 * 12)
    teaching = SETTINGS["discrepancy_experiment"] | {"grid": 2}
    scanned = SETTINGS | {"discrepancy_experiment": teaching}
    # five candidates in each of two stages, by one iteration each
    assert method_costs.discrepancy_part(scanned) == (12, 24, 0, 14 * 12 + 10 * 4)


def test_costs_of_calibrations_by_hand():
    # stages 2 and 3 have 3 and 5 data at 2 and 3 times: for each of two rounds, and for the belief
    # that is remade
    part = method_costs.calibration_part
    assert part(SETTINGS) == (4, 2, 3 * (2 + 3), 4 * 3 * (3 + 5))
    assert part(SETTINGS | {"reupdate": "replace"}) == (4, 2, 2 * 5 + 2, 4 * (2 * 8 + 2))
    at_a_point = SETTINGS | {"calibration": {"centres": "map", "rounds": 2}}
    assert part(at_a_point) == (4, 2, 2 + 3, 4 * (3 + 5))


def test_costs_where_the_designs_own_data_teach_by_hand():
    itself = SETTINGS | {"indicator": {}}
    assert method_costs.indicator_part(itself) == (12, 2, 0, 24)
    # one datum a stage
    assert method_costs.calibration_part(itself) == (4, 2, 3 * (2 + 3), 4 * 3 * (2 + 3))


def test_costs_of_joint_design_by_hand():
    # one search of 15 designs in the first stage, two in each later one; an update after each
    assert method_costs.joint_part(SETTINGS) == (20, 75, 3, 20 * 80)


@pytest.mark.parametrize(
    ("settings", "teaching"),
    [(SETTINGS, "discrepancy_design"), (SETTINGS | {"indicator": {}}, "indicator")],
)
def test_the_part_that_teaches_goes_by_the_method(settings, teaching):
    names = [("hybrid", "physical_design"), ("hybrid", teaching), ("hybrid", "calibration")]
    assert list(method_costs.parts(settings)) == [("joint", "all"), *names]


def test_the_table_multiplies_each_part_and_sums_the_hybrid_ones():
    counted = {
        ("joint", "all"): Part(10, 4, 1, 40),
        ("hybrid", "physical_design"): Part(2, 5, 3, 10),
        ("hybrid", "calibration"): Part(2, 2, 7, 100),
    }
    seconds = dict(zip(counted, (0.5, 0.25, 3.0), strict=True))
    assert method_costs.table(counted, seconds) == [
        ["joint", "all", 10, 4, 1, 40, "0.5", "2"],
        ["hybrid", "physical_design", 2, 5, 3, 10, "0.25", "1.25"],
        ["hybrid", "calibration", 2, 2, 7, 100, "3", "6"],
        ["hybrid", "all", "", "", 10, 110, "", "7.25"],
    ]
    assert method_costs.seconds_of(counted, seconds, "joint") == 2.0
