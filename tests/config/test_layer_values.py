"""Impossible values in the layers upon a study, in its variants and in sweeps, are named there."""

import pytest
from refusals import STUDY, at, put, refusal


@pytest.mark.parametrize(
    ("key", "value", "accepts"),
    [
        (
            "sweeps.risk.study",
            "structural",
            "sweeps.risk.study: got 'structural', accepts one of structural_error",
        ),
        ("sweeps.risk.replicates", 0, "sweeps.risk.replicates: got 0, accepts a number ≥ 1"),
        ("sweeps.risk.axes", {}, "sweeps.risk.axes: got {}, accepts at least 1 key"),
        ("sweeps.risk.axes.noise", {}, "sweeps.risk.axes.noise: got {}, accepts at least 1 key"),
    ],
)
def test_an_impossible_value_of_a_sweep_is_named(key, value, accepts):
    assert accepts in refusal(lambda config: put(config, key, value))


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        ({"correkt": True}, "correkt", "unknown key"),
        ({"replicates": 3}, "replicates", "only the study itself holds this key"),
        ({"recipe": "robus"}, "recipe", "got 'robus', accepts one of released, printed,"),
        ({"plume": {"velocity": {"z": [1.0]}}}, "plume.velocity.z", "unknown key"),
        ({"discrepancy_experiment": {"members": 1}}, "discrepancy_experiment.members", "≥ 2"),
    ],
)
@pytest.mark.parametrize("place", [f"{STUDY}.variants.other", "sweeps.risk.axes.noise.other"])
def test_a_layers_own_changes_are_checked(place, changes, key, accepts):
    message = refusal(lambda config: put(config, place, changes))
    line = next(line for line in message.splitlines() if f"{place}.{key}" in line)
    assert accepts in line


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        ({"times": [0.1]}, "times", "6 times, as in the study"),
        ({"times": [0.1, 0.2, 0.3, 0.4, 0.6, 0.5]}, "times", "strictly increasing"),
        ({"model": {"discrepancy": "none"}}, "correct", "nothing to calibrate"),
        ({"model": {"source": "gaussian"}}, "model.source", "make a study of its own"),
        ({"experiment": {"steps": [5]}}, "experiment.steps", "6 numbers for the 6 stages"),
    ],
)
@pytest.mark.parametrize(
    ("place", "named"),
    [
        (f"{STUDY}.variants.other", f"{STUDY}.variants.other"),
        ("sweeps.risk.axes.noise.other", "sweeps.risk"),
    ],
)
def test_what_changes_make_of_the_study_is_checked(place, named, changes, key, accepts):
    message = refusal(lambda config: put(config, place, changes))
    assert any(f"{named}.{key}" in line and accepts in line for line in message.splitlines())


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (
            ("studies", "structural_error", "variants"),
            "studies.structural_error.variants",
        ),
        (("sweeps", "risk", "axes", "noise"), "sweeps.risk.axes.noise"),
    ],
)
def test_an_axis_or_a_study_of_nulls_alone_is_refused(path, named):
    def nulls(config):
        block = at(config, path)
        block.update(dict.fromkeys(block))

    assert f"{named}: got {{}}, accepts at least one that is not null" in refusal(nulls)
