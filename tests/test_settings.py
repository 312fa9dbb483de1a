"""The configuration is checked before anything runs, and every error names its key."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from boed import settings
from boed.settings import SettingsError

SCHEMA = yaml.safe_load(Path("workflow/schemas/config.schema.yaml").read_text())
FILES = {name: yaml.safe_load(Path(f"config/{name}.yaml").read_text()) for name in ("config", "smoke")}
STUDY = "plume_studies.structural_error"


def places(node, path=()):
    """Paths of all mappings of the configuration, except those whose keys are names that a user chooses."""
    if isinstance(node, dict):
        if path not in {("plume_studies",), ("plume_studies", "structural_error", "variants")}:
            yield path
        for key, value in node.items():
            yield from places(value, (*path, key))


def at(config, path):
    for key in path:
        config = config[key]
    return config


def refusal(change, file="config"):
    config = deepcopy(FILES[file])
    change(config)
    with pytest.raises(SettingsError) as error:
        settings.check(config, SCHEMA)
    return str(error.value)


@pytest.mark.parametrize("name", FILES)
def test_the_configurations_that_come_with_the_project_pass(name):
    settings.check(FILES[name], SCHEMA)


def test_smoke_has_the_same_keys():
    paths = {name: {p for p in places(config) if "variants" not in p} for name, config in FILES.items()}
    assert paths["config"] == paths["smoke"]
    for path in paths["config"]:
        assert at(FILES["config"], path).keys() == at(FILES["smoke"], path).keys()


@given(st.sampled_from(sorted(places(FILES["config"]))), st.from_regex(r"[a-z]{3,8}_x", fullmatch=True))
def test_an_unknown_key_at_any_depth_is_named(path, key):
    message = refusal(lambda config: at(config, path).update({key: 1}))
    assert ".".join([*path, key]) in message
    assert "unknown key" in message


@given(st.data())
def test_a_missing_key_is_named(data):
    config = FILES["config"]
    path = data.draw(st.sampled_from([p for p in sorted(places(config)) if at(config, p) and "variants" not in p]))
    key = data.draw(st.sampled_from(sorted(at(config, path))))
    assert key in refusal(lambda c: at(c, path).pop(key))


@given(st.data())
def test_a_value_of_the_wrong_type_is_named(data):
    config = FILES["config"]
    path = data.draw(st.sampled_from([p for p in sorted(places(config)) if at(config, p) and "variants" not in p]))
    key = data.draw(st.sampled_from(sorted(at(config, path))))
    message = refusal(lambda c: at(c, path).update({key: object}))
    assert ".".join([*path, key]) in message


WRONG = [
    ("discrepancy_experiment.members", 1, "got 1, accepts a number ≥ 2"),
    ("times", [0.05, 0.05, 0.07, 0.08, 0.09, 0.1], "strictly increasing"),
    ("experiment.initial", [1.5, 0.5], "coordinates in [0.0, 1.0]"),
    ("truth.location", [-0.1, 0.5], "coordinates in [0.0, 1.0]"),
    ("plume.rollout.time_step", 0.5, "at most 0.0049"),
    ("model.source", "gausian", "one of gaussian, reciprocal_released, reciprocal_printed"),
    ("plume.solver", "spectral", "one of propagator, rollout"),
    ("plume.diffusivity", 0.0, "a number > 0"),
    ("plume.diffusivity", "1e-4", "write 1.0e-4"),
    ("plume.propagator.points", 251, "a multiple of 2"),
    ("plume.propagator.order", [1, 2], "5 numbers, one a panel"),
    ("plume.propagator.panels", [-1, 0, 1, 2, 3, 4], "edges from -2.5 to 2.5"),
    ("noise.constant", -0.05, "a number > 0"),
    ("noise.constant", float("nan"), "finite"),
    ("replicates", 4.0, "type integer"),
    ("discrepancy_experiment.members", True, "type integer"),
    ("plume.propagator.length", 1.0, "at least 3.8"),
    ("belief.upper", -1.0, "a number >"),
    ("experiment.steps", [50, 45], "6 numbers for the 6 stages"),
    ("calibration.rates", [0.1], "5 numbers for the 6 stages"),
    ("replicates", 0, "a number ≥ 1"),
    ("gain_profile.variant", "uncorrected", "one of corrected, corrected_replace"),
    ("gain_profile.stage", 9, "a stage from 2 to 6"),
]


@pytest.mark.parametrize(("key", "value", "accepts"), WRONG)
def test_an_impossible_value_is_named_with_what_is_accepted(key, value, accepts):
    *path, last = key.split(".")
    message = refusal(lambda c: at(c, ["plume_studies", "structural_error", *path]).update({last: value}))
    assert f"{STUDY}.{key}" in message
    assert accepts in message


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        ({"correkt": True}, "variants.other.correkt", "unknown key"),
        ({"replicates": 3}, "variants.other.replicates", "cannot change this key"),
        ({"times": [0.1]}, "variants.other.times", "6 times, as in the study"),
        ({"model": {"discrepancy": "none"}}, "variants.other.correct", "no network to calibrate"),
        ({"plume": {"velocity": {"z": [1.0]}}}, "variants.other.plume.velocity.z", "unknown key"),
        ({"model": {"source": "gaussian"}}, "variants.other.model.source", "make a study of its own"),
        ({"discrepancy_experiment": {"members": 1}}, "variants.other.discrepancy_experiment.members", "≥ 2"),
    ],
)
def test_a_variants_changes_are_checked_too(changes, key, accepts):
    message = refusal(lambda c: at(c, STUDY.split("."))["variants"].update(other=changes))
    assert f"{STUDY}.{key}" in message
    assert accepts in message


def test_the_printed_velocity_and_times_are_one_override_away():
    config = deepcopy(FILES["config"])
    printed = {
        "plume": {"velocity": {"x": [0.0, 50.0], "y": [0.0, 50.0]}},
        "times": [0.03, 0.035, 0.04, 0.045, 0.05, 0.055],
    }
    study = at(config, STUDY.split("."))
    study["variants"]["printed"] = printed
    settings.check(config, SCHEMA)
    resolved = settings.resolve(study, "printed")
    assert resolved["plume"]["velocity"] == printed["plume"]["velocity"]
    assert resolved["plume"]["diffusivity"] == study["plume"]["diffusivity"]
    assert study["times"][0] == 0.051


def test_a_variant_set_to_null_is_left_out():
    config = deepcopy(FILES["config"])
    at(config, STUDY.split("."))["variants"]["physics_only"] = None
    settings.check(config, SCHEMA)
    left = settings.without_nulls(config)["plume_studies"]["structural_error"]["variants"]
    assert list(left) == ["corrected", "corrected_replace", "uncorrected"]


@pytest.mark.parametrize("name", ["claims", "plume", "Study", "a-b", 1])
def test_a_study_needs_a_name_of_its_own(name):
    assert str(name) in refusal(lambda c: c["plume_studies"].update({name: c["plume_studies"]["structural_error"]}))


def test_the_narrow_printed_source_needs_finer_samples():
    def change(config):
        at(config, STUDY.split("."))["model"]["source"] = "reciprocal_printed"

    assert "oversampling: got 2, accepts at least 4" in refusal(change)


def test_a_design_domain_wider_than_the_plumes_is_refused():
    message = refusal(lambda c: at(c, STUDY.split("."))["experiment"].update(upper=9.0))
    assert f"{STUDY}.plume.propagator.length: got 5.0, accepts at least 11" in message


def test_walls_must_hold_designs_and_beliefs():
    def change(config):
        plume = at(config, STUDY.split("."))["plume"]
        plume["solver"] = "rollout"
        plume["rollout"].update(lower=0.4, upper=0.6, time_step=1e-5)

    assert "plume.rollout: got [0.4, 0.6], accepts walls at least 2 apart" in refusal(change)


def test_merging_changes_neither_operand():
    base, changes = {"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}}
    assert settings.merged(base, changes) == {"a": {"b": [3], "c": 2}}
    assert (base, changes) == ({"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}})


def described(schema, path=()):
    """Paths of the schema's properties, and whether each has a description of its own or by reference."""
    for key, value in schema.get("properties", {}).items():
        target = SCHEMA["$defs"][value["$ref"].rsplit("/", 1)[1]] if "$ref" in value else value
        yield (*path, key), "description" in value or "description" in target
        yield from described(target, (*path, key))


def test_every_key_has_a_description():
    roots = [SCHEMA, *(SCHEMA["$defs"][name] for name in ("plume_study", "plume", "truth"))]
    missing = [path for root in roots for path, has in described(root) if not has]
    assert not missing


def test_every_key_is_in_the_configurations_documentation():
    text = Path("config/README.md").read_text()
    keys = {path[-1] for root in (SCHEMA, SCHEMA["$defs"]["plume_study"]) for path, _ in described(root)}
    assert not [key for key in sorted(keys) if f"`{key}`" not in text]
