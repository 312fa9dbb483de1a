"""Impossible values of a study of a plume, of its recipe and of its true plume are named."""

import pytest
from refusals import LEARNED, STUDY, at, put, refusal

WRONG = [
    ("discrepancy_experiment.members", 1, "got 1, accepts a number ≥ 2"),
    ("times", [0.05, 0.05, 0.07, 0.08, 0.09, 0.1], "strictly increasing"),
    ("experiment.initial", [1.5, 0.5], "coordinates in [0.0, 1.0]"),
    ("truth.location", [-0.1, 0.5], "coordinates in [0.0, 1.0]"),
    ("plume.rollout.time_step", 0.5, "at most 0.0049"),
    ("model.source", "gausian", "one of gaussian, reciprocal_released, reciprocal_printed"),
    ("model.discrepancy", "nothing", "one of network, strength, none"),
    ("plume.solver", "spectral", "one of propagator, rollout"),
    ("plume.diffusivity", 0.0, "a number > 0"),
    ("plume.diffusivity", "1e-4", "write 1.0e-4"),
    ("plume.propagator.points", 251, "a multiple of 2"),
    ("plume.propagator.order", [1, 2], "5 numbers, one a panel"),
    (
        "plume.propagator.panels",
        [-1, 0, 1, 2, 3, 4],
        "edges about the source, within -2.52 and 2.52",
    ),
    ("noise.constant", -0.05, "a number > 0"),
    ("noise.constant", float("nan"), "finite"),
    ("replicates", 4.0, "type integer"),
    ("discrepancy_experiment.members", True, "type integer"),
    ("plume.propagator.length", 1.0, "at least 3.8"),
    ("belief.upper", -1.0, "a number >"),
    ("belief.map_window", 52, "at most cells = 51"),
    ("experiment.steps", [50, 45], "6 numbers for the 6 stages"),
    ("calibration.rates", [0.1], "5 numbers for the 6 stages"),
    (
        "calibration.centres",
        "mean",
        "one of map, refined_top_cells, top_cells, local_maxima, belief",
    ),
    ("calibration.draws", 0, "a number ≥ 1"),
    ("calibration.decay_precision", -1.0, "a number ≥ 0"),
    ("calibration.decay_radii", [], "a list of at least 1"),
    ("discrepancy_experiment.risk_aversion", -0.5, "a number ≥ 0"),
    ("experiment.grid", -1, "a number ≥ 0"),
    ("reupdate", "again", "one of none, compound, replace, replay"),
    ("recipe", "robus", "one of released, printed, robust"),
    ("recipe", ["robust"], "type string"),
    ("replicates", 0, "a number ≥ 1"),
    (
        "gain_profile.variants",
        ["uncorrected"],
        "variants with correct: true, of robust, released, printed, predicted",
    ),
    (
        "gain_profile.variants",
        ["other"],
        "variants with correct: true, of robust, released, printed, predicted",
    ),
    ("gain_profile.stage", 9, "a stage from 2 to 6"),
]


@pytest.mark.parametrize(("key", "value", "accepts"), WRONG)
def test_an_impossible_value_is_named_with_what_is_accepted(key, value, accepts):
    message = refusal(lambda config: put(config, f"{STUDY}.{key}", value))
    line = next(line for line in message.splitlines() if f"{STUDY}.{key}" in line)
    assert accepts in line


@pytest.mark.parametrize(
    ("key", "value", "accepts"),
    [
        (f"{LEARNED}.calibration.decay_precision", 1.0, "0 without a network"),
        (f"{LEARNED}.model.strength", 0, "a first guess other than 0"),
        (f"{LEARNED}.model.discrepancy", "network", "a study with a block network"),
        (f"{LEARNED}.model.discrepancy", "none", "correct: got True, accepts false"),
        (
            f"{LEARNED}.network",
            {"hidden": 4},
            "network: missing depth, first_layer_scale, pretraining",
        ),
        (
            "plume_figure.times",
            [0.1, 0.05],
            "plume_figure.times: got [0.1, 0.05], accepts strictly increasing",
        ),
        ("recipes.robust.replicates", 3, "recipes.robust.replicates"),
        (
            "recipes.robust.calibration.draws",
            0,
            "recipes.robust.calibration.draws: got 0, accepts a number ≥ 1",
        ),
        (
            f"{STUDY}.discrepancy_experiment",
            {"localisation": "correlation", "members": 2},
            "members: got 2, accepts at",
        ),
    ],
)
def test_an_impossible_value_of_another_block_is_named_too(key, value, accepts):
    assert accepts in refusal(lambda config: put(config, key, value))


def test_a_recipe_that_fits_a_study_but_not_another_is_refused_there_alone():
    """The study without a network cannot let one decay, and overrides that key of its recipe."""
    message = refusal(
        lambda config: config["studies"]["parametric_error"]["calibration"].pop("decay_precision")
    )
    assert f"{LEARNED}.calibration.decay_precision: got 1.0" in message
    assert STUDY not in message


@pytest.mark.parametrize("name", ["claims", "plume", "sweeps", "Study", "a-b", 1])
def test_a_study_needs_a_name_of_its_own(name):
    assert str(name) in refusal(
        lambda c: c["studies"].update({name: c["studies"]["structural_error"]})
    )


def test_the_narrow_printed_source_needs_finer_samples():
    message = refusal(lambda config: put(config, f"{STUDY}.model.source", "reciprocal_printed"))
    assert "oversampling: got 2, accepts at least 8" in message
    assert "points: got 128, accepts at least 192, or a model.width of at least" in message


def test_a_design_domain_wider_than_the_plumes_is_refused():
    message = refusal(lambda config: put(config, f"{STUDY}.experiment.upper", 9.0))
    assert f"{STUDY}.plume.propagator.length: got 5.04, accepts at least 11" in message


def test_walls_must_hold_designs_and_beliefs():
    def change(config):
        plume = at(config, ["systems", "plume_structural"])["plume"]
        plume["solver"] = "rollout"
        plume["rollout"].update(lower=0.4, upper=0.6, time_step=1e-5)

    assert "plume.rollout: got [0.4, 0.6], accepts walls at least 2 apart" in refusal(change)
