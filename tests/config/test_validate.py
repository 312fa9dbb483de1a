"""The configuration is checked before anything runs, and every error names its key."""

from copy import deepcopy

import configurations
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boed.config import overlays, validate
from boed.config.model.believed import Belief, Noise
from boed.config.model.configuration import Claims
from boed.config.model.learning import Calibration, DiscrepancyExperiment, Experiment
from boed.config.validate import SettingsError

FILES = {"config": configurations.paper(), "smoke": configurations.smoke()}
CONFIG = FILES["config"]
RISK = "risk_studies.linear"
ACTIVE = "active_studies.active_ill_posed"
STUDY, LEARNED = "plume_studies.structural_error", "plume_studies.parametric_error"


def is_catalogue(path):
    """Whether the keys there are names that a user chooses."""
    levels = {
        "recipes": (1,),
        "plume_studies": (1,),
        "active_studies": (1,),
        "sweeps": (1, 4),
        "risk_studies": (1,),
    }
    depth = levels.get(path[0], ()) if path else ()
    named = {
        ("scaling", "solvers"),
        ("method_comparison", "methods"),
        ("networks", "sizes"),
        ("source_inversion", "layouts"),
    }
    return len(path) in depth or path[2:] in {("variants",), ("axes",)} or path in named


def places(node, path=()):
    """Paths of all mappings of the configuration."""
    if isinstance(node, dict):
        yield path
        for key, value in node.items():
            yield from places(value, (*path, key))


def at(config, path):
    for key in path:
        config = config[key]
    return config


def put(config, key, value):
    """Set a dotted key, and make the mappings above it."""
    *path, last = key.split(".")
    for part in path:
        config = config.setdefault(part, {})
    config[last] = value


def refusal(change, file="config"):
    config = deepcopy(FILES[file])
    change(config)
    with pytest.raises(SettingsError) as error:
        validate.check(config)
    return str(error.value)


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


@pytest.mark.parametrize("study", overlays.studies(CONFIG))
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
    used = (
        path[:2] in {("recipes", "robust"), ("plume_studies", "structural_error")}
        and "variants" not in path
    )
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
        where = ".".join([STUDY, *path[2:]] if path[:1] == ("recipes",) else path)
        assert f"{where or 'config'}: missing {key}\n" in message + "\n"


def test_a_network_that_starts_nowhere_is_named():
    message = refusal(lambda config: config["recipes"]["robust"].pop("starting_network"))
    assert f"{STUDY}.starting_network: got None, accepts pretrained, released or zero" in message


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
            "sweeps.risk.study",
            "structural",
            "sweeps.risk.study: got 'structural', accepts one of structural_error",
        ),
        ("sweeps.risk.replicates", 0, "sweeps.risk.replicates: got 0, accepts a number ≥ 1"),
        ("sweeps.risk.axes", {}, "sweeps.risk.axes: got {}, accepts at least 1 key"),
        ("sweeps.risk.axes.noise", {}, "sweeps.risk.axes.noise: got {}, accepts at least 1 key"),
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
            "active_studies.active_parametric.agreement.data",
            [20, 5],
            "agreement.data: got [20, 5], accepts strictly",
        ),
        (
            "active_studies.active_parametric.agreement.wrong",
            [0.5, 1.5],
            "agreement.wrong: got [0.5, 1.5], accepts",
        ),
        (
            "method_comparison.study",
            "structural_error",
            "accepts a plume study that learns the strength: parametric",
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
            f"{STUDY}.discrepancy_experiment",
            {"localisation": "correlation", "members": 2},
            "members: got 2, accepts at",
        ),
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
        (f"{ACTIVE}.plume.propagator.length", 6.5, "propagator.length: got 6.5, accepts at least"),
        (
            "active_studies.active_structural.designs.stage",
            6,
            "designs.stage: got 6, accepts a stage from 2 to 5",
        ),
        (
            "active_studies.active_structural.designs.variant",
            "best",
            "designs.variant: got 'best', accepts variants with correct: true, of robust",
        ),
        (
            "active_studies.structural_error",
            FILES["config"]["active_studies"]["active_structural"],
            "a name that no other",
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
            "benchmarks.utility.study: got 'other', accepts one of linear, nonlinear",
        ),
        (
            "benchmarks.utility.place",
            2.0,
            "benchmarks.utility.place: got 2.0, accepts a design between 0.0 and 1.0",
        ),
        (
            "risk_studies",
            {"linear": None, "nonlinear": None},
            "risk_studies: got {}, accepts at least one",
        ),
        (
            "risk_studies.structural_error",
            FILES["config"]["risk_studies"]["linear"],
            "a name that no plume study has",
        ),
        (
            f"{RISK}.samples",
            [100, 100],
            f"{RISK}.samples: got [100, 100], accepts strictly increasing",
        ),
        (f"{RISK}.samples", [1], f"{RISK}.samples.0: got 1, accepts a number ≥ 2"),
        (f"{RISK}.samples", [0], f"{RISK}.samples.0: got 0, accepts a number ≥ 2"),
        (f"{RISK}.noise", -1.0, f"{RISK}.noise: got -1.0, accepts a number > 0"),
        (f"{RISK}.model", "cubic", f"{RISK}.model: got 'cubic', accepts one of linear, nonlinear"),
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
        (f"{RISK}.design.lower", 3.0, f"{RISK}.design.upper: got 3.0, accepts a number > 3.0"),
        (f"{RISK}.prior.uniform", {"lower": 0.0, "upper": 1.0}, "accepts at most 1 key"),
        (
            f"{RISK}.prior",
            {"uniform": {"lower": 1.0, "upper": 0.0}},
            f"{RISK}.prior.uniform.upper: got 0.0",
        ),
        (
            f"{RISK}.convergence.design",
            4.0,
            f"{RISK}.convergence.design: got 4.0, accepts a design between 0.1 and 3.0",
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
            "risk_studies.nonlinear.sample_sizes",
            FILES["config"]["risk_studies"]["linear"]["sample_sizes"],
            "accepts null without a linear model and a normal prior",
        ),
        (
            f"{RISK}.risk.conditional_value_at_risk",
            0.0,
            "conditional_value_at_risk: got 0.0, accepts a number > 0",
        ),
        (f"{RISK}.risk.worst_of", 0, "worst_of: got 0, accepts a number ≥ 1"),
        (
            "risk_studies.nonlinear.outcomes.designs",
            [0.2, 1.5],
            "designs: got 1.5, accepts a design between 0.0 and 1.0",
        ),
    ],
)
def test_an_impossible_value_anywhere_else_is_named_too(key, value, accepts):
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


def test_a_recipe_that_fits_a_study_but_not_another_is_refused_there_alone():
    """The study without a network cannot let one decay, and overrides that key of its recipe."""
    message = refusal(
        lambda config: config["plume_studies"]["parametric_error"]["calibration"].pop(
            "decay_precision"
        )
    )
    assert f"{LEARNED}.calibration.decay_precision: got 1.0" in message
    assert STUDY not in message


TOY = {
    "recipes": {
        "slow": {"rate": 1, "steps": {"a": 1, "b": 2}},
        "fast": {"rate": 9, "steps": {"a": 7, "b": 8}, "x": 0},
    },
    "plume_studies": {
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
    assert config["plume_studies"]["structural_error"]["times"][0] == 0.051


def test_what_is_set_to_null_is_left_out():
    config = deepcopy(CONFIG)
    put(config, f"{STUDY}.variants.predicted", None)
    put(config, "sweeps.risk", None)
    put(config, "sweeps.recipes.axes.recipe.printed", None)
    validate.check(config)
    left = overlays.without_nulls(config)
    variants = left["plume_studies"]["structural_error"]["variants"]
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


@pytest.mark.parametrize("name", ["claims", "plume", "sweeps", "Study", "a-b", 1])
def test_a_study_needs_a_name_of_its_own(name):
    assert str(name) in refusal(
        lambda c: c["plume_studies"].update({name: c["plume_studies"]["structural_error"]})
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
        plume = at(config, STUDY.split("."))["plume"]
        plume["solver"] = "rollout"
        plume["rollout"].update(lower=0.4, upper=0.6, time_step=1e-5)

    assert "plume.rollout: got [0.4, 0.6], accepts walls at least 2 apart" in refusal(change)


def test_merging_changes_neither_operand():
    base, changes = {"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}}
    assert overlays.merged(base, changes) == {"a": {"b": [3], "c": 2}}
    assert (base, changes) == ({"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}})


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (
            ("plume_studies", "structural_error", "variants"),
            "plume_studies.structural_error.variants",
        ),
        (("sweeps", "risk", "axes", "noise"), "sweeps.risk.axes.noise"),
    ],
)
def test_an_axis_or_a_study_of_nulls_alone_is_refused(path, named):
    def nulls(config):
        block = at(config, path)
        block.update(dict.fromkeys(block))

    assert f"{named}: got {{}}, accepts at least one that is not null" in refusal(nulls)
