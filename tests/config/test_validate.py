"""The configuration is checked before anything runs, and every error names its key."""

import configurations
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals import CONFIG, FILES, STUDY, at, refusal

from boed.config import lookup, overlays, validate
from boed.config.model.believed import Belief, Noise
from boed.config.model.configuration import Claims
from boed.config.model.learning import Calibration, DiscrepancyExperiment, Experiment


def is_catalogue(path):
    """Whether the keys there are names that a user chooses."""
    levels = {
        "recipes": (1,),
        "systems": (1,),
        "studies": (1,),
        "sweeps": (1, 4),
    }
    depth = levels.get(path[0], ()) if path else ()
    named = {
        ("scaling", "solvers"),
        ("method_comparison", "methods"),
        ("networks", "sizes"),
        ("source_inversion", "layouts"),
    }
    chosen = {("variants",), ("axes",), ("parameters",), ("designs",)}
    listed = path[2:] in chosen and path != ("studies", path[1], "designs")
    return len(path) in depth or listed or path in named


def places(node, path=()):
    """Paths of all mappings of the configuration."""
    if isinstance(node, dict):
        yield path
        for key, value in node.items():
            yield from places(value, (*path, key))


@pytest.mark.parametrize("name", FILES)
def test_the_configurations_that_come_with_the_project_pass(name):
    validate.check(FILES[name])


def leaves(node, path=()):
    """(path, value) of all that an overlay sets, null and lists among them."""
    for key, value in node.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def test_smoke_holds_only_what_differs():
    overlay = configurations.read(configurations.CONFIG / "smoke.yaml")
    repeated = [".".join(path) for path, value in leaves(overlay) if at(CONFIG, path) == value]
    assert repeated == []


@pytest.mark.parametrize("study", lookup.sequential(CONFIG))
def test_a_study_resolves_to_the_same_keys_in_smoke(study):
    keys = {}
    for name, config in FILES.items():
        resolved = overlays.resolved(config, study)
        keys[name] = {(path, key) for path in places(resolved) for key in at(resolved, path)}
    assert keys["config"] == keys["smoke"]


@given(
    st.sampled_from(sorted(path for path in places(CONFIG) if not is_catalogue(path))),
    st.from_regex(r"[a-z]{3,8}_x", fullmatch=True),
)
def test_an_unknown_key_at_any_depth_is_named(path, key):
    message = refusal(lambda config: at(config, path).update({key: 1}))
    assert f"{'.'.join([*path, key])}: unknown key" in message


@given(st.sampled_from(sorted((path, key) for path in places(CONFIG) for key in at(CONFIG, path))))
def test_a_value_of_the_wrong_type_is_named(place):
    path, key = place
    message = refusal(lambda config: at(config, path).update({key: object}))
    assert f"{'.'.join([*path, key])}: got " in message


# layers of one study
USED = {("systems", "plume_structural"), ("recipes", "robust"), ("studies", "structural_error")}


def needed(path):
    """Whether no other block holds the keys there: not in a variant or sweep, nor in recipes and
    studies beside.
    """
    alone = path[:1] in {(), ("pathvars",), ("plume_figure",), ("benchmarks",)}
    alone = alone or path in {
        ("scaling",),
        ("scaling", "members"),
        ("networks",),
        ("networks", "cost"),
    }
    used = path[:2] in USED and "variants" not in path
    return alone or used or (path[:1] == ("sweeps",) and len(path) == 2)


# keys with a default, and blocks that a study may do without
OPTIONAL = {"gain_profile", "gain_comparison", "joint", "changes", "precision", "starting_network"}
DEFAULTS = {
    block: {name for name, field in model.model_fields.items() if not field.is_required()}
    for block, model in {
        "claims": Claims,
        "noise": Noise,
        "belief": Belief,
        "experiment": Experiment,
        "discrepancy_experiment": DiscrepancyExperiment,
        "calibration": Calibration,
    }.items()
}
REQUIRED = sorted(
    (path, key)
    for path in places(CONFIG)
    if needed(path)
    for key in at(CONFIG, path)
    if key not in OPTIONAL | DEFAULTS.get(path[-1] if path else "", set())
)


@given(st.sampled_from(REQUIRED))
def test_a_missing_key_is_named_where_the_study_lacks_it(place):
    path, key = place
    message = refusal(lambda config: at(config, path).pop(key))
    assert key in message
    if not isinstance(at(CONFIG, path)[key], dict):
        where = ".".join([STUDY, *path[2:]] if path[:2] in USED else path)
        assert f"{where or 'config'}: missing {key}\n" in message + "\n"


def test_a_network_that_starts_nowhere_is_named():
    message = refusal(lambda config: config["recipes"]["robust"].pop("starting_network"))
    assert f"{STUDY}.starting_network: got None, accepts pretrained, released or zero" in message
