"""What a study, a variant and a sweep's case resolve to, layer upon layer."""

from copy import deepcopy

import pytest
from refusals import CONFIG, STUDY, put

from boed.config import overlays, validate

TOY = {
    "recipes": {
        "slow": {"rate": 1, "steps": {"a": 1, "b": 2}},
        "fast": {"rate": 9, "steps": {"a": 7, "b": 8}, "x": 0},
    },
    "studies": {
        "study": {
            "recipe": "slow",
            "replicates": 5,
            "steps": {"b": 3},
            "variants": {
                "own": {"rate": 4},
                "fast": {"recipe": "fast"},
                "both": {"recipe": "fast", "rate": 2},
            },
        }
    },
    "sweeps": {
        "sweep": {
            "study": "study",
            "replicates": 2,
            "axes": {
                "how": {"fast": {"recipe": "fast"}, "slow": {}},
                "rate": {"low": {"rate": 0}, "same": {}},
            },
        }
    },
}


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("own", {"rate": 4, "steps": {"a": 1, "b": 3}, "replicates": 5}),
        ("fast", {"rate": 9, "steps": {"a": 7, "b": 3}, "x": 0, "replicates": 5}),
        ("both", {"rate": 2, "steps": {"a": 7, "b": 3}, "x": 0, "replicates": 5}),
    ],
)
def test_a_variant_goes_before_its_study_and_that_before_the_recipe(variant, expected):
    assert overlays.resolve(TOY, "study", variant) == expected


def test_a_sweep_has_every_combination_once():
    sweep = TOY["sweeps"]["sweep"]
    assert list(overlays.cases(sweep)) == ["fast-low", "fast-same", "slow-low", "slow-same"]
    assert overlays.resolve_case(TOY, "sweep", "fast-low") == {
        "rate": 0,
        "steps": {"a": 7, "b": 3},
        "x": 0,
        "replicates": 2,
    }
    assert overlays.resolve_case(TOY, "sweep", "slow-same")["rate"] == 1


def test_a_case_that_two_sweeps_hold_is_run_by_the_first():
    both = deepcopy(TOY)
    both["sweeps"]["second"] = {
        "study": "study",
        "replicates": 2,
        "axes": {"how": {"fast": {"recipe": "fast", "rate": 0}, "other": {"rate": 7}}},
    }
    runs = overlays.runs(both)
    assert runs["second", "fast"] == ("sweep", "fast-low")
    assert runs["second", "other"] == ("second", "other")
    assert all(home == own for own, home in runs.items() if own[0] == "sweep")
    both["sweeps"]["second"]["replicates"] = 3
    assert overlays.runs(both)["second", "fast"] == ("second", "fast")


def test_resolving_changes_nothing_and_shares_nothing_with_the_configuration():
    before = deepcopy(TOY)
    overlays.resolve(TOY, "study", "own")["steps"]["a"] = 99
    overlays.resolve_case(TOY, "sweep", "fast-low")["steps"]["a"] = 99
    assert before == TOY


def test_the_printed_velocity_and_times_are_one_override_away():
    config = deepcopy(CONFIG)
    printed = {
        "plume": {"velocity": {"x": [0.0, 50.0], "y": [0.0, 50.0]}},
        "times": [0.03, 0.035, 0.04, 0.045, 0.05, 0.055],
    }
    put(config, f"{STUDY}.variants.printed", printed)
    validate.check(config)
    resolved = overlays.resolve(config, "structural_error", "printed")
    assert resolved["plume"]["velocity"] == printed["plume"]["velocity"]
    assert resolved["plume"]["diffusivity"] == 1.0
    assert config["studies"]["structural_error"]["times"][0] == 0.051


def test_what_is_set_to_null_is_left_out():
    config = deepcopy(CONFIG)
    put(config, f"{STUDY}.variants.predicted", None)
    put(config, "sweeps.risk", None)
    put(config, "sweeps.recipes.axes.recipe.printed", None)
    validate.check(config)
    left = overlays.without_nulls(config)
    variants = left["studies"]["structural_error"]["variants"]
    assert list(variants) == [
        "robust",
        "released",
        "printed",
        "uncorrected",
        "predicted_uncorrected",
    ]
    assert list(left["sweeps"]) == ["recipes", "ablation"]
    assert list(left["sweeps"]["recipes"]["axes"]["recipe"]) == [
        "robust",
        "released",
        "uncorrected",
    ]


def test_merging_changes_neither_operand():
    base, changes = {"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}}
    assert overlays.merged(base, changes) == {"a": {"b": [3], "c": 2}}
    assert (base, changes) == ({"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}})
